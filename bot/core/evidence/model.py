"""A pull request as the regression-test check sees it, and what was found out about its files. Judges nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.core.model import Change, Subject

ChangeKind = Literal["ADDED", "MODIFIED", "RENAMED", "DELETED", "COPIED", "CHANGED"]  # as GitHub's GraphQL has it


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """One file of a pull request's diff, under the path that it has at the head."""

    path: str
    kind: ChangeKind
    additions: int = 0  # lines
    deletions: int = 0


@dataclass(frozen=True, slots=True)
class Texts:
    """What a file says at the head and at the base of a pull request; None: not there, not text, or not readable."""

    path: str
    head: str | None
    base: str | None
    is_known: bool = True  # False: GitHub did not say
    is_large: bool = False  # GitHub cut it off
    is_regular: bool = True  # False: a symbolic link, a submodule or a Git LFS pointer


@dataclass(frozen=True, slots=True)
class Symbol:
    """One test in a file."""

    name: str  # as a link names it: test_empty, TestEmpty, "shows an empty table"
    scope: tuple[str, ...]  # classes, modules and describe blocks around it, outermost first
    first: int  # line, counted from 1, of its first decorator, attribute or keyword
    last: int
    skipped: int = 0  # line of the marker that keeps it from running; 0: it runs
    asserts: bool = True  # whether some call in it looks like an assertion; True where nobody can say


@dataclass(frozen=True, slots=True)
class Note:
    """A comment in a file, or a documentation string of a test."""

    line: int  # where it begins, counted from 1
    text: str


# How a file was read: by its grammar; line by line, where that is exact; by patterns that most languages share, which
# may miss a test; as a whole, for the file itself is the test; or not at all.
By = Literal["tree-sitter", "lines", "pattern", "file", "nothing"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a test file holds at the head of a pull request, and what of it the pull request changed."""

    path: str
    by: By
    symbols: tuple[Symbol, ...] = ()
    notes: tuple[Note, ...] = ()
    added: tuple[tuple[int, int], ...] = ()  # ranges of lines at the head that are new or changed, from first to last
    cut: tuple[int, ...] = ()  # lines at the head before which lines were taken out
    additions: int = 0  # lines, as we count them
    deletions: int = 0
    is_blank: bool = False  # nothing but white space changed
    before: tuple[Symbol, ...] = ()  # the tests that the file held at the base
    silent: tuple[int, ...] = ()  # added lines that hold nothing but white space or a comment


@dataclass(frozen=True, slots=True)
class Linked:
    """An issue that a pull request closes, or a pull request named where an issue should be."""

    repository: str  # owner/name
    number: int
    title: str = ""
    body: str = ""
    labels: tuple[str, ...] = ()
    is_open: bool = True
    is_pull: bool = False
    is_manual: bool = False  # linked by hand, in GitHub's own way


@dataclass(frozen=True, slots=True)
class CommitNote:
    """A commit of a pull request."""

    oid: str
    message: str
    parents: int = 1


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request as GitHub showed it at `now`."""

    subject: Subject
    repository: str  # owner/name
    title: str
    body: str
    author: str
    head: str  # commit
    base: str  # branch
    base_oid: str  # the tip of that branch
    branch: str  # where it comes from
    default_branch: str
    labels: tuple[str, ...]
    files: tuple[ChangedFile, ...]
    changed_files: int  # how many there are in all; more than `files`: the answer was cut off
    commits: tuple[CommitNote, ...]  # the newest, oldest first
    closing: tuple[Linked, ...]  # what GitHub says that it closes
    now: datetime
    is_open: bool = True
    is_merged: bool = False
    is_draft: bool = False
    is_from_fork: bool = False
    url: str = ""
    history: tuple[Change, ...] = ()  # of its labels, oldest first
    said: Mapping[str, str] = field(default_factory=dict)  # by name of a check of ours on the head: its external id
    is_partial: bool = False  # GitHub did not say what it closes, its labels or its commits

    @property
    def host(self) -> str:
        """Where its addresses lead: GitHub, or an enterprise's own."""
        return self.url.partition("://")[2].partition("/")[0] or "github.com"

    @property
    def is_cut(self) -> bool:
        """Whether GitHub did not show all of its files."""
        return len(self.files) < self.changed_files
