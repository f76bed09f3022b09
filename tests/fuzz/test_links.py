"""Links to tests and closing keywords in hostile texts: read without a slip, always normal, never out of code."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.core.evidence.closing import closings, named
from bot.core.evidence.links import (
    MAX_LINKS,
    MAX_NAME,
    MAX_NAMES,
    MAX_SEGMENT,
    MAX_WRITTEN,
    BadLink,
    Link,
    found,
    links,
    read_link,
)
from bot.core.evidence.model import Symbol

OWN = "acme/widget"
KEY = "Regression-Test: "
MARKDOWN = MarkdownIt("commonmark")

fuzz = settings(max_examples=2_000, derandomize=True, deadline=None, database=None)

SIGNS = [
    "/",
    "\\",
    ".",
    "..",
    ":",
    "::",
    "#",
    "@",
    "~",
    "*",
    "?",
    "%2e",
    "[",
    "]",
    " > ",
    " \u203a ",
    "`",
    ",",
    "<",
    ">",
]
SIGNS += [
    " ",
    "\t",
    "\n",
    "\0",
    "\u202e",
    "\u200b",
    "\ud800",
    "\uff0e",
    "\u2215",
    "a",
    "B",
    "\u0430",
    "\u0301",
    "e",
    "()",
]
SIGNS += [
    "tests",
    "a.py",
    "https://",
    "C:",
    "www.",
    ".git",
    "github.com",
    "#L1",
    ":1",
    "test_b",
    "**",
    "_",
    "-",
    "none",
]
written = st.one_of(st.lists(st.sampled_from(SIGNS), max_size=12).map("".join), st.text(max_size=60))


def is_normal(link):
    """Relative to the root, of plain parts, composed and bounded; said here once more, in other words."""
    parts = link.path.split("/")
    assert unicodedata.is_normalized("NFC", link.path)
    assert not set(parts) & {"", ".", "..", "~", ".git"}
    assert not set(link.path) & set("\\:*?\n\t\0`")
    assert link.path.isprintable()
    assert max(len(part.encode()) for part in parts) <= MAX_SEGMENT
    assert len(link.names) <= MAX_NAMES
    assert all(0 < len(name) <= MAX_NAME and name == " ".join(name.split()) for name in link.names)
    return True


@fuzz
@given(written)
def test_a_link_is_normal_or_refused_with_a_reason(text):
    link = read_link(text, "comment")
    if isinstance(link, BadLink):
        assert link.why
        assert text.startswith(link.written)
        return
    assert is_normal(link)
    assert len(link.text.encode()) <= 4 * MAX_WRITTEN
    assert read_link(link.text, "comment") == link


@fuzz
@given(written, written, written)
def test_no_text_is_too_strange(before, value, after):
    for body in (before + KEY + value + after, f"{before}\n{KEY}{value}\n{after}", f"{KEY}\n- {value}\n- {after}"):
        for source in ("body", "commit"):
            read = links(body, source)
            assert len(read) <= MAX_LINKS
            assert all(is_normal(each) for each in read if isinstance(each, Link))
        for where in ("body", "commit"):
            assert all(each.number > 0 for each in closings(f"{body} fixes #1 {value} fixes #2", OWN, where))
        assert all(each >= 0 for each in named(f"{body} #1{value}", OWN))


@settings(fuzz, max_examples=500)
@given(written, st.lists(written, max_size=3), written)
def test_every_symbol_can_be_compared(name, scope, value):
    link = read_link(f"tests/a_test.go::{value}", "body")
    if isinstance(link, Link):
        symbols = (Symbol(name, tuple(scope), 1, 1), Symbol("test_b", (), 1, 1))
        assert set(found(link, symbols)) <= set(symbols)


LINES = [
    *["@", "@", "@", "", "words", " @", "    @", "> @", "- @", "# @", "1. @", "words @", "@, @", "- [x] @", "\t@"],
    *["> words", "> ```", "- > words", "- words", "  - words", "  words", "- ```", "-", "***", "# x"],
    *["```", "~~~", "````", "  ```", "    ```", "``` x", "```\u00a0", "`````", "~~~~ @", "``` @"],
    *["<div>", "</div>", "<!--", "words <!--", "-->", "--> words", "<pre>", "</pre>", "<details>", "</details>"],
    *["`", "``", "words `", "`` words", "\\`", "`@`", "`words` @ `words`", "\\"],
]


def numbered(before, after=""):
    """Bodies in which each place of "@" has a number of its own."""

    def body(pieces):
        first, *others = "\n".join(pieces).split("@")
        return first + "".join(f"{before}{number}{after}{other}" for number, other in enumerate(others, start=1))

    return st.lists(st.sampled_from(LINES), max_size=10).map(body)


def in_code(body):
    """What stands in code, whether in blocks or in lines, and what in HTML, as a whole parser of Markdown has it."""
    for token in MARKDOWN.parse(body):
        if token.type in {"fence", "code_block", "html_block"}:
            yield token.content
            yield token.info
        for child in token.children or ():
            if child.type in {"code_inline", "html_inline"}:
                yield child.content


@fuzz
@given(numbered("Fixes #"))
def test_no_number_is_read_from_code(body):
    hidden = {each.number for each in closings("\n\n".join(in_code(body)), OWN, "commit")}
    assert hidden.isdisjoint(each.number for each in closings(body, OWN, "body"))


@fuzz
@given(numbered(f"{KEY}a.py::b", "!"))
def test_no_link_is_read_from_code(body):
    hidden = "\n\n".join(in_code(body))
    for each in links(body, "body"):
        if isinstance(each, Link):
            assert KEY + each.text.partition("!")[0] + "!" not in hidden


def test_the_oracle_tells_code_from_words():
    body = "Fixes #1 `Fixes #2`\n\n```\nFixes #3\n```\n\n    Fixes #4\n\n<p>\nFixes #5"
    hidden = closings("\n\n".join(in_code(body)), OWN, "commit")
    assert sorted(each.number for each in hidden) == [2, 3, 4, 5]
    assert [each.number for each in closings(body, OWN, "body")] == [1]


ENDLESS = [
    "<!--",
    "<?",
    "`",
    "[",
    "](",
    "[a](b '",
    "<a ",
    '<a b="',
    "> ",
    "- ",
    "(",
    "1. ",
    "`` ` ",
    "a\n",
    "[a]: b '\n",
]
ENDLESS += ["\\`", ",", ",/", ",[", "::", " > ", "[]", "\u0301", "*", "_", " ", "- a::b\n", "Regression-Test:\n"]
ENDLESS += ["Regression-Test: a::b\n", "Fixes #1 ", "Fixes #1\n", "fixes ", "not ", "does not fix #1\n", "acme/", "#1"]
ENDLESS += ["https://github.com/acme/widget/issues/", 'Revert "', "gh-", "issue ", "color: #111 "]


@pytest.mark.parametrize("piece", ENDLESS)
def test_what_never_ends_comes_to_an_end(piece):
    """64 kB each: whoever looks at every place again from every place does not come back from here."""
    tail = piece * (65_536 // len(piece))
    for body in (f"{KEY}a.py::b\n\nFixes #7\n\nx{tail}", f"{KEY}a.py::b\n\nFixes #7\n\n{KEY}x/y{tail}"):
        for source in ("body", "commit"):
            assert links(body, source)[0] == Link("a.py", ("b",), source)
            assert closings(body, OWN, source)[0].number == 7
        assert read_link(body, "comment").why
        assert set(named(f"#7 {body}", OWN)) >= {7}
