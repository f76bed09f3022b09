"""What is kept of a ledger for the report of one week, issue by issue, so that nobody has to hold all its entries.

Of an issue that was settled before the weeks in question no more is kept than what happened to it as the defect that it
turned out to be. Counts nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from bot.core.ledger.course import Happening, happenings
from bot.core.ledger.defects import Steps, fold, restated
from bot.core.ledger.flows import Window
from bot.core.ledger.model import Entry, Recorded, read
from bot.core.ledger.straight import straight
from bot.core.ledger.told import Heard, Hearing, Told


@dataclass(slots=True)
class Summary:
    """Of the issues of one repository that were read so far, in whatever order."""

    window: Window  # of the week of the report
    since: datetime  # what was settled before that is not shown
    versions: Mapping[int, str] = field(default_factory=dict)  # on which issues were seen, where they say so
    then: dict[int, Steps] = field(default_factory=dict)  # as it was reported then; without what was settled before
    now: dict[int, Steps] = field(default_factory=dict)  # the same defects as they are classified now
    owned: dict[int, datetime] = field(default_factory=dict)  # when somebody was assigned first, of the same
    class_of: dict[int, str] = field(default_factory=dict)  # of every defect as it is classified now
    happened: dict[str, list[Happening]] = field(default_factory=dict)  # by class, to all its defects
    repeats: dict[int, int] = field(default_factory=dict)  # by duplicate, the issue that it repeats
    _hearing: Hearing = field(init=False)

    def __post_init__(self) -> None:
        self._hearing = Hearing(self.window)

    @property
    def told(self) -> Told:
        return self._hearing.told

    @property
    def again(self) -> tuple[int, ...]:
        """Issues that may be there again in this week, in the order in which that was told."""
        return tuple(dict.fromkeys(number for _, number in sorted(self._hearing.again)))

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

    def take_recorded(self, recorded: Sequence[Recorded]) -> None:
        """All that is recorded of one issue, once; oldest first."""
        told = straight(recorded)
        if told is None:
            self.take(read(recorded))
            return
        owned_at = told.tell(self._hearing)
        self._add(told.number, told.class_id, told.happenings(self.versions.get(told.number, "")))
        if told.closed_at is None or told.closed_at >= self.since:
            steps = told.steps()
            self._show(told.number, steps, restated(steps), owned_at)

    def take(self, entries: Sequence[Entry]) -> None:
        """The same as entries, in any order, and however often each was recorded."""
        number = entries[0].number
        heard = self._hearing.hear(number, entries)
        if steps := fold(entries):
            self._keep(number, steps, heard)

    def take_all(self, entries: Iterable[Entry]) -> Self:
        """The same of many issues, mixed."""
        by_number: dict[int, list[Entry]] = {}
        for each in entries:
            by_number.setdefault(each.number, []).append(each)
        for of_one in by_number.values():
            self.take(of_one)
        return self

    def _keep(self, number: int, steps: Steps, heard: Heard) -> None:
        last, now = steps[-1], restated(steps)
        if last.ended == "dismissed" and last.ref and last.ref != number:
            self.repeats[number] = last.ref
        if now:
            version, reporter = self.versions.get(number, ""), self._hearing.reporters.get(number, "")
            happened = happenings(number, now, heard.fixed, version, reporter, is_contained=heard.is_contained)
            self._add(number, last.class_id, happened)
        if not last.ended or last.at >= self.since:
            self._show(number, steps, now, heard.owned_at)

    def _add(self, number: int, class_id: str, happened: Iterable[Happening]) -> None:
        """A defect."""
        self.class_of[number] = class_id
        self.happened.setdefault(class_id, []).extend(happened)

    def _show(self, number: int, then: Steps, now: Steps, owned_at: datetime | None) -> None:
        """now: none, where it is no defect after all."""
        self.then[number] = then
        if now:
            self.now[number] = now
            if owned_at:
                self.owned[number] = owned_at
