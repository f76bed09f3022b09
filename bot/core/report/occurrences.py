"""Occurrences of defects from outside the tracker (support notes, incidents, release notes), read from CSV or JSONL.

Every row is foreign: a bad one becomes a finding with its line, and the others are read. Links nothing, stores nothing.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple, get_args

import re2

from bot.core.report.model import Outside

Form = Literal["csv", "jsonl"]
Key = tuple[str, str]  # source, id
Name = Literal["id", "at", "class", "issue", "count", "source", "note"]

MAX_TEXT = 20_000_000  # characters of a file
MAX_LINE = 20_000
MAX_ROWS = 100_000
MAX_CELL = 200  # characters of what names something
MAX_NOTE = 1_000
MAX_COUNT = 1_000_000
MAX_ISSUE = 10**9
MAX_PROBLEMS = 100
MAX_ECHO = 40  # characters of a cell that a finding shows
YEARS = range(1970, 2200)  # aware moments compare over all of them

COLUMNS: tuple[Name, ...] = get_args(Name)
NEEDED: tuple[Name, ...] = ("id", "at")

_BYTES = frozenset(map(chr, range(0xDC80, 0xDD00)))  # as Python decodes what is no UTF-8, where it is asked to go on

_CLASS = re2.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
_NUMBER = re2.compile(r"#?[0-9]{1,10}")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """So many times something was seen, by one source."""

    source: str
    id: str  # of the source: the same twice is the same occurrence
    at: datetime
    class_id: str = ""  # either this
    issue: int = 0  # or this; 0: none
    count: int = 1
    note: str = ""  # foreign

    @property
    def key(self) -> Key:
        return (self.source, self.id)

    @property
    def about(self) -> str:
        return self.class_id or f"#{self.issue}"


class Problem(NamedTuple):
    """A row that was not read, or a part of the file."""

    line: int  # from 1
    what: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.what}"


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file says."""

    occurrences: tuple[Occurrence, ...] = ()  # each once, in the order of the file
    repeated: int = 0  # rows that say what another one said
    problems: tuple[Problem, ...] = ()  # the first of them
    bad: int = 0  # all of them


class _Bad(Exception):
    """Why a row cannot be read."""


Row = Mapping[str, object]


def read(text: str, form: Form, source: str = "") -> Imported:
    """The occurrences of a file. source: of rows that name none. No name of a file will do: under another one the same
    rows would count again.
    """
    reading = _Reading(source)
    plain = text[:MAX_TEXT].removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > MAX_TEXT:
        plain = plain[: plain.rfind("\n") + 1]  # half of a line may be a row that says something else
        reading.complain(plain.count("\n") + 1, f"only {MAX_TEXT} characters are read; this and what follows was not")
    rows = _csv_rows(plain, NEEDED if source else (*NEEDED, "source")) if form == "csv" else _json_rows(plain)
    for count, (line, row) in enumerate(rows, start=1):
        if count > MAX_ROWS:
            reading.complain(line, f"only {MAX_ROWS} rows are read")
            break
        reading.take(line, row)
    return Imported(tuple(reading.found.values()), reading.repeated, tuple(reading.problems), reading.bad)


def news(found: Iterable[Occurrence], known: Mapping[Key, Occurrence]) -> tuple[Occurrence, ...]:
    """Those that are not stored yet as they are: importing a file again adds nothing, and a corrected row replaces."""
    return tuple(each for each in found if known.get(each.key) != each)


def counted(occurrences: Iterable[Occurrence]) -> tuple[Outside, ...]:
    """For the report: by source and what they are about, the most first."""
    totals: dict[tuple[str, str], int] = {}
    for each in {each.key: each for each in occurrences}.values():
        totals[each.source, each.about] = totals.get((each.source, each.about), 0) + each.count
    found = (Outside(source, about, count) for (source, about), count in totals.items())
    return tuple(sorted(found, key=lambda each: (-each.count, each.source, each.about)))


def by_issue(occurrences: Iterable[Occurrence]) -> Mapping[int, int]:
    """How often each issue was seen outside, for its reach."""
    totals: dict[int, int] = {}
    for each in {each.key: each for each in occurrences}.values():
        if each.issue:
            totals[each.issue] = totals.get(each.issue, 0) + each.count
    return totals


class _Reading:
    """What was found so far."""

    __slots__ = ("_source", "bad", "found", "problems", "repeated")

    def __init__(self, source: str) -> None:
        self._source = source
        self.found: dict[Key, Occurrence] = {}
        self.repeated = 0
        self.problems: list[Problem] = []
        self.bad = 0

    def take(self, line: int, row: Row | str) -> None:
        """A row, or what is wrong with it."""
        try:
            each = _occurrence(row, self._source)
        except _Bad as bad:
            self.complain(line, str(bad))
            return
        known = self.found.setdefault(each.key, each)
        if known == each and known is not each:
            self.repeated += 1
        elif known != each:
            self.complain(line, f"id {_echo(each.id)} was given before, with something else")

    def complain(self, line: int, what: str) -> None:
        self.bad += 1
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(line, what))


# Rows: what is read is a mapping; what cannot be is the reason


def _csv_rows(text: str, needed: Iterable[Name]) -> Iterator[tuple[int, Row | str]]:
    """Lines are counted as an editor does, for a cell may hold line ends."""
    lines = _lines(text)
    reader = csv.reader((line for _, line in lines), strict=True)
    header: list[str] | None = None
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:  # an open quotation takes in all that follows
            yield line, f"is no CSV ({error}); what follows was not read"
            return
        if not any(each.strip() for each in cells):
            continue
        if header is None:
            header = [each.strip().casefold() for each in cells]
            if what := _wrong_header(header, needed):
                yield line, what
                return
        elif len(cells) > len(header):
            yield line, f"has {len(cells)} cells, and the header has {len(header)}"
        else:
            yield line, dict(zip(header, cells, strict=False))


def _wrong_header(header: list[str], needed: Iterable[Name]) -> str:
    if len(header) == 1 and any(each in header[0] for each in ";\t"):
        return "cells are divided by commas, and these are not"
    missing = {*needed} - {*header}
    if missing == {"source"}:
        return "there is no column source, and no source is given for the whole file"
    if missing or not {"class", "issue"} & {*header}:
        names = ", ".join(COLUMNS)
        return f"the first line must name the columns: {names} (class or issue; count and note may be left out)"
    twice = next((each for each in header if each in COLUMNS and header.count(each) > 1), None)
    return f"the column {twice} is there twice" if twice else ""


def _json_rows(text: str) -> Iterator[tuple[int, Row | str]]:
    for number, line in _lines(text):
        if not line.strip():
            continue
        if len(line) > MAX_LINE:
            yield number, f"is longer than {MAX_LINE} characters"
            continue
        try:
            found: Any = json.loads(line)
        except (ValueError, RecursionError):
            yield number, 'is no JSON - write one object a line: {"id": "1", "at": "2026-08-17", "class": "crash"}'
            continue
        yield number, found if isinstance(found, dict) else "is no object"


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Only a line feed ends a line; and a long text is not held twice."""
    start, number = 0, 1
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield number, text[start:end]
        start, number = end, number + 1


# Cells


def _occurrence(row: Row | str, source: str) -> Occurrence:
    if isinstance(row, str):
        raise _Bad(row)
    class_id, issue = _text(row, "class").casefold(), _issue(row)
    if bool(class_id) == bool(issue):
        raise _Bad("names both a class and an issue" if class_id else "names neither a class nor an issue")
    if class_id and not (_CLASS.fullmatch(class_id) and len(class_id) <= 60):  # noqa: PLR2004 - as in rule files
        raise _Bad(f"class {_echo(class_id)} cannot be the id of a class")
    named = _text(row, "source") or _text({"source": source}, "source")
    if not named:
        raise _Bad("has no source, and none is given for the whole file")
    return Occurrence(named, _needed(row, "id"), _moment(row), class_id, issue, _count(row), _note(row))


def _text(row: Row, name: Name) -> str:
    """A cell that names something: a text or a whole number."""
    value = row.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise _Bad(f"{name} is no text")
    try:
        text = " ".join(str(value).split())
    except ValueError:  # a number of thousands of digits
        raise _Bad(f"{name} is too long") from None
    if len(text) > MAX_CELL:
        raise _Bad(f"{name} is longer than {MAX_CELL} characters")
    if not text.isprintable():
        what = "is not in UTF-8" if any(each in _BYTES for each in text) else "has characters that nobody sees"
        raise _Bad(f"{name} {what}")
    return text


def _needed(row: Row, name: Name) -> str:
    if text := _text(row, name):
        return text
    raise _Bad(f"has no {name}")


def _issue(row: Row) -> int:
    text = _text(row, "issue")
    if not text:
        return 0
    if not _NUMBER.fullmatch(text) or not 0 < int(text.removeprefix("#")) < MAX_ISSUE:
        raise _Bad(f"issue {_echo(text)} is no number of an issue")
    return int(text.removeprefix("#"))


def _count(row: Row) -> int:
    text = _text(row, "count") or "1"
    if not (text.isascii() and text.isdecimal() and len(text) <= 10 and 1 <= int(text) <= MAX_COUNT):  # noqa: PLR2004
        raise _Bad(f"count {_echo(text)} is no whole number from 1 to {MAX_COUNT}")
    return int(text)


def _moment(row: Row) -> datetime:
    """Of a day its beginning, and without a time zone in UTC."""
    text = _needed(row, "at")
    try:
        found = datetime.fromisoformat(text)
        moment = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        moment = None
    if moment is None or moment.year not in YEARS:
        raise _Bad(f"at {_echo(text)} is no date - write 2026-08-17 or 2026-08-17T09:30:00+02:00")
    return moment


def _note(row: Row) -> str:
    """What nobody sees is shown as such; what is too long is cut, for nothing is found by it."""
    value = row.get("note")
    text = " ".join((value if isinstance(value, str) else "")[: 2 * MAX_NOTE].split())[:MAX_NOTE]
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)


def _echo(text: str) -> str:
    return repr(text[:MAX_ECHO])
