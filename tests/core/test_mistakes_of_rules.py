"""Every kind of mistake of a rule file, in the words that its author reads."""

import pytest

from bot.core.config import Config
from bot.core.rules.conditions import OPERATORS, TREES
from bot.core.rules.entries import RuleFile
from bot.rulefiles import check, read_yaml
from bot.rulefiles.check import MAX_PROBLEMS
from tests.core.conftest import RULE_FILE, problems

ONE_OPERATOR = f"needs exactly one of {', '.join((*TREES, *OPERATORS))} - for example word: crash"
IDS = "use lower-case letters, digits, dots and hyphens"


def told(text, model=RuleFile):
    return problems(lambda: check(read_yaml("f.yml", text.encode()), model))


# What stands in the place of `regex: Traceback`, and what its author is told; the place is the condition's.
CONDITIONS = {
    "word: 404": ("word", "must be a list, is the number 404", 'write ["404"]'),
    "word: 1.10": ("word", "must be a list, is the number 1.1", "write it in quotes, within [ ]"),
    "word: null": ("word", "must be a list, is empty (null)", "write it in quotes, within [ ]"),
    "word:": ("word", "must be a list, is empty (null)", "write it in quotes, within [ ]"),
    "word: true": ("word", "must be a list, is the truth value true", 'write ["true"]'),
    "word: {a: b}": ("word", "must be a list, is a mapping", ""),
    "word: ''": ("word[0]", "is empty", "say at least one thing, or leave the key out"),
    "word: []": ("word", "is empty", "say at least one thing, or leave the key out"),
    "word: ' '": ("word[0]", "is blank", "write what is looked for"),
    f"word: {'x' * 513}": ("word[0]", "longer than 512 characters", "shorten it"),
    f"word: [{'a, ' * 101}]": ("word", "more than 100 entries", "write fewer"),
    "near: [a]": ("near[1]", "is missing", "write one more"),
    "near: [a, b, c]": ("near", "more than 2 entries", "write fewer"),
    "near: a": ("near", "must be a list, is a text", "write [a]"),
    "vocab: My Words": ("vocab[0]", "'My Words' cannot stand here", IDS),
    "version: 1.10": ("version", "must be a text, is the number 1.1", "write it in quotes"),
    "version: 2": ("version", "must be a text, is the number 2", 'write "2"'),
    "version: '2.0'": ("version", "'2.0' is no range of versions", 'write for example ">=2.0 <3"'),
    "exists: no": ("exists", "must be true or false, is a text", "write true or false"),
    "exists: 1": ("exists", "must be true or false, is the number 1", "write true or false"),
    "exists:": ("exists", "must be true or false, is empty (null)", "write true or false"),
    "{word: a, in: titel}": ("in[0]", "there is no field 'titel'", 'write "title"'),
    "{word: a, in: [prose, trace.frames]}": ("in[1]", "there is no field 'trace.frames'", 'write "trace.frame"'),
    "{word: a, in: zzz}": ("in[0]", "there is no field 'zzz'", "allowed: any, body, title"),
    "{word: a, in: 404}": ("in", "must be a list, is the number 404", 'write ["404"]'),
    "{word: a, fields: title}": ("fields", "unknown key", "allowed: in, word"),
    "at_least: {count: 0, of: [word: a]}": ("at_least.count", "0 is out of range", "write at least 1"),
    "at_least: {count: 99, of: [word: a]}": ("at_least.count", "99 is out of range", "write at most 50"),
    "at_least: {count: two, of: [word: a]}": (
        "at_least.count",
        "must be a whole number, is a text",
        "write for example 5",
    ),
    "at_least: {count: 1.5, of: [word: a]}": (
        "at_least.count",
        "must be a whole number, is the number 1.5",
        "write for example 5",
    ),
    "at_least: {of: [word: a]}": ("at_least.count", "is missing", "add count:"),
    "at_least: {count: 1, off: [word: a], of: [word: b]}": ("at_least.off", "unknown key", 'write "of"'),
    "at_least: 2": ("at_least", "must be a mapping, is the number 2", "write key: value"),
    "at_least: {count: 1, of: [word: a, 7]}": ("at_least.of[1]", *ONE_OPERATOR.split(" - ")),
    "all: []": ("all", "is empty", "say at least one thing, or leave the key out"),
    "all: {word: a}": ("all", "must be a list, is a mapping", ""),
    "not: [word: a]": ("not", *ONE_OPERATOR.split(" - ")),
    "not:": ("not", *ONE_OPERATOR.split(" - ")),
}


@pytest.mark.parametrize("written", CONDITIONS)
def test_the_mistake_of_a_condition_is_named(written):
    path, what, instead = CONDITIONS[written]
    (problem,) = told(RULE_FILE.replace("regex: Traceback", written))
    place, _, said = problem.partition(" ")
    assert place.startswith(("f.yml:12:", "f.yml:11:"))
    assert said.startswith(f"rules[0].when.{path}: {what}" + f" - {instead}" * bool(instead))


# What is added to the class that stands first.
CLASSES = {
    "defect: no": ("defect", "must be true or false, is a text", "write true or false"),
    "defect: yes": ("defect", "must be true or false, is a text", "write true or false"),
    "severity: 2": ("severity", "2 is not known", 'write "S2"'),
    "severity: S9": ("severity", "'S9' is not known", "allowed: S1, S2, S3, S4"),
    "color: '#ff0000'": (
        "color",
        "'#ff0000' cannot stand here",
        'write six hexadecimal digits in quotes, for example "d4a72c"',
    ),
    "color: 123456": ("color", "must be a text, is the number 123456", 'write "123456"'),
    "labels: bug": ("labels", "must be a list, is a text", "write [bug]"),
    "labels: ['a,b']": ("labels[0]", "'a,b' cannot stand here", "leave out commas and control characters"),
    "labels: ['']": ("labels[0]", "is empty", "say at least one thing, or leave the key out"),
    "labels: [404]": ("labels[0]", "must be a text, is the number 404", 'write "404"'),
    f"labels: [{'x' * 51}]": ("labels[0]", "longer than 50 characters", "shorten it"),
    "rotate: daily": ("rotate", "'daily' is not known", "allowed: least-loaded, none, weekly"),
    "rotate: least_loaded": ("rotate", "'least_loaded' is not known", 'write "least-loaded"'),
    "rotate: null": ("rotate", "None is not known", 'write "none"'),
    "threshold: 0": ("threshold", "0 is out of range", "write at least 1"),
    "threshold: 101": ("threshold", "101 is out of range", "write at most 100"),
    "threshold: many": ("threshold", "must be a whole number, is a text", "write for example 5"),
    "sla: 2d": ("sla", "must be a whole number, is a text", "write for example 5"),
    "acceptance: 28": ("acceptance", "must be a mapping, is the number 28", "write key: value"),
    "acceptance: {day: 28}": ("acceptance.day", "unknown key", 'write "days"'),
    "acceptance: {evidence: L9}": ("acceptance.evidence", "'L9' is not known", "allowed: L0, L1, L2, L3, L4, L5"),
    "validation: {regression_tests: L3}": ("validation.regression_tests", "unknown key", 'write "regression-test"'),
    "validation: {also: [doc]}": ("validation.also[0]", "'doc' is not known", 'write "docs"'),
    "descripton: x": ("descripton", "unknown key", 'write "description"'),
}


@pytest.mark.parametrize("written", CLASSES)
def test_the_mistake_of_a_class_is_named(written):
    path, what, instead = CLASSES[written]
    (problem,) = told(RULE_FILE.replace("title: Crash", f"title: Crash\n    {written}"))
    assert problem.partition(" ")[2] == f"classes[0].{path}: {what} - {instead}"
    assert problem.startswith("f.yml:5:")


@pytest.mark.parametrize(
    ("owner", "is_taken"),
    [("ann lee", False), ("a@b.example", False), ("-ann", False), ("codeowners", True), ("octo/core", True)],
)
def test_an_owner_is_a_login_a_team_or_the_code_owners(owner, is_taken):
    text = RULE_FILE.replace("[ann]", f"['{owner}']")
    if is_taken:
        assert check(read_yaml("f.yml", text.encode()), RuleFile).classes[0].owners == (owner,)
    else:
        what = f"classes[0].owners[0]: '{owner}' cannot stand here - write a login, org/team, or codeowners"
        assert told(text) == [f"f.yml:5:14: {what}"]


# What is added to the rule, or stands in the place of a line of it.
ENTRIES = {
    ("class: crash", "class: Crash Reports"): ("class", "'Crash Reports' cannot stand here", IDS),
    ("id: crash.trace", "id: null"): ("id", "must be a text, is empty (null)", "write it in quotes"),
    ("id: crash.trace", "id: 1.10"): ("id", "must be a text, is the number 1.1", "write it in quotes"),
    ("class: crash", "class: crash\n    score: 21"): ("score", "21 is out of range", "write at most 20"),
    ("class: crash", "class: crash\n    score: -21"): ("score", "-21 is out of range", "write at least -20"),
    ("class: crash", "class: crash\n    score: high"): (
        "score",
        "must be a whole number, is a text",
        "write for example 5",
    ),
    ("class: crash", "class: crash\n    scores: 5"): ("scores", "unknown key", 'write "score"'),
    ("class: crash", "class: crash\n    group: A"): ("group", "'A' cannot stand here", IDS),
    ("no-match:", "nomatch:"): ("tests.nomatch", "unknown key", 'write "no-match"'),
    ('["No trace"]', "[1.10]"): ("tests.no-match[0].text", "must be a text, is the number 1.1", "write it in quotes"),
    ('["No trace"]', "[null]"): ("tests.no-match[0].text", "must be a text, is empty (null)", "write it in quotes"),
    ('["No trace"]', "[[a]]"): ("tests.no-match[0].text", "must be a text, is a list", "write it in quotes"),
    ('["No trace"]', "No trace"): ("tests.no-match", "must be a list, is a text", "write [No trace]"),
    ('["No trace"]', "[{text: a, label: [x]}]"): ("tests.no-match[0].label", "unknown key", 'write "labels"'),
    ('["No trace"]', "[{labels: [x]}]"): ("tests.no-match[0].text", "is missing", "add text:"),
}


@pytest.mark.parametrize(("old", "new"), ENTRIES)
def test_the_mistake_of_a_rule_is_named(old, new):
    path, what, instead = ENTRIES[old, new]
    found = told(RULE_FILE.replace(old, new))
    assert [each.partition(" ")[2] for each in found if path in each] == [f"rules[0].{path}: {what} - {instead}"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("vocab: [a]", "2:1: vocab: must be a mapping, is a list - write key: value", id="a list"),
        pytest.param("vocab: {Db: [a]}", f"2:9: vocab.Db: 'Db' cannot stand here - {IDS}", id="a name in capitals"),
        pytest.param(
            "vocab: {db: 404}", '2:9: vocab.db: must be a list, is the number 404 - write ["404"]', id="a number"
        ),
        pytest.param(
            "vocab: {db: [404]}",
            '2:14: vocab.db[0]: must be a text, is the number 404 - write "404"',
            id="a number in it",
        ),
        pytest.param(
            "vocab: {db: ['']}",
            "2:14: vocab.db[0]: is empty - say at least one thing, or leave the key out",
            id="nothing",
        ),
    ],
)
def test_the_mistake_of_a_vocabulary_is_named(text, said):
    assert told(f"version: 1\n{text}\n") == [f"f.yml:{said}"]


def test_all_mistakes_of_a_file_are_told_at_once():
    text = RULE_FILE.replace("title: Crash", "titel: Crash").replace("title: Hang", "title: 404")
    text = text.replace("regex: Traceback", "{word: a, in: titel}").replace('["No trace"]', "[]")
    assert [each.split(": ")[1] for each in told(text)] == [
        "classes[0].title",
        "classes[0].titel",
        "classes[1].title",
        "rules[0].when.in[0]",
        "rules[0].tests.no-match",
    ]


def test_a_hundred_mistakes_are_enough():
    text = "version: 1\n" + "".join(f"k{number}: 1\n" for number in range(500))
    assert len(told(text, Config)) == MAX_PROBLEMS
