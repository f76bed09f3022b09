"""What a report tells of tranches."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.ledger.flows import read_week
from bot.core.report.folded import begun
from bot.core.report.tranche import accept, clear, close, freeze
from bot.core.report.tranches import (
    arrivals,
    current,
    is_due,
    is_running,
    last_week,
    recorded,
    reviewed,
    told,
    whole_week,
)
from tests.core.ledgerlines import START, entries, hour
from tests.core.test_tranche import AFTER, REPORT

NOW = datetime(2026, 8, 26, 12, tzinfo=UTC)  # a Wednesday, in 2026-W35
BERLIN = ZoneInfo("Europe/Berlin")
RUNNING = accept(freeze(REPORT), "ann", NOW)  # 2026-W35 to 2026-W40
NOTHING = begun(read_week("2026-W36"))
FOUND = reviewed(RUNNING, AFTER, NOTHING, UTC)


def closed(week, at=NOW):
    """With its review, by the report on that week."""
    made = close(RUNNING, "ben", at)
    return replace(made, review=told(replace(FOUND, tranche=made, week=week), "closed"))


EARLY = closed("2026-W36", NOW + timedelta(weeks=2))
LATE = closed("2026-W40", NOW + timedelta(weeks=20))
AT_ONCE = closed("2026-W34")
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
    assert last_week(tranche) == week


def test_a_week_is_over_by_the_clocks_of_the_place():
    sunday = datetime(2026, 8, 30, 22, 30, tzinfo=UTC)  # Monday in Berlin
    assert (whole_week(sunday, UTC), whole_week(sunday, BERLIN)) == ("2026-W34", "2026-W35")


@pytest.mark.parametrize(
    ("tranche", "week", "found"),
    [
        (RUNNING, "2026-W34", None),
        (RUNNING, "2026-W50", None),
        (EARLY, "2026-W35", None),
        (EARLY, "2026-W36", "closed"),
        (CLEARED, "2026-W35", None),
        (CLEARED, "2026-W40", "cleared"),
        (LATE, "2026-W39", None),
        (LATE, "2026-W40", "closed"),
        (AT_ONCE, "2026-W34", "closed"),
    ],
)
def test_what_was_told_at_its_end_is_told_from_its_last_week_on(tranche, week, found):
    known = recorded(tranche, week)
    assert (known and known.phase) == found
    assert known in {None, tranche.review} or known.cleared


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


def test_what_comes_next_is_told_when_it_is_over_and_nothing_when_it_is_cleared():
    running, over = told(FOUND, "running", "2026-W41"), told(FOUND, "over")
    assert (running.proposed, running.arithmetic, running.waiting) == ((), (), "2026-W41")
    assert over.proposed == tuple(each.class_id for each in FOUND.proposal.tranche.goals) != ()
    assert over.arithmetic == FOUND.proposal.arithmetic
    cleared = recorded(CLEARED, "2026-W40")
    assert (cleared.classes, cleared.proposed, cleared.arithmetic, cleared.cleared.by) == ((), (), (), "eve")
    assert (over.closed, EARLY.review.closed.by, EARLY.review.cleared) == (None, "ben", None)
