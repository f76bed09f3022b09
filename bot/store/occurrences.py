"""What was seen outside of the tracker, by repository, source and id. Keeps and finds; counts nothing."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from sys import intern
from typing import Any

from sqlalchemy import ColumnElement, Double, delete, select, type_coerce

from bot.core.report.occurrences import Key, Occurrence
from bot.store.database import Database
from bot.store.schema import occurrence
from bot.store.upsert import insert_of

MAX_ASKED = 1_000  # ids in one statement: databases bound them

_NAMES = ("source", "id", "class_id", "issue", "count")
_FIGURES = (type_coerce(occurrence.c.at, Double), *(occurrence.c[name] for name in _NAMES))
_COLUMNS = (*_FIGURES, occurrence.c.note)
_KEY = ("repository_id", "source", "id")


class Occurrences:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, repository_id: int, installation_id: int, found: Iterable[Occurrence]) -> None:
        """Each replaces what is stored of its source and id."""
        home = {"repository_id": repository_id, "installation_id": installation_id}
        rows = [_as_row(each) | home for each in found]
        if not rows:
            return
        async with self._database.write() as connection:
            new = insert_of(connection, occurrence)
            changed = {name: new.excluded[name] for name in rows[0] if name not in _KEY}
            await connection.execute(new.on_conflict_do_update(index_elements=_KEY, set_=changed), rows)

    async def known(self, repository_id: int, keys: Iterable[Key] | None = None) -> dict[Key, Occurrence]:
        """Those of some keys as they are stored, or all."""
        if keys is None:
            return {each.key: each for each in await self._found(_COLUMNS, repository_id)}
        found: dict[Key, Occurrence] = {}
        for source, ids in _asked(keys):
            chosen = (occurrence.c.source == source, occurrence.c.id.in_(ids))
            found |= {each.key: each for each in await self._found(_COLUMNS, repository_id, *chosen)}
        return found

    async def until(self, repository_id: int, moment: datetime) -> list[Occurrence]:
        """Those before it, without their notes: no figure is made of them."""
        return await self._found(_FIGURES, repository_id, occurrence.c.at < moment)

    async def _found(
        self, columns: tuple[ColumnElement[Any], ...], repository_id: int, *conditions: ColumnElement[bool]
    ) -> list[Occurrence]:
        query = select(*columns).where(occurrence.c.repository_id == repository_id, *conditions)
        async with self._database.read() as connection:
            return [_occurrence(*row) for row in await connection.execute(query)]

    async def forget(self, installation_id: int) -> None:
        async with self._database.write() as connection:
            await connection.execute(delete(occurrence).where(occurrence.c.installation_id == installation_id))


def _asked(keys: Iterable[Key]) -> Iterator[tuple[str, list[str]]]:
    """A source, and as many of its ids as one statement takes."""
    by_source: dict[str, list[str]] = {}
    for source, id_ in keys:
        by_source.setdefault(source, []).append(id_)
    for source, ids in by_source.items():
        yield from ((source, ids[start : start + MAX_ASKED]) for start in range(0, len(ids), MAX_ASKED))


def _as_row(each: Occurrence) -> dict[str, Any]:
    return {"at": each.at, "note": each.note, **{name: getattr(each, name) for name in _NAMES}}


def _occurrence(at: float, source: str, id_: str, class_id: str, issue: int, count: int, note: str = "") -> Occurrence:
    """Few names are those of many: each is kept once."""
    return Occurrence(intern(source), id_, datetime.fromtimestamp(at, UTC), intern(class_id), issue, count, note)
