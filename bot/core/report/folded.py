"""What a report of one week looks at: the weeks before it, and the issues that were open or moved in them, folded once.

Says nothing of them yet.
"""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.ledger.defects import Ledger, Move, Step, Steps, moves, standing
from bot.core.ledger.flows import Week, read_week, weeks
from bot.core.ledger.summary import Summary
from bot.core.ledger.told import Merged, Told
from bot.core.recurrence.versions import Timeline
from bot.core.report.material import Material
from bot.core.report.ranking import OpenDefect

SHOWN = 26  # weeks of the series, with that of the report
PERIOD = 12  # weeks, in which repeats, occurrence, reopenings and what became of fixes are counted
BEFORE = 2  # weeks more: a running one is no evidence, and the verdict is held against that of a week ago
DAY = timedelta(days=1)
NO_VERSIONS: Mapping[int, str] = {}


@dataclass(frozen=True, slots=True)
class Folded:
    """Everything is there for as long as these weeks; what was settled before them is only counted as known."""

    material: Material
    summary: Summary
    weeks: tuple[Week, ...]  # oldest first; the last one is that of the report
    known_since: datetime  # nothing is known of what was before
    present: datetime  # what ages are counted to
    told: Told
    then: Ledger  # as it was reported then
    now: Ledger  # as it is classified now
    open: Mapping[int, Step]  # the defects that are open at the end, as they are then
    moved: Mapping[int, tuple[Move, ...]]  # what defects did in the last weeks, PERIOD of them
    merged: tuple[Merged, ...]  # fixes of defects as they are classified now, before the end; oldest first
    class_of: Mapping[int, str]  # of every defect, settled ones too, as classified now
    duplicates: Mapping[int, tuple[int, ...]]  # by the issue that they repeat
    timeline: Timeline  # of what had come out at the present

    @property
    def week(self) -> Week:
        return self.weeks[-1]

    @property
    def end(self) -> datetime:
        return self.week.window.end

    @property
    def edges(self) -> tuple[datetime, ...]:
        return (*(each.window.start for each in self.weeks), self.end)

    @property
    def whole(self) -> tuple[int, ...]:
        """The places of the weeks that are known from their beginning to their end."""
        return tuple(
            place
            for place, each in enumerate(self.weeks)
            if self.known_since <= each.window.start and each.window.end <= self.material.now
        )

    def since(self, back: int) -> datetime:
        """The beginning of the last so many weeks."""
        return self.weeks[-back:][0].window.start

    def reached(self, number: int, severity: str = "") -> OpenDefect:
        """A defect with all that it reached, as far as anybody knows."""
        others = self.duplicates.get(number, ())
        reporters = len({self.told.reporter(each) for each in (number, *others)} - {""}) if others else 1
        reactions, imported = self.material.reactions.get(number, 0), self.material.occurrences.get(number, 0)
        return OpenDefect(number, severity, reporters or 1, len(others), reactions, imported)

    @property
    def open_by_class(self) -> Mapping[str, list[OpenDefect]]:
        """The defects that are open at the end, with all that they reached, in the order of their numbers."""
        found: dict[str, list[OpenDefect]] = {}
        for number, step in sorted(self.open.items()):
            found.setdefault(step.class_id, []).append(self.reached(number, step.severity))
        return found

    def heard(self, number: int) -> int:
        if not (number in self.duplicates or self.material.reactions or self.material.occurrences):
            return 1  # as of nearly all
        found = self.reached(number)
        return found.reporters + found.duplicates + found.reactions + found.occurrences


def needed(week: Week) -> datetime:
    """Since when all is needed that its report shows."""
    return week.window.start - timedelta(weeks=SHOWN + BEFORE)


def begun(week: Week, versions: Mapping[int, str] = NO_VERSIONS, back: Week | None = None) -> Summary:
    """Of nothing yet, for the report of that week, and for those of earlier ones, as far back as that. versions: by
    issue, as reported, where known.
    """
    return Summary(week.window, needed(back or week), versions)


def summed(material: Material) -> Summary:
    """Raises ValueError: there is no such week, or this is material that does not reach it. In that of a later week,
    who owns an issue is known as of that week.
    """
    week, given = read_week(material.week, material.zone), material.entries
    if not isinstance(given, Summary):
        return begun(week, material.versions).take_all(given)
    if given.window.end < week.window.end or needed(week) < given.since:
        raise ValueError(f"what is known was summed up for {given.window}, not for {week.name}")
    return given


def folded(material: Material) -> Folded:
    """Raises ValueError, as `summed` does."""
    every, week = summed(material), read_week(material.week, material.zone)
    known = every.told
    known_since = max(filter(None, (known.first, material.freshness.since)), default=week.window.end)
    shown = _weeks(material, week, known_since)
    start = shown[0].window.start
    then = {number: steps for number, steps in every.then.items() if not steps[-1].ended or steps[-1].at >= start}
    now = {number: every.now[number] for number in then if number in every.now}
    end, since = week.window.end, shown[-PERIOD:][0].window.start
    still = {number: step for number, steps in now.items() if (step := standing(steps, end)) and not step.ended}
    moved = {number: found for number, steps in now.items() if (found := _within(steps, since, end))}
    class_of = every.class_of
    before = known.merged[: bisect_left(known.merged, (end,))]
    present = min(material.now, end)
    return Folded(
        material=material,
        summary=every,
        weeks=shown,
        known_since=known_since,
        present=present,
        told=known,
        then=then,
        now=now,
        open=still,
        moved=moved,
        merged=tuple(each for each in before if each.issue in class_of),
        class_of=class_of,
        duplicates=every.duplicates,
        timeline=Timeline(each for each in material.releases if each.at < present),
    )


def _within(steps: Steps, since: datetime, end: datetime) -> tuple[Move, ...]:
    if steps[-1].at < since:
        return ()
    return tuple(each for each in moves(steps) if since <= each.at < end)


def _weeks(material: Material, week: Week, known_since: datetime) -> tuple[Week, ...]:
    """No week before anything is known, for a nothing there would be no evidence; a day more, for clocks change."""
    tuesday = week.window.start + DAY
    since = max(tuesday - timedelta(weeks=SHOWN + BEFORE - 1), known_since)
    return tuple(weeks(min(since, tuesday), tuesday, material.zone))
