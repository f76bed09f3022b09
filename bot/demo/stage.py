"""The stage of the story: the simulated GitHub and the running bot, joined by HTTP, and a terminal to tell it in. It
may not know the story.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import SecretStr
from rich.console import Console, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.segment import SegmentLines
from rich.table import Table

from bot.app import Running, running, utc_now
from bot.sandbox import GitHub, serve
from bot.settings import AppCredentials, read_settings

REPOSITORY = "acme/widget"
WIDTH = 100  # columns at most
DEBOUNCE_SECONDS = 0.2


@dataclass(slots=True)
class Clock:
    """The real time and what was skipped of it: nobody sits through the pauses that the bot keeps between writes."""

    skipped: timedelta = timedelta()

    def __call__(self) -> datetime:
        return utc_now() + self.skipped

    def skip_to(self, moment: datetime) -> None:
        self.skipped += max(timedelta(), moment - self())

    async def sleep(self, seconds: float) -> None:
        self.skip_to(self() + timedelta(seconds=seconds))
        await asyncio.sleep(0)


@dataclass(slots=True)
class Stage:
    github: GitHub
    bot: Running
    clock: Clock
    console: Console = field(default_factory=lambda: Console(highlight=False, width=min(WIDTH, Console().width)))
    _seen: int = 0  # calls

    def say(self, text: str) -> None:
        """A sentence of the teller, in rich's markup; what is done from here on counts as its cost."""
        self._seen = len(self.github.calls)
        self.console.print(text)

    def show(self, **facts: str) -> None:
        """What came of it, one line each; foreign text is shown as it is."""
        lines = Table.grid(padding=(0, 2, 0, 0))
        lines.add_column(min_width=10)
        for name, text in facts.items():
            lines.add_row(f"  {name}", escape(text))
        self.console.print(lines)

    def draw(self, drawing: RenderableType) -> None:
        """Something of several lines, without the empty ones."""
        lines = self.console.render_lines(Padding(drawing, (0, 0, 0, 4)), pad=False)
        full = [line for line in lines if any(segment.text.strip() for segment in line)]
        self.console.print(SegmentLines(full, new_lines=True), end="")

    async def settle(self) -> None:
        """Until nothing is pending; what is due later becomes due."""
        await self.github.delivered()
        inbox, worker = self.bot.store.inbox, self.bot.worker
        assert worker, "the whole program is on stage"
        while not (await inbox.is_settled() and worker.is_idle):
            if worker.is_idle and (due_at := await inbox.next_due_at(self.clock())):
                self.clock.skip_to(due_at)
                inbox.arrived.set()
            await asyncio.sleep(0.01)
        await self.github.delivered()

    def cost(self) -> str:
        """What the bot asked of GitHub since the last sentence."""
        new = self.github.calls[self._seen :]
        names = [call.name.replace(f"/repos/{REPOSITORY}", "") for call in new]
        count = f"{len(names)} call" if len(names) == 1 else f"{len(names)} calls"
        return f"{count}: {', '.join(names)}" if names else count


@asynccontextmanager
async def staged(environment: Mapping[str, str], directory: Path, *, is_public: bool) -> AsyncIterator[Stage]:
    """The bot at work; where it `is_public`, at the host and port that the environment asks for."""
    clock = Clock()
    github = GitHub.example(now=clock, monotonic=lambda: clock().timestamp(), jwt_now=utc_now)
    async with serve(github) as url:
        asked = read_settings(
            {k: v for k, v in environment.items() if k in {"HOST", "PORT", "RULES_DIR"}}, needs_app=False
        )
        settings = replace(
            asked,
            app=AppCredentials(str(github.app.id), SecretStr(github.private_key), (SecretStr(github.hooks.secret),)),
            api_url=url,
            database_url=SecretStr(f"sqlite:///{directory / 'story.db'}"),
            port=asked.port if is_public else 0,
            debounce_seconds=DEBOUNCE_SECONDS,
        )
        async with running(settings, shows_titles=True, clock=clock, sleep=clock.sleep) as bot:
            github.hooks.url = f"http://127.0.0.1:{bot.port}/webhook"
            try:
                yield Stage(github, bot, clock)
            finally:
                github.hooks.url = None
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(5):
                        await github.delivered()
