"""How far a linked test climbs the ladder of evidence, L1 to L5, and what keeps it from the next rung.

Judges tests one by one; what a pull request needs in all is review.py's to say.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import inf
from unicodedata import normalize

from bot.core.evidence.conventions import Role, recognise
from bot.core.evidence.links import Link, found
from bot.core.evidence.model import ChangedFile, PullRequest, Reading, Symbol, Texts
from bot.core.evidence.proof import Proof
from bot.core.evidence.results import Result, matching, outcome
from bot.core.lint import Place
from bot.core.rules.entries import Level
from bot.core.text import evidence as text

MAX_READ = 30  # files of one pull request whose tests are looked at
TESTS = frozenset({Role.TEST, Role.INSIDE})


LFS = "version https://git-lfs.github.com/spec/"
WORDS = (".md", ".rst", ".txt", ".adoc")  # files that explain and do nothing
MAX_TARGET = 4_096  # characters of the path that a symbolic link holds


class Unread(StrEnum):
    """Why a file's tests are not known."""

    UNKNOWN = "unknown"  # GitHub did not say
    LARGE = "large"  # larger than GitHub shows
    IRREGULAR = "irregular"  # a symbolic link, a submodule or a Git LFS pointer
    GONE = "gone"  # not there at the head


Seen = Reading | Unread


def unread(texts: Texts) -> Unread | None:
    """Why a file cannot be read as a test; None: it can."""
    if not texts.is_known:
        return Unread.UNKNOWN
    if texts.is_large:
        return Unread.LARGE
    if texts.head is None:
        return Unread.GONE if texts.is_regular else Unread.IRREGULAR
    return None if texts.is_regular and not _is_pointer(texts.head) else Unread.IRREGULAR


def _is_pointer(text: str) -> bool:
    """GitHub shows a symbolic link as the path that it holds: one line without an end, and no white space in it."""
    is_path = "/" in text and len(text) <= MAX_TARGET and not any(map(str.isspace, text))
    return text.startswith(LFS) or is_path


@dataclass(frozen=True, slots=True)
class Red:
    """A test run on an earlier commit of the pull request."""

    results: tuple[Result, ...]
    changed: tuple[str, ...]  # files that differ between that commit and the head


@dataclass(frozen=True, slots=True)
class Runs:
    """What continuous integration has shown."""

    is_readable: bool = False  # whether we may read it at all
    results: tuple[Result, ...] | None = None  # on the head; None: nothing has arrived yet
    reds: tuple[Red, ...] = ()
    proofs: tuple[Proof, ...] = ()  # on the head
    is_capped: bool = False  # the pull request changes how tests are run: its results prove nothing


@dataclass(frozen=True, slots=True)
class Unmet:
    """What keeps a test, or a pull request, from the next rung."""

    what: str
    instead: str
    place: Place | None = None
    is_unknown: bool = False  # it may be met: we were not shown enough to tell


@dataclass(frozen=True, slots=True)
class Climb:
    """One linked test, and how far it gets."""

    link: Link
    level: Level
    unmet: Unmet | None  # nothing: L5
    symbols: tuple[Symbol, ...] = ()


@dataclass(frozen=True, slots=True)
class Diff:
    """The files of a pull request, and what was found out about those that matter."""

    pull: PullRequest
    seen: Mapping[str, Seen]
    tests: tuple[str, ...] = ()  # the repository's own globs
    not_tests: tuple[str, ...] = ()

    def role(self, path: str) -> Role:
        return recognise(path, self.tests, self.not_tests).role

    def file(self, path: str) -> ChangedFile | None:
        """By its path, however its accents are written."""
        plain = normalize("NFC", path)
        return next(
            (each for each in self.pull.files if each.path == path or normalize("NFC", each.path) == plain), None
        )

    @property
    def changed_tests(self) -> tuple[str, ...]:
        """Files that are tests by their place and that the pull request adds or changes."""
        return tuple(each.path for each in self.pull.files if each.kind != "DELETED" and self.role(each.path) in TESTS)

    @property
    def is_seen(self) -> bool:
        """Whether GitHub showed every test that might be meant."""
        is_whole = not self.pull.is_cut and not self.pull.is_partial
        return is_whole and not any(each is Unread.UNKNOWN for each in self.seen.values())

    @property
    def is_runner_changed(self) -> bool:
        """Whether it changes how tests are run, or may: whoever does could make any of them pass."""
        return self.pull.is_cut or any(self.role(each.path) is Role.RUNNER for each in self.pull.files)


def wanted(diff: Diff, links: Sequence[Link]) -> tuple[str, ...]:
    """The files whose texts decide: those that are linked, or else every test that might be meant."""
    linked = [file.path for link in links if (file := diff.file(link.path)) and _is_worth_reading(diff, file)]
    paths = linked if links else sorted(diff.changed_tests, key=lambda path: diff.role(path) is Role.INSIDE)
    return tuple(dict.fromkeys(paths))[:MAX_READ]


def _is_worth_reading(diff: Diff, file: ChangedFile) -> bool:
    return file.kind != "DELETED" and diff.role(file.path) in TESTS


def climb(link: Link, diff: Diff, runs: Runs) -> Climb:
    """The rungs in their order: a test that stands on one has met all below it."""
    if unmet := _not_in_diff(link, diff):
        return Climb(link, "L1", unmet)
    file = diff.file(link.path)
    reading = diff.seen[file.path] if file else None
    assert isinstance(reading, Reading)
    symbols = _meant(link, reading)
    if unmet := _no_symbol(link, reading, symbols):
        return Climb(link, "L2", unmet)
    if _is_proven(link, symbols, diff, runs):
        return Climb(link, "L5", None, symbols)
    if unmet := _not_run(link, symbols, runs):
        return Climb(link, "L3", unmet, symbols)
    return Climb(link, "L4", Unmet(*text.not_proven(link)), symbols)


def _not_in_diff(link: Link, diff: Diff) -> Unmet | None:
    file, place = diff.file(link.path), Place(link.path)
    if file is None:
        return _not_changed(link, diff)
    if file.kind == "DELETED":
        return Unmet(*text.deleted(link))
    if file.kind == "CHANGED" or (file.kind in {"RENAMED", "COPIED"} and not (file.additions or file.deletions)):
        return Unmet(*text.only_moved(link), place)
    role = diff.role(link.path)
    if role not in TESTS:
        return Unmet(*text.no_test_file(link, role), place)
    return _not_readable(link, diff.seen.get(file.path))


def _not_readable(link: Link, seen: Seen | None) -> Unmet | None:
    place = Place(link.path)
    match seen:
        case Unread.UNKNOWN:
            return Unmet(*text.not_shown(link), is_unknown=True)
        case Unread.IRREGULAR | Unread.GONE:  # what is listed and not there is a submodule
            return Unmet(*text.irregular(link), place)
        case Unread.LARGE | Reading(by="nothing"):
            return Unmet(*text.too_large(link), place)
        case Reading(is_blank=True):
            return Unmet(*text.only_blank(link), place)
        case Reading():
            return None
        case None:
            return Unmet(*text.too_many(MAX_READ), place)


def _not_changed(link: Link, diff: Diff) -> Unmet:
    near = next((each.path for each in diff.pull.files if each.path.casefold() == link.path.casefold()), "")
    if diff.pull.is_cut and not near:
        return Unmet(*text.not_listed(link), is_unknown=True)
    return Unmet(*text.not_changed(link, near))


def _meant(link: Link, reading: Reading) -> tuple[Symbol, ...]:
    return found(link, reading.symbols) if link.names else reading.symbols


def _no_symbol(link: Link, reading: Reading, symbols: tuple[Symbol, ...]) -> Unmet | None:
    if reading.by == "file" and not reading.symbols:
        return None if _speaks(reading, 1, inf) or reading.cut else Unmet(*text.only_blank(link), Place(link.path))
    if not symbols:
        names = tuple(each.name for each in reading.symbols)
        return Unmet(*text.no_symbol(link, names), Place(link.path), is_unknown=reading.by == "pattern")
    changed = [each for each in symbols if touches(each, reading)]
    if not changed:
        return Unmet(*text.symbol_unchanged(link), Place(link.path, symbols[0].first))
    running = [each for each in changed if not each.skipped]
    return None if running else Unmet(*text.skipped(link), Place(link.path, changed[0].skipped))


def touches(symbol: Symbol, reading: Reading) -> bool:
    """Whether the pull request adds the test or changes something in it."""
    is_cut = any(symbol.first < line <= symbol.last for line in reading.cut)
    return is_cut or _speaks(reading, symbol.first, symbol.last)


def _speaks(reading: Reading, first: int, last: float) -> bool:
    """Whether one of these lines is new and holds more than a comment."""
    silent = set(reading.silent)
    added = ((max(start, first), min(end, last)) for start, end in reading.added)
    return any(line not in silent for start, end in added for line in range(start, int(end) + 1))


def _not_run(link: Link, symbols: tuple[Symbol, ...], runs: Runs) -> Unmet | None:
    if runs.is_capped:
        return Unmet(*text.capped())
    if not runs.is_readable:
        return Unmet(*text.not_readable(), is_unknown=True)
    if runs.results is None:
        return Unmet(*text.not_run_yet(link))
    if not any(each.outcome != "skipped" for each in runs.results):
        return Unmet(*text.nothing_ran(), is_unknown=True)
    match _outcome(link, symbols, runs.results):
        case "passed":
            return None
        case "failed":
            return Unmet(*text.failed(link), Place(link.path, symbols[0].first if symbols else 1))
        case _:
            return Unmet(*text.not_in_report(link))


def _outcome(link: Link, symbols: tuple[Symbol, ...], results: Sequence[Result]) -> str | None:
    return outcome([each for symbol in symbols for each in matching(link.path, symbol, results)])


def _is_proven(link: Link, symbols: tuple[Symbol, ...], diff: Diff, runs: Runs) -> bool:
    """By the artifact of `burndown prove`, or by its own history: red on an earlier commit, green on the head."""
    if runs.is_capped:
        return False
    if any(each.verdict == "PROVEN" and link.text in each.tests for each in runs.proofs):
        return True
    is_green = bool(runs.results) and _outcome(link, symbols, runs.results or ()) == "passed"
    return is_green and any(
        is_fixed_between(each, link, diff) and _outcome(link, symbols, each.results) == "failed" for each in runs.reds
    )


def is_fixed_between(red: Red, link: Link, diff: Diff) -> bool:
    """Whether it was the fix that made the test green: the code has changed, and nothing that makes or runs tests."""
    roles = {path: diff.role(path) for path in red.changed}
    if link.path in roles or not {Role.SUPPORT, Role.SNAPSHOT, Role.RUNNER}.isdisjoint(roles.values()):
        return False
    return any(role in {Role.OTHER, Role.INSIDE} and not path.endswith(WORDS) for path, role in roles.items())


def suggestions(diff: Diff) -> Iterator[Link]:
    """Tests that the pull request adds or changes and does not link, those of test files first."""
    for path in diff.changed_tests:
        reading = diff.seen.get(path)
        if not isinstance(reading, Reading):
            continue
        if reading.by == "file" and not reading.is_blank:
            yield Link(path, (), "body")
        for each in reading.symbols:
            if each.name and not each.skipped and touches(each, reading):
                yield Link(path, (*each.scope, each.name), "body")
