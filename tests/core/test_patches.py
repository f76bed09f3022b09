import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.evidence.patches import patched
from tests.core.pulls import reading

PATCH = """\
@@ -1,4 +1,5 @@ def test_a():
 one
-two
+TWO
+three
 four
 five
@@ -10,3 +11,2 @@
 ten
-eleven
 twelve
\\ No newline at end of file"""


def changes(patch):
    found = patched(reading(), patch)
    return (found.added, found.cut, found.additions, found.deletions, found.is_blank) if found else None


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        pytest.param(PATCH, (((2, 3),), (2, 12), 2, 2, False), id="two hunks"),
        pytest.param("@@ -0,0 +1,2 @@\n+a\n+b", (((1, 2),), (), 2, 0, False), id="a new file"),
        pytest.param("@@ -3,2 +2,0 @@\n-a\n-b", ((), (3,), 0, 2, False), id="lines taken out, nothing around them"),
        pytest.param("@@ -1 +1 @@\n-a b\n+\ta  b", (((1, 1),), (1,), 1, 1, True), id="white space"),
        pytest.param("", None, id="nothing"),
        pytest.param("Binary files differ", None, id="no hunk"),
        pytest.param("@@ -1 @@\n+a", None, id="half a header"),
        pytest.param("@@ -1 +x @@\n+a", None, id="a header without a number"),
    ],
)
def test_a_patch_says(patch, expected):
    assert changes(patch) == expected


@given(st.text(alphabet="@+- \\0123,ab\n", max_size=200))
def test_any_text_is_read_or_refused(patch):
    found = changes(patch)
    assert found is None or found[2] == sum(last - first + 1 for first, last in found[0])
