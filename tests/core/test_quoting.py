import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.text.quoting import MAX_QUOTE, digest, marked, quoted
from tests.core.inert import HOSTILE, alive

PLACES = {
    "alone": "{}",
    "in a sentence": "label {}: a person removed it",
    "in bold": "**{}**: set by a person.",
    "beside code": "`crash` {} `hang`",
    "beside itself": "{0}, {0}",
    "in a table": "| points | rule | text |\n| ---: | --- | --- |\n| +5 | `a.b` | {} |\n| +4 | `c` | - |",
}


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
    ("comment", "value"),
    [
        ("<!-- ours 0123 -->", "0123"),
        ("<!-- ours 0123 -->\nmore <!-- ours 4567 -->", "0123"),
        ("<!--  ours\n0123  -->", "0123"),
        ("<!-- ours -->", ""),
        ("<!-- ours 01 23 -->", ""),
        ("<!-- theirs 0123 -->", ""),
        ("x <!-- ours 0123 -->", ""),
        ("ours 0123", ""),
        ("", ""),
    ],
)
def test_a_marker_carries(comment, value):
    assert marked(comment, "ours") == value


def test_a_digest_takes_any_text():
    assert len({digest(text) for text in ("", "a", "\ud800", "b" * 10**6)}) == 4
    assert all(len(digest(text)) == 16 for text in ("", "\ud800"))
