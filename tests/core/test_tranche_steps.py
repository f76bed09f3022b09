"""What people's words change of tranches, and what they are answered."""

from dataclasses import replace
from datetime import UTC

import pytest

from bot.core.effects import React, Reply
from bot.core.model import Asked, Issue, Subject
from bot.core.people.commands import Role
from bot.core.people.tranches import Scene, answers, hear, wants_scene
from bot.core.report.tranche import Mark, read, stored
from bot.core.report.tranches import reviewed, told
from bot.core.text.tranches import criterion
from tests.core.test_tranche import AFTER, REPORT
from tests.core.test_tranches import CLEARED, EARLY, FOUND, NOTHING, NOW, RUNNING

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


def test_whoever_closes_one_keeps_its_review_as_it_is_told_them():
    found = heard("/burndown tranche close", RUNNING)
    (change,) = found.changes
    kept = change.now.review
    assert (kept.phase, kept.week, kept.closed.by) == ("closed", "2026-W40", "ann")
    assert kept.proposed == EARLY.review.proposed != ()
    assert read(stored(change.now)) == change.now
    assert all(f"  - done when: {criterion(each.criterion)}" in "\n".join(found.said) for each in kept.classes)


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
