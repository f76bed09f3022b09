"""Stacks whose exception stands above its frames: Java, JavaScript, C#, Ruby and PHP.

Lines only; what lies between is looked at a few lines far, so that no text makes it look far.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import re2

from bot.core.document.model import Frame, Trace

MAX_FRAMES = 1_000  # of one text and language
MAX_MESSAGE = 300
REACH = 8  # lines between an exception and its first frame, between two parts of one stack

Groups = tuple[str | None, ...]


class Page:
    """The lines to look at: all of a body that a reader sees, with an empty one where a block ends."""

    __slots__ = ("lines", "text")

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.text = "\n".join(lines)

    def matches(self, pattern: Any) -> dict[int, Groups]:
        """The groups of each line that a pattern takes; the pattern begins with `(?m)^`, and takes no line end."""
        found: dict[int, Groups] = {}
        line = at = 0
        for match in pattern.finditer(self.text):
            line += self.text.count("\n", at, match.start())
            at = match.start()
            found[line] = match.groups()
            if len(found) == MAX_FRAMES:
                break
        return found


class Stack(NamedTuple):
    """A trace, and where it stands: its first line from a column on, and all up to its last."""

    trace: Trace
    first: int
    column: int
    last: int


class Head(NamedTuple):
    """The line that names an exception."""

    line: int
    column: int
    exception: str
    message: str


def pattern(text: str) -> Any:
    """RE2, which is linear; for lines of any text."""
    options = re2.Options()
    options.log_errors = False
    return re2.compile(text, options)


_NAMED = r"(?:[A-Za-z_$][\w$]*)?(?:Error|Exception|Throwable|Warning|Interrupt|Exit|Failure|Fault)"
_DOTTED = r"(?:[A-Za-z_$][\w$]*(?:\.|::|\\))+[A-Z][\w$]*"
_CODE = r"(?: \[\w+\]|\(code: \w+\))?"
HEAD = pattern(rf"(?:^|[^\w.$\\])\\?({_DOTTED}|(?:[A-Za-z_$][\w$]*(?:\.|::|\\))*{_NAMED}){_CODE}(?:: ?(.*)|[ \t]*)$")
OPENINGS = ("uncaught", "exception in thread", "php fatal", "fatal error", "unhandled", "caused by")
_WHERE = pattern(r"^(.*?) in (\S+?)(?::| on line )(\d+)$")

_OBJECT = pattern(r"^(.*?) at (\S+?):(\d+)\)")  # as Monolog prints an exception

_JAVA = pattern(
    r"(?m)^(?:.*[ \t])?at (?:[\w.@$-]*/)*([\w.$]+)\.([\w$<>-]+)"
    r"\((?:([\w$-]+\.\w+)(?::(\d+))?|Native Method|Unknown Source|<\w+>)\)(?:[ \t].*)?$"
)
_NODE = pattern(
    r"(?m)^[ \t]*at (?:async )?(?:(?:new )?([^\s(][^(\n]*?) \()?"
    r"(?:([^()\n]+?):(\d+)(?::\d+)?|<anonymous>|native|index \d+)\)?(?: \{)?$"
)
_FIREFOX = pattern(r"(?m)^[ \t]*([\w$.*/<>\[\]-]*)@([^\s@]*/[^\s@]*):(\d+):\d+$")
_SHARP = pattern(r"(?m)^[ \t]*at ([\w.`+<>\[\],]+?)\.(\.?[\w`<>|\[\],]+)\(([^\n]*)\)(?: in ([^\n]+):line (\d+))?$")
_RUBY = pattern(
    r"(?m)^[ \t]*(?:\d+: )?(?:from )?([^\s:]+(?:\.rb|\.rake|\.erb|\.ru|/bin/[\w-]+)):(\d+):in "
    r"[`'\"]([^'\n]+)'(?::[ \t]*(.*))?$"
)
_RUBY_CLASS = pattern(r"^(.*) \(([A-Z][\w:]*)\)$")
_RAILS = pattern(r"(?:^|[ \t])([A-Z][\w:]*(?:Error|Exception|NotFound|Invalid|Timeout)) \((.*)\):?$")
_PHP = pattern(r"(?m)^[ \t]*#\d+ (?:([^\n(]+)\((\d+)\): ([^\n(]+)\(|\[internal function\]: ([^\n(]+)\(|(\{main\}))")


def head(text: str, line: int) -> Head | None:
    """The exception that a line names at its end, with its message."""
    if not (found := HEAD.search(text)):
        return None
    column = found.start(1)
    if text[:column].strip().lower().startswith(OPENINGS):
        column = 0
    return Head(line, column, found.group(1), cut(found.group(2)))


def cut(message: str | None) -> str:
    return (message or "").strip()[:MAX_MESSAGE]


def slashed(path: str | None) -> str:
    return (path or "").strip().replace("\\", "/")


def stacks(page: Page) -> Iterator[Stack]:
    """Every stack of these languages.

    Java and C# show what a failure was caused by: the root cause is the exception, its frames come first. In
    JavaScript, Ruby and PHP it is the one that was thrown last, whatever it was caused by.
    """
    text = page.text
    if "at " in text:
        java = {at: _java(groups) for at, groups in page.matches(_JAVA).items()}
        yield from _grouped(page, java, _JAVA_LIKE)
        node = {at: _node(groups) for at, groups in page.matches(_NODE).items()}
        yield from _grouped(page, node, _NODE_LIKE)
        sharp = {at: _sharp(groups) for at, groups in page.matches(_SHARP).items() if at not in java}
        yield from _grouped(page, sharp, _SHARP_LIKE)
    if "@" in text:
        firefox = {at: _node(groups) for at, groups in page.matches(_FIREFOX).items()}
        yield from _grouped(page, firefox, _NODE_LIKE)
    if ":in " in text:
        yield from _ruby(page)
    if "#0 " in text:
        yield from _php(page)


@dataclass(frozen=True, slots=True)
class _Language:
    name: str
    joints: tuple[str, ...]  # how a line begins that stands between two parts of one stack
    causes: tuple[str, ...]  # those that name what the failure was caused by
    is_root_first: bool  # the frames of the root cause are printed first


_JAVA_LIKE = _Language(
    "java", ("Caused by:", "Suppressed:", "...", "Wrapped by:"), ("Caused by:",), is_root_first=False
)
_NODE_LIKE = _Language("javascript", ("[cause]:", "at <anonymous>", "..."), (), is_root_first=False)
_SHARP_LIKE = _Language("csharp", ("--->", "---"), ("--->",), is_root_first=True)


def _grouped(page: Page, frames: Mapping[int, Frame], language: _Language) -> Iterator[Stack]:
    """Frames that follow each other, parted only by what may part them, with the exceptions that stand above them."""
    run: list[int] = []
    for at in frames:
        if run and not _is_joined(page, run[-1], at, language):
            yield from _stack(page, frames, run, language)
            run = []
        run.append(at)
    if run:
        yield from _stack(page, frames, run, language)


def _is_joined(page: Page, before: int, after: int, language: _Language) -> bool:
    if after - before > REACH:
        return False
    between = [page.lines[at].strip() for at in range(before + 1, after)]
    return not between or any(line.startswith(language.joints) for line in between)


def _stack(page: Page, frames: Mapping[int, Frame], run: Sequence[int], language: _Language) -> Iterator[Stack]:
    heads = _above(page, run[0], language)
    parts: list[list[Frame]] = [[]]
    shared = [0]  # of each part, how many frames it shares with the one before it and leaves out
    last = run[0] - 1
    for at in run:
        for line in range(last + 1, at):
            bare = page.lines[line].strip()
            if count := _more(bare):
                shared[-1] = count
            elif bare.startswith(language.causes or "\n") and (found := head(bare, line)):
                heads.append(found)
                parts.append([])
                shared.append(0)
        parts[-1].append(frames[at])
        last = at
    if last + 1 < len(page.lines) and (count := _more(page.lines[last + 1])):
        shared[-1], last = count, last + 1
    if not heads and len(run) == 1:
        return
    root = heads[-1 if language.causes else 0] if heads else Head(run[0], 0, "", "")
    others = tuple(dict.fromkeys(each.exception for each in heads if each is not root))
    ordered = [frame for part in parts for frame in part] if language.is_root_first else _whole(parts, shared)
    name = "kotlin" if language.name == "java" and any(each.path.endswith(".kt") for each in ordered) else language.name
    first = heads[0] if heads else root
    yield Stack(Trace(name, root.exception, root.message, tuple(ordered), others), first.line, first.column, last)


def _whole(parts: Sequence[Sequence[Frame]], shared: Sequence[int]) -> list[Frame]:
    """All frames of the last part, those that it shares with the one before it too."""
    whole: list[Frame] = []
    for part, count in zip(parts, shared, strict=True):
        whole = [*part, *(whole[-count:] if 0 < count <= len(whole) else [])]
    return whole


def _above(page: Page, at: int, language: _Language) -> list[Head]:
    """The exceptions named above the first frame, the outermost first; no further up than a blank line."""
    found: list[Head] = []
    for line in range(at - 1, max(-1, at - 1 - REACH), -1):
        text = page.lines[line]
        if not text.strip():
            break
        outer, mark, inner = text.partition(" ---> ") if language.is_root_first else (text, "", "")
        if mark and (named := head(inner, line)):
            found.append(named)
        if named := head(outer, line):
            found.append(named)
            if not text.strip().startswith(language.causes or "\n"):
                break
    return found[::-1]


def _more(line: str) -> int:
    """The number of `... 12 more`."""
    words = line.split()
    is_more = len(words) >= 3 and words[0] == "..." and words[1].isdecimal()  # noqa: PLR2004 - the three words
    return int(words[1][:4]) if is_more else 0


def _java(groups: Groups) -> Frame:
    module, function, path, line = groups
    return Frame(module or "", function or "", path or "", int(line[:9]) if line else 0)


def _node(groups: Groups) -> Frame:
    name, path, line = groups
    bare = (name or "").partition(" [as ")[0].strip()
    module, _, function = bare.rpartition(".")
    clean = slashed(path).removeprefix("file://").partition("?")[0]
    return Frame(module, function, clean, int(line[:9]) if line else 0)


def _sharp(groups: Groups) -> Frame:
    module, function, _, path, line = groups
    return Frame(module or "", function or "", slashed(path), int(line[:9]) if line else 0)


def _runs(found: Mapping[int, Groups]) -> Iterator[list[int]]:
    """Lines that follow each other directly."""
    run: list[int] = []
    for at in found:
        if run and at - run[-1] > 1:
            yield run
            run = []
        run.append(at)
    if run:
        yield run


def _ruby(page: Page) -> Iterator[Stack]:
    found = page.matches(_RUBY)
    for run in _runs(found):
        frames = [_ruby_frame(found[at]) for at in run]
        first, column = run[0], 0
        if message := found[run[0]][3]:
            exception, text = _ruby_message(message)
        elif message := found[run[-1]][3]:  # the outermost frame first, as some versions print to a terminal
            exception, text = _ruby_message(message)
            frames.reverse()
            first -= first > 0 and page.lines[first - 1].startswith("Traceback (most recent")
        elif named := _ruby_head(page, run[0]):
            exception, text, first, column = named.exception, named.message, named.line, named.column
        elif len(run) > 1:
            exception = text = ""
        else:
            continue
        yield Stack(Trace("ruby", exception, text, tuple(frames)), first, column, run[-1])


def _ruby_frame(groups: Groups) -> Frame:
    """From 3.4 on, a method is named with its class: Acme::Reader#open."""
    path, line, name, _ = groups
    inner = (name or "").removeprefix("block in ").removeprefix("rescue in ").removeprefix("ensure in ")
    module, mark, function = inner.rpartition("#") if "#" in inner else inner.rpartition(".")
    return Frame(module if mark else "", function, slashed(path), int((line or "0")[:9]))


def _ruby_message(text: str) -> tuple[str, str]:
    """`no file (Missing)`: the class and the message."""
    found = _RUBY_CLASS.search(text)
    return (found.group(2), cut(found.group(1))) if found else ("", cut(text))


def _ruby_head(page: Page, at: int) -> Head | None:
    """The exception above the first frame, as Rails logs it."""
    for line in range(at - 1, max(-1, at - 4), -1):
        text = page.lines[line]
        if found := _RAILS.search(text):
            return Head(line, found.start(1), found.group(1), cut(found.group(2)))
        if named := head(text, line):
            return named
    return None


def _php(page: Page) -> Iterator[Stack]:
    """Each frame says where a function was called from: it belongs to the place that the frame above says."""
    found = page.matches(_PHP)
    for run in _runs(found):
        named, where = _php_head(page, run[0])
        if named is None and len(run) == 1:
            continue
        places = [where, *((slashed(found[at][0]), int((found[at][1] or "0")[:9])) for at in run)]
        names = [*((found[at][2] or found[at][3] or "").strip() for at in run), ""]
        frames = [_php_frame(name, *place) for name, place in zip(names, places, strict=True) if name or place[0]]
        last = run[-1]
        if page.lines[last + 1 : last + 2] and page.lines[last + 1].strip().startswith("thrown in "):
            last += 1
        first = named or Head(run[0], 0, "", "")
        yield Stack(Trace("php", first.exception, first.message, tuple(frames)), first.line, first.column, last)


def _php_head(page: Page, at: int) -> tuple[Head | None, tuple[str, int]]:
    for line in range(at - 1, max(-1, at - 1 - REACH), -1):
        text = page.lines[line]
        placed = _WHERE.search(text) or _OBJECT.search(text)
        bare, path, number = placed.groups() if placed else (text, "", "0")
        if named := head(bare, line):
            return named, (slashed(path), int(number[:9]))
    return None, ("", 0)


def _php_frame(name: str, path: str, line: int) -> Frame:
    mark = "->" if "->" in name else "::"
    module, _, function = name.rpartition(mark)
    return Frame(module, function, path, line)
