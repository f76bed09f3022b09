import pytest

from bot.core.lint import Place, Problem
from bot.core.quality.backtest import Backtest, Moved, Tally
from bot.core.text.rules import MAX_MOVED, MAX_PROBLEMS, MAX_SUMMARY, _cut, broken, judged
from tests.core.inert import HOSTILE, alive

LINKS = {"link_open", "link_close"}


def problem(what, number=1):
    return Problem(Place("a.yml", number, 3), "rules[0]", what, "write another")


def moved(number, before="crash", after="docs", title="a title", **different):
    plain = {"url": f"https://github.com/octo/shop/issues/{number}", "is_gain": False, "is_loss": False}
    return Moved(number, title, before=before, after=after, **(plain | different))


def found(*moves, before=None, after=None):
    return Backtest(500, 120, moves, before or {}, after or {})


def test_what_is_broken_is_listed():
    assert broken((problem("is bad"), problem("is worse", 7)), is_merged=False).split("\n") == [
        "Configuration or rules cannot be used:",
        "",
        "- `a.yml:1:3: rules[0]: is bad - write another`",
        "- `a.yml:7:3: rules[0]: is worse - write another`",
        "",
        "Nothing of this takes effect before it is merged.",
    ]


def test_where_it_is_merged_the_last_good_version_is_in_force():
    assert broken((problem("is bad"),), is_merged=True).endswith(
        "Until this is repaired, the last good version stays in force: nothing is switched off."
    )


def test_fifty_problems_are_listed_and_the_others_counted():
    said = broken(tuple(problem("is bad", number) for number in range(1, MAX_PROBLEMS + 8)), is_merged=False)
    assert said.count("\n- `") == MAX_PROBLEMS
    assert "\n- and 7 more\n" in said


TRIED = "Old and new rules were tried on the 500 newest issues; on 120 of them people have said what they are."
TALLIES = {
    "before": {"crash": Tally(3, 1, 2, 4), "docs": Tally(20, 15, 20, 30)},
    "after": {"docs": Tally(25, 18, 20, 30), "hang": Tally(1)},
}


def test_a_change_of_rules_is_judged_in_a_table():
    losses = moved(9, is_loss=True), moved(4, "docs", None, is_gain=True), moved(12, None, "hang")
    assert judged(found(*losses, **TALLIES), (), 0).split("\n") == [
        f"{TRIED} 3 verdicts move: 1 become right, 1 were right before.",
        "",
        "The check fails when more than 0 right verdicts are lost (`backtest: max-loss`).",
        "",
        "| issue | before | after | people say |",
        "| --- | --- | --- | --- |",
        "| [9](https://github.com/octo/shop/issues/9) `a title` | `crash` | `docs` | right before |",
        "| [4](https://github.com/octo/shop/issues/4) `a title` | `docs` | needs triage | right now |",
        "| [12](https://github.com/octo/shop/issues/12) `a title` | needs triage | `hang` | - |",
        "",
        "| class | issues | precision | recall |",
        "| --- | ---: | ---: | ---: |",
        "| `crash` | 3 → 0 | 1 of 2 → - | 1 of 4 → - |",
        "| `docs` | 20 → 25 | 75% (15 of 20) → 90% (18 of 20) | 50% (15 of 30) → 60% (18 of 30) |",
        "| `hang` | 0 → 1 | - → - | - → - |",
        "",
        "Nothing of this takes effect before it is merged.",
    ]


def test_where_losses_never_fail_nothing_is_said_of_them():
    assert "max-loss" not in judged(found(), (), None)


def test_problems_stand_before_the_table():
    assert judged(found(), (problem("matches a template"),), 0).startswith(
        "- `a.yml:1:3: rules[0]: matches a template - write another`\n\nOld and new rules"
    )


def test_an_issue_without_an_address_is_no_link():
    assert "\n| 9 `a title` |" in judged(found(moved(9, url="")), (), 0)


def test_a_hundred_moves_are_shown_losses_first_and_the_others_counted():
    moves = [moved(number) for number in range(200)]
    moves[0], moves[1] = moved(0, is_loss=True), moved(1, is_gain=True)
    rows = [line for line in judged(found(*moves), (), 0).split("\n") if line.startswith("| [")]
    assert [row.partition("]")[0] for row in rows[:4]] == ["| [0", "| [1", "| [199", "| [198"]
    assert len(rows) == MAX_MOVED
    assert "\n| and 100 more | | | |\n" in judged(found(*moves), (), 0)


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_hostile_titles_and_rules_are_inert(hostile):
    said = judged(found(moved(9, title=hostile, url="")), (problem(hostile),), 0)
    listed, _, rest = said.partition("\n\n")
    assert set(alive(listed)[0]) <= {"bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close"}
    assert alive(rest) == ([], [4, 4, 4])
    assert not set(alive(broken((problem(hostile),), is_merged=True))[0]) & LINKS


@pytest.mark.parametrize("width", range(9))
def test_an_endless_summary_is_cut_between_lines(width):
    wide = {f"{'c' * (50 + width)}-{number:04}": Tally(1, 1, 1, 1) for number in range(1_000)}
    said = judged(found(before=wide, after=wide), (), 0)
    *lines, empty, more = said.split("\n")
    assert len(said) <= MAX_SUMMARY
    assert (empty, more) == ("", "and more")
    assert all(line.endswith("|") for line in lines[-10:])


@pytest.mark.parametrize(
    ("sizes", "kept"),
    [
        pytest.param([30_000, 29_999], [30_000, 29_999], id="what fits is whole"),
        pytest.param([30_000, 29_989, 9], [30_000, 29_989, 9], id="what fits to the last character is whole"),
        pytest.param([30_000, 29_988, 12], [30_000, 29_988, 0, 8], id="as many lines as fit with a word on the rest"),
        pytest.param([30_000, 29_989, 12], [30_000, 0, 8], id="one line less where the word would not fit"),
    ],
)
def test_a_summary_keeps_whole_lines(sizes, kept):
    said = _cut(["x" * size for size in sizes])
    assert [len(line) for line in said.split("\n")] == kept
    assert len(said) <= MAX_SUMMARY
