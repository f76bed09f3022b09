"""The weekly report against 20,000 hostile titles, and its place in a body against whatever people make of that."""

import csv
import random
import re
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.report.model import Outside, Regression, Step, Unproven
from bot.core.text import series
from bot.core.text.sections import END, merged
from bot.core.text.weekly import comment, markdown
from tests.core.inert import HOSTILE, MARKDOWN
from tests.core.weeklies import BUSY, ROWS, TRANCHE, of_tranche

TITLES = 20_000
LISTED = 25  # of most sections
WHOLE = 10**9  # characters: nothing is cut
SEED = 2034

ACTIVE = re.compile(
    r"@[\w-]"  # a mention
    r"|(?<![\w-])#\d|\bGH-\d|[\w.-]/[\w.-]+#\d"  # references
    r"|://|\bwww\.|\bmailto:"  # addresses
    r"|\b[0-9a-f]{7,40}\b"  # commits
    r"|:\w+:|\$",  # emoji, mathematics
    re.IGNORECASE,
)
TAGS = re.compile(
    r"<!-- burndown:weekly(-comment)? 2026-W34 -->|<!-- /burndown:weekly -->"
    r"|<details>\n<summary>(Definitions|All figures|CSV of the weeks|CSV of the classes)</summary>|</details>"
)
PIECES = [
    *(each for each in HOSTILE.values() if each.strip()),
    "@octocat",
    "@octo/everyone",
    "#1",
    "octo/shop#2",
    "GH-3",
    "7b3ee42ac1d2e3f4",
    "https://evil.example",
    "[a](b)",
    "![a](b)",
    "<img src=x>",
    "</details>",
    "<details open>",
    "```mermaid",
    "```\n",
    "~~~",
    "`",
    "``",
    "|",
    "\\",
    "\n",
    "\r\n",
    "\n\n",
    "    ",
    "- ",
    "# ",
    "> ",
    "---",
    "\t",
    '"',
    "'",
    ";",
    ",",
    "=1+1",
    "+1",
    "@SUM(A1)",
    "-- %%{init: {}}%%",
    "\nxychart-beta\n",
    END,
    f"\n{END}\n",
    "\n<!-- burndown:weekly 2026-W34 -->\n",
    "\x1b]0;x\x07",
    "\u202e",
    "\u2028",
    "\ud800",
    "\U0001f4a5",
    "x" * 130,
    "*",
    "_",
    "&lt;b&gt;",
    "&#64;octocat",
    "$`x`$",
]


def titles(seed):
    """Without end, none of them blank; each with its own number, so that they can be told apart."""
    chance = random.Random(seed)
    for number in count():
        parts = chance.choices(PIECES, k=chance.randrange(1, 6))
        parts.insert(chance.choice([0, len(parts)]), f"t{number}")
        yield "".join(parts)


def reported(foreign):
    """A report with every list as long as it gets, and foreign text in every place of it; how many those were."""
    taken = []

    def text():
        taken.append(next(foreign))
        return taken[-1]

    classes = tuple(replace(ROWS[each % 3], rank=each + 1, id=text(), title=text(), owner=text()) for each in range(5))
    proposed = tuple(replace(ROWS[0], id=text(), title=text(), owner=text()) for _ in range(LISTED))
    again = tuple(Regression(9, text(), 8, 7, text(), text(), text(), text()) for _ in range(LISTED))
    report = replace(
        BUSY,
        classes=classes,
        proposed=proposed,
        regressions=again,
        unproven=tuple(Unproven(6, "L1", 5, text()) for _ in range(LISTED)),
        outside=tuple(Outside(text(), text(), 4) for _ in range(LISTED)),
        review=replace(
            TRANCHE,
            classes=tuple(of_tranche(text(), text(), text()) for _ in range(5)),
            accepted=Step(text(), TRANCHE.accepted.at),
            proposed=(text(), text()),
            arithmetic=(text(), text(), text()),
        ),
    )
    return report, len(taken)


def skeleton(markdown_text):
    """All of a text that is not code: the kinds of its blocks, and its words."""
    return [
        (
            token.type,
            token.info,
            [(child.type, child.content) for child in token.children or () if "code" not in child.type],
        )
        if token.type == "inline"
        else (token.type, token.info, token.content if token.type == "html_block" else "")
        for token in MARKDOWN.parse(markdown_text)
    ]


def alive(markdown_text):
    """What GitHub would bring to life: links, images, tags, words outside of code; "ours" for a reference of ours."""
    found = []
    for token in MARKDOWN.parse(markdown_text):
        if token.type == "html_block" and not TAGS.fullmatch(token.content.strip()):
            found.append(token.content)
        children = token.children or ()
        if [(child.type, child.content) for child in children] == [
            ("text", "#9")
        ]:  # alone on its line, and a number that is ours
            found.append("ours")
            continue
        found += [child.type for child in children if child.type.startswith(("link", "image", "html"))]
        found += [child.content for child in children if child.type == "text" and ACTIVE.search(child.content)]
    return found


BENIGN = skeleton(markdown(reported(f"t{number}" for number in count())[0], WHOLE))


def test_twenty_thousand_hostile_titles_bring_nothing_to_life():
    foreign, seen = titles(SEED), 0
    while seen < TITLES:
        report, taken = reported(foreign)
        seen += taken
        text = markdown(report, WHOLE)
        assert alive(text) == ["ours"] * 10
        assert skeleton(text) == BENIGN
        assert alive(comment(report)) == []
        assert all(line.isprintable() for line in text.split("\n"))
        rows = list(csv.reader(series.csv(series.classes(report)).splitlines(), strict=True))
        assert {len(row) for row in rows} == {len(series.CLASSES)}
        assert not [cell for row in rows[1:] for cell in (row[1], row[2], row[11]) if cell[:1] in "=+-@\t\r"]
        assert merged(f"a\n\n{text}\n\nz", "new") == "a\n\nnew\n\nz"
    assert seen >= TITLES


@pytest.mark.parametrize(
    "name",
    [
        "a mention",
        "a reference",
        "a reference elsewhere",
        "a commit",
        "an address",
        "a link",
        "an image",
        "a tag",
        "an end of details",
        "an emoji by name",
    ],
)
def test_the_oracle_sees_what_is_alive(name):
    report, _ = reported(titles(SEED))
    text = markdown(report, WHOLE).replace("A proposal: a person decides.", f"A proposal.\n\n{HOSTILE[name]}")
    assert alive(text) != ["ours"] * 10
    assert skeleton(text) != BENIGN


def section(word, week=34):
    return f"<!-- burndown:weekly 2026-W{week} -->\n## {word}\n{END}"


BEGIN = "<!-- burndown:weekly 2026-W30 -->"
LINES = st.lists(
    st.sampled_from([BEGIN, END]) | st.builds("person {}".format, st.integers(0, 99)) | st.just(""), max_size=14
)
ENDS = st.sampled_from(["\n", "\r\n"])


def theirs(lines):
    """The lines of people: all but those between two markers of ours that follow each other."""
    kept, opened = [], None
    for line in lines:
        if line.startswith("<!-- burndown:weekly "):
            opened = len(kept)
        elif line == END and opened is not None:
            kept, opened = kept[:opened], None
        else:
            kept.append(line)
    return [line for line in kept if line.startswith("person")]


@settings(max_examples=600, derandomize=True, deadline=None, database=None)
@given(LINES, ENDS, st.lists(st.sampled_from(["one", "two", "three"]), min_size=1, max_size=5))
def test_what_people_wrote_outlives_every_sequence_of_merges(lines, end, words):
    body = end.join(lines)
    before = theirs(lines)
    for week, word in enumerate(words, start=34):
        body = merged(body, section(word, week))
        assert merged(body, section(word, week)) == body
        found = body.replace("\r\n", "\n").split("\n")
        assert theirs([each for each in found if not each.startswith("##")]) == before
        assert [each for each in found if each.startswith("##")] == [f"## {word}"]


FREE = st.text(st.sampled_from("\n\r\t >`-a\u2028\ud800") | st.characters(), max_size=60)


@settings(max_examples=400, derandomize=True, deadline=None, database=None)
@given(FREE, FREE)
def test_what_stands_around_our_section_stays_as_it_is(above, below):
    before = f"{above}\n{section('old')}\n{below}"
    after = merged(before, section("new"))
    assert after.startswith(f"{above}\n<!--")
    assert after.endswith(f"{END}\n{below}")
    assert after.replace("\r\n", "\n") == f"{above}\n{section('new')}\n{below}".replace("\r\n", "\n")
    assert merged(after, section("new")) == after


@settings(max_examples=400, derandomize=True, deadline=None, database=None)
@given(st.lists(FREE | st.sampled_from([BEGIN, END, f"\n{BEGIN}\n", f"\n{END}\n"]), max_size=8).map("".join))
def test_any_body_takes_our_section_and_is_then_at_rest(body):
    once = merged(body, section("new"))
    assert merged(once, section("new")) == once
    assert "## new" in once
