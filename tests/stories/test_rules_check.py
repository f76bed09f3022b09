"""A pull request that changes the rules is checked and tried before it counts."""

import pytest

from bot.sandbox import GitHub
from tests.stories.conftest import ENFORCE, FREEZE, REPOSITORY, TRACEBACK

RULES_ONLY = ENFORCE + "regression-test: {mode: 'off'}\n"

PATH = ".github/burndown.yml"
RULES = ".github/burndown/rules/own.yml"
OWN = """\
version: 1
classes:
  - {id: billing, title: Billing, labels: ["defect: billing"]}
rules:
  - id: billing.invoice
    class: billing
    score: 12
    when: {word: [invoice, invoices]}
    tests:
      match: ["The invoice is wrong"]
      no-match: ["The receipt is wrong"]
"""


@pytest.fixture
async def world(github):
    """The bot at work where only rules are checked."""
    github.configure(RULES_ONLY)
    async with github.started() as made:
        yield made


async def offered(world, files, *, by="bob", **more):
    pull = world.github.open_pull(REPOSITORY, "Rules", by=by, files=files, **more)
    await world.settle()
    return pull


def checked(world):
    assert world.kinds() == ["check_run"]
    return world.github.check_runs[-1]


async def test_a_pull_request_that_changes_no_rules_costs_one_read(world):
    await world.settle()
    world.calls()
    await offered(world, {"src/app.py": "print()"})
    world.calls()
    world.github.open_pull(REPOSITORY, "More", by="bob", files={"src/more.py": "print()"})
    await world.settle()
    assert world.calls() == ["PullSnapshot"]
    assert world.writes() == []


async def test_findings_are_annotated_at_line_and_column(world):
    await offered(world, {PATH: ENFORCE.replace("crash", "crush")})
    run = checked(world)
    assert (run.name, run.conclusion.lower()) == ("burndown / rules", "failure")
    (found,) = run.annotations
    assert (found.path, found.start_line, found.start_column) == (PATH, 4, 3)
    assert "crash" in found.message


async def test_a_good_change_shows_which_issues_would_move(world):
    first, second = world.open("The invoice is wrong"), world.crash()
    await world.settle()
    world.writes()
    await offered(world, {RULES: OWN})
    run = checked(world)
    assert run.conclusion.lower() == "success"
    assert run.title == "1 of 2 issues would change class"
    assert f"[{first.number}](" in run.summary
    assert f"[{second.number}](" not in run.summary
    assert "| `billing` | 0 → 1 |" in run.summary
    assert first.label_names == ("needs-triage",)


async def test_the_check_fails_when_right_verdicts_are_lost(world):
    for _ in range(2):
        issue = world.crash()
        await world.settle()
        world.github.unlabel(issue, "defect: crash", by="alice")
        world.github.label(issue, "defect: crash", by="alice")
    await world.settle()
    world.writes()
    await offered(world, {PATH: ENFORCE.replace("classes:\n  crash: {owners: [bob]}\n", "") + "disable: [crash]\n"})
    run = checked(world)
    assert (run.conclusion.lower(), run.title) == ("failure", "2 right verdicts would be lost")


async def test_a_rule_that_matches_the_issue_template_fails(world):
    template = {".github/ISSUE_TEMPLATE/bug.md": "---\nname: Bug\n---\nPlease attach the invoice if you have one.\n"}
    world.github.push(REPOSITORY, template, by="alice")
    await offered(world, {RULES: OWN})
    run = checked(world)
    assert run.conclusion.lower() == "failure"
    assert "matches the repository's own issue template" in run.annotations[0].message


async def test_nothing_takes_effect_before_it_is_merged(world):
    pull = await offered(world, {RULES: OWN})
    checked(world)
    issue = world.open("The invoice is wrong")
    await world.settle()
    assert issue.label_names == ("needs-triage",)
    world.github.merge_pull(pull, by="alice")
    world.github.edit_issue(issue, title="The invoice is quite wrong", by="mallory")
    await world.settle()
    assert issue.label_names == ("defect: billing",)
    world.writes()


async def test_the_same_is_not_said_twice_of_one_commit(world):
    pull = await offered(world, {RULES: OWN})
    checked(world)
    world.github.edit_pull(pull, title="Rules of our own", by="bob")
    await world.settle()
    assert world.writes() == []
    count = len(world.github.check_runs)
    world.github.push_to_pull(pull, {"README.md": "x"}, by="bob")
    await world.settle()
    assert len(world.github.check_runs) == count + 1
    world.writes()


async def test_who_asks_for_a_check_again_gets_it(world):
    await offered(world, {RULES: OWN})
    world.github.rerequest(checked(world), by="bob")
    await world.settle()
    checked(world)


async def test_a_pull_request_of_a_fork_is_checked_too(world):
    await offered(world, {RULES: OWN}, by="mallory", from_fork=True)
    assert checked(world).conclusion.lower() == "success"


async def test_a_fork_cannot_make_the_bot_write_where_nobody_opted_in(github):
    github.github.commit_file(REPOSITORY, "README.md", "widget", by="alice")
    async with github.started() as world:
        await offered(world, {PATH: ENFORCE}, by="mallory", from_fork=True)
        assert world.writes() == []


async def test_who_adopts_the_bot_sees_the_check_before_the_first_merge(github):
    github.github.commit_file(REPOSITORY, "README.md", "widget", by="alice")
    async with github.started() as world:
        await offered(world, {PATH: ENFORCE})
        assert checked(world).conclusion.lower() == "success"


async def test_the_newest_issues_are_fetched_once(github: GitHub):
    github.configure(RULES_ONLY)
    for number in range(60):
        github.github.open_issue(REPOSITORY, f"It fails {number}", TRACEBACK if number % 2 else FREEZE, by="alice")
    async with github.started() as world:
        pull = await offered(world, {RULES: OWN})
        assert checked(world).title == "0 of 60 issues would change class"
        assert world.calls().count("NewestIssues") == 2
        world.github.push_to_pull(pull, {"README.md": "x"}, by="bob")
        await world.settle()
        assert world.calls().count("NewestIssues") == 0
        world.writes()


@pytest.mark.parametrize("missing", ["checks", "pull_requests"])
async def test_without_the_permission_there_is_no_check_and_no_harm(github, missing):
    github.configure(RULES_ONLY)
    granted = {name: level for name, level in github.github.installation.permissions.items() if name != missing}
    github.github.grant(github.github.installation, granted, by="alice")
    async with github.started() as world:
        await offered(world, {RULES: OWN})
        assert world.writes() == []
        issue = world.crash()
        await world.settle()
        assert issue.label_names == ("defect: crash",)
        world.writes()
