"""What GitHub Actions keeps of a workflow that ran: the run and its artifacts.

It may not know of HTTP, and runs nothing.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.sandbox.model import Commit, Repository, User

ARTIFACT_LIFE = timedelta(days=90)
TICKET_LIFE = timedelta(minutes=1)


@dataclass(slots=True, eq=False)
class WorkflowRun:
    """One run of one workflow on one commit; all of it is over."""

    id: int
    node_id: str
    repository: Repository = field(repr=False)
    commit: Commit
    name: str
    number: int
    event: str
    conclusion: str
    actor: User
    at: datetime
    workflow_id: int
    suite_id: int
    artifacts: "list[Artifact]" = field(default_factory=list, repr=False)

    @property
    def branch(self) -> str | None:
        """The branch that the commit was the head of, in the repository that it was pushed to."""
        found = (name for name, tip in self.commit.repository.branches.items() if tip is self.commit)
        return next(found, None)


@dataclass(slots=True, eq=False)
class Artifact:
    """Files that a workflow run left, as the zip archive that the store gives out."""

    id: int
    node_id: str
    run: WorkflowRun = field(repr=False)
    name: str
    archive: bytes = field(repr=False)
    created_at: datetime
    expires_at: datetime

    @property
    def digest(self) -> str:
        return f"sha256:{hashlib.sha256(self.archive).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Ticket:
    """The right to fetch one archive for a short while; whoever holds it needs no other."""

    artifact: Artifact
    expires_at: datetime
