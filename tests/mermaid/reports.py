"""Reports of every kind, by number: the edges first, then as chance has it. Text in them is foreign, weeks are ours."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from random import Random

from bot.core.report.model import (
    ClassRow,
    Count,
    Impact,
    Outside,
    Planned,
    Regression,
    Report,
    Tranche,
    Unproven,
    Week,
)
from tests.core.inert import HOSTILE
from tests.core.weeklies import BUSY, FIRST, QUIET, ROWS

TEXTS = (
    *HOSTILE.values(),
    "Crash on an empty table",
    'a "quoted" title',
    "```mermaid\nxychart-beta\n  bar [1]\n```",
    "\n\n~~~mermaid\npie\n~~~\n",
    "]\n  bar [1, 2, 3]\n  line [4",
    "---\nconfig:\n  theme: forest\n---",
    "%%{init: {'theme': 'forest'}}%%",
    "accDescr { } ; title x",
)
LENGTHS = (1, 2, 3, 8, 12, 13, 14, 26, 60)  # weeks; a report without any has no chart
NUMBERS: tuple[Callable[[Random], float], ...] = (
    lambda _: 0.0,
    lambda random: float(random.randrange(200)),
    lambda random: random.uniform(0, 200),
    lambda random: random.uniform(0, 0.2),
    lambda random: 10 ** random.uniform(-300, 300),
    lambda random: 10 ** random.uniform(5, 9),
    lambda random: random.choice((math.nan, math.inf, -math.inf, -0.0, -7.5, 5e-324, 1.7e308, 1e9, 1e9 + 0.1)),
)


def reports(count: int) -> Iterator[Report]:
    """The same ones every time."""
    yield from islice(_edges(), count)
    yield from (_by_chance(Random(number)) for number in range(sum(1 for _ in _edges()), count))


def _edges() -> Iterator[Report]:
    yield from (FIRST, QUIET, BUSY)
    for length in LENGTHS:
        names = _weeks(date(2026, 8, 17), length)
        for impact in (0.0, 0.04, 0.05, 1.0, 96.0, 1e9, 1e300, math.nan):
            alone = replace(FIRST, weeks=tuple(Week(name, Count(impact=impact)) for name in names))
            yield alone
            for plan, scope in ((0.0, 0.0), (impact / 2, impact * 2)):
                planned = tuple(Planned(name, plan, scope) for name in names[length // 2 :])
                yield replace(alone, tranche=Tranche("2026-W01", "2026-W42", impact, planned, ("crash",)))


def _by_chance(random: Random) -> Report:
    last = date(2000, 1, 3) + timedelta(weeks=random.randrange(5_200))
    names = _weeks(last, random.choice(LENGTHS))
    number = random.choice(NUMBERS)
    weeks = tuple(Week(name, _count(random, number), random.choice((None, Count(1)))) for name in names)
    return Report(
        f"{_text(random)}/{_text(random)}",
        names[-1],
        datetime(last.year, last.month, last.day, tzinfo=UTC),
        impact=Impact(number(random), random.choice((None, number(random))), random.choice((None, (-0.2, 0.1)))),
        weeks=weeks,
        tranche=_tranche(random, names) if random.random() < 0.7 else None,
        classes=tuple(_row(random, rank) for rank in range(1, random.randrange(2, 9))),
        regressions=tuple(
            Regression(each + 1, _text(random), each + 2, each, _text(random), _text(random), _text(random))
            for each in range(random.randrange(4))
        ),
        unproven=tuple(Unproven(each + 1, "L1", each, _text(random)) for each in range(random.randrange(3))),
        proposed=tuple(_row(random, rank) for rank in range(1, random.randrange(1, 3))),
        outside=tuple(Outside(_text(random), _text(random), each) for each in range(random.randrange(3))),
    )


def _weeks(last: date, count: int) -> list[str]:
    days = (last - timedelta(weeks=back) for back in reversed(range(count)))
    return ["{}-W{:02}".format(*day.isocalendar()[:2]) for day in days]


def _count(random: Random, number: Callable[[Random], float]) -> Count:
    return Count(*(random.randrange(20) for _ in range(5)), impact=number(random))


def _tranche(random: Random, names: Sequence[str]) -> Tranche:
    """Of some of the weeks, with gaps or without, or of other weeks altogether."""
    number = random.choice(NUMBERS)
    share = random.choice((0.0, 0.5, 1.0))
    begin = random.randrange(len(names) + 1)
    told = [name for name in names[begin:] if random.random() < share]
    planned = tuple(Planned(name, number(random), number(random)) for name in ("1999-W52", *told, "2100-W02"))
    return Tranche("1999-W52", "2100-W02", number(random), planned, (_text(random),))


def _row(random: Random, rank: int) -> ClassRow:
    texts = {"id": _text(random), "title": _text(random), "owner": _text(random)}
    return replace(ROWS[rank % len(ROWS)], rank=rank, open=random.randrange(50), **texts)


def _text(random: Random) -> str:
    return random.choice(TEXTS)
