import unicodedata

import pytest

from bot.core.evidence.links import (
    ABSOLUTE,
    ADDRESS,
    ALIKE,
    ELSEWHERE,
    EMPTY,
    ENCODED,
    FOLDER,
    GLOB,
    HIDDEN,
    INTERNAL,
    ISSUE,
    LINE,
    LONG,
    MAX_ECHO,
    MAX_LINKS,
    MEMBER,
    PARENT,
    SLASHES,
    BadLink,
    Link,
    found,
    links,
    mentions,
    read_link,
)
from bot.core.evidence.model import Note, Symbol

LINK = Link("tests/test_a.py", ("test_b",), "body")


def texts(text, source="body"):
    return [each.text if isinstance(each, Link) else each.written for each in links(text, source)]


@pytest.mark.parametrize(
    "body",
    [
        "Regression-Test: tests/test_a.py::test_b",
        "regression-test: tests/test_a.py::test_b",
        "REGRESSION-TESTS:tests/test_a.py::test_b",
        "Regression-Test : tests/test_a.py :: test_b  ",
        "Regression-Test: `tests/test_a.py::test_b`",
        "Regression-Test: ``tests/test_a.py::test_b`` (it failed before)",
        "Regression-Test: `tests/test_a.py`::`test_b`",
        "Regression-Test: tests/test_a.py::`test_b`",
        "**Regression-Test:** tests/test_a.py::test_b",
        "**Regression-Test**: tests/test_a.py::test_b",
        "__Regression-Test:__ `tests/test_a.py::test_b`",
        "**Regression-Test: tests/test_a.py::test_b**",
        "Regression-Test: **tests/test_a.py::test_b**",
        r"Regression-Test: tests/test\_a.py::test\_b",
        "- Regression-Test: tests/test_a.py::test_b",
        "1. Regression-Test: tests/test_a.py::test_b",
        "- [ ] Regression-Test: tests/test_a.py::test_b",
        "* [x] **Regression-Test:** tests/test_a.py::test_b",
        "## Regression-Test: tests/test_a.py::test_b",
        "Words.\r\n\r\nRegression-Test: tests/test_a.py::test_b\r\nWords.",
        "Words\nRegression-Test: tests/test_a.py::test_b\nwords",
        "Regression-Test: <!-- path::name --> tests/test_a.py::test_b",
        "Regression-Test: tests/test_a.py::test_b <!-- thanks -->",
        "Regression-Test: <path>::<name>\n\nRegression-Test: tests/test_a.py::test_b",
        "Regression-Tests:\n- tests/test_a.py::test_b",
        "Regression-Tests:\n\n* `tests/test_a.py::test_b`\n",
        "- Regression-Tests:\n  - [x] tests/test_a.py::test_b\n- Docs: docs/a.md",
        "Regression-Tests: tests/test_a.py::test_b\n- docs/a.md",
        "Regression-Test:\n\n- [ ] I have read docs/a.md\n\nRegression-Test: tests/test_a.py::test_b",
        "`\nRegression-Test: tests/test_a.py::test_b\n``",
        "<details>\n\nRegression-Test: tests/test_a.py::test_b\n\n</details>",
        "\ud800\nRegression-Test: tests/test_a.py::test_b",
        "Regression-Test: tests/test_a.py::test_b\nRegression-Test: tests/test_a.py::test_b[1]",
    ],
)
def test_a_link_is_read(body):
    assert links(body, "body") == (LINK,)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "A regression test is in tests/test_a.py::test_b",
        "My Regression-Test: tests/test_a.py::test_b",
        "Regression-Tested: tests/test_a.py::test_b",
        "Regression-Test tests/test_a.py::test_b",
        "```\nRegression-Test: tests/test_a.py::test_b\n```",
        "~~~\nRegression-Test: tests/test_a.py::test_b",
        "    Regression-Test: tests/test_a.py::test_b",
        "`Regression-Test: tests/test_a.py::test_b`",
        "`words\nRegression-Test: tests/test_a.py::test_b\n`",
        "> Regression-Test: tests/test_a.py::test_b",
        "> words\nRegression-Test: tests/test_a.py::test_b",
        "<!-- Regression-Test: tests/test_a.py::test_b -->",
        "<!--\n\nRegression-Test: tests/test_a.py::test_b\n\n-->",
        "words <!--\nRegression-Test: tests/test_a.py::test_b\n-->",
        "Regression-Test: <!-- tests/test_a.py::test_b -->",
        "Regression-Test: <!-- such as\nRegression-Test: tests/test_a.py::test_b -->",
        "<div>\nRegression-Test: tests/test_a.py::test_b\n</div>",
        "[words\nRegression-Test: tests/test_a.py::test_b\n](https://example.test)",
        "[Regression-Test: tests/test_a.py::test_b](https://example.test)",
        "Regression-Test:\n```\ntests/test_a.py::test_b\n```",
        "- Regression-Test:\n- tests/test_a.py::test_b",
        "Regression-Test:\n\nWords.\n\n- tests/test_a.py::test_b",
    ],
)
def test_what_no_reader_sees_as_a_link_is_none(body):
    assert links(body, "body") == ()


@pytest.mark.parametrize(
    "value",
    [
        "",
        "<path>::<name>",
        "`<path>::<name>`",
        "<path to the test>",
        "[path]::[name]",
        "{path}::{name}",
        "path::name",
        "`path::name`",
        "file::name",
        "path/to/test_file.py::test_name",
        "none",
        "None.",
        "none, for only words change",
        "None (docs)",
        "n/a",
        "N/A - docs only",
        "TODO",
        "todo: tests/test_a.py",
        "tbd",
        "-",
        "\u2014",
        "...",
        "_No response_",
        "no test is possible",
        "not applicable",
        "Not needed: a word changed",
        "<!-- path::name, or none -->",
    ],
)
@pytest.mark.parametrize("source", ["body", "commit"])
def test_what_a_template_says_is_no_link(value, source):
    assert links(f"Regression-Test: {value}\n", source) == ()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a.py::b, c/d.py::e", ["a.py::b", "c/d.py::e"]),
        ("a/b.py,c/d.py", ["a/b.py", "c/d.py"]),
        ("`a.py::b`, `c/d.py::e`", ["a.py::b", "c/d.py::e"]),
        ("a.ts::adds 1, 2 and 3", ["a.ts::adds 1, 2 and 3"]),
        ("a.ts::adds 1, 2, c.ts::adds 3", ["a.ts::adds 1, 2", "c.ts::adds 3"]),
        ("a.ts::adds (a/b, c/d), c.ts::e", ["a.ts::adds (a/b, c/d)", "c.ts::e"]),
        ("`a.ts::splits a/b, c/d`, c.ts::e", ["a.ts::splits a/b, c/d", "c.ts::e"]),
        ("a.py::b[1, c/d], e.py::f", ["a.py::b", "e.py::f"]),
        ("a.py::b,", ["a.py::b,"]),
        ("a.py::b, none", ["a.py::b, none"]),
        ("a.py::b, <path>::<name>", ["a.py::b"]),
    ],
)
def test_several_links_stand_apart_by_commas(value, expected):
    assert texts(f"Regression-Tests: {value}") == expected


def test_several_links_stand_in_a_list():
    body = "Words.\n\n**Regression-Tests:**\n\n- `a.py::b`\n- c.py::d, e.py::f\n- ../g.py::h\n- That is all\n- i.py::j"
    assert texts(body) == ["a.py::b", "c.py::d", "e.py::f", "../g.py::h"]


def test_a_list_within_an_item_ends_with_it():
    assert texts("1. Regression-Tests:\n   - a.py::b\n2. c.py::d\n") == ["a.py::b"]


def test_a_commits_message_is_plain_text():
    message = "Fix it\n\n> Regression-Test: q.py::q\n`x\nRegression-Test: a.py::_b_\n`\n"
    message += "Regression-Tests:\n- c.py::d\n  * e.py::f"
    assert texts(message, "commit") == ["a.py::_b_", "c.py::d", "e.py::f"]
    assert texts("    Regression-Test: a.py::b", "commit") == []
    assert texts(r"Regression-Test: a.py::b\_c", "commit") == [r"a.py::b\_c"]


def test_twenty_links_of_a_text_are_read():
    assert len(links("".join(f"Regression-Test: a.py::b{each}\n" for each in range(30)), "commit")) == MAX_LINKS


def test_a_link_keeps_its_source():
    for source in ("body", "commit", "comment", "note"):
        assert [each.source for each in links("Regression-Test: a.py::b\nRegression-Test: /a", source)] == [source] * 2


def test_what_is_refused_is_told_among_what_is_not():
    assert links("Regression-Tests: ../a.py::b, c.py::d", "body") == (
        BadLink("../a.py::b", PARENT, "body"),
        Link("c.py", ("d",), "body"),
    )


@pytest.mark.parametrize(
    ("written", "path", "names"),
    [
        ("a.py", "a.py", ()),
        ("a.py::", "a.py", ()),
        ("  tests/a.py  ::  B  ::  c  ", "tests/a.py", ("B", "c")),
        ("./tests/a.py", "tests/a.py", ()),
        ("tests//./a.py::b", "tests/a.py", ("b",)),
        (r"tests\unit\a.py::b", "tests/unit/a.py", ("b",)),
        (r".\tests\a.py::b", "tests/a.py", ("b",)),
        ("a.py::b[c]", "a.py", ("b",)),
        ("a.py::B::c[d-e::f > g][h]", "a.py", ("B", "c")),
        ("a.py::b[c[d]]", "a.py", ("b",)),
        ("a.py::b]", "a.py", ("b]",)),
        ("a.ts::returns [1, 2]", "a.ts", ("returns [1, 2]",)),
        ("a.ts::items[0] returns [x]", "a.ts", ("items[0] returns [x]",)),
        ("a.ts::[b]", "a.ts", ("[b]",)),
        ("a.ts::table > when empty \u203a shows  nothing", "a.ts", ("table", "when empty", "shows nothing")),
        ("a.ts::table::when empty > b", "a.ts", ("table", "when empty", "b")),
        ("a.ts::<Table /> > shows", "a.ts", ("<Table />", "shows")),
        ("a.ts::fetches https://example.test/a?b=*", "a.ts", ("fetches https://example.test/a?b=*",)),
        ("A.java::B#c", "A.java", ("B#c",)),
        ("a_test.go::TestA/b c", "a_test.go", ("TestA/b c",)),
        ("a.kt::A::`b c`", "a.kt", ("A", "b c")),
        ("a.py::::b", "a.py", ("b",)),
        ("a.py:::b", "a.py", (":b",)),
        ("a file.py::b", "a file.py", ("b",)),
        ("routes/[id]/$a.(b).test.tsx", "routes/[id]/$a.(b).test.tsx", ()),
        ("packages/@acme/a.ts", "packages/@acme/a.ts", ()),
        ("C#/a.cs::b", "C#/a.cs", ("b",)),
        ("tests/.../a.py", "", ()),
        (".gitignore", ".gitignore", ()),
        (".github/a.bats", ".github/a.bats", ()),
        ("100%/a.py", "100%/a.py", ()),
        ("te\u0301st.py::e\u0301", "t\u00e9st.py", ("\u00e9",)),
        ("тесты/отчёт.py::проверка", "тесты/отчёт.py", ("проверка",)),
        ("tests/test_отчёта.py", "tests/test_отчёта.py", ()),
        ("δοκιμές/\u03b1.py", "δοκιμές/\u03b1.py", ()),
        ("テスト/試験.py", "テスト/試験.py", ()),
        ("การทดสอบ/น้ำ.py", "การทดสอบ/น้ำ.py", ()),
        ("prüfung/größe_test.py", "prüfung/größe_test.py", ()),
    ],
)
def test_a_link_is_normal(written, path, names):
    link = read_link(written, "body")
    if not path:
        assert link == BadLink(written, PARENT, "body")
        return
    assert (link.path, link.names) == (path, names)
    assert read_link(link.text, "body") == link


def test_names_that_end_with_a_colon_can_be_read_again():
    link = read_link("a.ts::given: > when: > then", "body")
    assert link.text == "a.ts::given: > when: > then"
    assert link.names == ("given:", "when:", "then")
    assert read_link(link.text, "body") == link
    assert read_link("a.ts::given: > :: then", "body").names == ("given:", "then")


SPOOFED = [
    ("", EMPTY),
    ("::test_b", EMPTY),
    ("../a.py", PARENT),
    ("../../../../etc/passwd", PARENT),
    ("tests/../../a.py::b", PARENT),
    ("tests/../a.py::b", PARENT),
    ("tests/..", PARENT),
    (r"..\a.py", PARENT),
    (r"tests\..\..\a.py", PARENT),
    ("tests/.. /a.py", PARENT),
    ("tests/... /a.py", PARENT),
    ("./../a.py", PARENT),
    ("/etc/passwd", ABSOLUTE),
    ("/tests/a.py::b", ABSOLUTE),
    (r"\tests\a.py", ABSOLUTE),
    ("C:\\tests\\a.py", ABSOLUTE),
    ("c:/tests/a.py::b", ABSOLUTE),
    ("~/a.py", ABSOLUTE),
    ("~root/.ssh/id", ABSOLUTE),
    ("./~/a.py", ABSOLUTE),
    ("https://github.com/acme/widget/blob/main/tests/a.py", ADDRESS),
    ("https://example.test/a.py::b", ADDRESS),
    ("HTTP://EXAMPLE.TEST", ADDRESS),
    ("http://[::1]/a.py", ADDRESS),
    ("<https://example.test/a.py>", ADDRESS),
    ("[a.py](https://example.test/a.py)", ADDRESS),
    ("//example.test/a.py", ADDRESS),
    ("\\\\server\\share\\a.py", ADDRESS),
    ("file:///etc/passwd", ADDRESS),
    ("file:a.py", ADDRESS),
    ("javascript:alert(1)", ADDRESS),
    ("data:text/plain,a", ADDRESS),
    ("git@github.com:acme/widget.git", ADDRESS),
    ("ssh://git@example.test/a.py", ADDRESS),
    ("github.com/acme/widget/blob/main/a.py", ADDRESS),
    ("raw.githubusercontent.com/acme/widget/main/a.py", ADDRESS),
    ("www.example.test/a.py", ADDRESS),
    ("acme/gadget:tests/a.py", ELSEWHERE),
    ("acme/gadget@0123456:tests/a.py::b", ELSEWHERE),
    ("HEAD:tests/a.py", ELSEWHERE),
    ("acme/gadget#12", ISSUE),
    ("tests/a.py:12", LINE),
    ("tests/a.py:12:5", LINE),
    ("tests/a.py:12-20::b", LINE),
    ("tests/a.py#L12", LINE),
    ("tests/a.py#L12-L20", LINE),
    ("tests/a.py#L12C1-L20C5", LINE),
    ("src/FooTest.java#parses", MEMBER),
    ("tests/a\0.py", HIDDEN),
    ("tests/a.py\n../b.py", HIDDEN),
    ("tests/a.py::b\nc", HIDDEN),
    ("tests/a.py::b\x1b[31m", HIDDEN),
    ("tests/a\t.py", HIDDEN),
    ("tests/\u202ea.py", HIDDEN),
    ("tests/a\u2066b.py", HIDDEN),
    ("tests/a\u200b.py", HIDDEN),
    ("\ufefftests/a.py", HIDDEN),
    ("tests/a\u00ad.py", HIDDEN),
    ("tests/a\u2028.py", HIDDEN),
    ("tests/a\ud800.py", HIDDEN),
    ("tests/a\ufe0f.py", HIDDEN),
    ("tests/a\u3164.py", HIDDEN),
    ("tests/a\ue000.py", HIDDEN),
    ("t\u0435sts/a.py", ALIKE),
    ("tests/t\u03bfst.py", ALIKE),
    ("tests/test_\u0430.py", ALIKE),
    ("\uff54ests/a.py", ALIKE),
    ("tests\uff0fa.py", ALIKE),
    ("tests/\uff0e\uff0e/a.py", ALIKE),
    ("tests/\u2025/a.py", ALIKE),
    ("tests\u2215a.py", ALIKE),
    ("tests\u2044..\u2044a.py", ALIKE),
    ("tests/\ufb01le.py", ALIKE),
    ("tests/\U0001d41a.py", ALIKE),
    ("tests/a\u00a0.py", ALIKE),
    ("tests/a\u1680.py", ALIKE),
    (r"tests\unit/a.py", SLASHES),
    (r"tests/a\..\b.py", SLASHES),
    ("tests%2fa.py", ENCODED),
    ("%2e%2e/a.py", ENCODED),
    ("tests%5Ca.py", ENCODED),
    ("tests/a.py%00.png", ENCODED),
    ("%252e%252e/a.py", ENCODED),
    ("tests/*.py", GLOB),
    ("tests/**/a.py", GLOB),
    ("tests/a?.py::b", GLOB),
    ("tests/", FOLDER),
    ("tests\\", FOLDER),
    ("tests/.", FOLDER),
    (".", FOLDER),
    ("./", FOLDER),
    (".git/config", INTERNAL),
    ("tests/.GIT/hooks/a", INTERNAL),
    (".git./a", INTERNAL),
    ("git~1/a", INTERNAL),
    ("a/" * 2_048 + "a.py", LONG),
    ("a" * 5_000, LONG),
    ("é" * 2_049, LONG),
    (f"{'a' * 256}/b.py", LONG),
    (f"{'é' * 128}/b.py", LONG),
    ("a.py::" + "::".join("abcdefghijk"), LONG),
    (f"a.py::{'b' * 501}", LONG),
]


@pytest.mark.parametrize(("written", "why"), SPOOFED)
def test_a_spoofed_link_is_refused_and_says_why(written, why):
    assert read_link(written, "comment") == BadLink(written[:MAX_ECHO], why, "comment")


@pytest.mark.parametrize(("written", "why"), SPOOFED)
def test_no_spoofed_link_comes_through_a_description(written, why):
    assert not any(
        isinstance(each, Link) and ".." in each.path.split("/") for each in links(f"Regression-Test: {written}", "body")
    )
    if "\n" not in written and written and "\\" not in written:
        made = links(f"Regression-Test: `{written}`", "body")
        assert made == () or [type(each) for each in made] == [BadLink], why


def test_there_are_sixty_spoofed_links():
    assert len({written for written, _ in SPOOFED}) >= 60


def test_each_why_is_a_sentence_of_ours():
    for why in {why for _, why in SPOOFED}:
        assert why.startswith("It")
        assert why.endswith(".")
        assert why.isascii()


@pytest.mark.parametrize(
    "written",
    [
        f"{'a' * 255}/{'b' * 251}.py",
        f"{'é' * 127}/b.py",
        f"a.py::{'b' * 500}",
        "a.py::" + "::".join("abcdefghij"),
        "a" * 255 + ("/" + "b" * 255) * 15,
    ],
)
def test_the_longest_links_are_read(written):
    assert isinstance(read_link(written, "body"), Link)


def symbol(name, *scope):
    return Symbol(name, scope, 1, 2)


EMPTY_TABLE = symbol("test_empty", "Table")
FULL = symbol("test_full", "Table")
OTHER = symbol("test_empty", "Chart")
PLAIN = symbol("test_plain")
PYTHON = (EMPTY_TABLE, FULL, OTHER, PLAIN)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("tests/test_table.py", PYTHON),
        ("tests/test_table.py::test_plain", (PLAIN,)),
        ("tests/test_table.py::test_plain()", (PLAIN,)),
        ("tests/test_table.py::test_empty", (EMPTY_TABLE, OTHER)),
        ("tests/test_table.py::Table::test_empty", (EMPTY_TABLE,)),
        ("tests/test_table.py::Table::test_empty[1]", (EMPTY_TABLE,)),
        ("tests/test_table.py::Table.test_empty", (EMPTY_TABLE,)),
        ("tests/test_table.py::tests.test_table.Table.test_empty", (EMPTY_TABLE,)),
        ("tests/test_table.py::test_table::Table::test_empty", (EMPTY_TABLE,)),
        ("tests/test_table.py::Table", (EMPTY_TABLE, FULL)),
        ("tests/test_table.py::test_table.Table", (EMPTY_TABLE, FULL)),
        ("tests/test_table.py::Other::test_empty", ()),
        ("tests/test_table.py::Table::test_plain", ()),
        ("tests/test_table.py::Table::Chart", ()),
        ("tests/test_table.py::test_empt", ()),
        ("tests/test_table.py::Test_Empty", ()),
        ("tests/test_table.py::empty", ()),
        ("tests/test_table.py::tests", ()),
        ("tests/test_table.py::()", ()),
        ("tests/test_table.py::.", ()),
        ("tests/test_table.py::Chart.test_full", ()),
    ],
)
def test_a_link_names_tests_of_a_python_file(written, expected):
    assert found(read_link(written, "body"), PYTHON) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("a.test.ts::shows  nothing", 1),
        ("a.test.ts::table > when empty > shows nothing", 1),
        ("a.test.ts::table \u203a shows nothing", 1),
        ("a.test.ts::when empty::shows nothing", 1),
        ("a.test.ts::when empty::table::shows nothing", 0),
        ("a.test.ts::table", 2),
        ("a.test.ts::when empty", 1),
        ("a.test.ts::table::when empty", 1),
        ("a.test.ts::when empty::table", 0),
        ("a.test.ts::is true if a > b", 1),
        ("a.test.ts::table > is true if a > b", 1),
        ("a.test.ts::b", 0),
        ("a.test.ts::is true if a", 0),
    ],
)
def test_a_link_names_tests_in_blocks(written, expected):
    symbols = (symbol("shows nothing", "table", "when empty"), symbol("is true if a > b", "table"))
    assert len(found(read_link(written, "body"), symbols)) == expected


@pytest.mark.parametrize(
    ("written", "one"),
    [
        ("a_test.cc::Suite.Name", symbol("Name", "Suite")),
        ("a_test.cc::Suite.Name", symbol("Suite.Name")),
        ("a_test.cc::Suite::Name", symbol("Suite.Name")),
        ("FooTest.java::FooTest#parses", symbol("parses", "FooTest")),
        ("src/test/java/com/acme/FooTest.java::com.acme.FooTest#parses()", symbol("parses", "FooTest")),
        ("a_test.go::TestA/empty_table", symbol("empty table", "TestA")),
        ("a_test.go::TestA/empty table", symbol("empty table", "TestA")),
        ("a_test.go::TestA::empty table", symbol("empty table", "TestA")),
        ("a_test.go::TestA/of_a_loop", symbol("TestA")),
        ("a_test.go::TestA/b/c", symbol("c", "TestA", "b")),
        ("src/table/empty.rs::table::empty::tests::shows", symbol("shows", "tests")),
        ("a.kt::A::`b c`", symbol("`b c`", "A")),
        ("a.ts::a/b works", symbol("a/b works")),
        ("a.cs::Acme.Tests.Table.Empty", symbol("Empty", "Acme.Tests", "Table")),
        ("e\u0301.py::e\u0301", symbol("e\u0301")),
        ("a.feature::An  empty table", symbol("An empty\ttable")),
        ("a.cc::ns::f works", symbol("ns::f works")),
    ],
)
def test_a_link_names_a_test_as_its_tools_do(written, one):
    assert found(read_link(written, "body"), (symbol("other"), one)) == (one,)


def test_a_part_of_a_test_is_looked_for_in_go_only():
    assert found(read_link("a.ts::TestA/b", "body"), (symbol("TestA"),)) == ()


def test_a_file_that_is_the_test_has_no_names():
    whole = symbol("")
    assert found(read_link("a/b.html", "body"), (whole,)) == (whole,)
    assert found(read_link("a/b.html::a", "body"), (whole,)) == ()


def test_strange_symbols_are_compared():
    strange = symbol("\ud800\0" + "\u0301" * 9_000, "\ud800")
    assert found(read_link("a.py::b", "body"), (strange,)) == ()


def test_a_note_mentions_an_issue():
    url, number, neither = Note(1, "https://github.com/acme/widget/issues/12"), Note(5, "See #13."), Note(9, "#14")
    assert mentions((url, number, neither), "Acme/Widget", {12, 13}) == (url, number)
    assert mentions((url, number), "acme/gadget", [12]) == ()
    assert mentions((url,), "acme/widget", ()) == ()
    assert mentions((Note(1, "https://git.example.test/acme/widget/issues/12"),), "acme/widget", {12}) == ()
    other = Note(1, "https://git.example.test/acme/widget/issues/12")
    assert mentions((other,), "acme/widget", {12}, "git.example.test") == (other,)


def test_paths_are_composed():
    assert all(
        unicodedata.is_normalized("NFC", read_link(each, "body").path)
        for each in ("e\u0301.py", "\u1112\u1161\u11ab.py")
    )
