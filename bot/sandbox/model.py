"""The things that the simulated GitHub keeps: people, repositories, issues, pull requests, checks, installations.

They may not know of HTTP, of webhooks or of the bot, and change only through `acts` and `access`.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from types import MappingProxyType
from typing import Literal

Kind = Literal["User", "Bot", "Organization"]
Level = Literal["none", "read", "triage", "write", "maintain", "admin"]
Change = Literal[
    "labeled",
    "unlabeled",
    "assigned",
    "unassigned",
    "closed",
    "reopened",
    "marked_as_duplicate",
    "unmarked_as_duplicate",
]

NO_COMMIT = "0" * 40
NO_FILES: Mapping[str, bytes] = MappingProxyType({})
WRITERS: frozenset[Level] = frozenset({"write", "maintain", "admin"})


class RefusedError(Exception):
    """What GitHub answers instead of doing it: a status for REST, a type for GraphQL."""

    def __init__(
        self,
        status: int,
        message: str,
        kind: str = "UNPROCESSABLE",
        extra: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.kind = status, message, kind
        self.extra, self.headers = dict(extra or {}), dict(headers or {})


def not_found(message: str = "Not Found") -> RefusedError:
    return RefusedError(404, message, "NOT_FOUND")


def forbidden(message: str = "Resource not accessible by integration") -> RefusedError:
    return RefusedError(403, message, "FORBIDDEN")


def node_id(prefix: str, number: int) -> str:
    """Return an opaque global id in the look of GitHub's present ones."""
    return f"{prefix}_kwDO{base64.urlsafe_b64encode(number.to_bytes(8, 'big')).decode().rstrip('=')}"


@dataclass(slots=True, eq=False)
class User:
    id: int
    node_id: str
    login: str
    kind: Kind = "User"
    is_deleted: bool = False


@dataclass(slots=True, eq=False)
class Team:
    """People of an organisation, named in mentions as `@organisation/slug`."""

    id: int
    node_id: str
    organization: User
    slug: str
    members: dict[int, User] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Reaction:
    """One person's one sign; `content` is GraphQL's name of it."""

    id: int
    node_id: str
    user: User
    content: str
    created_at: datetime


@dataclass(slots=True, eq=False)
class Label:
    id: int
    node_id: str
    repository: "Repository" = field(repr=False)
    name: str
    color: str
    description: str


@dataclass(slots=True, eq=False)
class Comment:
    id: int
    node_id: str
    issue: "Issue" = field(repr=False)
    author: User
    body: str
    created_at: datetime
    updated_at: datetime
    edited_at: datetime | None = None
    editor: User | None = None
    reactions: list[Reaction] = field(default_factory=list, repr=False)


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """Who changed what of an issue, when. The label is a copy: as it was then."""

    id: int
    kind: Change
    actor: User
    created_at: datetime
    label: Label | None = None
    assignee: User | None = None
    reason: str | None = None  # closed, reopened
    closer: "Pull | None" = field(default=None, repr=False)  # closed: by the merge of it
    duplicate: "Issue | None" = field(default=None, repr=False)  # marked as one
    canonical: "Issue | None" = field(default=None, repr=False)  # of this


@dataclass(slots=True, eq=False)
class Issue:
    id: int
    node_id: str
    repository: "Repository" = field(repr=False)
    number: int
    title: str
    body: str
    author: User
    created_at: datetime
    updated_at: datetime
    state: Literal["open", "closed"] = "open"
    state_reason: str | None = None
    closed_at: datetime | None = None
    is_locked: bool = False
    lock_reason: str | None = None
    is_pinned: bool = False
    labels: dict[int, Label] = field(default_factory=dict, repr=False)
    assignees: dict[int, User] = field(default_factory=dict, repr=False)
    comments: list[Comment] = field(default_factory=list, repr=False)
    timeline: list[TimelineEvent] = field(default_factory=list, repr=False)
    edited_at: datetime | None = None
    editor: User | None = None
    reactions: list[Reaction] = field(default_factory=list, repr=False)

    @property
    def label_names(self) -> tuple[str, ...]:
        return tuple(label.name for label in self.labels.values())

    @property
    def assignee_logins(self) -> tuple[str, ...]:
        return tuple(user.login for user in self.assignees.values())

    @property
    def comment_bodies(self) -> tuple[str, ...]:
        return tuple(comment.body for comment in self.comments)


@dataclass(slots=True, eq=False)
class Commit:
    """A state of all files. Forks share the commits of their source: each can be named in every one of them.

    A later commit has a higher number. `merged` is the commit that a merge brought in beside its parent.
    """

    sha: str
    node_id: str
    repository: "Repository" = field(repr=False)
    parent: "Commit | None" = field(repr=False)
    files: Mapping[str, bytes] = field(repr=False)
    message: str
    author: User
    at: datetime
    number: int
    merged: "Commit | None" = field(default=None, repr=False)

    @property
    def parents(self) -> "tuple[Commit, ...]":
        return tuple(each for each in (self.parent, self.merged) if each is not None)


@dataclass(frozen=True, slots=True)
class Link:
    """An issue that a pull request closes when it is merged: because its description says so, or linked by hand."""

    issue: Issue
    is_manual: bool


@dataclass(slots=True, eq=False, kw_only=True)
class Pull(Issue):
    """A pull request: an issue that offers the commit at the head of a branch, maybe of a fork."""

    base_branch: str
    head_branch: str
    head_repository: "Repository" = field(repr=False)
    base_sha: str
    head: Commit
    is_draft: bool = False
    merged_at: datetime | None = None
    merged_by: User | None = None
    merge_commit: Commit | None = field(default=None, repr=False)
    links: dict[int, Link] = field(default_factory=dict, repr=False)
    former_links: dict[int, Link] = field(default_factory=dict, repr=False)

    @property
    def is_from_fork(self) -> bool:
        return self.head_repository is not self.repository


@dataclass(frozen=True, slots=True)
class MergeGroup:
    """A pull request in a merge queue: the commit that its base would become, with all that waits before it."""

    pull: Pull = field(repr=False)
    base_branch: str
    base: Commit
    commit: Commit

    @property
    def branch(self) -> str:
        return f"gh-readonly-queue/{self.base_branch}/pr-{self.pull.number}-{self.base.sha}"


@dataclass(frozen=True, slots=True)
class Annotation:
    """One remark of a check on lines of a file; columns only where it stays on one line."""

    path: str
    start_line: int
    end_line: int
    start_column: int | None
    end_column: int | None
    level: str
    message: str
    title: str | None
    raw_details: str | None


@dataclass(frozen=True, slots=True)
class Action:
    """A button under a check."""

    label: str
    description: str
    identifier: str


@dataclass(slots=True, eq=False)
class CheckSuite:
    """All checks of one App on one commit."""

    id: int
    node_id: str
    repository: "Repository" = field(repr=False)
    commit: Commit
    runs: "list[CheckRun]" = field(default_factory=list, repr=False)


@dataclass(slots=True, eq=False)
class CheckRun:
    """One check. `status`, `conclusion` and the levels of annotations are written as GraphQL does."""

    id: int
    node_id: str
    suite: CheckSuite = field(repr=False)
    name: str
    started_at: datetime
    status: str = "QUEUED"
    conclusion: str | None = None
    completed_at: datetime | None = None
    external_id: str = ""
    details_url: str | None = None
    title: str | None = None
    summary: str | None = None
    text: str | None = field(default=None, repr=False)
    annotations: list[Annotation] = field(default_factory=list, repr=False)
    actions: tuple[Action, ...] = ()

    @property
    def repository(self) -> "Repository":
        return self.suite.repository

    @property
    def commit(self) -> Commit:
        return self.suite.commit


@dataclass(slots=True, eq=False)
class Repository:
    id: int
    node_id: str
    owner: User
    name: str
    created_at: datetime
    is_private: bool = False
    is_archived: bool = False
    has_issues: bool = True
    default_branch: str = "main"
    source: "Repository | None" = field(default=None, repr=False)
    branches: dict[str, Commit] = field(default_factory=dict, repr=False)
    commits: dict[str, Commit] = field(default_factory=dict, repr=False)
    contributors: set[int] = field(default_factory=set, repr=False)
    suites: dict[str, CheckSuite] = field(default_factory=dict, repr=False)
    required_checks: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    queues: dict[str, list[MergeGroup]] = field(default_factory=dict, repr=False)
    collaborators: dict[str, Level] = field(default_factory=dict, repr=False)
    labels: dict[str, Label] = field(default_factory=dict, repr=False)
    issues: dict[int, Issue] = field(default_factory=dict, repr=False)
    pulls: dict[int, Pull] = field(default_factory=dict, repr=False)
    gone: dict[int, Issue | None] = field(default_factory=dict, repr=False)
    installation: "Installation | None" = field(default=None, repr=False)
    last_number: int = 0
    open_issues: int = 0
    revision: int = 0

    @property
    def full_name(self) -> str:
        return f"{self.owner.login}/{self.name}"

    @property
    def head(self) -> str:
        """The commit at the head of the default branch; forty zeros while there is none."""
        tip = self.branches.get(self.default_branch)
        return NO_COMMIT if tip is None else tip.sha

    @property
    def files(self) -> Mapping[str, bytes]:
        """The files of the default branch."""
        tip = self.branches.get(self.default_branch)
        return NO_FILES if tip is None else tip.files

    @property
    def check_runs(self) -> list[CheckRun]:
        """Every check ever made here, oldest first."""
        return sorted(chain.from_iterable(suite.runs for suite in self.suites.values()), key=lambda run: run.id)

    def level_of(self, user: User) -> Level | None:
        """Return the role that somebody was given here; None for a stranger."""
        return self.collaborators.get(user.login.lower())

    def access_of(self, user: User) -> Level:
        """Return what somebody may do here: whatever is public, everybody may read."""
        return self.level_of(user) or ("none" if self.is_private else "read")


@dataclass(slots=True, eq=False)
class App:
    id: int
    node_id: str
    slug: str
    name: str
    client_id: str
    owner: User
    bot: User
    public_key: str = field(repr=False)
    permissions: dict[str, str]
    events: tuple[str, ...]
    hook_id: int
    created_at: datetime


@dataclass(slots=True, eq=False)
class Installation:
    id: int
    node_id: str
    account: User
    permissions: dict[str, str]
    events: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
    repositories: dict[int, Repository] = field(default_factory=dict, repr=False)
    suspended_at: datetime | None = None
    suspended_by: User | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """An installation token; `repository_ids` is None when it may see all of the installation."""

    text: str = field(repr=False)
    installation: Installation
    permissions: Mapping[str, str]
    repository_ids: frozenset[int] | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Something happened that a webhook tells; the payload is complete and final."""

    event: str
    action: str | None
    payload: Mapping[str, object]
    installation_id: int | None
    repository_id: int | None
