import json

import pytest

from bot.core.rules.classify import Finding, Ranked, classify, matches
from bot.core.rules.engine import MAX_TEXT, Span


def rule(class_, text, score=5, **entry):
    return {"class": class_, "when": {"regex": text}, "score": score, **entry}


@pytest.fixture
def verdict(ruleset):
    """The class and the reason of a text under classes and rules."""

    def judge(title, rules, body="", **classes):
        ids = {rule["class"] for rule in rules}
        rules = {f"r{number}": rule for number, rule in enumerate(rules)}
        found = classify(title, body, ruleset({id_: classes.get(id_, {}) for id_ in sorted(ids)}, rules))
        return found.primary, found.why

    return judge


A, B, C = "a", "b", "c"


@pytest.mark.parametrize(
    ("title", "rules", "classes", "expected"),
    [
        pytest.param("x", [rule(A, "x")], {}, (A, "5 points, 5 are needed"), id="enough points"),
        pytest.param("y", [rule(A, "x")], {}, (None, "no rule speaks for any class"), id="no rule speaks"),
        pytest.param("", [rule(A, "x")], {}, (None, "no rule speaks for any class"), id="an empty issue"),
        pytest.param("x", [rule(A, "x", 4)], {}, (None, "a has 4 points of the 5 that it needs"), id="too few points"),
        pytest.param("x y", [rule(A, "x", 3), rule(A, "y", 2)], {}, (A, "5 points, 5 are needed"), id="scores add up"),
        pytest.param(
            "x x x", [rule(A, "x", 3)], {}, (None, "a has 3 points of the 5 that it needs"), id="a rule counts once"
        ),
        pytest.param(
            "x",
            [rule(A, "x", 9)],
            {A: {"threshold": 10}},
            (None, "a has 9 points of the 10 that it needs"),
            id="a class's own threshold",
        ),
        pytest.param("x", [rule(A, "x", -5)], {}, (None, "no rule speaks for any class"), id="only a rule against"),
        pytest.param("x", [rule(A, "x", 0)], {}, (None, "no rule speaks for any class"), id="a rule of no weight"),
        pytest.param(
            "x y",
            [rule(A, "x", 7), rule(A, "y", -3)],
            {},
            (None, "a has 4 points of the 5 that it needs"),
            id="a rule against takes points",
        ),
        pytest.param("x y", [rule(A, "x", 7), rule(B, "y", 5)], {}, (A, "7 points, 5 are needed"), id="a clear winner"),
        pytest.param(
            "x y",
            [rule(A, "x", 6), rule(B, "y", 5)],
            {},
            (None, "a (6) and b (5) are too close to tell apart"),
            id="within the margin",
        ),
        pytest.param(
            "x y",
            [rule(A, "x", 5), rule(B, "y", 5)],
            {},
            (None, "a (5) and b (5) are too close to tell apart"),
            id="a tie",
        ),
        pytest.param(
            "x y",
            [rule(A, "x", 5), rule(B, "y", 5)],
            {B: {"priority": 51}},
            (B, "5 points, 5 are needed"),
            id="priority breaks a tie",
        ),
        pytest.param(
            "x y",
            [rule(A, "x", 6), rule(B, "y", 5)],
            {A: {"priority": 51}},
            (A, "6 points, 5 are needed"),
            id="priority within the margin",
        ),
        pytest.param(
            "x y",
            [rule(A, "x", 6), rule(B, "y", 5)],
            {B: {"priority": 51}},
            (None, "a (6) and b (5) are too close to tell apart"),
            id="priority does not lift the loser",
        ),
        pytest.param(
            "x y z",
            [rule(A, "x", 7), rule(B, "y", 7), rule(C, "z", 6)],
            {B: {"priority": 40}},
            (None, "a (7) and c (6) are too close to tell apart"),
            id="every rival within the margin is looked at, not only the first",
        ),
        pytest.param(
            "x y z",
            [rule(A, "x", 7), rule(B, "y", 7), rule(C, "z", 6)],
            {B: {"priority": 40}, C: {"priority": 40}},
            (A, "7 points, 5 are needed"),
            id="priority over every rival",
        ),
        pytest.param(
            "x y z",
            [rule(A, "x", 7), rule(B, "y", 7), rule(C, "z", 5)],
            {B: {"priority": 40}},
            (A, "7 points, 5 are needed"),
            id="a rival beyond the margin is none",
        ),
        pytest.param(
            "x y",
            [rule(A, "x", 5), rule(B, "y", 4)],
            {},
            (None, "a (5) and b (4) are too close to tell apart"),
            id="a rival below its threshold is a doubt",
        ),
        pytest.param(
            "x y",
            [rule(A, "x", 5), rule(B, "y", -4)],
            {},
            (A, "5 points, 5 are needed"),
            id="a class below nothing is no rival",
        ),
        pytest.param(
            "x y",
            [rule(A, "x", 1), rule(B, "y", 0)],
            {A: {"threshold": 1}},
            (A, "1 points, 1 are needed"),
            id="a class of nothing is no rival",
        ),
        pytest.param(
            "x y",
            [rule(A, "x", 5, status="experimental")],
            {},
            (None, "no rule speaks for any class"),
            id="an experimental rule does not count",
        ),
        pytest.param(
            "x y",
            [rule(A, "x", 5, status="deprecated")],
            {},
            (None, "no rule speaks for any class"),
            id="a deprecated rule is silent",
        ),
        pytest.param(
            "x y",
            [rule(A, "x", 3, group="g"), rule(A, "y", 4, group="g")],
            {},
            (None, "a has 4 points of the 5 that it needs"),
            id="the best of a group counts",
        ),
        pytest.param(
            "x y",
            [rule(A, "x", 4, group="g"), rule(A, "y", 4, group="g")],
            {},
            (None, "a has 4 points of the 5 that it needs"),
            id="equals of a group count once",
        ),
        pytest.param(
            "x y",
            [rule(A, "x", 4, group="g"), rule(A, "y", 4, group="h")],
            {},
            (A, "8 points, 5 are needed"),
            id="two groups count twice",
        ),
        pytest.param(
            "x y",
            [rule(A, "x", 9, group="g"), rule(B, "y", 5, group="g")],
            {},
            (A, "9 points, 5 are needed"),
            id="a group belongs to its class",
        ),
        pytest.param(
            "x y",
            [rule(A, "x", 5, group="g"), rule(A, "y", -9, group="g")],
            {},
            (None, "no rule speaks for any class"),
            id="the best of a group may speak against",
        ),
        pytest.param(
            "x y",
            [rule(A, "x", 9, group="g", status="experimental"), rule(A, "y", 5, group="g")],
            {},
            (A, "5 points, 5 are needed"),
            id="an experimental rule does not lead its group",
        ),
    ],
)
def test_the_verdict_is(verdict, title, rules, classes, expected):
    assert verdict(title, rules, **classes) == expected


@pytest.mark.parametrize(
    ("when", "title", "body", "expected"),
    [
        pytest.param({"regex": "x"}, "x", "", True, id="anywhere: in the title"),
        pytest.param({"regex": "x"}, "", "x", True, id="anywhere: in the body"),
        pytest.param({"regex": "x", "in": "title"}, "", "x", False, id="in the title only"),
        pytest.param({"regex": "x", "in": "body"}, "x", "", False, id="in the body only"),
        pytest.param({"regex": "x\\sy"}, "x", "y", False, id="a phrase does not run from title to body"),
        pytest.param({"regex": "^y"}, "x", "y", True, id="the body has its own beginning"),
        pytest.param({"all": [{"regex": "x"}, {"regex": "y"}]}, "x", "y", True, id="all, here and there"),
        pytest.param({"all": [{"regex": "x"}, {"regex": "y"}]}, "x", "x", False, id="all but one"),
        pytest.param({"any": [{"regex": "x"}, {"regex": "y"}]}, "y", "", True, id="any"),
        pytest.param({"any": [{"regex": "x"}, {"regex": "y"}]}, "z", "", False, id="none of any"),
        pytest.param({"not": {"regex": "x"}}, "y", "", True, id="not there"),
        pytest.param({"not": {"regex": "x"}}, "y", "x", False, id="there after all"),
        pytest.param({"not": {"not": {"regex": "x"}}}, "x", "", True, id="not not"),
        pytest.param(
            {"all": [{"regex": "x"}, {"not": {"regex": "y", "in": "title"}}]}, "x", "y", True, id="but not in the title"
        ),
        pytest.param(
            {"any": [{"all": [{"regex": "x"}, {"regex": "y"}]}, {"regex": "z"}]}, "x", "", False, id="trees in trees"
        ),
        pytest.param({"regex": ["p", "q"], "in": "any"}, "q", "", True, id="any of several patterns"),
        pytest.param({"regex": ["p+", "q+"]}, "qq", "", True, id="any of the patterns"),
    ],
)
def test_a_condition_holds(ruleset, when, title, body, expected):
    rules = ruleset({"a": {}}, {"r": {"class": "a", "when": when}})
    assert (classify(title, body, rules).primary == "a") is expected
    assert matches(rules.rules[0], f"{title}\n{body}", rules) is expected


def findings(build, rules, title, body=""):
    return classify(title, body, build({"a": {}, "b": {}}, rules)).findings


def test_a_finding_shows_the_first_place(ruleset):
    assert findings(ruleset, {"r": rule("a", "x")}, "é x", "x") == (
        Finding("r", "a", 5, "title", Span(3, 4, "x"), True),
    )
    assert findings(ruleset, {"r": rule("a", "x")}, "", "no x") == (
        Finding("r", "a", 5, "body", Span(3, 4, "x"), True),
    )


def test_a_finding_of_a_tree_shows_what_matched_first(ruleset):
    when = {"all": [{"not": {"regex": "z"}}, {"any": [{"regex": "y"}, {"regex": "x"}]}]}
    assert findings(ruleset, {"r": {"class": "a", "when": when}}, "x") == (
        Finding("r", "a", 5, "title", Span(0, 1, "x"), True),
    )


def test_a_finding_of_what_is_absent_has_no_place(ruleset):
    assert findings(ruleset, {"r": {"class": "a", "when": {"not": {"regex": "z"}}}}, "x") == (
        Finding("r", "a", 5, "", None, True),
    )


def test_what_is_not_counted_is_shown(ruleset):
    rules = {
        "best": rule("a", "x", 6, group="g"),
        "second": rule("a", "x", 5, group="g"),
        "trial": rule("a", "x", 9, status="experimental"),
        "old": rule("a", "x", 9, status="deprecated"),
    }
    shown = [(finding.rule, finding.is_counted) for finding in findings(ruleset, rules, "x")]
    assert shown == [("best", True), ("second", False), ("trial", False)]


def test_the_ranking_names_all_that_had_a_finding(ruleset):
    rules = {"r1": rule("a", "x", 3), "r2": rule("b", "x", 9), "r3": rule("b", "never"), "r4": rule("c", "x", -2)}
    found = classify("x", "", ruleset({"a": {}, "b": {"threshold": 8}, "c": {}, "d": {}}, rules))
    assert found.ranking == (Ranked("b", 9, 8), Ranked("a", 3, 5), Ranked("c", -2, 5))


def test_equals_are_ranked_by_priority_and_then_by_name(ruleset):
    rules = {f"r{id_}": rule(id_, "x") for id_ in ("c", "b", "a")}
    found = classify("x", "", ruleset({"a": {}, "b": {}, "c": {"priority": 60}}, rules))
    assert [each.class_id for each in found.ranking] == ["c", "a", "b"]


def test_the_trace_is_plain_data(ruleset):
    rules = ruleset({"a": {}}, {"r": rule("a", "x"), "n": {"class": "a", "when": {"not": {"regex": "q"}}, "score": 1}})
    data = classify("an x", "", rules).as_data()
    assert data == {
        "class": "a",
        "why": "6 points, 5 are needed",
        "ranking": [{"class": "a", "score": 6, "threshold": 5}],
        "findings": [
            {"rule": "r", "class": "a", "score": 5, "counted": True, "in": "title", "start": 3, "end": 4, "text": "x"},
            {
                "rule": "n",
                "class": "a",
                "score": 1,
                "counted": True,
                "in": "",
                "start": None,
                "end": None,
                "text": None,
            },
        ],
        "ruleset": rules.version,
    }
    assert json.loads(json.dumps(data)) == data


def test_the_trace_quotes_two_hundred_characters(ruleset):
    rules = ruleset({"a": {}}, {"r": {"class": "a", "when": {"regex": "x+"}}})
    assert classify("x" * 1_000, "", rules).as_data()["findings"][0]["text"] == "x" * 200


def test_the_end_of_a_long_body_is_not_looked_at(ruleset):
    rules = ruleset({"a": {}}, {"r": rule("a", "crash")})
    assert classify("", "." * (MAX_TEXT - 5) + "crash", rules).primary == "a"
    assert classify("", "." * MAX_TEXT + "crash", rules).primary is None
    assert classify("crash", "." * MAX_TEXT * 4, rules).primary == "a"


def test_lone_surrogates_and_nul_are_only_characters(ruleset):
    rules = ruleset({"a": {}}, {"r": rule("a", "crash")})
    found = classify("\ud800crash\udfff", "\0", rules)
    assert found.findings[0].span == Span(1, 6, "crash")


def test_no_rules_abstain(ruleset):
    assert classify("crash", "crash", ruleset({}, {})).why == "no rule speaks for any class"


def test_a_sample_is_a_title_and_a_body(ruleset):
    rules = ruleset({"a": {}}, {"r": {"class": "a", "when": {"regex": "x", "in": "title"}}})
    assert matches(rules.rules[0], "x", rules)
    assert not matches(rules.rules[0], "y\nx", rules)
