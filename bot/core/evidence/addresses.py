"""Where a report would have a test: how its file, its scopes and its name are spelled in the dialects of JUnit XML.

Reads no report, and does not guess: an address that says another file, class or title is another test's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import re2

from bot.core.evidence.model import Symbol

Words = tuple[str, ...]

TITLED = set(".bats .cjs .cts .exs .feature .js .jsx .mjs .mts .robot .svelte .ts .tsx .vue".split())  # noqa: SIM905
MIRRORED = {".go", ".groovy", ".java", ".py"}  # where a result's class or package has the path of its file
SECTIONS = {".c", ".cc", ".cpp", ".cxx", ".go", ".h", ".hpp"}  # where "/" begins a part of a test
UNNAMED = {".rs": {"src"}}  # folders that no module is named for
FILLERS = {".exs": {"elixir", "property", "test"}, ".php": {"it"}, ".scala": {"can", "must", "should"}}
PARAMETERS = ("[", "(", "{", "<", "#", "@", "::case", " (", " [", " with data set")  # behind the name of a function
EXAMPLES = (" -- @", " - Example", " [Example", " (example #", " with data set", " with (")  # behind a title

MAX_PLACEHOLDERS = 20  # of a title

_PLACEHOLDER = re2.compile(r"%[sdifjopc#$]|\$\{[^}]*\}|\$[A-Za-z_][\w.]*|#\{[^}]*\}|#[a-z]\w*|<[^<>]+>")


@dataclass(frozen=True, slots=True)
class Weight:
    """What an address says of the test that is looked for."""

    rank: tuple[int, ...]  # the least says most
    identity: tuple[str, str]  # different ones of the same rank are different tests


@dataclass(frozen=True, slots=True)
class Wanted:
    """A test that is looked for."""

    name: str
    is_title: bool  # any words, not the name of a function
    probe: str  # a part of every name that it can have
    scopes: tuple[Words, ...]
    innermost: str  # of the scopes, as it is written
    path: Words  # its parts
    extension: str

    @classmethod
    def of(cls, path: str, symbol: Symbol) -> "Wanted":
        parts = _parts(path)
        extension = f".{parts[-1].rpartition('.')[2]}" if parts and "." in parts[-1] else ""
        is_minitest = extension == ".rb" and not symbol.name.startswith("test_")
        is_title = extension in TITLED or is_minitest or len(symbol.name.split()) > 1
        name = _spaced(symbol.name) if is_title else symbol.name.strip()
        pieces = _literals(name) if is_title else (name,)
        probe = max((word for piece in pieces for word in piece.split()), key=len, default="")
        scopes = tuple(words for each in symbol.scope if (words := _words(each)))
        return cls(name, is_title, probe, scopes, symbol.scope[-1] if scopes else "", parts, extension)

    def before(self, text: str) -> str | None:
        """What stands before the test's own name in a result's; None: it is the name of another test."""
        text = text.strip().strip('"')
        if self.is_title:
            text = _spaced(text)
        if self.is_title and self.extension == ".rb" and text.startswith("test "):  # test_0001_shows a table
            text = text.removeprefix("test ").lstrip("0123456789 ")
        for at in (text.find(self.name), text.rfind(self.name)) if self.name else ():
            before, after = text[:at], text[at + len(self.name) :]
            if at >= 0 and self._may_follow(before) and self._may_precede(after):
                return before
        return self._before_filled(text) if self.is_title else None

    def _before_filled(self, text: str) -> str | None:
        """The same, of a title with placeholders; each stands for at least one character."""
        first, *others = _literals(self.name)
        start = end = text.find(first)
        if not others or start < 0 or not self._may_follow(text[:start]):
            return None
        for each, length in zip(others, (len(first), *map(len, others)), strict=False):
            end = text.find(each, end + length + 1)
            if end < 0:
                return None
        return text[:start] if text.endswith(others[-1]) else None

    def _may_follow(self, before: str) -> bool:
        if not before or not self.name[0].isalnum():
            return True
        is_edge = not before[-1].isalnum() and before[-1] != "_"
        return is_edge and (self.is_title or not any(each in before for each in "[({"))

    def _may_precede(self, after: str) -> bool:
        """Whether what stands behind the name is nothing, parameters, or a part of the test."""
        if not after or after == "()" or (self.extension in SECTIONS and after[0] in "/#"):
            return True
        if self.is_title:
            return after.startswith(EXAMPLES) or (after[0] == "(" and after[-1] == "]")
        return after.startswith(PARAMETERS)

    def weigh(self, file: str, place: str, before: str) -> Weight | None:
        """An address: the file, the class, and what stands before the name. None: it is not this test's."""
        if self.extension and place.endswith(self.extension):
            file, place = file or place, ""
        told = _common(_parts(file), self.path)
        if file and (not told or told < min(len(_parts(file)), len(self.path))):
            return None
        place = self._place(place)
        unnamed, class_, leading = self._rest(_words(place), _words(before))
        is_named = unnamed < len(self.scopes) or not self.scopes
        if not is_named and (not told or place or before.strip()):
            return None
        if leading and not self._is_module(leading):
            is_apart = bool(self.scopes) or not before.rstrip()[-1].isalnum()
            if not told or not is_apart:
                return None
        if class_ and self._is_elsewhere(place, class_):
            return None
        tie = max(_common(class_ + leading, each) for each in self._paths())
        rank = (-told, unnamed, -tie, len(class_) + len(leading))
        return Weight(rank, ("" if told and not unnamed else place, before))

    def _place(self, place: str) -> str:
        """A class without what only numbers its parameters, or repeats the test's name."""
        if self.innermost in place.split("/") and not self.is_title:  # GoogleTest: Instance/Suite/0
            return self.innermost
        scope = _flat(self.scopes)
        is_class = bool(scope) and _ends(_words(place), scope)
        if is_class or not (scope or self.is_title):
            return place
        shorter = self.before(place)
        return place if shorter is None else shorter

    def _rest(self, place: Words, before: Words) -> tuple[int, Words, Words]:
        """How many outer scopes an address leaves out, and which words it has beside them: as a class, before the name.

        The words are in small letters, without those that the language's reports put in between.
        """
        fillers = FILLERS.get(self.extension, set())
        for left_out in (set(), fillers) if fillers else (fillers,):
            class_, head = _without(place, left_out), _without(before, left_out)
            for unnamed in range(max(1, len(self.scopes))):
                scope = _without(_flat(self.scopes[unnamed:]), left_out)
                rest: tuple[Words, Words] | None = None
                if _ends(head, scope):
                    rest = (class_[: -len(scope)] if scope and _ends(class_, scope) else class_, _cut(head, scope))
                elif len(scope) > len(head) and _ends(class_ + head, scope):
                    rest = _cut(class_ + head, scope), ()
                if rest:
                    return unnamed, _folded(rest[0], fillers), _folded(rest[1], fillers)
        return len(self.scopes), _folded(place, fillers), _folded(before, fillers)

    def _paths(self) -> tuple[Words, Words]:
        """The words of the path, with and without those of the file's own name."""
        *folders, name = self.path or ("",)
        unnamed = UNNAMED.get(self.extension, set())
        outer = tuple(word for each in folders if each not in unnamed for word in _words(each.lower()))
        return outer + _words(name.removesuffix(self.extension).lower()), outer

    def _is_module(self, words: Words) -> bool:
        """Whether all of the words are those that the path ends with, as those of a Rust module are."""
        return any(_common(words, each) == len(words) for each in self._paths())

    def _is_elsewhere(self, place: str, class_: Words) -> bool:
        """Whether a class or package, without the test's own scopes, is that of another file."""
        whole, folders = self._paths()
        if self.extension == ".py":  # what follows the module are classes that nobody named
            modules = (class_[:end] for end in range(1, len(class_) + 1))
            return not any(_is_tied(each, whole) and len(each) >= len(whole) - len(folders) for each in modules)
        if self.extension == ".rs" and "::" in place:  # crate::binary
            return not _common(class_, whole)
        return self.extension in MIRRORED and not (_is_tied(class_, whole) or _is_tied(class_, folders))


def _spaced(text: str) -> str:
    return " ".join(text.replace("_", " ").split())


def _parts(path: str) -> Words:
    return tuple(part for part in path.replace("\\", "/").split("/") if part not in {"", ".", ".."})


def _words(text: str) -> Words:
    return tuple("".join(each if each.isalnum() else " " for each in text).split())


def _flat(scopes: Iterable[Words]) -> Words:
    return tuple(word for each in scopes for word in each)


def _without(words: Words, fillers: set[str]) -> Words:
    return tuple(each for each in words if each.lower() not in fillers)


def _folded(words: Words, fillers: set[str]) -> Words:
    return tuple(lower for each in words if (lower := each.lower()) not in fillers)


def _ends(words: Words, with_: Words) -> bool:
    return len(words) >= len(with_) and words[len(words) - len(with_) :] == with_


def _cut(words: Words, end: Words) -> Words:
    return words[: len(words) - len(end)]


def _common(ours: Words, theirs: Words) -> int:
    """How many of the last are the same."""
    count = 0
    for one, other in zip(reversed(ours), reversed(theirs), strict=False):
        if one != other:
            break
        count += 1
    return count


def _is_tied(words: Words, path: Words) -> bool:
    """Whether one of them is the end of the other."""
    return _common(words, path) == min(len(words), len(path))


@lru_cache(maxsize=2_000)
def _literals(title: str) -> Words:
    """What stands between the placeholders of a title; the title, where there are none or nothing else."""
    pieces = tuple(_PLACEHOLDER.split(title))
    is_template = len(pieces) <= MAX_PLACEHOLDERS and any(each.isalnum() for piece in pieces for each in piece)
    return pieces if is_template else (title,)
