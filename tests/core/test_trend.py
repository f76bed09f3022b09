"""The trend against hand-computed tables and exact distributions."""

import math
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.report.trend import COMPARISON, MIN_ARRIVALS, MIN_WEEKS, THRESHOLD, TREND, Trend, compare, trend

NONE = "no evidence yet"
series = st.lists(st.integers(0, 50), max_size=60)


@pytest.mark.parametrize(
    ("counts", "u", "verdict"),
    [
        # n = 10; 0x4 + 1x3 + 2x2 + 3x1 = 10; 10 - 3/2 x 10 = -5; sqrt(15/12 x 10) = 3.5355; -5 / 3.5355
        pytest.param([4, 3, 2, 1], -1.4142, NONE, id="falls, but four weeks are few"),
        # n = 21; 0x8 + 1x7 + 2x4 + 3x2 = 21; 21 - 31.5 = -10.5; sqrt(15/12 x 21) = 5.1235
        pytest.param([8, 7, 4, 2], -2.0494, "improving", id="falls"),
        pytest.param([2, 4, 7, 8], 2.0494, "degrading", id="rises"),
        # n = 20; 5 x (0 + 1 + 2 + 3) = 30 = 3/2 x 20
        pytest.param([5, 5, 5, 5], 0, NONE, id="constant"),
        # n = 6, k = 8; (7 + 7 + 6 + 6 + 6 + 5) = 37; 37 - 3.5 x 6 = 16; sqrt(63/12 x 6) = 5.6125
        pytest.param([0, 0, 0, 0, 0, 1, 3, 2], 2.8508, "degrading", id="six late ones"),
        # n = 3, k = 8; 21 - 10.5 = 10.5; sqrt(63/12 x 3) = 3.9686
        pytest.param([0, 0, 0, 0, 0, 0, 0, 3], 2.6458, "degrading", id="three in the last week"),
        # n = 2, k = 8; 14 - 7 = 7; sqrt(63/12 x 2) = 3.2404
        pytest.param([0, 0, 0, 0, 0, 0, 0, 2], 2.1602, NONE, id="two are too few"),
        # n = 20; 0 - 1 x 20 = -20; sqrt(8/12 x 20) = 3.6515
        pytest.param([20, 0, 0], -5.4772, NONE, id="three weeks are too few"),
        pytest.param([20], None, NONE, id="one week"),
        pytest.param([], None, NONE, id="no week"),
        pytest.param([0] * 12, None, NONE, id="no arrival"),
        # n = 22; 3 x 21 + 7 = 70; 70 - 77 = -7; sqrt(63/12 x 22) = 10.7471
        pytest.param([3, 3, 3, 3, 3, 3, 3, 1], -0.6513, NONE, id="fewer than last week"),
    ],
)
def test_a_series_by_hand(counts, u, verdict):
    found = trend(counts)
    assert found.u == (None if u is None else pytest.approx(u, abs=5e-5))
    assert (found.verdict, found.n, found.weeks) == (verdict, sum(counts), len(counts))


@given(series)
def test_a_series_read_backwards_has_the_opposite_trend_exactly(counts):
    there, back = trend(counts), trend(counts[::-1])
    opposite = {"improving": "degrading", "degrading": "improving", NONE: NONE}
    assert there.u is back.u is None or there.u == -back.u
    assert back.verdict == opposite[there.verdict]


@given(series, st.integers(2, 9))
def test_of_the_same_shape_more_arrivals_are_more_evidence(counts, times):
    few, many = trend(counts), trend([count * times for count in counts])
    assert few.u is many.u is None or many.u == pytest.approx(few.u * math.sqrt(times))


@given(st.integers(1, 10**6), st.integers(2, 60))
def test_a_constant_series_has_no_trend(count, weeks):
    assert trend([count] * weeks).u == 0


def test_a_million_arrivals_are_as_exact_as_ten():
    assert trend([10**6] * 26 + [10**6 + 1]).u == pytest.approx(13 / math.sqrt(728 / 12 * (27 * 10**6 + 1)))
    assert trend([10**6] * 26 + [10**6 + 1]).verdict == NONE


def passes(weeks, top):
    """By number of arrivals: how likely a constant rate passes the threshold, from all ways in which they may fall."""
    found, ways = {}, [1]
    for n in range(1, top + 1):
        wider = [0] * (len(ways) + weeks - 1)
        for total, many in enumerate(ways):
            for week in range(weeks):
                wider[total + week] += many
        ways = wider
        limit = THRESHOLD * math.sqrt((weeks**2 - 1) / 12 * n)
        found[n] = sum(many for total, many in enumerate(ways) if abs(total - (weeks - 1) / 2 * n) > limit) / weeks**n
    return found


def test_the_limits_keep_false_verdicts_near_one_in_twenty_whatever_the_number_of_arrivals():
    worst = max(
        chance for weeks in (*range(MIN_WEEKS, 14), 26) for n, chance in passes(weeks, 30).items() if n >= MIN_ARRIVALS
    )
    assert worst == pytest.approx(0.065, abs=0.0005)


@pytest.mark.parametrize(
    ("weeks", "arrivals", "chance"),
    [
        pytest.param(2, 4, 0.125, id="two weeks"),
        pytest.param(3, 6, 0.077, id="three weeks"),
        pytest.param(5, 2, 0.08, id="two arrivals"),
    ],
)
def test_below_the_limits_chance_passes_more_often(weeks, arrivals, chance):
    assert passes(weeks, arrivals)[arrivals] == pytest.approx(chance, abs=0.001)


def test_the_exact_chances_are_those_of_every_series_written_out():
    falls = [[weeks.count(week) for week in range(4)] for weeks in product(range(4), repeat=5)]
    told = sum(trend(each).verdict != NONE for each in falls)
    assert told / len(falls) == passes(4, 5)[5]


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([8, 7, 4, 2], "improving (U = -2.05, n = 21 in 4 weeks)"),
        ([5, 5, 5, 5], "no evidence yet (U = 0.00, n = 20 in 4 weeks)"),
        ([1000, 1000, 1000, 999], "no evidence yet (U = -0.02, n = 3999 in 4 weeks)"),
        ([0, 0], "no evidence yet (n = 0 in 2 weeks)"),
    ],
)
def test_a_trend_is_shown_with_its_n(counts, shown):
    assert trend(counts).shown == shown


def test_no_zero_has_a_sign():
    assert Trend(NONE, -0.001, 9, 9).shown == "no evidence yet (U = 0.00, n = 9 in 9 weeks)"


def test_both_verdicts_carry_their_definition():
    assert trend([]).definition == TREND
    assert compare(1, 2, (1, 1)).definition == COMPARISON
    assert str(THRESHOLD) in TREND


@pytest.mark.parametrize(
    ("before", "after", "exposures", "p", "verdict"),
    [
        # 2 x (1/2)^5 = 1/16
        pytest.param(5, 0, (4, 4), 0.0625, NONE, id="five to none"),
        # 2 x (1/2)^6 = 1/32
        pytest.param(6, 0, (4, 4), 0.03125, "improving", id="six to none"),
        pytest.param(0, 6, (4, 4), 0.03125, "degrading", id="none to six"),
        # 2 x (1 + 10 + 45) / 1024
        pytest.param(8, 2, (4, 4), 0.109375, NONE, id="eight to two"),
        # 2 x (1 + 12 + 66) / 4096
        pytest.param(10, 2, (4, 4), 0.03857421875, "improving", id="ten to two"),
        # twice as long after: 2 x (1/3)^3
        pytest.param(3, 0, (4, 8), 0.07407407, NONE, id="three to none in twice the time"),
        # 2 x (1/3)^4
        pytest.param(4, 0, (4, 8), 0.02469136, "improving", id="four to none in twice the time"),
        # the same rate: 2 x P(X <= 2 of 3, share 2/3) = 2 x 19/27, which is more than all
        pytest.param(1, 2, (4, 8), 1, NONE, id="an equal rate"),
        pytest.param(0, 0, (4, 4), 1, NONE, id="nothing"),
        pytest.param(50, 0, (0, 4), 1, NONE, id="no exposure before"),
        pytest.param(50, 0, (4, 0), 1, NONE, id="no exposure after"),
        pytest.param(50, 0, (-4, 4), 1, NONE, id="less than no exposure"),
        pytest.param(50, 0, (4, math.nan), 1, NONE, id="unknown exposure"),
        pytest.param(50, 0, (math.inf, 4), 1, NONE, id="endless exposure"),
        pytest.param(50, 0, (1e308, 1e308), 1, NONE, id="exposures beyond counting"),
        pytest.param(50, 3, (1, 1e-300), 1, NONE, id="exposures beyond comparing"),
        pytest.param(50, 3, (1e-300, 1), 1, NONE, id="exposures beyond comparing, the other way"),
    ],
)
def test_two_periods_by_hand(before, after, exposures, p, verdict):
    found = compare(before, after, exposures)
    assert found.p == pytest.approx(p)
    assert (found.verdict, found.n) == (verdict, before + after)


def exact(before, after, first, second):
    n, share = before + after, Fraction(second, first + second)
    chances = [math.comb(n, i) * share**i * (1 - share) ** (n - i) for i in range(n + 1)]
    return min(1, 2 * min(sum(chances[: after + 1]), sum(chances[after:])))


few = st.integers(0, 60)


@given(few, few, st.integers(1, 9), st.integers(1, 9))
def test_two_periods_by_exact_fractions(before, after, first, second):
    expected = float(exact(before, after, first, second))
    assert compare(before, after, (first, second)).p == pytest.approx(expected, rel=1e-10)


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.floats(0.1, 10), st.floats(0.1, 10))
def test_periods_of_any_size_have_a_chance_and_their_swap_has_the_same(before, after, first, second):
    there, back = compare(before, after, (first, second)), compare(after, before, (second, first))
    assert 0 <= there.p <= 1
    assert back.p == pytest.approx(there.p, rel=1e-6, abs=1e-300)


@pytest.mark.parametrize("deviations", [0.5, 1.96, 3, 5])
def test_half_a_million_against_half_a_million_is_as_the_normal_distribution_has_it(deviations):
    half = 500_000
    before = half + round(deviations * math.sqrt(half / 2))
    after = 2 * half - before
    z = (before - half - 0.5) / math.sqrt(half / 2)
    assert compare(before, after, (1, 1)).p == pytest.approx(math.erfc(z / math.sqrt(2)), rel=1e-3)


def test_a_million_that_part_beyond_all_chance_need_no_smallest_number():
    assert compare(10**6, 0, (1, 1)).p == 0
    assert compare(10**6, 0, (1, 1)).verdict == "improving"


@pytest.mark.parametrize(
    ("before", "after", "exposures", "shown"),
    [
        (40, 18, (4, 4), "improving (40 before, 18 after, rate x 0.45, p = 0.005, n = 58)"),
        (60, 10, (4, 4), "improving (60 before, 10 after, rate x 0.17, p < 0.001, n = 70)"),
        (10, 10, (4, 8), "no evidence yet (10 before, 10 after, rate x 0.50, p = 0.184, n = 20)"),
        (0, 3, (4, 4), "no evidence yet (0 before, 3 after, p = 0.250, n = 3)"),
        (3, 3, (4, 0), "no evidence yet (3 before, 3 after, p = 1.000, n = 6)"),
        (3, 3, (math.nan, 4), "no evidence yet (3 before, 3 after, p = 1.000, n = 6)"),
        (3, 3, (math.inf, 4), "no evidence yet (3 before, 3 after, p = 1.000, n = 6)"),
        (3, 3, (1e308, 1e-308), "no evidence yet (3 before, 3 after, p = 1.000, n = 6)"),
    ],
)
def test_two_periods_are_shown_with_their_n(before, after, exposures, shown):
    assert compare(before, after, exposures).shown == shown
