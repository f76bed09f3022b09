import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.report.model import Arithmetic, ClassRow, Impact, Report
from bot.core.report.tranche import (
    CLASSES,
    MAX_WEEKS,
    Mark,
    accept,
    clear,
    close,
    freeze,
    is_over,
    planned,
    propose,
    read,
    review,
    stored,
)
from bot.core.rules.entries import Acceptance

NOW = datetime(2026, 8, 24, 6, tzinfo=UTC)


def row(rank, id_, still, impact, stage="open", **different):
    arithmetic = Arithmetic(f"{impact:.1f} = S2: 5 x {impact / 5:.2f}", "S2", 4.0, impact=impact, score=impact)
    return ClassRow(rank, id_, id_.title(), open=still, arithmetic=arithmetic, stage=stage, **different)


ROWS = (
    row(1, "crash", 6, 40.0, owner="ann", criterion=Acceptance(days=14)),
    row(2, "hang", 4, 20.0, owner="acme/io"),
    row(3, "leak", 0, 0.0, "observing"),
    row(4, "typing", 3, 12.0, "verified"),
    row(5, "docs", 2, 8.0),
    row(6, "slow", 1, 4.0),
)
REPORT = Report("acme/shop", "2026-W34", NOW, impact=Impact(84.0), classes=ROWS)
DRAFT = freeze(REPORT)
ACCEPTED = accept(DRAFT, "ann", NOW)
CLOSED = close(ACCEPTED, "ben", NOW)


def test_a_draft_freezes_what_the_first_classes_stand_at():
    assert [each.class_id for each in DRAFT.goals] == ["crash", "hang", "docs"]
    assert (DRAFT.since, DRAFT.until, DRAFT.weeks) == ("2026-W35", "2026-W40", 6)
    assert (DRAFT.state, DRAFT.baseline, DRAFT.burden) == ("draft", 84.0, 68.0)
    goal = DRAFT.goals[0]
    assert (goal.title, goal.owner, goal.open, goal.impact, goal.target) == ("Crash", "ann", 6, 40.0, 20.0)
    assert (goal.arrivals, goal.criterion, goal.stage) == (4, Acceptance(days=14), "open")
    assert goal.why == "rank 1: 40.0 = S2: 5 x 8.00"


def test_classes_length_arrivals_and_targets_may_be_said():
    found = freeze(REPORT, ["slow", "nosuch", "hang"], 2, {"slow": 9}, 8, 0.25)
    assert [(each.class_id, each.arrivals, each.target) for each in found.goals] == [("slow", 9, 1.0), ("hang", 0, 5.0)]
    assert (found.since, found.until, found.before) == ("2026-W35", "2026-W36", 8)


@pytest.mark.parametrize(
    ("week", "length", "since", "until"),
    [
        ("2026-W52", 2, "2026-W53", "2027-W01"),
        ("2026-W53", 1, "2027-W01", "2027-W01"),
        ("2024-W08", 1, "2024-W09", "2024-W09"),
        ("2026-W01", 0, "2026-W02", "2026-W02"),
        ("2026-W01", 500, "2026-W02", "2026-W53"),
    ],
)
def test_its_weeks_follow_the_report(week, length, since, until):
    found = freeze(replace(REPORT, week=week), length=length)
    assert (found.since, found.until) == (since, until)
    assert found.weeks <= MAX_WEEKS


# Steps


def test_a_tranche_is_accepted_closed_and_cleared_by_people():
    cleared = clear(CLOSED, "eve", NOW)
    assert (ACCEPTED.state, CLOSED.state, cleared.state) == ("accepted", "closed", "closed")
    assert (cleared.accepted, cleared.closed, cleared.cleared) == (Mark("ann", NOW), Mark("ben", NOW), Mark("eve", NOW))
    assert cleared.goals == DRAFT.goals


@pytest.mark.parametrize(
    ("step", "tranche", "by", "why"),
    [
        (accept, DRAFT, "", "a person accepts a tranche"),
        (accept, ACCEPTED, "ann", "this tranche is accepted already"),
        (accept, CLOSED, "ann", "this tranche is closed already"),
        (accept, replace(DRAFT, goals=()), "ann", "this tranche holds no class: name one"),
        (close, ACCEPTED, "", "a person closes a tranche"),
        (close, DRAFT, "ann", "only an accepted tranche is closed, and this one is a draft"),
        (close, CLOSED, "ann", "only an accepted tranche is closed, and this one is closed"),
        (clear, CLOSED, "", "a person clears a review"),
        (clear, DRAFT, "ann", "a review is cleared once its tranche is closed, and this one is a draft"),
        (clear, ACCEPTED, "ann", "a review is cleared once its tranche is closed, and this one is accepted"),
        (clear, clear(CLOSED, "eve", NOW), "ann", "the review was cleared by `eve` on 2026-08-24"),
    ],
)
def test_a_step_out_of_turn_is_refused(step, tranche, by, why):
    assert step(tranche, by, NOW) == why


@pytest.mark.parametrize(
    ("tranche", "week", "over"),
    [
        (ACCEPTED, "2026-W39", False),
        (ACCEPTED, "2026-W40", True),
        (ACCEPTED, "2027-W01", True),
        (DRAFT, "2026-W40", False),
        (CLOSED, "2026-W40", False),
    ],
)
def test_its_review_is_due_in_its_last_week(tranche, week, over):
    assert is_over(tranche, week) == over


# Before and after

AFTER = replace(
    REPORT,
    week="2026-W40",
    impact=Impact(50.0),
    classes=(
        row(1, "hang", 5, 25.0),
        row(2, "crash", 2, 12.0),
        row(3, "slow", 1, 4.0),
        row(4, "docs", 1, 6.0, "verified"),
    ),
)
REVIEW = review(ACCEPTED, AFTER, {"crash": 1, "hang": 12}, before=30, during=15)


def test_a_review_compares_before_and_after():
    assert [(each.goal.class_id, each.open, each.impact, each.is_met) for each in REVIEW.outcomes] == [
        ("crash", 2, 12.0, True),
        ("hang", 5, 25.0, False),
        ("docs", 1, 6.0, True),
    ]
    assert (REVIEW.met, REVIEW.burnt, REVIEW.impact) == (2, 25.0, 50.0)
    assert [each.arrivals.exposures for each in REVIEW.outcomes] == [(4.0, 6.0)] * 3
    assert [each.arrivals.after for each in REVIEW.outcomes] == [1, 12, 0]


def test_a_review_is_said_in_figures():
    assert REVIEW.shown == (
        "2 of 3 classes met; impact 84.0 -> 50.0; "
        "arrivals improving (30 before, 15 after, rate x 0.33, p < 0.001, n = 45)"
    )
    assert REVIEW.outcomes[1].shown == (
        "missed: 4 -> 5 open, impact 20.0 -> 25.0 (target 10.0), "
        "arrivals no evidence yet (4 before, 12 after, rate x 2.00, p = 0.333, n = 16), open"
    )


def test_a_tranche_that_is_closed_early_was_shorter():
    early = review(ACCEPTED, replace(AFTER, week="2026-W36"), {}, 0, 0)
    late = review(ACCEPTED, replace(AFTER, week="2027-W02"), {}, 0, 0)
    before = review(ACCEPTED, replace(AFTER, week="2026-W30"), {}, 0, 0)
    assert [each.outcomes[0].arrivals.exposures[1] for each in (early, late, before)] == [2.0, 6.0, 0.0]


def test_a_class_that_is_gone_has_nothing_open():
    outcome = review(ACCEPTED, replace(AFTER, classes=()), {}, 0, 0).outcomes[0]
    assert (outcome.open, outcome.impact, outcome.is_met) == (0, 0.0, True)


# What is next


def test_the_next_one_carries_over_and_takes_as_much_as_the_last_one_burnt():
    proposal = REVIEW.proposal
    assert [each.class_id for each in proposal.tranche.goals] == ["hang", "crash", "slow"]
    assert (proposal.tranche.state, proposal.tranche.since) == ("draft", "2026-W41")
    assert proposal.arithmetic == (
        "12.5 + 6.0 + 2.0 = 20.5 of impact to burn down in 6 weeks; the last one burnt down 25.0",
        "hang: carried over, rank 1, 25.0 = S2: 5 x 5.00; to burn down 12.5",
        "crash: rank 2, 12.0 = S2: 5 x 2.40; to burn down 6.0",
        "slow: rank 3, 4.0 = S2: 5 x 0.80; to burn down 2.0",
    )


def test_where_nothing_was_burnt_down_one_class_is_enough():
    worse = review(ACCEPTED, REPORT, {}, 0, 0)
    assert worse.burnt == 0.0
    assert [each.class_id for each in worse.proposal.tranche.goals] == ["crash"]
    assert worse.proposal.arithmetic[0] == (
        "20.0 = 20.0 of impact to burn down in 6 weeks; the last one burnt down 0.0, "
        "which is more, but a tranche has at least one class"
    )


def test_what_was_missed_goes_before_what_ranks_higher():
    only = accept(freeze(REPORT, ["docs"]), "ann", NOW)
    found = review(only, replace(REPORT, week="2026-W40"), {}, 0, 0).proposal
    assert found.tranche.goals[0].class_id == "docs"


def test_the_first_one_holds_the_first_classes():
    found = propose(REPORT)
    assert len(found.tranche.goals) == CLASSES
    assert found.arithmetic[0] == (
        "20.0 + 10.0 + 4.0 = 34.0 of impact to burn down in 6 weeks; "
        "no tranche before tells the pace, so it is the first 3 classes"
    )


def test_where_nothing_is_left_nothing_is_proposed():
    found = propose(replace(REPORT, classes=(row(1, "leak", 0, 0.0), row(2, "hang", 3, 9.0, "verified"))))
    assert (found.tranche.goals, found.arithmetic) == ((), ("nothing is left to burn down",))


# Other forms


def test_its_plan_falls_evenly():
    found = planned(freeze(REPORT, length=2))
    assert [(each.week, each.plan, each.scope) for each in found.planned] == [
        ("2026-W35", 67.0, 84.0),
        ("2026-W36", 50.0, 84.0),
    ]
    assert (found.since, found.until, found.baseline) == ("2026-W35", "2026-W36", 84.0)
    assert found.classes == ("crash", "hang", "docs")


@pytest.mark.parametrize("tranche", [DRAFT, ACCEPTED, CLOSED, clear(CLOSED, "eve", NOW)], ids=lambda each: each.state)
def test_what_is_stored_is_read_again(tranche):
    assert read(stored(tranche)) == tranche
    assert json.loads(stored(tranche))["goals"][0]["class_id"] == "crash"


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.floats(0, 1e6), st.sampled_from(["open", "verified"])), max_size=30),
    st.floats(-1e6, 1e6),
    st.text(st.characters(), max_size=5) | st.just("\ud800"),
)
def test_a_proposal_holds_no_more_than_was_burnt_but_something(found, burnt, title):
    rows = tuple(row(rank, f"c{rank}", *each) for rank, each in enumerate(found, start=1))
    report = replace(REPORT, classes=tuple(replace(each, title=title) for each in rows))
    outcomes = review(ACCEPTED, report, {}, 0, 0).outcomes
    tranche = propose(report, outcomes, burnt).tranche
    assert bool(tranche.goals) == any(each.open and each.stage != "verified" for each in rows)
    work = sum(each.impact - each.target for each in tranche.goals)
    assert len(tranche.goals) <= 1 or work <= burnt + 1e-6
    assert read(stored(tranche)) == tranche
