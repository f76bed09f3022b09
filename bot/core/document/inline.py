"""What of a paragraph is no words: code, tags, comments, links, addresses, and the marks of them (CommonMark 0.31).

Cuts only; one pass over the paragraph, each search remembered, so that no text makes it look twice.
"""

from bisect import bisect_left
from collections.abc import Iterable
from string import punctuation

from bot.core.document.html import SPACES, closing, is_address, tag_end
from bot.core.document.model import Piece

SPECIAL = frozenset("\\`<[]:.")
MARKS = ("`", "<", "](", "://", "www.")
QUOTES = {'"': '"', "'": "'", "(": ")"}  # of a link's title
MIN_SCHEME = 3

_ESCAPED = frozenset(punctuation)


class _Cuts:
    """The parts of one paragraph to leave out."""

    __slots__ = ("_addressed", "_ahead", "_ends", "_linked", "_opened", "_runs", "hidden", "marks", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.marks: list[Piece] = []  # what is no words
        self.hidden: list[Piece] = []  # code, HTML, and all that stands in brackets, each as a whole
        self._ahead: dict[str, int] = {}  # where each mark was last seen ahead
        self._opened: list[int] = []  # "[" that may begin a link
        self._linked = 0  # a link began there: no link begins before it and ends later
        self._addressed = 0  # where the last bare address ended
        self._runs: dict[int, list[int]] | None = None  # backticks: where runs of each length begin
        self._ends: dict[int, int] | None = None  # of destinations

    def next(self, mark: str, at: int) -> int:
        """The next place of a mark; len(text) if there is none. Linear over all calls with growing places."""
        seen = self._ahead.get(mark, -1)
        if seen < at:
            found = self.text.find(mark, at)
            self._ahead[mark] = seen = len(self.text) if found < 0 else found
        return seen

    def read(self, skip_to: int = 0) -> "_Cuts":
        text = self.text
        for at, character in enumerate(text):
            if character in SPECIAL and at >= skip_to:
                skip_to = self._read_at(at, character)
        return self

    def _read_at(self, at: int, character: str) -> int:
        """Where to read on, after what stands at a special character."""
        match character:
            case "\\":
                return at + 1 + (self.text[at + 1 : at + 2] in _ESCAPED)
            case "`":
                return self._code(at)
            case "<":
                return self._html(at)
            case "[":
                self._opened.append(at)
            case "]" if self._opened:
                return self._brackets(self._opened.pop(), at)
            case ":" if self.text.startswith("://", at):
                self._address(at)
            case "." if at >= MIN_SCHEME and self.text.startswith("www", at - 3):
                self._address(at)
        return at + 1

    def _code(self, at: int) -> int:
        """Inline code is words; its backticks are not."""
        if self._runs is None:
            self._runs = _runs(self.text)
        end = _run_end(self.text, at)
        same = self._runs.get(end - at, [])
        index = bisect_left(same, end)
        if index == len(same):
            return end
        partner, after = same[index], same[index] + end - at
        self.marks += Piece(at, end), Piece(partner, after)
        self.hidden.append(Piece(at, after))
        return after

    def _html(self, at: int) -> int:
        if mark := closing(self.text, at):
            found = self.next(mark, at + 2)  # <!--> is whole
            end = found + len(mark) if found < len(self.text) else 0
        else:
            end = tag_end(self.text, at) or self._written_address(at)
        if not end:
            return at + 1
        self.marks.append(whole := Piece(at, end))
        self.hidden.append(whole)
        return end

    def _written_address(self, at: int) -> int:
        """The end of `<https://example.test>`, or 0."""
        end = self.next(">", at)
        is_one = end < min(self.next("<", at + 1), len(self.text)) and is_address(self.text[at + 1 : end])
        return end + 1 if is_one else 0

    def _brackets(self, opened: int, at: int) -> int:
        """A link, an image, or only words in brackets."""
        is_image = self.text[max(opened - 1, 0)] == "!"
        end = self._target(at + 1) if is_image or opened >= self._linked else 0
        if end and is_image:
            self.marks.append(Piece(opened - 1, end))
        elif end:
            self._linked = opened
            self.marks += Piece(opened, opened + 1), Piece(at, end)
        self.hidden.append(Piece(opened, end or at + 1))
        return end or at + 1

    def _target(self, at: int) -> int:
        """The end of a `(destination "title")` that begins there, or 0."""
        text = self.text
        if not text.startswith("(", at):
            return 0
        end = self._destination(at)
        after = _skip(text, end)
        quote = text[after : after + 1]
        if end and after > end and quote in QUOTES:
            end = _title_end(text, after)
            after = _skip(text, end)
        return after + 1 if end and text.startswith(")", after) else 0

    def _destination(self, opened: int) -> int:
        """The end of a destination behind this bracket, or 0: between < and >, or a word with brackets in pairs."""
        at, text = _skip(self.text, opened + 1), self.text
        if text.startswith("<", at):
            end = _until(text, at + 1, "<>\n")
            return end + 1 if text.startswith(">", end) else 0
        if self._ends is None:
            self._ends = _word_ends(text)
        return self._ends.get(at - 1, 0)

    def _address(self, at: int) -> None:
        """A bare address, from its scheme to the next white space."""
        text, start, end = self.text, at, at + 1
        if at < self._addressed:
            return
        while start > 0 and at - start < 10 and text[start - 1].isalnum():  # noqa: PLR2004 - longer than any scheme
            start -= 1
        if start == at:
            return
        while end < len(text) and not text[end].isspace() and text[end] not in '<>"`|':
            end += 1
        self._addressed = end
        self.marks.append(Piece(start, end))


def shown(text: str) -> list[Piece]:
    """The parts of a paragraph that are words, in order."""
    if not any(mark in text for mark in MARKS):
        return [Piece(0, len(text))]
    return _others(_Cuts(text).read().marks, len(text))


def visible(text: str) -> list[Piece]:
    """The parts of a paragraph that are in no code, HTML, link, definition or other brackets, in order."""
    start = 0
    while end := _definition_end(text, start):
        start = end
    return _others([Piece(0, start), *_Cuts(text).read(start).hidden], len(text))


def _others(cuts: Iterable[Piece], size: int) -> list[Piece]:
    pieces, at = [], 0
    for start, end in sorted(cuts):
        if start > at:
            pieces.append(Piece(at, start))
        at = max(at, end)
    if at < size:
        pieces.append(Piece(at, size))
    return pieces


def _runs(text: str) -> dict[int, list[int]]:
    """Where the runs of backticks of each length begin."""
    runs: dict[int, list[int]] = {}
    at = text.find("`")
    while at >= 0:
        end = _run_end(text, at)
        runs.setdefault(end - at, []).append(at)
        at = text.find("`", end)
    return runs


def _run_end(text: str, at: int) -> int:
    while at < len(text) and text[at] == "`":
        at += 1
    return at


def _word_ends(text: str) -> dict[int, int]:
    """Where a destination ends that begins behind a place: at the bracket that closes, or with its word.

    Behind "(" and behind white space; where brackets within the word do not pair, nowhere.
    """
    ends: dict[int, int] = {}
    opened, is_escaped = [-1], False
    for at, character in enumerate(f"{text} "):
        if character <= " " or character == "\x7f":
            if opened:
                ends[opened[-1]] = at
            opened, is_escaped = [at], False
        elif is_escaped:
            is_escaped = False
        elif character == "\\":
            is_escaped = True
        elif character == "(":
            opened.append(at)
        elif character == ")" and opened:
            ends[opened.pop()] = at
    return ends


def _title_end(text: str, at: int) -> int:
    """Where the title of a link ends that begins there, or 0."""
    closing_quote = QUOTES[text[at]]
    end = _until(text, at + 1, text[at] + closing_quote)
    return end + 1 if text.startswith(closing_quote, end) else 0


def _definition_end(text: str, at: int) -> int:
    """Where the line behind a `[label]: destination "title"` begins, where one stands there; or 0."""
    label = _skip(text, at, " \t")
    colon = _until(text, label + 1, "[]") + 1
    if not (text.startswith("[", label) and text.startswith("]:", colon - 1)):
        return 0
    begin = _skip(text, colon + 1)
    end = begin + _word_ends(text[begin : _next_line(text, begin)]).get(-1, 0)
    if text.startswith("<", begin):
        end = _until(text, begin + 1, "<>\n") + 1
    title = _skip(text, end)
    has_title = end < title < len(text) and text[title] in QUOTES
    for each in (_title_end(text, title) if has_title else 0, end):
        after = _next_line(text, each)
        if each > begin and not text[each:after].strip(SPACES):
            return after
    return 0


def _next_line(text: str, at: int) -> int:
    """Where the next line begins."""
    return text.find("\n", at) + 1 or len(text)


def _until(text: str, at: int, marks: str) -> int:
    """The next place of one of these marks that is not escaped; len(text) or more if there is none."""
    while at < len(text) and text[at] not in marks:
        at += 2 if text[at] == "\\" else 1
    return at


def _skip(text: str, at: int, spaces: str = SPACES) -> int:
    while at < len(text) and text[at] in spaces:
        at += 1
    return at
