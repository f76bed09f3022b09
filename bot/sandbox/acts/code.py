"""Commits, and the branches that they are pushed to.

An act refuses with `RefusedError`, changes the state, and tells it; it may not ask by which way it was reached.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from bot.sandbox import git, shapes
from bot.sandbox.model import NO_COMMIT, NO_FILES, Commit, RefusedError, Repository, User, forbidden, node_id, not_found
from bot.sandbox.state import State

Changes = Mapping[str, bytes | None]


@dataclass(frozen=True, slots=True)
class Work:
    """What somebody commits: files (None deletes one) under a message.

    A new branch begins at `start`, or else at the head of the default one; with `is_forced`, so does one that is there.
    `merged` is the head of another branch that the commit brings in.
    """

    changes: Changes
    message: str | None = None
    start: Commit | None = None
    merged: Commit | None = None
    is_forced: bool = False


def advance(state: State, repository: Repository, work: Work, actor: User, branch: str | None = None) -> Commit:
    """Commit to a branch, the default one if none is named, and tell of the push."""
    if repository.is_archived:
        raise forbidden("Repository was archived so is read-only.")
    branch = branch or repository.default_branch
    before = repository.branches.get(branch)
    start = work.start or repository.branches.get(repository.default_branch)
    made = commit(state, repository, start if work.is_forced else before or start, work, actor)
    move(state, repository, branch, made, actor)
    return made


def move(state: State, repository: Repository, branch: str, to: Commit, actor: User) -> None:
    """Let a branch end at a commit, and tell of the push."""
    before = repository.branches.get(branch)
    repository.branches[branch] = to
    if branch == repository.default_branch:
        repository.contributors.add(actor.id)
    if state.is_heard("push", repository):
        told = shapes.push(state.api_url, repository, branch, before, to, actor)
        state.tell("push", None, repository, actor, **told)


def commit(state: State, repository: Repository, parent: Commit | None, work: Work, actor: User) -> Commit:
    """Make a commit that no branch knows of yet."""
    files = dict(NO_FILES if parent is None else parent.files)
    for path, content in work.changes.items():
        if content is not None:
            files[path] = content
        elif files.pop(path, None) is None:
            raise not_found(f"There is no {path} to delete")
    tree, number = git.tree(files), state.next_id()
    seed = f"{tree.oid} {NO_COMMIT if parent is None else parent.sha} {actor.login} {number}"
    sha = hashlib.sha1(seed.encode(), usedforsecurity=False).hexdigest()
    message = work.message or "Change " + ", ".join(work.changes)
    made = Commit(
        sha, node_id("C", number), repository, parent, files, message, actor, state.moment(), number, work.merged
    )
    repository.commits[sha] = state.nodes[made.node_id] = made
    return made


def fork(state: State, repository: Repository, actor: User) -> Repository:
    """Return somebody's copy of a repository, made if there is none."""
    name = f"{actor.login}/{repository.name}"
    found = state.repositories.get(name.lower())
    if found is not None:
        return found
    made = state.add_repository(name, is_private=repository.is_private)
    made.source, made.commits, made.branches = repository, repository.commits, dict(repository.branches)
    made.collaborators[actor.login.lower()] = "admin"
    return made


def branch_head(repository: Repository, branch: str) -> Commit:
    found = repository.branches.get(branch)
    if found is None:
        errors = [{"resource": "PullRequest", "field": "base", "code": "invalid"}]
        raise RefusedError(422, f"Validation Failed: {branch} has no commit", extra={"errors": errors})
    return found
