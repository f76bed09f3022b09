"""What a report tells of tranches, and what people's words change."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.effects import React, Reply
from bot.core.ledger.flows import read_week
from bot.core.model import Asked, Issue, Subject
from bot.core.people.commands import Role
from bot.core.people.tranches import Scene, answers, hear, wants_scene
from bot.core.report.folded import begun
from bot.core.report.tranche import Mark, accept, clear, close, freeze
from bot.core.report.tranches import (
    arrivals,
    current,
    is_due,
    is_running,
    last_week,
    phase,
    reviewed,
    told,
    whole_week,
)
from bot.core.text.sections import MAX_BODY
from bot.core.text.tranches import lines, news, sections
from bot.core.text.weekly import comment, markdown
from tests.core.ledgerlines import START, entries, hour
from tests.core.test_tranche import AFTER, REPORT
from tests.core.weeklies import QUIET, TRANCHE, largest, largest_tranche

NOW = datetime(2026, 8, 26, 12, tzinfo=UTC)  # a Wednesday, in 2026-W35
BERLIN = ZoneInfo("Europe/Berlin")
RUNNING = accept(freeze(REPORT), "ann", NOW)  # 2026-W35 to 2026-W40
EARLY = close(RUNNING, "ben", NOW + timedelta(weeks=2))  # in 2026-W37
LATE = close(RUNNING, "ben", NOW + timedelta(weeks=20))
AT_ONCE = close(RUNNING, "ben", NOW)
CLEARED = clear(EARLY, "eve", NOW + timedelta(weeks=3))
NEXT = replace(RUNNING, since="2026-W41", until="2026-W46")


@pytest.mark.parametrize(
    ("week", "found"),
    [
        pytest.param("2026-W33", None, id="before the week that was frozen"),
        pytest.param("2026-W34", EARLY, id="the week that was frozen"),
        pytest.param("2026-W39", EARLY, id="while it ran"),
        pytest.param("2026-W40", NEXT, id="the next one was frozen"),
        pytest.param("2027-W30", NEXT, id="long after"),
    ],
)
def test_a_report_tells_of_the_newest_that_had_begun(week, found):
    assert current([EARLY, NEXT], week) is found


@pytest.mark.parametrize(
    ("since", "week", "due"),
    [
        pytest.param("2026-W36", "2026-W34", False, id="not yet"),
        pytest.param("2026-W36", "2026-W35", True, id="the week before it"),
        pytest.param("2027-W01", "2026-W53", True, id="over the turn of a year"),
        pytest.param("2027-W01", "2026-W52", False, id="not yet, by a year of 53 weeks"),
        pytest.param("2026-W36", "2027-W10", True, id="long after"),
        pytest.param("2026-W35", "2026-W40", False, id="it was frozen before"),
        pytest.param("1970-W02", "2026-W40", False, id="before anything is counted"),
    ],
)
def test_what_is_asked_for_is_due_once(since, week, due):
    assert is_due(since, [RUNNING, NEXT], week) is due


def test_only_an_accepted_one_runs():
    assert [is_running(each) for each in (None, RUNNING, EARLY, CLEARED)] == [False, True, False, False]


@pytest.mark.parametrize(
    ("tranche", "week"),
    [(RUNNING, "2026-W40"), (EARLY, "2026-W36"), (LATE, "2026-W40"), (AT_ONCE, "2026-W34")],
    ids=["running", "closed early", "closed late", "closed at once"],
)
def test_its_last_week_is_whole(tranche, week):
    assert last_week(tranche, UTC) == week


def test_a_week_is_over_by_the_clocks_of_the_place():
    sunday = datetime(2026, 8, 30, 22, 30, tzinfo=UTC)  # Monday in Berlin
    assert (whole_week(sunday, UTC), whole_week(sunday, BERLIN)) == ("2026-W34", "2026-W35")


@pytest.mark.parametrize(
    ("tranche", "week", "found"),
    [
        (RUNNING, "2026-W34", "running"),
        (RUNNING, "2026-W39", "running"),
        (RUNNING, "2026-W40", "over"),
        (RUNNING, "2026-W50", "over"),
        (EARLY, "2026-W35", "running"),
        (EARLY, "2026-W36", "closed"),
        (CLEARED, "2026-W35", "running"),
        (CLEARED, "2026-W40", "cleared"),
        (LATE, "2026-W39", "running"),
        (LATE, "2026-W40", "closed"),
    ],
)
def test_a_report_on_an_older_week_tells_how_it_was_then(tranche, week, found):
    assert phase(tranche, week, UTC) == found


LEDGER = [
    *entries("-1 arrived, -1 classified crash", 1),
    *entries("0 arrived, 0 classified crash, 50 closed", 2),
    *entries("100 arrived, 100 classified hang, 110 classified crash", 3),
    *entries("167 arrived, 167 classified crash, 168 dismissed", 4),
    *entries("168 arrived, 168 classified crash", 5),
    *entries("300 arrived, 340 classified hang", 6),
    *entries("336 arrived, 336 classified hang", 7),
    *entries("10 classified hang", 8),  # nothing is known of its arrival
    *entries("20 arrived", 9),
    *entries("-9 arrived, 30 classified crash, 40 reopened", 10),
]
WEEK = read_week("2026-W36")
KNOWN = begun(WEEK).take_all(LEDGER)
NOTHING = begun(WEEK)


def test_arrivals_are_counted_as_classified_now_and_half_open():
    assert arrivals(KNOWN, (START, hour(168), hour(336))) == ({"crash": 2, "hang": 1}, {"crash": 1, "hang": 1})
    assert arrivals(begun(WEEK).take_all(LEDGER[::-1]), (START, START, hour(168))) == ({}, {"crash": 2, "hang": 1})


def test_a_review_counts_the_weeks_before_and_those_that_are_over():
    """2026-W34 begins with hour 0: it is before, and W35 is the first of the tranche."""
    running = replace(RUNNING, before=1)
    before = reviewed(running, REPORT, KNOWN, UTC)
    assert (before.arrivals.before, before.arrivals.after, before.arrivals.exposures) == (3, 0, (1.0, 0.0))
    first = reviewed(running, replace(AFTER, week="2026-W35"), KNOWN, UTC)
    assert (first.arrivals.before, first.arrivals.after, first.arrivals.exposures) == (3, 2, (1.0, 1.0))
    assert [each.arrivals.after for each in first.outcomes] == [1, 1, 0]
    long_after = reviewed(running, replace(AFTER, week="2026-W50"), KNOWN, UTC)
    assert (long_after.arrivals.after, long_after.arrivals.exposures) == (3, (1.0, 6.0))


FOUND = reviewed(RUNNING, AFTER, NOTHING, UTC)


def test_what_comes_next_is_told_when_it_is_over_and_nothing_when_it_is_cleared():
    running, over = told(FOUND, "running", "2026-W41"), told(FOUND, "over")
    assert (running.proposed, running.arithmetic, running.waiting) == ((), (), "2026-W41")
    assert over.proposed == tuple(each.class_id for each in FOUND.proposal.tranche.goals) != ()
    assert over.arithmetic == FOUND.proposal.arithmetic
    cleared = told(replace(FOUND, tranche=CLEARED), "cleared")
    assert (cleared.classes, cleared.proposed, cleared.cleared.by) == ((), (), "eve")
    assert told(replace(FOUND, tranche=CLEARED), "closed").cleared is None


# What people say

SCENE = Scene(REPORT, {"crash": 9, "hang": 2}, 4)


def asked(body, *, by="ann", role="write", **more):
    return Asked("IC_1", body, by, Role(role), NOW, **more)


def heard(body, newest=None, scene=SCENE, found=None, **more):
    number = 0 if newest is None else 1
    return hear(asked(body, **more), number, newest, scene, found or (newest and replace(FOUND, tranche=newest)))


def whys(found):
    return [(each.why, each.instead, each.needs) for each in found.refusals]


def test_the_first_by_rank_are_started_by_who_says_so():
    (change,) = heard("/burndown tranche start").changes
    assert (change.number, change.was, change.now.state, change.now.accepted) == (1, None, "accepted", Mark("ann", NOW))
    assert [(each.class_id, each.arrivals) for each in change.now.goals] == [("crash", 9), ("hang", 2), ("docs", 0)]
    assert (change.now.since, change.now.until, change.now.before) == ("2026-W35", "2026-W40", 4)


def test_after_a_review_its_proposal_is_started_as_long_as_the_last_one():
    short = replace(CLEARED, until="2026-W36")
    (change,) = heard("/burndown tranche start", short).changes
    assert [each.class_id for each in change.now.goals] == list(told(FOUND, "over").proposed)
    assert (change.number, change.now.weeks) == (2, 2)


@pytest.mark.parametrize(
    ("body", "newest", "why", "instead"),
    [
        pytest.param(
            "start", RUNNING, "The tranche of 2026-W35 to 2026-W40 runs: close it first.", "/burndown tranche close",
            id="one runs",
        ),
        pytest.param(
            "start crsh docs", None, "No defect of class `crsh` is known here.", "/burndown tranche start crash docs",
            id="one class is misspelt",
        ),
        pytest.param(
            "start crsh crash zzz", None, "No defect of class `crsh` or `zzz` is known here.",
            "/burndown tranche start crash", id="one class is like none",
        ),
        pytest.param(
            "start zzz", EARLY, "No defect of class `zzz` is known here.", "/burndown tranche start", id="like none",
        ),
        pytest.param("close", None, "No tranche was started here yet.", "/burndown tranche start", id="none to close"),
        pytest.param(
            "close", EARLY, "Only an accepted tranche is closed, and this one is closed.", "/burndown tranche start",
            id="closed before",
        ),
        pytest.param(
            "clear", RUNNING, "A review is cleared once its tranche is closed, and this one is accepted.",
            "/burndown tranche close", id="cleared too early",
        ),
        pytest.param("clear", CLEARED, "The review was cleared by `eve` on 2026-09-16.", "", id="cleared before"),
        pytest.param("clear", None, "No tranche was started here yet.", "", id="none to clear"),
    ],
)  # fmt: skip
def test_a_step_out_of_turn_is_refused_with_what_to_write(body, newest, why, instead):
    found = heard(f"/burndown tranche {body}", newest)
    assert whys(found) == [(why, instead, None)]
    assert (found.changes, found.ran) == ((), (f"/burndown tranche {body}",))


def test_what_counts_elsewhere_is_refused():
    found = heard("/burndown class crash", RUNNING, role="admin")
    assert whys(found) == [("", "/burndown help", None)]
    assert found.tranche == RUNNING


def test_where_nothing_is_left_to_burn_down_a_review_proposes_nothing():
    empty = reviewed(RUNNING, replace(AFTER, classes=()), NOTHING, UTC)
    found = heard("/burndown tranche close", RUNNING, found=empty)
    assert found.said[-1] == "- `nothing is left to burn down`"


def test_where_nothing_is_left_there_is_nothing_to_start():
    found = heard("/burndown tranche start", scene=replace(SCENE, report=replace(REPORT, classes=())))
    assert whys(found) == [("This tranche holds no class: name one.", "", None)]


@pytest.mark.parametrize("step", ["start", "close", "clear"])
@pytest.mark.parametrize("role", [each for each in Role if not each.at_least(Role.WRITE)])
def test_who_may_not_takes_no_step_and_costs_no_figures(step, role):
    body = f"/burndown tranche {step}"
    assert not wants_scene(asked(body, role=role))
    found = hear(asked(body, role=role), 1, RUNNING, None, None)
    assert (found.changes, whys(found)) == ((), [("", "", Role.WRITE)])


def test_whoever_edits_what_another_wrote_takes_no_step_in_their_name():
    edited = asked("/burndown tranche clear\n/burndown help", editor="mallory")
    found = hear(edited, 1, EARLY, None, None)
    assert (found.changes, found.wants_help) == ((), True)
    assert "Somebody else edited this comment" in found.refusals[0].why
    assert hear(replace(edited, editor="Ann"), 1, EARLY, None, None).changes


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("/burndown tranche start", True),
        ("/burndown tranche close", True),
        ("/burndown tranche clear", False),
        ("/burndown help", False),
        ("/burndown tranche strat", False),
        ("nothing", False),
    ],
)
def test_figures_are_computed_where_a_step_needs_them(body, wanted):
    assert wants_scene(asked(body)) is wanted
    assert not wants_scene(asked(body, ran=frozenset({body})))


def test_what_ran_before_is_not_run_again():
    found = heard(
        "/burndown tranche close\n/burndown tranche clear", RUNNING, ran=frozenset({"/burndown tranche close"})
    )
    assert found.ran == ("/burndown tranche clear",)
    assert found.changes == ()


def test_steps_of_one_comment_follow_each_other():
    found = heard("/burndown tranche close\n/burndown tranche clear\n/burndown tranche start docs", RUNNING)
    closed, cleared, started = found.changes
    assert (closed.number, closed.was, closed.now.closed) == (1, RUNNING, Mark("ann", NOW))
    assert (cleared.number, cleared.was, cleared.now.cleared) == (1, closed.now, Mark("ann", NOW))
    assert (started.number, started.was, [each.class_id for each in started.now.goals]) == (2, None, ["docs"])
    assert (found.number, found.tranche) == (2, started.now)


def issue(**more):
    home = (Subject(1, 9), "acme/shop", "Burn-down", "", "burndown")
    return Issue(*home, is_open=True, is_locked=False, labels=(), assignees=(), history=(), now=NOW, **more)


def test_a_comment_is_answered_by_a_reaction_and_one_reply():
    found = heard("/burndown tranche close\n/burndown tranche close now\n/burndown help", RUNNING)
    react, reply = answers(issue(), asked(""), found)
    assert react == React("IC_1", "CONFUSED")
    assert isinstance(reply, Reply)
    assert reply.body.startswith(
        f"<!-- burndown:reply {reply.key} -->\n**The tranche of 2026-W35 to 2026-W40 is closed.**"
    )
    assert "`/burndown tranche close now` was not understood" in reply.body
    assert "| `/burndown help` |" in reply.body
    assert [*answers(issue(replies=frozenset({reply.key})), asked("", reactions=frozenset({"CONFUSED"})), found)] == []
    assert [*answers(replace(issue(), is_locked=True), asked(""), found)] == [react]


def test_where_nothing_was_asked_nothing_is_answered():
    assert [*answers(issue(), asked(""), heard("Thank you."))] == []
    assert next(answers(issue(), asked(""), heard("/burndown tranche start"))) == React("IC_1", "THUMBS_UP")


# What is said

PLAIN = {phase: told(replace(FOUND, tranche=CLEARED), phase) for phase in ("running", "over", "closed", "cleared")}


ACCEPTED_SO = "accepted by `ann` on 2026-08-26"
CLOSED_SO = "closed by `ben` on 2026-09-09"
SCORE = "2 of 3 classes are at their targets."


@pytest.mark.parametrize(
    ("phase", "first"),
    [
        ("running", f"{ACCEPTED_SO}. {SCORE}"),
        ("over", f"{ACCEPTED_SO}, are over. {SCORE} It waits for `/burndown tranche close`."),
        ("closed", f"{CLOSED_SO}. {SCORE} The review waits for `/burndown tranche clear`."),
        ("cleared", f"{CLOSED_SO}. Review cleared by `eve` on 2026-09-16."),
    ],
)
def test_the_report_says_where_it_stands_and_what_it_waits_for(phase, first):
    parts = [each.text(len(each.items)) for each in sections(PLAIN[phase])]
    assert parts[0].startswith(f"### Tranche\n\nWeeks 2026-W35 to 2026-W40, {first}")
    assert ("### Next tranche" in "".join(parts)) == (phase in {"over", "closed"})
    assert bool(news(PLAIN[phase])) == (phase == "over")


def test_every_class_has_its_owner_target_criterion_and_where_it_stands():
    (tranche,) = sections(PLAIN["running"])
    assert tranche.items[1] == (
        "- `Hang` (class `hang`), owner `acme/io`: not yet at its target\n"
        "  - open 4 -> 5; impact 20.0 -> 25.0; target 10.0 or less\n"
        "  - arrivals: no evidence yet (4 before, 0 after, rate x 0.00, p = 0.051, n = 4)\n"
        "  - done when: no new report for 28 days, every fix at L3 or better (now: open)"
    )
    assert "`: missed\n" in next(iter(sections(PLAIN["over"]))).items[1]
    assert "`: met\n" in tranche.items[0]


def test_before_its_first_week_is_over_nothing_is_compared():
    begun = told(reviewed(RUNNING, REPORT, NOTHING, UTC), "running")
    text = "\n".join(lines(begun, lambda each, _: each))
    assert "Open impact of all classes was 84.0 when it was frozen; no week of it is over yet." in text
    assert "arrivals" not in text


def test_the_configured_one_that_waits_is_said():
    waiting = told(FOUND, "running", "2026-W41")
    assert "asks for a tranche from 2026-W41 on: it begins when this one is closed." in next(
        iter(sections(waiting))
    ).text(0)


def test_the_draft_has_its_arithmetic_and_its_command():
    text = "\n".join(each.text(len(each.items)) for each in sections(PLAIN["closed"]))
    assert "A draft: a person decides.\n\n- `12.5 + " in text
    assert text.endswith("\n\nAccept it with `/burndown tranche start hang crash slow`.")
    nothing = replace(PLAIN["closed"], proposed=(), arithmetic=("nothing is left to burn down",))
    assert "Accept" not in "\n".join(each.text(len(each.items)) for each in sections(nothing))


def test_terminals_and_reports_say_the_same():
    for each in PLAIN.values():
        shown = "\n".join(lines(each, lambda text, _: f"`{text}`"))
        for part in sections(each):
            assert all(item in shown for item in part.items)
    assert [*sections(None)] == []
    assert news(None) == ""


def test_a_week_with_a_tranche_has_its_sections_and_its_news():
    with_one = replace(QUIET, review=TRANCHE)
    text = markdown(with_one)
    assert (
        text.index("### Classes") < text.index("### Tranche") < text.index("### Next tranche") < text.index("### Open")
    )
    assert text.replace(text[text.index("### Tranche") : text.index("### Open")], "") == markdown(QUIET)
    assert f"\n\n{news(TRANCHE)}\n\n" in comment(with_one)


def test_the_largest_one_fits():
    def title(number):
        return f"{number}" + "`" * 119

    report = replace(largest(title), review=largest_tranche(title))
    for room in (MAX_BODY, 20_000, 10_000):
        assert len(markdown(report, room)) <= room
    assert "### Tranche" in markdown(report, 20_000)
    assert "- and 12 more" in markdown(report)
