"""The loop that claims deliveries and sees them through: leases, fairness, and the one table of what follows a
failure.
"""

import asyncio
import contextlib
import os
import socket
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.core.errors import BadDelivery, Held, Refused, RetryLater, SubjectGone, Unreachable
from bot.process.issues import LeaseLost
from bot.store import Store
from bot.store.inbox import LEASE, Claim

HEARTBEAT_SECONDS = 20
POLL_SECONDS = 1.0
GRACE_SECONDS = 10.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Retry:
    """After so many attempts a delivery is dead; between them it waits twice as long each time."""

    attempts: int
    first: timedelta
    longest: timedelta

    def wait(self, attempt: int) -> timedelta:
        return min(self.longest, self.first * (1 << min(attempt - 1, 20)))


# What follows a failure. Above all: GitHub's own word on when, then whether trying again can help at all.
#
#   raised        | then
#   --------------+--------------------------------------------------------------
#   RetryLater    | put back until its moment; the attempt is not counted
#   Held          | the same, and the installation's other work goes on
#   SubjectGone   | done, with the reason: there is nothing left to do
#   Refused       | done, with the reason: a person must change something first
#   BadDelivery   | dead at once: its bytes will not change
#   LeaseLost     | nothing: another worker has it
#   Unreachable   | RETRY_UNREACHABLE: an outage of hours is survived
#   anything else | RETRY_FAILURE: a poison delivery must not block its subject
RETRY_UNREACHABLE = Retry(attempts=100, first=timedelta(seconds=2), longest=timedelta(minutes=5))
RETRY_FAILURE = Retry(attempts=5, first=timedelta(seconds=5), longest=timedelta(minutes=5))


class Worker:
    """Works on `concurrency` subjects at once, on at most half of them for one installation."""

    def __init__(
        self,
        store: Store,
        process: Callable[[Claim], Awaitable[str]],
        clock: Callable[[], datetime],
        *,
        concurrency: int = 8,
        grace_seconds: float = GRACE_SECONDS,
    ) -> None:
        self._store = store
        self._process = process
        self._clock = clock
        self._concurrency = concurrency
        self._grace_seconds = grace_seconds
        self._share = max(1, concurrency // 2)
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self._busy: dict[asyncio.Task[None], int] = {}  # task -> installation
        self._paused: dict[int, datetime] = {}  # installation -> until when GitHub or our budget lets it write nothing
        self._last_installation = 0
        self._is_claiming = False
        self._stopping = asyncio.Event()
        self.results: Counter[str] = Counter()

    async def run(self) -> None:
        """Until stopped; then finishes what it holds, or gives it back."""
        await self._store.inbox.release(await self._dead_owners())
        async with self._store.inbox.listening():
            while not self._stopping.is_set():
                self._store.inbox.arrived.clear()  # before the look: what arrives during it is not slept through
                now = self._clock()
                self._is_claiming = True
                try:
                    claim = await self._claim(now)
                except Exception:
                    log.exception("claim failed")
                    claim = None
                if claim:
                    task = asyncio.create_task(self._see_through(claim))
                    self._busy[task] = claim.installation_id
                    task.add_done_callback(self._finished)
                self._is_claiming = False
                if claim is None:
                    await self._rest(now)
            await self._wind_up()

    def stop(self) -> None:
        self._stopping.set()
        self._store.inbox.arrived.set()

    @property
    def is_idle(self) -> bool:
        """Nothing is in hand, nor about to be: a row may be claimed before its task exists."""
        return not self._busy and not self._is_claiming

    async def _claim(self, now: datetime) -> Claim | None:
        if len(self._busy) >= self._concurrency:
            return None
        claim = await self._store.inbox.claim(
            self.owner, now, LEASE, after=self._last_installation, without=self._passed_over(now)
        )
        if claim:
            self._last_installation = claim.installation_id
        return claim

    def _passed_over(self, now: datetime) -> list[int]:
        """Installations that have their share of our hands, or must wait: claiming for them would only cost reads."""
        self._paused = {id_: until for id_, until in self._paused.items() if until > now}
        return [*self._paused, *(id_ for id_, n in Counter(self._busy.values()).items() if id_ and n >= self._share)]

    async def _rest(self, now: datetime) -> None:
        """Until something arrives, falls due after `now` or is finished; a slow poll is the net under it."""
        arrived = self._store.inbox.arrived
        seconds = POLL_SECONDS
        if len(self._busy) < self._concurrency:
            with contextlib.suppress(Exception):  # the next claim will tell
                due_at = await self._store.inbox.next_due_at(now)
                if due_at is not None:
                    seconds = min(POLL_SECONDS, max(0.005, (due_at - self._clock()).total_seconds()))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await arrived.wait()

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._busy.pop(task, None)
        if not task.cancelled() and (error := task.exception()):  # not even the failure could be stored
            log.error("left to its lease", exc_info=error)
        self._store.inbox.arrived.set()

    async def _see_through(self, claim: Claim) -> None:
        structlog.contextvars.bind_contextvars(delivery_id=claim.delivery_id, subject=claim.subject)
        heartbeat = asyncio.create_task(self._keep_lease(claim, asyncio.current_task()))
        try:
            result = await self._process(claim)
            self.results["done"] += 1
            log.info("done", event_name=claim.event, attempt=claim.attempt, result=result)
        except asyncio.CancelledError:
            await asyncio.shield(self._store.inbox.put_back(claim, self._clock(), "interrupted", is_counted=False))
        except Exception as error:  # noqa: BLE001 - the one catch-all: every failure has its line in the table above
            await self._fail(claim, error)
        finally:
            heartbeat.cancel()

    async def _fail(self, claim: Claim, error: Exception) -> None:
        kind, why = type(error).__name__, f"{type(error).__name__}: {error}"
        self.results[kind] += 1
        log.warning("failed", event_name=claim.event, attempt=claim.attempt, why=why)
        inbox = self._store.inbox
        match error:
            case LeaseLost():
                pass
            case RetryLater():
                if claim.installation_id and not isinstance(error, Held):
                    self._paused[claim.installation_id] = error.until
                await inbox.put_back(claim, error.until, why, is_counted=False)
            case SubjectGone() | Refused():
                async with self._store.database.write() as connection:
                    await inbox.complete(connection, claim, why)
            case BadDelivery():
                await inbox.bury(claim, why)
            case Unreachable():
                await self._again(claim, RETRY_UNREACHABLE, why)
            case _:
                log.error("unexpected failure", exc_info=error)
                await self._again(claim, RETRY_FAILURE, why)

    async def _again(self, claim: Claim, retry: Retry, why: str) -> None:
        if claim.attempt >= retry.attempts:
            await self._store.inbox.bury(claim, why)
        else:
            await self._store.inbox.put_back(claim, self._clock() + retry.wait(claim.attempt), why)

    async def _keep_lease(self, claim: Claim, task: "asyncio.Task[None] | None") -> None:
        """A worker that lost its lease stops at once."""
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            try:
                is_ours = await self._store.inbox.renew(claim, self._clock() + LEASE)
            except Exception:  # the database may be away for a moment: the lease still has its rest
                log.exception("lease not renewed")
                continue
            if not is_ours and task:
                task.cancel()
                return

    async def _wind_up(self) -> None:
        """Finish within the grace, give back the rest."""
        if self._busy:
            _, late = await asyncio.wait(list(self._busy), timeout=self._grace_seconds)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late)

    async def _dead_owners(self) -> list[str]:
        """Leases of processes of this machine that are no more: their work goes on at once, not when the
        lease runs out.
        """
        host = socket.gethostname()
        return [
            owner
            for owner in await self._store.inbox.owners()
            if owner and owner.startswith(f"{host}:") and owner != self.owner and not _is_alive(owner.split(":")[1])
        ]


def _is_alive(pid: str) -> bool:
    if not pid.isdigit() or int(pid) == os.getpid():
        return False  # our own number under another name: an earlier life in the same container
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
