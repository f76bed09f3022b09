"""A pull request that fixes a defect shows how it keeps the defect from coming back."""

import json
from datetime import UTC, datetime

import pytest

from bot.sandbox.faults import Partial
from bot.store.arrivals import from_github
from tests.stories.conftest import ENFORCE, FREEZE, REPOSITORY

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NAME = "burndown / regression-test"
CODE = "src/profiler.py"
TEST = "tests/test_profiler.py"
BEFORE = "def test_full():\n    assert 1\n"
AFTER = f"{BEFORE}\n\ndef test_empty():\n    assert 2\n"
SKIPPED = f"{BEFORE}\n\n@pytest.mark.skip\ndef test_empty():\n    assert 2\n"
LINK = f"Regression-Test: {TEST}::test_empty"


@pytest.fixture
async def defect(world):
    """A crash that is known, in a repository with code and a test."""
    world.github.push(REPOSITORY, {CODE: "x = 1\n", TEST: BEFORE}, by="alice")
    issue = world.crash()
    await world.settle()
    world.writes()
    world.calls()
    return issue


async def fixed(world, defect, files=None, body="", *, by="bob", **more):
    body = f"Fixes #{defect.number}\n\n{body}"
    pull = world.github.open_pull(REPOSITORY, "Empty tables", body, by=by, files=files or {CODE: "x = 2\n"}, **more)
    await world.settle()
    return pull


def said(world, name=NAME):
    """What the newest check says; nothing else was written."""
    assert world.kinds() == ["check_run"]
    run = [each for each in world.github.check_runs if each.name == name][-1]
    return run.conclusion.lower(), run.title


BLOCKED = ("failure", "No regression test linked")
LINKED = ("success", "Regression test linked (L3)")


async def test_a_fix_without_a_test_is_blocked_and_released_when_one_is_linked(world, defect):
    pull = await fixed(world, defect)
    assert said(world) == BLOCKED
    world.github.push_to_pull(pull, {TEST: AFTER}, by="bob")
    await world.settle()
    assert said(world) == BLOCKED
    assert f"\n{LINK}\n" in world.github.check_runs[-1].summary
    world.github.edit_pull(pull, body=f"Fixes #{defect.number}\n{LINK}", by="bob")
    await world.settle()
    assert said(world) == LINKED


async def test_one_read_and_one_check_is_all_that_a_fix_costs(world, defect):
    pull = await fixed(world, defect, {CODE: "x = 2\n", TEST: AFTER}, LINK)
    assert said(world) == LINKED
    assert world.calls() == ["PullSnapshot", "CreateCheckRun"]
    world.github.edit_pull(pull, title="Empty tables again", by="bob")
    await world.settle()
    assert world.calls() == ["PullSnapshot"], "the verdict is the same on the same commit"


async def test_our_own_checks_cost_nothing(world, defect):
    await fixed(world, defect)
    world.writes()
    world.calls()
    await world.settle()
    assert world.calls() == []


async def test_a_pull_request_that_fixes_nothing_is_skipped(world, defect):
    world.github.open_pull(REPOSITORY, "Words", f"See #{defect.number}", by="bob", files={"README.md": "x"})
    await world.settle()
    assert said(world) == ("skipped", "Not a fix of a defect")
    assert world.calls() == ["PullSnapshot", "CreateCheckRun"]


async def test_a_fix_from_a_fork_is_held_to_the_same(world, defect):
    pull = await fixed(world, defect, {CODE: "x = 2\n", TEST: AFTER}, by="mallory", from_fork=True)
    assert said(world) == BLOCKED
    world.github.edit_pull(pull, body=f"Fixes #{defect.number}\n{LINK}", by="mallory")
    await world.settle()
    assert said(world) == LINKED


async def test_a_merge_group_gets_its_own_answer(world, defect):
    pull = await fixed(world, defect, {TEST: AFTER}, LINK)
    assert said(world) == LINKED
    group = world.github.queue(pull, by="bob")
    await world.settle()
    assert said(world) == LINKED
    assert world.github.check_runs[-1].commit.sha == group.commit.sha != pull.head.sha


@pytest.mark.usefixtures("defect")
async def test_an_issue_that_becomes_a_defect_makes_its_pull_request_a_fix(world):
    question = world.open("How do I install it?")
    await world.settle()
    world.writes()
    await fixed(world, question)
    assert said(world)[0] == "skipped"
    world.github.edit_issue(question, title="It hangs", body=FREEZE, by="alice")
    await world.settle()
    kinds = world.kinds()
    assert kinds[-1] == "check_run"
    assert world.github.check_runs[-1].title == BLOCKED[1]


async def test_a_force_push_that_drops_the_test_blocks_again(world, defect):
    pull = await fixed(world, defect, {CODE: "x = 2\n", TEST: AFTER}, LINK)
    assert said(world) == LINKED
    world.github.force_push(pull, {CODE: "x = 3\n"}, by="bob")
    await world.settle()
    assert said(world) == ("failure", "The linked test reaches L1, L3 is needed")


async def test_a_skipped_test_is_no_test(world, defect):
    await fixed(world, defect, {TEST: SKIPPED}, LINK)
    assert said(world) == ("failure", "The linked test reaches L2, L3 is needed")
    (annotation,) = world.github.check_runs[-1].annotations
    assert (annotation.path, annotation.start_line) == (TEST, 5)


async def test_a_comment_in_the_test_that_names_the_defect_is_a_link(world, defect):
    named = AFTER.replace("    assert 2", f"    # https://github.com/{REPOSITORY}/issues/{defect.number}\n    assert 2")
    await fixed(world, defect, {TEST: named})
    assert said(world) == LINKED


async def test_a_test_is_linked_by_comment(world, defect):
    pull = await fixed(world, defect, {TEST: AFTER})
    assert said(world) == BLOCKED
    world.github.comment(pull, f"/burndown test {TEST}::test_empty", by="bob")
    await world.settle()
    assert world.kinds() == ["check_run", "reaction added"]
    assert world.github.check_runs[-1].title == LINKED[1]


async def test_two_pull_requests_of_one_commit_have_the_stricter_check(world, defect):
    first = await fixed(world, defect)
    assert said(world) == BLOCKED
    bare = world.github.open_pull(REPOSITORY, "Words", by="carol", files={CODE: "x = 2\n"})
    bare.head = first.head
    world.github.edit_pull(bare, title="Other words", by="carol")
    await world.settle()
    newest = [run for run in world.github.check_runs if run.name == NAME and run.commit.sha == first.head.sha][-1]
    assert newest.title == BLOCKED[1]
    world.writes()
    world.github.close_pull(first, by="bob")
    await world.settle()
    assert said(world)[0] == "skipped"


async def test_a_comment_alone_changes_no_test(world, defect):
    await fixed(world, defect, {TEST: BEFORE.replace("assert 1", f"# case #{defect.number}\n    assert 1")})
    assert said(world)[0] == "failure"


async def test_an_empty_file_is_no_test(world, defect):
    await fixed(world, defect, {"tests/empty.bats": "\n"}, "Regression-Test: tests/empty.bats")
    assert said(world)[0] == "failure"


async def test_a_file_that_is_too_large_is_no_way_around(world, defect):
    await fixed(world, defect, {TEST: AFTER + "# x\n" * 150_000}, LINK)
    assert said(world)[0] == "failure"


async def test_an_answer_without_the_pull_request_is_tried_again(world, defect):
    world.github.faults.add(Partial("repository.pullRequest", "INTERNAL"), on="PullSnapshot")
    await fixed(world, defect)
    assert said(world) == BLOCKED


async def test_all_checks_of_a_commit_are_asked_for_again(world, defect):
    pull = await fixed(world, defect)
    assert said(world) == BLOCKED
    home = world.github.repository(REPOSITORY)
    body = {
        "action": "rerequested",
        "check_suite": {"head_sha": pull.head.sha},
        "repository": {"id": home.id, "full_name": home.full_name},
        "installation": {"id": world.github.installation.id},
        "sender": {"login": "bob", "type": "User"},
    }
    await world.bot.store.inbox.put(
        [from_github("s1", "check_suite", json.dumps(body).encode(), body_hash=None, received_at=NOW, due_at=NOW)]
    )
    await world.settle()
    assert said(world) == BLOCKED


async def test_a_merged_fix_that_is_labelled_does_not_bring_a_lost_guard_back(world, defect):
    pull = await fixed(world, defect, {TEST: AFTER}, LINK)
    world.github.merge_pull(pull, by="alice")
    await world.settle()
    other = world.github.open_pull(REPOSITORY, "Tidy", by="carol", files={TEST: BEFORE})
    await world.settle()
    world.github.merge_pull(other, by="alice")
    await world.settle()
    world.github.label(pull, "done", by="alice")
    await world.settle()
    assert await world.bot.store.pulls.guards(world.github.repository(REPOSITORY).id) == []
    world.writes()


async def test_a_language_without_a_parser_goes_by_its_file(world, defect):
    files = {"tests/empty.bats": '@test "empty" {\n  [ 1 ]\n}\n'}
    await fixed(world, defect, files, "Regression-Test: tests/empty.bats::empty")
    assert said(world) == LINKED


async def test_observing_never_blocks(world, defect):
    world.configure(ENFORCE + "regression-test: {mode: observe}\n")
    await world.settle()
    await fixed(world, defect)
    assert said(world) == ("neutral", "Would have blocked: no regression test")


async def test_switched_off_it_says_nothing(world, defect):
    world.configure(ENFORCE + "regression-test: {mode: 'off'}\n")
    await world.settle()
    await fixed(world, defect)
    assert world.writes() == []


async def test_nothing_is_written_before_opt_in(github):
    github.github.push(REPOSITORY, {CODE: "x = 1\n"}, by="alice")
    async with github.started() as world:
        issue = world.crash()
        await world.settle()
        await fixed(world, issue)
        assert world.writes() == []


async def test_branch_protection_holds_until_the_test_is_linked(world, defect):
    world.github.protect(REPOSITORY, "main", checks=[NAME])
    pull = await fixed(world, defect, {TEST: AFTER})
    assert said(world) == BLOCKED
    with pytest.raises(Exception, match="is failing"):
        world.github.merge_pull(pull, by="alice")
    world.github.edit_pull(pull, body=f"Fixes #{defect.number}\n{LINK}", by="bob")
    await world.settle()
    assert said(world) == LINKED
    world.github.merge_pull(pull, by="alice")
    await world.settle()


async def test_whoever_takes_a_guard_away_is_told_what_it_guards(world, defect):
    pull = await fixed(world, defect, {CODE: "x = 2\n", TEST: AFTER}, LINK)
    assert said(world) == LINKED
    world.github.merge_pull(pull, by="alice")
    await world.settle()
    for files, how in ({TEST: SKIPPED}, "it is skipped"), ({TEST: BEFORE}, "it is deleted"), ({TEST: None}, "deleted"):
        world.github.open_pull(REPOSITORY, "Tidy", by="carol", files=files)
        await world.settle()
        assert said(world) == ("neutral", "Takes away 1 guard of a fixed defect")
        (annotation,) = world.github.check_runs[-1].annotations
        assert how in annotation.message
        assert f"the fix of issue {defect.number}" in annotation.message


async def test_a_guard_that_is_lost_is_lost_once(world, defect):
    pull = await fixed(world, defect, {TEST: AFTER}, LINK)
    world.github.merge_pull(pull, by="alice")
    await world.settle()
    other = world.github.open_pull(REPOSITORY, "Tidy", by="carol", files={TEST: BEFORE})
    await world.settle()
    world.github.merge_pull(other, by="alice")
    await world.settle()
    world.writes()
    assert await world.bot.store.pulls.guards(world.github.repository(REPOSITORY).id) == []


async def test_of_three_thousand_files_the_linked_one_is_found(world, defect):
    many = {f"src/generated/{number}.py": "x\n" for number in range(2_999)}
    await fixed(world, defect, many | {TEST: AFTER}, LINK)
    assert said(world) == LINKED


async def test_beyond_three_thousand_files_nobody_is_blocked_for_what_was_not_shown(world, defect):
    many = {f"src/generated/{number}.py": "x\n" for number in range(3_100)}
    await fixed(world, defect, many | {TEST: AFTER}, LINK)
    assert said(world)[0] == "neutral"
