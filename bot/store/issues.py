"""Issues as they were last seen, kept so that a change of rules can be tried on them. Knows no rules itself."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from isal import isal_zlib
from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import Issue, Prior
from bot.core.recurrence.sightings import Sighting
from bot.store.database import Database
from bot.store.schema import issue, verdict
from bot.store.upsert import upsert
from bot.store.verdicts import remembered

UNREAD: Mapping[int, Sighting] = MappingProxyType({})
_SNAPSHOT = TypeAdapter(Issue)
_PASSING = {"comment", "has_comments", "replies", "asked", "prior"}  # of a snapshot: what only one decision needs


class Issues:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(
        self,
        connection: AsyncConnection,
        seen: Iterable[Issue],
        installation_id: int,
        sightings: Mapping[int, Sighting] = UNREAD,
    ) -> None:
        """sightings: what issues say of their defects, by number; of the others it stays as it was."""
        for each in seen:
            snapshot = _SNAPSHOT.dump_json(each, exclude=_PASSING)
            values = {
                "subject": str(each.subject),
                "repository_id": each.subject.repository_id,
                "installation_id": installation_id,
                "number": each.subject.number,
                "is_open": each.is_open,
                "assignees": json.dumps([login.casefold() for login in each.assignees]),
                "updated_at": each.updated_at or each.now,
                "snapshot": isal_zlib.compress(snapshot, 1),
                "reactions": each.reactions,
            }
            if sighting := sightings.get(each.subject.number):
                values |= {"version": sighting.version, "quote": sighting.quote}
            await upsert(connection, issue, values)

    async def keep_all(self, seen: Iterable[Issue], installation_id: int) -> None:
        async with self._database.write() as connection:
            await self.keep(connection, seen, installation_id)

    async def newest(self, repository_id: int, limit: int) -> list[Issue]:
        """With what is remembered of each, newest first."""
        joined = select(issue.c.snapshot, *verdict.c).outerjoin(verdict, verdict.c.subject == issue.c.subject)
        query = joined.where(issue.c.repository_id == repository_id).order_by(issue.c.number.desc()).limit(limit)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return [_read(row.snapshot, remembered(row) if row.class_id is not None else None) for row in rows]

    async def titles(self, repository_id: int, numbers: Iterable[int]) -> dict[int, str]:
        """As they were last seen, of so many as are stored."""
        query = select(issue.c.number, issue.c.snapshot).where(
            issue.c.repository_id == repository_id, issue.c.number.in_([*numbers])
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return {row.number: str(json.loads(isal_zlib.decompress(row.snapshot))["title"]) for row in rows}

    async def quotes(self, repository_id: int, numbers: Iterable[int]) -> dict[int, str]:
        """The errors that they show."""
        return await self._texts(issue.c.quote, repository_id, issue.c.number.in_([*numbers]))

    async def versions(self, repository_id: int) -> dict[int, str]:
        """On which the issues were seen that say so."""
        return await self._texts(issue.c.version, repository_id, issue.c.version != "")

    async def _texts(
        self, column: ColumnElement[str], repository_id: int, chosen: ColumnElement[bool]
    ) -> dict[int, str]:
        query = select(issue.c.number, column.label("text")).where(issue.c.repository_id == repository_id, chosen)
        async with self._database.read() as connection:
            return dict((await connection.execute(query)).all())

    async def reactions(self, repository_id: int) -> dict[int, int]:
        """How many each issue has, of those with any."""
        query = select(issue.c.number, issue.c.reactions).where(
            issue.c.repository_id == repository_id, issue.c.reactions > 0
        )
        async with self._database.read() as connection:
            return dict((await connection.execute(query)).all())

    async def loads(self, repository_id: int) -> Mapping[str, int]:
        """How many open issues each person has, by case-folded login."""
        query = select(issue.c.assignees).where(
            issue.c.repository_id == repository_id, issue.c.is_open, issue.c.assignees != "[]"
        )
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            return Counter(login for row in rows for login in json.loads(row.assignees))

    async def forget(self, installation_id: int) -> None:
        async with self._database.write() as connection:
            await connection.execute(delete(issue).where(issue.c.installation_id == installation_id))


def _read(snapshot: bytes, prior: Prior | None) -> Issue:
    data = json.loads(isal_zlib.decompress(snapshot))
    return _SNAPSHOT.validate_python(data | {"prior": prior}, strict=False)
