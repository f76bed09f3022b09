"""What was decided: every decision with its trace, what is remembered of an issue, and which commands were run."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import Prior, Subject
from bot.store.database import Database
from bot.store.schema import command, decision, verdict
from bot.store.upsert import upsert
from bot.store.verdicts import as_row, remembered


@dataclass(frozen=True, slots=True)
class Recorded:
    """A decision as it was stored."""

    seq: int
    delivery_id: str
    decided_at: datetime
    trace: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Record:
    """A decision to be stored: in the transaction that completes its delivery, both or neither."""

    subject: Subject
    installation_id: int
    delivery_id: str
    decided_at: datetime
    trace: Mapping[str, Any]
    memory: Prior
    ruleset: str | None = None  # the version of the rules by which something was written
    comment_id: str = ""
    ran: tuple[str, ...] = ()  # commands of the comment


class Decisions:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def prior(self, subject: Subject, within: AsyncConnection | None = None) -> Prior | None:
        async with self._database.read(within) as connection:
            row = (await connection.execute(select(verdict).where(verdict.c.subject == str(subject)))).first()
        return remembered(row) if row else None

    async def ran(self, comment_id: str) -> frozenset[str]:
        """The commands of a comment that were run."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(command.c.line).where(command.c.comment_id == comment_id))
            return frozenset(row.line for row in rows)

    async def record(self, connection: AsyncConnection, record: Record) -> None:
        subject, installation_id = record.subject, record.installation_id
        await connection.execute(
            decision.insert().values(
                subject=str(subject),
                installation_id=installation_id,
                delivery_id=record.delivery_id,
                decided_at=record.decided_at,
                trace=json.dumps(record.trace, separators=(",", ":")),
                repository_id=subject.repository_id,
                ruleset=record.ruleset,
            )
        )
        await self.remember(connection, subject, installation_id, record.memory, record.decided_at)
        await self.remember_ran(connection, record.comment_id, record.ran, installation_id, record.decided_at)

    async def remember_ran(
        self, connection: AsyncConnection, comment_id: str, ran: Sequence[str], installation_id: int, now: datetime
    ) -> None:
        """The commands of a comment that were run."""
        for line in ran:
            values = {"comment_id": comment_id, "line": line, "installation_id": installation_id, "ran_at": now}
            await upsert(connection, command, values)

    async def remember(
        self, connection: AsyncConnection, subject: Subject, installation_id: int, memory: Prior, now: datetime
    ) -> None:
        await upsert(connection, verdict, as_row(subject, installation_id, memory, now))

    async def written_since(self, repository_id: int, since: datetime) -> tuple[int, datetime | None]:
        """How many issues rules changed in a repository since a moment, and when the first of them was."""
        found = select(func.count(), func.min(decision.c.decided_at)).where(
            decision.c.repository_id == repository_id, decision.c.decided_at > since, decision.c.ruleset.is_not(None)
        )
        async with self._database.read() as connection:
            count, first = (await connection.execute(found)).one()
        return count, first

    async def by_rules(self, version: str, full_name: str | None = None) -> list[Recorded]:
        """What one version of rules wrote, newest first; the newest decision of each issue only."""
        query = select(decision).where(decision.c.ruleset == version).order_by(decision.c.seq.desc())
        async with self._database.read() as connection:
            rows = [_recorded(row) for row in await connection.execute(query)]
        newest: dict[str, Recorded] = {}
        for each in rows:
            if full_name in {None, each.trace["repository"]}:
                newest.setdefault(each.trace["subject"], each)
        return list(newest.values())

    async def newest(self, limit: int = 50, subject: Subject | None = None) -> list[Recorded]:
        query = select(decision).order_by(decision.c.seq.desc()).limit(limit)
        if subject is not None:
            query = query.where(decision.c.subject == str(subject))
        async with self._database.read() as connection:
            return [_recorded(row) for row in await connection.execute(query)]

    async def forget(self, installation_id: int) -> None:
        """An uninstalled App keeps nothing."""
        async with self._database.write() as connection:
            for table in (decision, verdict, command):
                await connection.execute(delete(table).where(table.c.installation_id == installation_id))


def _recorded(row: Any) -> Recorded:
    return Recorded(row.seq, row.delivery_id, row.decided_at, json.loads(row.trace))
