"""The tranches of every repository, one after the other. Keeps what it is given, and takes no step itself."""

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.report.tranche import Tranche, read, stored
from bot.store.database import Database
from bot.store.schema import tranche as table
from bot.store.upsert import insert_of


class Tranches:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self, repository_id: int) -> list[Tranche]:
        """Oldest first: the first is number 1."""
        query = select(table.c.content).where(table.c.repository_id == repository_id).order_by(table.c.number)
        async with self._database.read() as connection:
            return [read(content) for content in await connection.scalars(query)]

    async def newest(self, repository_id: int) -> tuple[int, Tranche | None]:
        """With its number; 0: there is none."""
        query = select(table.c.number, table.c.content).where(table.c.repository_id == repository_id)
        async with self._database.read() as connection:
            row = (await connection.execute(query.order_by(table.c.number.desc()).limit(1))).first()
        return (row.number, read(row.content)) if row else (0, None)

    async def append(
        self, connection: AsyncConnection, repository_id: int, installation_id: int, number: int, tranche: Tranche
    ) -> bool:
        """Whether it was new: False where somebody else has just put one of this number."""
        home = {"repository_id": repository_id, "number": number, "installation_id": installation_id}
        values = home | {"state": tranche.state, "content": stored(tranche)}
        new = insert_of(connection, table).values(**values).on_conflict_do_nothing().returning(table.c.number)
        return (await connection.execute(new)).first() is not None

    async def replace(
        self, connection: AsyncConnection, repository_id: int, number: int, was: Tranche, tranche: Tranche
    ) -> bool:
        """Whether it was as it is thought to have been: else nothing is changed."""
        query = update(table).where(
            table.c.repository_id == repository_id, table.c.number == number, table.c.state == was.state
        )
        changed = await connection.execute(query.values(state=tranche.state, content=stored(tranche)))
        return changed.rowcount == 1

    async def forget(self, installation_id: int) -> None:
        async with self._database.write() as connection:
            await connection.execute(delete(table).where(table.c.installation_id == installation_id))
