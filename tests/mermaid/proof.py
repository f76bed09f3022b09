"""Whether a version of Mermaid accepts the charts of reports, and whether they then say what the reports say.

What the parser refuses is not all that can go wrong: it accepts bars that are missing or stand above the axis.
"""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from markdown_it import MarkdownIt

from bot.core.report.model import Planned, Report
from bot.core.text import weekly
from bot.core.text.charts import BARS, MAX_WEEKS, MOST, PLAN, SCOPE
from tests.core.weeklies import BUSY
from tests.mermaid.bundles import bundle
from tests.mermaid.readings import Drawing, Reading, Refusal, readings
from tests.mermaid.reports import reports

BLOCKS = MarkdownIt("commonmark", {"html": True}).enable("table").disable("inline")
TOLD = 0.051  # numbers of a chart have one decimal
SEEN = 1e-4  # of the greatest value: places have three decimals

REFUSED: dict[str, Callable[[str], str]] = {  # charts that no version may accept
    "a quotation mark in a label": lambda text: text.replace('"W33"', '"W"33"'),
    "a tag in a label": lambda text: text.replace('"W33"', '"W<b>33"'),
    "no number": lambda text: text.replace("bar [115,", "bar [nan,"),
    "a number with an exponent": lambda text: text.replace("bar [115,", "bar [1e3,"),
    "no number that ends": lambda text: text.replace("bar [115,", "bar [inf,"),
    "thousands that are apart": lambda text: text.replace("0 --> 115", "0 --> 1 115"),
    "bars that do not end": lambda text: text.replace("81, 96]", "81, 96"),
    "another name": lambda text: text.replace("xychart-beta", "barchart"),
    "a line too many": lambda text: f"{text}\n  legend x",
    "a frontmatter that does not end": lambda text: text.replace('"\n---\n', '"\n'),
    "a frontmatter that is no YAML": lambda text: text.replace("config:", "config: ["),
    "nothing": lambda _: "",
}
ALTERED: dict[str, Callable[[str], str]] = {  # charts that Mermaid accepts, and that say something else
    "a bar too few": lambda text: text.replace("bar [115, ", "bar ["),
    "another number": lambda text: text.replace("bar [115,", "bar [114,"),
    "a week too few": lambda text: text.replace('["W23", ', "["),
    "a bar above the axis": lambda text: text.replace("0 --> 115", "0 --> 90"),
    "a line too few": lambda text: text.rpartition("\n  line")[0],
    "lines that are swapped": lambda text: "\n".join([*(lines := text.split("\n"))[:-2], lines[-1], lines[-2]]),
    "a color too few": lambda text: text.replace(", #9A6DD7", ""),
    "another color": lambda text: text.replace(BARS, "#000000"),
    "no title": lambda text: text.replace("  accTitle: Weighted open impact by week\n", ""),
    "no description": lambda text: text.replace("2026-W34", ""),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one version made of the charts of so many reports."""

    charts: int
    faults: tuple[str, ...]  # charts that it refused, or drew as something else
    missed: tuple[str, ...]  # broken charts that it accepted
    seconds: float


def proven(version: str, count: int) -> Outcome:
    script = bundle(version)
    drawn = charts(count)
    whole = chart(BUSY)
    broken = [breaking(whole) for breaking in REFUSED.values()]
    began = time.perf_counter()
    found = readings(script, [*broken, *(text for _, text in drawn)])
    seconds = time.perf_counter() - began
    missed = tuple(name for name, each in zip(REFUSED, found, strict=False) if not isinstance(each, Refusal))
    answered = zip(drawn, found[len(broken) :], strict=True)
    faults = tuple(f"{fault}\n{text}" for (report, text), each in answered for fault in faults_of(report, each))
    return Outcome(len(drawn), faults, missed, seconds)


@cache
def charts(count: int) -> Sequence[tuple[Report, str]]:
    """The chart of each report that has one."""
    return [(report, text) for report in reports(count) if (text := chart(report))]


def chart(report: Report) -> str:
    """As GitHub finds it in the body of the issue; "" where there is none. Raises where there are more."""
    tokens = BLOCKS.parse(weekly.body("", report))
    found = [token.content for token in tokens if token.type == "fence" and token.info.split()[:1] == ["mermaid"]]
    assert len(found) == bool(report.weeks), f"{len(found)} charts in a report of {len(report.weeks)} weeks"
    return found[0].removesuffix("\n") if found else ""


def faults_of(report: Report, found: Reading) -> Iterator[str]:
    """Where a chart is refused, or says something else than its report."""
    if isinstance(found, Refusal):
        yield f"refused: {found.why}"
        return
    newest = report.weeks[-MAX_WEEKS:]
    plots = tuple(_plots(report))
    if found.weeks != tuple(each.week[-3:] for each in newest):
        yield f"the weeks are {found.weeks}"
    if [plot.colors for plot in found.plots] != [{color} for color, _ in plots]:
        yield f"the colors are {[plot.colors for plot in found.plots]}"
    if not found.is_inside:
        yield "something stands above the axis"
    if not _is_told(found, newest[0].week, newest[-1].week, len(plots)):
        yield f"who does not see it is told {found.title!r}, {found.description!r}"
    top = max(value for _, values in plots for value in values)
    for (color, values), plot in zip(plots, found.plots, strict=False):
        if not _is_close(values, plot.values, TOLD + SEEN * top):
            yield f"what is {color} has the values {plot.values} for {values}"


def _plots(report: Report) -> Iterator[tuple[str, list[float]]]:
    newest = report.weeks[-MAX_WEEKS:]
    yield BARS, [_figure(each.now.impact) for each in newest]
    planned = {each.week: each for each in report.tranche.planned} if report.tranche else {}
    known = [planned.get(each.week) for each in newest]
    if any(known):
        yield PLAN, _level(known, lambda each: each.plan)
        yield SCOPE, _level(known, lambda each: each.scope)


def _level(known: Sequence[Planned | None], of: Callable[[Planned], float]) -> list[float]:
    """Where a week has no number it has that of the week before; before the first, that of the first."""
    values = []
    last = next(of(each) for each in known if each)
    for each in known:
        last = of(each) if each else last
        values.append(_figure(last))
    return values


def _figure(value: float) -> float:
    return min(max(value, 0.0), MOST) if math.isfinite(value) else 0.0


def _is_told(found: Drawing, first: str, last: str, plots: int) -> bool:
    said = found.description
    lines = said.count("line is the plan") + said.count("line is the scope")
    return bool(found.title) and f"in {first} to" in said and f"in {last}." in said and lines == plots - 1


def _is_close(values: Sequence[float], others: Sequence[float], most: float) -> bool:
    return len(values) == len(others) and all(abs(a - b) <= most for a, b in zip(values, others, strict=True))
