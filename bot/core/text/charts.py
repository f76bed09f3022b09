"""Charts as text: a sparkline, bars for a terminal, and Mermaid. Takes no foreign text: weeks and numbers only."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.core.report.model import Report

MAX_WEEKS = 13  # a quarter; a telephone shows no more
MOST = 1e9  # beyond which a chart shows nothing
BARS = "#3B82C4"  # each of them at least 3:1 against GitHub's light, dark and dimmed background
PLAN = "#D55E00"
SCOPE = "#9A6DD7"

_SPARKS = "▁▂▃▄▅▆▇█"
_EIGHTHS = " ▏▎▍▌▋▊▉"
_OF_A_WEEK = frozenset("0123456789W-")


@dataclass(frozen=True, slots=True)
class Point:
    """A week of the chart; plan and scope are None where no tranche is or was."""

    week: str
    impact: float
    plan: float | None = None
    scope: float | None = None


def points(report: Report) -> tuple[Point, ...]:
    """The newest weeks, oldest first."""
    planned = {each.week: each for each in report.tranche.planned} if report.tranche else {}
    return tuple(
        Point(each.week, each.now.impact, known.plan, known.scope)
        if (known := planned.get(each.week))
        else Point(each.week, each.now.impact)
        for each in report.weeks[-MAX_WEEKS:]
    )


def sparkline(values: Iterable[float]) -> str:
    """One block for each value, from nothing to the greatest."""
    heights = [_bounded(each) for each in values]
    top = max(heights, default=0.0) or 1.0
    return "".join(_SPARKS[min(7, int(each / top * 8))] for each in heights)


def xychart(shown: Sequence[Point]) -> Iterator[str]:
    """The lines of a Mermaid chart, without its fence; nothing where there is nothing to draw.

    A frontmatter and `xychart-beta` work since Mermaid 10.5. A line cannot have gaps: before a tranche began its lines
    are level, and the table beside the chart has no number there.
    """
    if not shown:
        return
    lines = [(name, _gapless(values)) for name, values in _lines(shown) if any(each is not None for each in values)]
    impacts = [each.impact for each in shown]
    weeks = ", ".join(f'"{_label(each.week)[-3:]}"' for each in shown)
    top = max(_bounded(value) for values in (impacts, *(drawn for _, drawn in lines)) for value in values)
    colors = (BARS, PLAN, SCOPE)[: 1 + len(lines)]
    yield from ("---", "config:", "  themeVariables:", "    xyChart:")
    yield from (f'      plotColorPalette: "{", ".join(colors)}"', "---", "xychart-beta")
    yield "  accTitle: Weighted open impact by week"
    yield f"  accDescr: {'. '.join(_described(shown, lines))}"
    yield f"  x-axis [{weeks}]"
    yield f'  y-axis "open impact" 0 --> {max(1, math.ceil(top))}'
    yield f"  bar [{_series(impacts)}]"
    yield from (f"  line [{_series(values)}]" for _, values in lines)


def bars(shown: Sequence[Point], width: int = 40) -> Iterator[str]:
    """A bar of so many cells at most for each week, with its number; `┊` is where the plan would have it."""
    top = max((_bounded(value) for each in shown for value in (each.impact, each.plan or 0.0)), default=0.0) or 1.0
    digits = max((len(amount(each.impact)) for each in shown), default=0)
    for each in shown:
        cells, eighths = divmod(round(_bounded(each.impact) / top * width * 8), 8)
        drawn = list(("█" * cells + _EIGHTHS[eighths]).strip().ljust(width))
        if each.plan is not None:
            at = min(width - 1, round(_bounded(each.plan) / top * width))
            drawn[at] = "┊"
        plan = "" if each.plan is None else f"  plan {amount(each.plan)}"
        yield f"{_label(each.week)} {''.join(drawn)} {amount(each.impact):>{digits}}{plan}"


def amount(value: float | None) -> str:
    """A figure as people read it: one decimal, and no seven digits in a row, which might be a commit."""
    return f"{value:z,.1f}" if value is not None and math.isfinite(value) else "-"


def _lines(shown: Sequence[Point]) -> tuple[tuple[str, list[float | None]], ...]:
    return ("plan", [each.plan for each in shown]), ("scope", [each.scope for each in shown])


def _gapless(values: Sequence[float | None]) -> list[float]:
    last = next((each for each in values if each is not None), 0.0)
    return [last := last if each is None else each for each in values]


def _described(shown: Sequence[Point], lines: Sequence[tuple[str, Sequence[float]]]) -> Iterator[str]:
    first, last = shown[0], shown[-1]
    weeks = f"from {amount(first.impact)} in {_label(first.week)} to {amount(last.impact)} in {_label(last.week)}"
    yield f"The bars are the weighted open impact, {weeks}"
    for place, (name, values) in zip(("first", "second"), lines, strict=False):
        yield f"The {place} line is the {name}, from {amount(values[0])} to {amount(values[-1])}"
    yield "The table below has every number"


def _label(week: str) -> str:
    """A `"` in a label kills a chart: whatever is in no ISO week is left out."""
    return "".join(each for each in week if each in _OF_A_WEEK)[:8] or "-"


def _series(values: Iterable[float]) -> str:
    return ", ".join(f"{_bounded(each):.1f}".removesuffix(".0") for each in values)


def _bounded(value: float) -> float:
    """Never below zero, nor the zero below it, which is written with a sign."""
    return min(max(value, 0.0), MOST) + 0.0 if math.isfinite(value) else 0.0
