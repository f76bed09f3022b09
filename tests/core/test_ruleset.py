import pytest
from pydantic import ValidationError

from bot.core.config import Config, default
from bot.core.lint import BadRules
from bot.core.model import Mode
from bot.core.rules.ruleset import (
    MAX_CONDITIONS,
    ClassChange,
    ClassEntry,
    RuleEntry,
    RuleFile,
    adjusted,
    compile_ruleset,
)

CRASH = {
    "crash": {"labels": ["defect: crash"], "owners": ["@ann", "bob", "@octo/core"], "severity": "S2", "threshold": 7}
}
RULE = {"crash.word": {"class": "crash", "when": {"regex": "crash"}}}


def problems(build, *args):
    with pytest.raises(BadRules) as caught:
        build(*args)
    return [str(problem) for problem in caught.value.problems]


def test_a_class_in_force_is_what_its_file_says(ruleset):
    crash = ruleset(CRASH, RULE).classes["crash"]
    assert (crash.title, crash.is_defect, crash.severity, crash.threshold, crash.priority) == (
        "Crash",
        True,
        "S2",
        7,
        50,
    )
    assert (crash.owners, crash.teams) == (("ann", "bob"), ("octo/core",))
    assert [(label.name, label.color, label.description) for label in crash.labels] == [
        ("defect: crash", "d4a72c", "Crash (applied by Burndown)")
    ]


def test_a_label_is_described_in_a_hundred_characters(ruleset):
    crash = ruleset({"crash": {"title": "x" * 200, "labels": ["a"]}}, RULE).classes["crash"]
    assert crash.labels[0].description == "x" * 100


def test_a_class_has_no_labels_or_owners_unless_it_says_so(ruleset):
    crash = ruleset({"crash": {}}, RULE).classes["crash"]
    assert (crash.labels, crash.owners, crash.teams) == ((), (), ())


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({}, ("S2", 7, ("ann", "bob"), ("octo/core",), ["defect: crash"]), id="nothing"),
        pytest.param(
            {"severity": "S1"}, ("S1", 7, ("ann", "bob"), ("octo/core",), ["defect: crash"]), id="the severity"
        ),
        pytest.param(
            {"threshold": 1}, ("S2", 1, ("ann", "bob"), ("octo/core",), ["defect: crash"]), id="the threshold"
        ),
        pytest.param({"owners": ["@cleo"]}, ("S2", 7, ("cleo",), (), ["defect: crash"]), id="the owners"),
        pytest.param({"owners": []}, ("S2", 7, (), (), ["defect: crash"]), id="the owners, to nobody"),
        pytest.param(
            {"labels": ["bug", "p1"]}, ("S2", 7, ("ann", "bob"), ("octo/core",), ["bug", "p1"]), id="the labels"
        ),
        pytest.param({"labels": []}, ("S2", 7, ("ann", "bob"), ("octo/core",), []), id="the labels, to none"),
    ],
)
def test_a_repository_changes(ruleset, change, expected):
    crash = ruleset(CRASH, RULE, {"crash": change}).classes["crash"]
    labels = [label.name for label in crash.labels]
    assert (crash.severity, crash.threshold, crash.owners, crash.teams, labels) == expected


def test_a_repository_that_changes_nothing_shares_everything(ruleset):
    plain = ruleset(CRASH, RULE)
    assert adjusted(plain, {}) is plain


def test_what_a_repository_changes_is_its_own(ruleset):
    plain = ruleset(CRASH, RULE)
    changed = adjusted(plain, {"crash": ClassChange(threshold=9), "unknown": ClassChange()})
    assert (plain.classes["crash"].threshold, changed.classes["crash"].threshold) == (7, 9)
    assert (changed.rules, changed.matcher, changed.patterns) == (plain.rules, plain.matcher, plain.patterns)
    assert list(changed.classes) == ["crash"]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"threshold": 0}, id="a threshold of nothing"),
        pytest.param({"threshold": 101}, id="a threshold out of reach"),
        pytest.param({"severity": "S5"}, id="an unknown severity"),
        pytest.param({"owners": ["a b"]}, id="a login that none can be"),
        pytest.param({"owners": ["-ann"]}, id="a login that begins with a hyphen"),
        pytest.param({"owners": ["_ann"]}, id="a login that begins with an underscore"),
        pytest.param({"owners": ["x" * 40]}, id="a login that is too long"),
        pytest.param({"owners": ["ann\n"]}, id="a login with a line end"),
        pytest.param({"owners": ["x"] * 11}, id="eleven owners"),
        pytest.param({"labels": ["a,b"]}, id="a label with a comma"),
        pytest.param({"labels": [""]}, id="a label without a name"),
        pytest.param({"labels": ["a\nb"]}, id="a label over two lines"),
        pytest.param({"labels": ["x" * 51]}, id="a label that is too long"),
        pytest.param({"owner": ["ann"]}, id="an unknown key"),
    ],
)
def test_a_repository_cannot_ask_for(change):
    with pytest.raises(ValidationError):
        ClassChange.model_validate(change)


@pytest.mark.parametrize("read", [ClassChange.model_validate, lambda entry: ClassEntry(id="a", title="A", **entry)])
def test_ten_owners_are_taken_and_no_more(read):
    people = [f"p{n}" for n in range(11)]
    assert len(read({"owners": people[:10]}).owners) == 10
    with pytest.raises(ValidationError, match="11 owners, but GitHub assigns at most 10"):
        read({"owners": people})


@pytest.mark.parametrize("login", ["ann", "@ann", "a", "ann-lee", "ann_octocorp", "@a_b", "x" * 39, "octo/core_team"])
def test_an_owner_may_be(login):
    assert ClassChange(owners=(login,)).owners == (login,)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("id", "Crash", id="an id in capitals"),
        pytest.param("id", "a b", id="an id with a space"),
        pytest.param("id", "", id="no id"),
        pytest.param("id", "a" * 61, id="a long id"),
        pytest.param("id", "a\n", id="an id with a line end"),
        pytest.param("color", "red", id="a colour by its name"),
        pytest.param("color", "#ff0000", id="a colour with its sign"),
        pytest.param("priority", 101, id="a priority out of range"),
        pytest.param("title", "", id="no title"),
        pytest.param("description", "x" * 1001, id="a long description"),
    ],
)
def test_a_class_is_refused_that_says(field, value):
    with pytest.raises(ValidationError):
        ClassEntry.model_validate({"id": "crash", "title": "Crash", field: value})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("score", 21, id="a score over twenty"),
        pytest.param("score", -21, id="a score below minus twenty"),
        pytest.param("status", "beta", id="an unknown status"),
        pytest.param("group", "A", id="a group in capitals"),
        pytest.param("tests", {"match": ["a"]}, id="half of the samples"),
        pytest.param("tests", {"match": [], "no-match": ["a"]}, id="no samples"),
        pytest.param("tests", {"match": [""], "no-match": ["a"]}, id="an empty sample"),
        pytest.param("tests", None, id="nothing for its samples"),
    ],
)
def test_a_rule_is_refused_that_says(field, value):
    good = {"id": "a", "class": "b", "when": {"regex": "c"}, "tests": {"match": ["a"], "no-match": ["b"]}}
    RuleEntry.model_validate(good)
    with pytest.raises(ValidationError):
        RuleEntry.model_validate(good | {field: value})


def test_a_rule_file_has_its_version():
    assert RuleFile(version=1) == RuleFile.model_validate({"version": 1})
    with pytest.raises(ValidationError):
        RuleFile.model_validate({"version": 2})


def test_a_later_file_replaces_by_id(rule_file):
    first = rule_file(CRASH, {**RULE, "crash.other": {"class": "crash", "when": {"regex": "panic"}}})
    second = rule_file(
        {"crash": {"title": "Crash, ours"}}, {"crash.word": {"class": "crash", "when": {"regex": "abort"}, "score": 9}}
    )
    both = compile_ruleset([first, second])
    assert both.classes["crash"].title == "Crash, ours"
    assert both.classes["crash"].labels == ()
    assert [(rule.id, rule.score, rule.when.regex) for rule in both.rules] == [
        ("crash.word", 9, ("abort",)),
        ("crash.other", 5, ("panic",)),
    ]


def test_a_class_may_stand_in_an_earlier_file(rule_file):
    assert compile_ruleset([rule_file(CRASH, {}), rule_file({}, RULE)]).rules[0].class_ == "crash"


def test_a_class_may_stand_in_a_later_file(rule_file):
    assert compile_ruleset([rule_file({}, RULE), rule_file(CRASH, {})]).rules[0].class_ == "crash"


def test_an_unknown_class_is_named_with_the_known_ones(ruleset):
    rules = {"a": {"class": "crush", "when": {"regex": "a"}}, "b": {"class": "hang", "when": {"regex": "b"}}}
    assert problems(ruleset, {"crash": {}, "docs": {}}, rules) == [
        "pack/rules.yml:1:1: rules[0].class: there is no class 'crush' - classes: crash, docs",
        "pack/rules.yml:1:1: rules[1].class: there is no class 'hang' - classes: crash, docs",
    ]


def test_an_unknown_class_among_none_is_named(ruleset):
    assert problems(ruleset, {}, RULE) == [
        "pack/rules.yml:1:1: rules[0].class: there is no class 'crash' - classes: none is defined"
    ]


def test_every_bad_pattern_is_named_at_once(ruleset):
    rules = {
        "a": {"class": "crash", "when": {"all": [{"regex": "(?=x)"}, {"regex": "fine"}, {"regex": ["fine", "("]}]}},
        "b": {"class": "nowhere", "when": {"not": {"regex": "[a-z]{600}(?:ab){200}"}}},
    }
    instead = "see rules/README.md, regex"
    assert problems(ruleset, CRASH, rules) == [
        "pack/rules.yml:1:1: rules[1].class: there is no class 'nowhere' - classes: crash",
        f"pack/rules.yml:1:1: rules[0].when: RE2 does not take it: invalid perl operator: (?= - {instead}",
        f"pack/rules.yml:1:1: rules[0].when: RE2 does not take it: missing ): ( - {instead}",
        f"pack/rules.yml:1:1: rules[1].when: it compiles to 1004 instructions, more than 1000 - {instead}",
    ]


def test_too_many_conditions_are_refused(rule_file):
    def rules(count):
        words = [f"w{number}" for number in range(count)]
        return {
            f"r{n}": {"class": "crash", "when": {"any": [{"regex": word} for word in words[n : n + 50]]}}
            for n in range(0, count, 50)
        }

    with pytest.raises(BadRules) as caught:
        compile_ruleset([rule_file(CRASH, rules(MAX_CONDITIONS + 1), "a/many.yml")])
    assert [str(problem) for problem in caught.value.problems] == [
        "a/many.yml:1:1: rules: 2001 conditions in force, more than 2000 - drop the dead ones"
    ]
    assert len(compile_ruleset([rule_file(CRASH, rules(MAX_CONDITIONS))]).patterns) == MAX_CONDITIONS


def test_the_same_condition_is_compiled_once(ruleset):
    twice = {name: {"class": "crash", "when": {"regex": "crash"}} for name in ("a", "b")}
    assert len(ruleset(CRASH, twice).patterns) == 1


@pytest.mark.parametrize(
    ("classes", "rules", "changes"),
    [
        pytest.param({"crash": {**CRASH["crash"], "threshold": 8}}, RULE, {}, id="a threshold"),
        pytest.param({"crash": {**CRASH["crash"], "owners": ["ann"]}}, RULE, {}, id="an owner"),
        pytest.param({**CRASH, "docs": {}}, RULE, {}, id="a class"),
        pytest.param(CRASH, {"crash.word": {**RULE["crash.word"], "score": 6}}, {}, id="a score"),
        pytest.param(CRASH, {"crash.word": {"class": "crash", "when": {"regex": "crashes"}}}, {}, id="a pattern"),
        pytest.param(CRASH, {**RULE, "x": RULE["crash.word"]}, {}, id="a rule"),
        pytest.param(CRASH, RULE, {"crash": {"labels": ["bug"]}}, id="a repository's label"),
    ],
)
def test_the_version_changes_with(ruleset, classes, rules, changes):
    before, after = ruleset(CRASH, RULE).version, ruleset(classes, rules, changes).version
    assert before != after
    assert len(after) == 12


def test_the_version_stays_when_only_samples_change(ruleset):
    other = {"crash.word": {**RULE["crash.word"], "tests": {"match": ["other"], "no-match": ["samples"]}}}
    assert ruleset(CRASH, RULE).version == ruleset(CRASH, other).version


def test_labels_and_owners_are_known_in_any_case(ruleset):
    rules = ruleset({"crash": {"labels": ["Defect: CRASH"], "owners": ["Ann", "octo/core"]}}, RULE)
    assert {name: each.id for name, each in rules.labels.items()} == {"defect: crash": "crash"}
    assert rules.owners == {"ann"}


def test_without_a_file_the_bot_observes_with_the_general_pack():
    assert default() == Config(version=1)
    assert (default().mode, default().extends, default().explain) == (Mode.OBSERVE, ("general",), "none")
    assert default().needs_triage == "needs-triage"
    assert default(Mode.ENFORCE).mode is Mode.ENFORCE
