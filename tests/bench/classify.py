"""What rules cost: loading them, classifying ordinary issues, and classifying text made to hurt regular expressions."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from bot.core.document.segments import read_document
from bot.core.model import Mode
from bot.core.policy import Files
from bot.core.rules.classify import Classification, classify
from bot.core.rules.ruleset import Ruleset
from bot.rulefiles import Packs, load_packs
from tests.bench.report import Figure, Options
from tests.bench.world import CRASH
from tests.fuzz.yamls import files

RULES = Path(__file__).parents[2] / "rules"
CONFIG = "version: 1\nextends: [general, warehouse-profiling]\n"
PROSE = "After the upgrade the nightly profiling of our warehouse takes longer, and the report shows other numbers. "
SIZE = 64 * 1024

# What makes backtracking engines fall over, as text of an issue: repeated up to the size that is looked at.
UNITS = [
    "a",
    "aa!",
    "ab",
    "(",
    ")",
    "[",
    "\\",
    "/",
    "//",
    "*",
    "**",
    "_",
    "`",
    "```\n",
    "~~~\n",
    ">",
    "> ",
    "#",
    "# ",
    "- ",
    "\n",
    "\r\n",
]
UNITS += [
    " ",
    "\t",
    " \n",
    "x@",
    "@x",
    "x.x",
    "1",
    "1.",
    "0x",
    "-",
    "--",
    "=",
    ":",
    "::",
    "<",
    "<a ",
    "<!--",
    "-->",
    "&amp;",
    "http://a",
]
UNITS += [
    "Traceback ",
    'File "',
    "  at a.b(C.java:1)\n",
    "Error: ",
    "error ",
    "not ",
    "\u0130",
    "\u00df",
    "e\u0301",
    "\u200d",
    "\U0001f4a3",
    "\x00",
    "1,",
]
ENDS = ["", "!", "\n", "X"]


def classified(options: Options) -> Iterator[Figure]:
    """Microseconds per issue with the shipped packs, and the worst of the hostile texts."""
    times = 5 if options.is_short else 50
    ruleset = load_packs(RULES).policy(Files(config=CONFIG), Mode.OBSERVE).ruleset
    for size in (2 * 1024, SIZE):
        text = CRASH + PROSE * (size // len(PROSE))
        seconds = [_seconds(lambda text=text: verdict("Profiler stops", text, ruleset)) for _ in range(times)]
        yield Figure(
            f"classify, {size // 1024} kB", f"{median(seconds) * 1e6:,.0f} µs", f"worst {max(seconds) * 1e6:,.0f} µs"
        )
    worst = sorted(
        (_seconds(lambda unit=unit, end=end: verdict(unit, (unit * SIZE)[: SIZE - 1] + end, ruleset)), unit + end)
        for unit in UNITS
        for end in ENDS
    )
    middle = worst[len(worst) // 2][0]
    note = f"median {middle * 1e3:.1f} ms of {len(worst)} texts of 64 k characters; the worst repeats {worst[-1][1]!r}"
    yield Figure("classify, worst hostile text", f"{worst[-1][0] * 1e3:.1f} ms", note)


def verdict(title: str, body: str, ruleset: Ruleset) -> Classification:
    return classify(read_document(title, body), ruleset)


def loaded(options: Options) -> Iterator[Figure]:
    """Loading the shipped packs with all their samples, and reading hostile configuration files."""
    seconds = [_seconds(lambda: load_packs(RULES)) for _ in range(2 if options.is_short else 5)]
    packs = load_packs(RULES)
    yield Figure(
        "load of the shipped packs", f"{median(seconds) * 1e3:.0f} ms", f"{len(packs.files)} packs, every sample proven"
    )
    hostile = list(files(1, 200 if options.is_short else 3000))
    taken = sorted((_seconds(lambda text=text: _refused(packs, text)), text) for text in hostile)
    mean = sum(each for each, _ in taken) / len(taken)
    note = f"worst {taken[-1][0] * 1e3:,.0f} ms: {len(taken[-1][1]):,} bytes of {taken[-1][1][:20]!r}"
    yield Figure("a hostile configuration file", f"{mean * 1e3:.2f} ms", note)


def _refused(packs: Packs, text: bytes) -> None:
    try:
        packs.policy(Files(config=text.decode(errors="surrogateescape")), Mode.OBSERVE)
    except Exception as error:  # noqa: BLE001 - what may be raised is tests/fuzz's to say
        str(error)


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
