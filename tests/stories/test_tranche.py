"""Below the weekly issue people start tranches, close them and clear their reviews; a configuration begins one once."""

from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.model import Mode
from bot.core.policy import Files
from bot.core.report.tranche import Mark
from bot.process.report import report
from bot.sandbox.faults import Answer, Partial
from tests.stories.conftest import ENFORCE, FREEZE, PACKS, REPOSITORY
from tests.stories.test_weekly import notes, tick, weekly

REPORT = ENFORCE + "report: {notify: body}\n"
ASKED = REPORT + "tranche: {since: 2026-W49, weeks: 2}\n"
MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)  # these stories begin a week earlier
WEEK = timedelta(weeks=1)
PAGE = Path("docs/tranche.md").read_text()
ANSWERED = ["comment added", "reaction added"]


def home(world):
    return world.github.repository(REPOSITORY).id


async def kept(world):
    return await world.bot.store.tranches.all(home(world))


async def said(world, body, by="bob"):
    """The answer to a comment below the weekly issue."""
    world.clock.advance(60)
    comment = world.github.comment(weekly(world), body, by=by)
    await world.settle()
    return comment


def answer(world):
    return weekly(world).comment_bodies[-1]


def section(world, name="Tranche"):
    """What the weekly report says below a heading."""
    return weekly(world).body.partition(f"### {name}\n")[2].partition("\n### ")[0].strip()


async def waiting(world, config):
    """The configured one that waits, as the newest report would tell of it now."""
    outline = PACKS.outline(Files(config=config), Mode.ENFORCE)
    made = await report(world.bot.store, outline, home(world), REPOSITORY, "2026-W49", world.clock.now)
    return made.review.waiting


async def week(world, number):
    """The Monday so many weeks after the first report that knows of defects."""
    await tick(world, MONDAY + number * WEEK)


@asynccontextmanager
async def reporting(github, config=REPORT):
    """Three crashes and a hang, and the report of the week in which they came."""
    async with github.started() as world:
        world.configure(config)
        await world.settle()
        crashes = [world.crash(by="mallory") for _ in range(3)]
        world.open("It hangs", FREEZE, by="mallory")
        await world.settle()
        await week(world, 0)
        world.writes()
        world.calls()
        yield world, crashes


@pytest.fixture
async def world(github):
    async with reporting(github) as (made, _):
        yield made


async def test_a_person_starts_one_and_the_report_follows_it(world):
    await said(world, "/burndown tranche start")
    assert world.kinds() == ANSWERED
    assert world.calls()[0] == "IssueSnapshot"
    (tranche,) = await kept(world)
    assert [each.class_id for each in tranche.goals] == ["crash", "hang"]
    assert (tranche.since, tranche.until, tranche.accepted.by) == ("2026-W49", "2027-W01", "bob")
    assert "**The tranche of 2026-W49 to 2027-W01 is started**, accepted by `bob` on 2026-11-30." in answer(world)
    assert "Frozen by the report of 2026-W48" in answer(world)
    await week(world, 1)
    assert section(world).startswith("Weeks 2026-W49 to 2027-W01, accepted by `bob` on 2026-11-30. 0 of 2 classes")
    assert f"frozen at {tranche.baseline:.1f}: for this week the plan is" in weekly(world).body
    assert world.kinds() == ["issue edited"]


async def test_a_person_names_the_classes(world):
    await said(world, "/burndown tranche start hang")
    assert [each.class_id for each in (await kept(world))[0].goals] == ["hang"]
    assert "class `crash`" not in answer(world)
    assert world.kinds() == ANSWERED


async def test_a_class_that_nobody_knows_is_refused_with_what_is_meant(world):
    await said(world, "/burndown tranche start crush hang")
    assert await kept(world) == []
    assert "No defect of class `crush` is known here. Write `/burndown tranche start crash hang`." in answer(world)
    assert world.kinds() == ANSWERED


async def test_while_one_runs_no_other_starts(world):
    await said(world, "/burndown tranche start crash")
    await said(world, "/burndown tranche start hang", by="carol")
    assert len(await kept(world)) == 1
    assert "runs: close it first. Write `/burndown tranche close`." in answer(world)
    assert world.kinds() == ANSWERED * 2


async def test_who_may_not_is_told_so_and_nothing_is_computed(world):
    await said(world, "/burndown tranche start", by="mallory")
    assert await kept(world) == []
    assert "it needs the role write in this repository, yours is read" in answer(world)
    assert world.kinds() == ANSWERED


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("help", "| `/burndown tranche <start, close or clear> [class ...]` |"),
        ("class crash", "it counts on the issue of a defect"),
        ("tranche end", "was not understood - write `/burndown tranche"),
        ("tranche close", "No tranche was started here yet. Write `/burndown tranche start`."),
        ("tranche clear", "No tranche was started here yet."),
    ],
)
async def test_what_counts_here_is_told(world, command, told):
    await said(world, f"/burndown {command}")
    assert told in answer(world)
    assert "<!-- burndown:reply " in answer(world)
    assert world.kinds() == ANSWERED


async def test_it_is_closed_early_and_its_review_cleared(github):
    async with reporting(github) as (world, crashes):
        await said(world, "/burndown tranche start")
        for each in crashes[:2]:
            world.github.close(each, by="alice")
        await world.settle()
        await week(world, 2)
        world.writes()
        await said(world, "/burndown tranche close", by="carol")
        told = answer(world)
        assert "**The tranche of 2026-W49 to 2027-W01 is closed.** 1 of 2 classes are at their targets." in told
        assert "  - open 3 -> 1; impact " in told
        assert "What comes next, a draft: a person decides" in told
        assert "Accept it with `/burndown tranche start hang crash`." in told
        await week(world, 3)
        assert "closed by `carol` on 2026-12-14" in section(world)
        assert "The review waits for `/burndown tranche clear`." in section(world)
        assert "A draft: a person decides." in section(world, "Next tranche")
        await said(world, "/burndown tranche clear", by="bob")
        assert "**Review cleared** by `bob` on 2026-12-21: the tranche of 2026-W49 to 2027-W01." in answer(world)
        await week(world, 4)
        assert section(world).endswith("closed by `carol` on 2026-12-14. Review cleared by `bob` on 2026-12-21.")
        assert section(world, "Next tranche") == ""
        assert (await kept(world))[0].cleared == Mark("bob", datetime(2026, 12, 21, 9, 1, tzinfo=UTC))
        assert world.kinds() == [*ANSWERED, "issue edited", *ANSWERED, "issue edited"]


async def test_what_happens_after_its_end_does_not_change_its_review(github):
    async with reporting(github) as (world, crashes):
        await said(world, "/burndown tranche start")
        await week(world, 2)
        await said(world, "/burndown tranche close")
        figures = [line for line in answer(world).splitlines() if line.startswith("  - ")]
        assert figures[0].startswith("  - open 3; impact ")
        for each in crashes:
            world.github.close(each, by="alice")
        await world.settle()
        await week(world, 3)
        assert [line for line in section(world).splitlines() if line.startswith("  - ")] == figures
        assert "In 2026-W51: 0 arrived, 3 closed; 1 open." in weekly(world).body
        world.writes()


async def test_the_next_one_is_what_the_last_review_proposes(github):
    async with reporting(github) as (world, crashes):
        await said(world, "/burndown tranche start")
        for each in crashes[:2]:
            world.github.close(each, by="alice")
        await world.settle()
        await week(world, 2)
        await said(world, "/burndown tranche close\n/burndown tranche clear\n/burndown tranche start")
        first, second = await kept(world)
        assert (first.state, first.cleared.by) == ("closed", "bob")
        assert [each.class_id for each in second.goals] == ["hang", "crash"]
        assert (second.since, second.state) == ("2026-W51", "accepted")
        assert answer(world).count("<!-- ") == 1
        await week(world, 3)
        assert section(world).startswith("Weeks 2026-W51 to ")
        world.writes()


async def test_what_one_comment_starts_and_closes_has_no_week_behind_it(world):
    await said(world, "/burndown tranche start crash\n/burndown tranche close\n/burndown tranche start hang")
    first, second = await kept(world)
    assert [(each.state, each.goals[0].class_id) for each in (first, second)] == [
        ("closed", "crash"),
        ("accepted", "hang"),
    ]
    assert "no week of it is over yet." in answer(world)
    assert world.kinds() == ANSWERED


async def test_its_review_is_in_the_report_until_a_person_clears_it(github):
    async with reporting(github, REPORT.replace("body", "comment")) as (world, _):
        await said(world, "/burndown tranche start")
        await week(world, 5)
        assert "so far" not in section(world)
        assert section(world, "Next tranche") == ""
        assert "is over" not in answer(world)
        for number in (6, 7):
            await week(world, number)
            assert "are over. 0 of 2 classes are at their targets. It waits for `/burndown tranche close`." in section(
                world
            )
            assert "at the end of 2027-W01" in section(world)
            assert "A draft: a person decides." in section(world, "Next tranche")
            assert "The tranche of 2026-W49 to 2027-W01 is over: its review waits for a person." in answer(world)
        world.writes()


async def test_a_redelivery_changes_nothing(world):
    comment = await said(world, "/burndown tranche start")
    before = await kept(world)
    assert world.kinds() == ANSWERED
    world.github.hooks.deliver("issue_comment", {
        "action": "created",
        "issue": {"number": weekly(world).number},
        "comment": {"node_id": comment.node_id, "body": comment.body, "user": {"login": "bob", "type": "User"}},
        "repository": {"id": home(world), "full_name": REPOSITORY},
        "installation": {"id": world.github.installation.id},
        "sender": {"login": "bob", "type": "User"},
    })  # fmt: skip
    await world.settle()
    assert await kept(world) == before
    assert world.writes() == []


@pytest.mark.parametrize("fault", [Answer(500, is_after=True), Partial("reply", kind="NOT_FOUND")], ids=["500", "part"])
async def test_an_answer_that_was_lost_on_the_way_is_given_once(world, fault):
    world.github.faults.add(fault, on="ApplyToIssue")
    await said(world, "/burndown tranche start")
    assert not world.github.faults.is_pending
    assert len(await kept(world)) == 1
    assert sorted(world.kinds()) == ANSWERED


async def test_an_edited_comment_runs_only_what_changed(world):
    comment = await said(world, "/burndown tranche start crash")
    world.clock.advance(60)
    world.github.edit_comment(comment, "/burndown tranche start crash\n/burndown tranche close", by="bob")
    await world.settle()
    (tranche,) = await kept(world)
    assert tranche.state == "closed"
    assert world.kinds() == ["comment added", "reaction added", "comment added"]


async def test_on_a_locked_issue_a_reaction_is_all(world):
    weekly(world).is_locked = True
    await said(world, "/burndown tranche start", by="alice")
    assert len(await kept(world)) == 1
    assert world.kinds() == ["reaction added"]


async def test_where_the_bot_only_observes_the_step_is_kept_and_nothing_written(world):
    world.configure(REPORT.replace("enforce", "observe"))
    await world.settle()
    await said(world, "/burndown tranche start")
    assert len(await kept(world)) == 1
    rows = await world.bot.store.inbox.rows(state="done", limit=5)
    told = next(row.error for row in rows if row.event == "issue_comment")
    assert told == "our own weekly report; asked: /burndown tranche start; observed"
    assert world.writes() == []


async def test_below_an_issue_that_is_closed_people_are_answered(world):
    world.github.close(weekly(world), by="alice")
    await said(world, "/burndown tranche start")
    assert len(await kept(world)) == 1
    assert world.kinds() == ANSWERED


async def test_where_the_bot_is_off_nothing_is_heard(world):
    world.configure(REPORT.replace("enforce", "off"))
    await world.settle()
    await said(world, "/burndown tranche start")
    assert await kept(world) == []
    assert world.writes() == []


async def test_a_bot_takes_no_step(world):
    await said(world, "/burndown tranche start", by=world.github.app.bot.login)
    assert await kept(world) == []
    assert world.kinds() == ["comment added"], "its own"


async def test_uninstalling_forgets_them(world):
    await said(world, "/burndown tranche start")
    world.writes()
    number = home(world)
    world.github.uninstall(world.github.installation, by="alice")
    await world.settle()
    assert await world.bot.store.tranches.all(number) == []


# By configuration


async def test_a_configured_one_begins_by_itself_once(github):
    async with reporting(github, ASKED) as (world, _):
        (tranche,) = await kept(world)
        assert (tranche.since, tranche.until, tranche.accepted.by) == ("2026-W49", "2026-W50", ".github/burndown.yml")
        assert "accepted by `.github/burndown.yml` on 2026-11-30" in section(world)
        assert "no week of it is over yet" in section(world)
        assert (await notes(world))[-1].endswith("; tranche of 2026-W49 begun")
        world.configure(ASKED.replace("weeks: 2", "weeks: 9, classes: [hang]"))
        await world.settle()
        for number in (1, 2):
            await week(world, number)
        assert await kept(world) == [tranche]
        assert "are over" in section(world)
        world.writes()


async def test_one_that_is_asked_for_later_waits_for_its_week(github):
    async with reporting(github, ASKED.replace("W49", "W50, classes: [hang]")) as (world, _):
        assert await kept(world) == []
        await week(world, 1)
        (tranche,) = await kept(world)
        assert (tranche.since, [each.class_id for each in tranche.goals]) == ("2026-W50", ["hang"])
        world.writes()


async def test_one_that_is_asked_for_too_late_is_frozen_as_it_would_have_been(github):
    async with reporting(github) as (world, crashes):
        for each in crashes:
            world.github.close(each, by="alice")
        await world.settle()
        await week(world, 1)
        world.configure(ASKED)
        await world.settle()
        await week(world, 2)
        (tranche,) = await kept(world)
        assert [(each.class_id, each.open) for each in tranche.goals] == [("crash", 3), ("hang", 1)]
        assert "  - open 3 -> 0; impact " in section(world)
        world.writes()


async def test_a_running_one_is_not_disturbed_by_the_configuration(world):
    await said(world, "/burndown tranche start crash")
    config = ASKED.replace("W49", "W50")
    world.configure(config)
    await world.settle()
    await week(world, 1)
    assert "asks for a tranche from 2026-W50 on: it begins when this one is closed." in section(world)
    assert len(await kept(world)) == 1
    assert await waiting(world, config) == "2026-W50"
    await said(world, "/burndown tranche close")
    assert await waiting(world, config) == ""
    await week(world, 2)
    assert [each.since for each in await kept(world)] == ["2026-W49", "2026-W50"]
    world.writes()


async def test_a_configured_one_begins_also_where_the_bot_observes(github):
    async with reporting(github, ASKED.replace("enforce", "observe")) as (world, _):
        assert len(await kept(world)) == 1
        assert (await notes(world))[-1].endswith("; tranche of 2026-W49 begun")


async def test_the_example_of_the_documentation_is_what_is_said(github):
    async with reporting(github) as (world, crashes):

        def is_shown(text):
            return "\n".join(f"> {line}".rstrip() for line in text.split("\n")) in PAGE

        await said(world, "/burndown tranche start")
        assert is_shown(answer(world).partition("\n")[2])
        for each in crashes[:2]:
            world.github.close(each, by="alice")
        await world.settle()
        await week(world, 6)
        await said(world, "/burndown tranche close", by="carol")
        assert is_shown(answer(world).partition("\n")[2])
        await said(world, "/burndown tranche clear", by="carol")
        await week(world, 7)
        assert is_shown(section(world))
        world.writes()
