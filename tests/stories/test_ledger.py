"""Every transition of every defect is in the ledger: as it happens, and from before the bot was there."""

from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.core.events import BACKFILL
from bot.sandbox.faults import Answer
from bot.schedule import sweep_due
from bot.store.arrivals import backfill_due
from tests.core.ledgerlines import ledger
from tests.stories.conftest import ENFORCE, FREEZE, REPOSITORY, TRACEBACK

OFF = "version: 1\nmode: off\n"
OBSERVE = "version: 1\nmode: observe\n"
CODE, TEST = "src/profiler.py", "tests/test_profiler.py"
LINK = f"Regression-Test: {TEST}::test_empty"


def home(world):
    return world.github.repository(REPOSITORY).id


async def entries(world):
    return await world.bot.store.ledger.entries(home(world))


async def told(world):
    """Kind by kind, with what each says."""
    return [
        (each.kind, *filter(None, (each.class_id, each.who, each.cause, each.evidence)))
        for each in await entries(world)
    ]


async def settled(world, seconds=60):
    await world.settle()
    world.writes()
    world.clock.advance(seconds)


async def sweep(world):
    await world.bot.store.inbox.put([sweep_due(world.clock.now)])
    await world.settle()


@asynccontextmanager
async def lost(world):
    """The same GitHub, and a bot whose database is gone."""
    for each in world.directory.glob("inbox.db*"):
        each.unlink()
    async with world.started() as made:
        yield made


async def test_a_defect_from_its_arrival_to_its_return(world):
    issue = world.crash(by="mallory")
    await settled(world)
    world.github.close(issue, by="alice")
    await settled(world)
    world.github.reopen(issue, by="mallory")
    await settled(world)
    version = (await entries(world))[1].rules
    assert version
    assert await told(world) == [
        ("arrived", "mallory"),
        ("classified", "crash", "rules"),
        ("assigned", "bob"),
        ("closed",),
        ("reopened",),
    ]


async def test_how_bad_it_is_says_the_form_and_rather_a_label(world):
    issue = world.open("It fails", f"{TRACEBACK}\n### Severity\n\nCritical\n", by="mallory")
    await settled(world)
    world.github.label(issue, "severity: S1", by="carol")
    await settled(world)
    found = [(each.class_id, each.severity) for each in await entries(world) if each.kind == "classified"]
    assert found == [("crash", "S2"), ("crash", "S1")]
    async with lost(world) as anew:
        await begin(anew)
        await anew.settle()
        again = [(each.class_id, each.severity) for each in await entries(anew) if each.kind == "classified"]
        assert again == found


async def test_closing_costs_one_read(world):
    issue = world.crash()
    await settled(world)
    world.calls()
    world.github.close(issue, by="alice")
    await world.settle()
    assert world.calls() == ["IssueSnapshot"]


async def test_a_replay_appends_nothing(world):
    issue = world.crash()
    await settled(world)
    world.github.label(issue, "question", by="alice")
    await settled(world)
    before = await entries(world)
    for title in ("It fails again", "It fails"):
        world.github.edit_issue(issue, title=title, by="alice")
        await settled(world)
    assert await entries(world) == before


async def test_what_people_say_by_labels_is_what_holds(world):
    issue = world.crash()
    await settled(world)
    world.github.label(issue, "defect: hang", by="carol")
    await settled(world)
    world.github.close(issue, by="alice", reason="not_planned")
    await settled(world)
    found = await entries(world)
    assert [(each.class_id, each.actor) for each in found if each.kind == "classified"][-1] == ("hang", "carol")
    assert (found[-1].kind, found[-1].cause, found[-1].actor) == ("dismissed", "not planned", "alice")


async def test_a_verdict_that_changes_with_the_text_is_there_at_once(world):
    issue = world.crash()
    await settled(world)
    world.github.edit_issue(issue, title="It hangs", body=FREEZE, by="alice")
    await settled(world)
    assert [each.class_id for each in await entries(world) if each.kind == "classified"] == ["crash", "hang"]


async def test_a_duplicate_names_its_original(world):
    first, second = world.crash(), world.crash()
    await settled(world)
    world.github.mark_duplicate(second, first, by="alice")
    world.github.close(second, by="alice", reason="duplicate")
    await settled(world)
    (dismissed,) = [each for each in await entries(world) if each.kind == "dismissed"]
    assert (dismissed.number, dismissed.of, dismissed.cause) == (second.number, first.number, "duplicate")


async def test_observed_issues_are_recorded_and_follow_their_text(github):
    github.configure(OBSERVE)
    async with github.started() as world:
        issue = world.crash()
        await settled(world)
        world.github.edit_issue(issue, title="It hangs", body=FREEZE, by="alice")
        edited = world.clock.now
        await settled(world)
        await settled(world)
        found = [each for each in await entries(world) if each.kind == "classified"]
        assert [(each.class_id, each.cause) for each in found] == [("crash", "rules"), ("hang", "rules")]
        assert [each.at for each in found] == [issue.created_at, edited]


async def test_nothing_is_recorded_where_the_bot_is_off(github):
    github.configure(OFF)
    async with github.started() as world:
        world.crash()
        await sweep(world)
        assert await entries(world) == []


@pytest.mark.parametrize("fate", ["delete", "transfer"])
async def test_an_issue_that_is_gone_leaves_the_stock_once(world, fate):
    issue = world.crash()
    await settled(world)
    if fate == "delete":
        world.github.delete_issue(issue, by="alice")
    else:
        world.github.add_repository("acme/attic", alice="admin")
        world.github.transfer(issue, "acme/attic", by="alice")
    await settled(world)
    world.github.hooks.deliver("issues", {
        "action": "deleted",
        "issue": {"number": issue.number},
        "repository": {"id": home(world), "full_name": REPOSITORY},
        "installation": {"id": world.github.installation.id},
    })  # fmt: skip
    await settled(world)
    assert [each.cause for each in await entries(world) if each.kind == "dismissed"] == ["gone"]
    assert ledger(await entries(world))[issue.number][-1].ended == "dismissed"


async def test_a_merged_fix_is_known_with_its_evidence(world):
    world.github.push(REPOSITORY, {CODE: "x = 1\n", TEST: "def test_full():\n    assert 1\n"}, by="alice")
    issue = world.crash()
    await settled(world)
    files = {CODE: "x = 2\n", TEST: "def test_empty():\n    assert 2\n"}
    pull = world.github.open_pull(REPOSITORY, "Empty", f"Fixes #{issue.number}\n\n{LINK}", by="bob", files=files)
    await settled(world)
    world.github.merge_pull(pull, by="alice")
    await settled(world)
    found = [each for each in await entries(world) if each.kind in {"fixed", "closed"}]
    assert [(each.kind, each.cause, each.evidence) for each in found] == [
        ("fixed", f"#{pull.number}", "L3"),
        ("closed", f"#{pull.number}", ""),
    ]
    (last, *_) = ledger(await entries(world))[issue.number][::-1]
    assert (last.ended, last.ref) == ("fixed", pull.number)


async def test_uninstalling_forgets_the_ledger(world):
    world.crash()
    await settled(world)
    number = home(world)
    world.github.uninstall(world.github.installation, by="alice")
    await world.settle()
    assert await world.bot.store.ledger.entries(number) == []


def past(github, count=3):
    """What happened before the bot was there."""
    people = ("alice", "bob", "carol")
    for number in range(count):
        issue = github.crash(by="mallory") if number % 2 else github.open("How do I install it?", by="carol")
        github.clock.advance(600)
        if number % 3 == 0:
            github.github.label(issue, "defect: hang", by=people[number % 2])
            github.clock.advance(60)
        github.github.assign(issue, people[number % 3], by="alice")
        github.clock.advance(60)
        if number % 4 == 1:
            github.github.close(issue, by="bob", reason="completed" if number % 8 == 1 else "not_planned")
            github.clock.advance(60)
        if number % 8 == 1:
            github.github.reopen(issue, by="mallory")
        github.clock.advance(3600)


async def begin(world, why="test"):
    known = await world.bot.store.repositories.get(home(world))
    pages = known.backfill.get("pages", 0) if known else 0
    place = (home(world), REPOSITORY, world.github.installation.id)
    await world.bot.store.inbox.put([backfill_due(*place, pages, why, world.clock.now)])


@pytest.mark.parametrize("mode", [OBSERVE, ENFORCE], ids=["observe", "enforce"])
async def test_a_ledger_that_was_lost_is_written_again_as_it_was(github, mode):
    github.configure(mode)
    past(github, 130)
    series = []
    for _ in range(2):
        async with lost(github) as world:
            await begin(world)
            await world.settle()
            series.append(await entries(world))
            assert world.calls().count("IssueHistories") == 2
            assert world.writes() == [], "the past is only read"
    assert series[0] == series[1]
    assert {each.kind for each in series[0]} == {
        "arrived", "classified", "assigned", "dismissed", "closed", "reopened",
    }  # fmt: skip
    assert len({each.number for each in series[0]}) == 130


async def test_what_was_recorded_as_it_happened_is_what_the_past_tells(world):
    past(world, 6)
    await settled(world)
    await begin(world)
    await world.settle()
    known = await entries(world)
    async with lost(world) as anew:
        await begin(anew)
        await anew.settle()
        assert [each.key for each in await entries(anew)] == [each.key for each in known]


async def test_a_ledger_is_filled_by_itself_after_the_first_sweep(github):
    github.configure(OBSERVE)
    past(github, 3)
    async with github.started() as world:
        await sweep(world)
        assert {each.number for each in await entries(world)} == {1, 2, 3}
        known = await world.bot.store.repositories.get(home(world))
        assert (known.backfill["is_done"], known.backfill["issues"], known.filled) == (True, 3, 1_000)
        world.calls()
        world.clock.advance(3600)
        await sweep(world)
        assert "IssueHistories" not in world.calls()


async def test_a_repository_that_joins_an_installation_has_a_past(github):
    github.configure(OBSERVE)
    github.github.add_repository("acme/other", alice="admin")
    github.github.open_issue("acme/other", "It fails", "", by="alice")
    async with github.started() as world:
        world.github.share(world.github.installation, "acme/other", by="alice")
        await world.settle()
        assert len(await world.bot.store.ledger.entries(world.github.repository("acme/other").id)) == 1


async def test_a_past_that_is_broken_off_goes_on_where_it_was(github):
    github.configure(OBSERVE)
    past(github, 250)
    async with github.started() as world:
        await begin(world)
        await world.settle()
        whole = await entries(world)
    async with lost(github) as world:
        world.github.limits.budget(world.github.installation.id, "graphql").used = 2_999
        await begin(world)
        await world.settle_now()
        some = await entries(world)
        assert 0 < len(some) < len(whole)
        assert world.calls().count("IssueHistories") == 1, "over 60 % of the hour's budget the past waits"
        (waiting,) = [each for each in await world.bot.store.inbox.rows() if each.state == "todo"]
        assert waiting.event == BACKFILL
        assert waiting.due_at > world.clock.now + timedelta(minutes=30)
    async with world.started() as again:
        await again.settle()
        assert await entries(again) == whole
        assert again.calls().count("IssueHistories") == 2


async def test_a_page_that_github_cannot_read_in_time_is_read_in_small_pieces(github):
    github.configure(OBSERVE)
    past(github, 25)
    async with github.started() as world:
        world.github.faults.add(Answer(502, "timeout"), "IssueHistories", times=None)
        await begin(world)
        await world.settle()
        assert len({each.number for each in await entries(world)}) == 25
        assert world.calls().count("FewIssueHistories") == 3


async def test_two_deliveries_do_not_read_the_same_past_twice(github):
    github.configure(OBSERVE)
    past(github, 3)
    async with github.started() as world:
        await begin(world, "one")
        await begin(world, "other")
        await world.settle()
        assert world.calls().count("IssueHistories") == 1


async def test_an_issue_with_a_long_history_is_read_to_its_beginning(github):
    github.configure(OBSERVE)
    issue = github.crash()
    for number in range(120):
        github.clock.advance(60)
        (github.github.close if number % 2 == 0 else github.github.reopen)(issue, by="alice")
    async with github.started() as world:
        await begin(world)
        await world.settle()
        assert sum(each.kind in {"closed", "reopened"} for each in await entries(world)) == 120
        assert world.calls().count("IssueHistory") == 1


async def test_what_the_bot_opened_itself_is_no_defect(github):
    github.configure(OBSERVE)
    github.crash()
    github.open("Weekly burn-down", by=github.github.app.bot.login)
    github.github.books.writes.clear()
    async with github.started() as world:
        await begin(world)
        await world.settle()
        assert {each.number for each in await entries(world)} == {1}
