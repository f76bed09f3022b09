import json
from itertools import chain

import pytest

from bot.core.config import Config
from bot.core.lint import BadRules
from bot.core.model import Mode
from bot.core.rules.ruleset import RuleFile
from bot.rulefiles import MAX_BYTES, MAX_PROBLEMS, Packs, check, json_schema, load_packs, prove, read_yaml

RULES = """\
version: 1
classes:
  - id: crash
    title: Crash
    owners: [ann]
  - id: hang
    title: Hang
rules:
  - id: crash.trace
    class: crash
    when:
      regex: Traceback
    tests:
      match: ["Traceback (most recent call last)"]
      no-match: ["No trace"]
"""

ELEVEN = "11 owners, but GitHub assigns at most 10 - name a team or fewer people"
ONE_OPERATOR = "needs exactly one of all, any, not, word, regex - for example word: crash"
LOOK_AHEAD = "RE2 does not take it: invalid perl operator: (?= - see rules/README.md, regex"


def data(text):
    return read_yaml("f.yml", text if isinstance(text, bytes) else text.encode()).data


def problems(act, *args):
    with pytest.raises(BadRules) as caught:
        act(*args)
    return [str(problem) for problem in caught.value.problems]


def checked(text, model):
    return check(read_yaml("f.yml", text.encode()), model)


@pytest.fixture(scope="module")
def packs():
    texts = {"general": RULES, "ours": RULES.replace("crash", "boom")}
    sources = {name: read_yaml(f"{name}/rules.yml", text.encode()) for name, text in texts.items()}
    return Packs({name: ((source, check(source, RuleFile)),) for name, source in sources.items()})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("", None, id="nothing"),
        pytest.param("# only a comment\n", None, id="a comment"),
        pytest.param("---\n", None, id="an empty document"),
        pytest.param("null", None, id="null"),
        pytest.param("~", None, id="a tilde"),
        pytest.param("a:", {"a": None}, id="a key without a value"),
        pytest.param("true", True, id="true"),
        pytest.param("FALSE", False, id="false in capitals"),
        pytest.param("no", "no", id="no is a word"),
        pytest.param("yes", "yes", id="yes is a word"),
        pytest.param("off", "off", id="off is a word"),
        pytest.param("NO", "NO", id="Norway is a country"),
        pytest.param("tRUE", "tRUE", id="odd capitals are a word"),
        pytest.param("404", 404, id="a number"),
        pytest.param("-7", -7, id="a number below zero"),
        pytest.param("010", 10, id="no octal numbers of old"),
        pytest.param("1.10", 1.1, id="a fraction"),
        pytest.param("1e3", 1000.0, id="an exponent"),
        pytest.param(".5", 0.5, id="a fraction without a zero"),
        pytest.param("1.1.0", "1.1.0", id="a version is a word"),
        pytest.param("12:30", "12:30", id="a time is a word, and not 750"),
        pytest.param("1_000", "1_000", id="an underscore makes a word"),
        pytest.param("2026-08-17", "2026-08-17", id="a date is a word"),
        pytest.param("=", "=", id="a sign is a word"),
        pytest.param("'404'", "404", id="a quoted number is a text"),
        pytest.param('"null"', "null", id="a quoted null is a text"),
        pytest.param('""', "", id="a quoted nothing is a text"),
        pytest.param("|\n  404\n", "404\n", id="a block is a text"),
        pytest.param(">-\n  a\n  b\n", "a b", id="a folded block is a text"),
        pytest.param("404: x", {"404": "x"}, id="a key is a text"),
        pytest.param("null: x", {"null": "x"}, id="a key of null is a text"),
        pytest.param("{a: 1, }", {"a": 1}, id="a comma too many"),
        pytest.param("- a\n- [b, {c: d}]\n", ["a", ["b", {"c": "d"}]], id="lists and mappings"),
        pytest.param(b"\xef\xbb\xbfa: 1", {"a": 1}, id="a byte-order mark"),
        pytest.param("a: 1\r\nb: 2\r\n", {"a": 1, "b": 2}, id="line ends of Windows"),
        pytest.param("%YAML 1.1\n---\na: no\n", {"a": "no"}, id="whatever version the file names"),
        pytest.param("a: größe 💥", {"a": "größe 💥"}, id="any script"),
        pytest.param("- " * 12 + "x", [[[[[[[[[[[["x"]]]]]]]]]]]], id="twelve levels"),
        pytest.param("a: " + "x" * (MAX_BYTES - 3), {"a": "x" * (MAX_BYTES - 3)}, id="64 KiB"),
    ],
)
def test_yaml_is_read_as_version_1_2(text, value):
    assert data(text) == value
    assert type(data(text)) is type(value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            b"[" * 100_000, "f.yml:1:1: 100000 bytes, more than 65536 - split the file", id="100 kB of brackets"
        ),
        pytest.param(b"a" * 10_000_000, "f.yml:1:1: 10000000 bytes, more than 65536 - split the file", id="10 MB"),
        pytest.param(
            b"#" * (MAX_BYTES + 1), "f.yml:1:1: 65537 bytes, more than 65536 - split the file", id="64 KiB and one"
        ),
        pytest.param(b"[" * MAX_BYTES, "f.yml:1:14: nested deeper than 12 - flatten it", id="64 KiB of brackets"),
        pytest.param(b"{a: " * 16_000, "f.yml:1:53: nested deeper than 12 - flatten it", id="64 KB of braces"),
        pytest.param(b"- " * 13 + b"x", "f.yml:1:27: nested deeper than 12 - flatten it", id="thirteen levels"),
        pytest.param(b"? " * 100 + b"x", "f.yml:1:3: a key must be a plain word", id="keys in keys"),
        pytest.param(
            b"[x" + b",x" * 10_000, "f.yml:1:20000: more than 10000 values - split the file", id="10,001 values"
        ),
        pytest.param(
            b"a: &x 1\nb: *x", "f.yml:1:4: anchors and aliases are not taken - write the value out", id="an anchor"
        ),
        pytest.param(
            b"&x\na: 1", "f.yml:1:1: anchors and aliases are not taken - write the value out", id="an anchored file"
        ),
        pytest.param(
            b"a: *x", "f.yml:1:4: anchors and aliases are not taken - write the value out", id="an alias of nothing"
        ),
        pytest.param(
            b"a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]",
            "f.yml:1:4: anchors and aliases are not taken - write the value out",
            id="a billion laughs",
        ),
        pytest.param(b"*x : 1", "f.yml:1:1: a key must be a plain word", id="an alias for a key"),
        *(
            pytest.param(text, f"f.yml:{place}: anchors and tags are not taken - write the plain key", id=sentence)
            for sentence, text, place in (
                ("an anchored key", b"&x a: 1", "1:1"),
                ("an anchored key within", b"a: {&x b: 1}", "1:5"),
                ("a key with a tag", b"!!str a: 1", "1:1"),
                ("a key with a tag that builds", b"!!python/name:os.system a: 1", "1:1"),
                ("a key with a tag of nothing", b"! a: 1", "1:1"),
                ("a question of a key with a tag", b"? !!int 3\n: x", "1:3"),
            )
        ),
        pytest.param(b"a: {<<: {b: 1}}", "f.yml:1:5: merge keys are not taken - write the keys out", id="a merge key"),
        pytest.param(
            b"a: !!python/object:os.system x",
            "f.yml:1:4: tag tag:yaml.org,2002:python/object:os.system is not taken - write the plain value",
            id="a tag that builds",
        ),
        pytest.param(b"! a", "f.yml:1:1: tag ! is not taken - write the plain value", id="a tag of nothing"),
        pytest.param(
            b"a: !!binary eA==",
            "f.yml:1:4: tag tag:yaml.org,2002:binary is not taken - write the plain value",
            id="binary",
        ),
        pytest.param(b"a: 1\nb: 2\na: 3", "f.yml:3:1: key 'a' stands twice - keep one", id="a key twice"),
        pytest.param(
            b"x: {a: 1, 'a': 3}", "f.yml:1:11: key 'a' stands twice - keep one", id="a key twice, once quoted"
        ),
        pytest.param(
            (b"k" * 400 + b": 1\n") * 2,
            f"f.yml:2:1: key '{'k' * 294}… - keep one",
            id="a long key twice, cut",
        ),
        pytest.param(
            b"!" + b"x" * 400 + b" a",
            f"f.yml:1:1: tag !{'x' * 294}… - write the plain value",
            id="a long tag, cut",
        ),
        pytest.param(b"[a]: b", "f.yml:1:1: a key must be a plain word", id="a list for a key"),
        pytest.param(
            b"a: 1\n---\nb: 2", "f.yml:2:1: a second document - keep one document in a file", id="two documents"
        ),
        pytest.param(
            b"---\n---\n", "f.yml:2:1: a second document - keep one document in a file", id="two empty documents"
        ),
        pytest.param(b"\xff", "f.yml:1:1: is not UTF-8 at byte 0", id="bytes that are not UTF-8"),
        pytest.param("ä: 1".encode("utf-16"), "f.yml:1:1: is not UTF-8 at byte 0", id="UTF-16"),
        pytest.param(b"a: \xed\xa0\x80", "f.yml:1:1: is not UTF-8 at byte 3", id="an encoded lone surrogate"),
        pytest.param(b"a: \0", "f.yml:1:1: not YAML: control characters are not allowed", id="NUL"),
        pytest.param(
            b"a: \x1b[31m", "f.yml:1:1: not YAML: control characters are not allowed", id="an escape sequence"
        ),
        pytest.param(b"a: [", "f.yml:2:1: not YAML: did not find expected node content", id="an open bracket"),
        pytest.param(
            b"a: b: c", "f.yml:1:5: not YAML: mapping values are not allowed in this context", id="two colons"
        ),
        pytest.param(b"a:\n\tb: 1", "f.yml:2:1: not YAML: found character that cannot start any token", id="a tab"),
        pytest.param(
            b"a: @ann", "f.yml:1:4: not YAML: found character that cannot start any token", id="a bare mention"
        ),
        pytest.param(
            rb'a: "\ud800"',
            "f.yml:1:7: not YAML: found invalid Unicode character escape code",
            id="an escaped surrogate",
        ),
        pytest.param(
            b"a: 1\n...\nb", "f.yml:3:1: not YAML: did not find expected <document start>", id="text after the end"
        ),
    ],
)
def test_hostile_yaml_is_refused_at_its_place(text, message):
    assert problems(read_yaml, "f.yml", text) == [message]


def test_every_value_has_a_place():
    assert read_yaml("f.yml", b"version: 1\nclasses:\n  - id: a\n    owners: [x, y]\n").places == {
        (): (1, 1),
        ("version",): (1, 1),
        ("classes",): (2, 1),
        ("classes", 0): (3, 5),
        ("classes", 0, "id"): (3, 5),
        ("classes", 0, "owners"): (4, 5),
        ("classes", 0, "owners", 0): (4, 14),
        ("classes", 0, "owners", 1): (4, 17),
    }


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
                "f.yml:7:5: classes.crash.threshold: input should be greater than or equal to 1",
                'f.yml:6:5: classes.crash.owner: unknown key - write "owners"',
                'f.yml:3:1: explane: unknown key - write "explain"',
            ],
            id="several mistakes at once",
        ),
        pytest.param(
            "version: 1\nzzz: 1",
            ["f.yml:2:1: zzz: unknown key - allowed: classes, explain, extends, mode, needs-triage, version"],
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
    assert problems(checked, text, Config) == messages


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
            [r"f.yml:12:17: rules[0].when.word[1]: string should match pattern '\S'"],
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
                "f.yml:12:15: rules[0].when.any[0].word: must be a list, is the number 1",
                "f.yml:12:26: rules[0].when.zz: unknown key - allowed: any",
            ],
            id="a key beside a tree",
        ),
        pytest.param(
            'match: ["Traceback (most recent call last)"]',
            "match: [404]",
            ['f.yml:14:15: rules[0].tests.match[0]: must be a text, is the number 404 - write "404"'],
            id="a list is not too short beside its refused items",
        ),
        pytest.param(
            'match: ["Traceback (most recent call last)"]',
            "match: []",
            ["f.yml:14:7: rules[0].tests.match: tuple should have at least 1 item after validation, not 0"],
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
    assert old in RULES
    assert problems(checked, RULES.replace(old, new), RuleFile) == messages


def test_a_hundred_mistakes_are_enough():
    text = "version: 1\n" + "".join(f"k{number}: 1\n" for number in range(500))
    assert len(problems(checked, text, Config)) == MAX_PROBLEMS


def test_a_good_rule_file_is_read():
    assert [rule.id for rule in checked(RULES, RuleFile).rules] == ["crash.trace"]


def test_a_rule_is_proven_by_its_samples(packs):
    assert list(chain.from_iterable(prove(packs, name) for name in ("general", "ours"))) == []


def test_a_sample_that_contradicts_its_rule_is_named():
    text = RULES.replace("No trace", "A Traceback").replace('["Traceback (', '["nothing", "Traceback (')
    source = read_yaml("general/rules.yml", text.encode())
    found = prove(Packs({"general": ((source, check(source, RuleFile)),)}), "general")
    assert [str(problem) for problem in found] == [
        "general/rules.yml:14:15: rules[0].tests.match[0]: crash.trace: the rule does not match this sample",
        "general/rules.yml:15:18: rules[0].tests.no-match[0]: crash.trace: the rule matches this sample",
    ]


TWICE = RULES + RULES.partition("rules:\n")[2]


def proven(**texts):
    sources = [read_yaml(f"general/{name}.yml", text.encode()) for name, text in texts.items()]
    found = prove(Packs({"general": tuple((source, check(source, RuleFile)) for source in sources)}), "general")
    return [str(problem) for problem in found]


def test_a_rule_id_that_stands_twice_in_a_file_is_named():
    again = "general/a.yml:16:5: rules[1].id: crash.trace stands twice in this pack - rename one"
    assert proven(a=TWICE) == [again]
    assert proven(a=TWICE.replace("- id: crash.trace", "- id: crash.two", 1)) == []


def test_a_rule_id_that_stands_in_two_files_of_a_pack_is_named():
    assert proven(a=RULES, b=RULES) == [
        "general/b.yml:9:5: rules[0].id: crash.trace stands twice in this pack - rename one"
    ]


def test_a_rule_id_that_stands_twice_with_another_condition_is_named():
    other = RULES.replace("regex: Traceback", "regex: Panic").replace('"Traceback', '"Panic')
    assert proven(a=RULES, b=other) == [
        "general/b.yml:9:5: rules[0].id: crash.trace stands twice in this pack - rename one"
    ]


def test_a_rule_id_may_stand_in_two_packs(packs):
    same = Packs({"general": packs.files["general"], "ours": packs.files["general"]})
    assert [*prove(same, "general"), *prove(same, "ours")] == []


def test_packs_are_loaded_with_every_problem_of_every_file(tmp_path):
    for name, text in {"a/x.yml": RULES, "a/y.yml": RULES, "b/z.yml": "version: 2", "b/no.txt": "?"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert problems(load_packs, tmp_path) == [
        "b/z.yml:1:1: version: 2 is not known - allowed: 1",
        "a/y.yml:9:5: rules[0].id: crash.trace stands twice in this pack - rename one",
    ]


def test_a_bad_pattern_is_named_at_its_rule():
    text = RULES.replace("Traceback\n", "(?=x)\n").replace("crash\n", "crush\n", 1)
    source = read_yaml("general/rules.yml", text.encode())
    packs = Packs({"general": ((source, check(source, RuleFile)),)})
    assert problems(packs.ruleset, Config(version=1)) == [
        "general/rules.yml:10:5: rules[0].class: there is no class 'crash' - classes: crush, hang",
        f"general/rules.yml:11:5: rules[0].when: {LOOK_AHEAD}",
    ]


def test_without_a_file_the_deployments_default_holds(packs):
    assert packs.read_config(None, Mode.ENFORCE) == Config(version=1, mode=Mode.ENFORCE)


def test_a_file_that_says_nothing_observes_whatever_the_default(packs):
    assert packs.read_config("version: 1", Mode.ENFORCE) == Config(version=1, mode=Mode.OBSERVE)


def test_a_configuration_is_read(packs):
    text = "version: 1\nmode: enforce\nextends: [ours]\nneeds-triage: triage\nclasses:\n  boom: {owners: ['@bob']}\n"
    config = packs.read_config(text, Mode.OFF)
    assert (config.mode, config.extends, config.needs_triage) == (Mode.ENFORCE, ("ours",), "triage")
    assert packs.ruleset(config).classes["boom"].owners == ("bob",)


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        pytest.param(
            "version: 1\nextends: [general, genral, zzz]\n",
            [
                ".github/burndown.yml:2:20: extends[1]: there is no pack 'genral' - write \"general\"",
                ".github/burndown.yml:2:28: extends[2]: there is no pack 'zzz' - allowed: general, ours",
            ],
            id="unknown packs",
        ),
        pytest.param(
            "version: 1\nclasses:\n  crahs: {}\n  hang: {}\n  zzz: {}\n",
            [
                ".github/burndown.yml:3:3: classes.crahs: there is no class 'crahs' - write \"crash\"",
                ".github/burndown.yml:5:3: classes.zzz: there is no class 'zzz' - allowed: crash, hang",
            ],
            id="unknown classes",
        ),
        pytest.param(
            "version: 1\nmode: o\ud800f\n",
            [".github/burndown.yml:2:1: mode: 'o?f' is not known - write \"off\""],
            id="a lone surrogate",
        ),
    ],
)
def test_a_configuration_that_names_the_unknown_is_refused(packs, text, messages):
    assert problems(packs.read_config, text, Mode.OBSERVE) == messages


def test_what_is_in_force_is_compiled_once(packs):
    changed = Config.model_validate({"version": 1, "classes": {"crash": {"threshold": 9}}})
    assert packs.ruleset(Config(version=1)) is packs.ruleset(Config(version=1, mode=Mode.ENFORCE))
    assert packs.ruleset(changed).matcher is packs.ruleset(Config(version=1)).matcher
    assert packs.ruleset(changed).classes["crash"].threshold == 9
    assert packs.ruleset(Config(version=1)).classes["crash"].threshold == 5


def test_later_packs_join_earlier_ones(packs):
    both = packs.ruleset(Config(version=1, extends=("general", "ours")))
    assert list(both.classes) == ["crash", "hang", "boom"]


@pytest.mark.parametrize(("which", "key"), [("rules", "rules"), ("config", "needs-triage")])
def test_editors_get_a_schema(which, key):
    schema = json_schema(which)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert key in schema["properties"]
    assert json.loads(json.dumps(schema)) == schema


def test_a_schema_is_made_once():
    """A hostile file has a hundred problems, and each looks into the schema."""
    assert json_schema("rules")["$defs"] is json_schema("rules")["$defs"]
