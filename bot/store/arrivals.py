"""Deliveries on their way into the inbox: one durable insert for all that arrive together. Nothing is claimed here.

The insert is the one statement that goes around SQLAlchemy, to each driver directly: it decides how many deliveries a
second can be accepted, and a single call per commit leaves the event loop free (see decision 0003).
"""

import asyncio
import json
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import Any, Protocol

from isal import isal_zlib
from sqlalchemy import bindparam, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.envelope import Envelope
from bot.core.events import ANEW, BACKFILL, ISSUE, PULL, RUN, Ignored, parse, subject_of
from bot.core.model import Subject
from bot.store.database import BUSY_SECONDS, PRAGMAS, Database
from bot.store.schema import delivery
from bot.store.upsert import insert_of

BATCH = 256  # rows in one commit
CHANNEL = "burndown_inbox"

_COLUMNS = (
    *("delivery_id", "installation_id", "body_hash", "event", "action", "subject"),
    *("received_at", "due_at", "state", "attempt", "body"),
)
_TYPES = ("text", "bigint", "bytea", "text", "text", "text", "float8", "float8", "text", "int", "bytea")
_INSERT = f"INSERT INTO delivery ({', '.join(_COLUMNS)})"
_POSTGRESQL = f"""
    WITH new AS (
        {_INSERT} SELECT * FROM unnest({", ".join(f"${n}::{type_}[]" for n, type_ in enumerate(_TYPES, 1))})
        ON CONFLICT DO NOTHING RETURNING 1
    ) SELECT (SELECT count(*) FROM new), pg_notify('{CHANNEL}', '')"""  # noqa: S608 - our own column names


@dataclass(frozen=True, slots=True)
class Arrival:
    """A delivery before it has a place in the inbox. `body` is packed; none when there is nothing to do."""

    delivery_id: str
    event: str
    action: str
    installation_id: int
    subject: str
    body: bytes | None
    body_hash: bytes | None
    received_at: datetime
    due_at: datetime
    is_ignored: bool = False

    def row(self) -> tuple[Any, ...]:
        """In the order of _COLUMNS."""
        state, received, due = (
            "done" if self.is_ignored else "todo",
            self.received_at.timestamp(),
            self.due_at.timestamp(),
        )
        about = (self.delivery_id, self.installation_id, self.body_hash, self.event, self.action, self.subject)
        return (*about, received, due, state, 0, self.body)

    def values(self) -> dict[str, Any]:
        """By column, as SQLAlchemy takes them."""
        moments = {"received_at": self.received_at, "due_at": self.due_at}
        return dict(zip(_COLUMNS, self.row(), strict=True)) | moments


def packed(body: bytes) -> bytes:
    """A raw body as it is stored: zlib, at the speed of a copy."""
    return bytes(isal_zlib.compress(body, 0))


def from_github(
    delivery_id: str, event: str, body: bytes, *, body_hash: bytes | None, received_at: datetime, due_at: datetime
) -> Arrival:
    """A delivery of GitHub's, sent to us or pulled. Raises BadDelivery when the body is not what its event says."""
    envelope = Envelope.read(body)
    parsed = parse(event, envelope)
    is_ignored = isinstance(parsed, Ignored)
    return Arrival(
        delivery_id=delivery_id,
        event=event,
        action=envelope.action or "",
        installation_id=envelope.installation.id if envelope.installation else 0,
        subject=subject_of(parsed, otherwise=_about(envelope)),
        body=None if is_ignored else packed(body),
        body_hash=body_hash,
        received_at=received_at,
        due_at=due_at,
        is_ignored=is_ignored,
    )


def _about(envelope: Envelope) -> str:
    """What an ignored delivery was about: the sweep asks when we last heard of an issue."""
    if envelope.repository and envelope.issue:
        return str(Subject(envelope.repository.id, envelope.issue.number))
    return "-"


def of_ours(
    delivery_id: str, event: str, subject: str, now: datetime, *, installation_id: int = 0, body: bytes = b"{}"
) -> Arrival:
    """A delivery that we put there ourselves: due at once, known by its id alone."""
    return Arrival(
        delivery_id=delivery_id,
        event=event,
        action="",
        installation_id=installation_id,
        subject=subject,
        body=packed(body),
        body_hash=None,
        received_at=now,
        due_at=now,
    )


def again(
    subject: Subject, installation_id: int, repository: str, why: str, now: datetime, *, is_anew: bool = False
) -> Arrival:
    """A pull request is to be looked at again, once for each reason."""
    body = {"pull_request": {"number": subject.number}} | _home(subject.repository_id, repository, installation_id)
    text = json.dumps(body | {"action": ANEW if is_anew else "touched"}).encode()
    return of_ours(f"{PULL}:{subject}:{why}", PULL, str(subject), now, installation_id=installation_id, body=text)


def unseen(subject: Subject, installation_id: int, repository: str, why: str, now: datetime) -> Arrival:
    """An issue is to be looked at, once for each reason."""
    body = {"issue": {"number": subject.number}} | _home(subject.repository_id, repository, installation_id)
    text = json.dumps(body).encode()
    return of_ours(f"{ISSUE}:{subject}:{why}", ISSUE, str(subject), now, installation_id=installation_id, body=text)


def finished(
    run_id: int, head: str, repository_id: int, repository: str, installation_id: int, now: datetime
) -> Arrival:
    """A workflow run of which we were told too early, or not at all."""
    body = {"workflow_run": {"id": run_id, "head_sha": head}} | _home(repository_id, repository, installation_id)
    key, text = f"run:{repository_id}:{run_id}", json.dumps(body).encode()
    return of_ours(f"{RUN}:{key}:{head}", RUN, key, now, installation_id=installation_id, body=text)


def backfill_due(
    repository_id: int, repository: str, installation_id: int, pages: int, why: str, now: datetime
) -> Arrival:
    """The past of a repository, of which so many pages were read, is to be read further."""
    body = {"action": str(pages)} | _home(repository_id, repository, installation_id)
    key, text = f"backfill:{repository_id}", json.dumps(body).encode()
    delivery_id = f"bot.{key}:{installation_id}:{why}"
    return of_ours(delivery_id, BACKFILL, key, now, installation_id=installation_id, body=text)


def _home(repository_id: int, repository: str, installation_id: int) -> dict[str, object]:
    return {"repository": {"id": repository_id, "full_name": repository}, "installation": {"id": installation_id}}


class Arrivals:
    """Commits what arrives, in groups."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._insert: _Insert = _Sqlite(database) if database.is_sqlite else _Postgresql(database)
        self._waiting: list[tuple[Arrival, asyncio.Future[None]]] = []
        self._flushing: asyncio.Task[None] | None = None
        self.arrived = asyncio.Event()  # wakes the worker of this process

    async def accept(self, arrival: Arrival) -> None:
        """Returns once the row is committed. Requests that arrive together share one commit (at most BATCH rows)."""
        committed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((arrival, committed))
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush())
        await committed

    async def _flush(self) -> None:
        while batch := self._waiting[:BATCH]:
            del self._waiting[:BATCH]
            failure: Exception | None = None
            try:
                await self.put([arrival for arrival, _ in batch])
            except Exception as error:  # noqa: BLE001 - whatever it is, nobody who waits for this commit may be told 202
                failure = error
            for _, committed in batch:
                if not committed.done():  # a client may have gone
                    committed.set_exception(failure) if failure else committed.set_result(None)
        self._flushing = None

    async def put(self, batch: Sequence[Arrival]) -> int:
        """How many were new. Known ids and bodies are ignored, except that a dead delivery is revived."""
        new = await self._insert([arrival.row() for arrival in batch])
        if new < len(batch):
            async with self._database.write() as connection:
                await _revive(connection, batch)
        self.arrived.set()
        return new

    async def put_with(self, connection: AsyncConnection, batch: Sequence[Arrival]) -> None:
        """The same, committed with whatever brings them about; the worker looks again when it has done that."""
        if batch:
            insert = insert_of(connection, delivery).on_conflict_do_nothing()
            await connection.execute(insert, [arrival.values() for arrival in batch])
            await _revive(connection, batch)

    async def close(self) -> None:
        await self._insert.close()


class _Insert(Protocol):
    """Inserts rows whose id and body are new, durably, and says how many."""

    async def __call__(self, rows: Sequence[tuple[Any, ...]]) -> int: ...

    async def close(self) -> None: ...


class _Sqlite:
    """One connection on one thread; one call, one statement and one commit for all rows."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="arrivals")
        self._connection: sqlite3.Connection | None = None

    async def __call__(self, rows: Sequence[tuple[Any, ...]]) -> int:
        async with self._database.writing:
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._commit, rows)

    def _commit(self, rows: Sequence[tuple[Any, ...]]) -> int:
        if self._connection is None:
            path = str(self._database.engine.url.database)
            self._connection = sqlite3.connect(
                path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            for pragma in PRAGMAS:
                self._connection.execute(f"PRAGMA {pragma}")
        return self._connection.execute(_values(len(rows)), list(chain.from_iterable(rows))).rowcount

    async def close(self) -> None:
        if self._connection is not None:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._connection.close)
        self._thread.shutdown()


class _Postgresql:
    """One connection of its own; one round trip for all rows and the wake-up of other processes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._pooled: Any = None

    async def __call__(self, rows: Sequence[tuple[Any, ...]]) -> int:
        if self._pooled is None:
            self._pooled = await self._database.engine.raw_connection()
        try:
            columns = zip(*rows, strict=True)
            found = await self._pooled.driver_connection.fetchrow(_POSTGRESQL, *columns)
        except Exception:
            await self.close()  # it may be broken: the next batch opens another
            raise
        return int(found[0])

    async def close(self) -> None:
        pooled, self._pooled = self._pooled, None
        if pooled is not None:
            with suppress(Exception):  # it is given up either way
                pooled.invalidate()


async def _revive(connection: AsyncConnection, batch: Sequence[Arrival]) -> None:
    dead = update(delivery).where(delivery.c.state == "dead", delivery.c.delivery_id == bindparam("id"))
    revived = dead.values(state="todo", attempt=0, error=None, due_at=bindparam("due"))
    await connection.execute(revived, [{"id": a.delivery_id, "due": a.due_at} for a in batch])


@lru_cache(maxsize=BATCH)
def _values(rows: int) -> str:
    row = f"({','.join('?' * len(_COLUMNS))})"
    return f"{_INSERT} VALUES {','.join([row] * rows)} ON CONFLICT DO NOTHING"
