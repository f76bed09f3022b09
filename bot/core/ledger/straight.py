"""The short way of a defect whose history is plain: it arrived, was classified once or twice, perhaps assigned, and
perhaps fixed and closed: each in its turn.

As most are. Says nothing of them that `defects`, `told` and `course` do not say, for half of the price; a law holds
that both ways end the same.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from sys import intern
from typing import Any, Final, NamedTuple

from bot.core.ledger.course import Happening
from bot.core.ledger.course import Kind as Happened
from bot.core.ledger.defects import Step, Steps
from bot.core.ledger.model import Kind, Recorded, moment, new
from bot.core.ledger.told import Hearing, Merged

_REPORTED, _FIXED, _CLOSED = Happened.REPORTED, Happened.FIXED, Happened.CLOSED
_AT: Final = 1  # of what is recorded
_CLASS: Final = 3
_SEVERITY: Final = 4
_PULL: Final = 6
_EVIDENCE: Final = 7
_WHO: Final = 8
_kind = itemgetter(2)
_Pick = Callable[[Sequence[Recorded | None]], tuple[Any, ...]]


class Straight(NamedTuple):
    """All that is told of one such defect."""

    number: int
    arrived_at: datetime
    reporter: str
    first: Recorded  # classified
    last: Recorded  # classified again; else the first
    assigned: Recorded | None
    fixed: Merged | None  # and closed
    closed_at: datetime | None

    def tell(self, hearing: Hearing) -> datetime | None:
        """As `hear` does; returns when somebody was assigned."""
        number, arrived_at, reporter, _, last, assigned, fixed, closed_at = self
        owner, owned_at, last_at = "", None, closed_at or moment(last[_AT], UTC)
        if assigned:
            assigned_at = moment(assigned[_AT], UTC)
            last_at = max(last_at, assigned_at)
            if assigned[_WHO] and assigned_at < hearing.window.end:
                owner, owned_at = intern(assigned[_WHO]), assigned_at
        hearing.note(number, arrived_at, last_at, reporter, owner)
        if fixed:
            hearing.merged.append(fixed)
        return owned_at

    @property
    def class_id(self) -> str:
        return intern(self.last[_CLASS])

    def happenings(self, version: str) -> list[Happening]:
        """version: on which it was seen, as the reporter says."""
        number, arrived_at, reporter, _, _, _, fixed, closed_at = self
        found = [new(Happening, (arrived_at, _REPORTED, number, 0, "", version, reporter, False, False))]
        if fixed:
            at, _, pull, evidence = fixed
            found.append(new(Happening, (at, _FIXED, number, pull, evidence, "", "", False, False)))
            if at == closed_at:
                return found
        if closed_at:
            found.append(new(Happening, (closed_at, _CLOSED, number, 0, "", "", "", False, False)))
        return found

    def steps(self) -> Steps:
        """As `fold` does."""
        _, arrived_at, _, first, last, _, fixed, closed_at = self
        class_id, severity, pull = intern(first[_CLASS]), intern(first[_SEVERITY]), 0
        born = new(Step, (arrived_at, "", "", "", 0))
        found = [born, new(Step, (moment(first[_AT], UTC), class_id, severity, "", 0))]
        if last[_CLASS] != class_id or last[_SEVERITY] != severity:
            class_id, severity = intern(last[_CLASS]), intern(last[_SEVERITY])
            found.append(new(Step, (moment(last[_AT], UTC), class_id, severity, "", 0)))
        if fixed:
            pull = fixed.pull
            found.append(new(Step, (fixed.at, class_id, severity, "", pull)))
        if closed_at:
            found.append(new(Step, (closed_at, class_id, severity, "fixed" if pull else "closed", pull)))
        return tuple(found)


def straight(recorded: Sequence[Recorded]) -> Straight | None:
    """All of one issue, oldest first; None: it takes the long way."""
    pick = _WAYS.get(tuple(map(_kind, recorded)))
    if pick is None:
        return None
    first, last, assigned, merged, closed = pick((*recorded, None))
    if not (first[_CLASS] and last[_CLASS]) or (first is not last and first[_AT] == last[_AT]):
        return None
    arrived, fixed = recorded[0], None
    number = arrived[0]
    closed_at = moment(closed[_AT], UTC) if closed else None
    if merged:
        if not merged[_PULL]:
            return None
        at = closed_at if merged[_AT] == closed[_AT] else moment(merged[_AT], UTC)
        fixed = new(Merged, (at, number, merged[_PULL], intern(merged[_EVIDENCE])))
    who, arrived_at = intern(arrived[_WHO]), moment(arrived[_AT], UTC)
    return new(Straight, (number, arrived_at, who, first, last, assigned, fixed, closed_at))


def _ways() -> Iterator[tuple[Kind, ...]]:
    """In which a history is plain: somebody may be assigned at any time."""
    classified: tuple[Kind, ...]
    ended: tuple[Kind, ...]
    for classified in (("classified",), ("classified", "classified")):
        for ended in ((), ("closed",), ("fixed", "closed")):
            kinds = ("arrived", *classified, *ended)
            yield kinds
            yield from ((*kinds[:place], "assigned", *kinds[place:]) for place in range(1, len(kinds) + 1))


def _pick(way: tuple[Kind, ...]) -> _Pick:
    """Of all that is recorded in this way, and None: the first classification, and each of these as it was last."""
    last = {kind: place for place, kind in enumerate(way)}
    kinds: tuple[Kind, ...] = ("classified", "assigned", "fixed", "closed")
    return itemgetter(way.index("classified"), *(last.get(kind, len(way)) for kind in kinds))


_WAYS: Mapping[tuple[Kind, ...], _Pick] = {way: _pick(way) for way in _ways()}
