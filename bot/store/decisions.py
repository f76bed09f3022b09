"""What was decided: every decision with its trace, and what is remembered of an issue for the next one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import Prior, Subject
from bot.store.database import Database
from bot.store.schema import decision, verdict
from bot.store.upsert import upsert


@dataclass(frozen=True, slots=True)
class Recorded:
    """A decision as it was stored."""

    seq: int
    delivery_id: str
    decided_at: datetime
    trace: dict[str, Any]


class Decisions:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def prior(self, subject: Subject) -> Prior | None:
        async with self._database.read() as connection:
            row = (await connection.execute(select(verdict).where(verdict.c.subject == str(subject)))).first()
        if row is None:
            return None
        refused = frozenset(json.loads(row.refused))
        return Prior(row.class_id, row.text_hash, row.seen_at, row.reclassified_at, refused)

    async def record(
        self,
        connection: AsyncConnection,
        subject: Subject,
        installation_id: int,
        delivery_id: str,
        now: datetime,
        trace: Mapping[str, Any],
        memory: Prior,
    ) -> None:
        """In the transaction that completes the delivery: both or neither."""
        await connection.execute(
            decision.insert().values(
                subject=str(subject),
                installation_id=installation_id,
                delivery_id=delivery_id,
                decided_at=now,
                trace=json.dumps(trace, separators=(",", ":")),
            )
        )
        remembered = {
            "subject": str(subject),
            "installation_id": installation_id,
            "class_id": memory.verdict,
            "text_hash": memory.text_hash,
            "seen_at": memory.seen_at,
            "reclassified_at": memory.reclassified_at,
            "refused": json.dumps(sorted(memory.refused)),
            "decided_at": now,
        }
        await upsert(connection, verdict, remembered)

    async def newest(self, limit: int = 50, subject: Subject | None = None) -> list[Recorded]:
        query = select(decision).order_by(decision.c.seq.desc()).limit(limit)
        if subject is not None:
            query = query.where(decision.c.subject == str(subject))
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            return [Recorded(row.seq, row.delivery_id, row.decided_at, json.loads(row.trace)) for row in rows]

    async def forget(self, installation_id: int) -> None:
        """An uninstalled App keeps nothing."""
        async with self._database.write() as connection:
            for table in (decision, verdict):
                await connection.execute(delete(table).where(table.c.installation_id == installation_id))
