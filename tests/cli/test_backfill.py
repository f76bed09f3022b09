"""The past of a repository, read by whoever runs the App."""

from datetime import timedelta

from bot.sandbox.faults import Answer
from bot.sandbox.state import utc_now
from tests.stories.conftest import REPOSITORY
from tests.stories.test_ledger import past

HERE = ("backfill", "--repo", REPOSITORY)


def asked(world):
    return [name for name in world.calls() if "IssueHistories" in name]


async def test_the_past_is_read_once_and_then_what_has_changed_since(terminal):
    terminal.world.clock.now -= timedelta(days=100)
    past(terminal.world, 120)
    found = await terminal.data(*HERE)
    assert found == {
        "repository": REPOSITORY, "since": None, "issues": 120, "entries": found["entries"], "pages": 2, "done": True,
    }  # fmt: skip
    assert found["entries"] > 240
    assert len(asked(terminal.world)) == 2
    terminal.world.clock.now = utc_now() + timedelta(hours=1)
    terminal.world.github.close(terminal.world.github.issue(REPOSITORY, 3), by="alice")
    again = await terminal.data(*HERE)
    assert (again["issues"], again["entries"]) == (1, 1)
    assert terminal.world.writes() == []


async def test_it_is_read_from_the_beginning_when_that_is_asked_for(terminal):
    past(terminal.world, 3)
    await terminal(*HERE)
    found = await terminal.data(*HERE, "--restart")
    assert (found["issues"], found["entries"]) == (3, 0)


async def test_only_issues_since_a_day_are_read_until_more_are_asked_for(terminal):
    world = terminal.world
    world.clock.now -= timedelta(days=10)
    past(world, 2)
    world.clock.now += timedelta(days=5)
    past(world, 1)
    day = f"{world.clock.now - timedelta(days=2):%Y-%m-%d}"
    found = await terminal.data(*HERE, "--since", day)
    assert (found["issues"], found["since"], found["done"]) == (1, day, True)
    everything = await terminal.data(*HERE)
    assert (everything["issues"], everything["since"]) == (3, None)


async def test_broken_off_it_goes_on_where_it_was(terminal):
    past(terminal.world, 120)
    faults = terminal.world.github.faults
    faults.add(Answer(401, "Bad credentials"), "IssueHistories", times=None, skip=1)
    faults.add(Answer(401, "Bad credentials"), "FewIssueHistories", times=None)
    broken = await terminal(*HERE)
    assert broken.exit_code in {3, 4}
    faults.clear()
    asked(terminal.world)
    result = await terminal(*HERE)
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{REPOSITORY}: 120 issues read in 2 pages")
    assert len(asked(terminal.world)) == 1


async def test_it_waits_for_the_next_hour_when_the_budget_is_used(terminal):
    past(terminal.world, 120)
    terminal.world.github.limits.now = utc_now
    budget = terminal.world.github.limits.budget(terminal.world.github.installation.id, "graphql")
    budget.used, budget.reset_at = 3_100, utc_now() + timedelta(seconds=4)
    result = await terminal(*HERE)
    assert result.exit_code == 0, result.output
    assert "60 % of this hour's requests are used" in result.stderr


async def test_where_the_bot_is_off_nothing_is_recorded(terminal):
    terminal.world.configure("version: 1\nmode: off\n")
    past(terminal.world, 1)
    result = await terminal(*HERE)
    assert (result.exit_code, "mode off" in result.stderr) == (1, True)


async def test_a_repository_that_is_not_there_is_said_to_be_none(terminal):
    assert (await terminal("backfill", "--repo", "acme/nothing")).exit_code == 3
    assert (await terminal("backfill", "--repo", "acme")).exit_code == 2
    assert (await terminal(*HERE, "--since", "yesterday")).exit_code == 2
