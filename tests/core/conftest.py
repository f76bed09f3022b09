from datetime import UTC, datetime, timedelta

import pytest

from bot.core.config import Config
from bot.core.decide import decide
from bot.core.effects import AddAssignees, AddLabels, EditComment, PostComment, RemoveAssignees, RemoveLabels
from bot.core.lint import Source
from bot.core.model import By, Change, Issue, Subject
from bot.core.rules.ruleset import ClassChange, RuleFile, adjusted, compile_ruleset

SAMPLES = {"match": ["a"], "no-match": ["b"]}
NOW = datetime(2026, 8, 17, 9, 0, tzinfo=UTC)
CLASSES = {
    "crash": {"labels": ["defect: crash"], "owners": ["ann", "bob"], "color": "d73a4a"},
    "hang": {"labels": ["defect: hang", "slow"], "owners": ["bob", "@octo/runtime"]},
    "docs": {"labels": ["docs"], "defect": False},
    "many": {"labels": ["many"], "owners": [f"p{number}" for number in range(10)]},
    "rest": {"labels": ["rest"], "owners": ["p9", "q0", "q1"]},
    "bare": {},
}
RULES = {f"{name}.word": {"class": name, "when": {"regex": name}, "score": 5} for name in CLASSES}


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


@pytest.fixture(scope="session")
def rules(ruleset):
    """The rules on which decisions are tested: a class speaks when its name is seen."""
    return ruleset(CLASSES, RULES)


@pytest.fixture
def past():
    """A history, oldest first, from lines like `us +defect: crash` and `person -@ann`, an hour apart at most."""

    def build(*lines, hours=1):
        changes = []
        for ago, line in enumerate(reversed(lines), start=1):
            by, _, rest = line.partition(" ")
            name = rest[1:]
            what = "assignee" if name.startswith("@") else "label"
            at = NOW - timedelta(hours=hours) * ago
            changes.append(Change(what, name.removeprefix("@"), rest.startswith("+"), By(by), at))
        return tuple(reversed(changes))

    return build


@pytest.fixture
def decided(issue, rules, past):
    """The decision on an issue; a history is written as lines."""

    def build(title="", history=(), asks_why=False, config=None, **different):  # noqa: FBT002 - a row's cell
        config = Config.model_validate({"version": 1, "mode": "enforce"} | (config or {}))
        return decide(issue(title, history=past(*history), **different), rules, config, asks_why=asks_why)

    return build


@pytest.fixture(scope="session")
def said():
    """Effects as lines, so that a row of a table can be read."""

    def lines(effects):
        return [line for effect in effects for line in _lines(effect)]

    return lines


def _lines(effect):
    match effect:
        case AddLabels():
            return [f"+{label.name}" for label in effect.labels]
        case RemoveLabels():
            return [f"-{name}" for name in effect.names]
        case AddAssignees():
            return [f"+@{login}" for login in effect.logins]
        case RemoveAssignees():
            return [f"-@{login}" for login in effect.logins]
        case PostComment():
            return ["post"]
        case EditComment():
            return [f"edit {effect.id}"]
