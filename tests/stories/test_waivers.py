"""A fix that no test can show is let through by somebody else than its author, with a reason, and not for ever."""

import pytest

from bot.schedule import sweep_due
from tests.stories.conftest import ENFORCE, REPOSITORY

NAME = "burndown / regression-test"
ASK = "/burndown waive untestable the printer must be on fire for this"
DAYS = 24 * 3600


@pytest.fixture
async def pull(world):
    issue = world.crash()
    await world.settle()
    made = world.github.open_pull(REPOSITORY, "Fix", f"Fixes #{issue.number}", by="bob", files={"src/a.py": "x\n"})
    await world.settle()
    world.writes()
    return made


async def says(world, pull, text, by):
    world.clock.advance(60)
    world.github.comment(pull, text, by=by)
    await world.settle()
    return world.kinds(), newest(world)


def newest(world):
    run = [each for each in world.github.check_runs if each.name == NAME][-1]
    return run.conclusion.lower(), run.title


PENDING = ("action_required", "A waiver is requested: who approves it?")
WAIVED = ("success", "Waived (untestable) until 2027-02-21")
BLOCKED = ("failure", "No regression test linked")


async def test_a_waiver_is_asked_for_refused_to_the_author_and_granted_by_another(world, pull):
    assert await says(world, pull, ASK, "bob") == (["check_run", "reaction added"], PENDING)
    kinds, check = await says(world, pull, "/burndown approve", "bob")
    assert (kinds, check) == (["comment added", "reaction added"], PENDING)
    assert "The author of a pull request cannot approve its waiver" in pull.comment_bodies[-1]
    kinds, check = await says(world, pull, "/burndown approve", "mallory")
    assert (kinds, check) == (["comment added", "reaction added"], PENDING)
    kinds, check = await says(world, pull, "/burndown approve", "carol")
    assert kinds == ["check_run", "label created", "labels added", "reaction added"]
    assert check == WAIVED
    assert pull.label_names == ("regression-test/waived",)
    assert (
        "by `carol`; `bob` asked: untestable: `the printer must be on fire for this`"
        in world.github.check_runs[-1].summary
    )


async def test_a_waiver_ends_and_is_asked_for_again(world, pull):
    await says(world, pull, ASK, "bob")
    await says(world, pull, "/burndown approve", "carol")
    world.clock.advance(91 * DAYS)
    await world.bot.store.inbox.put([sweep_due(world.clock())])
    await world.settle()
    assert newest(world) == BLOCKED
    assert "no longer holds" in world.github.check_runs[-1].summary
    assert pull.label_names == ()
    world.writes()
    _, check = await says(world, pull, "/burndown approve", "carol")
    assert check[0] == "success"


async def test_the_label_is_a_view_and_never_the_state(world, pull):
    world.github.label(pull, "regression-test/waived", by="bob")
    await world.settle()
    assert newest(world) == BLOCKED
    await says(world, pull, ASK, "bob")
    await says(world, pull, "/burndown approve", "carol")
    world.github.unlabel(pull, "regression-test/waived", by="alice")
    await world.settle()
    assert (newest(world), pull.label_names) == (WAIVED, ())
    assert world.writes() == []


async def test_a_waiver_is_asked_for_and_approved_with_the_buttons(world, pull):
    run = world.github.check_runs[-1]
    world.github.press(run, "waive", by="bob")
    await world.settle()
    assert world.kinds() == ["check_run", "comment added"]
    assert "/burndown waive untestable" in pull.comment_bodies[-1]
    world.github.edit_pull(pull, body=f"{pull.body}\nWaiver: untestable the printer must be on fire", by="bob")
    await world.settle()
    world.writes()
    world.github.press(world.github.check_runs[-1], "waive", by="bob")
    await world.settle()
    assert (world.kinds(), newest(world)) == (["check_run"], PENDING)
    run = world.github.check_runs[-1]
    world.github.press(run, "approve", by="bob")
    await world.settle()
    assert world.kinds() == ["check_run", "comment added"]
    world.github.press(world.github.check_runs[-1], "approve", by="carol")
    await world.settle()
    assert newest(world) == WAIVED
    world.writes()


async def test_explain_says_in_a_comment_what_is_missing(world, pull):
    world.github.press(world.github.check_runs[-1], "explain", by="mallory")
    await world.settle()
    assert world.kinds() == ["check_run", "comment added"]
    assert "**What is missing**" in pull.comment_bodies[-1]


async def test_a_waiver_for_one_defect_does_not_cover_another(world, pull):
    other = world.crash()
    await world.settle()
    await says(world, pull, ASK, "bob")
    await says(world, pull, "/burndown approve", "carol")
    world.writes()
    world.github.edit_pull(pull, body=f"{pull.body}\nFixes #{other.number}", by="bob")
    await world.settle()
    assert newest(world) == BLOCKED
    assert "no longer holds" in world.github.check_runs[-1].summary
    _, check = await says(world, pull, "/burndown approve", "carol")
    assert check[0] == "success"


async def test_approve_means_what_the_check_said_when_it_was_pressed(world, pull):
    await says(world, pull, ASK, "bob")
    old = world.github.check_runs[-1]
    await says(world, pull, "/burndown waive unchanged only a typing mistake", "bob")
    world.github.press(old, "approve", by="carol")
    await world.settle()
    assert newest(world) == PENDING
    assert "look again" in pull.comment_bodies[-1]
    world.writes()


async def test_a_waiver_is_rejected(world, pull):
    await says(world, pull, ASK, "bob")
    _, check = await says(world, pull, "/burndown reject", "carol")
    assert check == BLOCKED


async def test_in_observe_mode_nothing_is_written_beside_the_check(world, pull):
    world.configure(ENFORCE.replace("enforce", "observe"))
    await world.settle()
    world.writes()
    kinds, check = await says(world, pull, ASK, "bob")
    assert (kinds, check) == (["check_run"], ("neutral", "Would have blocked: no regression test"))
