import math
from dataclasses import replace
from itertools import pairwise

import pytest

from bot.core.report import figures
from bot.core.report.model import Count, Excluded, Impact, Regression, Waived, Week
from bot.core.report.trend import Trend
from bot.core.rules.entries import Acceptance, Validation
from bot.core.text.quoting import marked
from bot.core.text.sections import END, MAX_BODY, room_beside
from bot.core.text.tranches import criterion
from bot.core.text.weekly import MAX_LIVE, body, comment, impact, markdown, sentences, validation, verdict
from tests.core.inert import MARKDOWN
from tests.core.weeklies import BUSY, FIRST, QUIET, ROWS, largest, week, weeks

HEADINGS = [
    "Burn-down, week 2026-W34",
    "Classes",
    "Open impact",
    "Regressions and failed fixes",
    "Fixes without proof",
    "Waivers",
    "Next to burn down",
    "Reports from outside",
    "About these figures",
]


def sections(text):
    """What stands below each heading."""
    found, name = {"": []}, ""
    for line in text.split("\n"):
        if line.startswith("##"):
            name = line.lstrip("# ")
            found[name] = []
        else:
            found[name].append(line)
    return {name: "\n".join(lines).strip() for name, lines in found.items()}


BUSY_PARTS = sections(markdown(BUSY))


def test_the_sections_come_in_the_order_of_their_importance_to_a_reader():
    assert list(BUSY_PARTS) == ["", *HEADINGS]
    assert list(sections(markdown(FIRST))) == [
        "",
        *(each for each in HEADINGS if each[:1] not in "WR" or "Reg" in each),
    ]


def test_the_verdict_is_the_first_sentence():
    first = BUSY_PARTS["Burn-down, week 2026-W34"].split("\n")[0]
    assert first == (
        "Reliability is **degrading**: defects arrive more often "
        "(n = 57 arrivals in 12 complete weeks, Laplace trend U = 4.01, raw counts)."
    )


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        pytest.param(
            Trend("improving", -2.314, 48, 12),
            "Reliability is improving: defects arrive less often "
            "(n = 48 arrivals in 12 complete weeks, Laplace trend U = -2.31, raw counts).",
            id="improving",
        ),
        pytest.param(
            Trend("no evidence yet", -0.001, 1, 1),
            "No evidence yet that reliability changes, for better or worse "
            "(n = 1 arrival in 1 complete week, Laplace trend U = 0.00, raw counts).",
            id="one week",
        ),
        pytest.param(
            Trend("no evidence yet", None, 0, 0),
            "No evidence yet that reliability changes, for better or worse (n = 0 arrivals in 0 complete weeks).",
            id="the first week",
        ),
        pytest.param(
            Trend("no evidence yet", math.nan, 3, 4),
            "No evidence yet that reliability changes, for better or worse (n = 3 arrivals in 4 complete weeks).",
            id="no figure",
        ),
    ],
)
def test_the_verdict_says_what_it_rests_on(found, sentence):
    assert verdict(found) == sentence


@pytest.mark.parametrize("report", [FIRST, QUIET, BUSY])
def test_no_week_is_held_against_the_week_before(report):
    text = (markdown(report) + comment(report)).casefold()
    assert "last week" not in text
    assert "fewer than" not in text.replace("as with fewer than 4 weeks", "")
    assert "n = " in comment(report)


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (Impact(), "Weighted open impact is 0.0; there is no mean of 4 weeks yet to hold it against."),
        (Impact(5.0, 0.0), "Weighted open impact is 5.0; the mean of the last 4 weeks is 0.0."),
        (Impact(96.0, 88.0), "Weighted open impact is 96.0: +9 % against the mean of the last 4 weeks (88.0)."),
        (
            Impact(96.0, 109.0, (-0.19, -0.05)),
            (
                "Weighted open impact is 96.0: "
                "-12 % against the mean of the last 4 weeks (109.0; 90 % interval -19 % to -5 %)."
            ),
        ),
        (
            Impact(math.inf, math.nan),
            "Weighted open impact is -; the mean of the last 4 weeks is -.",
        ),
    ],
)
def test_open_impact_is_held_against_its_mean(found, sentence):
    assert impact(found) == sentence


def test_a_quiet_week_reads_well():
    said = list(sentences(QUIET))
    assert said[2] == "In 2026-W34 nothing arrived and nothing was closed; 20 open."
    assert said[3] == (
        "Reopen rate: 4 % (3 of 71). Burn-down time: 140 days (20 open; 10 closed, 6 opened in 28 days)."
    )
    parts = sections(markdown(QUIET))
    assert parts["Regressions and failed fixes"] == "No defect that was fixed is there again."
    assert parts["Fixes without proof"] == "None."
    assert parts["Next to burn down"] == "Nothing is proposed."
    assert "Waivers" not in parts
    assert "Reports from outside" not in parts


def test_a_busy_week_reads_well():
    said = list(sentences(BUSY))
    assert said[2] == "In 2026-W34: 12 arrived, 2 reopened, 4 closed; 40 open."
    assert "Burn-down time: never at this pace (40 open; 12 closed, 30 opened in 28 days)." in said[3]


def test_a_first_week_reads_well():
    parts = sections(markdown(FIRST))
    assert parts["Classes"] == "No class of defects has anything in it."
    assert parts["Open impact"] == "There is no week yet to draw."
    assert "Reopen rate: nothing was resolved in the window. Burn-down time: not known yet." in markdown(FIRST)
    assert "the history begins with the installation, and is not complete yet" in parts["About these figures"]
    assert "csv" not in markdown(FIRST)
    assert "|" not in markdown(FIRST).replace("|U|", "")


def test_the_classes_are_a_table():
    assert BUSY_PARTS["Classes"].split("\n") == [
        "| rank | class | open | change | in | out | repeat rate | oldest | owner | guards | state |",
        "| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- | ---: | --- |",
        "| 1 | `Crash on an empty table` | 6 | +4 | 5 | 2 | 2 of 5 | 41 days | `ann` | 5 of 8 | growing |",
        "| 2 | `The profiler hangs` | 2 | 0 | 1 | 2 | 0 of 1 | 41 days | `acme/runtime` | 3 of 3 | no evidence |",
        "| 3 | `Rows are lost` | 0 | -2 | 0 | 2 | - | - | nobody | 92 % (11 of 12) | at target |",
    ]


def test_the_classes_after_the_fifth_are_counted():
    lines = sections(markdown(replace(QUIET, classes=ROWS * 3)))["Classes"].split("\n")
    assert len(lines) == 2 + 5 + 1
    assert lines[-1] == "| and 4 more | | | | | | | | | | |"


def test_the_chart_stands_between_its_text_and_its_table():
    text = BUSY_PARTS["Open impact"]
    assert text.startswith("`███▇▇▆▆▆▆▆▆▇` from 115.0 in 2026-W23 to 96.0 in 2026-W34\n")
    assert (
        "Tranche of 2026-W28 to 2026-W42, frozen at 86.0: for this week the plan is 50.0, open impact is 96.0, "
        "and the scope has become 92.0."
    ) in text
    assert "the line that ends at 50.0 is the plan, the one that ends at 92.0 the scope" in text
    assert text.index("Tranche") < text.index("```mermaid\n---\nconfig:") < text.index("| week |")


def test_a_tranche_without_a_plan_for_the_week_says_so():
    ended = replace(BUSY, tranche=replace(BUSY.tranche, planned=BUSY.tranche.planned[:-1]))
    assert "frozen at 86.0: it has no plan for this week." in markdown(ended)


def test_the_table_of_weeks_has_what_was_reported_then_beside_what_is_known_now():
    lines = BUSY_PARTS["Open impact"].partition("| week |")[2].split("\n")
    assert lines[0].strip("| ") == (
        "arrived | reopened | closed | reclassified | open | open from before | open impact | plan | scope"
    )
    assert lines[2] == "| 2026-W34 | 12 | 2 | 4 | -1 | 40 | 0 | 96.0 | 50.0 | 92.0 |"
    assert lines[3] == "| 2026-W33 | 6 (was 5) | 1 | 3 | +1 (was 0) | 30 (was 29) | 0 | 81.0 | 56.0 | 91.0 |"
    assert lines[-1] == "| 2026-W23 (not reported then) | 2 | 0 | 3 | 0 | 31 | 4 | 115.0 | - | - |"


def test_the_table_of_weeks_leaves_out_columns_that_say_nothing():
    assert "| week | arrived | reopened | closed | open | open impact |\n" in markdown(QUIET)


def test_older_weeks_than_are_drawn_are_counted():
    assert "| and 37 more | | | | | |" in markdown(replace(QUIET, weeks=weeks(50)))


def test_a_regression_has_its_fix_its_guard_and_the_new_evidence():
    assert BUSY_PARTS["Regressions and failed fixes"].split("\n") == [
        "- #301",
        "  - `Crash again on an empty table`: the fix of issue `#12` (pull request `#45`) failed; owner `ann`",
        "  - guard: `tests/test_table.py::test_empty`, which did not see it: `the test uses a table of one row`",
        "  - new evidence: `ZeroDivisionError in profile.py:41, version 2.4.1`",
        "- #302",
        "  - `Hangs when closed twice`: there again after the fix of issue `#77`; no owner",
        "  - guard: no regression test was linked",
        "  - new evidence: `waits forever`",
    ]


@pytest.mark.parametrize("count", [1, 9, 10, 11, 25, 26, 400])
def test_at_most_ten_references_are_alive(count):
    lines = markdown(replace(BUSY, regressions=tuple(Regression(n + 1, "t", 1) for n in range(count)))).split("\n")
    assert lines.count("- #1") == 1
    assert [each for each in lines if each.startswith("- #")] == [f"- #{n + 1}" for n in range(min(count, MAX_LIVE))]
    assert [each for each in lines if each.startswith("- `#")] == [f"- `#{n}`" for n in range(11, min(count, 25) + 1)]
    assert (f"- and {count - 25} more" in lines) is (count > 25)


def test_fixes_without_proof_have_their_level_and_waivers_their_regret():
    assert BUSY_PARTS["Fixes without proof"].split("\n") == [
        "- pull request `#451`: L1 (declared), fixes issue `#17` of class `crash`",
        "- pull request `#452`: L0 (nothing linked)",
    ]
    assert BUSY_PARTS["Waivers"].split("\n")[2:] == [
        "| ui | 3 | 1 of 2, 1 too young to say |",
        "| untestable | 1 | - |",
    ]


def test_what_is_proposed_has_its_arithmetic_its_criterion_and_its_validation():
    lines = BUSY_PARTS["Next to burn down"].split("\n")
    assert lines[0] == "A proposal: a person decides."
    assert lines[2:6] == [
        "- `Crash on an empty table` (class `crash`), owner `ann`",
        (
            "  - why: an S1 is open, so it goes first; `175.9 = (S1: 8 x 3.81 + S2: 5 x 19.04) x (1 + 2/5)`; "
            "93 % of all with the classes above it; worst severity S1, arrivals in 4 weeks 5.0, repeat rate 2 of 5, "
            "guarded fixes 5 of 8"
        ),
        "  - done when: no new report for 28 days and 2 releases, every fix at L3 or better (now: failed fix)",
        "  - every fix needs: a regression test at L4 (it passed on the newest commit); also: reproduction",
    ]


@pytest.mark.parametrize(
    ("accepted", "sentence"),
    [
        (Acceptance(days=1, releases=1), "no new report for 1 day and 1 release, every fix at L3 or better"),
        (Acceptance(days=28, releases=0, evidence="L5"), "no new report for 28 days, every fix at L5 or better"),
    ],
)
def test_a_criterion_is_a_sentence(accepted, sentence):
    assert criterion(accepted) == sentence


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (Validation(regression_test="L0"), "no regression test"),
        (
            Validation(regression_test="L5", also=("docs", "changelog")),
            "a regression test at L5 (it fails without the fix); also: docs, changelog",
        ),
    ],
)
def test_what_a_fix_needs_is_a_sentence(asked, sentence):
    assert validation(asked) == sentence


def test_reports_from_outside_are_apart():
    assert BUSY_PARTS["Reports from outside"].split("\n")[2:] == [
        "| `support` | `crash` | 17 |",
        "| `incidents` | `#301` | 2 |",
    ]


def test_the_end_says_how_fresh_the_figures_are_and_what_they_leave_out():
    lines = BUSY_PARTS["About these figures"].split("\n")
    assert lines[:3] == [
        "- as of 2026-08-24 06:00 UTC; the newest event that was seen is of 2026-08-24 05:00 UTC",
        "- the history goes back to 2024-01-01, and is complete",
        "- left out: 12 of no class yet, 3 closed as duplicate",
    ]
    assert "left out: nothing" in markdown(replace(BUSY, excluded=(Excluded("by bots", 0),)))


@pytest.mark.parametrize("report", [FIRST, QUIET, BUSY], ids=["first", "quiet", "busy"])
def test_every_figure_has_its_definition(report):
    text = markdown(report)
    for name, meaning in report.definitions:
        assert f"- **{name}**: `{meaning}`" in text
    names = {name for name, _ in report.definitions}
    assert {"verdict", "open impact", "repeat rate", "reopen rate", "burn-down time", "rank", "was"} <= names


@pytest.mark.parametrize("report", [FIRST, QUIET, BUSY, largest(str)], ids=["first", "quiet", "busy", "largest"])
def test_details_are_closed_and_markers_stand_at_both_ends(report):
    lines = markdown(report).split("\n")
    assert lines[0] == "<!-- burndown:weekly 2026-W34 -->"
    assert lines[-1] == END
    assert marked(markdown(report), "burndown:weekly") == "2026-W34"
    assert lines.count("<details>") == lines.count("</details>") >= 1
    assert len([each for each in lines if each.startswith("```")]) % 2 == 0


WIDE = "\U0001f4a5"


@pytest.mark.parametrize("room", [MAX_BODY, 40_000, 20_000, 10_000, 5_000])
@pytest.mark.parametrize(
    "title",
    [lambda _: WIDE * 120, lambda n: f"{n}" + "`" * 119, lambda n: f"title {n}"],
    ids=["wide", "ticks", "short"],
)
def test_the_largest_report_fits(title, room):
    text = markdown(largest(title), room)
    assert len(text) <= room
    assert verdict(BUSY.verdict, "**") in text
    assert text.endswith(END)
    assert "more" in text


def test_what_matters_least_is_cut_first():
    report = largest(lambda _: WIDE * 120)
    kept = [set(sections(markdown(report, room))) for room in range(60_000, 4_000, -2_000)]
    assert all(after <= before for before, after in pairwise(kept))
    assert kept[0] == {"", *HEADINGS}
    order = sorted(HEADINGS[1:], key=lambda name: (sum(name in each for each in kept), name))
    assert order.index("Reports from outside") < order.index("Next to burn down") <= order.index("Classes")
    parts = sections(markdown(report))
    assert "and 195 more" in parts["Classes"]
    assert "- and 9975 more" in parts["Regressions and failed fixes"]
    assert "- and 9975 more" in parts["Fixes without proof"]
    assert "more: `burndown report --format csv` has them all" in parts["About these figures"]


def test_the_comment_is_short_and_points_to_nothing():
    text = comment(BUSY)
    assert text.split("\n")[:3] == ["<!-- burndown:weekly-comment 2026-W34 -->", "**Burn-down, week 2026-W34**", ""]
    assert marked(text, "burndown:weekly-comment") == "2026-W34"
    assert marked(text, "burndown:weekly") == ""
    assert verdict(BUSY.verdict, "**") in text
    assert [each for each in text.split("\n") if each.startswith("- ")] == [
        "- `Crash on an empty table`: 6 open (+4), owner `ann`",
        "- `The profiler hangs`: 2 open (0), owner `acme/runtime`",
    ]
    assert "2 defects that were fixed are there again." in text
    assert len(comment(largest(lambda _: "`" * 120))) < 4_000
    assert not [each for token in MARKDOWN.parse(text) for each in token.children or () if "link" in each.type]


def test_the_comment_of_a_first_week_says_that_nothing_came_back():
    assert "No defect that was fixed is there again." in comment(FIRST)


def test_what_people_write_takes_room_from_the_report():
    text = ("Our notes.\r\n" * 2_000) + "\r\n"
    made = body(text, largest(lambda _: WIDE * 120))
    assert made.startswith(text)
    assert len(made) <= MAX_BODY
    assert len(made) > MAX_BODY - 3_000
    assert body(made, largest(lambda _: WIDE * 120)) == made
    assert room_beside(made) <= MAX_BODY - len(text)


def test_a_body_is_found_again_week_after_week():
    first = body("Notes above\n", QUIET)
    edited = f"{first}\n\nNotes below"
    second = body(edited, replace(BUSY, week="2026-W35"))
    assert second.startswith("Notes above\n\n<!-- burndown:weekly 2026-W35 -->")
    assert second.endswith(f"{END}\n\nNotes below")
    assert second.count(END) == 1


def test_odd_figures_do_not_stop_a_report():
    counts = Count(0, 0, 0, 0, 0, math.nan)
    odd = replace(
        BUSY,
        impact=Impact(math.nan, math.inf, (math.nan, math.inf)),
        weeks=(Week(week(0), counts, counts),),
        waivers=(Waived("ui", 0, figures.waiver_regret(0, 0, 3)),),
    )
    assert len(markdown(odd)) < MAX_BODY
    assert "nan" not in markdown(odd).replace("finance", "")
