"""The figures of a week as rows: for CSV, JSON and terminals. Decides nothing, and hides nothing.

A cell that a spreadsheet would run as a formula begins with an apostrophe; JSON has the text as it is.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime

from pydantic import BaseModel

from bot.core.report.model import ClassRow, Count, Planned, Report

VERSION = 1  # of the shape of `data`
MAX_CELL = 1_000  # characters

Cell = str | int | float | None
Row = tuple[Cell, ...]

_COUNTS = ("arrived", "reopened", "closed", "reclassified", "open", "open_impact")
WEEKS: Row = ("week", *_COUNTS, *(f"{each}_then" for each in _COUNTS), "open_backfilled", "plan", "scope")
CLASSES: Row = (
    "rank",
    "class",
    "title",
    "state",
    "open",
    "change",
    "in",
    "out",
    "repeats",
    "repeats_of",
    "oldest_days",
)
CLASSES += ("owner", "guarded", "guarded_of", "severity", "occurrence", "unproven", "impact", "score", "cumulative")
CLASSES += ("criterion",)

BRIEF: Row = ("rank", "class", "open", "change", "repeat rate", "oldest", "owner", "guards", "state")

_FORMULAS = (
    "=+-@\uff1d\uff0b\uff0d\uff20"  # the last four are as wide as Chinese letters, and some programs read them so
)
_UNKNOWN = (None,) * len(_COUNTS)


def weeks(report: Report) -> Iterator[Row]:
    """The series, oldest first, as classified now and as it was reported then; the first row names the columns."""
    planned = {each.week: each for each in report.tranche.planned} if report.tranche else {}
    yield WEEKS
    for each in report.weeks:
        then = _counted(each.then) if each.then else _UNKNOWN
        yield (each.week, *_counted(each.now), *then, each.backfilled, *_meant(planned.get(each.week)))


def classes(report: Report) -> Iterator[Row]:
    """The classes by rank; the first row names the columns."""
    yield CLASSES
    yield from map(_class, report.classes)


def brief(report: Report) -> Iterator[Row]:
    """The classes as far as a terminal is wide; the first row names the columns."""
    yield BRIEF
    for row in report.classes:
        repeat, guards = (each.shown if each.n else "-" for each in (row.repeat, row.guards))
        oldest = "-" if row.oldest_days is None else f"{row.oldest_days} d"
        yield (row.rank, row.title, row.open, row.delta, repeat, oldest, row.owner or "nobody", guards, row.state)


def csv(rows: Iterable[Row]) -> str:
    """As RFC 4180 has it, but for the line ends, which are our own."""
    return "".join(f"{line}\n" for line in csv_lines(rows))


def csv_lines(rows: Iterable[Row]) -> Iterator[str]:
    yield from (",".join(map(_csv_cell, row)) for row in rows)


def shown(rows: Iterable[Row]) -> tuple[tuple[str, ...], ...]:
    """The same rows for a terminal: one line a cell, and nothing in it that a terminal obeys."""
    return tuple(tuple(map(_shown_cell, row)) for row in rows)


def measured(report: Report) -> Iterator[Row]:
    """The figures beside the verdict, as they are read."""
    return ((each.figure.name, each.weeks, each.figure.shown) for each in report.measures)


def data(report: Report) -> dict[str, object]:
    """The whole report of plain values that JSON knows; a figure that is not finite is null."""
    return {"version": VERSION, "report": _plain(report)}


def visible(text: str) -> str:
    """Foreign text as one line of characters that are seen: no control, no direction, no half of a pair."""
    return " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())


def _class(row: ClassRow) -> Row:
    why = row.arithmetic
    return (
        *(row.rank, row.id, row.title, row.state, row.open, row.delta, row.inflow, row.outflow),
        *(row.repeat.numerator, row.repeat.denominator, row.oldest_days, row.owner),
        *(row.guards.numerator, row.guards.denominator, why.severity, why.occurrence, why.unproven),
        *(why.impact, why.score, why.cumulative, row.stage),
    )


def _counted(count: Count) -> Row:
    return count.arrivals, count.reopened, count.closures, count.reclassified, count.open, count.impact


def _meant(planned: Planned | None) -> tuple[Cell, Cell]:
    return (planned.plan, planned.scope) if planned else (None, None)


def _csv_cell(cell: Cell) -> str:
    """A semicolon goes: where it divides cells, what follows it would begin one, inside of our quotation marks too."""
    if not isinstance(cell, str):
        return _figure(cell)
    text = visible(cell[:MAX_CELL]).replace(";", ",")
    if text.startswith(tuple(_FORMULAS)):
        text = f"'{text}"
    return '"{}"'.format(text.replace('"', '""')) if any(c in text for c in ',"') else text


def _shown_cell(cell: Cell) -> str:
    return visible(cell[:MAX_CELL]) if isinstance(cell, str) else _figure(cell)


def _figure(number: float | None) -> str:
    if number is None or not math.isfinite(number):
        return ""
    return str(number) if isinstance(number, int) else f"{number:.2f}".rstrip("0").rstrip(".")


def _plain(value: object) -> object:
    match value:
        case str():
            return value.encode(errors="replace").decode()
        case float():
            return value if math.isfinite(value) else None
        case datetime():
            return value.isoformat()
        case BaseModel():
            return value.model_dump(mode="json", by_alias=True)
        case _ if is_dataclass(value):
            return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
        case Sequence():
            return [_plain(each) for each in value]
        case _:
            return value
