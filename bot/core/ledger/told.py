"""What entries tell beside the states of issues: who reported, who owns, what fixed, what came back. Counts nothing.

In whatever order entries come, and however often: of several records the one that says more is kept.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.ledger.model import Entry
from bot.core.ledger.recurrence import REJECTED


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged pull request that fixed an issue."""

    issue: int
    pull: int
    at: datetime
    evidence: str = ""  # "L0" to "L5", or "waived"; "": unknown


@dataclass(frozen=True, slots=True)
class Told:
    first: datetime | None = None  # the oldest entry
    last: datetime | None = None
    arrived: Mapping[int, Entry] = field(default_factory=dict)  # by issue, the first
    assigned: Mapping[int, Entry] = field(default_factory=dict)  # by issue, the last
    merged: tuple[Merged, ...] = ()  # oldest first, each issue and pull request once
    recurred: tuple[Entry, ...] = ()  # that nobody took back
    unsaid: frozenset[int] = frozenset()  # issues that somebody found to be of no class

    def reporter(self, number: int) -> str:
        """The login; "" where nobody knows."""
        return self.arrived[number].who if number in self.arrived else ""

    def owner(self, number: int) -> str:
        """The login; "" where there is none, or no longer."""
        return self.assigned[number].who if number in self.assigned else ""


def told(entries: Iterable[Entry], until: datetime) -> Told:
    """Of what was entered before a moment; who reported and what fixed is also told later, of earlier things."""
    arrived: dict[int, Entry] = {}
    assigned: dict[int, Entry] = {}
    merged: dict[tuple[int, int], Merged] = {}
    recurred: dict[tuple[int, int], Entry] = {}
    unsaid: set[int] = set()
    first = last = None
    for each in entries:
        at = each.at
        first = at if first is None or at < first else first
        last = at if last is None or at > last else last
        match each.kind:
            case "arrived":
                arrived[each.number] = min(each, arrived.get(each.number, each), key=_by)
            case "assigned" if at < until:
                assigned[each.number] = max(each, assigned.get(each.number, each), key=_by)
            case "classified" if not each.class_id:
                unsaid.add(each.number)
            case "fixed" if each.pull:
                key = each.number, each.pull
                known = merged.get(key)
                evidence = max(each.evidence, known.evidence) if known else each.evidence
                merged[key] = Merged(*key, min(at, known.at) if known else at, evidence)
            case "recurred":
                key = each.number, each.of
                recurred[key] = max(each, recurred.get(key, each), key=_later)
            case _:
                pass
    return Told(
        first,
        last,
        arrived,
        assigned,
        tuple(sorted(merged.values(), key=lambda each: (each.at, each.issue, each.pull))),
        tuple(sorted((each for each in recurred.values() if each.cause != REJECTED), key=lambda each: each.key[:2])),
        frozenset(unsaid),
    )


def _later(entry: Entry) -> tuple[datetime, bool, str]:
    """A word that takes something back is the last one of its moment."""
    return entry.at, entry.cause == REJECTED, entry.cause


def _by(entry: Entry) -> tuple[datetime, str]:
    return entry.at, entry.who
