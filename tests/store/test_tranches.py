"""The tranches of a repository on every database: one after the other, and each step taken once."""

from dataclasses import replace

from bot.core.report.tranche import accept, clear, close, freeze
from tests.core.test_tranche import REPORT
from tests.store.conftest import NOW

FIRST = accept(freeze(REPORT), "ann", NOW)
CLOSED = close(FIRST, "ben", NOW)
SECOND = replace(FIRST, since="2026-W41", until="2026-W46")


async def append(store, repository_id, number, tranche, installation_id=1):
    async with store.database.write() as connection:
        return await store.tranches.append(connection, repository_id, installation_id, number, tranche)


async def step(store, number, was, now):
    async with store.database.write() as connection:
        return await store.tranches.replace(connection, 7, number, was, now)


async def test_tranches_are_found_again_in_their_order(store):
    assert (await store.tranches.all(7), await store.tranches.newest(7)) == ([], (0, None))
    assert await append(store, 7, 1, CLOSED)
    assert await append(store, 7, 2, SECOND)
    assert await append(store, 8, 1, FIRST)
    assert await store.tranches.all(7) == [CLOSED, SECOND]
    assert await store.tranches.newest(7) == (2, SECOND)
    assert await store.tranches.newest(8) == (1, FIRST)


async def test_of_two_with_one_number_the_first_stays(store):
    assert await append(store, 7, 1, FIRST)
    assert not await append(store, 7, 1, SECOND)
    assert await store.tranches.all(7) == [FIRST]


async def test_a_step_is_taken_from_where_it_was_and_once(store):
    await append(store, 7, 1, FIRST)
    await append(store, 8, 1, FIRST)
    assert await step(store, 1, FIRST, CLOSED)
    assert not await step(store, 1, FIRST, CLOSED)
    assert not await step(store, 2, FIRST, CLOSED)
    cleared = clear(CLOSED, "eve", NOW)
    assert await step(store, 1, CLOSED, cleared)
    assert await store.tranches.all(7) == [cleared]
    assert await store.tranches.all(8) == [FIRST]


async def test_an_uninstalled_app_keeps_none(store):
    await append(store, 7, 1, FIRST)
    await append(store, 8, 1, FIRST, installation_id=2)
    await store.tranches.forget(1)
    assert (await store.tranches.all(7), await store.tranches.all(8)) == ([], [FIRST])
