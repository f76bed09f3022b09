"""What a pull request costs: requests to GitHub per delivery, and the time that its tests take to be read."""

import time
from collections.abc import AsyncIterator, Callable, Iterator
from statistics import median

import psutil

from bot.core.evidence.model import Texts
from bot.symbols import Symbols
from tests.bench.machinery import scratch
from tests.bench.report import Figure, Options
from tests.bench.resident import gathered, named
from tests.bench.world import CRASH, ENFORCE, REPOSITORY, World, world

TEST = "tests/test_profiler.py"
CODE = "src/profiler.py"
LINK = f"Regression-Test: {TEST}::test_empty"
BEFORE = "def test_full():\n    assert 1\n"
AFTER = f"{BEFORE}\n\ndef test_empty():\n    assert 2\n"
ONE = """\
def test_number_{0}():
    '''What holds for {0}.'''
    made = [each * {0} for each in range({0})]
    assert made


"""


def pulls(options: Options) -> Iterator[Figure]:
    """Requests to GitHub per delivery about a pull request; milliseconds to read its test files."""
    yield from gathered(_calls(2 if options.is_short else 5))
    yield from gathered(_read(5 if options.is_short else 20))


async def _calls(times: int) -> AsyncIterator[Figure]:
    with scratch() as directory:
        async with world(directory) as here:
            hub = here.github
            files = {".github/burndown.yml": ENFORCE, CODE: "x = 1\n", TEST: BEFORE}
            hub.push(REPOSITORY, files, by="alice")
            hub.hooks.url = f"http://127.0.0.1:{here.port}/webhook"
            issue = hub.open_issue(REPOSITORY, "It crashes", CRASH, by="alice")
            await here.settled()
            body = f"Fixes #{issue.number}\n{LINK}"

            def opened(words: str, *, test: str | None = AFTER) -> Callable[[], object]:
                changed = {CODE: "x = 2\n"} | ({TEST: test} if test else {})
                return lambda: hub.open_pull(REPOSITORY, "A change", words, by="alice", files=changed)

            first = hub.open_pull(REPOSITORY, "The first", body, by="alice", files={TEST: AFTER})
            await here.settled()
            acts: dict[str, Callable[[], object]] = {
                "no fix": opened("Words", test=None),
                "a fix that links its test": opened(body),
                "a fix without a link": opened(f"Fixes #{issue.number}"),
                "an edit that changes nothing": lambda: hub.edit_pull(first, title=f"{first.title}!", by="alice"),
                "another commit": lambda: hub.push_to_pull(first, {CODE: f"x = {time.monotonic()}\n"}, by="alice"),
                "asked for again": lambda: hub.rerequest(hub.check_runs[-1], by="alice"),
                "a workflow run of no fix": lambda: hub.run_workflow(
                    REPOSITORY, hub.repository(REPOSITORY).branches["main"].sha
                ),
            }
            for name, act in acts.items():
                yield await _cost(here, name, act, times)


async def _cost(here: World, name: str, act: Callable[[], object], times: int) -> Figure:
    before = len(here.github.calls)
    for _ in range(times):
        act()
        await here.settled()
    return Figure(
        f"pull request: {name}", f"{(len(here.github.calls) - before) / times:.1f} calls", named(here, before)
    )


async def _read(times: int) -> AsyncIterator[Figure]:
    """A process of its own reads them: its start, its memory, and files of two sizes."""
    symbols, texts = Symbols(), {size: _texts(size * 1024) for size in (2, 180)}
    begun = time.perf_counter()
    await symbols.read([(texts[2], "python")])
    yield Figure("reader of tests, from nothing", f"{(time.perf_counter() - begun) * 1e3:.0f} ms", "with its start")
    try:
        for size, each in texts.items():
            seconds = []
            for _ in range(times):
                begun = time.perf_counter()
                (reading,) = await symbols.read([(each, "python")])
                seconds.append(time.perf_counter() - begun)
            assert reading.by == "tree-sitter"
            note = f"{len(reading.symbols)} tests, base and head; worst {max(seconds) * 1e3:.0f} ms"
            yield Figure(f"a test file of {size} kB", f"{median(seconds) * 1e3:.1f} ms", note)
        resident = sum(child.memory_info().rss for child in psutil.Process().children(recursive=True)) / 2**20
        yield Figure("its memory", f"{resident:.0f} MiB", "resident; it ends when nothing is read for a while")
    finally:
        await symbols.close()


def _texts(size: int) -> Texts:
    whole, number = "", 0
    while len(whole) < size:
        whole, number = whole + ONE.format(number), number + 1
    return Texts(TEST, whole + ONE.format("new"), whole)
