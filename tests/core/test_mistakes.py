import pytest

from bot.core.config import Config
from bot.core.rules.conditions import OPERATORS, TREES
from bot.core.rules.entries import RuleFile
from bot.rulefiles import check, read_yaml
from tests.core.conftest import RULE_FILE, problems

ELEVEN = "11 people, but GitHub assigns at most 10 - name a team, or rotate: weekly"
ONE_OPERATOR = f"needs exactly one of {', '.join((*TREES, *OPERATORS))} - for example word: crash"
CONFIG_KEYS = ", ".join(sorted(each.alias or name for name, each in Config.model_fields.items()))


def told(text, model):
    return problems(lambda: check(read_yaml("f.yml", text.encode()), model))


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        pytest.param("", ["f.yml:1:1: must be a mapping, is empty (null) - write key: value"], id="an empty file"),
        pytest.param("[]", ["f.yml:1:1: must be a mapping, is a list - write key: value"], id="a list"),
        pytest.param("mode: observe", ["f.yml:1:1: version: is missing - add version:"], id="no version"),
        pytest.param("version: '1'", ["f.yml:1:1: version: '1' is not known - write \"1\""], id="a quoted version"),
        pytest.param(
            "version: 1\nextends: [404, no, null]",
            [
                'f.yml:2:11: extends[0]: must be a text, is the number 404 - write "404"',
                "f.yml:2:20: extends[2]: must be a text, is empty (null) - write it in quotes",
            ],
            id="bare numbers and nothing for names, while no is a name",
        ),
        pytest.param(
            "version: 1\nmode: enforced\nexplane: comment\nclasses:\n  crash:\n    owner: [ann]\n    threshold: 0\n",
            [
                "f.yml:2:1: mode: 'enforced' is not known - write \"enforce\"",
                "f.yml:7:5: classes.crash.threshold: 0 is out of range - write at least 1",
                'f.yml:6:5: classes.crash.owner: unknown key - write "owners"',
                'f.yml:3:1: explane: unknown key - write "explain"',
            ],
            id="several mistakes at once",
        ),
        pytest.param(
            "version: 1\nzzz: 1",
            [f"f.yml:2:1: zzz: unknown key - allowed: {CONFIG_KEYS}"],
            id="a key like no other",
        ),
        pytest.param(
            "version: 1\nclasses: {crash: {owners: [a, b, c, d, e, f, g, h, i, j, k]}}",
            [
                f"f.yml:2:19: classes.crash.owners: {ELEVEN}",
            ],
            id="eleven owners",
        ),
    ],
)
def test_the_mistakes_of_a_configuration_are_named(text, messages):
    assert told(text, Config) == messages


@pytest.mark.parametrize(
    ("old", "new", "messages"),
    [
        pytest.param("version: 1", "", ["f.yml:2:1: version: is missing - add version:"], id="no version"),
        pytest.param(
            "    title: Crash",
            "    titel: Crash",
            [
                "f.yml:3:5: classes[0].title: is missing - add title:",
                'f.yml:4:5: classes[0].titel: unknown key - write "title"',
            ],
            id="a key with a slip",
        ),
        pytest.param(
            "title: Crash",
            "title: 1.5",
            ["f.yml:4:5: classes[0].title: must be a text, is the number 1.5 - write it in quotes"],
            id="a number for a title",
        ),
        pytest.param(
            "owners: [ann]",
            "owners: [a, b, c, d, e, f, g, h, i, j, k]",
            [f"f.yml:5:5: classes[0].owners: {ELEVEN}"],
            id="eleven owners in a pack",
        ),
        pytest.param(
            "title: Crash",
            "title: true",
            ['f.yml:4:5: classes[0].title: must be a text, is the truth value true - write "true"'],
            id="a truth value for a title",
        ),
        pytest.param(
            "regex: Traceback",
            'word: [a, " "]',
            ["f.yml:12:17: rules[0].when.word[1]: is blank - write what is looked for"],
            id="a blank word",
        ),
        pytest.param(
            "regex: Traceback",
            "{all: [{not: {any: [{word: x, inn: title}]}}, {regex: [a, 7]}, 4]}",
            [
                'f.yml:12:37: rules[0].when.all[0].not.any[0].inn: unknown key - write "in"',
                'f.yml:12:65: rules[0].when.all[1].regex[1]: must be a text, is the number 7 - write "7"',
                f"f.yml:12:70: rules[0].when.all[2]: {ONE_OPERATOR}",
            ],
            id="mistakes in trees in trees",
        ),
        pytest.param(
            "regex: Traceback",
            "{any: [{word: 1}], zz: 2}",
            [
                'f.yml:12:15: rules[0].when.any[0].word: must be a list, is the number 1 - write ["1"]',
                "f.yml:12:26: rules[0].when.zz: unknown key - allowed: any",
            ],
            id="a key beside a tree",
        ),
        pytest.param(
            'match: ["Traceback (most recent call last)"]',
            "match: [404]",
            ['f.yml:14:15: rules[0].tests.match[0].text: must be a text, is the number 404 - write "404"'],
            id="a list is not too short beside its refused items",
        ),
        pytest.param(
            'match: ["Traceback (most recent call last)"]',
            "match: []",
            ["f.yml:14:7: rules[0].tests.match: is empty - say at least one thing, or leave the key out"],
            id="a list that is too short",
        ),
        pytest.param(
            "owners: [ann]",
            "owners: ann",
            ["f.yml:5:5: classes[0].owners: must be a list, is a text - write [ann]"],
            id="a text for a list",
        ),
        pytest.param(
            "regex: Traceback",
            "{regex: a, word: b}",
            [f"f.yml:11:5: rules[0].when: {ONE_OPERATOR}"],
            id="two operators",
        ),
        pytest.param(
            "when:\n      regex: Traceback",
            "when:",
            [f"f.yml:11:5: rules[0].when: {ONE_OPERATOR}"],
            id="no condition",
        ),
        pytest.param(
            "regex: Traceback",
            "regex: [a, 404]",
            ['f.yml:12:18: rules[0].when.regex[1]: must be a text, is the number 404 - write "404"'],
            id="a number among patterns",
        ),
        pytest.param(
            '      no-match: ["No trace"]\n',
            "",
            ["f.yml:13:5: rules[0].tests.no-match: is missing - add no-match:"],
            id="half of the samples",
        ),
        pytest.param(
            "class: crash\n",
            "class: crash\n    status: beta\n",
            ["f.yml:11:5: rules[0].status: 'beta' is not known - allowed: deprecated, experimental, stable"],
            id="an unknown status",
        ),
    ],
)
def test_the_mistakes_of_a_rule_file_are_named(old, new, messages):
    assert old in RULE_FILE
    assert told(RULE_FILE.replace(old, new), RuleFile) == messages
