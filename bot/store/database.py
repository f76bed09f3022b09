"""The database behind DATABASE_URL: SQLite embedded, or PostgreSQL.

Opens, migrates and hands out transactions; holds no queries.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.store.schema import metadata

HEAD = "0005"  # the newest migration
BUSY_SECONDS = 10
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={BUSY_SECONDS * 1000}")


class Database:
    """One engine. `write` transactions of one process queue up before SQLite, instead of failing on its lock."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"
        self.writing = asyncio.Lock()  # SQLite has one writer; a queue here is fairer than its retries

    @asynccontextmanager
    async def write(self, alone: int | None = None) -> AsyncIterator[AsyncConnection]:
        """A transaction; with a repository's id one that is `alone` among those of this id: what it reads within itself
        no other of them changes before it ends.
        """
        if not self.is_sqlite:
            async with self.engine.begin() as connection:
                if alone is not None:
                    await connection.execute(text("SELECT pg_advisory_xact_lock(:id)"), {"id": alone})
                yield connection
            return
        async with self.writing, self.engine.begin() as connection:
            yield connection

    @asynccontextmanager
    async def read(self, within: AsyncConnection | None = None) -> AsyncIterator[AsyncConnection]:
        """What is committed; or `within` a transaction that has begun."""
        if within is not None:
            yield within
            return
        async with self.engine.connect() as connection:
            await connection.execution_options(is_reading=True)
            yield connection

    async def scan(self, query: Select[Any], size: int, take: Callable[[Sequence[Sequence[Any]]], None]) -> None:
        """Hands every row to `take`, so many at a time, in a thread.

        From SQLite they are found in that same thread: what one makes and another uses costs a third more, where there
        are half a million.
        """
        if self.is_sqlite:
            text_ = str(query.compile(self.engine.sync_engine, compile_kwargs={"literal_binds": True}))
            await asyncio.to_thread(_scan, str(self.engine.url.database), text_, size, take)
            return
        async with self.read() as connection:
            await connection.execution_options(yield_per=size)
            async with connection.stream(query) as found:
                async for some in found.partitions():
                    await asyncio.to_thread(take, some)

    async def is_current(self) -> bool:
        """Whether the schema is the one that this version knows."""
        try:
            async with self.read() as connection:
                found = await connection.scalar(text("SELECT version_num FROM alembic_version"))
        except SQLAlchemyError:
            return False
        return bool(found == HEAD)

    async def migrate(self) -> None:
        """To the newest schema; nothing where it is already there. Several processes may try at once."""
        if not await self.is_current():
            async with self.write() as connection:
                await connection.run_sync(_upgrade)

    async def close(self) -> None:
        await self.engine.dispose()


def open_database(url: str) -> Database:
    """`sqlite:///path`, `postgres://...` or `postgresql://...`, as hosting providers write them."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_async_engine(parsed.set(drivername="sqlite+aiosqlite"), pool_size=4, max_overflow=4)
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
    else:
        engine = create_async_engine(parsed.set(drivername="postgresql+asyncpg"), pool_size=5, max_overflow=10)
    return Database(engine)


def _scan(path: str, query: str, size: int, take: Callable[[Sequence[Sequence[Any]]], None]) -> None:
    try:
        with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as connection:
            found = connection.execute(query)
            while some := found.fetchmany(size):
                take(some)
    except sqlite3.Error as error:
        raise OperationalError(query, None, error) from error


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin_sqlite
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """A transaction that will write takes the write lock at once: upgrading a read lock can fail without waiting."""
    is_reading = connection.get_execution_options().get("is_reading")
    connection.exec_driver_sql("BEGIN" if is_reading else "BEGIN IMMEDIATE")


def _upgrade(connection: Connection) -> None:
    """An empty database gets the schema as it is; an older one is migrated. A test holds that both end the same."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(20261122)"))
    if not inspect(connection).has_table("alembic_version"):
        metadata.create_all(connection)
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)")
        connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{HEAD}')")  # noqa: S608 - our own constant
        return
    run_migrations(connection)


def run_migrations(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - memory and start-up time, for what is needed once per release
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)
