import pytest

from bot.core.document.facts import MAX_ERROR, MAX_ERRORS, MAX_VALUES
from bot.core.document.segments import read_document


def values(body, name):
    return read_document("", body).values[name]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("in src/acme/reader.py:12 now", ("src/acme/reader.py",), id="with a line"),
        pytest.param("(see `./conf/app.yml`).", ("./conf/app.yml",), id="in marks"),
        pytest.param(r"C:\acme\x.cs", ("C:/acme/x.cs",), id="of Windows"),
        pytest.param("edit setup.py, then go.mod", ("setup.py",), id="a file alone, of a known kind"),
        pytest.param("/var/lib/acme/data.bin", ("/var/lib/acme/data.bin",), id="of an unknown kind, in a folder"),
        pytest.param("node_modules/@s/p/x.js", ("node_modules/@s/p/x.js",), id="a scope"),
        pytest.param("--file=a/b.sql", ("a/b.sql",), id="of an option"),
        pytest.param("a/b.py a/b.py", ("a/b.py",), id="once"),
        pytest.param("https://h/a/b.py", (), id="an address is none"),
        pytest.param("e.g. and/or i.e. 1.5 a.b.c Acme.Reader", (), id="no paths"),
        pytest.param("```\nopen a/b.csv\n```", ("a/b.csv",), id="in code"),
        pytest.param(
            '  File "/x y/z.py", line 3, in f\n  File "a.py", line 4, in g', ("a.py", "/x y/z.py"), id="frames"
        ),
    ],
)
def test_paths_are(body, expected):
    assert values(body, "paths") == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("on 1.2.3 and v2.0", ("1.2.3", "2.0"), id="three numbers, or a v"),
        pytest.param("version 1.2, Version: 1.3", ("1.2", "1.3"), id="two numbers after the word"),
        pytest.param("Python 3.11 with acme==2.2", ("3.11", "2.2"), id="of what has versions"),
        pytest.param(
            "1.2.3-rc1 1.2.3rc2 1.2.3.post1 1.2.3+build.5",
            ("1.2.3-rc1", "1.2.3rc2", "1.2.3.post1", "1.2.3+build.5"),
            id="suffixes",
        ),
        pytest.param("acme@3.2.1 Java/17.0.2", ("3.2.1", "17.0.2"), id="behind a name"),
        pytest.param("10.0.0.1 and 255.255.255.0", (), id="addresses are none"),
        pytest.param("2024.01.31 and 31.01.2024", (), id="dates are none"),
        pytest.param("2024.1.3", ("2024.1.3",), id="a version that is almost a date"),
        pytest.param("took 1.5 s, 2.75 GB, 1.2.3ms", (), id="quantities are none"),
        pytest.param("1..2.3 1.2.3.4.5.6.7.8", (), id="no versions"),
        pytest.param("1.2.3. Then 1.2.4, too", ("1.2.3", "1.2.4"), id="at the end of a sentence"),
    ],
)
def test_versions_are(body, expected):
    assert values(body, "versions") == expected


def test_the_title_has_versions_too():
    assert read_document("Acme v1.4 stops", "").values["versions"] == ("1.4",)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("ValueError: no number", ("ValueError: no number",), id="an exception"),
        pytest.param("I get ValueError: no number", ("ValueError: no number",), id="behind words"),
        pytest.param("acme.errors.Undefined: x", ("acme.errors.Undefined: x",), id="of a package"),
        pytest.param("error: cannot open", ("error: cannot open",), id="of a compiler"),
        pytest.param("error[E0382]: moved", ("error[E0382]: moved",), id="of Rust"),
        pytest.param("src/a.ts(3,4): error TS2345: no", ("error TS2345: no",), id="with a number"),
        pytest.param("SQL compilation error: no x", ("SQL compilation error: no x",), id="in words"),
        pytest.param("2026-01-02 10:00:01 ERROR [main] no x", ("ERROR [main] no x",), id="of a log"),
        pytest.param("[ERROR] no x", ("[ERROR] no x",), id="of a log in brackets"),
        pytest.param("**Error:** no x", ("**Error:** no x",), id="emphasised"),
        pytest.param("There are errors in it", (), id="words about errors"),
        pytest.param("Expected: no error", (), id="none"),
        pytest.param("ERROR", (), id="a level alone"),
    ],
)
def test_errors_are(line, expected):
    assert values(line, "errors") == expected
    assert values(f"```\n{line}\n```", "errors") == expected


def test_the_errors_of_traces_come_first():
    body = "error: a\n\nTraceback (most recent call last):\n  File 'a'\n  File \"b.py\", line 1, in c\nKeyError: 'd'"
    assert values(body, "errors") == ("KeyError: 'd'", "error: a")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("SQLSTATE[42P01]: Undefined table", ("42P01",), id="PDO"),
        pytest.param("(SQLSTATE 42P01)", ("42P01",), id="Go"),
        pytest.param("SQLSTATE: 42P01", ("42P01",), id="Databricks"),
        pytest.param("ERROR:  42P01: relation does not exist", ("42P01",), id="PostgreSQL"),
        pytest.param("ORA-00942: table or view does not exist", ("ORA-00942",), id="Oracle"),
        pytest.param("001003 (42000): SQL compilation error", ("001003", "42000"), id="Snowflake"),
        pytest.param("ERROR 1064 (42000): You have an error", ("1064", "42000"), id="MySQL"),
        pytest.param('OperationalError: (2003, "Can\'t connect")', ("2003",), id="a driver of MySQL"),
        pytest.param("Msg 208, Level 16, State 1", ("208",), id="SQL Server"),
        pytest.param("[TABLE_OR_VIEW_NOT_FOUND] The table", ("TABLE_OR_VIEW_NOT_FOUND",), id="Spark"),
        pytest.param("[A_B.C_D] e", ("A_B.C_D",), id="Spark, with a part"),
        pytest.param("Code: 60. DB::Exception: Table", ("60",), id="ClickHouse"),
        pytest.param("SQL0204N  x is undefined. SQLCODE=-204", ("SQL0204N", "-204"), id="Db2"),
        pytest.param("error TS2345: a; error CS0103: b", ("TS2345", "CS0103"), id="compilers"),
        pytest.param("connect ECONNREFUSED 127.0.0.1:5432", ("ECONNREFUSED",), id="POSIX"),
        pytest.param("Error [ERR_REQUIRE_ESM]: x", ("ERR_REQUIRE_ESM",), id="Node"),
        pytest.param("[Errno 13] denied, [WinError 5] denied", ("Errno 13", "WinError 5"), id="Python"),
        pytest.param("[NOTE] 404 (reads) ERROR EVENT ELSE [a_b]", (), id="none"),
    ],
)
def test_error_codes_are(line, expected):
    assert values(line, "error_codes") == expected
    assert values(f"```\n{line}\n```", "error_codes") == expected


def test_codes_stand_in_traces_too():
    body = 'Traceback (most recent call last):\n  File "a.py", line 1, in b\nacme.Error: 001003 (42000): no x'
    assert values(body, "error_codes") == ("001003", "42000")


def test_facts_of_traces():
    body = (
        "java.lang.IllegalStateException: outer\n\tat com.acme.Main.main(Main.java:3)\n"
        "Caused by: com.acme.ReadFailed: no x\n\tat com.acme.io.Reader.read(Reader.java:12)\n\t... 1 more"
    )
    found = read_document("", body).values
    assert found["trace.exception"] == (
        "com.acme.ReadFailed",
        "ReadFailed",
        "java.lang.IllegalStateException",
        "IllegalStateException",
    )
    assert found["trace.message"] == ("no x",)
    assert found["trace.module"] == ("com.acme.io.Reader", "com.acme.Main")
    assert found["trace.frame"] == ("read", "com.acme.io.Reader.read", "main", "com.acme.Main.main")
    assert found["trace.top"] == ("Reader.java:read",)
    assert found["paths"] == ("Reader.java", "Main.java")


def test_lists_are_bounded():
    body = "\n".join(f"a/b{n}.py 1.2.{n} error: {n} [A_{n}]" for n in range(1_000))
    found = read_document("", body).values
    assert len(found["paths"]) == len(found["versions"]) == len(found["error_codes"]) == MAX_VALUES
    assert len(found["errors"]) == MAX_ERRORS
    assert max(map(len, values("error: " + "x" * 9_999, "errors"))) == MAX_ERROR
