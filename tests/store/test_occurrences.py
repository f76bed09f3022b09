"""What was seen outside of the tracker, on every database: the same twice is once, and nothing changes on the way."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.core.report.occurrences import Occurrence, news
from bot.store import occurrences
from tests.store.conftest import NOW

NOTE = Occurrence("support", "T-1", NOW, "crash.null", count=3, note="They wrote twice")
INCIDENT = Occurrence("incidents", "7", NOW + timedelta(days=1), issue=12)
BOTH = {each.key: each for each in (NOTE, INCIDENT)}


async def test_occurrences_are_found_again_whole(store):
    await store.occurrences.keep(7, 1, BOTH.values())
    assert await store.occurrences.known(7) == BOTH
    assert await store.occurrences.known(8) == {}


@pytest.mark.parametrize(
    "found",
    [
        replace(NOTE, at=datetime(2199, 12, 31, 23, 59, 59, 999_999, UTC)),
        replace(NOTE, at=datetime(1970, 1, 1, tzinfo=UTC)),
        replace(NOTE, at=NOW.astimezone(timezone(timedelta(hours=9, minutes=30)))),
        replace(NOTE, count=1_000_000, issue=10**9 - 1),
        replace(NOTE, source="it's", id='"; DROP TABLE occurrence; --', note="\N{BUG}\ufffd%s :x"),
    ],
    ids=["the last moment", "the first moment", "another zone", "great numbers", "hostile names"],
)
async def test_what_is_stored_is_no_news(store, found):
    """Else importing a file again would correct it for ever."""
    await store.occurrences.keep(7, 1, [found])
    assert news([found], await store.occurrences.known(7, [found.key])) == ()


async def test_the_same_id_again_replaces_and_is_not_added(store):
    await store.occurrences.keep(7, 1, BOTH.values())
    corrected = Occurrence("support", "T-1", NOW - timedelta(days=1), issue=4, count=2)
    await store.occurrences.keep(7, 1, [corrected])
    assert await store.occurrences.known(7) == BOTH | {NOTE.key: corrected}
    await store.occurrences.keep(7, 1, [])
    await store.occurrences.keep(7, 1, [NOTE, corrected, NOTE])
    assert await store.occurrences.known(7) == BOTH


@pytest.mark.parametrize("change", [{"source": "sales"}, {"id": "T-2"}], ids=lambda change: next(iter(change)))
async def test_another_source_or_id_is_another_occurrence(store, change):
    await store.occurrences.keep(7, 1, [NOTE, replace(NOTE, **change)])
    assert len(await store.occurrences.known(7)) == 2


async def test_another_repository_has_its_own(store):
    await store.occurrences.keep(7, 1, [NOTE])
    await store.occurrences.keep(8, 1, [replace(NOTE, count=9)])
    assert await store.occurrences.known(7) == {NOTE.key: NOTE}


async def test_some_are_found_by_their_keys_however_many_are_asked_for(store, monkeypatch):
    monkeypatch.setattr(occurrences, "MAX_ASKED", 3)
    many = {each.key: each for each in (replace(NOTE, id=f"T-{number}") for number in range(10))}
    await store.occurrences.keep(7, 1, [*many.values(), INCIDENT])
    absent = [("support", "T-99"), ("incidents", "T-1"), ("nobody", "7")]
    assert await store.occurrences.known(7, [*many, *absent]) == many
    assert await store.occurrences.known(7, [INCIDENT.key]) == {INCIDENT.key: INCIDENT}
    assert await store.occurrences.known(7, []) == {}


async def test_those_before_a_moment_are_found_without_their_notes(store):
    await store.occurrences.keep(7, 1, BOTH.values())
    assert await store.occurrences.until(7, NOW) == []
    assert await store.occurrences.until(7, INCIDENT.at) == [replace(NOTE, note="")]
    assert len(await store.occurrences.until(7, INCIDENT.at + timedelta(microseconds=1))) == 2
    assert await store.occurrences.until(8, INCIDENT.at + timedelta(days=1)) == []


async def test_uninstalling_forgets_those_of_that_installation_alone(store):
    await store.occurrences.keep(7, 1, [NOTE])
    await store.occurrences.keep(8, 2, [INCIDENT])
    await store.occurrences.forget(1)
    assert await store.occurrences.known(7) == {}
    assert await store.occurrences.known(8) == {INCIDENT.key: INCIDENT}
