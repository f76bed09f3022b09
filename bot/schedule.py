"""What is due by the clock, put into the inbox under an id that can exist once: any number of processes may try.

Does no work itself.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.core.events import SWEEP
from bot.store import Store
from bot.store.arrivals import Arrival, of_ours

EVERY = timedelta(hours=1)

log = structlog.get_logger()


def sweep_due(now: datetime, *, is_start: bool = False) -> Arrival:
    """One sweep an hour, and one at each start."""
    moment = f"{now:%Y-%m-%dT%H:%M:%S.%f}" if is_start else f"{now:%Y-%m-%dT%H}"
    return of_ours(f"{SWEEP}:{moment}", SWEEP, SWEEP, now)


async def keep(store: Store, clock: Callable[[], datetime], keep_days: int) -> None:
    """Until cancelled: a sweep at the start and every hour, and old rows pruned."""
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
