"""The lines of a body, each with what it is: prose, code, quote or heading. Blocks only; no line is read twice.

By hand and not by markdown-it-py, which takes 0.6 s for 64 kB of short list items; the tests hold the two against each
other. `read_lines` reads what was meant where GitHub shows a slip (a fence directly below `<details>`), `shown_lines`
only what GitHub shows as words.
"""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from bot.core.document.html import BLANK, block_ends

Kind = Literal["prose", "code", "trace", "quote", "headings"]

QUOTE = 0  # a container that each line continues with ">"; other containers are list items: columns of indentation
MAX_DEPTH = 16  # containers within containers; deeper ones are text
LABEL_LEVEL = 7  # of a line that is bold as a whole: below all headings
MAX_LABEL = 80  # characters of such a line
CODE_INDENT = 4
DIGITS = frozenset("0123456789")
MARKS = DIGITS | set(" \t#>*+-_=`~<[")  # what a line begins with that may be more than words
CODE_TAGS = {"<pre": "</pre>", "<script": "</script>", "<style": "</style>", "<textarea": "</textarea>"}
CODE_MARKS = {"<?": "?>", "<![cdata[": "]]>"}


class Line(NamedTuple):
    """One line without its quote and list marks: offsets into the body."""

    kind: Kind
    start: int
    end: int
    block: int  # the same for the lines of one paragraph or one code block
    level: int = 0  # of a heading: 1 to 6, LABEL_LEVEL
    is_top: bool = True  # stands in no quote and no list


@dataclass(slots=True)
class _Cursor:
    """A place in a line: offset, column (tabs end at multiples of four), and the column where the content begins."""

    text: str
    at: int = 0
    column: int = 0
    base: int = 0

    def skip_spaces(self) -> None:
        text, at, column = self.text, self.at, self.column
        while (character := text[at : at + 1]) and character in " \t":
            column += 1 if character == " " else 4 - column % 4
            at += 1
        self.at, self.column = at, column

    def skip(self, count: int) -> None:
        """Over marks, and the one space that belongs to them."""
        self.at += count
        self.column += count
        self.base = self.column + (self.text[self.at : self.at + 1] in {"", " ", "\t"})
        self.skip_spaces()

    @property
    def indent(self) -> int:
        return self.column - self.base

    @property
    def rest(self) -> str:
        return self.text[self.at :]

    @property
    def content(self) -> int:
        """Offset of the column where the content begins."""
        at, column = self.at, self.column
        while column > self.base and at > 0 and self.text[at - 1] in " \t":
            at -= 1
            column -= 1 if self.text[at] == " " else 4
        return at


@dataclass(slots=True)
class _Reader:
    """What is open while the lines are read."""

    lines: list[Line] = field(default_factory=list)
    containers: list[int] = field(default_factory=list)
    fence: str = ""  # the run that opened a code block
    ends: tuple[str, ...] = ()  # what ends a piece of HTML
    is_hidden: bool = False  # that piece is a comment
    in_paragraph: bool = False
    is_bare: bool = False  # the line before opened a list item and gave it nothing
    block: int = 0

    def read(self, text: str, start: int) -> None:
        """The next line."""
        if not (self.containers or self.fence or self.ends) and (not text or text[0] not in MARKS):
            self._read_plain(text, start)
            return
        cursor = _Cursor(text)
        cursor.skip_spaces()
        matched = self._match(cursor)
        is_blank = cursor.at == len(text)
        if matched < len(self.containers) and (self.fence or self.ends):
            self.fence, self.ends = "", ()
            self.in_paragraph = False
        if self.fence:
            self._read_code(cursor, start)
        elif self.ends:
            self._read_html(cursor, start, cursor.content)
        elif is_blank:
            del self.containers[matched - self.is_bare if matched else 0 :]
            self.in_paragraph = self.is_bare = False
        else:
            self._read_block(cursor, start, matched)

    def _read_plain(self, text: str, start: int) -> None:
        """What most lines are: blank, or words outside of everything."""
        if text and not self.in_paragraph:
            self.block += 1
        self.in_paragraph = bool(text)
        if text:
            self.lines.append(Line("prose", start, start + len(text), self.block))

    def _match(self, cursor: _Cursor) -> int:
        """How many of the open containers the line continues."""
        for matched, kind in enumerate(self.containers):
            if kind == QUOTE:
                if cursor.indent >= CODE_INDENT or cursor.text[cursor.at : cursor.at + 1] != ">":
                    return matched
                cursor.skip(1)
            elif cursor.indent >= kind:
                cursor.base += kind
            elif cursor.at < len(cursor.text):
                return matched
        return len(self.containers)

    def _read_block(self, cursor: _Cursor, start: int, matched: int) -> None:
        is_lazy = matched < len(self.containers) and self.in_paragraph
        opened = self._open(cursor, matched)
        self.is_bare = opened and cursor.at == len(cursor.text) and self.containers[-1] != QUOTE
        if cursor.at == len(cursor.text):
            self.in_paragraph = False
            return
        is_lazy = is_lazy and not opened
        if cursor.indent >= CODE_INDENT and not self.in_paragraph:
            self._emit("code", cursor, start, continues=bool(self.lines) and self.lines[-1].kind == "code")
            return
        unmatched = self.containers[matched:] if is_lazy else []
        if is_lazy:
            del self.containers[matched:]
        can_underline = self.in_paragraph and not is_lazy
        if not self._opens_other(cursor, start, can_underline=can_underline):
            self.containers += unmatched
            self._read_text(cursor, start, can_underline=can_underline)

    def _open(self, cursor: _Cursor, matched: int) -> bool:
        """New quotes and list items, one within the other."""
        opened = False
        text, in_paragraph = cursor.text, self.in_paragraph and matched == len(self.containers)
        while cursor.indent < CODE_INDENT and cursor.at < len(text):
            if text[cursor.at] in "*-_" and _is_rule(cursor.rest):
                break
            if text[cursor.at] == ">":
                width, is_quote = 1, True
            elif width := _marker(text, cursor.at):
                is_quote = False
                if in_paragraph and not opened and not _interrupts(text[cursor.at :], width):
                    break
            else:
                break
            if not opened:
                del self.containers[matched:]
                opened, self.in_paragraph = True, False
            if len(self.containers) == MAX_DEPTH:
                break
            before = cursor.base
            cursor.skip(width)
            if not is_quote and cursor.at < len(text) and cursor.indent < CODE_INDENT:
                cursor.base = cursor.column
            self.containers.append(QUOTE if is_quote else cursor.base - before)
        if not opened and not self.in_paragraph:
            del self.containers[matched:]
        return opened

    def _opens_other(self, cursor: _Cursor, start: int, *, can_underline: bool) -> bool:
        """A heading, a fence, a rule or HTML: what may stand directly below a paragraph."""
        if cursor.indent >= CODE_INDENT:
            return False
        rest = cursor.rest
        match rest[0]:
            case "#" if level := _level(rest):
                cursor.skip(level)
                if cursor.rest:
                    self._emit("headings", cursor, start, level=level)
                self.in_paragraph = False
                return True
            case "`" | "~" if fence := _fence(rest):
                self.fence, self.in_paragraph = fence, False
                self.block += 1
                return True
            case "*" | "-" | "_" if _is_rule(rest) and not (can_underline and _is_underline(rest)):
                self.in_paragraph = False
                return True
            case "<":
                return self._opens_html(rest, cursor, start)
            case _:
                return False

    def _opens_html(self, rest: str, cursor: _Cursor, start: int) -> bool:
        low = rest[:11].lower()
        if low.startswith("<!--"):
            self.ends, self.is_hidden = ("-->",), True
            self._read_html(cursor, start, cursor.at)
            return True
        end = next((end for mark, end in CODE_MARKS.items() if low.startswith(mark)), "")
        for tag, closing in CODE_TAGS.items():
            if low.startswith(tag) and low[len(tag) : len(tag) + 1] in {"", " ", ">", "\t"}:
                end = closing
        if low.startswith("<code>") and "</code>" not in rest.lower():
            end = "</code>"
        if not end:
            return False
        self.ends, self.is_hidden, self.in_paragraph = (end, end.upper()), False, False
        self.block += 1
        at = cursor.at
        while low[1] not in "?!" and cursor.text.startswith(("<pre", "<code", "<PRE", "<CODE"), at):
            at = cursor.text.find(">", at) + 1 or len(cursor.text)
        self._read_html(cursor, start, at)
        return True

    def _read_html(self, cursor: _Cursor, start: int, at: int) -> None:
        """Code between tags, or a comment: up to its end, and what follows on that line is prose."""
        found = [(place, mark) for mark in self.ends if (place := cursor.text.find(mark, at)) >= 0]
        end, mark = min(found, default=(-1, ""))
        stop = len(cursor.text) if end < 0 else end
        if not self.is_hidden and cursor.text[at:stop].strip():
            self.lines.append(self._line("code", start + at, start + stop))
        if end < 0:
            return
        after, self.ends = end + len(mark), ()
        if cursor.text[after:].strip():
            self._new_paragraph()
            self.lines.append(self._line("prose", start + after, start + len(cursor.text)))

    def _read_code(self, cursor: _Cursor, start: int) -> None:
        rest = cursor.rest.rstrip(" \t")
        if cursor.indent < CODE_INDENT and rest.startswith(self.fence) and not rest.strip(self.fence[0]):
            self.fence = ""
            return
        self.lines.append(self._line("code", start + cursor.content, start + len(cursor.text)))

    def _read_text(self, cursor: _Cursor, start: int, *, can_underline: bool) -> None:
        rest = cursor.rest
        if can_underline and cursor.indent < CODE_INDENT and _is_underline(rest):
            self._underline(1 if rest[0] == "=" else 2)
        elif not self.containers and _is_label(rest):
            self._emit("headings", cursor, start, level=LABEL_LEVEL)
            self.in_paragraph = False
        elif self.in_paragraph:
            self._emit("prose", cursor, start, continues=True)
        elif _is_definition(rest):
            return
        else:
            if rest[:4].lower() in {"[ ] ", "[x] "} and self.containers:
                cursor.skip(3)
            self._emit("prose", cursor, start)
            self.in_paragraph = True

    def _underline(self, level: int) -> None:
        """A paragraph of one line becomes a heading; a longer one was hardly meant to."""
        last = self.lines[-1]
        self.in_paragraph = False
        if len(self.lines) < 2 or self.lines[-2].block != last.block:  # noqa: PLR2004 - the last two
            self.lines[-1] = last._replace(kind="quote" if last.kind == "quote" else "headings", level=level)

    def _emit(self, kind: Kind, cursor: _Cursor, start: int, *, level: int = 0, continues: bool = False) -> None:
        if not continues:
            self.block += 1
        self.lines.append(self._line(kind, start + cursor.content, start + len(cursor.text), level))

    def _new_paragraph(self) -> None:
        self.block += 1
        self.in_paragraph = True

    def _line(self, kind: Kind, start: int, end: int, level: int = 0) -> Line:
        shown: Kind = "quote" if QUOTE in self.containers else kind
        return Line(shown, start, end, self.block, level, not self.containers)


@dataclass(slots=True)
class _Shown(_Reader):
    """Guesses nothing; what is in too many containers is left out, up to a line that can be in none of them."""

    is_below_blank: bool = False

    def read(self, text: str, start: int) -> None:
        if self.fence and not self.containers and self.fence not in text:
            return  # most lines of code
        if len(self.containers) == MAX_DEPTH:
            is_blank = not text.strip(" \t")
            if is_blank or text[0] in " \t" or not self.is_below_blank:
                self.is_below_blank = is_blank
                return
            self.containers.clear()
            self.fence, self.ends, self.in_paragraph, self.is_below_blank = "", (), False, False
        _Reader.read(self, text, start)

    def _opens_html(self, rest: str, cursor: _Cursor, start: int) -> bool:
        self.ends = block_ends(rest, below_words=self.in_paragraph)
        if not self.ends:
            return False
        self.in_paragraph = False
        self._read_html(cursor, start, cursor.at)
        return True

    def _read_html(self, cursor: _Cursor, start: int, at: int) -> None:  # noqa: ARG002 - as in what was meant
        line = cursor.rest.lower() or BLANK
        if any(mark in line for mark in self.ends):
            self.ends = ()

    def _read_text(self, cursor: _Cursor, start: int, *, can_underline: bool) -> None:
        if can_underline and cursor.indent < CODE_INDENT and _is_underline(cursor.rest):
            self.in_paragraph = False
            return
        self._emit("prose", cursor, start, continues=self.in_paragraph)
        self.in_paragraph = True


def read_lines(body: str) -> list[Line]:
    """The lines that a reader sees, in order; without fences, underlines, comments and link definitions."""
    return _read(_Reader(), body)


def shown_lines(body: str) -> list[Line]:
    """The same without HTML, and with all that a paragraph holds: inline.py knows what of it is seen."""
    return _read(_Shown(), body)


def _read(reader: _Reader, body: str) -> list[Line]:
    start = 0
    for text in body.split("\n"):
        reader.read(text, start)
        start += len(text) + 1
    return reader.lines


def _marker(text: str, at: int) -> int:
    """The width of a list mark that stands there, or 0."""
    if text[at] in "-+*":
        width = 1
    else:
        digits = 0
        while digits < 9 and text[at + digits : at + digits + 1] in DIGITS:  # noqa: PLR2004 - CommonMark's limit
            digits += 1
        width = digits + 1 if digits and text[at + digits : at + digits + 1] in {".", ")"} else 0
    return width if text[at + width : at + width + 1] in {"", " ", "\t"} else 0


def _interrupts(rest: str, width: int) -> bool:
    """Whether a list mark directly below words begins a list: it has text, and counts from one."""
    return bool(rest[width:].strip(" \t")) and (width == 1 or int(rest[: width - 1]) == 1)


def _is_rule(rest: str) -> bool:
    marks = rest.replace(" ", "").replace("\t", "") if rest[2:] else ""
    return len(marks) >= 3 and not marks.strip(marks[0])  # noqa: PLR2004 - CommonMark's least


def _is_underline(rest: str) -> bool:
    return rest[0] in "=-" and not rest.rstrip(" \t").strip(rest[0])


def _level(rest: str) -> int:
    marks = 0
    while marks < 7 and rest[marks : marks + 1] == "#":  # noqa: PLR2004 - six levels, and one more is none
        marks += 1
    return marks if marks < 7 and rest[marks : marks + 1] in {"", " ", "\t"} else 0  # noqa: PLR2004


def _fence(rest: str) -> str:
    """The run that opens a code block, or nothing."""
    bare = rest.lstrip(rest[0])
    run = rest[: len(rest) - len(bare)]
    return run if len(run) >= 3 and not (rest[0] == "`" and "`" in bare) else ""  # noqa: PLR2004 - CommonMark's least


def _is_label(rest: str) -> bool:
    """`**Steps to reproduce**`, as Markdown templates have it."""
    if not rest.startswith("**") or len(rest) > MAX_LABEL:
        return False
    bare = rest.strip().removesuffix(":")
    return bare.endswith("**") and len(bare) > 4 and "**" not in bare[2:-2]  # noqa: PLR2004 - more than its marks


def _is_definition(rest: str) -> bool:
    """`[label]: destination "title"`: nothing that a reader sees."""
    if rest[0] != "[":
        return False
    label, mark, destination = rest.partition("]:")
    words = destination.split(None, 1)
    is_whole = bool(words) and (len(words) == 1 or words[1][0] in "\"'(")
    return bool(mark) and len(label) > 1 and label[1] != "^" and "[" not in label[1:] and is_whole
