from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from bot.core.ledger.flows import (
    Flow,
    Unbalanced,
    Window,
    balance,
    carry_over,
    flow,
    flows,
    iso_week,
    series,
    total,
    totals,
    weeks,
)
from tests.core.ledgerlines import as_classified_now, entries, hour, ledger

# One issue of every kind, as hours of a Monday.
HISTORY = ledger(
    [
        *entries("0 arrived, 0 classified crash", 1),  # stays open
        *entries("1 arrived, 1 classified crash, 11 fixed #90, 11 closed", 2),
        *entries("1 arrived, 1 classified crash, 12 closed", 3),
        *entries("1 arrived, 1 classified crash, 13 dismissed =1", 4),
        *entries("1 arrived, 1 classified crash, 2 closed, 14 reopened", 5),
        *entries("1 arrived, 1 classified crash, 15 classified hang", 6),
        *entries("1 arrived, 16 classified crash", 7),  # came before the window, and was known in it
        *entries("10 arrived, 10 classified hang, 20 closed", 8),
        *entries("1 arrived, 3 closed, 17 classified crash", 9),  # found closed
        *entries("1 arrived, 5 classified", 10),  # no defect
    ]
)
WINDOW = Window(hour(10), hour(20))


def numbers(found):
    """Those that are not 0."""
    return {name: value for name in Flow.__slots__ if isinstance(value := getattr(found, name), int) and value}


@pytest.mark.parametrize(
    ("class_id", "then", "now"),
    [
        pytest.param(
            "crash",
            {
                "opened": 1,
                "fixed": 1,
                "closed_otherwise": 1,
                "dismissed": 1,
                "reopened": 1,
                "out": 1,
                "open_before": 5,
                "open_after": 3,
            },
            {"fixed": 1, "closed_otherwise": 1, "reopened": 1, "open_before": 4, "open_after": 3},
            id="a class",
        ),
        pytest.param(
            "hang",
            {"opened": 1, "in_": 1, "open_after": 2},
            {"opened": 1, "open_before": 1, "open_after": 2},
            id="another",
        ),
        pytest.param("race", {}, {}, id="a class that never had an issue"),
        pytest.param("", {}, {}, id="no class"),
        pytest.param(
            None,
            {
                "opened": 2,
                "fixed": 1,
                "closed_otherwise": 1,
                "dismissed": 1,
                "reopened": 1,
                "in_": 1,
                "out": 1,
                "open_before": 5,
                "open_after": 5,
            },
            {"opened": 1, "fixed": 1, "closed_otherwise": 1, "reopened": 1, "open_before": 5, "open_after": 5},
            id="all of them",
        ),
    ],
)
def test_what_moved_in_a_window_is_counted_in_both_series(class_id, then, now):
    for given, expected in ((HISTORY, then), (as_classified_now(HISTORY), now)):
        found = flow(given, WINDOW, class_id)
        balance(found)
        assert (found.window, found.class_id) == (WINDOW, class_id)
        assert numbers(found) == expected


def test_a_window_holds_its_start_and_not_its_end():
    given = ledger(entries("5 arrived, 5 classified crash, 9 closed"))
    assert numbers(flow(given, Window(hour(5), hour(9)))) == {"opened": 1, "open_after": 1}
    assert numbers(flow(given, Window(hour(9), hour(10)))) == {"closed_otherwise": 1, "open_before": 1}
    assert numbers(flow(given, Window(hour(4), hour(5)))) == {}


def test_a_window_without_time_moves_nothing():
    assert numbers(flow(HISTORY, Window(hour(11), hour(11)), "crash")) == {"open_before": 5, "open_after": 5}


@pytest.mark.parametrize(
    ("start", "end"),
    [
        pytest.param(datetime(2026, 1, 1), datetime(2026, 1, 2), id="of no time zone"),  # noqa: DTZ001 - that is it
        pytest.param(hour(0), hour(1).replace(tzinfo=None), id="half of it of no time zone"),
        pytest.param(hour(0).astimezone(timezone(timedelta(hours=1))), hour(1), id="of another time zone"),
        pytest.param(hour(1), hour(0), id="backwards"),
    ],
)
def test_a_window_that_is_none_is_refused(start, end):
    with pytest.raises(ValueError, match="a window"):
        Window(start, end)


def test_what_does_not_balance_names_the_difference():
    sound = flow(HISTORY, WINDOW, "crash")
    with pytest.raises(Unbalanced) as caught:
        balance(replace(sound, open_after=5))
    assert (caught.value.difference, caught.value.flow.class_id) == (2, "crash")
    assert str(caught.value) == (
        "crash, 2026-08-17T10:00:00+00:00 to 2026-08-17T20:00:00+00:00: 5 open at the end, but 3 follow from "
        "5 open before + 1 arrived + 1 reopened + 0 reclassified in - 1 fixed - 1 closed otherwise - 1 dismissed "
        "- 1 reclassified out (difference +2)"
    )


@pytest.mark.parametrize(
    "name", ["opened", "fixed", "closed_otherwise", "dismissed", "reopened", "in_", "out", "open_before", "open_after"]
)
def test_every_number_counts_in_the_balance(name):
    sound = flow(HISTORY, WINDOW)
    with pytest.raises(Unbalanced, match=r"all classes.*difference [+-]1"):
        balance(replace(sound, **{name: getattr(sound, name) + 1}))


@pytest.mark.parametrize(
    ("class_id", "count"),
    [
        pytest.param("crash", 1, id="what was closed and reopened was not open before"),
        pytest.param("hang", 0, id="what was of another class"),
        pytest.param(None, 2, id="whichever class"),
        pytest.param("race", 0, id="a class that never had an issue"),
    ],
)
def test_what_is_carried_over_is_open_at_both_ends(class_id, count):
    assert carry_over(HISTORY, WINDOW, class_id) == count


def test_a_series_is_its_windows_one_by_one():
    edges = [hour(each) for each in (0, 10, 11, 15, 20, 30)]
    found = series(HISTORY, edges)
    assert [*found] == ["crash", "hang"]
    for place, window in enumerate(map(Window, edges, edges[1:])):
        assert {class_id: each[place] for class_id, each in found.items()} == flows(HISTORY, window)
        assert totals(found, edges)[place] == flow(HISTORY, window)


def test_a_series_of_nothing_is_empty():
    assert series({}, [hour(0), hour(1)]) == {}
    assert series({}, []) == {}
    assert totals({}, [hour(0), hour(1)]) == (Flow(Window(hour(0), hour(1))),)
    assert series(HISTORY, [hour(0)]) == {"crash": (), "hang": ()}


def test_repositories_add_up():
    both = total([flow(HISTORY, WINDOW), flow(HISTORY, WINDOW)], WINDOW)
    balance(both)
    assert (both.opened, both.completed, both.open_after) == (4, 4, 10)


BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("year", "number", "zone", "start", "hours"),
    [
        pytest.param(2026, 34, UTC, datetime(2026, 8, 17, tzinfo=UTC), 168, id="a plain week"),
        pytest.param(2026, 1, UTC, datetime(2025, 12, 29, tzinfo=UTC), 168, id="one that begins in the year before"),
        pytest.param(2020, 53, UTC, datetime(2020, 12, 28, tzinfo=UTC), 168, id="a week 53"),
        pytest.param(2026, 34, BERLIN, datetime(2026, 8, 16, 22, tzinfo=UTC), 168, id="somewhere else"),
        pytest.param(2026, 13, BERLIN, datetime(2026, 3, 22, 23, tzinfo=UTC), 167, id="when summer time begins"),
        pytest.param(2026, 43, BERLIN, datetime(2026, 10, 18, 22, tzinfo=UTC), 169, id="when summer time ends"),
    ],
)
def test_a_week_is_that_of_the_clocks_there(year, number, zone, start, hours):
    week = iso_week(year, number, zone)
    assert week.name == f"{year}-W{number:02}"
    assert (week.window.start, week.window.end - start) == (start, timedelta(hours=hours))


@pytest.mark.parametrize(("year", "number"), [(2026, 0), (2025, 53), (2026, 54), (0, 1), (9999, 52), (10_000, 1)])
def test_a_week_that_is_none_is_refused(year, number):
    with pytest.raises(ValueError, match=r"(?i)week"):
        iso_week(year, number)


def test_weeks_follow_each_other_without_a_gap_over_the_end_of_a_year_and_of_summer_time():
    found = [*weeks(datetime(2020, 12, 23, tzinfo=UTC), datetime(2021, 4, 1, tzinfo=UTC), BERLIN)]
    assert [each.name for each in found[:3]] == ["2020-W52", "2020-W53", "2021-W01"]
    assert found[-1].name == "2021-W13"
    assert all(one.window.end == other.window.start for one, other in pairwise(found))


def test_the_week_of_a_moment_is_the_one_of_its_place():
    late = datetime(2026, 8, 16, 23, tzinfo=UTC)  # Monday already, in Berlin
    assert [each.name for each in weeks(late, late)] == ["2026-W33"]
    assert [each.name for each in weeks(late, late, BERLIN)] == ["2026-W34"]
    assert [*weeks(hour(0), hour(-1))] == []
