"""People have the last word."""

from tests.stories.conftest import EXPLAIN, FREEZE, REPOSITORY, TRACEBACK


async def test_a_label_that_a_person_removed_stays_off(world):
    issue = world.crash()
    await world.settle()
    world.writes()
    world.github.unlabel(issue, "defect: crash", by="alice")
    world.github.edit_issue(issue, title="It fails at night", by="alice")
    await world.settle()
    assert issue.label_names == ()
    assert world.writes() == []
    assert "a person removed it" in (await world.trace())["reasons"][0]


async def test_an_assignee_whom_a_person_unassigned_stays_off(world):
    issue = world.crash()
    await world.settle()
    world.writes()
    world.github.unassign(issue, "bob", by="carol")
    world.github.edit_issue(issue, title="It fails at night", by="alice")
    await world.settle()
    assert issue.assignee_logins == ()
    assert world.writes() == []


async def test_an_edit_that_changes_the_class_moves_the_label_and_the_owner(world):
    issue = world.crash()
    await world.settle()
    world.writes()
    world.github.edit_issue(issue, title="The application hangs", body=FREEZE, by="alice")
    await world.settle()
    assert issue.label_names == ("defect: hang",)
    assert issue.assignee_logins == ()
    assert world.kinds() == ["label created", "labels removed", "labels added", "assignees removed"]


async def test_a_refusal_ends_when_an_edit_changes_the_class(world):
    issue = world.crash()
    await world.settle()
    world.github.unlabel(issue, "defect: crash", by="alice")
    await world.settle()
    for title, body in (("The application hangs", FREEZE), ("It fails", TRACEBACK)):
        world.clock.advance(60)
        world.github.edit_issue(issue, title=title, body=body, by="alice")
        await world.settle()
    assert issue.label_names == ("defect: crash",)
    assert len(world.writes()) > 0


async def test_a_class_label_that_a_person_adds_is_the_verdict(world):
    issue = world.crash()
    await world.settle()
    world.writes()
    world.github.label(issue, "defect: hang", by="carol")
    await world.settle()
    assert issue.label_names == ("defect: hang",)
    assert world.kinds() == ["labels removed", "assignees removed"]
    assert (await world.trace())["by_person"]


async def test_a_label_that_a_person_added_is_never_removed(world):
    issue = world.open("Something is odd", labels=("defect: crash", "urgent"))
    await world.settle()
    assert set(issue.label_names) == {"defect: crash", "urgent"}
    assert world.kinds() == ["assignees added"]


async def test_an_owner_chosen_by_a_person_is_not_joined_by_another(world):
    world.github.hooks.hold()
    issue = world.crash()
    world.github.assign(issue, "carol", by="alice")
    world.github.hooks.release()
    await world.settle()
    assert issue.assignee_logins == ("carol",)
    assert world.kinds() == ["label created", "labels added"]


async def test_two_bots_do_not_argue_for_long(world):
    world.github.add_user("mirror[bot]", kind="Bot")
    issue = world.crash()
    await world.settle()
    for number in range(6):
        if "defect: crash" in issue.label_names:
            world.github.unlabel(issue, "defect: crash", by="mirror[bot]")
        world.github.edit_issue(issue, title=f"It fails {number}", by="alice")
        await world.settle()
    assert issue.label_names == ()
    added = [write for write in world.writes() if write.kind == "labels added"]
    assert len(added) <= 2


async def test_a_closed_issue_is_left_alone_until_it_is_reopened(world):
    world.github.hooks.hold()
    issue = world.crash()
    world.github.close(issue, by="alice")
    world.github.hooks.release()
    await world.settle()
    assert issue.label_names == ()
    world.github.reopen(issue, by="alice")
    await world.settle()
    assert issue.label_names == ("defect: crash",)
    assert len(world.writes()) == 3


async def test_a_locked_issue_gets_its_label_and_no_comment(github):
    github.configure(EXPLAIN)
    async with github.started() as world:
        world.github.hooks.hold()
        issue = world.crash()
        world.github.lock(issue, by="alice")
        world.github.hooks.release()
        await world.settle()
        assert world.kinds() == ["label created", "labels added", "assignees added"]
        assert issue.comment_bodies == ()


async def test_a_renamed_label_is_still_ours(world):
    issue = world.crash()
    await world.settle()
    world.writes()
    world.github.rename_label(REPOSITORY, "defect: crash", "Defect: Crash", by="alice")
    world.github.edit_issue(issue, title="It fails at night", by="alice")
    await world.settle()
    assert issue.label_names == ("Defect: Crash",)
    assert world.writes() == []
