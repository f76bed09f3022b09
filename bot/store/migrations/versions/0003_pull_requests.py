"""Pull requests, the tests that guard what they fixed, and test results."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "pull",
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("installation_id", sa.BigInteger, nullable=False),
        sa.Column("repository_id", sa.BigInteger, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("head", "base")),
        *(sa.Column(name, sa.Boolean, nullable=False) for name in ("is_open", "is_fix")),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("conclusion", "level", "needs", "title", "issues", "paths", "waived_for", "requests")
        ),
        sa.Column("due_at", sa.Double),
        sa.Column("seen_at", sa.Double, nullable=False),
    )
    op.create_index("pull_head", "pull", ["repository_id", "head"])
    due = sa.text("due_at IS NOT NULL")
    op.create_index("pull_due", "pull", ["due_at"], sqlite_where=due, postgresql_where=due)
    op.create_table(
        "closing",
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("issue", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("repository_id", sa.BigInteger, nullable=False),
        sa.Column("installation_id", sa.BigInteger, nullable=False),
    )
    op.create_index("closing_issue", "closing", ["repository_id", "issue"])
    op.create_table(
        "guard",
        sa.Column("repository_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("path", sa.Text, primary_key=True),
        sa.Column("names", sa.Text, primary_key=True),
        sa.Column("issue", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("installation_id", sa.BigInteger, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("title", "class_id")),
        sa.Column("pull", sa.Integer, nullable=False),
        sa.Column("since", sa.Double, nullable=False),
        sa.Column("lost_at", sa.Double),
        sa.Column("lost_by", sa.Integer),
    )
    op.create_table(
        "result",
        sa.Column("repository_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("head", sa.Text, primary_key=True),
        sa.Column("run_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("workflow_id", sa.BigInteger, nullable=False),
        sa.Column("installation_id", sa.BigInteger, nullable=False),
        sa.Column("results", sa.LargeBinary, nullable=False),
        sa.Column("proofs", sa.Text, nullable=False),
        sa.Column("arrived_at", sa.Double, nullable=False),
    )
    op.create_index("result_arrived", "result", ["arrived_at"])
