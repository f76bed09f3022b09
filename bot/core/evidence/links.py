"""Regression tests as people name them: links in their texts, the tests that a link means, and issues that tests name.

Reads names only: whether a file is there, or belongs to the pull request, is judged elsewhere, and nothing is fetched.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, islice
from typing import Literal, NamedTuple
from unicodedata import category, normalize
from unicodedata import name as name_of

import re2

from bot.core.document.blocks import shown_lines
from bot.core.document.inline import visible
from bot.core.document.segments import normalised
from bot.core.evidence.closing import GITHUB, named
from bot.core.evidence.model import Note, Symbol

MAX_LINKS = 20  # of one text
MAX_NAMES = 10
MAX_NAME = 500  # characters
MAX_WRITTEN, MAX_SEGMENT = 4_096, 255  # bytes; the second is what file systems take
MAX_ECHO = 200  # characters of what was refused

Source = Literal["body", "commit", "comment", "note"]


@dataclass(frozen=True, slots=True)
class Link:
    """A regression test as somebody named it."""

    path: str  # normalised: relative to the root, "/" between its parts, composed (NFC)
    names: tuple[str, ...]  # scopes and the test itself, outermost first; (): the whole file
    source: Source

    @property
    def text(self) -> str:
        """As we would write it; it reads as the same link."""
        between = " > " if any(name.endswith(":") for name in self.names[:-1]) else "::"
        return "::".join((self.path, between.join(self.names))) if self.names else self.path


@dataclass(frozen=True, slots=True)
class BadLink:
    """What stands where a link should be, and is refused."""

    written: str  # cut: foreign
    why: str  # a sentence for a person: ours
    source: Source


EMPTY = "It names no file: write the path of the test's file, then :: and the name of the test."
LONG = "It is too long: 4,096 bytes in all, 255 for one part of the path, 500 characters for one name, 10 names."
HIDDEN = "It has characters that nobody sees: write it anew, by hand."
ADDRESS = "It is an address: write the path from the root of this repository, then :: and the name of the test."
ABSOLUTE = "It is an absolute path: write it from the root of this repository, without anything before that."
ELSEWHERE = "It seems to name another repository or revision: the test has to be in this pull request."
LINE = "It names a line, and lines move: write the name of the test behind ::."
ISSUE = "It names an issue: write the path of the test's file, then :: and the name of the test."
MEMBER = "Its name stands behind #: write it behind ::."
SLASHES = "It has slashes of both kinds: write / between the parts of the path."
PARENT = "It leads out of a folder with ..: write the path from the root of this repository."
ENCODED = "It is written in percent codes: write the path as it is."
GLOB = "It has a placeholder (* or ?): name one file, and list several one by one."
FOLDER = "It names a folder: name the file of the test."
INTERNAL = "It leads into .git, which holds no tests."
ALIKE = "It has letters or signs that only look like others, such as a Cyrillic a: write the path anew, by hand."

KEY = "regression-test"
_KEY = re2.compile(r"(?i)([*_]{0,3})regression-tests?([*_]{0,3})[ \t]*:([*_]{0,3})(.*)")
_TASK = re2.compile(r"^\[[ xX]\][ \t]+")
_COMMENT = re2.compile(r"(?s)<!--.*?(?:-->|$)")
_ESCAPED = re2.compile(r"\\([!-/:-@\[-`{-~])")
_ITEM = re2.compile(r"([ \t]*)(?:[-+*]|[0-9]{1,9}[.)])[ \t]+(.*)")
_BLANK = re2.compile(r"(?:<[^<>:]*>|\{[^{}:]*\}|\[[^\[\]:]*\]|path|file)(?:::|[\s,.;]|$)")
_NOTHING = {"none", "n/a", "na", "no", "nil", "null", "todo", "tbd", "tba", "wip", "unknown"}
_EXCUSES = ("not applicable", "not needed", "not required", "not possible", "path/to/")

_SEPARATORS = ("::", " > ", " \u203a ")  # between names: the last two are those of Jest and Vitest
_AT_LINE = re2.compile(r"(?i)(?:#L|:L?)[0-9]+(?:[C:,-]+L?[0-9]+)*$")
_SCHEMES = ("file:", "http:", "https:", "ftp:", "ssh:", "git:", "data:", "javascript:", "mailto:", "blob:", "jar:")
_HOSTS = ("github.com", "gitlab.com", "bitbucket.org", "githubusercontent.com")
_CODES = ("%2e", "%2f", "%5c", "%00", "%25")
_FILLERS = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufffd"
)  # shown as nothing, yet of no such category
_SIGNS = frozenset("\u2044\u2215\u2216\u2236\u29f8\u29f9\ua789")  # slashes and colons of other trades
_SCRIPTS = {"LATIN", "CYRILLIC", "GREEK", "COPTIC", "ARMENIAN", "CHEROKEE", "LISU"}  # that share the shapes of letters
_TWINS = frozenset("авекмнорстухіјѕһԁԛԝАВЕЗКМНОРСТУХІЈЅԌԚԜοανρυικτϲϳΑΒΕΖΗΙΚΜΝΟΡΤΥΧ")  # of Latin letters


def links(text: str, source: Source) -> tuple[Link | BadLink, ...]:
    """The links of a description or a comment that a reader sees, or of a commit's message, in their order.

    A line `Regression-Test: path::name`; several apart by commas, or as list items below an empty one.
    """
    plain = normalised(text)
    if KEY not in plain.lower():
        return ()
    is_plain = source in {"commit", "note"}
    written = _written(list(_plain_rows(plain) if is_plain else _shown_rows(plain)), is_plain=is_plain)
    return tuple(dict.fromkeys(read_link(each, source) for each in islice(written, MAX_LINKS)))


def read_link(written: str, source: Source) -> Link | BadLink:
    """One link, whatever is written."""
    if why := _bad_text(written):
        return BadLink(written[:MAX_ECHO], why, source)
    path, names = _split(normalised(written).replace("`", ""))
    is_long = len(names) > MAX_NAMES or any(len(each) > MAX_NAME for each in names)
    if why := _bad_path(path) or (LONG if is_long else ""):
        return BadLink(written[:MAX_ECHO], why, source)
    return Link(_normal(path), names, source)


def found(link: Link, symbols: Sequence[Symbol]) -> tuple[Symbol, ...]:
    """The tests of the link's file that it names: by their name, or within the class or block of that name.

    Its other names are scopes around the test, of which it may leave out some; parts of the path count as such, as in
    `tests.test_table.Table.test_empty`. Only where nothing else fits, `Suite.name`, `Class#name` and `Test/part` are
    taken apart, and "_" stands for a space, as in Go's reports; a part that runs of a Go test is in that test.
    """
    if not link.names:
        return tuple(symbols)
    for signs in ("", ".#/"):
        names = _parts(link.names, signs)
        around = _parts((link.path.rpartition(".")[0] or link.path).split("/"), signs)
        read = [(each, _parts(each.scope, signs), _parts((each.name,), signs)) for each in symbols if names]
        for fits in (_is_named, _is_within):
            if matching := tuple(each for each, scope, name in read if fits(names, around, scope, name)):
                return matching
    test, _, part = link.names[0].partition("/")
    return found(Link(link.path, (test,), link.source), symbols) if part and link.path.endswith("_test.go") else ()


def mentions(notes: Sequence[Note], repository: str, numbers: Collection[int], host: str = GITHUB) -> tuple[Note, ...]:
    """The notes that name one of these issues of the repository, in full or by its number."""
    wanted = frozenset(numbers)
    return tuple(each for each in notes if not wanted.isdisjoint(named(each.text, repository, host)))


class _Row(NamedTuple):
    """A line as a reader sees it, without the mark of its list item."""

    text: str
    column: int  # of that mark; -1: the line begins no item


def _plain_rows(text: str) -> Iterator[_Row]:
    for line in text.split("\n"):
        item = _ITEM.fullmatch(line)
        yield _Row(item[2], len(item[1])) if item else _Row(line, -1)


def _shown_rows(body: str) -> Iterator[_Row]:
    """The lines outside of code, quotations, HTML and the links that began on a line before."""
    words = (each for each in shown_lines(body) if each.kind in {"prose", "headings"})
    for _, group in groupby(words, lambda each: each.block):
        paragraph = list(group)
        texts = [body[each.start : each.end] for each in paragraph]
        starts = list(accumulate((len(text) + 1 for text in texts), initial=0))
        pieces = visible("\n".join(texts)) if any(map(_KEY.match, texts[1:])) else []
        for each, text, at in zip(paragraph, texts, starts, strict=False):
            before = bisect_right(pieces, (at, len(body)))  # pieces that begin there or earlier
            if not at or (before and at < pieces[before - 1].end):
                yield _Row(_TASK.sub("", text), _column(body, each.start))


def _column(body: str, start: int) -> int:
    """The column of the list mark before this place of a line, or -1."""
    before = body[body.rfind("\n", 0, start) + 1 : start]
    return len(before) - len(before.lstrip()) if before.rstrip()[-1:] in set("-+*.)") else -1


def _written(rows: Sequence[_Row], *, is_plain: bool) -> Iterator[str]:
    """What is written where a link should be, without what templates put there."""
    listed: int | None = None  # column of the empty line whose list this is
    for row in rows:
        if key := _KEY.fullmatch(row.text):
            value = _value(key[1], key[2] + key[3], key[4])
            listed = None if value else row.column
        elif listed is not None and row.column > listed and _looks_like_one(row.text):
            value = row.text
        else:
            listed = None
            continue
        if not _is_nothing(value):
            parts = (_plainly(each, is_plain=is_plain) for each in _listed(value))
            yield from (each for each in parts if not _is_nothing(each))


def _value(opened: str, closed: str, value: str) -> str:
    """What stands behind the colon, without comments and the marks of bold words."""
    shown: str = _COMMENT.sub(" ", value).strip()
    if opened and not closed:
        return shown.removesuffix(opened).strip()
    return shown[2:-2].strip() if len(shown) > 4 and shown.startswith("**") and shown.endswith("**") else shown  # noqa: PLR2004


def _looks_like_one(text: str) -> bool:
    bare = text.strip("` \t")
    return "::" in bare or (("/" in bare or "." in bare) and not any(map(str.isspace, bare)))


def _is_nothing(value: str) -> bool:
    plain = value.casefold().strip("`\"'*_ \t")
    first = plain.split(None, 1)[0].rstrip(".,;:!") if plain else ""
    return not first.strip("-–—…") or first in _NOTHING or plain.startswith(_EXCUSES) or bool(_BLANK.match(plain))  # noqa: RUF001 - dashes


def _listed(value: str) -> Iterator[str]:
    """The parts of a line: apart at commas outside of code and brackets, where a path follows."""
    commas, depth, is_code = [-1], 0, False
    for at, character in enumerate(value):
        is_code ^= character == "`"
        depth += (character in "[(") - (character in ")]")
        if character == "," and depth <= 0 and not is_code:
            commas.append(at)
    ends = [*commas[1:], len(value)]
    starts = [at for at, end in zip(commas, ends, strict=True) if at < 0 or _has_path(value[at:end])]
    for start, end in zip(starts, [*starts[1:], len(value)], strict=True):
        yield value[start + 1 : end].strip()


def _has_path(part: str) -> bool:
    return "::" in part or "/" in part


def _plainly(part: str, *, is_plain: bool) -> str:
    """A part without the marks of code, and what a reader sees where a sign is escaped."""
    bare = part.lstrip("`")
    inner, mark, after = bare.partition("`" * (len(part) - len(bare))) if bare != part else (part, "", "")
    if mark and not after.startswith(_SEPARATORS):
        return inner.strip()
    return part if is_plain or mark or len(part) > 2 * MAX_WRITTEN else str(_ESCAPED.sub(r"\1", part))


def _bad_text(written: str) -> str:
    if len(written) > MAX_WRITTEN or len(written.encode(errors="replace")) > MAX_WRITTEN:
        return LONG
    return HIDDEN if any(map(_is_hidden, written.strip())) else ""


def _is_hidden(character: str) -> bool:
    """Control, format (bidirectional, zero-width), private, unassigned; lone surrogates; line and paragraph ends."""
    if " " <= character <= "~":
        return False
    is_selector = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
    return is_selector or character in _FILLERS or category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def _split(text: str) -> tuple[str, tuple[str, ...]]:
    """The path as it is written, and the names behind it."""
    path, _, rest = text.partition("::")
    names = (" ".join(each.split()) for each in _apart(_without_parameters(rest.strip())))
    return path.strip(), tuple(each for each in names if each)


def _apart(names: str) -> list[str]:
    parts = [names]
    for sign in _SEPARATORS:
        parts = [each for part in parts for each in part.split(sign)]
    return parts


def _without_parameters(name: str) -> str:
    """Without what pytest puts behind a name in brackets; `returns [a]` keeps them, for a space is before them."""
    while name.endswith("]"):
        depth, at = 1, len(name) - 1
        while depth and at:
            at -= 1
            depth += (name[at] == "]") - (name[at] == "[")
        if depth or not at or name[at - 1] == ":" or name[at - 1].isspace():
            break
        name = name[:at]
    return name


def _bad_path(path: str) -> str:
    """Why a path is refused; "" where it is not."""
    if not path:
        return EMPTY
    if why := _bad_sign(path):
        return why
    if "\\" in path and "/" in path:
        return SLASHES
    plain, slashed = _normal(path), path.replace("\\", "/")
    if slashed.startswith("//") or plain.lower().startswith("www."):
        return ADDRESS
    if slashed.startswith("/") or plain.startswith("~"):
        return ABSOLUTE
    if any(code in plain.lower() for code in _CODES):
        return ENCODED
    if "*" in plain or "?" in plain:
        return GLOB
    segments = plain.split("/")
    if why := next((why for why in map(_bad_segment, segments) if why), ""):
        return why
    if slashed.endswith(("/", "/.")) or not plain:
        return FOLDER
    return ADDRESS if len(segments) > 1 and segments[0].lower().endswith(_HOSTS) else ""


def _bad_sign(path: str) -> str:
    """Why a path with a colon or a number sign is none."""
    before, _, after = path.rpartition("#")
    if "://" in path or path.lower().startswith(_SCHEMES):
        return ADDRESS
    if _AT_LINE.search(path):
        return LINE
    if before and after.isdecimal():
        return ISSUE
    if "." in before.rpartition("/")[2] and after.isidentifier():
        return MEMBER
    if ":" not in path:
        return ""
    first = path.partition(":")[0]
    if len(first) == 1:
        return ABSOLUTE
    return ADDRESS if "@" in first and "/" not in first else ELSEWHERE


def _normal(path: str) -> str:
    return "/".join(each for each in path.replace("\\", "/").split("/") if each not in {"", "."}).strip()


def _bad_segment(segment: str) -> str:
    if segment and not segment.strip(". "):
        return PARENT
    if segment.casefold().rstrip(" .") in {".git", "git~1"}:
        return INTERNAL
    if len(segment.encode()) > MAX_SEGMENT:
        return LONG
    return ALIKE if not segment.isascii() and _is_alike(segment) else ""


def _is_alike(segment: str) -> bool:
    """Whether a part of a path has signs of ASCII in disguise, or letters of scripts that look like its other ones.

    A word of another script is a name, also beside Latin ones, unless each of its letters looks like a Latin one.
    """
    for each in segment:
        is_sign = each in _SIGNS or each.isspace() or any(map(str.isascii, normalize("NFKC", each)))
        if is_sign and not each.isascii():
            return True
    letters = "".join(each if each.isalpha() else "" if category(each)[0] == "M" else " " for each in segment)
    words = letters.split()
    if any(len(_scripts(each)) > 1 for each in words):
        return True
    stem = words[:-1] if "." in segment else words
    has_latin = any(_scripts(each) == {"LATIN"} for each in stem)
    return has_latin and any(_TWINS.issuperset(each) for each in stem)


def _scripts(word: str) -> set[str]:
    return {name_of(each, "").partition(" ")[0] for each in word} & _SCRIPTS


def _parts(names: Iterable[str], signs: str) -> tuple[str, ...]:
    """Names without white space, backticks and brackets that mean nothing, taken apart at these signs too."""
    parts: list[str] = []
    for name in names:
        for part in _apart(normalised(name).replace("`", "")):
            words = " ".join(part.split()).removesuffix("()")
            parts += _taken_apart(words, signs) if signs else [words]
    return tuple(each for each in parts if each)


def _taken_apart(words: str, signs: str) -> list[str]:
    if " " in words:
        return [words.replace(" ", "_")]
    return words.translate(dict.fromkeys(map(ord, signs), " ")).split()


def _is_named(names: tuple[str, ...], around: tuple[str, ...], scope: tuple[str, ...], name: tuple[str, ...]) -> bool:
    others = len(names) - len(name)
    return (
        bool(name)
        and others >= 0
        and names[others:] == name
        and _in_order(names[:others], (*around, *scope)) is not None
    )


def _is_within(names: tuple[str, ...], around: tuple[str, ...], scope: tuple[str, ...], _: tuple[str, ...]) -> bool:
    after = _in_order(names[:-1], (*around, *scope))
    return after is not None and names[-1] in scope[max(after - len(around), 0) :]


def _in_order(names: tuple[str, ...], scope: tuple[str, ...]) -> int | None:
    """Behind which place of the scope the names have all come, in their order; None where they do not."""
    at = 0
    for name in names:
        if name not in scope[at:]:
            return None
        at = scope.index(name, at) + 1
    return at
