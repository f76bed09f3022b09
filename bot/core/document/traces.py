"""Stack traces in a body, wherever they were pasted: what they say, and which lines are theirs.

Knows no language: stacks.py, pythons.py and panics.py do.
"""

from collections.abc import Iterator, Sequence

from bot.core.document.blocks import Line
from bot.core.document.model import Trace
from bot.core.document.panics import panics
from bot.core.document.pythons import tracebacks
from bot.core.document.stacks import Page, Stack, stacks

MAX_TRACES = 50
MARKS = ("at ", "@", ":in ", "#0 ", "File ", "Traceback", "In [", "E  ", ".py", "goroutine ", "panicked at ")


def find_traces(body: str, lines: Sequence[Line]) -> tuple[tuple[Trace, ...], Sequence[Line]]:
    """The traces in the order in which they stand, and the lines again, those of traces marked as such.

    A line that ends in the exception of a trace ("it says KeyError: 'x'") is parted there.
    """
    if not any(mark in body for mark in MARKS):
        return (), lines
    page, origins = _page(body, lines)
    found = _apart(sorted([*stacks(page), *tracebacks(page), *panics(page)], key=lambda each: (each.first, -each.last)))
    return tuple(each.trace for each in found), list(_marked(lines, origins, found)) if found else lines


def _page(body: str, lines: Sequence[Line]) -> tuple[Page, list[int]]:
    """The lines as text, and the number of each; -1 where an empty one parts two blocks."""
    texts: list[str] = []
    origins: list[int] = []
    for number, line in enumerate(lines):
        if number and (line.block != lines[number - 1].block):
            texts.append("")
            origins.append(-1)
        texts.append(body[line.start : line.end])
        origins.append(number)
    return Page(texts), origins


def _apart(found: Sequence[Stack]) -> list[Stack]:
    """Those that do not overlap: the one that begins first, of these the longest."""
    kept: list[Stack] = []
    for each in found:
        if len(kept) < MAX_TRACES and (not kept or each.first > kept[-1].last):
            kept.append(each)
    return kept


def _marked(lines: Sequence[Line], origins: Sequence[int], found: Sequence[Stack]) -> Iterator[Line]:
    block = -1  # traces have blocks of their own
    columns: dict[int, tuple[int, int]] = {}
    for stack in found:
        for at in range(stack.first, stack.last + 1):
            if origins[at] >= 0:
                columns[origins[at]] = (block, stack.column if at == stack.first else 0)
        block -= 1
    for number, line in enumerate(lines):
        if number not in columns:
            yield line
            continue
        number_of_block, column = columns[number]
        start = line.start + column
        if column:
            yield line._replace(end=start)
        yield line._replace(kind="trace", start=start, block=number_of_block, level=0)
