"""What takes back the work of one version of the rules on one issue, as effects. It puts and takes nothing itself.

Whatever somebody touched since stays as they left it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Literal

from bot.core.effects import AddAssignees, AddLabels, Effect, RemoveAssignees, RemoveLabels
from bot.core.model import By, Issue, has, last_change
from bot.core.rules.ruleset import Label

What = Literal["label", "assignee"]
Trace = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Touch:
    """A label or assignee that a decision put on or took off."""

    what: What
    name: str
    is_added: bool
    is_theirs: bool  # of the version in question


def is_by(trace: Trace, version: str) -> bool:
    """Whether a version of the rules wrote this of its own accord, and not because a person asked."""
    found = trace.get("classification") or {}
    return bool(trace.get("written")) and not trace.get("asked") and found.get("ruleset") == version


def is_undone(traces: Iterable[Trace], version: str) -> bool:
    """Whether nothing of a version came after it was taken back. `traces`: newest first."""
    return next((each.get("undo") == version for each in traces if each.get("undo") or is_by(each, version)), False)


def undo(issue: Issue, traces: Iterable[Trace], version: str) -> tuple[Effect, ...]:
    """`traces`: of all decisions on the issue, newest first."""
    newest_first: dict[tuple[What, str], list[_Touch]] = {}
    for each in (touch for trace in traces if trace.get("written") for touch in _touches(trace, version)):
        newest_first.setdefault((each.what, each.name.casefold()), []).append(each)
    wanted = [each for touches in newest_first.values() for each in _taken_back(issue, touches)]

    def names(what: What, *, is_added: bool) -> tuple[str, ...]:
        return tuple(each.name for each in wanted if (each.what, each.is_added) == (what, is_added))

    found: tuple[Effect, ...] = (
        RemoveLabels(names("label", is_added=True)),
        AddLabels(tuple(Label(name=name) for name in names("label", is_added=False))),
        RemoveAssignees(names("assignee", is_added=True)),
        AddAssignees(names("assignee", is_added=False)),
    )
    return tuple(each for each in found if _is_some(each))


def _touches(trace: Trace, version: str) -> Iterator[_Touch]:
    is_theirs = is_by(trace, version)
    for effect in trace.get("effects") or ():
        for key, (what, is_added) in _KEYS.items():
            yield from (_Touch(what, name, is_added, is_theirs) for name in effect.get(key) or ())


def _taken_back(issue: Issue, touches: list[_Touch]) -> Iterator[_Touch]:
    """The touch that is to be reversed: of the version's last touches the first, if it still stands."""
    theirs = [*takewhile(lambda each: each.is_theirs, touches)]
    if not theirs:
        return
    last, first = theirs[0], theirs[-1]
    stands = has(issue.labels if last.what == "label" else issue.assignees, last.name) is last.is_added
    change = last_change(issue, last.what, last.name)
    is_ours = change is not None and change.by is By.US and change.is_added is last.is_added
    if last.is_added is first.is_added and stands and is_ours:
        yield last


def _is_some(effect: Effect) -> bool:
    match effect:
        case RemoveLabels(names):
            return bool(names)
        case AddLabels(labels):
            return bool(labels)
        case RemoveAssignees(logins) | AddAssignees(logins):
            return bool(logins)
        case _:
            return False


# How the trace names an effect: see effects.as_data.
_KEYS: dict[str, tuple[What, bool]] = {
    "add labels": ("label", True),
    "remove labels": ("label", False),
    "assign": ("assignee", True),
    "unassign": ("assignee", False),
}
