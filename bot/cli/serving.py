"""The verbs that run the program: serve, web, worker, demo, migrate."""

import signal

import click

from bot.cli.environment import environment, settings
from bot.cli.exits import FINDINGS, OK, run


@click.command()
@click.option(
    "--demo-if-unconfigured", is_flag=True, help="Without credentials, play the story on the simulated GitHub."
)
def serve(*, demo_if_unconfigured: bool) -> None:
    """Receive and work, in one process."""
    from bot.settings import has_credentials

    if demo_if_unconfigured and not has_credentials(environment()):
        from bot.demo import play

        raise SystemExit(run(play(environment(), stays=True)))
    _serve(with_web=True, with_worker=True)


@click.command()
def web() -> None:
    """Receive only; workers of any number share the inbox (PostgreSQL)."""
    _serve(with_web=True, with_worker=False)


@click.command()
def worker() -> None:
    """Work only."""
    _serve(with_web=False, with_worker=True)


def _serve(*, with_web: bool, with_worker: bool) -> None:
    import asyncio

    from bot.app import running
    from bot.logs import start_logging

    chosen = settings(needs_app=True)
    start_logging(chosen.log_level, chosen.log_format)

    async def until_stopped() -> None:
        stopped = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
        async with running(chosen, with_web=with_web, with_worker=with_worker, with_schedule=with_worker):
            await stopped.wait()

    run(until_stopped())


@click.command()
def demo() -> None:
    """Play the story on the simulated GitHub, then exit."""
    from bot.demo import play

    raise SystemExit(run(play(environment(), stays=False)))


@click.command()
@click.option("--check", is_flag=True, help="Only say whether the schema is current (exit code 1 if not).")
def migrate(*, check: bool) -> None:
    """Bring the database to this version's schema."""
    from bot.store.database import open_database

    async def work() -> int:
        database = open_database(settings().database_url.get_secret_value())
        try:
            if not check:
                await database.migrate()
            return OK if await database.is_current() else FINDINGS
        finally:
            await database.close()

    raise SystemExit(run(work()))
