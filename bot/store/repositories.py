"""What is known of repositories: their last good configuration and how far they were swept; and what is counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from bot.store.database import Database
from bot.store.schema import counter, repository
from bot.store.upsert import upsert


@dataclass(frozen=True, slots=True)
class Known:
    """A repository as it was last seen."""

    id: int
    installation_id: int
    full_name: str
    config: str | None
    swept_at: datetime | None


class Repositories:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, repository_id: int) -> Known | None:
        async with self._database.read() as connection:
            row = (await connection.execute(select(repository).where(repository.c.id == repository_id))).first()
        return Known(*row) if row else None

    async def see(self, repository_id: int, installation_id: int, full_name: str, **changed: Any) -> None:
        """Remembers a repository; `config` and `swept_at` stay as they are unless given."""
        values = {"id": repository_id, "installation_id": installation_id, "full_name": full_name, **changed}
        async with self._database.write() as connection:
            await upsert(connection, repository, values)

    async def forget(self, installation_id: int) -> None:
        async with self._database.write() as connection:
            await connection.execute(delete(repository).where(repository.c.installation_id == installation_id))

    async def count(self, name: str, amount: int = 1) -> None:
        """Adds to a counter that outlives the process."""
        async with self._database.write() as connection:
            added = update(counter).where(counter.c.name == name).values(value=counter.c.value + amount)
            if (await connection.execute(added)).rowcount == 0:
                await connection.execute(counter.insert().values(name=name, value=amount))

    async def counters(self) -> Mapping[str, int]:
        async with self._database.read() as connection:
            rows = await connection.execute(select(counter.c.name, counter.c.value))
            return {row[0]: row[1] for row in rows}
