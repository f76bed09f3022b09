"""The worker's table: what follows each failure; and how it stops."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
import structlog

from bot.core.errors import BadDelivery, Refused, RetryLater, SubjectGone, Unreachable
from bot.process.issues import LeaseLost
from bot.store import open_store
from bot.store.arrivals import Arrival, packed
from bot.worker import RETRY_FAILURE, RETRY_UNREACHABLE, Worker

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=7)

TABLE = {
    "a limit": (RetryLater(LATER, "the limit"), "todo", LATER, 0),
    "gone": (SubjectGone("deleted"), "done", NOW, 1),
    "refused": (Refused("no permission"), "done", NOW, 1),
    "senseless bytes": (BadDelivery("bytes"), "dead", NOW, 1),
    "no answer": (Unreachable("502"), "todo", NOW + RETRY_UNREACHABLE.wait(1), 1),
    "anything else": (ZeroDivisionError("poison"), "todo", NOW + RETRY_FAILURE.wait(1), 1),
    "a lost lease": (LeaseLost(), "doing", NOW, 1),
}


def arrival(subject="1#1", **more):
    values = {"delivery_id": f"d-{subject}", "event": "issues", "action": "opened", "installation_id": 1}
    values |= {"subject": subject, "body": packed(b"{}"), "body_hash": None, "received_at": NOW, "due_at": NOW}
    return Arrival(**(values | more))


@pytest.fixture
async def store(tmp_path):
    with structlog.testing.capture_logs():
        opened = await open_store(f"sqlite:///{tmp_path / 'inbox.db'}")
        yield opened
        await opened.close()


@asynccontextmanager
async def at_work(store, process, **options):
    worker = Worker(store, process, lambda: NOW, **options)
    task = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        worker.stop()
        await task


async def until(condition):
    async with asyncio.timeout(5):
        while not await condition():  # noqa: ASYNC110 - a state of the database, not an event
            await asyncio.sleep(0.005)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row)
async def test_every_failure_has_its_line(store, row):
    error, state, due_at, attempt = TABLE[row]
    tried = asyncio.Event()

    async def process(_claim):
        tried.set()
        raise error

    await store.inbox.put([arrival()])
    async with at_work(store, process) as worker:
        await tried.wait()
        for _ in range(500):
            if worker.is_idle:
                break
            await asyncio.sleep(0.01)
    found = (await store.inbox.rows())[0]
    assert (found.state, found.due_at, found.attempt) == (state, due_at, attempt)


async def test_a_poison_delivery_dies_and_its_subject_goes_on(store):
    async def process(claim):
        if claim.delivery_id == "poison":
            raise ZeroDivisionError
        async with store.database.write() as connection:
            await store.inbox.complete(connection, claim)
        return "done"

    await store.inbox.put([arrival(delivery_id="poison", event="issue_comment")])
    clock = [NOW]
    worker = Worker(store, process, lambda: clock[0])
    task = asyncio.create_task(worker.run())

    async def is_dead():
        counts = await store.inbox.counts()
        if not counts.get("doing") and (due_at := await store.inbox.next_due_at(clock[0])):
            clock[0] = due_at
            store.inbox.arrived.set()
        return counts.get("dead") == 1

    await until(is_dead)
    assert (await store.inbox.row("poison")).attempt == RETRY_FAILURE.attempts
    await store.inbox.put([arrival()])
    await until(store.inbox.is_settled)
    worker.stop()
    await task


async def test_a_worker_that_is_stopped_finishes_what_it_holds(store):
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def process(claim):
        begun.set()
        await go_on.wait()
        async with store.database.write() as connection:
            await store.inbox.complete(connection, claim)
        return "done"

    await store.inbox.put([arrival()])
    async with at_work(store, process) as worker:
        await begun.wait()
        worker.stop()
        go_on.set()
    assert await store.inbox.counts() == {"done": 1}


async def test_what_cannot_be_finished_within_the_grace_is_given_back_uncounted(store):
    begun = asyncio.Event()

    async def process(_claim):
        begun.set()
        await asyncio.Event().wait()

    await store.inbox.put([arrival()])
    async with at_work(store, process, grace_seconds=0.05):
        await begun.wait()
    found = (await store.inbox.rows())[0]
    assert (found.state, found.attempt) == ("todo", 0)


async def test_one_installation_has_at_most_half_of_the_hands(store):
    working, peak = 0, 0

    async def process(claim):
        nonlocal working, peak
        if claim.installation_id == 1:
            working += 1
            peak = max(peak, working)
            await asyncio.sleep(0.1)
            working -= 1
        async with store.database.write() as connection:
            await store.inbox.complete(connection, claim)
        return "done"

    await store.inbox.put([arrival(f"1#{number}") for number in range(16)])
    await store.inbox.put([arrival(f"2#{number}", installation_id=2) for number in range(4)])
    async with at_work(store, process, concurrency=8):
        await until(store.inbox.is_settled)
    assert peak == 4


async def test_a_lease_of_a_dead_process_of_this_machine_is_taken_over_at_the_start(store):
    await store.inbox.put([arrival()])
    host = Worker(store, None, lambda: NOW).owner.split(":")[0]
    await store.inbox.claim(f"{host}:999999999:gone", NOW, timedelta(hours=1))

    async def process(claim):
        async with store.database.write() as connection:
            await store.inbox.complete(connection, claim)
        return "done"

    async with at_work(store, process):
        await until(store.inbox.is_settled)
    assert (await store.inbox.rows())[0].attempt == 2
