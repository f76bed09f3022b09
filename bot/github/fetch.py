"""An issue's snapshot: one read of GitHub's present state, checked and frozen. Decides nothing, writes nothing."""

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.core.errors import Refused, SubjectGone
from bot.core.model import Asked, By, Change, Comment, Issue, Prior, Subject
from bot.core.people.commands import Role
from bot.core.text.issues import is_ours, reply_key_of
from bot.github.client import Installation
from bot.github.shapes import (
    Actor,
    AskedNode,
    CommentNode,
    Comments,
    Event,
    History,
    IssueNode,
    Issues,
    LabelName,
    Labels,
    RepositoryNode,
    checked,
)
from bot.github.shapes import Assignee as AssigneeNode

MAX_PAGES = 20  # of history, comments or labels; beyond that the newest are enough
MAX_SAID = 64 * 1024  # characters of comments that rules are asked of
MAINTAINERS = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a snapshot holds beside the issue itself."""

    comments: bool = False
    asked: str = ""  # id of a comment that asks something of us
    ran: frozenset[str] = frozenset()  # its commands that were run before


@dataclass(frozen=True, slots=True)
class Fetched:
    """A snapshot with what applying a decision needs: node ids."""

    issue: Issue
    issue_id: str
    label_ids: dict[str, str]  # case-folded name -> node id, of the labels on the issue
    assignee_ids: dict[str, str]  # case-folded login -> node id
    state: str  # of the files that govern the bot
    is_private: bool


async def fetch_issue(
    installation: Installation, repository: str, subject: Subject, prior: Prior | None, wanted: Wanted
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
        "withComments": wanted.comments or bool(wanted.asked),
        "asked": wanted.asked,
        "withAsked": bool(wanted.asked),
    }
    answer = await installation.query("IssueSnapshot", variables)
    if (forbidden := answer.failure("repository")) and forbidden.type == "FORBIDDEN":
        raise Refused(f"{'.'.join(map(str, forbidden.path))}: {forbidden.message}")
    found = _repository(answer.data, subject)
    node = found.issue
    assert node
    if with_labels and found.labels:
        installation.label_ids[repository] = await _all_labels(installation, owner, name, found.labels)
    slug = await installation.github.slug()
    comments = [each async for each in _all_comments(installation, node)]
    ours = [each for each in comments if each.viewerDidAuthor]
    issue = _snapshot(
        node,
        subject,
        found.nameWithOwner,
        history=await _all_history(installation, node, slug),
        now=installation.github.clock(),
        said=_said(node, comments),
        comment=next((Comment(each.id, each.body) for each in ours if is_ours(each.body)), None),
        replies=frozenset(filter(None, (reply_key_of(each.body) for each in ours))),
        asked=await _asked(installation, found.nameWithOwner, answer.data.get("asked"), subject, wanted),
        prior=prior,
    )
    return Fetched(
        issue,
        node.id,
        {label.name.casefold(): label.id for label in node.labels.nodes if label},
        {user.login.casefold(): user.id for user in node.assignees.nodes if user},
        found.state,
        found.isPrivate,
    )


async def fetch_newest(installation: Installation, repository: str, repository_id: int, limit: int) -> list[Issue]:
    """A repository's newest issues with the history of their labels, a page at a time."""
    owner, _, name = repository.partition("/")
    slug = await installation.github.slug()
    found: list[Issue] = []
    after: str | None = None
    while len(found) < limit:
        variables = {"owner": owner, "name": name, "after": after}
        data = (await installation.query("NewestIssues", variables)).data.get("repository") or {}
        page = checked(Issues, data.get("issues"))
        now = installation.github.clock()
        for node in filter(None, page.nodes):
            subject, history = Subject(repository_id, node.number), tuple(_changes(node.timelineItems.nodes, slug))
            found.append(_snapshot(node, subject, data["nameWithOwner"], history=history, now=now))
        after = page.pageInfo.endCursor
        if not page.pageInfo.hasNextPage:
            break
    return found[:limit]


def _snapshot(node: IssueNode, subject: Subject, repository: str, **more: Any) -> Issue:
    return Issue(
        subject=subject,
        repository=repository,
        title=node.title,
        body=node.body or "",
        author=node.author.login if node.author else "ghost",
        is_open=node.state == "OPEN",
        is_locked=node.locked,
        labels=tuple(label.name for label in node.labels.nodes if label),
        assignees=tuple(user.login for user in node.assignees.nodes if user),
        updated_at=node.updatedAt,
        created_at=node.createdAt,
        url=node.url,
        association=node.authorAssociation,
        **more,
    )


def _repository(data: Mapping[str, Any], subject: Subject) -> RepositoryNode:
    if data.get("repository") is None:
        raise SubjectGone("the repository is gone or not ours to see")
    found = checked(RepositoryNode, data["repository"])
    if found.databaseId != subject.repository_id:
        raise SubjectGone(f"{found.nameWithOwner} is another repository now")
    if found.issue is None:
        raise SubjectGone("the issue is deleted, transferred, or issues are switched off")
    if found.isArchived:
        raise Refused("the repository is archived: read-only")
    return found


async def _all_history(installation: Installation, node: IssueNode, slug: str) -> tuple[Change, ...]:
    pages = [node.timelineItems]
    while pages[-1].pageInfo.hasPreviousPage and len(pages) < MAX_PAGES:
        before = {"issue": node.id, "historyBefore": pages[-1].pageInfo.startCursor}
        found = (await installation.query("IssueHistory", before)).data.get("node") or {}
        pages.append(checked(History, found.get("timelineItems")))
    return tuple(change for page in reversed(pages) for change in _changes(page.nodes, slug))


def _changes(events: list[Event | None], slug: str) -> Iterator[Change]:
    for event in filter(None, events):
        by, at = _who(event.actor, slug), event.createdAt
        is_added = event.typename in {"LabeledEvent", "AssignedEvent"}
        match event:
            case Event(typename="LabeledEvent" | "UnlabeledEvent", label=LabelName(name=name)):
                yield Change("label", name, is_added=is_added, by=by, at=at)
            case Event(typename="AssignedEvent" | "UnassignedEvent", assignee=AssigneeNode(login=str(login))):
                yield Change("assignee", login, is_added=is_added, by=by, at=at)
            case _:
                pass


def _who(actor: Actor | None, slug: str) -> By:
    """An App's login has no "[bot]" here; REST writes it with one."""
    if actor is None or actor.typename != "Bot":
        return By.PERSON
    return By.US if actor.login.removesuffix("[bot]").casefold() == slug.casefold() else By.BOT


async def _all_comments(installation: Installation, node: IssueNode) -> AsyncIterator[CommentNode]:
    """Oldest first. Anybody can paste a marker, so it counts only in a comment that our App wrote."""
    page, read = node.comments, 1
    while page:
        for comment in filter(None, page.nodes):
            yield comment
        if not page.pageInfo.hasNextPage or read == MAX_PAGES:
            return
        after = {"issue": node.id, "commentsAfter": page.pageInfo.endCursor}
        found = (await installation.query("IssueComments", after)).data.get("node") or {}
        page, read = checked(Comments, found.get("comments")), read + 1


def _said(node: IssueNode, comments: list[CommentNode]) -> dict[str, str]:
    """What people wrote below the issue, by who they are to it; what bots wrote is no evidence."""
    people = [each for each in comments if each.author is None or each.author.typename != "Bot"]
    author = node.author.login if node.author else ""
    by_author = (each.body for each in people if each.author and each.author.login == author)
    by_maintainers = (each.body for each in people if each.authorAssociation in MAINTAINERS)
    said = {"comments.author": "\n\n".join(by_author), "comments.maintainer": "\n\n".join(by_maintainers)}
    return {name: text[:MAX_SAID] for name, text in said.items() if text}


async def _asked(
    installation: Installation, repository: str, data: Any, subject: Subject, wanted: Wanted
) -> Asked | None:
    """The comment that brought us here, with the role that its author has now."""
    if not data:
        return None
    node = checked(AskedNode, data)
    if node.issue.number != subject.number or node.author is None or node.author.typename != "User":
        return None
    login, groups = node.author.login, node.reactionGroups or []
    role, at = await _role(installation, repository, login), node.lastEditedAt or node.createdAt
    ours = frozenset(group.content for group in groups if group.viewerHasReacted)
    return Asked(node.id, node.body, login, role, at, wanted.ran, ours)


async def _role(installation: Installation, repository: str, login: str) -> Role:
    """What a person may do here; a role of the organisation's own counts as the one that it extends."""
    try:
        found = (await installation.get(f"/repos/{repository}/collaborators/{login}/permission")).data
    except SubjectGone:
        return Role.NONE
    names = (str(found.get("role_name")), str(found.get("permission")))
    return next((Role(name) for name in names if name in {*Role}), Role.NONE)


async def _all_labels(installation: Installation, owner: str, name: str, page: Labels) -> dict[str, str]:
    pages = [page]
    while pages[-1].pageInfo.hasNextPage and len(pages) < MAX_PAGES:
        after = {"owner": owner, "name": name, "after": pages[-1].pageInfo.endCursor}
        found = (await installation.query("RepositoryLabels", after)).data.get("repository") or {}
        pages.append(checked(Labels, found.get("labels")))
    return {label.name.casefold(): label.id for each in pages for label in each.nodes if label}
