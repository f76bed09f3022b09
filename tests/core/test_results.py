import tracemalloc
from itertools import chain, repeat

import pytest

from bot.core.evidence.model import Symbol
from bot.core.evidence.results import BadReport, Result, Room, matching, outcome, read_junit


def symbol(name, *scope):
    return Symbol(name, scope, 1, 2)


def read(text):
    return read_junit([text.encode()])


def row(sentence, path, wanted, report, *names):
    """`names` are those of the results that are the test's, in the order of the report."""
    return pytest.param(path, wanted, report, names, id=sentence)


def suite(*cases, **attributes):
    written = " ".join(f'{key}="{value}"' for key, value in attributes.items())
    return f"<testsuites><testsuite {written}>{''.join(cases)}</testsuite></testsuites>"


def case(name, classname=None, inner="", **more):
    attributes = ({} if classname is None else {"classname": classname}) | {"name": name} | more
    written = " ".join(f'{key}="{value}"' for key, value in attributes.items())
    return f"<testcase {written}>{inner}</testcase>"


PYTEST = suite(
    case("test_y[0-a]", "tests.test_a.TestX"),
    case("test_y[1-[b]]", "tests.test_a.TestX"),
    case("test_y2", "tests.test_a.TestX"),
    case("test_y", "tests.test_a.TestZ"),
    case("test_y", "tests.test_b.TestX"),
    case("test_y", "tests.test_b"),
    case("test_plain", "tests.test_a"),
    case("test_other[test_plain]", "tests.test_a"),
    case("test_other[test_plain[1]]", "tests.test_a"),
    case("my_test_plain", "tests.test_a"),
    name="pytest",
)
SUREFIRE = suite(
    case("adds", "com.acme.store.SumTest"),
    case("adds{int, int}[1]", "com.acme.store.SumTest"),
    case("adds", "com.acme.cache.SumTest"),
    case("adds", "com.acme.store.SumTest$Empty"),
    case("addsMore", "com.acme.store.SumTest"),
)
GO = suite(
    case("TestSum", "example.org/acme/store"),
    case("TestSum/of_nothing", "example.org/acme/store"),
    case("TestSum/of_nothing/at_all", "example.org/acme/store"),
    case("TestSum/of_nothing#01", "example.org/acme/store"),
    case("TestSum", "example.org/acme/cache"),
    case("TestSummary", "example.org/acme/store"),
)
JEST = suite(
    case("table empty shows a row", "table empty shows a row"),
    case("table full shows a row", "table full shows a row"),
    case("table adds 1 to 2", "table adds 1 to 2"),
    case("table adds 3 to 4", "table adds 3 to 4"),
)
RSPEC = suite(
    case("User#name is never empty", "spec.models.user_spec", file="./spec/models/user_spec.rb"),
    case("User#mail is never empty", "spec.models.user_spec", file="./spec/models/user_spec.rb"),
    case("User#name is never empty", "spec.api.user_spec", file="./spec/api/user_spec.rb"),
)
VITEST = suite(
    case("table &gt; empty &gt; shows a row", "src/table.test.ts"),
    case("table &gt; full &gt; shows a row", "src/table.test.ts"),
    case("table &gt; empty &gt; shows a row", "src/list.test.ts"),
    case("shows a row", "src/table.test.ts"),
)
NEXTEST = suite(
    case("store::tests::works", "acme-core"),
    case("cache::tests::works", "acme-core"),
    case("store::tests::works::case_1", "acme-core"),
    case("works", "acme-core::store_api"),
    case("works", "acme-core::cache_api"),
)
DOTNET = suite(
    case("Adds(a: 1, b: 2)", "Acme.Tests.SumTests"),
    case("Adds(a: 3, b: 4)", "Acme.Tests.SumTests"),
    case("Adds", "Acme.Tests.MoreSumTests"),
    case("Adds", "Acme.Tests.SumTests+Empty"),
)
PHPUNIT = suite(
    case(
        "testAdds with data set #0", "Tests.Unit.SumTest", file="/home/ci/app/tests/Unit/SumTest.php", line="9",
        **{"class": r"Tests\Unit\SumTest"},
    ),
    case("testAdds with data set &quot;big&quot;", "Tests.Unit.SumTest", file="/home/ci/app/tests/Unit/SumTest.php"),
    case("testAdds", "Tests.Api.SumTest", file="/home/ci/app/tests/Api/SumTest.php"),
)  # fmt: skip
PEST = suite(
    case("it shows a table", "Tests.Feature.TableTest", file="tests/Feature/TableTest.php::it shows a table"),
    case("shows a list", "Tests.Feature.TableTest", file="tests/Feature/TableTest.php::shows a list"),
)
GOOGLETEST = suite(
    case("Adds", "SumTest", file="../test/sum_test.cc", line="3"),
    case("Scales/0", "Small/SumTest", file="../test/sum_test.cc", line="9"),
    case("Scales/1", "Small/SumTest", file="../test/sum_test.cc", line="9"),
    case("Scales/0", "Large/SumTest", file="../test/sum_test.cc", line="9"),
    case("Adds", "OtherTest", file="../test/other_test.cc", line="3"),
    case("DISABLED_Adds", "SumTest", status="notrun", result="suppressed"),
)
EXUNIT = suite(
    case("test shows a table", "Elixir.Acme.TableTest", file="test/acme/table_test.exs"),
    case("test when empty shows a table", "Elixir.Acme.TableTest", file="test/acme/table_test.exs"),
    case("test shows a table", "Elixir.Acme.ListTest", file="test/acme/list_test.exs"),
)
XCODE = suite(
    case("testAdds", "SumTests"),
    case("testAdds", "AppTests.MoreTests"),
    case("adds()", "SwiftTesting"),
    case("&quot;adds two numbers&quot;", "SwiftTesting"),
)
SCALATEST = suite(
    case("A table should show a row", "com.acme.TableSpec"),
    case("A list should show a row", "com.acme.TableSpec"),
)
MINITEST = suite(
    case("test_shows_a_table", "TableTest", file="test/table_test.rb"),
    case("test_0001_shows a list", "list::empty", file="test/list_test.rb"),
    name="TableTest",
)
MOCHA = """<testsuites name="Mocha Tests">
  <testsuite name="Root Suite" file="/home/ci/app/test/table.spec.js" tests="0"/>
  <testsuite name="table" file="/home/ci/app/test/table.spec.js" tests="1">
    <testcase name="table shows a row" classname="shows a row"/></testsuite>
  <testsuite name="list" file="/home/ci/app/test/list.spec.js" tests="1">
    <testcase name="list shows a row" classname="shows a row"/></testsuite>
</testsuites>"""
NODE = """<testsuites>
  <testsuite name="table"><testsuite name="empty">
    <testcase name="shows a row" classname="test" file="/home/ci/app/test/table.test.mjs"/></testsuite>
    <testcase name="shows a row" classname="test" file="/home/ci/app/test/table.test.mjs"/></testsuite>
</testsuites>"""
ROBOT = suite(case("Shows A Table", "Suites.Table"), case("Shows A Table", "Suites.List"), name="Suites")
BEHAVE = suite(
    case("Shows a table", "table.Tables"),
    case("Adds numbers -- @1.1 small", "sums.Sums"),
    case("Adds numbers -- @1.2 large", "sums.Sums"),
)
CUCUMBER = suite(case("Adds 1 to 2", "Sums"), case("Adds 3 to 4", "Sums"), case("Adds nothing", "Lists"))
BATS = suite(case("shows a table", "table.bats"), case("shows a table", "list.bats"), name="table.bats")
CTEST = suite(case("sum_small", "sum_small"), case("sum_smaller", "sum_smaller"), name="Linux-c++")
UNITTEST = suite(case("test_y (tests.test_a.TestX)", "tests.test_a.TestX"), case("test_y (i=1)", "tests.test_a.TestX"))
JAVA = "core/src/test/java/com/acme/store/SumTest.java"
SPEC = "spec/models/user_spec.rb"
SUM_TESTS = "test/Acme.Tests/SumTests.cs"


@pytest.mark.parametrize(
    ("path", "wanted", "report", "names"),
    [
        row("pytest: parameters", "tests/test_a.py", symbol("test_y", "TestX"), PYTEST, "test_y[0-a]", "test_y[1-[b]]"),
        row("pytest: another class", "tests/test_a.py", symbol("test_y", "TestZ"), PYTEST, "test_y"),
        row("pytest: no class", "tests/test_b.py", symbol("test_y"), PYTEST, "test_y"),
        row("pytest: a function", "tests/test_a.py", symbol("test_plain"), PYTEST, "test_plain"),
        row("pytest: another file", "tests/test_c.py", symbol("test_y", "TestX"), PYTEST),
        row("pytest: the same name elsewhere", "other/test_a.py", symbol("test_y", "TestX"), PYTEST),
        row("pytest: below the root", "api/tests/test_a.py", symbol("test_y2", "TestX"), PYTEST, "test_y2"),
        row("pytest: no such test", "tests/test_a.py", symbol("test", "TestX"), PYTEST),
        row("pytest: classes not told", "tests/test_a.py", symbol("test_y"), PYTEST),
        row("pytest: a class not told", "tests/test_a.py", symbol("test_y2"), PYTEST, "test_y2"),
        row("pytest: a module of the test's name", "tests/test_y.py", symbol("test_y"),
            suite(case("test_y", "tests.test_y")), "test_y"),
        row("pytest: half of a module's name", "tests/test_a.py", symbol("test_y", "TestX"),
            suite(case("test_y", "a.TestX"))),
        row("pytest: a name in another", "tests/test_a.py", symbol("test_y"),
            suite(case("my_test_y"), case("test_x[test_y[1]]"), file="tests/test_a.py")),
        row("unittest", "tests/test_a.py", symbol("test_y", "TestX"), UNITTEST,
            "test_y (tests.test_a.TestX)", "test_y (i=1)"),
        row("Maven", JAVA, symbol("adds", "SumTest"), SUREFIRE, "adds", "adds{int, int}[1]"),
        row("Maven: a nested class", JAVA, symbol("adds", "SumTest", "Empty"), SUREFIRE, "adds"),
        row("Maven: another package", JAVA.replace("store", "shop"), symbol("adds", "SumTest"), SUREFIRE),
        row("Gradle", JAVA, symbol("adds", "SumTest"), suite(case("adds()", "com.acme.store.SumTest")), "adds()"),
        row("Gradle: parameters", JAVA, symbol("adds", "SumTest"),
            suite(case("adds(int)[2]", "com.acme.store.SumTest")), "adds(int)[2]"),
        row("Kotlin", "src/test/kotlin/SumTest.kt", symbol("adds two numbers", "SumTest"),
            suite(case("adds two numbers()", "com.acme.SumTest"), case("adds two", "com.acme.SumTest")),
            "adds two numbers()"),
        row("Go: with its parts", "store/sum_test.go", symbol("TestSum"), GO,
            "TestSum", "TestSum/of_nothing", "TestSum/of_nothing/at_all", "TestSum/of_nothing#01"),
        row("Go: a part", "store/sum_test.go", symbol("of nothing", "TestSum"), GO,
            "TestSum/of_nothing", "TestSum/of_nothing/at_all", "TestSum/of_nothing#01"),
        row("Go: another package", "shop/sum_test.go", symbol("TestSum"), GO),
        row("Go: a package without a path", "a/store/sum_test.go", symbol("TestSum"),
            suite(case("TestSum", "store")), "TestSum"),
        row("Go: nothing tells the package", "sum_test.go", symbol("TestSum"), GO),
        row("Go: nothing needs to", "sum_test.go", symbol("TestSummary"), GO, "TestSummary"),
        row("Jest", "src/table.test.js", symbol("shows a row", "table", "empty"), JEST, "table empty shows a row"),
        row("Jest: a template", "src/table.test.js", symbol("adds %i to %i", "table"), JEST,
            "table adds 1 to 2", "table adds 3 to 4"),
        row("Jest: another template", "src/a.test.js", symbol("adds %i to %i rows"),
            suite(case("adds 1 to 2 rows of three"), case("adds 1 to 2 rows", "x"), case("badds 1 to 2 rows")),
            "adds 1 to 2 rows"),
        row("Jest: a title in a title", "src/a.test.js", symbol("adds"),
            suite(case("adds (slowly)", "x"), case("readds", "x"))),
        row("Jest: nobody says which", "src/table.test.js", symbol("shows a row"), JEST),
        row("Jest: no such scope", "src/table.test.js", symbol("shows a row", "list"), JEST),
        row("Jest: a template of nothing", "src/table.test.js", symbol("%s", "table"), JEST),
        row("Jest: split", "src/table.test.js", symbol("shows a row", "table"),
            suite(case("shows a row", "table"), case("shows a row", "list")), "shows a row"),
        row("Jest: a file, and a title", "src/table.test.js", symbol("shows a row", "table"),
            suite(case("table shows a row", "src/table.test.js"), case("table shows a row", "src/list.test.js")),
            "table shows a row"),
        row("Jest: words before a title", "src/a.test.js", symbol("shows a row"),
            suite(case("never shows a row", "x", file="src/a.test.js"))),
        row("Vitest", "src/table.test.ts", symbol("shows a row", "table", "empty"), VITEST,
            "table > empty > shows a row"),
        row("Vitest: in a package", "app/src/list.test.ts", symbol("shows a row", "table", "empty"), VITEST,
            "table > empty > shows a row"),
        row("Vitest: no describe", "src/table.test.ts", symbol("shows a row"), VITEST, "shows a row"),
        row("Vitest: another file", "src/chart.test.ts", symbol("shows a row", "table", "empty"), VITEST),
        row("Mocha", "test/table.spec.js", symbol("shows a row", "table"), MOCHA, "table shows a row"),
        row("Mocha: a file of that name", "lib/test/list.spec.js", symbol("shows a row", "list"), MOCHA),
        row("node:test", "test/table.test.mjs", symbol("shows a row", "table", "empty"), NODE, "shows a row"),
        row("RSpec", SPEC, symbol("is never empty", "User", "#name"), RSPEC, "User#name is never empty"),
        row("RSpec: another file", "spec/user_spec.rb", symbol("is never empty", "User", "#name"), RSPEC),
        row("Minitest", "test/table_test.rb", symbol("test_shows_a_table", "TableTest"), MINITEST,
            "test_shows_a_table"),
        row("Minitest: a title", "test/table_test.rb", symbol("shows a table", "TableTest"), MINITEST,
            "test_shows_a_table"),
        row("Minitest: a spec", "test/list_test.rb", symbol("shows a list", "list", "empty"), MINITEST,
            "test_0001_shows a list"),
        row("nextest", "src/store.rs", symbol("works", "tests"), NEXTEST,
            "store::tests::works", "store::tests::works::case_1"),
        row("nextest: a module of its own", "src/cache/mod.rs", symbol("works", "tests"), NEXTEST,
            "cache::tests::works"),
        row("nextest: another module", "src/shop.rs", symbol("works", "tests"), NEXTEST),
        row("nextest: the root", "src/lib.rs", symbol("works", "tests"), NEXTEST),
        row("nextest: a binary", "tests/store_api.rs", symbol("works"), NEXTEST, "works"),
        row("nextest: another binary", "tests/shop.rs", symbol("works"), suite(case("works", "acme::cache"))),
        row(".NET", SUM_TESTS, symbol("Adds", "SumTests"), DOTNET, "Adds(a: 1, b: 2)", "Adds(a: 3, b: 4)"),
        row(".NET: a namespace", SUM_TESTS, symbol("Adds", "Acme.Tests", "SumTests"), DOTNET,
            "Adds(a: 1, b: 2)", "Adds(a: 3, b: 4)"),
        row(".NET: another class", SUM_TESTS, symbol("Adds", "LessSumTests"), DOTNET),
        row(".NET: the whole name", SUM_TESTS, symbol("Adds", "SumTests"),
            suite(case("Acme.Tests.SumTests.Adds", "Acme.Tests.SumTests")), "Acme.Tests.SumTests.Adds"),
        row("PHPUnit", "tests/Unit/SumTest.php", symbol("testAdds", "SumTest"), PHPUNIT,
            "testAdds with data set #0", 'testAdds with data set "big"'),
        row("PHPUnit: another file", "tests/SumTest.php", symbol("testAdds", "SumTest"), PHPUNIT),
        row("Pest", "tests/Feature/TableTest.php", symbol("shows a table"), PEST, "it shows a table"),
        row("Pest: test()", "tests/Feature/TableTest.php", symbol("shows a list"), PEST, "shows a list"),
        row("GoogleTest", "lib/test/sum_test.cc", symbol("Adds", "SumTest"), GOOGLETEST, "Adds"),
        row("GoogleTest: instances", "test/sum_test.cc", symbol("Scales", "SumTest"), GOOGLETEST,
            "Scales/0", "Scales/1", "Scales/0"),
        row("GoogleTest: types", "test/sum_test.cc", symbol("Adds", "SumTest"),
            suite(case("Adds", "SumTest/0"), case("Adds", "SumTest/1")), "Adds", "Adds"),
        row("GoogleTest: a namespace", "test/sum_test.cc", symbol("Adds", "acme", "SumTest"), GOOGLETEST, "Adds"),
        row("GoogleTest: in one word", "test/sum_test.cc", symbol("SumTest.Adds"), GOOGLETEST, "Adds"),
        row("CTest", "test/sum.cc", symbol("sum_small"), CTEST, "sum_small"),
        row("Catch2: sections", "test/sum.cpp", symbol("adds two numbers"),
            suite(case("adds two numbers/small", "tests.global"), case("adds two", "tests.global")),
            "adds two numbers/small"),
        row("ExUnit", "test/acme/table_test.exs", symbol("shows a table", "Acme.TableTest"), EXUNIT,
            "test shows a table"),
        row("ExUnit: a describe", "test/acme/table_test.exs", symbol("shows a table", "Acme.TableTest", "when empty"),
            EXUNIT, "test when empty shows a table"),
        row("Xcode", "AppTests/SumTests.swift", symbol("testAdds", "SumTests"), XCODE, "testAdds"),
        row("Xcode: a target", "AppTests/MoreTests.swift", symbol("testAdds", "MoreTests"), XCODE, "testAdds"),
        row("Swift Testing", "AppTests/SumTests.swift", symbol("adds"), XCODE, "adds()"),
        row("Swift Testing: a title", "AppTests/SumTests.swift", symbol("adds two numbers"), XCODE,
            '"adds two numbers"'),
        row("ScalaTest", "src/test/scala/com/acme/TableSpec.scala", symbol("show a row", "TableSpec", "A table"),
            SCALATEST, "A table should show a row"),
        row("Robot", "suites/table.robot", symbol("Shows A Table"), ROBOT, "Shows A Table"),
        row("behave", "features/table.feature", symbol("Shows a table"), BEHAVE, "Shows a table"),
        row("behave: an outline", "features/sums.feature", symbol("Adds numbers"), BEHAVE,
            "Adds numbers -- @1.1 small", "Adds numbers -- @1.2 large"),
        row("Cucumber: a template", "features/sums.feature", symbol("Adds <a> to <b>", "Sums"), CUCUMBER,
            "Adds 1 to 2", "Adds 3 to 4"),
        row("Bats", "test/table.bats", symbol("shows a table"), BATS, "shows a table"),
        row("Bats: another file", "test/chart.bats", symbol("shows a table"), BATS),
        row("Windows", "tests/sum.test.ts", symbol("adds"),
            suite(case("adds", "x", file=r"D:\ci\app\tests\sum.test.ts")), "adds"),
        row("a file is told by one tool and not by the other", "a/b.test.js", symbol("adds"),
            suite(case("adds", "x", file="a/b.test.js"), case("adds", "y")), "adds"),
        row("jobs of other names", "a/SumTest.cs", symbol("Adds", "SumTest"),
            suite(case("Adds", "linux.SumTest", file="a/SumTest.cs"), case("Adds", "mac.SumTest", file="a/SumTest.cs")),
            "Adds", "Adds"),
        row("nobody says which of two", "a/b.swift", symbol("testAdds"),
            suite(case("testAdds", "A"), case("testAdds", "B"))),
        row("no name", "a/b.test.js", symbol(""), suite(case("", "x"), case("adds", "x"))),
        row("no report", "a/b.test.js", symbol("adds"), suite()),
    ],
)  # fmt: skip
def test_the_results_of_a_test_are_found_in_a_report(path, wanted, report, names):
    assert tuple(each.name for each in matching(path, wanted, read(report))) == names


def test_two_classes_of_a_name_in_two_files_are_not_mixed():
    found = matching("tests/test_b.py", symbol("test_y", "TestX"), read(PYTEST))
    assert [each.classname for each in found] == ["tests.test_b.TestX"]
    found = matching(SPEC, symbol("is never empty", "User", "#name"), read(RSPEC))
    assert [each.classname for each in found] == ["spec.models.user_spec"]
    found = matching("src/list.test.ts", symbol("shows a row", "table", "empty"), read(VITEST))
    assert [each.classname for each in found] == ["src/list.test.ts"]
    found = matching(
        "crates/store/src/lib.rs", symbol("works"), read(suite(case("works", "shop"), case("works", "store")))
    )
    assert [each.classname for each in found] == ["store"]


FLAKY = '<flakyFailure message="once">it failed, then it passed</flakyFailure>'


@pytest.mark.parametrize(
    ("inner", "attributes", "expected"),
    [
        pytest.param("", {}, "passed", id="nothing said"),
        pytest.param("<failure message='no'>text</failure>", {}, "failed", id="a failure"),
        pytest.param("<error/>", {}, "failed", id="an error"),
        pytest.param("<skipped/>", {}, "skipped", id="skipped"),
        pytest.param("<skipped/><error/>", {}, "failed", id="skipped, then an error"),
        pytest.param("<error/><skipped/>", {}, "failed", id="an error, then skipped"),
        pytest.param(FLAKY, {}, "passed", id="failed, then passed"),
        pytest.param("<failure/><rerunFailure/>", {}, "failed", id="failed twice"),
        pytest.param("<system-out><failure/></system-out>", {}, "passed", id="a failure that is output"),
        pytest.param("", {"status": "notrun", "result": "suppressed"}, "skipped", id="not run"),
        pytest.param("", {"status": "FAILED"}, "failed", id="a status that failed"),
        pytest.param("", {"status": "run", "result": "completed"}, "passed", id="run"),
        pytest.param("<failure/>", {"status": "passed"}, "failed", id="an element says more than an attribute"),
        pytest.param('<x:failure xmlns:x="urn:x"/>', {}, "failed", id="in a namespace"),
        pytest.param("<testcase name='b'><failure/></testcase>", {}, "passed", id="a test case in a test case"),
    ],
)
def test_a_test_case_has_an_outcome(inner, attributes, expected):
    assert [each.outcome for each in read(suite(case("a", "b", inner, **attributes)))] == [expected]


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ((), None),
        (("passed",), "passed"),
        (("passed", "skipped"), "passed"),
        (("skipped", "skipped"), "skipped"),
        (("passed", "failed", "skipped"), "failed"),
    ],
)
def test_the_outcome_of_a_test_is_that_of_its_results(outcomes, expected):
    assert outcome([Result("", "", "a", each) for each in outcomes]) == expected


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        pytest.param("<testsuite/>", [], id="no test"),
        pytest.param("<testsuites/>", [], id="no suite"),
        pytest.param("\ufeff<testsuite/>", [], id="a byte order mark"),
        pytest.param('<testsuites xmlns="urn:x"><testsuite><testcase name="a"/></testsuite></testsuites>', ["a"],
                     id="a namespace"),
        pytest.param('<testsuite><properties><property name="p"/></properties><testcase name="a"/></testsuite>', ["a"],
                     id="properties"),
        pytest.param("<testsuite><testcase/></testsuite>", [""], id="no name"),
        pytest.param(f'<testsuite><testcase name="{"x" * 5000}"/></testsuite>', ["x" * 1000], id="a long name"),
        pytest.param('<?xml-stylesheet href="http://x.example/"?><testsuite><?php x?><!-- y --></testsuite>', [],
                     id="instructions are passed over"),
        pytest.param('<testsuite xmlns:i="http://www.w3.org/2001/XInclude"><i:include href="/etc/passwd" parse="text"/>'
                     '<testcase name="a"/></testsuite>', ["a"], id="an include includes nothing"),
    ],
)  # fmt: skip
def test_a_report_is_read(report, expected):
    assert [each.name for each in read(report)] == expected


def test_a_result_takes_its_place_from_what_is_around_it():
    report = (
        '<testsuites name="all"><testsuite name="a" file="a.js"><testsuite name="b"><testcase name="1"/></testsuite>'
        '<testcase name="2" classname="c" file="c.js"/></testsuite>'
        '<testsuite name="d" filepath="d.rb"><testcase name="3" class="E"/></testsuite></testsuites>'
    )
    assert read(report) == (
        Result("a.js", "a > b", "1", "passed"),
        Result("c.js", "c", "2", "passed"),
        Result("d.rb", "E", "3", "passed"),
    )


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "report",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"PK\3\4", id="an archive"),
        pytest.param(b"<testsuite>", id="cut off"),
        pytest.param(b"<testsuite/><testsuite/>", id="two roots"),
        pytest.param(b"<coverage/>", id="a report of coverage"),
        pytest.param(b"<TestRun/>", id="another format"),
        pytest.param(b"<html><testsuite/></html>", id="not at the root"),
        pytest.param(b"<testsuite>&nbsp;</testsuite>", id="an unknown entity"),
        pytest.param(b'<testsuite name="&a;"/>', id="an unknown entity in an attribute"),
        pytest.param(b"<!DOCTYPE testsuite><testsuite/>", id="a document type"),
        pytest.param(b'<!DOCTYPE t SYSTEM "http://127.0.0.1/x.dtd"><testsuite/>', id="an external document type"),
        pytest.param(b'<!DOCTYPE t [<!ENTITY a "b">]><testsuite>&a;</testsuite>', id="an entity"),
        pytest.param(b'<!DOCTYPE t [<!ENTITY a SYSTEM "file:///etc/passwd">]><testsuite>&a;</testsuite>',
                     id="an external entity"),
        pytest.param(b'<!DOCTYPE t [<!ENTITY % a SYSTEM "http://x/">%a;]><testsuite/>', id="a parameter entity"),
        pytest.param(f'<!DOCTYPE t [<!ENTITY l0 "lol">{LAUGHS}]><testsuite>&l9;</testsuite>'.encode(), id="laughs"),
        pytest.param("<testsuite/>".encode("utf-16"), id="UTF-16"),
        pytest.param("<testsuite/>".encode("utf-16-le"), id="UTF-16 without a mark"),
        pytest.param("<testsuite/>".encode("utf-32"), id="UTF-32"),
        pytest.param("<testsuite/>".encode("cp037"), id="EBCDIC"),
        pytest.param(b'<?xml version="1.0" encoding="utf-7"?>+ADw-testsuite/+AD4-', id="UTF-7"),
        pytest.param(b'<testsuite name="\xe9"/>', id="Latin 1"),
        pytest.param(b"<testsuite>\0</testsuite>", id="a zero"),
        pytest.param(b"<testsuite>" * 65, id="too deep"),
        pytest.param(b"<testsuite>" * 100_000, id="far too deep"),
        pytest.param(b"<testsuite><a " + b"x" * 2000 + b"=''/></testsuite>", id="a name too long"),
        pytest.param(b"<testsuite>" + b"".join(b"<a%d/>" % n for n in range(1001)) + b"</testsuite>", id="names"),
        pytest.param(b"<testsuite>" + b"".join(b'<a x%d="y"/>' % n for n in range(1001)) + b"</testsuite>",
                     id="names of attributes"),
        pytest.param(b"<testsuite>" + b"".join(b'<a xmlns:x%d="y"/>' % n for n in range(1001)) + b"</testsuite>",
                     id="prefixes"),
        pytest.param(b'<testsuite name="' + b"x" * 2**21 + b'"/>', id="an attribute without end"),
        pytest.param(b"<testsuite><!--" + b"x" * 2**21 + b"--></testsuite>", id="a comment without end"),
    ],
)  # fmt: skip
def test_what_is_no_report_is_refused(report):
    with pytest.raises(BadReport):
        read_junit([report])


@pytest.mark.parametrize(
    ("room", "report"),
    [
        pytest.param(Room(octets=60), suite(case("a" * 60)), id="bytes"),
        pytest.param(Room(elements=3), suite(case("a"), case("b")), id="elements"),
        pytest.param(Room(cases=1), suite(case("a"), case("b")), id="test cases"),
        pytest.param(Room(characters=3), suite(case("ab"), case("cd")), id="characters"),
    ],
)
def test_a_report_has_as_much_room_as_is_left(room, report):
    assert len(read(report)) > 0
    with pytest.raises(BadReport, match="too"):
        read_junit([report.encode()], room)


def test_reports_share_their_room():
    room = Room(cases=3)
    assert len(read_junit([suite(case("a"), case("b")).encode()], room)) == 2
    with pytest.raises(BadReport):
        read_junit([suite(case("a"), case("b")).encode()], room)


def test_a_report_may_come_in_any_pieces():
    whole = PYTEST.encode()
    assert read_junit(bytes([each]) for each in whole) == read_junit([whole]) == read_junit([b"", whole, b""])


def test_a_hundred_megabytes_of_output_are_not_kept():
    head, tail = b"<testsuite><testcase name='a'><system-out>", b"</system-out></testcase></testsuite>"
    tracemalloc.start()
    try:
        found = read_junit(chain([head], repeat(b"some output\n" * 5_000, 1_700), [tail]))
        assert tracemalloc.get_traced_memory()[1] < 4 * 2**20
    finally:
        tracemalloc.stop()
    assert [each.name for each in found] == ["a"]


def test_texts_that_repeat_are_kept_once():
    first, second = read(suite(case("a", "com.acme.A"), case("b", "com.acme.A")))
    assert first.classname is second.classname
