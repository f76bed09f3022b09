"""The write budgets of installations, shared by every worker on every machine. The arithmetic is core.budget's."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.budget import Budget, Grant, block, grant, unused
from bot.store.database import Database
from bot.store.schema import budget
from bot.store.upsert import upsert


class Budgets:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def reserve(self, installation_id: int, now: datetime, contents: int, latest: datetime) -> datetime:
        """When the write may be sent. Reserved only if that is not after `latest`; the caller comes back otherwise."""
        async with self._database.write() as connection:
            granted: Grant = grant(await _read(connection, installation_id, now), now, contents)
            if granted.at <= latest:
                await _write(connection, installation_id, granted.after)
            return granted.at

    async def block(self, installation_id: int, now: datetime, until: datetime) -> None:
        async with self._database.write() as connection:
            await _write(connection, installation_id, block(await _read(connection, installation_id, now), until))


async def _read(connection: AsyncConnection, installation_id: int, now: datetime) -> Budget:
    """The installation's budget, locked until the transaction ends; a row that can be locked is made first."""
    await upsert(connection, budget, {"installation_id": installation_id, **asdict(unused(now))}, is_replacing=False)
    query = select(budget).where(budget.c.installation_id == installation_id).with_for_update()
    row = (await connection.execute(query)).one()
    return Budget(row.next_write_at, row.content_at, row.blocked_until)


async def _write(connection: AsyncConnection, installation_id: int, after: Budget) -> None:
    await upsert(connection, budget, {"installation_id": installation_id, **asdict(after)})
