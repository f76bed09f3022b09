import csv
import json
import math
from dataclasses import replace

import pytest

from bot.core.report.model import Impact
from bot.core.text import series
from tests.core.weeklies import BUSY, FIRST, QUIET, ROWS


def test_the_series_is_a_csv_with_a_number_in_every_place():
    rows = list(csv.reader(series.csv(series.weeks(BUSY)).splitlines()))
    assert rows[0] == list(series.WEEKS)
    assert {len(each) for each in rows} == {len(series.WEEKS)}
    first, last = (dict(zip(rows[0], row, strict=True)) for row in (rows[1], rows[-1]))
    assert (first["week"], first["open_then"], first["open_backfilled"], first["plan"]) == ("2026-W23", "", "4", "")
    assert (last["arrived"], last["reclassified"], last["open_impact"], last["plan"]) == ("12", "-1", "96", "50")
    assert dict(zip(rows[0], rows[-2], strict=True))["arrived_then"] == "5"


def test_the_classes_are_a_csv():
    rows = list(csv.DictReader(series.csv(series.classes(BUSY)).splitlines()))
    assert [each["title"] for each in rows] == [each.title for each in BUSY.classes]
    assert (rows[0]["severity"], rows[0]["score"], rows[0]["change"]) == ("S1", "175.9", "4")
    assert (rows[2]["oldest_days"], rows[2]["change"], rows[2]["criterion"]) == ("", "-2", "verified")


@pytest.mark.parametrize(
    ("title", "cell"),
    [
        pytest.param("plain", "plain", id="a word"),
        pytest.param("a, b", '"a, b"', id="a comma"),
        pytest.param('say "a"', '"say ""a"""', id="quotation marks"),
        pytest.param("=1+1", "'=1+1", id="a formula"),
        pytest.param("+1", "'+1", id="plus"),
        pytest.param("-1", "'-1", id="minus"),
        pytest.param("@SUM(A1)", "'@SUM(A1)", id="at"),
        pytest.param("\t=1", "'=1", id="a tab before a formula"),
        pytest.param("\r=1", "'=1", id="a line end before a formula"),
        pytest.param("\u200b \x00=1", "'=1", id="hidden characters before a formula"),
        pytest.param("\uff1d1", "'\uff1d1", id="a formula in wide characters"),
        pytest.param('=A1,"b"', '"\'=A1,""b"""', id="a formula with marks"),
        pytest.param("a;=1+1", '"a,=1+1"', id="a cell that begins at a semicolon"),
        pytest.param("a\nb\r\nc", "a b c", id="lines"),
        pytest.param("a\x1b[31m\x9bb", "a[31mb", id="an escape"),
        pytest.param("x" * 2_000, "x" * 1_000, id="too long"),
    ],
)
def test_a_cell_is_harmless_in_a_spreadsheet(title, cell):
    assert list(series.csv_lines([(1, title, -3)])) == [f"1,{cell},-3"]


@pytest.mark.parametrize(
    ("number", "cell"),
    [(0, "0"), (-3, "-3"), (2.0, "2"), (2.5, "2.5"), (1 / 3, "0.33"), (math.nan, ""), (-math.inf, ""), (None, "")],
)
def test_a_figure_is_written(number, cell):
    assert list(series.csv_lines([(number,)])) == [cell]


def test_a_terminal_gets_one_visible_line_a_cell():
    hostile = "a\x1b]0;x\x07\r\nb\x9b31m\u202ec\ud800"
    rows = series.shown(series.brief(replace(QUIET, classes=(replace(ROWS[0], title=hostile, owner=hostile),))))
    assert rows[0] == series.BRIEF
    assert rows[1] == ("1", "a]0;x b31mc", "6", "4", "2 of 5", "41 d", "a]0;x b31mc", "5 of 8", "growing")
    assert series.shown(series.brief(replace(QUIET, classes=ROWS[2:])))[1][5:7] == ("-", "nobody")


@pytest.mark.parametrize("report", [FIRST, QUIET, BUSY], ids=["first", "quiet", "busy"])
def test_the_report_is_plain_data(report):
    made = json.loads(json.dumps(series.data(report), allow_nan=False))
    assert made["version"] == series.VERSION
    assert made["report"]["verdict"]["n"] == report.verdict.n
    assert made["report"]["as_of"] == "2026-08-24T06:00:00+00:00"
    assert len(made["report"]["weeks"]) == len(report.weeks)
    assert made["report"]["definitions"] == [list(each) for each in report.definitions]


def test_data_has_every_part_of_a_class_and_no_infinity():
    odd = replace(BUSY, impact=Impact(math.inf, math.nan), repository="a\ud800b")
    made = json.loads(json.dumps(series.data(odd), allow_nan=False, ensure_ascii=False).encode())["report"]
    assert made["impact"] == {"now": None, "mean": None, "interval": None}
    assert made["repository"] == "a?b"
    assert made["classes"][0]["arithmetic"]["is_gated"] is True
    assert made["classes"][0]["criterion"] == {"days": 28, "releases": 2, "evidence": "L3"}
    assert made["classes"][0]["validation"]["regression-test"] == "L4"
    assert made["burn_down"]["value"] is None
    assert made["burn_down"]["shown"].startswith("never at this pace")
