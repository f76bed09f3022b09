"""A body that we share with people: our part is cut to fit, and theirs stays byte for byte. Says nothing itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MARKER = "burndown:weekly"
END = f"<!-- /{MARKER} -->"
MAX_BODY = 60_000  # characters; GitHub takes 65,536
KEPT = 99  # the worth of what is never cut

_BEGIN = f"<!-- {MARKER} "
_INDENTED = 4  # spaces before a marker that make it an example, in Markdown


@dataclass(frozen=True, slots=True)
class Section:
    """A part whose items can be cut from their end; the part of the least worth is cut first."""

    worth: int
    head: tuple[str, ...]
    items: tuple[str, ...] = ()
    close: tuple[str, ...] = ()  # what ends the items
    total: int = 0  # how many items there are in all, where not all of them are here
    more: str = "- and {} more"
    foot: tuple[str, ...] = ()

    def text(self, kept: int) -> str:
        left = max(self.total, len(self.items)) - kept
        more = (self.more.format(left),) if left else ()
        return "\n".join((*self.head, *self.items[:kept], *self.close, *more, *self.foot))

    def within(self, room: int) -> str:
        """With as many items as there is room for; "" where there is none at all."""
        used, kept = len(self.text(0)), 0
        if used > room:
            return ""
        for item in self.items:
            used += len(item) + 1
            if used > room:
                break
            kept += 1
        return self.text(kept)


def fitted(sections: Sequence[Section], room: int = MAX_BODY) -> str:
    texts = [each.text(len(each.items)) for each in sections]
    for index in sorted(range(len(sections)), key=lambda each: sections[each].worth):
        over = sum(len(each) + 2 for each in texts) - room
        if over <= 0 or sections[index].worth >= KEPT:
            break
        texts[index] = sections[index].within(len(texts[index]) - over)
    return "\n\n".join(filter(None, texts))


def merged(existing: str, section: str) -> str:
    """The body with our section in the place of the one before it, or below a blank line where there is none.

    Only what lies between two of our markers, each alone on its line, is taken for ours. Markers that are missing,
    swapped or nested stay where they are, for what they enclose may be a person's. Of a section that somebody doubled
    the first is written and the others are emptied. The order of markers never changes, so that no merge brings two
    together that were no pair before.
    """
    ours = tuple(_owned(existing))
    theirs = "".join(_theirs(existing, ours))
    newline = "\r\n" if "\r\n" in theirs else "\n"
    section = newline.join(section.replace("\r\n", "\n").split("\n"))
    if not ours:
        return existing + _gap(existing, newline) + section
    written, copies = ours[0], ours[1:]
    pieces, last = [existing[: written[0]], section], written[1]
    for begin, end in copies:
        markers = existing[begin : existing.index("-->", begin) + 3]
        pieces += [existing[last:begin], markers, newline, END]
        last = end
    return "".join((*pieces, existing[last:]))


def room_beside(existing: str) -> int:
    """How long our section may be, with what people wrote beside it."""
    return MAX_BODY - sum(map(len, _theirs(existing, tuple(_owned(existing))))) - 2 * len("\r\n")


def _theirs(text: str, ours: Sequence[tuple[int, int]]) -> Iterator[str]:
    last = 0
    for begin, end in ours:
        yield text[last:begin]
        last = end
    yield text[last:]


def _gap(text: str, newline: str) -> str:
    if not text:
        return ""
    has = len(tail := text[-4:].replace("\r\n", "\n")) - len(tail.rstrip("\n"))
    return newline * max(0, 2 - has)


def _owned(text: str) -> Iterator[tuple[int, int]]:
    """From each opening marker to the closing one that is next to it."""
    opened: int | None = None
    for begin, end, is_opening in _markers(text):
        if is_opening:
            opened = begin
        elif opened is not None:
            yield opened, end
            opened = None


def _markers(text: str) -> Iterator[tuple[int, int, bool]]:
    at = 0
    for line in text.split("\n"):
        bare = line.strip(" \t\r")
        indented = len(line) - len(line.lstrip(" "))
        if indented < _INDENTED and line[indented:].startswith(bare) and (bare == END or _opens(bare)):
            yield at + indented, at + indented + len(bare), bare != END
        at += len(line) + 1


def _opens(line: str) -> bool:
    week = line.removeprefix(_BEGIN).removesuffix(" -->")
    year, _, number = week.partition("-W")
    is_week = (len(year), len(number)) == (4, 2) and week.isascii() and (year + number).isdecimal()
    return is_week and line == f"{_BEGIN}{week} -->"
