"""Robot Framework: the names below *** Test Cases ***, and the tags that keep them from running. Runs no keyword."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.core.evidence.model import Symbol

_OFF = frozenset({"robot:skip", "robot:exclude", "robot:skip-on-failure"})
_TAGS = frozenset({"test tags", "force tags", "task tags", "[tags]"})
_TESTS = frozenset({"testcases", "testcase", "tasks", "task"})
_BRANCHES = frozenset({"if", "for", "while", "try"})


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    section: str
    is_indented: bool
    cells: Sequence[str]


def read_robot(text: str) -> list[Symbol]:
    """The test cases of a suite."""
    found, everywhere, is_branched = list[Symbol](), 0, False
    for row in _rows(text):
        first = row.cells[0].lower()
        if row.section == "settings" and first in _TAGS and not _OFF.isdisjoint(map(str.lower, row.cells)):
            everywhere = row.line
        if row.section not in _TESTS:
            continue
        if not row.is_indented:
            found.append(Symbol(row.cells[0], (), row.line, row.line))
            is_branched = False
        elif found:
            is_branched = is_branched or first in _BRANCHES
            is_tagged = first in _TAGS and not _OFF.isdisjoint(map(str.lower, row.cells))
            is_off = is_tagged or (first == "skip" and not is_branched)
            each = found[-1]
            found[-1] = Symbol(each.name, (), each.first, row.line, each.skipped or (row.line if is_off else 0))
    return [Symbol(each.name, (), each.first, each.last, each.skipped or everywhere) for each in found]


def _rows(text: str) -> Iterator[_Row]:
    """Every row that says something, with the section that it stands in; a row goes on behind `...`."""
    section, before = "", ""
    for at, raw in enumerate(text.split("\n"), start=1):
        is_piped = raw.startswith("| ")
        row = raw.replace(" | ", "  ").removeprefix("|").removesuffix("|") if is_piped else raw
        cells = [cell.strip() for cell in row.replace("\t", "  ").split("  ") if cell.strip()]
        if not cells or cells[0].startswith("#"):
            continue
        if cells[0].startswith("*"):
            section = "".join(cells[0].strip("* ").lower().split())
            continue
        is_indented = row[:1] in {" ", "\t"} and (not is_piped or row.startswith("    "))
        if cells[0] == "...":
            cells = [before, *cells[1:]]
        before = cells[0]
        yield _Row(at, section, is_indented, cells)
