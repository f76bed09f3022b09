"""What is remembered, on every database; and the schema under it."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import StatementError

from bot.core.model import By, Change, Issue, Orders, Prior, Subject
from bot.core.policy import Files
from bot.store import open_store
from bot.store.database import open_database, run_migrations
from bot.store.decisions import Record
from bot.store.schema import metadata
from tests.store.conftest import NOW, arrival, claim

SUBJECT = Subject(7, 1)
ORDERS = Orders("hang", NOW, frozenset({"crash"}), "ann", NOW, is_left_alone=True, paused_until=NOW)
PRIOR = Prior("crash", "abcd", NOW, NOW, frozenset({"mallory"}), ORDERS, "v1")
TRACE = {"class": "crash", "repository": "acme/widget", "subject": str(SUBJECT)}
ISSUE = Issue(
    subject=SUBJECT,
    repository="acme/widget",
    title="It fails \N{BUG}",
    body="badly",
    author="zoe",
    is_open=True,
    is_locked=False,
    labels=("defect: crash",),
    assignees=("Ann", "bob"),
    history=(Change("label", "defect: crash", is_added=True, by=By.US, at=NOW),),
    now=NOW,
    updated_at=NOW,
    association="MEMBER",
    said={"comments.author": "again"},
)


async def record(store, memory=PRIOR, at=NOW, **more):
    async with store.database.write() as connection:
        await store.decisions.record(connection, Record(SUBJECT, 1, "d-1", at, TRACE, memory, **more))


async def test_a_decision_is_found_again_with_what_it_remembers(store):
    assert await store.decisions.prior(SUBJECT) is None
    await record(store)
    assert await store.decisions.prior(SUBJECT) == PRIOR
    assert (await store.decisions.newest(subject=SUBJECT))[0].trace == TRACE


async def test_the_newest_memory_replaces_the_older_and_every_trace_is_kept(store):
    await record(store)
    await record(store, Prior("", "ef"))
    assert await store.decisions.prior(SUBJECT) == Prior("", "ef")
    assert len(await store.decisions.newest()) == 2


async def test_a_decision_and_the_end_of_its_delivery_are_one_transaction(store):
    await store.inbox.put([arrival()])
    claimed = await claim(store)

    async def both():
        async with store.database.write() as connection:
            await store.inbox.complete(connection, claimed)
            await store.decisions.record(connection, Record(SUBJECT, 1, None, NOW, {}, PRIOR))

    with pytest.raises(StatementError):
        await both()
    assert await store.inbox.counts() == {"doing": 1}
    assert await store.decisions.newest() == []


async def test_uninstalling_forgets(store):
    await record(store, comment_id="IC_1", ran=("/burndown undo",))
    await store.issues.keep_all([ISSUE], 1)
    await store.decisions.forget(1)
    await store.issues.forget(1)
    assert await store.decisions.prior(SUBJECT) is None
    assert await store.decisions.newest() == []
    assert await store.decisions.ran("IC_1") == frozenset()
    assert await store.issues.newest(7, 10) == []


async def test_commands_that_were_run_are_known_by_their_comment(store):
    await record(store, comment_id="IC_1", ran=("/burndown undo", "/burndown pause 7"))
    await record(store, comment_id="IC_1", ran=("/burndown undo",))
    assert await store.decisions.ran("IC_1") == {"/burndown undo", "/burndown pause 7"}
    assert await store.decisions.ran("IC_2") == frozenset()


async def test_what_rules_wrote_is_counted_by_the_hour_and_found_by_their_version(store):
    await record(store, at=NOW - timedelta(hours=2), ruleset="v1")
    await record(store, ruleset="v2")
    await record(store, at=NOW + timedelta(minutes=1), ruleset="v2")
    await record(store)
    assert await store.decisions.written_since(7, NOW - timedelta(hours=1)) == (2, NOW)
    assert await store.decisions.written_since(8, NOW - timedelta(hours=1)) == (0, None)
    (found,) = await store.decisions.by_rules("v2", "acme/widget")
    assert found.decided_at == NOW + timedelta(minutes=1)
    assert await store.decisions.by_rules("v2", "acme/other") == []


async def test_an_issue_is_kept_whole_with_what_is_remembered_of_it(store):
    await store.issues.keep_all([ISSUE, replace(ISSUE, subject=Subject(7, 2), assignees=("ANN",))], 1)
    await store.issues.keep_all([replace(ISSUE, subject=Subject(8, 1)), replace(ISSUE, title="New")], 1)
    await record(store)
    second, first = await store.issues.newest(7, 10)
    assert (second.subject.number, second.prior) == (2, None)
    assert first == replace(ISSUE, title="New", prior=PRIOR)
    assert [each.subject.number for each in await store.issues.newest(7, 1)] == [2]
    assert await store.issues.loads(7) == {"ann": 2, "bob": 1}
    await store.issues.keep_all([replace(ISSUE, is_open=False)], 1)
    assert await store.issues.loads(7) == {"ann": 1}


async def test_a_repository_keeps_what_is_not_said_anew(store):
    files = Files("a,b", "version: 1", {"x.yml": "version: 1"})
    await store.repositories.see(7, 1, "acme/widget", files=files, seen="a,b", problems=("x",))
    await store.repositories.see(7, 1, "acme/gadget", swept_at=NOW, put_aside={"crash.word": "v1"})
    known = await store.repositories.get(7)
    assert (known.full_name, known.swept_at, known.seen, known.problems) == ("acme/gadget", NOW, "a,b", ("x",))
    assert known.put_aside == {"crash.word": "v1"}
    assert await store.repositories.files(7) == files
    assert await store.repositories.files(8) == Files()
    await store.repositories.forget(1)
    assert await store.repositories.get(7) is None


async def test_counters_count_across_connections(store):
    for _ in range(3):
        await store.repositories.count("missed", 2)
    assert await store.repositories.counters() == {"missed": 6}


async def test_writes_of_an_installation_are_reserved_a_second_apart_by_everybody(store):
    latest = NOW + timedelta(minutes=1)
    moments = await asyncio.gather(*(store.budgets.reserve(1, NOW, 1, latest) for _ in range(10)))
    moments.sort()
    gaps = {(b - a).total_seconds() for a, b in pairwise(moments)}
    assert min(gaps) >= 1.0
    assert await store.budgets.reserve(2, NOW, 1, latest) == NOW


async def test_a_moment_that_is_too_far_away_is_named_and_not_taken(store):
    await store.budgets.block(1, NOW, NOW + timedelta(hours=1))
    for _ in range(2):
        at = await store.budgets.reserve(1, NOW, 1, NOW + timedelta(seconds=8))
        assert at == NOW + timedelta(hours=1)


def differences(connection):
    """Between the database and the tables that the code knows; the full-text index has tables of its own."""
    own = {"include_name": lambda name, kind, _: kind != "table" or not name.startswith("similar")}
    return compare_metadata(MigrationContext.configure(connection, opts=own), metadata)


async def test_a_new_database_has_the_schema_that_the_code_knows(store):
    async with store.database.read() as connection:
        difference = await connection.run_sync(differences)
    assert difference == []


async def test_migrations_from_nothing_end_in_the_same_schema(url):
    database = open_database(url)
    async with database.write() as connection:
        await connection.run_sync(run_migrations)
        difference = await connection.run_sync(differences)
    assert difference == []
    assert await database.is_current()
    await database.close()


async def test_migrating_twice_changes_nothing(store):
    assert await store.database.is_current()
    await store.database.migrate()
    assert await store.database.is_current()


async def test_several_processes_may_migrate_at_once(url):
    stores = await asyncio.gather(*(open_store(url) for _ in range(3)))
    for each in stores:
        assert await each.database.is_current()
        await each.close()


async def test_an_empty_database_is_not_current(url):
    database = open_database(url)
    assert not await database.is_current()
    await database.close()


async def test_deliveries_of_another_process_wake_a_listener(store, url):
    other = await open_store(url)
    async with store.inbox.listening():
        store.inbox.arrived.clear()
        await other.inbox.put([arrival()])
        if not store.database.is_sqlite:  # SQLite is polled
            async with asyncio.timeout(5):
                await store.inbox.arrived.wait()
    await other.close()
