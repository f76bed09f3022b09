import pytest

from bot.core.rules.values import MAX_VALUE, MAX_VERSION, checked_range, equals, fits, in_range


@pytest.mark.parametrize(
    ("value", "wanted", "expected"),
    [
        pytest.param("bug", ("bug",), True, id="itself"),
        pytest.param("BUG", ("bug",), True, id="any case"),
        pytest.param("bug", ("Bug",), True, id="any case of the rule"),
        pytest.param(" bug\n", ("bug",), True, id="white space around it"),
        pytest.param("GRÖSSE", ("größe",), True, id="capitals of any script"),
        pytest.param("feature", ("bug", "feature"), True, id="one of several"),
        pytest.param("bugs", ("bug",), False, id="a part"),
        pytest.param("", ("bug",), False, id="nothing"),
    ],
)
def test_a_value_is(value, wanted, expected):
    assert equals(value, wanted) is expected


@pytest.mark.parametrize(
    ("value", "glob", "expected"),
    [
        pytest.param("src/a.py", "src/a.py", True, id="a path is itself"),
        pytest.param("src/a.py", "src/*.py", True, id="a star within a part"),
        pytest.param("src/b/a.py", "src/*.py", False, id="a star does not leave its part"),
        pytest.param("src/b/c/a.py", "src/**/a.py", True, id="two stars across parts"),
        pytest.param("src/a.py", "src/**/a.py", True, id="two stars across none"),
        pytest.param("srca.py", "src/**/a.py", False, id="two stars keep the slash"),
        pytest.param("src/b/c", "src/**", True, id="two stars at the end"),
        pytest.param("x/y/a.py", "**/a.py", True, id="two stars at the beginning"),
        pytest.param("a.py", "**/a.py", True, id="two stars at the beginning, across none"),
        pytest.param("aa.py", "**/a.py", False, id="two stars at the beginning keep whole parts"),
        pytest.param("src/a.py", "src/?.py", True, id="one character"),
        pytest.param("src/ab.py", "src/?.py", False, id="two characters for one"),
        pytest.param("src/.py", "src?.py", False, id="a slash is no character of a part"),
        pytest.param("SRC\\A.py", "src/*.py", True, id="back slashes, in any case"),
        pytest.param("lib/src/a.py", "src/*.py", False, id="the whole value, not its end"),
        pytest.param("a+b(c).py", "a+b(c).py", True, id="signs are themselves"),
        pytest.param("axb", "a.b", False, id="a full stop is itself"),
        pytest.param("größe/ä.py", "größe/?.py", True, id="a character of any script"),
        pytest.param("a\nb", "a*b", True, id="a line end"),
        pytest.param("x" * MAX_VALUE + "y", "*y", False, id="the end of a long value is not looked at"),
        pytest.param("x" * MAX_VALUE, "x*", True, id="a long value is"),
    ],
)
def test_a_value_fits_a_glob(value, glob, expected):
    assert fits(value, (glob,)) is expected


def test_any_of_several_globs_is_enough():
    assert fits("a.py", ("*.js", "*.py"))
    assert not fits("a.rb", ("*.js", "*.py"))


@pytest.mark.parametrize(
    ("value", "wanted", "expected"),
    [
        pytest.param("2.0", ">=2.0", True, id="the edge that belongs to it"),
        pytest.param("2.0", ">2.0", False, id="the edge that does not"),
        pytest.param("2.9.1", ">=2.0 <3", True, id="between"),
        pytest.param("3.0", ">=2.0 <3", False, id="the upper edge"),
        pytest.param("3.1", ">=2.0 <3", False, id="above"),
        pytest.param("2.5", ">=2.0,<3", True, id="with a comma"),
        pytest.param("2.5", ">=2.0 , <3", True, id="with a comma and spaces"),
        pytest.param("1.10", ">=1.9", True, id="ten is more than nine"),
        pytest.param("v2.1", "==2.1", True, id="a v before it"),
        pytest.param(" 2.1 ", "==2.1", True, id="white space around it"),
        pytest.param("2.1.0", "==2.1", True, id="zeros at the end"),
        pytest.param("2.1.4", "==2.1.*", True, id="any of a series"),
        pytest.param("2.2", "~=2.1", True, id="compatible"),
        pytest.param("3.0", "~=2.1", False, id="not compatible"),
        pytest.param("2.0", "!=2.0", False, id="excluded"),
        pytest.param("2.0rc1", "<2.0", False, id="a candidate is not older than its release"),
        pytest.param("2.0rc1", "<=2.0", True, id="a candidate is not newer than its release"),
        pytest.param("2.1.dev3", ">=2.0", True, id="a development version counts"),
        pytest.param("latest", ">=0", False, id="a word is no version"),
        pytest.param("", ">=0", False, id="nothing is no version"),
        pytest.param("1" * (MAX_VERSION + 1), ">=0", True, id="a long number is cut"),
    ],
)
def test_a_version_lies_in_a_range(value, wanted, expected):
    assert in_range(value, wanted) is expected


@pytest.mark.parametrize("wanted", [">=2.0", ">=2.0 <3", "==1.*", "~=1.4", "!=1.0,>0"])
def test_a_range_is(wanted):
    assert checked_range(wanted) == wanted


@pytest.mark.parametrize(
    "wanted", ["", " ", "2.0", "=2.0", ">=", ">=x", "2 - 3", "^2.0", "~2.0", ">= 2.0", "==1.1.*.*"]
)
def test_a_range_is_not(wanted):
    with pytest.raises(ValueError, match=r'is no range of versions - write for example ">=2\.0 <3"'):
        checked_range(wanted)
