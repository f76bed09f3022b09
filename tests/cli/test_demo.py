"""The story of `make run`: what is told, that it is short, and that the README quotes it."""

import io
import re
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from rich.console import Console
from rich.markdown import Markdown

from bot.demo import papers
from bot.demo.stage import Clock, Stage
from bot.sandbox import GitHub
from tests.cli.conftest import burndown

TEST = f"{papers.TEST_PATH}::test_an_empty_table_has_no_mean"
README = Path(__file__).parents[2] / "README.md"


@pytest.fixture(scope="module")
def story() -> list[str]:
    """Its lines, on a terminal of 100 columns without colour; dates aside."""
    result = burndown("demo", COLUMNS="100", NO_COLOR="1")
    assert (result.exit_code, result.stderr) == (0, "")
    return lines(result.stdout)


def lines(text: str) -> list[str]:
    return [line.rstrip() for line in re.sub(r"\d{4}-\d\d-\d\d", "DATE", text).splitlines()]


def chapter(story: list[str], begins: str) -> dict[str, str]:
    """What came of one sentence, by its name; a line that goes on belongs to the one before."""
    (start,) = (number for number, line in enumerate(story) if line.startswith(begins))
    found: dict[str, str] = {}
    for line in story[start + 1 :]:
        if not line:
            break
        name, rest = line[:12].strip(), line[12:]
        if not line.startswith("    "):
            found[name] = rest
        elif not name and found:
            found[list(found)[-1]] += f" {rest}"
    return found


def check(conclusion: str, title: str, name: str = "regression-test") -> str:
    return f"burndown / {name}: {conclusion}, “{title}”"


@pytest.mark.parametrize(
    ("begins", "expected"),
    [
        ("alice opens", {"labels": "defect: profiling-error", "assigned": "bob"}),
        ("mallory opens", {"labels": "needs-triage"}),
        ("bob comments", {"labels": "defect: hang", "answered": "by THUMBS_UP"}),
        ("bob fixes the first", {"check": check("FAILURE", "No regression test linked")}),
        (
            "bob pushes",
            {"check": check("FAILURE", "No regression test linked"), "offers": f"Regression-Test: {TEST}"},
        ),
        ("bob copies", {"check": check("SUCCESS", "Regression test linked (L3)")}),
        ("bob copies", {"cost": "2 calls: PullSnapshot, CreateCheckRun"}),
        (
            "It is merged",
            {
                "check": check("NEUTRAL", "Takes away 1 guard of a fixed defect"),
                "warns": f"`{TEST}` guards the fix of issue 1 `Profiler stops on an empty table` "
                "(class profiling-error, fixed by 3): its file is deleted",
            },
        ),
        (
            "alice publishes",
            {
                "comment": "Possibly a regression of #1, fixed by #3 in `v1.1`. "
                f"This report is of a version that has the fix. The test that guards it: `{TEST}`."
            },
        ),
        ("bob fixes the other", {"check": check("ACTION_REQUIRED", "A waiver is requested: who approves it?")}),
        (
            "bob approves",
            {
                "answer": "`/burndown approve` was not run. The author of a pull request cannot approve its waiver; "
                "another person with the role write can."
            },
        ),
        ("carol approves", {"check": check("SUCCESS", "Waived (untestable) until DATE")}),
        ("alice takes", {"labels": "none: it is not added again", "cost": "2 calls: IssueSnapshot, IssueSnapshot"}),
        ("carol proposes", {"check": check("SUCCESS", "1 of 4 issues would change class", "rules")}),
        ("GitHub delivers", {"cost": "0 calls: it is known by its id and by its body"}),
        ("Somebody forges", {"answer": "401 Unauthorized: the signature does not match"}),
    ],
)
def test_the_story_tells_what_came_of(story, begins, expected):
    told = chapter(story, begins)
    assert {name: told.get(name) for name in expected} == expected


def test_the_story_shows_why_and_the_test_that_was_pushed(story):
    assert any("profiling-error.title" in line and "Profiler stops" in line for line in story)
    assert all(f"    {line}" in story for line in papers.TEST.splitlines())


def test_the_story_can_be_read_at_one_go(story):
    assert len(story) <= 85
    assert not any(before == after == "" for before, after in pairwise(story))


def test_the_readme_quotes_the_story(story):
    quoted = lines(README.read_text().partition("$ make run\n")[2].partition("```")[0])
    rest = iter(story)
    strange = [line for line in quoted if line and line not in rest]
    assert len(quoted) > 20
    assert strange == [], "it is not in the story, or not in this order"


def test_the_code_of_the_story_has_the_defect_that_is_reported_and_the_fix_mends_it():
    before, after = {}, {}
    exec(papers.CODE, before)
    exec(papers.FIXED, after)
    with pytest.raises(ZeroDivisionError):
        before["profile_table"]([])
    assert after["profile_table"]([]) == (0, None)
    assert after["profile_table"]([1, 2, 6]) == (3, 3)
    number, text = re.search(r'run.py", line (\d+), in \w+\n    (.*)\n', papers.CRASH).groups()
    assert papers.CODE.splitlines()[int(number) - 1].strip() == text


@pytest.fixture
def stage() -> Stage:
    """A narrow terminal in colour, and nobody on it."""
    return Stage(GitHub.example(), None, Clock(), Console(width=40, force_terminal=True, file=io.StringIO()))


def test_what_is_drawn_fits_the_terminal_and_has_no_empty_lines(stage):
    stage.draw(Markdown("**Profiling fails**: `profiling-error`, with words\n\n| a | b |\n| --- | --- |\n| `c` | d |"))
    plain = re.sub(r"\x1b\[[0-9;]*m", "", stage.console.file.getvalue()).splitlines()
    assert len(plain) == 5
    assert all(line.startswith("    ") and line.strip() and len(line) <= 40 for line in plain)


def test_what_others_wrote_is_shown_as_it_is(stage):
    stage.show(title="[bold]x[/] [/y]")
    assert "[bold]x[/] [/y]" in stage.console.file.getvalue()


async def test_the_clock_of_the_story_skips_the_waiting_and_never_goes_back():
    clock = Clock()
    before = clock()
    await clock.sleep(3600)
    clock.skip_to(before)
    assert timedelta(hours=1) <= clock() - before < timedelta(hours=1, minutes=1)
