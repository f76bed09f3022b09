"""GitHub at its worst: nothing is lost, nothing is done twice, and nothing is asked while it says wait."""

import pytest
from sqlalchemy import event, text

from bot.sandbox.faults import (
    Answer,
    GraphLimit,
    Partial,
    PrimaryLimit,
    Reset,
    SecondaryLimit,
    Truncated,
)
from tests.stories.conftest import EXPLAIN, FREEZE, REPOSITORY
from tests.stories.test_fixes import AFTER, CODE, LINK, TEST, fixed
from tests.stories.test_proofs import LOSS

DONE = ["label created", "labels added", "assignees added", "comment added"]

PASSING = {
    "a 502 in JSON": Answer(502),
    "a 502 in HTML": Answer(502, is_html=True),
    "a 500 after the work was done": Answer(500, is_after=True),
    "a connection reset before": Reset(),
    "a connection reset after the work was done": Reset(is_after=True),
    "a truncated answer": Truncated(),
    "bad credentials": Answer(401),
    "the primary limit as 403": PrimaryLimit(),
    "the primary limit as 429": PrimaryLimit(status=429),
    "the secondary limit as 403": SecondaryLimit(),
    "the secondary limit as 429 without a moment": SecondaryLimit(status=429, has_retry_after=False),
    "the limit as a GraphQL 200": GraphLimit(),
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING.keys())
@pytest.mark.parametrize("operation", ["IssueSnapshot", "ApplyToIssue"])
async def test_a_fault_that_passes_leaves_no_trace(github, operation, fault):
    github.configure(EXPLAIN)
    async with github.started() as world:
        world.github.faults.add(fault, on=operation)
        issue = world.crash()
        await world.settle()
    assert issue.label_names == ("defect: crash",)
    assert issue.assignee_logins == ("bob",)
    assert len(issue.comment_bodies) == 1
    assert github.kinds() == DONE
    assert not github.github.faults.is_pending


async def test_a_token_that_is_not_taken_is_renewed_once(github):
    github.configure(EXPLAIN)
    async with github.started() as world:
        world.github.faults.add(Answer(401), on="IssueSnapshot", times=None)
        world.crash()
        await world.settle()
        row = (await world.bot.store.inbox.rows(state="done"))[-1]
        assert "a fresh token is not taken" in row.error
    assert sum(github.github.books.token_mints.values()) == 2


@pytest.mark.parametrize("part", ["addLabels", "addAssignees", "comment"])
async def test_a_part_that_is_refused_leaves_the_others(github, part):
    github.configure(EXPLAIN)
    async with github.started() as world:
        world.github.faults.add(Partial(part), on="ApplyToIssue")
        world.crash()
        await world.settle()
        assert (await world.trace())["refused"][0].startswith(part)
    assert len(github.writes()) == 3


async def test_a_label_that_vanished_meanwhile_is_made_again(world):
    world.crash()
    await world.settle()
    world.writes()
    world.github.hooks.url, url = None, world.github.hooks.url  # nobody tells us
    world.github.delete_label("acme/widget", "defect: crash", by="alice")
    world.github.hooks.url = url
    issue = world.crash()
    await world.settle()
    assert issue.label_names == ("defect: crash",)
    assert "label created" in world.kinds()


async def test_a_poison_delivery_dies_after_its_attempts_and_comes_back_when_asked(world):
    world.github.faults.add(Answer(200, message="not what was asked for"), on="IssueSnapshot", times=None)
    issue = world.crash()
    await world.settle()
    dead = (await world.bot.store.inbox.rows(state="dead"))[0]
    assert dead.attempt == 100
    assert issue.label_names == ()
    world.github.faults.clear()
    assert await world.bot.store.inbox.retry([dead.delivery_id], world.clock.now) == 1
    await world.settle()
    assert issue.label_names == ("defect: crash",)
    assert len(world.writes()) == 3


async def test_an_hour_of_random_faults_loses_nothing(github):
    github.configure(EXPLAIN)
    async with github.started() as world:
        world.github.faults.at_random(0.2, seed=7)
        issues = [world.crash() for _ in range(25)]
        await world.settle()
        world.github.faults.clear()
        await world.settle()
    assert {issue.label_names for issue in issues} == {("defect: crash",)}
    assert {len(issue.comment_bodies) for issue in issues} == {1}
    assert sorted(github.kinds()) == sorted(["label created"] + DONE[1:] * 25)


def after_each_commit(world, end, follows):
    """How many deliveries there are of either kind, as whoever is killed after a commit leaves them."""
    count = text(f"SELECT (SELECT count(*) FROM delivery WHERE {end}), (SELECT count(*) FROM delivery WHERE {follows})")
    seen = []
    engine = world.bot.store.database.engine.sync_engine
    event.listen(engine, "commit", lambda connection: seen.append(tuple(connection.execute(count).one())))
    return seen


async def test_whoever_is_killed_still_looks_at_the_fix_of_what_has_another_class_now(world):
    question = world.open("How do I install it?")
    await world.settle()
    await fixed(world, question)
    seen = after_each_commit(world, "action = 'edited' AND state = 'done'", "event = 'bot.pull'")
    world.github.edit_issue(question, title="It hangs", body=FREEZE, by="alice")
    await world.settle()
    assert set(seen) == {(0, 0), (1, 1)}
    assert world.kinds()[-1] == "check_run"


async def test_whoever_is_killed_still_reads_the_results_that_a_fix_waits_for(world):
    world.configure(LOSS.replace("LEVEL", "L4"))
    defect = world.crash()
    files = {CODE: "x = 2\n", TEST: AFTER}
    pull = world.github.open_pull(REPOSITORY, "Empty tables", LINK, by="bob", files=files)
    await world.settle()
    world.github.run_workflow(REPOSITORY, pull.head.sha, artifacts={})
    await world.settle()
    seen = after_each_commit(world, "action = 'edited' AND state = 'done'", "event = 'bot.run'")
    world.github.edit_pull(pull, body=f"Fixes #{defect.number}\n{LINK}", by="bob")
    await world.settle()
    assert set(seen) == {(0, 0), (1, 1)}
    assert world.kinds()[-1] == "check_run"
