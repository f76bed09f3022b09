"""Who did what on an issue or pull request, and what a person may do there. Decides nothing."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.core.errors import SubjectGone
from bot.core.ledger.history import Assigned, Closing, History, Labelled, Marked, Reason, Reopening
from bot.core.model import Asked, By, Change, Subject
from bot.core.people.commands import Role
from bot.github.client import Installation
from bot.github.shapes import Actor, AskedNode, Canonical, Event, IssueNode, LabelName, checked
from bot.github.shapes import Assignee as AssigneeNode

_REASONS: Mapping[str | None, Reason] = {
    "COMPLETED": "COMPLETED",
    "NOT_PLANNED": "NOT_PLANNED",
    "DUPLICATE": "DUPLICATE",
}
_Told = Labelled | Assigned | Marked | Closing | Reopening


def changes(events: Sequence[Event | None], slug: str) -> Iterator[Change]:
    for event in filter(None, events):
        by, at = who(event.actor, slug), event.createdAt
        is_added = event.typename in {"LabeledEvent", "AssignedEvent"}
        match event:
            case Event(typename="LabeledEvent" | "UnlabeledEvent", label=LabelName(name=name)):
                yield Change("label", name, is_added=is_added, by=by, at=at)
            case Event(typename="AssignedEvent" | "UnassignedEvent", assignee=AssigneeNode(login=str(login))):
                yield Change("assignee", login, is_added=is_added, by=by, at=at)
            case _:
                pass


def history_of(node: IssueNode, events: Sequence[Event | None], slug: str, repository: str) -> History:
    """All that happened to an issue, as the ledger reads it."""
    told = [each for event in events if event for each in _told(event, slug, repository)]
    return History(
        number=node.number,
        created_at=node.createdAt,
        author=node.author.login if node.author else "",
        labels=tuple(label.name for label in node.labels.nodes if label),
        closings=tuple(each for each in told if isinstance(each, Closing)),
        reopenings=tuple(each for each in told if isinstance(each, Reopening)),
        labelled=tuple(each for each in told if isinstance(each, Labelled)),
        assigned=tuple(each for each in told if isinstance(each, Assigned)),
        marked=tuple(each for each in told if isinstance(each, Marked)),
    )


def _told(event: Event, slug: str, repository: str) -> Iterator[_Told]:
    by, at, name = who(event.actor, slug), event.createdAt, event.typename
    actor = event.actor.login if event.actor and by is not By.US else ""
    match event:
        case Event(typename="LabeledEvent" | "UnlabeledEvent", label=LabelName(name=label)):
            yield Labelled(at, label, name == "LabeledEvent", by, actor)
        case Event(typename="AssignedEvent" | "UnassignedEvent", assignee=AssigneeNode(login=str(login))):
            yield Assigned(at, login, name == "AssignedEvent", actor)
        case Event(typename="MarkedAsDuplicateEvent" | "UnmarkedAsDuplicateEvent"):
            yield Marked(at, _number(event), name == "MarkedAsDuplicateEvent", actor)
        case Event(typename="ClosedEvent"):
            pull = event.closer
            is_here = pull is not None and pull.repository is not None and pull.repository.nameWithOwner == repository
            number = pull.number or 0 if pull and is_here else 0
            yield Closing(at, _REASONS.get(event.stateReason), actor, number, is_merged=bool(pull and pull.merged))
        case Event(typename="ReopenedEvent"):
            yield Reopening(at, actor)
        case _:
            pass


def _number(event: Event) -> int:
    """Of what an issue is a duplicate; 0: of something elsewhere, or unknown."""
    of = event.canonical
    return of.number if isinstance(of, Canonical) and not event.isCrossRepository else 0


def who(actor: Actor | None, slug: str) -> By:
    """An App's login has no "[bot]" here; REST writes it with one."""
    if actor is None or actor.typename != "Bot":
        return By.PERSON
    return By.US if actor.login.removesuffix("[bot]").casefold() == slug.casefold() else By.BOT


async def fetch_asked(
    installation: Installation, repository: str, data: Any, subject: Subject, ran: frozenset[str]
) -> Asked | None:
    """The comment that brought us here, with the role that its author has now."""
    if not data:
        return None
    node = checked(AskedNode, data)
    about = node.pullRequest or node.issue
    if about is None or about.number != subject.number or node.author is None or node.author.typename != "User":
        return None
    login, groups = node.author.login, node.reactionGroups or []
    role, at = await fetch_role(installation, repository, login), node.lastEditedAt or node.createdAt
    ours = frozenset(group.content for group in groups if group.viewerHasReacted)
    editor = node.editor.login if node.editor else "ghost" if node.lastEditedAt else ""
    return Asked(node.id, node.body, login, role, at, ran, ours, editor)


async def fetch_role(installation: Installation, repository: str, login: str) -> Role:
    """What a person may do here; a role of the organisation's own counts as the one that it extends."""
    try:
        found = (await installation.get(f"/repos/{repository}/collaborators/{login}/permission")).data
    except SubjectGone:
        return Role.NONE
    names = (str(found.get("role_name")), str(found.get("permission")))
    return next((Role(name) for name in names if name in {*Role}), Role.NONE)
