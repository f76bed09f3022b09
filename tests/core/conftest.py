from datetime import UTC, datetime

import pytest

from bot.core.lint import Source
from bot.core.model import Issue, Subject
from bot.core.ruleset import ClassChange, RuleFile, adjusted, compile_ruleset

SAMPLES = {"match": ["a"], "no-match": ["b"]}
NOW = datetime(2026, 8, 17, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def rule_file():
    """A rule file of classes and rules by id; what a row does not say has a default."""

    def build(classes, rules, file="pack/rules.yml"):
        data = {
            "version": 1,
            "classes": [{"id": id_, "title": id_.capitalize(), **entry} for id_, entry in classes.items()],
            "rules": [{"id": id_, "tests": SAMPLES, **entry} for id_, entry in rules.items()],
        }
        return Source(file, data, {}), RuleFile.model_validate(data)

    return build


@pytest.fixture(scope="session")
def ruleset(rule_file):
    def build(classes, rules, changes=None):
        stated = {id_: ClassChange.model_validate(change) for id_, change in (changes or {}).items()}
        return adjusted(compile_ruleset([rule_file(classes, rules)]), stated)

    return build


@pytest.fixture(scope="session")
def issue():
    """An open issue without labels, assignees or history; a test says what is different."""

    def build(title="", body="", **different):
        plain = {
            "subject": Subject(11, 3),
            "repository": "octo/shop",
            "author": "zoe",
            "is_open": True,
            "is_locked": False,
            "labels": (),
            "assignees": (),
            "history": (),
            "now": NOW,
        }
        return Issue(title=title, body=body, **(plain | different))

    return build
