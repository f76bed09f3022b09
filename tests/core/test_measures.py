"""The figures of a small ledger, counted by hand."""

from dataclasses import replace

from bot.core.ledger.model import CONTAINED, Entry
from bot.core.recurrence.model import Enough, Release
from bot.core.report.compiling import compiled
from bot.core.report.figures import DEFINITIONS
from bot.core.text.weekly import markdown
from tests.core.ledgerlines import entries, hour
from tests.core.test_compiling import CLASSES, LEDGER, MATERIAL

RELEASES = (Release("1.0", hour(-400)), Release("1.1", hour(30)))


def shown(material):
    return {each.figure.name: (each.weeks, each.figure.shown) for each in compiled(material).measures}


def test_the_figures_of_the_last_weeks_are_those_of_the_ledger():
    assert shown(MATERIAL) == {
        # Since -504: 2, 3, 4, 6, 7 and 11 came, 1 was reopened; 1, 3 and 11 were fixed.
        "net burn": (4, "-4 (3 fixed, 0 dismissed; 6 arrived, 1 reopened)"),
        "BMI": (4, "3 closed, 6 arrived"),
        # Closed: 1 (5), 3 (2), 11 (2). Opened: 2 (8), 3 (2), 4 (1), 6 (2), 7 (5), 11 (2), and 1 again (5).
        "MEI": (4, "weight 9 closed, weight 25 opened"),
        # Open: 1 (5), 2 (8), 4 (1), 6 (2), 7 (5).
        "weighted burn-down time": (
            4,
            "never at this pace (weight 21 open; weight 9 closed, weight 25 opened in 28 days)",
        ),
        "incoming vs open": (4, "7 opened, 1 open at the start"),
        "closed vs open": (4, "3 closed, 1 open at the start"),
        "carry-over": (4, "1 of 1"),  # 1, which was closed in between
        # 3 and 4 had an owner at once; 1, 2, 6 and 7 have none.
        "time to triage": (
            5,
            "median under an hour, longest under an hour (n = 2); with 4 still open: less than half done",
        ),
        # 1: 100 hours, 11: 130, 3: 340. Of the open ones 2, 4, 6 and 7 were never fixed.
        "time to fix": (5, "median 5.4 days, longest 14 days (n = 3); with 4 still open: median 14 days"),
        "repeat rate": (5, "3 of 7"),  # all of crash: 2, 6 and 7
        "failed-fix rate": (5, "0 of 1, 2 too young to say"),  # that of 1
        "proof coverage": (5, "1 of 3"),
        "waiver rate": (5, "1 of 3"),
    }


def test_a_fix_waits_for_its_release():
    found = shown(replace(MATERIAL, releases=RELEASES))
    # 1 was fixed at -500 and released at -400, 3 at 20 and 30; 11, fixed at 40, waits.
    assert found["time to release"] == (
        5,
        "median 2.3 days, longest 4.2 days (n = 2); with 1 still open: median 4.2 days",
    )
    assert found["failed-fix rate"] == (5, "0 of 1, 2 too young to say")


def test_what_was_released_before_these_weeks_and_what_came_out_after_them_tells_nothing_of_them():
    old = entries("-2500 arrived @zoe, -2500 classified crash S2, -2400 fixed #80, -2400 closed", 12)
    past = replace(MATERIAL, entries=[*LEDGER, *old], releases=(Release("0.9", hour(-2300)), *RELEASES))
    assert shown(past)["time to release"][1].startswith("median 2.3 days, longest 4.2 days (n = 2)")
    later = replace(MATERIAL, now=hour(2000), releases=(Release("2.0", hour(200)),))
    assert shown(later) == shown(replace(later, releases=()))


def test_an_issue_is_fixed_when_it_was_fixed_first():
    again = entries("130 fixed #94, 130 closed", 1)
    assert shown(replace(MATERIAL, entries=[*LEDGER, *again]))["time to fix"][1].startswith("median 5.4 days, longest")


def test_a_fix_has_failed_where_enough_reports_are_of_versions_that_have_it():
    back = Entry(7, hour(60), "recurred", cause=CONTAINED, pull=91, of=1)
    failed = replace(MATERIAL, entries=[*LEDGER, back], releases=RELEASES, enough=Enough(reports=1, days=20))
    assert shown(failed)["failed-fix rate"] == (5, "1 of 1, 2 too young to say")
    late = replace(failed, enough=Enough(reports=1, days=19))  # until 56
    assert shown(late)["failed-fix rate"] == (5, "0 of 1, 2 too young to say")


def test_only_classes_with_a_target_have_late_fixes():
    aimed = replace(MATERIAL, classes=CLASSES | {"hang": replace(CLASSES["hang"], sla_days=10)})
    assert shown(aimed)["percent delinquent"] == (5, "1 of 2")  # 3 took 14 days, 11 five


def test_what_nothing_is_known_of_is_not_shown():
    empty = compiled(replace(MATERIAL, entries=(), fixes=()))
    assert empty.measures == ()
    assert "All figures" not in markdown(empty)


def test_every_figure_is_told_with_its_definition():
    made = compiled(replace(MATERIAL, releases=RELEASES))
    text = markdown(made)
    for each in made.measures:
        assert f"| {each.figure.name} | {each.weeks} | {each.figure.shown} |" in text
        assert f"- **{each.figure.name}**: " in text
    assert {each.figure.name for each in made.measures} < DEFINITIONS.keys()
