"""The ledger: every transition of every issue, appended once and never changed. Knows no figures."""

import hashlib
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import UTC, datetime
from itertools import groupby, pairwise
from operator import attrgetter, itemgetter
from sys import intern
from typing import Any

from sqlalchemy import Double, Integer, delete, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.ledger.model import ORDER, Entry, Recorded, ordered
from bot.core.model import Subject
from bot.store.database import Database
from bot.store.schema import entry
from bot.store.upsert import insert_of

_READ = 1_000  # rows that are in memory at once beside what becomes of them
_NAMES = ("number", "kind", "pull", "of", "class_id", "severity", "actor", "cause", "rules", "evidence", "who")
_COLUMNS = (type_coerce(entry.c.at, Double), *(entry.c[name] for name in _NAMES))
_SAID = ("kind", "class_id", "severity", "cause", "pull", "evidence", "who", "of")  # as `Recorded` has them
_TOLD = (entry.c.number, type_coerce(entry.c.at, Double), *(entry.c[name] for name in _SAID))
_ORDER = (entry.c.at, entry.c.number, entry.c.digest)
_number = itemgetter(0)  # of what is told


class Ledger:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(
        self,
        connection: AsyncConnection,
        repository_id: int,
        installation_id: int,
        entries: Iterable[Entry],
        now: datetime,
    ) -> int:
        """How many of them were new. What is there stays as it is: the same transition is recorded once, and once
        more where it is told with other evidence.
        """
        home = {"repository_id": repository_id, "installation_id": installation_id, "recorded_at": now}
        rows = [_as_row(each) | home for each in entries]
        if not rows:
            return 0
        insert = insert_of(connection, entry).on_conflict_do_nothing().returning(type_coerce(entry.c.number, Integer))
        return len((await connection.execute(insert, rows)).all())

    async def append_all(
        self, repository_id: int, installation_id: int, entries: Iterable[Entry], now: datetime
    ) -> int:
        async with self._database.write() as connection:
            return await self.append(connection, repository_id, installation_id, entries, now)

    async def entries(self, repository_id: int) -> list[Entry]:
        """Each transition once, oldest first."""
        return [each async for some in self.parts(repository_id) for each in some]

    async def parts(self, repository_id: int) -> AsyncIterator[list[Entry]]:
        """The same, some thousands at a time: for whoever does not want to hold all of them."""
        query = select(*_COLUMNS).where(entry.c.repository_id == repository_id).order_by(*_ORDER)
        left: list[Any] = []
        async with self._database.read() as connection:
            await connection.execution_options(yield_per=_READ)
            async with connection.stream(query) as found:
                async for some in found.partitions():
                    rows = [*left, *some]
                    end = len(rows)
                    while end and rows[end - 1][:2] == rows[-1][:2]:
                        end -= 1  # the rest of what is recorded of this second may be still to come
                    yield _once(rows[:end])
                    left = rows[end:]
        yield _once(left)

    async def tell(self, repository_id: int, hear: Callable[[Sequence[Recorded]], None]) -> None:
        """Hands all that is recorded of each issue to `hear`, oldest first, in a thread: for whoever wants one issue
        after another. A transition is there once more for other evidence of it.
        """
        query = select(*_TOLD).where(entry.c.repository_id == repository_id)
        query = query.order_by(entry.c.number, entry.c.at, entry.c.digest)  # as it is kept
        rest: list[Any] = []  # of an issue of which there may be more

        def take(rows: Sequence[Any]) -> None:
            nonlocal rest
            *whole, rest = ([*of_one] for _, of_one in groupby([*rest, *rows], _number))
            for each in whole:
                hear(each)

        await self._database.scan(query, _READ, take)
        if rest:
            hear(rest)

    async def of(self, subjects: Iterable[Subject]) -> dict[int, list[Entry]]:
        """What is recorded of some issues of one repository, by their numbers."""
        chosen = list(subjects)
        home = {each.repository_id for each in chosen}
        numbers = [each.number for each in chosen]
        query = select(*_COLUMNS).where(entry.c.repository_id.in_(home), entry.c.number.in_(numbers))
        found: dict[int, list[Entry]] = {number: [] for number in numbers}
        async with self._database.read() as connection:
            for row in await connection.execute(query):
                found[row.number].append(_entry(row))
        return {number: [*ordered(each)] for number, each in found.items()}

    async def forget(self, installation_id: int) -> None:
        async with self._database.write() as connection:
            await connection.execute(delete(entry).where(entry.c.installation_id == installation_id))


def _as_row(each: Entry) -> dict[str, Any]:
    return {
        "at": each.at,
        "digest": _digest(each),
        **{name: getattr(each, name) for name in _NAMES},
    }


def _digest(each: Entry) -> bytes:
    """Begins with the place of its kind, so that rows lie in order. Evidence is no part of what a transition is; but it
    may become known later than the rest, and must not be lost then.
    """
    key = (each.number, each.at.timestamp(), *each.key[2:], each.evidence)
    return bytes([ORDER[each.kind]]) + hashlib.blake2b(repr(key).encode(errors="replace"), digest_size=15).digest()


def _once(rows: list[Any]) -> list[Entry]:
    """Rows in order, without what was recorded of a transition before all of it was known."""
    entries = [*map(_entry, rows)]
    alike = [place for place, (one, other) in enumerate(pairwise(rows)) if one[:3] == other[:3]]
    if not alike:
        return entries
    return [each for _, group in groupby(entries, attrgetter("at", "number")) for each in ordered(group)]


def _entry(row: Any) -> Entry:
    """Few names make many entries: each is kept once."""
    at, number, kind, pull, of, *texts = row
    class_id, severity, actor, cause, rules, evidence, who = map(intern, texts)
    moment = datetime.fromtimestamp(at, UTC)
    return Entry(number, moment, intern(kind), class_id, severity, actor, cause, rules, pull, evidence, who, of)  # type: ignore[arg-type]
