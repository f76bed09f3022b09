"""Bodies of deliveries as GitHub sends them, and what is expected of them; a test says what is different."""

import pytest

from bot.core.errors import BadDelivery
from bot.core.events import IssueTouched
from bot.core.model import Subject

REPOSITORY = {"id": 11, "full_name": "octo/shop", "default_branch": "main"}
PERSON = {"login": "ann", "type": "User"}
OURS = {"login": "burndown[bot]", "type": "Bot"}
TOUCHED = IssueTouched(7, "octo/shop", Subject(11, 3))
BAD = BadDelivery


def body(**parts):
    """An issue's body as GitHub sends it; a part that is None is left out."""
    plain = {
        "action": "opened",
        "installation": {"id": 7},
        "repository": REPOSITORY,
        "issue": {"number": 3, "title": "not read from here"},
        "sender": PERSON,
    }
    return {name: part for name, part in (plain | parts).items() if part is not None}


def comment(text, **parts):
    return body(**({"action": "created", "comment": {"body": text}} | parts))


def bare(**parts):
    return body(**({"action": None, "issue": None} | parts))


def row(sentence, event, sent, expected):
    return pytest.param(event, sent, expected, id=sentence)
