"""What reading an issue's text costs: an ordinary body, and the worst of the texts made to hurt a parser."""

import time
from collections.abc import Iterator
from statistics import median

from bot.core.document.segments import read_document
from tests.bench.report import Figure, Options
from tests.fuzz.documents import SIZE, STARTS, UNITS, mixed, repeated

SLOWEST = 40
PROSE = "After the upgrade the nightly profiling of our warehouse takes longer, see `views` and [the log](https://h/log).\n\n"
TRACE = '```\nTraceback (most recent call last):\n  File "acme/run.py", line 3, in main\n    go()\nKeyError: 1\n```\n'


def parsed(options: Options) -> Iterator[Figure]:
    """Milliseconds per body; and how the time of each hostile text grows from 8 kB to 64 kB (8 is linear)."""
    times = 5 if options.is_short else 20
    for size in (2 * 1024, SIZE):
        text = (PROSE * 4 + TRACE) * (size // len(PROSE * 4 + TRACE))
        seconds = [_seconds(text) for _ in range(times)]
        note = f"worst {max(seconds) * 1e3:.1f} ms"
        yield Figure(f"parse, {size // 1024} kB", f"{median(seconds) * 1e3:.1f} ms", note)
    starts = STARTS[:1] if options.is_short else STARTS
    texts = [repeated(start, unit) for start in starts for unit in UNITS]
    texts += mixed(1, 20 if options.is_short else 500)
    slowest = sorted(texts, key=_seconds)[-SLOWEST:]
    seconds, worst = max((_best(text), text) for text in slowest)
    note = f"of {len(texts)} texts of 64 kB; it begins {worst[:40]!r}"
    yield Figure("parse, worst hostile text", f"{seconds * 1e3:.0f} ms", note)
    growth, steepest = max((_best(text) / _best(text[: SIZE // 8]), text) for text in slowest)
    note = f"time at 64 kB / time at 8 kB, of the {SLOWEST} slowest; it begins {steepest[:40]!r}"
    yield Figure("parse, steepest growth", f"x {growth:.1f}", note)


def _best(text: str) -> float:
    """Of three, in time of this process: what else the machine does is not of interest."""
    return min(_seconds(text) for _ in range(3))


def _seconds(text: str) -> float:
    started = time.process_time()
    read_document("Profiler stops", text)
    return time.process_time() - started
