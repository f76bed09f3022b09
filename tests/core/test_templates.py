import pytest

from bot.core.document.segments import read_document
from bot.core.document.templates import NONE, boilerplate, normalised_label, plain, untouched

MARKDOWN = """---
name: Bug
title: "[BUG] "
labels: bug
---

**Describe the bug**
A clear description of what crashes.

- OS: [e.g. Linux]
<!-- Please search first. -->
"""
FORM = {
    "name": "Bug",
    "title": "[Bug]: ",
    "body": [
        {"type": "markdown", "attributes": {"value": "Thanks for the report of a crash!"}},
        {"type": "textarea", "id": "what", "attributes": {"label": "What happened?", "value": "It crashed when"}},
        {"type": "textarea", "attributes": {"label": "Log", "render": "shell", "value": "paste here"}},
        {"type": "input", "attributes": {"label": "Version", "placeholder": "1.2.3"}},
        {"type": "dropdown", "attributes": {"label": "Database", "options": ["Oracle", "Snowflake"], "default": 1}},
        {"type": "dropdown", "attributes": {"label": "Browser", "options": ["Firefox"]}},
        {"type": "checkboxes", "attributes": {"label": "Terms", "options": [{"label": "I **searched** first"}]}},
    ],
}
MASKED = boilerplate([MARKDOWN], [FORM])


@pytest.mark.parametrize(
    "line",
    [
        "A clear description of what crashes.",
        "  a CLEAR   description of what crashes. ",
        "**Describe the bug**",
        "## Describe the bug",
        "- OS: [e.g. Linux]",
        "* OS: [e.g. Linux]",
        "Please search first.",
        "<!-- Please search first. -->",
        "### What happened?",
        "It crashed when",
        "paste here",
        "- [ ] I searched first",
        "- [X] I **searched** first",
        "_No response_",
    ],
)
def test_a_line_of_a_template_is_boilerplate(line):
    assert MASKED.has(line)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "---",
        "- OS: Windows",
        "It crashed when I opened it",
        "Snowflake, or so",
        "name: Bug",
        "labels: bug",
    ],
)
def test_a_line_of_a_person_is_not(line):
    assert not MASKED.has(line)


def test_without_templates_only_the_empty_field_is_boilerplate():
    assert NONE.has("_No response_")
    assert not NONE.has("Describe the bug")


def test_an_untouched_template_says_what_github_makes_of_it():
    (title, body), (form_title, form_body) = untouched([MARKDOWN], [FORM])
    assert title == "[BUG] "
    assert body.startswith("**Describe the bug**\nA clear")
    assert form_title == "[Bug]: "
    assert form_body == (
        "### What happened?\n\nIt crashed when\n\n### Log\n\n```shell\npaste here\n```\n\n### Version\n\n"
        "_No response_\n\n### Database\n\nSnowflake\n\n### Browser\n\n"
        "_No response_\n\n### Terms\n\n- [ ] I **searched** first"
    )


def test_an_untouched_template_says_nothing_once_it_is_masked():
    for title, body in untouched([MARKDOWN], [FORM]):
        texts = read_document(title, body, MASKED).texts
        assert {name: each.text for name, each in texts.items() if each.text and name != "title"} in (
            {},
            {"prose": "Snowflake", "form.database": "Snowflake"},
        )


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"body": None},
        {"body": "text"},
        {"body": [None, 1, {}]},
        {"body": [{"type": "checkboxes", "attributes": {"label": 1.5, "options": [None, {"label": None}]}}]},
        {"body": [{"type": "dropdown", "attributes": {"label": "A", "options": "x", "default": True}}]},
        {"body": [{"type": "dropdown", "attributes": {"label": "A", "options": ["x"], "default": 9}}], "title": 3},
        {"body": [{"type": "textarea", "attributes": []}]},
    ],
)
def test_a_form_that_is_none_is_read_as_far_as_it_goes(form):
    boilerplate([], [form])
    ((title, body),) = untouched([], [form])
    assert isinstance(title, str)
    assert isinstance(body, str)


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("a", "", "a"),
        ("---\ntitle: x", "", "---\ntitle: x"),
        ("---\r\nabout: y\r\ntitle: 'x'\r\n---\r\n\r\na", "x", "a"),
        ("---\nabout: y\n---\na", "", "a"),
    ],
)
def test_the_front_of_a_markdown_template_is_not_its_body(text, title, body):
    assert untouched([text], []) == ((title, body),)


def test_a_dropdown_keeps_what_a_person_chose():
    document = read_document("T", "### Database\n\nOracle", MASKED)
    assert document.texts["form.database"].text == "Oracle"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("- [x] **A**  b:", "a b"),
        ("1. a", "1. a"),
        ("### A_b_", "ab"),
        ("| --- |", ""),
        ("e\u0301", "\u00e9"),
    ],
)
def test_a_line_is_compared_plainly(line, expected):
    assert plain(line) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("🐛 Bug", "bug"),
        (":bug: Bug", "bug"),
        ("type: bug", "type bug"),
        ("kind/bug", "kind bug"),
        ("[Bug]", "bug"),
        ("good  first--issue", "good first issue"),
        ("P1", "p1"),
        ("C++", "c"),
        ("🧑\u200d💻 Größe ❤\ufe0f", "grösse"),
        ("ошибка", "ошибка"),
        ("???", "???"),
        ("🐛", "🐛"),
        ("", ""),
        ("a:b:c", "a b c"),
        (":bug:", "bug"),
    ],
)
def test_a_label_is_normalised(name, expected):
    assert normalised_label(name) == expected
    assert normalised_label(expected) == expected
