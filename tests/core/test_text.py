import re
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.decide import NOBODY
from bot.core.document.segments import read_document
from bot.core.model import Asked, Orders
from bot.core.people.commands import Role, usage
from bot.core.people.orders import hear
from bot.core.people.owners import Outcome, People, Reason, choose, code_owners
from bot.core.rules.classify import classify
from bot.core.text import issues as text
from bot.core.text.issues import content_hash, explanation, is_ours
from tests.core.conftest import NOW
from tests.core.inert import HOSTILE, alive


@pytest.mark.parametrize(
    ("sentence", "line"),
    [
        (text.label_refused("a|b"), "label `a│b`: a person removed it"),
        (text.frozen("label", "@x"), "label `@x`: another bot keeps removing it"),
        (text.frozen("assignee", "ann"), "assignee `ann`: another bot keeps removing it"),
        (text.assignee_refused("ann"), "assignee `ann`: a person unassigned them"),
        (
            text.assignee_dropped("ann"),
            "assignee `ann`: GitHub did not accept them (they need access to the repository)",
        ),
        (text.has_owner("@ann"), "assignees: somebody else chose `@ann`"),
        (
            text.not_assigned(Reason("octo/core", Outcome.NAMED)),
            "team `octo/core`: its members may not be read, and GitHub assigns people, not teams",
        ),
        (
            text.not_assigned(Reason("ann", Outcome.OVER)),
            "owner `ann`: more than 10 people are named, and GitHub assigns no more",
        ),
        (
            text.not_assigned(Reason("a@b.example", Outcome.MAIL)),
            "owner `a@b.example`: CODEOWNERS names a mail address, and GitHub assigns logins",
        ),
        (
            text.not_assigned(Reason("codeowners", Outcome.NOBODY)),
            "codeowners: no file of the stack trace has an owner",
        ),
        (text.not_assigned(Reason("ann", Outcome.WAITS)), "owner `ann`: it is another one's turn"),
        (text.not_assigned(Reason("@ann")), "owner `@ann`"),
        (text.no_room(("ann", "b|c")), "assignees `ann`, `b│c`: the issue has as many as GitHub takes"),
        (text.paused(datetime(2026, 8, 24, 9, 5, tzinfo=UTC)), "paused by a person until 2026-08-24 09:05 UTC"),
    ],
)
def test_a_reason_quotes_its_names(sentence, line):
    assert sentence == line


CLASSES = {
    "crash": {"severity": "S2", "owners": ["ann", "@octo/core"], "labels": ["defect: crash"]},
    "docs": {"defect": False, "title": "Documentation", "labels": ["docs"]},
    "hang": {"labels": ["defect: hang"]},
}
RULES = {
    "crash.trace": {"class": "crash", "when": {"regex": "Traceback.*"}, "score": 7},
    "crash.not": {"class": "crash", "when": {"regex": "harmless"}, "score": -1},
    "crash.trial": {"class": "crash", "when": {"regex": "Traceback"}, "score": 9, "status": "experimental"},
    "docs.word": {"class": "docs", "when": {"regex": "typo"}, "score": 5},
    "hang.word": {"class": "hang", "when": {"regex": "stuck"}, "score": 3},
    "hang.not": {"class": "hang", "when": {"regex": "unstuck"}, "score": -2},
    "docs.absent": {"class": "docs", "when": {"all": [{"regex": "typo"}, {"not": {"regex": "code"}}]}, "score": 1},
    "hang.absent": {"class": "hang", "when": {"not": {"regex": "[a-z]"}}, "score": 5},
}


@pytest.fixture
def explain(ruleset):
    """The explanation of a title and a body; of the classes that a person chose, where some are named."""
    rules = ruleset(CLASSES, RULES)

    def build(title, body="", by_person=(), owners=(), rotate="none", people=NOBODY, *, left_alone=False):
        found = classify(read_document(title, body), rules)
        classes = by_person or ([found.primary] if found.primary else [])
        in_force = tuple(rules.classes[id_] for id_ in classes)
        owners = owners or tuple(owner for each in in_force for owner in each.owners)
        chosen = choose(owners, rotate, people, paths=("/app/src/io.py",), now=NOW, number=3)
        said = explanation(found, in_force, chosen, by_person=bool(by_person), left_alone=left_alone)
        return said.replace(rules.version, "VERSION")

    return build


CHOSEN = "set by a person. The rules say:"
LAST = (
    "A label or assignee that you change stays as you leave it. "
    "Rules version `VERSION`; configuration `.github/burndown.yml`."
)


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        pytest.param(
            ("Traceback (most recent", "stuck"),
            [
                "**Crash (`crash`)**: 7 points, 5 are needed, severity S2.",
                "",
                "| points | rule | seen in | text |",
                "| ---: | --- | --- | --- |",
                "| +7 | `crash.trace` | title | `Traceback (most recent` |",
                "| +3 | `hang.word` | prose | `stuck` |",
                "",
                "Others considered: `hang` 3.",
                "",
                "Owner by configuration: `ann`, `octo/core`.",
                "",
                LAST,
            ],
            id="a defect, its evidence, the runner-up and the owners",
        ),
        pytest.param(
            ("typo",),
            [
                "**Documentation (`docs`)**: 6 points, 5 are needed.",
                "",
                "| points | rule | seen in | text |",
                "| ---: | --- | --- | --- |",
                "| +5 | `docs.word` | title | `typo` |",
                "| +1 | `docs.absent` | title | `typo` |",
                "",
                LAST,
            ],
            id="no defect has no severity",
        ),
        pytest.param(
            ("hello",),
            ["**Needs triage**: no rule speaks for any class. A person decides.", "", LAST],
            id="nothing to go by",
        ),
        pytest.param(
            ("Traceback", "harmless unstuck"),
            [
                "**Crash (`crash`)**: 6 points, 5 are needed, severity S2.",
                "",
                "| points | rule | seen in | text |",
                "| ---: | --- | --- | --- |",
                "| +7 | `crash.trace` | title | `Traceback` |",
                "| +3 | `hang.word` | prose | `stuck` |",
                "| -1 | `crash.not` | prose | `harmless` |",
                "",
                "Others considered: `hang` 1.",
                "",
                "Owner by configuration: `ann`, `octo/core`.",
                "",
                LAST,
            ],
            id="what speaks against the winner is shown, what speaks against others is not",
        ),
        pytest.param(
            ("stuck",),
            [
                "**Needs triage**: hang has 3 points of the 5 that it needs. A person decides.",
                "",
                "| points | rule | seen in | text |",
                "| ---: | --- | --- | --- |",
                "| +3 | `hang.word` | title | `stuck` |",
                "",
                LAST,
            ],
            id="an abstention with what it has",
        ),
        pytest.param(
            ("...",),
            [
                "**Hang (`hang`)**: 5 points, 5 are needed, severity S3.",
                "",
                "| points | rule | seen in | text |",
                "| ---: | --- | --- | --- |",
                "| +5 | `hang.absent` | - | - |",
                "",
                LAST,
            ],
            id="what is absent has no place",
        ),
        pytest.param(
            ("Traceback", "", ["docs", "hang"]),
            [
                f"**Documentation (`docs`), Hang (`hang`)**: {CHOSEN} `crash`, 7 points, 5 are needed.",
                "",
                "| points | rule | seen in | text |",
                "| ---: | --- | --- | --- |",
                "| +7 | `crash.trace` | title | `Traceback` |",
                "",
                "Others considered: `crash` 7.",
                "",
                LAST,
            ],
            id="a person's choice and what the rules say",
        ),
        pytest.param(
            ("hello", "", ["hang"]),
            ["**Hang (`hang`)**: set by a person. The rules say: no rule speaks for any class.", "", LAST],
            id="a person's choice where the rules are silent",
        ),
    ],
)
def test_the_explanation_says(explain, arguments, lines):
    marker, *said = explain(*arguments).split("\n")
    assert said == lines
    assert re.fullmatch(r"<!-- burndown:explanation [0-9a-f]{16} -->", marker)


OWNED = People({"octo/core": ("Bob", "ann")}, codeowners=code_owners("*\n/src/ @cleo @octo/core\n"))


@pytest.mark.parametrize(
    ("owners", "rotate", "people", "line"),
    [
        pytest.param(("ann", "bob"), "none", NOBODY, "`ann`, `bob`", id="people"),
        pytest.param(("octo/core",), "none", NOBODY, "`octo/core`", id="a team that may not be read"),
        pytest.param(
            ("octo/core",), "none", OWNED, "`ann` (team `octo/core`), `Bob` (team `octo/core`)", id="a team's members"
        ),
        pytest.param(
            ("codeowners",),
            "none",
            OWNED,
            "`cleo` (CODEOWNERS line 2, `/src/`, for `src/io.py`),"
            " `ann` (CODEOWNERS line 2, `/src/`, for `src/io.py`),"
            " `Bob` (CODEOWNERS line 2, `/src/`, for `src/io.py`)",
            id="code owners, with the line that names them",
        ),
        pytest.param(("ann", "bob"), "weekly", NOBODY, "`ann`, `bob`; one of them in turn", id="people in turn"),
        pytest.param(("ann",), "weekly", NOBODY, "`ann`", id="one in turn"),
    ],
)
def test_an_explanation_names_the_owners_with_the_rule_that_named_them(explain, owners, rotate, people, line):
    said = explain("Traceback", owners=owners, rotate=rotate, people=people)
    assert f"\nOwner by configuration: {line}.\n" in said


def test_whose_turn_it_is_does_not_change_the_text(ruleset):
    compiled = ruleset(CLASSES, RULES)
    found = classify(read_document("Traceback", ""), compiled)
    weeks = [NOW, NOW + timedelta(days=7)]
    chosen = [choose(("ann", "bob"), "weekly", NOBODY, paths=(), now=week, number=3) for week in weeks]
    assert chosen[0].assign != chosen[1].assign
    said = {explanation(found, (compiled.classes["crash"],), each, by_person=False) for each in chosen}
    assert len(said) == 1


def test_what_was_taken_back_is_said_first(explain):
    _, first, empty, verdict, *_ = explain("Traceback", left_alone=True).split("\n")
    assert first == ("What was done here was taken back; nothing follows from the verdict until `/burndown recheck`.")
    assert (empty, verdict) == ("", "**Crash (`crash`)**: 7 points, 5 are needed, severity S2.")


def test_the_same_verdict_has_the_same_text(explain):
    assert explain("Traceback", "stuck") == explain("Traceback", "stuck")
    assert content_hash(explain("Traceback")) == content_hash(explain("Traceback", "more words that no rule reads"))


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(("Traceback here",), id="another text was seen"),
        pytest.param(("", "Traceback"), id="it was seen elsewhere"),
        pytest.param(("Traceback", "", ["crash"]), id="a person said so"),
        pytest.param(("Traceback", "stuck"), id="another class came close"),
        pytest.param(("Traceback", "", (), ("cleo",)), id="another owner"),
        pytest.param(("Traceback", "", (), (), "weekly", OWNED), id="a team became readable"),
    ],
)
def test_another_verdict_has_another_hash(explain, other):
    assert content_hash(explain("Traceback")) != content_hash(explain(*other))


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_an_explanation_of_a_hostile_issue_is_inert(explain, hostile):
    said = explain(f"Traceback {hostile}")
    found, cells = alive(said.partition("\n")[2])
    assert found == []
    assert set(cells) == {4}


def test_an_explanation_shows_ten_findings(ruleset):
    rules = {f"crash.r{n}": {"class": "crash", "when": {"regex": "x"}, "score": 5} for n in range(30)}
    compiled = ruleset(CLASSES, rules)
    chosen = choose((), "none", NOBODY, paths=(), now=NOW, number=3)
    found = classify(read_document("x", ""), compiled)
    said = explanation(found, (compiled.classes["crash"],), chosen, by_person=False)
    assert said.count("| +5 |") == 10


def test_our_comment_is_known_by_its_marker(explain):
    said = explain("Traceback")
    assert is_ours(said)
    assert len(content_hash(said)) == 16
    assert content_hash(said.replace("\n", "\r\n")) == content_hash(said)


@pytest.mark.parametrize(
    ("comment", "ours", "hashed"),
    [
        pytest.param("", False, "", id="nothing"),
        pytest.param("me too", False, "", id="talk"),
        pytest.param("<!-- other:marker 0123 -->\nx", False, "", id="another bot's marker"),
        pytest.param("> <!-- burndown:explanation 0123 -->", False, "", id="our marker, quoted"),
        pytest.param("x <!-- burndown:explanation 0123 -->", False, "", id="our marker, later"),
        pytest.param("<!-- burndown:explanation -->", True, "", id="our marker without its hash"),
        pytest.param("<!-- burndown:explanation", False, "", id="our marker, cut"),
        pytest.param("<!-- burndown:explanation 0123 more -->", True, "", id="our marker with more in it"),
        pytest.param("<!-- burndown:explanations 0123 -->", False, "", id="a longer marker"),
        pytest.param("<!-- burndown:explanation 0123 -->", True, "0123", id="our marker alone"),
    ],
)
def test_a_foreign_comment_is_told_apart(comment, ours, hashed):
    assert is_ours(comment) is ours
    assert content_hash(comment) == hashed


@pytest.fixture
def replied(ruleset):
    """What is answered to a comment."""
    rules = ruleset(CLASSES, RULES)

    def build(body, role="read"):
        asked = Asked("IC_1", body, "ann", Role(role), NOW)
        return text.reply(asked, hear(Orders(), asked, rules))

    return build


@pytest.mark.parametrize(
    ("body", "line"),
    [
        pytest.param(
            "/burndown undo",
            "`/burndown undo` was not run: it needs the role triage in this repository, yours is read.",
            id="who may not",
        ),
        pytest.param(
            "/burndown clas crash",
            "`/burndown clas crash` was not understood - write `/burndown class <id>`.",
            id="a command with a slip",
        ),
        pytest.param(
            "/burndown @octocat <b>|`x",
            "``/burndown @octocat <b>│`x`` was not understood - write `/burndown help`.",
            id="what is no command, inert",
        ),
    ],
)
def test_a_command_that_was_not_run_is_answered(replied, body, line):
    marker, *lines = replied(body).split("\n")
    assert re.fullmatch(r"<!-- burndown:reply [0-9a-f]{16} -->", marker)
    assert lines == [line]


def test_a_class_that_there_is_not_is_answered_with_the_one_that_is_meant(replied):
    said = replied("/burndown class crahs\n/burndown not zzz", role="triage")
    assert said.split("\n")[1:] == [
        "`/burndown class crahs` was not understood - write `/burndown class crash`.",
        "`/burndown not zzz` was not understood - write `/burndown not crash or docs or hang`.",
    ]


def test_help_lists_every_command(replied):
    _, head, rule, *rows = replied("/burndown help").split("\n")
    assert (head, rule) == ("| command | what it does | who may |", "| --- | --- | --- |")
    assert len(rows) == len(usage())
    assert "| `/burndown why` | explain the present verdict | anybody |" in rows
    assert "| `/burndown undo` | take back what the bot did last here | role triage and above |" in rows


def test_help_is_a_table_after_what_was_not_understood(replied):
    found, cells = alive(replied("/burndown zzz @octocat\n/burndown help").partition("\n")[2])
    assert (found, set(cells)) == ([], {3})


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_an_answer_to_a_hostile_command_is_inert(replied, hostile):
    said = replied("/burndown " + " ".join(hostile.split()) + "\n/burndown help")
    found, cells = alive(said.partition("\n")[2])
    assert found == []
    assert set(cells) == {3}


def test_an_answer_is_found_again_by_what_it_answers(replied):
    key = text.reply_key("IC_1", ("/burndown undo",))
    assert text.reply_key_of(replied("/burndown undo")) == key
    assert text.reply_key_of(replied("/burndown undo").replace("\n", "\r\n")) == key
    others = [text.reply_key("IC_2", ("/burndown undo",)), text.reply_key("IC_1", ("/burndown undo", "/burndown why"))]
    assert key not in others


def test_an_answer_is_no_explanation(replied, explain):
    assert not is_ours(replied("/burndown help"))
    assert text.reply_key_of(explain("Traceback")) == ""
