"""Which files of a repository are tests, by their paths and its own globs. Reads no file, and follows no path."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import re2

from bot.core.evidence.layouts import TABLE
from bot.core.evidence.roles import LANGUAGES, Role

__all__ = ["Recognised", "Role", "language", "recognise", "row"]

MAX_PATH = 1_000  # characters; what people check out is shorter by far
MAX_GLOB = 500
MAX_MEMORY = 16 << 20  # bytes of states of the automaton, which forgets them when they are more

_WILD = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
_TURNED = {**_WILD, "**/": "(?:/.*)?", "(": ")", ")": "("}


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a path says about its file."""

    role: Role
    ecosystem: str = ""
    language: str = ""  # how to read which tests it holds; "": the file itself is the test, or nobody knows


def recognise(path: str, tests: Sequence[str] = (), others: Sequence[str] = ()) -> Recognised:
    """What a file is; a repository's own globs go before the table, those for what is no test first.

    A wide glob of its own does not turn what runs the tests into a test: that would lift the cap on evidence.
    """
    if not _is_plain(path) or _fits(path, others):
        return Recognised(Role.OTHER)
    found = _by_layout(path)
    if found.role not in {Role.TEST, Role.RUNNER} and _fits(path, tests):
        return Recognised(Role.TEST, language=language(path))
    return found


def language(path: str) -> str:
    """The language that a file's extension names; "" where it names none that we know."""
    _, dot, extension = path.rpartition("/")[2].rpartition(".")
    return LANGUAGES.get(extension, "") if dot else ""


def _is_plain(path: str) -> bool:
    """Whether a path is relative, goes down only, and shows all that it is made of."""
    return (
        len(path) <= MAX_PATH
        and path.isprintable()  # no control characters, no halves of surrogate pairs, no changes of direction
        and "\\" not in path
        and not any(part in {"", ".", ".."} for part in path.split("/"))
    )


def row(path: str) -> int | None:
    """Which row of the table a plain path fits first; None where it fits none."""
    return min(_automaton().Match(path[::-1]) or (), default=None)


def _by_layout(path: str) -> Recognised:
    at = row(path)
    if at is None:
        return Recognised(Role.OTHER)
    found = TABLE[at]
    return Recognised(found.role, found.ecosystem, language(path) if found.language is None else found.language)


@cache
def _automaton() -> "re2.Set":
    """All rows at once, backwards: a path is read a single time, and its extension leaves few rows to follow."""
    options = re2.Options()
    options.max_mem = MAX_MEMORY
    rows = re2.Set.FullMatchSet(options)
    for layout in TABLE:
        rows.Add("|".join(map(_turned, layout.globs)))
    rows.Compile()
    return rows


def _fits(path: str, globs: Sequence[str]) -> bool:
    """Whether a path fits a repository's own glob, in which brackets mean themselves: `app/(shop)/[id]/**`."""
    return any(_compiled(glob).fullmatch(path) for glob in globs if len(glob) <= MAX_GLOB and glob.isprintable())


@lru_cache(maxsize=1_000)
def _compiled(glob: str) -> "re2._Regexp[str]":
    return re2.compile(_pattern(glob))


def _pattern(glob: str) -> str:
    return "".join(_WILD.get(token) or re2.escape(token) for token in _tokens(glob))


def _turned(glob: str) -> str:
    """A glob of the table for RE2, from its end to its beginning."""
    return "".join(_TURNED.get(token) or _literal(token) for token in reversed(list(_tokens(glob, "["))))


def _literal(token: str) -> str:
    return token if token[0] in "[|" else re2.escape(token)


def _tokens(glob: str, classes: str = "") -> Iterator[str]:
    """The wildcards and characters of a glob, and its classes of characters where there may be some."""
    at = 0
    while at < len(glob):
        end = at + 1
        if glob.startswith("**", at):
            end += 2 if glob.startswith("/", at + 2) else 1
        elif glob[at] == classes:
            end = glob.index("]", at) + 1
        yield glob[at:end]
        at = end
