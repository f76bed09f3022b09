"""Stories: five lines through the front door: the real program and the simulated GitHub, joined by HTTP."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app import Running, running
from bot.rulefiles import load_packs
from bot.sandbox import GitHub, serve
from bot.sandbox.books import Write
from bot.sandbox.state import utc_now
from bot.settings import AppCredentials, read_settings

PACKS = load_packs(Path("rules"))
REPOSITORY = "acme/widget"
ENFORCE = """\
version: 1
mode: enforce
classes:
  crash: {owners: [bob]}
"""
EXPLAIN = ENFORCE + "explain: comment\n"
TRACEBACK = 'It stops.\n\nTraceback (most recent call last):\n  File "a.py", line 1, in <module>\nValueError: no\n'
FREEZE = "The whole window freezes and hangs forever.\n\nThe application hangs and stops responding."


@dataclass
class Clock:
    """Time that passes when somebody would sleep."""

    now: datetime = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.advance(seconds)
        await asyncio.sleep(0)

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=max(0.0, seconds))


@dataclass
class World:
    github: GitHub
    clock: Clock
    directory: Path
    api_url: str = ""
    bot: Running | None = None
    _seen_writes: int = 0
    _seen_calls: int = field(default=0)

    def configure(self, text: str) -> None:
        self.github.commit_file(REPOSITORY, ".github/burndown.yml", text, by="alice")

    def open(self, title: str, body: str = "", *, by: str = "alice", **more):
        return self.github.open_issue(REPOSITORY, title, body, by=by, **more)

    def crash(self, **more):
        return self.open("It fails", TRACEBACK, **more)

    async def settle(self) -> None:
        """Until nothing is pending; what is due later becomes due."""
        await self.github.delivered()
        inbox = self.bot.store.inbox
        while not (await inbox.is_settled() and self.bot.worker.is_idle):
            if self.bot.worker.is_idle and (due_at := await inbox.next_due_at(self.clock.now)):
                self.clock.now = due_at
                inbox.arrived.set()
            await asyncio.sleep(0.003)
        await self.github.delivered()

    async def settle_now(self) -> None:
        """Until nothing is due: what waits for a later hour goes on waiting."""
        await self.github.delivered()
        inbox, soon = self.bot.store.inbox, timedelta(minutes=5)
        while True:
            due_at = await inbox.next_due_at(self.clock.now - timedelta(days=1))
            if self.bot.worker.is_idle and (due_at is None or due_at > self.clock.now + soon):
                return await self.github.delivered()
            if self.bot.worker.is_idle and due_at > self.clock.now:
                self.clock.now = due_at
                inbox.arrived.set()
            await asyncio.sleep(0.003)

    def writes(self) -> list[Write]:
        """What the bot changed since it was last asked: every test must look at all of it."""
        new = self.github.writes[self._seen_writes :]
        self._seen_writes = len(self.github.writes)
        return new

    def kinds(self) -> list[str]:
        return [write.kind for write in self.writes()]

    def calls(self) -> list[str]:
        """What the bot asked of GitHub since this was last asked."""
        new = self.github.calls[self._seen_calls :]
        self._seen_calls = len(self.github.calls)
        return [call.name for call in new]

    async def trace(self) -> dict:
        """The newest decision."""
        return (await self.bot.store.decisions.newest(1))[0].trace

    @asynccontextmanager
    async def started(self, **options) -> AsyncIterator["World"]:
        """The bot, running against this GitHub."""
        app = AppCredentials(
            str(self.github.app.id), SecretStr(self.github.private_key), (SecretStr(self.github.hooks.secret),)
        )
        settings = replace(
            read_settings({}, needs_app=False),
            app=app,
            api_url=self.api_url,
            port=0,
            debounce_seconds=options.pop("debounce_seconds", 0),
            default_mode=options.pop("default_mode", "observe"),
            database_url=SecretStr(f"sqlite:///{self.directory / 'inbox.db'}"),
        )
        options = {"with_schedule": False, "packs": PACKS, "clock": self.clock, "sleep": self.clock.sleep} | options
        async with running(settings, **options) as self.bot:
            self.github.hooks.url = f"http://127.0.0.1:{self.bot.port}/webhook" if self.bot.port else None
            if self.bot.worker:
                await self.bot.github.slug()  # asked once, at every start
                self.calls()
            try:
                yield self
            finally:
                self.github.hooks.url = None


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def github(clock: Clock, tmp_path: Path) -> AsyncIterator[World]:
    """The simulated GitHub without a bot; a write that the test did not look at fails it."""
    made = World(GitHub.example(now=clock, jwt_now=utc_now), clock, tmp_path)
    async with serve(made.github) as made.api_url:
        yield made
    assert made.writes() == [], "the bot wrote something that this story does not mention"
    assert made.github.books.calls_while_limited == 0


@pytest.fixture
async def world(github: World) -> AsyncIterator[World]:
    """The bot at work in a repository that lets it write."""
    github.configure(ENFORCE)
    async with github.started() as made:
        yield made


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Log lines are for operators; a story that wants one looks at it."""
    import structlog  # noqa: PLC0415

    with structlog.testing.capture_logs():
        yield
