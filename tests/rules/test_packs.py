"""The packs as a whole: what they promise to define, that they stay small, and that no text can break them."""

import pytest

from bot.core.config import Config
from bot.core.rules.conditions import Regex, leaves
from bot.core.rules.ruleset import compile_ruleset

DEFECTS = {
    "crash",
    "hang",
    "data-loss",
    "wrong-result",
    "performance",
    "security",
    "compatibility",
    "install",
    "ui",
    "regression-other",
}
GITHUBS_OWN_LABELS = {"feature": "enhancement", "question": "question", "docs": "documentation"}
WAREHOUSE = {
    "connection",
    "permissions",
    "sql-dialect",
    "schema-context",
    "profiling-error",
    "semantic-type",
    "rendering",
    "performance",
}

HOSTILE = {
    "one letter": "a" * 65_536,
    "open brackets": "(" * 65_536,
    "one long line of words": "crash hang slow error " * 3_000,
    "half of a stack trace, often": '  File "a.py", line 1, in f\n' * 2_300,
    "frames without an end": "    at a.b.C(" * 5_000,
    "prefixes of tags": "[a] b: (c) " * 6_000,
    "headings": "### \n" * 13_000,
    "spaces": " " * 65_536,
    "line ends": "\n" * 65_536,
    "quotes": "'\"`" * 21_845,
    "combining marks": "e\u0301\u0302\u0303" * 9_000,
    "lone surrogates": "\ud800 crash " * 6_000,
    "zero bytes": "\0" * 65_536,
    "far beyond what is looked at": "Traceback " * 100_000,
}

UNANSWERED = {
    "bug form": "### What happened?\n\n_No response_\n\n### Steps to reproduce\n\n_No response_",
    "feature form": "### Describe the solution you'd like\n\n_No response_\n\n### Motivation\n\n_No response_",
    "question form": "### Your question\n\n_No response_",
    "documentation form": "### Documentation problem\n\n_No response_\n\n### Page URL\n\n_No response_",
    "comments for the reporter": "## Motivation\n<!-- how do I -->\n\n## Actual behavior\n<!-- does it crash? -->",
}


def ruleset_of(packs, *names):
    return packs.ruleset(Config(version=1, extends=names))


def test_the_general_pack_defines_the_promised_classes(packs):
    classes = ruleset_of(packs, "general").classes
    assert {id_ for id_, each in classes.items() if each.is_defect} == DEFECTS
    assert {id_ for id_, each in classes.items() if not each.is_defect} == set(GITHUBS_OWN_LABELS)


def test_a_defect_is_labelled_with_its_class_and_the_rest_with_githubs_own_labels(packs):
    for id_, each in ruleset_of(packs, "general").classes.items():
        expected = GITHUBS_OWN_LABELS.get(id_, f"defect: {id_}")
        assert [label.name for label in each.labels] == [expected]


def test_the_worst_classes_have_the_highest_severity(packs):
    severity = {id_: each.severity for id_, each in ruleset_of(packs, "general").classes.items()}
    assert {id_ for id_, level in severity.items() if level == "S1"} == {"security", "data-loss"}
    assert {id_ for id_, level in severity.items() if level == "S2"} == {"crash", "hang", "wrong-result"}


def test_packs_assign_nobody(packs):
    for each in ruleset_of(packs, "general", "warehouse-profiling").classes.values():
        assert each.owners == ()


def test_every_class_needs_five_points(packs):
    classes = ruleset_of(packs, "general", "warehouse-profiling").classes.values()
    assert {each.threshold for each in classes} == {5}


def test_the_warehouse_pack_defines_its_classes_and_can_stand_alone(packs):
    assert set(ruleset_of(packs, "warehouse-profiling").classes) == WAREHOUSE


def test_both_packs_together_speak_for_performance_with_one_class(packs):
    rules = ruleset_of(packs, "general", "warehouse-profiling").acting
    prefixes = {rule.id.partition(".")[2] for rule in rules if rule.class_ == "performance"}
    assert {"title", "warehouse-title"} <= prefixes


def test_no_rule_id_is_used_by_both_packs(packs):
    ids = [rule.id for name in packs.files for _, file in packs.files[name] for rule in file.rules]
    assert len(ids) == len(set(ids))


def test_a_rule_is_named_after_its_class(packs):
    for rule in ruleset_of(packs, "general", "warehouse-profiling").acting:
        assert rule.id.startswith(f"{rule.class_}."), rule.id


def test_every_rule_has_several_samples_of_both_kinds(packs):
    for rule in ruleset_of(packs, "general", "warehouse-profiling").acting:
        assert len(rule.tests.match) >= 2, rule.id
        assert len(rule.tests.no_match) >= 2, rule.id


def test_all_packs_stay_below_five_hundred_conditions(packs):
    rules = ruleset_of(packs, "general", "warehouse-profiling").acting
    assert len({leaf for rule in rules for leaf in leaves(rule.when)}) < 500


def test_a_rule_is_readable_without_knowing_regular_expressions_more_often_than_not(packs):
    rules = ruleset_of(packs, "general", "warehouse-profiling").acting
    kinds = [isinstance(leaf, Regex) for rule in rules for leaf in leaves(rule.when)]
    assert sum(kinds) < len(kinds) / 2


def test_every_class_says_when_it_is_burnt_down_and_what_a_fix_must_bring(packs):
    entries = [entry for name in packs.files for _, file in packs.files[name] for entry in file.classes if entry.defect]
    for entry in entries:
        assert {"acceptance", "validation"} <= entry.model_fields_set, entry.id


def test_no_pattern_begins_with_anything(packs):
    for rule in ruleset_of(packs, "general", "warehouse-profiling").acting:
        for leaf in leaves(rule.when):
            for pattern in leaf.regex if isinstance(leaf, Regex) else ():
                assert not pattern.removeprefix("(?i)").startswith((".*", "[^\\n]*")), rule.id


def test_the_packs_compile_without_the_files_that_they_came_from(packs):
    files = [each for name in packs.files for each in packs.files[name]]
    assert compile_ruleset(files).rules


@pytest.mark.parametrize("body", UNANSWERED.values(), ids=UNANSWERED)
@pytest.mark.parametrize("title", ["", "[Bug]: ", "[Feature]: ", "[Feature request] ", "[Docs]: ", "[Question]: "])
def test_no_rule_speaks_for_a_class_when_a_form_is_left_empty(warehouse, title, body):
    assert [finding for finding in warehouse(title, body).findings if finding.score > 0] == []


@pytest.mark.parametrize("where", ["title", "body", "both"])
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_raises_nothing(warehouse, text, where):
    title = text if where in {"title", "both"} else "A title"
    body = text if where in {"body", "both"} else "A body"
    assert warehouse(title, body).ranking is not None


def test_the_verdict_does_not_depend_on_the_kind_of_line_end(general):
    body = "It ends:\nTraceback (most recent call last):\n  File \"a.py\", line 1, in <module>\nKeyError: 'a'\n"
    assert general("Help", body).primary == general("Help", body.replace("\n", "\r\n")).primary == "crash"
