"""Insert one row, or replace it (or leave it), by its primary key, on either database."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection


def insert_of(connection: AsyncConnection, table: Table) -> Any:
    """The insert of the database that is in use: both know what a conflict is, and SQLAlchemy's own does not."""
    dialect: Any = import_module(f"sqlalchemy.dialects.{connection.dialect.name}")
    return dialect.insert(table)


async def upsert(
    connection: AsyncConnection, table: Table, values: Mapping[str, Any], *, is_replacing: bool = True
) -> None:
    key = [column.name for column in table.primary_key]
    statement = insert_of(connection, table).values(**values)
    if is_replacing:
        changed = {name: statement.excluded[name] for name in values if name not in key}
        await connection.execute(statement.on_conflict_do_update(index_elements=key, set_=changed))
    else:
        await connection.execute(statement.on_conflict_do_nothing(index_elements=key))
