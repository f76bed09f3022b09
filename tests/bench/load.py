"""The load generator, a process of its own: `python -m tests.bench.load`, a plan on stdin, figures on stdout."""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.bench.payloads import requests

END = b"\r\n\r\n"
LENGTH = b"content-length:"


@dataclass
class Outcome:
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)

    def data(self) -> dict[str, object]:
        ordered = sorted(self.latencies) or [0.0]
        return {
            "rate": len(self.latencies) / self.seconds if self.seconds else 0.0,
            "p50": ordered[len(ordered) // 2],
            "p99": ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)],
            "max": ordered[-1],
            "statuses": dict(self.statuses),
        }


class Connection(asyncio.Protocol):
    """Sends a request, reads its answer, sends the next."""

    def __init__(self, todo: Iterable[bytes], outcome: Outcome) -> None:
        self._todo = iter(todo)
        self._outcome = outcome
        self._got = b""
        self._sent_at = 0.0
        self.finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport
        self._send()

    def connection_lost(self, _exc: Exception | None) -> None:
        if not self.finished.done():
            self._outcome.statuses["lost"] += 1
            self.finished.set_result(None)

    def _send(self) -> None:
        request = next(self._todo, None)
        if request is None:
            self.finished.set_result(None)
            self._transport.close()
            return
        self._sent_at = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._got += data
        head = self._got.find(END)
        if head < 0:
            return
        lowered = self._got[:head].lower()
        at = lowered.find(LENGTH)
        length = int(lowered[at + len(LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(self._got) < head + len(END) + length:
            return
        self._outcome.latencies.append(time.perf_counter() - self._sent_at)
        self._outcome.statuses[self._got[9:12].decode()] += 1
        self._got = b""
        self._send()


async def closed(port: int, todo: list[bytes], connections: int) -> Outcome:
    """As fast as answers come, on so many connections."""
    outcome, loop, shared = Outcome(), asyncio.get_running_loop(), iter(todo)
    started = time.perf_counter()
    made = [
        (await loop.create_connection(lambda: Connection(shared, outcome), "127.0.0.1", port))[1]
        for _ in range(connections)
    ]
    await asyncio.gather(*(each.finished for each in made))
    outcome.seconds = time.perf_counter() - started
    return outcome


async def paced(port: int, todo: list[bytes], rate: float) -> Outcome:
    """At a fixed rate, whether answers come or not; each on a connection of its own, as GitHub does."""
    outcome, loop = Outcome(), asyncio.get_running_loop()
    started = time.perf_counter()
    waiting = []
    for index, request in enumerate(todo):
        await asyncio.sleep(max(0.0, started + index / rate - time.perf_counter()))
        connection = await loop.create_connection(lambda one=request: Connection([one], outcome), "127.0.0.1", port)
        waiting.append(connection[1].finished)
    await asyncio.gather(*waiting)
    outcome.seconds = time.perf_counter() - started
    return outcome


async def rounds(plan: dict) -> list[list[dict[str, object]]]:
    """Every server in turn, round after round, each round with new deliveries that all servers get."""
    found = []
    for number in range(plan["rounds"]):
        first = plan.get("first", 0) + number * plan["count"]
        todo = list(requests(plan["count"], first, issues=plan.get("issues", 10**6)))
        outcomes = []
        for port in plan["ports"]:
            work = paced(port, todo, plan["rate"]) if "rate" in plan else closed(port, todo, plan["connections"])
            outcomes.append((await work).data())
        found.append(outcomes)
    return found


def main() -> None:
    plan = json.load(sys.stdin)
    try:
        import uvloop  # noqa: PLC0415 - an extra
    except ImportError:
        factory = None
    else:
        factory = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        json.dump(runner.run(rounds(plan)), sys.stdout)


if __name__ == "__main__":
    main()
