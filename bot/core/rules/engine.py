"""The matching engine, behind three methods: add patterns, compile once, match a text.

Linear in the text, whatever is written: a literal prefilter selects the few patterns that can match, RE2 confirms them.
RE2's word edges are ASCII, so letters and digits beyond ASCII beside a whole word are looked at here. It knows nothing
of rules and never sees a backtracking `re`.
"""

import unicodedata
from dataclasses import dataclass

import re2

MAX_PROGRAM = 1_000  # RE2 instructions of one pattern
MAX_MEMORY = 1 << 20  # bytes of one pattern's automata
MAX_TRIES = 1_000  # places of one text where a word is looked for whole
MAX_TEXT = 64 * 1024  # bytes of one text that are looked at


@dataclass(frozen=True, slots=True)
class Span:
    """Where a pattern matched: offsets into the UTF-8 bytes of the text, and what stood there."""

    start: int
    end: int
    text: str


class BadPattern(ValueError):
    """A pattern that RE2 does not take or that costs too much; the message is for its author."""


def phrase(text: str) -> str:
    """The pattern of a word or phrase, in any case, across any white space; edges are ASCII's."""
    parts = unicodedata.normalize("NFC", text).split()
    joined = r"[\s\pZ]+".join(map(re2.escape, parts))
    return f"(?i){_edge(parts[0][:1])}{joined}{_edge(parts[-1][-1:])}"


def _edge(character: str) -> str:
    """An edge that RE2 knows, where it does; a word that begins beyond ASCII has its edges looked at later."""
    return r"\b" if character.isascii() and (character.isalnum() or character == "_") else ""


class Matcher:
    """Patterns by number, in the order in which they were first added."""

    __slots__ = ("_compiled", "_filter", "_numbers", "_whole")

    def __init__(self) -> None:
        self._filter = re2.Filter()
        self._numbers: dict[tuple[str, bool], int] = {}
        self._whole: set[int] = set()  # patterns that match whole words only
        self._compiled = False

    def add(self, pattern: str, *, is_whole: bool = False) -> int:
        """The pattern's number; the same for the same pattern. Raises BadPattern."""
        key = (pattern, is_whole)
        if key not in self._numbers:
            try:
                number = self._filter.Add(pattern, _options())
            except re2.error:
                raise BadPattern(f"RE2 does not take it: {_reason(pattern)}") from None
            if (size := self._filter.re(number).programsize) > MAX_PROGRAM:
                raise BadPattern(f"it compiles to {size} instructions, more than {MAX_PROGRAM}")
            self._numbers[key] = number
            if is_whole:
                self._whole.add(number)
        return self._numbers[key]

    def compile(self) -> "Matcher":
        if self._numbers:
            self._filter.Compile()
        self._compiled = True
        return self

    def match(self, text: bytes) -> frozenset[int]:
        """The numbers of all patterns that match somewhere in the text."""
        assert self._compiled
        if not self._numbers:
            return frozenset()
        found = self._filter.Match(text) or ()
        return frozenset(each for each in found if each not in self._whole or self.span(each, text))

    def span(self, number: int, text: bytes) -> Span | None:
        """The first place where a pattern matches."""
        pattern, start = self._filter.re(number), 0
        for _ in range(MAX_TRIES):
            if not (found := pattern.search(text, start)):
                break
            if number not in self._whole or _is_whole(text, *found.span()):
                return Span(found.start(), found.end(), found.group().decode(errors="replace"))
            start = found.start() + 1
        return None


def _is_whole(text: bytes, start: int, end: int) -> bool:
    """Whether no letter, digit or underscore stands directly before or after."""
    before, after = text[max(0, start - 4) : start].decode(errors="ignore"), text[end : end + 4].decode(errors="ignore")
    return not _is_wordy(before[-1:]) and not _is_wordy(after[:1])


def _is_wordy(character: str) -> bool:
    return character.isalnum() or character == "_"


def encoded(text: str) -> bytes:
    """A text as the engine sees it: composed (NFC), with plain line ends, lone surrogates replaced, and cut."""
    plain = unicodedata.normalize("NFC", text[:MAX_TEXT].replace("\r\n", "\n"))
    return plain.encode(errors="replace")[:MAX_TEXT]


def _reason(pattern: str) -> str:
    try:
        re2.compile(pattern, _options())
    except re2.error as error:
        return error.args[0].decode() if isinstance(error.args[0], bytes) else str(error)
    return "it costs too much"


def _options() -> "re2.Options":
    options = re2.Options()
    options.log_errors = False
    options.max_mem = MAX_MEMORY
    return options
