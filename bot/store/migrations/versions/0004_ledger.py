"""The ledger, how far the past was read into it, and the weekly report that is written from it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "entry",
        sa.Column("repository_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.Double, primary_key=True),
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("installation_id", sa.BigInteger, nullable=False),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("kind", "class_id", "severity", "actor", "cause", "rules")
        ),
        sa.Column("pull", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("evidence", "who")),
        sa.Column("of", sa.Integer, nullable=False),
        sa.Column("recorded_at", sa.Double, nullable=False),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("repository") as repository:
        repository.add_column(sa.Column("backfill", sa.Text))
        repository.add_column(sa.Column("weekly", sa.Text))
        repository.add_column(sa.Column("report", sa.Text))
