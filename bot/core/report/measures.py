"""The figures of terms.md for the last weeks, beside those that the report says in words. Judges none of them."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

from bot.core.ledger.flows import Flow, Window, carry_over
from bot.core.ledger.told import Merged
from bot.core.recurrence.judging import failing
from bot.core.recurrence.model import Fix
from bot.core.report import figures
from bot.core.report.figures import Figure, Speed
from bot.core.report.fixes import Fixed, against
from bot.core.report.folded import PERIOD, Folded
from bot.core.report.model import ClassRow, Measure

PACE = 4  # weeks, in which flow is counted, and at whose pace the backlog burns down
DAY = timedelta(days=1)
NO_TIME = timedelta()
_CAME = frozenset({"opened", "reopened", "in_"})


def measures(
    scene: Folded, now: Sequence[Flow], fixed: Sequence[Fixed], ranked: Sequence[ClassRow]
) -> tuple[Measure, ...]:
    """Flow of the last 4 weeks; speed, and how well fixes hold, of the last 12, for of these there are few.

    Without figures that rest on nothing.
    """
    found: list[tuple[int, Figure | Speed]] = [(PACE, each) for each in _flow(scene, now[-PACE:])]
    found += [(PERIOD, each) for each in _speed(scene)]
    found += [(PERIOD, each) for each in _quality(scene, fixed, ranked)]
    return tuple(Measure(min(weeks, len(scene.weeks)), each) for weeks, each in found if _is_known(each))


def _is_known(found: Figure | Speed) -> bool:
    return bool(found.n or (found.open if isinstance(found, Speed) else found.numerator))


def _flow(scene: Folded, last: Sequence[Flow]) -> Iterator[Figure]:
    """What is reopened counts as opened, for it was closed before; but not as arrived."""
    since, start = scene.since(PACE), last[0].open_before
    arrived, reopened = sum(each.opened for each in last), sum(each.reopened for each in last)
    completed, dismissed = sum(each.completed for each in last), sum(each.dismissed for each in last)
    came, went = Counter[str](), Counter[str]()
    for found in scene.moved.values():
        for at, term, _, severity, _ in found:
            if at >= since:
                (came if term in _CAME else went)[severity] += 1
    still = Counter(step.severity for step in scene.open.values())
    yield figures.net_burn(completed, dismissed, arrived, reopened)
    yield figures.bmi(completed + dismissed, arrived)
    yield figures.mei(went, came)
    yield figures.weighted_burn_down_time((scene.present - since) / DAY, still, came, went)
    yield figures.incoming_vs_open(arrived + reopened, start)
    yield figures.closed_vs_open(completed + dismissed, start)
    yield figures.carry_over(carry_over(scene.now, Window(since, scene.end)), start)


def _speed(scene: Folded) -> Iterator[Speed]:
    """Of what was done in these weeks, each issue by its first fix; whatever is open and not done yet waits."""
    came = {number: steps[0].at for number, steps in scene.now.items()}
    waiting = {number: came[number] for number in scene.open}
    fixed = {issue: at for at, issue, _, _ in reversed(scene.merged) if issue in came}
    yield _took(scene, "time to triage", came, _triaged(scene), waiting)
    yield _took(scene, "time to fix", came, fixed, waiting)
    if scene.timeline.releases:
        yield _release_speed(scene)


def _release_speed(scene: Folded) -> Speed:
    """Of what was released in these weeks, and of what is merged and waits for a release."""
    since, present, shipped = scene.since(PERIOD), scene.present, scene.timeline.first
    before = max((each.at for each in scene.timeline.releases if each.at < since), default=None)
    start = bisect_right(scene.merged, before, key=_moment) if before else 0  # what was merged until then was in that
    came_out = [(each.at, shipped(each.at)) for each in scene.merged[start:]]
    took = [(release.at - at) / DAY for at, release in came_out if release]
    return figures.speed("time to release", took, [(present - at) / DAY for at, release in came_out if not release])


def _moment(merged: Merged) -> datetime:
    return merged.at


def _took(
    scene: Folded,
    name: Literal["time to triage", "time to fix"],
    came: Mapping[int, datetime],
    done: Mapping[int, datetime],
    waiting: Mapping[int, datetime],
) -> Speed:
    """From when they came; of what was done in these weeks. What was done before takes no time."""
    since, end = scene.since(PERIOD), scene.end
    took = [
        max(at - came[number], NO_TIME) / DAY for number, at in done.items() if number in came and since <= at < end
    ]
    waited = [(scene.present - at) / DAY for number, at in waiting.items() if number not in done]
    return figures.speed(name, took, waited)


def _triaged(scene: Folded) -> Mapping[int, datetime]:
    """When each issue had both a class and an owner, first."""
    found: dict[int, datetime] = {}
    for number, owned_at in scene.summary.owned.items():
        for step in scene.then.get(number, ()):
            if step.class_id:
                found[number] = max(step.at, owned_at)
                break
    return found


def _quality(scene: Folded, fixed: Sequence[Fixed], ranked: Sequence[ClassRow]) -> Iterator[Figure]:
    since, classes = scene.since(PERIOD), scene.material.classes
    recent = [each for each in fixed if each.at >= since]
    checked = [each for each in recent if each.level is not None]
    repeats, arrivals = sum(row.repeat.numerator for row in ranked), sum(row.repeat.n for row in ranked)
    yield figures.repeat_rate(round(repeats), arrivals)
    yield _failed(scene, recent)
    yield figures.proof_coverage(sum(each.is_proven for each in checked), len(checked))
    yield figures.waiver_rate(sum(each.is_waived for each in checked), len(checked))
    targets = {id_: timedelta(days=known.sla_days) for id_, known in classes.items() if known.sla_days}
    aimed = [each for each in recent if each.class_id in targets and each.issue in scene.now]
    if aimed:
        late = sum(each.at - scene.now[each.issue][0].at > targets[each.class_id] for each in aimed)
        yield figures.percent_delinquent(late, len(aimed))


def _failed(scene: Folded, recent: Sequence[Fixed]) -> Figure:
    """A fix is observed from its release on, in a repository without any from its merge; until then it is young."""
    material, told, timeline = scene.material, against(scene), scene.timeline
    failed = observed = 0
    for each in recent:
        first = timeline.first(each.at)
        start = first.at if first else None if timeline.releases else each.at
        if start is None or start + timedelta(days=material.enough.days) > scene.present:
            continue
        observed += 1
        reports = told.get((each.issue, each.pull), ())
        fix = Fix(each.pull, each.at, (), start)
        failed += failing(each.issue, fix, reports, scene.told.reporters, material.enough).has_failed
    young = len(recent) - observed
    return figures.failed_fix_rate(failed, observed, young, material.enough.days, material.enough.reports)
