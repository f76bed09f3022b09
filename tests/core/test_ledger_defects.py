from itertools import permutations

import pytest

from bot.core.ledger.defects import fold, moves, spells, standing
from bot.core.ledger.model import ordered
from tests.core.ledgerlines import as_classified_now, entries, hour, ledger, shown


def moved(steps):
    """As `1 opened crash`."""
    return ", ".join(f"{shown([(each.at, '', '', '', 0)])[:-2]} {each.term} {each.class_id}" for each in moves(steps))


def row(sentence, written, states, then, now):
    """A history, the states that follow, and what moves in each of the two series."""
    return pytest.param(written, states, then, now, id=sentence)


PLAIN = [
    row("nobody said what it is", "0 arrived, 5 closed", "0 -, 5 - closed", "", ""),
    row(
        "a defect stays open", "0 arrived, 1 classified crash S1", "0 -, 1 crash S1", "1 opened crash", "0 opened crash"
    ),
    row(
        "a merged fix closes it",
        "0 arrived, 0 classified crash, 6 fixed #12, 6 closed",
        "0 -, 0 crash, 6 crash #12, 6 crash fixed #12",
        "0 opened crash, 6 fixed crash",
        "0 opened crash, 6 fixed crash",
    ),
    row(
        "closed as completed, nobody knows why",
        "0 arrived, 0 classified crash, 6 closed",
        "0 -, 0 crash, 6 crash closed",
        "0 opened crash, 6 closed_otherwise crash",
        "0 opened crash, 6 closed_otherwise crash",
    ),
    row(
        "a dismissed one was no defect, as is known now",
        "0 arrived, 0 classified crash, 6 dismissed =3",
        "0 -, 0 crash, 6 crash dismissed =3",
        "0 opened crash, 6 dismissed crash",
        "",
    ),
    row(
        "reopened after a fix that did not hold",
        "0 arrived, 0 classified crash, 6 fixed #12, 6 closed, 8 reopened, 9 closed",
        "0 -, 0 crash, 6 crash #12, 6 crash fixed #12, 8 crash, 9 crash closed",
        "0 opened crash, 6 fixed crash, 8 reopened crash, 9 closed_otherwise crash",
        "0 opened crash, 6 fixed crash, 8 reopened crash, 9 closed_otherwise crash",
    ),
    row(
        "reclassified",
        "0 arrived, 0 classified crash, 3 classified hang",
        "0 -, 0 crash, 3 hang",
        "0 opened crash, 3 out crash, 3 in_ hang",
        "0 opened hang",
    ),
    row(
        "found to be no defect",
        "0 arrived, 0 classified crash, 3 classified",
        "0 -, 0 crash, 3 -",
        "0 opened crash, 3 out crash",
        "",
    ),
    row(
        "found to be a defect again",
        "0 arrived, 0 classified crash, 3 classified, 4 classified hang",
        "0 -, 0 crash, 3 -, 4 hang",
        "0 opened crash, 3 out crash, 4 in_ hang",
        "0 opened hang",
    ),
    row(
        "another severity moves nothing",
        "0 arrived, 0 classified crash S3, 3 classified crash S1",
        "0 -, 0 crash S3, 3 crash S1",
        "0 opened crash",
        "0 opened crash",
    ),
    row("said to be no defect from the start", "0 arrived, 1 classified", "0 -", "", ""),
    row(
        "assigned, and come back elsewhere",
        "0 arrived, 0 classified crash, 1 assigned @ann, 2 recurred =9",
        "0 -, 0 crash",
        "0 opened crash",
        "0 opened crash",
    ),
]

ODD = [
    row(
        "closed twice",
        "0 arrived, 0 classified crash, 5 closed, 7 closed",
        "0 -, 0 crash, 5 crash closed",
        "0 opened crash, 5 closed_otherwise crash",
        "0 opened crash, 5 closed_otherwise crash",
    ),
    row(
        "reopened while open",
        "0 arrived, 0 classified crash, 5 reopened",
        "0 -, 0 crash",
        "0 opened crash",
        "0 opened crash",
    ),
    row(
        "reopened while open, which does not take back the fix",
        "0 arrived, 0 classified crash, 4 fixed #2, 5 reopened, 6 closed",
        "0 -, 0 crash, 4 crash #2, 6 crash fixed #2",
        "0 opened crash, 6 fixed crash",
        "0 opened crash, 6 fixed crash",
    ),
    row(
        "classified before it arrived",
        "-3 classified hang, -2 classified crash, 0 arrived",
        "0 -, 0 hang, 0 crash",
        "0 opened hang, 0 out hang, 0 in_ crash",
        "0 opened crash",
    ),
    row(
        "closed, reopened and closed before it arrived",
        "-3 closed, -2 reopened, -1 closed, 0 arrived, 1 classified crash, 2 reopened",
        "0 -, 0 - closed, 0 -, 0 - closed, 1 crash closed, 2 crash",
        "2 reopened crash",
        "0 opened crash, 0 closed_otherwise crash, 0 reopened crash, 0 closed_otherwise crash, 2 reopened crash",
    ),
    row(
        "arrived twice",
        "2 arrived, 0 arrived, 1 classified crash",
        "0 -, 1 crash",
        "1 opened crash",
        "0 opened crash",
    ),
    row("its arrival is missing", "2 classified crash, 4 closed", "2 -, 2 crash, 4 crash closed",
        "2 opened crash, 4 closed_otherwise crash", "2 opened crash, 4 closed_otherwise crash"),
    row(
        "dismissed, then reopened",
        "0 arrived, 0 classified crash, 4 dismissed, 6 reopened",
        "0 -, 0 crash, 4 crash dismissed, 6 crash",
        "0 opened crash, 4 dismissed crash, 6 reopened crash",
        "0 opened crash, 4 dismissed crash, 6 reopened crash",
    ),
    row(
        "dismissed, then closed by a person",
        "0 arrived, 0 classified crash, 4 dismissed =9, 6 closed, 7 fixed #2",
        "0 -, 0 crash, 4 crash dismissed =9",
        "0 opened crash, 4 dismissed crash",
        "",
    ),
    row(
        "closed, then found to be a duplicate",
        "0 arrived, 0 classified crash, 4 closed, 6 dismissed =9, 8 reopened",
        "0 -, 0 crash, 4 crash closed, 6 crash dismissed =9, 8 crash",
        "0 opened crash, 4 closed_otherwise crash, 8 reopened crash",
        "0 opened crash, 4 dismissed crash, 8 reopened crash",
    ),
    row(
        "fixed, then found to be a duplicate for good",
        "0 arrived, 0 classified crash, 4 fixed #2, 4 closed, 6 dismissed =9",
        "0 -, 0 crash, 4 crash #2, 4 crash fixed #2, 6 crash dismissed =9",
        "0 opened crash, 4 fixed crash",
        "",
    ),
    row(
        "closed by hand before its fix was merged",
        "0 arrived, 0 classified crash, 4 closed, 5 fixed #2, 6 fixed #3",
        "0 -, 0 crash, 4 crash closed, 5 crash fixed #2",
        "0 opened crash, 4 closed_otherwise crash",
        "0 opened crash, 4 fixed crash",
    ),
    row(
        "fixed and left open",
        "0 arrived, 0 classified crash, 4 fixed #2, 5 fixed #3",
        "0 -, 0 crash, 4 crash #2, 5 crash #3",
        "0 opened crash",
        "0 opened crash",
    ),
    row(
        "fixed and left open, closed much later",
        "0 arrived, 0 classified crash, 4 fixed #2, 90 closed",
        "0 -, 0 crash, 4 crash #2, 90 crash fixed #2",
        "0 opened crash, 90 fixed crash",
        "0 opened crash, 90 fixed crash",
    ),
    row(
        "fixed by nothing that has a number",
        "0 arrived, 0 classified crash, 4 fixed, 4 closed",
        "0 -, 0 crash, 4 crash closed",
        "0 opened crash, 4 closed_otherwise crash",
        "0 opened crash, 4 closed_otherwise crash",
    ),
    row(
        "its class is taken off while it is closed",
        "0 arrived, 0 classified crash, 4 closed, 5 classified, 6 reopened",
        "0 -, 0 crash, 4 crash closed, 5 - closed, 6 -",
        "0 opened crash, 4 closed_otherwise crash",
        "",
    ),
    row(
        "its class changes while it is closed",
        "0 arrived, 0 classified crash, 4 closed, 5 classified hang, 6 reopened",
        "0 -, 0 crash, 4 crash closed, 5 hang closed, 6 hang",
        "0 opened crash, 4 closed_otherwise crash, 6 reopened hang",
        "0 opened hang, 4 closed_otherwise hang, 6 reopened hang",
    ),
    row(
        "first classified when it was closed",
        "0 arrived, 4 closed, 5 classified crash",
        "0 -, 4 - closed, 5 crash closed",
        "",
        "0 opened crash, 4 closed_otherwise crash",
    ),
    row(
        "first classified when it was closed, then reopened",
        "0 arrived, 4 closed, 5 classified crash, 6 reopened, 7 classified hang",
        "0 -, 4 - closed, 5 crash closed, 6 crash, 7 hang",
        "6 reopened crash, 7 out crash, 7 in_ hang",
        "0 opened hang, 4 closed_otherwise hang, 6 reopened hang",
    ),
    row(
        "all of it in one second",
        "0 arrived, 0 classified crash, 0 fixed #2, 0 closed, 0 reopened",
        "0 -, 0 crash, 0 crash #2, 0 crash fixed #2, 0 crash",
        "0 opened crash, 0 fixed crash, 0 reopened crash",
        "0 opened crash, 0 fixed crash, 0 reopened crash",
    ),
    row(
        "closed and reopened in one second",
        "0 arrived, 0 classified crash, 4 closed, 4 reopened",
        "0 -, 0 crash, 4 crash closed, 4 crash",
        "0 opened crash, 4 closed_otherwise crash, 4 reopened crash",
        "0 opened crash, 4 closed_otherwise crash, 4 reopened crash",
    ),
    row(
        "reopened and closed in one second, for it was closed before",
        "0 arrived, 0 classified crash, 2 closed, 4 reopened, 4 fixed #2, 4 closed",
        "0 -, 0 crash, 2 crash closed, 4 crash, 4 crash #2, 4 crash fixed #2",
        "0 opened crash, 2 closed_otherwise crash, 4 reopened crash, 4 fixed crash",
        "0 opened crash, 2 closed_otherwise crash, 4 reopened crash, 4 fixed crash",
    ),
    row(
        "reclassified and reopened in one second",
        "0 arrived, 0 classified crash, 2 closed, 4 reopened, 4 classified hang",
        "0 -, 0 crash, 2 crash closed, 4 hang closed, 4 hang",
        "0 opened crash, 2 closed_otherwise crash, 4 reopened hang",
        "0 opened hang, 2 closed_otherwise hang, 4 reopened hang",
    ),
    row(
        "two classes in one second",
        "0 arrived, 1 classified hang, 1 classified crash",
        "0 -, 1 crash, 1 hang",
        "1 opened crash, 1 out crash, 1 in_ hang",
        "0 opened hang",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("written", "states", "then", "now"), [*PLAIN, *ODD])
def test_a_history_becomes_states_and_moves(written, states, then, now):
    as_then = ledger(entries(written))
    assert shown(as_then[1]) == states
    assert moved(as_then[1]) == then
    assert moved(as_classified_now(as_then).get(1, ())) == now


@pytest.mark.parametrize(("written", "states"), [pytest.param(*each.values[:2], id=each.id) for each in (*PLAIN, *ODD)])
def test_the_order_of_recording_and_repetitions_do_not_matter(written, states):
    given = entries(written)
    for order in permutations(given) if len(given) < 6 else (given[::-1], given[1::2] + given[::2]):
        assert shown(fold(iter((*order, *order)))) == states


def test_of_nothing_nothing_is_known():
    assert fold([]) == ()
    assert fold(entries("3 assigned @ann")) == ()
    assert [*moves(())] == [*spells(())] == []
    assert standing((), hour(1)) is None
    assert as_classified_now({1: ()}) == {}


def test_spells_are_the_times_when_it_was_an_open_defect():
    written = (
        "0 arrived, 1 classified crash S1, 1 classified hang, 2 closed, 3 reopened, 4 classified, 5 classified hang"
    )
    found = [(each.class_id, each.start, each.end) for each in spells(fold(entries(written)))]
    assert found == [("hang", hour(1), hour(2)), ("hang", hour(3), hour(4)), ("hang", hour(5), None)]


def test_a_state_stands_from_just_after_its_moment():
    steps = fold(entries("0 arrived, 1 classified crash"))
    assert standing(steps, hour(0)) is None
    assert shown([standing(steps, hour(1))]) == "0 -"
    assert shown([standing(steps, hour(1.001))]) == "1 crash"


def test_moves_carry_what_figures_weigh():
    steps = fold(entries("0 arrived, 0 classified crash S3, 1 classified hang S1, 2 fixed #12, 2 closed"))
    assert [(each.severity, each.ref) for each in moves(steps)] == [("S3", 0), ("S3", 0), ("S1", 0), ("S1", 12)]


def test_issues_are_told_apart():
    given = entries("0 arrived, 0 classified crash") + entries("1 arrived, 2 closed", number=2)
    assert {number: shown(steps) for number, steps in ledger(given).items()} == {
        1: "0 -, 0 crash",
        2: "1 -, 2 - closed",
    }


def test_of_two_records_of_one_fix_the_one_with_evidence_is_kept_whichever_came_last():
    (backfilled,) = entries("2 fixed #12")
    live = backfilled._replace(evidence="L3", cause="#12", actor="ann")
    assert [*ordered([live, backfilled])] == [*ordered([backfilled, live])] == [live]
