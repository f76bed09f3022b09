import unicodedata

import pytest

from bot.core.document.segments import (
    MAX_BODY,
    MAX_LINES,
    MAX_MARKS,
    MAX_TITLE,
    normalised,
    read_document,
    section_name,
)
from bot.core.document.templates import boilerplate


def part(body, name):
    return read_document("T", body).texts[name].text


def sections(body):
    return {name: each.text for name, each in read_document("T", body).texts.items() if name.startswith("form.")}


@pytest.mark.parametrize(
    ("body", "name", "text"),
    [
        pytest.param("It stops.", "prose", "It stops.", id="a sentence"),
        pytest.param("a\n\nb", "prose", "a\nb", id="two paragraphs"),
        pytest.param("- a\n- b\n  c", "prose", "a\nb\nc", id="list items without their marks"),
        pytest.param("1. a\n\n   b", "prose", "a\nb", id="a paragraph of a numbered item"),
        pytest.param("- [x] done\n- [ ] open", "prose", "done\nopen", id="check boxes"),
        pytest.param("```py\na = 1\n\nb = 2\n```\nc", "code", "a = 1\n\nb = 2", id="a fence"),
        pytest.param("~~~\na\n```\n~~~~", "code", "a\n```", id="a fence of tildes"),
        pytest.param("```\na", "code", "a", id="a fence that nothing closes"),
        pytest.param("```suggestion\na\n```", "code", "a", id="a suggestion"),
        pytest.param("1. do\n   ```\n   a\n     b\n   ```", "code", "a\n  b", id="a fence within a list item"),
        pytest.param("text\n\n    a\n    b\n\nmore", "code", "    a\n    b", id="indented code keeps its indentation"),
        pytest.param("- item\n\n      a", "code", "    a", id="indented code within a list item"),
        pytest.param("a\n    b", "prose", "a\n    b", id="an indented line of a paragraph is no code"),
        pytest.param("<pre><code>a\nb</code></pre> after", "code", "a\nb</code>", id="preformatted"),
        pytest.param("<PRE>\na\n</PRE>\nb", "code", "a", id="preformatted in capitals"),
        pytest.param("<code>\na\n</code>\nb", "prose", "b", id="code between tags on lines of their own"),
        pytest.param("<code>a</code> b", "prose", "a  b", id="code between tags on one line is words"),
        pytest.param("<?php\necho 1;\n?>\nb", "code", "<?php\necho 1;", id="a script without a fence"),
        pytest.param("> a\n> b\nc", "quote", "a\nb\nc", id="a quote, with the line that lazily goes on"),
        pytest.param("> ```\n> a\n> ```\n\nb", "quote", "a", id="code within a quote is a quote"),
        pytest.param("> a\n\nb", "prose", "b", id="what follows a quote"),
        pytest.param("# A\n## B ##\nc", "headings", "A\nB ##", id="headings"),
        pytest.param("A\n===\n\nB\n---", "headings", "A\nB", id="underlined headings"),
        pytest.param("a\nb\n---", "headings", "", id="a rule below a long paragraph makes no heading"),
        pytest.param("**To reproduce:**\na", "headings", "**To reproduce:**", id="a line that is bold as a whole"),
        pytest.param("**a** b **c**", "headings", "", id="bold words"),
        pytest.param("#no", "prose", "#no", id="a number sign is no heading"),
        pytest.param("***\n- - -\na", "prose", "a", id="rules are nothing"),
        pytest.param("| a | b |\n|---|---|", "prose", "| a | b |\n|---|---|", id="a table is prose"),
        pytest.param("a <!-- b --> c", "prose", "a   c", id="a comment within a line"),
        pytest.param("<!-- a\n\nb -->\nc", "prose", "c", id="a comment of several lines"),
        pytest.param("<!-- a --> b", "prose", " b", id="words behind a comment"),
        pytest.param("a\n<!-- b", "prose", "a", id="a comment that nothing closes hides the rest"),
        pytest.param("```\n<!-- a -->\n```", "code", "<!-- a -->", id="a comment in code is code"),
        pytest.param("`<!--` a `-->`", "prose", "<!--  a  -->", id="a comment in inline code is words"),
        pytest.param("use `Map<Key>` now", "prose", "use  Map<Key>  now", id="inline code without its marks"),
        pytest.param("a `` b` `` c", "prose", "a   b`   c", id="inline code with a mark in it"),
        pytest.param("a ` b", "prose", "a ` b", id="a mark alone"),
        pytest.param("a <b>c</b> <br/> d", "prose", "a  c  d", id="tags"),
        pytest.param("1 < 2 and 3 > 2", "prose", "1 < 2 and 3 > 2", id="comparisons"),
        pytest.param("see [the page](http://h/crash) now", "prose", "see  the page  now", id="a link is its text"),
        pytest.param('[a](/b "crash") c', "prose", "a  c", id="the title of a link"),
        pytest.param("[a](h/x_(y)) c", "prose", "a  c", id="brackets in a destination"),
        pytest.param("f[0](and more)", "prose", "f[0](and more)", id="brackets that are no link"),
        pytest.param("![crash](x.png) a", "prose", " a", id="an image is nothing"),
        pytest.param("at https://h/crash. Then", "prose", "at   Then", id="an address"),
        pytest.param("at <https://h/crash> and www.h/crash", "prose", "at   and ", id="more addresses"),
        pytest.param("[a]: http://h/crash\n\nb", "prose", "b", id="a link definition"),
        pytest.param("[main]: it stops here", "prose", "[main]: it stops here", id="a log line is no definition"),
        pytest.param(
            "<details>\n<summary>Log</summary>\n\n```\na\n```\n</details>", "prose", "Log", id="details are read"
        ),
        pytest.param("<details>\n```\na\n```\n</details>", "code", "a", id="a fence directly below a tag was meant"),
    ],
)
def test_a_body_has(body, name, text):
    assert part(body, name) == text.rstrip("\n")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("### What happened?\n\nIt stops.", {"form.what happened": "It stops."}, id="an issue form"),
        pytest.param("### A\n\n_No response_\n\n### B\n\nc", {"form.b": "c"}, id="an empty field is none"),
        pytest.param("### A\na\n```\nb\n```\n> c", {"form.a": "a\nb\nc"}, id="all that stands in it"),
        pytest.param("## A\na\n### B\nb\n## C\nc", {"form.a": "a\nB\nb", "form.b": "b", "form.c": "c"}, id="nested"),
        pytest.param("**Describe:**\na\n**Expect**\nb", {"form.describe": "a", "form.expect": "b"}, id="bold lines"),
        pytest.param("### A\na\n### A\nb", {"form.a": "a\nb"}, id="one heading twice"),
        pytest.param("> ### A\n> a", {}, id="a heading in a quote opens none"),
        pytest.param("- # A\n  a", {}, id="a heading in a list opens none"),
    ],
)
def test_a_body_has_the_sections(body, expected):
    assert sections(body) == expected


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("**Steps** to   reproduce:", "form.steps to reproduce"),
        ("🐛 What happened?", "form.what happened"),
        ("Version (if known)", "form.version (if known)"),
        ("???", ""),
    ],
)
def test_a_section_is_named_for_its_heading(heading, name):
    assert section_name(heading) == name


def test_every_character_of_a_field_leads_back_to_the_body():
    body = "a [b](c) `d` <i>e</i>\n> f\n> g\n\n```\nh\n```\n### i\n- j https://k l\n<!-- m -->n"
    document = read_document("T", body)
    for name, each in document.texts.items():
        if name in {"title", "trace"}:
            continue
        assert [body[piece.start : piece.end] for piece in each.pieces]
        for offset, character in enumerate(each.text):
            assert character in {"\n", " ", body[each.origin(offset)]}, (name, offset)


def test_words_on_both_sides_of_a_cut_stay_on_one_line():
    assert "\n" not in part("the [import](x) of `views` stops", "prose")


def test_lines_of_a_template_are_left_out_and_its_headings_open_sections():
    template = "## What happened\nPlease describe it.\n- [ ] I searched\n"
    body = "## What happened\n\nPlease describe **it**.\nIt stops.\n- [x] I searched\n"
    document = read_document("T", body, boilerplate([template], []))
    assert document.texts["prose"].text == "It stops."
    assert document.texts["headings"].text == ""
    assert document.texts["form.what happened"].text == "It stops."


def test_labels_are_normalised_and_other_values_stay():
    values = {"labels": ("🐛 Bug", "bug", "kind/bug"), "author.association": ("NONE",)}
    document = read_document("T", "a", values=values)
    assert document.values["labels"] == ("bug", "kind bug")
    assert document.values["author.association"] == ("NONE",)


def test_comments_are_texts():
    document = read_document("T", "a", comments={"comments.author": "e\u0301\r\nb"})
    assert document.texts["comments.author"].text == "\u00e9\nb"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a\r\nb\rc", "a\nb\nc", id="line ends"),
        pytest.param("e\u0301", "\u00e9", id="composed"),
        pytest.param("a\ud800b", "a?b", id="a lone surrogate"),
        pytest.param("a\0b", "a\ufffdb", id="NUL"),
        pytest.param("a" + "\u0323" * 99, "\u1ea1" + "\u0323" * (MAX_MARKS - 1), id="towers of marks are lowered"),
    ],
)
def test_a_text_is_normalised(text, expected):
    assert normalised(text) == expected
    assert normalised(expected) == expected


def test_a_body_is_cut_between_characters():
    body = read_document("T", "é" * MAX_BODY).body
    assert body == "é" * (MAX_BODY // 2)
    assert len(("a" + body).encode()) == MAX_BODY + 1


def test_a_body_of_endless_lines_is_cut():
    assert read_document("T", "a\n" * 9_999).body.count("\n") == MAX_LINES - 1


def test_a_title_is_one_line_and_cut():
    assert read_document("a\nb" + "c" * 9_999, "").title == "a b" + "c" * (MAX_TITLE - 3)


def test_composing_marks_in_hostile_order_changes_no_order_later():
    text = normalised("a" + "\u0301\u0323" * 20_000)
    assert unicodedata.is_normalized("NFC", text)
    assert len(text) <= MAX_MARKS + 1
