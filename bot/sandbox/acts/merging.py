"""How a pull request gets into its base: what a protected branch requires, and what merging does.

An act refuses with `RefusedError`, changes the state, and tells it; it may not ask by which way it was reached.
"""

from bot.sandbox import closing, history
from bot.sandbox.acts import code, pulls, queue
from bot.sandbox.acts.issues import set_state
from bot.sandbox.model import Commit, MergeGroup, Pull, RefusedError, Repository, User
from bot.sandbox.state import State

PASSING = frozenset({"SUCCESS", "NEUTRAL", "SKIPPED"})


def protect(repository: Repository, branch: str, checks: tuple[str, ...]) -> None:
    """Let only that into a branch on which these checks of the App have passed; none of them opens it again."""
    repository.required_checks[branch] = checks


def merge_pull(state: State, pull: Pull, actor: User) -> Commit:
    """Squash it onto its base, or let the base take the commit that was tested in the queue; close what it closes.

    The author of the pull request is from now on a contributor.
    """
    if pull.state != "open":
        raise RefusedError(405, "Pull Request is not mergeable")
    if pull.is_draft:
        raise RefusedError(405, "Pull Request is still a draft")
    group = queue.group_of(pull)
    _require_checks(pull, pull.head if group is None else group.commit)
    closed = closing.closed_by(state, pull)
    pull.repository.contributors.add(pull.author.id)
    made = _squash(state, pull, actor) if group is None else _land(state, group, actor)
    pulls.end_merged(state, pull, made, actor)
    for issue in closed:
        set_state(state, issue, "closed", actor, "completed", pull)
    return made


def _require_checks(pull: Pull, on: Commit) -> None:
    suite = pull.repository.suites.get(on.sha)
    newest = {} if suite is None else {run.name: run for run in suite.runs}
    for name in pull.repository.required_checks.get(pull.base_branch, ()):
        run = newest.get(name)
        if run is None or run.conclusion is None:
            raise RefusedError(405, f'Required status check "{name}" is expected.')
        if run.conclusion not in PASSING:
            raise RefusedError(405, f'Required status check "{name}" is failing.')


def _squash(state: State, pull: Pull, actor: User) -> Commit:
    changes = queue.squashed(pull, history.base_tip(pull))
    work = code.Work(changes, f"{pull.title} (#{pull.number})\n\n{pull.body}".rstrip())
    return pulls.push(state, pull.repository, work, actor, pull.base_branch)


def _land(state: State, group: MergeGroup, actor: User) -> Commit:
    if history.base_tip(group.pull) is not group.base:
        raise RefusedError(405, "The merge group is not the first of its queue")
    code.move(state, group.pull.repository, group.base_branch, group.commit, actor)
    queue.dequeue(state, group.pull, actor, "merged")
    return group.commit
