"""What a document is: its parts and facts, frozen. Reading one is segments.py's work."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple


class Piece(NamedTuple):
    """A stretch of a body: offsets in characters."""

    start: int
    end: int


@dataclass(frozen=True)
class Field:
    """One text that conditions are asked of: the pieces of one kind, joined by line ends, or by a space where
    they stand on one line.

    Offsets into the joined text are led back to the body, so that a reader can be shown the place.
    """

    text: str
    pieces: tuple[Piece, ...] = ()  # of the body, in the order in which they are joined; none: not from the body

    @cached_property
    def encoded(self) -> bytes:
        return self.text.encode()

    @cached_property
    def _starts(self) -> list[int]:
        starts, at = [], 0
        for piece in self.pieces:
            starts.append(at)
            at += piece.end - piece.start + 1
        return starts

    def origin(self, offset: int) -> int:
        """Where in the body a character of the joined text stands; for a text that is not from the body, itself."""
        if not self.pieces:
            return offset
        index = bisect_right(self._starts, offset) - 1
        return self.pieces[index].start + offset - self._starts[index]


@dataclass(frozen=True, slots=True)
class Frame:
    """One line of a stack: what is known of it, empty where the language does not say."""

    module: str = ""  # dotted module, package or class: pandas.core.frame, com.acme.Reader
    function: str = ""
    path: str = ""  # as printed, with forward slashes
    line: int = 0


@dataclass(frozen=True, slots=True)
class Trace:
    """A stack trace: the exception that ended it, and its frames, innermost first."""

    language: str
    exception: str  # the class as printed: KeyError, java.lang.NullPointerException, panic
    message: str  # of one line, cut
    frames: tuple[Frame, ...]
    others: tuple[str, ...] = ()  # the other exceptions of a chain, as printed


@dataclass(frozen=True)
class Document:
    """All that rules can ask of an issue.

    `texts`: title, prose, code, trace, quote, headings, and "form.<heading>" (case-folded) for each section of an issue
    form; `comments.author` and `comments.maintainer` where they were read. The five parts of the body do not overlap.
    `values`: labels, author.association, paths, versions, errors, error_codes, trace.exception, trace.message,
    trace.module, trace.frame, trace.top.
    """

    title: str
    body: str  # composed (NFC), line ends "\n", no lone surrogates, at most 64 kB: what offsets refer to
    texts: Mapping[str, Field]
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    traces: tuple[Trace, ...] = ()

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        """Every field as one text: the texts, and each list of values with a line for each."""
        return {**self.texts, **{name: Field("\n".join(each)) for name, each in self.values.items() if each}}

    def values_of(self, name: str) -> tuple[str, ...]:
        """A field's values; a text is one value."""
        text = self.texts.get(name)
        return self.values.get(name, ()) if text is None else (text.text,)
