"""What is kept of a ledger for the report of one week, issue by issue, so that nobody has to hold all its entries.

Of an issue that was settled before the weeks in question no more is kept than what it turned out to be. Counts nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from bot.core.ledger.defects import Steps, fold, restated
from bot.core.ledger.flows import Window
from bot.core.ledger.model import Entry, Kind
from bot.core.ledger.told import Hearing, Told

_AGAIN: frozenset[Kind] = frozenset({"recurred", "reopened"})


@dataclass(slots=True)
class Summary:
    """Of the issues of one repository that were read so far, in whatever order."""

    window: Window  # of the week of the report
    since: datetime  # what was settled before that is not shown
    then: dict[int, Steps] = field(default_factory=dict)  # as it was reported then; without what was settled before
    now: dict[int, Steps] = field(default_factory=dict)  # as it is classified now: every defect
    repeats: dict[int, int] = field(default_factory=dict)  # by duplicate, the issue that it repeats
    _again: set[tuple[datetime, int]] = field(default_factory=set)
    _hearing: Hearing = field(init=False)

    def __post_init__(self) -> None:
        self._hearing = Hearing(self.window.end)

    @property
    def told(self) -> Told:
        return self._hearing.told

    @property
    def again(self) -> tuple[int, ...]:
        """Issues that may be there again in this week, in the order in which that was told."""
        return tuple(dict.fromkeys(number for _, number in sorted(self._again)))

    @property
    def duplicates(self) -> Mapping[int, tuple[int, ...]]:
        """By the issue at the end of each chain: all that repeat it, and that repeat one another in no circle."""
        found: dict[int, list[int]] = {}
        for number in sorted(self.repeats):
            if root := self.root(number):
                found.setdefault(root, []).append(number)
        return {root: tuple(others) for root, others in found.items()}

    def root(self, number: int) -> int:
        """What a duplicate repeats in the end; 0: it is none, or they repeat one another."""
        seen = {number}
        while (number := self.repeats.get(number, 0)) not in seen:
            if number not in self.repeats:
                return number
            seen.add(number)
        return 0

    def take(self, entries: Sequence[Entry]) -> None:
        """All entries of one issue, once; in any order, and however often each was recorded."""
        number = entries[0].number
        self._hearing.hear(number, entries)
        for each in entries:
            if each.kind in _AGAIN and self.window.start <= each.at < self.window.end:
                self._again.add((each.at, number))
        if steps := fold(entries):
            self._keep(number, steps)

    def take_all(self, entries: Iterable[Entry]) -> Self:
        """The same of many issues, mixed."""
        by_number: dict[int, list[Entry]] = {}
        for each in entries:
            by_number.setdefault(each.number, []).append(each)
        for of_one in by_number.values():
            self.take(of_one)
        return self

    def _keep(self, number: int, steps: Steps) -> None:
        last = steps[-1]
        if not last.ended or last.at >= self.since:
            self.then[number] = steps
        if last.ended == "dismissed":
            if last.ref and last.ref != number:
                self.repeats[number] = last.ref
        elif last.class_id:
            self.now[number] = restated(steps)
