"""Who is assigned by a person is in the ledger at once, and has the last word."""

import pytest

from tests.stories.conftest import ENFORCE, REPOSITORY


async def assigned(world):
    """Whom each entry names, and who did it."""
    found = await world.bot.store.ledger.entries(world.github.repository(REPOSITORY).id)
    return [(each.who, each.actor) for each in found if each.kind == "assigned"]


async def triaged(world):
    """An issue that we assigned to its owner."""
    issue = world.crash()
    await world.settle()
    assert world.kinds()
    world.calls()
    world.clock.advance(60)
    return issue


async def act(world, what, *arguments):
    """As a person who waits for what follows."""
    getattr(world.github, what)(*arguments, by="alice")
    await world.settle()
    world.clock.advance(60)


async def test_whom_a_person_assigns_is_in_the_ledger_for_one_read(world):
    issue = await triaged(world)
    await act(world, "assign", issue, "carol")
    assert await assigned(world) == [("bob", ""), ("carol", "alice")]
    assert world.calls() == ["IssueSnapshot"]
    assert issue.assignee_logins == ("bob", "carol")


async def test_our_own_assignment_costs_nothing(world):
    await triaged(world)
    assert [each.action for each in world.github.hooks.log].count("assigned") == 1
    assert world.calls() == []
    assert await assigned(world) == [("bob", "")]


@pytest.mark.parametrize(
    "acts",
    [
        pytest.param([("unassign", "bob")], id="whom we assigned is taken off"),
        pytest.param([("unassign", "bob"), ("assign", "carol")], id="and another put there"),
        pytest.param([("assign", "carol"), ("unassign", "bob")], id="the other way round"),
        pytest.param([("unassign", "bob"), ("assign", "bob"), ("unassign", "bob")], id="again and again"),
    ],
)
@pytest.mark.parametrize("rotate", ["none", "weekly"])
async def test_nothing_is_written_after_a_person_has_chosen(github, acts, rotate):
    github.configure(ENFORCE.replace("[bob]", f"[bob, carol], rotate: {rotate}") if rotate != "none" else ENFORCE)
    github.clock.advance(7 * 24 * 3600 * (rotate == "weekly"))
    async with github.started() as world:
        issue = await triaged(world)
        before = issue.assignee_logins
        ours = before[0]
        names = {"bob": ours, "carol": next(each for each in ("bob", "carol") if each != ours)}
        for what, login in acts:
            await act(world, what, issue, names[login])
        wanted = [names[login] for what, login in acts if what == "assign" and login == "carol"]
        assert issue.assignee_logins == tuple(wanted)
        assert world.writes() == []
        assert world.calls() == ["IssueSnapshot"] * len(acts)


async def test_an_assignment_before_ours_is_the_only_one(world):
    world.github.hooks.hold()
    issue = world.crash()
    world.github.assign(issue, "carol", by="alice")
    world.github.hooks.release(shuffle_seed=3)
    await world.settle()
    assert issue.assignee_logins == ("carol",)
    assert world.kinds() == ["label created", "labels added"]
    assert await assigned(world) == [("carol", "alice")]


async def test_whom_somebody_assigns_to_a_pull_request_costs_nothing(world):
    pull = world.github.open_pull(REPOSITORY, "Tidy", by="bob", files={"a": "1"})
    await world.settle()
    assert world.kinds() == ["check_run"]
    world.calls()
    world.github.assign(pull, "carol", by="alice")
    await world.settle()
    assert world.calls() == []
