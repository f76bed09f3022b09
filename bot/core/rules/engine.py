"""The matching engine: patterns go in by `add`, then `match` says which of them stand in a field, and `spans` where.

One scan of a text's words finds all that any pattern requires; only patterns that have all of theirs are shown to RE2,
which is linear in the text: what is decided is what a plain loop over RE2 would decide. It knows nothing of rules, and
never sees a backtracking `re`.

Linear is not free: where a pattern keeps many of its places alive at once, RE2 gives up its automaton, and each
instruction then costs up to 11 ns for each byte (measured: 0.3 s for 600 instructions on 64 kB). So a pattern looks at
no more than WORK bytes times instructions of a field: at all of it up to 150 instructions, at 16 kB with 600.
"""

import unicodedata
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, takewhile
from math import inf
from typing import Any

import re2
from ahocorasick_rs import AhoCorasick

from bot.core.document.model import Field
from bot.core.rules.literals import MAX_LITERAL, MIN_LITERAL, Need, Unreadable, read

MAX_PROGRAM = 1_000  # RE2 instructions of one pattern
MAX_REPEAT = 100  # to which a pattern counts
MAX_MEMORY = 1 << 20  # bytes of one pattern's automata
MAX_TRIES = 1_000  # places of one field where one pattern is looked for
WORK = 10_000_000  # instructions times bytes of one search
COST = 12e-9  # seconds of one instruction on one byte, at worst
LIMIT = 0.15  # seconds of one issue's searches; reading its text and scanning it take the rest of 250 ms at worst
DEAR = LIMIT / 5  # seconds by which one pattern is to blame for it
MAX_WORDS = 3  # of a phrase that are looked for together: bounds how many can end at one place
MAX_KNOWN = 0x3000  # code points that an engine remembers to be of a word or not

_ODD = "\u017f\u212a"  # case-folded s and k, which are no edge of a word to RE2
_CONTINUATION = bytes(range(0x80, 0xC0))  # what is not the first byte of a character in UTF-8
_GAP = r"[\s\v\x1c-\x1f\x85\pZ]+"  # white space, as str.split sees it


class BadPattern(ValueError):
    """A pattern that RE2 does not take or that costs too much; the message is for its author."""


class Overrun(Exception):
    """An issue took longer than its budget; the pattern that took most of it is named, where it took much of it."""

    def __init__(self, number: int | None, seconds: float) -> None:
        super().__init__(f"pattern {number} took most of {seconds:.3f} s")
        self.number = number
        self.seconds = seconds


class Watch:
    """The time that the searches of one issue may take, and which pattern takes how much of it.

    Only they count, and compiling what is searched for: what else the process did meanwhile is no rule's fault.
    """

    __slots__ = ("_begun", "_clock", "_limit", "seconds", "spent")

    def __init__(self, clock: Callable[[], float], limit: float = LIMIT) -> None:
        self._clock = clock
        self._limit = limit
        self._begun = 0.0
        self.spent = 0.0
        self.seconds: dict[int, float] = {}  # by pattern

    def begin(self, number: int, worst: float) -> None:
        """Before a search that may take so many seconds. Raises Overrun when it might not end in time."""
        if self.spent + worst >= self._limit:
            dearest = max(self.seconds, key=self.seconds.__getitem__, default=number)
            raise Overrun(dearest if self.seconds.get(dearest, 0.0) >= DEAR else None, self.spent)
        self._begun = self._clock()

    def end(self, number: int) -> None:
        if taken := self._clock() - self._begun:
            self.spent += taken
            self.seconds[number] = self.seconds.get(number, 0.0) + taken


UNLIMITED = Watch(lambda: 0.0, inf)  # of samples, and of who only asks for the places of what has matched


@dataclass(frozen=True, slots=True)
class Span:
    """Where a pattern matched: offsets into the text of the field, in characters, and what stands there."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class _Pattern:
    """What a text must have before RE2 is asked whether it has the pattern."""

    regex: str
    is_whole: bool  # a letter, digit or underscore directly before or after makes it no match
    needs: tuple[Need, ...]  # some literal of each, the most telling first
    edged: tuple[Need, ...] = ()  # some literal of each, with its edges of words, where no letter is beyond ASCII


class _Spaces(dict[int, str]):
    """For str.translate: a space for every character that is of no word."""

    def __missing__(self, code: int) -> str:
        character = chr(code) if is_wordy(chr(code)) else " "
        if code < MAX_KNOWN:
            self[code] = character
        return character


class Engine:
    """Patterns by number, in the order in which they were first added."""

    __slots__ = (
        "_decisive",
        "_edged",
        "_exact",
        "_further",
        "_loose",
        "_numbers",
        "_patterns",
        "_programs",
        "_scanners",
        "_spaces",
        "_waiting",
    )

    def __init__(self) -> None:
        self._patterns: list[_Pattern] = []
        self._numbers: dict[tuple[str, bool], int] = {}
        self._programs: dict[int, Any] = {}  # RE2's, of a phrase only when a text has its words
        self._loose: list[int] = []  # patterns that need nothing: always shown to RE2
        self._decisive: set[int] = set()  # patterns that a plain text has when it has what they need: RE2 is not asked
        self._further: dict[int, tuple[Need, ...]] = {}  # of patterns with several needs, all but the most telling
        self._exact: dict[int, tuple[Need, ...]] = {}  # of patterns, the needs whose words say less than they do
        self._edged: dict[int, tuple[Need, ...]] = {}  # of patterns, what else is needed among words of ASCII
        self._waiting: dict[str, list[int]] = {}  # for each literal, the patterns of whose most telling need it is
        self._scanners: Sequence[AhoCorasick] = ()  # of words, and of what has too few, if any: made at the first match
        self._spaces = _Spaces()

    def add(self, pattern: str, *, is_whole: bool = False) -> int:
        """The number of an RE2 pattern; the same for the same pattern. Raises BadPattern."""
        if (number := self._numbers.get((pattern, is_whole))) is not None:
            return number
        program = _compiled(pattern)
        if program.programsize > MAX_PROGRAM:
            raise BadPattern(f"it compiles to {program.programsize} instructions, more than {MAX_PROGRAM}")
        try:
            reading = read(pattern)
        except Unreadable as error:
            raise BadPattern(str(error)) from None
        if reading.repeat > MAX_REPEAT:
            raise BadPattern(f"it counts to {reading.repeat}, more than {MAX_REPEAT}")
        number = self._put(_Pattern(pattern, is_whole, reading.needs, reading.edged))
        self._programs[number] = program
        return number

    def add_phrase(self, text: str, *, is_whole: bool) -> int:
        """The number of a word or phrase, in any case, across any white space. Raises BadPattern."""
        parts = unicodedata.normalize("NFC", text).split()
        if not parts:
            raise BadPattern("it has no word")
        regex = phrase(parts, is_whole=is_whole)
        if (number := self._numbers.get((regex, is_whole))) is not None:
            return number
        folded = [part.casefold() for part in parts]
        if is_whole and (words := self._row(" ".join(folded)).split()):
            needs, is_all = [f" {' '.join(words[:MAX_WORDS])} "], words == folded
        else:
            literals = sorted({part[:MAX_LITERAL] for part in folded}, key=len, reverse=True)
            needs = [literal for literal in literals if len(literal) >= MIN_LITERAL] or literals[:1]
            is_all = needs == folded == [*map(self._sought, folded)] and not is_whole
        number = self._put(_Pattern(regex, is_whole, tuple(frozenset({need}) for need in needs)))
        if is_all and len(parts) == 1 and len(folded[0]) == len(parts[0]):
            self._decisive.add(number)
        return number

    def has_literal(self, number: int) -> bool:
        """Whether a text must have some literal before RE2 is asked; what has none costs something on every text."""
        return bool(self._patterns[number].needs)

    def match(self, field: Field, wanted: frozenset[int] | None, watch: Watch) -> frozenset[int]:
        """Which of the wanted patterns (None: of all) match somewhere in a field. Raises Overrun."""
        text, folded = field.text, field.text.casefold()
        row = self._row(folded)
        seen = self._seen(row, folded)
        found = set(self._loose).union(*map(self._waiting.__getitem__, seen))
        if wanted is not None:
            found &= wanted
        is_plain = len(folded) == len(text) and not any(map(text.__contains__, _ODD))
        decided = found & self._decisive if is_plain else set()
        rest = found - decided
        rest -= _lacking(rest, self._further, seen)
        rest -= _lacking(rest, self._exact, folded)
        if is_plain and row.isascii():  # edges of its words are edges to RE2
            rest -= _lacking(rest, self._edged, seen)
        return frozenset(decided.union(each for each in sorted(rest) if next(self._places(each, field, watch), None)))

    def spans(self, number: int, field: Field, watch: Watch = UNLIMITED) -> Iterator[Span]:
        """The places where a pattern matches, from the first on, none over another. Raises Overrun."""
        text, at, characters = field.encoded, 0, 0
        for start, end in self._places(number, field, watch):
            first = characters + _length(text[at:start])
            at, characters = end, first + _length(text[start:end])
            yield Span(first, characters, field.text[first:characters])

    def _put(self, pattern: _Pattern) -> int:
        number = self._numbers[pattern.regex, pattern.is_whole] = len(self._patterns)
        self._patterns.append(pattern)
        self._scanners = ()
        if not pattern.needs:
            self._loose.append(number)
            return number
        first, *further = [frozenset(map(self._sought, need)) for need in pattern.needs]
        if exact := tuple(need for need in pattern.needs if need not in (first, *further)):
            self._exact[number] = exact
        for literal in first:
            self._waiting.setdefault(literal, []).append(number)
        edged = [need for each in pattern.edged if _is_telling(need := frozenset(map(self._left, each)))]
        for literal in chain.from_iterable((*further, *edged)):
            self._waiting.setdefault(literal, [])
        if further:
            self._further[number] = tuple(further)
        if edged:
            self._edged[number] = tuple(edged)
        return number

    def _row(self, folded: str) -> str:
        """The words of a text, each between single spaces."""
        stretches = map(str.strip, folded.translate(self._spaces).split("  "))  # most spaces are single
        return " ".join(("", *filter(None, stretches), ""))

    def _left(self, literal: str) -> str:
        """What of a literal stands in the row of words of every text that has the literal."""
        row = self._row(literal)
        return row[is_wordy(literal[0]) : len(row) - is_wordy(literal[-1])]

    def _sought(self, literal: str) -> str:
        """What of it is looked for among a text's words; where they say little, the whole of it in the text itself."""
        left = self._left(literal)
        return left if _is_telling([left]) else literal

    def _seen(self, row: str, folded: str) -> set[str]:
        """All literals that stand in a text, by its words and by itself."""
        words, *signs = self._scanners = self._scanners or self._compiled()
        seen = {*words.find_matches_as_strings(row, overlapping=True)}
        for scanner in signs:
            seen.update(scanner.find_matches_as_strings(folded, overlapping=True))
        return seen

    def _compiled(self) -> Sequence[AhoCorasick]:
        signs = {literal for literal in self._waiting if self._left(literal) != literal}
        kinds = [self._waiting.keys() - signs, signs] if signs else [self._waiting.keys()]
        return [AhoCorasick(kind, store_patterns=True) for kind in kinds]

    def _places(self, number: int, field: Field, watch: Watch) -> Iterator[tuple[int, int]]:
        """Where a pattern matches, in bytes. A place that is no whole word is tried again one character further."""
        if (program := self._programs.get(number)) is None:
            watch.begin(number, 0.0)
            program = self._programs[number] = _compiled(self._patterns[number].regex)
            watch.end(number)
        is_whole, text, size, at = self._patterns[number].is_whole, field.encoded, program.programsize, 0
        end = min(len(text), WORK // size)
        for _ in range(MAX_TRIES):
            watch.begin(number, size * (end - at) * COST)
            found = program.search(text, at, end)
            watch.end(number)
            if not found:
                return
            start, stop = found.span()
            is_place = not is_whole or _is_whole(text, start, stop)
            if is_place:
                yield start, stop
            at = stop if is_place and stop > start else _next(text, start)
            if at > end:
                return


def phrase(words: Sequence[str], *, is_whole: bool) -> str:
    """The pattern of a word or phrase. RE2's edges are ASCII's: they save most of the tries, and do not decide."""
    before, after = (_edge(words[0][0]), _edge(words[-1][-1])) if is_whole else ("", "")
    return f"(?i){before}{_GAP.join(map(re2.escape, words))}{after}"


def _lacking(found: set[int], needs: Mapping[int, tuple[Need, ...]], there: Container[str]) -> set[int]:
    """Which of the patterns found need something that is not there."""
    is_there = there.__contains__
    return {each for each in found & needs.keys() for need in needs[each] if not any(map(is_there, need))}


def _is_telling(literals: Iterable[str]) -> bool:
    return all(len(literal.encode()) >= MIN_LITERAL for literal in literals)


def _edge(character: str) -> str:
    return r"\b" if character.isascii() and is_wordy(character) else ""


def _is_whole(text: bytes, start: int, end: int) -> bool:
    """Whether no letter, digit or underscore, of any script, stands directly before or after."""
    before, after = text[max(0, start - 4) : start].decode(errors="ignore"), text[end : end + 4].decode(errors="ignore")
    return not is_wordy(before[-1:]) and not is_wordy(after[:1])


def is_wordy(character: str) -> bool:
    """A mark under a Greek vowel counts too: case-folded, it is a letter."""
    return character.isalnum() or character in ("_", "\u0345")


def _next(text: bytes, at: int) -> int:
    """Where the next character begins."""
    return at + 1 + sum(1 for _ in takewhile(_CONTINUATION.__contains__, text[at + 1 : at + 4]))


def _length(text: bytes) -> int:
    """In characters."""
    return len(text.translate(None, _CONTINUATION))


def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = MAX_MEMORY
    options.never_capture = True  # only whole matches are asked for; groups would cost a second pass
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0].decode(errors="replace") if isinstance(error.args[0], bytes) else str(error)
        raise BadPattern(f"RE2 does not take it: {reason}") from None
    except UnicodeEncodeError:
        raise BadPattern("it has half a character (a lone surrogate)") from None
