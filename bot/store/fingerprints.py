"""By what issues are known to be of one defect, and what people said of it. Judges nothing."""

from collections.abc import Iterable, Mapping

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.recurrence.judging import EARLIER, looked_at
from bot.core.recurrence.model import Word
from bot.store.database import Database
from bot.store.schema import fingerprint, word
from bot.store.upsert import upsert


class Fingerprints:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(
        self, connection: AsyncConnection, repository_id: int, installation_id: int, seen: Mapping[int, Iterable[str]]
    ) -> None:
        """The keys of each issue, by its number; what it showed before is replaced."""
        for number, keys in seen.items():
            home, rows = fingerprint.c.repository_id == repository_id, dict.fromkeys(keys)
            await connection.execute(delete(fingerprint).where(home, fingerprint.c.number == number))
            values = {"repository_id": repository_id, "number": number, "installation_id": installation_id}
            if rows:
                await connection.execute(fingerprint.insert(), [values | {"key": key} for key in rows])

    async def earlier(
        self, repository_id: int, number: int, keys: Iterable[str], within: AsyncConnection | None = None
    ) -> dict[int, frozenset[str]]:
        """Issues before this one that show any of the keys, with those that they show; of very many only some."""
        found: dict[int, set[str]] = {}
        async with self._database.read(within) as connection:
            for key in keys:
                is_one = (fingerprint.c.repository_id == repository_id) & (fingerprint.c.key == key)
                query = select(fingerprint.c.number).where(is_one, fingerprint.c.number < number)
                for each in looked_at((await connection.scalars(query.order_by(fingerprint.c.number))).all()):
                    found.setdefault(each, set()).add(key)
        return {each: frozenset(shown) for each, shown in found.items()}

    async def later(
        self, repository_id: int, number: int, keys: Iterable[str], within: AsyncConnection | None = None
    ) -> tuple[int, ...]:
        """Issues after this one that show any of the keys, the first of them."""
        home = (fingerprint.c.repository_id == repository_id) & fingerprint.c.key.in_([*keys])
        query = select(fingerprint.c.number).where(home, fingerprint.c.number > number).distinct()
        async with self._database.read(within) as connection:
            return tuple(await connection.scalars(query.order_by(fingerprint.c.number).limit(EARLIER)))

    async def of(self, repository_id: int, number: int) -> frozenset[str]:
        """The keys of one issue."""
        is_it = (fingerprint.c.repository_id == repository_id) & (fingerprint.c.number == number)
        async with self._database.read() as connection:
            return frozenset(await connection.scalars(select(fingerprint.c.key).where(is_it)))

    async def shared(self, repository_id: int) -> dict[str, list[int]]:
        """The keys that more than one issue shows, with all of these, oldest first."""
        home = fingerprint.c.repository_id == repository_id
        several = select(fingerprint.c.key).where(home).group_by(fingerprint.c.key).having(func.count() > 1)
        query = select(fingerprint.c.key, fingerprint.c.number).where(home, fingerprint.c.key.in_(several))
        found: dict[str, list[int]] = {}
        async with self._database.read() as connection:
            for row in await connection.execute(query.order_by(fingerprint.c.key, fingerprint.c.number)):
                found.setdefault(row.key, []).append(row.number)
        return found

    async def say(
        self, connection: AsyncConnection, repository_id: int, installation_id: int, words: Iterable[Word]
    ) -> None:
        for each in words:
            values = {
                "repository_id": repository_id,
                "key": each.key,
                "login": each.by.casefold(),
                "installation_id": installation_id,
                "is_same": each.is_same,
                "at": each.at,
            }
            await upsert(connection, word, values)

    async def words(self, repository_id: int, keys: Iterable[str] | None = None) -> list[Word]:
        """What people said of these keys; None: of all."""
        query = select(word).where(word.c.repository_id == repository_id)
        if keys is not None:
            query = query.where(word.c.key.in_([*keys]))
        async with self._database.read() as connection:
            return [Word(row.key, row.is_same, row.login, row.at) for row in await connection.execute(query)]

    async def forget(self, installation_id: int) -> None:
        async with self._database.write() as connection:
            for table in (fingerprint, word):
                await connection.execute(delete(table).where(table.c.installation_id == installation_id))
