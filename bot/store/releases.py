"""Releases of a repository as GitHub last showed them. Reads no versions and compares none."""

from collections.abc import Iterable

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.recurrence.model import Release
from bot.store.database import Database
from bot.store.schema import release
from bot.store.upsert import insert_of


class Releases:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def replace(
        self, connection: AsyncConnection, repository_id: int, installation_id: int, releases: Iterable[Release]
    ) -> None:
        """All that there are now: what is not among them was taken back. Of one tag the last that is named."""
        await connection.execute(delete(release).where(release.c.repository_id == repository_id))
        home = {"repository_id": repository_id, "installation_id": installation_id}
        rows = {each.version: home | {"tag": each.version, "at": each.at} for each in releases}
        if not rows:
            return
        new = insert_of(connection, release)
        changed = {name: new.excluded[name] for name in ("installation_id", "at")}
        key = [release.c.repository_id, release.c.tag]  # another process may have been as fast
        await connection.execute(new.on_conflict_do_update(index_elements=key, set_=changed), [*rows.values()])

    async def all(self, repository_id: int) -> tuple[Release, ...]:
        """Oldest first."""
        query = select(release.c.tag, release.c.at).where(release.c.repository_id == repository_id)
        async with self._database.read() as connection:
            rows = await connection.execute(query.order_by(release.c.at, release.c.tag))
            return tuple(Release(row.tag, row.at) for row in rows)

    async def forget(self, installation_id: int) -> None:
        async with self._database.write() as connection:
            await connection.execute(delete(release).where(release.c.installation_id == installation_id))
