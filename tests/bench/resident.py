"""What the bot costs while it runs: memory, start, large deliveries, calls to GitHub, accepts beside its own work."""

import asyncio
import contextlib
import json
import math
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from statistics import median
from typing import TypeVar

from tests.bench.machinery import load, postgresql, scratch
from tests.bench.payloads import request, template
from tests.bench.report import Figure, Options
from tests.bench.world import CRASH, ENFORCE, REPOSITORY, World, world

MIB = 2**20
MOST = 25 * MIB
T = TypeVar("T")


def gathered(figures: AsyncIterator[Figure]) -> Iterator[Figure]:
    """An asynchronous measurement as a plain one."""
    with asyncio.Runner() as runner:
        while (figure := runner.run(_next(figures))) is not None:
            yield figure


async def _next(figures: AsyncIterator[T]) -> T | None:
    return await anext(figures, None)


def resident(options: Options) -> Iterator[Figure]:
    """Time from exec to /readyz, idle memory, and memory after 100 issues."""
    return gathered(_resident(20 if options.is_short else 100))


async def _resident(issues: int) -> AsyncIterator[Figure]:
    starts = []
    for _ in range(3):
        with scratch() as directory:
            async with world(directory) as here:
                starts.append(await here.program.ready(here.session))
                here.program.kill()
                here.program.start()
                starts.append(await here.program.ready(here.session))
    fresh, again = median(starts[::2]), median(starts[1::2])
    yield Figure("exec to /readyz 200", f"{fresh:.2f} s", f"with a new database; {again:.2f} s with an existing one")
    with scratch() as directory:
        async with world(directory) as here:
            await asyncio.sleep(1)
            idle, used = here.memory(), here.processor_seconds()
            await asyncio.sleep(5)
            busy = (here.processor_seconds() - used) / 5
            yield Figure("idle RSS", f"{idle:.0f} MiB", f"uses {busy:.2%} of a core while idle")
            await _open(here, issues)
            used = here.processor_seconds() - used
            note = f"{used / issues * 1e3:.1f} ms of processor time per issue, observed only"
            yield Figure(f"RSS after {issues} issues", f"{here.memory():.0f} MiB", note)


async def _open(here: World, issues: int) -> None:
    here.github.hooks.url = f"http://127.0.0.1:{here.port}/webhook"
    for number in range(issues):
        here.github.open_issue(REPOSITORY, f"Trouble {number}", CRASH, by="alice")
    await here.settled()


def large(options: Options) -> Iterator[Figure]:
    """The largest delivery, one byte more, and 64 of the largest at once."""
    return gathered(_large(8 if options.is_short else 64))


async def _large(many: int) -> AsyncIterator[Figure]:
    body = _padded(MOST)
    with scratch() as directory:
        async with world(directory) as here:
            idle = here.memory()
            for name, raw in (("25 MiB", request(body, "just-so")), ("25 MiB + 1", request(body + b" ", "too-much"))):
                yield Figure(name, await _answer(here.port, raw))
            yield Figure("peak RSS of these two", f"{here.memory('VmHWM'):.0f} MiB", f"idle {idle:.0f} MiB")
            watch = asyncio.create_task(_healthz(here))
            with ProcessPoolExecutor(1, get_context("spawn")) as elsewhere:  # sending is work too
                sent = elsewhere.submit(_send_large, here.port, many)
                answers, seconds = await asyncio.wrap_future(sent)
            watch.cancel()
            waits = sorted(await watch)
            p99 = waits[len(waits) * 99 // 100]
            note = f"{dict(answers)} in {seconds:.1f} s; /healthz p99 {p99 * 1e3:.0f} ms, worst {waits[-1]:.1f} s"
            yield Figure(f"peak RSS of {many} x 25 MiB", f"{here.memory('VmHWM'):.0f} MiB", note)


def _send_large(port: int, many: int) -> tuple[Counter[str], float]:
    """In a process of its own: so many of the largest at once, each with its answer; and the seconds they took."""
    body = _padded(MOST)
    raws = [request(body, f"large-{number}") for number in range(many)]

    async def send() -> Counter[str]:
        return Counter(await asyncio.gather(*(_answer(port, raw) for raw in raws)))

    started = time.monotonic()
    return asyncio.run(send()), time.monotonic() - started


def _padded(size: int) -> bytes:
    whole = template()
    padding = b'"padding": "' + b"x" * (size - len(whole) - len(b'"padding": "", ')) + b'", '
    return b"{" + padding + whole[1:]


async def _healthz(here: World) -> list[float]:
    waits, loop = [0.0], asyncio.get_running_loop()
    with contextlib.suppress(asyncio.CancelledError):
        while True:
            started = loop.time()
            if await _answer(here.port, b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") == "200 OK":
                waits.append(loop.time() - started)
            else:
                waits.append(math.inf)
            await asyncio.sleep(0.02)
    return waits


async def _answer(port: int, raw: bytes) -> str:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            with contextlib.suppress(ConnectionError):
                writer.write(raw)
                await writer.drain()
            async with asyncio.timeout(120):
                return (await reader.readline()).decode().split(" ", 1)[-1].strip() or "closed"
        finally:
            writer.close()
    except (ConnectionError, TimeoutError) as error:
        return type(error).__name__


def calls(options: Options) -> Iterator[Figure]:
    """Requests to GitHub per delivery, by what the delivery is about."""
    return gathered(_calls(2 if options.is_short else 5))


async def _calls(times: int) -> AsyncIterator[Figure]:
    with scratch() as directory:
        async with world(directory) as here:
            hub = here.github
            hub.add_user("renovate[bot]", "Bot")
            hub.commit_file(REPOSITORY, ".github/burndown.yml", ENFORCE, by="alice")
            hub.hooks.url = f"http://127.0.0.1:{here.port}/webhook"
            issue = hub.open_issue(REPOSITORY, "The first", CRASH, by="alice")
            await here.settled()
            yield Figure("first issue of a new process", named(here, 0), "token, labels made, people looked up")
            acts: dict[str, Callable[[], object]] = {
                "a new issue, steady": lambda: hub.open_issue(REPOSITORY, "One more", CRASH, by="alice"),
                "a new issue that is unclear": lambda: hub.open_issue(REPOSITORY, "Hm", "It is odd.", by="alice"),
                "an edit that changes nothing": lambda: hub.edit_issue(issue, by="alice", title=f"{issue.title}!"),
                "an irrelevant action": lambda: (
                    hub.lock(issue, by="alice") if not issue.is_locked else hub.unlock(issue, by="alice")
                ),
                "a comment": lambda: hub.comment(issue, "Me too.", by="alice"),
                "another bot's label": lambda: hub.label(issue, f"bot-{len(issue.labels)}", by="renovate[bot]"),
                "a redelivery": lambda: hub.hooks.redeliver(hub.hooks.log[0].guid),
            }
            for name, act in acts.items():
                before, echoes = len(hub.calls), len(hub.hooks.log)
                for _ in range(times):
                    act()
                    await here.settled()
                note = (
                    f"{named(here, before)}; {len(hub.hooks.log) - echoes} deliveries for {times}, own echoes included"
                )
                yield Figure(name, f"{(len(hub.calls) - before) / times:.1f} calls", note)
            yield Figure("tokens minted in all", str(sum(hub.books.token_mints.values())))


def named(here: World, before: int) -> str:
    found = Counter(call.name for call in here.github.calls[before:])
    return ", ".join(f"{count} x {name}" for name, count in found.items()) or "none"


def beside(options: Options) -> Iterator[Figure]:
    """Accepts at 200 deliveries/s while the worker of the same process, or another one, works."""
    seconds = 3 if options.is_short else 10
    with postgresql() as pg:
        for kind, database in (("SQLite, one process", ""), ("PostgreSQL, one process", pg.database())):
            yield from gathered(_beside(kind, database, seconds))


async def _beside(kind: str, database: str, seconds: int) -> AsyncIterator[Figure]:
    with scratch() as directory:
        async with world(directory, database) as here:
            for number in range(20):
                here.github.open_issue(REPOSITORY, f"Trouble {number}", CRASH, by="alice")
            plan = {"ports": [here.port], "count": 200 * seconds, "rounds": 1, "rate": 200.0, "issues": 20}
            before = len(here.github.calls)
            ((found,),) = await asyncio.to_thread(load, plan)
            work = len(here.github.calls) - before
            p50, p99, worst = (f"{found[name] * 1e3:.1f} ms" for name in ("p50", "p99", "max"))
            note = f"median {p50}, worst {worst}, {json.dumps(found['statuses'])}; {work} calls to GitHub meanwhile"
            yield Figure(f"p99 of accept at 200/s, {kind}", p99, note)
