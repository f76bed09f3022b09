"""The short way of a defect that arrived, was classified, perhaps fixed, and closed: each once, and in this order.

As most are that are settled. Says nothing of them that `defects`, `told` and `course` do not say, for half of the
price; a law holds that both ways end the same.
"""

from collections.abc import Sequence
from sys import intern
from typing import NamedTuple

from bot.core.ledger.course import Happening
from bot.core.ledger.course import Kind as Happened
from bot.core.ledger.model import Entry, Kind, new
from bot.core.ledger.told import Hearing, Merged

_ALWAYS: frozenset[Kind] = frozenset({"arrived", "classified", "closed"})
_AT_MOST: frozenset[Kind] = _ALWAYS | {"assigned", "fixed"}
_REPORTED, _FIXED, _CLOSED = Happened.REPORTED, Happened.FIXED, Happened.CLOSED


class Straight(NamedTuple):
    """The entries of one such defect, by what they tell."""

    arrived: Entry
    classified: Entry
    closed: Entry
    assigned: Entry | None
    fixed: Merged | None

    def tell(self, hearing: Hearing) -> None:
        """As `hear` does, of an issue that was settled before its window."""
        hearing.note(self.arrived.number, self.arrived.at, self.closed.at, self.arrived, self.assigned)
        if self.fixed:
            hearing.merged.append(self.fixed)

    def happenings(self, version: str) -> list[Happening]:
        """version: on which it was seen, as the reporter says."""
        number, arrived_at, who, closed_at = self.arrived.number, self.arrived.at, self.arrived.who, self.closed.at
        found = [new(Happening, (arrived_at, _REPORTED, number, 0, "", version, who, False, False))]
        if self.fixed:
            at, _, pull, evidence = self.fixed
            found.append(new(Happening, (at, _FIXED, number, pull, evidence, "", "", False, False)))
        if self.fixed is None or self.fixed.at != closed_at:
            found.append(new(Happening, (closed_at, _CLOSED, number, 0, "", "", "", False, False)))
        return found


def straight(entries: Sequence[Entry]) -> Straight | None:
    """All entries of one issue, in any order; None: it takes the long way."""
    once = {each.kind: each for each in entries}
    if len(once) != len(entries) or not _ALWAYS <= once.keys() <= _AT_MOST:
        return None
    arrived, classified, closed = once["arrived"], once["classified"], once["closed"]
    assigned, fixed = once.get("assigned"), once.get("fixed")
    if not classified.class_id or (fixed and not fixed.pull):
        return None
    start, end = arrived.at, closed.at
    is_in_order = start <= classified.at <= (fixed.at if fixed else end) <= end
    if not is_in_order or (assigned and not start <= assigned.at <= end):
        return None
    merged = new(Merged, (fixed.at, fixed.number, fixed.pull, intern(fixed.evidence))) if fixed else None
    return new(Straight, (arrived, classified, closed, assigned, merged))
