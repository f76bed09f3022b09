"""What is known of repositories: their last good configuration and how far they were swept; and what is counted."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.policy import Files
from bot.store.database import Database
from bot.store.schema import counter, repository
from bot.store.upsert import upsert

_FILES = TypeAdapter(Files)
_JSON = ("problems", "put_aside", "backfill", "weekly")
_COLUMNS = [column for column in repository.c if column.name != "files"]


@dataclass(frozen=True, slots=True)
class Known:
    """A repository as it was last seen."""

    id: int
    installation_id: int
    full_name: str
    swept_at: datetime | None = None  # every change up to here has been seen
    seen: str | None = None  # the state of the files that govern the bot, as last read, good or not
    problems: tuple[str, ...] = ()  # what is wrong with them
    told: str | None = None  # the state about which the repository was told
    filled: int = 0  # how many of its newest issues were fetched once
    put_aside: Mapping[str, str] = field(default_factory=dict)  # rule that cost too much -> version of the rules
    backfill: Mapping[str, Any] = field(default_factory=dict)  # how far its past was read, see process.backfill
    weekly: Mapping[str, Any] = field(default_factory=dict)  # where its weekly report stands
    report: str | None = None  # when that is due: "monday 09:00 Europe/Berlin"


class Repositories:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, repository_id: int) -> Known | None:
        async with self._database.read() as connection:
            row = (await connection.execute(select(*_COLUMNS).where(repository.c.id == repository_id))).first()
        return _known(row) if row else None

    async def known(self, full_name: str | None = None) -> list[Known]:
        """Every repository, or those of this name: one that was made anew has another id."""
        query = select(*_COLUMNS).order_by(repository.c.full_name, repository.c.id)
        if full_name is not None:
            query = query.where(func.lower(repository.c.full_name) == full_name.lower())
        async with self._database.read() as connection:
            return [_known(row) for row in await connection.execute(query)]

    async def reporting(self) -> list[Known]:
        """Those that ask for a weekly report."""
        query = select(*_COLUMNS).where(repository.c.report.is_not(None)).order_by(repository.c.id)
        async with self._database.read() as connection:
            return [_known(row) for row in await connection.execute(query)]

    async def files(self, repository_id: int) -> Files:
        """The last good files that govern the bot; none where nothing was read yet."""
        async with self._database.read() as connection:
            text = await connection.scalar(select(repository.c.files).where(repository.c.id == repository_id))
        return _FILES.validate_json(text) if text else Files()

    async def see(self, repository_id: int, installation_id: int, full_name: str, **changed: Any) -> None:
        """Remembers a repository; what is not given stays as it is."""
        async with self._database.write() as connection:
            await self.see_with(connection, repository_id, installation_id, full_name, **changed)

    async def see_with(
        self, connection: AsyncConnection, repository_id: int, installation_id: int, full_name: str, **changed: Any
    ) -> None:
        """The same in a transaction that does more."""
        if "files" in changed:
            changed["files"] = _FILES.dump_json(changed["files"]).decode()
        changed |= {name: json.dumps(changed[name]) for name in _JSON if name in changed}
        values = {"id": repository_id, "installation_id": installation_id, "full_name": full_name, **changed}
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


def _known(row: Row[Any]) -> Known:
    return Known(
        id=row.id,
        installation_id=row.installation_id,
        full_name=row.full_name,
        swept_at=row.swept_at,
        seen=row.seen,
        problems=tuple(json.loads(row.problems or "[]")),
        told=row.told,
        filled=row.filled or 0,
        put_aside=json.loads(row.put_aside or "{}"),
        backfill=json.loads(row.backfill or "{}"),
        weekly=json.loads(row.weekly or "{}"),
        report=row.report,
    )
