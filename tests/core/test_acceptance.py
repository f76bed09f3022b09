from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.ledger.course import Happening, Kind, ordered
from bot.core.ledger.flows import read_week
from bot.core.ledger.model import CONTAINED, Entry
from bot.core.recurrence.model import Enough, Release
from bot.core.recurrence.versions import Timeline
from bot.core.report.acceptance import courses, standing
from bot.core.report.folded import begun
from bot.core.rules.entries import Acceptance
from tests.core.ledgerlines import START, entries

CRITERION = Acceptance(days=28, releases=2, evidence="L3")
EASY = Acceptance(days=28, releases=0, evidence="L3")
NEED = Enough(reports=2, days=10)


def day(number):
    return START + timedelta(days=float(number))


def course(text):
    """Parts like `0 #1`, `0 #1 2.0 ben`, `3 #1 fixed 7 L3`, `4 #1 closed`, `5 #1 reopened`."""
    return ordered(_happening(*part.split()) for part in text.split(",") if part.strip())


def _happening(at, number, *rest):
    number = int(number[1:])
    match rest:
        case ["fixed", pull, level]:
            return Happening(day(at), Kind.FIXED, number, int(pull), level)
        case ["closed" | "reopened" as kind]:
            return Happening(day(at), Kind[kind.upper()], number)
        case [version, who]:
            return Happening(day(at), Kind.REPORTED, number, 0, "", version.strip("?"), who)
        case _:
            return Happening(day(at), Kind.REPORTED, number)


def timeline(text, now):
    """Parts like `5 1.0`, of which those from before that day came out."""
    parts = map(str.split, filter(None, text.split(",")))
    return Timeline(Release(version, day(at)) for at, version in parts if float(at) < now)


FIXED = "0 #1, 2 #1 fixed 7 L3, 2 #1 closed"
SHIPPED = "-9 1.0, 4 1.1"
TWICE = f"{SHIPPED}, 9 1.2"


@pytest.mark.parametrize(
    ("happened", "released", "at", "stage", "why"),
    [
        pytest.param("", "", 9, "open", "no fix is known", id="nothing happened"),
        pytest.param("0 #1", SHIPPED, 9, "open", "1 defect is open", id="reported"),
        pytest.param("0 #1, 1 #2", SHIPPED, 9, "open", "2 defects are open", id="two"),
        pytest.param("0 #1, 1 #1 closed", SHIPPED, 90, "open", "no fix is known", id="closed without a fix"),
        pytest.param(FIXED, "-9 1.0", 9, "fix-merged", "fixed by #7, not released yet", id="fixed"),
        pytest.param(
            "0 #1, 2 #1 fixed 7 L3", "-9 1.0", 9, "fix-merged", "fixed by #7, not released yet", id="unclosed"
        ),
        pytest.param(f"{FIXED}, 1 #2", TWICE, 9, "open", "1 defect is open", id="another is open"),
        pytest.param(
            FIXED,
            SHIPPED,
            23,
            "observing",
            "19 of 28 days without a report, 1 of 2 releases, the fix L3 or better",
            id="released",
        ),
        pytest.param(
            "0 #1, 2 #1 fixed 7 L2",
            SHIPPED,
            90,
            "released",
            "28 of 28 days without a report, 1 of 2 releases, 0 of 1 fixes L3 or better",
            id="without proof",
        ),
        pytest.param(
            "0 #1, 2 #1 fixed 7 waived, 0 #2, 2 #2 fixed 8 L5",
            TWICE,
            90,
            "released",
            "28 of 28 days without a report, 2 of 2 releases, 1 of 2 fixes L3 or better",
            id="a waiver is no proof",
        ),
        pytest.param(
            FIXED,
            TWICE,
            31.9,
            "observing",
            "27 of 28 days without a report, 2 of 2 releases, the fix L3 or better",
            id="a moment before",
        ),
        pytest.param(
            FIXED,
            TWICE,
            32,
            "verified",
            "28 of 28 days without a report, 2 of 2 releases, the fix L3 or better; "
            "verified since 2026-09-18; 0 of 2 reports since",
            id="all of it",
        ),
        pytest.param(FIXED, SHIPPED, 90, "observing", None, id="a release is missing"),
        pytest.param(FIXED, "2 1.1", 9, "observing", None, id="released in the moment of the merge"),
        pytest.param(FIXED, f"{SHIPPED}, 50 1.2", 51, "verified", None, id="the release came late"),
        pytest.param(f"{FIXED}, 20 #2 ? ben, 21 #2 closed", TWICE, 47, "observing", None, id="a report in between"),
        pytest.param(f"{FIXED}, 20 #2 ? ben, 21 #2 closed", TWICE, 48, "verified", None, id="28 days after that"),
        pytest.param(
            f"{FIXED}, 20 #2 1.0 ben",
            TWICE,
            32,
            "verified",
            "28 of 28 days without a report, 2 of 2 releases, the fix L3 or better, "
            "1 report of older versions not counted; verified since 2026-09-18; 0 of 2 reports since",
            id="a report of an older version does not count",
        ),
        pytest.param(
            f"{FIXED}, 20 #2 1.1 ben",
            TWICE,
            32,
            "open",
            "1 defect is open; #2 is on 1.1, which has the fix, #7 (0 of 2 reports that make it a failed one)",
            id="a report of a version with the fix throws back",
        ),
        pytest.param(
            f"{FIXED}, 5 #2 1.1 ben, 6 #3 1.2 eve",
            TWICE,
            32,
            "failed-fix",
            "2 of 2 reports that it takes came on versions with the fix, #7",
            id="two in time make it a failed fix",
        ),
        pytest.param(f"{FIXED}, 5 #2 1.1 ben, 6 #3 1.2 BEN", TWICE, 32, "open", None, id="of one person do not"),
        pytest.param(f"{FIXED}, 5 #2 1.1 ben, 14 #3 1.2 eve", TWICE, 32, "open", None, id="nor too late"),
        pytest.param(f"{FIXED}, 5 #2 ? ben, 6 #3 ? eve", TWICE, 32, "open", None, id="nor of versions not known"),
        pytest.param(
            f"{FIXED}, 5 #2 1.1 ben, 6 #3 1.2 eve, 7 #2 closed, 7 #3 closed",
            TWICE,
            90,
            "failed-fix",
            None,
            id="closing them does not mend it",
        ),
        pytest.param(
            f"{FIXED}, 5 #2 1.1 ben, 6 #3 1.2 eve, 7 #2 fixed 8 L3, 7 #3 fixed 8 L3",
            SHIPPED,
            9,
            "fix-merged",
            "fixed by #8, not released yet",
            id="another fix does",
        ),
        pytest.param(
            f"{FIXED}, 5 #2, 6 #2 fixed 8 L3",
            TWICE,
            12,
            "observing",
            "3 of 28 days without a report, 1 of 2 releases, all 2 fixes L3 or better",
            id="releases are counted from the last fix on",
        ),
        pytest.param(f"{FIXED}, 20 #1 reopened", TWICE, 90, "open", "1 defect is open", id="reopened"),
    ],
)
def test_a_class_stands(happened, released, at, stage, why):
    found = standing(course(happened), CRITERION, timeline(released, at), day(at), NEED)
    assert found.stage == stage
    assert why is None or found.why == why
    assert (found.verified_at is not None) == (stage == "verified")


LONG = f"{FIXED}, 40 #2 1.2 ben"


@pytest.mark.parametrize(
    ("happened", "at", "stage"),
    [
        pytest.param(LONG, 41, "verified", id="one report"),
        pytest.param(f"{LONG}, 41 #3 1.2 eve", 41, "verified", id="the moment before the second"),
        pytest.param(f"{LONG}, 41 #3 1.2 eve", 42, "failed-fix", id="two reports"),
        pytest.param(f"{LONG}, 41 #3 1.2 ben", 42, "verified", id="two of one person"),
        pytest.param(f"{LONG}, 41 #3 1.0 eve", 42, "verified", id="one of an older version"),
        pytest.param(f"{LONG}, 41 #3 ? eve", 42, "open", id="one of a version that is not known"),
        pytest.param(f"{LONG}, 41 #2 fixed 8 L3, 41 #3 1.2 eve", 42, "verified", id="one from before the next fix"),
        pytest.param(f"{LONG}, 41 #2 fixed 8 L3", 42, "verified", id="fixed again, not shipped yet"),
        pytest.param(f"{LONG}, 41 #2 closed, 69 #3 1.2 eve", 70, "verified", id="met again in between"),
        pytest.param(f"{LONG}, 41 #2 closed, 67 #3 1.2 eve", 70, "failed-fix", id="not met again"),
    ],
)
def test_what_is_verified_stays_so_until_enough_people_report(happened, at, stage):
    assert standing(course(happened), CRITERION, timeline(TWICE, at), day(at), NEED).stage == stage


def test_since_when_it_is_verified_is_kept():
    assert standing(course(LONG), CRITERION, timeline(TWICE, 90), day(90), NEED).verified_at == day(32)


def test_a_repository_without_releases_ships_what_it_merges():
    assert standing(course(FIXED), EASY, Timeline(), day(29), NEED).stage == "observing"
    assert standing(course(FIXED), EASY, Timeline(), day(30), NEED).stage == "verified"
    assert standing(course(FIXED), CRITERION, Timeline(), day(90), NEED).stage == "observing"


def test_of_old_fixes_no_evidence_is_asked():
    happened = course("0 #1, 2 #1 fixed 7 L0")
    assert standing(happened, EASY, Timeline(), day(90), NEED).stage == "released"
    found = standing(happened, EASY, Timeline(), day(90), NEED, since=day(3))
    assert found.stage == "verified"
    assert found.why.startswith("28 of 28 days without a report; verified since")


def test_a_fix_has_the_best_evidence_that_it_has_anywhere():
    happened = course("0 #1, 0 #2, 2 #1 fixed 7 L1, 3 #2 fixed 7 L4")
    assert standing(happened, EASY, Timeline(), day(90), NEED).stage == "verified"


def test_one_report_is_enough_where_it_is_said_so():
    happened = course(f"{FIXED}, 5 #2 1.1 ben")
    assert standing(happened, CRITERION, timeline(TWICE, 6), day(6), Enough(1, 10)).stage == "failed-fix"


# From the ledger


def happened(found):
    return courses(found, found.told)


def known(told, versions=None):
    return begun(read_week("2026-W34"), versions or {}).take_all(told)


LEDGER = """0 arrived @zoe, 0 classified crash S1, 5 fixed #7, 6 closed"""


def test_the_ledger_tells_the_course_of_every_class():
    told = [
        *entries(LEDGER, 1),
        *entries("8 arrived @ben, 8 classified crash S2, 9 recurred =1", 2),
        *entries("1 arrived, 1 classified hang S3, 2 classified crash S3, 9 dismissed", 3),
        *entries("1 arrived, 2 classified hang S3, 9 closed, 10 reopened", 4),
        *entries("1 arrived", 5),
    ]
    found = happened(known(told, {2: "1.1"}))
    shown = {
        class_id: [(each.kind.name.lower(), each.number, each.pull, each.version, each.reporter) for each in course]
        for class_id, course in found.items()
    }
    assert shown == {
        "crash": [
            ("reported", 1, 0, "", "zoe"),
            ("fixed", 1, 7, "", ""),
            ("closed", 1, 0, "", ""),
            ("reported", 2, 0, "1.1", "ben"),
        ],
        "hang": [("reported", 4, 0, "", ""), ("closed", 4, 0, "", ""), ("reopened", 4, 0, "", "")],
    }
    assert happened(known(told[::-1] * 2, {2: "1.1"})) == found


@pytest.mark.parametrize(("cause", "stage"), [(CONTAINED, "failed-fix"), ("possible regression", "open")])
def test_a_recurrence_that_was_judged_needs_no_version(cause, stage):
    told = [
        *entries(LEDGER, 1),
        *entries("8 arrived @ben, 8 classified crash S2", 2),
        Entry(2, day(0.4), "recurred", cause=cause, of=1),
    ]
    assert standing(happened(known(told))["crash"], EASY, Timeline(), day(2), Enough(1)).stage == stage


@pytest.mark.parametrize(
    ("ends", "stage"),
    [
        pytest.param("", "failed-fix", id="two reports"),
        pytest.param("12 dismissed =2", "failed-fix", id="one is a duplicate of the other"),
        pytest.param("12 dismissed =1", "failed-fix", id="or of what was fixed"),
        pytest.param("12 dismissed", "open", id="one is found to be none"),
        pytest.param("12 dismissed =3", "open", id="of itself"),
    ],
)
def test_a_duplicate_is_held_against_the_fix_and_is_no_defect(ends, stage):
    told = [
        *entries(LEDGER, 1),
        *entries("8 arrived @ben, 8 classified crash S2", 2),
        *entries(f"9 arrived @eve, 9 classified crash S2, {ends}".rstrip(", "), 3),
        *(Entry(number, day(0.4), "recurred", cause=CONTAINED, of=1) for number in (2, 3)),
    ]
    found = known(told)
    assert standing(happened(found)["crash"], EASY, Timeline(), day(2), Enough(2)).stage == stage
    assert (3 in found.now) == (not ends)


KINDS = st.one_of(
    st.builds(
        Happening,
        st.integers(0, 60).map(day),
        st.sampled_from([Kind.REPORTED, Kind.CLOSED, Kind.REOPENED, Kind.FIXED]),
        st.integers(1, 4),
        st.integers(7, 9),
        st.sampled_from(["", "waived", "L1", "L3"]),
        st.sampled_from(["", "1.0", "1.1", "1.2", "x"]),
        st.sampled_from(["", "ann", "ben", "eve"]),
    )
)


@settings(max_examples=300, deadline=None)
@given(st.lists(KINDS, max_size=12), st.integers(0, 120), st.randoms(use_true_random=False))
def test_the_order_of_what_happened_does_not_matter(happened, at, random):
    shuffled = random.sample(happened, len(happened))
    found = standing(ordered(happened), EASY, timeline(TWICE, at), day(at), NEED)
    assert found == standing(ordered(shuffled), EASY, timeline(TWICE, at), day(at), NEED)
    assert found.why
    if found.stage == "verified":
        assert found.verified_at <= day(at)


@settings(max_examples=200, deadline=None)
@given(st.lists(KINDS, max_size=12))
def test_quiet_alone_never_makes_it_worse(happened):
    ranks = ["failed-fix", "open", "fix-merged", "released", "observing", "verified"]
    found = [standing(ordered(happened), EASY, timeline(TWICE, at), day(at), NEED).stage for at in (61, 80, 99, 200)]
    assert found == sorted(found, key=ranks.index)
