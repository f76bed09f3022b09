"""Data goes to standard output, progress to standard error, and colour to terminals only. Decides nothing."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from bot.core.lint import Problem

WIDTH = 1_000  # columns of a table that no terminal breaks

T = TypeVar("T")

as_json = click.option("--json", "as_json", is_flag=True, help="As JSON.")


def say_json(data: Any) -> None:
    click.echo(json.dumps(data, indent=2))


def say(text: str) -> None:
    """Plain text, foreign parts of it made harmless to a terminal."""
    click.echo("\n".join(map(printable, text.split("\n"))))


def printable(text: str) -> str:
    """Without what would move a terminal's cursor or hide text; white space becomes spaces."""
    return "".join(c if c.isprintable() else " " if c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in text)


def say_markdown(text: str) -> None:
    """Rendered on a terminal, as it is written elsewhere."""
    if not sys.stdout.isatty():
        return say(text)
    from rich.console import Console
    from rich.markdown import Markdown

    return Console().print(Markdown("\n".join(map(printable, text.split("\n")))))


def say_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Columns as wide as what is in them."""
    from rich.console import Console
    from rich.table import Column, Table
    from rich.text import Text

    table = Table(*(Column(name, overflow="fold") for name in head), box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH).print(table)


def tracked(items: Sequence[T], what: str) -> Iterable[T]:
    """The same items, with a progress bar where somebody is looking."""
    return _tracked(items, what) if sys.stderr.isatty() else items


def _tracked(items: Sequence[T], what: str) -> Iterator[T]:
    from rich.console import Console
    from rich.progress import track

    yield from track(items, what, console=Console(stderr=True), transient=True)


def waiting(what: str) -> AbstractContextManager[Any]:
    """Says what takes its time, where somebody is looking."""
    if not sys.stderr.isatty():
        return nullcontext()
    from rich.console import Console

    return Console(stderr=True).status(what)


def say_problems(problems: Iterable["Problem"]) -> None:
    for each in problems:
        say(str(each))


def problem_data(problem: "Problem") -> dict[str, Any]:
    place = problem.place
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "path": problem.path,
        "what": problem.what,
        "instead": problem.instead,
    }
