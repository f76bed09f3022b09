"""Rule files, checked and tried before anybody sees them."""

import json

import pytest

from tests.cli.conftest import burndown

OWN = """\
version: 1
classes:
  - {id: billing, title: Billing, labels: ["defect: billing"]}
rules:
  - id: billing.invoice
    class: billing
    when:
      all:
        - {word: [invoice, invoices], in: title}
        - not: {word: thanks}
    tests:
      match: ["The invoice is wrong"]
      no-match: ["The receipt is wrong"]
"""
CONFIG = "version: 1\nextends: [general]\n"


def test_a_checkout_is_checked_with_its_configuration_and_its_rules(checkout):
    assert burndown("rules", "lint", checkout(config=CONFIG, rules=OWN)).stdout == "1 rules, 2 samples: all hold\n"


@pytest.mark.parametrize(
    ("files", "finding"),
    [
        ({"config": "version: 1\nmode: enforc\n"}, "burndown.yml:2:1: mode: 'enforc' is not known - write \"enforce\""),
        ({"config": CONFIG + "classes: {crush: {}}\n"}, "burndown.yml:3:11: classes.crush: there is no class 'crush'"),
        ({"config": "version: 1\n\tmode"}, "burndown.yml:2:1: not YAML"),
        ({"rules": OWN.replace("class: bil", "class: bi")}, "burndown/rules/own.yml:6:5: rules[0].class: there is no"),
        (
            {"rules": OWN.replace("The receipt", "The invoice")},
            "burndown/rules/own.yml:13:18: rules[0].tests.no-match[0]: billing.invoice: the rule matches this sample",
        ),
        (
            {"rules": OWN, "template": "---\nname: Bug\ntitle: Invoice\n---\nWhat?"},
            "burndown/rules/own.yml:7:5: rules[0].when: billing.invoice matches the repository's own issue template",
        ),
    ],
)
def test_findings_name_file_line_and_column(files, finding, checkout, monkeypatch):
    monkeypatch.chdir(checkout(**files))
    result = burndown("rules", "lint", ".")
    assert (result.exit_code, result.stdout[: len(finding) + 8]) == (1, f".github/{finding}")


def test_a_file_is_checked_alone_though_others_are_broken(checkout):
    root = checkout(config="version: 1\nmode: enforc\n", rules=OWN.replace("when", "wen"))
    found = json.loads(burndown("rules", "lint", root / ".github/burndown.yml", "--json").stdout)["findings"]
    assert [(each["file"], each["line"], each["column"], each["path"]) for each in found] == [
        (str(root / ".github/burndown.yml"), 2, 1, "mode")
    ]
    assert found[0].keys() == {"file", "line", "column", "path", "what", "instead"}


def test_a_rule_file_of_nowhere_is_tried_on_top_of_all_packs(tmp_path):
    file = tmp_path / "own.yml"
    file.write_text(OWN)
    assert burndown("rules", "lint", file).exit_code == 0
    file.write_text(OWN.replace("score", "skore").replace("class: billing", "class: crash\n    skore: 3"))
    result = burndown("rules", "lint", file)
    assert (result.exit_code, f"{file}:7:5: rules[0].skore: unknown key" in result.stdout) == (1, True)


def test_a_directory_that_is_neither_packs_nor_a_checkout_is_a_finding(tmp_path):
    result = burndown("rules", "lint", tmp_path)
    assert (result.exit_code, "no rule files" in result.stdout) == (1, True)


def test_samples_are_counted_rule_by_rule(checkout):
    result = burndown("rules", "test", checkout(rules=OWN))
    assert result.exit_code == 0
    assert result.stdout.startswith("ok   billing.invoice  2 of 2 samples hold  ")


def test_of_a_sample_that_fails_it_is_said_which_conditions_hold(checkout):
    samples = '["The invoice is wrong", "An invoice, thanks"]'
    root = checkout(rules=OWN.replace('["The invoice is wrong"]', samples))
    result = burndown("rules", "test", root, "--json")
    (rule,) = json.loads(result.stdout)["rules"]
    (failure,) = rule["failures"]
    assert (result.exit_code, rule["rule"], rule["samples"], rule["hold"]) == (1, "billing.invoice", 3, 2)
    assert (failure["line"], failure["column"], failure["text"]) == (12, 39, "An invoice, thanks")
    assert [(each["depth"], each["condition"], each["holds"]) for each in failure["conditions"]] == [
        (0, "all", False),
        (1, "in: title; word: invoice, invoices", True),
        (1, "not", False),
        (2, "word: thanks", True),
    ]
    shown = burndown("rules", "test", root).stdout
    assert "FAIL billing.invoice  2 of 3 samples hold" in shown
    assert "\n         not     not\n" in shown


def test_files_that_cannot_be_read_are_findings_of_a_test_too(checkout):
    result = burndown("rules", "test", checkout(rules=OWN.replace("when", "wen")))
    assert (result.exit_code, "own.yml:7:5: rules[0].wen: unknown key" in result.stdout) == (1, True)


def test_escape_sequences_of_a_rule_file_do_not_reach_the_terminal(checkout):
    result = burndown("rules", "lint", checkout(config='version: 1\n"\\e[2J": 1\n'))
    assert result.exit_code == 1
    assert "\x1b" not in result.stdout
