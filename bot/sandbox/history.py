"""What commits say of each other: which one is meant, what it was made from, and what a pull request changes.

It only reads; it may not make a commit.
"""

from collections.abc import Iterator
from functools import lru_cache
from heapq import heappop, heappush

from bot.sandbox import diff
from bot.sandbox.model import NO_FILES, Commit, Pull, Repository

MOST_COMPARED = 300  # files of a comparison of two commits
MOST_FILES = 3_000  # of a pull request that GitHub lists


def resolve(repository: Repository, revision: str) -> Commit | None:
    """Return the commit that a revision names: HEAD, a branch, the head of a pull request, or a whole object id."""
    if revision.startswith("refs/pull/"):
        number, _, end = revision.removeprefix("refs/pull/").partition("/")
        pull = repository.pulls.get(int(number)) if number.isdecimal() and end == "head" else None
        return None if pull is None else pull.head
    name = repository.default_branch if revision == "HEAD" else revision.removeprefix("refs/heads/")
    return repository.branches.get(name) or repository.commits.get(revision)


def ancestors(of: Commit | None) -> Iterator[Commit]:
    """Yield a commit and those it was made from, newest first."""
    waiting = [] if of is None else [(-of.number, of)]
    met = {-number for number, _ in waiting}
    while waiting:
        _, newest = heappop(waiting)
        yield newest
        for each in newest.parents:
            if each.number not in met:
                met.add(each.number)
                heappush(waiting, (-each.number, each))


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


def changed_files(pull: Pull) -> list[diff.FileChange]:
    """Return the files that differ between the head and the place where it left the base, by path."""
    return compare(base_tip(pull), pull.head)


def compare(base: Commit, head: Commit) -> list[diff.FileChange]:
    """Return the files that differ between a commit and the place where it left another one, by path."""
    return list(_between(fork_point(head, base), head))


@lru_cache(maxsize=8)
def _between(start: Commit | None, end: Commit) -> tuple[diff.FileChange, ...]:
    """Compare two commits, which never change: thirty pages of one pull request need it but once."""
    return tuple(diff.compare(NO_FILES if start is None else start.files, end.files))
