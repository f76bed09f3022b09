"""The short way of a plain history ends where the long one does."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.ledger.flows import Window
from bot.core.ledger.model import ORDER, Entry, read
from bot.core.ledger.straight import straight
from bot.core.ledger.summary import Summary
from tests.core.ledgerlines import hour
from tests.core.test_ledger_laws import LAWS

WINDOW = Window(hour(2), hour(4))
SINCES = [hour(-1), hour(2), hour(9)]
KINDS = ["arrived", "classified", "assigned", "fixed", "closed", "reopened", "dismissed", "recurred"]


def made(kinds):
    return st.builds(
        Entry,
        st.just(1),
        st.integers(0, 4).map(hour),
        st.sampled_from(kinds),
        st.sampled_from(["crash", "crash", "hang", ""]),
        st.sampled_from(["S1", ""]),
        actor=st.just(""),
        cause=st.sampled_from(["version has the fix", ""]),
        rules=st.just(""),
        pull=st.sampled_from([7, 7, 0]),
        evidence=st.sampled_from(["L3", ""]),
        who=st.sampled_from(["ann", ""]),
        of=st.sampled_from([2, 0]),
    )


# Each kind of a plain history at any hour, now and then without what may be missing or with something else.
PLAIN = [*KINDS[:2], "classified", *KINDS[2:5]]
MISSING = {"classified", "assigned", "fixed", "closed"}
NEARLY = st.tuples(*(made([kind]) | st.none() if kind in MISSING else made([kind]) for kind in PLAIN))
HISTORIES = st.tuples(NEARLY, st.just([]) | st.lists(made(KINDS), max_size=2)).map(
    lambda drawn: [*filter(None, drawn[0]), *drawn[1]]
)


def recorded(entries):
    """As a database has them."""
    in_order = sorted(entries, key=lambda each: (each.at, ORDER[each.kind]))
    return [
        (
            each.number,
            each.at.timestamp(),
            *(each.kind, each.class_id, each.severity, each.cause, each.pull, each.evidence, each.who, each.of),
        )
        for each in in_order
    ]


def kept(take, given, since):
    summary = Summary(WINDOW, since, {1: "1.1"})
    take(summary, given)
    happened = {class_id: sorted(found) for class_id, found in summary.happened.items()}
    states = summary.then, summary.now, summary.owned
    return summary.told, summary.again, summary.repeats, summary.class_of, happened, *states


def test_what_is_recorded_is_read():
    entry = Entry(1, hour(1), "fixed", "crash", "S1", "", "#7", "", 7, "L3", "ann", 2)
    assert read(recorded([entry])) == [entry]


@settings(LAWS, max_examples=3_000)
@given(HISTORIES, st.sampled_from(SINCES))
def test_the_short_way_ends_where_the_long_one_does(told, since):
    assert kept(Summary.take_recorded, recorded(told), since) == kept(Summary.take, told, since)


@LAWS
@given(
    st.sampled_from([["classified"], ["classified", "classified"]]),
    st.sampled_from([[], ["closed"], ["fixed", "closed"]]),
    st.integers(0, 4),
    st.sampled_from(SINCES),
)
def test_most_histories_are_plain(classified, ended, assigned_at, since):
    """Also where a merge closes an issue in the same second."""
    kinds = ["arrived", *classified, *ended]
    told = [
        Entry(
            1,
            hour(min(place, len(classified) + 1)),
            kind,
            ("crash" if place == 1 else "hang") * (kind == "classified"),
            pull=7 * (kind == "fixed"),
            who="ann" * (kind == "arrived"),
        )
        for place, kind in enumerate(kinds)
    ]
    told += [Entry(1, hour(assigned_at - 0.5), "assigned", who="bob")] * bool(assigned_at)
    assert straight(recorded(told))
    assert kept(Summary.take_recorded, recorded(told), since) == kept(Summary.take, told, since)
    for kind in ("arrived", "classified"):
        assert not straight(recorded(each for each in told if each.kind != kind))
    assert not straight(recorded([*told, told[0]]))
