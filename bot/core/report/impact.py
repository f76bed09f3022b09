"""Weighted open impact at the edges of weeks, and how far its change is from what chance does. Reads nothing else."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from bot.core.ledger.flows import Stay
from bot.core.report.figures import WEIGHTS
from bot.core.report.model import Impact
from bot.core.report.ranking import OpenDefect

MEAN = 4  # weeks before this one, whose mean the impact is held against
STEPS = 12  # whole weeks whose steps tell how much chance moves the impact
STUDENT = 1.782  # of 12 degrees of freedom: nine of ten are nearer
SPREAD = math.sqrt(sum(((MEAN - back) / MEAN) ** 2 for back in range(MEAN)))  # of the difference, in steps: 1.37

INTERVAL = (
    f"now less the mean at the end of the {MEAN} weeks before, in parts of that mean, and {STUDENT} x {SPREAD:.2f} x "
    f"the step to either side; the step is the root mean square of the changes over {STEPS} whole weeks, as if each "
    "were drawn anew; none with fewer weeks, or if nothing ever moved"
)


class Stock(NamedTuple):
    """What is open at a moment."""

    open: int
    impact: float
    backfilled: int  # of the open: from before somebody watched


def stocks(
    stays: Iterable[Stay], edges: int, heard: Callable[[int], int], old: frozenset[int] = frozenset()
) -> tuple[Stock, ...]:
    """At each edge. heard: how many people and reports an issue reached, as known now, for that has no history; old:
    issues from before somebody watched.

    Counts are whole numbers until the last sum, so that no order of the issues moves a figure.
    """
    changes: dict[tuple[str, int, bool], list[int]] = {}
    for number, _, severity, first, last in stays:
        if first == last:
            continue
        key = (severity if severity in WEIGHTS else "", heard(number), number in old)
        counts = changes.get(key)
        if counts is None:
            counts = changes[key] = [0] * (edges + 1)
        counts[first] += 1
        counts[last] -= 1
    found = {key: tuple(accumulate(counts)) for key, counts in changes.items()}
    return tuple(_stock(found, place) for place in range(edges))


def held_against(impacts: Sequence[float], whole: Iterable[float]) -> Impact:
    """impacts: at the ends of the weeks, the last one now; whole: at the edges of whole weeks, both oldest first.

    Where each weekly change is drawn anew from one distribution, the change of now against the mean of the 4 ends
    before it is a sum of 1, 3/4, 1/2 and 1/4 of the last four changes. Simulated (normal steps, with and without a
    drift; 20,000 series), the interval holds what that sum would be on average in 93 to 95 %: a little wide, for what
    the last four changes are is seen in both.
    """
    now, before = impacts[-1], impacts[-MEAN - 1 : -1]
    if len(before) < MEAN:
        return Impact(now)
    mean = math.fsum(before) / MEAN
    steps = [after - before for before, after in pairwise(whole)][-STEPS:]
    step = math.sqrt(math.fsum(each * each for each in steps) / STEPS)
    if len(steps) < STEPS or not step or not mean > 0:
        return Impact(now, mean)
    change, margin = now / mean - 1, STUDENT * SPREAD * step / mean
    return Impact(now, mean, (change - margin, change + margin))


def _stock(counts: Mapping[tuple[str, int, bool], Sequence[int]], place: int) -> Stock:
    there = [(key, found[place]) for key, found in counts.items() if found[place]]
    impact = math.fsum(count * OpenDefect(0, severity, heard).impact for (severity, heard, _), count in there)
    return Stock(sum(count for _, count in there), impact, sum(count for (*_, is_old), count in there if is_old))
