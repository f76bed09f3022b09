"""One run of the user's own test command: what is asked of the shell, and how it ended.

Knows nothing of what the runs prove. What strangers wrote reaches the shell in variables only, never in its text.
"""

import contextlib
import os
import selectors
import shlex
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Literal

import click
import re2

from bot.cli.output import printable
from bot.cli.worktree import environment
from bot.core.evidence.endings import MAX_MARK, Ended, marks
from bot.core.evidence.links import Link
from bot.core.evidence.results import BadReport, Result, Room, read_junit

CHUNK = 1 << 16  # bytes of output
TICK = 0.1  # seconds
GRACE = 3.0  # seconds for a command to end when it is asked to
MAX_REPORT = 50 << 20  # bytes of a report file
MAX_REPORTS = 2_000
NAMES = ("tests", "paths", "names", "junit")

_PIECE = re2.compile(r"\\.|'|\"|\$\{[^}]*\}|\{\{[a-z_]+\}\}|\{[a-z_]+\}")
_SPECIAL = re2.compile(r"([\\.+*?()\[\]{}^$|])")


class BadCommand(ValueError):
    """The command is not written so that it can be run safely."""


@dataclass(frozen=True, slots=True)
class Command:
    """What the user wrote, and what it is to be run with."""

    text: str
    setup: str
    shell: tuple[str, ...]
    links: tuple[Link, ...]
    seconds: float
    junit: str  # a pattern of the files that the runner writes by itself, or nothing
    root: Path  # of the user's own work tree

    @property
    def is_reported(self) -> bool:
        return bool(self.junit) or "{junit}" in self.text

    def variables(self, side: Literal["head", "base"], report: Path) -> dict[str, str]:
        tests, paths = [written(link) for link in self.links], _paths(self.links)
        numbered = {f"BURNDOWN_TEST_{at}": each for at, each in enumerate(tests, 1)}
        numbered |= {f"BURNDOWN_PATH_{at}": each for at, each in enumerate(paths, 1)}
        return numbered | {
            "BURNDOWN_SIDE": side,
            "BURNDOWN_ROOT": str(self.root),
            "BURNDOWN_TESTS": "\n".join(tests),
            "BURNDOWN_PATHS": "\n".join(paths),
            "BURNDOWN_NAMES": names(self.links),
            "BURNDOWN_JUNIT": str(report),
        }


def written(link: Link) -> str:
    """A link as runners take it, and never as an option."""
    return _argument("::".join((link.path, *link.names)))


def names(links: Sequence[Link]) -> str:
    """The last names as one regular expression; nothing, which is every test, where a link names none."""
    if not all(link.names for link in links):
        return ""
    return "|".join(dict.fromkeys(_SPECIAL.sub(r"\\\1", link.names[-1]) for link in links))


def filled(text: str, links: Sequence[Link]) -> str:
    """A command with its placeholders as quoted variables. Raises BadCommand."""
    pieces, last, quote = [], 0, ""
    for found in _PIECE.finditer(text):
        piece = found.group()
        pieces.append(text[last : found.start()])
        last = found.end()
        if piece in {"'", '"'}:
            quote = {"": piece, piece: ""}.get(quote, quote)
        elif piece.startswith("{{"):
            piece = piece[1:-1]
        elif piece.startswith("{"):
            piece = _placeholder(piece, quote, links)
        elif piece == "\\'" and quote == "'":  # no escape there
            quote = ""
        pieces.append(piece)
    return "".join((*pieces, text[last:]))


def _placeholder(piece: str, quote: str, links: Sequence[Link]) -> str:
    name = piece[1:-1]
    if name not in NAMES:
        known = ", ".join(f"{{{each}}}" for each in NAMES)
        raise BadCommand(f"{piece} is none of {known} - write {{{piece}}} for the text itself")
    if quote:
        raise BadCommand(f"{piece} is quoted already - take away the quotation marks around it")
    counts = {"tests": len(links), "paths": len(_paths(links))}
    if name in counts:
        return " ".join(f'"$BURNDOWN_{name[:-1].upper()}_{at}"' for at in range(1, counts[name] + 1))
    return f'"$BURNDOWN_{name.upper()}"'


def _paths(links: Sequence[Link]) -> list[str]:
    return list(dict.fromkeys(_argument(link.path) for link in links))


def _argument(text: str) -> str:
    return f"./{text}" if text.startswith("-") else text


def run(command: Command, side: Literal["head", "base"], folder: Path, report: Path) -> Ended:
    """One run in a folder, its setup not included. Nothing that it started is left when it is over."""
    variables = environment() | command.variables(side, report)
    before = dict(_reports(folder, command.junit))
    report.unlink(missing_ok=True)
    ended = _execute((*command.shell, filled(command.text, command.links)), folder, variables, command.seconds)
    written_now = [each for each, seen in _reports(folder, command.junit) if before.get(each) != seen]
    files = [*written_now, *([report] if report.is_file() else [])]
    results = _results(files, folder) if files else None
    return replace(ended, is_reported=command.is_reported or bool(files), results=results)


def set_up(command: Command, side: Literal["head", "base"], folder: Path, report: Path) -> Ended | None:
    """Runs the setup; None: it is done, or there is none."""
    if not command.setup:
        return None
    variables = environment() | command.variables(side, report)
    ended = _execute((*command.shell, filled(command.setup, command.links)), folder, variables, command.seconds)
    return replace(ended, is_set_up=False) if ended.exit_code != 0 else None


def _reports(folder: Path, pattern: str) -> Iterator[tuple[Path, tuple[int, int]]]:
    """The report files there are, and what tells whether one has been written anew."""
    for each in sorted(folder.glob(pattern))[:MAX_REPORTS] if pattern else ():
        if each.is_file() and not each.is_symlink():
            yield each, (each.stat().st_mtime_ns, each.stat().st_size)


def _results(files: Sequence[Path], folder: Path) -> tuple[Result, ...] | None:
    """Of all files; the folder, which differs from run to run, is taken out of names. None: one cannot be read."""
    found: list[Result] = []
    room = Room()
    for each in files:
        if each.stat().st_size > MAX_REPORT:
            return None
        text = each.read_bytes().replace(os.fsencode(folder) + b"/", b"")
        try:
            found += read_junit([text], room)
        except BadReport as error:
            click.echo(f"burndown: {printable(each.name)}: {error}", err=True)
            return None
    return tuple(found)


def _execute(command: Sequence[str], folder: Path, variables: dict[str, str], seconds: float) -> Ended:
    begun = time.monotonic()
    process = subprocess.Popen(  # noqa: S603 - what the user asks for, in a shell that the user chose
        command,
        cwd=folder,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # so that it has a process group of its own, to be ended as a whole
    )
    assert process.stdout
    try:
        said = _streamed(process, process.stdout, begun + seconds)
        is_done = process.poll() is not None
    finally:
        _end(process)
    return Ended(process.returncode if is_done else None, time.monotonic() - begun, said)


def _streamed(process: "subprocess.Popen[bytes]", output: IO[bytes], until: float) -> tuple[str, ...]:
    """Shows what a command prints while it runs, to its end or till its time is over: the marks that were among it."""
    found: set[str] = set()
    tail = ""
    with selectors.DefaultSelector() as ready:
        ready.register(output, selectors.EVENT_READ)
        while (now := time.monotonic()) < until:
            if ready.select(min(TICK, until - now)):
                if not (chunk := os.read(output.fileno(), CHUNK)):
                    break
                click.echo(chunk, nl=False, err=True)
                text = tail + chunk.decode(errors="replace")
                found.update(marks(text))
                tail = text[-MAX_MARK:]
            elif process.poll() is not None:  # something that it left behind holds its output open
                break
            if process.poll() is not None:
                until = min(until, now + GRACE)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(max(0.0, until - time.monotonic()))
    return tuple(sorted(found))


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Ends what is left of a command: politely, then not, also when somebody cannot wait."""
    assert process.stdout
    try:
        if process.poll() is None:
            _kill(process.pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(GRACE)
    finally:
        _kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()


def _kill(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # nobody is left; macOS says it the other way
        os.killpg(group, number)


def shell(text: str) -> tuple[str, ...]:
    """Words of a shell's command line. Raises BadCommand."""
    try:
        words = tuple(shlex.split(text))
    except ValueError as error:
        raise BadCommand(f"{text}: {error}") from None
    if not words:
        raise BadCommand("no shell is named")
    return words
