"""The version of CI reads the charts of 1,000 reports; `make mermaid` has every version read them."""

import io
import math
import os
import tarfile
from dataclasses import replace

import pytest

from bot.core.text.charts import MAX_WEEKS, MOST, Point, xychart
from tests.core.weeklies import BUSY, QUIET
from tests.mermaid import bundles
from tests.mermaid.proof import ALTERED, REFUSED, chart, charts, faults_of, proven
from tests.mermaid.readings import Drawing, Refusal, readings
from tests.mermaid.reports import TEXTS, reports

REPORTS = 1_000


@pytest.fixture(scope="module")
def script():
    """Fetched where it is lacking; where npm is out of reach this skips visibly, and under CI=true it fails."""
    try:
        return bundles.bundle(bundles.IN_CI)
    except bundles.Unavailable as error:
        if os.environ.get("CI", "").casefold() == "true":
            pytest.fail(f"required in CI: {error}", pytrace=False)
        pytest.skip(str(error))


@pytest.mark.usefixtures("script")
def test_mermaid_accepts_the_chart_of_every_report_and_draws_what_it_says():
    outcome = proven(bundles.IN_CI, REPORTS)
    assert outcome.faults == ()
    assert outcome.missed == ()
    assert outcome.charts >= REPORTS - 1


def test_a_broken_chart_is_refused_and_the_one_after_it_is_not(script):
    whole = chart(BUSY)
    found = readings(script, [text for breaking in REFUSED.values() for text in (breaking(whole), whole)])
    assert all(isinstance(each, Refusal) and each.why for each in found[::2])
    assert [list(faults_of(BUSY, each)) for each in found[1::2]] == [[]] * len(REFUSED)


def test_a_chart_that_is_accepted_and_says_something_else_is_noticed(script):
    whole = chart(BUSY)
    found = dict(zip(ALTERED, readings(script, [altering(whole) for altering in ALTERED.values()]), strict=True))
    assert [name for name, each in found.items() if not isinstance(each, Drawing)] == []
    assert [name for name, each in found.items() if not list(faults_of(BUSY, each))] == []


def test_colors_of_one_chart_are_not_those_of_the_chart_before_it(script):
    told = [BUSY, QUIET, BUSY, QUIET]
    found = readings(script, [chart(each) for each in told])
    assert [list(faults_of(report, each)) for report, each in zip(told, found, strict=True)] == [[]] * 4


def test_a_week_that_is_none_kills_no_chart(script):
    names = [*TEXTS, "", "W", "---", "2026-W34\n  bar [1]", "%%" * 9]
    found = readings(script, ["\n".join(xychart([Point(name, 1.0, 2.0), Point("2026-W34", 3.0)])) for name in names])
    assert [each for each in found if not isinstance(each, Drawing)] == []


@pytest.mark.parametrize("change", [*REFUSED.values(), *ALTERED.values()], ids=[*REFUSED, *ALTERED])
def test_what_is_meant_to_be_broken_is(change):
    assert change(chart(BUSY)) != chart(BUSY)


def test_the_reports_are_the_same_every_time_and_of_every_kind():
    told = list(reports(REPORTS))
    assert list(map(repr, told)) == list(map(repr, reports(REPORTS)))
    assert len(told) == REPORTS
    lengths = {len(each.weeks) for each in told}
    assert {0, 1, MAX_WEEKS, MAX_WEEKS + 1, 26} <= lengths
    impacts = {week.now.impact for each in told for week in each.weeks}
    assert {0.0, MOST, math.inf, -math.inf} < impacts
    assert any(map(math.isnan, impacts))
    assert min(impacts - {-math.inf}) < 0 < max(impacts - {math.inf}) > 1e300
    lines = {text.count("\n  line [") for _, text in charts(REPORTS)}
    assert lines == {0, 2}
    assert any('"' in each.repository and "mermaid" in row.title for each in told for row in each.classes)


@pytest.mark.parametrize(
    "title", ["```mermaid\npie\n```", "\n~~~mermaid\npie\n~~~", "`\n```mermaid\n", "    ```mermaid"]
)
def test_a_title_makes_no_chart_of_its_own(title):
    report = replace(BUSY, repository=title, classes=tuple(replace(each, title=title) for each in BUSY.classes))
    assert chart(report) == chart(BUSY)


def packed(**files):
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as package:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            package.addfile(entry, io.BytesIO(content))
    return made.getvalue()


@pytest.mark.parametrize("integrity", [integrity for _, integrity in bundles.PINNED.values()], ids=bundles.PINNED)
def test_a_package_that_is_not_the_one_that_was_pinned_is_not_unpacked(integrity):
    with pytest.raises(bundles.Changed):
        bundles.unpacked(packed(**{bundles.BUNDLE: b"globalThis.mermaid = {}"}), integrity)


def test_of_a_package_the_script_alone_is_taken():
    package = packed(**{"package/evil.js": b"evil", bundles.BUNDLE: b"good", "../../evil": b"evil"})
    assert bundles.unpacked(package, bundles.integrity_of(package)) == b"good"
