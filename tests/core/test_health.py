"""How rules fare on known issues: silent, redundant, overruled and costly ones are told apart."""

from itertools import count

import pytest

from bot.core.config import Config
from bot.core.policy import Policy
from bot.core.quality.health import SLOWEST, health

CLASSES = {"crash": {"labels": ["crash"]}, "hang": {"labels": ["hang"]}}
RULES = {
    "crash.fails": {"class": "crash", "when": {"word": "fails"}, "score": 5},
    "crash.breaks": {"class": "crash", "when": {"word": ["fails", "breaks"]}, "score": 5},
    "crash.panics": {"class": "crash", "when": {"word": "panics"}, "score": 5},
    "hang.stuck": {"class": "hang", "when": {"regex": "st[u]ck"}, "score": 5},
    "hang.slow": {"class": "hang", "when": {"word": "slow"}, "score": 2},
    "hang.not": {"class": "hang", "when": {"word": "fails"}, "score": -2},
    "hang.try": {"class": "hang", "when": {"word": "fails"}, "score": 2, "status": "experimental"},
    "hang.old": {"class": "hang", "when": {"word": "fails"}, "score": 2, "status": "deprecated"},
}
STILL = float


@pytest.fixture
def judged(issue, ruleset):
    """What comes of issues of these titles, each with labels and a history."""

    def build(*titles, clock=STILL, rules=RULES, **more):
        issues = [issue(title, **more) for title in titles]
        return health(issues, Policy(Config(version=1), ruleset(CLASSES, rules)), clock)

    return build


def ids(found):
    return [each.id for each in found]


def test_a_rule_that_never_spoke_is_dead_and_a_deprecated_one_is_not_looked_at(judged):
    found = judged("it fails", "stuck")
    assert ids(found.dead) == ["crash.panics", "hang.slow"]
    assert "hang.old" not in ids(found.rules)


def test_a_rule_is_shadowed_when_every_verdict_is_the_same_without_it(judged):
    found = judged("it fails", "stuck and slow", "slow")
    assert ids(found.shadowed) == ["crash.fails", "crash.breaks", "hang.slow", "hang.not"]
    assert [each.spoke for each in found.shadowed] == [1, 1, 2, 1]


def test_one_issue_that_hangs_on_a_rule_is_enough(judged):
    found = judged("it fails", "it fails", "it breaks")
    assert "crash.fails" in ids(found.shadowed)
    assert "crash.breaks" not in ids(found.shadowed)


def test_a_rule_that_keeps_the_bot_from_a_verdict_is_not_shadowed(judged):
    against = RULES | {"crash.thanks": {"class": "crash", "when": {"word": "thanks"}, "score": -9}}
    assert "crash.thanks" not in ids(judged("it panics, thanks", rules=against).shadowed)


@pytest.mark.parametrize(
    ("titles", "pairs"),
    [
        (["fails"] * 3, [("crash.fails", "crash.breaks", 3, 3)]),
        (["fails"] * 2, []),  # chance
        (["fails"] * 9 + ["breaks"], [("crash.fails", "crash.breaks", 9, 10)]),
        (["fails"] * 8 + ["breaks"], []),
        (["stuck fails"] * 3, [("crash.fails", "crash.breaks", 3, 3), ("hang.stuck", "hang.try", 3, 3)]),
    ],
)
def test_rules_overlap_that_say_the_same_on_nine_of_ten_issues_of_either(titles, pairs, judged):
    assert [(each.one, each.other, each.both, each.either) for each in judged(*titles).overlapping] == pairs


def test_what_people_decided_is_the_measure_of_precision(judged, past):
    found = judged("it fails", "it fails", labels=("hang",), history=past("person +hang"))
    assert (found.classes["crash"].judged, found.classes["crash"].precision) == (2, 0.0)
    assert (found.classes["hang"].members, found.classes["hang"].recall) == (2, 0.0)


def test_the_seconds_of_a_search_are_charged_to_its_rules(judged):
    ticks = count()
    found = judged("stuck", "stuck", clock=lambda: next(ticks) / 1_000)
    assert ids(found.slowest)[:1] == ["hang.stuck"]
    assert 0 < found.slowest[0].seconds < 1
    assert len(found.slowest) <= SLOWEST


def test_rules_that_share_a_pattern_share_its_seconds(judged):
    twice = {id_: {"class": "hang", "when": {"regex": "st[u]ck"}} for id_ in ("hang.one", "hang.two")}
    ticks = count()
    one, two = judged("stuck", clock=lambda: next(ticks) / 1_000, rules=twice).slowest
    assert one.seconds == two.seconds > 0


def test_no_issues_are_no_figures(judged):
    found = judged()
    data = found.as_data()
    assert (data["issues"], data["share_unclassified"], data["slowest"], data["classes"]) == (0, None, [], {})
    assert len(data["dead"]) == len(found.rules)


def test_the_data_names_everything_that_is_shown(judged):
    data = judged("it fails", "it fails", "it fails", "odd").as_data()
    assert (data["unclassified"], data["share_unclassified"]) == (1, 0.25)
    assert data["overlapping"] == [{"rules": ["crash.fails", "crash.breaks"], "class": "crash", "both": 3, "either": 3}]
    assert {"rule": "crash.fails", "spoke": 3} in data["shadowed"]
    assert data["classes"]["crash"]["verdicts"] == 3
