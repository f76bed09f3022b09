"""What CI has shown of a linked test, and what it is worth."""

import json

import pytest

from tests.stories.conftest import ENFORCE, REPOSITORY
from tests.stories.test_fixes import AFTER, BEFORE, CODE, LINK, NAME, TEST, defect, fixed, said  # noqa: F401 - a fixture

LOSS = ENFORCE.replace("{owners: [bob]}", "{owners: [bob], validation: {regression-test: LEVEL}}")


@pytest.fixture
async def asking(world):
    """Asks for more than a linked test of every crash."""

    async def level(name):
        world.configure(LOSS.replace("LEVEL", name))
        await world.settle()

    return level


def junit(*cases):
    """A report, as pytest writes it."""
    inside = {"failed": "<failure/>", "passed": ""}
    written = "".join(
        f'<testcase classname="tests.test_profiler" name="{name}">{inside[outcome]}</testcase>'
        for name, outcome in cases
    )
    return {"report.xml": f'<testsuites><testsuite name="pytest">{written}</testsuite></testsuites>'.encode()}


def proof(pull, verdict="PROVEN"):
    said = {"version": 1, "verdict": verdict, "reason": "", "tests": [f"{TEST}::test_empty"]}
    return {"burndown-proof.json": json.dumps(said | {"head": pull.head.sha, "base": "b" * 40}).encode()}


async def ran(world, pull, **artifacts):
    world.github.run_workflow(REPOSITORY, pull.head.sha, artifacts=artifacts)
    await world.settle()


def newest(world):
    run = [each for each in world.github.check_runs if each.name == NAME][-1]
    world.writes()
    return run.conclusion.lower(), run.title


PASSED = ("success", "Regression test linked, and passed")
PROVEN = ("success", "Regression test proven: fails without the fix")
WAITING = ("failure", "The linked test reaches L3, L4 is needed")


async def test_a_class_may_ask_that_the_test_has_passed(world, defect, asking):  # noqa: F811
    await asking("L4")
    pull = await fixed(world, defect, {CODE: "x = 2\n", TEST: AFTER}, LINK)
    assert said(world) == WAITING
    await ran(world, pull, junit=junit(("test_empty", "failed")))
    assert newest(world) == WAITING
    assert "failed on the newest commit" in world.github.check_runs[-1].summary
    await ran(world, pull, other=junit(("test_empty", "passed")))
    assert newest(world) == WAITING, "no artifact of that name is read"


async def test_the_test_passes_in_the_report_of_the_newest_commit(world, defect, asking):  # noqa: F811
    await asking("L4")
    pull = await fixed(world, defect, {CODE: "x = 2\n", TEST: AFTER}, LINK)
    await ran(world, pull, junit=junit(("test_empty", "passed"), ("test_full", "passed")))
    assert newest(world) == PASSED
    world.github.push_to_pull(pull, {CODE: "x = 3\n"}, by="bob")
    await world.settle()
    assert newest(world) == WAITING, "that was another commit"


async def test_a_report_of_nothing_is_inconclusive(world, defect, asking):  # noqa: F811
    await asking("L4")
    pull = await fixed(world, defect, {CODE: "x = 2\n", TEST: AFTER}, LINK)
    await ran(world, pull, junit=junit())
    assert newest(world)[0] == "neutral"


async def test_without_the_permission_it_is_not_known(github):
    granted = {name: level for name, level in github.github.installation.permissions.items() if name != "actions"}
    github.github.grant(github.github.installation, granted, by="alice")
    github.configure(LOSS.replace("LEVEL", "L4"))
    github.github.push(REPOSITORY, {CODE: "x = 1\n", TEST: BEFORE}, by="alice")
    async with github.started() as world:
        issue = world.crash()
        await world.settle()
        world.writes()
        await fixed(world, issue, {CODE: "x = 2\n", TEST: AFTER}, LINK)
        assert said(world)[0] == "neutral"


async def test_the_artifact_of_prove_shows_that_it_fails_without_the_fix(world, defect, asking):  # noqa: F811
    await asking("L5")
    pull = await fixed(world, defect, {CODE: "x = 2\n", TEST: AFTER}, LINK)
    await ran(world, pull, **{"burndown-proof": proof(pull, "WEAK")})
    assert newest(world)[0] == "failure"
    await ran(world, pull, **{"burndown-proof": proof(pull)})
    assert newest(world) == PROVEN


async def test_a_job_that_is_run_again_counts_with_its_last_word(world, defect, asking):  # noqa: F811
    await asking("L4")
    pull = await fixed(world, defect, {CODE: "x = 2\n", TEST: AFTER}, LINK)
    await ran(world, pull, junit=junit(("test_empty", "failed")))
    assert newest(world) == WAITING
    await ran(world, pull, junit=junit(("test_empty", "passed")))
    assert newest(world) == PASSED


async def test_results_that_came_before_it_was_a_fix_are_read(world, defect, asking):  # noqa: F811
    await asking("L4")
    files = {CODE: "x = 2\n", TEST: AFTER}
    pull = world.github.open_pull(REPOSITORY, "Empty tables", LINK, by="bob", files=files)
    await world.settle()
    await ran(world, pull, junit=junit(("test_empty", "passed")))
    world.github.edit_pull(pull, body=f"Fixes #{defect.number}\n{LINK}", by="bob")
    await world.settle()
    assert newest(world) == PASSED


async def test_red_then_green_with_the_fix_between_is_a_proof(world, defect, asking):  # noqa: F811
    await asking("L5")
    pull = await fixed(world, defect, {TEST: AFTER}, LINK)
    await ran(world, pull, junit=junit(("test_empty", "failed")))
    world.github.push_to_pull(pull, {CODE: "x = 2\n"}, by="bob")
    await world.settle()
    await ran(world, pull, junit=junit(("test_empty", "passed")))
    assert newest(world) == PROVEN


async def test_red_then_green_by_changing_the_test_is_none(world, defect, asking):  # noqa: F811
    await asking("L5")
    pull = await fixed(world, defect, {CODE: "x = 2\n", TEST: AFTER}, LINK)
    await ran(world, pull, junit=junit(("test_empty", "failed")))
    world.github.push_to_pull(pull, {TEST: AFTER.replace("assert 2", "assert 3")}, by="bob")
    await world.settle()
    await ran(world, pull, junit=junit(("test_empty", "passed")))
    assert newest(world) == ("failure", "The linked test reaches L4, L5 is needed")


async def test_who_changes_how_tests_are_run_proves_nothing(world, defect, asking):  # noqa: F811
    await asking("L4")
    files = {CODE: "x = 2\n", TEST: AFTER, ".github/workflows/ci.yml": "on: push\n"}
    pull = await fixed(world, defect, files, LINK)
    await ran(world, pull, junit=junit(("test_empty", "passed")))
    assert newest(world) == WAITING
    assert "changes how tests are run" in world.github.check_runs[-1].summary


async def test_a_run_that_is_about_no_fix_costs_nothing(world):
    world.github.push(REPOSITORY, {CODE: "x = 1\n"}, by="alice")
    pull = world.github.open_pull(REPOSITORY, "Words", by="bob", files={"README.md": "x"})
    await world.settle()
    world.writes()
    world.calls()
    await ran(world, pull, junit=junit(("test_empty", "passed")))
    assert world.calls() == []
