"""One issue tells of every week, once, and people keep the last word on it."""

import asyncio
import contextlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot import schedule
from bot.core.text.weekly import COMMENT
from bot.sandbox.faults import Answer, Partial, Reset, SecondaryLimit, Truncated
from tests.stories.conftest import ENFORCE, REPOSITORY

REPORT = ENFORCE + "report: {timezone: Europe/Berlin}\n"
BODY_ONLY = ENFORCE + "report: {timezone: Europe/Berlin, notify: body}\n"
PINNED = ENFORCE + "report: {timezone: Europe/Berlin, pin: true}\n"
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # nine o'clock in Berlin; these stories begin at ten
WEEK = timedelta(weeks=1)
MADE = ["issue opened", "comment added"]
WARM = ["WeeklyIssue", "WriteWeekly"]


async def tick(world, at: datetime | None = None) -> None:
    """What a process that has just started does at a moment; time goes on by its own steps only."""
    world.clock.now = max(world.clock.now, at or world.clock.now)
    await schedule.Reports(world.bot.store).put(world.clock.now)
    await world.settle()


async def notes(world) -> list[str]:
    """What came of the reports, oldest first."""
    rows = await world.bot.store.inbox.rows(state="done", limit=500)
    return [row.error for row in reversed(rows) if row.event == "bot.report"]


def asked(world) -> list[str]:
    """What was asked of GitHub, but for the token of every hour."""
    return [call for call in world.calls() if "access_tokens" not in call]


def weekly(world):
    """The only issue of the App's."""
    (issue,) = [each for each in world.github.repository(REPOSITORY).issues.values() if each.author.kind == "Bot"]
    return issue


def told(issue) -> list[str]:
    """The weeks of which the watchers were told."""
    comments = [each.body for each in issue.comments if each.author.kind == "Bot"]
    return [each.removeprefix(f"<!-- {COMMENT} ").partition(" ")[0] for each in comments]


@pytest.fixture
async def started(github):
    """The bot at work where a report is asked for, and nothing is due in the first minute."""
    async with github.started() as world:
        yield world


@pytest.fixture
async def first(started):
    """A repository with the report of its first week."""
    started.configure(REPORT)
    await started.settle()
    await tick(started)
    assert started.kinds() == MADE
    asked(started)
    return started


async def test_the_first_week_makes_the_issue_and_tells_of_it(started):
    started.configure(REPORT)
    await started.settle()
    asked(started)
    await tick(started)
    issue = weekly(started)
    assert (issue.title, issue.state) == ("Burn-down", "open")
    assert "Burn-down, week 2026-W47" in issue.body
    assert told(issue) == ["2026-W47"]
    assert await notes(started) == [f"2026-W47: written to #{issue.number}"]
    assert started.kinds() == MADE
    assert asked(started) == ["WeeklyIssue", "WeeklyCandidates", "CreateWeekly", "WriteWeekly"]


async def test_the_second_week_edits_the_body_and_adds_one_comment_in_two_calls(first):
    await tick(first, MONDAY + WEEK - timedelta(seconds=1))
    assert asked(first) == []
    await tick(first, MONDAY + WEEK)
    issue = weekly(first)
    assert "week 2026-W48" in issue.body
    assert "week 2026-W47" not in issue.body
    assert told(issue) == ["2026-W47", "2026-W48"]
    assert first.kinds() == ["issue edited", "comment added"]
    assert asked(first) == WARM


async def test_what_people_write_around_our_part_survives(first):
    issue = weekly(first)
    first.github.edit_issue(
        issue, title="Reliability", body=f"Ask Ann first.\n\n{issue.body}\n\n- [ ] call Zoe", by="bob"
    )
    await tick(first, MONDAY + WEEK)
    assert issue.body.startswith("Ask Ann first.\n\n<!-- burndown:weekly 2026-W48 -->")
    assert issue.body.endswith("\n\n- [ ] call Zoe")
    assert issue.title == "Reliability"
    assert first.kinds() == ["issue edited", "comment added"]


async def test_an_issue_emptied_by_a_person_is_found_by_its_id(first):
    issue = weekly(first)
    first.github.edit_issue(issue, body="Nothing of yours.", by="bob")
    await tick(first, MONDAY + WEEK)
    assert issue.body.startswith("Nothing of yours.\n\n<!-- burndown:weekly 2026-W48 -->")
    assert first.kinds() == ["issue edited", "comment added"]


async def test_any_number_of_processes_write_a_week_once(first):
    first.clock.now = MONDAY + WEEK
    processes = [schedule.Reports(first.bot.store) for _ in range(5)]
    assert sum(await asyncio.gather(*(each.put(first.clock.now) for each in processes))) == 1
    await first.settle()
    for minute in range(5):
        assert await processes[minute].put(first.clock.now + timedelta(minutes=minute)) == 0
    await first.settle()
    assert first.kinds() == ["issue edited", "comment added"]


async def test_what_is_remembered_outlives_the_rows_of_the_inbox(first):
    await first.bot.store.inbox.purge(first.clock.now + WEEK)
    await tick(first, first.clock.now + timedelta(days=1))
    assert await notes(first) == []
    assert asked(first) == []


async def test_a_report_that_failed_for_good_is_not_revived_every_minute(first):
    inbox, reports = first.bot.store.inbox, schedule.Reports(first.bot.store)
    first.bot.worker.stop()
    first.clock.now = MONDAY + WEEK
    assert await reports.put(first.clock.now) == 1
    claim = await inbox.claim("somebody", first.clock.now, WEEK)
    await inbox.bury(claim, "it does not balance")
    await reports.put(first.clock.now + timedelta(minutes=1))
    assert (await inbox.row(claim.delivery_id)).state == "dead"


async def test_a_week_that_was_written_is_not_looked_at_again(first):
    known = (await first.bot.store.repositories.known(REPOSITORY))[0]
    again = replace(schedule.report_due(known, "2026-W47", first.clock.now), delivery_id="after a crash")
    await first.bot.store.inbox.put([again])
    await first.settle()
    assert (await notes(first))[-1] == "written before"
    assert asked(first) == []


async def test_three_weeks_of_downtime_are_one_report(first):
    await tick(first, MONDAY + 3 * WEEK + timedelta(days=2))
    assert told(weekly(first)) == ["2026-W47", "2026-W50"]
    assert first.kinds() == ["issue edited", "comment added"]
    assert len(await notes(first)) == 2


async def test_of_three_reports_that_nobody_worked_on_the_newest_is_written(first):
    reports = schedule.Reports(first.bot.store)
    first.bot.worker.stop()
    for week in (1, 2, 3):
        first.clock.now = MONDAY + week * WEEK
        assert await reports.put(first.clock.now) == 1
    async with first.started():
        await first.settle()
        assert await notes(first) == [
            "2026-W47: written to #1",
            "not written: 2026-W50 is due by now",
            "not written: 2026-W50 is due by now",
            "2026-W50: written to #1",
        ]
    assert first.kinds() == ["issue edited", "comment added"]


@pytest.mark.parametrize(
    ("turn", "before"),
    [
        pytest.param(datetime(2026, 10, 25, tzinfo=UTC), ["2026-W41", "2026-W42"], id="the night has an hour more"),
        pytest.param(datetime(2027, 3, 28, tzinfo=UTC), ["2027-W10", "2027-W11"], id="the night has an hour less"),
        pytest.param(datetime(2027, 1, 3, tzinfo=UTC), ["2026-W51", "2026-W52"], id="the 53rd week"),
    ],
)
async def test_the_turn_of_clocks_and_years_repeats_nothing(github, turn, before):
    github.clock.now = turn - timedelta(days=1)
    async with github.started() as world:
        world.configure(ENFORCE + "report: {day: sunday, time: 02:30, timezone: Europe/Berlin}\n")
        await world.settle()
        for minutes in range(0, 48 * 60, 15):
            await tick(world, turn - timedelta(days=1) + timedelta(minutes=minutes))
        assert told(weekly(world)) == before
        assert world.kinds() == [*MADE, "issue edited", "comment added"]


async def test_a_closed_issue_is_left_alone_until_it_is_opened_again(first):
    issue = weekly(first)
    first.github.close(issue, by="alice")
    before = issue.body
    for week in (1, 2):
        await tick(first, MONDAY + week * WEEK)
    assert (issue.state, issue.body, told(issue)) == ("closed", before, ["2026-W47"])
    assert asked(first) == ["WeeklyIssue"] * 2
    assert (await notes(first))[-1] == "2026-W49: not written: #1 is closed, and stays so until somebody reopens it"
    first.github.reopen(issue, by="alice")
    await tick(first, MONDAY + 3 * WEEK)
    assert told(issue) == ["2026-W47", "2026-W50"]
    assert first.kinds() == ["issue edited", "comment added"]


async def forget(world) -> None:
    """The database is lost, and made anew."""
    known = await world.bot.store.repositories.known(REPOSITORY)
    await world.bot.store.repositories.see(known[0].id, known[0].installation_id, REPOSITORY, weekly={})


@pytest.mark.parametrize("is_closed", [False, True], ids=["open", "closed"])
async def test_with_another_database_the_issue_is_found_by_its_marker(first, is_closed):
    issue = weekly(first)
    first.github.hooks.url, url = None, first.github.hooks.url
    for number in range(60):
        first.open(f"question {number}")
    first.github.hooks.url = url
    await forget(first)
    if is_closed:
        first.github.close(issue, by="alice")
    await tick(first, MONDAY + WEEK)
    assert weekly(first) is issue
    assert first.kinds() == ([] if is_closed else ["issue edited", "comment added"])


async def test_only_our_own_marked_issue_is_taken_for_it_when_it_is_sought(first):
    issue, us = weekly(first), first.github.app.bot.login
    first.open("Burn-down", issue.body, by="mallory")
    other = first.open("Something else of ours", "", by=us)
    await first.settle()
    await forget(first)
    first.writes()
    await tick(first, MONDAY + WEEK)
    assert told(issue) == ["2026-W47", "2026-W48"]
    assert (other.body, told(other)) == ("", [])
    assert first.kinds() == ["issue edited", "comment added"]


async def test_where_apps_are_not_found_by_name_recent_issues_are_looked_through(first):
    issue = weekly(first)
    await forget(first)
    first.github.app.bot.login = "burndown-of-an-enterprise[bot]"
    await tick(first, MONDAY + WEEK)
    assert weekly(first) is issue
    assert first.kinds() == ["issue edited", "comment added"]


async def test_a_marker_in_somebody_elses_issue_is_not_trusted(started):
    planted = started.open("Burn-down", "<!-- burndown:weekly 2026-W46 -->\n<!-- /burndown:weekly -->", by="mallory")
    started.configure(REPORT)
    await started.settle()
    started.writes()
    await tick(started)
    assert weekly(started) is not planted
    assert planted.body == "<!-- burndown:weekly 2026-W46 -->\n<!-- /burndown:weekly -->"
    assert started.kinds() == MADE


async def test_a_marker_in_somebody_elses_comment_silences_nothing(first):
    first.github.comment(weekly(first), f"<!-- {COMMENT} 2026-W48 -->", by="mallory")
    await tick(first, MONDAY + WEEK)
    assert told(weekly(first)) == ["2026-W47", "2026-W48"]
    assert first.kinds() == ["issue edited", "comment added"]


async def test_an_issue_that_was_deleted_is_made_anew(first):
    first.github.delete_issue(weekly(first), by="alice")
    await tick(first, MONDAY + WEEK)
    assert told(weekly(first)) == ["2026-W48"]
    assert first.kinds() == MADE


async def test_an_issue_that_was_moved_away_is_made_anew(first):
    other = first.github.add_repository("acme/other", alice="maintain")
    first.github.share(first.github.installation, "acme/other", by="alice")
    issue = weekly(first)
    moved = first.github.transfer(issue, "acme/other", by="alice")
    first.github.state.nodes[issue.node_id] = moved  # an old id may lead to where it is now
    await tick(first, MONDAY + WEEK)
    assert told(weekly(first)) == ["2026-W48"]
    assert list(other.issues.values()) == [moved]
    assert told(moved) == ["2026-W47"]
    assert first.kinds() == MADE


PASSING = {
    "a 502": Answer(502),
    "a 500 after the work was done": Answer(500, is_after=True),
    "a connection reset after the work was done": Reset(is_after=True),
    "a truncated answer": Truncated(),
    "a limit": SecondaryLimit(),
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING.keys())
@pytest.mark.parametrize("operation", ["WeeklyIssue", "WeeklyCandidates", "CreateWeekly", "WriteWeekly"])
async def test_a_fault_that_passes_tells_nothing_twice(started, operation, fault):
    started.configure(REPORT)
    await started.settle()
    started.github.faults.add(fault, on=operation)
    await tick(started)
    assert not started.github.faults.is_pending
    assert told(weekly(started)) == ["2026-W47"]
    kinds = started.kinds()
    assert (kinds.count("issue opened"), kinds.count("comment added")) == (1, 1)
    assert set(kinds) <= {*MADE, "issue edited"}


@pytest.mark.parametrize("part", ["body", "comment"])
async def test_a_part_that_failed_for_the_moment_is_tried_again(first, part):
    first.github.faults.add(Partial(part, kind="INTERNAL"), on="WriteWeekly")
    await tick(first, MONDAY + WEEK)
    assert told(weekly(first)) == ["2026-W47", "2026-W48"]
    assert "week 2026-W48" in weekly(first).body
    assert first.kinds().count("comment added") == 1


async def test_a_part_that_is_refused_is_reported_and_not_tried_again(first):
    first.github.faults.add(Partial("comment", kind="FORBIDDEN"), on="WriteWeekly", times=None)
    await tick(first, MONDAY + WEEK)
    assert "comment refused" in (await notes(first))[-1]
    assert asked(first) == WARM
    assert first.kinds() == ["issue edited"]


async def test_with_notify_body_nobody_is_told(started):
    started.configure(BODY_ONLY)
    await started.settle()
    for week in (0, 1):
        await tick(started, MONDAY + week * WEEK)
    assert "week 2026-W48" in weekly(started).body
    assert started.kinds() == ["issue opened", "issue edited"]


async def test_the_issue_is_pinned_once_and_a_person_may_unpin_it(started):
    started.configure(PINNED)
    await started.settle()
    await tick(started)
    assert weekly(started).is_pinned
    assert started.kinds() == [*MADE, "issue pinned"]
    started.github.pin(weekly(started), by="alice", is_pinned=False)
    await tick(started, MONDAY + WEEK)
    assert not weekly(started).is_pinned
    assert started.kinds() == ["issue edited", "comment added"]


async def test_an_issue_that_is_pinned_already_is_not_pinned_again(first):
    first.github.pin(weekly(first), by="alice")
    first.configure(PINNED)
    await first.settle()
    first.github.faults.add(Partial("pin"), on="WriteWeekly", times=None)
    await tick(first, MONDAY + WEEK)
    assert (await notes(first))[-1] == "2026-W48: written to #1"
    assert first.kinds() == ["issue edited", "comment added"]


async def test_a_pin_is_tried_once_whatever_goes_wrong(started):
    started.configure(PINNED)
    await started.settle()
    started.github.faults.add(Partial("pin", kind="INTERNAL"), on="WriteWeekly")
    await tick(started)
    assert "pin refused" in (await notes(started))[0]
    assert started.kinds() == MADE


async def test_an_issue_that_is_made_anew_is_pinned_anew(started):
    started.configure(PINNED)
    await started.settle()
    await tick(started)
    started.github.delete_issue(weekly(started), by="alice")
    await tick(started, MONDAY + WEEK)
    assert weekly(started).is_pinned
    assert started.kinds() == [*MADE, "issue pinned"] * 2


async def test_a_pin_that_github_refuses_is_reported_and_not_tried_again(first):
    for number in range(3):
        first.github.pin(first.open(f"pinned {number}"), by="alice")
    first.configure(PINNED)
    await first.settle()
    first.writes()
    await tick(first, MONDAY + WEEK)
    assert "pin refused: Only 3 issues can be pinned" in (await notes(first))[-1]
    assert not weekly(first).is_pinned
    await tick(first, MONDAY + 2 * WEEK)
    assert (await notes(first))[-1] == "2026-W49: written to #1"
    assert first.kinds() == ["issue edited", "comment added"] * 2


@pytest.mark.parametrize(
    ("config", "said"),
    [
        pytest.param(ENFORCE, [], id="no report is configured"),
        pytest.param(ENFORCE + "report:\n", [], id="its section is empty"),
        pytest.param(REPORT.replace("enforce", "observe"), ["observed: "] * 5, id="the bot observes"),
        pytest.param(REPORT.replace("enforce", "off"), ["switched off"] * 5, id="the bot is off"),
        pytest.param(BODY_ONLY.replace("body", "none"), ["switched off"] * 5, id="nobody is to be notified"),
    ],
)
async def test_a_month_passes_in_silence(started, config, said):
    started.configure(config)
    await started.settle()
    asked(started)
    for hours in range(0, 31 * 24, 12):
        await tick(started, MONDAY + timedelta(hours=hours))
    assert asked(started) == []
    found = await notes(started)
    assert len(found) == len(said)
    assert all(part in note for part, note in zip(said, found, strict=True))


async def test_what_would_have_been_said_is_recorded_where_the_bot_observes(started):
    started.configure(REPORT.replace("enforce", "observe"))
    await started.settle()
    await tick(started)
    assert (await notes(started))[0].startswith("2026-W47: observed: No evidence yet")


async def test_a_configuration_that_is_gone_ends_the_reports_though_nobody_told_us(first):
    first.github.hooks.url, url = None, first.github.hooks.url
    first.configure(ENFORCE)
    first.github.hooks.url = url
    await tick(first, MONDAY + WEEK)
    assert (await notes(first))[-1] == "no report is configured"
    await tick(first, MONDAY + 2 * WEEK)
    assert asked(first) == ["WeeklyIssue", "GoverningFiles"]


async def test_our_own_issue_is_no_defect(first):
    issue = weekly(first)
    first.github.edit_issue(issue, body=f"{issue.body}\n\nSegmentation fault (core dumped)", by="alice")
    first.github.label(issue, "bug", by="alice")
    first.github.comment(issue, "It crashes.", by="bob")
    await first.settle()
    assert asked(first) == []
    assert issue.label_names == ("bug",)


async def test_reports_of_other_repositories_do_not_wait_for_one_that_fails(first):
    first.github.add_repository("acme/other", alice="maintain", bob="write")
    first.github.share(first.github.installation, "acme/other", by="alice")
    first.github.commit_file("acme/other", ".github/burndown.yml", REPORT, by="alice")
    await first.settle()
    known = (await first.bot.store.repositories.known(REPOSITORY))[0]
    see = first.bot.store.repositories.see
    await see(known.id, known.installation_id, REPOSITORY, report="monday 09:00 Mars/Olympus")
    await tick(first, MONDAY + WEEK)
    assert len(first.github.repository("acme/other").issues) == 1
    assert [(each.repo, each.kind) for each in first.writes()] == [("acme/other", kind) for kind in MADE]


async def test_the_schedule_that_is_kept_puts_reports(first):
    first.clock.now = MONDAY + WEEK
    keeping = asyncio.create_task(schedule.keep(first.bot.store, first.clock, keep_days=30))
    known = (await first.bot.store.repositories.known(REPOSITORY))[0]
    async with asyncio.timeout(10):
        while await first.bot.store.inbox.row(f"bot.report:{known.id}:2026-W48") is None:  # noqa: ASYNC110 - another task puts it
            await asyncio.sleep(0.003)
    await first.settle()
    keeping.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await keeping
    assert first.kinds() == ["issue edited", "comment added"]
