"""The inbox: deliveries, durable before they are answered, claimed by subject under a lease, completed together.

Decides nothing.

A delivery is `todo`, `doing` under a lease, `done`, or `dead` with its error. "Doing" is not done: only done rows
make a redelivery a duplicate, and a dead one is revived by it.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from isal import isal_zlib
from sqlalchemy import ColumnElement, FromClause, Select, and_, delete, func, literal_column, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.events import ISSUE, PULL, SWEEP
from bot.store.arrivals import CHANNEL, Arrivals
from bot.store.database import Database
from bot.store.schema import delivery

LEASE = timedelta(seconds=60)  # renewed while somebody works; a dead worker's subject is free after it
HASH_KEPT = timedelta(days=7)
COALESCED = (
    "issues",
    ISSUE,
    "pull_request",
    PULL,
    SWEEP,
    "release",
)  # one look answers them all; a command is answered on its own


@dataclass(frozen=True, slots=True)
class Claim:
    """A leased delivery. `mark`: every pending delivery of its subject up to here is answered by the same work."""

    seq: int
    delivery_id: str
    event: str
    installation_id: int
    subject: str
    body: bytes
    attempt: int
    owner: str
    mark: int


@dataclass(frozen=True, slots=True)
class Row:
    """A delivery as an operator sees it."""

    seq: int
    delivery_id: str
    event: str
    action: str
    installation_id: int
    subject: str
    state: str
    attempt: int
    received_at: datetime
    due_at: datetime
    error: str | None


class Inbox:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._arrivals = Arrivals(database)
        self.accept = self._arrivals.accept
        self.put = self._arrivals.put
        self.put_with = self._arrivals.put_with
        self.arrived = self._arrivals.arrived

    # claiming

    async def claim(
        self, owner: str, now: datetime, lease: timedelta, *, after: int = 0, without: Sequence[int] = ()
    ) -> Claim | None:
        """The oldest due delivery whose subject nobody works on, from the installation that follows `after` in turn.

        A lease that has run out is taken over first. `without` are installations that have had their share.
        """
        if not await self._is_any_due(now):
            return None
        for _ in range(3):
            try:
                async with self._database.write() as connection:
                    return await self._claim(connection, owner, now, lease, after, without)
            except IntegrityError:  # another worker took the same subject through another row
                continue
        return None

    async def _is_any_due(self, now: datetime) -> bool:
        """Asked first, by reading: an idle worker takes no lock, and walks no rows that are not due."""
        due = select(delivery.c.seq).where(_is(delivery, "todo"), delivery.c.due_at <= now).exists()
        expired = select(delivery.c.seq).where(_is(delivery, "doing"), delivery.c.lease_until < now).exists()
        async with self._database.read() as connection:
            return bool(await connection.scalar(select(or_(due, expired))))

    async def _claim(
        self,
        connection: AsyncConnection,
        owner: str,
        now: datetime,
        lease: timedelta,
        after: int,
        without: Sequence[int],
    ) -> Claim | None:
        free = and_(_is(delivery, "todo"), delivery.c.due_at <= now, delivery.c.installation_id.not_in(without))
        turn = [_first(and_(free, delivery.c.installation_id > after)), _first(free)]
        expired = select(delivery.c.seq).where(_is(delivery, "doing"), delivery.c.lease_until < now)
        taken = func.coalesce(*(each.scalar_subquery() for each in (_locked(expired), *turn)))
        claimed = await connection.execute(
            update(delivery)
            .where(delivery.c.seq == taken)
            .values(state="doing", lease_until=now + lease, lease_owner=owner, attempt=delivery.c.attempt + 1)
            .returning(*(delivery.c[name] for name in _CLAIMED))
        )
        if (row := claimed.first()) is None:
            return None
        newest = select(func.max(delivery.c.seq)).where(delivery.c.subject == row.subject, _is(delivery, "todo"))
        mark = await connection.scalar(newest) or row.seq
        body = b"" if row.body is None else isal_zlib.decompress(row.body)
        return Claim(
            row.seq, row.delivery_id, row.event, row.installation_id, row.subject, body, row.attempt, owner, mark
        )

    async def renew(self, claim: Claim, until: datetime) -> bool:
        """False when the lease was lost: then nothing more may be written for it."""
        async with self._database.write() as connection:
            result = await connection.execute(_held(claim).values(lease_until=until))
            return result.rowcount == 1

    async def complete(self, connection: AsyncConnection, claim: Claim, note: str | None = None) -> bool:
        """Done, with every delivery of the subject that was pending when the work began; False when the lease
        was lost.
        """
        result = await connection.execute(_held(claim).values(_released | {"state": "done", "error": note}))
        if result.rowcount != 1:
            return False
        if claim.event in COALESCED:
            others = and_(delivery.c.subject == claim.subject, _is(delivery, "todo"), delivery.c.seq <= claim.mark)
            covered = update(delivery).where(others, delivery.c.event.in_(COALESCED))
            await connection.execute(covered.values(state="done", error=f"answered with {claim.delivery_id}"))
        return True

    async def put_back(self, claim: Claim, due_at: datetime, why: str, *, is_counted: bool = True) -> None:
        """To be tried again at `due_at`; without counting the attempt when the delivery is not to blame."""
        attempt = delivery.c.attempt if is_counted else delivery.c.attempt - 1
        async with self._database.write() as connection:
            values = _released | {"state": "todo", "due_at": due_at, "attempt": attempt, "error": why}
            await connection.execute(_held(claim).values(values))

    async def bury(self, claim: Claim, why: str) -> None:
        """Dead, with its error; `retry` brings it back."""
        async with self._database.write() as connection:
            await connection.execute(_held(claim).values(_released | {"state": "dead", "error": why}))

    async def release(self, owners: Sequence[str]) -> int:
        """Gives back what dead workers held. The attempt stays counted: the work may be what killed them."""
        async with self._database.write() as connection:
            held = update(delivery).where(_is(delivery, "doing"), delivery.c.lease_owner.in_(owners))
            return (await connection.execute(held.values(_released | {"state": "todo"}))).rowcount

    async def owners(self) -> list[str]:
        """Who holds leases now."""
        async with self._database.read() as connection:
            query = select(delivery.c.lease_owner).where(_is(delivery, "doing")).distinct()
            return [row[0] for row in await connection.execute(query)]

    async def next_due_at(self, now: datetime) -> datetime | None:
        """When something will next fall due; what is due already waits for a subject, not for time."""
        due = select(delivery.c.due_at).where(_is(delivery, "todo"), delivery.c.due_at > now)
        lease = select(delivery.c.lease_until).where(_is(delivery, "doing"))
        async with self._database.read() as connection:
            found = (
                await connection.scalar(due.order_by(delivery.c.due_at).limit(1)),
                await connection.scalar(lease.order_by(delivery.c.lease_until).limit(1)),
            )
        return min((moment for moment in found if moment is not None), default=None)

    async def close(self) -> None:
        await self._arrivals.close()

    # operating

    async def known(self, delivery_ids: Sequence[str]) -> set[str]:
        async with self._database.read() as connection:
            query = select(delivery.c.delivery_id).where(delivery.c.delivery_id.in_(delivery_ids))
            return {row[0] for row in await connection.execute(query)}

    async def last_heard(self, since: datetime) -> dict[str, datetime]:
        """When each subject was last heard of, of all that arrived since a moment; also what was ignored."""
        newest = func.max(delivery.c.received_at, type_=delivery.c.received_at.type)
        query = select(delivery.c.subject, newest).where(delivery.c.received_at >= since).group_by(delivery.c.subject)
        async with self._database.read() as connection:
            return {row[0]: row[1] for row in await connection.execute(query)}

    async def last_done(self, subject: str, since: datetime) -> datetime | None:
        """When the newest finished delivery of a subject had arrived."""
        finished = and_(delivery.c.received_at >= since, delivery.c.subject == subject, _is(delivery, "done"))
        async with self._database.read() as connection:
            found: datetime | None = await connection.scalar(
                select(func.max(delivery.c.received_at, type_=delivery.c.received_at.type)).where(finished)
            )
            return found

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """While open, another process's deliveries wake this one (PostgreSQL; SQLite is polled)."""
        if self._database.is_sqlite:
            yield
            return
        async with self._database.engine.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            await driver.add_listener(CHANNEL, self._wake)
            try:
                yield
            finally:
                await driver.remove_listener(CHANNEL, self._wake)

    def _wake(self, *_: object) -> None:
        self.arrived.set()

    async def is_settled(self) -> bool:
        """Whether nothing waits and nobody works."""
        open_rows = (select(delivery.c.seq).where(_is(delivery, each)).exists() for each in ("todo", "doing"))
        async with self._database.read() as connection:
            return not await connection.scalar(select(or_(*open_rows)))

    async def counts(self) -> dict[str, int]:
        async with self._database.read() as connection:
            rows = await connection.execute(select(delivery.c.state, func.count()).group_by(delivery.c.state))
            return {row[0]: row[1] for row in rows}

    async def rows(self, *, state: str | None = None, limit: int = 50) -> list[Row]:
        """Newest first."""
        query = _rows().order_by(delivery.c.seq.desc()).limit(limit)
        return await self._fetch(query.where(delivery.c.state == state) if state else query)

    async def row(self, delivery_id: str) -> Row | None:
        return next(iter(await self._fetch(_rows().where(delivery.c.delivery_id == delivery_id))), None)

    async def retry(self, delivery_ids: Sequence[str], now: datetime) -> int:
        """Dead deliveries come back; all of them when none is named."""
        dead = update(delivery).where(_is(delivery, "dead"))
        chosen = dead.where(delivery.c.delivery_id.in_(delivery_ids)) if delivery_ids else dead
        async with self._database.write() as connection:
            return (await connection.execute(chosen.values(state="todo", attempt=0, due_at=now, error=None))).rowcount

    async def purge(self, before: datetime, *, state: str = "done") -> int:
        async with self._database.write() as connection:
            old = delete(delivery).where(delivery.c.state == state, delivery.c.received_at < before)
            return (await connection.execute(old)).rowcount

    async def forget_hashes(self, now: datetime) -> None:
        """Bodies are recognised for seven days."""
        async with self._database.write() as connection:
            old = update(delivery).where(delivery.c.body_hash.is_not(None), delivery.c.received_at < now - HASH_KEPT)
            await connection.execute(old.values(body_hash=None))

    async def drop(self, installation_id: int, why: str) -> int:
        """Nothing more is done for an installation that is gone."""
        async with self._database.write() as connection:
            pending = update(delivery).where(
                delivery.c.installation_id == installation_id, delivery.c.state.in_(("todo", "dead"))
            )
            return (await connection.execute(pending.values(state="done", error=why, body=None))).rowcount

    async def _fetch(self, query: Select[Any]) -> list[Row]:
        async with self._database.read() as connection:
            return [Row(*row) for row in await connection.execute(query)]


_CLAIMED = ("seq", "delivery_id", "event", "installation_id", "subject", "body", "attempt")
_released: dict[str, Any] = {"lease_until": None, "lease_owner": None}


def _is(table: FromClause, state: str) -> ColumnElement[bool]:
    """A state as a literal: the partial indexes are found by it, and would not be by a parameter."""
    return table.c.state == literal_column(f"'{state}'")


def _locked(query: Select[Any]) -> Select[Any]:
    """One row, passed over when another worker is just taking it (PostgreSQL; SQLite has one writer)."""
    return query.limit(1).with_for_update(skip_locked=True)


def _first(condition: Any) -> Select[Any]:
    other = delivery.alias("other")
    is_busy = select(other.c.seq).where(other.c.subject == delivery.c.subject, _is(other, "doing")).exists()
    order = (delivery.c.installation_id, delivery.c.due_at, delivery.c.seq)
    return _locked(select(delivery.c.seq).where(condition, ~is_busy).order_by(*order))


def _held(claim: Claim) -> Any:
    """The claimed row, for as long as it is ours: a worker that lost its lease changes nothing."""
    held = and_(delivery.c.seq == claim.seq, _is(delivery, "doing"), delivery.c.lease_owner == claim.owner)
    return update(delivery).where(held, delivery.c.attempt == claim.attempt)


def _rows() -> Select[Any]:
    return select(*(delivery.c[name] for name in Row.__dataclass_fields__))
