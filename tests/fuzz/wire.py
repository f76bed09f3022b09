"""A client that sends any bytes, and the bot's web process to send them to."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bot.sandbox import GitHub
from tests.chaos.program import Program, environment, free_port
from tests.fuzz.hostile import SECRET

PATIENCE_SECONDS = 20
AT_ONCE = 48


@dataclass(frozen=True, slots=True)
class Answer:
    """`status` 0: the connection was closed without one."""

    name: str
    request: bytes
    status: int
    body: bytes = b""
    head: bytes = b""


@dataclass(frozen=True, slots=True)
class Door:
    port: int
    program: Program
    database: Path

    def rows(self) -> int:
        with closing(sqlite3.connect(self.database)) as connection:
            count: int = connection.execute("SELECT count(*) FROM delivery").fetchone()[0]
        return count

    @property
    def log(self) -> str:
        return self.program.log.read_text(errors="replace")


@asynccontextmanager
async def door(directory: Path, **more: str) -> AsyncIterator[Door]:
    """`python -m bot web` on SQLite, with everything it says in a file."""
    github, database = GitHub.example(), directory / "fuzz.db"
    github.hooks.secret = SECRET
    env = environment(github, "http://127.0.0.1:9", f"sqlite:///{database}", LOG_LEVEL="debug", **more)
    program = Program("web", env, directory, free_port())
    program.start()
    try:
        async with aiohttp.ClientSession() as session:
            await program.ready(session)
        yield Door(program.port, program, database)
    finally:
        program.kill()


async def send(port: int, name: str, raw: bytes) -> Answer:
    """On a connection of its own; reads one answer."""
    head = body = b""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
            try:
                with suppress(ConnectionError):
                    writer.write(raw)
                    await writer.drain()
                head = await reader.readuntil(b"\r\n\r\n")
                body = await reader.readexactly(_length(head))
            finally:
                writer.close()
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    return Answer(name, raw, int(head.split(b" ", 2)[1]) if head else 0, body, head)


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


async def send_all(port: int, messages: Iterable[tuple[str, bytes]]) -> list[Answer]:
    """Many at a time, each on its own connection, for a refusal closes it."""
    waiting, answers = iter(messages), []

    async def sender() -> None:
        for name, raw in waiting:
            answers.append(await send(port, name, raw))

    await asyncio.gather(*(sender() for _ in range(AT_ONCE)))
    return answers


async def give_up(port: int, raw: bytes) -> None:
    """Sends a part, says that nothing more will come, and waits until the server has let go."""
    with suppress(ConnectionError):
        async with asyncio.timeout(PATIENCE_SECONDS):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(raw)
                await asyncio.sleep(0.05)  # the server is at work on the part
                writer.write_eof()
                while await reader.read(10_000):
                    pass
            finally:
                writer.close()
