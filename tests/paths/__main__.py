"""How well paths alone tell tests from the rest in a checked-out repository: `python -m tests.paths DIR`.

With `--labels FILE` (lines of path, tab, role) it prints precision and recall. Without labels it compares with what
the files say: an ESTIMATE, for a file counts as a test where a line of it begins with something like `def test_` or
`@Test`. A base class has such lines as well, and a test that is generated has none. `--show N` lists the first N of
each kind of disagreement: there the table is wrong, or the estimate is.
"""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from bot.core.evidence.conventions import Recognised, Role, language, recognise

MAX_BYTES = 1 << 20  # of a file that are looked at
MARKERS = {
    "bats": ("@test ",),
    "clojure": ("(deftest",),
    "cpp": ("TEST(", "TEST_F(", "TEST_P(", "TEST_CASE(", "BOOST_AUTO_TEST_CASE", "SCENARIO("),
    "csharp": ("[Fact", "[Theory", "[Test", "[Conditional"),
    "dart": ("test(", "testWidgets("),
    "elixir": ("test ", "property "),
    "gherkin": ("Scenario", "Rule:", "Example:"),
    "go": ("func Test", "func Fuzz", "func Benchmark", "func Example", "var _ = Describe(", "var _ = SIGDescribe("),
    "groovy": ('def "', "def '", "@Test"),
    "java": ("@Test", "@ParameterizedTest", "public void test"),
    "javascript": ("it(", "test(", "describe(", "it.each", "test.each", "QUnit."),
    "julia": ("@test",),
    "kotlin": ("@Test", "should(", "test("),
    "lua": ("it(", "describe("),
    "perl": ("use Test::", "use Test;", "BEGIN { require './test.pl'", 'print "1..'),
    "php": ("public function test", "#[Test]", "* @test", "it(", "test("),
    "python": ("def test_", "async def test_", "def test(self"),
    "r": ("test_that(", "expect_"),
    "robot": ("*** Test Cases ***",),
    "ruby": ("it ", "specify ", "def test_", "test "),
    "rust": ("#[test]", "#[tokio::test", "#[rstest", "proptest!", "#[cargo_test"),
    "scala": ("test(", "it(", "it should", '"', "@Test"),
    "swift": ("func test", "@Test"),
}
MARKERS["typescript"] = MARKERS["tsx"] = MARKERS["javascript"]


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--labels", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="path <TAB> role")
@click.option("--show", default=0, help="Disagreements of each kind to list.")
@click.option("--tests", multiple=True, help="A glob of the repository's own: tests.")
@click.option("--others", multiple=True, help="A glob of the repository's own: no tests.")
def main(folder: Path, labels: Path | None, show: int, tests: tuple[str, ...], others: tuple[str, ...]) -> None:
    """Measure the table of layouts on the files of FOLDER."""
    truth = dict(_labels(labels)) if labels else {}
    found = {path: recognise(path, tests, others) for path in truth or _paths(folder)}
    console = Console(width=None if sys.stdout.isatty() else 120)
    console.print(_counts(found))
    if labels is None:
        known = {
            path: each for path, each in found.items() if language(path) in MARKERS and each.role is not Role.INSIDE
        }
        truth = {path: "test" if _says_test(folder / path, language(path)) else "other" for path in known}
    _agree(console, {path for path in truth if found[path].role is Role.TEST}, truth, show)


def _paths(folder: Path) -> Iterator[str]:
    """The files that Git tracks; of what is no repository, all."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=folder, capture_output=True, check=False)
    if listed.returncode == 0 and listed.stdout:
        yield from listed.stdout.decode(errors="replace").rstrip("\0").split("\0")
    else:
        yield from (each.relative_to(folder).as_posix() for each in sorted(folder.rglob("*")) if each.is_file())


def _labels(file: Path) -> Iterator[tuple[str, str]]:
    for line in file.read_text().splitlines():
        path, tab, role = line.partition("\t")
        if tab:
            yield path, role.strip().lower()


def _counts(found: dict[str, Recognised]) -> Table:
    counts = Counter((each.ecosystem or "-", each.role) for each in found.values())
    table = Table("ecosystem", *(role.value for role in Role), title=f"{len(found)} files")
    for ecosystem in sorted({ecosystem for ecosystem, _ in counts}):
        table.add_row(ecosystem, *(str(counts[ecosystem, role] or "") for role in Role))
    return table


def _says_test(file: Path, name: str) -> bool:
    try:
        with file.open("rb") as stream:
            text = stream.read(MAX_BYTES).decode(errors="replace")
    except OSError:
        return False
    return any(line.lstrip().startswith(MARKERS[name]) for line in text.splitlines())


def _agree(console: Console, said: set[str], truth: dict[str, str], show: int) -> None:
    tests = {path for path, role in truth.items() if role == Role.TEST}
    both = len(said & tests)
    precision, recall = (both / len(each) if each else 1.0 for each in (said, tests))
    console.print(f"precision {precision:.2%} of {len(said)}, recall {recall:.2%} of {len(tests)}")
    _list(console, "by its path a test, and not so", sorted(said - tests)[:show])
    _list(console, "a test, and not by its path", sorted(tests - said)[:show])


def _list(console: Console, title: str, paths: Iterable[str]) -> None:
    for path in paths:
        console.print(f"{title}: {path}", markup=False, highlight=False, soft_wrap=True)


if __name__ == "__main__":
    main()
