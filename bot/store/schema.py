"""The tables.

Uniqueness and locking are theirs: a delivery once, one worker on a subject, one report a week. No queries here.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    text,
)


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime, kept as seconds since the epoch: compares the same on every database."""

    impl = Double
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> float | None:  # noqa: ARG002
        return None if value is None else value.timestamp()

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else datetime.fromtimestamp(value, UTC)


Serial = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts only an INTEGER primary key

metadata = MetaData()

# The inbox. state: todo -> doing -> done, or dead after too many attempts.
delivery = Table(
    "delivery",
    metadata,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("delivery_id", Text, nullable=False, unique=True),
    Column("installation_id", BigInteger, nullable=False),  # 0: ours
    Column("body_hash", LargeBinary),  # forgotten after seven days
    Column("event", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("lease_until", Moment),
    Column("lease_owner", Text),
    Column("error", Text),
    Column("body", LargeBinary),  # zlib; none when there was nothing to do
    sqlite_autoincrement=True,
)
_TODO, _DOING = text("state = 'todo'"), text("state = 'doing'")
_HASHED = text("body_hash IS NOT NULL")
Index("delivery_body", delivery.c.installation_id, delivery.c.body_hash, unique=True,
      sqlite_where=_HASHED, postgresql_where=_HASHED)  # fmt: skip
# One worker on a subject at a time, by the database's own word.
Index("delivery_doing", delivery.c.subject, unique=True, sqlite_where=_DOING, postgresql_where=_DOING)
Index("delivery_due", delivery.c.installation_id, delivery.c.due_at, delivery.c.seq,
      sqlite_where=_TODO, postgresql_where=_TODO)  # fmt: skip
Index("delivery_wake", delivery.c.due_at, sqlite_where=_TODO, postgresql_where=_TODO)
Index("delivery_subject", delivery.c.subject, delivery.c.seq, sqlite_where=_TODO, postgresql_where=_TODO)
Index("delivery_received", delivery.c.received_at)

# What is remembered of an issue: see core.model.Prior.
verdict = Table(
    "verdict",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("installation_id", BigInteger, nullable=False),
    Column("class_id", Text, nullable=False),
    Column("text_hash", Text, nullable=False),
    Column("seen_at", Moment),
    Column("reclassified_at", Moment),
    Column("refused", Text, nullable=False),  # JSON list of logins
    Column("orders", Text, nullable=False, server_default="{}"),  # JSON: what people said in comments
    Column("undone", Text, nullable=False, server_default=""),  # the version of the rules that was taken back
    Column("said", Text),  # JSON: what our sticky comment said last; none: nothing
    Column("alike", Text),  # JSON list of issues that read like it; none: nobody has looked
    Column("decided_at", Moment, nullable=False),
)

# Every decision, with its trace: what was seen, what was done, why.
decision = Table(
    "decision",
    metadata,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("subject", Text, nullable=False),
    Column("installation_id", BigInteger, nullable=False),
    Column("delivery_id", Text, nullable=False),
    Column("decided_at", Moment, nullable=False),
    Column("trace", Text, nullable=False),  # JSON
    Column("repository_id", BigInteger),
    Column("ruleset", Text),  # the version of the rules that asked for a write; none: nothing was written by rules
    sqlite_autoincrement=True,
)
Index("decision_subject", decision.c.subject, decision.c.seq)
_WRITTEN = text("ruleset IS NOT NULL")
Index("decision_written", decision.c.repository_id, decision.c.decided_at,
      sqlite_where=_WRITTEN, postgresql_where=_WRITTEN)  # fmt: skip

# Issues as they were last seen: what a change of rules is tried on. See core.model.Issue.
issue = Table(
    "issue",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("repository_id", BigInteger, nullable=False),
    Column("installation_id", BigInteger, nullable=False),
    Column("number", Integer, nullable=False),
    Column("is_open", Boolean, nullable=False),
    Column("assignees", Text, nullable=False),  # JSON list of logins
    Column("updated_at", Moment, nullable=False),
    Column("snapshot", LargeBinary, nullable=False),  # zlib of JSON
    Column("version", Text, nullable=False, server_default=""),  # of the product, as the reporter says
    Column("quote", Text, nullable=False, server_default=""),  # the error that it shows
    Column("reactions", Integer, nullable=False, server_default="0"),
)
Index("issue_newest", issue.c.repository_id, issue.c.number)

# Commands of comments that were run: an edited comment runs only what changed.
command = Table(
    "command",
    metadata,
    Column("comment_id", Text, primary_key=True),
    Column("line", Text, primary_key=True),
    Column("installation_id", BigInteger, nullable=False),
    Column("ran_at", Moment, nullable=False),
)

# Pull requests as they were last seen.
pull = Table(
    "pull",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("installation_id", BigInteger, nullable=False),
    Column("repository_id", BigInteger, nullable=False),
    Column("number", Integer, nullable=False),
    Column("head", Text, nullable=False),
    Column("base", Text, nullable=False),
    Column("is_open", Boolean, nullable=False),
    Column("is_fix", Boolean, nullable=False),
    Column("conclusion", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("needs", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("issues", Text, nullable=False),  # JSON: the issues that it closes, with the classes that the check saw
    Column("paths", Text, nullable=False),  # JSON list: tests whose texts are read with the next snapshot
    Column("waived_for", Text, nullable=False),  # JSON: the issues that it fixed when its waiver was granted
    Column("requests", Text, nullable=False),  # JSON: what people asked for, see core.evidence.requests
    Column("due_at", Moment),  # when to look again
    Column("seen_at", Moment, nullable=False),
)
Index("pull_head", pull.c.repository_id, pull.c.head)
_DUE = text("due_at IS NOT NULL")
Index("pull_due", pull.c.due_at, sqlite_where=_DUE, postgresql_where=_DUE)

# Which issues a pull request fixes.
closing = Table(
    "closing",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("issue", Integer, primary_key=True, autoincrement=False),
    Column("repository_id", BigInteger, nullable=False),
    Column("installation_id", BigInteger, nullable=False),
)
Index("closing_issue", closing.c.repository_id, closing.c.issue)

# Tests that showed that a defect was fixed, while they stand.
guard = Table(
    "guard",
    metadata,
    Column("repository_id", BigInteger, primary_key=True, autoincrement=False),
    Column("path", Text, primary_key=True),
    Column("names", Text, primary_key=True),  # JSON list
    Column("issue", Integer, primary_key=True, autoincrement=False),
    Column("installation_id", BigInteger, nullable=False),
    Column("title", Text, nullable=False),  # of the issue
    Column("class_id", Text, nullable=False),
    Column("pull", Integer, nullable=False),  # that fixed it
    Column("since", Moment, nullable=False),
    Column("lost_at", Moment),
    Column("lost_by", Integer),  # the pull request that took it away
)

# What runs of workflows showed on a commit.
result = Table(
    "result",
    metadata,
    Column("repository_id", BigInteger, primary_key=True, autoincrement=False),
    Column("head", Text, primary_key=True),
    Column("run_id", BigInteger, primary_key=True, autoincrement=False),
    Column("workflow_id", BigInteger, nullable=False),
    Column("installation_id", BigInteger, nullable=False),
    Column("results", LargeBinary, nullable=False),  # zlib of JSON
    Column("proofs", Text, nullable=False),  # JSON
    Column("arrived_at", Moment, nullable=False),
)
Index("result_arrived", result.c.arrived_at)

# The ledger: what became of every issue, see core.ledger.model. Its rows lie in the order in which they are read.
entry = Table(
    "entry",
    metadata,
    Column("repository_id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, primary_key=True),
    Column("digest", LargeBinary, primary_key=True),  # of what makes it the one that it is
    Column("installation_id", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("class_id", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("rules", Text, nullable=False),
    Column("pull", Integer, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("of", Integer, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    sqlite_with_rowid=False,
)

# By what issues are known to be of one defect, see core.ledger.prints.
fingerprint = Table(
    "fingerprint",
    metadata,
    Column("repository_id", BigInteger, primary_key=True, autoincrement=False),
    Column("key", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("installation_id", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
Index("fingerprint_issue", fingerprint.c.repository_id, fingerprint.c.number)

# What people said of fingerprints: the last word of each.
word = Table(
    "word",
    metadata,
    Column("repository_id", BigInteger, primary_key=True, autoincrement=False),
    Column("key", Text, primary_key=True),
    Column("login", Text, primary_key=True),
    Column("installation_id", BigInteger, nullable=False),
    Column("is_same", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
)

# Releases that are published.
release = Table(
    "release",
    metadata,
    Column("repository_id", BigInteger, primary_key=True, autoincrement=False),
    Column("tag", Text, primary_key=True),
    Column("installation_id", BigInteger, nullable=False),
    Column("at", Moment, nullable=False),
)

# What happened outside of the tracker, as it was imported: see core.ledger.occurrences.
occurrence = Table(
    "occurrence",
    metadata,
    Column("repository_id", BigInteger, primary_key=True, autoincrement=False),
    Column("source", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("installation_id", BigInteger, nullable=False),
    Column("at", Moment, nullable=False),
    Column("class_id", Text, nullable=False),  # "": of an issue
    Column("issue", Integer, nullable=False),  # 0: of a class
    Column("count", Integer, nullable=False),
    Column("note", Text, nullable=False),
)

# Tranches of a repository, one after the other: see core.ledger.tranche.
tranche = Table(
    "tranche",
    metadata,
    Column("repository_id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),  # from 1 on
    Column("installation_id", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("content", Text, nullable=False),  # JSON
)

repository = Table(
    "repository",
    metadata,
    Column("id", BigInteger, primary_key=True),
    Column("installation_id", BigInteger, nullable=False),
    Column("full_name", Text, nullable=False),
    Column("files", Text),  # JSON: the last good files that govern the bot
    Column("seen", Text),  # the state of those files that was last read, good or not
    Column("problems", Text),  # JSON: what is wrong with the files as last read; none: nothing
    Column("told", Text),  # the state of the files about which the repository was told
    Column("filled", Integer),  # how many of its newest issues were fetched once
    Column("put_aside", Text),  # JSON: rules that cost too much here, with the version of the rules
    Column("swept_at", Moment),  # every change up to here has been seen
    Column("backfill", Text),  # JSON: how far its past was read
    Column("weekly", Text),  # JSON: where its weekly report stands
    Column("report", Text),  # when that is due, as its last good files say; none: they ask for no report
)

# What an installation may still write, shared by all workers: see core.budget.
budget = Table(
    "budget",
    metadata,
    Column("installation_id", BigInteger, primary_key=True),
    Column("next_write_at", Moment, nullable=False),
    Column("content_at", Moment, nullable=False),
    Column("blocked_until", Moment, nullable=False),
)

counter = Table(
    "counter", metadata, Column("name", Text, primary_key=True), Column("value", BigInteger, nullable=False)
)
