"""What is due by the clock, put into the inbox under an id that can exist once: any number of processes may try.

Does no work itself.
"""

import asyncio
import json
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.core.config import WeeklyReport
from bot.core.events import REPORT, SWEEP
from bot.core.weeks import due_week
from bot.store import Store
from bot.store.arrivals import Arrival, of_ours
from bot.store.repositories import Known

EVERY = timedelta(hours=1)
MINUTE = timedelta(minutes=1)

log = structlog.get_logger()


def sweep_due(now: datetime, *, is_start: bool = False) -> Arrival:
    """One sweep an hour, and one at each start."""
    moment = f"{now:%Y-%m-%dT%H:%M:%S.%f}" if is_start else f"{now:%Y-%m-%dT%H}"
    return of_ours(f"{SWEEP}:{moment}", SWEEP, SWEEP, now)


class Reports:
    """The weekly reports: one small question to the database a minute, whatever the configurations have become."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._put: dict[int, str] = {}  # repository -> week: a second put would only revive what failed for good

    async def put(self, now: datetime) -> int:
        """How many became due."""
        new = 0
        for known in await self._store.repositories.reporting():
            last = max(self._put.get(known.id, ""), str(known.weekly.get("week", "")))
            try:
                week = due_week(WeeklyReport.at(known.report or ""), now, last)
            except ValueError as error:
                log.warning("no schedule", repository=known.full_name, why=str(error))
                continue
            if week is not None:
                new += await self._store.inbox.put([report_due(known, week, now)])
                self._put[known.id] = week
        return new


def report_due(known: Known, week: str, now: datetime) -> Arrival:
    """One report of a repository on a week."""
    body = {
        "repository": {"id": known.id, "full_name": known.full_name},
        "installation": {"id": known.installation_id},
        "week": week,
    }
    delivery_id, text = f"{REPORT}:{known.id}:{week}", json.dumps(body).encode()
    return of_ours(delivery_id, REPORT, f"report:{known.id}", now, installation_id=known.installation_id, body=text)


async def keep(store: Store, clock: Callable[[], datetime], keep_days: int) -> None:
    """Until cancelled: sweeps and weekly reports, whenever they are due."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_keep_sweeps(store, clock, keep_days))
        tasks.create_task(_keep_reports(store, clock))


async def _keep_reports(store: Store, clock: Callable[[], datetime]) -> None:
    reports = Reports(store)
    while True:
        try:
            await reports.put(clock())
        except Exception:
            log.exception("reports not kept")
        following = clock().replace(second=0, microsecond=0) + MINUTE
        await asyncio.sleep(max(1.0, (following - clock()).total_seconds()))


async def _keep_sweeps(store: Store, clock: Callable[[], datetime], keep_days: int) -> None:
    """A sweep at the start and every hour, and old rows pruned."""
    is_start = True
    while True:
        now = clock()
        try:
            await store.inbox.put([sweep_due(now, is_start=is_start)])
            await store.inbox.forget_hashes(now)
            await store.inbox.purge(now - timedelta(days=keep_days))
            await store.pulls.forget_closed(now - timedelta(days=keep_days))
        except Exception:
            log.exception("schedule not kept")
        is_start = False
        following = now.replace(minute=0, second=0, microsecond=0) + EVERY
        await asyncio.sleep(max(1.0, (following - clock()).total_seconds()))
