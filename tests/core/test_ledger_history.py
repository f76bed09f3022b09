from dataclasses import fields, replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.ledger.defects import fold, standing
from bot.core.ledger.history import (
    Assigned,
    Closing,
    History,
    Labelled,
    Marked,
    Meaning,
    Reopening,
    entries_of,
)
from bot.core.ledger.model import ordered
from bot.core.model import By
from tests.core.ledgerlines import START, hour

MEANINGS = {
    "defect: crash": Meaning("crash", "S2"),
    "defect: hang": Meaning("hang", "S3"),
    "docs": Meaning(""),
    "urgent": Meaning(None, "S1"),
    "invalid": Meaning(is_dismissal=True),
}
SHORT = {"crash": "defect: crash", "hang": "defect: hang"}
VERDICT = Meaning("crash", "S2")
EVENTS = {
    "labelled": Labelled,
    "assigned": Assigned,
    "marked": Marked,
    "closings": Closing,
    "reopenings": Reopening,
}


def history(text, **different):
    """Parts like `3 us +crash`, `4 @ann`, `5 -@ann`, `6 =12`, `7 closed #9 COMPLETED`, `8 reopened`."""
    found = {name: [] for name in EVENTS}
    for part in filter(None, map(str.split, text.split(","))):
        name, event = _event(hour(float(part[0])), part[1:])
        found[name].append(event)
    return History(1, START, "zoe", **{name: tuple(each) for name, each in found.items()} | different)


def _event(at, words):
    match words:
        case ["reopened"]:
            return "reopenings", Reopening(at, "ann")
        case ["closed", *rest]:
            reason = next((each for each in rest if each.isupper()), None)
            pull = next((int(each[1:]) for each in rest if each.startswith("#")), 0)
            of = next((int(each[1:]) for each in rest if each.startswith("=")), 0)
            return "closings", Closing(at, reason, "ann", pull, "unmerged" not in rest, of)
        case [by, label]:
            name = label[1:].replace("_", " ")
            return "labelled", Labelled(at, SHORT.get(name, name), label[0] == "+", By(by), by)
        case [what]:
            name = what.lstrip("-")
            if name.startswith("@"):
                return "assigned", Assigned(at, name[1:], what == name, "bea")
            return "marked", Marked(at, int(name[1:]), what == name)
    raise AssertionError(words)


def said(entries):
    """As `3 classified crash S2 by person`, without the arrival."""
    return ", ".join(" ".join(filter(None, _words(each))) for each in entries if each.kind != "arrived")


def _words(each):
    at = f"{(each.at - START) / timedelta(hours=1):g}"
    numbers = (f"#{each.pull}" * bool(each.pull), f"={each.of}" * bool(each.of))
    class_id = each.class_id or "-" * (each.kind == "classified")
    who = f"@{each.who}" if each.kind == "assigned" else ""
    cause = each.cause if each.kind in {"classified", "dismissed"} else ""
    return [at, each.kind, class_id, each.severity, *numbers, who, f"({cause})" * bool(cause)]


def row(sentence, told, expected, verdict=None, **different):
    return pytest.param(told, expected, verdict or Meaning(), different, id=sentence)


CLASSES = [
    row("nothing was ever said", "", ""),
    row("the rules alone", "", "0 classified crash S2 (rules)", VERDICT),
    row("the rules say that it is no defect", "", "", Meaning("")),
    row("a label", "1 person +crash", "1 classified crash S2 (label)"),
    row("a label that means nothing", "1 person +good", ""),
    row("a label in other letters", "1 person +DEFECT:_Crash", "1 classified crash S2 (label)"),
    row(
        "a person says otherwise than the rules",
        "1 person +hang",
        "0 classified crash S2 (rules), 1 classified hang S3 (label)",
        VERDICT,
    ),
    row(
        "our own first label tells what the verdict was",
        "1 us +hang, 2 person +crash",
        "0 classified hang S3 (rules), 2 classified crash S2 (label)",
        VERDICT,
    ),
    row("a label of the first minute leaves the rules nothing to say", "0.01 person +hang",
        "0.01 classified hang S3 (label)", VERDICT),
    row("a label without an event was there from the beginning", "", "0 classified hang S3 (label)", VERDICT,
        labels=("Defect: hang", "other")),
    row(
        "a label whose first event takes it off was there too",
        "2 person -hang",
        "0 classified hang S3 (label), 2 classified - (label)",
        VERDICT,
    ),
    row(
        "a class that is taken off is no defect, whatever the rules say",
        "1 person +hang, 2 person -hang",
        "0 classified crash S2 (rules), 1 classified hang S3 (label), 2 classified - (label)",
        VERDICT,
    ),
    row(
        "the newest of two",
        "1 person +crash, 2 person +hang, 3 person -hang",
        "1 classified crash S2 (label), 2 classified hang S3 (label), 3 classified crash S2 (label)",
    ),
    row("a person's before a bot's", "1 person +crash, 2 bot +hang", "1 classified crash S2 (label)"),
    row(
        "no defect, by a label",
        "1 us +crash, 2 person +docs",
        "0 classified crash S2 (rules), 2 classified - (label)",
    ),
    row(
        "a severity of its own",
        "1 person +crash, 2 person +urgent, 3 person -urgent",
        "1 classified crash S2 (label), 2 classified crash S1 (label), 3 classified crash S2 (label)",
    ),
    row("a severity of no class", "1 person +urgent, 2 person +hang", "2 classified hang S1 (label)"),
    row("a severity with the class of the rules", "1 person +urgent",
        "0 classified crash S2 (rules), 1 classified crash S1 (label)", VERDICT),
    row(
        "on and off in one second",
        "1 person +crash, 2 person +hang, 2 person -hang, 3 person +crash, 3 person -crash",
        "1 classified crash S2 (label)",
    ),
    row("two classes at once", "1 person +crash, 1 person +hang", "1 classified hang S3 (label)"),
    row("before it was there", "-1 person +crash", "0 classified crash S2 (label)"),
]  # fmt: skip

ENDS = [
    row("closed", "2 closed", "2 closed"),
    row("closed as completed", "2 closed COMPLETED", "2 closed"),
    row("closed by a pull request", "2 closed #9 COMPLETED", "2 fixed #9, 2 closed"),
    row("closed by one that was never merged", "2 closed #9 unmerged", "2 closed"),
    row("not planned", "2 closed NOT_PLANNED", "2 dismissed (not planned)"),
    row("not planned, whatever a pull request did", "2 closed NOT_PLANNED #9", "2 dismissed (not planned)"),
    row("a duplicate", "2 closed DUPLICATE =7", "2 dismissed =7 (duplicate)"),
    row("a duplicate of a marked one", "1 =7, 2 closed DUPLICATE", "2 dismissed =7 (duplicate)"),
    row("a duplicate of nobody knows which", "2 closed DUPLICATE", "2 dismissed (duplicate)"),
    row("marked and closed as completed", "1 =7, 2 closed COMPLETED", "2 dismissed =7 (duplicate)"),
    row("marked and still open", "1 =7", ""),
    row("marked no longer", "1 =7, 1.5 -=7, 2 closed", "2 closed"),
    row("marked later", "2 closed, 3 =7, 4 =8", "2 closed, 3 dismissed =7 (duplicate)"),
    row("marked, and fixed all the same", "1 =7, 2 closed #9, 3 =8", "2 fixed #9, 2 closed"),
    row("closed with a label that dismisses", "1 person +invalid, 2 closed", "2 dismissed (label)"),
    row("dismissed by a label later, once", "2 closed, 3 person +invalid, 4 person -invalid, 5 person +invalid",
        "2 closed, 3 dismissed (label)"),
    row("a label that dismisses what is open", "1 person +invalid", ""),
    row("another reason later", "2 closed #9, 3 closed NOT_PLANNED",
        "2 fixed #9, 2 closed, 3 dismissed (not planned)"),
    row("reopened", "2 closed #9, 3 reopened, 4 person +invalid, 5 closed",
        "2 fixed #9, 2 closed, 3 reopened, 5 dismissed (label)"),
    row("reopened, marked, and open", "2 closed, 3 reopened, 4 =7", "2 closed, 3 reopened"),
    row("reopened and closed in one second, then marked", "2 closed #9, 3 reopened, 3 closed, 4 =7",
        "2 fixed #9, 2 closed, 3 closed, 3 reopened, 4 dismissed =7 (duplicate)"),
    row("closed and reopened in one second, then marked", "3 reopened, 3 closed, 4 =7", "3 closed, 3 reopened"),
]  # fmt: skip

OWNERS = [
    row("assigned", "1 @ann", "1 assigned @ann"),
    row("assigned anew", "1 @ann, 2 @bob, 3 -@bob, 4 -@ANN",
        "1 assigned @ann, 2 assigned @bob, 3 assigned @ann, 4 assigned @"),
    row("another leaves", "1 @ann, 2 @bob, 3 -@ann", "1 assigned @ann, 2 assigned @bob"),
    row("handed over in one second", "1 @ann, 2 -@ann, 2 @bob", "1 assigned @ann, 2 assigned @bob"),
]  # fmt: skip


@pytest.mark.parametrize(("told", "expected", "verdict", "different"), [*CLASSES, *ENDS, *OWNERS])
def test_a_history_is_read_as_entries(told, expected, verdict, different):
    found = entries_of(history(told, **different), MEANINGS, verdict, "v1")
    assert said(found) == expected
    assert (found[0].kind, found[0].at, found[0].who) == ("arrived", START, "zoe")


def test_an_entry_says_who_and_what_brought_it_about():
    told = "0.5 us +crash, 1 person +hang, 2 closed #9, 3 @ann"
    _, base, labelled, fixed, closed, assigned = entries_of(history(told), MEANINGS, VERDICT, "v2")
    assert (base.actor, base.cause, base.rules) == ("", "rules", "")  # which version it was then, nobody knows
    assert (labelled.actor, labelled.cause) == ("person", "label")
    assert (fixed.actor, fixed.cause, fixed.pull) == ("ann", "#9", 9)
    assert (closed.actor, closed.cause) == ("ann", "#9")
    assert (assigned.actor, assigned.who) == ("bea", "ann")


def test_the_verdict_of_the_rules_names_their_version():
    (_, base) = entries_of(history(""), MEANINGS, VERDICT, "v2")
    assert (base.cause, base.rules) == ("rules", "v2")


TIMES = st.integers(-1, 8).map(hour)
LABELS = st.sampled_from([*MEANINGS, "Docs", "other"])
HISTORIES = st.builds(
    History,
    number=st.just(1),
    created_at=st.just(START),
    labels=st.lists(LABELS, max_size=2).map(tuple),
    labelled=st.lists(
        st.builds(Labelled, TIMES, LABELS, st.booleans(), st.sampled_from(By), st.sampled_from(["ann", "bob"])),
        max_size=8,
    ).map(tuple),
    closings=st.lists(
        st.builds(
            Closing,
            TIMES,
            st.sampled_from([None, "COMPLETED", "NOT_PLANNED", "DUPLICATE"]),
            st.just("ann"),
            st.sampled_from([0, 9]),
            st.booleans(),
            st.sampled_from([0, 7]),
        ),
        max_size=4,
    ).map(tuple),
    reopenings=st.lists(st.builds(Reopening, TIMES), max_size=3).map(tuple),
    marked=st.lists(st.builds(Marked, TIMES, st.sampled_from([7, 8]), st.booleans()), max_size=3).map(tuple),
    assigned=st.lists(
        st.builds(Assigned, TIMES, st.sampled_from(["ann", "Ann", "bob"]), st.booleans()), max_size=5
    ).map(tuple),
)
LAWS = settings(derandomize=True, deadline=None, database=None, max_examples=200)


def changed(told, act):
    return replace(told, **{each.name: act(getattr(told, each.name)) for each in fields(told) if each.name in EVENTS})


@LAWS
@given(HISTORIES, st.randoms(use_true_random=False))
def test_the_same_history_gives_the_same_entries_however_its_events_are_listed(told, chance):
    found = entries_of(told, MEANINGS, VERDICT)
    mixed = changed(told, lambda events: tuple(chance.sample([*events, *events], len(events) * 2)))
    assert entries_of(mixed, MEANINGS, VERDICT) == found
    assert found == tuple(ordered(found))
    assert all(each.at >= told.created_at for each in found)


@LAWS
@given(HISTORIES, st.integers(0, 8).map(hour))
def test_a_history_that_goes_on_only_adds_entries(told, at):
    """But for what our own first label tells of the verdict before it. Labels without an event are of the present."""
    others = tuple(replace(each, by=By.BOT) if each.by is By.US else each for each in told.labelled)
    told = replace(told, labels=(), labelled=others)
    until = replace(
        changed(told, lambda events: tuple(each for each in events if each.at <= at)), labels=_unseen(told.labelled, at)
    )
    found = [each for each in entries_of(told, MEANINGS) if each.at <= at]
    assert [*entries_of(until, MEANINGS)] == found


def _unseen(labelled, at):
    """Labels that were there at a moment, and of which the first that is ever seen is that they are taken off."""
    first = {}
    for each in sorted(labelled, key=lambda each: (each.at, not each.is_added)):
        first.setdefault(each.name.casefold(), each)
    return tuple(name for name, each in first.items() if each.at > at and not each.is_added)


@LAWS
@given(st.lists(st.integers(0, 20), unique=True, max_size=10))
def test_what_is_open_in_the_end_is_what_github_shows_as_open(halves):
    """GitHub closes what is open and reopens what is closed, also both in one second."""
    times = [hour(each // 2) for each in sorted(halves)]
    told = History(1, START, closings=(*map(Closing, times[::2]),), reopenings=(*map(Reopening, times[1::2]),))
    last = standing(fold(entries_of(told, MEANINGS)), hour(99))
    assert bool(last.ended) == bool(len(times) % 2)
