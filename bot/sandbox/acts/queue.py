"""The merge queue of a branch: groups are made of pull requests, tested as commits of their own, and thrown away.

An act refuses with `RefusedError`, changes the state, and tells it; it may not ask by which way it was reached.
"""

from typing import Literal

from bot.sandbox import history, shapes
from bot.sandbox.acts import code
from bot.sandbox.model import Commit, MergeGroup, Pull, RefusedError, User
from bot.sandbox.state import State

Reason = Literal["merged", "invalidated", "dequeued"]


def group_of(pull: Pull) -> MergeGroup | None:
    """Return the group of a pull request that is queued."""
    groups = pull.repository.queues.get(pull.base_branch, ())
    return next((each for each in groups if each.pull is pull), None)


def squashed(pull: Pull, onto: Commit) -> dict[str, bytes | None]:
    """Return what a pull request changes, as one commit onto another; what is gone already is not deleted again."""
    changes: dict[str, bytes | None] = {}
    for change in history.changed_files(pull):
        changes[change.path] = pull.head.files.get(change.path)
        if change.before is not None:
            changes[change.before] = None
    return {path: new for path, new in changes.items() if new is not None or path in onto.files}


def enqueue(state: State, pull: Pull, actor: User) -> MergeGroup:
    """Put a pull request at the end of its base's queue, and have the commit tested that the base would become."""
    if pull.state != "open" or pull.is_draft:
        raise RefusedError(405, "Pull Request is not mergeable")
    if group_of(pull) is not None:
        raise RefusedError(422, "Pull request is already in the queue")
    state.tell_of(pull, "enqueued", actor)
    return _form(state, pull, actor)


def _form(state: State, pull: Pull, actor: User) -> MergeGroup:
    home, at = pull.repository, pull.base_branch
    line = home.queues.setdefault(at, [])
    base = line[-1].commit if line else history.base_tip(pull)
    message = f"Merge pull request #{pull.number} from {pull.head_repository.owner.login}/{pull.head_branch}"
    work = code.Work(squashed(pull, base), f"{message}\n\n{pull.title}", base)
    group = MergeGroup(pull, at, base, code.commit(state, home, base, work, actor))
    line.append(group)
    code.move(state, home, group.branch, group.commit, actor)
    _tell(state, "checks_requested", group, actor)
    return group


def dequeue(state: State, pull: Pull, actor: User, reason: Reason = "dequeued") -> None:
    """Take a pull request out of the queue, if it is there; what waits behind it is put together anew."""
    group = group_of(pull)
    if group is None:
        return
    line = pull.repository.queues[pull.base_branch]
    place = line.index(group)
    behind = [] if reason == "merged" else line[place + 1 :]
    _end(state, group, actor, reason)
    state.tell_of(pull, "dequeued", actor, reason="MERGE" if reason == "merged" else "MANUAL")
    for each in behind:
        _end(state, each, actor, "invalidated")
    for each in behind:
        _form(state, each.pull, actor)


def _end(state: State, group: MergeGroup, actor: User, reason: Reason) -> None:
    home = group.pull.repository
    home.queues[group.base_branch].remove(group)
    home.branches.pop(group.branch)
    _tell(state, "destroyed", group, actor, reason=reason)


def _tell(state: State, action: str, group: MergeGroup, actor: User, **extra: object) -> None:
    home = group.pull.repository
    if state.is_heard("merge_group", home):
        state.tell("merge_group", action, home, actor, merge_group=shapes.merge_group(group), **extra)
