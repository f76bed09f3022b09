import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.report import occurrences
from bot.core.report.model import Outside
from bot.core.report.occurrences import MAX_NOTE, MAX_PROBLEMS, Imported, Occurrence, by_issue, counted, news, read

DAY = datetime(2026, 8, 17, tzinfo=UTC)
ONE = Occurrence("support", "T-1", DAY, "crash.null", count=3, note="They wrote twice")
TWO = Occurrence("support", "T-2", DAY, issue=12)
CSV = """id,at,class,issue,count,source,note
T-1,2026-08-17,crash.null,,3,support,They wrote twice
T-2,2026-08-17,,#12,,support,
"""
FIRST = {"id": "T-1", "at": "2026-08-17", "class": "crash.null", "count": 3, "source": "support", "note": ONE.note}
JSONL = f"""{json.dumps(FIRST)}

{{"id": "T-2", "at": "2026-08-17T02:00:00+02:00", "issue": 12, "source": "support"}}
"""


@pytest.mark.parametrize(
    ("text", "form"),
    [
        pytest.param(CSV, "csv", id="csv"),
        pytest.param("\ufeff" + CSV.replace("\n", "\r\n"), "csv", id="csv, as a spreadsheet saves it"),
        pytest.param(CSV.replace("id,", "ID ,").replace("class", " Class"), "csv", id="names of columns in any case"),
        pytest.param(JSONL, "jsonl", id="jsonl"),
        pytest.param(JSONL.rstrip(), "jsonl", id="jsonl without a last line end"),
    ],
)
def test_rows_are_read(text, form):
    assert read(text, form) == Imported((ONE, TWO))


def test_a_source_may_be_given_for_the_whole_file():
    found = read("id,at,class\n1,2026-08-17,crash\n", "csv", "notes.csv")
    assert found == Imported((Occurrence("notes.csv", "1", DAY, "crash"),))


def test_a_file_whose_rows_cannot_have_a_source_is_found_once():
    text = "id,at,class\n1,2026-08-17,crash\n2,2026-08-17,crash\n"
    what = "there is no column source, and no source is given for the whole file"
    assert read(text, "csv") == Imported((), 0, ((1, what),), 1)


@pytest.mark.parametrize("source", ["a\x00b", "\ud800", "x" * 201], ids=["control", "surrogate", "long"])
def test_a_source_that_is_given_is_judged_like_one_that_stands_in_a_row(source):
    found = read("id,at,class\n1,2026-08-17,crash\n", "csv", source)
    assert (found.occurrences, found.bad) == ((), 1)
    assert found.problems[0].what.startswith("source ")


def test_a_cell_may_hold_line_ends_and_lines_are_counted_as_an_editor_does():
    text = 'id,at,class,source,note\n1,2026-08-17,crash,s,"a\nb"\n\nx,bad,crash,s,\n'
    found = read(text, "csv")
    assert found.occurrences[0].note == "a b"
    assert [each.line for each in found.problems] == [5]


@pytest.mark.parametrize(
    ("cells", "what"),
    [
        ({"id": None}, "has no id"),
        ({"id": " "}, "has no id"),
        ({"id": True}, "id is no text"),
        ({"id": [1]}, "id is no text"),
        ({"id": 1.5}, "id is no text"),
        ({"id": "x" * 201}, "id is longer than 200 characters"),
        ({"id": "a\x00b"}, "id has characters that nobody sees"),
        ({"id": "a\u202eb"}, "id has characters that nobody sees"),
        ({"id": "\ud800"}, "id has characters that nobody sees"),
        ({"at": None}, "has no at"),
        ({"at": "yesterday"}, "at 'yesterday' is no date - write 2026-08-17 or 2026-08-17T09:30:00+02:00"),
        ({"at": "0001-01-01"}, "at '0001-01-01' is no date - write 2026-08-17 or 2026-08-17T09:30:00+02:00"),
        ({"at": "9999-12-31"}, "at '9999-12-31' is no date - write 2026-08-17 or 2026-08-17T09:30:00+02:00"),
        ({"class": None}, "names neither a class nor an issue"),
        ({"issue": 3}, "names both a class and an issue"),
        ({"class": "Crash it"}, "class 'crash it' cannot be the id of a class"),
        ({"class": "a" * 61}, f"class '{'a' * 40}' cannot be the id of a class"),
        ({"class": None, "issue": "x"}, "issue 'x' is no number of an issue"),
        ({"class": None, "issue": 0}, "issue '0' is no number of an issue"),
        ({"class": None, "issue": -1}, "issue '-1' is no number of an issue"),
        ({"class": None, "issue": 10**9}, "issue '1000000000' is no number of an issue"),
        ({"class": None, "issue": "٣"}, "issue '٣' is no number of an issue"),
        ({"count": 0}, "count '0' is no whole number from 1 to 1000000"),
        ({"count": 10**6 + 1}, "count '1000001' is no whole number from 1 to 1000000"),
        ({"count": "1e3"}, "count '1e3' is no whole number from 1 to 1000000"),
        ({"count": 1.0}, "count is no text"),
        ({"source": ""}, "has no source, and none is given for the whole file"),
        ({"id": "M\udcfcller"}, "id is not in UTF-8"),
    ],
)
def test_a_bad_row_is_found_with_its_line(cells, what):
    row = {"id": "1", "at": "2026-08-17", "class": "crash", "source": "s"} | cells
    good = JSONL.splitlines()[0]
    found = read(f"{good}\n{json.dumps(row)}\n{JSONL}", "jsonl")
    assert found.problems == ((2, what),)
    assert (found.occurrences, found.repeated, found.bad) == ((ONE, TWO), 1, 1)
    assert str(found.problems[0]) == f"line 2: {what}"


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("{", "is no JSON"),
        ("[1]", "is no object"),
        ("null", "is no object"),
        ("[" * 15_000, "is no JSON"),
        ('{"id": ' + "1" * 5_000 + "}", "is no JSON"),
        ('"' + "x" * 20_000 + '"', "is longer than 20000 characters"),
    ],
    ids=["broken", "list", "null", "deep", "a long number", "a long line"],
)
def test_a_line_that_is_no_object_is_found(line, what):
    found = read(f"{line}\n{JSONL}", "jsonl")
    assert found.occurrences == (ONE, TWO)
    assert found.problems[0].line == 1
    assert found.problems[0].what.startswith(what)


HEADER = "the first line must name the columns"


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        pytest.param("1,2026-08-17,crash\n", 1, HEADER, id="no header"),
        pytest.param("id,at\n1,2026-08-17\n", 1, HEADER, id="neither class nor issue"),
        pytest.param("id;at;class\n1;2026-08-17;crash\n", 1, "cells are divided by commas", id="semicolons"),
        pytest.param("id\tat\tclass\n1\t2026-08-17\tcrash\n", 1, "cells are divided by commas", id="tabs"),
        pytest.param("\n\nid,at,class,id\n", 3, "the column id is there twice", id="a column twice"),
        pytest.param("id,at,class\n1,2026-08-17,crash,x\n", 2, "has 4 cells, and the header has 3", id="more cells"),
        pytest.param('id,at,class\n"1,2026-08-17,crash\n', 2, "is no CSV", id="an open quotation"),
        pytest.param('id,at,class\n"1"x,2026-08-17,crash\n', 2, "is no CSV", id="text behind a quotation"),
        pytest.param(f"id,at,class\n{'x' * 200_000},,\n", 2, "is no CSV", id="a cell without end"),
        pytest.param("id,at,class\n1,2026-08-17\n", 2, "names neither", id="fewer cells"),
    ],
)
def test_what_is_wrong_with_a_csv_file_is_found(text, line, what):
    found = read(text, "csv", "s")
    assert found.occurrences == ()
    assert found.problems[0].line == line
    assert found.problems[0].what.startswith(what)


# The same again


def test_a_row_that_says_the_same_again_counts_once():
    assert read(CSV + CSV.partition("\n")[2], "csv") == Imported((ONE, TWO), repeated=2)


def test_an_id_that_says_something_else_is_found():
    found = read(CSV + "T-1,2026-08-18,crash.null,,3,support,\n", "csv")
    assert found.occurrences == (ONE, TWO)
    assert found.problems == ((4, "id 'T-1' was given before, with something else"),)


def test_another_source_may_use_the_same_id():
    assert len(read(CSV + "T-1,2026-08-17,crash.null,,3,incidents,\n", "csv").occurrences) == 3


def test_importing_again_adds_nothing_and_a_corrected_row_replaces():
    known = {each.key: each for each in (ONE, TWO)}
    assert news((ONE, TWO), known) == ()
    changed = replace(ONE, count=4)
    assert news((changed, TWO), known) == (changed,)
    assert news((ONE, TWO), {}) == (ONE, TWO)


def test_occurrences_are_counted_apart():
    more = (ONE, ONE, TWO, replace(ONE, id="T-3", count=2), replace(TWO, source="incidents", count=9))
    assert counted(more) == (
        Outside("incidents", "#12", 9),
        Outside("support", "crash.null", 5),
        Outside("support", "#12", 1),
    )
    assert by_issue(more) == {12: 10}
    assert counted(()) == ()


# Bounds


def test_a_note_is_cut_and_made_visible():
    row = {"id": "1", "at": "2026-08-17", "class": "crash", "source": "s", "note": "a\x07\n" + "b" * 5_000}
    (found,) = read(json.dumps(row), "jsonl").occurrences
    assert found.note.startswith("a\ufffd b")
    assert len(found.note) == MAX_NOTE
    assert read(json.dumps(row | {"note": 3}), "jsonl").occurrences[0].note == ""


def test_findings_are_bounded_and_counted():
    found = read("{\n" * 500, "jsonl")
    assert (len(found.problems), found.bad) == (MAX_PROBLEMS, 500)


def test_rows_and_files_are_bounded(monkeypatch):
    monkeypatch.setattr(occurrences, "MAX_ROWS", 1)
    assert read(CSV, "csv") == Imported((ONE,), 0, ((3, "only 1 rows are read"),), 1)
    monkeypatch.setattr(occurrences, "MAX_TEXT", CSV.index("12,,supp"))
    what = f"only {CSV.index('12,,supp')} characters are read; this and what follows was not"
    assert read(CSV, "csv") == Imported((ONE,), 0, ((3, what),), 1)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_half_of_a_line_says_nothing(form, end, monkeypatch):
    """Half of 30 is 3."""
    head = "id,at,class,count\n" if form == "csv" else ""
    row = (
        "{0},2026-08-17,crash,30\n"
        if form == "csv"
        else '{{"id": {0}, "at": "2026-08-17", "class": "a", "count": 30}}\n'
    )
    text = (head + row.format(1) + row.format(2)).replace("\n", end)
    for length in range(len(text)):
        monkeypatch.setattr(occurrences, "MAX_TEXT", length)
        found = read(text, form, "support")
        assert {each.count for each in found.occurrences} <= {30}
        assert found.bad > 0
    assert length > len(head)


CELLS = st.text(st.characters() | st.sampled_from('",\n\r\0#'), max_size=12)
VALUES = st.none() | st.booleans() | st.integers() | st.floats() | CELLS | st.lists(st.integers(), max_size=2)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(occurrences.COLUMNS) | CELLS, VALUES, max_size=7), max_size=5), CELLS)
def test_any_objects_are_read(rows, source):
    text = "\n".join(json.dumps(each) for each in rows)
    found = read(text, "jsonl", source)
    assert found == read(text, "jsonl", source)
    assert len(found.occurrences) + found.repeated + found.bad == len(rows)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(CELLS, max_size=8).map(",".join), max_size=5))
def test_any_csv_is_read(rows):
    found = read("id,at,class,issue,count,source,note\n" + "\n".join(rows), "csv")
    assert len(found.occurrences) + len(found.problems) <= sum(each.count("\n") + each.count("\r") + 1 for each in rows)
