"""What was missed is pulled: GitHub's own delivery list and the issues' update times, compared with the inbox.

Decides nothing.

GitHub repeats no failed delivery by itself and keeps three days of them, so both sources are read: the list names
what was sent, the update times name what changed even when nothing was sent.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.core.errors import BadDelivery, BotError, Refused, SubjectGone
from bot.core.events import SWEEP
from bot.core.model import Subject
from bot.github import missed
from bot.github.client import GitHub, Installation
from bot.store import Store
from bot.store.arrivals import Arrival, again, backfill_due, from_github, unseen

KEPT = timedelta(days=3)  # how long GitHub remembers deliveries
OVERLAP = timedelta(minutes=10)
UNDER_WAY = timedelta(minutes=1)  # younger deliveries may be arriving just now
CLOCKS = timedelta(seconds=15)  # by how much two clocks may differ
MAX_PULLED = 500  # payloads in one sweep; the update times find the rest

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Swept:
    """How many deliveries and changes had never reached us."""

    deliveries: int
    issues: int


class _Heard:
    """When the inbox last heard of each subject: asked once per moment, not once per repository."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[datetime, dict[str, datetime]] = {}

    async def since(self, moment: datetime) -> dict[str, datetime]:
        if moment not in self._known:
            self._known[moment] = await self._store.inbox.last_heard(moment)
        return self._known[moment]


async def sweep(store: Store, github: GitHub, clock: Callable[[], datetime]) -> Swept:
    now = clock()
    last = await store.inbox.last_done(SWEEP, now - KEPT)
    deliveries = await _pull_deliveries(store, github, now, last - OVERLAP if last else now - KEPT)
    heard, issues = _Heard(store), 0
    async for installed in missed.installations(github):
        if installed.suspended_at:
            continue
        try:
            issues += await _pull_issues(store, heard, github.installation(installed.id), now)
        except BotError as error:  # the others do not wait for it; its cursor stays, so the next sweep catches up
            log.warning("installation not swept", installation_id=installed.id, why=str(error))
    await _look_again(store, now)
    if deliveries:
        await store.repositories.count("missed_deliveries", deliveries)
    if issues:
        await store.repositories.count("missed_issues", issues)
    return Swept(deliveries, issues)


async def _look_again(store: Store, now: datetime) -> None:
    """At pull requests whose waiver has ended."""
    why = f"due {now:%Y-%m-%dT%H}"
    for each in await store.pulls.due(now):
        await store.inbox.put([again(each.subject, each.installation_id, each.full_name, why, now)])


async def _pull_deliveries(store: Store, github: GitHub, now: datetime, since: datetime) -> int:
    """Every delivery of GitHub's list that the inbox does not know, whatever its status says."""
    listed: dict[str, missed.Sent] = {}
    async for each in missed.sent(github, since):
        if each.delivered_at < now - UNDER_WAY:
            listed.setdefault(each.guid, each)
    known = await store.inbox.known(list(listed))
    lost = [each for guid, each in listed.items() if guid not in known]
    for each in lost[:MAX_PULLED]:
        if arrival := await _arrival(github, each, now):
            await store.inbox.accept(arrival)
    return len(lost)


async def _arrival(github: GitHub, each: missed.Sent, now: datetime) -> Arrival | None:
    try:
        body = json.dumps(await missed.payload(github, each)).encode()
        return from_github(each.guid, each.event, body, body_hash=None, received_at=each.delivered_at, due_at=now)
    except (BadDelivery, SubjectGone) as error:
        log.warning("missed delivery not pulled", delivery_id=each.guid, why=str(error))
        return None


async def _pull_issues(store: Store, heard_of: _Heard, installation: Installation, now: datetime) -> int:
    count = 0
    async for repository in missed.repositories(installation):
        known = await store.repositories.get(repository.id)
        if repository.archived or not repository.has_issues:
            continue
        if known is not None and known.swept_at is not None:
            try:
                count += await _pull_touched(store, heard_of, installation, repository, known.swept_at - OVERLAP, now)
            except (Refused, SubjectGone) as error:
                log.warning("repository not swept", repository=repository.full_name, why=str(error))
                continue
        # A repository seen for the first time starts now: its past is for backfill, not for a surprise.
        await store.repositories.see(repository.id, installation.id, repository.full_name, swept_at=now)
        read = known.backfill if known else {}
        if not read.get("is_done"):
            home, pages = (repository.id, repository.full_name, installation.id), read.get("pages", 0)
            await store.inbox.put([backfill_due(*home, pages, f"{pages}:{now:%Y-%m-%d}", now)])
    return count


async def _pull_touched(
    store: Store,
    heard_of: _Heard,
    installation: Installation,
    repository: missed.Served,
    since: datetime,
    now: datetime,
) -> int:
    heard = await heard_of.since(since - OVERLAP)
    count = 0
    async for issue in missed.touched(installation, repository.full_name, since):
        subject = Subject(repository.id, issue.number)
        if issue.updated_at > now - UNDER_WAY or heard.get(str(subject), since - KEPT) > issue.updated_at - CLOCKS:
            continue
        changed = f"{issue.updated_at:%Y-%m-%dT%H:%M:%SZ}"
        arrival = unseen(subject, installation.id, repository.full_name, changed, now)
        count += await store.inbox.put([arrival])
    return count
