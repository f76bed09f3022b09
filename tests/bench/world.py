"""A simulated GitHub with the bot beside it, as a process of its own, for the figures that need both."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import psutil

from bot.sandbox import GitHub, serve
from tests.bench.payloads import SECRET
from tests.chaos.program import Program, environment, free_port

REPOSITORY = "acme/widget"
ENFORCE = "version: 1\nmode: enforce\nclasses:\n  crash: {owners: [alice]}\n"
CRASH = 'It stops.\n\nTraceback (most recent call last):\n  File "a.py", line 1, in <module>\nZeroDivisionError: no\n'


@dataclass
class World:
    github: GitHub
    program: Program
    session: aiohttp.ClientSession

    @property
    def port(self) -> int:
        return self.program.port

    def memory(self, field: str = "VmRSS") -> float:
        """MiB of the bot, as the kernel counts them; VmHWM is the most there ever was."""
        assert self.program.process
        status = Path(f"/proc/{self.program.process.pid}/status").read_text()
        return int(status.partition(f"{field}:")[2].split()[0]) / 1024

    def processor_seconds(self) -> float:
        assert self.program.process
        times = psutil.Process(self.program.process.pid).cpu_times()
        return float(times.user + times.system)

    async def settled(self, within: float = 60.0) -> None:
        """Until the inbox says, by its public page, that nothing is pending."""
        async with asyncio.timeout(within):
            while True:
                await self.github.delivered()
                async with self.session.get(f"http://127.0.0.1:{self.port}/metrics") as answer:
                    page = await answer.text()
                pending = [line for line in page.splitlines() if line.startswith("burndown_inbox{")]
                if not any(
                    state in line and not line.endswith(" 0.0") for line in pending for state in ('"todo"', '"doing"')
                ):
                    return
                await asyncio.sleep(0.05)


def github() -> GitHub:
    """With the ids that the prepared payloads name."""
    made = GitHub("acme", "burndown")
    made.add_repository(REPOSITORY, alice="write")
    made.install(REPOSITORY, by="alice")
    made.hooks.secret = SECRET
    return made


@asynccontextmanager
async def world(directory: Path, database: str = "", verb: str = "serve", **more: str) -> AsyncIterator[World]:
    made = github()
    async with serve(made) as url, aiohttp.ClientSession() as session:
        database = database or f"sqlite:///{directory / 'bench.db'}"
        program = Program(verb, environment(made, url, database, LOG_LEVEL="error", **more), directory, free_port())
        program.start()
        try:
            await program.ready(session)
            yield World(made, program, session)
        finally:
            program.kill()
