import pytest

from bot.core.config import Config
from bot.core.document.templates import boilerplate
from bot.core.model import Mode
from bot.core.policy import Files, Policy
from bot.core.rules.entries import RuleFile
from bot.core.rules.ruleset import compile_ruleset
from bot.rulefiles import Packs, check, load_packs, on_templates, prove, read_yaml, templates
from bot.rulefiles.packs import MAX_FILES
from bot.rulefiles.prove import trials
from tests.core.conftest import RULE_FILE, problems

OWN = ".github/burndown/rules/own.yml"


def read(file, text):
    source = read_yaml(file, text.encode())
    return source, check(source, RuleFile)


@pytest.fixture(scope="module")
def packs():
    texts = {"general": RULE_FILE, "ours": RULE_FILE.replace("crash", "boom").replace("hang", "stall")}
    return Packs({name: (read(f"{name}/rules.yml", text),) for name, text in texts.items()})


@pytest.fixture
def policy(packs):
    """What a configuration and rule files of a repository come to."""
    return lambda text=None, mode=Mode.OBSERVE, **files: packs.policy(Files(config=text, **files), mode)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "version: 1\nextends: [general, ours]\n",
        "version: 1\nextends: [ours, general]\ndisable: [stall, crash.trace]\n",
        "version: 1\nclasses:\n  crash: {owners: [bob], severity: S1, title: Broken}\n",
    ],
)
@pytest.mark.parametrize("own", ["", RULE_FILE.replace("title: Crash", "title: Ours")])
def test_the_outline_of_a_policy_is_known_without_its_rules(packs, policy, text, own):
    rules = {OWN: own} if own else {}
    outline = packs.outline(Files(config=text, rules=rules), Mode.ENFORCE)
    found = policy(text, Mode.ENFORCE, rules=rules).outline
    assert outline == found
    assert [*outline.classes] == [*found.classes]


def proven(**texts):
    files = tuple(read(f"general/{name}.yml", text) for name, text in texts.items())
    return [str(problem) for problem in prove(files, compile_ruleset(files))]


def test_a_rule_is_proven_by_its_samples():
    assert proven(a=RULE_FILE) == []


def test_a_sample_that_contradicts_its_rule_is_named():
    text = RULE_FILE.replace("No trace", "A Traceback").replace('["Traceback (', '["nothing", "Traceback (')
    assert proven(rules=text) == [
        "general/rules.yml:14:15: rules[0].tests.match[0]: crash.trace: the rule does not match this sample",
        "general/rules.yml:15:18: rules[0].tests.no-match[0]: crash.trace: the rule matches this sample",
    ]


@pytest.mark.parametrize("status", ["deprecated", "experimental"])
def test_only_a_deprecated_rule_need_not_be_proven(status):
    text = RULE_FILE.replace("No trace", "A Traceback").replace("class: crash", f"class: crash\n    status: {status}")
    assert (proven(a=text) == []) is (status == "deprecated")


@pytest.mark.parametrize(
    ("when", "sample"),
    [
        pytest.param("{word: x, in: title}", '"x\\ny"', id="the first line is the title"),
        pytest.param("{word: y, in: prose}", '"x\\ny"', id="the rest is the body"),
        pytest.param("{word: y, in: form.steps}", '"x\\n### Steps\\n\\ny"', id="the body is read as any other"),
        pytest.param("{is: bug, in: labels}", "{text: x, labels: [':bug: Bug']}", id="a label"),
        pytest.param("{is: owner, in: author.association}", "{text: x, association: OWNER}", id="who the author is"),
        pytest.param("{exists: false, in: author.association}", "{text: x}", id="nobody known"),
        pytest.param("{word: y, in: comments.author}", "{text: x, author-comments: y}", id="what the author said"),
        pytest.param(
            "{word: y, in: comments.maintainer}", "{text: x, maintainer-comments: y}", id="what a maintainer said"
        ),
    ],
)
def test_a_sample_may_say(when, sample):
    text = RULE_FILE.replace("regex: Traceback", when).replace('["Traceback (most recent call last)"]', f"[{sample}]")
    found = proven(a=text)
    assert not [each for each in found if ".match[0]" in each]


def test_every_sample_is_tried():
    files = (read("a.yml", RULE_FILE.replace('["No trace"]', '["No trace", "None", "A Traceback"]')),)
    found = [(each.path[-2:], each.expected, each.speaks, each.holds) for each in trials(files, compile_ruleset(files))]
    assert found == [
        (("match", 0), True, True, True),
        (("no-match", 0), False, False, True),
        (("no-match", 1), False, False, True),
        (("no-match", 2), False, True, False),
    ]


def test_a_rule_that_is_switched_off_is_not_tried():
    files = (read("a.yml", RULE_FILE),)
    assert list(trials(files, compile_ruleset(files, ["crash.trace"]))) == []


TWICE = RULE_FILE + RULE_FILE.partition("rules:\n")[2]
OTHER = RULE_FILE.replace("regex: Traceback", "regex: Panic").replace('"Traceback', '"Panic')


@pytest.mark.parametrize(
    ("texts", "messages"),
    [
        pytest.param(
            {"a": TWICE},
            ["general/a.yml:16:5: rules[1].id: crash.trace stands twice in these files - rename one"],
            id="a rule, in one file",
        ),
        pytest.param({"a": TWICE.replace("- id: crash.trace", "- id: crash.two", 1)}, [], id="two rules"),
        pytest.param(
            {"a": RULE_FILE, "b": OTHER},
            [
                "general/b.yml:3:5: classes[0].id: crash stands twice in these files - rename one",
                "general/b.yml:6:5: classes[1].id: hang stands twice in these files - rename one",
                "general/b.yml:9:5: rules[0].id: crash.trace stands twice in these files - rename one",
            ],
            id="classes and a rule, in two files",
        ),
        pytest.param(
            {"a": TWICE.replace("No trace", "A Traceback")},
            ["general/a.yml:16:5: rules[1].id: crash.trace stands twice in these files - rename one"],
            id="a rule whose samples are wrong as well",
        ),
        pytest.param(
            {"a": RULE_FILE.replace("id: crash.trace", "id: crash")}, [], id="not a class and a rule of one name"
        ),
    ],
)
def test_an_id_that_stands_twice_is_named(texts, messages):
    assert proven(**texts) == messages


def test_an_id_may_stand_in_two_packs(packs):
    (source, file), (_, other) = packs.files["general"][0], packs.files["general"][0]
    same = Packs({"general": ((source, file),), "ours": ((source, other),)})
    assert len(same.ruleset(Config(version=1, extends=("general", "ours"))).rules) == 1


TEMPLATE = "## Traceback\n\nPaste it here.\n"


@pytest.mark.parametrize(
    ("when", "score", "own", "packed"),
    [
        pytest.param("regex: Traceback", 5, True, False, id="it speaks on a template, which is masked"),
        pytest.param("{word: bug, in: title}", 5, True, True, id="it speaks on a title, which is not"),
        pytest.param("{word: Traceback, in: trace}", 5, False, False, id="it does not speak"),
        pytest.param("{not: {word: elsewhere}}", 5, True, True, id="it speaks on everything"),
        pytest.param("regex: Traceback", -5, False, False, id="it speaks against its class"),
        pytest.param("regex: Traceback", 0, False, False, id="it weighs nothing"),
    ],
)
def test_a_rule_is_named_when(when, score, own, packed):
    text = RULE_FILE.replace("regex: Traceback", when).replace("class: crash", f"class: crash\n    score: {score}")
    what = "crash.trace matches the repository's own issue template, so it would speak on every issue"
    for file, is_named in ((OWN, own), ("general/rules.yml", packed)):
        mask = boilerplate([TEMPLATE], [])
        policy = Policy(Config(version=1), compile_ruleset([read(file, text)]), mask)
        found = [str(each) for each in on_templates(policy, (("[BUG]", TEMPLATE), ("a bug", TEMPLATE)))]
        assert found == [f"{file}:12:5: rules[0].when: {what} - look for what a reporter adds"] * is_named


def test_packs_are_loaded_with_every_problem_of_every_file(tmp_path):
    for name, text in {"a/x.yml": RULE_FILE, "a/y.yml": RULE_FILE, "b/z.yml": "version: 2", "b/no.txt": "?"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert problems(load_packs, tmp_path) == [
        "b/z.yml:1:1: version: 2 is not known - allowed: 1",
        "a/y.yml:3:5: classes[0].id: crash stands twice in these files - rename one",
        "a/y.yml:6:5: classes[1].id: hang stands twice in these files - rename one",
        "a/y.yml:9:5: rules[0].id: crash.trace stands twice in these files - rename one",
    ]


def test_without_a_pack_nothing_starts(tmp_path):
    assert problems(load_packs, tmp_path) == [
        f"{tmp_path.name}:1:1: no rule files - set RULES_DIR to a directory of packs"
    ]


def test_packs_are_loaded_by_their_folders(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.yml").write_text(RULE_FILE, encoding="utf-8")
    assert [(name, entries[0][0].file) for name, entries in load_packs(tmp_path).files.items()] == [("a", "a/x.yml")]


def test_without_a_file_the_deployments_default_holds(policy):
    assert policy(None, Mode.ENFORCE).config == Config(version=1, mode=Mode.ENFORCE)


def test_a_file_that_says_nothing_observes_whatever_the_default(policy):
    assert policy("version: 1", Mode.ENFORCE).config == Config(version=1, mode=Mode.OBSERVE)


def test_a_configuration_is_read(policy):
    text = "version: 1\nmode: enforce\nextends: [ours]\nneeds-triage: triage\nclasses:\n  boom: {owners: ['@bob']}\n"
    found = policy(text, Mode.OFF)
    assert (found.config.mode, found.config.extends) == (Mode.ENFORCE, ("ours",))
    assert found.config.needs_triage == "triage"
    assert found.ruleset.classes["boom"].owners == ("bob",)


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
            "version: 1\ntranche: {since: 2026-W34, classes: [crash, crsh]}\n",
            [
                ".github/burndown.yml:2:45: tranche.classes[1]: there is no class 'crsh' - write \"crash\"",
            ],
            id="a class of a tranche",
        ),
        pytest.param(
            "version: 1\ndisable: [crash.trace, hang, crash.tracee, zzz]\n",
            [
                (
                    ".github/burndown.yml:2:30: disable[2]: there is no rule or class 'crash.tracee'"
                    ' - write "crash.trace"'
                ),
                (
                    ".github/burndown.yml:2:44: disable[3]: there is no rule or class 'zzz'"
                    " - allowed: crash, crash.trace, hang"
                ),
            ],
            id="unknown rules and classes",
        ),
        pytest.param(
            "version: 1\nclasses:\n  crash: {labels: [bug]}\n  hang: {labels: [slow, BUG]}\n",
            [
                (
                    ".github/burndown.yml:4:10: classes.hang.labels: label 'BUG' stands for 'crash' and for 'hang'"
                    " - use two labels"
                )
            ],
            id="one label for two classes",
        ),
        pytest.param(
            "version: 1\nmode: o\ud800f\n",
            [".github/burndown.yml:2:1: mode: 'o?f' is not known - write \"off\""],
            id="a lone surrogate",
        ),
    ],
)
def test_a_configuration_that_names_the_unknown_is_refused(policy, text, messages):
    assert problems(policy, text) == messages


def test_a_label_may_move_from_one_class_to_another():
    text = RULE_FILE.replace("title: Crash", "title: Crash\n    labels: [bug]")
    packs = Packs({"general": (read("general/rules.yml", text),)})
    moved = "version: 1\nclasses:\n  crash: {labels: [crash]}\n  hang: {labels: [bug]}\n"
    rules = packs.policy(Files(config=moved), Mode.OBSERVE).ruleset
    assert {name: each.id for name, each in rules.labels.items()} == {"crash": "crash", "bug": "hang"}
    freed = "version: 1\ndisable: [crash]\nclasses:\n  hang: {labels: [bug]}\n"
    rules = packs.policy(Files(config=freed), Mode.OBSERVE).ruleset
    assert {name: each.id for name, each in rules.labels.items()} == {"bug": "hang"}
    taken = "version: 1\nclasses:\n  hang: {labels: [bug]}\n"
    assert problems(packs.policy, Files(config=taken), Mode.OBSERVE) == [
        ".github/burndown.yml:3:10: classes.hang.labels: label 'bug' stands for 'crash' and for 'hang' - use two labels"
    ]


def test_a_repository_adds_and_replaces_rules(policy):
    own = RULE_FILE.replace("Traceback", "Panic").replace("title: Crash", "title: Absturz")
    rules = policy(rules={OWN: own}).ruleset
    assert rules.classes["crash"].title == "Absturz"
    assert [(each.source.file, each.entry.when.regex) for each in rules.rules] == [(OWN, ("Panic",))]
    assert rules.version != policy().ruleset.version


def test_a_repository_may_refer_to_classes_of_a_pack(policy):
    own = "version: 1\nrules:\n" + RULE_FILE.partition("rules:\n")[2].replace("crash.trace", "own.trace")
    assert [each.entry.id for each in policy(rules={OWN: own}).ruleset.rules] == ["crash.trace", "own.trace"]


def test_the_problems_of_all_files_of_a_repository_are_told_at_once(policy):
    rules = {f"{OWN}1": "version: 2", f"{OWN}2": "vershun: 1\nversion: 1", f"{OWN}3": RULE_FILE}
    assert problems(lambda: policy("mode: on", rules=rules)) == [
        f"{OWN}1:1:1: version: 2 is not known - allowed: 1",
        f'{OWN}2:1:1: vershun: unknown key - write "version"',
        ".github/burndown.yml:1:1: version: is missing - add version:",
        ".github/burndown.yml:1:1: mode: 'on' is not known - allowed: enforce, observe, off",
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param(
            "No trace",
            "Traceback",
            "15:18: rules[0].tests.no-match[0]: crash.trace: the rule matches this sample",
            id="a sample",
        ),
        pytest.param(
            "class: crash",
            "class: crush",
            "10:5: rules[0].class: there is no class 'crush' - write \"crash\"",
            id="an unknown class",
        ),
        pytest.param(
            "regex: Traceback",
            "vocab: dbs",
            "11:5: rules[0].when: crash.trace: there is no vocabulary 'dbs' - allowed: ",
            id="an unknown vocabulary",
        ),
    ],
)
def test_the_rules_of_a_repository_are_proven(policy, old, new, message):
    assert problems(lambda: policy(rules={OWN: RULE_FILE.replace(old, new)})) == [f"{OWN}:{message}"]


def test_look_around_is_refused_with_a_word_on_it(policy):
    what = "RE2 does not take it: invalid perl operator: (?<!"
    assert problems(lambda: policy(rules={OWN: RULE_FILE.replace("Traceback\n", "(?<!x)y\n")})) == [
        f"{OWN}:11:5: rules[0].when: crash.trace: {what} - no look-around: put what must not be there under not:"
    ]


def test_no_more_than_fifty_files_are_taken(policy):
    empty = {f"{OWN}{number}": "version: 1" for number in range(MAX_FILES + 1)}
    place = ".github/burndown/rules:1:1"
    assert problems(lambda: policy(rules=empty)) == [f"{place}: more than 50 rule files - put rules together"]
    del empty[f"{OWN}0"]
    assert policy(rules=empty).ruleset.classes


def test_what_is_in_force_is_compiled_once(packs, policy):
    changed = Config.model_validate({"version": 1, "classes": {"crash": {"threshold": 9}}})
    assert packs.ruleset(Config(version=1)) is packs.ruleset(Config(version=1, mode=Mode.ENFORCE))
    assert packs.ruleset(changed).engine is packs.ruleset(Config(version=1)).engine
    assert packs.ruleset(changed).classes["crash"].threshold == 9
    assert packs.ruleset(Config(version=1)).classes["crash"].threshold == 5
    assert policy(rules={OWN: RULE_FILE}).ruleset is policy(rules={OWN: RULE_FILE}).ruleset
    assert policy(rules={OWN: RULE_FILE}).ruleset is not policy(rules={OWN: RULE_FILE + "# more"}).ruleset


def test_later_packs_join_earlier_ones(packs):
    both = packs.ruleset(Config(version=1, extends=("general", "ours")))
    assert list(both.classes) == ["crash", "hang", "boom", "stall"]


def test_a_policy_has_the_repositorys_owners_and_boilerplate(policy):
    plain = policy()
    assert plain.codeowners is None
    found = policy(codeowners="* @ann", templates={".github/ISSUE_TEMPLATE/bug.md": "## What happened\n"})
    assert found.codeowners.lines
    assert found.boilerplate.has("## What happened")
    assert not plain.boilerplate.has("## What happened")


def test_templates_are_texts_and_forms_and_a_broken_form_is_none():
    files = Files(
        templates={"a.md": "## A", "b.yml": "body: []", "c.yaml": "[", "d.yml": "- x", "e.yml": "body: &a [*a]"}
    )
    assert templates(files) == (["## A"], [{"body": []}])


def test_a_broken_form_hinders_nothing(policy):
    assert policy(templates={"a.yml": "[" * 1000}).ruleset.rules
