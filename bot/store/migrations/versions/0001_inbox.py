"""The inbox, decisions, and what is known of repositories."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _column(name: str, type_: type, *, required: bool = True) -> sa.Column[Any]:
    return sa.Column(name, type_, nullable=not required)


def upgrade() -> None:
    op.create_table(
        "delivery",
        sa.Column("seq", SERIAL, primary_key=True, autoincrement=True),
        sa.Column("delivery_id", sa.Text, nullable=False, unique=True),
        _column("installation_id", sa.BigInteger),
        _column("body_hash", sa.LargeBinary, required=False),
        *(_column(name, sa.Text) for name in ("event", "action", "subject")),
        *(_column(name, sa.Double) for name in ("received_at", "due_at")),
        _column("state", sa.Text),
        _column("attempt", sa.Integer),
        _column("lease_until", sa.Double, required=False),
        *(_column(name, sa.Text, required=False) for name in ("lease_owner", "error")),
        _column("body", sa.LargeBinary, required=False),
        sqlite_autoincrement=True,
    )
    _index("delivery_body", ["installation_id", "body_hash"], "body_hash IS NOT NULL", unique=True)
    _index("delivery_doing", ["subject"], "state = 'doing'", unique=True)
    _index("delivery_due", ["installation_id", "due_at", "seq"], "state = 'todo'")
    _index("delivery_wake", ["due_at"], "state = 'todo'")
    _index("delivery_subject", ["subject", "seq"], "state = 'todo'")
    op.create_index("delivery_received", "delivery", ["received_at"])
    op.create_table(
        "verdict",
        sa.Column("subject", sa.Text, primary_key=True),
        _column("installation_id", sa.BigInteger),
        *(_column(name, sa.Text) for name in ("class_id", "text_hash")),
        *(_column(name, sa.Double, required=False) for name in ("seen_at", "reclassified_at")),
        _column("refused", sa.Text),
        _column("decided_at", sa.Double),
    )
    op.create_table(
        "decision",
        sa.Column("seq", SERIAL, primary_key=True, autoincrement=True),
        _column("subject", sa.Text),
        _column("installation_id", sa.BigInteger),
        _column("delivery_id", sa.Text),
        _column("decided_at", sa.Double),
        _column("trace", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_index("decision_subject", "decision", ["subject", "seq"])
    op.create_table(
        "repository",
        sa.Column("id", sa.BigInteger, primary_key=True),
        _column("installation_id", sa.BigInteger),
        _column("full_name", sa.Text),
        _column("config", sa.Text, required=False),
        _column("swept_at", sa.Double, required=False),
    )
    op.create_table(
        "budget",
        sa.Column("installation_id", sa.BigInteger, primary_key=True),
        *(_column(name, sa.Double) for name in ("next_write_at", "content_at", "blocked_until")),
    )
    op.create_table("counter", sa.Column("name", sa.Text, primary_key=True), _column("value", sa.BigInteger))


def _index(name: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(name, "delivery", columns, unique=unique, sqlite_where=condition, postgresql_where=condition)
