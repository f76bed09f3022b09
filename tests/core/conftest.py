from datetime import UTC, datetime, timedelta

import pytest

from bot.core.config import Config
from bot.core.decide import NOBODY, decide
from bot.core.effects import (
    AddAssignees,
    AddLabels,
    EditComment,
    PostComment,
    React,
    RemoveAssignees,
    RemoveLabels,
    Reply,
)
from bot.core.lint import BadRules, Source
from bot.core.model import Asked, By, Change, Issue, Subject
from bot.core.people.commands import Role
from bot.core.policy import Policy
from bot.core.rules.entries import ClassChange, RuleFile
from bot.core.rules.ruleset import adjusted, compile_ruleset

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
RULE_FILE = """\
version: 1
classes:
  - id: crash
    title: Crash
    owners: [ann]
  - id: hang
    title: Hang
rules:
  - id: crash.trace
    class: crash
    when:
      regex: Traceback
    tests:
      match: ["Traceback (most recent call last)"]
      no-match: ["No trace"]
"""
RULES = {f"{name}.word": {"class": name, "when": {"regex": name}, "score": 5} for name in CLASSES}


def row(sentence, effects, *reasons, **situation):
    """A row of a table of decisions."""
    return pytest.param(situation, effects, list(reasons), id=sentence)


def problems(act, *args):
    """What an author is told, line by line."""
    with pytest.raises(BadRules) as caught:
        act(*args)
    return [str(problem) for problem in caught.value.problems]


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
    """The decision on an issue; a history is written as lines, a comment is one of a minute ago."""

    def build(title="", history=(), asks=None, config=None, role="admin", **different):
        config = Config.model_validate({"version": 1, "mode": "enforce"} | (config or {}))
        heard = {name: frozenset(different.pop(name, ())) for name in ("ran", "reactions")}
        asked = Asked("IC_1", asks, "ann", Role(role), NOW - timedelta(minutes=1), **heard) if asks else None
        by, people = different.pop("by", rules), different.pop("people", NOBODY)
        return decide(issue(title, history=past(*history), asked=asked, **different), Policy(config, by), people)

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
        case Reply():
            return ["reply"]
        case React():
            return [effect.content.lower()]
