"""Everything that people and the App can do to issues, labels and files, by GitHub's rules of conduct.

An act refuses with `RefusedError`, changes the state, and tells it; it may not ask by which way it was reached.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from bot.sandbox import shapes
from bot.sandbox.model import (
    WRITERS,
    Change,
    Comment,
    Issue,
    Label,
    RefusedError,
    Repository,
    TimelineEvent,
    User,
    forbidden,
    node_id,
)
from bot.sandbox.state import State

MOST_ASSIGNEES = 10
MOST_LABELS = 100
LONGEST_BODY = 65_536
LONGEST_NAME = 50
LONGEST_DESCRIPTION = 100


def may_write(state: State, repository: Repository, actor: User) -> bool:
    return actor is state.the_app().bot or repository.level_of(actor) in WRITERS


def require_live(repository: Repository) -> None:
    if repository.is_archived:
        raise forbidden("Repository was archived so is read-only.")
    if not repository.has_issues:
        raise RefusedError(410, "Issues are disabled for this repo", "NOT_FOUND")


def _require_body(body: str, *, may_be_blank: bool = False) -> None:
    if not body.strip() and not may_be_blank:
        raise RefusedError(422, "Body cannot be blank")
    if len(body) > LONGEST_BODY:
        raise RefusedError(422, f"Body is too long (maximum is {LONGEST_BODY} characters)")


def open_issue(
    state: State, repository: Repository, title: str, body: str, actor: User, labels: Iterable[Label] = ()
) -> Issue:
    require_live(repository)
    _require_body(body, may_be_blank=True)
    repository.last_number += 1
    issue = _new_issue(state, repository, title, body, actor)
    chosen = list(labels)
    for label in chosen:
        _put_label(state, issue, label, actor)
    state.tell("issues", "opened", repository, actor, issue)
    for label in chosen:
        state.tell("issues", "labeled", repository, actor, issue, label=shapes.label(state.api_url, label))
    return issue


def _new_issue(state: State, repository: Repository, title: str, body: str, author: User) -> Issue:
    number, now = state.next_id(), state.moment()
    issue = Issue(number, node_id("I", number), repository, repository.last_number, title, body, author, now, now)
    repository.issues[issue.number] = issue
    repository.open_issues += 1
    repository.revision += 1
    state.nodes[issue.node_id] = issue
    return issue


def edit_issue(state: State, issue: Issue, actor: User, title: str | None = None, body: str | None = None) -> None:
    require_live(issue.repository)
    changes: dict[str, object] = {}
    if title is not None and title != issue.title:
        changes["title"], issue.title = {"from": issue.title}, title
    if body is not None and body != issue.body:
        _require_body(body, may_be_blank=True)
        changes["body"], issue.body = {"from": issue.body or None}, body
    if changes:
        state.touch(issue)
        state.tell("issues", "edited", issue.repository, actor, issue, changes=changes)


def set_state(state: State, issue: Issue, to: Literal["open", "closed"], actor: User, reason: str | None) -> None:
    require_live(issue.repository)
    if issue.state == to:
        return
    issue.state, issue.state_reason = to, reason
    issue.closed_at = state.moment() if to == "closed" else None
    issue.repository.open_issues += 1 if to == "open" else -1
    state.touch(issue)
    state.tell("issues", "closed" if to == "closed" else "reopened", issue.repository, actor, issue)


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


def _put_label(state: State, issue: Issue, label: Label, actor: User) -> None:
    issue.labels[label.id] = label
    _log(state, issue, "labeled", actor, label)


def add_labels(state: State, issue: Issue, labels: Iterable[Label], actor: User) -> None:
    require_live(issue.repository)
    new = [label for label in dict.fromkeys(labels) if label.id not in issue.labels]
    if len(issue.labels) + len(new) > MOST_LABELS:
        raise RefusedError(422, f"Issues may not have more than {MOST_LABELS} labels")
    for label in new:
        _put_label(state, issue, label, actor)
        state.tell("issues", "labeled", issue.repository, actor, issue, label=shapes.label(state.api_url, label))
    _did(state, "labels added", issue, actor, [label.name for label in new])


def remove_labels(state: State, issue: Issue, labels: Iterable[Label], actor: User) -> None:
    require_live(issue.repository)
    old = [label for label in dict.fromkeys(labels) if label.id in issue.labels]
    for label in old:
        del issue.labels[label.id]
        _log(state, issue, "unlabeled", actor, label)
        state.tell("issues", "unlabeled", issue.repository, actor, issue, label=shapes.label(state.api_url, label))
    _did(state, "labels removed", issue, actor, [label.name for label in old])


def add_assignees(state: State, issue: Issue, users: Iterable[User], actor: User) -> None:
    """Assign those who can be; GitHub drops the others, and those beyond the tenth, without a word."""
    require_live(issue.repository)
    assignable = [user for user in dict.fromkeys(users) if issue.repository.level_of(user) and not user.is_deleted]
    new = [user for user in assignable if user.id not in issue.assignees][: MOST_ASSIGNEES - len(issue.assignees)]
    for user in new:
        issue.assignees[user.id] = user
        _log(state, issue, "assigned", actor, user)
        state.tell("issues", "assigned", issue.repository, actor, issue, assignee=shapes.user(state.api_url, user))
    _did(state, "assignees added", issue, actor, [user.login for user in new])


def remove_assignees(state: State, issue: Issue, users: Iterable[User], actor: User) -> None:
    require_live(issue.repository)
    old = [user for user in dict.fromkeys(users) if user.id in issue.assignees]
    for user in old:
        del issue.assignees[user.id]
        _log(state, issue, "unassigned", actor, user)
        state.tell("issues", "unassigned", issue.repository, actor, issue, assignee=shapes.user(state.api_url, user))
    _did(state, "assignees removed", issue, actor, [user.login for user in old])


def _did(state: State, kind: str, issue: Issue, actor: User, value: list[str]) -> None:
    if value:
        state.did(kind, issue.repository, issue.number, actor, tuple(value))


def add_comment(state: State, issue: Issue, body: str, actor: User) -> Comment:
    require_live(issue.repository)
    if issue.is_locked and not may_write(state, issue.repository, actor):
        raise forbidden("Unable to create comment because issue is locked.")
    _require_body(body)
    number, now = state.next_id(), state.moment()
    comment = Comment(number, node_id("IC", number), issue, actor, body, now, now)
    issue.comments.append(comment)
    state.nodes[comment.node_id] = comment
    state.touch(issue)
    _tell_comment(state, "created", comment, actor)
    _did(state, "comment added", issue, actor, [body])
    return comment


def edit_comment(state: State, comment: Comment, body: str, actor: User) -> None:
    require_live(comment.issue.repository)
    if actor is not comment.author and not may_write(state, comment.issue.repository, actor):
        raise forbidden()
    _require_body(body)
    before, comment.body, comment.updated_at = comment.body, body, state.moment()
    state.touch(comment.issue)
    _tell_comment(state, "edited", comment, actor, changes={"body": {"from": before}})
    _did(state, "comment edited", comment.issue, actor, [body])


def delete_comment(state: State, comment: Comment, actor: User) -> None:
    require_live(comment.issue.repository)
    comment.issue.comments.remove(comment)
    del state.nodes[comment.node_id]
    state.touch(comment.issue)
    _tell_comment(state, "deleted", comment, actor)
    _did(state, "comment deleted", comment.issue, actor, [comment.body])


def _tell_comment(state: State, action: str, comment: Comment, actor: User, **extra: object) -> None:
    shape = shapes.comment(state.api_url, comment, state.the_app())
    state.tell("issue_comment", action, comment.issue.repository, actor, comment.issue, comment=shape, **extra)


def set_lock(state: State, issue: Issue, actor: User, *, is_locked: bool, reason: str | None = None) -> None:
    require_live(issue.repository)
    if issue.is_locked == is_locked:
        return
    issue.is_locked, issue.lock_reason = is_locked, reason if is_locked else None
    state.touch(issue)
    state.tell("issues", "locked" if is_locked else "unlocked", issue.repository, actor, issue)


def delete_issue(state: State, issue: Issue, actor: User) -> None:
    require_live(issue.repository)
    _forget(state, issue, None)
    state.tell("issues", "deleted", issue.repository, actor, issue)


def _forget(state: State, issue: Issue, successor: Issue | None) -> None:
    del issue.repository.issues[issue.number]
    issue.repository.gone[issue.number] = successor
    issue.repository.open_issues -= issue.state == "open"
    issue.repository.revision += 1
    for node in (issue.node_id, *(comment.node_id for comment in issue.comments)):
        del state.nodes[node]


def transfer(state: State, issue: Issue, to: Repository, actor: User) -> Issue:
    """Move an issue: a new number and id there; of its labels, only those that exist there by name."""
    require_live(issue.repository)
    require_live(to)
    to.last_number += 1
    moved = _new_issue(state, to, issue.title, issue.body, issue.author)
    moved.created_at, moved.state, moved.state_reason = issue.created_at, issue.state, issue.state_reason
    to.open_issues -= moved.state == "closed"
    moved.labels = {
        there.id: there for each in issue.labels.values() if (there := to.labels.get(each.name.lower())) is not None
    }
    moved.assignees = {each.id: each for each in issue.assignees.values() if to.level_of(each)}
    _forget(state, issue, moved)
    for comment in issue.comments:
        comment.issue = moved
        moved.comments.append(comment)
        state.nodes[comment.node_id] = comment
    state.tell("issues", "transferred", issue.repository, actor, issue, changes=_moved(state, "new", moved))
    state.tell("issues", "opened", to, actor, moved, changes=_moved(state, "old", issue))
    return moved


def _moved(state: State, which: str, issue: Issue) -> shapes.Json:
    api = state.api_url
    return {
        f"{which}_issue": shapes.issue(api, issue, state.the_app()),
        f"{which}_repository": shapes.repository(api, issue.repository),
    }


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
    for issue in label.repository.issues.values():
        issue.labels.pop(label.id, None)
    state.tell("label", "deleted", label.repository, actor, label=shapes.label(state.api_url, label))


def change_file(state: State, repository: Repository, path: str, content: bytes | None, actor: User) -> str:
    """Commit one file to the default branch (None deletes it), push it, and return the commit's id."""
    if repository.is_archived:
        raise forbidden("Repository was archived so is read-only.")
    if content is None:
        del repository.files[path]
        verb = "removed"
    else:
        verb = "modified" if path in repository.files else "added"
        repository.files[path] = content
    before = repository.head
    seed = f"{before} {path} {state.next_id()}".encode()
    repository.head = hashlib.sha1(seed, usedforsecurity=False).hexdigest()
    _tell_push(state, repository, before, {"added": [], "removed": [], "modified": [], verb: [path]}, actor)
    return repository.head


def _tell_push(state: State, repository: Repository, before: str, files: dict[str, list[str]], actor: User) -> None:
    page, after = f"https://github.com/{repository.full_name}", repository.head
    author = shapes.signature(actor)
    commit: dict[str, object] = {
        "id": after,
        "tree_id": hashlib.sha1(after.encode(), usedforsecurity=False).hexdigest(),
        "distinct": True,
        "message": "Change " + ", ".join(path for paths in files.values() for path in paths),
        "timestamp": state.moment().isoformat(),
        "url": f"{page}/commit/{after}",
        "author": author,
        "committer": author,
        **files,
    }
    told: dict[str, object] = {
        "ref": f"refs/heads/{repository.default_branch}",
        "before": before,
        "after": after,
        "repository": shapes.pushed_repository(state.api_url, repository),
        "pusher": {"name": author["name"], "email": author["email"]},
        "created": before == "0" * 40,
        "deleted": False,
        "forced": False,
        "base_ref": None,
        "compare": f"{page}/compare/{before[:12]}...{after[:12]}",
        "commits": [commit],
        "head_commit": commit,
    }
    state.tell("push", None, repository, actor, **told)
