"""What entries tell beside the states of issues: who reported, who owns, what fixed, what came back. Counts nothing.

In whatever order entries come, and however often: of several records the one that says more is kept.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from sys import intern
from typing import NamedTuple

from bot.core.ledger.flows import Window
from bot.core.ledger.model import CONTAINED, REJECTED, Entry, Kind, new


class Merged(NamedTuple):
    """A merged pull request that fixed an issue. (Named tuples sort as they are.)"""

    at: datetime
    issue: int
    pull: int
    evidence: str = ""  # "L0" to "L5", or "waived"; "": unknown


@dataclass(frozen=True, slots=True)
class Told:
    first: datetime | None = None  # the oldest entry
    last: datetime | None = None
    reporters: Mapping[int, str] = field(default_factory=dict)  # logins, by issue, where they are known
    owners: Mapping[int, str] = field(default_factory=dict)  # those who were assigned last
    merged: tuple[Merged, ...] = ()  # oldest first, each issue and pull request once
    recurred: tuple[Entry, ...] = ()  # that nobody took back
    unsaid: frozenset[int] = frozenset()  # issues that somebody found to be of no class

    def reporter(self, number: int) -> str:
        """The login; "" where nobody knows."""
        return self.reporters.get(number, "")

    def owner(self, number: int) -> str:
        """The login; "" where there is none, or no longer."""
        return self.owners.get(number, "")


class Heard(NamedTuple):
    """What was told of one issue."""

    fixed: Sequence[Merged] = ()
    is_contained: bool = False  # it was seen on a version that has the fix of what it repeats
    owned_at: datetime | None = None  # when somebody was assigned first


_AGAIN: frozenset[Kind] = frozenset({"recurred", "reopened"})


@dataclass(slots=True)
class Hearing:
    """What was told so far, for a window: who is assigned after it owns nothing yet.

    Who reported and what fixed is also told later, of earlier things.
    """

    window: Window
    first: datetime | None = None
    last: datetime | None = None
    reporters: dict[int, str] = field(default_factory=dict)
    owners: dict[int, str] = field(default_factory=dict)
    merged: list[Merged] = field(default_factory=list)
    recurred: list[Entry] = field(default_factory=list)
    unsaid: set[int] = field(default_factory=set)
    again: set[tuple[datetime, int]] = field(default_factory=set)  # issues that may be there again in the window

    def hear(self, number: int, entries: Sequence[Entry]) -> Heard:
        """All of one issue, once."""
        times = [each.at for each in entries]
        arrived: Entry | None = None
        assigned: Entry | None = None
        owned_at: datetime | None = None
        more: list[Entry] = []
        for each in entries:
            match each.kind:
                case "classified":
                    if not each.class_id:
                        self.unsaid.add(number)
                case "arrived":
                    arrived = each if arrived is None else min(arrived, each, key=_said)
                case "assigned":
                    if each.at < self.window.end:
                        if each.who and (owned_at is None or each.at < owned_at):
                            owned_at = each.at
                        assigned = each if assigned is None else max(assigned, each, key=_said)
                case _:
                    more.append(each)
        reporter, owner = arrived.who if arrived else "", assigned.who if assigned else ""
        self.note(number, min(times), max(times), intern(reporter), intern(owner))
        return Heard(*self._hear_more(number, more), owned_at) if more else Heard(owned_at=owned_at)

    def note(self, number: int, first: datetime, last: datetime, reporter: str, owner: str) -> None:
        """From when to when there is something of an issue, and who they are, where that is known."""
        if self.first is None or first < self.first:
            self.first = first
        if self.last is None or self.last < last:
            self.last = last
        if reporter:
            self.reporters[number] = reporter
        if owner:
            self.owners[number] = owner

    def _hear_more(self, number: int, entries: Iterable[Entry]) -> tuple[Sequence[Merged], bool]:
        fixed: list[Merged] = []
        recurred: dict[int, Entry] = {}
        for each in entries:
            if each.kind == "fixed" and each.pull:
                fixed.append(new(Merged, (each.at, number, each.pull, intern(each.evidence))))
            elif each.kind in _AGAIN:
                if each.kind == "recurred":
                    recurred[each.of] = max(each, recurred.get(each.of, each), key=_later)
                if self.window.start <= each.at < self.window.end:
                    self.again.add((each.at, number))
        if len(fixed) > 1:  # the same merge, told of again with more evidence
            fixed = [*{(each.pull, each.at): each for each in sorted(fixed)}.values()]
        self.merged += _each_once(fixed)
        back = [each for each in recurred.values() if each.cause != REJECTED]
        self.recurred += back
        return fixed, any(each.cause == CONTAINED for each in back)

    @property
    def told(self) -> Told:
        recurred = tuple(sorted(self.recurred, key=lambda each: each.key))
        merged, unsaid = tuple(sorted(self.merged)), frozenset(self.unsaid)
        return Told(self.first, self.last, self.reporters, self.owners, merged, recurred, unsaid)


def _each_once(fixed: Sequence[Merged]) -> Iterable[Merged]:
    """Each pull request when it was told of first, with the most that was told of it."""
    if len(fixed) == 1:
        return fixed
    merged: dict[int, Merged] = {}
    for each in fixed:
        known = merged.get(each.pull)
        best = (
            Merged(min(each.at, known.at), each.issue, each.pull, max(each.evidence, known.evidence)) if known else each
        )
        merged[each.pull] = best
    return merged.values()


def _said(entry: Entry) -> tuple[datetime, str]:
    return entry.at, entry.who


def _later(entry: Entry) -> tuple[datetime, bool, str, int]:
    """A word that takes something back is the last one of its moment."""
    return entry.at, entry.cause == REJECTED, entry.cause, entry.pull
