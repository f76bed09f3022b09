import pytest

from bot.core.evidence.conventions import MAX_GLOB, MAX_PATH, Recognised, Role, language, recognise, row
from bot.core.evidence.layouts import TABLE
from tests.core.paths import cases

MIXED = {"django", "cpython"}  # projects, not ecosystems: their tests are pytest's and unittest's


@pytest.mark.parametrize(("ecosystem", "role", "path"), [pytest.param(*each, id=each[2]) for each in cases()])
def test_a_path_has_the_role_that_its_project_gives_it(ecosystem, role, path):
    found = recognise(path)
    assert found.role == role
    assert role != "test" or found.ecosystem == ecosystem or ecosystem in MIXED


def test_the_paths_are_many_and_a_third_of_them_only_look_like_tests():
    ecosystems, roles, paths = zip(*cases(), strict=True)
    assert len(paths) == len(set(paths)) >= 300
    assert len(set(ecosystems)) >= 25
    assert roles.count("test") >= 150
    assert len(roles) - roles.count("test") >= len(roles) / 3


def test_no_row_of_the_table_is_there_for_nothing():
    first = {row(path) for _, _, path in cases()}
    assert [TABLE[at] for at in range(len(TABLE)) if at not in first] == []


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("tests/test_a.py", "python"),
        ("a/a_test.go", "go"),
        ("src/a.test.ts", "typescript"),
        ("src/a.test.mts", "typescript"),
        ("src/a.test.tsx", "tsx"),
        ("src/a.test.jsx", "javascript"),
        ("src/test/java/ATest.java", "java"),
        ("src/test/kotlin/ATest.kt", "kotlin"),
        ("src/test/scala/ASuite.scala", "scala"),
        ("tests/a.rs", "rust"),
        ("src/lib.rs", "rust"),
        ("spec/a_spec.rb", "ruby"),
        ("A.Tests/ATests.cs", "csharp"),
        ("tests/ATest.php", "php"),
        ("a_test.cc", "cpp"),
        ("test/test-a.c", "c"),
        ("test/a_test.exs", "elixir"),
        ("Tests/ATests/ATests.swift", "swift"),
        ("features/a.feature", "gherkin"),
        ("atest/a.robot", "robot"),
        ("test/a.bats", "bats"),
        ("tests/assert_a.sql", "sql"),
        ("models/a.yml", "dbt"),
        ("tests/test_a.yaml", "yaml"),
        pytest.param("tests/ui/a.rs", "", id="a file that is itself the test"),
        pytest.param("Zend/tests/a.phpt", "", id="a file of its own format"),
    ],
)
def test_a_test_says_how_it_is_read(path, name):
    assert recognise(path).language == name


@pytest.mark.parametrize(("path", "name"), [("a.py", "python"), ("a", ""), ("py", ""), (".py/a", ""), ("a.PY", "")])
def test_a_language_is_that_of_the_extension(path, name):
    assert language(path) == name


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        ("LayoutTests/**", "LayoutTests/fast/text/a.html"),
        ("LayoutTests/**/*.html", "LayoutTests/a.html"),
        ("checks/*.py", "checks/a.py"),
        ("checks/?.py", "checks/a.py"),
        ("**/*.check", "a.check"),
        ("**/*.check", "a/b/c.check"),
        ("app/(shop)/[id]/check.ts", "app/(shop)/[id]/check.ts"),
        ("a+b/{c}|d$.py", "a+b/{c}|d$.py"),
        ("prüfung/*", "prüfung/größe.py"),
    ],
)
def test_a_glob_of_the_repository_makes_a_test(glob, path):
    assert recognise(path).role is not Role.TEST
    assert recognise(path, tests=[glob]) == Recognised(Role.TEST, language=language(path))


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        pytest.param("checks/*.py", "checks/a/b.py", id="a star stays within a name"),
        pytest.param("checks/?.py", "checks/ab.py", id="a question mark is one character"),
        pytest.param("a?b", "a/b", id="a question mark is no slash"),
        pytest.param("checks", "checks/a.py", id="the whole path fits"),
        pytest.param("checks/**", "my/checks/a.py", id="from its beginning"),
        pytest.param("Checks/**", "checks/a.py", id="in its own case"),
        pytest.param("a.py", "aapy", id="a dot is a dot"),
        pytest.param("[ab].py", "a.py", id="brackets are brackets"),
        pytest.param("a|b.py", "b.py", id="a bar is a bar"),
        pytest.param("", "a.py", id="nothing fits nothing"),
        pytest.param("*" * (MAX_GLOB + 1), "a.py", id="a glob that is too long"),
        pytest.param("**\ud800", "a.py", id="a glob that is no text"),
    ],
)
def test_a_glob_says_no_more_than_it_says(glob, path):
    assert recognise(path, tests=[glob]).role is Role.OTHER
    assert recognise("tests/test_a.py", others=[glob]).role is Role.TEST


def test_what_the_repository_calls_no_test_is_none_whatever_else_says_so():
    assert recognise("tests/test_a.py", others=["tests/**"]) == Recognised(Role.OTHER)
    assert recognise("tests/test_a.py", tests=["tests/**"], others=["b/**", "tests/**"]) == Recognised(Role.OTHER)
    assert recognise(".github/workflows/a.yml", others=["**"]) == Recognised(Role.OTHER)


def test_a_glob_of_the_repository_goes_before_support_snapshots_and_what_may_hold_tests():
    for path in ("tests/conftest.py", "src/lib.rs", "a/__snapshots__/b.snap", "src/main/java/A.java"):
        assert recognise(path).role is not Role.TEST
        assert recognise(path, tests=["**"]).role is Role.TEST


def test_a_wide_glob_does_not_turn_the_runner_into_a_test():
    assert recognise(".github/workflows/test.yml", tests=["**"]).role is Role.RUNNER
    assert recognise("tests/pytest.ini", tests=["tests/**"]).role is Role.RUNNER


def test_a_glob_changes_nothing_about_what_is_a_test_anyway():
    assert recognise("tests/ui/a.rs", tests=["**"]) == recognise("tests/ui/a.rs")


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("", id="empty"),
        pytest.param("/tests/test_a.py", id="absolute"),
        pytest.param("tests//test_a.py", id="with an empty name"),
        pytest.param("tests/test_a.py/", id="a folder"),
        pytest.param("../tests/test_a.py", id="upwards"),
        pytest.param("tests/../../test_a.py", id="upwards in the middle"),
        pytest.param("./tests/test_a.py", id="from here"),
        pytest.param("tests\\test_a.py", id="with a back slash"),
        pytest.param("C:\\tests\\test_a.py", id="of Windows"),
        pytest.param("tests/test_a.py\n", id="with a new line"),
        pytest.param("tests/\0test_a.py", id="with a null"),
        pytest.param("tests/\x1b[2Jtest_a.py", id="with an escape"),
        pytest.param("tests/\u202etest_a.py", id="that changes direction"),
        pytest.param("tests/\u200btest_a.py", id="with a space of no width"),
        pytest.param("tests/\ud800test_a.py", id="with half a pair"),
        pytest.param("t\u0435st_a.py", id="with a Cyrillic e"),
        pytest.param("\uff54\uff45\uff53\uff54_a.py", id="in wide letters"),
        pytest.param("tests\u2215test_a", id="with a slash that is none"),
        pytest.param("TEST_A.PY", id="in capitals"),
        pytest.param("tests/" * MAX_PATH + "test_a.py", id="very long"),
        pytest.param("a" * MAX_PATH + "_test.py", id="with a very long name"),
    ],
)
def test_what_is_no_plain_path_is_no_test(path):
    assert recognise(path) == recognise(path, others=["**"]) == Recognised(Role.OTHER, language="")


@pytest.mark.parametrize("path", ["", "/a", "../a", "a\\b", "a\nb", "a\ud800", "a" * (MAX_PATH + 1)])
def test_no_glob_makes_a_test_of_what_is_no_plain_path(path):
    assert recognise(path, tests=["**"]) == Recognised(Role.OTHER)


@pytest.mark.parametrize(
    "path", ["tests/test_größe.py", "src/test/java/バリューTest.java", "tests/test_a (1).py", "é_test.go"]
)
def test_any_script_may_name_a_test(path):
    assert recognise(path).role is Role.TEST


@pytest.mark.parametrize("part", ["tests/", "test_", "src/test/", "(", "**/", "[", "é/"])
def test_a_path_as_long_as_paths_get_is_still_read(part):
    path = part * ((MAX_PATH - 20) // len(part)) + "x/a_test.go"
    assert recognise(path).role is Role.TEST
