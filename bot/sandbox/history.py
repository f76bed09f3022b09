"""What commits say of each other: which one is meant, what it was made from, and what a pull request changes.

It only reads; it may not make a commit.
"""

from collections.abc import Iterator

from bot.sandbox import git
from bot.sandbox.model import NO_FILES, Commit, Pull, Repository


def resolve(repository: Repository, revision: str) -> Commit | None:
    """Return the commit that a revision names: HEAD, a branch, or a whole object id."""
    name = repository.default_branch if revision == "HEAD" else revision.removeprefix("refs/heads/")
    return repository.branches.get(name) or repository.commits.get(revision)


def ancestors(of: Commit | None) -> Iterator[Commit]:
    """Yield a commit and those it was made from, newest first."""
    while of is not None:
        yield of
        of = of.parent


def fork_point(one: Commit, other: Commit) -> Commit | None:
    """Return the last commit that two branches have in common."""
    theirs = {each.sha for each in ancestors(other)}
    return next((each for each in ancestors(one) if each.sha in theirs), None)


def base_tip(pull: Pull) -> Commit:
    """Return the present head of the branch that a pull request is offered to."""
    return pull.repository.branches[pull.base_branch]


def own_commits(pull: Pull) -> list[Commit]:
    """Return the commits that merging would bring, newest first."""
    theirs = {each.sha for each in ancestors(base_tip(pull))}
    return [each for each in ancestors(pull.head) if each.sha not in theirs]


def changed_files(pull: Pull) -> list[git.FileChange]:
    """Return the files that differ between the head and the place where it left the base, by path."""
    start = fork_point(pull.head, base_tip(pull))
    return git.compare(NO_FILES if start is None else start.files, pull.head.files)
