"""A repository's past, a page of issues at a time, newest first. Keeps nothing and decides nothing."""

from dataclasses import dataclass
from datetime import datetime

from bot.core.errors import SubjectGone, Unreachable
from bot.core.ledger.history import History
from bot.core.model import Issue, Subject
from bot.github.answers import GraphQL
from bot.github.client import Installation
from bot.github.fetch import all_events, snapshot
from bot.github.people import changes, history_of
from bot.github.shapes import Budget, IssueNode, Tracker, checked


@dataclass(frozen=True, slots=True)
class Past:
    """An issue as it is now, and what became of it until now."""

    issue: Issue
    history: History


@dataclass(frozen=True, slots=True)
class Page:
    """Issues that were opened one after the other."""

    repository: str  # as it is called now
    state: str  # of the files that govern the bot
    issues: tuple[Past, ...]
    total: int  # issues on all pages
    after: str | None  # where the next page begins; None: this is the last
    share: float  # of the hour's budget that is used up, by whomever
    reset_at: datetime


async def fetch_page(
    installation: Installation, repository: str, repository_id: int, after: str | None, since: datetime | None
) -> Page:
    """One request for a hundred issues; more only where some issue has more than a hundred events.

    since: only issues that have changed since then. Raises SubjectGone and whatever the client raises.
    """
    owner, _, name = repository.partition("/")
    changed = since.strftime("%Y-%m-%dT%H:%M:%SZ") if since else None
    answer = await _asked(installation, {"owner": owner, "name": name, "after": after, "since": changed})
    if not answer.data.get("repository"):
        raise SubjectGone("the repository is gone or not ours to see")
    found, budget = checked(Tracker, answer.data["repository"]), checked(Budget, answer.data.get("rateLimit"))
    if found.databaseId != repository_id:
        raise SubjectGone(f"{found.nameWithOwner} is another repository now")
    if not found.hasIssuesEnabled:
        raise SubjectGone("issues are switched off")
    if found.issues is None:
        failed = answer.failure("repository")
        raise Unreachable(f"the issues were not shown: {failed.message if failed else 'no reason given'}")
    slug = await installation.github.slug()
    issues = [await _past(installation, each, found, slug) for each in found.issues.nodes if each]
    page = found.issues.pageInfo
    return Page(
        found.nameWithOwner,
        found.state,
        tuple(issues),
        found.issues.totalCount,
        page.endCursor if page.hasNextPage else None,
        1 - budget.remaining / max(1, budget.limit),
        budget.resetAt,
    )


async def _asked(installation: Installation, variables: dict[str, str | None]) -> GraphQL:
    """What GitHub cannot read in its ten seconds is asked for in smaller pieces."""
    try:
        return await installation.query("IssueHistories", variables)
    except Unreachable:
        return await installation.query("FewIssueHistories", variables)


async def _past(installation: Installation, node: IssueNode, of: Tracker, slug: str) -> Past:
    events = await all_events(installation, node)
    subject = Subject(of.databaseId, node.number)
    history, now = tuple(changes(events, slug)), installation.github.clock()
    issue = snapshot(node, subject, of.nameWithOwner, history=history, now=now)
    return Past(issue, history_of(node, events, slug, of.nameWithOwner))
