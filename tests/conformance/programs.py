"""Processes of a test: their output goes to files, they are stopped by their own id, and nothing sleeps blindly."""

import asyncio
import os
import signal
import socket
import subprocess
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

PATIENCE = 30.0  # seconds until something awaited is a failure
STOPPING = 15.0


def free_ports() -> tuple[int, int]:
    """Two, chosen by the kernel: for programs that take no port 0 or must be addressed before they run."""
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


async def until(condition: Callable[[], Awaitable[bool]], what: str, seconds: float = PATIENCE) -> None:
    """Polls until a condition holds. Raises AssertionError after a deadline."""
    deadline = time.monotonic() + seconds
    while not await condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:g} s: {what}")
        await asyncio.sleep(0.05)


class Program:
    """One process; its output is appended to `<name>.log` in its directory."""

    def __init__(
        self, name: str, command: Sequence[str | Path], environment: Mapping[str, str], directory: Path
    ) -> None:
        self.name = name
        self._command = [str(part) for part in command]
        self._environment = {"PATH": os.environ["PATH"], "HOME": str(directory), **environment}
        self._directory = directory
        self._log = directory / f"{name}.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def output(self) -> str:
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                env=self._environment,
                cwd=self._directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    async def answers(self, ask: Callable[[], Awaitable[bool]]) -> None:
        """Until it serves. Raises AssertionError at once when it ends instead."""

        async def is_up() -> bool:
            assert self.is_running, f"{self.name} ended:\n{self.output}"
            return await ask()

        await until(is_up, f"{self.name} serves")

    async def stop(self) -> int:
        """The exit code."""
        process = self._process
        assert process
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            return await asyncio.to_thread(process.wait, STOPPING)
        except subprocess.TimeoutExpired:
            process.kill()
            return await asyncio.to_thread(process.wait, STOPPING)
