"""What one version of the rules did is taken back, where nobody touched it since."""

import json

import pytest

from bot.sandbox import Reset
from tests.stories.conftest import ENFORCE, REPOSITORY, TRACEBACK

OTHER = ENFORCE.replace("[bob]", "[carol]")


async def version(terminal):
    return (await terminal.world.trace())["classification"]["ruleset"]


async def outcomes(terminal, how, *more):
    made = await version(terminal)
    found = await terminal.data("undo", "--rules-version", made, how, *more)
    return [(each["number"], each["outcome"], each["effects"]) for each in found["issues"]]


@pytest.fixture
async def crash(terminal):
    """An issue that rules labelled and assigned."""
    terminal.world.configure(ENFORCE)
    async with terminal.world.started() as world:
        issue = world.crash()
        await world.settle()
        world.writes()
        yield issue


TAKEN = [{"remove labels": ["defect: crash"]}, {"unassign": ["bob"]}]


async def test_a_dry_run_shows_what_would_be_taken_back_and_writes_nothing(terminal, crash):
    assert await outcomes(terminal, "--dry-run") == [(crash.number, "would-change", TAKEN)]
    assert terminal.world.writes() == []
    shown = (await terminal("undo", "--rules-version", await version(terminal), "--dry-run")).stdout
    assert f"{REPOSITORY}#{crash.number}  would-change  remove labels: defect: crash; unassign: bob" in shown


async def test_labels_and_assignees_are_taken_back_once_and_stay_so(terminal, crash):
    made = await version(terminal)
    assert await outcomes(terminal, "--yes") == [(crash.number, "changed", TAKEN)]
    assert (crash.label_names, crash.assignee_logins) == ((), ())
    assert terminal.world.kinds() == ["labels removed", "assignees removed"]
    again = (await terminal.data("undo", "--rules-version", made, "--yes"))["issues"]
    assert [(each["outcome"], each["why"]) for each in again] == [("nothing", "taken back before")]
    terminal.world.github.edit_issue(crash, title="It fails again", body=TRACEBACK, by="alice")
    await terminal.world.settle()
    assert terminal.world.writes() == []


async def test_it_is_recorded_and_shown_like_every_decision(terminal, crash):
    made = await version(terminal)
    await outcomes(terminal, "--yes")
    told = (await terminal("explain", f"https://github.com/{REPOSITORY}/issues/{crash.number}")).stdout
    assert f"rules version {made} is taken back" in told
    assert "written: unassign: bob" in told
    assert len(terminal.world.writes()) == 2


async def test_what_a_person_touched_since_stays(terminal, crash):
    github = terminal.world.github
    github.unlabel(crash, "defect: crash", by="alice")
    github.label(crash, "defect: crash", by="alice")
    github.unassign(crash, "bob", by="alice")
    assert await outcomes(terminal, "--yes") == [(crash.number, "nothing", [])]
    assert crash.label_names == ("defect: crash",)
    assert terminal.world.writes() == []


async def test_what_another_version_did_since_stays(terminal, crash):
    made = await version(terminal)
    terminal.world.configure(OTHER)
    await terminal.world.settle()
    terminal.world.github.edit_issue(crash, title="It fails again", by="alice")
    await terminal.world.settle()
    assert crash.assignee_logins == ("carol",)
    assert terminal.world.kinds() == ["assignees removed", "assignees added"]
    (found,) = (await terminal.data("undo", "--rules-version", made, "--dry-run"))["issues"]
    assert found["effects"] == [{"remove labels": ["defect: crash"]}]


async def test_only_repositories_that_let_the_bot_write_are_changed(terminal, crash):
    terminal.world.configure(ENFORCE.replace("enforce", "observe"))
    found = await terminal.data("undo", "--rules-version", await version(terminal), "--yes")
    assert [(each["outcome"], each["why"]) for each in found["issues"]] == [
        ("skipped", "mode observe: nothing is written there")
    ]
    assert crash.label_names == ("defect: crash",)


async def test_one_repository_can_be_named(terminal, crash):
    made = await version(terminal)
    assert await outcomes(terminal, "--dry-run", "--repo", REPOSITORY.upper()) == [
        (crash.number, "would-change", TAKEN)
    ]
    other = await terminal("undo", "--rules-version", made, "--dry-run", "--repo", "acme/other")
    assert (other.exit_code, "has written nothing in acme/other" in other.stderr) == (1, True)


async def test_an_issue_that_is_gone_does_not_stop_the_others(terminal, crash):
    second = terminal.world.crash()
    await terminal.world.settle()
    terminal.world.writes()
    terminal.world.github.delete_issue(crash, by="alice")
    assert {number: outcome for number, outcome, _ in await outcomes(terminal, "--yes")} == {
        crash.number: "skipped",
        second.number: "changed",
    }
    assert second.label_names == ()
    assert len(terminal.world.writes()) == 2


async def test_broken_off_it_is_taken_up_again(terminal, crash):
    made = await version(terminal)
    terminal.world.github.faults.add(Reset(), on="ApplyToIssue")
    first = await terminal("undo", "--rules-version", made, "--yes", "--json")
    (failed,) = json.loads(first.stdout)["issues"]
    assert (first.exit_code, failed["outcome"], failed["why"][:11]) == (3, "failed", "Unreachable")
    second = await terminal("undo", "--rules-version", made, "--yes")
    assert (second.exit_code, crash.label_names, crash.assignee_logins) == (0, (), ())
    assert len(terminal.world.writes()) == 2


async def test_what_the_version_had_replaced_comes_back_and_stays(terminal, crash):
    terminal.world.configure(OTHER)
    await terminal.world.settle()
    terminal.world.github.edit_issue(crash, title="It fails again", by="alice")
    await terminal.world.settle()
    assert crash.assignee_logins == ("carol",)
    assert await outcomes(terminal, "--yes") == [
        (crash.number, "changed", [{"unassign": ["carol"]}, {"assign": ["bob"]}])
    ]
    assert (crash.label_names, crash.assignee_logins) == (("defect: crash",), ("bob",))
    assert len(terminal.world.writes()) == 4
    terminal.world.github.edit_issue(crash, title="It fails once more", by="alice")
    await terminal.world.settle()
    terminal.world.writes()
    assert (crash.label_names, crash.assignee_logins) == (("defect: crash",), ("bob",))
