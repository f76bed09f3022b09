import json

import pytest

from bot.core.document.segments import MAX_BODY, MAX_TITLE, read_document
from bot.core.rules.classify import Classification, Finding, Ranked, classify, speaking
from bot.core.rules.engine import LIMIT, Span, Watch
from bot.core.rules.ruleset import without


def rule(class_, text, score=5, **entry):
    return {"class": class_, "when": {"regex": text}, "score": score, **entry}


@pytest.fixture
def verdict(ruleset):
    """The class and the reason of a text under classes and rules."""

    def judge(title, rules, body="", **classes):
        ids = {rule["class"] for rule in rules}
        rules = {f"r{number}": rule for number, rule in enumerate(rules)}
        found = classify(read_document(title, body), ruleset({id_: classes.get(id_, {}) for id_ in sorted(ids)}, rules))
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


def findings(build, rules, title, body=""):
    return classify(read_document(title, body), build({"a": {}, "b": {}}, rules)).findings


FILE = {"file": "pack/rules.yml", "sha": ""}


def test_a_finding_shows_the_first_place(ruleset):
    assert findings(ruleset, {"r": rule("a", "x")}, "é x", "x") == (
        Finding("r", "a", 5, "title", Span(2, 3, "x"), True, **FILE),
    )
    assert findings(ruleset, {"r": rule("a", "x")}, "", "no x") == (
        Finding("r", "a", 5, "prose", Span(3, 4, "x"), True, **FILE),
    )


@pytest.mark.parametrize(
    ("body", "where", "span"),
    [
        pytest.param("é\r\n\r\n> an x", "quote", Span(8, 9, "x"), id="of a quotation, after composed line ends"),
        pytest.param("```\ny\n```\n\n```\nan x\n```", "code", Span(18, 19, "x"), id="of the second block of code"),
        pytest.param("## Steps\n\nan **x**", "prose", Span(15, 16, "x"), id="behind signs that are not shown"),
        pytest.param("## An x", "headings", Span(6, 7, "x"), id="of a heading"),
        pytest.param("y <!-- x --> x", "prose", Span(13, 14, "x"), id="after a comment"),
    ],
)
def test_a_place_is_one_of_the_body(ruleset, body, where, span):
    (finding,) = findings(ruleset, {"r": rule("a", "x")}, "", body)
    assert (finding.where, finding.span) == (where, span)
    plain = body.replace("\r\n", "\n")
    assert plain[span.start : span.end] == span.text


def test_a_place_of_what_is_not_in_the_body_is_its_own(ruleset):
    rules = ruleset({"a": {}}, {"r": {"class": "a", "when": {"word": "x", "in": ["labels", "comments.author"]}}})
    labelled = read_document("", "", values={"labels": ("y", "an x")})
    (finding,) = classify(labelled, rules).findings
    assert (finding.where, finding.span) == ("labels", Span(5, 6, "x"))
    (finding,) = classify(read_document("", "", comments={"comments.author": "see x"}), rules).findings
    assert (finding.where, finding.span) == ("comments.author", Span(4, 5, "x"))


def test_a_finding_of_a_tree_shows_what_matched_first(ruleset):
    when = {"all": [{"not": {"regex": "z"}}, {"any": [{"regex": "y"}, {"regex": "x"}]}]}
    assert findings(ruleset, {"r": {"class": "a", "when": when}}, "x") == (
        Finding("r", "a", 5, "title", Span(0, 1, "x"), True, **FILE),
    )


@pytest.mark.parametrize(
    "when",
    [
        pytest.param({"not": {"regex": "z"}}, id="what is absent"),
        pytest.param({"exists": False, "in": "trace"}, id="an empty field"),
    ],
)
def test_a_finding_has_no_place_of(ruleset, when):
    assert findings(ruleset, {"r": {"class": "a", "when": when}}, "x") == (
        Finding("r", "a", 5, "", None, True, **FILE),
    )


@pytest.mark.parametrize(
    ("when", "title", "field", "text"),
    [
        pytest.param({"is": "x", "in": "title"}, "x", "title", "x", id="a value that is equal"),
        pytest.param({"glob": "src/*.py", "in": "paths"}, "src/a.py fails", "paths", "src/a.py", id="a path"),
        pytest.param({"version": ">1"}, "fails on v2.1.0", "versions", "2.1.0", id="a version"),
        pytest.param({"exists": True, "in": "title"}, "here", "title", "here", id="what is there"),
    ],
)
def test_an_answer_of_a_field_is_shown(ruleset, when, title, field, text):
    (found,) = findings(ruleset, {"r": {"class": "a", "when": when}}, title)
    assert (found.where, found.span.text) == (field, text)


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
    found = classify(read_document("x", ""), ruleset({"a": {}, "b": {"threshold": 8}, "c": {}, "d": {}}, rules))
    assert found.ranking == (Ranked("b", 9, 8), Ranked("a", 3, 5), Ranked("c", -2, 5))


def test_equals_are_ranked_by_priority_and_then_by_name(ruleset):
    rules = {f"r{id_}": rule(id_, "x") for id_ in ("c", "b", "a")}
    found = classify(read_document("x", ""), ruleset({"a": {}, "b": {}, "c": {"priority": 60}}, rules))
    assert [each.class_id for each in found.ranking] == ["c", "a", "b"]


@pytest.mark.parametrize(
    ("rejected", "expected"),
    [
        pytest.param((), (A, "9 points, 5 are needed"), id="nothing was ruled out"),
        pytest.param((A,), (B, "7 points, 5 are needed"), id="the winner was ruled out"),
        pytest.param((B,), (A, "9 points, 5 are needed"), id="the second was ruled out"),
        pytest.param((A, B), (None, "no rule speaks for any class"), id="all were ruled out"),
        pytest.param(("elsewhere",), (A, "9 points, 5 are needed"), id="a class that there is not was ruled out"),
    ],
)
def test_what_a_person_ruled_out_is_no_verdict_and_no_rival(ruleset, rejected, expected):
    rules = ruleset({A: {}, B: {}}, {"r1": rule(A, "x", 9), "r2": rule(B, "x", 7)})
    found = classify(read_document("x", ""), rules, rejected=frozenset(rejected))
    assert (found.primary, found.why) == expected
    assert [each.class_id for each in found.ranking] == [A, B]


def test_the_trace_is_plain_data(ruleset):
    rules = ruleset({"a": {}}, {"r": rule("a", "x"), "n": {"class": "a", "when": {"not": {"regex": "q"}}, "score": 1}})
    data = classify(read_document("an x", ""), rules).as_data()
    place = {"in": "title", "start": 3, "end": 4, "text": "x"}
    nowhere = {"in": "", "start": None, "end": None, "text": None}
    assert data == {
        "class": "a",
        "why": "6 points, 5 are needed",
        "ranking": [{"class": "a", "score": 6, "threshold": 5}],
        "findings": [
            {"rule": "r", "class": "a", "score": 5, "counted": True, **place, **FILE},
            {"rule": "n", "class": "a", "score": 1, "counted": True, **nowhere, **FILE},
        ],
        "ruleset": rules.version,
        "overrun": None,
    }
    assert json.loads(json.dumps(data)) == data


def test_the_trace_quotes_two_hundred_characters(ruleset):
    rules = ruleset({"a": {}}, {"r": {"class": "a", "when": {"regex": "x+"}}})
    assert classify(read_document("x" * 900, ""), rules).as_data()["findings"][0]["text"] == "x" * 200


def test_the_end_of_a_long_text_is_not_looked_at(ruleset):
    rules = ruleset({"a": {}}, {"r": rule("a", "crash")})

    def primary(title, body):
        return classify(read_document(title, body), rules).primary

    assert primary("", "." * (MAX_BODY - 5) + "crash") == "a"
    assert primary("", "." * MAX_BODY + "crash") is None
    assert primary("crash", "." * MAX_BODY * 4) == "a"
    assert primary("." * MAX_TITLE + "crash", "") is None


def test_lone_surrogates_and_nul_are_only_characters(ruleset):
    rules = ruleset({"a": {}}, {"r": rule("a", "crash")})
    found = classify(read_document("\ud800crash\udfff", "\0"), rules)
    assert found.findings[0].span == Span(1, 6, "crash")


def test_no_rules_abstain(ruleset):
    assert classify(read_document("crash", "crash"), ruleset({}, {})).why == "no rule speaks for any class"


def test_the_rules_that_speak_are_named_in_their_order(ruleset):
    rules = ruleset(
        {"a": {}},
        {
            "late": {"class": "a", "when": {"regex": "x"}},
            "never": {"class": "a", "when": {"regex": "z"}},
            "always": {"class": "a", "when": {"not": {"regex": "z"}}, "status": "experimental"},
            "old": {"class": "a", "when": {"regex": "x"}, "status": "deprecated"},
            "early": {"class": "a", "when": {"regex": "x"}, "score": -1},
        },
    )
    assert [each.id for each in speaking(read_document("x", ""), rules)] == ["late", "always", "early"]


class Clock:
    """A clock on which every look takes a while."""

    def __init__(self, step):
        self.now, self.step = 0.0, step

    def __call__(self):
        self.now += self.step
        return self.now


def test_a_reading_that_takes_too_long_is_an_abstention_that_names_the_rule(ruleset):
    rules = ruleset({"a": {}}, {"quick": rule("a", "never"), "slow": rule("a", "x[yz]"), "more": rule("a", "xy")})
    found = classify(read_document("xy", ""), rules, watch=Watch(Clock(LIMIT)))
    why = "rule slow took too long on this text: it is put aside, the others go on"
    assert found == Classification(None, why, (), (), rules.version, "slow")
    assert found.as_data()["overrun"] == "slow"


def test_a_place_that_takes_too_long_is_an_abstention_as_well(ruleset):
    rules = ruleset({"a": {}}, {"slow": rule("a", "x[yz]")})
    found = classify(read_document("xy", ""), rules, watch=Watch(Clock(LIMIT)))
    assert (found.primary, found.overrun) == (None, "slow")


def test_a_reading_in_time_is_what_it_would_be_without_a_clock(ruleset):
    rules = ruleset({"a": {}}, {"r": rule("a", "x[yz]")})
    timed = classify(read_document("xy", ""), rules, watch=Watch(Clock(LIMIT / 1000)))
    assert timed == classify(read_document("xy", ""), rules)


def test_without_the_rule_that_took_too_long_the_others_go_on(ruleset):
    rules = ruleset({"a": {}}, {"slow": rule("a", "x[yz]"), "other": {"class": "a", "when": {"word": "xy"}}})
    rest = without(rules, frozenset({"slow"}))
    found = classify(read_document("xy", ""), rest)
    assert (found.primary, [each.rule for each in found.findings]) == ("a", ["other"])
