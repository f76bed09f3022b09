"""What a command stands on: the environment's settings, and the program that they make. Decides nothing."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, NamedTuple

import click

from bot.cli.exits import USAGE, ending, fail

if TYPE_CHECKING:
    from bot.app import Running
    from bot.github.client import Installation
    from bot.settings import Settings
    from bot.store import Store
    from bot.store.repositories import Known


def environment() -> Mapping[str, str]:
    """The process environment over `.env`: the one place that reads either."""
    from dotenv import dotenv_values

    return {name: value for name, value in dotenv_values(".env").items() if value is not None} | dict(os.environ)


def settings(*, needs_app: bool = False) -> "Settings":
    from bot.settings import read_settings

    with ending():
        return read_settings(environment(), needs_app=needs_app)


@asynccontextmanager
async def connected() -> AsyncIterator["Running"]:
    """Store, packs and GitHub, as `serve` would have them; nothing is received or worked on."""
    from bot.app import running
    from bot.logs import start_logging

    chosen = settings(needs_app=True)
    start_logging("warning", chosen.log_format)
    async with running(chosen, with_web=False, with_worker=False, with_schedule=False) as bot:
        yield bot


class Found(NamedTuple):
    """A repository that the App is installed in."""

    installation: "Installation"
    id: int
    full_name: str


async def find_repository(bot: "Running", full_name: str) -> Found:
    """Raises SubjectGone where the App is not installed."""
    from bot.core.errors import SubjectGone

    try:
        granted = (await bot.github.as_app("GET", f"/repos/{full_name}/installation")).data
    except SubjectGone:
        raise SubjectGone(f"{full_name}: there is no such repository, or the App is not installed there") from None
    installation = bot.github.installation(granted["id"])
    about = (await installation.get(f"/repos/{full_name}")).data
    return Found(installation, about["id"], about["full_name"])


@asynccontextmanager
async def stored(full_name: str) -> AsyncIterator[tuple["Store", "Known"]]:
    """The store, and the repository in it: of several of one name the newest, for it was made anew."""
    from bot.store import open_store

    store = await open_store(settings().database_url.get_secret_value())
    try:
        known = await store.repositories.known(full_name)
        if not known:
            fail(USAGE, f"{full_name}: nothing is stored of it")
        yield store, known[-1]
    finally:
        await store.close()


def repository(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    """Checks the value of --repo: it becomes part of an address."""
    owner, _, name = (value or "").partition("/")
    if value is not None and not all(
        part and part.replace("-", "").replace(".", "").replace("_", "").isalnum() for part in (owner, name)
    ):
        raise click.BadParameter(f"{value!r} is not a repository - write owner/name")
    return value
