"""A report from what was kept of each issue is the report from all entries, however odd the histories are."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.ledger.flows import read_week, series
from bot.core.ledger.model import CONTAINED, REJECTED, Entry, ordered
from bot.core.ledger.summary import Summary
from bot.core.recurrence.model import Enough, Release
from bot.core.report.acceptance import courses
from bot.core.report.compiling import come_to, compiled
from bot.core.report.folded import begun, summed
from bot.core.report.material import Fix, Material
from bot.core.report.tranches import arrivals
from tests.core.ledgerlines import START, as_classified_now, entries, hour, ledger
from tests.core.test_compiling import CLASSES, LEDGER, MATERIAL, NOW
from tests.core.test_ledger_laws import HISTORIES, LAWS

WEEK = read_week("2027-W17")  # 36 weeks after START: what was settled in the first eight is not shown
VERSIONS = {2: "1.1", 3: "1.0"}
PEOPLE = ["", "ann", "ben"]


def weeks_after(at):
    """Hours of made-up histories as weeks: most before those that are shown, and the last in that of the report."""
    after = (at - START) // timedelta(hours=1)
    return hour(168 * (after if after < 8 else 6 * (after - 6)))


def spread(history, offset):
    """Made-up entries of two issues over many weeks, with people and evidence."""
    return [
        each._replace(
            number=each.number + offset,
            at=weeks_after(each.at),
            who=PEOPLE[each.at.hour % 3] if each.kind in {"arrived", "assigned"} else "",
            evidence=["", "L1", "L3", "waived"][each.at.hour % 4] if each.kind == "fixed" else "",
            of=each.of * 3,
        )
        for each in history
    ]


SAID = [(CONTAINED, 1), (CONTAINED, 2), ("possible regression", 1), (REJECTED, 0)]  # with the pull request, if any
RECURRED = st.tuples(st.integers(1, 6), st.integers(-1, 37), st.sampled_from(SAID), st.integers(1, 6)).map(
    lambda drawn: Entry(drawn[0], hour(drawn[1] * 168), "recurred", cause=drawn[2][0], pull=drawn[2][1], of=drawn[3])
)
LEDGERS = st.tuples(HISTORIES, HISTORIES, HISTORIES, st.lists(RECURRED, max_size=3)).map(
    lambda drawn: [*drawn[3], *(each for place, some in enumerate(drawn[:3]) for each in spread(some, 2 * place))]
)


def material(known, **more):
    return Material(
        "acme/widget",
        WEEK.name,
        WEEK.window.end + timedelta(hours=1),
        entries=known,
        classes=CLASSES,
        reactions={1: 2},
        versions=VERSIONS,
        releases=(Release("1.0", hour(-3000)), Release("1.1", hour(2000))),
        enough=Enough(reports=1, days=900),
        fixes=(Fix(1, "L2"), Fix(2, "L0", waived="ui", waived_until=hour(9000))),
        **more,
    )


def kept(told, since=None, back=None):
    """Issue by issue, as the store has them."""
    summary = begun(WEEK, VERSIONS, back) if since is None else Summary(WEEK.window, since, VERSIONS)
    for _, of_one in groupby(sorted(told, key=lambda each: each.number), key=lambda each: each.number):
        summary.take([*of_one])
    return summary


@settings(LAWS, max_examples=500)
@given(LEDGERS, st.integers().map(Random))
def test_what_is_left_out_changes_no_figure_and_no_order_does(told, chance):
    mixed = told + chance.choices(told, k=len(told) // 2) if told else []
    chance.shuffle(mixed)
    everything = compiled(material(kept(ordered(told), since=datetime.min.replace(tzinfo=START.tzinfo))))
    assert compiled(material(kept(told))) == everything
    assert compiled(material(mixed)) == everything


@settings(LAWS, max_examples=300)
@given(LEDGERS, st.sampled_from(["2027-W16", "2027-W09", "2026-W50", "2026-W36"]))
def test_an_earlier_week_is_told_of_what_is_kept_for_a_later_one_but_for_who_owns_what(told, name):
    week = read_week(name)
    own = begun(week, VERSIONS).take_all(told)
    alone, later = (
        compiled(replace(material(known), week=name, now=week.window.end)) for known in (own, kept(told, back=week))
    )
    assert [replace(each, owner="") for each in later.classes] == [replace(each, owner="") for each in alone.classes]
    assert (later.impact, later.weeks, later.verdict) == (alone.impact, alone.weeks, alone.verdict)


@settings(LAWS, max_examples=300)
@given(LEDGERS, st.sampled_from(["2027-W17", "2027-W09", "2026-W36"]))
def test_what_a_tranche_came_to_is_what_the_report_of_its_last_week_says(told, name):
    week = read_week(name)
    past = replace(material(kept(told, back=week)), week=name)
    made, after = compiled(past), come_to(past, CLASSES)
    rows = {each.id: each for each in made.classes if each.id in CLASSES}
    assert (after.week, after.impact) == (name, pytest.approx(made.impact.now))
    assert after.classes == {id_: (each.open, each.arithmetic.impact, each.stage) for id_, each in rows.items()}


@LAWS
@given(LEDGERS)
def test_what_is_kept_is_what_the_whole_ledger_says(told):
    found, every = kept(told), ledger(told)
    there = {number: steps for number, steps in every.items() if steps}
    shown = {number: steps for number, steps in there.items() if not steps[-1].ended or steps[-1].at >= found.since}
    defects = as_classified_now(every)
    assert found.then == shown
    assert found.now == {number: steps for number, steps in defects.items() if number in shown}
    assert found.class_of == {number: steps[-1].class_id for number, steps in defects.items()}
    for number, steps in there.items():
        of = steps[-1].ref if steps[-1].ended == "dismissed" else 0
        assert found.repeats.get(number, 0) == (of if of != number else 0)
    again = [each for each in ordered(told) if each.kind in {"recurred", "reopened"}]
    here = [each.number for each in again if WEEK.window.start <= each.at < WEEK.window.end]
    assert found.again == tuple(dict.fromkeys(here))


@settings(LAWS, max_examples=500)
@given(LEDGERS)
def test_what_was_recorded_twice_is_kept_once_by_whichever_way_it_is_read(told):
    assert kept([*told, *told]) == kept(told)


@LAWS
@given(LEDGERS)
def test_arrivals_of_any_weeks_are_counted_from_what_is_kept(told):
    edges = [hour(at) for at in (-1100, 0, 900, 2500, 6200)]
    opened = series(as_classified_now(ledger(told)), edges)
    for place, found in enumerate(arrivals(kept(told), edges)):
        assert found == {id_: flows[place].opened for id_, flows in opened.items() if flows[place].opened}


@pytest.mark.parametrize(
    ("repeats", "duplicates"),
    [
        pytest.param({2: 1, 3: 1}, {1: (2, 3)}, id="two of one"),
        pytest.param({2: 1, 3: 2, 4: 3}, {1: (2, 3, 4)}, id="a chain"),
        pytest.param({1: 2, 2: 3, 3: 1}, {}, id="a circle"),
        pytest.param({1: 2, 2: 1, 3: 2}, {}, id="one that leads into a circle"),
    ],
)
def test_duplicates_count_for_what_they_repeat_in_the_end(repeats, duplicates):
    told = [each for one, other in repeats.items() for each in entries(f"0 arrived, 1 dismissed ={other}", one)]
    assert kept(told).duplicates == duplicates


def test_what_was_settled_long_ago_is_kept_as_what_it_turned_out_to_be():
    told = [
        *entries("0 arrived @zoe, 1 classified hang S3, 2 classified crash S2, 5 assigned @bob, 9 fixed #7, 9 closed"),
        *entries("0 arrived @max, 3 dismissed =1", 2),
        *entries("0 arrived @max, 3 dismissed =4", 4),
        *entries("0 arrived @ivy, 1 classified crash, 6000 closed", 3),
    ]
    found = kept(told)
    assert [*found.then] == [3]
    assert (found.now.keys(), found.class_of) == ({3}, {1: "crash", 3: "crash"})
    assert found.duplicates == {1: (2,)}
    (crash,) = courses(found, found.told).values()
    assert [(each.number, each.kind.name.lower(), each.reporter) for each in crash] == [
        (1, "reported", "zoe"),
        (3, "reported", "ivy"),
        (1, "fixed", ""),
        (3, "closed", ""),
    ]


TOLD = """
    5 arrived @zoe, 3 arrived @ann, 7 assigned @bob, 8 assigned @eve, 6000 assigned, 6300 assigned @late,
    9 fixed #2, 12 fixed #1, 12 fixed #2, 9 fixed, 4 classified
"""


def test_what_is_told_beside_states_is_what_was_told_first_or_last():
    found = kept([*entries(TOLD), Entry(1, hour(9), "fixed", pull=2, evidence="L3"), *entries("1 classified x", 2)])
    told = found.told
    assert (told.first, told.last) == (hour(1), hour(6300))
    assert (told.reporter(1), told.reporter(2)) == ("ann", "")
    assert (told.owner(1), told.owner(2)) == ("", "")  # nobody from hour 6000 on; who comes after the week does not own
    assert [(each.at, each.pull, each.evidence) for each in told.merged] == [(hour(9), 2, "L3"), (hour(12), 1, "")]
    assert told.unsaid == {1}
    assert kept(entries("1 arrived, 2 assigned @bob, 3 assigned @eve")).told.owner(1) == "eve"


@pytest.mark.parametrize("kept_for", ["2026-W33", "2026-W35"])
def test_of_what_was_kept_for_another_week_alone_no_report_is_made(kept_for):
    other = begun(read_week(kept_for)).take_all(LEDGER)
    with pytest.raises(ValueError, match="not for 2026-W34"):
        compiled(replace(MATERIAL, entries=other))


def test_what_was_kept_for_its_week_is_taken_as_it_is():
    mine = begun(read_week("2026-W34")).take_all(LEDGER)
    assert compiled(replace(MATERIAL, entries=mine)) == compiled(MATERIAL)
    assert summed(replace(MATERIAL, entries=mine)) is mine


def test_an_issue_of_which_only_an_owner_is_known_is_none_yet():
    odd = entries("5 assigned @bob", 80)
    assert compiled(replace(MATERIAL, entries=[*LEDGER, *odd], now=NOW)).weeks == compiled(MATERIAL).weeks
