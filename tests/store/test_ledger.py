"""The ledger on every database: appended once, read in order, forgotten whole."""

import random
from datetime import timedelta

import pytest

from bot.core.ledger.model import ORDER, Entry, ordered, read
from bot.core.model import Subject
from bot.store import ledger
from tests.store.conftest import NOW

LATER = NOW + timedelta(days=1)
ARRIVED = Entry(1, NOW, "arrived", who="zoe")
CLASSIFIED = Entry(1, NOW, "classified", "crash", "S1", cause="rules", rules="v1")
ASSIGNED = Entry(1, LATER, "assigned", who="bob", actor="alice")
FIXED = Entry(1, LATER, "fixed", pull=12, cause="#12")
CLOSED = Entry(1, LATER, "closed", actor="bob", cause="#12")
DISMISSED = Entry(2, LATER, "dismissed", cause="duplicate", of=1)
ALL = [ARRIVED, CLASSIFIED, ASSIGNED, FIXED, CLOSED, DISMISSED]


async def test_entries_are_found_again_whole_and_in_order(store):
    mixed = random.Random(1).sample(ALL, len(ALL))
    assert await store.ledger.append_all(7, 1, mixed, NOW) == len(ALL)
    assert await store.ledger.entries(7) == ALL
    assert await store.ledger.entries(8) == []


async def test_what_is_recorded_again_changes_nothing(store):
    await store.ledger.append_all(7, 1, ALL, NOW)
    again = [*ALL, *ALL, ARRIVED._replace(actor="mallory", cause="again")]
    assert await store.ledger.append_all(7, 1, again, LATER) == 0
    assert await store.ledger.entries(7) == ALL
    assert await store.ledger.append_all(8, 1, [ARRIVED, ARRIVED], NOW) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"number": 3},
        {"at": NOW + timedelta(seconds=1)},
        {"kind": "reopened"},
        {"class_id": "hang"},
        {"severity": "S2"},
        {"pull": 13},
        {"who": "ann"},
        {"of": 4},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_each_part_of_what_happened_makes_it_another(store, change):
    await store.ledger.append_all(7, 1, [CLASSIFIED], NOW)
    assert await store.ledger.append_all(7, 1, [CLASSIFIED._replace(**change)], NOW) == 1


@pytest.mark.parametrize("first", [FIXED, FIXED._replace(evidence="L3")], ids=["history first", "merge first"])
async def test_evidence_is_kept_whenever_it_becomes_known(store, first):
    for each in (first, FIXED, FIXED._replace(evidence="L3")):
        await store.ledger.append_all(7, 1, [each], NOW)
    assert await store.ledger.entries(7) == [FIXED._replace(evidence="L3")]


async def test_the_end_of_a_transaction_decides(store):
    async def broken_off():
        async with store.database.write() as connection:
            assert await store.ledger.append(connection, 7, 1, ALL, NOW) == len(ALL)
            raise KeyError(7)

    with pytest.raises(KeyError):
        await broken_off()
    assert await store.ledger.entries(7) == []


async def told(store):
    """Issue by issue."""
    histories = []
    await store.ledger.tell(7, histories.append)
    return [read(each) for each in histories]


async def test_pages_of_a_long_ledger_end_where_nothing_of_a_second_is_missing(store, monkeypatch):
    monkeypatch.setattr(ledger, "_READ", 3)
    drawn = random.Random(2)
    kinds = ("classified", "assigned", "fixed", "closed", "reopened")
    entries = [
        Entry(
            drawn.randint(1, 3),
            NOW + timedelta(seconds=drawn.randint(0, 5)),
            drawn.choice(kinds),
            drawn.choice(["", "crash", "hang"]),
            pull=drawn.randint(0, 2),
            evidence=drawn.choice(["", "L1", "L3"]),
        )
        for _ in range(400)
    ]
    await store.ledger.append_all(7, 1, entries, NOW)
    await store.ledger.append_all(8, 1, entries[:9], NOW)
    assert await store.ledger.entries(7) == list(ordered(entries))
    histories = await told(store)
    assert [{each.number for each in of_one} for of_one in histories] == [{1}, {2}, {3}]
    assert histories == [sorted(each, key=lambda each: (each.at, ORDER[each.kind])) for each in histories]
    assert list(ordered(each for of_one in histories for each in of_one)) == list(ordered(entries))
    parts = [part async for part in store.ledger.parts(7)]
    assert [each for part in parts for each in part] == list(ordered(entries))
    assert len(parts) > 3


async def test_a_history_is_told_without_who_did_it_and_with_all_evidence(store):
    assert await told(store) == []
    proven = FIXED._replace(evidence="L3")
    await store.ledger.append_all(7, 1, [*ALL, proven], NOW)
    of_one, of_other = await told(store)
    assert sorted(of_one) == sorted(each._replace(actor="", rules="") for each in [*ALL[:-1], proven])
    assert of_other == [DISMISSED]


async def test_the_entries_of_some_issues_are_found(store):
    await store.ledger.append_all(7, 1, ALL, NOW)
    await store.ledger.append_all(8, 1, [DISMISSED], NOW)
    found = await store.ledger.of([Subject(7, 1), Subject(7, 9)])
    assert found == {1: ALL[:-1], 9: []}
    assert await store.ledger.of([]) == {}


async def test_hostile_names_are_kept_as_they_are(store):
    odd = Entry(1, NOW, "arrived", who="it's \N{BUG} \"; DROP TABLE entry; --")
    await store.ledger.append_all(7, 1, [odd], NOW)
    assert await store.ledger.entries(7) == [odd]


async def test_uninstalling_forgets_the_ledger_of_that_installation_alone(store):
    await store.ledger.append_all(7, 1, ALL, NOW)
    await store.ledger.append_all(8, 2, [ARRIVED], NOW)
    await store.ledger.forget(1)
    assert await store.ledger.entries(7) == []
    assert await store.ledger.entries(8) == [ARRIVED]


async def test_how_far_the_past_was_read_and_the_weekly_report_are_remembered_apart(store):
    await store.repositories.see(7, 1, "acme/widget", weekly={"number": 3})
    await store.repositories.see(7, 1, "acme/widget", backfill={"pages": 2, "after": None})
    known = await store.repositories.get(7)
    assert (known.weekly, known.backfill) == ({"number": 3}, {"pages": 2, "after": None})
