"""A rule that costs too much is put aside for that repository; the others go on."""

from bot.process.policies import Place, Policies
from tests.stories.conftest import REPOSITORY


def policies(world) -> Policies:
    return world.bot.worker._process.issues.policies


async def place(world) -> Place:
    repository = world.github.repository(REPOSITORY)
    known = await world.bot.store.repositories.get(repository.id)
    installation = world.bot.github.installation(world.github.installation.id)
    return Place(installation, REPOSITORY, repository.id, known.seen)


async def test_a_rule_that_is_put_aside_is_not_asked_again_until_the_rules_change(world):
    world.crash()
    await world.settle()
    world.writes()
    trace = (await world.trace())["classification"]
    version, slow = trace["ruleset"], trace["findings"][0]["rule"]
    await policies(world).put_aside(await place(world), slow, version)
    world.crash()
    await world.settle()
    world.writes()
    findings = (await world.trace())["classification"]["findings"]
    assert slow not in [each["rule"] for each in findings]
    world.configure("version: 1\nmode: enforce\nclasses:\n  crash: {threshold: 1}\n")
    world.crash()
    await world.settle()
    world.writes()
    findings = (await world.trace())["classification"]["findings"]
    assert slow in [each["rule"] for each in findings]
