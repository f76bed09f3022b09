"""The part of GitHub's GraphQL schema that a client of this product reads and writes, type by type.

A field reads or acts for the one who asks, and may not show what that one may not see.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from bot.sandbox import acts, shapes
from bot.sandbox.model import Comment, Issue, Label, RefusedError, Repository, TimelineEvent, User, forbidden, not_found
from bot.sandbox.state import blob_sha
from bot.sandbox.wire.execute import Execution, Resolver
from bot.sandbox.wire.pages import Args, Bag, page, page_by_id

LARGEST_TEXT_BYTES = 512_000

_ACTORS = frozenset({"User", "Bot", "Organization"})
_KINDS = {
    "LABELED_EVENT": "labeled",
    "UNLABELED_EVENT": "unlabeled",
    "ASSIGNED_EVENT": "assigned",
    "UNASSIGNED_EVENT": "unassigned",
}
_INTERFACES = {
    "Actor": _ACTORS,
    "Assignee": _ACTORS,
    "GitObject": frozenset({"Blob"}),
    "Labelable": frozenset({"Issue"}),
    "Assignable": frozenset({"Issue"}),
    "Node": _ACTORS | {"Repository", "Issue", "Label", "IssueComment"},
}


def type_of(it: object) -> str:
    match it:
        case Bag():
            return it.type
        case User():
            return it.kind
        case Comment():
            return "IssueComment"
        case TimelineEvent():
            return f"{it.kind.title()}Event"
        case _:
            return type(it).__name__


def is_a(type_: str, condition: str) -> bool:
    return type_ == condition or type_ in _INTERFACES.get(condition, ())


def _alive(user: User | None) -> User | None:
    return None if user is None or user.is_deleted else user


def _stamp(at: datetime | None) -> str | None:
    return None if at is None else shapes.stamp(at)


def _repository(run: Execution, _root: None, args: Args) -> Repository:
    full_name = f"{args['owner']}/{args['name']}"
    found = run.state.repositories.get(full_name.lower())
    if found is None or not run.viewer.sees(found):
        raise not_found(f"Could not resolve to a Repository with the name '{full_name}'.")
    return found


def _user(run: Execution, _root: None, args: Args) -> User:
    found = run.state.user(args["login"])
    if found.kind != "User":
        raise not_found(f"Could not resolve to a User with the login of '{args['login']}'.")
    return found


def _home(it: object) -> Repository | None:
    match it:
        case Repository():
            return it
        case Issue() | Label():
            return it.repository
        case Comment():
            return it.issue.repository
        case _:
            return None


def _node(run: Execution, number: str) -> object:
    found = run.state.nodes.get(number)
    home = _home(found)
    if found is None or (home is not None and not run.viewer.sees(home)):
        raise not_found(f"Could not resolve to a node with the global id of '{number}'")
    return found


def _object(run: Execution, it: Repository, args: Args) -> Bag | None:
    run.require("contents", "read")
    branch, _, path = str(args.get("expression") or "").partition(":")
    content = it.files.get(path) if branch in {"HEAD", it.default_branch} else None
    if content is None:
        return None
    is_binary = b"\0" in content
    text = None if is_binary else content[:LARGEST_TEXT_BYTES].decode(errors="replace")
    fields = {"oid": blob_sha(content), "byteSize": len(content), "isBinary": is_binary, "text": text}
    return Bag("Blob", fields | {"isTruncated": len(content) > LARGEST_TEXT_BYTES})


def _issue(run: Execution, it: Repository, args: Args) -> Issue:
    run.require("issues", "read")
    found = it.issues.get(args["number"]) if it.has_issues else None
    if found is None:
        raise not_found(f"Could not resolve to an Issue with the number of {args['number']}.")
    return found


def _issues(run: Execution, it: Repository, args: Args) -> Bag:
    """Return issues by time of update, or by number; `filterBy.since` is the only filter."""
    run.require("issues", "read")
    order, since = args.get("orderBy") or {}, (args.get("filterBy") or {}).get("since")
    sign = -1 if order.get("direction") == "DESC" else 1
    if order.get("field") == "UPDATED_AT":
        moment = None if since is None else datetime.fromisoformat(since).astimezone(UTC)
        found = run.state.issues_by_update(it, moment)
        return page("Issue", found[::sign], args, lambda one: (sign * one.updated_at.timestamp(), sign * one.id))
    if since is not None:
        raise RefusedError(422, "This simulated GitHub filters by `since` only in the order of UPDATED_AT")
    return page("Issue", list(it.issues.values())[::sign], args, lambda one: (sign * one.number,))


def _timeline(_run: Execution, it: Issue, args: Args) -> Bag:
    kinds = {_KINDS.get(kind) for kind in args.get("itemTypes") or _KINDS}
    return page_by_id("IssueTimelineItems", [each for each in it.timeline if each.kind in kinds], args)


def _subject(run: Execution, number: str) -> Issue:
    """Return the issue that a mutation is about, if the asker may change it."""
    found = _node(run, number)
    if not isinstance(found, Issue):
        raise not_found(f"Could not resolve to Labelable or Assignable node with the global id of '{number}'.")
    run.require("issues", "write")
    return found


def _labels(run: Execution, issue: Issue, numbers: list[str]) -> list[Label]:
    found = [_node(run, number) for number in numbers]
    if any(not isinstance(each, Label) or each.repository is not issue.repository for each in found):
        raise not_found("Could not resolve to Label nodes of this repository.")
    return [each for each in found if isinstance(each, Label)]


def _users(run: Execution, numbers: list[str]) -> list[User]:
    found = [_node(run, number) for number in numbers]
    if any(not isinstance(each, User) for each in found):
        raise not_found("Could not resolve to User nodes.")
    return [each for each in found if isinstance(each, User)]


def _done(mutation: str, given: Args, **fields: object) -> Bag:
    return Bag(f"{mutation}Payload", {"clientMutationId": given.get("clientMutationId"), **fields})


def _add_labels(run: Execution, _root: None, args: Args) -> Bag:
    given = args["input"]
    issue = _subject(run, given["labelableId"])
    acts.add_labels(run.state, issue, _labels(run, issue, given["labelIds"]), run.actor)
    return _done("AddLabelsToLabelable", given, labelable=issue)


def _remove_labels(run: Execution, _root: None, args: Args) -> Bag:
    given = args["input"]
    issue = _subject(run, given["labelableId"])
    acts.remove_labels(run.state, issue, _labels(run, issue, given["labelIds"]), run.actor)
    return _done("RemoveLabelsFromLabelable", given, labelable=issue)


def _add_assignees(run: Execution, _root: None, args: Args) -> Bag:
    given = args["input"]
    issue = _subject(run, given["assignableId"])
    acts.add_assignees(run.state, issue, _users(run, given["assigneeIds"]), run.actor)
    return _done("AddAssigneesToAssignable", given, assignable=issue)


def _remove_assignees(run: Execution, _root: None, args: Args) -> Bag:
    given = args["input"]
    issue = _subject(run, given["assignableId"])
    acts.remove_assignees(run.state, issue, _users(run, given["assigneeIds"]), run.actor)
    return _done("RemoveAssigneesFromAssignable", given, assignable=issue)


def _add_comment(run: Execution, _root: None, args: Args) -> Bag:
    given = args["input"]
    issue = _subject(run, given["subjectId"])
    made = acts.add_comment(run.state, issue, given["body"], run.actor)
    edge = Bag("IssueCommentEdge", {"node": made, "cursor": made.node_id})
    return _done("AddComment", given, commentEdge=edge, subject=issue)


def _edit_comment(run: Execution, _root: None, args: Args) -> Bag:
    given = args["input"]
    found = _node(run, given["id"])
    if not isinstance(found, Comment):
        raise not_found(f"Could not resolve to IssueComment node with the global id of '{given['id']}'.")
    run.require("issues", "write")
    if found.author is not run.actor:
        raise forbidden()
    acts.edit_comment(run.state, found, given["body"], run.actor)
    return _done("UpdateIssueComment", given, issueComment=found)


def _bag(*names: str) -> dict[str, Resolver]:
    def resolver(name: str) -> Resolver:
        return lambda _run, it, _args: it.fields[name]

    return {name: resolver(name) for name in names}


def _event(**more: Resolver) -> dict[str, Resolver]:
    return {
        "id": lambda _run, it, _args: f"EV_{it.id}",
        "createdAt": lambda _run, it, _args: _stamp(it.created_at),
        "actor": lambda _run, it, _args: _alive(it.actor),
        **more,
    }


_CONNECTION = _bag("nodes", "totalCount", "pageInfo")
_ACTOR: dict[str, Resolver] = {
    "id": lambda _run, it, _args: it.node_id,
    "databaseId": lambda _run, it, _args: it.id,
    "login": lambda _run, it, _args: it.login.removesuffix("[bot]") if it.kind == "Bot" else it.login,
    "url": lambda _run, it, _args: f"https://github.com/{it.login}",
}
_LABEL_EVENT = _event(label=lambda _run, it, _args: it.label)
_ASSIGNEE_EVENT = _event(assignee=lambda _run, it, _args: _alive(it.assignee))

TYPES: Mapping[str, Mapping[str, Resolver]] = {
    "Query": {
        "repository": _repository,
        "user": _user,
        "node": lambda run, _root, args: _node(run, args["id"]),
    },
    "Mutation": {
        "addLabelsToLabelable": _add_labels,
        "removeLabelsFromLabelable": _remove_labels,
        "addAssigneesToAssignable": _add_assignees,
        "removeAssigneesFromAssignable": _remove_assignees,
        "addComment": _add_comment,
        "updateIssueComment": _edit_comment,
    },
    "Repository": {
        "id": lambda _run, it, _args: it.node_id,
        "databaseId": lambda _run, it, _args: it.id,
        "name": lambda _run, it, _args: it.name,
        "nameWithOwner": lambda _run, it, _args: it.full_name,
        "owner": lambda _run, it, _args: it.owner,
        "url": lambda _run, it, _args: f"https://github.com/{it.full_name}",
        "isArchived": lambda _run, it, _args: it.is_archived,
        "isPrivate": lambda _run, it, _args: it.is_private,
        "hasIssuesEnabled": lambda _run, it, _args: it.has_issues,
        "object": _object,
        "label": lambda _run, it, args: it.labels.get(args["name"].lower()),
        "labels": lambda _run, it, args: page_by_id("Label", it.labels.values(), args),
        "issue": _issue,
        "issues": _issues,
    },
    "Issue": {
        "id": lambda _run, it, _args: it.node_id,
        "number": lambda _run, it, _args: it.number,
        "url": lambda _run, it, _args: shapes.page(it),
        "title": lambda _run, it, _args: it.title,
        "body": lambda _run, it, _args: it.body,
        "state": lambda _run, it, _args: it.state.upper(),
        "stateReason": lambda _run, it, _args: it.state_reason and it.state_reason.upper(),
        "locked": lambda _run, it, _args: it.is_locked,
        "createdAt": lambda _run, it, _args: _stamp(it.created_at),
        "updatedAt": lambda _run, it, _args: _stamp(it.updated_at),
        "closedAt": lambda _run, it, _args: _stamp(it.closed_at),
        "author": lambda _run, it, _args: _alive(it.author),
        "viewerDidAuthor": lambda run, it, _args: it.author is run.actor,
        "repository": lambda _run, it, _args: it.repository,
        "labels": lambda _run, it, args: page_by_id("Label", it.labels.values(), args),
        "assignees": lambda _run, it, args: page_by_id("User", it.assignees.values(), args),
        "comments": lambda _run, it, args: page_by_id("IssueComment", it.comments, args),
        "timelineItems": _timeline,
    },
    "IssueComment": {
        "id": lambda _run, it, _args: it.node_id,
        "databaseId": lambda _run, it, _args: it.id,
        "body": lambda _run, it, _args: it.body,
        "author": lambda _run, it, _args: _alive(it.author),
        "viewerDidAuthor": lambda run, it, _args: it.author is run.actor,
        "url": lambda _run, it, _args: f"{shapes.page(it.issue)}#issuecomment-{it.id}",
        "createdAt": lambda _run, it, _args: _stamp(it.created_at),
        "updatedAt": lambda _run, it, _args: _stamp(it.updated_at),
        "issue": lambda _run, it, _args: it.issue,
    },
    "Label": {
        "id": lambda _run, it, _args: it.node_id,
        "name": lambda _run, it, _args: it.name,
        "color": lambda _run, it, _args: it.color,
        "description": lambda _run, it, _args: it.description or None,
    },
    "User": _ACTOR,
    "Bot": _ACTOR,
    "Organization": _ACTOR,
    "LabeledEvent": _LABEL_EVENT,
    "UnlabeledEvent": _LABEL_EVENT,
    "AssignedEvent": _ASSIGNEE_EVENT,
    "UnassignedEvent": _ASSIGNEE_EVENT,
    "Blob": _bag("oid", "byteSize", "isBinary", "isTruncated", "text"),
    "LabelConnection": _CONNECTION,
    "UserConnection": _CONNECTION,
    "IssueConnection": _CONNECTION,
    "IssueCommentConnection": _CONNECTION,
    "IssueTimelineItemsConnection": _CONNECTION,
    "PageInfo": _bag("hasNextPage", "hasPreviousPage", "startCursor", "endCursor"),
    "IssueCommentEdge": _bag("node", "cursor"),
    "AddLabelsToLabelablePayload": _bag("clientMutationId", "labelable"),
    "RemoveLabelsFromLabelablePayload": _bag("clientMutationId", "labelable"),
    "AddAssigneesToAssignablePayload": _bag("clientMutationId", "assignable"),
    "RemoveAssigneesFromAssignablePayload": _bag("clientMutationId", "assignable"),
    "AddCommentPayload": _bag("clientMutationId", "commentEdge", "subject"),
    "UpdateIssueCommentPayload": _bag("clientMutationId", "issueComment"),
}
