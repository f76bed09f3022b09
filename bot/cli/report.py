"""The verbs on what became of defects: the report of a week, and the ledger itself. Reads the store; posts nothing."""

import gc
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

import click

from bot.cli.environment import repository, settings, stored
from bot.cli.exits import USAGE, fail, run
from bot.cli.output import printable, say, say_json, say_table, waiting

if TYPE_CHECKING:
    from bot.core.ledger.model import Entry
    from bot.core.policy import Outline
    from bot.core.report.model import Report
    from bot.core.text.series import Row
    from bot.store import Store
    from bot.store.repositories import Known

STYLES = {"improving": "green", "degrading": "red"}
MOST = 20  # numbers in a line

_repository = click.option("--repo", "full_name", required=True, callback=repository, metavar="OWNER/NAME")


@click.command()
@_repository
@click.option("--week", metavar="YYYY-WNN", help="The ISO week, for example 2026-W34; the running one if absent.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["terminal", "markdown", "json", "csv"]),
    help="terminal where somebody is looking, else markdown.",
)
@click.option("--dry-run", is_flag=True, help="Accepted for scripts: this command never posts, the schedule does.")
def report(full_name: str, week: str | None, form: str | None, *, dry_run: bool) -> None:  # noqa: ARG001 - see its help
    """How the burn-down of a repository stands, from what is stored: GitHub is not asked, and nothing is written.

    The same numbers in every format: for a terminal, as the issue on GitHub says it, as JSON, or as CSV (the weeks,
    an empty line, the classes). Exit code 1 where the ledger does not balance: then there is no report, but the
    difference.

    JSON: version, report {repository, week, as_of, verdict, impact, reopened, burn_down, weeks, tranche, review,
    classes, regressions, unproven, waivers, proposed, outside, excluded, freshness, measures, definitions}.
    """
    form = form or ("terminal" if sys.stdout.isatty() else "markdown")
    with _keeping_all():
        say_report(run(_report(full_name, week)), form)


def say_report(found: "Report", form: str) -> None:
    from bot.core.text import series, weekly

    match form:
        case "json":
            say_json(series.data(found))
        case "csv":
            click.echo(series.csv(series.weeks(found)))
            click.echo(series.csv(series.classes(found)), nl=False)
        case "markdown":
            say(weekly.markdown(found))
        case _:
            _say_terminal(found)


@click.command()
@_repository
@click.option("--format", "form", type=click.Choice(["csv", "jsonl"]), default="csv", show_default=True)
def export(full_name: str, form: Literal["csv", "jsonl"]) -> None:
    """The ledger of a repository: every transition of every issue, oldest first, each once.

    CSV is safe to open in a spreadsheet: a cell that would run as a formula begins with an apostrophe. JSONL has one
    object a line, with the text as it is.

    Columns: number, at, kind, class_id, severity, actor, cause, rules, pull, evidence, who, of.
    """
    for line in _exported(run(_entries(full_name)), form):
        click.echo(line)


def _exported(entries: Iterable["Entry"], form: Literal["csv", "jsonl"]) -> Iterator[str]:
    if form == "csv":
        from bot.core.text.series import csv_lines

        yield from csv_lines(_rows(entries))
    else:
        yield from (json.dumps(_plain(each)) for each in entries)


def _rows(entries: Iterable["Entry"]) -> Iterator["Row"]:
    from bot.core.ledger.model import Entry

    yield Entry._fields
    yield from (tuple(_plain(each).values()) for each in entries)


def _plain(entry: "Entry") -> dict[str, str | int]:
    return entry._asdict() | {"at": entry.at.isoformat()}


async def _report(full_name: str, week: str | None) -> "Report":
    from bot.core.weeks import week_of
    from bot.process.report import report as reported

    now = datetime.now(UTC)
    async with stored(full_name) as (store, known):
        outline = await _outline(store, known)
        running = week_of(now.astimezone(outline.zone).date())
        if week is not None and not _is_past(week, running):
            fail(USAGE, f"--week: {week!r} is no ISO week that has begun - write for example {running}")
        with waiting(f"reading the ledger of {known.full_name}"):
            return await reported(store, outline, known.id, known.full_name, week or running, now)


async def _entries(full_name: str) -> list["Entry"]:
    async with stored(full_name) as (store, known):
        with waiting(f"reading the ledger of {known.full_name}"):
            return await store.ledger.entries(known.id)


def _is_past(week: str, running: str) -> bool:
    """Weeks compare as their names do."""
    from bot.core.ledger.flows import read_week

    try:
        return read_week(week).name <= running
    except ValueError:
        return False


@contextmanager
def _keeping_all() -> Iterator[None]:
    """Half a million values stay until the report is made: to look again and again for garbage doubles the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


async def _outline(store: "Store", known: "Known") -> "Outline":
    """Of what was in force when the bot last looked."""
    from bot.process.remembered import Remembered
    from bot.rulefiles.packs import read_packs

    chosen = settings()
    packs, _ = read_packs(chosen.rules_dir)  # their classes are asked for, and no rule: nothing needs to be proven
    return await Remembered(store, packs, chosen.default_mode).outline(known.id)


def _say_terminal(found: "Report") -> None:
    """The verdict first, then the chart, the classes, and what to do next."""
    from bot.core.text import series, weekly
    from bot.core.text.charts import BARS, bars, points

    verdict, *others = weekly.sentences(found)
    _say_styled((f"{found.repository}, week {found.week}", "dim"))
    _say_styled((verdict, f"bold {STYLES.get(found.verdict.verdict, '')}"))
    say("\n".join(others))
    drawn = points(found)
    if any(each.impact for each in drawn):
        say("\nweighted open impact")
        for week, _, bar in (line.partition(" ") for line in bars(drawn)):
            _say_styled((f"{week} ", ""), (bar, BARS))
    head, *classes = series.shown(series.brief(found))
    if classes:
        say("")
        say_table(head, classes)
    _say_lists(found)
    if found.measures:
        say("")
        say_table(("figure", "weeks", "found"), series.shown(series.measured(found)))
    say(f"\n{_freshness(found)}")


def _say_lists(found: "Report") -> None:
    from bot.core.text import series, tranches, weekly

    if found.review:
        say("\ntranche")
        for line in tranches.lines(found.review, lambda text, _: series.visible(text)):
            say(line)
    if found.regressions:
        say("\nthere again: " + ", ".join(f"#{each.issue}" for each in found.regressions[:MOST]))
    if found.unproven:
        say("\nfixes without proof: " + ", ".join(f"#{each.pull} ({each.level})" for each in found.unproven[:MOST]))
    if found.outside:
        say("\nreports from outside")
        say_table(("source", "about", "reports"), series.shown(map(astuple, found.outside[:MOST])))
    if found.proposed:
        say("\nnext to burn down, if a person agrees")
    for row in found.proposed:
        first = "; an S1 is open, so it goes first" if row.arithmetic.is_gated else ""
        if row.arithmetic.outside:
            first = f" (reports from outside in it: {row.arithmetic.outside}){first}"
        say(f"  {row.title}: {row.arithmetic.text}{first}")
        say(f"    {tranches.done_when(row.criterion, row.stage, row.progress)}")
        say(f"    every fix needs {weekly.validation(row.validation)}")


def _say_styled(*parts: tuple[str, str]) -> None:
    """Coloured on terminals that want it, and never broken into lines by us."""
    from rich.console import Console
    from rich.text import Text

    line = Text.assemble(*((printable(text), style) for text, style in parts))
    Console(highlight=False).print(line, soft_wrap=True)


def _freshness(found: "Report") -> str:
    left = ", ".join(f"{each.count} {each.why}" for each in found.excluded)
    fresh = found.freshness
    newest = f"newest event {fresh.newest_at:%Y-%m-%d %H:%M} UTC" if fresh.newest_at else "no event yet"
    complete = "" if fresh.is_complete else "; the history is not complete"
    return f"as of {found.as_of:%Y-%m-%d %H:%M} UTC, {newest}{complete}; left out: {left or 'nothing'}"
