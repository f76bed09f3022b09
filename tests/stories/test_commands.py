"""What people ask for in comments."""

import pytest

from tests.stories.conftest import FREEZE, TRACEBACK

CRASHED = ["label created", "labels added", "assignees added"]


async def crashed(world):
    issue = world.crash()
    await world.settle()
    assert world.kinds() == CRASHED
    return issue


async def said(world, issue, body, by="alice"):
    world.clock.advance(60)
    comment = world.github.comment(issue, body, by=by)
    await world.settle()
    return comment


async def test_why_is_answered_by_the_explanation(world):
    issue = await crashed(world)
    await said(world, issue, "/burndown why", by="mallory")
    assert world.kinds() == ["comment added", "reaction added"]
    assert issue.comment_bodies[-1].startswith("<!-- burndown:explanation")


async def test_a_person_sets_the_class_and_an_edit_does_not_unset_it(world):
    issue = await crashed(world)
    await said(world, issue, "/burndown class hang", by="bob")
    assert issue.label_names == ("defect: hang",)
    assert issue.assignee_logins == ()
    world.writes()
    world.github.edit_issue(issue, title="It fails at night", by="mallory")
    await world.settle()
    assert issue.label_names == ("defect: hang",)
    assert world.writes() == []
    trace = await world.trace()
    assert (trace["classes"], trace["by_person"]) == (["hang"], True)


async def test_a_class_that_a_person_rules_out_goes(world):
    issue = await crashed(world)
    await said(world, issue, "/burndown not crash", by="bob")
    assert issue.label_names == ("needs-triage",)
    assert world.kinds() == ["label created", "labels removed", "labels added", "assignees removed", "reaction added"]


async def test_a_person_names_another_owner(world):
    issue = await crashed(world)
    await said(world, issue, "/burndown owner @carol", by="bob")
    assert issue.assignee_logins == ("carol",)
    world.writes()


async def test_undo_takes_everything_back_until_somebody_asks_again(world):
    issue = await crashed(world)
    await said(world, issue, "/burndown undo", by="bob")
    assert (issue.label_names, issue.assignee_logins) == ((), ())
    assert world.kinds() == ["labels removed", "assignees removed", "reaction added"]
    world.github.edit_issue(issue, title="It hangs", body=FREEZE, by="mallory")
    await world.settle()
    assert world.writes() == []
    await said(world, issue, "/burndown recheck", by="bob")
    assert issue.label_names == ("defect: hang",)
    world.writes()


async def test_a_pause_ends(world):
    issue = await crashed(world)
    await said(world, issue, "/burndown pause 2", by="bob")
    assert world.kinds() == ["reaction added"]
    world.github.edit_issue(issue, title="It hangs", body=FREEZE, by="alice")
    await world.settle()
    assert issue.label_names == ("defect: crash",)
    world.clock.advance(2 * 24 * 3600)
    world.github.edit_issue(issue, title="It hangs again", by="alice")
    await world.settle()
    assert issue.label_names == ("defect: hang",)
    world.writes()


@pytest.mark.parametrize("command", ["class hang", "not crash", "owner @mallory", "undo", "pause", "recheck"])
async def test_who_may_not_is_told_so_and_nothing_changes(world, command):
    issue = await crashed(world)
    await said(world, issue, f"/burndown {command}", by="mallory")
    assert (issue.label_names, issue.assignee_logins) == (("defect: crash",), ("bob",))
    assert world.kinds() == ["comment added", "reaction added"]
    assert "it needs the role triage" in issue.comment_bodies[-1]


async def test_what_is_not_understood_is_answered_once(world):
    issue = await crashed(world)
    comment = await said(world, issue, "/burndown clas hang\n/burndown class hnag", by="bob")
    assert world.kinds() == ["comment added", "reaction added"]
    assert "/burndown class" in issue.comment_bodies[-1]
    assert "hang" in issue.comment_bodies[-1]
    world.github.edit_comment(comment, "I meant:\n/burndown clas hang\n/burndown class hnag", by="bob")
    await world.settle()
    assert world.writes() == []


async def test_an_edited_comment_runs_only_what_changed(world):
    issue = await crashed(world)
    comment = await said(world, issue, "/burndown class hang", by="bob")
    world.github.unlabel(issue, "defect: hang", by="alice")
    await world.settle()
    world.writes()
    world.clock.advance(60)
    world.github.edit_comment(comment, "/burndown class hang\n/burndown owner @carol", by="bob")
    await world.settle()
    assert issue.label_names == ()
    assert issue.assignee_logins == ("carol",)
    world.writes()


@pytest.mark.parametrize(
    "body",
    [
        "see `/burndown undo`",
        "> /burndown undo",
        "```\n/burndown undo\n```",
        "    /burndown undo",
        "<!--\n/burndown undo\n-->",
    ],
)
async def test_what_only_looks_like_a_command_costs_nothing(world, body):
    issue = await crashed(world)
    world.calls()
    await said(world, issue, body, by="bob")
    assert world.calls() == []
    assert world.writes() == []


async def test_help_lists_every_command(world):
    issue = await crashed(world)
    await said(world, issue, "/burndown help", by="mallory")
    assert world.kinds() == ["comment added", "reaction added"]
    for name in ("why", "class", "not", "owner", "undo", "pause", "recheck", "help"):
        assert f"`/burndown {name}" in issue.comment_bodies[-1]


async def test_a_command_costs_a_read_a_role_and_a_write(world):
    issue = await crashed(world)
    await said(world, issue, "/burndown class hang", by="bob")
    world.calls()
    world.writes()
    await said(world, issue, "/burndown class crash", by="bob")
    assert len(world.calls()) == 3
    world.writes()


async def test_nothing_is_answered_in_a_repository_that_only_observes(github):
    github.configure("version: 1\n")
    async with github.started() as world:
        issue = world.open("It fails", TRACEBACK)
        await world.settle()
        await said(world, issue, "/burndown class hang", by="bob")
        assert world.writes() == []
        assert (await world.trace())["classes"] == ["hang"]
