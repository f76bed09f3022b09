"""Every figure against a table worked out by hand, and never a division by nothing or a percentage of a handful."""

import json
import math
from dataclasses import asdict
from fractions import Fraction
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.report.figures import (
    DEFINITIONS,
    bmi,
    burn_down_time,
    carry_over,
    closed_vs_open,
    days,
    failed_fix_rate,
    incoming_vs_open,
    mei,
    net_burn,
    percent,
    percent_delinquent,
    proof_coverage,
    reopen_rate,
    repeat_rate,
    speed,
    survival_median,
    waiver_rate,
    waiver_regret,
    weighed,
    weighted_burn_down_time,
)

RATES = [percent_delinquent, repeat_rate, carry_over, reopen_rate, proof_coverage, waiver_rate]
counts = st.integers(0, 10**6)
severities = st.dictionaries(st.sampled_from(["S1", "S2", "S3", "S4", ""]), counts)


@pytest.mark.parametrize(
    ("figure", "value", "shown"),
    [
        # (9 + 5) - (8 + 2) = 4
        pytest.param(
            net_burn(9, 5, 8, 2), 4, "+4 (9 fixed, 5 dismissed; 8 arrived, 2 reopened)", id="the backlog falls"
        ),
        # (1 + 0) - (3 + 1) = -3
        pytest.param(net_burn(1, 0, 3, 1), -3, "-3 (1 fixed, 0 dismissed; 3 arrived, 1 reopened)", id="it grows"),
        pytest.param(net_burn(1, 1, 2, 0), 0, "0 (1 fixed, 1 dismissed; 2 arrived, 0 reopened)", id="it stays"),
        # 100 x 14 / 10 = 140
        pytest.param(bmi(14, 10), 140, "140 (14 closed, 10 arrived)", id="bmi"),
        # 100 x 7 / 5 = 140, of five
        pytest.param(bmi(7, 5), 140, "7 closed, 5 arrived", id="bmi of a few"),
        pytest.param(bmi(7, 0), None, "7 closed, 0 arrived", id="bmi of nothing"),
        # closed 2 x 8 + 1 x 5 + 4 x 2 + 3 x 1 + 2 x 3 = 38; opened 1 x 8 + 2 x 5 + 3 x 2 + 4 x 1 + 4 x 3 = 40
        pytest.param(
            mei({"S1": 2, "S2": 1, "S3": 4, "S4": 3, "": 2}, {"S1": 1, "S2": 2, "S3": 3, "S4": 4, "": 4}),
            95,
            "95 (weight 38 closed, weight 40 opened)",
            id="mei",
        ),
        # 100 x 8 / 6
        pytest.param(mei({"S1": 1}, {"S3": 3}), 400 / 3, "weight 8 closed, weight 6 opened", id="mei of a few"),
        # 100 x (8 + 1)
        pytest.param(mei({"S1": 1}, {}), 900, "weight 8 closed, nothing opened", id="mei when nothing was opened"),
        pytest.param(mei({}, {}), 100, "weight 0 closed, nothing opened", id="mei of nothing"),
        # 28 x 30 / (17 - 10) = 120
        pytest.param(
            burn_down_time(28, 30, 10, 17), 120, "120 days (30 open; 17 closed, 10 opened in 28 days)", id="time to 0"
        ),
        pytest.param(
            burn_down_time(7, 3, 2, 2),
            None,
            "never at this pace (3 open; 2 closed, 2 opened in 7 days)",
            id="as many come as go",
        ),
        pytest.param(
            burn_down_time(7, 3, 4, 2),
            None,
            "never at this pace (3 open; 2 closed, 4 opened in 7 days)",
            id="more come than go",
        ),
        pytest.param(
            burn_down_time(7, 0, 2, 2), 0, "nothing open (0 open; 2 closed, 2 opened in 7 days)", id="none is open"
        ),
        # stock 1 x 8 + 6 x 2 = 20; closed 3 x 5 = 15, opened 1 x 8 + 1 x 3 = 11; 14 x 20 / 4 = 70
        pytest.param(
            weighted_burn_down_time(14, {"S1": 1, "S3": 6}, {"S1": 1, "": 1}, {"S2": 3}),
            70,
            "70 days (weight 20 open; weight 15 closed, weight 11 opened in 14 days)",
            id="weighted time to 0",
        ),
        # 100 x 30 / 40, 100 x 10 / 40
        pytest.param(
            incoming_vs_open(30, 40), 75, "75 (30 opened, 40 open at the start)", id="incoming against the stock"
        ),
        pytest.param(closed_vs_open(10, 40), 25, "25 (10 closed, 40 open at the start)", id="closed against the stock"),
        pytest.param(closed_vs_open(10, 0), None, "10 closed, 0 open at the start", id="against no stock"),
        pytest.param(repeat_rate(3, 12), 0.25, "25 % (3 of 12)", id="repeats"),
        pytest.param(repeat_rate(3, 9), 1 / 3, "3 of 9", id="of nine no percentage"),
        pytest.param(repeat_rate(3, 10), 0.3, "30 % (3 of 10)", id="of ten one"),
        pytest.param(repeat_rate(0, 0), None, "0 of 0", id="of nothing"),
        pytest.param(failed_fix_rate(2, 16, 0), 0.125, "13 % (2 of 16)", id="failed fixes"),
        pytest.param(failed_fix_rate(2, 16, 4), 0.125, "13 % (2 of 16, 4 too young to say)", id="young fixes apart"),
        pytest.param(failed_fix_rate(0, 0, 4), None, "0 of 0, 4 too young to say", id="all fixes young"),
        # the common example of the formula: 3 of 71
        pytest.param(reopen_rate(3, 71), 3 / 71, "4 % (3 of 71)", id="reopened"),
        pytest.param(proof_coverage(45, 50), 0.9, "90 % (45 of 50)", id="proven"),
        pytest.param(waiver_rate(5, 50), 0.1, "10 % (5 of 50)", id="waived"),
        pytest.param(waiver_regret(1, 8, 3), 0.125, "1 of 8, 3 too young to say", id="waived and sorry"),
        pytest.param(percent_delinquent(6, 24), 0.25, "25 % (6 of 24)", id="late"),
    ],
)
def test_a_figure_by_hand(figure, value, shown):
    assert figure.value == pytest.approx(value)
    assert figure.shown == shown


@pytest.mark.parametrize(
    ("figure", "numerator", "denominator", "n"),
    [
        pytest.param(net_burn(9, 5, 8, 2), 4, None, 24, id="net burn"),
        pytest.param(bmi(14, 10), 14, 10, 10, id="bmi"),
        pytest.param(mei({"S1": 2}, {"S3": 3}), 16, 6, 3, id="mei"),
        pytest.param(mei({"S1": 2}, {}), 16, 0, 0, id="mei when nothing was opened"),
        pytest.param(burn_down_time(28, 30, 10, 17), 840, 7, 27, id="burn-down time"),
        pytest.param(weighted_burn_down_time(7, {"S1": 1}, {"S4": 2}, {"S2": 3}), 56, 13, 5, id="weighted"),
        pytest.param(incoming_vs_open(3, 40), 3, 40, 40, id="incoming"),
        pytest.param(failed_fix_rate(2, 16, 4), 2, 16, 16, id="a rate leaves the young out"),
    ],
)
def test_a_figure_carries_its_parts(figure, numerator, denominator, n):
    assert (figure.numerator, figure.denominator, figure.n) == (numerator, denominator, n)


def test_every_figure_carries_its_one_definition():
    figures = [
        *(rate(1, 2) for rate in RATES),
        failed_fix_rate(1, 2, 3, in_days=7, reports=2),
        waiver_regret(1, 2, 3),
        net_burn(1, 1, 1, 1),
        bmi(1, 1),
        mei({}, {}),
        mei({}, {"S1": 1}),
        burn_down_time(7, 1, 1, 1),
        weighted_burn_down_time(7, {}, {}, {}),
        incoming_vs_open(1, 1),
        closed_vs_open(1, 1),
        *(speed(name, [], []) for name in ("time to triage", "time to fix", "time to release")),
    ]
    assert {each.name for each in figures} == set(DEFINITIONS)
    for each in figures:
        assert each.definition == DEFINITIONS[each.name].format(days=7, reports=2)


def test_a_failed_fix_says_how_many_reports_in_how_many_days():
    assert "with 5 or more" in failed_fix_rate(1, 2, 3).definition
    assert "within 10 days" in failed_fix_rate(1, 2, 3).definition


def test_an_unknown_severity_weighs_as_an_unset_one():
    assert weighed({"S1": 1, "urgent": 1, "": 1, "s2": 1}) == 8 + 3 + 3 + 3


@given(counts, counts, counts, severities, severities, severities)
def test_no_counts_make_a_figure_raise_or_print_what_is_no_number(one, two, three, closed, opened, still):
    figures = [
        net_burn(one, two, three, one),
        bmi(one, two),
        mei(closed, opened),
        burn_down_time(7, one, two, three),
        weighted_burn_down_time(7, still, opened, closed),
        incoming_vs_open(one, two),
        closed_vs_open(one, two),
        *(rate(one, two) for rate in RATES),
        failed_fix_rate(one, two, three),
        waiver_regret(one, two, three),
    ]
    for each in figures:
        assert "nan" not in each.shown
        assert "inf" not in each.shown
        assert json.loads(json.dumps(asdict(each), allow_nan=False))["shown"] == each.shown
        assert "%" not in each.shown or each.n >= 10


@given(severities, severities)
def test_maintenance_effectiveness_is_above_100_when_more_weight_goes_than_comes(closed, opened):
    assert (mei(closed, opened).value > 100) == (weighed(closed) > weighed(opened))


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (0, 300, "0 %"),
        (1, 300, "under 1 %"),
        (1, 200, "1 %"),
        (1, 8, "13 %"),
        (1, 3, "33 %"),
        (299, 300, "over 99 %"),
        (300, 300, "100 %"),
        (360, 300, "120 %"),
    ],
)
def test_a_percentage_is_never_nothing_or_all_by_rounding(part, whole, shown):
    assert percent(part, whole) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "under an hour"),
        (0.02, "under an hour"),
        (1 / 24, "1 hour"),
        (0.5, "12 hours"),
        (0.99, "1 day"),
        (1, "1 day"),
        (3.46, "3.5 days"),
        (9.96, "10 days"),
        (10.4, "10 days"),
        (1000, "1000 days"),
    ],
)
def test_a_time_is_said_as_a_person_says_it(value, shown):
    assert days(value) == shown


@pytest.mark.parametrize(
    ("done", "waiting", "expected"),
    [
        pytest.param([], [], (None, None, None), id="nothing"),
        pytest.param([], [5, 6], (None, None, None), id="none done"),
        pytest.param([4], [], (4, 4, 4), id="one done"),
        # median (2 + 3) / 2; of four, nine in ten is all four; 3/4, then 3/4 x 2/3 = 1/2 at 2
        pytest.param([1, 2, 3, 4], [], (2.5, 4, 2), id="an even number"),
        # nine of ten took 9 or less; 9/10 x 8/9 x 7/8 x 6/7 x 5/6 = 1/2 at 5
        pytest.param(range(1, 11), [], (5.5, 9, 5), id="ten"),
        # 0.9 x 11 = 9.9: the tenth; five of eleven left: at 6
        pytest.param(range(1, 12), [], (6, 10, 6), id="eleven"),
        # 23/24 x 22/23 x ... x 12/13 = 1/2, which floats miss by a hair
        pytest.param(range(1, 25), [], (12.5, 22, 12), id="a product that rounding spoils"),
        # 1: 5/6; 2+ leaves; 3: 5/6 x 3/4 = 0.625; 4+ leaves; 5: 0.625 x 1/2 = 0.3125
        pytest.param([1, 3, 5], [2, 4, 6], (3, 5, 5), id="half still open"),
        # 1: 4/5; 2: 4/5 x 3/4 = 3/5; then three wait on
        pytest.param([1, 2], [9, 9, 9], (1.5, 2, None), id="less than half done"),
        # 5 done before 5+ leaves: 1 x 1/2
        pytest.param([5], [5], (5, 5, 5), id="equal times"),
        # 1+ leaves two at risk, and each weighs more: 1/2 at 2
        pytest.param([2, 3], [1], (2.5, 3, 2), id="left early"),
    ],
)
def test_times_by_hand(done, waiting, expected):
    found = speed("time to fix", done, waiting)
    assert (found.median, found.p90, found.with_open) == expected
    assert (found.n, found.open) == (len(done), len(waiting))


@pytest.mark.parametrize(
    ("done", "waiting", "shown"),
    [
        pytest.param([], [1, 2], "none done yet, 2 still open", id="none"),
        pytest.param([1, 2, 3], [], "median 2 days, longest 3 days (n = 3)", id="a few"),
        pytest.param(range(1, 11), [], "median 5.5 days, p90 9 days (n = 10)", id="ten"),
        pytest.param(
            [1, 2], [3], "median 1.5 days, longest 2 days (n = 2); with 1 still open: median 2 days", id="some open"
        ),
        pytest.param(
            [1, 2],
            [9, 9, 9],
            "median 1.5 days, longest 2 days (n = 2); with 3 still open: less than half done",
            id="most open",
        ),
    ],
)
def test_times_are_shown_with_what_is_still_open(done, waiting, shown):
    assert speed("time to triage", done, waiting).shown == shown


times = st.lists(st.integers(0, 50), max_size=40)


@given(times, times)
def test_the_survival_median_is_that_of_exact_fractions(done, waiting):
    left, expected = Fraction(1), None
    for time in sorted(set(done)):
        at_risk = sum(each >= time for each in [*done, *waiting])
        left *= 1 - Fraction(done.count(time), at_risk)
        if left <= Fraction(1, 2):
            expected = time
            break
    assert survival_median(done, waiting) == expected


@given(times, times.filter(bool))
def test_what_is_still_open_never_makes_it_look_faster_than_the_same_done_at_once(done, waiting):
    found = survival_median(done, waiting)
    assert found is None or found >= survival_median([*done, *waiting], [])


@given(times.filter(lambda each: len(each) % 2))
def test_with_none_open_the_survival_median_of_an_odd_number_is_the_median(done):
    assert survival_median(done, []) == median(done)


def test_a_hundred_thousand_fixes_are_ranked_without_a_slip_of_rounding():
    found = speed("time to fix", range(100_001), [])
    assert (found.median, found.p90, found.with_open) == (50_000, 90_000, 50_000)
    half = speed("time to fix", range(100_000), [10**6] * 100_000)
    assert half.with_open == 99_999
    assert speed("time to fix", range(100_000), [10**6] * 100_001).with_open is None
    assert math.isclose(half.p90, 89_999)
