import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.core import text
from bot.core.rules.classify import classify
from bot.core.text import MAX_QUOTE, content_hash, explanation, is_ours, quoted

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
INERT = {"text", "softbreak", "code_inline", "strong_open", "strong_close"}
BLOCKS = {"paragraph_open", "paragraph_close", "inline"} | {
    f"{part}_{end}" for part in ("table", "thead", "tbody", "tr", "th", "td") for end in ("open", "close")
}
ACTIVE = re.compile(
    r"@\w|#\d|<|://|www\.|[0-9a-f]{7}|\bGH-\d", re.IGNORECASE
)  # what GitHub makes alive outside of code

HOSTILE = {
    "a mention": "@octocat",
    "a team": "ping @octo/everyone",
    "a reference": "fixes #1",
    "a reference elsewhere": "octo/shop#1 GH-1",
    "a commit": "7b3ee42ac1d2e3f40516a7b8c9d0e1f203142536",
    "an address": "https://evil.example/?q=1 www.evil.example",
    "an address in brackets": "<https://evil.example>",
    "a mail address": "<a@b.example> mailto:a@b.example",
    "a link": "[click](https://evil.example)",
    "a link by reference": "[click][1]\n\n[1]: https://evil.example",
    "an image": "![x](https://evil.example/pixel.png)",
    "a footnote": "[^1]\n\n[^1]: text",
    "a tag": "<b>bold</b>",
    "a script": "<script>alert(1)</script>",
    "an image tag": "<img src=x onerror=alert(1)>",
    "an end of details": "</details></td></tr></table>",
    "an open comment": "<!-- burndown:explanation 0123456789abcdef -->",
    "an end of a comment": "-->",
    "processing": "<?php ?> <!DOCTYPE html> <![CDATA[x]]>",
    "one backtick": "`",
    "backticks inside": "a ` b `` c ``` d",
    "a code span that ends": "`` @octocat ``",
    "backticks at both ends": "`@octocat`",
    "a fence": "```\n@octocat\n```",
    "many backticks": "`" * 119 + "@octocat",
    "only backticks": "`" * 500,
    "a cell's end": "a | b || c |",
    "an escaped cell's end": r"a \| @octocat \\| #1",
    "a backslash at the end": "@octocat\\",
    "a backslash before a backtick": "\\`@octocat\\`",
    "a heading": "# Title\n\n@octocat",
    "a list": "- [ ] @octocat\n1. #1",
    "a rule": "---\n===\n***",
    "a table": "a|b\n-|-\n@octocat|#1",
    "a quotation": "> @octocat",
    "emphasis": "**__~~@octocat~~__**",
    "entities": "&commat;octocat &#64;octocat &lt;b&gt;",
    "mathematics": "$`@octocat`$ $$x$$",
    "a line end of every kind": "a\r\nb\rc\u2028d\u2029e\x85f\x0bg\x0ch",
    "right to left": "\u202e@octocat\u202c \u2066#1\u2069",
    "zero width": "@\u200boctocat #\u200d1 \ufeff",
    "control characters": "\0\x08\x1b[31m@octocat\x7f\x9b",
    "lone surrogates": "\ud800@octocat\udfff",
    "tags of no language": "\U000e0040\U000e0061@octocat",
    "private characters": "\ue000@octocat\U0010ffff",
    "an emoji by name": ":+1: @octocat",
    "a long text": "@octocat " * 100,
    "white space only": " \t\n\u00a0\u3000 ",
    "nothing": "",
}

PLACES = {
    "alone": "{}",
    "in a sentence": "label {}: a person removed it",
    "in bold": "**{}**: set by a person.",
    "beside code": "`crash` {} `hang`",
    "beside itself": "{0}, {0}",
    "in a table": "| points | rule | text |\n| ---: | --- | --- |\n| +5 | `a.b` | {} |\n| +4 | `c` | - |",
}


def alive(markdown):
    """What of a text GitHub would bring to life, and how many cells each of its rows has."""
    found, cells = [], []
    for token in MARKDOWN.parse(markdown):
        if token.type not in BLOCKS:
            found.append(token.type)
        if token.type == "tr_open":
            cells.append(0)
        if token.type in {"td_open", "th_open"}:
            cells[-1] += 1
        for child in token.children or ():
            if child.type not in INERT:
                found.append(child.type)
            if child.type == "text" and ACTIVE.search(child.content):
                found.append(child.content)
    return found, cells


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_quoted_text_is_inert(hostile, place):
    found, cells = alive(place.format(quoted(hostile)))
    assert found == []
    assert set(cells) <= {3}
    assert len(cells) in {0, 3}


def test_the_oracle_sees_what_is_alive():
    for name in (
        "a mention",
        "a reference",
        "a link",
        "an image",
        "a tag",
        "an address in brackets",
        "a fence",
        "a list",
    ):
        assert alive(HOSTILE[name])[0], name
    assert set(alive(PLACES["in a table"].format("a | b"))[1]) == {3}
    assert alive(PLACES["in a table"].format("a\n@octocat"))[0]


ANYTHING = st.text(
    alphabet=st.one_of(st.sampled_from("`|\\<>[]()!@#*_~&-: \n\r\t\0\u200b\u202e\u2028\ud800ax1"), st.characters()),
    max_size=160,
)


@settings(max_examples=1_000, derandomize=True, deadline=None, database=None)
@given(ANYTHING, st.sampled_from(sorted(PLACES)))
def test_whatever_is_quoted_is_inert(hostile, place):
    found, cells = alive(PLACES[place].format(quoted(hostile)))
    assert found == []
    assert set(cells) <= {3}


@settings(max_examples=300, derandomize=True, deadline=None, database=None)
@given(ANYTHING)
def test_a_quotation_is_one_short_visible_line(hostile):
    line = quoted(hostile)
    assert line.isprintable()
    content = line.strip("`")
    assert len(content) <= MAX_QUOTE + 2
    assert line.startswith("`")
    assert line.endswith("`")


@pytest.mark.parametrize(
    ("foreign", "line"),
    [
        pytest.param("crash", "`crash`", id="a word"),
        pytest.param("  a  b  ", "`a  b`", id="white space around it goes"),
        pytest.param("a\r\n\tb", "`a   b`", id="lines become one"),
        pytest.param("a|b", "`a│b`", id="a cell's end is drawn"),
        pytest.param("a`b", "``a`b``", id="a backtick inside"),
        pytest.param("`a", "`` `a ``", id="a backtick at the beginning"),
        pytest.param("a``", "``` a`` ```", id="backticks at the end"),
        pytest.param("", "` `", id="nothing"),
        pytest.param("\u200b\u202e", "` `", id="nothing that is visible"),
        pytest.param("a\u200bb\x1b\ud800", "`ab`", id="what is hidden goes"),
        pytest.param("größe 崩溃 💥", "`größe 崩溃 💥`", id="any script stays"),
        pytest.param("x" * 120, f"`{'x' * 120}`", id="120 characters stay"),
        pytest.param("x" * 121, f"`{'x' * 119}…`", id="the 121st makes it short"),
    ],
)
def test_a_quotation_is_written(foreign, line):
    assert quoted(foreign) == line


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
        (text.team_not_assigned("octo/core"), "team `octo/core`: GitHub assigns people, not teams"),
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

    def build(title, body="", by_person=()):
        found = classify(title, body, rules)
        chosen = by_person or ([found.primary] if found.primary else [])
        in_force = tuple(rules.classes[id_] for id_ in chosen)
        return explanation(found, in_force, by_person=bool(by_person)).replace(rules.version, "VERSION")

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
                "| +3 | `hang.word` | body | `stuck` |",
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
                "| +3 | `hang.word` | body | `stuck` |",
                "| -1 | `crash.not` | body | `harmless` |",
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
    said = explanation(classify("x", "", compiled), (compiled.classes["crash"],), by_person=False)
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
