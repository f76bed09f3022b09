"""2,000 sockets that send next to nothing: how long they are held, and what others notice."""

import asyncio
import resource
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress

import aiohttp

from tests.bench.machinery import scratch, server
from tests.bench.report import Figure, Options

HEAD = b"POST /webhook HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 10000\r\n\r\n"
PATIENCE_SECONDS = 100.0


async def _silent(_writer: asyncio.StreamWriter) -> None:
    """Connects and says nothing."""


async def _headers(writer: asyncio.StreamWriter) -> None:
    writer.write(b"POST /webhook HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
    for _ in range(int(PATIENCE_SECONDS)):
        await writer.drain()
        await asyncio.sleep(1)
        writer.write(b"a")


async def _body(writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD)
    for _ in range(int(PATIENCE_SECONDS)):
        await writer.drain()
        await asyncio.sleep(1)
        writer.write(b" ")


async def _half(writer: asyncio.StreamWriter) -> None:
    """Sends half a request, closes its sending side, and waits."""
    writer.write(HEAD + b'{"action"')
    writer.write_eof()


KINDS: dict[str, Callable[[asyncio.StreamWriter], object]] = {
    "silent": _silent,
    "header drip": _headers,
    "body drip": _body,
    "half-closed": _half,
}


def slow(options: Options) -> Iterator[Figure]:
    """2,000 slow sockets of four kinds at once: when the last of each kind was closed, /healthz meanwhile."""
    count = 400 if options.is_short else 2000
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4096)), hard))
    with scratch() as directory, server("ours", "uvloop", f"sqlite:///{directory / 'slow.db'}") as port:
        yield from asyncio.run(_attack(port, count))


async def _attack(port: int, count: int) -> list[Figure]:
    held: dict[str, list[float]] = {kind: [] for kind in KINDS}
    latencies: list[float] = []
    async with _watched(port, latencies):
        quiet = await _quiet(latencies)
        kinds = list(KINDS)
        await asyncio.gather(*(_hold(port, kinds[each % len(kinds)], held) for each in range(count)))
    figures = []
    for kind, seconds in held.items():
        open_ = sum(each >= PATIENCE_SECONDS for each in seconds)
        note = f"median {sorted(seconds)[len(seconds) // 2]:.1f} s; {open_} of {len(seconds)} never closed"
        figures.append(Figure(f"{kind}: last closed after", f"{max(seconds):.1f} s", note))
    ordered = sorted(latencies)
    p99 = ordered[len(ordered) * 99 // 100]
    note = f"max {ordered[-1] * 1e3:.0f} ms of {len(ordered)} requests; before the attack median {quiet * 1e3:.1f} ms"
    return [*figures, Figure("/healthz p99 meanwhile", f"{p99 * 1e3:.0f} ms", note)]


async def _quiet(latencies: list[float]) -> float:
    await asyncio.sleep(1)
    found = sorted(latencies)[len(latencies) // 2]
    latencies.clear()
    return found


async def _hold(port: int, kind: str, held: dict[str, list[float]]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    started = time.monotonic()
    sending = asyncio.ensure_future(KINDS[kind](writer))  # type: ignore[arg-type]
    try:
        with suppress(TimeoutError, OSError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                while await reader.read(1000):
                    pass
        held[kind].append(time.monotonic() - started)
    finally:
        sending.cancel()
        with suppress(asyncio.CancelledError, OSError):
            await sending
        writer.close()


@asynccontextmanager
async def _watched(port: int, latencies: list[float]) -> AsyncIterator[None]:
    """A person with a browser: a new connection every 20 ms."""
    connector = aiohttp.TCPConnector(force_close=True)

    async def watch(session: aiohttp.ClientSession) -> None:
        while True:
            started = time.perf_counter()
            async with session.get(f"http://127.0.0.1:{port}/healthz") as answer:
                assert answer.status == 200
            latencies.append(time.perf_counter() - started)
            await asyncio.sleep(0.02)

    async with aiohttp.ClientSession(connector=connector) as session:
        task = asyncio.create_task(watch(session))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
