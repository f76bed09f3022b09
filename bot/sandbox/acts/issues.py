"""Issues from their opening to their end: opened, edited, closed, locked, deleted, moved.

An act refuses with `RefusedError`, changes the state, and tells it; it may not ask by which way it was reached.
"""

from collections.abc import Iterable
from typing import Literal

from bot.sandbox import shapes
from bot.sandbox.acts.guards import require_body, require_live
from bot.sandbox.acts.labels import put_label
from bot.sandbox.model import Change, Issue, Label, Pull, RefusedError, Repository, TimelineEvent, User, node_id
from bot.sandbox.state import State

MOST_PINNED = 3


def open_issue(
    state: State, repository: Repository, title: str, body: str, actor: User, labels: Iterable[Label] = ()
) -> Issue:
    require_live(repository)
    require_body(body, may_be_blank=True)
    repository.last_number += 1
    issue = _new_issue(state, repository, title, body, actor)
    chosen = list(labels)
    for label in chosen:
        put_label(state, issue, label, actor)
    state.tell_of(issue, "opened", actor)
    state.did("issue opened", repository, issue.number, actor, (title, body))
    for label in chosen:
        state.tell_of(issue, "labeled", actor, label=shapes.label(state.api_url, label))
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
    require_live(issue)
    changes: dict[str, object] = {}
    if title is not None and title != issue.title:
        changes["title"], issue.title = {"from": issue.title}, title
    if body is not None and body != issue.body:
        require_body(body, may_be_blank=True)
        changes["body"], issue.body = {"from": issue.body or None}, body
        issue.edited_at, issue.editor = state.moment(), actor
    if changes:
        state.touch(issue)
        state.tell_of(issue, "edited", actor, changes=changes)
        state.did("issue edited", issue.repository, issue.number, actor, (issue.title, issue.body))


def pin_issue(state: State, issue: Issue, actor: User, *, is_pinned: bool = True) -> None:
    """Put an issue above all others of its repository, or take it down again."""
    require_live(issue)
    pinned = [each for each in issue.repository.issues.values() if each.is_pinned and each is not issue]
    if is_pinned and len(pinned) >= MOST_PINNED:
        raise RefusedError(422, f"Only {MOST_PINNED} issues can be pinned in a repository")
    if issue.is_pinned != is_pinned:
        issue.is_pinned = is_pinned
        state.tell_of(issue, "pinned" if is_pinned else "unpinned", actor)
        state.did("issue pinned" if is_pinned else "issue unpinned", issue.repository, issue.number, actor, ())


def set_state(
    state: State,
    issue: Issue,
    to: Literal["open", "closed"],
    actor: User,
    reason: str | None,
    closer: Pull | None = None,
) -> None:
    require_live(issue)
    if issue.state == to:
        return
    kind: Change = "closed" if to == "closed" else "reopened"
    issue.timeline.append(TimelineEvent(state.next_id(), kind, actor, state.moment(), reason=reason, closer=closer))
    issue.state, issue.state_reason = to, reason
    issue.closed_at = state.moment() if to == "closed" else None
    issue.repository.open_issues += 1 if to == "open" else -1
    state.touch(issue)
    state.tell_of(issue, kind, actor)


def mark_duplicate(state: State, issue: Issue, of: Issue, actor: User, *, is_marked: bool = True) -> None:
    """Say, or take back, that an issue is a duplicate; nobody is told."""
    require_live(issue)
    kind: Change = "marked_as_duplicate" if is_marked else "unmarked_as_duplicate"
    issue.timeline.append(TimelineEvent(state.next_id(), kind, actor, state.moment(), duplicate=issue, canonical=of))
    state.touch(issue)


def set_lock(state: State, issue: Issue, actor: User, *, is_locked: bool, reason: str | None = None) -> None:
    require_live(issue)
    if issue.is_locked == is_locked:
        return
    issue.is_locked, issue.lock_reason = is_locked, reason if is_locked else None
    state.touch(issue)
    state.tell_of(issue, "locked" if is_locked else "unlocked", actor)


def delete_issue(state: State, issue: Issue, actor: User) -> None:
    require_live(issue)
    _forget(state, issue, None)
    state.tell_of(issue, "deleted", actor)


def _forget(state: State, issue: Issue, successor: Issue | None) -> None:
    del issue.repository.issues[issue.number]
    issue.repository.gone[issue.number] = successor
    issue.repository.open_issues -= issue.state == "open"
    issue.repository.revision += 1
    for node in (issue.node_id, *(comment.node_id for comment in issue.comments)):
        del state.nodes[node]


def transfer(state: State, issue: Issue, to: Repository, actor: User) -> Issue:
    """Move an issue: a new number and id there; of its labels, only those that exist there by name."""
    require_live(issue)
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
    state.tell_of(issue, "transferred", actor, changes=_moved(state, "new", moved))
    state.tell_of(moved, "opened", actor, changes=_moved(state, "old", issue))
    return moved


def _moved(state: State, which: str, issue: Issue) -> shapes.Json:
    api = state.api_url
    return {
        f"{which}_issue": shapes.issue(api, issue, state.the_app()),
        f"{which}_repository": shapes.repository(api, issue.repository),
    }
