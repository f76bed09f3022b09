"""Python's tracebacks: as the interpreter, notebooks and pytest print them.

Each begins at a line that names it or at a frame, and is followed line by line; a line is never followed twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from bot.core.document.model import Frame, Trace
from bot.core.document.stacks import Page, Stack, cut, pattern, slashed

HEADER = "Traceback (most recent call last)"
CHAINED = ("During handling of the above exception", "The above exception was the direct cause")
MAX_SOURCE = 12  # lines of source that a frame shows
MAX_DEPTH = 500  # frames of one traceback
MAX_GAP = 2  # lines: a blank one, and one more where a block ends

_FILE = pattern(r'^[ \t|]*File "([^"\n]+)", line (\d+)(?:, in (.+?))?[ \t]*$')
_CELL = pattern(
    r"^[ \t]*(?:File )?([^\s\"]+\.pyx?|<ipython-input-[\w-]+>|(?:Cell |Input )In ?\[\d+\])"
    r"(?::(\d+))?(?:, line (\d+))?(?:,? in ([\w<>.]+)?(?:[ (].*)?)?$"
)
_PLACE = pattern(r"^([^\s:]+\.py):(\d+): (?:in ([\w<>.]+)|(?:[A-Z]\w*)?)[ \t]*$")
_ENDINGS = ("Error", "Exception", "Warning", "Interrupt", "Exit", "Iteration", "Timeout", "Group")


@dataclass(slots=True)
class _Reading:
    """What is known of one traceback while its lines are followed."""

    indent: int
    frames: list[Frame] = field(default_factory=list)
    raised: list[tuple[str, str]] = field(default_factory=list)  # exceptions with their messages, in order
    source: int = 0  # lines since the last frame
    last: int = -1  # the last line that is known to belong to it
    is_over: bool = False  # an exception ended it; another may follow that was raised while handling it


def tracebacks(page: Page) -> Iterator[Stack]:
    """Of a chain, the exception that was raised last with its frames, innermost first; the others by name only."""
    text = page.text
    if HEADER in text or 'File "' in text or ".py" in text or "In [" in text or "In[" in text or "<ipython-" in text:
        yield from _printed(page)
    if "\nE  " in f"\n{text}":
        yield from _pytest(page)


def _printed(page: Page) -> Iterator[Stack]:
    last = -1
    for at, line in enumerate(page.lines):
        if at <= last or not _begins(line):
            continue
        reading = _followed(page, at)
        last = max(at, reading.last)
        if reading.frames and (reading.raised or len(reading.frames) > 1 or HEADER in line):
            exception, message = reading.raised[-1] if reading.raised else ("", "")
            others = tuple(dict.fromkeys(name for name, _ in reading.raised if name != exception))
            trace = Trace("python", exception, message, tuple(reading.frames[::-1]), others)
            yield Stack(trace, at, _column(line), reading.last)


def _begins(line: str) -> bool:
    if HEADER in line:
        return True
    return line.lstrip(" \t|").startswith(("File ", "Cell In", "Input In", "<ipython-")) and _frame(line) is not None


def _column(line: str) -> int:
    """Where the traceback begins: behind what a sentence or a log says before it, but at the name in a notebook."""
    before = line.partition(HEADER)[0] if HEADER in line else ""
    words = before.strip(" \t|+").removesuffix("Exception Group").split()
    return len(before) if words and not words[0].endswith(_ENDINGS) else 0


def _followed(page: Page, at: int) -> _Reading:
    """From its first line to the first that is not its own; what a log says before every line is no part of it."""
    header = page.lines[at]
    prefix = header[: max(0, header.find(HEADER))]
    is_repeated = bool(prefix.strip(" \t|+")) and page.lines[at + 1 : at + 2] and page.lines[at + 1].startswith(prefix)
    reading = _Reading(len(prefix) if is_repeated else _indent(header))
    for number in range(at, len(page.lines)):
        line = page.lines[number]
        if is_repeated and line.startswith(prefix):
            line = " " * len(prefix) + line[len(prefix) :]
        if not _take(line, number, reading):
            break
    return reading


def _take(line: str, number: int, reading: _Reading) -> bool:
    """Whether the traceback may go on after this line."""
    bare = line.strip(" \t|+")
    if HEADER in bare:
        reading.frames, reading.source, reading.last, reading.is_over = [], 0, number, False
    elif not bare or bare.startswith(CHAINED):
        is_near = number - reading.last <= MAX_GAP
        reading.last = number if bare else reading.last
        return is_near
    elif reading.is_over:
        return False
    elif frame := _frame(line):
        if not reading.frames:
            reading.indent = max(reading.indent, _indent(line) - 1)
        reading.frames += [frame] if len(reading.frames) < MAX_DEPTH else []
        reading.source, reading.last = 0, number
    elif reading.frames and (raised := _raised(line, reading)):
        reading.raised.append(raised)
        reading.last, reading.is_over = number, True
    elif reading.frames and reading.source < MAX_SOURCE:
        _take_source(line, number, reading)
    else:
        return not reading.frames and bare.startswith("---")
    return True


def _take_source(line: str, number: int, reading: _Reading) -> None:
    """A line below a frame: its source, or marks under it. A notebook's arrow says the line of its frame."""
    reading.source += 1
    words = line.split(None, 2)
    is_arrow = words[0].startswith("-") and words[0].endswith(">") and len(words) > 1 and words[1].isdecimal()
    if is_arrow and reading.frames[-1].line == 0:
        reading.frames[-1] = replace(reading.frames[-1], line=int(words[1][:9]))
    if reading.source == 1 or is_arrow or words[0].isdecimal() or not line.strip(" \t|~^"):
        reading.last = number


def _frame(line: str) -> Frame | None:
    if "File " in line and (found := _FILE.search(line)):
        path, number, function = found.groups()
        return _placed(path, number, function)
    if (".py" in line or " In" in line or "In [" in line or "In[" in line or "<ipy" in line) and (
        found := _CELL.search(line)
    ):
        path, number, other, function = found.groups()
        if number or other or function or path.startswith("<"):
            return _placed(path, number or other, function)
    return None


def _placed(path: str, number: str | None, function: str | None) -> Frame:
    """A frame, with the module that its path says."""
    clean = slashed(path)
    return Frame(_module(clean), function or "", clean, int((number or "0")[:9]))


def _module(path: str) -> str:
    """`/usr/lib/python3/site-packages/pandas/core/frame.py` -> `pandas.core.frame`; elsewhere the name of the file."""
    if not path.endswith((".py", ".pyx")):
        return ""
    bare = path.rpartition(".")[0]
    for root in ("/site-packages/", "/dist-packages/", "/src/"):
        _, mark, inside = bare.rpartition(root)
        if mark:
            return inside.removesuffix("/__init__").replace("/", ".")
    is_relative = not path.startswith(("/", "~", ".", "<")) and ":" not in path
    inside = bare if is_relative else bare.rpartition("/")[2]
    return inside.removesuffix("/__init__").replace("/", ".")


def _raised(line: str, reading: _Reading) -> tuple[str, str] | None:
    """`package.Error: message` or the name alone, not deeper than the traceback itself."""
    name, colon, message = line.strip(" \t|+").partition(":")
    if _indent(line) > reading.indent or not all(part.isidentifier() for part in name.split(".")):
        return None
    if (colon and message[:1].strip()) or not (
        name.endswith(_ENDINGS) or "." in name or name.rpartition(".")[2][0].isupper()
    ):
        return None
    return name, cut(message)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t|+"))


def _pytest(page: Page) -> Iterator[Stack]:
    """`E` lines with the places around them: those above are its callers, the one directly below is where it was."""
    frames: list[Frame] = []
    raised: tuple[str, str] | None = None
    first = last = -1
    for at, line in enumerate([*page.lines, *[""] * (MAX_GAP + 1)]):
        found = _PLACE.search(line) if ".py:" in line else None
        if line.startswith("E  "):
            raised = raised or _asserted(line[1:].strip())
            first, last = first if first >= 0 else at, at
        elif found and (raised is None or at - last <= MAX_GAP):
            frames.append(_placed(*found.groups()))
            last = at if raised else last
        if raised and (found or at - last > MAX_GAP):
            if frames:
                yield Stack(Trace("python", *raised, tuple(frames[: -MAX_DEPTH - 1 : -1])), first, 0, last)
            frames, raised, first = [], None, -1


def _asserted(text: str) -> tuple[str, str]:
    """What an `E` line says was raised; a bare assertion shows its comparison only."""
    return _raised(text, _Reading(0)) or ("AssertionError" if text.startswith("assert ") else "", cut(text))
