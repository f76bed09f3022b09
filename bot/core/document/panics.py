"""What Go and Rust print when a program gives up.

Anchored at the one line that begins it; all else is what follows.
"""

from collections.abc import Iterator

from bot.core.document.model import Frame, Trace
from bot.core.document.stacks import REACH, Page, Stack, cut, pattern, slashed

MAX_STACKS = 50
MAX_DEPTH = 500  # frames

_GO_PLACE = pattern(r"^[ \t]*(\S.*?\.(?:go|s)):(\d+)(?: \+0x[0-9a-f]+)?[ \t]*$")
_RUST_PANIC = pattern(r"panicked at (?:'(.*)', )?([^\s:']+):(\d+):\d+:?$")
_RUST_FRAME = pattern(r"^[ \t]*\d+:[ \t]+(?:0x[0-9a-f]+ - )?(\S.*)$")
_RUST_PLACE = pattern(r"^[ \t]+at (\S+?):(\d+)(?::\d+)?$")
_RUNTIME = ("rust_begin_unwind", "core::panicking::", "std::panicking::", "std::sys::backtrace", "__rust_begin")


def panics(page: Page) -> Iterator[Stack]:
    """Go: the goroutine that panicked, not the others; Rust: where it panicked, then the backtrace."""
    if "goroutine " in page.text:
        yield from _go(page)
    if "panicked at " in page.text:
        yield from _rust(page)


def _go(page: Page) -> Iterator[Stack]:
    last = -1
    found = 0
    for at, line in enumerate(page.lines):
        if at <= last or not line.lstrip().startswith("goroutine ") or not line.rstrip().endswith("]:"):
            continue
        frames, end = _goroutine(page, at + 1)
        first, exception, message = _go_head(page, at, last)
        while (after := _next_goroutine(page, end)) >= 0:
            _, end = _goroutine(page, after + 1)
        last = end
        if frames:
            yield Stack(Trace("go", exception, message, tuple(frames)), first, 0, end)
            found += 1
        if found == MAX_STACKS:
            return


def _go_head(page: Page, at: int, least: int) -> tuple[int, str, str]:
    """The line that says why, above the first goroutine."""
    for line in range(at - 1, max(least, at - 1 - REACH), -1):
        bare = page.lines[line].strip()
        for mark in ("panic: ", "fatal error: "):
            if bare.startswith(mark):
                return line, mark[:-2], cut(bare.removeprefix(mark))
    return at, "", ""


def _goroutine(page: Page, at: int) -> tuple[list[Frame], int]:
    """The frames from a line on, and the last line of theirs: a call, and below it its place."""
    frames: list[Frame] = []
    while at + 1 < len(page.lines):
        if not (page.lines[at].strip() and (place := _GO_PLACE.search(page.lines[at + 1]))):
            break
        if len(frames) < MAX_DEPTH:
            module, function = _go_call(page.lines[at].strip())
            frames.append(Frame(module, function, slashed(place.group(1)), int(place.group(2)[:9])))
        at += 2
    return frames, at - 1


def _go_call(text: str) -> tuple[str, str]:
    """`example.org/app/store.(*DB).Get(0xc0, 0x1)`: the package, and the function in it."""
    name = text.removeprefix("created by ").partition(" in goroutine ")[0]
    bare = name[: name.rfind("(")] if name.endswith(")") else name
    dot = bare.find(".", bare.rfind("/") + 1)
    return (bare[:dot], bare[dot + 1 :]) if dot > 0 else ("", bare)


def _next_goroutine(page: Page, end: int) -> int:
    for line in range(end + 1, min(end + 3, len(page.lines))):
        if page.lines[line].startswith("goroutine ") and page.lines[line].rstrip().endswith("]:"):
            return line
    return -1


def _rust(page: Page) -> Iterator[Stack]:
    last, found = -1, 0
    for at, line in enumerate(page.lines):
        if at <= last or "panicked at " not in line or not (panic := _RUST_PANIC.search(line.rstrip())):
            continue
        message, path, number = panic.groups()
        last = at
        if message is None and page.lines[at + 1 : at + 2]:
            message, last = page.lines[at + 1], at + 1
        place = Frame(path=slashed(path), line=int(number[:9]))
        backtrace, last = _backtrace(page, last)
        frames = tuple(each for each in (place, *backtrace) if each is place or not _is_same(each, place))
        if named := next((each for each in backtrace if _is_same(each, place)), None):
            frames = (named, *frames[1:])
        yield Stack(Trace("rust", "panic", cut(message), frames), at, max(0, line.find("thread '")), last)
        found += 1
        if found == MAX_STACKS:
            return


def _is_same(frame: Frame, place: Frame) -> bool:
    return frame.line == place.line and frame.path.removeprefix("./").endswith(place.path)


def _backtrace(page: Page, last: int) -> tuple[list[Frame], int]:
    """The frames below a panic, without those of the runtime that reports it; and the last line."""
    frames: list[Frame] = []
    at = last + 1
    while at < len(page.lines) and len(frames) < MAX_DEPTH:
        line = page.lines[at]
        bare = line.strip()
        if place := _RUST_PLACE.search(line):
            if frames:
                frames[-1] = Frame(
                    frames[-1].module, frames[-1].function, slashed(place.group(1)), int(place.group(2)[:9])
                )
        elif call := _RUST_FRAME.search(line):
            module, _, function = call.group(1).strip().rpartition("::")
            frames.append(Frame(module, function))
        elif not bare.startswith(("stack backtrace:", "note: ")):
            break
        last = at
        at += 1
    return [
        each for each in frames if not f"{each.module}::{each.function}".removeprefix("::").startswith(_RUNTIME)
    ], last
