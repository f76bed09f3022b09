"""The verb that reads a repository's past into the ledger. What is kept of a page is process's to say."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from bot.cli.environment import connected, find_repository, repository, settings
from bot.cli.exits import FINDINGS, fail, run
from bot.cli.output import as_json, printable, say, say_json

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from bot.app import Running
    from bot.cli.environment import Found
    from bot.process.backfill import Backfill, Read
    from bot.process.past import State

ATTEMPTS = 5  # at a page, where GitHub gives no usable answer
DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--repo", "full_name", required=True, callback=repository, metavar="OWNER/NAME")
@click.option("--since", type=DAY, metavar="YYYY-MM-DD", help="Only issues that were opened since; all if absent.")
@click.option("--restart", "is_anew", is_flag=True, help="From the beginning, whatever was read before.")
@as_json
def backfill(full_name: str, since: datetime | None, *, is_anew: bool, as_json: bool) -> None:
    """Read a repository's past into the ledger: nothing is written to GitHub.

    Issues are read newest first, a hundred at a time with their labels, owners, closings and reopenings. Each page is
    kept at once: broken off, the command goes on where it was; once all was read, it reads what has changed since.
    Never more than 60 % of the hour's requests are used: then it waits for the next hour. A server does the same by
    itself after installation. Exit code 1 where the repository's mode is off.

    JSON: repository, since, issues, entries (new ones), pages, done.
    """
    day = f"{since:%Y-%m-%d}" if since else ""
    state, name = run(_backfilled(full_name, day, is_anew=is_anew))
    if as_json:
        counts = {"issues": state.issues, "entries": state.entries, "pages": state.pages}
        say_json({"repository": name, "since": state.since or None, **counts, "done": state.is_done})
    elif state.is_done:
        say(f"{name}: {state.issues} issues read in {state.pages} pages, {state.entries} new entries in the ledger")
    if not state.is_done:
        fail(FINDINGS, f"{name}: mode off, so nothing is recorded there")


async def _backfilled(full_name: str, since: str, *, is_anew: bool) -> tuple["State", str]:
    from bot.process.again import Again
    from bot.process.backfill import Backfill
    from bot.process.past import begun, state_of
    from bot.process.policies import Policies

    async with connected() as bot:
        found, clock = await find_repository(bot, full_name), bot.github.clock
        policies = Policies(bot.store, bot.packs, settings().default_mode, clock)
        before = state_of(await bot.store.repositories.get(found.id))
        state = begun(before, since, clock(), is_anew=is_anew)
        with _shown(found.full_name) as shown:
            reader = _Reader(bot, Backfill(bot.store, policies, Again(bot.store), clock), found, shown)
            return await reader(state), found.full_name


@dataclass(frozen=True, slots=True)
class _Shown:
    """How far it is, on standard error: a bar where somebody is looking, else a line for every wait."""

    bar: "Progress | None" = None
    task: "TaskID | None" = None

    def read(self, state: "State") -> None:
        if self.bar and self.task is not None:
            self.bar.update(self.task, completed=state.issues, total=max(state.total, state.issues))

    def say(self, text: str) -> None:
        if self.bar and self.task is not None:
            self.bar.update(self.task, description=printable(text))

    def wait(self, until: datetime, why: str) -> None:
        self.say(why)
        if not self.bar:
            click.echo(f"waiting until {until.astimezone(UTC):%H:%M:%S} UTC: {printable(why)}", err=True)


@contextmanager
def _shown(name: str) -> Iterator[_Shown]:
    if not sys.stderr.isatty():
        yield _Shown()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield _Shown(bar, bar.add_task(printable(name), total=None))


@dataclass(frozen=True, slots=True)
class _Reader:
    bot: "Running"
    backfill: "Backfill"
    found: "Found"
    shown: _Shown

    async def __call__(self, state: "State") -> "State":
        """Page by page, one request at a time."""
        while not state.is_done:
            read = await self._page(state)
            state = read.state
            if read.is_off:
                break
            self.shown.read(state)
            if read.wait_until and not state.is_done:
                await self._wait(read.wait_until, "60 % of this hour's requests are used")
        return state

    async def _page(self, state: "State") -> "Read":
        """Waits as long as GitHub asks for, and tries again what may have been an accident."""
        from bot.core.errors import RetryLater, Unreachable

        failures = 0
        while True:
            try:
                return await self.backfill.page(self.found.installation, self.found.full_name, self.found.id, state)
            except RetryLater as limit:
                await self._wait(limit.until, str(limit))
            except Unreachable as error:
                failures += 1
                if failures == ATTEMPTS:
                    raise Unreachable(f"{error} - what was read is kept: run it again to go on") from None
                await self.bot.github.sleep(2.0**failures)

    async def _wait(self, until: datetime, why: str) -> None:
        """Counts down where somebody is looking."""
        github = self.bot.github
        self.shown.wait(until, why)
        while (left := (until - github.clock()).total_seconds()) > 0:
            minutes, seconds = divmod(int(left), 60)
            self.shown.say(f"{self.found.full_name}: {why}, {minutes}:{seconds:02} to go")
            await github.sleep(min(1.0, left) if self.shown.bar else left)
        self.shown.say(self.found.full_name)
