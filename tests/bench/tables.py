"""Accepting and claiming while the table grows: an empty one beside a million done and 100,000 pending rows."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from statistics import median

from sqlalchemy import text

from bot.store import Store, open_store
from bot.store.arrivals import Arrival, packed
from bot.store.inbox import LEASE
from tests.bench.machinery import postgresql, scratch
from tests.bench.payloads import template
from tests.bench.report import Figure, Options

BODY = packed(template())
OLD = packed(os.urandom(1000))  # of the rows that only lie there
INSTALLATIONS = 500

_COLUMNS = (
    "delivery_id, installation_id, body_hash, event, action, subject, received_at, due_at, state, attempt, error, body"
)
_LOAD = {
    "sqlite": "WITH RECURSIVE n(g) AS (SELECT {first} UNION ALL SELECT g + 1 FROM n WHERE g < {last}) "
    "INSERT INTO delivery ({columns}) SELECT 'old-' || g, 1 + g % {spread}, randomblob(32), 'issues', 'opened', "
    "(1 + g % {spread}) || '#' || (g / {spread} / 5), {now} - 9, {due}, '{state}', 0, NULL, X'{body}' FROM n",
    "postgresql": "INSERT INTO delivery ({columns}) SELECT 'old-' || g, 1 + g % {spread}, "
    "decode(md5(g::text) || md5((-g)::text), 'hex'), 'issues', 'opened', "
    "(1 + g % {spread}) || '#' || (g / {spread} / 5), {now} - 9, {due}, '{state}', 0, NULL, "
    "decode('{body}', 'hex') FROM generate_series({first}, {last}) AS g",
}


def growth(options: Options) -> Iterator[Figure]:
    """Accept and claim on an empty table and on a full one, SQLite and PostgreSQL."""
    done, pending = (100_000, 10_000) if options.is_short else (1_000_000, 100_000)
    with scratch() as directory, postgresql() as pg:
        for kind, url in (("SQLite", f"sqlite:///{directory / 'growth.db'}"), ("PostgreSQL", pg.database())):
            yield from asyncio.run(_growth(kind, url, done, pending))


async def _growth(kind: str, url: str, done: int, pending: int) -> list[Figure]:
    store = await open_store(url)
    try:
        await _measured(store, "warm")
        await _clear(store)
        empty = await _measured(store, "empty")
        await _clear(store)
        await _fill(store, 1, done, "done")
        await _fill(store, done + 1, done + pending, "todo")
        if not store.database.is_sqlite:
            async with store.database.engine.connect() as connection:
                await connection.execution_options(isolation_level="AUTOCOMMIT")
                await connection.execute(text("VACUUM ANALYZE delivery"))
        full = await _measured(store, "full")
        await _none_due(store)
        later = await _measured(store, "later")
    finally:
        await store.database.close()
    return [
        Figure(
            f"{kind}: {name}",
            f"{full[name] / seconds:.2f} x",
            f"empty {seconds * 1e3:.2f} ms; {done:,} done and {pending:,} due {full[name] * 1e3:.2f} ms; "
            f"the same, none of them due {later[name] * 1e3:.2f} ms ({later[name] / seconds:.1f} x)",
        )
        for name, seconds in empty.items()
    ]


async def _clear(store: Store) -> None:
    async with store.database.write() as connection:
        await connection.execute(text("DELETE FROM delivery"))


async def _fill(store: Store, first: int, last: int, state: str) -> None:
    now = datetime.now(UTC).timestamp()
    statement = _LOAD["sqlite" if store.database.is_sqlite else "postgresql"].format(
        columns=_COLUMNS, first=first, last=last, spread=INSTALLATIONS, now=now, due=now, state=state, body=OLD.hex()
    )
    async with store.database.write() as connection:
        await connection.exec_driver_sql(statement)


async def _none_due(store: Store) -> None:
    """As after a refusal by GitHub: everything that waits, waits for a later moment."""
    async with store.database.write() as connection:
        later = datetime.now(UTC).timestamp() + 3600
        await connection.execute(text(f"UPDATE delivery SET due_at = {later} WHERE state = 'todo'"))


async def _measured(store: Store, name: str, times: int = 150) -> dict[str, float]:
    """Median seconds of each operation; the new rows are of an installation that has nothing else."""
    accepts, batches, claims, rests = [], [], [], []
    owner, last = f"bench-{name}", 0
    for index in range(times):
        one = [_arrival(f"{name}-{index}")]
        accepts.append(await _timed(lambda o=one: store.inbox.put(o)))
    for index in range(times // 5):
        many = [_arrival(f"{name}-{index}-{each}") for each in range(64)]
        batches.append(await _timed(lambda m=many: store.inbox.put(m)))
    for _ in range(times):
        started = time.perf_counter()
        claim = await store.inbox.claim(owner, datetime.now(UTC), LEASE, after=last)
        claims.append(time.perf_counter() - started)
        assert claim
        last = claim.installation_id
        async with store.database.write() as connection:
            assert await store.inbox.complete(connection, claim)
        if len(rests) < times // 5:
            rests.append(await _timed(lambda: store.inbox.next_due_at(datetime.now(UTC))))
    found = {"accept 1": accepts, "accept 64": batches, "claim": claims, "next due": rests}
    return {each: median(seconds) for each, seconds in found.items()}


async def _timed(work: Callable[[], Awaitable[object]]) -> float:
    started = time.perf_counter()
    await work()
    return time.perf_counter() - started


def _arrival(delivery_id: str) -> Arrival:
    now = datetime.now(UTC) - timedelta(seconds=1)
    return Arrival(
        delivery_id=delivery_id,
        event="issues",
        action="opened",
        installation_id=INSTALLATIONS + 1,
        subject=f"9#{delivery_id}",
        body=BODY,
        body_hash=delivery_id.encode(),
        received_at=now,
        due_at=now,
    )
