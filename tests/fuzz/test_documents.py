"""Whatever a person writes is read: never an exception, never a character in two parts; and as CommonMark says."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.core.document.blocks import read_lines
from bot.core.document.facts import MAX_ERRORS, MAX_VALUES
from bot.core.document.segments import MAX_BODY, PARTS, normalised, read_document
from bot.core.document.templates import boilerplate
from tests.fuzz.documents import STARTS, UNITS, mixed, repeated

LINES = [
    "words here",
    "more",
    "a | b",
    "#no",
    "# head",
    "## head ##",
    "####### no",
    "",
    "",
    "",
    "---",
    "===",
    "- - -",
    "***",
]
LINES += [
    "```",
    "~~~",
    "````",
    "```py",
    "`` ` ``",
    "    indented",
    "\tindented",
    "  two",
    "   three",
    "      six",
    ">",
    "> q",
]
LINES += [
    "> > q",
    "> - item",
    "> ```",
    "> # head",
    "-",
    "- item",
    "  - item",
    "* item",
    "- ```",
    "- - a",
    "-     five",
    "- ",
]
LINES += ["1. item", "2) item", "10. ten", "1.  a", "    ten", "  ```", "> ", "```` a", "1.", "+ a"]
TEMPLATE = "Please describe it here\n### What happened?\n- [ ] I searched\n"
COMMONMARK = MarkdownIt("commonmark")
FEW = settings(max_examples=150, derandomize=True, deadline=None, database=None)

bodies = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(UNITS), max_size=40).map("".join),
    st.lists(st.sampled_from([*LINES, *TEMPLATE.split("\n")]), max_size=20).map("\n".join),
    st.integers(0, 10**9).map(lambda seed: next(mixed(seed, 1, 2_000))),
)


def as_commonmark_says(body):
    """What each line with words is: (part, line), in order. Of HTML and links nothing is said."""
    depth, is_heading = 0, False
    for token in COMMONMARK.parse(body):
        depth += {"blockquote_open": 1, "blockquote_close": -1}.get(token.type, 0)
        is_heading = token.type == "heading_open" or (is_heading and token.type != "heading_close")
        if token.type in {"fence", "code_block", "inline"}:
            is_short = "\n" not in token.content  # a longer paragraph with a rule below it was not meant as a heading
            text = "headings" if is_heading and is_short else "prose"
            part = "quote" if depth else text if token.type == "inline" else "code"
            yield from ((part, line.strip().rstrip("# ")) for line in token.content.split("\n") if line.strip())


@settings(max_examples=1_500, derandomize=True, deadline=None, database=None)
@given(st.lists(st.sampled_from(LINES), max_size=9).map("\n".join))
def test_blocks_are_what_commonmark_says(body):
    read = [(line.kind, body[line.start : line.end].strip()) for line in read_lines(body)]
    assert [(kind, text.rstrip("# ")) for kind, text in read if text] == list(as_commonmark_says(body))


@FEW
@given(st.text(max_size=100), bodies)
def test_no_character_is_in_two_parts(title, body):
    document = read_document(title, body)
    seen = 0
    for start, end in sorted(piece for name in PARTS for piece in document.texts[name].pieces):
        assert seen <= start < end <= len(document.body)
        seen = end
    for name, each in document.texts.items():
        assert list(each.pieces) == sorted(each.pieces)
        for piece in each.pieces:
            assert document.body[piece.start : piece.end] in each.text
        for offset in range(0, len(each.text), 7):
            assert name == "title" or each.text[offset] in {" ", "\n", document.body[each.origin(offset)]}


@FEW
@given(bodies)
def test_a_document_read_again_is_the_same(body):
    once = read_document("T", body)
    again = read_document("T", once.body)
    assert (again.body, again.texts, again.values, again.traces) == (once.body, once.texts, once.values, once.traces)


@FEW
@given(bodies)
def test_no_text_has_a_line_of_the_template(body):
    masked = boilerplate([TEMPLATE], [])
    texts = read_document("T", body, masked).texts
    assert "Please describe it here" not in [line.strip() for name in PARTS for line in texts[name].text.split("\n")]
    assert "What happened?" not in texts["headings"].text.split("\n")


@FEW
@given(
    st.text(
        alphabet=st.sampled_from("ae\u0301\u0323\u0f73\u0f71\u0344\u1100\u1161\u11a8\ud800\0\r\n\u034f"), max_size=200
    )
)
def test_normalised_once_is_normalised(text):
    once = normalised(text)
    assert normalised(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert once.encode().decode() == once
    assert not set(once) & {"\r", "\0"}


@FEW
@given(bodies)
def test_values_are_bounded_and_different(body):
    document = read_document(body[:50], body)
    for name, each in document.values.items():
        assert len(each) <= (MAX_ERRORS if name == "errors" else MAX_VALUES)
        assert len(set(each)) == len(each)
        assert all(each)


@pytest.mark.parametrize("turn", range(len(STARTS)), ids=lambda turn: repr(STARTS[turn][:6]))
def test_64_kilobytes_of_anything_are_read(turn):
    for unit in UNITS[turn % 3 :: 3]:
        document = read_document(unit, repeated(STARTS[turn], unit))
        assert len(document.body.encode()) <= MAX_BODY


def test_hostile_mixtures_are_read():
    for body in mixed(1, 40):
        assert read_document(body[:100], body).texts
