"""The report of a week and the ledger at the terminal: from the store alone, the same numbers in every format."""

import asyncio
import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.cli.exits import run
from bot.cli.report import say_report
from bot.core.ledger.flows import Flow, Window
from bot.core.model import Mode
from bot.core.policy import Files
from bot.core.report.compiling import balanced, compiled
from bot.core.report.tranche import accept, freeze
from bot.process.report import report as reported
from bot.rulefiles import read_packs
from bot.store import open_store
from tests.cli.conftest import burndown
from tests.core.ledgerlines import START, entries, hour
from tests.core.test_compiling import LEDGER, LINES, MATERIAL

REPOSITORY_ID, INSTALLATION = 7, 1
HOSTILE = "=cmd|' /C calc'!A0"


@pytest.fixture
def stored(tmp_path):
    """A store that knows the ledger of the hand-made example, and more entries; its address."""

    def build(*more, config="version: 1\nmode: observe\n"):
        url = f"sqlite:///{tmp_path / 'inbox.db'}"
        asyncio.run(_fill(url, [*LEDGER, *more], config))
        return {"DATABASE_URL": url}

    return build


async def _fill(url, recorded, config):
    store = await open_store(url)
    try:
        files = Files(oid="1", config=config)
        await store.repositories.see(REPOSITORY_ID, INSTALLATION, "acme/widget", files=files, seen="1")
        await store.ledger.append_all(REPOSITORY_ID, INSTALLATION, recorded, hour(200))
    finally:
        await store.close()


def told(stored, form, *arguments):
    result = burndown("report", "--repo", "acme/widget", "--week", "2026-W34", "--format", form, *arguments, **stored)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def tables(text):
    weeks, classes = text.split("\n\n")
    return [list(csv.DictReader(io.StringIO(each))) for each in (weeks, classes)]


def test_json_csv_and_markdown_have_the_same_numbers(stored):
    store = stored()
    found = json.loads(told(store, "json"))["report"]
    weeks, classes = tables(told(store, "csv"))
    markdown = told(store, "markdown")
    assert [each["week"] for each in weeks] == ["2026-W30", "2026-W31", "2026-W32", "2026-W33", "2026-W34"]
    for one, other in zip(weeks, found["weeks"], strict=True):
        for column, name in (
            *(("arrived", "arrivals"), ("closed", "closures"), ("open", "open"), ("reopened", "reopened")),
            ("open_impact", "impact"),
        ):
            assert float(one[column]) == other["now"][name]
            assert float(one[f"{column}_then"]) == other["then"][name]
    for one, other in zip(classes, found["classes"], strict=True):
        assert (one["class"], one["open"], one["change"]) == (other["id"], str(other["open"]), str(other["delta"]))
        assert float(one["score"]) == pytest.approx(other["arithmetic"]["score"], abs=0.005)
    crash = next(each for each in classes if each["class"] == "crash")
    assert (crash["open"], crash["impact"]) == ("4", "48")
    assert "Weighted open impact is 50.0: +178 % against the mean of the last 4 weeks (18.0)." in markdown
    assert "| 2026-W34 | 2 (was 3) | 1 | 2 " in markdown
    assert f"| {found['classes'][0]['rank']} | `{found['classes'][0]['title']}` | 4 | +3 | 3 | 0 |" in markdown


def test_the_numbers_are_those_that_are_computed_by_hand(stored):
    found = json.loads(told(stored(), "json"))["report"]
    by_hand = compiled(replace(MATERIAL, classes={}, fixes=(), guards=(), titles={}))
    assert [each["now"]["impact"] for each in found["weeks"]] == [each.now.impact for each in by_hand.weeks]
    assert [each["id"] for each in found["classes"]] == [each.id for each in by_hand.classes]
    assert [each["issue"] for each in found["regressions"]] == [1, 7]


def test_a_terminal_says_the_verdict_first_then_the_chart_and_the_classes(stored):
    lines = told(stored(), "terminal").splitlines()
    assert lines[0] == "acme/widget, week 2026-W34"
    assert lines[1].startswith("No evidence yet that reliability changes")
    chart = [each for each in lines if each.startswith("2026-W")]
    assert len(chart) == 5
    assert chart[-1].endswith(" 50.0")
    assert chart[-1].count("█") == 40
    assert any(each.split()[:2] == ["1", "Crash"] and "regressed" in each for each in lines), lines
    assert "there again: #1, #7" in lines
    assert lines[-1].startswith("as of ")


async def _tranche(url):
    """The first by rank of the week before, and the week that was asked for is its first."""
    store = await open_store(url)
    try:
        packs, _ = read_packs(Path("rules"))
        outline = packs.outline(Files(), Mode.OBSERVE)
        before = await reported(store, outline, REPOSITORY_ID, "acme/widget", "2026-W33", hour(200))
        made = accept(freeze(before, length=1), "ann", hour(1))
        async with store.database.write() as connection:
            assert await store.tranches.append(connection, REPOSITORY_ID, INSTALLATION, 1, made)
    finally:
        await store.close()
    return made


def test_a_tranche_is_told_alike_in_every_form(stored):
    store = stored()
    assert json.loads(told(store, "json"))["report"]["review"] is None
    made = asyncio.run(_tranche(store["DATABASE_URL"]))
    found = json.loads(told(store, "json"))["report"]["review"]
    assert (found["phase"], found["week"], found["accepted"]["by"]) == ("over", "2026-W34", "ann")
    assert [each["id"] for each in found["classes"]] == [each.class_id for each in made.goals]
    markdown, terminal = told(store, "markdown"), told(store, "terminal")
    for each in found["classes"]:
        change = f"impact {each['was_impact']:.1f} -> {each['impact']:.1f}; target {each['target']:.1f} or less"
        assert change in markdown
        assert change in terminal
    assert [each for each in found["arithmetic"] if each not in markdown or each not in terminal] == []
    assert f"Accept it with `/burndown tranche start {' '.join(found['proposed'])}`." in markdown
    assert "Weeks 2026-W34 to 2026-W34, accepted by ann on 2026-08-17, are over." in terminal
    older = burndown("report", "--repo", "acme/widget", "--week", "2026-W32", "--format", "json", **store)
    assert json.loads(older.stdout)["report"]["review"] is None


def test_somebody_who_does_not_look_gets_markdown_of_the_running_week(stored):
    result = burndown("report", "--repo", "Acme/Widget", "--dry-run", **stored())
    assert result.exit_code == 0
    assert result.stdout.startswith("<!-- burndown:weekly ")
    assert "## Burn-down, week 2026-W34" not in result.stdout


def test_weeks_are_those_of_the_zone_that_is_configured(stored):
    late = entries("166 arrived, 166 classified crash", 50)  # Sunday, 22:00 in UTC; Monday in Berlin
    store = stored(*late)
    assert json.loads(told(store, "json"))["report"]["weeks"][-1]["now"]["arrivals"] == 3
    store = stored(*late, config="version: 1\nreport: {timezone: Europe/Berlin}\n")
    assert json.loads(told(store, "json"))["report"]["weeks"][-1]["now"]["arrivals"] == 2


def test_the_ledger_is_exported_each_transition_once_and_oldest_first(stored):
    store = stored(*LEDGER[:5])
    lines = burndown("export", "--repo", "acme/widget", **store).stdout.splitlines()
    rows = list(csv.DictReader(lines))
    told_ = [
        json.loads(each)
        for each in burndown("export", "--repo", "acme/widget", "--format", "jsonl", **store).stdout.splitlines()
    ]
    assert len(rows) == len(told_) == len(LEDGER)
    assert [each["at"] for each in rows] == sorted(each["at"] for each in rows)
    assert [{name: str(value) for name, value in each.items()} for each in told_] == rows
    assert {each["number"] for each in rows} == {str(number) for number in LINES}
    fixed = next(each for each in rows if each["kind"] == "fixed")
    assert (fixed["number"], fixed["pull"], fixed["at"]) == ("1", "91", hour(-500).isoformat())


def test_a_formula_in_the_ledger_is_harmless_in_csv_and_as_it_is_in_jsonl(stored):
    (arrived,) = entries("1 arrived", 60)
    store = stored(arrived._replace(who=HOSTILE))
    rows = csv.DictReader(burndown("export", "--repo", "acme/widget", **store).stdout.splitlines())
    assert {each["who"] for each in rows if each["number"] == "60"} == {f"'{HOSTILE}"}
    told_ = burndown("export", "--repo", "acme/widget", "--format", "jsonl", **store).stdout.splitlines()
    assert HOSTILE in {json.loads(each)["who"] for each in told_}


@pytest.mark.parametrize("form", ["markdown", "terminal", "csv", "json"])
def test_a_repository_without_a_past_has_a_report(form, tmp_path):
    store = {"DATABASE_URL": f"sqlite:///{tmp_path / 'inbox.db'}"}
    asyncio.run(_fill(store["DATABASE_URL"], [], "version: 1\n"))
    assert "2026-W34" in told(store, form)


@pytest.mark.parametrize("week", ["2026-W54", "2026-34", "soon", "2199-W01"])
def test_a_week_that_is_none_or_has_not_begun_is_refused(week, stored):
    result = burndown("report", "--repo", "acme/widget", "--week", week, **stored())
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--week" in result.stderr


@pytest.mark.parametrize("verb", ["report", "export"])
def test_a_repository_that_is_not_stored_is_refused(verb, stored):
    result = burndown(verb, "--repo", "acme/gadget", **stored())
    assert (result.exit_code, result.stdout) == (2, "")
    assert "acme/gadget" in result.stderr


async def _unbalanced():
    window = Window(START, hour(1))
    balanced({"crash": (Flow(window, "crash", opened=2, open_after=1),)}, (window.start, window.end))


def test_a_ledger_that_does_not_balance_prints_no_report_and_ends_with_1(capsys):
    with pytest.raises(SystemExit) as ended:
        say_report(run(_unbalanced()), "json")
    said = capsys.readouterr()
    assert (ended.value.code, said.out) == (1, "")
    assert "crash" in said.err
    assert "difference -1" in said.err
