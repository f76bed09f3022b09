"""The snapshot: all that a decision on an issue may know, frozen, with its own clock.

Nothing here can change or fetch.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from bot.core.people.commands import Role


class Mode(StrEnum):
    """What a repository lets the bot do."""

    OFF = "off"  # nothing is decided
    OBSERVE = "observe"  # decided and recorded; nothing is written
    ENFORCE = "enforce"  # written


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """What a delivery names: an issue (or pull request) of a repository. Work on one subject is serial."""

    repository_id: int
    number: int

    def __str__(self) -> str:
        return f"{self.repository_id}#{self.number}"

    @classmethod
    def parse(cls, text: str) -> "Subject":
        repository_id, _, number = text.partition("#")
        return cls(int(repository_id), int(number))


class By(StrEnum):
    """Who did something, as far as it matters to a decision."""

    US = "us"
    BOT = "bot"  # another App
    PERSON = "person"  # also everybody unknown: GitHub's actor is null for deleted accounts


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of an issue's history: a label or an assignee was put on or taken off."""

    what: Literal["label", "assignee"]
    name: str  # the label's name or the person's login
    is_added: bool
    by: By
    at: datetime


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment that our App wrote, found by its marker."""

    id: str
    body: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A comment that asks something of us, as it reads now."""

    id: str
    body: str
    author: str
    role: Role
    at: datetime  # written or last edited
    ran: frozenset[str] = frozenset()  # lines of its commands that were run before
    reactions: frozenset[str] = frozenset()  # ours
    editor: str = ""  # who edited it last, where anybody did and we asked


@dataclass(frozen=True, slots=True)
class Orders:
    """What people told us about an issue in comments: it outlives every edit, until they say otherwise."""

    class_id: str = ""
    class_at: datetime | None = None  # when the class was said: a label that a person puts later says more
    rejected: frozenset[str] = frozenset()  # classes that it is not
    owner: str = ""  # a login, or org/team
    owner_at: datetime | None = None
    duplicate_of: int = 0  # an issue of the same repository
    duplicate_at: datetime | None = None  # when that was said, or taken back
    is_apart: bool = False  # it is none, whatever it looks like
    is_left_alone: bool = False  # what we did was undone
    paused_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What our sticky comment said last: where it is gone, a person took it away."""

    digest: str  # as its marker carries it
    is_link: bool = False  # it only told what the issue repeats


@dataclass(frozen=True, slots=True)
class Prior:
    """What we remember of an issue from our last decision on it."""

    verdict: str  # class id, or "" for an abstention
    text_hash: str  # of title and body as they were then
    seen_at: datetime | None = None  # GitHub's `updated_at` of the snapshot that was decided on
    reclassified_at: datetime | None = None  # an edit later than this changed the verdict: earlier refusals are lifted
    refused: frozenset[str] = frozenset()  # logins that GitHub silently did not assign
    orders: Orders = Orders()
    undone: str = ""  # the version of the rules whose work an operator took back
    alike: tuple[int, ...] | None = None  # issues that read like it; None: nobody has looked
    said: Said | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue as GitHub showed it at `now`."""

    subject: Subject
    repository: str  # owner/name
    title: str
    body: str
    author: str
    is_open: bool
    is_locked: bool
    labels: tuple[str, ...]
    assignees: tuple[str, ...]
    history: tuple[Change, ...]  # oldest first
    now: datetime
    updated_at: datetime | None = None  # by GitHub's clock, as all of the history is
    created_at: datetime | None = None
    url: str = ""
    association: str = ""  # of the author: OWNER, MEMBER, CONTRIBUTOR, NONE ...
    said: Mapping[str, str] = field(default_factory=dict)  # comments.author, comments.maintainer: where rules ask
    comment: Comment | None = None  # our sticky comment
    has_comments: bool = True  # whether comments were read: else nobody knows if it is there
    replies: frozenset[str] = frozenset()  # keys of what we answered below it
    asked: Asked | None = None  # the comment that brought us here
    reactions: int = 0  # of people
    prior: Prior | None = None


def same(one: str, other: str) -> bool:
    """Label names and logins compare without regard to case, as on GitHub."""
    return one.casefold() == other.casefold()


def has(names: tuple[str, ...], name: str) -> bool:
    return any(same(name, each) for each in names)


def last_change(issue: Issue, what: Literal["label", "assignee"], name: str) -> Change | None:
    """The newest entry of the history on one label or assignee."""
    return next((c for c in reversed(issue.history) if c.what == what and same(c.name, name)), None)
