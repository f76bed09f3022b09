"""What the report of a week costs in a repository with a long past."""

import asyncio
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.core.ledger.model import Entry
from bot.store import open_store
from tests.bench.machinery import environment, process, scratch
from tests.bench.report import Figure, Options

REPOSITORY = 7
CLASSES = 30
OPEN = 0.15  # of the issues
END = datetime(2026, 11, 20, tzinfo=UTC)
STEP = timedelta(minutes=18)  # between two issues: 100,000 in three and a half years
MEASURED = """
import asyncio, json, resource, sys, time
from click.testing import CliRunner
from bot.cli import main
before = time.perf_counter()
result = CliRunner().invoke(main, ["report", "--repo", "acme/widget", "--week", "2026-W47", "--format", "json"])
seconds = time.perf_counter() - before
assert result.exit_code == 0, result.output
open_ = json.loads(result.stdout)["report"]["weeks"][-1]["now"]["open"]
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([seconds, time.process_time(), peak, open_]))
"""


def reported(options: Options) -> Iterator[Figure]:
    """`burndown report` over a ledger of five entries an issue, from a SQLite store, in a process of its own."""
    count = 10_000 if options.is_short else 100_000
    with scratch() as directory:
        entries = asyncio.run(_filled(directory / "ledger.db", count))
        with process("-c", MEASURED, env=environment(DATABASE_URL=f"sqlite:///{directory / 'ledger.db'}")) as child:
            assert child.stdout
            seconds, cpu, peak, still_open = json.loads(child.stdout.readline())
    note = f"{cpu:.1f} s of CPU with start; {entries:,} entries, {still_open:,} open defects of {CLASSES} classes"
    yield Figure(f"report over {count:,} issues", f"{seconds:.1f} s", note)
    yield Figure("its memory", f"{peak:.0f} MiB", "peak of the process, with start, rules and rendering")


async def _filled(path: Path, count: int) -> int:
    store = await open_store(f"sqlite:///{path}")
    try:
        await store.repositories.see(REPOSITORY, 1, "acme/widget", swept_at=END)
        entries, made, chance = [], 0, random.Random(7)
        for number in range(1, count + 1):
            entries += _history(number, END - STEP * (count - number), chance)
            if len(entries) > 10_000 or number == count:
                made += await store.ledger.append_all(REPOSITORY, 1, entries, END)
                entries = []
        return made
    finally:
        await store.close()


def _history(number: int, at: datetime, chance: random.Random) -> Iterator[Entry]:
    minute = timedelta(minutes=1)
    class_id, severity = f"class-{chance.randrange(CLASSES)}", f"S{chance.randint(1, 4)}"
    yield Entry(number, at, "arrived", who=f"user-{number % 9_000}")
    yield Entry(number, at + minute, "classified", class_id, severity, cause="rules", rules="0123456789ab")
    yield Entry(number, at + minute, "assigned", who=f"owner-{number % 40}")
    later = at + timedelta(hours=chance.randint(1, 3_000))
    if chance.random() > OPEN and later < END:
        yield Entry(number, later, "fixed", cause=f"#{number}", pull=number, evidence=chance.choice(("L3", "L1", "")))
        yield Entry(number, later, "closed", cause=f"#{number}")
    else:
        yield Entry(number, at + 2 * minute, "classified", class_id, "S2", actor="ann", cause="label")
