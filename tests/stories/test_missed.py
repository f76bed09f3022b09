"""Deliveries that never arrived are pulled, and counted."""

import pytest

from bot.sandbox.faults import Answer
from bot.schedule import sweep_due


async def sweep(world):
    await world.bot.store.inbox.put([sweep_due(world.clock.now)])
    await world.settle()


async def counters(world):
    return dict(await world.bot.store.repositories.counters())


async def test_a_delivery_that_failed_is_pulled_from_github(world):
    await sweep(world)
    world.github.hooks.drop(1)
    issue = world.crash()
    await world.settle()
    assert issue.label_names == ()
    world.clock.advance(3600)
    await sweep(world)
    assert issue.label_names == ("defect: crash",)
    assert await counters(world) == {"missed_deliveries": 1}
    assert len(world.writes()) == 3


async def test_a_change_of_which_nothing_was_sent_is_found_by_its_time(world):
    await sweep(world)
    world.clock.advance(600)
    world.github.hooks.url, url = None, world.github.hooks.url
    issue = world.crash()
    world.github.hooks.url = url
    world.clock.advance(3600)
    await sweep(world)
    assert issue.label_names == ("defect: crash",)
    assert await counters(world) == {"missed_issues": 1}
    assert len(world.writes()) == 3


async def test_a_sweep_finds_nothing_where_nothing_is_missing(world):
    await sweep(world)
    issue = world.crash()
    await world.settle()
    world.github.comment(issue, "Me too.", by="carol")
    await world.settle()
    world.writes()
    for _ in range(3):
        world.clock.advance(3600)
        world.calls()
        await sweep(world)
        assert "IssueSnapshot" not in world.calls()
    assert await counters(world) == {}


async def test_the_past_of_a_repository_is_left_in_peace(github):
    github.configure("version: 1\nmode: enforce\n")
    issue = github.crash()
    github.clock.advance(24 * 3600)
    async with github.started() as world:
        await sweep(world)
        world.clock.advance(3600)
        await sweep(world)
    assert issue.label_names == ()


@pytest.mark.parametrize("hours", [24, 24 * 5])
async def test_after_an_outage_every_issue_has_its_label(github, hours):
    github.configure("version: 1\nmode: enforce\n")
    async with github.started() as world:
        await sweep(world)
    issues = []
    for _ in range(20):
        issues.append(github.crash())
        github.clock.advance(hours * 3600 / 20)
    async with github.started() as world:
        await sweep(world)
    assert {issue.label_names for issue in issues} == {("defect: crash",)}
    assert github.writes()


async def test_a_sweep_happens_once_an_hour_however_many_ask(world):
    inbox = world.bot.store.inbox
    assert await inbox.put([sweep_due(world.clock.now)]) == 1
    assert await inbox.put([sweep_due(world.clock.now)]) == 0
    world.clock.advance(3600)
    assert await inbox.put([sweep_due(world.clock.now)]) == 1
    await world.settle()


async def test_an_installation_that_does_not_answer_does_not_keep_the_others_waiting(world):
    await sweep(world)
    world.github.add_user("quiet", kind="Organization")
    world.github.add_repository("quiet/place", alice="admin")
    world.github.install("quiet/place", by="alice")
    await world.settle()
    world.github.hooks.drop(1)
    world.clock.advance(600)
    issue = world.crash()
    await world.settle()
    world.github.faults.add(Answer(502), on="GET /installation/repositories", times=1)
    world.clock.advance(3600)
    await sweep(world)
    assert issue.label_names == ("defect: crash",)
    assert (await world.bot.store.inbox.rows(limit=1))[0].state == "done"
    assert len(world.writes()) == 3
