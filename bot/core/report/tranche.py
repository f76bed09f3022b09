"""A tranche: the classes of defects that are to be burnt down, frozen with what they stand at; and what came of it.

draft -> accepted -> closed, and its review cleared: each step is a person's. Nothing here starts or ends one by itself.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from pydantic import TypeAdapter

from bot.core.ledger.flows import read_week, weeks
from bot.core.report import model as reports
from bot.core.report.model import ClassRow, Report, Stage
from bot.core.report.ranking import MONTH
from bot.core.report.trend import Comparison, compare
from bot.core.rules.entries import Acceptance
from bot.core.text.quoting import counted, quoted
from bot.core.weeks import week_of

State = Literal["draft", "accepted", "closed"]

CLASSES = 3  # of a tranche
WEEKS = 6
SHARE = 0.5  # of its impact that a class is to have left
MAX_CLASSES = 20
MAX_WEEKS = 52
PLACES = 1  # of a figure that is shown


@dataclass(frozen=True, slots=True)
class Goal:
    """One class, as it stood when the tranche was frozen, and what is to become of it."""

    class_id: str
    title: str  # foreign
    owner: str  # "": nobody
    open: int
    impact: float  # weighted, of what was open
    arrivals: int  # in the weeks before
    target: float  # weighted impact at the end, at most
    criterion: Acceptance
    stage: Stage
    why: str  # its rank


@dataclass(frozen=True, slots=True)
class Mark:
    """Who did a step, and when."""

    by: str  # login
    at: datetime


@dataclass(frozen=True, slots=True)
class Tranche:
    """A frozen list of classes, with its baseline."""

    repository: str
    since: str  # ISO week, the first
    until: str  # the last
    before: int  # weeks that arrivals were counted in
    baseline: float  # weighted impact of all that was open, of every class
    goals: tuple[Goal, ...]
    state: State = "draft"
    accepted: Mark | None = None
    closed: Mark | None = None
    review: reports.TrancheReview | None = None  # as it was told when it was closed: that is what is read and cleared
    cleared: Mark | None = None  # the review was read and agreed to

    @property
    def weeks(self) -> int:
        return len(_weeks(self.since, self.until))

    @property
    def burden(self) -> float:
        """Weighted impact of its classes when it was frozen."""
        return math.fsum(each.impact for each in self.goals)


class Stand(NamedTuple):
    """What a class stands at."""

    open: int = 0
    impact: float = 0.0
    stage: Stage = "open"


@dataclass(frozen=True, slots=True)
class After:
    """What a tranche has come to at the end of a week."""

    week: str
    impact: float  # weighted, of all that is open
    classes: Mapping[str, Stand]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one class."""

    goal: Goal
    open: int
    impact: float
    stage: Stage
    arrivals: Comparison  # before and during
    is_met: bool  # verified, or at its target

    @property
    def shown(self) -> str:
        parts = (
            f"{self.goal.open} -> {self.open} open",
            f"impact {self.goal.impact:.{PLACES}f} -> {self.impact:.{PLACES}f} (target {self.goal.target:.{PLACES}f})",
            f"arrivals {self.arrivals.shown}",
            self.stage,
        )
        return f"{'met' if self.is_met else 'missed'}: {', '.join(parts)}"


@dataclass(frozen=True, slots=True)
class Proposal:
    """The next tranche, as a draft, and why it holds just these classes."""

    tranche: Tranche
    arithmetic: tuple[str, ...]  # a sentence for the whole, then one for each class


@dataclass(frozen=True, slots=True)
class Review:
    """Before and after."""

    tranche: Tranche
    week: str  # whose report is after
    outcomes: tuple[Outcome, ...]
    impact: float  # weighted, of all that is open
    arrivals: Comparison  # of all classes
    proposal: Proposal

    @property
    def met(self) -> int:
        return sum(each.is_met for each in self.outcomes)

    @property
    def burnt(self) -> float:
        """Weighted impact that its classes lost; below 0: they gained."""
        return self.tranche.burden - math.fsum(each.impact for each in self.outcomes)

    @property
    def shown(self) -> str:
        total = counted(len(self.outcomes), "class", "classes")
        impact = f"impact {self.tranche.baseline:.{PLACES}f} -> {self.impact:.{PLACES}f}"
        return f"{self.met} of {total} met; {impact}; arrivals {self.arrivals.shown}"


_STORED = TypeAdapter(Tranche)


def stored(tranche: Tranche) -> str:
    """As JSON."""
    return _STORED.dump_json(tranche).decode()


def read(text: str) -> Tranche:
    """What was stored. Raises ValueError."""
    return _STORED.validate_json(text)


def freeze(
    report: Report,
    classes: Sequence[str] = (),
    length: int = WEEKS,
    arrivals: Mapping[str, int] | None = None,
    before: int = MONTH,
    share: float = SHARE,
) -> Tranche:
    """A draft from a week's report, for the weeks after it: of these classes, or of the first ones by rank.

    arrivals: by class, in so many weeks before; where they are not given, the occurrence of the report is taken.
    """
    rows = {each.id: each for each in report.classes}
    chosen = [rows[each] for each in classes if each in rows] if classes else [*_burdened(report.classes)][:CLASSES]
    since, until = _following(report.week, max(1, min(length, MAX_WEEKS)))
    goals = tuple(_goal(each, arrivals, before, share) for each in chosen[:MAX_CLASSES])
    return Tranche(report.repository, since, until, before, report.impact.now, goals)


def _burdened(rows: Iterable[ClassRow]) -> Iterable[ClassRow]:
    """Those with something left to burn down."""
    return (each for each in rows if each.stage != "verified" and each.open)


def _goal(row: ClassRow, arrivals: Mapping[str, int] | None, before: int, share: float) -> Goal:
    impact = row.arithmetic.impact
    known = round(row.arithmetic.occurrence / MONTH * before) if arrivals is None else arrivals.get(row.id, 0)
    why = f"rank {row.rank}: {row.arithmetic.text}"
    target = impact * min(1.0, max(0.0, share))
    title = row.title.encode(errors="replace").decode()  # JSON has no lone surrogates
    return Goal(row.id, title, row.owner, row.open, impact, known, target, row.criterion, row.stage, why)


# Steps, each a person's


def accept(tranche: Tranche, by: str, at: datetime) -> Tranche | str:
    """The same, accepted; or why not, a sentence for a person."""
    if not by:
        return "a person accepts a tranche"
    if tranche.state != "draft":
        return f"this tranche is {tranche.state} already"
    if not tranche.goals:
        return "this tranche holds no class: name one"
    return replace(tranche, state="accepted", accepted=Mark(by, at))


def close(tranche: Tranche, by: str, at: datetime) -> Tranche | str:
    """The same, closed, also before its time; or why not."""
    if not by:
        return "a person closes a tranche"
    if tranche.state != "accepted":
        return f"only an accepted tranche is closed, and this one is {_article(tranche.state)}"
    return replace(tranche, state="closed", closed=Mark(by, at))


def clear(tranche: Tranche, by: str, at: datetime) -> Tranche | str:
    """The same, its review cleared; or why not."""
    if not by:
        return "a person clears a review"
    if tranche.state != "closed":
        return f"a review is cleared once its tranche is closed, and this one is {_article(tranche.state)}"
    if tranche.cleared:
        return f"the review was cleared by {quoted(tranche.cleared.by)} on {tranche.cleared.at:%Y-%m-%d}"
    return replace(tranche, cleared=Mark(by, at))


def _article(state: State) -> str:
    return "a draft" if state == "draft" else state


# The review


def review(
    tranche: Tranche,
    report: Report,
    arrivals: Mapping[str, int],
    before: int,
    during: int,
    after: After | None = None,
) -> Review:
    """Before and after; what comes next is proposed by the report.

    arrivals: by class, while it lasted; before, during: of all classes, in `tranche.before` and in `tranche.weeks`;
    after: at its end, where that is not the week of the report.
    """
    after = after or _after(report)
    spans = (float(tranche.before), float(_lasted(tranche, after.week)))
    outcomes = tuple(_outcome(each, after.classes.get(each.class_id), arrivals, spans) for each in tranche.goals)
    burnt = tranche.burden - math.fsum(each.impact for each in outcomes)
    proposal = propose(report, outcomes, burnt, tranche.weeks)
    return Review(tranche, after.week, outcomes, after.impact, compare(before, during, spans), proposal)


def _after(report: Report) -> After:
    stand = {each.id: Stand(each.open, each.arithmetic.impact, each.stage) for each in report.classes}
    return After(report.week, report.impact.now, stand)


def _lasted(tranche: Tranche, week: str) -> int:
    """In whole weeks: a tranche that is closed early was shorter, and one that has just begun had none yet."""
    return len(_weeks(tranche.since, min(week, tranche.until)))


def _outcome(goal: Goal, stand: Stand | None, arrivals: Mapping[str, int], spans: tuple[float, float]) -> Outcome:
    """A class that no report names any more has nothing open."""
    still, impact, stage = stand or Stand(stage=goal.stage)
    compared = compare(goal.arrivals, arrivals.get(goal.class_id, 0), spans)
    return Outcome(goal, still, impact, stage, compared, stage == "verified" or impact <= goal.target)


def propose(report: Report, outcomes: Sequence[Outcome] = (), burnt: float = 0.0, length: int = WEEKS) -> Proposal:
    """The next tranche: what was missed, then by rank, as much as the last one burnt down; at least one class."""
    missed = {each.goal.class_id for each in outcomes if not each.is_met}
    rows = sorted(_burdened(report.classes), key=lambda each: (each.id not in missed, each.rank))
    is_first = not outcomes
    chosen: list[ClassRow] = []
    said: list[str] = []
    total = 0.0
    for row in rows[:MAX_CLASSES]:
        work = row.arithmetic.impact * (1 - SHARE)
        if chosen and (len(chosen) >= CLASSES if is_first else total + work > burnt):
            break
        total += work
        chosen.append(row)
        carried = "carried over, " if row.id in missed else ""
        said.append(f"{row.id}: {carried}rank {row.rank}, {row.arithmetic.text}; to burn down {work:.{PLACES}f}")
    tranche = freeze(report, [each.id for each in chosen], length)
    if not chosen:
        return Proposal(replace(tranche, goals=()), ("nothing is left to burn down",))
    return Proposal(tranche, (_sum(chosen, total, burnt, length, is_first=is_first), *said))


def _sum(chosen: Sequence[ClassRow], total: float, burnt: float, length: int, *, is_first: bool) -> str:
    terms = " + ".join(f"{each.arithmetic.impact * (1 - SHARE):.{PLACES}f}" for each in chosen)
    work = f"{terms} = {total:.{PLACES}f} of impact to burn down in {counted(length, 'week', 'weeks')}"
    if is_first:
        return (
            f"{work}; no tranche before tells the pace, so it is the first {counted(len(chosen), 'class', 'classes')}"
        )
    more = "" if total <= burnt else ", which is more, but a tranche has at least one class"
    return f"{work}; the last one burnt down {burnt:.{PLACES}f}{more}"


# Weeks


def planned(tranche: Tranche) -> reports.Tranche:
    """For the weekly report: its plan falls evenly from the baseline, and its scope stays what it was."""
    names = _weeks(tranche.since, tranche.until)
    fall = math.fsum(each.impact - each.target for each in tranche.goals)
    line = tuple(
        reports.Planned(name, tranche.baseline - fall * number / len(names), tranche.baseline)
        for number, name in enumerate(names, start=1)
    )
    return reports.Tranche(
        tranche.since, tranche.until, tranche.baseline, line, tuple(each.class_id for each in tranche.goals)
    )


def is_over(tranche: Tranche, week: str) -> bool:
    """Whether its last week is this one or lies behind it: its review is due."""
    return tranche.state == "accepted" and week >= tranche.until


def shifted(week: str, by: int) -> str:
    """The week so many after this one; below 0: before it. Raises ValueError."""
    return week_of((read_week(week).window.start + timedelta(weeks=by)).date())


def _following(week: str, length: int) -> tuple[str, str]:
    """The first and the last of so many weeks after this one."""
    return shifted(week, 1), shifted(week, length)


def _weeks(since: str, until: str) -> tuple[str, ...]:
    first, last = read_week(since).window.start, read_week(until).window.start
    return tuple(each.name for each in weeks(first, last))
