"""What an event costs in calls, and what costs nothing."""

from itertools import pairwise

import pytest

from tests.stories.conftest import ENFORCE, EXPLAIN, REPOSITORY

STEADY = ["IssueSnapshot", "ApplyToIssue"]


async def warmed(world):
    """One issue that paid for the token, the labels and the people."""
    issue = world.crash()
    await world.settle()
    world.writes()
    world.calls()
    return issue


@pytest.mark.parametrize("config", [ENFORCE, EXPLAIN], ids=["labels and owner", "with the explanation"])
async def test_an_issue_costs_one_read_and_one_write(github, config):
    github.configure(config)
    async with github.started() as world:
        await warmed(world)
        for _ in range(5):
            world.crash()
            await world.settle()
            assert world.calls() == STEADY
        assert world.writes()


async def test_what_the_bot_did_itself_costs_nothing(world):
    await warmed(world)
    told = [each for each in world.github.hooks.log if each.action in {"labeled", "assigned"}]
    assert len(told) == 2
    assert world.calls() == []


async def test_what_other_bots_do_costs_nothing(world):
    issue = await warmed(world)
    world.github.add_user("renovate[bot]", kind="Bot")
    world.github.label(issue, "stale", by="renovate[bot]")
    world.github.comment(issue, "/burndown why", by="renovate[bot]")
    await world.settle()
    assert world.calls() == []


async def test_actions_that_change_no_decision_cost_nothing(world):
    issue = await warmed(world)
    world.github.comment(issue, "Me too.", by="carol")
    world.github.lock(issue, by="alice")
    world.github.commit_file(REPOSITORY, "README.md", "hello", by="alice")
    await world.settle()
    assert world.calls() == []


async def test_a_burst_costs_one_read(world):
    await warmed(world)
    world.github.hooks.hold()
    issue = world.crash()
    for number in range(10):
        world.github.edit_issue(issue, title=f"It fails {number}", by="alice")
    world.github.hooks.release()
    world.bot.worker.stop()  # nobody works while they arrive
    await world.github.delivered()
    async with world.started():
        await world.settle()
    # a second life of the program: its token, its name and its labels are read again, the issue once
    assert world.calls().count("IssueSnapshot") == 1
    assert world.kinds() == ["labels added", "assignees added"]


@pytest.mark.parametrize("again", ["the same delivery", "a new delivery id", "under another event"])
async def test_a_replay_does_nothing(world, again):
    await warmed(world)
    first = next(each for each in world.github.hooks.log if each.event == "issues" and each.action == "opened")
    if again == "the same delivery":
        world.github.hooks.redeliver(first.guid)
    else:
        event = "issues" if again == "a new delivery id" else "issue_comment"
        world.github.hooks.deliver(event, first.body, guid="another")
    await world.settle()
    assert world.calls() == []
    expected = 400 if again == "under another event" else 202
    assert world.github.hooks.log[-1].status_code == expected


async def test_a_token_serves_for_most_of_its_hour(world):
    for _ in range(10):
        issue = world.crash()
        await world.settle()
        world.clock.advance(5 * 60)
    assert sum(world.github.books.token_mints.values()) == 1
    world.clock.advance(10 * 60)
    world.github.edit_issue(issue, title="again", by="alice")
    await world.settle()
    assert sum(world.github.books.token_mints.values()) == 2
    assert world.writes()


async def test_writes_are_one_at_a_time_and_a_second_apart(world):
    before = world.clock.now
    world.github.hooks.hold()
    for _ in range(12):
        world.crash()
    world.github.hooks.release()
    await world.settle()
    assert world.github.books.peak_concurrent_writes() == 1
    calls = [call for call in world.github.calls if call.is_write]
    gaps = [(b.at - a.at).total_seconds() for a, b in pairwise(calls)]
    assert min(gaps) >= 1.0
    assert (world.clock.now - before).total_seconds() < 30
    assert world.writes()


async def test_a_backlog_beyond_the_hourly_content_costs_few_reads_more(github):
    """Those that must wait for the budget are not fetched again and again meanwhile."""
    github.configure(EXPLAIN)
    async with github.started(debounce_seconds=1) as world:
        for _ in range(130):
            world.crash()
        await world.settle()
    calls = github.calls()
    assert calls.count("ApplyToIssue") == 130
    assert calls.count("IssueSnapshot") <= 130 + 30 * 4
    assert len(github.writes()) == 1 + 130 * 3
