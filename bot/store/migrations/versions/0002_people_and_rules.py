"""People's orders, issues to try rules on, and the files that govern a repository."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("verdict", sa.Column("orders", sa.Text, nullable=False, server_default="{}"))
    op.add_column("verdict", sa.Column("undone", sa.Text, nullable=False, server_default=""))
    op.add_column("decision", sa.Column("repository_id", sa.BigInteger))
    op.add_column("decision", sa.Column("ruleset", sa.Text))
    written = sa.text("ruleset IS NOT NULL")
    op.create_index(
        "decision_written", "decision", ["repository_id", "decided_at"], sqlite_where=written, postgresql_where=written
    )
    op.create_table(
        "issue",
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("repository_id", sa.BigInteger, nullable=False),
        sa.Column("installation_id", sa.BigInteger, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("is_open", sa.Boolean, nullable=False),
        sa.Column("assignees", sa.Text, nullable=False),
        sa.Column("updated_at", sa.Double, nullable=False),
        sa.Column("snapshot", sa.LargeBinary, nullable=False),
    )
    op.create_index("issue_newest", "issue", ["repository_id", "number"])
    op.create_table(
        "command",
        sa.Column("comment_id", sa.Text, primary_key=True),
        sa.Column("line", sa.Text, primary_key=True),
        sa.Column("installation_id", sa.BigInteger, nullable=False),
        sa.Column("ran_at", sa.Double, nullable=False),
    )
    op.drop_column("repository", "config")  # read again with the first issue
    op.add_column("repository", sa.Column("filled", sa.Integer))
    for name in ("files", "seen", "problems", "told", "put_aside"):
        op.add_column("repository", sa.Column(name, sa.Text))
