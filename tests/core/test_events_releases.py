"""What is published, taken back or renamed: one read, whoever did it."""

import json

import pytest

from bot.core.errors import BadDelivery
from bot.core.events import Envelope, Ignored, ReleasesTouched, parse, subject_of
from tests.core.payloads import BAD, OURS, bare, body, row

TOUCHED = ReleasesTouched(7, "octo/shop", 11)


def release(action="published", **parts):
    return bare(**({"action": action, "release": {"tag_name": "v2.1.0", "draft": False}} | parts))


def nothing(action):
    return Ignored(f"nothing to do on release {action}")


@pytest.mark.parametrize(
    ("event", "sent", "expected"),
    [
        *(
            row(f"a release that is {action} is looked at", "release", release(action), TOUCHED)
            for action in ("published", "released", "prereleased", "edited", "unpublished", "deleted")
        ),
        row("most releases are made by a bot", "release", release(sender=OURS), TOUCHED),
        row("a draft that is made is nobody's yet", "release", release("created"), nothing("created")),
        row("an action that nobody knows needs nothing", "release", release("painted"), nothing("painted")),
        row("a release of no installation", "release", release(installation=None), nothing("published")),
        row("what it says of itself is not read", "release", release(release={"tag_name": 5}), TOUCHED),
        row("a release without one is refused", "release", release(release=None), BAD),
        row("a release of nothing is refused", "release", release(repository=None), BAD),
        row("a release without an action is refused", "release", release(None), BAD),
        row("an issue is no release", "release", body(action="edited"), BAD),
        row("a release with an issue is an issue's body", "release", release(issue={"number": 3}), BAD),
        row("a release is no issue", "issues", release("edited"), BAD),
    ],
)
def test_a_body_under_an_event_becomes(event, sent, expected):
    envelope = Envelope.read(json.dumps(sent).encode())
    if expected is BAD:
        with pytest.raises(BadDelivery):
            parse(event, envelope)
    else:
        assert parse(event, envelope) == expected


@pytest.mark.parametrize("sent", ["v2.1.0", 1, ["v2.1.0"]])
def test_a_release_that_is_no_object_is_refused(sent):
    with pytest.raises(BadDelivery):
        Envelope.read(json.dumps(release(release=sent)).encode())


def test_all_that_is_published_by_a_repository_is_one_subject():
    assert subject_of(TOUCHED, otherwise="-") == "releases:11"
