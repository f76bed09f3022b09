"""What the weekly burn-down says in Markdown: the body of its issue, its comment. Decides nothing, mentions nobody.

Foreign text stands in code spans; nothing is alive but a list of at most ten references to issues, which are numbers.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice

from bot.core.report.figures import Figure
from bot.core.report.model import ClassRow, Count, Impact, Regression, Report, Tranche, Week
from bot.core.report.trend import Trend
from bot.core.rules.entries import Validation
from bot.core.text import series, tranches
from bot.core.text.charts import MAX_WEEKS, Point, amount, points, sparkline, xychart
from bot.core.text.quoting import counted, quoted
from bot.core.text.review import LEVELS
from bot.core.text.sections import END, KEPT, MARKER, MAX_BODY, Section, fitted, merged, room_beside

COMMENT = "burndown:weekly-comment"
MAX_TOP = 5
MAX_NAMED = 3
MAX_LIVE = 10  # references that GitHub shows with their titles, and notes on the issue
MAX_LISTED = 25
MAX_FORMULA = 600

_OURS = "Whatever stands between the two hidden markers is written anew every week; text above and below them stays."
_COLUMNS = ("rank", "class", "open", "change", "in", "out", "repeat rate", "oldest", "owner", "guards", "state")
# The columns that hold no figures.
_WORDS = {"week", "class", "owner", "state", "kind", "source", "about", "figure", "found"}
_AGAIN = {"recurrence": "there again after {}", "failed-fix": "{} failed", "regression": "a change undid {}"}
_LEFT = {
    "unclassified": "of no class yet",
    "no defect": "of a class that is no defect",
    "duplicate": "closed as duplicate",
    "not planned": "closed as not planned",
    "by bots": "written by bots",
    "unreadable": "that GitHub did not show",
}


def markdown(report: Report, room: int = MAX_BODY) -> str:
    """The part of the issue's body that is ours, with its markers."""
    return fitted(tuple(_sections(report)), room)


def body(existing: str, report: Report) -> str:
    """The whole body of the issue: our part written anew, and what people wrote around it as it was."""
    made = merged(existing, markdown(report, room_beside(existing)))
    over = len(made) - MAX_BODY  # by line ends of two characters
    return made if over <= 0 else merged(existing, markdown(report, room_beside(existing) - over))


def comment(report: Report) -> str:
    """What tells the watchers of the issue that there is a new week."""
    lines = [f"<!-- {COMMENT} {report.week} -->", f"**Burn-down, week {report.week}**", ""]
    lines += [verdict(report.verdict, "**"), "", impact(report.impact), ""]
    top = [row for row in report.classes if row.open][:MAX_NAMED]
    lines += [f"- {quoted(row.title)}: {row.open} open ({_signed(row.delta)}), {_held(row.owner)}" for row in top]
    again = counted(len(report.regressions), "defect that was fixed is", "defects that were fixed are")
    lines += ["", f"{again} there again." if report.regressions else "No defect that was fixed is there again."]
    lines += ["", over] if (over := tranches.news(report.review)) else []
    return "\n".join([*lines, "", "The whole report is in the description of this issue."])


def sentences(report: Report, strong: str = "") -> Iterator[str]:
    """What has happened, in plain words, the most important first; `strong` is written around the verdict."""
    yield verdict(report.verdict, strong)
    yield impact(report.impact)
    if report.weeks:
        yield _flow(report.weeks[-1].week, report.weeks[-1].now)
    reopened = _share(report.reopened, "nothing was resolved in the window")
    yield f"Reopen rate: {reopened}. Burn-down time: {report.burn_down.shown if report.burn_down else 'not known yet'}."


def verdict(found: Trend, strong: str = "") -> str:
    test = f"n = {counted(found.n, 'arrival', 'arrivals')} in {counted(found.weeks, 'complete week', 'complete weeks')}"
    if found.u is not None and math.isfinite(found.u):
        test += f", Laplace trend U = {found.u:z.2f}, raw counts"
    match found.verdict:
        case "improving":
            return f"Reliability is {strong}improving{strong}: defects arrive less often ({test})."
        case "degrading":
            return f"Reliability is {strong}degrading{strong}: defects arrive more often ({test})."
        case "no evidence yet":
            return f"{strong}No evidence yet{strong} that reliability changes, for better or worse ({test})."


def impact(found: Impact) -> str:
    now = f"Weighted open impact is {amount(found.now)}"
    if found.mean is None:
        return f"{now}; there is no mean of 4 weeks yet to hold it against."
    if not found.mean > 0:
        return f"{now}; the mean of the last 4 weeks is {amount(found.mean)}."
    mean = f"the mean of the last 4 weeks ({amount(found.mean)}"
    if found.interval:
        mean += f"; 90 % interval {_percent(found.interval[0])} to {_percent(found.interval[1])}"
    return f"{now}: {_percent(found.now / found.mean - 1)} against {mean})."


def validation(asked: Validation) -> str:
    test = asked.regression_test
    needed = "no regression test" if test == "L0" else f"a regression test at {test} ({LEVELS[test]})"
    return needed + (f"; also: {', '.join(asked.also)}" if asked.also else "")


def arithmetic(row: ClassRow) -> str:
    """Every component of a rank, for no product says alone what it is made of."""
    why = row.arithmetic
    gate = "an S1 is open, so it goes first; " if why.is_gated else ""
    outside = f" (reach with {counted(why.outside, 'report', 'reports')} from outside)" if why.outside else ""
    return (
        f"{gate}{quoted(why.text, MAX_FORMULA)}{outside}; "
        f"{_percent(why.cumulative, '-')} of all with the classes above it; "
        f"worst severity {why.severity or 'unset'}, arrivals in 4 weeks {amount(why.occurrence)}, "
        f"repeat rate {_share(row.repeat)}, guarded fixes {_share(row.guards)}"
    )


def _sections(report: Report) -> Iterator[Section]:
    yield Section(KEPT, (f"<!-- {MARKER} {report.week} -->", "", f"## Burn-down, week {report.week}"))
    yield Section(KEPT, ("\n\n".join(sentences(report, "**")),))
    yield _classes(report.classes)
    yield from tranches.sections(report.review)
    yield _chart(report, points(report))
    yield _weeks(report)
    yield _regressions(report.regressions)
    yield from _without_proof(report)
    yield _proposed(report.proposed)
    yield from _outside(report)
    yield _about(report)
    yield _measures(report)
    yield _csv(4, "weeks", report.weeks, series.weeks(report))
    yield _csv(3, "classes", report.classes, series.classes(report))
    yield Section(KEPT, (END,))


def _classes(rows: Sequence[ClassRow]) -> Section:
    if not rows:
        return Section(90, ("### Classes", "", "No class of defects has anything in it."))
    items = tuple(
        f"| {row.rank} | {quoted(row.title)} | {row.open} | {_signed(row.delta)} | {row.inflow} | {row.outflow} "
        f"| {_share(row.repeat)} | {_age(row.oldest_days)} | {_owner(row.owner)} | {_share(row.guards)} "
        f"| {row.state.replace('-', ' ')} |"
        for row in rows[:MAX_TOP]
    )
    more = f"| and {{}} more |{' |' * (len(_COLUMNS) - 1)}"
    return Section(90, ("### Classes", "", *_header(_COLUMNS)), items, total=len(rows), more=more)


def _chart(report: Report, drawn: Sequence[Point]) -> Section:
    lines = ["### Open impact", ""]
    if not drawn:
        return Section(60, (*lines, "There is no week yet to draw."))
    first, last = drawn[0], drawn[-1]
    line = sparkline(each.impact for each in drawn)
    lines += [f"`{line}` from {amount(first.impact)} in {first.week} to {amount(last.impact)} in {last.week}"]
    lines += ["", *_tranche(report.tranche, drawn), "```mermaid", *xychart(drawn), "```"]
    return Section(60, tuple(lines))


def _tranche(tranche: Tranche | None, drawn: Sequence[Point]) -> Iterator[str]:
    if tranche is None:
        return
    frozen = f"Tranche of {tranche.since} to {tranche.until}, frozen at {amount(tranche.baseline)}"
    now = drawn[-1]
    if now.plan is None:
        yield from (f"{frozen}: it has no plan for this week.", "")
        return
    yield (
        f"{frozen}: for this week the plan is {amount(now.plan)}, open impact is {amount(now.impact)}, "
        f"and the scope has become {amount(now.scope)}."
    )
    lines = f"the line that ends at {amount(now.plan)} is the plan, the one that ends at {amount(now.scope)} the scope"
    yield from ("", f"Bars are open impact; {lines}; before it began both are level.", "")


def _weeks(report: Report) -> Section:
    newest = tuple(reversed(report.weeks[-MAX_WEEKS:]))
    if not newest:
        return Section(50, ())
    columns = tuple(_columns(report, newest))
    items = tuple(f"| {' | '.join(cell(each) for _, cell in columns)} |" for each in newest)
    more = f"| and {{}} more |{' |' * (len(columns) - 1)}"
    return Section(50, _header([name for name, _ in columns]), items, total=len(report.weeks), more=more)


def _columns(report: Report, newest: Sequence[Week]) -> Iterator[tuple[str, Callable[[Week], str]]]:
    """What the table of weeks shows, and how."""
    yield "week", lambda each: each.week + " (not reported then)" * (not each.then and each.week != report.week)
    yield "arrived", _figure(lambda count: str(count.arrivals))
    yield "reopened", _figure(lambda count: str(count.reopened))
    yield "closed", _figure(lambda count: str(count.closures))
    if any(each.now.reclassified for each in newest):
        yield "reclassified", _figure(lambda count: _signed(count.reclassified))
    yield "open", _figure(lambda count: str(count.open))
    if any(each.backfilled for each in newest):
        yield "open from before", lambda each: str(each.backfilled)
    yield "open impact", _figure(lambda count: amount(count.impact))
    if report.tranche:
        drawn = {each.week: each for each in points(report)}
        yield "plan", lambda each: amount(drawn[each.week].plan)
        yield "scope", lambda each: amount(drawn[each.week].scope)


def _figure(shown: Callable[[Count], str]) -> Callable[[Week], str]:
    """As classified now, and as it was reported then where that was something else."""

    def cell(each: Week) -> str:
        now, then = shown(each.now), shown(each.then) if each.then else ""
        return f"{now} (was {then})" if then and then != now else now

    return cell


def _regressions(found: Sequence[Regression]) -> Section:
    head = ("### Regressions and failed fixes", "")
    if not found:
        return Section(80, (*head, "No defect that was fixed is there again."))
    items = tuple("\n".join(_regression(each, place < MAX_LIVE)) for place, each in enumerate(found[:MAX_LISTED]))
    return Section(80, head, items, total=len(found))


def _regression(each: Regression, is_live: bool) -> Iterator[str]:  # noqa: FBT001 - one of two forms of one line
    yield f"- #{each.issue}" if is_live else f"- {_number(each.issue)}"
    fix = f"the fix of issue {_number(each.fixed)}" + (f" (pull request {_number(each.pull)})" if each.pull else "")
    yield f"  - {quoted(each.title)}: {_AGAIN[each.kind].format(fix)}; {_held(each.owner)}"
    why = f", which did not see it: {quoted(each.missed)}" if each.missed else ", which did not see it"
    yield f"  - guard: {quoted(each.guard)}{why}" if each.guard else "  - guard: no regression test was linked"
    if each.evidence:
        yield f"  - new evidence: {quoted(each.evidence)}"


def _without_proof(report: Report) -> Iterator[Section]:
    head = ("### Fixes without proof", "")
    if report.unproven:
        items = tuple(
            f"- pull request {_number(each.pull)}: {each.level} ({LEVELS[each.level]})"
            + (f", fixes issue {_number(each.issue)}" if each.issue else "")
            + (f" of class {quoted(each.class_id)}" if each.class_id else "")
            for each in report.unproven[:MAX_LISTED]
        )
        yield Section(40, head, items, total=len(report.unproven))
    else:
        yield Section(40, (*head, "None."))
    if report.waivers:
        items = tuple(
            f"| {each.kind} | {each.count} | {_share(each.regret)} |" for each in islice(report.waivers, MAX_LISTED)
        )
        yield Section(30, ("### Waivers", "", *_header(("kind", "in force", "came back"))), items)


def _proposed(rows: Sequence[ClassRow]) -> Section:
    head = ("### Next to burn down", "")
    if not rows:
        return Section(70, (*head, "Nothing is proposed."))
    items = tuple("\n".join(_proposal(row)) for row in rows[:MAX_LISTED])
    return Section(70, (*head, "A proposal: a person decides.", ""), items, total=len(rows))


def _proposal(row: ClassRow) -> Iterator[str]:
    yield f"- {quoted(row.title)} (class {quoted(row.id)}), {_held(row.owner)}"
    yield f"  - why: {arithmetic(row)}"
    yield f"  - {tranches.done_when(row.criterion, row.stage, row.progress)}"
    yield f"  - every fix needs: {validation(row.validation)}"


def _outside(report: Report) -> Iterator[Section]:
    if report.outside:
        items = tuple(
            f"| {quoted(each.source)} | {quoted(each.about)} | {each.count} |" for each in report.outside[:MAX_LISTED]
        )
        head = ("### Reports from outside", "", *_header(("source", "about", "reports")))
        yield Section(20, head, items, total=len(report.outside), more="| and {} more | | |")


def _about(report: Report) -> Section:
    fresh = report.freshness
    newest = f"; the newest event that was seen is of {_moment(fresh.newest_at)}" if fresh.newest_at else ""
    since = f"goes back to {fresh.since:%Y-%m-%d}" if fresh.since else "begins with the installation"
    complete = "is complete" if fresh.is_complete else "is not complete yet: figures of older weeks will change"
    left = ", ".join(f"{each.count} {_LEFT[each.why]}" for each in report.excluded if each.count)
    lines = ["### About these figures", "", f"- as of {_moment(report.as_of)}{newest}"]
    lines += [f"- the history {since}, and {complete}", f"- left out: {left or 'nothing'}", f"- {_OURS}", ""]
    lines += ["<details>", "<summary>Definitions</summary>", ""]
    meant = dict(report.definitions) | {each.figure.name: each.figure.definition for each in report.measures}
    lines += [f"- **{name}**: {quoted(meaning, MAX_FORMULA)}" for name, meaning in meant.items()]
    return Section(10, (*lines, "", "</details>"))


def _measures(report: Report) -> Section:
    if not report.measures:
        return Section(0, ())
    head = ("<details>", "<summary>All figures</summary>", "", *_header(("figure", "weeks", "found")))
    items = tuple(f"| {name} | {weeks} | {found} |" for name, weeks, found in series.measured(report))
    return Section(15, head, items, foot=("", "</details>"))


def _csv(worth: int, name: str, counted_rows: Sequence[object], rows: Iterable[series.Row]) -> Section:
    """Each line begins with a figure or a week, so that none can end the fence."""
    header, *lines = series.csv_lines(rows) if counted_rows else ("",)
    head = ("<details>", f"<summary>CSV of the {name}</summary>", "", "```csv", header)
    more = "\nand {} more: `burndown report --format csv` has them all"
    return Section(worth, head, tuple(lines), ("```",), more=more, foot=("", "</details>")) if lines else Section(0, ())


def _flow(week: str, now: Count) -> str:
    if not (now.arrivals or now.reopened or now.closures):
        return f"In {week} nothing arrived and nothing was closed; {now.open} open."
    reopened = f", {now.reopened} reopened" if now.reopened else ""
    return f"In {week}: {now.arrivals} arrived{reopened}, {now.closures} closed; {now.open} open."


def _header(columns: Sequence[str]) -> tuple[str, str]:
    aligned = "|".join(" --- " if each in _WORDS else " ---: " for each in columns)
    return f"| {' | '.join(columns)} |", f"|{aligned}|"


def _owner(login: str) -> str:
    return quoted(login) if login else "nobody"


def _held(login: str) -> str:
    return f"owner {quoted(login)}" if login else "no owner"


def _age(days: int | None) -> str:
    return "-" if days is None else counted(days, "day", "days")


def _share(found: Figure, nothing: str = "-") -> str:
    return found.shown if found.n else nothing


def _percent(value: float, sign: str = "+") -> str:
    return f"{value * 100:{sign}.0f} %" if math.isfinite(value) else "-"


def _signed(number: int) -> str:
    return f"{number:+d}" if number else "0"


def _number(number: int) -> str:
    return f"`#{number}`"


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
