"""What the report of a week costs in a repository with a long past, by the least of some runs: others only add."""

import asyncio
import json
import math
import random
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from bot.core.ledger.model import Entry
from bot.core.model import Issue, Subject
from bot.core.recurrence.model import Release
from bot.core.recurrence.sightings import Sighting
from bot.core.report.tranche import Goal, Mark, Tranche
from bot.core.rules.entries import Acceptance
from bot.store import open_store
from tests.bench.machinery import environment, process, scratch
from tests.bench.report import Figure, Options

REPOSITORY = 7
CLASSES = 30
RELEASES = 200
SAYING = 3  # every so many issues says on which version it was seen
RUNS = 3
OPEN = 0.15  # of the issues
DISMISSED = 0.05
REOPENED = 0.1  # of those that were closed
PROMISED = ("2026-W36", "2026-W41")  # the weeks of a tranche
DAY = timedelta(days=1)
END = datetime(2026, 11, 20, tzinfo=UTC)
STEP = timedelta(minutes=18)  # between two issues: 100,000 in three and a half years
SPAN = STEP * 100_000
MEASURED = """
import collections, json, os, resource, sqlite3, sys, time
from click.testing import CliRunner
from bot.cli import main
before = time.perf_counter()
result = CliRunner().invoke(main, ["report", "--repo", "acme/widget", "--week", "2026-W47", "--format", "json"])
seconds = time.perf_counter() - before
assert result.exit_code == 0, result.output
cpu = time.process_time()
found = json.loads(result.stdout)["report"]
phase = found["review"] and found["review"]["phase"]
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
before = time.perf_counter()
database = sqlite3.connect(os.environ["DATABASE_URL"].removeprefix("sqlite:///"))
collections.deque(database.execute("SELECT * FROM entry ORDER BY repository_id, number"), maxlen=0)
bare = time.perf_counter() - before
print(json.dumps([seconds, seconds / bare, cpu, peak, found["weeks"][-1]["now"]["open"], phase]))
"""


class Run(NamedTuple):
    """One report, made by a process of its own."""

    seconds: float
    ratio: float  # to fetching these rows alone
    cpu: float  # seconds, with start
    peak: float  # MiB
    open: int
    phase: str | None  # of the review


def reported(options: Options) -> Iterator[Figure]:
    """`burndown report` over a ledger of five entries an issue, from a SQLite store, in processes of its own."""
    count = 10_000 if options.is_short else 100_000
    with scratch() as directory:
        entries = asyncio.run(_filled(directory / "ledger.db", count))
        runs = _measured(directory)
        asyncio.run(_promised(directory / "ledger.db"))
        reviewed = _measured(directory)
    best = runs[0]
    many = f"{entries:,} entries, {best.open:,} open defects of {CLASSES} classes, {RELEASES} releases"
    yield Figure(
        f"report over {count:,} issues",
        f"{best.seconds:.1f} s",
        f"of {_seconds(runs)}; {best.ratio:.1f} times what it takes to fetch these rows alone; "
        f"{best.cpu:.1f} s of CPU with start; {many}",
    )
    yield Figure("its memory", f"{best.peak:.0f} MiB", "peak of the process, with start, rules and rendering")
    best = reviewed[0]
    yield Figure(
        "with the review of a tranche",
        f"{best.seconds:.1f} s",
        f"of {_seconds(reviewed)}; {best.peak:.0f} MiB; it is {best.phase}, its last week is compared with the first",
    )


def _seconds(runs: Iterable[Run]) -> str:
    return ", ".join(f"{each.seconds:.1f}" for each in runs)


def _measured(directory: Path) -> list[Run]:
    """The fastest first."""
    return sorted(_run(directory) for _ in range(RUNS))


def _run(directory: Path) -> Run:
    with process("-c", MEASURED, env=environment(DATABASE_URL=f"sqlite:///{directory / 'ledger.db'}")) as child:
        assert child.stdout
        return Run(*json.loads(child.stdout.readline()))


async def _filled(path: Path, count: int) -> int:
    store = await open_store(f"sqlite:///{path}")
    try:
        await store.repositories.see(REPOSITORY, 1, "acme/widget", swept_at=END)
        made, chance = 0, random.Random(7)
        for first in range(1, count + 1, 2_000):
            some = {number: END - STEP * (count - number) for number in range(first, min(first + 2_000, count + 1))}
            entries = [entry for number, at in some.items() for entry in _history(number, at, chance)]
            made += await store.ledger.append_all(REPOSITORY, 1, entries, END)
            saying = [_issue(number, at) for number, at in some.items() if not number % SAYING]
            async with store.database.write() as connection:
                seen = {each.subject.number: Sighting(version=_version(each.now)) for each in saying}
                await store.issues.keep(connection, saying, 1, seen)
        async with store.database.write() as connection:
            shipped = [END - SPAN * number / RELEASES for number in range(RELEASES)]
            await store.releases.replace(connection, REPOSITORY, 1, [Release(_version(at), at) for at in shipped])
        return made
    finally:
        await store.close()


async def _promised(path: Path) -> None:
    """A tranche whose weeks are over, and that nobody has closed."""
    store = await open_store(f"sqlite:///{path}")
    goals = [
        Goal(f"class-{number}", "It fails", "ann", 600, 9_000.0, 900, 4_500.0, Acceptance(), "open", "rank 1")
        for number in range(3)
    ]
    tranche = Tranche("acme/widget", *PROMISED, 4, 270_000.0, tuple(goals), "accepted", Mark("ann", END))
    try:
        async with store.database.write() as connection:
            await store.tranches.append(connection, REPOSITORY, 1, 1, tranche)
    finally:
        await store.close()


def _version(at: datetime) -> str:
    """The one that was new then."""
    return f"v1.{RELEASES - math.ceil((END - at) / SPAN * RELEASES)}"


def _issue(number: int, at: datetime) -> Issue:
    body = f"It fails as #{number} did.\n" * 20
    return Issue(Subject(REPOSITORY, number), "acme/widget", "It fails", body, "ann", True, False, (), (), (), at)


def _history(number: int, at: datetime, chance: random.Random) -> Iterator[Entry]:
    minute = timedelta(minutes=1)
    class_id, severity = f"class-{chance.randrange(CLASSES)}", f"S{chance.randint(1, 4)}"
    yield Entry(number, at, "arrived", who=f"user-{number % 9_000}")
    yield Entry(number, at + minute, "classified", class_id, severity, cause="rules", rules="0123456789ab")
    yield Entry(number, at + minute, "assigned", who=f"owner-{number % 40}")
    later = at + timedelta(hours=chance.randint(1, 3_000))
    if chance.random() < DISMISSED and later < END:
        yield Entry(number, later, "dismissed", actor="ann", cause="not planned")
    elif chance.random() > OPEN and later < END:
        yield Entry(number, later, "fixed", cause=f"#{number}", pull=number, evidence=chance.choice(("L3", "L1", "")))
        yield Entry(number, later, "closed", cause=f"#{number}")
        if chance.random() < REOPENED and later + DAY < END:
            yield Entry(number, later + DAY / 2, "reopened", actor="ann")
            yield Entry(number, later + DAY, "closed", actor="ann")
    else:
        yield Entry(number, at + 2 * minute, "classified", class_id, "S2", actor="ann", cause="label")
