"""The command line: reads arguments, calls the program, prints. Data goes to standard output, logs to standard error.

Exit codes: 0 ok, 1 findings, 2 usage or configuration, 3 GitHub, 4 authentication, 130 interrupted.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

import click
from dotenv import dotenv_values
from sqlalchemy.exc import SQLAlchemyError

from bot import __version__
from bot.core.errors import BadSettings, BotError
from bot.core.lint import BadRules
from bot.logs import redacted
from bot.settings import Settings, has_credentials, read_settings

OK, FINDINGS, USAGE, GITHUB, AUTHENTICATION, INTERRUPTED = 0, 1, 2, 3, 4, 130


def environment() -> Mapping[str, str]:
    """The process environment over `.env`: the one place that reads either."""
    return {name: value for name, value in dotenv_values(".env").items() if value is not None} | dict(os.environ)


def settings(*, needs_app: bool = False) -> Settings:
    try:
        return read_settings(environment(), needs_app=needs_app)
    except BadSettings as error:
        fail(USAGE, *error.problems)


def fail(code: int, *lines: str) -> NoReturn:
    for line in lines:
        click.echo(line, err=True)
    raise SystemExit(code)


def run(work: Awaitable[int | None]) -> NoReturn:
    """Runs to the end, turning our errors into exit codes."""

    async def outer() -> int | None:
        return await work

    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            raise SystemExit(runner.run(outer()) or OK)
    except BadRules as error:
        fail(USAGE, *map(str, error.problems))
    except BotError as error:
        fail(GITHUB, f"{type(error).__name__}: {error}")
    except (OSError, SQLAlchemyError) as error:  # the port is taken, the database is away
        fail(USAGE, redacted(f"cannot start: {type(error).__name__}: {error}".partition("\n")[0]))
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop  # noqa: PLC0415 - an extra
    except ImportError:
        return None
    return uvloop.new_event_loop


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="burndown")
def main() -> None:
    """Burndown: the GitHub App that makes defects stop coming back."""


# serving


@main.command()
@click.option(
    "--demo-if-unconfigured", is_flag=True, help="Without credentials, play the story on the simulated GitHub."
)
def serve(*, demo_if_unconfigured: bool) -> None:
    """Receive and work, in one process."""
    if demo_if_unconfigured and not has_credentials(environment()):
        from bot.demo import play  # noqa: PLC0415 - the simulation is not loaded where it is not wanted

        run(play(environment(), stays=True))
    _serve(with_web=True, with_worker=True)


@main.command()
def web() -> None:
    """Receive only; workers of any number share the inbox (PostgreSQL)."""
    _serve(with_web=True, with_worker=False)


@main.command()
def worker() -> None:
    """Work only."""
    _serve(with_web=False, with_worker=True)


def _serve(*, with_web: bool, with_worker: bool) -> None:
    from bot.app import running  # noqa: PLC0415 - other verbs start faster without it
    from bot.logs import start_logging  # noqa: PLC0415

    chosen = settings(needs_app=True)
    start_logging(chosen.log_level, chosen.log_format)

    async def until_stopped() -> None:
        stopped = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
        async with running(chosen, with_web=with_web, with_worker=with_worker, with_schedule=with_worker):
            await stopped.wait()

    run(until_stopped())


@main.command()
def demo() -> None:
    """Play the story on the simulated GitHub, then exit."""
    from bot.demo import play  # noqa: PLC0415

    run(play(environment(), stays=False))


@main.command()
@click.option("--check", is_flag=True, help="Only say whether the schema is current (exit code 1 if not).")
def migrate(*, check: bool) -> None:
    """Bring the database to this version's schema."""
    from bot.store.database import open_database  # noqa: PLC0415

    async def work() -> int:
        database = open_database(settings().database_url.get_secret_value())
        try:
            if not check:
                await database.migrate()
            return OK if await database.is_current() else FINDINGS
        finally:
            await database.close()

    run(work())


# rules


@main.group()
def rules() -> None:
    """Rule packs."""


@rules.command()
@click.argument("directory", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Findings as JSON.")
def lint(directory: Path | None, *, as_json: bool) -> None:
    """Check every rule file and run every sample; findings as file:line:column."""
    from bot.rulefiles import load_packs  # noqa: PLC0415

    problems: tuple[Any, ...] = ()
    packs = None
    try:
        packs = load_packs(directory or settings().rules_dir)
    except BadRules as error:
        problems = error.problems
    if as_json:
        click.echo(json.dumps([_problem_data(problem) for problem in problems], indent=2))
    elif packs:
        files = [file for pack in packs.files.values() for _, file in pack]
        samples = sum(len(r.tests.match) + len(r.tests.no_match) for file in files for r in file.rules)
        click.echo(f"{len(packs.files)} packs, {sum(len(f.rules) for f in files)} rules, {samples} samples: all hold")
    else:
        for problem in problems:
            click.echo(str(problem))
    raise SystemExit(FINDINGS if problems else OK)


def _problem_data(problem: Any) -> dict[str, Any]:
    place = problem.place
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "path": problem.path,
        "what": problem.what,
        "instead": problem.instead,
    }


@rules.command()
@click.argument("which", type=click.Choice(["rules", "config"]), default="rules")
def schema(which: str) -> None:
    """The JSON Schema of rule files, or of .github/burndown.yml."""
    from bot.rulefiles import json_schema  # noqa: PLC0415

    click.echo(json.dumps(json_schema(which), indent=2, sort_keys=True))


@main.command()
@click.argument("source")
@click.option("--pack", "packs", multiple=True, help="Packs of rules; general when none is named.")
@click.option("--config", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A .github/burndown.yml.")
@click.option("--json", "as_json", is_flag=True, help="The trace as JSON.")
def classify(source: str, packs: tuple[str, ...], config: Path | None, *, as_json: bool) -> None:
    """Classify one issue and say why: SOURCE is a file, - for standard input, or the URL of an issue.

    A file's first line is the title, the rest the body; JSON with "title" and "body" is understood too.
    """
    from bot import verdict  # noqa: PLC0415

    chosen = settings()
    if source.startswith(("http://", "https://")):
        title, body = _fetched(chosen, source)
    else:
        try:
            text = sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            fail(USAGE, f"{source}: {error.strerror}")
        title, body = verdict.split(text)
    try:
        found, ruleset = verdict.of(chosen, title, body, packs, config)
    except BadRules as error:
        fail(USAGE, *map(str, error.problems))
    if as_json:
        click.echo(json.dumps(found.as_data(), indent=2, ensure_ascii=False))
    else:
        verdict.show(found, ruleset)


def _fetched(chosen: Settings, url: str) -> tuple[str, str]:
    from bot import verdict  # noqa: PLC0415

    try:
        return asyncio.run(verdict.fetch(chosen, url))
    except ValueError as error:
        fail(USAGE, str(error))
    except BotError as error:
        fail(AUTHENTICATION if "401" in str(error) else GITHUB, f"{url}: {error}")


# the inbox


@main.group()
def inbox() -> None:
    """Deliveries: what waits, what died, and why."""


@inbox.command("ls")
@click.option("--state", type=click.Choice(["todo", "doing", "done", "dead"]), help="Only these.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000))
@click.option("--json", "as_json", is_flag=True)
def inbox_ls(state: str | None, limit: int, *, as_json: bool) -> None:
    """List deliveries, newest first."""
    rows = _with_inbox(lambda box: box.rows(state=state, limit=limit))
    if as_json:
        click.echo(json.dumps([_row_data(row) for row in rows], indent=2))
        return
    for row in rows:
        about = f"{row.event}.{row.action}".rstrip(".")
        what = f"{row.state:5} {row.attempt:2}  {row.delivery_id}  {about}  {row.subject}  {row.error or ''}"
        click.echo(f"{row.received_at:%Y-%m-%d %H:%M:%S}  {what}".rstrip())


@inbox.command("show")
@click.argument("delivery_id")
def inbox_show(delivery_id: str) -> None:
    """One delivery."""
    row = _with_inbox(lambda box: box.row(delivery_id))
    if row is None:
        fail(FINDINGS, f"no delivery {delivery_id}")
    for name, value in _row_data(row).items():
        click.echo(f"{name:16} {value}")


@inbox.command("retry")
@click.argument("delivery_ids", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every dead delivery.")
def inbox_retry(delivery_ids: tuple[str, ...], *, everything: bool) -> None:
    """Bring dead deliveries back."""
    if not delivery_ids and not everything:
        fail(USAGE, "name deliveries, or say --all")
    count = _with_inbox(lambda box: box.retry(delivery_ids, datetime.now(UTC)))
    click.echo(f"{count} to be tried again")


@inbox.command("purge")
@click.option("--state", type=click.Choice(["done", "dead"]), default="done", show_default=True)
@click.option("--older-than-days", default=30, show_default=True, type=click.IntRange(0, 10_000))
def inbox_purge(state: str, older_than_days: int) -> None:
    """Delete old deliveries."""
    before = datetime.now(UTC) - timedelta(days=older_than_days)
    count = _with_inbox(lambda box: box.purge(before, state=state))
    click.echo(f"{count} deleted")


def _with_inbox(work: Callable[[Any], Awaitable[Any]]) -> Any:
    from bot.store import open_store  # noqa: PLC0415

    async def outer() -> Any:
        store = await open_store(settings().database_url.get_secret_value())
        try:
            return await work(store.inbox)
        finally:
            await store.close()

    try:
        return asyncio.run(outer())
    except (OSError, SQLAlchemyError) as error:
        fail(USAGE, redacted(f"the database cannot be used: {type(error).__name__}: {error}".partition("\n")[0]))


def _row_data(row: Any) -> dict[str, Any]:
    found = ((name, getattr(row, name)) for name in row.__dataclass_fields__)
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in found}
