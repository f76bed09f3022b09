"""Issues, labels, comments and reactions in GitHub's GraphQL schema.

A field reads for the one who asks, and may not show what that one may not see.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

from bot.sandbox import shapes
from bot.sandbox.acts.comments import CONTENTS
from bot.sandbox.model import Comment, Issue, Pull, RefusedError, Repository
from bot.sandbox.wire.graph.execute import Execution
from bot.sandbox.wire.graph.pages import Args, As, Bag, page, page_by_id
from bot.sandbox.wire.graph.schema.common import CONNECTION, Fields, alive, bag, listed, read, stamp

_KINDS = {
    "LABELED_EVENT": "labeled",
    "UNLABELED_EVENT": "unlabeled",
    "ASSIGNED_EVENT": "assigned",
    "UNASSIGNED_EVENT": "unassigned",
    "CLOSED_EVENT": "closed",
    "REOPENED_EVENT": "reopened",
    "MARKED_AS_DUPLICATE_EVENT": "marked_as_duplicate",
    "UNMARKED_AS_DUPLICATE_EVENT": "unmarked_as_duplicate",
}
_ORDERS: dict[str, Callable[[Issue], tuple[float, int]]] = {
    "CREATED_AT": lambda it: (it.created_at.timestamp(), it.id),
    "UPDATED_AT": lambda it: (it.updated_at.timestamp(), it.id),
    "COMMENTS": lambda it: (len(it.comments), it.id),
}


def issue(run: Execution, it: Repository, args: Args) -> Issue:
    run.require("issues", "read")
    if not it.has_issues:
        raise RefusedError(410, f"Could not resolve to an Issue with the number of {args['number']}.", "NOT_FOUND")
    return run.state.issue_in(it, args["number"])


def issues(run: Execution, it: Repository, args: Args) -> Bag:
    """Return issues in any of GitHub's orders, by default oldest first; the filters are states, labels and `since`."""
    run.require("issues", "read")
    order, asked = args.get("orderBy") or {"field": "CREATED_AT"}, args.get("filterBy") or {}
    if unknown := set(asked) - {"since", "states", "labels", "createdBy"}:
        raise RefusedError(422, f"This simulated GitHub does not filter issues by {', '.join(sorted(unknown))}")
    sign, key = -1 if order.get("direction") == "DESC" else 1, _ORDERS[order["field"]]
    since = None if asked.get("since") is None else datetime.fromisoformat(asked["since"]).astimezone(UTC)
    if order["field"] == "UPDATED_AT":
        found = run.state.issues_by_update(it, since)
    else:
        found = [each for each in run.state.issues_by_creation(it) if since is None or each.updated_at >= since]
        found = sorted(found, key=key) if order["field"] == "COMMENTS" else found
    states = {state.lower() for state in listed(args.get("states") or asked.get("states"))}
    labels = {name.lower() for name in listed(args.get("labels") or asked.get("labels"))}
    if author := asked.get("createdBy"):
        found = [each for each in found if each.author.login.lower() == author.lower()]
    if states or labels:
        found = [each for each in found if _is_wanted(each, states, labels)]
    return page("Issue", found[::sign], args, lambda one: tuple(sign * part for part in key(one)))


def _is_wanted(it: Issue, states: set[str], labels: set[str]) -> bool:
    has_label = not labels or any(label.name.lower() in labels for label in it.labels.values())
    return has_label and (not states or it.state in states)


def timeline(_run: Execution, it: Issue, args: Args) -> Bag:
    kinds = {_KINDS.get(kind) for kind in listed(args.get("itemTypes")) or _KINDS}
    name = "PullRequestTimelineItems" if isinstance(it, Pull) else "IssueTimelineItems"
    return page_by_id(name, [each for each in it.timeline if each.kind in kinds], args)


def _reactions(_run: Execution, it: Issue | Comment, args: Args) -> Bag:
    content = args.get("content")
    return page_by_id("Reaction", [each for each in it.reactions if content in {None, each.content}], args)


def reaction_groups(run: Execution, it: Issue | Comment) -> list[Bag]:
    """Return all signs there are, each with those who put it there, also when nobody did."""
    return [_group(run, it, content) for content in CONTENTS]


def _group(run: Execution, it: Issue | Comment, content: str) -> Bag:
    signs = [each for each in it.reactions if each.content == content]
    fields: dict[str, Any] = {
        "content": content,
        "createdAt": stamp(signs[0].created_at) if signs else None,
        "viewerHasReacted": any(each.user is run.actor for each in signs),
        "subject": it,
    }
    return Bag("ReactionGroup", fields | {"reactors": [each.user for each in signs]})


REACTABLE: Fields = {
    "reactions": _reactions,
    "reactionGroups": lambda run, it, _args: reaction_groups(run, it),
    "viewerCanReact": lambda _run, it, _args: not (it.issue if isinstance(it, Comment) else it).is_locked,
}

WRITTEN: Fields = {  # what issues, pull requests and comments share
    **REACTABLE,
    **read(
        id=lambda it: it.node_id,
        databaseId=lambda it: it.id,
        body=lambda it: it.body,
        author=lambda it: alive(it.author),
        createdAt=lambda it: stamp(it.created_at),
        updatedAt=lambda it: stamp(it.updated_at),
        editor=lambda it: alive(it.editor),
        lastEditedAt=lambda it: stamp(it.edited_at),
    ),
    "viewerDidAuthor": lambda run, it, _args: it.author is run.actor,
}

SUBJECT: Fields = {  # what issues and pull requests share
    **WRITTEN,
    **read(
        number=lambda it: it.number,
        url=shapes.page,
        title=lambda it: it.title,
        locked=lambda it: it.is_locked,
        closedAt=lambda it: stamp(it.closed_at),
        authorAssociation=lambda it: shapes.association(it.repository, it.author),
        repository=lambda it: it.repository,
    ),
    "labels": lambda _run, it, args: page_by_id("Label", it.labels.values(), args),
    "assignees": lambda _run, it, args: page_by_id("User", it.assignees.values(), args),
    "comments": lambda _run, it, args: page_by_id("IssueComment", it.comments, args),
    "timelineItems": timeline,
}


def _event(**more: Callable[[Any], object]) -> Fields:
    return read(
        id=lambda it: f"EV_{it.id}",
        createdAt=lambda it: stamp(it.created_at),
        actor=lambda it: alive(it.actor),
        **more,
    )


_LABEL_EVENT = _event(label=attrgetter("label"))
_ASSIGNEE_EVENT = _event(assignee=lambda it: alive(it.assignee))
_STATE_EVENT = _event(stateReason=lambda it: it.reason and it.reason.upper())
_MARK_EVENT = _event(
    canonical=attrgetter("canonical"),
    duplicate=attrgetter("duplicate"),
    isCrossRepository=lambda it: it.canonical.repository is not it.duplicate.repository,
)

TYPES: dict[str, Fields] = {
    "Issue": {
        **SUBJECT,
        **read(
            state=lambda it: it.state.upper(),
            stateReason=lambda it: it.state_reason and it.state_reason.upper(),
            isPinned=lambda it: it.is_pinned,
        ),
    },
    "IssueComment": {
        **WRITTEN,
        **read(
            url=lambda it: f"{shapes.page(it.issue)}#issuecomment-{it.id}",
            authorAssociation=lambda it: shapes.association(it.issue.repository, it.author),
            issue=lambda it: As("Issue", it.issue),
            pullRequest=lambda it: it.issue if isinstance(it.issue, Pull) else None,
            repository=lambda it: it.issue.repository,
        ),
    },
    "Label": read(
        id=lambda it: it.node_id,
        name=lambda it: it.name,
        color=lambda it: it.color,
        description=lambda it: it.description or None,
    ),
    "Reaction": read(
        id=lambda it: it.node_id,
        databaseId=lambda it: it.id,
        content=lambda it: it.content,
        createdAt=lambda it: stamp(it.created_at),
        user=lambda it: alive(it.user) if it.user.kind == "User" else None,  # the type is User, and a bot is none
    ),
    "ReactionGroup": {
        **bag("content", "createdAt", "viewerHasReacted", "subject"),
        "reactors": lambda _run, it, args: page_by_id("Reactor", it.fields["reactors"], args),
    },
    "LabeledEvent": _LABEL_EVENT,
    "UnlabeledEvent": _LABEL_EVENT,
    "AssignedEvent": _ASSIGNEE_EVENT,
    "UnassignedEvent": _ASSIGNEE_EVENT,
    "ClosedEvent": {**_STATE_EVENT, **read(closer=attrgetter("closer"))},
    "ReopenedEvent": _STATE_EVENT,
    "MarkedAsDuplicateEvent": _MARK_EVENT,
    "UnmarkedAsDuplicateEvent": _MARK_EVENT,
    "IssueCommentEdge": bag("node", "cursor"),
    **dict.fromkeys(
        (
            "LabelConnection",
            "IssueConnection",
            "IssueCommentConnection",
            "IssueTimelineItemsConnection",
            "ReactionConnection",
            "ReactorConnection",
        ),
        CONNECTION,
    ),
}
