"""Ten thousand simulated histories: the verdict is silent where nothing changes, and how often it hears a change."""

import math
from collections import Counter
from itertools import product
from random import Random

import pytest

from bot.core.report.trend import compare, trend

SERIES = 10_000
RATES = (0.5, 1, 2, 3)  # arrivals a week
WEEKS = (8, 12, 26)


def poisson(random, mean, many):
    """So many Poisson numbers, by the table of their chances, which ends where a number has none."""
    top = math.ceil(mean + 12 * math.sqrt(mean) + 12)
    chances = [math.exp(i * math.log(mean) - mean - math.lgamma(i + 1)) for i in range(top)]
    return random.choices(range(top), chances, k=many)


def verdicts(means, seed):
    """Of simulated series whose weeks have these means, in parts of all."""
    random = Random(seed)
    weeks = [poisson(random, mean, SERIES) for mean in means]
    found = Counter(trend(counts).verdict for counts in zip(*weeks, strict=True))
    return {verdict: many / SERIES for verdict, many in found.items()}


def falling(first, last, weeks):
    return [first + (last - first) * week / (weeks - 1) for week in range(weeks)]


@pytest.mark.parametrize(("rate", "weeks"), [pytest.param(*each, id=f"{each}") for each in product(RATES, WEEKS)])
def test_under_a_constant_rate_the_verdict_is_no_evidence_in_93_to_97_percent(rate, weeks):
    found = verdicts([rate] * weeks, seed=f"{rate} {weeks}")
    assert 0.93 <= found["no evidence yet"] <= 0.97
    assert found["improving"] <= 0.035
    assert found["degrading"] <= 0.035
    assert abs(found["improving"] - found["degrading"]) <= 0.01  # neither is easier said


@pytest.mark.parametrize(
    ("first", "last", "weeks", "power"),
    [
        pytest.param(4, 2, 12, 0.24, id="4 to 2"),
        pytest.param(2, 1, 12, 0.14, id="2 to 1"),
        pytest.param(6, 2, 12, 0.58, id="6 to 2"),
        pytest.param(4, 2, 26, 0.42, id="4 to 2 in half a year"),
    ],
)
def test_the_verdict_hears_a_change_as_often_as_its_docstring_says(first, last, weeks, power):
    falls = verdicts(falling(first, last, weeks), seed="power")
    assert falls["improving"] == pytest.approx(power, abs=0.02)
    assert falls.get("degrading", 0) < 0.01
    rises = verdicts(falling(last, first, weeks), seed="power")
    assert rises["degrading"] == pytest.approx(power, abs=0.02)


def test_a_year_of_weekly_looks_at_a_constant_rate_shows_some_trend_to_most():
    """Each look alone is right in 95 %: why one week's verdict is a hint, as its definition says."""
    random, window, year, repositories = Random(2), 12, 52, 1_000
    fooled = 0
    for _ in range(repositories):
        counts = poisson(random, 3, window + year)
        fooled += any(trend(counts[at : at + window]).verdict != "no evidence yet" for at in range(year))
    assert fooled / repositories == pytest.approx(0.77, abs=0.04)


def test_fewer_than_last_week_would_cry_improvement_in_two_weeks_of_five():
    random = Random(1)
    pairs = zip(poisson(random, 3, SERIES), poisson(random, 3, SERIES), strict=True)
    assert sum(now < last for last, now in pairs) / SERIES == pytest.approx(0.42, abs=0.02)


@pytest.mark.parametrize("exposures", [pytest.param((12, 12), id="alike"), pytest.param((12, 4), id="unlike")])
@pytest.mark.parametrize("rate", RATES)
def test_two_periods_of_an_equal_rate_are_told_apart_in_one_of_twenty_at_most(rate, exposures):
    random = Random(f"{rate} {exposures}")
    before, after = (poisson(random, rate * exposure, SERIES) for exposure in exposures)
    found = Counter(compare(*pair, exposures).verdict for pair in zip(before, after, strict=True))
    assert found["no evidence yet"] / SERIES >= 0.945
