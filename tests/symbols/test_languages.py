"""A labelled set: what each source in cases/ holds, as cases/expected.txt says it."""

from pathlib import Path

import pytest

from bot.core.evidence.model import Texts
from bot.symbols.reading import read

CASES = Path(__file__).parent / "cases"
PATHS = {"dbt": "models/shop.yml", "dbtsql": "tests/assert_positive.sql"}


def _labelled():
    """Each case: its name, its language, by what it is read, and its tests as `first-last scope > name !skipped`."""
    for section in (CASES / "expected.txt").read_text().split("== ")[1:]:
        head, *rows = section.splitlines()
        yield pytest.param(*head.split(), rows, id=head.split()[0])


LABELLED = list(_labelled())


def told(symbol):
    skipped = f" !{symbol.skipped}" if symbol.skipped else ""
    return f"{symbol.first}-{symbol.last} " + " > ".join((*symbol.scope, symbol.name)) + skipped


def test_every_source_is_labelled():
    assert {each.values[0] for each in LABELLED} == {each.stem for each in CASES.iterdir()} - {"expected"}


@pytest.mark.parametrize(("name", "language", "by", "rows"), LABELLED)
def test_a_file_is_read_as_labelled(name, language, by, rows):
    texts = Texts(PATHS.get(name, name), (CASES / f"{name}.txt").read_text(), None)
    reading = read(texts, language)
    assert [told(each) for each in reading.symbols] == rows
    assert reading.by == by


@pytest.mark.parametrize(("name", "language", "by", "rows"), LABELLED)
def test_line_breaks_of_windows_change_nothing(name, language, by, rows):
    source = (CASES / f"{name}.txt").read_text().replace("\n", "\r\n")
    texts = Texts(PATHS.get(name, name), f"\ufeff{source}", None)
    assert [told(each) for each in read(texts, language).symbols] == rows, by


@pytest.mark.parametrize(("name", "language", "by", "rows"), LABELLED)
def test_half_a_file_is_no_accident(name, language, by, rows):
    source = (CASES / f"{name}.txt").read_text()
    for end in range(0, len(source), max(1, len(source) // 7)):
        symbols = read(Texts(PATHS.get(name, name), source[:end], None), language).symbols
        assert all(1 <= each.first <= each.last <= source.count("\n", 0, end) + 1 for each in symbols), (by, rows)


@pytest.mark.parametrize(
    ("language", "source", "rows"),
    [
        pytest.param("python", "def test_a():\n  pass\n\nclass (:\n\ndef test_b(): ...", 2, id="python"),
        pytest.param("javascript", "it('a', () => {})\nconst = ;\nit('b', () => {})", 2, id="javascript"),
        pytest.param("go", "func TestA(t *testing.T) {}\nfunc {\nfunc TestB(t *testing.T) {}", 1, id="go"),
    ],
)
def test_tests_are_found_beside_errors(language, source, rows):
    reading = read(Texts("a", source, None), language)
    assert reading.by == "tree-sitter"
    assert len(reading.symbols) >= rows


@pytest.mark.parametrize("name", ["pytest", "jest", "junit", "rust", "nunit", "go", "rspec", "phpunit", "kotlin"])
def test_the_pattern_finds_most_of_what_the_grammar_finds(name):
    """A guess: most of the names, hardly a wrong one."""
    label = next(each for each in LABELLED if each.id == name)
    _, language, _, _ = label.values
    source = (CASES / f"{name}.txt").read_text()
    reading = read(Texts("a", source, None), language, may_parse=False)
    exact = {each.name for each in read(Texts("a", source, None), language).symbols}
    names = {each.name for each in reading.symbols}
    assert reading.by == "pattern"
    assert len(names & exact) >= 0.6 * len(exact)
    assert len(names - exact) <= 4


@pytest.mark.parametrize(
    ("source", "is_asserting"),
    [
        ("def test_a():\n    assert x", True),
        ("def test_a():\n    self.assertEqual(1, x)", True),
        ("def test_a():\n    with pytest.raises(E):\n        f()", True),
        pytest.param("def test_a():\n    f()", False, id="it only calls"),
        pytest.param("def test_assert():\n    # assert x\n    f()", False, id="it only says so"),
    ],
)
def test_an_assertion_is_seen(source, is_asserting):
    (symbol,) = read(Texts("a", source, None), "python").symbols
    assert symbol.asserts is is_asserting


def test_a_file_of_no_language_is_itself_the_test():
    reading = read(Texts("ui/a.html", "<!-- for\n #7 -->\n<p>", None), "")
    assert (reading.by, reading.symbols) == ("file", ())
    assert [(each.line, each.text) for each in reading.notes] == [(1, "<!-- for"), (2, "#7 -->")]


@pytest.mark.parametrize(
    ("language", "source", "notes"),
    [
        ("python", '# a\nx = 1  # b\n"""c\n\nd"""', [(1, "# a"), (2, "# b"), (3, '"""c'), (5, 'd"""')]),
        ("python", 'x = """no"""\ndef test_a():\n    """yes"""', [(3, '"""yes"""')]),
        ("javascript", "// a\nit('// no', () => {}) /* b\n c */", [(1, "// a"), (2, "/* b"), (3, "c */")]),
        ("rust", "/// a\n/* b */ fn c() {}", [(1, "/// a"), (2, "/* b */")]),
        ("robot", "# a\n*** Test Cases ***\nB\n    C  # d", [(1, "# a"), (2, "*** Test Cases ***"), (4, "# d")]),
        ("lua", "-- a\nx = 1 -- b", [(1, "-- a"), (2, "-- b")]),
    ],
)
def test_comments_are_noted_line_by_line(language, source, notes):
    found = read(Texts("a", source, None), language).notes
    assert [(each.line, each.text) for each in found] == notes


def test_of_too_many_comments_those_on_new_lines_are_kept():
    base = "# old\n" * 3000
    reading = read(Texts("a.py", f"{base}# new\n", base), "python")
    assert len(reading.notes) == 2000
    assert reading.notes[-1].text == "# new"


def test_the_tests_at_the_base_are_told_even_of_a_file_that_is_gone():
    reading = read(Texts("a.py", None, "def test_a(): ..."), "python")
    assert (reading.by, reading.symbols, [each.name for each in reading.before]) == ("nothing", (), ["test_a"])
    assert reading.deletions == 1


@pytest.mark.parametrize(
    "language", ["python", "javascript", "cpp", "gherkin", "robot", "bats", "dbt", "", "cobol", "go"]
)
@pytest.mark.parametrize(
    "source",
    [
        pytest.param("(" * 100_000, id="brackets"),
        pytest.param("\0" * 1000 + "\ud800\udfff", id="no characters"),
        pytest.param("\ufeff\r\n\t \r", id="nothing to see"),
        pytest.param("[" * 5_000, id="lists"),
        pytest.param("models: &m\n- {name: a, columns: *m, tables: *m}", id="an alias of itself"),
        pytest.param("x" * 300_000, id="one line"),
        pytest.param("@" * 2000 + "\n" + "#" * 2000, id="signs"),
        pytest.param('"""\n' * 3001, id="quotes"),
    ],
)
def test_a_hostile_text_is_only_read(language, source):
    reading = read(Texts("a.yml", source, source), language)
    assert reading.added == reading.cut == ()


def test_names_and_scopes_are_bounded():
    deep = "describe('" + "x" * 1000 + "', () => {"
    reading = read(Texts("a", deep * 200 + "it('y', () => {})" + "})" * 200, None), "javascript")
    (symbol,) = reading.symbols
    assert (len(symbol.scope), {len(each) for each in symbol.scope}) == (32, {300})


def test_a_text_too_large_for_a_grammar_is_guessed_and_one_larger_still_is_not_read():
    large = "def test_a(): pass\n" + "# x\n" * 300_000
    assert read(Texts("a.py", large, None), "python").by == "pattern"
    assert read(Texts("a.py", large * 5, large * 5), "python").by == "nothing"
