"""What a repository publishes is known, for one read; and how many people a defect moves."""

import pytest

from bot.github.fetch import fetch_newest
from bot.process.releases import read_releases
from bot.sandbox import Partial
from bot.schedule import sweep_due
from bot.store.arrivals import backfill_due
from tests.stories.conftest import ENFORCE, REPOSITORY

OFF = "version: 1\nmode: off\n"


def home(world):
    return world.github.repository(REPOSITORY).id


async def released(world):
    """Oldest first."""
    return [each.version for each in await world.bot.store.releases.all(home(world))]


async def seen(world):
    """One issue that paid for the token and the policy."""
    issue = world.crash()
    await world.settle()
    world.writes()
    world.calls()
    return issue


def publish(world, *tags, **more):
    made = []
    for tag in tags:
        world.clock.advance(60)
        made.append(world.github.publish_release(REPOSITORY, tag, by="alice", **more))
    return made


async def test_a_release_is_known_since_when_it_was_published_and_nothing_is_written(world):
    await seen(world)
    (made,) = publish(world, "v1.0.0")
    await world.settle()
    (found,) = await world.bot.store.releases.all(home(world))
    assert (found.version, found.at) == ("v1.0.0", made.published_at)
    assert set(world.calls()) == {"Releases"}


async def test_a_deleted_release_costs_one_read(world):
    await seen(world)
    (made,) = publish(world, "v1.0.0")
    await world.settle()
    world.calls()
    world.github.delete_release(made, by="alice")
    await world.settle()
    assert world.calls() == ["Releases"]


async def test_what_is_taken_back_is_known_no_more(world):
    await seen(world)
    one, other, _ = publish(world, "v1", "v2", "v3")
    await world.settle()
    assert await released(world) == ["v1", "v2", "v3"]
    world.github.delete_release(one, by="alice")
    world.github.unpublish_release(other, by="alice")
    await world.settle()
    assert await released(world) == ["v3"]


async def test_drafts_and_prereleases_are_none(world):
    await seen(world)
    publish(world, "v1", is_draft=True)
    await world.settle()
    assert world.calls() == []
    (candidate,) = publish(world, "v2-rc1", is_prerelease=True)
    await world.settle()
    assert await released(world) == []
    world.github.edit_release(candidate, by="alice", is_prerelease=False)
    await world.settle()
    assert await released(world) == ["v2-rc1"]


async def test_a_release_that_a_bot_makes_counts_as_well(world):
    await seen(world)
    world.github.add_user("releaser[bot]", kind="Bot")
    world.github.set_role(REPOSITORY, "releaser[bot]", "write")
    world.github.publish_release(REPOSITORY, "v1", by="releaser[bot]")
    await world.settle()
    assert await released(world) == ["v1"]


async def test_where_the_bot_is_off_nothing_is_read(github):
    github.configure(OFF)
    async with github.started() as world:
        await seen(world)
        publish(world, "v1")
        await world.settle()
        assert world.calls() == []
        assert await released(world) == []


async def test_a_repository_that_was_never_seen_is_not_read_for_a_release(world):
    publish(world, "v1")
    await world.settle()
    assert world.calls() == []


async def test_releases_from_before_are_read_in_pages_newest_first(world):
    await seen(world)
    world.github.hooks.url = None  # before the bot was there
    publish(world, *(f"v{number}" for number in range(601)))
    installation = world.bot.github.installation(world.github.installation.id)
    assert await read_releases(world.bot.store, installation, REPOSITORY, home(world)) == 500
    assert world.calls().count("Releases") == 5
    assert await released(world) == [f"v{number}" for number in range(101, 601)]


async def test_a_missed_release_is_found_by_the_sweep(world):
    await seen(world)
    world.github.hooks.drop(3)
    publish(world, "v1")
    await world.settle()
    assert await released(world) == []
    world.clock.advance(600)
    await world.bot.store.inbox.put([sweep_due(world.clock.now)])
    await world.settle()
    assert await released(world) == ["v1"]


async def test_what_is_not_shown_takes_nothing_back(world):
    await seen(world)
    publish(world, "v1")
    await world.settle()
    world.github.faults.add(Partial("repository.releases", kind="INTERNAL"), on="Releases")
    publish(world, "v2")
    await world.settle()
    assert await released(world) == ["v1", "v2"]


async def test_uninstalling_forgets_the_releases(world):
    await seen(world)
    publish(world, "v1")
    await world.settle()
    number = home(world)
    world.github.uninstall(world.github.installation, by="alice")
    await world.settle()
    assert await world.bot.store.releases.all(number) == ()


@pytest.mark.parametrize("way", ["as it happens", "from the past", "as the newest"])
async def test_reactions_are_counted(github, way):
    github.configure(ENFORCE)
    issue, other = github.crash(), github.open("How do I install it?")
    for login in ("alice", "bob", "mallory"):
        github.github.react(issue, "THUMBS_UP", by=login)
    github.github.react(issue, "EYES", by="bob")
    async with github.started() as world:
        installation = world.bot.github.installation(world.github.installation.id)
        if way == "as it happens":
            for each in (issue, other):
                world.github.edit_issue(each, title=f"{each.title}!", by="alice")
            await world.settle()
        elif way == "from the past":
            due = backfill_due(home(world), REPOSITORY, installation.id, 0, "test", world.clock.now)
            await world.bot.store.inbox.put([due])
            await world.settle()
        else:
            found = await fetch_newest(installation, REPOSITORY, home(world), 10)
            await world.bot.store.issues.keep_all(found, installation.id)
        assert await world.bot.store.issues.reactions(home(world)) == {issue.number: 4}
        world.writes()
