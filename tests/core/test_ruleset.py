from dataclasses import replace

import pytest

from bot.core.config import Config, default
from bot.core.document.segments import read_document
from bot.core.model import Mode
from bot.core.rules.classify import classify
from bot.core.rules.entries import Acceptance, ClassChange, Validation
from bot.core.rules.ruleset import MAX_CONDITIONS, MAX_PATTERNS, adjusted, compile_ruleset, without
from tests.core.conftest import problems

CRASH = {
    "crash": {"labels": ["defect: crash"], "owners": ["@ann", "bob", "@octo/core"], "severity": "S2", "threshold": 7}
}
RULE = {"crash.word": {"class": "crash", "when": {"regex": "crash"}}}


def test_a_class_in_force_is_what_its_file_says(ruleset):
    crash = ruleset(CRASH, RULE).classes["crash"]
    assert (crash.title, crash.is_defect, crash.severity, crash.threshold, crash.priority) == (
        "Crash",
        True,
        "S2",
        7,
        50,
    )
    assert crash.owners == ("ann", "bob", "octo/core")
    assert [(label.name, label.color, label.description) for label in crash.labels] == [
        ("defect: crash", "d4a72c", "Crash (applied by Burndown)")
    ]


def test_a_label_is_described_in_a_hundred_characters(ruleset):
    crash = ruleset({"crash": {"title": "x" * 200, "labels": ["a"]}}, RULE).classes["crash"]
    assert crash.labels[0].description == "x" * 100


def test_a_class_has_no_labels_or_owners_unless_it_says_so(ruleset):
    crash = ruleset({"crash": {}}, RULE).classes["crash"]
    assert (crash.labels, crash.owners, crash.rotate) == ((), (), "none")


def test_a_class_says_when_it_is_burnt_down_and_what_a_fix_must_bring(ruleset):
    said = {
        "acceptance": {"days": 14, "releases": 2, "evidence": "L4"},
        "validation": {"regression-test": "L2", "also": ["benchmark", "docs"]},
        "sla": 30,
    }
    crash = ruleset({"crash": said, "docs": {}}, RULE).classes["crash"]
    assert crash.acceptance == Acceptance(days=14, releases=2, evidence="L4")
    assert (crash.validation.regression_test, crash.validation.also, crash.sla_days) == (
        "L2",
        ("benchmark", "docs"),
        30,
    )


def test_a_class_that_says_nothing_waits_28_days_and_wants_a_regression_test(ruleset):
    crash = ruleset({"crash": {}}, RULE).classes["crash"]
    assert (crash.acceptance, crash.sla_days) == (Acceptance(days=28, releases=0, evidence="L3"), None)
    assert crash.validation == Validation(regression_test="L3", also=())


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({}, {}, id="nothing"),
        pytest.param({"severity": "S1"}, {"severity": "S1"}, id="the severity"),
        pytest.param({"threshold": 1}, {"threshold": 1}, id="the threshold"),
        pytest.param({"priority": 0}, {"priority": 0}, id="the priority, to nothing"),
        pytest.param({"owners": ["@cleo"]}, {"owners": ("cleo",)}, id="the owners"),
        pytest.param({"owners": []}, {"owners": ()}, id="the owners, to nobody"),
        pytest.param({"owners": ["codeowners"]}, {"owners": ("codeowners",)}, id="the owners, to those of the code"),
        pytest.param({"rotate": "weekly"}, {"rotate": "weekly"}, id="whose turn it is"),
        pytest.param({"rotate": "none"}, {"rotate": "none"}, id="whose turn it is, to all"),
        pytest.param({"sla": 3}, {"sla_days": 3}, id="the time to a fix"),
        pytest.param({"acceptance": {"days": 7}}, {"acceptance": Acceptance(days=7)}, id="when it is burnt down"),
        pytest.param(
            {"validation": {"also": ["docs"]}}, {"validation": Validation(also=("docs",))}, id="what a fix must bring"
        ),
    ],
)
def test_a_repository_changes(ruleset, change, expected):
    plain = ruleset(CRASH, RULE).classes["crash"]
    assert ruleset(CRASH, RULE, {"crash": change}).classes["crash"] == replace(plain, **expected)


@pytest.mark.parametrize(
    ("change", "labels"),
    [
        pytest.param(
            {"labels": ["bug", "p1"]}, [("bug", "d4a72c", "Crash"), ("p1", "d4a72c", "Crash")], id="the labels"
        ),
        pytest.param({"labels": []}, [], id="the labels, to none"),
        pytest.param({"color": "FF0000"}, [("defect: crash", "FF0000", "Crash")], id="their colour"),
        pytest.param(
            {"title": "Absturz"}, [("defect: crash", "d4a72c", "Absturz")], id="the title, in their description"
        ),
    ],
)
def test_a_repository_changes_the_labels(ruleset, change, labels):
    crash = ruleset(CRASH, RULE, {"crash": change}).classes["crash"]
    found = [(label.name, label.color, label.description.partition(" (")[0]) for label in crash.labels]
    assert found == labels


def test_a_repository_that_changes_nothing_shares_everything(ruleset):
    plain = ruleset(CRASH, RULE)
    assert adjusted(plain, {}) is plain


def test_what_a_repository_changes_is_its_own(ruleset):
    plain = ruleset(CRASH, RULE)
    changed = adjusted(plain, {"crash": ClassChange(threshold=9), "unknown": ClassChange()})
    assert (plain.classes["crash"].threshold, changed.classes["crash"].threshold) == (7, 9)
    assert (changed.rules, changed.engine, changed.probes) == (plain.rules, plain.engine, plain.probes)
    assert list(changed.classes) == ["crash"]


def test_a_later_file_replaces_by_id(rule_file):
    first = rule_file(CRASH, {**RULE, "crash.other": {"class": "crash", "when": {"regex": "panic"}}})
    second = rule_file(
        {"crash": {"title": "Crash, ours"}}, {"crash.word": {"class": "crash", "when": {"regex": "abort"}, "score": 9}}
    )
    both = compile_ruleset([first, second])
    assert both.classes["crash"].title == "Crash, ours"
    assert both.classes["crash"].labels == ()
    assert [(rule.entry.id, rule.entry.score, rule.entry.when.regex) for rule in both.rules] == [
        ("crash.word", 9, ("abort",)),
        ("crash.other", 5, ("panic",)),
    ]


@pytest.mark.parametrize("order", [1, -1], ids=["an earlier file", "a later file"])
def test_a_class_may_stand_in(rule_file, order):
    files = [rule_file(CRASH, {}), rule_file({}, RULE)][::order]
    assert compile_ruleset(files).rules[0].entry.class_ == "crash"


TWO = {"crash": {}, "docs": {}}
BOTH = {name: {"class": name, "when": {"word": "x"}} for name in TWO} | {
    "docs.two": {"class": "docs", "when": {"word": "y"}}
}


@pytest.mark.parametrize(
    ("off", "classes", "rules"),
    [
        pytest.param([], ["crash", "docs"], ["crash", "docs", "docs.two"], id="nothing"),
        pytest.param(["docs.two"], ["crash", "docs"], ["crash", "docs"], id="a rule"),
        pytest.param(["docs"], ["crash"], ["crash"], id="a class, and with it its rules"),
        pytest.param(["crash", "docs"], [], [], id="everything"),
        pytest.param(["elsewhere"], ["crash", "docs"], ["crash", "docs", "docs.two"], id="what there is not"),
    ],
)
def test_what_is_disabled_is_not_in_force(rule_file, off, classes, rules):
    found = compile_ruleset([rule_file(TWO, BOTH)], off)
    assert (list(found.classes), [each.entry.id for each in found.rules]) == (classes, rules)


def test_an_unknown_class_is_named_with_the_known_ones(ruleset):
    rules = {"a": {"class": "crush", "when": {"regex": "a"}}, "b": {"class": "zzz", "when": {"regex": "b"}}}
    assert problems(ruleset, {"crash": {}, "docs": {}}, rules) == [
        "pack/rules.yml:1:1: rules[0].class: there is no class 'crush' - write \"crash\"",
        "pack/rules.yml:1:1: rules[1].class: there is no class 'zzz' - allowed: crash, docs",
    ]


def test_two_classes_may_not_share_a_label(ruleset, rule_file):
    classes = {"crash": {"labels": ["bug", "p1"]}, "hang": {"labels": ["slow", "BUG"]}, "docs": {"labels": ["slow"]}}
    own = "give each class a label of its own"
    assert problems(ruleset, classes, {}) == [
        f"pack/rules.yml:1:1: classes[1].labels: label 'BUG' stands for class 'crash' already - {own}",
        f"pack/rules.yml:1:1: classes[2].labels: label 'slow' stands for class 'hang' already - {own}",
    ]
    replaced = rule_file({"hang": {"labels": ["slow"]}}, {}, "own/hang.yml")
    assert len(compile_ruleset([rule_file({k: classes[k] for k in ("crash", "hang")}, {}), replaced]).labels) == 3
    assert len(compile_ruleset([rule_file(classes, {})], ["hang"]).labels) == 3


def test_every_bad_pattern_is_named_at_once(ruleset):
    rules = {
        "a": {"class": "crash", "when": {"all": [{"regex": "(?=x)"}, {"regex": "fine"}, {"regex": ["fine", "("]}]}},
        "b": {"class": "nowhere", "when": {"not": {"regex": "[a-z]{600}(?:ab){200}"}}},
        "c": {"class": "crash", "when": {"vocab": "languges"}},
    }
    refused = problems(ruleset, CRASH, rules)
    assert [each.partition(": RE2")[0].partition(" - ")[0] for each in refused] == [
        "pack/rules.yml:1:1: rules[1].class: there is no class 'nowhere'",
        "pack/rules.yml:1:1: rules[0].when: a",
        "pack/rules.yml:1:1: rules[0].when: a",
        "pack/rules.yml:1:1: rules[1].when: b: it compiles to 1004 instructions, more than 1000",
        "pack/rules.yml:1:1: rules[2].when: c: there is no vocabulary 'languges'",
    ]


def test_an_unknown_vocabulary_is_named_with_the_one_that_is_meant(rule_file):
    source, file = rule_file(CRASH, {"a": {"class": "crash", "when": {"vocab": ["languges", "zzz"]}}})
    file = file.model_copy(update={"vocab": {"languages": ("ruby",), "tools": ("make",)}})
    assert problems(compile_ruleset, [(source, file)]) == [
        "pack/rules.yml:1:1: rules[0].when: a: there is no vocabulary 'languges' - write \"languages\"",
    ]


def many(words):
    """Rules of fifty conditions each, a word each."""
    return {
        f"r{n}": {"class": "crash", "when": {"any": [{"word": word} for word in words[n : n + 50]]}}
        for n in range(0, len(words), 50)
    }


def test_too_many_conditions_are_refused(rule_file):
    words = [f"w{number}" for number in range(MAX_CONDITIONS + 1)]
    what = "rules[40]: more than 2000 conditions or 20000 words and patterns are in force"
    assert problems(compile_ruleset, [rule_file(CRASH, many(words), "a/many.yml")]) == [
        f"a/many.yml:1:1: {what} - extend fewer packs, or drop dead rules"
    ]
    assert len(compile_ruleset([rule_file(CRASH, many(words[:-1]))]).probes) == MAX_CONDITIONS


def test_too_many_words_are_refused(rule_file):
    def rules(count):
        lists = [[f"w{n}" for n in range(start, min(start + 100, count))] for start in range(0, count, 100)]
        return {f"r{number}": {"class": "crash", "when": {"word": words}} for number, words in enumerate(lists)}

    assert len(compile_ruleset([rule_file(CRASH, rules(MAX_PATTERNS))]).rules) == MAX_PATTERNS // 100
    (problem,) = problems(compile_ruleset, [rule_file(CRASH, rules(MAX_PATTERNS + 1), "a/many.yml")])
    assert problem.startswith("a/many.yml:1:1: rules[200]: more than 2000 conditions or 20000 words")


def test_the_same_condition_is_compiled_once(ruleset):
    twice = {name: {"class": "crash", "when": {"regex": "crash"}} for name in ("a", "b")}
    assert len(ruleset(CRASH, twice).probes) == 1


def test_a_rule_that_is_put_aside_is_silent_and_the_version_stays(ruleset):
    rules = ruleset(TWO, BOTH)
    assert without(rules, frozenset()) is rules
    rest = without(rules, frozenset({"crash"}))
    assert classify(read_document("x", ""), rules).primary is None
    assert classify(read_document("x", ""), rest).primary == "docs"
    assert (rest.version, rest.engine) == (rules.version, rules.engine)


@pytest.mark.parametrize(
    ("when", "asks"),
    [
        pytest.param({"word": "x"}, False, id="the issue"),
        pytest.param({"word": "x", "in": ["title", "comments.maintainer"]}, True, id="a comment, among others"),
        pytest.param({"all": [{"word": "x"}, {"not": {"exists": True, "in": "comments.author"}}]}, True, id="silence"),
    ],
)
def test_whether_comments_are_read_depends_on_a_rule_that_asks_for(ruleset, when, asks):
    assert ruleset(TWO, {"a": {"class": "crash", "when": when}}).asks_comments is asks
    assert not ruleset(TWO, {"a": {"class": "crash", "when": when, "status": "deprecated"}}).asks_comments


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
        pytest.param(CRASH, RULE, {"crash": {"rotate": "weekly"}}, id="a repository's rotation"),
        pytest.param({"crash": {**CRASH["crash"], "sla": 9}}, RULE, {}, id="a time to a fix"),
    ],
)
def test_the_version_changes_with(ruleset, classes, rules, changes):
    before, after = ruleset(CRASH, RULE).version, ruleset(classes, rules, changes).version
    assert before != after
    assert len(after) == 12


def test_the_version_stays_when_only_samples_change(ruleset):
    other = {"crash.word": {**RULE["crash.word"], "tests": {"match": ["other"], "no-match": ["samples"]}}}
    assert ruleset(CRASH, RULE).version == ruleset(CRASH, other).version


def test_the_version_changes_with_a_word_of_a_vocabulary(rule_file):
    source, file = rule_file(CRASH, {"a": {"class": "crash", "when": {"vocab": "db"}}})
    files = [(source, file.model_copy(update={"vocab": {"db": words}})) for words in (("a",), ("a", "b"))]
    assert len({compile_ruleset([each]).version for each in files}) == 2


def test_labels_and_owners_are_known_in_any_case(ruleset):
    rules = ruleset({"crash": {"labels": ["Defect: CRASH"], "owners": ["Ann", "octo/core"]}}, RULE)
    assert {name: each.id for name, each in rules.labels.items()} == {"defect: crash": "crash"}
    assert rules.owners == {"ann", "octo/core"}


def test_without_a_file_the_bot_observes_with_the_general_pack():
    assert default() == Config(version=1)
    assert (default().mode, default().extends, default().explain) == (Mode.OBSERVE, ("general",), "none")
    assert default().needs_triage == "needs-triage"
    assert default(Mode.ENFORCE).mode is Mode.ENFORCE
