"""Releases and reactions on every database: as they are now, and forgotten whole."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.model import Issue, Subject
from bot.core.recurrence.model import Release
from tests.store.conftest import NOW

OLD, NEW = Release("v1.0.0", NOW - timedelta(days=9)), Release("v1.1.0", NOW)
ISSUE = Issue(
    subject=Subject(7, 1),
    repository="acme/widget",
    title="It fails",
    body="badly",
    author="zoe",
    is_open=True,
    is_locked=False,
    labels=(),
    assignees=(),
    history=(),
    now=NOW,
)


async def replaced(store, releases, repository_id=7, installation_id=1):
    async with store.database.write() as connection:
        await store.releases.replace(connection, repository_id, installation_id, releases)


async def test_releases_are_found_again_oldest_first(store):
    assert await store.releases.all(7) == ()
    await replaced(store, [NEW, OLD])
    assert await store.releases.all(7) == (OLD, NEW)
    assert await store.releases.all(8) == ()


async def test_what_was_taken_back_is_gone_and_what_was_moved_is_moved(store):
    await replaced(store, [NEW, OLD])
    await replaced(store, [OLD], repository_id=8)
    moved = replace(NEW, at=NOW + timedelta(days=1))
    await replaced(store, [moved])
    assert await store.releases.all(7) == (moved,)
    await replaced(store, [])
    assert await store.releases.all(7) == ()
    assert await store.releases.all(8) == (OLD,)


async def test_a_tag_is_there_once_however_often_it_is_named(store):
    await replaced(store, [OLD, replace(OLD, at=NOW), NEW])
    assert await store.releases.all(7) == (replace(OLD, at=NOW), NEW)


async def test_many_releases_and_foreign_tags_are_kept(store):
    many = [Release(f"v{number}.0.0 \N{BUG}'\"", NOW + timedelta(seconds=number)) for number in range(1_000)]
    await replaced(store, [*many, Release("x" * 255, NOW - timedelta(days=1))])
    found = await store.releases.all(7)
    assert (found[0].version, found[1:]) == ("x" * 255, tuple(many))


async def test_the_end_of_a_transaction_decides(store):
    await replaced(store, [OLD])

    async def broken_off():
        async with store.database.write() as connection:
            await store.releases.replace(connection, 7, 1, [NEW])
            raise KeyError(7)

    with pytest.raises(KeyError):
        await broken_off()
    assert await store.releases.all(7) == (OLD,)


async def test_an_installation_is_forgotten_and_no_other(store):
    await replaced(store, [OLD])
    await replaced(store, [NEW], repository_id=8, installation_id=2)
    await store.releases.forget(1)
    assert (await store.releases.all(7), await store.releases.all(8)) == ((), (NEW,))


async def test_reactions_are_counted_where_there_are_any(store):
    others = [replace(ISSUE, subject=Subject(*each), reactions=count) for each, count in {(7, 2): 3, (8, 3): 5}.items()]
    await store.issues.keep_all([ISSUE, *others], 1)
    assert await store.issues.reactions(7) == {2: 3}
    await store.issues.keep_all([replace(ISSUE, reactions=12), replace(others[0], reactions=0)], 1)
    assert await store.issues.reactions(7) == {1: 12}
    assert (await store.issues.newest(7, 9))[-1].reactions == 12
