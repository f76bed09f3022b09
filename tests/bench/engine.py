"""What the matching engine costs, beside the plain loops that it replaces, and on rules made to hurt it.

Seconds are the processor's: what else the machine does at the time is left out.
"""

import gc
import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from bot.core.document.model import Field
from bot.core.rules.engine import UNLIMITED, BadPattern, Engine, Overrun, Watch
from tests.bench.mix import Condition, Language
from tests.bench.report import Figure, Options
from tests.conformance.install import Unavailable, node

NAIVE = Path(__file__).with_name("naive.js")
SIZE = 64 * 1024
SEED = 3
WARMING = 400  # issues before the first that is timed


def engine(options: Options) -> Iterator[Figure]:
    """Microseconds per issue never seen before, as ratios to plain loops; growth, building, and the worst case."""
    count = 40 if options.is_short else 1_000  # together 0.1 s: less is a matter of luck on a busy machine
    yield from _beside_loops(count)
    yield _growth(count)
    yield _built(options)
    yield from _worst(options)


def _loaded(conditions: Sequence[Condition]) -> Engine:
    made = Engine()
    for each in conditions:
        made.add(f"(?i){each.text}") if each.is_regex else made.add_phrase(each.text, is_whole=True)
    return made


def _beside_loops(count: int) -> Iterator[Figure]:
    language = Language(SEED)
    conditions = language.conditions(1_000)
    issues = list(language.issues(WARMING + count))
    ours, matches = _matched(_loaded(conditions), issues[:WARMING], issues[WARMING:])
    plain = [re.compile(each.plain, re.ASCII | re.IGNORECASE) for each in conditions]
    few = issues[WARMING : WARMING + 40]  # the loops are slow
    seconds, expected = _timed(lambda: sum(bool(each.search(text)) for text in few for each in plain))
    assert expected == sum(matches[: len(few)]), "the loop in Python matches otherwise"
    per_issue = f"{sum(matches) / count:.0f} of {len(conditions)} conditions hold for an issue of 1 to 3 kB"
    yield Figure("engine, 1,000 conditions", f"{ours * 1e6:,.0f} µs", per_issue)
    theirs = seconds / len(few)
    yield Figure("a loop over `re`, Python", f"{theirs / ours:,.0f} x", f"{theirs * 1e6:,.0f} µs")
    try:
        answer = _in_javascript(conditions, issues[WARMING:])
    except Unavailable as error:
        yield Figure("a loop over `new RegExp`, JavaScript", "not measured", str(error))
        return
    assert answer["matches"] == sum(matches), "the loop in JavaScript matches otherwise"
    theirs = answer["seconds"] / count
    yield Figure("a loop over `new RegExp`, JavaScript", f"{theirs / ours:,.0f} x", f"{theirs * 1e6:,.0f} µs")


def _growth(count: int) -> Figure:
    language = Language(SEED)
    live = language.conditions(100)
    issues = list(language.issues(WARMING + count))
    few, _ = _matched(_loaded(live), issues[:WARMING], issues[WARMING:])
    many, _ = _matched(_loaded(live + language.dead(4_900)), issues[:WARMING], issues[WARMING:])
    note = f"{few * 1e6:,.0f} µs with 100; the others hold for no issue"
    return Figure("engine, 5,000 conditions beside 100", f"{many / few:.2f} x", note)


def _matched(made: Engine, warming: Sequence[str], issues: Sequence[str]) -> tuple[float, list[int]]:
    """Seconds for one issue, each seen once, and how many conditions hold for each."""
    for text in warming:
        made.match(Field(text), None, UNLIMITED)
    gc.collect()
    gc.freeze()  # what this process has read and kept so far is not the engine's to walk through
    seconds, matches = [], []
    for text in issues:
        taken, found = _timed(lambda text=text: made.match(Field(text), None, Watch(time.thread_time)))
        seconds.append(taken)
        matches.append(len(found))
    return sum(seconds) / len(seconds), matches


def _in_javascript(conditions: Sequence[Condition], issues: Sequence[str]) -> dict[str, float]:
    try:
        program = str(node())
    except Unavailable:
        if not (program := shutil.which("node") or ""):
            raise
    asked = json.dumps({"patterns": [[each.plain, "i"] for each in conditions], "texts": issues})
    done = subprocess.run([program, NAIVE], input=asked, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def _built(options: Options) -> Figure:
    """In processes of their own: the memory of this one says nothing any more."""
    command = [sys.executable, "-c", "from tests.bench.engine import build; build()"]
    lines = [
        json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
        for _ in range(1 if options.is_short else 5)
    ]
    seconds, mebibytes = (median(line[index] for line in lines) for index in range(2))
    return Figure("building of 1,000 conditions", f"{seconds * 1e3:,.0f} ms", f"{mebibytes:.1f} MiB")


def build() -> None:
    """Prints the seconds and MiB that 1,000 conditions take, ready to match."""
    conditions = Language(SEED).conditions(1_000)
    process = psutil.Process()
    before = process.memory_info().rss

    def ready() -> Engine:
        made = _loaded(conditions)
        made.match(Field("warm"), None, UNLIMITED)
        return made

    seconds, made = _timed(ready)
    sys.stdout.write(json.dumps([seconds, (process.memory_info().rss - before) / 2**20]))
    del made


def _worst(options: Options) -> Iterator[Figure]:
    """Rules that load, on text that is written for them: a verdict or an overrun, and when."""
    worst = (0.0, "", "")
    slack = 0.0
    for name, add in HOSTILE.items():
        made = Engine()
        for index in range(100 if options.is_short else 2_000):
            try:
                add(made, index)
            except BadPattern:
                continue
        for text in TEXTS if not options.is_short else TEXTS[:3]:
            watch, field = Watch(time.thread_time), Field(text.encode()[:SIZE].decode(errors="ignore"))
            taken, end = _timed(lambda made=made, field=field, watch=watch: _ended(made, field, watch))
            worst = max(worst, (taken, name, end))
            slack = max(slack, max(watch.seconds.values(), default=0.0))
    yield Figure("worst of hostile rules on 64 kB", f"{worst[0] * 1e3:.0f} ms", f"{worst[1]}: {worst[2]}")
    yield Figure(
        "longest single search among them", f"{slack * 1e3:.0f} ms", "the budget is looked at between searches"
    )


def _ended(made: Engine, field: Field, watch: Watch) -> str:
    try:
        return f"{len(made.match(field, None, watch))} match"
    except Overrun as error:
        return f"over the budget after {error.seconds * 1e3:.0f} ms"


# Each adds the pattern of a number; those that cost too much to load are left out, as in a rule file.
HOSTILE: dict[str, Callable[[Engine, int], int]] = {
    "nested literals": lambda made, n: made.add("a" * (3 + n % 500) + "b" * (n // 500)),
    "wide counts": lambda made, n: made.add(f"(?:a[ab]{{0,{100 - n % 50}}}){{3}}(?:xyz{n}|aab)?xyz"),
    "counts of any character": lambda made, n: made.add(f"(?s)a.{{{100 - n % 40}}}(?:{n})?xyz"),
    "counts of word characters": lambda made, n: made.add(rf"a\w{{{100 - n % 9}}}\w{{{60 + n % 30}}}(?:{n})?xyz"),
    "counts of letters of any script": lambda made, n: made.add(rf"xyz|a\pL\w{{{50 + n % 40}}}(?:{n})?c"),
    "without a literal": lambda made, n: made.add(f"a[ab]{{100}}[ab]{{100}}[ab]{{{n % 20}}}c") if n < 20 else 0,
    "one letter": lambda made, n: made.add_phrase(chr(0x61 + n % 26) + " a" * (n // 26), is_whole=True),
    "words beyond ASCII": lambda made, n: made.add_phrase("ж" * (1 + n % 500), is_whole=True),
    "long phrases": lambda made, n: made.add_phrase(
        " ".join("ab"[(n >> bit) & 1] for bit in range(11)) * 20, is_whole=False
    ),
    "many alternatives": lambda made, n: made.add(
        f"(?i)(?:{'|'.join(f'{each:x}a' for each in range(90 + n % 9))}){{3}}z?{n}|xyz"
    ),
}
TEXTS = [
    "xyz" + "a" * SIZE,
    "xyz aab " + "".join("ab"[(n * n >> 3) % 11 == 0] for n in range(SIZE)),
    "xyz " + "".join("ab"[n % 97 == 0] for n in range(SIZE)),
    "xyz " + "ж" * SIZE,
    "xyz " + "a b " * SIZE,
    "xyz " + "a\n" * SIZE,
    "xyz " + "ΐ" * (SIZE // 2),
    "xyz " + "aé" * (SIZE // 3),
]


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.thread_time()
    found = work()
    return time.thread_time() - started, found
