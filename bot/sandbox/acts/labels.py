"""Labels of a repository, and the labels and assignees of its issues.

An act refuses with `RefusedError`, changes the state, and tells it; it may not ask by which way it was reached.
"""

from collections.abc import Iterable
from dataclasses import replace

from bot.sandbox import shapes
from bot.sandbox.acts.guards import require_live
from bot.sandbox.model import Change, Issue, Label, RefusedError, Repository, TimelineEvent, User, node_id
from bot.sandbox.state import State

MOST_ASSIGNEES = 10
MOST_LABELS = 100
LONGEST_NAME = 50
LONGEST_DESCRIPTION = 100


def _log(state: State, issue: Issue, kind: Change, actor: User, about: Label | User) -> None:
    issue.timeline.append(
        TimelineEvent(
            id=state.next_id(),
            kind=kind,
            actor=actor,
            created_at=state.moment(),
            label=replace(about) if isinstance(about, Label) else None,
            assignee=about if isinstance(about, User) else None,
        )
    )
    state.touch(issue)


def put_label(state: State, issue: Issue, label: Label, actor: User) -> None:
    issue.labels[label.id] = label
    _log(state, issue, "labeled", actor, label)


def add_labels(state: State, issue: Issue, labels: Iterable[Label], actor: User) -> None:
    require_live(issue)
    new = [label for label in dict.fromkeys(labels) if label.id not in issue.labels]
    if len(issue.labels) + len(new) > MOST_LABELS:
        raise RefusedError(422, f"Issues may not have more than {MOST_LABELS} labels")
    for label in new:
        put_label(state, issue, label, actor)
        state.tell_of(issue, "labeled", actor, label=shapes.label(state.api_url, label))
    _did(state, "labels added", issue, actor, [label.name for label in new])


def remove_labels(state: State, issue: Issue, labels: Iterable[Label], actor: User) -> None:
    require_live(issue)
    old = [label for label in dict.fromkeys(labels) if label.id in issue.labels]
    for label in old:
        del issue.labels[label.id]
        _log(state, issue, "unlabeled", actor, label)
        state.tell_of(issue, "unlabeled", actor, label=shapes.label(state.api_url, label))
    _did(state, "labels removed", issue, actor, [label.name for label in old])


def create_label(state: State, repository: Repository, name: str, color: str, description: str, actor: User) -> Label:
    require_live(repository)
    _require_label(repository, name, color, description)
    number = state.next_id()
    label = Label(number, node_id("LA", number), repository, name, color, description)
    repository.labels[name.lower()] = state.nodes[label.node_id] = label
    state.tell("label", "created", repository, actor, label=shapes.label(state.api_url, label))
    state.did("label created", repository, None, actor, (name,))
    return label


def _require_label(repository: Repository, name: str, color: str, description: str) -> None:
    problems: list[tuple[str, str]] = []
    if name.lower() in repository.labels:
        problems.append(("name", "already_exists"))
    if not name.strip() or len(name) > LONGEST_NAME:
        problems.append(("name", "invalid"))
    if len(color) != len("ededed") or set(color.lower()) - set("0123456789abcdef"):
        problems.append(("color", "invalid"))
    if len(description) > LONGEST_DESCRIPTION:
        problems.append(("description", "invalid"))
    if problems:
        errors = [{"resource": "Label", "code": code, "field": field} for field, code in problems]
        raise RefusedError(422, "Validation Failed", extra={"errors": errors})


def rename_label(state: State, label: Label, name: str, actor: User) -> None:
    require_live(label.repository)
    del label.repository.labels[label.name.lower()]
    before, label.name = label.name, name
    label.repository.labels[name.lower()] = label
    shape = shapes.label(state.api_url, label)
    state.tell("label", "edited", label.repository, actor, label=shape, changes={"name": {"from": before}})


def delete_label(state: State, label: Label, actor: User) -> None:
    require_live(label.repository)
    del label.repository.labels[label.name.lower()]
    del state.nodes[label.node_id]
    for issue in (*label.repository.issues.values(), *label.repository.pulls.values()):
        issue.labels.pop(label.id, None)
    state.tell("label", "deleted", label.repository, actor, label=shapes.label(state.api_url, label))


def add_assignees(state: State, issue: Issue, users: Iterable[User], actor: User) -> None:
    """Assign those who can be; GitHub drops the others, and those beyond the tenth, without a word."""
    require_live(issue)
    assignable = [user for user in dict.fromkeys(users) if issue.repository.level_of(user) and not user.is_deleted]
    new = [user for user in assignable if user.id not in issue.assignees][: MOST_ASSIGNEES - len(issue.assignees)]
    for user in new:
        issue.assignees[user.id] = user
        _log(state, issue, "assigned", actor, user)
        state.tell_of(issue, "assigned", actor, assignee=shapes.user(state.api_url, user))
    _did(state, "assignees added", issue, actor, [user.login for user in new])


def remove_assignees(state: State, issue: Issue, users: Iterable[User], actor: User) -> None:
    require_live(issue)
    old = [user for user in dict.fromkeys(users) if user.id in issue.assignees]
    for user in old:
        del issue.assignees[user.id]
        _log(state, issue, "unassigned", actor, user)
        state.tell_of(issue, "unassigned", actor, assignee=shapes.user(state.api_url, user))
    _did(state, "assignees removed", issue, actor, [user.login for user in old])


def _did(state: State, kind: str, issue: Issue, actor: User, value: list[str]) -> None:
    if value:
        state.did(kind, issue.repository, issue.number, actor, tuple(value))
