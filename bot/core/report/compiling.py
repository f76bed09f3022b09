"""From the ledger to the report of one ISO week: which entries make up which figure. Formats nothing.

Everything is counted as classified now, with what was reported then beside it; and every window of every class has to
balance in both, or nothing is said at all. "Now" is the end of the week, in a running one the present.
"""

import math
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain

from bot.core.ledger.flows import Flow, balance, series, stays, totals
from bot.core.report import figures
from bot.core.report.acceptance import Standing, courses, standing
from bot.core.report.classes import reopen_rate, rows
from bot.core.report.figures import Figure
from bot.core.report.fixes import again, fixes, returned, unproven, waivers
from bot.core.report.folded import SHOWN, Folded, folded
from bot.core.report.impact import INTERVAL, Stock, held_against, stocks
from bot.core.report.material import Material
from bot.core.report.measures import PACE, measures
from bot.core.report.model import (
    ACCEPTANCE,
    DEFINITIONS,
    ClassRow,
    Count,
    Excluded,
    Freshness,
    Left,
    Report,
    Week,
)
from bot.core.report.steady import AGREED, agreed
from bot.core.report.tranche import After, Stand

PROPOSED = 3  # classes
DAY = timedelta(days=1)

_MEANINGS = {"verdict": AGREED}


def compiled(material: Material) -> Report:
    """Raises Unbalanced where stock and flow differ, and ValueError where there is no such week."""
    scene = folded(material)
    edges, open_now, open_then = scene.edges, stays(scene.now, scene.edges), stays(scene.then, scene.edges)
    by_class = series(scene.now, edges, open_now)
    now = balanced(by_class, edges)
    then = balanced(series(scene.then, edges, open_then), edges)
    stock = stocks(open_now, len(edges), scene.heard, _old(scene))
    fixed, back = fixes(scene), again(scene)
    ranked = rows(scene, by_class, fixed, back, _standings(scene))
    return Report(
        repository=material.repository,
        week=scene.week.name,
        as_of=material.now,
        verdict=agreed([now[place].opened for place in scene.whole]),
        impact=held_against([each.impact for each in stock[1:]], _whole(scene, stock)),
        reopened=reopen_rate(scene),
        burn_down=_burn_down(scene, now),
        weeks=tuple(_weeks(scene, now, then, stock, stocks(open_then, len(edges), scene.heard)))[-SHOWN:],
        tranche=material.tranche,
        classes=ranked,
        regressions=tuple(returned(scene, back)),
        unproven=tuple(unproven(scene, fixed)),
        waivers=tuple(waivers(scene, fixed, back)),
        proposed=proposal(ranked),
        outside=tuple(material.outside),
        excluded=tuple(_excluded(scene)),
        measures=measures(scene, now, fixed, ranked),
        freshness=_freshness(scene),
        definitions=(*((name, _MEANINGS.get(name, text)) for name, text in DEFINITIONS), ("90 % interval", INTERVAL)),
    )


def come_to(material: Material, classes: Container[str]) -> After:
    """What these classes stood at in the week, as its report would have it, for a part of the price."""
    scene = folded(material)
    impacts = {class_id: [each.impact for each in found] for class_id, found in scene.open_by_class.items()}
    stood: dict[str, Stand] = {}
    for class_id, each in _standings(scene, classes).items():
        still = impacts.get(class_id, [])
        stood[class_id] = Stand(len(still), math.fsum(still), each.stage)
    return After(scene.week.name, math.fsum(chain.from_iterable(impacts.values())), stood)


def _standings(scene: Folded, classes: Container[str] | None = None) -> Mapping[str, Standing]:
    """Of every class, or of these, how far its acceptance criterion is met at the end of the week."""
    material = scene.material
    found: dict[str, Standing] = {}
    for class_id, course in courses(scene.summary, scene.told, classes).items():
        known = material.classes.get(class_id)
        criterion = known.acceptance if known else ACCEPTANCE
        now, since = scene.present, material.watched_since
        found[class_id] = standing(course, criterion, scene.timeline, now, material.enough, since)
    return found


def balanced(by_class: Mapping[str, Sequence[Flow]], edges: Sequence[datetime]) -> tuple[Flow, ...]:
    """All classes together, window by window. Raises Unbalanced, naming the first class and window that do not add up,
    and where the sum does not.
    """
    every = totals(by_class, edges)
    for flows in (*by_class.values(), every):
        for each in flows:
            balance(each)
    return every


def proposal(ranked: Sequence[ClassRow]) -> tuple[ClassRow, ...]:
    """The first classes that have something open and are not at their target."""
    return tuple(each for each in ranked if each.open and each.state != "at-target")[:PROPOSED]


def _old(scene: Folded) -> frozenset[int]:
    """Issues from before somebody watched."""
    watched_since = scene.material.watched_since
    if watched_since is None:
        return frozenset()
    return frozenset(number for number, steps in scene.now.items() if steps[0].at < watched_since)


def _weeks(
    scene: Folded, now: Sequence[Flow], then: Sequence[Flow], stock: Sequence[Stock], reported: Sequence[Stock]
) -> Iterator[Week]:
    """stock, reported: as classified now and as reported then, at every edge."""
    watched_since = scene.material.watched_since
    for place, week in enumerate(scene.weeks):
        was_told = watched_since is None or watched_since < week.window.end
        yield Week(
            week.name,
            _count(now[place], stock[place + 1]),
            _count(then[place], reported[place + 1]) if was_told else None,
            stock[place + 1].backfilled,
        )


def _count(flow: Flow, stock: Stock) -> Count:
    closures = flow.completed + flow.dismissed
    return Count(flow.opened, flow.reopened, closures, flow.in_ - flow.out, flow.open_after, stock.impact)


def _whole(scene: Folded, stock: Sequence[Stock]) -> tuple[float, ...]:
    """The impact at every edge of the whole weeks."""
    places = scene.whole
    return tuple(stock[place].impact for place in (*places, places[-1] + 1)) if places else ()


def _burn_down(scene: Folded, now: Sequence[Flow]) -> Figure | None:
    """At the pace of the last four weeks, of which a running one has only just so many days."""
    if len(now) < PACE:
        return None
    last = now[-PACE:]
    opened = sum(each.opened + each.reopened + each.in_ for each in last)
    closed = sum(each.completed + each.dismissed + each.out for each in last)
    days = (scene.present - scene.since(PACE)) / DAY
    return figures.burn_down_time(days, last[-1].open_after, opened, closed)


def _excluded(scene: Folded) -> Iterator[Excluded]:
    """Issues of the weeks that are shown, which are no defects as classified now."""
    since = scene.since(SHOWN)
    found: Counter[Left] = Counter()
    for number, steps in scene.then.items():
        last = steps[-1]
        if number in scene.class_of or not since <= steps[0].at < scene.end:
            continue
        if last.ended == "dismissed":
            found["duplicate" if last.ref else "not planned"] += 1
        else:
            found["no defect" if number in scene.told.unsaid else "unclassified"] += 1
    for each in scene.material.excluded:
        found[each.why] += each.count
    return (Excluded(why, found[why]) for why in sorted(found) if found[why])


def _freshness(scene: Folded) -> Freshness:
    """A past that was read to its end goes back to the first entry."""
    known = scene.material.freshness
    since = known.since or (scene.told.first if known.is_complete else None)
    return replace(known, newest_at=known.newest_at or scene.told.last, since=since)
