"""What a week's report tells of the tranches of a repository: which one it is about, how it stands, what came of it.

Begins and ends none.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from itertools import pairwise
from typing import Literal

from bot.core.ledger.course import Kind
from bot.core.ledger.flows import read_week
from bot.core.ledger.summary import Summary
from bot.core.report.model import Report, Step, TrancheClass, TrancheReview
from bot.core.report.ranking import MONTH
from bot.core.report.tranche import After, Mark, Outcome, Review, Tranche, review, shifted
from bot.core.weeks import week_of


def current(tranches: Sequence[Tranche], week: str) -> Tranche | None:
    """The one that the report on a week tells of: the newest that began with the week after it, or earlier."""
    return next((each for each in reversed(tranches) if each.since <= shifted(week, 1)), None)


def is_due(since: str, tranches: Sequence[Tranche], week: str) -> bool:
    """Whether one that is asked for from a week on is to be frozen when the report on this week is made."""
    if any(each.since == since for each in tranches):
        return False
    try:
        read_week(shifted(since, -MONTH))
    except ValueError:  # before anything is counted
        return False
    return week >= shifted(since, -1)


def is_running(tranche: Tranche | None) -> bool:
    """Until a person closes it, also when its weeks are over."""
    return tranche is not None and tranche.state == "accepted"


def whole_week(at: datetime, zone: tzinfo) -> str:
    """The last one that was over at a moment."""
    return shifted(week_of(at.astimezone(zone).date()), -1)


def last_week(tranche: Tranche) -> str:
    """The last whole one of it; of one that was closed in its first week that before it."""
    return tranche.review.week if tranche.review else tranche.until


def arrivals(known: Summary, edges: Sequence[datetime]) -> tuple[Mapping[str, int], ...]:
    """Defects that arrived between neighbouring edges, as classified now, by class; edges ascend."""
    came = [
        (each.at, class_id)
        for class_id, found in known.happened.items()
        for each in found
        if each.kind is Kind.REPORTED and edges[0] <= each.at < edges[-1]
    ]
    return tuple(Counter(name for at, name in came if start <= at < end) for start, end in pairwise(edges))


def reviewed(tranche: Tranche, report: Report, known: Summary, zone: tzinfo, after: After | None = None) -> Review:
    """Before and after: by what its last whole week came to, else by the report, on the week that it has come to."""
    since = read_week(tranche.since, zone).window.start
    end = max(since, read_week(min(report.week, tranche.until), zone).window.end)
    start = read_week(shifted(tranche.since, -tranche.before), zone).window.start
    before, during = arrivals(known, (start, since, end))
    return review(tranche, report, during, sum(before.values()), sum(during.values()), after)


def recorded(tranche: Tranche, week: str) -> TrancheReview | None:
    """What was told when it was closed, for the reports since; what was cleared is not told again. None: it was not
    closed, or the report is on a week before its last.
    """
    found = tranche.review
    if found is None or week < found.week:
        return None
    if tranche.cleared is None:
        return found
    return replace(found, phase="cleared", classes=(), proposed=(), arithmetic=(), cleared=_step(tranche.cleared))


def told(found: Review, phase: Literal["running", "over", "closed"], waiting: str = "") -> TrancheReview:
    """A plain value, for every form of a report and for answers."""
    tranche, draft = found.tranche, found.proposal
    is_ended = phase != "running"
    return TrancheReview(
        since=tranche.since,
        until=tranche.until,
        week=found.week,
        phase=phase,
        baseline=tranche.baseline,
        impact=found.impact,
        arrivals=found.arrivals,
        classes=tuple(_classes(found.outcomes)),
        accepted=_step(tranche.accepted),
        closed=_step(tranche.closed) if phase == "closed" else None,
        proposed=tuple(each.class_id for each in draft.tranche.goals) if is_ended else (),
        arithmetic=draft.arithmetic if is_ended else (),
        waiting=waiting,
    )


def _classes(outcomes: Iterable[Outcome]) -> Iterable[TrancheClass]:
    return (
        TrancheClass(
            id=each.goal.class_id,
            title=each.goal.title,
            owner=each.goal.owner,
            was_open=each.goal.open,
            open=each.open,
            was_impact=each.goal.impact,
            impact=each.impact,
            target=each.goal.target,
            arrivals=each.arrivals,
            criterion=each.goal.criterion,
            stage=each.stage,
            is_met=each.is_met,
        )
        for each in outcomes
    )


def _step(mark: Mark | None) -> Step | None:
    return Step(mark.by, mark.at) if mark else None
