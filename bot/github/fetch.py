"""An issue's snapshot: one read of GitHub's present state, checked and frozen. Decides nothing, writes nothing."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from bot.core.errors import Refused, SubjectGone, Unreachable
from bot.core.ledger.history import History as Past
from bot.core.model import Comment, Issue, Prior, Subject
from bot.core.text.issues import is_ours, reply_key_of
from bot.github.answers import GraphQL
from bot.github.apply import Target
from bot.github.client import Installation
from bot.github.people import changes, fetch_asked, history_of
from bot.github.shapes import CommentNode, Comments, Event, History, IssueNode, Issues, Labels, RepositoryNode, checked

MAX_PAGES = 20  # of history, comments or labels; beyond that the newest are enough
MAX_SAID = 64 * 1024  # characters of comments that rules are asked of
MAINTAINERS = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})


class IssueGone(SubjectGone):
    """The repository is there, and the issue is not any more."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a snapshot holds beside the issue itself."""

    comments: bool = False
    asked: str = ""  # id of a comment that asks something of us
    ran: frozenset[str] = frozenset()  # its commands that were run before

    @property
    def has_comments(self) -> bool:
        """Who asks is answered in our comment, or below it."""
        return self.comments or bool(self.asked)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A snapshot with what applying a decision needs: node ids."""

    issue: Issue
    issue_id: str
    label_ids: dict[str, str]  # case-folded name -> node id, of the labels on the issue
    assignee_ids: dict[str, str]  # case-folded login -> node id
    state: str  # of the files that govern the bot
    is_private: bool
    past: Past  # for the ledger
    wanted: Wanted  # what of it was asked for

    @property
    def target(self) -> Target:
        return Target(self.issue_id, self.issue.repository, self.label_ids, self.assignee_ids)


async def fetch_issue(
    installation: Installation, repository: str, subject: Subject, prior: Prior | None, wanted: Wanted
) -> Fetched:
    """One request where history, comments and labels fit a page.

    Raises SubjectGone, Refused and whatever the client raises.
    """
    answer = await _answered(installation, repository, subject, wanted)
    found = _repository(answer, subject)
    node = found.issue
    assert node
    if found.labels:
        owner, _, name = repository.partition("/")
        installation.label_ids[repository] = await _all_labels(installation, owner, name, found.labels)
    slug = await installation.github.slug()
    comments = [each async for each in _all_comments(installation, node)]
    ours = [each for each in comments if each.viewerDidAuthor]
    events = await all_events(installation, node)
    issue = snapshot(
        node,
        subject,
        found.nameWithOwner,
        history=tuple(changes(events, slug)),
        now=installation.github.clock(),
        said=_said(node, comments),
        comment=next((Comment(each.id, each.body) for each in ours if is_ours(each.body)), None),
        has_comments=wanted.has_comments,
        replies=frozenset(filter(None, (reply_key_of(each.body) for each in ours))),
        asked=await fetch_asked(installation, found.nameWithOwner, answer.data.get("asked"), subject, wanted.ran),
        prior=prior,
    )
    return Fetched(
        issue,
        node.id,
        {label.name.casefold(): label.id for label in node.labels.nodes if label},
        {user.login.casefold(): user.id for user in node.assignees.nodes if user},
        found.state,
        found.isPrivate,
        history_of(node, events, slug, found.nameWithOwner),
        wanted,
    )


async def _answered(installation: Installation, repository: str, subject: Subject, wanted: Wanted) -> GraphQL:
    """Labels of the repository come only where their ids are not known."""
    owner, _, name = repository.partition("/")
    variables = {
        "owner": owner,
        "name": name,
        "number": subject.number,
        "withLabels": repository not in installation.label_ids,
        "withComments": wanted.has_comments,
        "asked": wanted.asked,
        "withAsked": bool(wanted.asked),
    }
    answer = await installation.query("IssueSnapshot", variables)
    if (forbidden := answer.failure("repository")) and forbidden.type == "FORBIDDEN":
        raise Refused(f"{'.'.join(map(str, forbidden.path))}: {forbidden.message}")
    return answer


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
            subject, history = Subject(repository_id, node.number), tuple(changes(node.timelineItems.nodes, slug))
            found.append(snapshot(node, subject, data["nameWithOwner"], history=history, now=now))
        after = page.pageInfo.endCursor
        if not page.pageInfo.hasNextPage:
            break
    return found[:limit]


def snapshot(node: IssueNode, subject: Subject, repository: str, **more: Any) -> Issue:
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
        reactions=node.reactions.totalCount,
        **more,
    )


def _repository(answer: GraphQL, subject: Subject) -> RepositoryNode:
    data, failed = answer.data, answer.failure("repository")
    is_shown = bool(data.get("repository") and data["repository"].get("issue"))
    if failed and failed.type != "NOT_FOUND" and not is_shown:
        raise Unreachable(f"the issue was not shown: {failed.message}")
    if data.get("repository") is None:
        raise SubjectGone("the repository is gone or not ours to see")
    found = checked(RepositoryNode, data["repository"])
    if found.databaseId != subject.repository_id:
        raise SubjectGone(f"{found.nameWithOwner} is another repository now")
    if found.issue is None and not found.hasIssuesEnabled:
        raise SubjectGone("issues are switched off")
    if found.issue is None:
        raise IssueGone("the issue is deleted or transferred")
    if found.isArchived:
        raise Refused("the repository is archived: read-only")
    return found


async def all_events(installation: Installation, node: IssueNode) -> list[Event | None]:
    """An issue's history, oldest first; of more than MAX_PAGES the newest."""
    pages = [node.timelineItems]
    while pages[-1].pageInfo.hasPreviousPage and len(pages) < MAX_PAGES:
        before = {"issue": node.id, "historyBefore": pages[-1].pageInfo.startCursor}
        found = (await installation.query("IssueHistory", before)).data.get("node") or {}
        pages.append(checked(History, found.get("timelineItems")))
    return [event for page in reversed(pages) for event in page.nodes]


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


async def fetch_labels(installation: Installation, repository: str) -> None:
    """Remembers the ids of a repository's labels, unless they are known."""
    if repository not in installation.label_ids:
        owner, _, name = repository.partition("/")
        installation.label_ids[repository] = await _all_labels(installation, owner, name, None)


async def _all_labels(installation: Installation, owner: str, name: str, page: Labels | None) -> dict[str, str]:
    pages = [page] if page else []
    while not pages or (pages[-1].pageInfo.hasNextPage and len(pages) < MAX_PAGES):
        after = {"owner": owner, "name": name, "after": pages[-1].pageInfo.endCursor if pages else None}
        found = (await installation.query("RepositoryLabels", after)).data.get("repository") or {}
        pages.append(checked(Labels, found.get("labels")))
    return {label.name.casefold(): label.id for each in pages for label in each.nodes if label}
