from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.document.segments import read_document
from bot.core.ledger.defects import fold
from bot.core.ledger.model import Entry
from bot.core.recurrence.judging import entry, evidence, failing, judged, known, told, trusted
from bot.core.recurrence.model import (
    BY_PERSON,
    Back,
    Enough,
    Failing,
    Fix,
    Known,
    Nothing,
    Release,
    Repeat,
    Report,
    Word,
)
from bot.core.recurrence.places import Naming
from bot.core.recurrence.prints import Print
from bot.core.recurrence.sightings import quote_of, sighted, version_of
from bot.core.recurrence.versions import Timeline, contains, read_version, released
from tests.core.ledgerlines import entries, hour

CRASH = Print("trace", "trace:1", "KeyError at shop.run.main < shop.app.start")
OTHER = Print("trace", "trace:2", "ValueError at shop.a.b < shop.c.d")
CODE = Print("tool-id", "tool-id:acme-1", "ACME-1")
FIX = Fix(7, hour(0), ("2.1.0",), hour(24), "tests/test_run.py::test_main", "ann")
FIXED = Known(1, frozenset({CRASH.key}), "fixed", FIX)
OPEN = Known(2, frozenset({CRASH.key}))
KEYS = frozenset({CRASH.key})
REPORT = Report(9, hour(48), (CRASH,), "2.1.0")


def reported(number=9, at=48, **different):
    return replace(REPORT, number=number, at=hour(at), **different)


@pytest.mark.parametrize(
    ("known", "report", "found"),
    [
        pytest.param([OPEN], REPORT, Repeat(2, CRASH), id="an open defect"),
        pytest.param([OPEN, replace(OPEN, number=3)], REPORT, Repeat(2, CRASH), id="the oldest of two"),
        pytest.param(
            [FIXED, OPEN], REPORT, Repeat(2, CRASH, Back(1, CRASH, FIX, is_contained=True)), id="open, fixed before"
        ),
        pytest.param([OPEN], reported(version="0.1"), Repeat(2, CRASH), id="an open one, on whatever version"),
        pytest.param([FIXED], REPORT, Back(1, CRASH, FIX, is_contained=True), id="a fixed one, the version of the fix"),
        pytest.param([FIXED], reported(version="v3.0"), Back(1, CRASH, FIX, is_contained=True), id="a later version"),
        pytest.param([FIXED], reported(version=""), Back(1, CRASH, FIX, is_contained=False), id="no version"),
        pytest.param([FIXED], reported(version="main"), Back(1, CRASH, FIX, is_contained=False), id="a word"),
        pytest.param([FIXED], reported(version="2.0.9"), Nothing("2.0.9 is older than the fix of #1", 1), id="older"),
        pytest.param(
            [FIXED], reported(version="2.1.0rc1"), Nothing("2.1.0rc1 is older than the fix of #1", 1), id="rc"
        ),
        pytest.param([FIXED], reported(at=0), Back(1, CRASH, FIX, is_contained=True), id="in the second of the fix"),
        pytest.param([FIXED], reported(at=-1), Nothing("reported before #1 was fixed"), id="before the fix"),
        pytest.param(
            [replace(FIXED, ended="dismissed")], REPORT, Nothing("what had this print was dismissed"), id="dismissed"
        ),
        pytest.param(
            [replace(FIXED, ended="closed", fix=Fix(at=hour(0)))],
            REPORT,
            Back(1, CRASH, Fix(at=hour(0)), is_contained=False),
            id="closed, and no fix is known",
        ),
        pytest.param([OPEN], reported(prints=(OTHER,)), Nothing(), id="another print"),
        pytest.param([OPEN], reported(prints=()), Nothing(), id="no print"),
        pytest.param([], REPORT, Nothing(), id="nothing is known"),
        pytest.param([replace(OPEN, number=9)], REPORT, Nothing(), id="itself"),
        pytest.param([replace(OPEN, number=10)], REPORT, Nothing(), id="a later issue"),
    ],
)
def test_a_report_is_judged(known, report, found):
    assert {judged(report, each) for each in permutations(known)} == {found}


def test_only_the_newest_fix_can_have_failed():
    newer = Known(3, FIXED.prints, "fixed", Fix(8, hour(30), ("2.2.0",)))
    assert judged(reported(version="2.2"), [newer, FIXED]).of == 3
    assert judged(reported(version="2.1.5"), [newer, FIXED]) == Nothing("2.1.5 is older than the fix of #3", 3)


def test_the_code_of_the_product_goes_before_a_trace():
    report = reported(prints=(CODE, CRASH))
    by_code = Known(4, frozenset({CODE.key}))
    assert judged(report, [OPEN, by_code]) == Repeat(4, CODE)
    assert judged(report, [OPEN, replace(by_code, ended="dismissed")]) == Repeat(2, CRASH)


# What people say of prints


def word(key, is_same, by="ann", at=0):
    return Word(key, is_same, by, hour(at))


MUTED = Nothing("people said that this print tells nothing")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param([word(CRASH.key, False)], MUTED, id="rejected"),
        pytest.param([word(CRASH.key, False), word(CRASH.key, True, "ben")], Repeat(2, CRASH), id="and confirmed"),
        pytest.param([word(CRASH.key, False), word(CRASH.key, True, "Ann", 1)], Repeat(2, CRASH), id="taken back"),
        pytest.param([word(CRASH.key, True), word(CRASH.key, False, "ANN", 1)], MUTED, id="the last word counts"),
        pytest.param(
            [word(CRASH.key, True)] * 3 + [word(CRASH.key, False, "ben"), word(CRASH.key, False, "eve")],
            MUTED,
            id="a person once",
        ),
        pytest.param([word(OTHER.key, False)], Repeat(2, CRASH), id="another print"),
    ],
)
def test_a_muted_print_never_counts(words, found):
    assert judged(REPORT, [OPEN], words) == found
    assert judged(REPORT, [OPEN], words[::-1]) == found


def test_a_confirmed_print_goes_before_another():
    known = [OPEN, Known(3, frozenset({OTHER.key}))]
    for report in reported(prints=(OTHER, CRASH)), reported(prints=(CRASH, OTHER)):
        assert judged(report, known) == Repeat(2, CRASH)
        assert judged(report, known, [word(OTHER.key, True)]) == Repeat(3, OTHER)


@given(st.lists(st.builds(word, st.sampled_from("ab"), st.booleans(), st.sampled_from("xyz"), st.integers(0, 3))))
def test_the_order_of_words_does_not_matter(words):
    trust = trusted(words)
    assert trust == trusted(words[::-1])
    assert all(abs(each) <= 3 for each in trust.values())


# Versions


@pytest.mark.parametrize(
    ("version", "fixed", "found"),
    [
        ("2.1.0", ("2.1.0",), "yes"),
        ("2.1", ("2.1.0",), "yes"),
        ("v2.10.0", ("2.9.0",), "yes"),
        ("2.1.0+local", ("v2.1.0",), "yes"),
        ("2.0.9", ("2.1.0",), "no"),
        ("2.1.0.dev3", ("2.1.0",), "no"),
        ("2.0.6", ("2.2.0", "2.0.5"), "yes"),
        ("2.1.0", ("2.2.0", "2.0.5"), "no"),
        ("2.3.0", ("2.0.5", "2.2.0"), "yes"),
        ("2.0.4", ("2.2.0", "2.0.5"), "no"),
        ("", ("2.1.0",), "unknown"),
        ("nightly", ("2.1.0",), "unknown"),
        ("2.1.0", (), "unknown"),
        ("2.1.0", ("next",), "unknown"),
    ],
)
def test_a_version_has_a_fix(version, fixed, found):
    assert contains(version, Fix(7, hour(0), fixed)) == found


HOURS = st.integers(0, 5).map(hour)
RELEASES = (Release("shop-1.0", hour(-10)), Release("v1.1", hour(10)))


@pytest.mark.parametrize(
    ("version", "found"),
    [("1.0", "no"), ("1.1", "unknown"), ("0.9", "unknown"), ("", "unknown")],
)
def test_a_release_from_before_the_merge_has_no_fix(version, found):
    assert contains(version, Fix(7, hour(0)), released(RELEASES)) == found
    assert found != "no" or contains(version, Fix(7, hour(0), ("0.9.5",)), released(RELEASES)) == "no"
    assert contains(version, Fix(7), released(RELEASES)) == "unknown"


def test_a_release_of_the_second_of_the_merge_may_have_the_fix():
    assert contains("1.1", Fix(7, hour(10)), released(RELEASES)) == "unknown"


def test_what_was_not_released_cannot_have_failed():
    unreleased = replace(FIXED, fix=Fix(7, hour(20)))
    assert judged(reported(version="1.1"), [unreleased], releases=RELEASES) == Nothing(
        "1.1 is older than the fix of #1", 1
    )


def test_a_fix_ships_with_the_first_release_after_it():
    assert Timeline(RELEASES[::-1]).first(hour(0)) == RELEASES[1]
    assert Timeline(RELEASES).first(hour(10)) == RELEASES[1]
    assert Timeline(RELEASES).first(hour(11)) is None


@given(
    st.lists(st.builds(Release, st.sampled_from(["1.0", "v1.1", "1.2", "2.0", "nightly"]), HOURS)),
    st.lists(st.tuples(st.sampled_from(["1.0", "1.1", "1.2", "1.2.1", "2.0", ""]), HOURS), min_size=1),
)
def test_a_timeline_answers_as_its_releases_do(releases, asked):
    timeline, came_out = Timeline(releases), released(sorted(releases, key=lambda each: each.at))
    for version, merged_at in asked:
        since = [each for each in timeline.releases if each.at >= merged_at]
        fix = Fix(7, merged_at, tuple(each.version for each in since[:1]))
        assert timeline.contains(version, merged_at) == contains(version, fix, came_out)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("v2.1.0", "2.1.0"),
        ("release/2.1", "2.1"),
        ("shop-2.1.0rc1", "2.1.0rc1"),
        ("2.1.0-beta.2", "2.1.0b2"),
        ("(2.1)", "2.1"),
        ("latest", None),
        ("", None),
        ("²", None),
        ("1" * 100, "1" * 64),
        ("1.x", None),
    ],
)
def test_a_version_is_read(text, version):
    found = read_version(text)
    assert (str(found) if found else None) == version


@given(st.text(max_size=100))
def test_any_text_is_a_version_or_none(text):
    assert contains(text, FIX, released(RELEASES)) in {"yes", "no", "unknown"}


@pytest.mark.parametrize(
    ("body", "version"),
    [
        ("### Version\n\n2.1.0", "2.1.0"),
        ("### Version\n\nShop v2.1.0, I think", "v2.1.0"),
        ("### Version\n\n2.1.0 on 3.11", ""),
        ("### Version\n\nthe latest", ""),
        ("### Version\n\n_No response_", ""),
        ("I use 2.1.0", ""),
        ("### Python\n\n3.11.2", ""),
    ],
)
def test_the_form_says_the_version(body, version):
    assert version_of(read_document("T", body)) == version


def test_the_form_may_ask_in_other_words():
    document = read_document("T", "### Version of Shop\n\n2.1.0\n\n### Version\n\n9.9")
    assert version_of(document, ("Version of shop", "version")) == "2.1.0"


# Failed fixes


def against(*reports, need=Enough(reports=2, days=10)):  # noqa: B008 - frozen
    outcomes = [(each, judged(each, [FIXED])) for each, _ in reports]
    entries = [entry(each, found) for each, found in outcomes if isinstance(found, Back)]
    return failing(1, FIX, entries, {each.number: who for each, who in reports}, need)


@pytest.mark.parametrize(
    ("reports", "numbers"),
    [
        pytest.param([(reported(9), "zoe"), (reported(10), "ben")], (9, 10), id="two people"),
        pytest.param([(reported(9), "zoe"), (reported(10), "ZOE")], (9,), id="one person twice"),
        pytest.param([(reported(9), ""), (reported(10), "")], (9, 10), id="people who are not known"),
        pytest.param([(reported(9), "zoe"), (reported(10, version=""), "ben")], (9,), id="a version that is not known"),
        pytest.param([(reported(9), "zoe"), (reported(10, 24 + 240), "ben")], (9,), id="too late"),
        pytest.param([(reported(9), "zoe"), (reported(10, 23 + 240), "ben")], (9, 10), id="in time"),
        pytest.param([(reported(9, 24), "zoe"), (reported(10, 23), "ben")], (9,), id="before it was shipped"),
        pytest.param([], (), id="none"),
    ],
)
def test_reports_are_held_against_a_fix(reports, numbers):
    found = against(*reports)
    assert found == against(*reports[::-1])
    assert found.reports == numbers
    assert found.has_failed == (len(numbers) == 2)


def test_the_count_is_said():
    assert against((REPORT, "zoe")).shown == "1 of 2 reports on versions with the fix, within 10 days of it"
    assert Enough() == Enough(5, 10)


def test_reports_of_another_fix_are_not_held_against_it():
    of_it = entry(REPORT, judged(REPORT, [FIXED]))
    assert failing(1, FIX, [of_it], {}, Enough(1)).reports == (9,)
    assert failing(2, FIX, [of_it], {}, Enough(1)) == Failing(2, FIX, (), Enough(1))
    assert failing(1, FIX._replace(pull=8), [of_it], {}, Enough(1)).reports == ()
    assert failing(1, Fix(7), [of_it], {}, Enough(1)).reports == ()


# What becomes of it


def test_what_came_back_is_an_entry():
    found = entry(REPORT, judged(REPORT, [FIXED]))
    assert found == Entry(9, hour(48), "recurred", cause="version has the fix", pull=7, of=1)
    unknown = reported(version="")
    assert entry(unknown, judged(unknown, [FIXED])).cause == "possible regression"
    assert fold([found]) == ()


def test_what_came_back_is_told_with_its_evidence():
    assert evidence("KeyError: 'x'", "2.1.0", FIX) == "KeyError: 'x'; on 2.1.0; fixed in 2.1.0"
    assert evidence("", "", FIX) == "fixed in 2.1.0"
    assert evidence("", "", Fix()) == ""


# Earlier issues, as the ledger tells of them

PAST = "0 arrived @zoe, 0 classified crash, 5 assigned @ann, 10 fixed #7, 10 closed, 30 reopened"
TAGS = (Release("2.0.0", hour(5)), Release("2.1.0", hour(20)), Release("2.2.0", hour(90)))


@pytest.mark.parametrize(
    ("at", "found"),
    [
        pytest.param(-1, None, id="before it was there"),
        pytest.param(0, Known(1, KEYS), id="opened in that second"),
        pytest.param(6, Known(1, KEYS), id="open"),
        pytest.param(11, Known(1, KEYS, "fixed", Fix(7, hour(10), owner="ann")), id="fixed, not released"),
        pytest.param(
            21, Known(1, KEYS, "fixed", Fix(7, hour(10), ("2.1.0",), hour(20), owner="ann")), id="in a release"
        ),
        pytest.param(31, Known(1, KEYS), id="reopened"),
    ],
)
def test_an_earlier_issue_stands_as_it_did_then(at, found):
    assert known(1, KEYS, entries(PAST, 1), hour(at), TAGS) == found


@pytest.mark.parametrize(
    ("of", "report", "found"),
    [
        pytest.param(OPEN, REPORT, Repeat(2, BY_PERSON), id="an open one"),
        pytest.param(
            replace(FIXED, prints=frozenset()), REPORT, Back(1, BY_PERSON, FIX, is_contained=True), id="fixed"
        ),
        pytest.param(
            FIXED, reported(version="1.0"), Nothing("1.0 is older than the fix of #1", 1), id="an older version"
        ),
    ],
)
def test_a_person_says_of_which_issue_a_report_is(of, report, found):
    assert told(report, of) == found


def test_an_issue_says_what_was_seen_where():
    body = "ACME-12AB stopped.\n\nKeyError: 1\n\n### Version\n\n2.1"
    found = sighted(read_document("T", body), Naming(tool_id="ACME-[0-9A-F]{4}"), ("version",))
    assert ([each.key for each in found.prints], found.version, found.quote) == (
        ["tool-id:acme-12ab"],
        "2.1",
        "KeyError: 1",
    )


def test_an_issue_quotes_its_first_error():
    assert quote_of(read_document("T", "ValueError: no price\n\nKeyError: 1")) == "ValueError: no price"
    assert quote_of(read_document("T", "Nothing.")) == ""
