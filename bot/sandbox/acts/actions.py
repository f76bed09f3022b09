"""Workflow runs and their artifacts.

An act refuses with `RefusedError`, changes the state, and tells it; it may not ask by which way it was reached.
"""

import io
import secrets
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.sandbox import shapes
from bot.sandbox.ci import ARTIFACT_LIFE, TICKET_LIFE, Artifact, Ticket, WorkflowRun
from bot.sandbox.model import Commit, RefusedError, Repository, node_id
from bot.sandbox.state import State

Archive = Mapping[str, bytes] | bytes

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Job:
    """What ran: which workflow, because of what, how it ended, and what it left.

    An artifact is files by name, or the very bytes that the store gives out: a workflow may upload anything.
    """

    name: str
    event: str
    conclusion: str
    artifacts: Mapping[str, Archive] = field(repr=False)


def run_workflow(state: State, repository: Repository, commit: Commit, job: Job) -> WorkflowRun:
    """Let a workflow have run on a commit, and tell that it is completed."""
    earlier = [each for each in state.runs.values() if each.repository is repository and each.name == job.name]
    number, now = state.next_id(), state.moment()
    run = WorkflowRun(
        id=number,
        node_id=node_id("WFR", number),
        repository=repository,
        commit=commit,
        name=job.name,
        number=len(earlier) + 1,
        event=job.event,
        conclusion=job.conclusion,
        actor=commit.author,
        at=now,
        workflow_id=earlier[0].workflow_id if earlier else state.next_id(),
        suite_id=state.next_id(),
    )
    state.runs[number] = run
    for name, content in job.artifacts.items():
        made = state.next_id()
        archive = content if isinstance(content, bytes) else _zipped(content)
        run.artifacts.append(Artifact(made, f"MDg6QXJ0aWZhY3Q{made}", run, name, archive, now, now + ARTIFACT_LIFE))
    _tell(state, run)
    return run


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """Return an archive whose bytes follow from the files alone."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _ZIP_TIME), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _tell(state: State, run: WorkflowRun) -> None:
    if state.is_heard("workflow_run", run.repository):
        shape, workflow = shapes.workflow_run(state.api_url, run), shapes.workflow(state.api_url, run)
        state.tell("workflow_run", "completed", run.repository, run.actor, workflow_run=shape, workflow=workflow)


def expire_artifacts(state: State, run: WorkflowRun) -> None:
    for each in run.artifacts:
        each.expires_at = state.moment()


def ticket(state: State, artifact: Artifact) -> str:
    """Return the name under which the store gives out an archive, for a short while."""
    if artifact.expires_at <= state.now():
        raise RefusedError(410, "Artifact has expired")
    name = secrets.token_urlsafe(24)
    state.tickets[name] = Ticket(artifact, state.now() + TICKET_LIFE)
    return name
