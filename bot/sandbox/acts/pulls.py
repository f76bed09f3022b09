"""Pull requests from their opening to their end, and what a push does to those that are open.

An act refuses with `RefusedError`, changes the state, and tells it; it may not ask by which way it was reached.
"""

from dataclasses import replace

from bot.sandbox import closing, history
from bot.sandbox.acts import code, links, queue
from bot.sandbox.acts.code import Work
from bot.sandbox.acts.guards import require_body
from bot.sandbox.model import Commit, Pull, RefusedError, Repository, User, node_id
from bot.sandbox.state import State


def push(state: State, repository: Repository, work: Work, actor: User, branch: str | None = None) -> Commit:
    """Commit to a branch; the pull requests that offer it go with it."""
    made = code.advance(state, repository, work, actor, branch)
    at = branch or repository.default_branch
    for pull in (repository.source or repository).pulls.values():
        if pull.state == "open" and pull.head_repository is repository and pull.head_branch == at:
            _synchronize(state, pull, made, actor)
    return made


def _synchronize(state: State, pull: Pull, head: Commit, actor: User) -> None:
    before, pull.head = pull.head, head
    pull.base_sha = history.base_tip(pull).sha
    state.touch(pull)
    state.tell_of(pull, "synchronize", actor, before=before.sha, after=head.sha)
    queue.dequeue(state, pull, actor)


def force_push(state: State, pull: Pull, work: Work, actor: User) -> Commit:
    """Replace all commits of a pull request by one, made from the place where it left its base."""
    start = history.fork_point(pull.head, history.base_tip(pull))
    work = replace(work, start=start, is_forced=True)
    return push(state, pull.head_repository, work, actor, pull.head_branch)


def update_branch(state: State, pull: Pull, actor: User) -> Commit:
    """Merge the base into a pull request's branch, as the button does; its own files win."""
    tip = history.base_tip(pull)
    own = {path for each in history.changed_files(pull) for path in (each.path, each.before)}
    paths = dict.fromkeys((*pull.head.files, *tip.files))
    changes = {path: tip.files.get(path) for path in paths if path not in own}
    changes = {path: new for path, new in changes.items() if new != pull.head.files.get(path)}
    message = f"Merge branch '{pull.base_branch}' into {pull.head_branch}"
    work = Work(changes, message, merged=tip)
    return push(state, pull.head_repository, work, actor, pull.head_branch)


def open_pull(
    state: State,
    base: tuple[Repository, str],
    head: tuple[Repository, str],
    text: tuple[str, str],
    actor: User,
    *,
    is_draft: bool = False,
) -> Pull:
    """Offer the head of one branch to another; `text` is a title and a body."""
    (repository, base_branch), (head_repository, head_branch), (title, body) = base, head, text
    require_body(body, may_be_blank=True)
    tip, offered = code.branch_head(repository, base_branch), code.branch_head(head_repository, head_branch)
    if history.fork_point(tip, offered) is offered:
        raise RefusedError(422, f"No commits between {base_branch} and {head_branch}")
    repository.last_number += 1
    number, now = state.next_id(), state.moment()
    pull = Pull(
        number,
        node_id("PR", number),
        repository,
        repository.last_number,
        title,
        body,
        actor,
        now,
        now,
        base_branch=base_branch,
        base_sha=tip.sha,
        head_branch=head_branch,
        head_repository=head_repository,
        head=offered,
        is_draft=is_draft,
    )
    repository.pulls[pull.number] = state.nodes[pull.node_id] = pull
    repository.open_issues += 1
    state.tell_of(pull, "opened", actor)
    return pull


def edit_pull(
    state: State, pull: Pull, actor: User, title: str | None = None, body: str | None = None, base: str | None = None
) -> None:
    """Change words or the branch that it is offered to; neither makes a new commit."""
    changes: dict[str, object] = {}
    before = closing.links_of(state, pull)
    if title is not None and title != pull.title:
        changes["title"], pull.title = {"from": pull.title}, title
    if body is not None and body != pull.body:
        require_body(body, may_be_blank=True)
        changes["body"], pull.body = {"from": pull.body or None}, body
        pull.edited_at, pull.editor = state.moment(), actor
    if base is not None and base != pull.base_branch:
        tip = code.branch_head(pull.repository, base)
        changes["base"] = {"ref": {"from": pull.base_branch}, "sha": {"from": pull.base_sha}}
        queue.dequeue(state, pull, actor)
        pull.base_branch, pull.base_sha = base, tip.sha
    if changes:
        links.remember_lost(state, pull, before)
        state.touch(pull)
        state.tell_of(pull, "edited", actor, changes=changes)


def set_draft(state: State, pull: Pull, actor: User, *, is_draft: bool) -> None:
    if pull.is_draft == is_draft:
        return
    pull.is_draft = is_draft
    state.touch(pull)
    state.tell_of(pull, "converted_to_draft" if is_draft else "ready_for_review", actor)


def close_pull(state: State, pull: Pull, actor: User) -> None:
    if pull.state == "open":
        queue.dequeue(state, pull, actor)
        _end(state, pull, actor)


def _end(state: State, pull: Pull, actor: User) -> None:
    pull.state, pull.closed_at = "closed", state.moment()
    pull.repository.open_issues -= 1
    state.touch(pull)
    state.tell_of(pull, "closed", actor)


def reopen_pull(state: State, pull: Pull, actor: User) -> None:
    if pull.merged_at is not None:
        raise RefusedError(422, "Validation Failed: a merged pull request cannot be reopened")
    if pull.state == "closed":
        pull.state, pull.closed_at = "open", None
        pull.repository.open_issues += 1
        state.touch(pull)
        state.tell_of(pull, "reopened", actor)


def end_merged(state: State, pull: Pull, made: Commit, actor: User) -> None:
    """Close it for good: its changes are in `made`."""
    pull.merged_at, pull.merge_commit, pull.merged_by = state.moment(), made, actor
    _end(state, pull, actor)
