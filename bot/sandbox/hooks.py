"""Delivers webhooks by signed HTTP POST, one after the other, and keeps GitHub's log of the deliveries.

It may not decide what is worth telling: that is in `state`; it carries bytes, as well or as badly as it is told to.
"""

import asyncio
import hashlib
import hmac
import json
import random
import time
import uuid
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import aiohttp

from bot.sandbox.model import Occurrence, not_found

RETENTION = timedelta(days=3)

_OK = range(200, 300)


@dataclass(slots=True, eq=False)
class HookDelivery:
    """One attempt to deliver; `delivered_at` is None until it was made. Attempts of one webhook share a `guid`."""

    id: int
    guid: str
    event: str
    action: str | None
    installation_id: int | None
    repository_id: int | None
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    is_redelivery: bool = False
    url: str = ""
    delivered_at: datetime | None = None
    duration_seconds: float = 0.0
    status: str = ""
    status_code: int = 0
    response_headers: dict[str, str] = field(default_factory=dict, repr=False)
    response_body: str = field(default="", repr=False)

    @property
    def is_ok(self) -> bool:
        return self.status_code in _OK


class Hooks:
    """The webhook of the App. Without a `url` nothing is told; what happened before is not made up for."""

    def __init__(self, now: Callable[[], datetime], hook_id: int, app_id: int) -> None:
        self.now = now
        self.url: str | None = None
        self.secret = "It's a Secret to Everybody"  # noqa: S105 - the one in GitHub's documentation
        self.timeout_seconds = 10.0
        self.delay_seconds = 0.0
        self.is_unreachable = False
        self._target = (hook_id, app_id)
        self._log: dict[int, HookDelivery] = {}
        self._last_id = 0
        self._to_drop = 0
        self._to_double = 0
        self._is_held = False
        self._held: list[HookDelivery] = []
        self._queue: deque[HookDelivery] = deque()
        self._wake: asyncio.Event | None = None
        self._idle: asyncio.Event | None = None

    def drop(self, times: int = 1) -> None:
        """Let the next deliveries fail as when the server cannot be reached."""
        self._to_drop += times

    def duplicate(self, times: int = 1) -> None:
        """Send each of the next deliveries twice."""
        self._to_double += times

    def hold(self) -> None:
        """Keep deliveries back until `release`."""
        self._is_held = True

    def release(self, *, shuffle_seed: int | None = None) -> None:
        """Send what was held, in order or in one of the other orders."""
        if shuffle_seed is not None:
            random.Random(shuffle_seed).shuffle(self._held)  # noqa: S311 - chance that must repeat
        self._is_held = False
        self._queue.extend(self._held)
        self._held.clear()
        self._stir()

    @property
    def log(self) -> list[HookDelivery]:
        """The attempts that were made, oldest first."""
        return list(self._log.values())

    def recent(self) -> list[HookDelivery]:
        """The attempts that GitHub still shows, newest first."""
        oldest = self.now() - RETENTION
        return [each for each in reversed(self._log.values()) if each.delivered_at and each.delivered_at >= oldest]

    def attempt(self, number: int) -> HookDelivery:
        found = self._log.get(number)
        if found is None:
            raise not_found()
        return found

    def hear(self, occurrence: Occurrence) -> None:
        ids = (occurrence.installation_id, occurrence.repository_id)
        self._put(self._attempt(occurrence.event, occurrence.action, json.dumps(occurrence.payload).encode(), ids))

    def deliver(self, event: str, payload: Mapping[str, object] | bytes, guid: str | None = None) -> str:
        """Deliver something hand-made, rightly signed, and return its guid."""
        about = {} if isinstance(payload, bytes) else payload
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        action = about.get("action")
        ids = (_id_in(about, "installation"), _id_in(about, "repository"))
        made = self._attempt(event, action if isinstance(action, str) else None, body, ids, guid)
        self._put(made)
        return made.guid

    def redeliver(self, guid: str) -> None:
        """Send the webhook of that guid again: the same bytes, the same guid."""
        found = next((each for each in self.recent() if each.guid == guid), None)
        if found is None:
            raise not_found()
        ids = (found.installation_id, found.repository_id)
        again = self._attempt(found.event, found.action, found.body, ids, guid)
        again.is_redelivery = True
        self._put(again)

    async def delivered(self) -> None:
        """Wait until nothing is under way; what is held back does not count."""
        while self._queue:
            assert self._idle is not None, "nothing is delivered outside of `async with serve(github)`"
            self._idle.clear()
            await self._idle.wait()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Deliver in the background until left; what is then still waiting is forgotten."""
        self._wake, self._idle = asyncio.Event(), asyncio.Event()
        timeout = aiohttp.ClientTimeout(total=self.timeout_seconds)
        async with aiohttp.ClientSession(timeout=timeout, trust_env=False) as session:
            task = asyncio.create_task(self._work(session, self._wake, self._idle))
            try:
                yield
            finally:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
                self._wake = self._idle = None

    def _attempt(
        self, event: str, action: str | None, body: bytes, ids: tuple[int | None, int | None], guid: str | None = None
    ) -> HookDelivery:
        guid = guid or str(uuid.uuid4())
        self._last_id += 1
        return HookDelivery(self._last_id, guid, event, action, *ids, body, self._headers(event, guid, body))

    def _headers(self, event: str, guid: str, body: bytes) -> dict[str, str]:
        digest = hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()
        hook_id, app_id = self._target
        return {
            "Accept": "*/*",
            "Content-Type": "application/json",
            "User-Agent": f"GitHub-Hookshot/{guid[:7]}",
            "X-GitHub-Delivery": guid,
            "X-GitHub-Event": event,
            "X-GitHub-Hook-ID": str(hook_id),
            "X-GitHub-Hook-Installation-Target-ID": str(app_id),
            "X-GitHub-Hook-Installation-Target-Type": "integration",
            "X-Hub-Signature-256": f"sha256={digest}",
        }

    def _put(self, delivery: HookDelivery) -> None:
        if self._is_held:
            self._held.append(delivery)
            return
        self._queue.append(delivery)
        self._stir()

    def _stir(self) -> None:
        if self._wake is not None:
            self._wake.set()

    async def _work(self, session: aiohttp.ClientSession, wake: asyncio.Event, idle: asyncio.Event) -> None:
        try:
            while True:
                while self._queue:
                    await self._carry(session, self._queue[0])
                    self._queue.popleft()
                idle.set()
                wake.clear()
                await wake.wait()
        finally:
            self._queue.clear()
            idle.set()

    async def _carry(self, session: aiohttp.ClientSession, delivery: HookDelivery) -> None:
        if self.delay_seconds:
            await asyncio.sleep(self.delay_seconds)
        delivery.url = self.url or ""
        started = time.monotonic()
        if self.is_unreachable or self._to_drop or not self.url:
            self._to_drop = max(0, self._to_drop - 1)
            delivery.status = "failed to connect to host"
        else:
            await self._send(session, delivery, self.url)
            if self._to_double:
                self._to_double -= 1
                await self._send(session, delivery, self.url)
        delivery.duration_seconds = round(time.monotonic() - started, 3)
        delivery.delivered_at = self.now()
        self._log[delivery.id] = delivery

    async def _send(self, session: aiohttp.ClientSession, delivery: HookDelivery, url: str) -> None:
        try:
            async with session.post(url, data=delivery.body, headers=delivery.headers, allow_redirects=False) as answer:
                delivery.response_body = await answer.text(errors="replace")
                delivery.response_headers = dict(answer.headers)
                delivery.status_code = answer.status
                delivery.status = "OK" if answer.status in _OK else f"Invalid HTTP Response: {answer.status}"
        except TimeoutError:
            delivery.status, delivery.status_code = "timed out", 0
        except aiohttp.ClientError:
            delivery.status, delivery.status_code = "failed to connect to host", 0


def _id_in(payload: Mapping[str, object], name: str) -> int | None:
    about = payload.get(name)
    number = about.get("id") if isinstance(about, dict) else None
    return number if isinstance(number, int) else None
