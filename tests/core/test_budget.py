from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.budget import block, grant, unused

START = datetime(2026, 8, 17, 9, 0, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)

# Bursts of writes: how many, how far apart they are asked for, and how many contents each creates.
BURSTS = st.lists(
    st.tuples(
        st.integers(1, 250),
        st.sampled_from([0, 0.1, 1, 1.05, 5, 8.9, 9, 60, 1800]).map(lambda seconds: timedelta(seconds=seconds)),
        st.sampled_from([0, 1, 1, 2, 5, 20]),
    ),
    min_size=1,
    max_size=6,
)


def after(seconds):
    return START + timedelta(seconds=seconds)


def granted(bursts, *, is_serial):
    """When each write of the bursts may go; a serial writer asks again only when its write is sent."""
    budget, now, found = unused(START), START, []
    for count, apart, contents in bursts:
        for _ in range(count):
            given_ = grant(budget, now, contents)
            budget = given_.after
            assert given_.at >= now
            found.append((given_.at, contents))
            now = (given_.at if is_serial else now) + apart
    return found


def most_within(moments, span):
    """The largest number of moments within any closed span."""
    first = most = 0
    for last, moment in enumerate(moments):
        while moment - moments[first] > span:
            first += 1
        most = max(most, last - first + 1)
    return most


@settings(max_examples=150, derandomize=True, deadline=None, database=None)
@given(BURSTS, st.booleans())
def test_however_writes_arrive_githubs_limits_hold(bursts, is_serial):
    found = granted(bursts, is_serial=is_serial)
    moments = [at for at, _ in found]
    contents = [at for at, count in found for _ in range(count)]
    assert all(later - earlier > SECOND for earlier, later in pairwise(moments))
    assert most_within(contents, MINUTE) <= 80
    assert most_within(contents, HOUR) <= 500


def test_a_full_hour_of_contents_is_used():
    found = [at for at, _ in granted([(900, timedelta(0), 1)], is_serial=True)]
    assert most_within(found, HOUR) in range(490, 501)


@settings(max_examples=100, derandomize=True, deadline=None, database=None)
@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 400), st.sampled_from([0, 1])), max_size=30))
def test_nothing_is_sent_before_the_end_of_a_refusal(acts):
    budget, ends = unused(START), [START]
    for asked, blocked, contents in acts:
        if blocked > 200:
            ends.append(after(blocked))
            budget = block(budget, after(blocked))
        given_ = grant(budget, after(asked), contents)
        budget = given_.after
        assert given_.at >= max(ends)


def test_a_later_refusal_does_not_shorten_an_earlier_one():
    assert block(block(unused(START), after(60)), after(5)).blocked_until == after(60)


def test_a_refusal_that_is_over_costs_nothing():
    assert grant(block(unused(START), after(60)), after(61), 1).at == after(61)


@pytest.mark.parametrize(
    ("asked", "contents", "at"),
    [
        pytest.param([0], 1, [0], id="the first write goes at once"),
        pytest.param([0, 0, 0], 1, [0, 1.05, 2.1], id="writes at once are a second apart"),
        pytest.param([0, 10, 20], 1, [0, 10, 20], id="slow writes do not wait"),
        pytest.param([0] * 101, 0, [n * 1.05 for n in range(101)], id="writes that create nothing know only the gap"),
        pytest.param(
            [0] * 114, 1, [n * 1.05 for n in range(113)] + [126], id="after the burst, one content in nine seconds"
        ),
    ],
)
def test_writes_that_are_asked_for_go(asked, contents, at):
    budget, found = unused(START), []
    for each in asked:
        given_ = grant(budget, after(each), contents)
        budget = given_.after
        found.append((given_.at - START).total_seconds())
    assert found == pytest.approx(at)


@pytest.mark.parametrize(
    ("contents", "at"),
    [
        pytest.param([3, 3, 3], [0, 3.15, 6.3], id="a write of three contents keeps three gaps"),
        pytest.param([0, 0], [0, 1.05], id="a write of no contents keeps one gap"),
        pytest.param([5, 1, 0], [0, 5.25, 6.3], id="each keeps its own"),
        pytest.param([50, 50, 1], [0, 52.5, 105], id="two writes of fifty are a burst"),
    ],
)
def test_writes_of_several_contents_go(contents, at):
    budget, found = unused(START), []
    for each in contents:
        given_ = grant(budget, START, each)
        budget = given_.after
        found.append((given_.at - START).total_seconds())
    assert found == pytest.approx(at)


def test_a_write_without_contents_does_not_use_contents():
    used = unused(START)
    for _ in range(1_000):
        used = grant(used, START, 0).after
    assert used.content_at == START
