"""kill -9 at random points under load: nothing answered is lost, nothing is done twice, nobody is contradicted."""

import os
import random
import sys

import pytest

from tests.chaos.program import postgresql
from tests.chaos.storm import storm

SEED = int(os.environ.get("CHAOS_SEED") or random.SystemRandom().randrange(10**9))
ON_SQLITE, ON_POSTGRESQL = 18, 32  # three processes fall faster than one
GENEROUS_SECONDS = 30  # the goal is 5 s; `python -m tests.chaos` prints what it takes


def _holds(outcome, kills):
    sys.stdout.write(f"seed {SEED}: {outcome}\n")
    assert outcome.kills == kills
    assert outcome.answered > 50, f"seed {SEED}: too little happened: {outcome}"
    assert not outcome.troubles, f"seed {SEED}: {outcome}"
    assert max(outcome.recoveries) < GENEROUS_SECONDS, f"seed {SEED}: {outcome}"


async def test_one_process_on_sqlite_survives_being_killed_at_any_moment(tmp_path):
    _holds(await storm(SEED, ON_SQLITE, f"sqlite:///{tmp_path / 'chaos.db'}", tmp_path, ["serve"]), ON_SQLITE)


@pytest.mark.filterwarnings("ignore:XDG_RUNTIME_DIR")
async def test_one_web_and_two_workers_on_postgresql_survive_being_killed_at_any_moment(tmp_path):
    with postgresql(tmp_path) as server:
        outcome = await storm(SEED, ON_POSTGRESQL, server.get_uri(), tmp_path, ["web", "worker", "worker"])
        _holds(outcome, ON_POSTGRESQL)
