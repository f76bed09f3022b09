"""The literals that a pattern requires: what stands, in some case, in every text that an RE2 pattern matches.

Reads RE2's syntax, which RE2 must have accepted before; what it does not follow it claims nothing about. It may not
claim more than is true: a text without these literals is never shown to RE2.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, product

MIN_LITERAL = 3  # bytes: three Latin letters, or one Chinese
MAX_LITERAL = 12  # characters: bounds how many literals can end at one place of a text
MAX_TEXTS = 64  # that a stretch of a pattern is followed through
MAX_LENGTH = 64  # characters of such a text
MAX_COPIES = 4  # of a counted repeat that are followed
MAX_MEMBERS = 4  # of a class that is read as an alternation
MAX_DEPTH = 50  # brackets within brackets
EDGE = "\udc00"  # of a word, where a literal tells of it: half a character, which stands in no pattern and no text

Need = frozenset[str]  # at least one of these, case-folded


class Unreadable(ValueError):
    """A pattern that RE2 takes and we do not; the message is for its author."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a pattern needs, all of it, and the largest number to which it counts."""

    needs: tuple[Need, ...]  # the most telling first
    edged: tuple[Need, ...]  # those that tell of edges of words, with them
    repeat: int


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a pattern: either all the texts it can match, case-folded, where they are few, or what it needs."""

    texts: frozenset[str] | None
    needs: frozenset[Need] = frozenset()


_ANYTHING = _Part(None)
_NOTHING = _Part(frozenset({""}))  # an anchor, an empty group
_EDGE = _Part(frozenset({EDGE}))
_CONTROLS = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_TIMES = {"*": (0, None), "+": (1, None), "?": (0, 1)}
_OCTAL = frozenset("01234567")
_DIGITS = frozenset("0123456789")


def read(pattern: str) -> Reading:
    """What a pattern that RE2 has accepted requires. Raises Unreadable."""
    reader = _Reader(pattern)
    found = _needed(reader.alternation(0))
    needs = {_shortest(frozenset(map(_bare, need))) for need in found}
    edged = tuple(need for need in found if any(EDGE in text for text in need))
    return Reading(tuple(sorted(needs, key=_rank, reverse=True)), edged, reader.repeat)


class _Reader:
    """A place in a pattern, and the largest count seen so far."""

    __slots__ = ("_at", "_pattern", "repeat")

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0
        self.repeat = 0

    def alternation(self, depth: int) -> _Part:
        if depth > MAX_DEPTH:
            raise Unreadable(f"brackets nest more than {MAX_DEPTH} deep")
        branches = [self._sequence(depth)]
        while self._skip("|"):
            branches.append(self._sequence(depth))
        return _either(branches)

    def _sequence(self, depth: int) -> _Part:
        parts: list[Sequence[_Part]] = []  # what a quantifier would repeat, each as one or more
        while self._at < len(self._pattern) and self._pattern[self._at] not in "|)":
            if self._skip(r"\Q"):
                self._unquote()
            elif times := self._quantifier():
                parts[-1] = _repeated(_joined(parts[-1]), *times)
            elif not self._flags():  # like a quotation, flags are not what a quantifier after them repeats
                parts.append((self._atom(depth),))
        return _joined(chain.from_iterable(parts))

    def _atom(self, depth: int) -> _Part:
        match character := self._take():
            case "(":
                return self._group(depth)
            case "[":
                return self._class()
            case "\\":
                return self._escape()
            case ".":
                return _ANYTHING
            case "^" | "$":
                return _NOTHING
            case _:
                return _literal(character)

    def _group(self, depth: int) -> _Part:
        if self._skip("?P<") or self._skip("?<"):
            self._after(">")
        elif self._skip("?"):
            self._after(":")
        part = self.alternation(depth + 1)
        self._skip(")")
        return part

    def _flags(self) -> bool:
        """Whether `(?i)` or the like stood here. Case-folded, a literal is the same under every flag."""
        end = self._pattern.find(")", self._at)
        flags = self._pattern[self._at : end]
        if not flags.startswith("(?") or set(flags[2:]) - set("imsU-"):
            return False
        self._at = end + 1
        return True

    def _escape(self) -> _Part:
        match character := self._take():
            case "C":
                raise Unreadable(r"\C takes bytes, and issues are of characters; write . instead")
            case "b":
                return _EDGE
            case "B" | "A" | "z":
                return _NOTHING
            case "p" | "P":
                self._property()
                return _ANYTHING
            case "x":
                return _literal(chr(int(self._code(), 16)))
            case _ if character in _OCTAL:
                return _literal(chr(int(character + self._octal(), 8)))
            case _ if character in _CONTROLS:
                return _literal(_CONTROLS[character])
            case _:
                return _ANYTHING if character.isalnum() else _literal(character)

    def _class(self) -> _Part:
        """One character of several; a few of them, plainly written, are an alternation."""
        is_negated = self._skip("^")
        members = [self._member()]  # a bracket that closes means itself here
        while not self._skip("]"):
            members.append(self._member())
        folded = frozenset(member.casefold() for member in members)
        is_plain = not is_negated and all(members) and len(folded) <= MAX_MEMBERS
        return _Part(folded) if is_plain else _ANYTHING

    def _member(self) -> str:
        """A character of a class; "" for what stands for more than one."""
        character = self._take()
        if character == "[" and self._pattern.startswith(":", self._at) and ":]" in self._pattern[self._at :]:
            self._after(":]")
            return ""
        if character == "\\":
            character = self._take()
            if character in "pPx":
                self._property()
            return "" if character.isalnum() else character
        return "" if character == "-" else character

    def _quantifier(self) -> tuple[int, int | None] | None:
        """How often, at least and at most, what stands before is repeated; None where nothing says so."""
        if (times := _TIMES.get(self._pattern[self._at])) is None:
            return self._count()
        self._at += 1
        self._skip("?")
        return times

    def _count(self) -> tuple[int, int | None] | None:
        """`{2}`, `{2,}` or `{2,5}`; anything else in braces means itself."""
        if not self._pattern.startswith("{", self._at):
            return None
        inner, brace, _ = self._pattern[self._at + 1 :].partition("}")
        low, comma, high = inner.partition(",")
        if not brace or not _is_number(low) or (high and not _is_number(high)):
            return None
        self._at += len(inner) + 2
        self._skip("?")
        self.repeat = max(self.repeat, int(low), int(high or 0))
        return int(low), int(high) if high else None if comma else int(low)

    def _unquote(self) -> None:
        r"""Writes the text of `\Q...\E` with escapes, so that a quantifier after it finds its last character."""
        quoted, _, rest = self._pattern[self._at :].partition(r"\E")
        self._pattern = "".join(each if each.isalnum() or each > "\x7f" else "\\" + each for each in quoted) + rest
        self._at = 0

    def _property(self) -> None:
        if self._take() == "{":
            self._after("}")

    def _code(self) -> str:
        if not self._skip("{"):
            return self._take() + self._take()
        start = self._at
        self._after("}")
        return self._pattern[start : self._at - 1]

    def _take(self) -> str:
        self._at += 1
        return self._pattern[self._at - 1]

    def _skip(self, text: str) -> bool:
        is_here = self._pattern.startswith(text, self._at)
        self._at += len(text) * is_here
        return is_here

    def _after(self, text: str) -> None:
        self._at = self._pattern.index(text, self._at) + len(text)

    def _octal(self) -> str:
        """The second and third digit of an octal number, where they stand."""
        digits = ""
        while len(digits) < 2 and self._pattern[self._at : self._at + 1] in _OCTAL:  # noqa: PLR2004 - 123 at most
            digits += self._take()
        return digits


def _is_number(text: str) -> bool:
    return bool(text) and _DIGITS.issuperset(text) and (text == "0" or text[0] != "0")


def _literal(character: str) -> _Part:
    """Text and literal agree in case-folded form: RE2's simple folding never joins what `casefold` keeps apart."""
    return _ANYTHING if "\ud800" <= character <= "\udfff" else _Part(frozenset({character.casefold()}))


def _joined(parts: Iterable[_Part]) -> _Part:
    """One after the other: neighbours whose texts are few grow together into longer ones."""
    run, needs, is_exact = frozenset({""}), frozenset[Need](), True
    for part in parts:
        needs |= part.needs
        grown = None if part.texts is None else frozenset(map("".join, product(run, part.texts)))
        if grown is not None and _is_small(grown):
            run = grown
        else:
            needs, run, is_exact = needs | _claim(run), part.texts or frozenset({""}), False
    return _Part(run, needs) if is_exact else _Part(None, needs | _claim(run))


def _either(branches: Sequence[_Part]) -> _Part:
    if len(branches) == 1:
        return branches[0]
    texts = frozenset[str]().union(*(branch.texts or () for branch in branches))
    if _is_small(texts) and all(branch.texts is not None for branch in branches):
        return _Part(texts)
    best = [max(_needed(branch), key=_rank, default=frozenset[str]()) for branch in branches]
    return _Part(None, frozenset({frozenset[str]().union(*best)}) if all(best) else frozenset())


def _repeated(part: _Part, low: int, high: int | None) -> Sequence[_Part]:
    if low == 0:
        is_optional = high == 1 and part.texts is not None and len(part.texts) < MAX_TEXTS
        return (_Part((part.texts or frozenset()) | {""}) if is_optional else _ANYTHING,)
    copies = (part,) * min(low, MAX_COPIES)
    return copies if high == low <= MAX_COPIES else (*copies, _ANYTHING)


def _is_small(texts: frozenset[str]) -> bool:
    return len(texts) <= MAX_TEXTS and max(map(len, texts), default=0) <= MAX_LENGTH


def _claim(texts: frozenset[str]) -> frozenset[Need]:
    """One of these texts is needed, which says something when all of them are long enough."""
    need = frozenset(text[:MAX_LITERAL] for text in texts)
    is_telling = bool(need) and all(len(_bare(text).encode()) >= MIN_LITERAL for text in need)
    return frozenset({need}) if is_telling else frozenset()


def _needed(part: _Part) -> frozenset[Need]:
    return part.needs if part.texts is None else _claim(part.texts)


def _bare(text: str) -> str:
    """Without the edges in it."""
    return text.replace(EDGE, "")


def _shortest(need: Need) -> Need:
    """Without the literals that hold another one: where they stand, that one stands."""
    kept: list[str] = []
    for literal in sorted(need, key=len):
        if not any(each in literal for each in kept):
            kept.append(literal)
    return frozenset(kept)


def _rank(need: Need) -> tuple[int, int, list[str]]:
    """How few texts meet a need by accident: the letters of its shortest literal count, then how many there are."""
    return min(len(_bare(text).replace(" ", "").encode()) for text in need), -len(need), sorted(need)
