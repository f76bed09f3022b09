"""Check runs: made and brought up to date by the App, asked for again by people.

An act refuses with `RefusedError`, changes the state, and tells it; it may not ask by which way it was reached.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.sandbox import shapes
from bot.sandbox.model import (
    Action,
    Annotation,
    CheckRun,
    CheckSuite,
    RefusedError,
    Repository,
    User,
    node_id,
    not_found,
)
from bot.sandbox.state import State

MOST_ANNOTATIONS = 50
MOST_ACTIONS = 3
LONGEST_TEXT = 65_535
LONGEST_TITLE = 255
LONGEST_MESSAGE_BYTES = 64 * 1024
LONGEST_OF_AN_ACTION = {"label": 20, "description": 40, "identifier": 20}

STATUSES = frozenset({"QUEUED", "IN_PROGRESS", "COMPLETED", "WAITING", "PENDING"})
CONCLUSIONS = frozenset({"ACTION_REQUIRED", "CANCELLED", "FAILURE", "NEUTRAL", "SKIPPED", "SUCCESS", "TIMED_OUT"})
LEVELS = frozenset({"NOTICE", "WARNING", "FAILURE"})


@dataclass(frozen=True, slots=True)
class CheckWish:
    """What a request says of a check run; None is left unsaid. Annotations are added to those that are there."""

    name: str | None = None
    status: str | None = None
    conclusion: str | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    details_url: str | None = None
    external_id: str | None = None
    title: str | None = None
    summary: str | None = None
    text: str | None = None
    annotations: Sequence[Annotation] = ()
    actions: Sequence[Action] | None = None


def create_check_run(state: State, repository: Repository, sha: str, wish: CheckWish, actor: User) -> CheckRun:
    _require(wish)
    commit = repository.commits.get(sha)
    if commit is None:
        raise _invalid(f"No commit found for SHA: {sha}")
    if not wish.name:
        raise _invalid("A check run needs a name")
    suite = repository.suites.get(sha)
    if suite is None:
        number = state.next_id()
        suite = repository.suites[sha] = CheckSuite(number, node_id("CS", number), repository, commit)
        state.nodes[suite.node_id] = suite
    number = state.next_id()
    run = CheckRun(number, node_id("CR", number), suite, wish.name, wish.started_at or state.moment())
    suite.runs.append(run)
    state.nodes[run.node_id] = run
    _write(state, run, wish, actor)
    _tell(state, "created", run, actor)
    if run.status == "COMPLETED":
        _tell(state, "completed", run, actor)
    return run


def update_check_run(state: State, run: CheckRun, wish: CheckWish, actor: User) -> None:
    _require(wish)
    was_completed = run.status == "COMPLETED"
    _write(state, run, wish, actor)
    if run.status == "COMPLETED" and not was_completed:
        _tell(state, "completed", run, actor)


def _write(state: State, run: CheckRun, wish: CheckWish, actor: User) -> None:
    run.name = wish.name or run.name
    run.status = "COMPLETED" if wish.conclusion else wish.status or run.status
    run.started_at = wish.started_at or run.started_at
    if wish.conclusion:
        run.conclusion, run.completed_at = wish.conclusion, wish.completed_at or state.moment()
    elif run.status != "COMPLETED":
        run.conclusion = run.completed_at = None
    for said in ("details_url", "external_id", "title", "summary", "text"):
        if getattr(wish, said) is not None:
            setattr(run, said, getattr(wish, said))
    run.annotations += wish.annotations
    if wish.actions is not None:
        run.actions = tuple(wish.actions)
    state.did("check_run", run.repository, None, actor, (run.commit.sha, run.name, run.conclusion or run.status))


def _invalid(problem: str) -> RefusedError:
    return RefusedError(422, f"Invalid request.\n\n{problem}")


def _require(wish: CheckWish) -> None:
    """Refuse what GitHub would; of two problems the first is told."""
    if wish.status not in {None, *STATUSES}:
        raise _invalid(f"{wish.status} is not a status that can be asked for")
    if wish.conclusion not in {None, *CONCLUSIONS}:
        raise _invalid(f"{wish.conclusion} is not a conclusion that can be asked for")
    if wish.status == "COMPLETED" and wish.conclusion is None:
        raise _invalid("A completed check run needs a conclusion")
    if len(wish.annotations) > MOST_ANNOTATIONS:
        count = len(wish.annotations)
        raise _invalid(f"No more than {MOST_ANNOTATIONS} annotations are allowed; {count} were supplied.")
    for text in (wish.summary, wish.text):
        if text is not None and len(text) > LONGEST_TEXT:
            raise _invalid(f"Only {LONGEST_TEXT} characters are allowed; {len(text)} were supplied.")
    for annotation in wish.annotations:
        _require_annotation(annotation)
    _require_actions(wish.actions or ())


def _require_annotation(it: Annotation) -> None:
    if it.level not in LEVELS:
        raise _invalid(f"{it.level} is not a level of annotations")
    if not 1 <= it.start_line <= it.end_line:
        raise _invalid("start_line and end_line are counted from 1, in this order")
    columns = [column for column in (it.start_column, it.end_column) if column is not None]
    if columns and it.start_line != it.end_line:
        raise _invalid("start_column and end_column are allowed on one line only")
    if any(column < 1 for column in columns) or columns != sorted(columns):
        raise _invalid("start_column and end_column are counted from 1, in this order")
    if not it.path or not it.message:
        raise _invalid("An annotation needs a path and a message")
    if len(it.title or "") > LONGEST_TITLE:
        raise _invalid(f"The title of an annotation has at most {LONGEST_TITLE} characters")
    if max(len(text.encode()) for text in (it.message, it.raw_details or "")) > LONGEST_MESSAGE_BYTES:
        raise _invalid("The message and the raw details of an annotation have at most 64 KB")


def _require_actions(actions: Sequence[Action]) -> None:
    if len(actions) > MOST_ACTIONS:
        raise _invalid(f"No more than {MOST_ACTIONS} actions are allowed; {len(actions)} were supplied.")
    for action in actions:
        for name, longest in LONGEST_OF_AN_ACTION.items():
            if not 1 <= len(getattr(action, name)) <= longest:
                raise _invalid(f"The {name} of an action has 1 to {longest} characters")


def rerequest(state: State, run: CheckRun, actor: User) -> None:
    """Press "Re-run"; the check itself stays as it is until its App does something."""
    _tell(state, "rerequested", run, actor)


def press(state: State, run: CheckRun, identifier: str, actor: User) -> None:
    """Press one of the buttons under a check."""
    if identifier not in {each.identifier for each in run.actions}:
        raise not_found(f"{run.name} has no action {identifier}")
    _tell(state, "requested_action", run, actor, requested_action={"identifier": identifier})


def _tell(state: State, action: str, run: CheckRun, actor: User, **extra: object) -> None:
    if state.is_heard("check_run", run.repository):
        shape = shapes.check_run(state.api_url, run, state.the_app())
        state.tell("check_run", action, run.repository, actor, check_run=shape, **extra)
