"""How rules fare on the issues that are stored."""

from tests.cli.test_backtest import crashes
from tests.cli.test_rules import OWN
from tests.stories.conftest import ENFORCE, REPOSITORY


async def seen(terminal, *titles):
    """The bot has worked on a crash and on issues of these titles."""
    async with terminal.world.started() as world:
        crashes(world, 1)
        for title in titles:
            world.open(title)
        await world.settle()
        world.writes()


async def test_the_rules_in_force_are_judged_on_stored_issues(terminal):
    terminal.world.configure(ENFORCE)
    await seen(terminal, "Something is odd")
    (found,) = (await terminal.data("rules", "health", "--repo", REPOSITORY.upper()))["repositories"]
    assert (found["repository"], found["issues"], found["unclassified"]) == (REPOSITORY, 2, 1)
    assert found["share_unclassified"] == 0.5
    assert "hang.words" not in [each["rule"] for each in found["shadowed"]]
    assert "crash.trace" not in found["dead"]
    assert len(found["dead"]) > 10
    assert found["classes"]["crash"]["precision"] == 1.0
    shown = (await terminal("rules", "health", "--repo", REPOSITORY)).stdout
    assert "unclassified: 1 of 2" in shown
    assert "crash  1       1 of 1     1 of 1" in shown


async def test_the_rules_of_a_checkout_can_be_judged_instead(terminal, checkout):
    await seen(terminal, "The invoice is wrong")
    root = checkout(config="version: 1\nextends: [general]\n", rules=OWN)
    (found,) = (await terminal.data("rules", "health", "--dir", root))["repositories"]
    assert "billing.invoice" not in found["dead"]
    assert found["unclassified"] == 0


async def test_health_asks_github_nothing(terminal):
    await seen(terminal)
    terminal.world.calls()
    assert (await terminal("rules", "health", "--repo", REPOSITORY)).exit_code == 0
    assert terminal.world.calls() == []
