"""How far a linked test climbs the ladder of evidence, L1 to L5, and what keeps it from the next rung.

Judges tests one by one; what a pull request needs in all is review.py's to say.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

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
MAX_TARGET = 4_096  # characters of the path that a symbolic link holds


class Unread(StrEnum):
    """Why a file's tests are not known."""

    UNKNOWN = "unknown"  # GitHub did not say
    IRREGULAR = "irregular"  # a symbolic link, a submodule or a Git LFS pointer
    GONE = "gone"  # not there at the head


Seen = Reading | Unread


def unread(texts: Texts) -> Unread | None:
    """Why a file cannot be read as a test; None: it can."""
    if not texts.is_known:
        return Unread.UNKNOWN
    if texts.head is None:
        return Unread.GONE if texts.is_regular else Unread.IRREGULAR
    return None if texts.is_regular and not _is_pointer(texts.head) else Unread.IRREGULAR


def _is_pointer(text: str) -> bool:
    """GitHub shows a symbolic link as the path that it holds: one line without an end, and no white space in it."""
    is_path = "/" in text and len(text) <= MAX_TARGET and not any(map(str.isspace, text))
    return text.startswith(LFS) or is_path


def is_fix_within(paths: Iterable[str], tests: Sequence[str], not_tests: Sequence[str]) -> bool:
    """Whether a file that is neither a test nor supports one is among them."""
    beside = {Role.TEST, Role.SUPPORT, Role.SNAPSHOT}
    return any(recognise(path, tests, not_tests).role not in beside for path in paths)


@dataclass(frozen=True, slots=True)
class Red:
    """A test run on an earlier commit of the pull request."""

    results: tuple[Result, ...]
    is_fixed_since: bool  # files that are no tests have changed between that commit and the head


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
        return next((each for each in self.pull.files if each.path == path), None)

    @property
    def changed_tests(self) -> tuple[str, ...]:
        """Files that are tests by their place and that the pull request adds or changes."""
        return tuple(each.path for each in self.pull.files if each.kind != "DELETED" and self.role(each.path) in TESTS)

    @property
    def is_seen(self) -> bool:
        """Whether GitHub showed every test that might be meant."""
        return not self.pull.is_cut and not any(each is Unread.UNKNOWN for each in self.seen.values())

    @property
    def is_runner_changed(self) -> bool:
        """Whether it changes how tests are run: whoever does could make any of them pass."""
        return any(self.role(each.path) is Role.RUNNER for each in self.pull.files)


def wanted(diff: Diff, links: Sequence[Link]) -> tuple[str, ...]:
    """The files whose texts decide: those that are linked, or else every test that might be meant."""
    linked = [link.path for link in links if _is_worth_reading(diff, link.path)]
    paths = linked if links else sorted(diff.changed_tests, key=lambda path: diff.role(path) is Role.INSIDE)
    return tuple(dict.fromkeys(paths))[:MAX_READ]


def _is_worth_reading(diff: Diff, path: str) -> bool:
    file = diff.file(path)
    return file is not None and file.kind != "DELETED" and diff.role(path) in TESTS


def climb(link: Link, diff: Diff, runs: Runs) -> Climb:
    """The rungs in their order: a test that stands on one has met all below it."""
    if unmet := _not_in_diff(link, diff):
        return Climb(link, "L1", unmet)
    reading = diff.seen[link.path]
    assert isinstance(reading, Reading)
    symbols = _meant(link, reading)
    if unmet := _no_symbol(link, reading, symbols):
        return Climb(link, "L2", unmet)
    if _is_proven(link, symbols, runs):
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
    seen = diff.seen.get(link.path, Unread.UNKNOWN)
    if seen is Unread.IRREGULAR:
        return Unmet(*text.irregular(link), place)
    if isinstance(seen, Unread) or seen.by == "nothing":
        return Unmet(*text.not_shown(link), is_unknown=True)
    return Unmet(*text.only_blank(link), place) if seen.is_blank else None


def _not_changed(link: Link, diff: Diff) -> Unmet:
    near = next((each.path for each in diff.pull.files if each.path.casefold() == link.path.casefold()), "")
    if diff.pull.is_cut and not near:
        return Unmet(*text.not_listed(link), is_unknown=True)
    return Unmet(*text.not_changed(link, near))


def _meant(link: Link, reading: Reading) -> tuple[Symbol, ...]:
    return found(link, reading.symbols) if link.names else reading.symbols


def _no_symbol(link: Link, reading: Reading, symbols: tuple[Symbol, ...]) -> Unmet | None:
    if reading.by == "file" and not reading.symbols:
        return None  # the file itself is the test, and it is new or changed
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
    is_added = any(first <= symbol.last and last >= symbol.first for first, last in reading.added)
    return is_added or any(symbol.first < line <= symbol.last for line in reading.cut)


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


def _is_proven(link: Link, symbols: tuple[Symbol, ...], runs: Runs) -> bool:
    """By the artifact of `burndown prove`, or by its own history: red on an earlier commit, green on the head."""
    if runs.is_capped:
        return False
    if any(each.verdict == "PROVEN" and link.text in each.tests for each in runs.proofs):
        return True
    is_green = bool(runs.results) and _outcome(link, symbols, runs.results or ()) == "passed"
    return is_green and any(
        each.is_fixed_since and _outcome(link, symbols, each.results) == "failed" for each in runs.reds
    )


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
