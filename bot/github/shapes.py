"""The shapes of GitHub's GraphQL answers, checked once where they enter. Knows no requests."""

from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.core.errors import Unreachable

Node = TypeVar("Node", bound=BaseModel)


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Page(Part):
    hasNextPage: bool = False  # noqa: N815 - GitHub's names, here and below
    hasPreviousPage: bool = False  # noqa: N815
    startCursor: str | None = None  # noqa: N815
    endCursor: str | None = None  # noqa: N815


class Named(Part):
    id: str
    name: str


class User(Part):
    id: str
    login: str


class Actor(Part):
    typename: Annotated[str, Field(alias="__typename")]
    login: str


class LabelName(Part):
    name: str


class Assignee(Part):
    login: str | None = None  # not a user: another kind of assignee, or gone


class Home(Part):
    nameWithOwner: str  # noqa: N815


class Closer(Part):
    """What closed an issue: a pull request has a number, a commit or a project has none."""

    number: int | None = None
    merged: bool = False
    repository: Home | None = None


class Canonical(Part):
    number: int


class Event(Part):
    typename: Annotated[
        Literal[
            "LabeledEvent",
            "UnlabeledEvent",
            "AssignedEvent",
            "UnassignedEvent",
            "ClosedEvent",
            "ReopenedEvent",
            "MarkedAsDuplicateEvent",
            "UnmarkedAsDuplicateEvent",
        ],
        Field(alias="__typename"),
    ]
    createdAt: datetime  # noqa: N815
    actor: Actor | None = None  # gone
    label: LabelName | None = None
    assignee: Assignee | None = None
    stateReason: str | None = None  # noqa: N815
    closer: Closer | None = None
    canonical: Canonical | None = None
    isCrossRepository: bool = False  # noqa: N815


class History(Part):
    nodes: list[Event | None]
    pageInfo: Page  # noqa: N815


class CommentNode(Part):
    id: str
    body: str
    viewerDidAuthor: bool  # noqa: N815
    authorAssociation: str = ""  # noqa: N815
    author: Actor | None = None


class Comments(Part):
    nodes: list[CommentNode | None]
    pageInfo: Page  # noqa: N815


class ReactionGroup(Part):
    content: str
    viewerHasReacted: bool  # noqa: N815


class Numbered(Part):
    number: int


class AskedNode(Part):
    id: str
    body: str
    createdAt: datetime  # noqa: N815
    lastEditedAt: datetime | None = None  # noqa: N815
    author: Actor | None = None
    editor: Actor | None = None
    issue: Numbered | None = None
    pullRequest: Numbered | None = None  # noqa: N815
    reactionGroups: list[ReactionGroup] | None = None  # noqa: N815


class Labels(Part):
    nodes: list[Named | None]
    pageInfo: Page = Page()  # noqa: N815


class Assignees(Part):
    nodes: list[User | None]


class Count(Part):
    totalCount: int  # noqa: N815


class IssueNode(Part):
    id: str
    number: int
    url: str
    title: str
    body: str | None
    state: str
    locked: bool
    createdAt: datetime  # noqa: N815
    updatedAt: datetime  # noqa: N815
    authorAssociation: str = ""  # noqa: N815
    author: Actor | None
    labels: Labels
    assignees: Assignees
    reactions: Count
    timelineItems: History  # noqa: N815
    comments: Comments | None = None


class Oid(Part):
    oid: str


class Blob(Part):
    text: str | None = None  # null: binary, or no blob
    isTruncated: bool = False  # noqa: N815


class Entry(Part):
    path: str
    object: Blob | None = None


class Tree(Part):
    entries: list[Entry] = []


class Governed(Part):
    """A repository, with what names the state of the files that govern the bot."""

    governing: Oid | None = None
    rootOwners: Oid | None = None  # noqa: N815
    docsOwners: Oid | None = None  # noqa: N815

    @property
    def state(self) -> str:
        """Changes when and only when one of those files may have changed; "" where there is none."""
        parts = (self.governing, self.rootOwners, self.docsOwners)
        return ",".join(part.oid if part else "" for part in parts) if any(parts) else ""


class RepositoryNode(Governed):
    id: str
    databaseId: int  # noqa: N815
    nameWithOwner: str  # noqa: N815
    isArchived: bool  # noqa: N815
    isPrivate: bool  # noqa: N815
    hasIssuesEnabled: bool = True  # noqa: N815
    labels: Labels | None = None
    issue: IssueNode | None


class GoverningFiles(Governed):
    id: str
    head: Oid | None = None
    config: Blob | None = None
    rules: Tree | None = None
    template: Blob | None = None
    templates: Tree | None = None
    owners1: Blob | None = None
    owners2: Blob | None = None
    owners3: Blob | None = None


class Issues(Part):
    nodes: list[IssueNode | None]
    pageInfo: Page  # noqa: N815
    totalCount: int = 0  # noqa: N815


class Budget(Part):
    """What is left of an hour's points."""

    limit: int
    remaining: int
    resetAt: datetime  # noqa: N815


class Tracker(Governed):
    """A repository with a page of its issues."""

    databaseId: int  # noqa: N815
    nameWithOwner: str  # noqa: N815
    hasIssuesEnabled: bool = True  # noqa: N815
    issues: Issues | None = None


class ReleaseNode(Part):
    tagName: str  # noqa: N815
    isDraft: bool  # noqa: N815
    isPrerelease: bool  # noqa: N815
    publishedAt: datetime | None = None  # noqa: N815 - a draft has none


class Releases(Part):
    nodes: list[ReleaseNode | None]
    pageInfo: Page  # noqa: N815


class CheckRunNode(Part):
    name: str = ""
    externalId: str | None = None  # noqa: N815
    conclusion: str | None = None


class CheckRuns(Part):
    nodes: list[CheckRunNode | None]


class CheckSuite(Part):
    checkRuns: CheckRuns | None = None  # noqa: N815


class CheckSuites(Part):
    nodes: list[CheckSuite | None]


class Commit(Part):
    oid: str
    message: str = ""
    checkSuites: CheckSuites | None = None  # noqa: N815


class PullCommit(Part):
    commit: Commit


class PullCommits(Part):
    nodes: list[PullCommit | None] | None = None
    totalCount: int = 0  # noqa: N815


class FileNode(Part):
    path: str
    changeType: Literal["ADDED", "MODIFIED", "RENAMED", "DELETED", "COPIED", "CHANGED"]  # noqa: N815
    additions: int = 0
    deletions: int = 0


class FileNodes(Part):
    nodes: list[FileNode | None] | None = None
    pageInfo: Page = Page()  # noqa: N815


class LabelNames(Part):
    nodes: list[LabelName | None]


class ClosedNode(Part):
    """An issue that a pull request closes; a pull request has a number and no more."""

    typename: Annotated[str, Field(alias="__typename")] = "Issue"
    number: int
    title: str = ""
    body: str | None = None
    state: str = "OPEN"
    labels: LabelNames | None = None
    repository: Home | None = None


class ClosedNodes(Part):
    nodes: list[ClosedNode | None] | None = None


class TextNode(Part):
    """What stands at a path of a commit: a file, or a folder that has no text."""

    oid: str
    text: str | None = None
    byteSize: int = 0  # noqa: N815
    isBinary: bool | None = None  # noqa: N815
    isTruncated: bool | None = None  # noqa: N815


class Mode(Part):
    """How git keeps an entry: 100644, 100755, 120000 ..., as a number."""

    mode: int


class PullNode(Part):
    id: str
    number: int
    url: str = ""
    title: str
    body: str | None = None
    state: str
    isDraft: bool = False  # noqa: N815
    author: Actor | None = None
    baseRefName: str  # noqa: N815
    baseRefOid: str = ""  # noqa: N815
    headRefName: str = ""  # noqa: N815
    headRefOid: str  # noqa: N815
    isCrossRepository: bool  # noqa: N815
    changedFiles: int = 0  # noqa: N815
    labels: Labels | None = None
    files: FileNodes | None = None
    closingIssuesReferences: ClosedNodes | None = None  # noqa: N815
    byHand: ClosedNodes | None = None  # noqa: N815
    commits: PullCommits | None = None
    newest: PullCommits | None = None
    timelineItems: History | None = None  # noqa: N815
    comments: Comments | None = None


class Branch(Part):
    name: str


class PullRepository(Governed):
    id: str
    databaseId: int  # noqa: N815
    nameWithOwner: str  # noqa: N815
    isArchived: bool = False  # noqa: N815
    isPrivate: bool = False  # noqa: N815
    defaultBranchRef: Branch | None = None  # noqa: N815
    pullRequest: PullNode | None  # noqa: N815


def checked(model: type[Node], data: Any) -> Node:
    """Raises Unreachable: an answer that is not of GitHub's shape is tried again."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise Unreachable(f"an answer of an unknown shape: {place} {first['type']}") from None
