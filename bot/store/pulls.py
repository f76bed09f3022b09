"""Pull requests as they were last seen, the tests that guard fixed defects, and test results. Judges nothing."""

import asyncio
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from isal import isal_zlib
from pydantic import TypeAdapter
from sqlalchemy import Row, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.evidence.guards import Guard, Loss
from bot.core.evidence.proof import Proof
from bot.core.evidence.requests import Requests
from bot.core.evidence.results import Result
from bot.core.model import Subject
from bot.store.database import Database
from bot.store.schema import closing, guard, pull, repository, result
from bot.store.upsert import upsert

RESULTS_KEPT = timedelta(days=30)
MAX_GUARDS = 2_000  # of one repository that a pull request is compared with
_REQUESTS = TypeAdapter(Requests)
_RESULTS = TypeAdapter(tuple[Result, ...] | None)
_PROOFS = TypeAdapter(tuple[Proof, ...])


@dataclass(frozen=True, slots=True)
class Known:
    """A pull request as it was last seen."""

    subject: Subject
    head: str
    is_open: bool
    is_fix: bool = False
    conclusion: str = ""
    level: str = "L0"
    needs: str = "L0"  # the least evidence; "L0" for what is no fix
    title: str = ""  # of the check
    issues: tuple[tuple[int, tuple[str, ...]], ...] = ()  # that it closes, with the classes that the check saw
    paths: tuple[str, ...] = ()  # of its tests: their texts ride along with the next read
    base: str = ""  # the tip of its base, as last seen
    requests: Requests = field(default_factory=Requests)
    due_at: datetime | None = None  # when to look again: a waiver ends
    waived_for: tuple[int, ...] = ()  # the issues that it fixed when its waiver was granted


@dataclass(frozen=True, slots=True)
class Due:
    """A pull request to be looked at again."""

    installation_id: int
    full_name: str
    subject: Subject


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of a workflow showed on a commit."""

    run_id: int
    workflow_id: int
    head: str
    results: tuple[Result, ...] | None  # None: it has no test report
    proofs: tuple[Proof, ...]
    arrived_at: datetime


class Pulls:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, subject: Subject) -> Known | None:
        async with self._database.read() as connection:
            row = (await connection.execute(select(pull).where(pull.c.subject == str(subject)))).first()
        return _known(row) if row else None

    async def at(self, repository_id: int, head: str) -> list[Known]:
        """The open pull requests whose newest commit this is."""
        return await self._known(pull.c.repository_id == repository_id, pull.c.head == head, pull.c.is_open)

    async def closing(self, issue: Subject, within: AsyncConnection) -> list[Known]:
        """The open pull requests that fix an issue."""
        fixes = select(closing.c.subject).where(
            closing.c.repository_id == issue.repository_id, closing.c.issue == issue.number
        )
        return await self._known(pull.c.subject.in_(fixes), pull.c.is_open, within=within)

    async def fixes(self, repository_id: int, since: datetime) -> list[Known]:
        """The fixes that were looked at since then, open ones and closed ones."""
        chosen = (pull.c.repository_id == repository_id, pull.c.is_fix, pull.c.seen_at >= since)
        async with self._database.read() as connection:
            rows = await connection.execute(select(pull).where(*chosen).order_by(pull.c.number))
            return [_known(row) for row in rows]

    async def _known(self, *conditions: Any, within: AsyncConnection | None = None) -> list[Known]:
        async with self._database.read(within) as connection:
            rows = await connection.execute(select(pull).where(*conditions).order_by(pull.c.number).limit(100))
            return [_known(row) for row in rows]

    async def forget_closed(self, before: datetime) -> None:
        """Closed pull requests that nobody has touched for long; fixes are history, and stay."""
        async with self._database.write() as connection:
            gone = (pull.c.is_open.is_(False), pull.c.is_fix.is_(False), pull.c.seen_at < before)
            old = select(pull.c.subject).where(*gone)
            await connection.execute(delete(closing).where(closing.c.subject.in_(old)))
            await connection.execute(delete(pull).where(*gone))

    async def due(self, now: datetime) -> list[Due]:
        """Open pull requests whose waiver has ended since they were looked at."""
        query = (
            select(pull.c.installation_id, pull.c.subject, repository.c.full_name)
            .join(repository, repository.c.id == pull.c.repository_id)
            .where(pull.c.due_at <= now, pull.c.is_open)
        )
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            return [Due(row.installation_id, row.full_name, Subject.parse(row.subject)) for row in rows]

    async def record(self, connection: AsyncConnection, known: Known, installation_id: int, now: datetime) -> None:
        values = {
            "subject": str(known.subject),
            "installation_id": installation_id,
            "repository_id": known.subject.repository_id,
            "number": known.subject.number,
            "head": known.head,
            "base": known.base,
            "is_open": known.is_open,
            "is_fix": known.is_fix,
            "conclusion": known.conclusion,
            "level": known.level,
            "needs": known.needs,
            "title": known.title,
            "issues": json.dumps(known.issues),
            "paths": json.dumps(known.paths),
            "waived_for": json.dumps(known.waived_for),
            "requests": _REQUESTS.dump_json(known.requests).decode(),
            "due_at": known.due_at,
            "seen_at": now,
        }
        await upsert(connection, pull, values)
        await connection.execute(delete(closing).where(closing.c.subject == str(known.subject)))
        for issue, _ in known.issues:
            about = {"subject": str(known.subject), "issue": issue, "repository_id": known.subject.repository_id}
            await upsert(connection, closing, about | {"installation_id": installation_id})

    # guards

    async def guards(self, repository_id: int) -> list[Guard]:
        """The tests that guard what was fixed, newest first."""
        query = select(guard).where(guard.c.repository_id == repository_id, guard.c.lost_at.is_(None))
        async with self._database.read() as connection:
            rows = await connection.execute(query.order_by(guard.c.since.desc()).limit(MAX_GUARDS))
            return [_guard(row) for row in rows]

    async def lost(self, repository_id: int) -> list[Guard]:
        """The tests that guarded what was fixed, and were taken away; newest first."""
        query = select(guard).where(guard.c.repository_id == repository_id, guard.c.lost_at.is_not(None))
        async with self._database.read() as connection:
            rows = await connection.execute(query.order_by(guard.c.lost_at.desc()).limit(MAX_GUARDS))
            return [_guard(row) for row in rows]

    async def stand(
        self,
        connection: AsyncConnection,
        guards: Iterable[Guard],
        subject: Subject,
        installation_id: int,
        now: datetime,
    ) -> None:
        for each in guards:
            values = {
                "repository_id": subject.repository_id,
                "path": each.path,
                "names": json.dumps(each.names),
                "issue": each.issue,
                "installation_id": installation_id,
                "title": each.title,
                "class_id": each.class_id,
                "pull": each.pull,
                "since": now,
                "lost_at": None,
                "lost_by": None,
            }
            await upsert(connection, guard, values)

    async def lose(self, connection: AsyncConnection, losses: Iterable[Loss], subject: Subject, now: datetime) -> None:
        """Guards that a merged pull request took away."""
        for each in losses:
            gone = update(guard).where(
                guard.c.repository_id == subject.repository_id,
                guard.c.path == each.guard.path,
                guard.c.names == json.dumps(each.guard.names),
                guard.c.issue == each.guard.issue,
            )
            await connection.execute(gone.values(lost_at=now, lost_by=subject.number))

    # results

    async def keep_run(self, repository_id: int, installation_id: int, run: Run) -> None:
        values = {
            "repository_id": repository_id,
            "head": run.head,
            "run_id": run.run_id,
            "workflow_id": run.workflow_id,
            "installation_id": installation_id,
            "results": isal_zlib.compress(_RESULTS.dump_json(run.results), 1),
            "proofs": _PROOFS.dump_json(run.proofs).decode(),
            "arrived_at": run.arrived_at,
        }
        async with self._database.write() as connection:
            await upsert(connection, result, values)
            await connection.execute(delete(result).where(result.c.arrived_at < run.arrived_at - RESULTS_KEPT))

    async def runs(self, repository_id: int, heads: Sequence[str]) -> list[Run]:
        """What is known of some commits, oldest first: of each workflow the newest run."""
        query = select(result).where(result.c.repository_id == repository_id, result.c.head.in_(heads))
        async with self._database.read() as connection:
            rows = (await connection.execute(query.order_by(result.c.arrived_at))).all()
        newest = {(row.head, row.workflow_id or f"run {row.run_id}"): row for row in rows}
        return await asyncio.to_thread(lambda: [_run(row) for row in newest.values()])

    async def forget(self, installation_id: int) -> None:
        async with self._database.write() as connection:
            for table in (pull, closing, guard, result):
                await connection.execute(delete(table).where(table.c.installation_id == installation_id))


def _known(row: Row[Any]) -> Known:
    return Known(
        subject=Subject.parse(row.subject),
        head=row.head,
        is_open=row.is_open,
        is_fix=row.is_fix,
        conclusion=row.conclusion,
        level=row.level,
        needs=row.needs,
        title=row.title,
        issues=tuple((number, tuple(classes)) for number, classes in json.loads(row.issues)),
        paths=tuple(json.loads(row.paths)),
        base=row.base,
        requests=_REQUESTS.validate_json(row.requests),
        due_at=row.due_at,
        waived_for=tuple(json.loads(row.waived_for)),
    )


def _run(row: Row[Any]) -> Run:
    results = _RESULTS.validate_json(isal_zlib.decompress(row.results))
    return Run(row.run_id, row.workflow_id, row.head, results, _PROOFS.validate_json(row.proofs), row.arrived_at)


def _guard(row: Row[Any]) -> Guard:
    return Guard(row.path, tuple(json.loads(row.names)), row.issue, row.title, row.class_id, row.pull)
