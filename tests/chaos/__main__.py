"""`python -m tests.chaos --kills 1000 [--seed N]`: half on SQLite, half on PostgreSQL; exit code 1 on trouble."""

import argparse
import asyncio
import random
import sys
import tempfile
from pathlib import Path

from tests.chaos.program import postgresql
from tests.chaos.storm import Outcome, storm

ROUND = 50  # kills after which everything is settled and reckoned up


def _rounds(kills: int, seed: int) -> bool:
    is_fine = True
    for number, count in enumerate(min(ROUND, kills - done) for done in range(0, kills, ROUND)):
        for kind in ("SQLite", "PostgreSQL"):
            part = count // 2 if kind == "SQLite" else count - count // 2
            with tempfile.TemporaryDirectory(prefix="chaos-") as name:
                outcome = _one(kind, seed + number, part, Path(name))
            sys.stdout.write(f"{kind}, seed {seed + number}: {outcome}\n")
            sys.stdout.flush()
            is_fine = is_fine and not outcome.troubles
    return is_fine


def _one(kind: str, seed: int, kills: int, directory: Path) -> Outcome:
    if kind == "SQLite":
        return asyncio.run(storm(seed, kills, f"sqlite:///{directory / 'chaos.db'}", directory, ["serve"]))
    with postgresql(directory) as server:
        return asyncio.run(storm(seed, kills, server.get_uri(), directory, ["web", "worker", "worker"]))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**9))
    arguments = parser.parse_args()
    raise SystemExit(0 if _rounds(arguments.kills, arguments.seed) else 1)


if __name__ == "__main__":
    main()
