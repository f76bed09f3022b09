import math
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.report.model import Count, Planned, Tranche, Week
from bot.core.text.charts import (
    BARS,
    MAX_WEEKS,
    MOST,
    PLAN,
    SCOPE,
    Point,
    amount,
    bars,
    points,
    sparkline,
    xychart,
)
from tests.core.weeklies import BUSY, FIRST, QUIET, week, weeks

NUMBER = r"\d+(?:\.\d+)?"
SERIES = rf"\[({NUMBER}(?:, {NUMBER})*)\]"
GRAMMAR = [  # the lines of a chart in their order, and how often each may come
    (r"---", 1, 1),
    (r"config:", 1, 1),
    (r"  themeVariables:", 1, 1),
    (r"    xyChart:", 1, 1),
    (r'      plotColorPalette: "#[0-9A-F]{6}(?:, #[0-9A-F]{6})*"', 1, 1),
    (r"---", 1, 1),
    (r"xychart-beta", 1, 1),
    (r"  accTitle: [A-Za-z ]+", 1, 1),
    (r"  accDescr: [A-Za-z0-9 .,-]+", 1, 1),
    (r'  x-axis \["[0-9W-]+"(?:, "[0-9W-]+")*\]', 1, 1),
    (rf'  y-axis "[a-z ]+" {NUMBER} --> {NUMBER}', 1, 1),
    (rf"  bar {SERIES}", 1, 1),
    (rf"  line {SERIES}", 0, 2),
]


def parsed(lines):
    """The categories, the top of the axis and the plots of a chart; raises where a line is not as Mermaid wants it."""
    left, found = list(lines), []
    for pattern, least, most in GRAMMAR:
        count = 0
        while left and count < most and re.fullmatch(pattern, left[0]):
            found.append(left.pop(0))
            count += 1
        if count < least:
            raise ValueError(f"{pattern} wants a line, and there is {left[:1]}")
    if left:
        raise ValueError(f"no rule for {left[0]}")
    categories = re.findall(r'"([^"]*)"', next(line for line in found if "x-axis" in line))
    bottom, top = re.findall(NUMBER, next(line for line in found if "y-axis" in line))
    plots = [[float(each) for each in re.findall(NUMBER, line)] for line in found if line[2:6] in {"bar ", "line"}]
    colors = re.findall(r"#[0-9A-F]{6}", "".join(found))
    if any(len(plot) != len(categories) for plot in plots) or len(colors) != len(plots):
        raise ValueError("every plot has a number for each category, and a color")
    if not float(bottom) < float(top) or any(not 0 <= each <= float(top) for plot in plots for each in plot):
        raise ValueError("a number is outside of the axis")
    return categories, float(top), plots


@pytest.mark.parametrize(
    ("values", "drawn"),
    [
        pytest.param((), "", id="nothing"),
        pytest.param((0, 0, 0), "▁▁▁", id="nothing at all"),
        pytest.param((5,), "█", id="one week"),
        pytest.param((0, 1, 2, 3, 4, 5, 6, 7, 8), "▁▂▃▄▅▆▇██", id="every height"),
        pytest.param((8, -3, math.nan, math.inf), "█▁▁▁", id="what is no figure is nothing"),
        pytest.param((1e300, 1), "█▁", id="a number beyond all"),
    ],
)
def test_a_sparkline_is_drawn(values, drawn):
    assert sparkline(values) == drawn


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0.0"),
        (96, "96.0"),
        (0.06, "0.1"),
        (-0.04, "0.0"),
        (1234567.89, "1,234,567.9"),
        (None, "-"),
        (math.inf, "-"),
        (math.nan, "-"),
    ],
)
def test_an_amount_is_written(value, written):
    assert amount(value) == written


def test_a_chart_without_a_tranche_has_bars_only():
    categories, top, plots = parsed(xychart(points(QUIET)))
    assert categories[0] == "W23"
    assert categories[-1] == "W34"
    assert (top, plots) == (115, [[115, 110, 105, 100, 95, 90, 85, 80, 75, 70, 65, 60]])


def test_a_chart_with_a_tranche_has_its_plan_and_its_scope_level_before_it_began():
    _, _, (bar, plan, scope) = parsed(xychart(points(BUSY)))
    assert bar[-1] == 96
    assert plan == [86, 86, 86, 86, 86, 86, 80, 74, 68, 62, 56, 50]
    assert scope == [86, 86, 86, 86, 86, 86, 87, 88, 89, 90, 91, 92]


def test_a_chart_tells_what_it_shows_to_who_does_not_see_it():
    text = "\n".join(xychart(points(BUSY)))
    assert "accTitle: Weighted open impact by week" in text
    assert "from 115.0 in 2026-W23 to 96.0 in 2026-W34" in text
    assert "The first line is the plan, from 86.0 to 50.0. The second line is the scope, from 86.0 to 92.0" in text


def test_a_week_in_which_the_plan_has_no_number_repeats_the_one_before():
    tranche = Tranche(week(3), week(0), 9, (Planned(week(3), 9, 9), Planned(week(1), 3, 9)))
    shown = points(replace(QUIET, weeks=weeks(4, lambda _: 9.0), tranche=tranche))
    assert [each.plan for each in shown] == [9, None, 3, None]
    assert parsed(xychart(shown))[2][1] == [9, 9, 3, 3]


def test_a_tranche_of_other_weeks_draws_no_line():
    tranche = Tranche("2025-W01", "2025-W09", 9, (Planned("2025-W01", 9, 9),))
    assert len(parsed(xychart(points(replace(QUIET, tranche=tranche))))[2]) == 1


def test_without_a_week_there_is_no_chart():
    assert points(FIRST) == ()
    assert list(xychart(())) == []
    assert list(bars(())) == []


def test_a_chart_of_zeros_has_an_axis():
    assert parsed(xychart([Point("2026-W01", 0.0)]))[:2] == (["W01"], 1)


def test_a_chart_shows_the_newest_weeks_each_once():
    categories, _, _ = parsed(xychart(points(replace(QUIET, weeks=weeks(300)))))
    assert len(set(categories)) == len(categories) == MAX_WEEKS
    assert categories[-1] == "W34"


NUMBERS = st.floats() | st.integers(0, 200).map(float)
WEEK_NAMES = st.builds("{:04}-W{:02}".format, st.integers(2000, 2100), st.integers(1, 53)) | st.text(max_size=20)


@settings(max_examples=150, derandomize=True, deadline=None, database=None)
@given(st.lists(st.builds(Point, WEEK_NAMES, NUMBERS, NUMBERS | st.none(), NUMBERS | st.none()), max_size=MAX_WEEKS))
def test_whatever_is_drawn_mermaid_can_read(shown):
    lines = list(xychart(shown))
    if shown:
        assert parsed(lines)[1] <= MOST
    for line in (*bars(shown), sparkline(each.impact for each in shown)):
        assert line.isprintable()
        assert len(line) < 800


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(lambda text: text.replace('"W33"', '"W"33"'), id="a quotation mark in a label"),
        pytest.param(lambda text: text.replace("xychart-beta", "xychart"), id="the other name"),
        pytest.param(lambda text: text.replace("bar [115,", "bar [nan,"), id="no number"),
        pytest.param(lambda text: text.replace("bar [115,", "bar [1e3,"), id="a number with an exponent"),
        pytest.param(lambda text: text.replace("bar [115, ", "bar ["), id="a number too few"),
        pytest.param(lambda text: text.replace("0 --> 115", "0 --> 90"), id="a bar above the axis"),
        pytest.param(lambda text: text.replace(", #9A6DD7", ""), id="a color too few"),
        pytest.param(lambda text: text + "\n  title x", id="a line too many"),
    ],
)
def test_the_oracle_sees_a_chart_that_is_broken(broken):
    text = "\n".join(xychart(points(BUSY)))
    parsed(text.split("\n"))
    assert broken(text) != text
    with pytest.raises(ValueError, match=r"rule|wants|every|outside"):
        parsed(broken(text).split("\n"))


def luminance(color):
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return sum(weight * each for weight, each in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("background", ["#ffffff", "#0d1117", "#212830"])
@pytest.mark.parametrize("color", [BARS, PLAN, SCOPE])
def test_colors_stand_out_on_every_background_of_github(color, background):
    low, high = sorted(map(luminance, (color, background)))
    assert (high + 0.05) / (low + 0.05) >= 3


def test_the_palette_is_the_one_that_was_measured():
    assert (BARS, PLAN) == ("#3B82C4", "#D55E00")
    low, high = sorted(map(luminance, (BARS, "#ffffff")))
    assert round((high + 0.05) / (low + 0.05), 2) == 4.06


def test_bars_for_a_terminal_are_in_proportion_and_have_their_numbers():
    lines = list(bars([Point("2026-W33", 8.0), Point("2026-W34", 4.5), Point("2026-W35", 0.0)], width=8))
    assert lines == ["2026-W33 ████████ 8.0", "2026-W34 ████▌    4.5", "2026-W35          0.0"]


@pytest.mark.parametrize(
    ("impact", "plan", "line"),
    [
        pytest.param(8, 4, "2026-W34 ████┊███ 8.0  plan 4.0", id="inside of the bar"),
        pytest.param(4, 6, "2026-W34 ████  ┊  4.0  plan 6.0", id="beyond the bar"),
        pytest.param(4, 8, "2026-W34 ████   ┊ 4.0  plan 8.0", id="at the end"),
        pytest.param(0, 0, "2026-W34 ┊        0.0  plan 0.0", id="of nothing"),
    ],
)
def test_a_plan_is_marked_in_the_bars_of_a_terminal(impact, plan, line):
    first = next(iter(bars([Point("2026-W34", impact, plan), Point("2026-W35", 8)], width=8)))
    assert first == line


def test_points_are_as_classified_now():
    count, then = Count(impact=3.0), Count(impact=9.0)
    assert points(replace(FIRST, weeks=(Week("2026-W34", count, then),))) == (Point("2026-W34", 3.0),)
