"""What GitHub brings to life in Markdown, and texts that try to be; tests hold what we write against it."""

import re

from markdown_it import MarkdownIt

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
