"""The composition root: settings become a running program, started and stopped in order. It decides nothing."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import aiohttp
import structlog

from bot import pages, schedule
from bot.core.errors import BotError
from bot.github.client import Credentials, GitHub
from bot.pages import Status
from bot.process.deliveries import Process
from bot.rulefiles import Packs, load_packs
from bot.settings import AppCredentials, Settings
from bot.store import Store, open_store
from bot.symbols import Symbols
from bot.web import Door, application, serving
from bot.worker import Worker

log = structlog.get_logger()

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Running:
    """A started program."""

    store: Store
    github: GitHub
    packs: Packs
    worker: Worker | None
    port: int


@asynccontextmanager
async def running(  # noqa: PLR0913 - what a test or the story sets
    settings: Settings,
    *,
    with_web: bool = True,
    with_worker: bool = True,
    with_schedule: bool = True,
    shows_titles: bool = False,
    packs: Packs | None = None,
    clock: Clock = utc_now,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> AsyncIterator[Running]:
    """Store, rules, GitHub, worker, web, schedule: started in this order, stopped in the reverse. Raises BadRules."""
    app = _needed(settings.app)
    packs = packs or load_packs(settings.rules_dir)
    async with contextlib.AsyncExitStack() as stack:
        store = await open_store(settings.database_url.get_secret_value())
        stack.push_async_callback(store.close)
        session = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()))
        status = Status(store, shows_titles=shows_titles)
        credentials = Credentials(app.app_id, app.private_key.get_secret_value())
        github = GitHub(
            session, settings.api_url, credentials, store.budgets, clock=clock, sleep=sleep, observe=status.count_call
        )
        worker = None
        if with_worker:
            symbols = Symbols()
            stack.push_async_callback(symbols.close)
            process = Process.of(store, github, packs, symbols, settings.default_mode, clock)
            worker = Worker(store, process, clock, concurrency=settings.concurrency)
            await stack.enter_async_context(_working(worker))
            await stack.enter_async_context(_task(_introduce(github)))
        port = 0
        if with_web:
            secrets = [secret.get_secret_value().encode() for secret in app.webhook_secrets]
            door = Door(store.inbox, secrets, timedelta(seconds=settings.debounce_seconds), clock)
            status.door, status.worker = door, worker
            site = application(door, pages.routes(status))
            port = await stack.enter_async_context(serving(site, settings.host, settings.port))
            log.info("listening", host=settings.host, port=port)
        if with_schedule:
            await stack.enter_async_context(_task(schedule.keep(store, clock, settings.keep_days)))
        yield Running(store, github, packs, worker, port)


def _needed(app: AppCredentials | None) -> AppCredentials:
    assert app, "read_settings(needs_app=True) has seen to this"
    return app


async def _introduce(github: GitHub) -> None:
    """Says at once what every delivery would say later: that GitHub does not take our credentials."""
    try:
        log.info("working", app=await github.slug(), api=github.api_url)
    except BotError as error:
        log.warning("GitHub does not answer us", why=str(error))


@asynccontextmanager
async def _working(worker: Worker) -> AsyncIterator[None]:
    task = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        worker.stop()
        await task


@asynccontextmanager
async def _task(work: Awaitable[None]) -> AsyncIterator[None]:
    task = asyncio.ensure_future(work)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
