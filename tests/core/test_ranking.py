"""What to burn down next: the gate first, then impact and repeats, with all that the answer is made of."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.report.ranking import Counts, OpenDefect, ranked

SEVERITIES = ["S1", "S2", "S3", "S4", "", "urgent"]
small = st.integers(0, 40)


def defect(severity="S3", reporters=1, number=1, **more):
    return OpenDefect(number, severity, reporters, **more)


def counts(id_="crash", *severities, **more):
    """A class with open defects of these severities, each with one reporter: of reach 1 + log2(1 + 1) = 2."""
    return Counts(id_, tuple(defect(each, number=at) for at, each in enumerate(severities, start=1)), **more)


def order(*classes):
    return [each.counts.class_id for each in ranked(classes)]


@pytest.mark.parametrize(
    ("each", "reach", "impact"),
    [
        # 1 + log2(1 + 0) = 1
        pytest.param(defect("S4", 0), 1, 1, id="nobody said so"),
        # 1 + log2(1 + 1) = 2
        pytest.param(defect("S3", 1), 2, 4, id="one reporter"),
        # 1 + log2(1 + 3) = 3
        pytest.param(defect("S2", 3), 3, 15, id="three reporters"),
        # 1 + log2(1 + 2 + 1 + 3 + 1) = 1 + log2(8) = 4
        pytest.param(defect("S1", 2, duplicates=1, reactions=3, occurrences=1), 4, 32, id="all that reach is made of"),
        # unset: 3 x 2
        pytest.param(defect("", 1), 2, 6, id="no severity"),
        pytest.param(defect("urgent", 1), 2, 6, id="an unknown severity"),
        pytest.param(defect("S4", 0, occurrences=-9), 1, 1, id="a slip of who imported"),
    ],
)
def test_the_impact_of_a_defect_by_hand(each, reach, impact):
    assert each.reach == reach
    assert each.impact == impact


def test_a_table_by_hand():
    found = ranked(
        [
            # (2 x 2 + 2 x 2) x 1.25 = 10
            counts("layout", "S3", "S3", arrivals=12, repeats=3),
            # (5 x 2 + 1 x 2) x 1 = 12
            counts("export", "S2", "S4", arrivals=4),
            # 8 x 2 x (1 + 1/2) = 24
            counts("crash", "S1", arrivals=2, repeats=1),
            # 3 x 2 x (1 + 0) = 6, and nothing arrived
            counts("login", ""),
            # nothing open
            counts("typo", arrivals=9, repeats=9),
        ]
    )
    # 24 + 12 + 10 + 6 = 52
    assert [(each.counts.class_id, each.rank, each.impact, each.score) for each in found] == [
        ("crash", 1, 16, 24),
        ("export", 2, 12, 12),
        ("layout", 3, 8, 10),
        ("login", 4, 6, 6),
        ("typo", 5, 0, 0),
    ]
    assert [each.share for each in found] == pytest.approx([24 / 52, 12 / 52, 10 / 52, 6 / 52, 0])
    assert [each.cumulative for each in found] == pytest.approx([24 / 52, 36 / 52, 46 / 52, 1, 1])


def test_one_open_s1_goes_before_any_sum_of_lesser_ones():
    many = counts("many", *["S2"] * 100, arrivals=100, repeats=100)
    assert order(many, counts("worst", "S1")) == ["worst", "many"]
    assert [each.is_gated for each in ranked([many, counts("worst", "S1")])] == [True, False]


def test_behind_the_gate_the_scores_decide():
    assert order(counts("one", "S1"), counts("two", "S1", "S1"), counts("none", "S2")) == ["two", "one", "none"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # 5 x 2 = 2 x 2 + 3 x 2
        pytest.param(counts("b", "S2"), counts("a", "S3", ""), id="severity"),
        pytest.param(counts("b", "S2", arrivals=3), counts("a", "S2", arrivals=2), id="occurrence"),
        pytest.param(
            counts("b", "S2", arrivals=3, weeks=4), counts("a", "S2", arrivals=4, weeks=8), id="occurrence in 4 weeks"
        ),
        # 2 x 3 x (1 + 1/2) = 3 x 3: one S3 of three reporters that repeats, one unset of three that does not
        pytest.param(
            Counts("b", (defect("", 3),), arrivals=2), Counts("a", (defect("S3", 3),), 2, 1), id="severity, not repeats"
        ),
        # nothing open: 0 both, whatever repeats
        pytest.param(counts("b", arrivals=2, repeats=1), counts("a", arrivals=2), id="repeats"),
        pytest.param(counts("b", "S2", fixes=4, proven=1), counts("a", "S2", fixes=4, proven=2), id="lack of proof"),
        pytest.param(counts("b", "S2"), counts("a", "S2", fixes=9, proven=1), id="no fix is no proof"),
        pytest.param(counts("a", "S2"), counts("b", "S2"), id="name"),
    ],
)
def test_a_tie_is_broken_by(first, second):
    found = ranked([second, first])
    assert found[0].score == found[1].score
    assert order(first, second) == order(second, first) == [first.class_id, second.class_id]


def test_the_columns_of_a_standing():
    (found,) = ranked([counts("crash", "S3", "S2", "", arrivals=12, repeats=3, weeks=8, fixes=10, proven=7)])
    assert found.severity == "S2"
    assert found.occurrence == 6
    assert found.repeat.shown == "25 % (3 of 12)"
    assert found.coverage.shown == "70 % (7 of 10)"
    assert found.unproven == pytest.approx(0.3)
    assert not found.is_gated


def test_of_a_class_of_which_nothing_is_known_nothing_is_made_up():
    (found,) = ranked([Counts("new", weeks=0, arrivals=3)])
    assert (found.severity, found.occurrence, found.repeat.value, found.unproven) == ("", 0, 0, 1)
    assert (found.score, found.share, found.cumulative) == (0, 0, 0)
    assert found.coverage.shown == "0 of 0"
    assert found.leading == ()


def test_no_class_no_standing():
    assert ranked([]) == ()


@pytest.mark.parametrize(
    ("each", "shown"),
    [
        pytest.param(counts("a"), "0 = nothing open", id="nothing open"),
        pytest.param(counts("a", "S2"), "10.0 = (S2: 5 x 2.00) x (1 + 0)", id="nothing arrived"),
        pytest.param(
            counts("a", "S4", "S1", "", "S1", "urgent", arrivals=4, repeats=1),
            # 8 x 4 + 1 x 2 + 3 x 4 = 46; x 1.25
            "57.5 = (S1: 8 x 4.00 + S4: 1 x 2.00 + unset: 3 x 4.00) x (1 + 1/4)",
            id="severities",
        ),
        pytest.param(
            Counts("a", (defect("S2", 4), defect("S2", 6)), arrivals=12, repeats=3),
            # reach 1 + log2(5) = 3.3219, 1 + log2(7) = 3.8074; 5 x 7.1293 x 1.25
            "44.6 = (S2: 5 x 7.13) x (1 + 3/12)",
            id="rounded",
        ),
    ],
)
def test_the_arithmetic_shows_every_component(each, shown):
    (found,) = ranked([each])
    assert found.arithmetic == shown


def test_the_defects_that_weigh_most_show_their_own_arithmetic():
    opened = (
        defect("S3", 1, 1),
        defect("S2", 3, 9, reactions=4),
        defect("S4", 0, 3),
        defect("S2", 1, 7, duplicates=2, occurrences=12),
        defect("S3", 1, 5),
    )
    (found,) = ranked([Counts("crash", opened)])
    assert [(each.number, each.arithmetic) for each in found.leading] == [
        (7, "25.0 = 5 x (1 + log2(1 + 1 reporter + 2 duplicates + 12 occurrences))"),
        (9, "20.0 = 5 x (1 + log2(1 + 3 reporters + 4 reactions))"),
        (1, "4.0 = 2 x (1 + log2(1 + 1 reporter))"),
    ]
    assert defect("S4", 0).arithmetic == "1.0 = 1 x (1 + log2(1))"


defects = st.builds(OpenDefect, small, st.sampled_from(SEVERITIES), small, small, small, small)
classes = st.lists(
    st.builds(
        Counts, st.sampled_from("abcdefgh"), st.lists(defects, max_size=8).map(tuple), small, small, st.integers(0, 9)
    ),
    unique_by=lambda each: each.class_id,
    max_size=8,
)


@given(classes, st.randoms(use_true_random=False))
def test_the_ranking_is_the_same_in_whatever_order_classes_and_defects_come(found, random):
    shuffled = [
        Counts(each.class_id, tuple(random.sample(each.open, len(each.open))), each.arrivals, each.repeats, each.weeks)
        for each in found
    ]
    random.shuffle(shuffled)

    def seen(standings):
        return [
            (each.counts.class_id, each.rank, each.impact, each.score, each.share, each.cumulative, each.arithmetic)
            for each in standings
        ]

    assert seen(ranked(found)) == seen(ranked(shuffled))


@given(classes)
def test_shares_add_up_to_one_and_the_last_cumulative_share_is_one(found):
    standings = ranked(found)
    if any(each.score for each in standings):
        assert math.fsum(each.share for each in standings) == pytest.approx(1)
        assert standings[-1].cumulative == 1
    cumulative = [each.cumulative for each in standings]
    assert cumulative == sorted(cumulative)


@given(classes)
def test_gated_classes_come_first_and_scores_fall_on_either_side(found):
    keys = [(not each.is_gated, -each.score) for each in ranked(found)]
    assert keys == sorted(keys)


@given(classes)
def test_the_arithmetic_that_is_shown_adds_up_to_the_score(found):
    for each in ranked(found):
        total, _, written = each.arithmetic.partition(" = ")
        assert float(total) == pytest.approx(each.score, abs=0.051)
        if each.counts.open:
            for severity in ("S1: ", "S2: ", "S3: ", "S4: ", "unset: "):
                written = written.replace(severity, "")
            assert eval(written.replace("x", "*")) == pytest.approx(each.score, rel=0.01)


@given(defects)
def test_the_arithmetic_of_a_defect_adds_up_to_its_impact(each):
    total, _, written = each.arithmetic.partition(" = ")
    for word in ("reporter", "duplicate", "reaction", "occurrence"):
        written = written.replace(f" {word}s", "").replace(f" {word}", "")
    assert eval(written.replace("x", "*"), {"log2": math.log2}) == each.impact
    assert float(total) == pytest.approx(each.impact, abs=0.051)


def test_a_thousand_classes_of_a_hundred_defects_are_ranked():
    found = ranked(
        Counts(f"class-{id_}", tuple(defect("S3", id_ % 9, at) for at in range(100)), arrivals=100, repeats=id_ % 100)
        for id_ in range(1_000)
    )
    assert [each.rank for each in found] == list(range(1, 1_001))
    assert found[-1].cumulative == 1
    assert all(len(each.arithmetic) < 80 for each in found)
