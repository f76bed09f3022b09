"""Evidence from outside of the tracker, taken in at the terminal, and what a report then says of it."""

import asyncio
import json
from math import log2
from pathlib import Path

import pytest

from bot.store import open_store
from tests.cli.conftest import burndown
from tests.core.ledgerlines import hour
from tests.core.test_compiling import LEDGER

CSV = """id,at,class,issue,count,source,note
T-1,2026-08-17,crash,,3,support,Twice
T-2,2026-08-18,,#4,5,support,
I-7,2026-08-23T23:59:59Z,,4,1,incidents,
"""
JSONL = """{"id": "T-1", "at": "2026-08-17", "class": "crash", "count": 3, "source": "support", "note": "Twice"}
{"id": "T-2", "at": "2026-08-18", "issue": 4, "count": 5, "source": "support"}
{"id": "I-7", "at": "2026-08-23T23:59:59Z", "issue": "#4", "source": "incidents"}
"""
PAGE = Path(__file__).parents[2] / "docs/occurrences.md"
ALL_NEW = "acme/widget: 3 new, 0 corrected, 0 unchanged, 0 refused\n"
OUTSIDE = [
    {"source": "support", "about": "#4", "count": 5},
    {"source": "support", "about": "crash", "count": 3},
    {"source": "incidents", "about": "#4", "count": 1},
]


@pytest.fixture
def store(tmp_path):
    """The address of a store that knows the hand-made ledger."""
    url = f"sqlite:///{tmp_path / 'inbox.db'}"
    asyncio.run(_fill(url))
    return {"DATABASE_URL": url}


async def _fill(url):
    opened = await open_store(url)
    try:
        await opened.repositories.see(7, 1, "acme/widget")
        await opened.ledger.append_all(7, 1, LEDGER, hour(200))
    finally:
        await opened.close()


@pytest.fixture
def notes(tmp_path):
    """A file with this text."""

    def write(text, name="notes.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def imported(store, *arguments, repo="acme/widget", text=None):
    return burndown("import", "occurrences", *arguments, "--repo", repo, text=text, **store)


def report(store, form="json", week="2026-W34"):
    result = burndown("report", "--repo", "acme/widget", "--week", week, "--format", form, **store)
    assert (result.exit_code, result.stderr) == (0, "")
    return json.loads(result.stdout)["report"] if form == "json" else result.stdout


# What is taken in


@pytest.mark.parametrize(
    ("text", "name"),
    [(CSV, "notes.csv"), (CSV, "NOTES.CSV"), (JSONL, "notes.jsonl"), (JSONL, "notes.ndjson")],
    ids=["csv", "csv in capitals", "jsonl", "ndjson"],
)
def test_a_file_is_taken_in_as_its_name_ends(text, name, store, notes):
    result = imported(store, notes(text, name))
    assert (result.exit_code, result.stdout, result.stderr) == (0, ALL_NEW, "")
    assert report(store)["outside"] == OUTSIDE


@pytest.mark.parametrize(("text", "form"), [(CSV, "csv"), (JSONL, "jsonl")])
def test_standard_input_is_taken_in_as_it_is_said_to_be(text, form, store):
    result = imported(store, "-", "--format", form, text=text)
    assert (result.exit_code, result.stdout, result.stderr) == (0, ALL_NEW, "")
    assert report(store)["outside"] == OUTSIDE


def test_a_format_that_is_given_goes_before_the_name(store, notes):
    assert imported(store, notes(JSONL, "notes.csv"), "--format", "jsonl").stdout == ALL_NEW


def test_the_same_file_again_adds_nothing_and_under_another_name_too(store, notes):
    imported(store, notes(CSV))
    for name in ("notes.csv", "more.csv"):
        result = imported(store, notes(CSV, name))
        assert result.stdout == "acme/widget: 0 new, 0 corrected, 3 unchanged, 0 refused\n"
    assert report(store)["outside"] == OUTSIDE


def test_a_corrected_row_replaces_and_one_that_is_missing_stays(store, notes):
    imported(store, notes(CSV))
    result = imported(store, notes(CSV.replace("crash,,3", "crash,,2").partition("I-7")[0]))
    assert result.stdout == "acme/widget: 0 new, 1 corrected, 1 unchanged, 0 refused\n"
    assert {(each["source"], each["count"]) for each in report(store)["outside"]} == {
        *(("support", 5), ("support", 2), ("incidents", 1)),
    }


def test_more_rows_than_are_kept_at_once_are_all_taken_in(store, notes):
    text = "id,at,issue\n" + "".join(f"{number},2026-08-17,4\n" for number in range(2_500))
    assert "2500 new" in imported(store, notes(text), "--source", "support").stdout
    assert "2500 unchanged" in imported(store, notes(text), "--source", "support").stdout
    assert report(store)["outside"] == [{"source": "support", "about": "#4", "count": 2_500}]


def test_a_source_may_be_given_for_the_rows_that_name_none(store, notes):
    text = "id,at,class,source\n1,2026-08-17,crash,\n2,2026-08-17,crash,incidents\n"
    assert imported(store, notes(text), "--source", "support").exit_code == 0
    assert {each["source"] for each in report(store)["outside"]} == {"support", "incidents"}


def test_without_a_source_nothing_is_taken_in_for_no_name_of_a_file_will_do(store, notes):
    path = notes("id,at,class\n1,2026-08-17,crash\n2,2026-08-17,crash\n")
    result = imported(store, path)
    assert (result.exit_code, result.stdout) == (1, "acme/widget: 0 new, 0 corrected, 0 unchanged, 1 refused\n")
    assert result.stderr == f"{path}:1: there is no column source, and no source is given for the whole file\n"
    assert report(store)["outside"] == []


def test_a_dry_run_says_the_same_and_writes_nothing(store, notes):
    path = notes(CSV + "T-3,soon,crash,,,support,\n")
    result = imported(store, path, "--dry-run")
    assert result.exit_code == 1
    assert result.stdout == "acme/widget: 3 new, 0 corrected, 0 unchanged, 1 refused; nothing was written\n"
    assert report(store)["outside"] == []
    imported(store, notes(CSV))
    assert (
        "1 new, 1 corrected, 2 unchanged"
        in imported(
            store, notes(CSV.replace("crash,,3", "crash,,2") + "T-3,2026-08-17,crash,,,support,\n"), "--dry-run"
        ).stdout
    )
    assert report(store)["outside"] == OUTSIDE


# What is not


def test_bad_rows_are_named_with_their_lines_and_the_others_are_taken_in(store, notes):
    path = notes(
        CSV + 'T-3,soon,crash,,,support,"two\nlines"\nT-4,2026-08-17,,,,support,\n' + CSV.splitlines()[1] + "\n"
    )
    result = imported(store, path)
    assert (result.exit_code, result.stdout) == (1, "acme/widget: 3 new, 0 corrected, 1 unchanged, 2 refused\n")
    assert result.stderr.splitlines() == [
        f"{path}:5: at 'soon' is no date - write 2026-08-17 or 2026-08-17T09:30:00+02:00",
        f"{path}:7: names neither a class nor an issue",
    ]
    assert report(store)["outside"] == OUTSIDE


def test_json_says_what_became_of_the_rows(store, notes):
    path = notes(CSV + "T-3,soon,crash,,,support,\n")
    result = imported(store, path, "--json", repo="Acme/Widget")
    assert result.exit_code == 1
    what = "at 'soon' is no date - write 2026-08-17 or 2026-08-17T09:30:00+02:00"
    counts = {"new": 3, "corrected": 0, "unchanged": 0, "refused": 1}
    problems = [{"file": str(path), "line": 5, "what": what}]
    assert json.loads(result.stdout) == {"repository": "acme/widget", "dry_run": False, **counts, "problems": problems}


def test_of_many_bad_rows_the_first_are_named_and_the_others_counted(store):
    result = imported(store, "-", "--format", "jsonl", text="{\n" * 250)
    assert (result.exit_code, "250 refused" in result.stdout) == (1, True)
    lines = result.stderr.splitlines()
    assert len(lines) == 101
    assert lines[0].startswith("<stdin>:1: is no JSON")
    assert lines[-1] == "and 150 more"


def test_a_row_that_is_not_in_utf8_spoils_no_other(store, notes):
    path = notes(CSV.encode() + "T-3,2026-08-17,crash,,,Müller,\n".encode("latin-1"))
    result = imported(store, path)
    assert (result.exit_code, result.stderr) == (1, f"{path}:5: source is not in UTF-8\n")
    assert report(store)["outside"] == OUTSIDE


def test_what_a_row_says_does_not_move_a_terminals_cursor(store):
    text = CSV + "T-3,\x1b[2Jsoon,crash,,,support,\nT-3,\x1b[2Jsoon,crash,,,supp\x1bort,\n"
    result = imported(store, "-", "--format", "csv", text=text)
    assert result.exit_code == 1
    assert "\x1b" not in result.stdout + result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(("notes.txt",), "--format", id="an ending that says nothing"),
        pytest.param(("-",), "--format", id="standard input without a format"),
        pytest.param(("absent.csv",), "absent.csv", id="no such file"),
        pytest.param((".",), "directory", id="a directory"),
        pytest.param(("notes.txt", "--format", "xml"), "xml", id="another format"),
    ],
)
def test_what_cannot_be_read_at_all_is_a_mistake_of_use(arguments, said, store, notes, monkeypatch):
    monkeypatch.chdir(notes(CSV, "notes.txt").parent)
    result = imported(store, *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert report(store)["outside"] == []


def test_a_repository_that_is_not_stored_takes_nothing(store, notes):
    result = imported(store, notes(CSV), repo="acme/gadget")
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", "acme/gadget: nothing is stored of it\n")
    assert imported(store, notes(CSV), repo="gadget").exit_code == 2


# What a report says of it


def test_a_report_shows_them_apart_and_counts_none_as_an_arrival(store, notes):
    before = report(store)
    imported(store, notes(CSV))
    after = report(store)
    assert (before["outside"], after["outside"]) == ([], OUTSIDE)
    assert (after["verdict"], flow(after)) == (before["verdict"], flow(before))
    assert [each["now"]["arrivals"] for each in after["weeks"]] == [1, 0, 2, 2, 2]


def flow(found):
    """All that is counted by issues, and nothing that is weighted by whom they reached."""
    weeks = [{**each[view], "impact": None} for each in found["weeks"] for view in ("now", "then")]
    counted = ("open", "delta", "inflow", "outflow", "repeat", "oldest_days", "state")
    classes = {each["id"]: [each[name] for name in counted] for each in found["classes"]}
    return weeks, classes, [(each["id"], each["arithmetic"]["occurrence"]) for each in found["classes"]]


def test_the_reach_of_an_open_defect_grows_by_them_and_by_no_others(store, notes):
    """#4 is an open hang of S4 that one person reported; #3 is fixed; a class reaches nobody."""
    before = report(store)
    imported(store, notes(CSV + "T-3,2026-08-17,,3,900,support,\n"))
    after = report(store)
    assert before["impact"]["now"] == pytest.approx(50)
    assert after["impact"]["now"] == pytest.approx(50 - 1 * (1 + log2(1 + 1)) + 1 * (1 + log2(1 + 1 + 6)))
    hang = next(each for each in after["classes"] if each["id"] == "hang")
    assert "S4: 1 x 4.00" in hang["arithmetic"]["text"]
    assert "imported occurrences" in dict(after["definitions"])["open impact"]


def test_the_weekly_text_has_a_table_of_them(store, notes):
    assert "Reports from outside" not in report(store, "markdown")
    imported(store, notes(CSV))
    text = report(store, "markdown")
    assert "### Reports from outside" in text
    assert "| `support` | `#4` | 5 |\n| `support` | `crash` | 3 |\n| `incidents` | `#4` | 1 |" in text


def test_a_terminal_shows_them_apart_and_says_that_they_are_in_an_impact(store, notes):
    assert "outside" not in report(store, "terminal")
    imported(store, notes(CSV))
    text = report(store, "terminal")
    lines = text.partition("\nreports from outside\n")[2].splitlines()
    assert [each.split() for each in lines[:3]] == [
        *(["source", "about", "reports"], ["support", "#4", "5"], ["support", "crash", "3"])
    ]
    assert "(reports from outside in it: 6)" in text
    assert "` (reach with 6 reports from outside); " in report(store, "markdown")


def test_a_week_knows_nothing_of_what_was_seen_after_its_end(store, notes):
    imported(store, notes(CSV))
    assert report(store, week="2026-W33")["outside"] == []
    assert report(store, week="2026-W34")["outside"] == OUTSIDE
    late = CSV.replace("T-1,2026-08-17", "T-1,2026-08-24T00:00:00Z")
    imported(store, notes(late))
    assert report(store, week="2026-W34")["outside"] == [OUTSIDE[0], OUTSIDE[2]]
    assert report(store, week="2026-W35")["outside"] == OUTSIDE


# The page about it


def fenced(language):
    """What stands in the only fence of a language, as it would be on the left."""
    (text,) = PAGE.read_text().split(f"```{language}\n")[1:]
    return text.partition("```")[0]


def test_the_page_shows_what_the_command_does(store, notes, monkeypatch):
    monkeypatch.chdir(notes(fenced("csv")).parent)
    for each in fenced("console").split("$ burndown ")[1:]:
        command, _, output = each.partition("\n")
        result = burndown(*command.split(), **store)
        assert (result.exit_code, result.stdout + result.stderr) == (1, output)
    table = "".join(line.strip() + "\n" for line in fenced("markdown").splitlines()).strip()
    assert table in report(store, "markdown")
