"""Kills at random moments under load, restarts, and the reckoning afterwards."""

import asyncio
import random
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import aiohttp
from sqlalchemy import text

from bot.sandbox import serve
from bot.store import Store, open_store
from tests.chaos.people import MARKER, UNANSWERED, People
from tests.chaos.program import Program, environment, free_port

SETTLE_SECONDS = 90
FAULT_RATE = 0.04
STILLBORN = 0.2
WORKER_SECONDS = 6


@dataclass
class Outcome:
    """What was done, and what must not have happened."""

    kills: int = 0
    acts: int = 0
    answered: int = 0
    redelivered: int = 0
    cut_short: int = 0
    settled_seconds: float = 0.0
    recoveries: list[float] = field(default_factory=list)
    claims: list[float] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    against_people: list[str] = field(default_factory=list)
    overlaps: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)

    @property
    def troubles(self) -> dict[str, list[str]]:
        names = ("lost", "unfinished", "twice", "against_people", "overlaps", "silent")
        return {name: found for name in names if (found := getattr(self, name))}

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {self.cut_short} calls cut short by them, {self.acts} acts, "
            f"{self.answered} deliveries answered with 202, "
            f"{self.redelivered} redelivered for want of it, settled in {self.settled_seconds:.1f} s; "
            f"ready again after {_spread(self.recoveries)}, first work after {_spread(self.claims)}; "
            f"troubles: {self.troubles or 'none'}"
        )


def _spread(seconds: list[float]) -> str:
    ordered = sorted(seconds) or [0.0]
    return f"median {ordered[len(ordered) // 2]:.1f} s, worst {ordered[-1]:.1f} s of {len(seconds)}"


@dataclass
class Storm:
    """`verbs`: the processes to run, of which the first listens."""

    people: People
    programs: list[Program]
    session: aiohttp.ClientSession
    chance: random.Random
    outcome: Outcome = field(default_factory=Outcome)

    async def rage(self, kills: int) -> None:
        """Every process has its own killer; together they kill so often."""
        left = iter(range(kills))
        busy = asyncio.create_task(self._load())
        try:
            await asyncio.gather(*(self._haunt(program, left) for program in self.programs))
        finally:
            busy.cancel()
            with suppress(asyncio.CancelledError):
                await busy

    async def _load(self) -> None:
        while True:
            self.people.act()
            await asyncio.sleep(self.chance.uniform(0, 0.08))

    async def _haunt(self, program: Program, left: Iterator[int]) -> None:
        """Some are killed while they start, most while they work."""
        for _ in left:
            if not program.is_running:
                program.start()
            if self.chance.random() < STILLBORN:
                await asyncio.sleep(self.chance.uniform(0.2, 1.0))
            else:
                await self._ready(program)
                await asyncio.sleep(
                    self.chance.choice([0.0, 0.1, self.chance.uniform(0.1, 0.8), self.chance.uniform(0.1, 1.6)])
                )
            self._kill(program)
        program.start()
        await self._ready(program)

    def _kill(self, program: Program) -> None:
        program.kill()
        self.outcome.kills += 1
        if (seconds := program.first_work()) is not None:
            self.outcome.claims.append(seconds)

    async def _ready(self, program: Program) -> None:
        """A worker has no door; it is at work when it says so."""
        if program.verb != "worker":
            self.outcome.recoveries.append(await program.ready(self.session))
            return
        for _ in range(WORKER_SECONDS * 20):
            if program.first_work() is not None:
                return
            await asyncio.sleep(0.05)

    async def settle(self, store: Store) -> None:
        """Faults end; what GitHub never got an answer for is sent again; then everything comes to rest."""
        started, github = time.monotonic(), self.people.github
        github.faults.clear()
        self.people.open_the_rest()
        async with asyncio.timeout(SETTLE_SECONDS):
            while True:
                await github.delivered()
                if missing := self.people.unanswered():
                    self.outcome.redelivered += len(missing)
                    for guid in missing:
                        github.hooks.redeliver(guid)
                    continue
                before = len(github.hooks.log)
                if not await _pending(store):
                    await asyncio.sleep(0.3)
                    await github.delivered()
                    if len(github.hooks.log) == before and not self.people.unanswered():
                        break
                await _let_minutes_pass(store)
                await asyncio.sleep(0.1)
        self.outcome.settled_seconds = time.monotonic() - started


@asynccontextmanager
async def _programs(
    people: People, api_url: str, database: str, directory: Path, verbs: list[str]
) -> AsyncIterator[list[Program]]:
    env = environment(people.github, api_url, database, LOG_LEVEL="info")
    port = free_port()
    made = [Program(verb, env, directory, port if verb != "worker" else 0) for verb in verbs]
    people.github.hooks.url = f"http://127.0.0.1:{port}/webhook"
    try:
        yield made
    finally:
        for program in made:
            program.kill()


async def storm(seed: int, kills: int, database: str, directory: Path, verbs: list[str]) -> Outcome:
    people = People(random.Random(seed))
    async with (
        serve(people.github) as url,
        aiohttp.ClientSession() as session,
        _programs(people, url, database, directory, verbs) as programs,
    ):
        for program in programs:
            program.start()
        await programs[0].ready(session)
        people.github.faults.at_random(FAULT_RATE, seed, UNANSWERED)
        raging = Storm(people, programs, session, random.Random(seed + 1))
        await raging.rage(kills)
        store = await open_store(database)
        try:
            await _afterwards(raging, store)
        finally:
            await store.database.close()
    return raging.outcome


async def _afterwards(raging: Storm, store: Store) -> None:
    try:
        await raging.settle(store)
    except TimeoutError:
        raging.outcome.unfinished.append(f"not settled: {await _pending(store)} pending")
    await _reckon(raging.people, store, raging.outcome)


async def _let_minutes_pass(store: Store) -> None:
    """What was cut off by ten kills, and then fails on a last fault, is tried again in minutes: they are over now."""
    late = text("UPDATE delivery SET due_at = received_at WHERE state = 'todo' AND due_at > :soon")
    async with store.database.write() as connection:
        await connection.execute(late, {"soon": time.time() + SETTLE_SECONDS / 3})


async def _pending(store: Store) -> int:
    """The sweeps of so many starts are our own, may fail on any fault, and come back by themselves: not waited for."""
    query = "SELECT count(*) FROM delivery WHERE state IN ('todo', 'doing') AND event <> 'bot.sweep'"
    async with store.database.read() as connection:
        return int(await connection.scalar(text(query)) or 0)


async def _reckon(people: People, store: Store, outcome: Outcome) -> None:
    github = people.github
    answered = {each.guid for each in github.hooks.log if each.status_code == 202}
    async with store.database.read() as connection:
        rows = {row[0]: row for row in await connection.execute(text("SELECT delivery_id, state, error FROM delivery"))}
    outcome.acts, outcome.answered = people.acts, len(answered)
    outcome.lost = sorted(answered - rows.keys())
    outcome.unfinished += [f"{row[0]}: {row[1]}: {row[2]}" for row in rows.values() if row[1] == "dead"]
    outcome.unfinished += [
        f"{row[0]}: {row[1]}: {row[2]}" for row in rows.values() if row[0] in answered and row[1] != "done"
    ]
    for issue in people.issues:
        name = f"{issue.repository.full_name}#{issue.number}"
        marked = sum(MARKER in body for body in issue.comment_bodies)
        (outcome.twice if marked > 1 else outcome.silent if not marked else []).append(f"{name}: {marked} comments")
    outcome.cut_short = sum(not call.status and not call.fault for call in github.calls)
    _label_history(people, outcome)
    _overlaps(people, outcome)


def _label_history(people: People, outcome: Outcome) -> None:
    """What was taken off by a person is not put on again by us; what is on is not put on."""
    ours = people.github.app.bot
    for issue in people.issues:
        present: set[str] = set()
        refused: set[str] = set()
        for event in issue.timeline:
            if event.label is None:
                continue
            name, where = event.label.name, f"{issue.repository.full_name}#{issue.number}: {event.label.name}"
            if event.kind == "labeled":
                if event.actor is ours and name in refused:
                    outcome.against_people.append(where)
                if name in present:
                    outcome.twice.append(where)
                present.add(name)
            else:
                present.discard(name)
                refused |= {name} if event.actor is not ours else set()
    added = Counter((w.repo, w.number, n) for w in people.github.writes if w.kind == "labels added" for n in w.value)
    outcome.twice += [f"{key} added {count} times" for key, count in added.items() if count > 1]


def _overlaps(people: People, outcome: Outcome) -> None:
    """One issue per installation: two reads or two writes at once for one are two workers on one subject."""
    found = defaultdict(list)
    for call in people.github.calls:
        if call.operation in {"IssueSnapshot", "ApplyToIssue"} and call.installation and call.ended:
            found[call.installation].append(call)
    for installation, calls in found.items():
        calls.sort(key=lambda call: call.monotonic)
        outcome.overlaps += [
            f"installation {installation}: {one.name} until {one.ended:.3f}, {other.name} from {other.monotonic:.3f}"
            for one, other in pairwise(calls)
            if one.ended and other.monotonic < one.ended
        ]
