"""Commands in hostile comments, held against the whole of markdown-it-py: numbers tell the commands apart.

Left out is where markdown-it-py itself leaves CommonMark and GitHub: lines behind four spaces that lazily continue what
is nested twice, and what stands directly below a definition (to GitHub it is the same paragraph).
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.core.people.commands import MAX_COMMANDS, PREFIX, Pause, commands

MARKDOWN = MarkdownIt("commonmark")
COMMAND = f"{PREFIX} pause "

# What opens, closes, nests and interrupts; "/" stands for a command of a number of its own, at the line's beginning.
LINES = [
    *["/", "/", "/", "", "words", " /", "    /", "> /", "- /", "# /", "1. /", "/ now", "words /"],
    *[
        "> words",
        "> ```",
        "> - words",
        "> - - -",
        "- > words",
        "- words",
        "  - words",
        "  words",
        "10. words",
        "-",
        "- ```",
    ],
    *["```", "~~~", "````", "  ```", "    ```", "``` x", "---", "===", "***", "# x", "\twords"],
    *["<div>", "</div>", "<b>", "words <b", "title='", "'>", "<!--", "words <!--", "-->", "--> words", "<?", "?>"],
    *["<p>", "<div/>", "<x", "<!-->", "<https://x`>", "<x@y`>", "```\u00a0", "01. x", "**x**"],
    *["<![CDATA[", "]]>", "<!X", ">", "<pre>", "</pre>", "<script>", "</script>", "<details>", "<a href=x>"],
    *["`", "``", "words `", "`` words", "\\`", "`words`", "\\"],
]
BELOW_DEFINITIONS = {"<b>", "<a href=x>", "</pre>", "</script>", "===", "---"}
LINKS = ["[", "]", "](x)", "[x](y '", "')", "[x]: y '", "'", "[x]: y", "[x][", "![", "](x(y) '", "](<", ">)", "](", ")"]


def numbered(pieces):
    """A body in which no two commands are the same, and the numbers of those at the beginning of a line."""
    lines, first = [], set()
    for number, piece in enumerate(pieces, start=1):
        if piece == "/":
            first.add(number)
        is_tag = piece.startswith("<")
        lines.append(piece if is_tag else piece.replace("/", f"{COMMAND}{number}"))
    return "\n".join(lines), first


def shown(body):
    """The numbers of the commands that the parser takes for words at the beginning of a line, outside of quotations."""
    numbers, quotes = set(), 0
    for token in MARKDOWN.parse(body):
        quotes += token.nesting * token.type.startswith("blockquote")
        links, is_first = 0, True
        for child in (token.children or ()) if not quotes else ():
            links += child.nesting * child.type.startswith("link")
            if child.type == "text" and is_first and not links and child.content.startswith(COMMAND):
                numbers.add(child.content.removeprefix(COMMAND).strip())
            is_first = child.type in {"softbreak", "hardbreak"}
    return {int(each) for each in numbers if each.isdecimal()}


def read(body):
    return {each.days for each in commands(body) if isinstance(each, Pause)}


def bodies(lines):
    return st.lists(st.sampled_from(lines), max_size=MAX_COMMANDS).map(numbered)


@settings(max_examples=1_000, derandomize=True, deadline=None, database=None)
@given(bodies(LINES))
def test_the_commands_are_those_that_a_reader_sees(body):
    text, first = body
    assert read(text) == shown(text) & first


@settings(max_examples=1_000, derandomize=True, deadline=None, database=None)
@given(bodies([each for each in LINES if each not in BELOW_DEFINITIONS] + LINKS * 2))
def test_no_command_is_read_from_a_link(body):
    text, first = body
    assert read(text) <= shown(text) & first


def test_the_oracle_tells_words_from_code():
    assert shown("/burndown pause 1\n`\n/burndown pause 2\n`\n\n> /burndown pause 3\n\n- /burndown pause 4") == {1, 4}


@settings(max_examples=500, derandomize=True, deadline=None, database=None)
@given(st.text(max_size=200), st.text(alphabet="/burndown whyclas@\t \r\n`<>[]()!-#\u00a0\u2028\ud800\0", max_size=80))
def test_no_comment_is_too_strange(before, after):
    for body in (before, after, f"{before}\n{PREFIX}{after}", f"{PREFIX} {after}\n{before}"):
        found = commands(body)
        assert len(found) <= MAX_COMMANDS
        assert commands(body.replace("\n", "\r\n")) == found or "\r" in body


ENDLESS = [
    "<!--",
    "<?",
    "<![CDATA[",
    "<!X ",
    "`",
    "[",
    "](",
    "[a](b '",
    "<a ",
    "<a b='",
    '<a b="',
    "<a b=",
    "> ",
    "- ",
    "(",
]
ENDLESS += [
    "1. ",
    "<div\n",
    "`` ` ",
    "a\n",
    ">\n",
    "- a\n",
    "[a]: b '\n",
    "/burndown a\n",
    "/burndown [\n",
    "\\`",
    "a=\u00a0b",
]


@pytest.mark.parametrize("piece", ENDLESS)
def test_what_never_ends_comes_to_an_end(piece):
    """64 kB each: whoever looks at every place again from every place does not come back from here."""
    body = f"{PREFIX} why\n\nx{piece * (65_536 // len(piece))}"
    assert commands(body)[:1] == commands(f"{PREFIX} why")


def test_a_tag_over_spaces_that_do_not_break_comes_to_an_end():
    """A pattern of a tag that backtracks takes twice the time for each more of these."""
    tag = "<a b=x" + "\u00a0b\u00a0a=x" * 1_000
    assert commands(f"{tag}\n\n{PREFIX} why") == commands(f"{PREFIX} why")
