"""A subject's snapshot: one read of GitHub's present state, checked and frozen. Decides nothing, writes nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.core.errors import Refused, SubjectGone, Unreachable
from bot.core.model import By, Change, Comment, Issue, Prior, Subject
from bot.core.text import is_ours
from bot.github.client import Installation

MAX_PAGES = 20  # of history, comments or labels; beyond that the newest are enough

Node = TypeVar("Node", bound=BaseModel)


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Named(_Part):
    id: str
    name: str


class _User(_Part):
    id: str
    login: str


class _Actor(_Part):
    typename: Annotated[str, Field(alias="__typename")]
    login: str


class _Page(_Part):
    hasNextPage: bool = False  # noqa: N815 - GitHub's names
    hasPreviousPage: bool = False  # noqa: N815
    startCursor: str | None = None  # noqa: N815
    endCursor: str | None = None  # noqa: N815


class _LabelName(_Part):
    name: str


class _Assignee(_Part):
    login: str | None = None  # not a user: another kind of assignee, or gone


class _Event(_Part):
    typename: Annotated[
        Literal["LabeledEvent", "UnlabeledEvent", "AssignedEvent", "UnassignedEvent"], Field(alias="__typename")
    ]
    createdAt: datetime  # noqa: N815
    actor: _Actor | None = None  # gone
    label: _LabelName | None = None
    assignee: _Assignee | None = None


class _History(_Part):
    nodes: list[_Event | None]
    pageInfo: _Page  # noqa: N815


class _CommentNode(_Part):
    id: str
    body: str
    viewerDidAuthor: bool  # noqa: N815


class _Comments(_Part):
    nodes: list[_CommentNode | None]
    pageInfo: _Page  # noqa: N815


class _Labels(_Part):
    nodes: list[_Named | None]
    pageInfo: _Page = _Page()  # noqa: N815


class _Assignees(_Part):
    nodes: list[_User | None]


class _Issue(_Part):
    id: str
    number: int
    url: str
    title: str
    body: str | None
    state: str
    locked: bool
    updatedAt: datetime  # noqa: N815
    author: _Actor | None
    labels: _Labels
    assignees: _Assignees
    timelineItems: _History  # noqa: N815
    comments: _Comments | None = None


class _Blob(_Part):
    oid: str | None = None
    text: str | None = None
    isTruncated: bool = False  # noqa: N815


class _Repository(_Part):
    id: str
    databaseId: int  # noqa: N815
    nameWithOwner: str  # noqa: N815
    isArchived: bool  # noqa: N815
    isPrivate: bool  # noqa: N815
    config: _Blob | None
    labels: _Labels | None = None
    issue: _Issue | None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A snapshot with what applying a decision needs: node ids."""

    issue: Issue
    issue_id: str
    label_ids: dict[str, str]  # case-folded name -> node id, of the labels on the issue
    assignee_ids: dict[str, str]  # case-folded login -> node id
    config: str | None  # the text of the configuration file
    is_private: bool


async def fetch_issue(
    installation: Installation, repository: str, subject: Subject, prior: Prior | None, *, with_comments: bool
) -> Fetched:
    """One request where history, comments and labels fit a page.

    Raises SubjectGone, Refused and whatever the client raises.
    """
    owner, _, name = repository.partition("/")
    with_labels = repository not in installation.label_ids
    variables = {
        "owner": owner,
        "name": name,
        "number": subject.number,
        "withLabels": with_labels,
        "withComments": with_comments,
    }
    answer = await installation.query("IssueSnapshot", variables)
    if (forbidden := answer.failure("repository")) and forbidden.type == "FORBIDDEN":
        raise Refused(f"{'.'.join(map(str, forbidden.path))}: {forbidden.message}")
    found = _repository(answer.data, subject)
    issue = found.issue
    assert issue
    if with_labels and found.labels:
        installation.label_ids[repository] = await _all_labels(installation, owner, name, found.labels)
    snapshot = await _snapshot(installation, subject, found.nameWithOwner, issue, prior)
    return Fetched(
        snapshot,
        issue.id,
        {label.name.casefold(): label.id for label in issue.labels.nodes if label},
        {user.login.casefold(): user.id for user in issue.assignees.nodes if user},
        found.config.text if found.config and not found.config.isTruncated else None,
        found.isPrivate,
    )


async def _snapshot(
    installation: Installation, subject: Subject, repository: str, issue: _Issue, prior: Prior | None
) -> Issue:
    return Issue(
        subject=subject,
        repository=repository,
        title=issue.title,
        body=issue.body or "",
        author=issue.author.login if issue.author else "ghost",
        is_open=issue.state == "OPEN",
        is_locked=issue.locked,
        labels=tuple(label.name for label in issue.labels.nodes if label),
        assignees=tuple(user.login for user in issue.assignees.nodes if user),
        history=await _all_history(installation, issue, await installation.github.slug()),
        now=installation.github.clock(),
        updated_at=issue.updatedAt,
        url=issue.url,
        comment=await _our_comment(installation, issue),
        prior=prior,
    )


def _repository(data: dict[str, Any], subject: Subject) -> _Repository:
    if data.get("repository") is None:
        raise SubjectGone("the repository is gone or not ours to see")
    found = _checked(_Repository, data["repository"])
    if found.databaseId != subject.repository_id:
        raise SubjectGone(f"{found.nameWithOwner} is another repository now")
    if found.issue is None:
        raise SubjectGone("the issue is deleted, transferred, or issues are switched off")
    if found.isArchived:
        raise Refused("the repository is archived: read-only")
    return found


def _checked(model: type[Node], data: Any) -> Node:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        raise Unreachable(
            f"an answer of an unknown shape: {'.'.join(map(str, first['loc']))} {first['type']}"
        ) from None


async def _all_history(installation: Installation, issue: _Issue, slug: str) -> tuple[Change, ...]:
    pages = [issue.timelineItems]
    while pages[-1].pageInfo.hasPreviousPage and len(pages) < MAX_PAGES:
        before = {"issue": issue.id, "historyBefore": pages[-1].pageInfo.startCursor}
        node = (await installation.query("IssueHistory", before)).data.get("node") or {}
        pages.append(_checked(_History, node.get("timelineItems")))
    events = (event for page in reversed(pages) for event in page.nodes)
    return tuple(change for event in events if event and (change := _change(event, slug)))


def _change(event: _Event, slug: str) -> Change | None:
    by, at = _who(event.actor, slug), event.createdAt
    match event:
        case _Event(typename="LabeledEvent" | "UnlabeledEvent", label=_LabelName(name=name)):
            return Change("label", name, is_added=event.typename == "LabeledEvent", by=by, at=at)
        case _Event(typename="AssignedEvent" | "UnassignedEvent", assignee=_Assignee(login=str(login))):
            return Change("assignee", login, is_added=event.typename == "AssignedEvent", by=by, at=at)
        case _:
            return None


def _who(actor: _Actor | None, slug: str) -> By:
    """An App's login has no "[bot]" here; REST writes it with one."""
    if actor is None or actor.typename != "Bot":
        return By.PERSON
    return By.US if actor.login.removesuffix("[bot]").casefold() == slug.casefold() else By.BOT


async def _our_comment(installation: Installation, issue: _Issue) -> Comment | None:
    """Our marked comment. Anybody can paste the marker, so it counts only in a comment that our App wrote."""
    page, read = issue.comments, 1
    while page:
        for comment in page.nodes:
            if comment and comment.viewerDidAuthor and is_ours(comment.body):
                return Comment(comment.id, comment.body)
        if not page.pageInfo.hasNextPage or read == MAX_PAGES:
            return None
        after = {"issue": issue.id, "commentsAfter": page.pageInfo.endCursor}
        node = (await installation.query("IssueComments", after)).data.get("node") or {}
        page, read = _checked(_Comments, node.get("comments")), read + 1
    return None


async def _all_labels(installation: Installation, owner: str, name: str, page: _Labels) -> dict[str, str]:
    pages = [page]
    while pages[-1].pageInfo.hasNextPage and len(pages) < MAX_PAGES:
        after = {"owner": owner, "name": name, "after": pages[-1].pageInfo.endCursor}
        found = (await installation.query("RepositoryLabels", after)).data.get("repository") or {}
        pages.append(_checked(_Labels, found.get("labels")))
    return {label.name.casefold(): label.id for page in pages for label in page.nodes if label}
