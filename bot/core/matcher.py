"""The matching engine, behind three methods: add patterns, compile once, match a text.

Linear in the text, whatever is written.

A literal prefilter selects the few patterns that can match; RE2 confirms them. RE2's own classes are ASCII, so whole
words are bounded here by Unicode letters and digits. It knows nothing of rules and never sees a backtracking `re`.
"""

from dataclasses import dataclass

import re2

MAX_PROGRAM = 1_000  # RE2 instructions of one pattern
MAX_MEMORY = 1 << 20  # bytes of one pattern's automata
MAX_TEXT = 64 * 1024  # bytes of one text that are looked at

_EDGE = r"[^\pL\pN_]"
_WHOLE = "burndown_word"  # the group that leaves the edges out


@dataclass(frozen=True, slots=True)
class Span:
    """Where a pattern matched: offsets into the UTF-8 bytes of the text, and what stood there."""

    start: int
    end: int
    text: str


class BadPattern(ValueError):
    """A pattern that RE2 does not take or that costs too much; the message is for its author."""


def words(texts: tuple[str, ...]) -> str:
    """The pattern of any of these words or phrases, whole, in any case, across any white space."""
    phrases = (r"\s+".join(re2.escape(part) for part in text.split()) for text in texts)
    return rf"(?i)(?:^|{_EDGE})(?P<{_WHOLE}>{'|'.join(phrases)})(?:$|{_EDGE})"


class Matcher:
    """Patterns by number, in the order in which they were first added."""

    __slots__ = ("_compiled", "_filter", "_numbers")

    def __init__(self) -> None:
        self._filter = re2.Filter()
        self._numbers: dict[str, int] = {}
        self._compiled = False

    def add(self, pattern: str) -> int:
        """The pattern's number; the same for the same pattern. Raises BadPattern."""
        if pattern not in self._numbers:
            try:
                number = self._filter.Add(pattern, _options())
            except re2.error:
                raise BadPattern(f"RE2 does not take it: {_reason(pattern)}") from None
            if (size := self._filter.re(number).programsize) > MAX_PROGRAM:
                raise BadPattern(f"it compiles to {size} instructions, more than {MAX_PROGRAM}")
            self._numbers[pattern] = number
        return self._numbers[pattern]

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
        return frozenset(self._filter.Match(text) or ())

    def span(self, number: int, text: bytes) -> Span | None:
        """The first place where a pattern matches, without the edges of a whole word."""
        found = self._filter.re(number).search(text)
        if found is None:
            return None
        start, end = found.span(_WHOLE if _WHOLE in found.re.groupindex else 0)
        return Span(start, end, text[start:end].decode(errors="replace"))


def encoded(text: str) -> bytes:
    """A text as the engine sees it: cut, and with lone surrogates replaced."""
    return text.encode(errors="replace")[:MAX_TEXT]


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
