"""The verb that takes in evidence from outside of the tracker. It reads no row itself, and asks GitHub nothing."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import click

from bot.cli.environment import repository, stored
from bot.cli.exits import FINDINGS, ending, fail, run
from bot.cli.output import as_json, printable, say, say_json, tracked, waiting

if TYPE_CHECKING:
    from bot.core.report.occurrences import Form, Imported, Occurrence
    from bot.store import Store
    from bot.store.repositories import Known

PART = 1_000  # rows that are kept at once
ENDINGS: dict[str, "Form"] = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
STDIN = "<stdin>"


@dataclass(slots=True)
class Taken:
    """What became of the rows of a file."""

    new: int = 0
    corrected: int = 0  # the same id, and something else in it
    unchanged: int = 0
    refused: int = 0


@click.group("import")
def import_() -> None:
    """Take in evidence from outside of the tracker: it is counted apart."""


@import_.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True), metavar="FILE|-")
@click.option("--repo", "full_name", required=True, callback=repository, metavar="OWNER/NAME")
@click.option("--source", default="", metavar="NAME", help="Of the rows that name none, for example support.")
@click.option("--format", "form", type=click.Choice(["csv", "jsonl"]), help="As the file's name ends if absent.")
@click.option("--dry-run", is_flag=True, help="Only say what would be taken in.")
@as_json
def occurrences(file: str, full_name: str, source: str, form: "Form | None", *, dry_run: bool, as_json: bool) -> None:
    """Support notes, incidents, release notes: how often a defect or a class was seen outside, from CSV or JSONL.

    Columns: id, at, class or issue, count, source, note. A source's id counts once: a file may be imported again, what
    is corrected in it replaces what was known, and nothing is ever taken out. Rows that cannot be read are named on
    standard error as file:line: what, and the others are taken in: exit code 1. Only a repository that is stored takes
    them. More in docs/occurrences.md.

    JSON: repository, dry_run, new, corrected, unchanged, refused, problems [{file, line, what}], the first 100.
    """
    form = form or _form(file)
    with ending(), waiting(f"reading {printable(file)}"):
        found = _read(file, form, source)
    taken, name = run(_taken(found, full_name, is_dry=dry_run))
    place = STDIN if file == "-" else file
    if as_json:
        problems = [{"file": place, "line": each.line, "what": each.what} for each in found.problems]
        say_json({"repository": name, "dry_run": dry_run, **asdict(taken), "problems": problems})
    else:
        counts = ", ".join(f"{count} {what}" for what, count in asdict(taken).items())
        say(f"{name}: {counts}" + ("; nothing was written" if dry_run else ""))
    if found.bad:
        more = found.bad - len(found.problems)
        lines = [printable(f"{place}:{each.line}: {each.what}") for each in found.problems]
        fail(FINDINGS, *lines, *([f"and {more} more"] if more else []))


def _form(file: str) -> "Form":
    for end, form in ENDINGS.items():
        if file.casefold().endswith(end):
            return form
    raise click.BadParameter(f"{file!r} does not end with {', '.join(ENDINGS)}: say --format", param_hint="FILE")


def _read(file: str, form: "Form", source: str) -> "Imported":
    """What is no UTF-8 spoils its own row only. A stream without end is read as far as a file may be long."""
    from bot.core.report.occurrences import MAX_TEXT, read

    with click.open_file(file, encoding="utf-8", errors="surrogateescape") as lines:
        return read(lines.read(MAX_TEXT + 1), form, source)


async def _taken(found: "Imported", full_name: str, *, is_dry: bool) -> tuple[Taken, str]:
    """Some at a time, each time kept at once: broken off, the same file can be imported again."""
    rows, taken = found.occurrences, Taken(unchanged=found.repeated, refused=found.bad)
    parts = [rows[start : start + PART] for start in range(0, len(rows), PART)]
    async with stored(full_name) as (store, home):
        for part in tracked(parts, printable(home.full_name)):
            await _take(store, home, part, taken, is_dry=is_dry)
        return taken, home.full_name


async def _take(store: "Store", home: "Known", part: "tuple[Occurrence, ...]", taken: Taken, *, is_dry: bool) -> None:
    from bot.core.report.occurrences import news

    known = await store.occurrences.known(home.id, (each.key for each in part))
    fresh = news(part, known)
    corrected = sum(each.key in known for each in fresh)
    taken.new += len(fresh) - corrected
    taken.corrected += corrected
    taken.unchanged += len(part) - len(fresh)
    if not is_dry:
        await store.occurrences.keep(home.id, home.installation_id, fresh)
