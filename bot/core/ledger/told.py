"""What entries tell beside the states of issues: who reported, who owns, what fixed, what came back. Counts nothing.

In whatever order entries come, and however often: of several records the one that says more is kept.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from sys import intern
from typing import NamedTuple

from bot.core.ledger.model import REJECTED, Entry


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
    fixed: tuple[Merged, ...] = ()  # the same as often as it was told of, in no order
    recurred: tuple[Entry, ...] = ()  # that nobody took back
    unsaid: frozenset[int] = frozenset()  # issues that somebody found to be of no class

    def reporter(self, number: int) -> str:
        """The login; "" where nobody knows."""
        return self.reporters.get(number, "")

    def owner(self, number: int) -> str:
        """The login; "" where there is none, or no longer."""
        return self.owners.get(number, "")


@dataclass(slots=True)
class Hearing:
    """What was told so far; until: who is assigned later owns nothing yet.

    Who reported and what fixed is also told later, of earlier things.
    """

    until: datetime
    first: datetime | None = None
    last: datetime | None = None
    reporters: dict[int, str] = field(default_factory=dict)
    owners: dict[int, str] = field(default_factory=dict)
    merged: list[Merged] = field(default_factory=list)
    fixed: list[Merged] = field(default_factory=list)
    recurred: list[Entry] = field(default_factory=list)
    unsaid: set[int] = field(default_factory=set)

    def hear(self, number: int, entries: Sequence[Entry]) -> None:
        """All of one issue, once."""
        times = [each.at for each in entries]
        self.first = min(self.first or times[0], *times)
        self.last = max(self.last or times[0], *times)
        arrived: tuple[datetime, str] | None = None
        assigned: tuple[datetime, str] | None = None
        fixed: dict[tuple[int, datetime], Merged] = {}
        recurred: dict[int, Entry] = {}
        for each in entries:
            match each.kind:
                case "arrived":
                    arrived = min(arrived or (each.at, each.who), (each.at, each.who))
                case "assigned" if each.at < self.until:
                    assigned = max(assigned or (each.at, each.who), (each.at, each.who))
                case "classified" if not each.class_id:
                    self.unsaid.add(number)
                case "fixed" if each.pull:
                    key, this = (each.pull, each.at), Merged(each.at, number, each.pull, intern(each.evidence))
                    fixed[key] = max(this, fixed.get(key, this))
                case "recurred":
                    recurred[each.of] = max(each, recurred.get(each.of, each), key=_later)
                case _:
                    pass
        if arrived and arrived[1]:
            self.reporters[number] = intern(arrived[1])
        if assigned and assigned[1]:
            self.owners[number] = intern(assigned[1])
        self.fixed += fixed.values()
        self.merged += _each_once(fixed.values())
        self.recurred += (each for each in recurred.values() if each.cause != REJECTED)

    @property
    def told(self) -> Told:
        recurred = sorted(self.recurred, key=lambda each: each.key)
        merged, unsaid = sorted(self.merged), frozenset(self.unsaid)
        fixed, came_back = tuple(self.fixed), tuple(recurred)
        return Told(self.first, self.last, self.reporters, self.owners, tuple(merged), fixed, came_back, unsaid)


def _each_once(fixed: Iterable[Merged]) -> Iterable[Merged]:
    """Each pull request when it was told of first, with the most that was told of it."""
    merged: dict[int, Merged] = {}
    for each in fixed:
        known = merged.get(each.pull)
        best = (
            Merged(min(each.at, known.at), each.issue, each.pull, max(each.evidence, known.evidence)) if known else each
        )
        merged[each.pull] = best
    return merged.values()


def _later(entry: Entry) -> tuple[datetime, bool, str, int]:
    """A word that takes something back is the last one of its moment."""
    return entry.at, entry.cause == REJECTED, entry.cause, entry.pull
