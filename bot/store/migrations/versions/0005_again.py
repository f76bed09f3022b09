"""By what defects are known to come back, when fixes were released, what was seen outside, and tranches."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def _table(name: str, *columns: sa.Column[Any], **options: bool) -> None:
    op.create_table(name, sa.Column("repository_id", sa.BigInteger, primary_key=True, autoincrement=False), *columns,
                    sa.Column("installation_id", sa.BigInteger, nullable=False), **options)  # fmt: skip


def _key() -> sa.Column[Any]:
    return sa.Column("key", sa.Text, primary_key=True)


def _number() -> sa.Column[Any]:
    return sa.Column("number", sa.Integer, primary_key=True, autoincrement=False)


def upgrade() -> None:
    _table("fingerprint", _key(), _number(), sqlite_with_rowid=False)
    op.create_index("fingerprint_issue", "fingerprint", ["repository_id", "number"])
    _table(
        "word",
        _key(),
        sa.Column("login", sa.Text, primary_key=True),
        sa.Column("is_same", sa.Boolean, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
    )
    _table("release", sa.Column("tag", sa.Text, primary_key=True), sa.Column("at", sa.Double, nullable=False))
    _table(
        "occurrence",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("class_id", sa.Text, nullable=False),
        sa.Column("issue", sa.Integer, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    _table(
        "tranche",
        _number(),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
    )
    with op.batch_alter_table("verdict") as verdict:
        verdict.add_column(sa.Column("said", sa.Text))
        verdict.add_column(sa.Column("alike", sa.Text))
    with op.batch_alter_table("issue") as issue:
        issue.add_column(sa.Column("version", sa.Text, nullable=False, server_default=""))
        issue.add_column(sa.Column("quote", sa.Text, nullable=False, server_default=""))
        issue.add_column(sa.Column("reactions", sa.Integer, nullable=False, server_default="0"))
