"""The short way of what was settled in a straight line ends where the long one does."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.ledger.flows import Window
from bot.core.ledger.model import Entry
from bot.core.ledger.straight import straight
from bot.core.ledger.summary import Summary
from tests.core.ledgerlines import START, hour
from tests.core.test_ledger_laws import LAWS

WINDOW = Window(hour(100), hour(200))
NEVER = START - timedelta(days=365)
KINDS = ["arrived", "classified", "assigned", "fixed", "closed", "reopened", "dismissed", "recurred"]


def made(kinds):
    return st.builds(
        Entry,
        st.just(1),
        st.integers(0, 4).map(hour),
        st.sampled_from(kinds),
        st.sampled_from(["crash", "crash", ""]),
        st.sampled_from(["S1", ""]),
        pull=st.sampled_from([7, 7, 0]),
        evidence=st.sampled_from(["L3", ""]),
        who=st.sampled_from(["ann", ""]),
        of=st.sampled_from([2, 0]),
    )


# Each kind of a straight history at any hour, now and then without what may be missing or with something else.
NEARLY = st.tuples(*(made([kind]) | st.none() if kind in {"assigned", "fixed"} else made([kind]) for kind in KINDS[:5]))
HISTORIES = st.tuples(NEARLY, st.just([]) | st.lists(made(KINDS), max_size=2)).map(
    lambda drawn: [*filter(None, drawn[0]), *drawn[1]]
)


def kept(entries, since):
    """All that is kept of what was settled before, apart from what only the long way keeps of what is shown."""
    summary = Summary(WINDOW, since, {1: "1.1"})
    summary.take(entries)
    happened = {class_id: sorted(found) for class_id, found in summary.happened.items()}
    return summary.told, summary.again, summary.repeats, summary.class_of, happened


@settings(LAWS, max_examples=3_000)
@given(HISTORIES)
def test_the_short_way_ends_where_the_long_one_does(told):
    assert kept(told, WINDOW.start) == kept(told, NEVER)


@LAWS
@given(st.permutations(KINDS[:5]), st.integers(1, 5), st.sampled_from([KINDS[:5], ["arrived", "classified", "closed"]]))
def test_a_history_is_straight_in_whatever_order_it_was_recorded(recorded, step, kinds):
    """Also where all is of one second, as the steps of an issue that a merge closes are."""
    told = [
        Entry(
            1,
            hour(KINDS.index(kind) // step),
            kind,
            "crash" if kind == "classified" else "",
            pull=7 * (kind == "fixed"),
            who="ann",
        )
        for kind in recorded
        if kind in kinds
    ]
    assert straight(told)
    assert kept(told, WINDOW.start) == kept(told, NEVER)
    for kind in ("arrived", "classified", "closed"):
        assert not straight([each for each in told if each.kind != kind])
    assert not straight([*told, told[0]])
