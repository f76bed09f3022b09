"""The inbox keeps its promises on every database."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from isal import isal_zlib
from sqlalchemy import text

from tests.store.conftest import LEASE, NOW, arrival, claim, complete


async def states(store):
    return await store.inbox.counts()


# accepting


async def test_an_accepted_delivery_is_there_after_the_answer(store):
    sent = arrival()
    await store.inbox.accept(sent)
    assert await states(store) == {"todo": 1}
    claimed = await claim(store)
    assert (claimed.delivery_id, claimed.body) == (sent.delivery_id, b'{"number": ' + claimed.body[11:])


async def test_requests_that_arrive_together_share_few_commits(store):
    arrivals = [arrival(f"1#{number}") for number in range(600)]
    await asyncio.gather(*(store.inbox.accept(each) for each in arrivals))
    assert await states(store) == {"todo": 600}


async def test_a_failed_commit_is_told_to_everybody_who_waits_for_it(store):
    good, bad = arrival(), arrival(subject=None)
    results = await asyncio.gather(store.inbox.accept(good), store.inbox.accept(bad), return_exceptions=True)
    assert all(isinstance(each, Exception) for each in results)
    await store.inbox.accept(good)
    assert await states(store) == {"todo": 1}


async def test_a_delivery_id_arrives_once(store):
    sent = arrival()
    assert await store.inbox.put([sent]) == 1
    assert await store.inbox.put([replace(sent, body_hash=b"other")]) == 0


async def test_a_body_arrives_once_per_installation(store):
    sent = arrival()
    assert await store.inbox.put([sent]) == 1
    assert await store.inbox.put([replace(sent, delivery_id="another")]) == 0
    assert await store.inbox.put([replace(sent, delivery_id="another", installation_id=2)]) == 1


async def test_a_body_is_recognised_for_seven_days(store):
    sent = arrival()
    await store.inbox.put([sent])
    await store.inbox.forget_hashes(NOW + timedelta(days=6))
    assert await store.inbox.put([replace(sent, delivery_id="another")]) == 0
    await store.inbox.forget_hashes(NOW + timedelta(days=8))
    assert await store.inbox.put([replace(sent, delivery_id="another")]) == 1


async def test_deliveries_of_our_own_have_no_body_hash_and_do_not_collide(store):
    assert await store.inbox.put([arrival(body_hash=None), arrival(body_hash=None)]) == 2


async def test_a_redelivery_of_what_is_under_way_is_not_lost_with_it(store):
    """Claimed is not done: a queue that refused such redeliveries lost 5,547 deliveries of another bot."""
    sent = arrival()
    await store.inbox.put([sent])
    await claim(store, "dies")
    assert await store.inbox.put([sent]) == 0
    taken_over = await claim(store, "lives", at=NOW + LEASE * 2)
    assert taken_over.delivery_id == sent.delivery_id


async def test_what_follows_is_there_only_with_what_brings_it_about(store):
    cause, follows = arrival(), [arrival("1#2"), arrival("1#3")]
    await store.inbox.put([cause])
    claimed = await claim(store)

    async def end(*, is_failing):
        async with store.database.write() as connection:
            await store.inbox.complete(connection, claimed)
            await store.inbox.put_with(connection, [*follows, replace(follows[0], body_hash=b"other")])
            if is_failing:
                raise ConnectionError

    with pytest.raises(ConnectionError):
        await end(is_failing=True)
    assert await states(store) == {"doing": 1}
    await end(is_failing=False)
    assert await states(store) == {"done": 1, "todo": 2}
    found = [await claim(store), await claim(store)]
    assert [each.subject for each in found] == ["1#2", "1#3"]
    assert [each.body for each in found] == [isal_zlib.decompress(each.body) for each in follows]


async def test_what_follows_revives_what_was_dead(store):
    sent = arrival()
    await store.inbox.put([sent])
    await store.inbox.bury(await claim(store), "poison")
    async with store.database.write() as connection:
        await store.inbox.put_with(connection, [sent])
    assert (await claim(store)).attempt == 1


async def test_of_those_that_are_alone_none_sees_what_another_is_about_to_do(store):
    """Else of two that read and then write neither sees what the other one wrote."""
    seen = []

    async def look_and_write(subject):
        async with store.database.write(alone=7) as connection:
            seen.append(await connection.scalar(text("SELECT count(*) FROM delivery")))
            await asyncio.sleep(0.01)
            await store.inbox.put_with(connection, [arrival(subject)])

    await asyncio.gather(*(look_and_write(f"7#{number}") for number in range(4)))
    assert seen == [0, 1, 2, 3]


async def test_a_redelivery_revives_what_was_dead(store):
    sent = arrival()
    await store.inbox.put([sent])
    await store.inbox.bury(await claim(store), "poison")
    assert await states(store) == {"dead": 1}
    assert await store.inbox.put([sent]) == 0
    assert (await claim(store)).attempt == 1


async def test_what_is_ignored_is_known_and_never_claimed(store):
    await store.inbox.put([arrival(is_ignored=True, body=None)])
    assert await states(store) == {"done": 1}
    assert await claim(store) is None


# claiming


async def test_the_oldest_due_delivery_comes_first(store):
    late, early = arrival("1#1", after_seconds=-1), arrival("1#2", after_seconds=-5)
    await store.inbox.put([late, early, arrival("1#3", after_seconds=1)])
    assert [(await claim(store)).delivery_id for _ in range(2)] == [early.delivery_id, late.delivery_id]
    assert await claim(store) is None


async def test_nobody_works_on_a_subject_that_somebody_works_on(store):
    await store.inbox.put([arrival("1#1"), arrival("1#1"), arrival("1#2")])
    assert {(await claim(store, "one")).subject, (await claim(store, "two")).subject} == {"1#1", "1#2"}
    assert await claim(store, "three") is None


async def test_claimers_that_run_into_each_other_take_different_subjects(store):
    await store.inbox.put([arrival(f"1#{number % 7}") for number in range(70)])
    claims = await asyncio.gather(*(claim(store, f"worker-{number}") for number in range(20)))
    subjects = [each.subject for each in claims if each]
    assert len(subjects) == len(set(subjects)) == 7


async def test_one_piece_of_work_answers_all_that_was_pending_when_it_began(store):
    await store.inbox.put([arrival("1#1") for _ in range(5)])
    claimed = await claim(store)
    await store.inbox.put([arrival("1#1")])
    assert await complete(store, claimed)
    assert await states(store) == {"done": 5, "todo": 1}


async def test_a_command_is_answered_on_its_own(store):
    await store.inbox.put([arrival("1#1"), arrival("1#1", event="issue_comment"), arrival("1#1")])
    assert await complete(store, await claim(store))
    assert await states(store) == {"done": 2, "todo": 1}
    command = await claim(store)
    assert command.event == "issue_comment"
    await store.inbox.put([arrival("1#1")])
    assert await complete(store, command)
    assert await states(store) == {"done": 3, "todo": 1}


async def test_installations_take_turns(store):
    await store.inbox.put([arrival(f"1#{n}", installation=1, after_seconds=-9) for n in range(50)])
    await store.inbox.put([arrival(f"{i}#1", installation=i) for i in (2, 3)])
    served, last = [], 0
    for _ in range(6):
        last = (await claim(store, after=last)).installation_id
        served.append(last)
    assert served == [1, 2, 3, 1, 1, 1]


async def test_an_installation_that_had_its_share_is_passed_over(store):
    await store.inbox.put([arrival("1#1", installation=1), arrival("2#1", installation=2)])
    assert (await claim(store, without=[1])).installation_id == 2
    assert await claim(store, without=[1]) is None


# leases


async def test_a_lease_that_ran_out_is_taken_over(store):
    await store.inbox.put([arrival()])
    await claim(store, "dies")
    assert await claim(store, "early", at=NOW + LEASE / 2) is None
    assert (await claim(store, "late", at=NOW + LEASE * 2)).attempt == 2


async def test_a_renewed_lease_holds(store):
    await store.inbox.put([arrival()])
    claimed = await claim(store)
    assert await store.inbox.renew(claimed, NOW + LEASE * 3)
    assert await claim(store, "other", at=NOW + LEASE * 2) is None


@pytest.mark.parametrize("last_words", ["complete", "put back", "bury", "renew"])
async def test_a_worker_that_lost_its_lease_changes_nothing(store, last_words):
    await store.inbox.put([arrival()])
    lost = await claim(store, "slow")
    held = await claim(store, "quick", at=NOW + LEASE * 2)
    match last_words:
        case "complete":
            assert not await complete(store, lost)
        case "put back":
            await store.inbox.put_back(lost, NOW, "late")
        case "bury":
            await store.inbox.bury(lost, "late")
        case "renew":
            assert not await store.inbox.renew(lost, NOW + LEASE * 9)
    assert await states(store) == {"doing": 1}
    assert await complete(store, held)


async def test_the_same_worker_cannot_finish_an_earlier_attempt(store):
    await store.inbox.put([arrival()])
    first = await claim(store, "me")
    await store.inbox.put_back(first, NOW, "again")
    second = await claim(store, "me")
    assert not await complete(store, first)
    assert await complete(store, second)


async def test_what_a_dead_worker_held_is_released_at_once(store):
    await store.inbox.put([arrival("1#1"), arrival("1#2")])
    await claim(store, "dead")
    await claim(store, "alive")
    assert sorted(await store.inbox.owners()) == ["alive", "dead"]
    assert await store.inbox.release(["dead"]) == 1
    assert await states(store) == {"doing": 1, "todo": 1}


async def test_what_is_put_back_waits_for_its_moment(store):
    await store.inbox.put([arrival()])
    await store.inbox.put_back(await claim(store), NOW + timedelta(hours=1), "the limit", is_counted=False)
    assert await claim(store) is None
    assert await store.inbox.next_due_at(NOW) == NOW + timedelta(hours=1)
    assert (await claim(store, at=NOW + timedelta(hours=2))).attempt == 1


# operating


async def test_the_dead_come_back_when_asked(store):
    await store.inbox.put([arrival("1#1"), arrival("1#2")])
    for _ in range(2):
        await store.inbox.bury(await claim(store), "poison")
    rows = await store.inbox.rows(state="dead")
    assert {row.error for row in rows} == {"poison"}
    assert await store.inbox.retry([rows[0].delivery_id], NOW) == 1
    assert await store.inbox.retry([], NOW) == 1
    assert await states(store) == {"todo": 2}


async def test_old_rows_are_pruned_and_waiting_ones_are_not(store):
    await store.inbox.put([arrival("1#1"), arrival("1#2", after_seconds=1)])
    await complete(store, await claim(store))
    assert await store.inbox.purge(NOW + timedelta(days=40)) == 1
    assert await states(store) == {"todo": 1}


async def test_an_installation_that_left_has_nothing_waiting(store):
    await store.inbox.put([arrival("1#1", installation=1), arrival("2#1", installation=2)])
    assert await store.inbox.drop(1, "uninstalled") == 1
    assert (await claim(store)).installation_id == 2


async def test_when_a_subject_was_last_heard_of_counts_what_was_ignored(store):
    later = NOW + timedelta(minutes=5)
    await store.inbox.put([arrival("1#1"), arrival("1#1", is_ignored=True, body=None, received_at=later)])
    assert await store.inbox.last_heard(NOW) == {"1#1": later}
    assert await store.inbox.last_heard(later + timedelta(seconds=1)) == {}


async def test_a_delivery_can_be_looked_at(store):
    sent = arrival()
    await store.inbox.put([sent])
    assert (await store.inbox.row(sent.delivery_id)).received_at == NOW
    assert await store.inbox.row("nonesuch") is None
    assert await store.inbox.known([sent.delivery_id, "nonesuch"]) == {sent.delivery_id}
