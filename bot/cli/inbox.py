"""The verbs of the inbox: list, show, retry and purge deliveries."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from bot.cli.environment import settings
from bot.cli.exits import FINDINGS, USAGE, fail, run
from bot.cli.output import as_json, say, say_json


@click.group()
def inbox() -> None:
    """Deliveries: what waits, what died, and why."""


@inbox.command("ls")
@click.option("--state", type=click.Choice(["todo", "doing", "done", "dead"]), help="Only these.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000))
@as_json
def ls(state: str | None, limit: int, *, as_json: bool) -> None:
    """List deliveries, newest first."""
    rows = _with_inbox(lambda box: box.rows(state=state, limit=limit))
    if as_json:
        say_json([_row_data(row) for row in rows])
        return
    for row in rows:
        about = f"{row.event}.{row.action}".rstrip(".")
        what = f"{row.state:5} {row.attempt:2}  {row.delivery_id}  {about}  {row.subject}  {row.error or ''}"
        say(f"{row.received_at:%Y-%m-%d %H:%M:%S}  {what}".rstrip())


@inbox.command()
@click.argument("delivery_id")
@as_json
def show(delivery_id: str, *, as_json: bool) -> None:
    """One delivery."""
    row = _with_inbox(lambda box: box.row(delivery_id))
    if row is None:
        fail(FINDINGS, f"no delivery {delivery_id}")
    if as_json:
        say_json(_row_data(row))
        return
    for name, value in _row_data(row).items():
        say(f"{name:16} {value}")


@inbox.command()
@click.argument("delivery_ids", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every dead delivery.")
def retry(delivery_ids: tuple[str, ...], *, everything: bool) -> None:
    """Bring dead deliveries back."""
    if not delivery_ids and not everything:
        fail(USAGE, "name deliveries, or say --all")
    count = _with_inbox(lambda box: box.retry(delivery_ids, datetime.now(UTC)))
    say(f"{count} to be tried again")


@inbox.command()
@click.option("--state", type=click.Choice(["done", "dead"]), default="done", show_default=True)
@click.option("--older-than-days", default=30, show_default=True, type=click.IntRange(0, 10_000))
def purge(state: str, older_than_days: int) -> None:
    """Delete old deliveries."""
    before = datetime.now(UTC) - timedelta(days=older_than_days)
    count = _with_inbox(lambda box: box.purge(before, state=state))
    say(f"{count} deleted")


def _with_inbox(work: Callable[[Any], Awaitable[Any]]) -> Any:
    from bot.store import open_store

    async def outer() -> Any:
        store = await open_store(settings().database_url.get_secret_value())
        try:
            return await work(store.inbox)
        finally:
            await store.close()

    return run(outer())


def _row_data(row: Any) -> dict[str, Any]:
    found = ((name, getattr(row, name)) for name in row.__dataclass_fields__)
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in found}
