"""How far the past of a repository was read, and what is left of it. Asks nobody."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.store.repositories import Known

OVERLAP = timedelta(minutes=10)  # of what is read again to catch up


@dataclass(frozen=True, slots=True)
class State:
    """How far the past of a repository was read. Moments are ISO 8601: this is kept as JSON."""

    started_at: str = ""
    since: str = ""  # only issues that were opened since; "": all
    changed: str = ""  # only issues that have changed since; "": all
    after: str | None = None  # where the next page begins
    pages: int = 0
    issues: int = 0
    total: int = 0
    entries: int = 0  # that were new
    is_done: bool = False


def state_of(known: Known | None) -> State:
    return State(**known.backfill) if known else State()


def begun(before: State, since: str, now: datetime, *, is_anew: bool) -> State:
    """What is left to read when somebody asks for the past: the rest of it; where all was read, what has changed."""
    is_covered = not before.since or (since != "" and since >= before.since)
    if is_anew or not before.started_at or not is_covered or not (before.is_done or since == before.since):
        return State(started_at=now.isoformat(), since=since)
    if not before.is_done:
        return before
    changed = datetime.fromisoformat(before.started_at) - OVERLAP
    return State(started_at=now.isoformat(), since=before.since, changed=changed.isoformat())
