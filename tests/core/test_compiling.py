"""From entries to a report: by hand, number by number; and what no order of the entries may change."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from math import log2
from random import Random
from zoneinfo import ZoneInfo

import pytest

from bot.core.evidence.guards import Guard
from bot.core.ledger.flows import Flow, Unbalanced, Window, read_week
from bot.core.ledger.model import Entry
from bot.core.recurrence.model import Enough, Release
from bot.core.report.compiling import balanced, compiled
from bot.core.report.impact import held_against
from bot.core.report.material import Fix, Material
from bot.core.report.model import Count, Excluded, Freshness, Impact, Regression, Unproven
from bot.core.report.steady import agreed
from bot.core.rules.entries import Acceptance, Validation
from bot.core.rules.ruleset import DefectClass
from tests.core.ledgerlines import START, entries, hour

WEEK = 168  # hours; hour 0 is the Monday of 2026-W34
NOW = hour(WEEK + 9)  # the Monday after, nine o'clock
LONE = 2.0  # the reach of a defect that one person reported: 1 + log2(1 + 1)


def of_class(id_, title, owners=(), level="L3"):
    return DefectClass(
        id=id_,
        title=title,
        is_defect=True,
        severity="S3",
        color="",
        labels=(),
        owners=owners,
        rotate="none",
        acceptance=Acceptance(days=28, releases=1),
        validation=Validation(regression_test=level),
        sla_days=None,
        threshold=5,
        priority=50,
    )


CLASSES = {"crash": of_class("crash", "Crash", ("codeowners", "ann")), "hang": of_class("hang", "Hang")}

# Five weeks, W30 to W34. Hours before 0 are earlier weeks: W33 begins at -168, W32 at -336, W31 at -504, W30 at -672.
LINES = {
    1: "-600 arrived @zoe, -600 classified crash S2, -500 fixed #91, -500 closed, 100 reopened",
    2: "-330 arrived @zoe, -330 classified crash S1",
    3: "-320 arrived @max, -320 classified hang S3, -320 assigned @bob, 20 fixed #92, 20 closed",
    4: "-160 arrived @max, -160 classified hang S4, -160 assigned @eve",
    5: "-150 arrived @ivy, -150 classified crash S2, 30 dismissed =2",
    6: "10 arrived @zoe, 10 classified hang, 12 classified crash S3",
    7: "50 arrived @ivy, 50 classified crash S2, 60 recurred =1",
    8: "55 arrived @max",
    9: "56 arrived @max, 56 classified hang, 57 classified, 58 closed",
    10: "-100 arrived @zoe, -100 classified crash S3, -99 dismissed",
    11: "-90 arrived @max, -90 classified hang S3, 40 fixed #93, 40 closed",
}
LEDGER = [each for number, text in LINES.items() for each in entries(text, number)]
FIXES = (
    Fix(91, "L3"),
    Fix(92, "L1"),
    Fix(93, "L0", waived="ui", waived_until=hour(1000)),
    Fix(99, "L0", waived="untestable", waived_until=hour(200)),  # not merged
)
GUARD = Guard("tests/test_crash.py", ("test_empty",), 1, "It crashes", "crash", 91)
MATERIAL = Material(
    repository="acme/widget",
    week="2026-W34",
    now=NOW,
    entries=LEDGER,
    classes=CLASSES,
    titles={1: "It crashes", 7: "It crashes again"},
    fixes=FIXES,
    guards=(GUARD,),
)


def at(made, week):
    return next(each for each in made.weeks if each.week == week)


def row(made, class_id):
    return next(each for each in made.classes if each.id == class_id)


def test_the_series_is_counted_as_classified_now_and_as_it_was_reported_then():
    made = compiled(MATERIAL)
    assert [each.week for each in made.weeks] == ["2026-W30", "2026-W31", "2026-W32", "2026-W33", "2026-W34"]
    # Now: 5, 9 and 10 are no defects. Impact: weight x (1 + log2(1 + whom it reached)), S1 8, S2 5, S3 2, S4 1.
    # #1 is alone: 5 x 2 = 10. #2 was told by zoe and, in #5, by ivy: 2 reporters + 1 duplicate, 8 x (1 + log2 4) = 24.
    # #3 and #11: 2 x 2 = 4 each. #4: 1 x 2 = 2. #6: 2 x 2 = 4. #7: 5 x 2 = 10.
    assert at(made, "2026-W30").now == Count(1, 0, 0, 0, 1, 10.0)  # 1 came
    assert at(made, "2026-W31").now == Count(0, 0, 1, 0, 0, 0.0)  # 1 was fixed
    assert at(made, "2026-W32").now == Count(2, 0, 0, 0, 2, 28.0)  # 2 and 3 came: 24 + 4
    assert at(made, "2026-W33").now == Count(2, 0, 0, 0, 4, 34.0)  # 4 and 11 came: 24 + 4 + 2 + 4
    # W34: 6 and 7 came, 1 was reopened, 3 and 11 were fixed; open 1, 2, 4, 6, 7: 10 + 24 + 2 + 4 + 10
    assert at(made, "2026-W34").now == Count(2, 1, 2, 0, 5, 50.0)
    # Then: in W33 also 5 (5 x 2 = 10) and 10, which was dismissed an hour later.
    assert at(made, "2026-W33").then == Count(4, 0, 1, 0, 5, 44.0)
    # In W34 6 was a hang for two hours (out and in again), 9 came and was found to be none (out), 5 was dismissed.
    assert at(made, "2026-W34").then == Count(3, 1, 3, -1, 5, 50.0)


def test_impact_is_held_against_the_mean_of_the_four_weeks_before():
    # 50 against (10 + 0 + 28 + 34) / 4 = 18; five weeks are too few for an interval
    assert compiled(MATERIAL).impact == Impact(50.0, 18.0, None)
    assert compiled(replace(MATERIAL, week="2026-W33")).impact == Impact(34.0, None, None)


def test_a_class_has_its_figures_with_their_arithmetic():
    made = compiled(MATERIAL)
    crash, hang = made.classes
    assert (crash.id, crash.rank, crash.title, crash.owner) == ("crash", 1, "Crash", "ann")
    # Open: 1 (S2), 2 (S1), 6 (S3), 7 (S2); at the beginning of the week only 2.
    assert (crash.open, crash.delta, crash.inflow, crash.outflow) == (4, 3, 3, 0)
    assert crash.oldest_days == 32  # 1 came 600 + 168 hours before the end of the week
    # Arrived in the period: 1, 2, 6, 7. The first fix of the class was at -500: 2, 6 and 7 are repeats.
    assert (crash.repeat.numerator, crash.repeat.denominator) == (3, 4)
    why = crash.arithmetic
    assert why.is_gated
    assert why.impact == pytest.approx(24 + 10 + 10 + 4)
    assert why.score == pytest.approx(48 * (1 + 3 / 4))
    assert why.text == "84.0 = (S1: 8 x 3.00 + S2: 5 x 4.00 + S3: 2 x 2.00) x (1 + 3/4)"
    assert why.occurrence == pytest.approx(4 * 4 / 5)  # four in five weeks
    # #91 is proven (L3); and hang's #92 is not (L1), nor is #93 (waived).
    assert (crash.guards.shown, hang.guards.shown) == ("1 of 1", "0 of 2")
    assert (hang.open, hang.owner, hang.oldest_days) == (1, "eve", 13)  # nobody is configured: who has the open one
    assert (hang.delta, hang.inflow, hang.outflow) == (-2, 0, 2)
    assert hang.arithmetic.cumulative == pytest.approx(1.0)
    assert crash.arithmetic.cumulative == pytest.approx(84 / (84 + 2))
    assert (crash.criterion, crash.stage) == (CLASSES["crash"].acceptance, "open")


def test_what_is_there_again_is_named_the_worst_first_with_its_fix_and_its_guard():
    guard = "tests/test_crash.py::test_empty"
    assert compiled(MATERIAL).regressions == (
        Regression(1, "It crashes", 1, 91, guard),  # reopened
        Regression(7, "It crashes again", 1, 91, guard),  # a new report of it
    )
    assert row(compiled(MATERIAL), "crash").state == "regressed"


def test_fixes_without_proof_and_waivers_are_told_apart():
    made = compiled(MATERIAL)
    assert made.unproven == (Unproven(92, "L1", 3, "hang"),)
    ui, untestable = made.waivers
    assert (ui.kind, ui.count, ui.regret.shown) == ("ui", 1, "0 of 0, 1 too young to say")
    assert (untestable.kind, untestable.count, untestable.regret.n) == ("untestable", 1, 0)


def test_rates_paces_and_what_is_left_out():
    made = compiled(MATERIAL)
    # Resolved in the period: 1, 3 and 11; 1 was reopened.
    assert made.reopened.shown == "1 of 3"
    # W31 to W34: 6 came, 1 was reopened, 3 closed: never.
    assert made.burn_down.shown == "never at this pace (5 open; 3 closed, 7 opened in 28 days)"
    assert set(made.excluded) == {
        Excluded("duplicate", 1),
        Excluded("no defect", 1),
        Excluded("not planned", 1),
        Excluded("unclassified", 1),
    }
    assert (made.verdict.verdict, made.verdict.n, made.verdict.weeks) == ("no evidence yet", 6, 4)  # W30 is no whole
    assert [each.id for each in made.proposed] == ["crash", "hang"]
    assert made.freshness.newest_at == hour(100)


def test_an_empty_repository_has_a_report():
    made = compiled(Material("acme/widget", "2026-W34", NOW))
    assert [each.week for each in made.weeks] == ["2026-W34"]
    assert (made.weeks[0].now, made.classes, made.impact, made.burn_down) == (Count(), (), Impact(0.0), None)
    assert (made.verdict.n, made.verdict.weeks) == (0, 0)


def test_the_first_week_has_no_trend_and_no_mean():
    made = compiled(replace(MATERIAL, entries=entries("5 arrived, 5 classified crash S2, 9 closed")))
    assert [each.now for each in made.weeks] == [Count(1, 0, 1, 0, 0, 0.0)]
    assert (made.verdict.weeks, made.impact.mean, made.burn_down) == (0, None, None)
    assert [(each.id, each.open) for each in made.classes] == [("crash", 0)]
    assert made.proposed == ()


def test_a_running_week_is_shown_and_is_no_evidence():
    weekly = [
        each
        for back in range(20)
        for each in entries(f"{9 - WEEK * back} arrived, {9 - WEEK * back} classified crash", back + 1)
    ]
    made = compiled(replace(MATERIAL, now=hour(10), entries=weekly))
    assert (made.weeks[-1].week, made.weeks[-1].now.arrivals) == ("2026-W34", 1)
    assert (made.verdict.n, made.verdict.weeks) == (18, 18)  # without W34, and without the week in which it all began
    assert row(made, "crash").oldest_days == 133  # nineteen weeks and an hour until now, not until the end of the week
    over = compiled(replace(MATERIAL, now=hour(WEEK), entries=weekly))
    assert (over.verdict.n, over.verdict.weeks) == (19, 19)


def test_a_series_has_26_weeks_and_counts_what_was_open_before_them():
    old = entries(f"{-WEEK * 100} arrived, {-WEEK * 100} classified crash S2", 1)
    settled = entries(
        f"{-WEEK * 99} arrived, {-WEEK * 99} classified hang, {-WEEK * 98} fixed #5, {-WEEK * 98} closed", 2
    )
    new = entries("3 arrived, 3 classified hang", 3)
    made = compiled(replace(MATERIAL, entries=[*old, *settled, *new]))
    assert (len(made.weeks), made.weeks[0].week) == (26, "2026-W09")
    assert made.weeks[0].now == Count(0, 0, 0, 0, 1, 10.0)
    assert row(made, "hang").repeat.shown == "1 of 1"  # its fix was settled long before these weeks


def test_what_was_before_anybody_watched_was_not_reported_and_is_drawn_apart():
    made = compiled(replace(MATERIAL, watched_since=hour(-200)))
    assert [(each.week, each.then is None, each.backfilled) for each in made.weeks] == [
        ("2026-W30", True, 1),
        ("2026-W31", True, 0),
        ("2026-W32", False, 2),
        ("2026-W33", False, 2),
        ("2026-W34", False, 2),  # 1 and 2
    ]


def test_a_class_is_verified_when_its_criterion_is_met():
    releases = (Release("1.1", hour(-550)), Release("1.2", hour(45)))
    late = replace(MATERIAL, week="2026-W40", now=hour(7 * WEEK), releases=releases)
    made = compiled(replace(late, entries=[each for each in LEDGER if each.number != 4]))
    hang = row(made, "hang")
    assert (hang.stage, hang.state) == ("released", "no-evidence")  # neither fix reaches L3
    assert hang.progress == "28 of 28 days without a report, 1 of 1 releases, 0 of 2 fixes L3 or better"
    proven = [each._replace(evidence="L3") if each.kind == "fixed" else each for each in late.entries]
    hang = row(compiled(replace(late, entries=[each for each in proven if each.number != 4])), "hang")
    assert (hang.stage, hang.state) == ("verified", "at-target")
    assert hang.progress.endswith("verified since 2026-09-15; 0 of 5 reports since")


AGAIN = Entry(7, hour(50), "recurred", cause="version has the fix", pull=91, of=1)


def came_back(*entries, **more):
    known = [each for each in LEDGER if each.kind != "recurred"]
    found = compiled(replace(MATERIAL, entries=[*known, *entries], **more)).regressions
    return next((each for each in found if each.issue == 7), None)


def test_a_report_of_a_version_with_the_fix_is_told_with_its_evidence_and_against_what():
    releases = (Release("1.1", hour(-150)),)
    more = {"releases": releases, "versions": {7: "1.1"}, "quotes": {7: "KeyError: 'x'"}}
    found = came_back(AGAIN, **more)
    against = "1 of 5 reports on versions with the fix, within 10 days of it"
    assert found == Regression(
        7, "It crashes again", 1, 91, GUARD.link.text, evidence=f"KeyError: 'x'; on 1.1; fixed in 1.1; {against}"
    )
    assert came_back(AGAIN, **more, enough=Enough(reports=1)).kind == "failed-fix"


@pytest.mark.parametrize(
    "different",
    [
        pytest.param({"cause": "possible regression"}, id="a version that is not known"),
        pytest.param({"pull": 92}, id="another fix"),
    ],
)
def test_a_fix_has_not_failed_by(different):
    assert came_back(AGAIN._replace(**different), enough=Enough(reports=1, days=365)).kind == "recurrence"


def test_a_fix_has_not_failed_by_what_comes_after_its_days():
    assert came_back(AGAIN, enough=Enough(reports=1, days=10)).kind == "recurrence"  # merged 550 hours before
    assert came_back(AGAIN, enough=Enough(reports=1, days=30)).kind == "failed-fix"


def test_what_a_person_takes_back_did_not_come_back():
    taken = Entry(7, hour(55), "recurred", cause="another defect", of=1)
    assert came_back(AGAIN) is not None
    assert came_back(AGAIN, taken) is None
    assert came_back(taken, AGAIN) is None
    assert came_back(AGAIN, taken, AGAIN._replace(at=hour(56))) is not None


@pytest.mark.parametrize(
    ("changed", "shown"),
    [
        pytest.param({"guards": (), "lost": (GUARD,)}, "0 of 1", id="its guard was taken away"),
        pytest.param({"lost": (GUARD,)}, "1 of 1", id="another guard of it stands"),
        pytest.param({"fixes": ()}, "0 of 0", id="unknown, as of a fix that nobody checked"),
        pytest.param({"fixes": (Fix(91, "L3", "L4"),)}, "0 of 1", id="more was asked of it"),
        pytest.param({"fixes": (Fix(91, "L0", "L0"),)}, "0 of 1", id="no test was asked of it, and there is none"),
    ],
)
def test_a_fix_is_guarded_by_a_proven_test_that_stands(changed, shown):
    assert row(compiled(replace(MATERIAL, **changed)), "crash").guards.shown == shown


def test_what_the_ledger_says_of_a_proof_goes_before_what_the_check_says_later():
    proven = [each._replace(evidence="L5") if each.kind == "fixed" else each for each in LEDGER]
    assert row(compiled(replace(MATERIAL, entries=proven, fixes=())), "hang").guards.shown == "2 of 2"
    waived = [each._replace(evidence="waived") if each.kind == "fixed" else each for each in LEDGER]
    made = compiled(replace(MATERIAL, entries=waived, fixes=()))
    assert (row(made, "hang").guards.shown, made.unproven) == ("0 of 2", ())


def test_a_waived_fix_is_regretted_once_its_defect_is_there_again():
    told = "-3000 arrived, -3000 classified crash, -2900 fixed #7, -2900 closed, 20 reopened"
    waived = Fix(7, "L0", waived="ui", waived_until=hour(-2000))
    (ui,) = compiled(replace(MATERIAL, entries=entries(told), fixes=(waived,))).waivers
    assert (ui.count, ui.regret.shown) == (0, "1 of 1")


@pytest.mark.parametrize("seed", range(8))
def test_no_order_and_no_repetition_of_the_entries_changes_the_report(seed):
    chance = Random(seed)
    mixed = LEDGER + chance.choices(LEDGER, k=20)
    chance.shuffle(mixed)
    assert compiled(replace(MATERIAL, entries=mixed)) == compiled(MATERIAL)


def test_weeks_begin_by_the_clocks_of_the_zone():
    late = entries("166 arrived, 166 classified crash")  # Sunday, 22:00 in UTC
    berlin = ZoneInfo("Europe/Berlin")
    assert compiled(replace(MATERIAL, entries=late)).weeks[-1].now.arrivals == 1
    assert compiled(replace(MATERIAL, entries=late, zone=berlin)).weeks[-1].now.arrivals == 0
    made = compiled(replace(MATERIAL, entries=late, zone=berlin, week="2026-W35"))
    assert [each.now.arrivals for each in made.weeks] == [1]


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Pacific/Auckland", "America/St_Johns"])
@pytest.mark.parametrize("week", ["2026-W14", "2026-W44", "2027-W01", "2026-W53"])
def test_a_series_is_whole_where_clocks_change(zone, week):
    old = [Entry(1, datetime(2020, 1, 1, tzinfo=UTC), "arrived")]
    made = compiled(
        replace(MATERIAL, entries=old, week=week, zone=ZoneInfo(zone), now=datetime(2028, 1, 1, tzinfo=UTC))
    )
    assert (len({each.week for each in made.weeks}), made.weeks[-1].week) == (26, week)


def test_flows_that_do_not_balance_are_refused_with_the_difference():
    window = Window(START, hour(WEEK))
    good = Flow(window, "hang", opened=2, open_after=2)
    bad = Flow(window, "crash", opened=3, fixed=1, open_before=4, open_after=5)
    edges = (window.start, window.end)
    assert balanced({"hang": (good,)}, edges) == (replace(good, class_id=None),)
    with pytest.raises(Unbalanced, match=r"crash, .*5 open at the end, but 6 follow .*\(difference -1\)"):
        balanced({"crash": (bad,), "hang": (good,)}, edges)
    other = Flow(window, "hang", opened=2, open_after=3)  # together they would add up
    with pytest.raises(Unbalanced, match="difference"):
        balanced({"crash": (bad,), "hang": (other,)}, edges)


@pytest.mark.parametrize("name", ["", "2026", "2026-34", "2026-W3", "2026-W54", "2026-w34", "2026-W٣٤", "1969-W01"])
def test_what_is_no_week_is_refused(name):
    with pytest.raises(ValueError, match="week"):
        read_week(name)


def test_a_verdict_is_said_once_it_held_for_two_weeks():
    falling = [9, 9, 8, 8, 7, 6, 5, 4, 3, 2, 1, 0]
    assert agreed(falling).verdict == "improving"
    quiet = [3, 2, 3, 2, 3, 2, 3, 2]
    assert agreed([*quiet, 12]).verdict == "no evidence yet"  # one week alone shouts
    assert agreed([*quiet, 12, 12]).verdict == "degrading"
    assert "agree" in agreed(quiet).definition
    assert agreed([0] * 10 + [5] * 27).n == 5 * 26


def test_the_interval_is_the_step_of_twelve_weeks_to_either_side():
    # 13 edges, each step 10 up or down: the step is 10. Mean of the four ends before: (100 + 110 + 100 + 110) / 4.
    edges = [100.0, 110.0] * 6 + [100.0]
    found = held_against([110.0, 100.0, 110.0, 100.0, 110.0, 120.0], edges)
    assert found.mean == 105.0
    low, high = found.interval
    assert (low + high) / 2 == pytest.approx(120 / 105 - 1)
    assert (high - low) / 2 == pytest.approx(1.782 * (1 + 9 / 16 + 4 / 16 + 1 / 16) ** 0.5 * 10 / 105)
    assert held_against([5.0] * 6, [5.0] * 13).interval is None
    assert held_against([5.0] * 6, edges[:-1]).interval is None


def test_all_of_a_report_is_made():
    made = compiled(replace(MATERIAL, freshness=Freshness(is_complete=True)))
    assert {each.name for each in fields(made)} >= {"verdict", "weeks"}
    assert made.as_of == NOW
    assert dict(made.definitions)["verdict"].endswith("agree")
    assert "1.782" in dict(made.definitions)["90 % interval"]
    assert made.freshness == Freshness(hour(100), hour(-600), is_complete=True)
    assert compiled(MATERIAL).freshness == Freshness(hour(100))


def test_what_reached_more_people_weighs_more():
    one = "1 arrived @zoe, 1 classified crash S2"
    more = replace(MATERIAL, entries=entries(one), reactions={1: 3}, occurrences={1: 2}, fixes=(), guards=())
    assert compiled(more).impact.now == pytest.approx(5 * (1 + log2(1 + 1 + 3 + 2)))


def test_where_nobody_is_known_somebody_reported():
    one, twice = "1 arrived, 1 classified crash S2", entries("2 arrived, 2 dismissed =1", 2)
    found = replace(MATERIAL, entries=[*entries(one), *twice], fixes=(), guards=())
    assert compiled(found).impact.now == pytest.approx(5 * (1 + log2(1 + 1 + 1)))


def test_a_ledger_of_the_future_says_nothing_of_the_week():
    later = entries(f"{WEEK + 1} arrived, {WEEK + 1} classified crash", 90)
    made = compiled(replace(MATERIAL, entries=[*LEDGER, *later], now=NOW + timedelta(days=1)))
    assert made.weeks == compiled(MATERIAL).weeks
    assert [each.open for each in made.classes] == [each.open for each in compiled(MATERIAL).classes]


def test_a_class_repeats_from_its_first_fix_on():
    fixed_again = entries("-160 fixed #95, -160 closed", 4)
    assert row(compiled(replace(MATERIAL, entries=[*LEDGER, *fixed_again])), "hang").repeat.numerator == 1  # that is 11
    both = [*fixed_again, *entries("30 fixed #96, 30 closed", 6)]
    assert row(compiled(replace(MATERIAL, entries=[*LEDGER, *both])), "hang").repeat.numerator == 1


def test_nothing_repeats_in_a_class_that_nobody_fixed():
    made = compiled(replace(MATERIAL, entries=entries("5 arrived, 5 classified crash, 9 closed")))
    assert row(made, "crash").repeat.shown == "0 of 1"


def test_what_was_there_again_in_another_week_is_no_news():
    later = compiled(replace(MATERIAL, week="2026-W35", now=hour(2 * WEEK)))
    assert (later.regressions, row(later, "crash").state) == ((), "no-evidence")
    assert compiled(replace(MATERIAL, week="2026-W33")).regressions == ()


@pytest.mark.parametrize("is_reversed", [False, True])
def test_of_two_records_of_one_thing_the_one_that_says_more_counts(is_reversed):
    told = entries("1 arrived @zoe, 1 classified crash, 9 fixed #7, 9 closed, 3 arrived @max, 5 classified crash S2", 1)
    told += [told[2]._replace(evidence="L4"), *entries("2 arrived @zoe, 2 classified crash, 4 dismissed =1", 2)]
    told += entries("10 reopened", 1)
    made = compiled(replace(MATERIAL, entries=told[::-1] if is_reversed else told, fixes=()))
    assert row(made, "crash").guards.shown == "1 of 1"
    assert made.impact.now == pytest.approx(5 * (1 + log2(1 + 1 + 1)))  # zoe twice, for #1 is hers, and a duplicate
