import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.symbols import lines
from bot.symbols.lines import Change, compare

TEXTS = st.lists(st.sampled_from(["", "a", "b", "  c", "}"]), max_size=12)


def longest_common(one, other):
    table = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i, left in enumerate(one):
        for j, right in enumerate(other):
            table[i + 1][j + 1] = table[i][j] + 1 if left == right else max(table[i][j + 1], table[i + 1][j])
    return table[-1][-1]


def old(head, change):
    """The lines of the head that are not said to be new."""
    new = {at for first, last in change.added for at in range(first, last + 1)}
    return [each for at, each in enumerate(head, start=1) if at not in new]


@given(TEXTS, TEXTS)
def test_no_fewer_lines_could_have_changed(base, head):
    change = compare("\n".join([*base, ""]), "\n".join([*head, ""]))
    kept = longest_common(base, head)
    assert (change.additions, change.deletions) == (len(head) - kept, len(base) - kept)


@given(TEXTS, TEXTS)
def test_what_is_not_new_stood_in_the_base_in_that_order(base, head):
    change = compare("\n".join([*base, ""]), "\n".join([*head, ""]))
    rest = iter(base)
    assert all(each in rest for each in old(head, change))
    assert sum(last - first + 1 for first, last in change.added) == change.additions
    assert list(change.added) == sorted(change.added)
    assert all(1 <= at <= len(head) + 1 for at in change.cut)
    assert bool(change.cut) == bool(change.deletions)


ONE = "def test_a():\n    x\n\ndef test_b():\n    y\n"


@pytest.mark.parametrize(
    ("base", "head", "change"),
    [
        pytest.param(None, "a\nb", Change(((1, 2),), (), 2, 0), id="a new file"),
        pytest.param("a\nb\n", None, Change((), (1,), 0, 2), id="a file that is gone"),
        pytest.param("a\n", "a\n", Change(), id="the same"),
        pytest.param("a\nb\nc\n", "a\nc\n", Change((), (2,), 0, 1), id="a line taken out"),
        pytest.param("a\nc\n", "a\nb\nc\n", Change(((2, 2),), (), 1, 0), id="a line put in"),
        pytest.param("a\nb\nc\n", "a\nB\nc\n", Change(((2, 2),), (2,), 1, 1), id="a line changed"),
        pytest.param("a\nb\n", "a\n", Change((), (2,), 0, 1), id="the last line taken out"),
        pytest.param("a\nb\n", "a\r\nb\r\n", Change((), (), 2, 2, is_blank=True), id="other line breaks"),
        pytest.param("a\nb\n", "a  \nb\n", Change((), (), 1, 1, is_blank=True), id="white space at an end"),
        pytest.param("a\nb\n", "a\n\nb\n", Change(((2, 2),), (), 1, 0, is_blank=True), id="an empty line"),
        pytest.param("a\nb\n", "a\n  b\n", Change(((2, 2),), (2,), 1, 1, is_blank=True), id="an indent"),
        pytest.param("a", "a\n", Change((), (), 1, 1, is_blank=True), id="a line break at the end"),
        pytest.param("a b\n", "ab\n", Change(((1, 1),), (1,), 1, 1), id="white space within a line is text"),
        pytest.param("a\r\nb\n", "a\nb\nc\n", Change(((3, 3),), (), 2, 1), id="other line breaks, and a new line"),
        pytest.param("", "", Change(), id="nothing"),
        pytest.param(
            "@mark\ndef a():\n    x\n\n@mark\ndef c():\n    z\n",
            "@mark\ndef a():\n    x\n\n@mark\ndef b():\n    y\n\n@mark\ndef c():\n    z\n",
            Change(((5, 8),), (), 4, 0),
            id="a block that begins as its neighbours do is not theirs",
        ),
        pytest.param(
            "@mark\ndef a():\n    x\n\n@mark\ndef b():\n    y\n\n@mark\ndef c():\n    z\n",
            "@mark\ndef a():\n    x\n\n@mark\ndef c():\n    z\n",
            Change((), (5,), 0, 4),
            id="nor is one that was taken out",
        ),
    ],
)
def test_a_change_is_seen_where_a_reader_sees_it(base, head, change):
    assert compare(base, head) == change


def test_beyond_the_bound_all_between_the_first_and_the_last_difference_changed(monkeypatch):
    monkeypatch.setattr(lines, "MAX_CELLS", 3)
    assert compare("a\nb\nc\nd\n", "a\nc\nb\nd\n") == Change(((2, 3),), (2,), 2, 2)


def test_two_large_texts_are_compared():
    base = [f"line {at}" for at in range(20_000)]
    head = [each for at, each in enumerate(base) if at % 7] + ["new"]
    change = compare("\n".join(base) + "\n", "\n".join(head) + "\n")
    assert (change.additions, change.deletions) == (1, len(base) - len(head) + 1)
