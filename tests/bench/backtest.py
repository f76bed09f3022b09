"""What it costs to try a change of rules on stored issues."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.core.model import By, Change, Issue, Mode, Subject
from bot.core.policy import Files
from bot.core.quality.backtest import backtest
from bot.rulefiles import load_packs
from bot.store import open_store
from tests.bench.mix import Language
from tests.bench.report import Figure, Options

RULES = Path(__file__).parents[2] / "rules"
OLD = Files(config="version: 1\nextends: [general]\n")
NEW = Files(config="version: 1\nextends: [general, warehouse-profiling]\n")
START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
TRACE = '\n\n```\nTraceback (most recent call last):\n  File "a.py", line 1, in <module>\nValueError: no\n```\n'


def tried(options: Options) -> Iterator[Figure]:
    """Two packs against one, on issues of one to three kB, every fifth with a label that a person put."""
    count = 200 if options.is_short else 1_000
    issues = list(_issues(count))
    packs = load_packs(RULES)
    started = time.perf_counter()
    stored = asyncio.run(_through_the_store(issues))
    read = time.perf_counter()
    old, new = packs.policy(OLD, Mode.OBSERVE), packs.policy(NEW, Mode.OBSERVE)
    found = backtest(stored, old, new)
    seconds = time.perf_counter() - read
    note = f"{len(found.moved)} moved; kept and read again in {read - started:.1f} s"
    yield Figure(f"backtest of {count:,} stored issues", f"{seconds:.1f} s", note)


async def _through_the_store(issues: list[Issue]) -> list[Issue]:
    with tempfile.TemporaryDirectory(prefix="burndown-") as directory:
        store = await open_store(f"sqlite:///{directory}/issues.db")
        try:
            await store.issues.keep_all(issues, 1)
            return await store.issues.newest(1, len(issues))
        finally:
            await store.close()


def _issues(count: int) -> Iterator[Issue]:
    language = Language(3)
    for number, text in enumerate(language.issues(count), start=1):
        at = START + timedelta(hours=number)
        is_labelled = number % 5 == 0
        put = Change("label", "defect: crash", is_added=True, by=By.PERSON, at=at)
        yield Issue(
            subject=Subject(1, number),
            repository="acme/widget",
            title=text[:60].replace("\n", " "),
            body=text + TRACE * is_labelled,
            author="zoe",
            is_open=True,
            is_locked=False,
            labels=("defect: crash",) * is_labelled,
            assignees=(),
            history=(put,) * is_labelled,
            now=at,
            updated_at=at,
        )
