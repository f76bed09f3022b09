"""How fast a delivery is taken in: durable accepts a second, beside servers that keep nothing."""

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import product
from statistics import median

from tests.bench.machinery import fsync_seconds, load, postgresql, scratch, server
from tests.bench.report import Figure, Options

LOOPS = ("asyncio", "uvloop")
KINDS = ("plain aiohttp", "gidgethub pattern", "ours, SQLite", "ours, PostgreSQL")
CONNECTIONS = 64


def accepts(options: Options) -> Iterator[Figure]:
    """Durable accepts/s at 64 connections, eight servers in interleaved rounds of the same deliveries."""
    count, rounds = (1500, 3) if options.is_short else (5000, 7)
    names = [f"{kind}, {loop}" for kind, loop in product(KINDS, LOOPS)]
    with ExitStack() as stack:
        directory, pg = stack.enter_context(scratch()), stack.enter_context(postgresql())
        yield Figure("one fsync here", f"{fsync_seconds(directory) * 1e6:.0f} µs")
        ports = []
        for kind, loop in product(KINDS, LOOPS):
            database = {
                "ours, SQLite": f"sqlite:///{directory / loop}.db",
                "ours, PostgreSQL": pg.database() if kind.endswith("SQL") else "",
            }.get(kind, "")
            which = kind.split()[0].rstrip(",")
            ports.append(stack.enter_context(server(which, loop, database)))
        load({"ports": ports, "count": 500, "rounds": 1, "connections": CONNECTIONS, "first": 10**8})  # warm
        found = load({"ports": ports, "count": count, "rounds": rounds, "connections": CONNECTIONS})
    base, pattern = (names.index(f"{kind}, asyncio") for kind in KINDS[:2])
    for index, name in enumerate(names):
        rates = [outcomes[index]["rate"] for outcomes in found]
        p99 = median(outcomes[index]["p99"] for outcomes in found)
        ratios = [
            median(outcomes[index]["rate"] / outcomes[other]["rate"] for outcomes in found) for other in (base, pattern)
        ]
        statuses = {status for outcomes in found for status in outcomes[index]["statuses"]}
        assert statuses == {"202"}, f"{name}: {statuses}"
        note = f"p99 {p99 * 1000:.0f} ms; {ratios[0]:.2f} of plain, {ratios[1]:.2f} of gidgethub (both asyncio)"
        yield Figure(name, f"{median(rates):,.0f}/s", note)
