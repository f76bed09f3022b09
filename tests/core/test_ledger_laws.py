"""What holds for every ledger, however its entries were made up, mixed and repeated."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.ledger.defects import fold, moves, spells, standing
from bot.core.ledger.flows import Flow, Window, balance, carry_over, flow, flows, series, totals
from bot.core.ledger.model import Entry, ordered
from tests.core.ledgerlines import as_classified_now, hour, ledger

LAWS = settings(derandomize=True, deadline=None, database=None)
NUMBERS = [each for each in Flow.__slots__ if each not in {"window", "class_id", "open_before", "open_after"}]
CLASSES = ["crash", "hang", ""]

KINDS = ["classified"] * 3 + ["closed", "reopened", "fixed", "dismissed", "arrived", "assigned"]
HOURS = range(-2, 13)  # few, so that much falls into one second


def made(code):
    """An entry out of a number: the cheapest way to make up many."""
    parts = []
    for choices in (KINDS, HOURS, (1, 2), CLASSES, ("S1", "S2", ""), (0, 1, 2)):
        code, place = divmod(code, len(choices))
        parts.append(choices[place])
    kind, at, number, class_id, severity, other = parts
    match kind:
        case "classified":
            return Entry(number, hour(at), kind, class_id, severity)
        case "fixed":
            return Entry(number, hour(at), kind, pull=other)
        case "dismissed":
            return Entry(number, hour(at), kind, of=other)
        case "arrived":
            return Entry(number, hour(min(at, 3)), kind)
        case _:
            return Entry(number, hour(at), kind)


CODES = st.integers(0, len(KINDS) * len(HOURS) * 2 * 3 * 3 * 3 - 1)
HISTORIES = st.lists(CODES.map(made), max_size=20) | st.lists(CODES.map(made), min_size=10, max_size=20)
EDGES = st.lists(st.integers(-4, 14), min_size=3, max_size=6).map(
    lambda each: [hour(number) for number in sorted(each)]
)


def total_open(states, class_id=None):
    """Counted by hand."""
    found = [each.class_id for each in states if each and each.class_id and not each.ended]
    return len(found) if class_id is None else found.count(class_id)


@settings(LAWS, max_examples=2_000)
@given(HISTORIES, EDGES, st.integers().map(Random))
def test_every_window_of_every_class_balances_in_both_series_in_whatever_order_entries_come(given_, edges, chance):
    mixed = given_ + chance.choices(given_, k=len(given_) // 2) if given_ else []
    chance.shuffle(mixed)
    then = ledger(mixed)
    assert then == ledger(ordered(given_))
    for each in (then, as_classified_now(then)):
        found = series(each, edges)
        for one in (*found.values(), totals(found, edges)):
            for of_window in one:
                balance(of_window)
                assert all(getattr(of_window, name) >= 0 for name in (*NUMBERS, "open_before", "open_after"))
            for earlier, later in pairwise(one):
                assert earlier.open_after == later.open_before


@settings(LAWS, max_examples=300)
@given(HISTORIES, EDGES)
def test_windows_that_meet_add_up(given_, edges):
    then = ledger(given_)
    for each in (then, as_classified_now(then)):
        for class_id in (*CLASSES, None):
            parts = [flow(each, Window(*pair), class_id) for pair in pairwise(edges)]
            whole = flow(each, Window(edges[0], edges[-1]), class_id)
            summed = {name: sum(getattr(part, name) for part in parts) for name in NUMBERS}
            ends = {"open_before": parts[0].open_before, "open_after": parts[-1].open_after}
            assert replace(whole, **summed, **ends) == whole


@settings(LAWS, max_examples=300)
@given(HISTORIES, EDGES)
def test_stocks_are_the_issues_that_are_open_then_counted_one_by_one(given_, edges):
    window = Window(edges[0], edges[-1])
    then = ledger(given_)
    for each in (then, as_classified_now(then)):
        before, after = ([standing(steps, at) for steps in each.values()] for at in (window.start, window.end))
        for class_id in ("crash", "hang", None):
            found = flow(each, window, class_id)
            assert (found.open_before, found.open_after) == (total_open(before, class_id), total_open(after, class_id))
            assert carry_over(each, window, class_id) <= min(found.open_before, found.open_after)


@settings(LAWS, max_examples=300)
@given(HISTORIES, EDGES)
def test_what_moves_between_classes_cancels(given_, edges):
    then, window = ledger(given_), Window(edges[0], edges[-1])
    crossed = Counter()
    for steps in then.values():
        crossed.update(each.term for each in moves(steps) if window.start <= each.at < window.end)
    found = flow(then, window)
    assert {name: getattr(found, name) for name in NUMBERS} == {name: crossed[name] for name in NUMBERS}
    for name in (*NUMBERS, "open_before", "open_after"):
        assert getattr(found, name) == sum(getattr(each, name) for each in flows(then, window).values())
    now = flow(as_classified_now(then), window)
    assert now.in_ == now.out == 0


@settings(LAWS, max_examples=300)
@given(HISTORIES, st.integers(-4, 14).map(hour))
def test_what_was_reported_then_is_not_changed_by_what_comes_later(given_, at):
    """But for what came before the issue itself did, and is only moved to its arrival when that is known."""
    for number, steps in ledger(given_).items():
        own = [each for each in given_ if each.number == number]
        arrivals = [each.at for each in own if each.kind == "arrived"]
        if arrivals and min(arrivals) < at:
            until = fold(each for each in own if each.at < at)
            assert until == steps[: len(until)]
            assert all(each.at >= at for each in steps[len(until) :])
            assert until[-1] == standing(steps, at)


@settings(LAWS, max_examples=300)
@given(HISTORIES)
def test_in_the_end_both_series_agree_on_what_is_open(given_):
    then = ledger(given_)
    now = as_classified_now(then)
    end = Window(hour(50), hour(51))
    for class_id in ("crash", "hang", None):
        assert flow(then, end, class_id) == flow(now, end, class_id)


@settings(LAWS, max_examples=300)
@given(HISTORIES)
def test_an_issue_arrives_once_and_leaves_as_often_as_it_came_or_once_less(given_):
    then = ledger(given_)
    for each in (then, as_classified_now(then)):
        for steps in each.values():
            found = [move.term for move in moves(steps)]
            assert found.count("opened") <= 1
            assert found == [] or found[0] in {"opened", "reopened"}
            came = [term in {"opened", "reopened", "in_"} for term in found]
            assert came == [place % 2 == 0 for place in range(len(came))]
            assert len([*spells(steps)]) <= len(steps)


@settings(LAWS, max_examples=300)
@given(st.lists(st.sampled_from(["closed", "reopened", "dismissed", "crash", "hang", ""]), max_size=12))
def test_a_history_in_which_nothing_is_odd_is_what_a_person_would_read(happened):
    """One thing an hour; an oracle that knows no more than whether it is open, and its class."""
    entries = [Entry(1, hour(0), "arrived")]
    is_open, class_id, read = True, "", []
    for place, each in enumerate(happened, start=1):
        is_kind = each in {"closed", "reopened", "dismissed"}
        entries.append(Entry(1, hour(place), each) if is_kind else Entry(1, hour(place), "classified", each))
        is_open, class_id = (each == "reopened", class_id) if is_kind else (is_open, each)
        read.append(class_id if is_open else "")
    then = ledger(entries)
    for place, class_ in enumerate(read, start=1):
        found = flow(then, Window(hour(0), hour(place + 1)))
        assert found.open_after == bool(class_)
        assert not class_ or flow(then, found.window, class_).open_after == 1
