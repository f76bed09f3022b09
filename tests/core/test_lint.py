from datetime import date

import pytest
from pydantic import ValidationError

from bot.core.config import Config
from bot.core.lint import (
    MAX_MESSAGE,
    BadRules,
    Place,
    Problem,
    Source,
    did_you_mean,
    dotted,
    explain,
    short,
    without_tags,
)

PLACES = {(): (1, 1), ("classes",): (2, 1), ("classes", "crash"): (3, 3), ("extends",): (5, 1), ("extends", 1): (5, 20)}
SOURCE = Source("a.yml", {}, PLACES)


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        pytest.param(Problem(Place("a.yml"), "", "is bad"), "a.yml:1:1: is bad", id="what"),
        pytest.param(Problem(Place("a.yml", 3, 5), "mode", "is bad"), "a.yml:3:5: mode: is bad", id="what, at a path"),
        pytest.param(
            Problem(Place("a.yml", 3, 5), "mode", "is bad", "write good"),
            "a.yml:3:5: mode: is bad - write good",
            id="what, at a path, and what to write instead",
        ),
        pytest.param(Problem(Place("a.yml"), "", "is bad", "end it"), "a.yml:1:1: is bad - end it", id="no path"),
    ],
)
def test_a_problem_is_one_line(problem, text):
    assert str(problem) == text


def test_bad_rules_say_everything_at_once():
    problems = (Problem(Place("a.yml"), "", "one"), Problem(Place("b.yml", 2), "", "two"))
    assert str(BadRules(problems)) == "a.yml:1:1: one\nb.yml:2:1: two"
    assert BadRules(problems).problems == problems


@pytest.mark.parametrize(
    ("path", "place"),
    [
        pytest.param(("extends", 1), Place("a.yml", 5, 20), id="a known place"),
        pytest.param(("extends", 2), Place("a.yml", 5, 1), id="the nearest place above"),
        pytest.param(("classes", "crash", "owners", 0), Place("a.yml", 3, 3), id="the nearest place far above"),
        pytest.param(("mode",), Place("a.yml", 1, 1), id="the file's beginning"),
    ],
)
def test_the_place_of_a_path_is(path, place):
    assert SOURCE.place(path) == place


def test_without_places_everything_is_at_the_beginning():
    assert Source("a.yml", {}, {}).place(("mode",)) == Place("a.yml", 1, 1)


@pytest.mark.parametrize(
    ("loc", "path"),
    [
        pytest.param((), (), id="the root"),
        pytest.param(("classes", "crash", "owner"), ("classes", "crash", "owner"), id="what is unknown stays"),
        pytest.param(("rules", 0, "when"), ("rules", 0, "when"), id="a condition that is none has no tag"),
        pytest.param(
            ("rules", 0, "when", "word", "word", 1), ("rules", 0, "when", "word", 1), id="the tag of a condition goes"
        ),
        pytest.param(("rules", 0, "when", "word", "inn"), ("rules", 0, "when", "inn"), id="an unknown key stays"),
        pytest.param(
            ("rules", 0, "when", "not", "not", "regex", "regex"),
            ("rules", 0, "when", "not", "regex"),
            id="the tag of a not, and of what is not",
        ),
        pytest.param(
            ("rules", 0, "when", "all", "all", 2, "any", "any", 1, "word", "word", 0),
            ("rules", 0, "when", "all", 2, "any", 1, "word", 0),
            id="the tags of items in items",
        ),
        pytest.param(("vocab", "My db", "[key]"), ("vocab", "My db"), id="what is said of a key is said of its place"),
        pytest.param(
            ("rules", 0, "when", "at_least", "at_least", "of", 1, "near", "near", 0, 2),
            ("rules", 0, "when", "at_least", "of", 1, "near", 0, 2),
            id="the tags of at least so many",
        ),
        pytest.param(
            ("rules", 0, "tests", "match", 0, "text"), ("rules", 0, "tests", "match", 0, "text"), id="a sample has none"
        ),
        pytest.param(
            ("rules", 0, "when", "any", "any", 2), ("rules", 0, "when", "any", 2), id="an item that is none has no tag"
        ),
        pytest.param(
            ("classes", "when", "threshold"),
            ("classes", "when", "threshold"),
            id="a class may be called when",
        ),
    ],
)
def test_a_location_becomes_a_path(loc, path):
    assert without_tags(loc) == path


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        pytest.param("", "", id="nothing"),
        pytest.param("x" * MAX_MESSAGE, "x" * MAX_MESSAGE, id="300 characters stay"),
        pytest.param("x" * (MAX_MESSAGE + 1), "x" * (MAX_MESSAGE - 1) + "…", id="the 301st makes it short"),
    ],
)
def test_a_message_is_cut(text, cut):
    assert short(text) == cut


def test_every_part_of_a_problem_is_cut():
    problem = SOURCE.problem(("x" * 999,), "y" * 999, "z" * 999)
    assert [len(part) for part in (problem.path, problem.what, problem.instead)] == [MAX_MESSAGE] * 3


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param((), "", id="the root"),
        pytest.param(("mode",), "mode", id="a key"),
        pytest.param(("rules", 0, "when", "all", 2), "rules[0].when.all[2]", id="keys and numbers"),
        pytest.param((0, 1), "[0][1]", id="numbers"),
    ],
)
def test_a_path_is_written(path, text):
    assert dotted(path) == text


@pytest.mark.parametrize(
    ("word", "known", "hint"),
    [
        pytest.param("owner", ["owners", "labels"], 'write "owners"', id="one letter is missing"),
        pytest.param("lables", ["owners", "labels"], 'write "labels"', id="letters are swapped"),
        pytest.param("zzz", ["owners", "labels"], "allowed: labels, owners", id="nothing is near"),
        pytest.param("zzz", [], "allowed: ", id="nothing is known"),
    ],
)
def test_did_you_mean(word, known, hint):
    assert did_you_mean(word, known) == hint


def explained(data):
    with pytest.raises(ValidationError) as caught:
        Config.model_validate(data)
    source = Source("c.yml", data, {("extends",): (2, 1), ("classes",): (3, 1), ("classes", "crash"): (4, 3)})
    return [str(explain(source, each, sorted(Config.model_fields))) for each in caught.value.errors()]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param({"version": 1, "mod": "off"}, 'c.yml:1:1: mod: unknown key - write "mode"', id="an unknown key"),
        pytest.param({}, "c.yml:1:1: version: is missing - add version:", id="a missing key"),
        pytest.param({"version": 2}, "c.yml:1:1: version: 2 is not known - allowed: 1", id="another version"),
        pytest.param(
            {"version": 1, "mode": "enforced"},
            "c.yml:1:1: mode: 'enforced' is not known - write \"enforce\"",
            id="a word of an enumeration that is near",
        ),
        pytest.param(
            {"version": 1, "mode": "on"},
            "c.yml:1:1: mode: 'on' is not known - allowed: enforce, observe, off",
            id="a word of an enumeration that is far",
        ),
        pytest.param(
            {"version": 1, "explain": None},
            'c.yml:1:1: explain: None is not known - write "none"',
            id="nothing for a word",
        ),
        pytest.param(
            {"version": 1, "extends": [404]},
            'c.yml:2:1: extends[0]: must be a text, is the number 404 - write "404"',
            id="a number for a text",
        ),
        pytest.param(
            {"version": 1, "extends": [True]},
            'c.yml:2:1: extends[0]: must be a text, is the truth value true - write "true"',
            id="a truth value for a text",
        ),
        pytest.param(
            {"version": 1, "extends": [None]},
            "c.yml:2:1: extends[0]: must be a text, is empty (null) - write it in quotes",
            id="nothing for a text",
        ),
        pytest.param(
            {"version": 1, "extends": [[]]},
            "c.yml:2:1: extends[0]: must be a text, is a list - write it in quotes",
            id="a list for a text",
        ),
        pytest.param(
            {"version": 1, "extends": [date(2026, 8, 17)]},
            "c.yml:2:1: extends[0]: must be a text, is date - write it in quotes",
            id="something else for a text",
        ),
        pytest.param(
            {"version": 1, "extends": "general"},
            "c.yml:2:1: extends: must be a list, is a text - write [general]",
            id="a text for a list",
        ),
        pytest.param(
            {"version": 1, "extends": {"general": 1}},
            "c.yml:2:1: extends: must be a list, is a mapping",
            id="a mapping for a list, which no hint mends",
        ),
        pytest.param(
            {"version": 1, "extends": False},
            'c.yml:2:1: extends: must be a list, is the truth value false - write ["false"]',
            id="a truth value for a list",
        ),
        pytest.param(
            {"version": 1, "extends": 404},
            'c.yml:2:1: extends: must be a list, is the number 404 - write ["404"]',
            id="a number for a list",
        ),
        pytest.param(
            {"version": 1, "extends": 1.1},
            "c.yml:2:1: extends: must be a list, is the number 1.1 - write it in quotes, within [ ]",
            id="a fraction for a list, which nobody knows how it was written",
        ),
        pytest.param(
            {"version": 1, "mode": "x" * 999},
            f"c.yml:1:1: mode: '{'x' * (MAX_MESSAGE - 2)}… - allowed: enforce, observe, off",
            id="a word without end, cut",
        ),
        pytest.param(
            {"version": 1, "classes": {"crash": []}},
            "c.yml:4:3: classes.crash: must be a mapping, is a list - write key: value",
            id="a list for a mapping",
        ),
        pytest.param(
            {"version": 1, "classes": True},
            "c.yml:3:1: classes: must be a mapping, is the truth value true - write key: value",
            id="a truth value for a mapping",
        ),
        pytest.param(
            {"version": 1, "needs-triage": {}},
            "c.yml:1:1: needs-triage: must be a text, is a mapping - write it in quotes",
            id="a mapping for a text",
        ),
        pytest.param(
            {"version": 1, "classes": {"crash": {"owners": list("abcdefghijk")}}},
            "c.yml:4:3: classes.crash.owners: "
            "11 people, but GitHub assigns at most 10 - name a team, or rotate: weekly",
            id="too many owners",
        ),
        pytest.param(
            {"version": 1, "classes": {"crash": {"threshold": 0}}},
            "c.yml:4:3: classes.crash.threshold: 0 is out of range - write at least 1",
            id="a number below its range",
        ),
        pytest.param(
            {"version": 1, "backtest": {"issues": 1001}},
            "c.yml:1:1: backtest.issues: 1001 is out of range - write at most 1000",
            id="a number above its range",
        ),
        pytest.param(
            {"version": 1, "writes-per-hour": "many"},
            "c.yml:1:1: writes-per-hour: must be a whole number, is a text - write for example 5",
            id="a text for a number",
        ),
        pytest.param(
            {"version": 1, "classes": {"Crash": {}}},
            "c.yml:3:1: classes.Crash: 'Crash' cannot stand here - use lower-case letters, digits, dots and hyphens",
            id="a key that cannot be one",
        ),
        pytest.param(
            {"version": 1, "disable": ["a"] * 501},
            "c.yml:1:1: disable: more than 500 entries - write fewer",
            id="too many entries",
        ),
        pytest.param(
            {"version": 1, "needs-triage": "x" * 51},
            "c.yml:1:1: needs-triage: longer than 50 characters - shorten it",
            id="a text that is too long",
        ),
        pytest.param(
            {"version": 1, "needs-triage": ""},
            "c.yml:1:1: needs-triage: is empty - say at least one thing, or leave the key out",
            id="an empty text",
        ),
        pytest.param(
            {"version": 1, "needs-triage": "a,b"},
            "c.yml:1:1: needs-triage: 'a,b' cannot stand here - leave out commas and control characters",
            id="a text that cannot stand there",
        ),
    ],
)
def test_the_author_is_told_of(data, message):
    assert explained(data) == [message]
