import pytest

from bot.core.config import Config
from bot.core.lint import Place, Problem
from bot.core.policy import Policy
from bot.core.quality.backtest import Backtest, Moved
from bot.core.quality.check import NAME, broken, judged, restored

PROBLEMS = tuple(Problem(Place("a.yml", number), "", "is bad") for number in range(1, 101))
HEAD, OTHER = "a" * 40, "b" * 40


@pytest.fixture
def policy(rules):
    def build(max_loss=0):
        return Policy(Config.model_validate({"version": 1, "backtest": {"max-loss": max_loss}}), rules)

    return build


def found(losses=0, gains=0, others=0):
    lost, gained, moved = (
        Moved(1, "t", "", "a", "b", is_gain=is_gain, is_loss=is_loss)
        for is_gain, is_loss in ((False, True), (True, False), (False, False))
    )
    return Backtest(500, 100, (*[lost] * losses, *[gained] * gains, *[moved] * others), {}, {})


@pytest.mark.parametrize(
    ("max_loss", "losses", "gains", "conclusion", "title"),
    [
        pytest.param(0, 0, 0, "SUCCESS", "0 of 500 issues would change class", id="nothing moves"),
        pytest.param(0, 0, 4, "SUCCESS", "4 of 500 issues would change class", id="only gains"),
        pytest.param(0, 2, 0, "FAILURE", "2 right verdicts would be lost", id="only losses"),
        pytest.param(0, 2, 2, "SUCCESS", "4 of 500 issues would change class", id="as many gains as losses"),
        pytest.param(0, 5, 3, "FAILURE", "2 right verdicts would be lost", id="more losses than gains"),
        pytest.param(3, 3, 0, "SUCCESS", "3 of 500 issues would change class", id="as many losses as are borne"),
        pytest.param(3, 4, 0, "FAILURE", "4 right verdicts would be lost", id="more losses than are borne"),
        pytest.param(None, 99, 0, "SUCCESS", "99 of 500 issues would change class", id="losses never fail"),
    ],
)
def test_the_conclusion_of_a_change_of_rules_is(policy, max_loss, losses, gains, conclusion, title):
    run = judged(HEAD, 7, policy(max_loss), found(losses, gains), ())
    assert (run.conclusion, run.title, run.head, run.annotations) == (conclusion, title, HEAD, ())


def test_a_rule_that_matches_a_template_fails_the_check_whatever_is_gained(policy):
    run = judged(HEAD, 7, policy(None), found(gains=9), PROBLEMS[:3])
    assert run.conclusion == "FAILURE"
    assert run.title == "3 rules match an issue template"
    assert [each.place for each in run.annotations] == [each.place for each in PROBLEMS[:3]]


@pytest.mark.parametrize(
    ("count", "title"),
    [(1, "1 problem in configuration and rules"), (100, "100 problems in configuration and rules")],
)
def test_files_that_cannot_be_used_fail_the_check(count, title):
    run = broken(HEAD, 7, PROBLEMS[:count])
    assert (run.conclusion, run.title, len(run.annotations)) == ("FAILURE", title, count)
    assert "before it is merged" in run.summary
    assert "the last good version stays in force" in broken(HEAD, 0, PROBLEMS[:count]).summary


def test_a_repository_is_told_that_its_rules_are_usable_again():
    run = restored(HEAD)
    assert (run.conclusion, run.annotations) == ("SUCCESS", ())
    assert run.title == "Configuration and rules are in force"


def every(policy, head=HEAD, number=7):
    return [
        broken(head, number, PROBLEMS),
        broken(head, number, PROBLEMS[:1]),
        broken(head, number, (Problem(Place("a.yml", 2), "", "is bad"),)),
        judged(head, number, policy(), found(), PROBLEMS),
        judged(head, number, policy(), found(), ()),
        judged(head, number, policy(), found(losses=1000), ()),
        judged(head, number, policy(), found(gains=1), ()),
        judged(head, number, policy(), found(others=1), ()),
    ]


def test_a_title_has_fifty_characters_at_most(policy):
    assert max(len(run.title) for run in (*every(policy), restored(HEAD))) <= 50


def test_what_is_known_of_a_check_is_the_same_for_the_same_words(policy):
    assert every(policy) == every(policy)


def test_what_is_known_of_a_check_differs_with_its_words_its_commit_and_its_number(policy):
    runs = [*every(policy), *every(policy, head=OTHER), *every(policy, number=8), restored(HEAD), restored(OTHER)]
    assert len({run.external_id for run in runs}) == len(runs)


def test_what_is_known_of_a_check_begins_with_its_number(policy):
    assert {run.external_id.partition(":")[0] for run in every(policy, number=31)} == {"31"}
    assert restored(HEAD).external_id.startswith("0:")


def test_a_check_has_one_name():
    assert NAME == "burndown / rules"
