import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.rules.engine import MAX_PROGRAM, MAX_TEXT, BadPattern, Matcher, Span, encoded

ENGINE = Matcher()
NUMBERS = [
    ENGINE.add(each)
    for each in ("a", "cr?a", r"(?i)h\w*n", "(?i)größ", "崩溃|崩", r"\b[жд]", "[ab]$", r"(?m)^\+", "(?i)k", "")
]
ENGINE.compile()


def matches(pattern, text):
    matcher = Matcher()
    number = matcher.add(pattern)
    return matcher.compile().match(encoded(text)) == {number}


def place(pattern, text):
    matcher = Matcher()
    return matcher.compile().span(matcher.add(pattern), encoded(text))


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        pytest.param("crash", "crash", True, id="a pattern matches itself"),
        pytest.param("crash", "CRASH", False, id="a pattern has its case"),
        pytest.param("(?i)crash", "CRASH", True, id="any case when asked"),
        pytest.param("crash", "crashed", True, id="a pattern is not bounded"),
        pytest.param("^b", "a\nb", False, id="a caret is the text's beginning"),
        pytest.param("(?m)^b", "a\nb", True, id="a caret is a line's beginning when asked"),
        pytest.param("a.b", "a\nb", False, id="a full stop is no line end"),
        pytest.param("(?s)a.b", "a\nb", True, id="a full stop is a line end when asked"),
        pytest.param(r"\bcr\w+", "crash", True, id="classes"),
        pytest.param(r"\p{Cyrillic}+", "сбой", True, id="scripts"),
        pytest.param("^$", "", True, id="an empty text"),
        pytest.param("a{3}", "aaa", True, id="counted"),
        pytest.param("(a+)+$", "a" * 50_000 + "b", False, id="a pattern that ruins other engines"),
    ],
)
def test_a_pattern_is_taken_as_written(pattern, text, expected):
    assert matches(pattern, text) is expected


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        pytest.param("(?=a)", "RE2 does not take it: invalid perl operator: (?=", id="looking ahead"),
        pytest.param("(?<!a)b", "RE2 does not take it: invalid perl operator: (?<!", id="looking behind"),
        pytest.param(r"(a)\1", r"RE2 does not take it: invalid escape sequence: \1", id="a back-reference"),
        pytest.param("(", "RE2 does not take it: missing ): (", id="an open bracket"),
        pytest.param(
            "*a", "RE2 does not take it: no argument for repetition operator: *", id="a repetition of nothing"
        ),
        pytest.param(
            "a{1001}", "RE2 does not take it: invalid repetition size: {1001}", id="a repetition over RE2's own limit"
        ),
        pytest.param("[z-a]", "RE2 does not take it: invalid character class range: z-a", id="a range backwards"),
        pytest.param(r"\pX", r"RE2 does not take it: invalid character class range: \pX", id="an unknown property"),
    ],
)
def test_the_author_is_told_what_re2_does_not_take(pattern, message):
    with pytest.raises(BadPattern) as caught:
        Matcher().add(pattern)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param("(?:a{100}){100}", id="repeats of repeats"),
        pytest.param("((a{30}){30}){30}", id="repeats of repeats of repeats"),
        pytest.param("[a-z]{999}x", id="one long repeat"),
        pytest.param(r"\pL{900}", id="a repeat of a large class"),
    ],
)
def test_counted_repeats_have_a_price(pattern):
    with pytest.raises(BadPattern, match=rf"more than {MAX_PROGRAM}|too large|invalid repetition|bad repetition"):
        Matcher().add(pattern)


def test_the_same_pattern_has_the_same_number():
    matcher = Matcher()
    assert [matcher.add("a"), matcher.add("b"), matcher.add("a")] == [0, 1, 0]
    assert matcher.compile().match(b"b") == {1}


def test_a_word_and_a_pattern_of_the_same_text_are_two():
    matcher = Matcher()
    pattern, word = matcher.add("ab"), matcher.add("ab", is_whole=True)
    matcher.compile()
    assert matcher.match(b"abc") == {pattern}
    assert matcher.match(b"ab") == {pattern, word}


def test_a_bad_pattern_leaves_no_number_behind():
    matcher = Matcher()
    with pytest.raises(BadPattern):
        matcher.add("(")
    assert matcher.add("a") == 0


@settings(max_examples=100, derandomize=True, deadline=None, database=None)
@given(st.text(alphabet="acrshHANGgn +\n.ößжд崩溃\ud800\u212a", max_size=40))
def test_the_prefilter_forgets_no_match(text):
    """What `match` finds and where `span` finds it are two paths through the engine: they agree."""
    seen = encoded(text)
    assert ENGINE.match(seen) == {number for number in NUMBERS if ENGINE.span(number, seen)}


def test_no_patterns_match_nothing():
    assert Matcher().compile().match(b"anything") == frozenset()


@pytest.mark.parametrize(
    ("pattern", "text", "span"),
    [
        pytest.param("r.sh", "crash", Span(1, 5, "rash"), id="a pattern"),
        pytest.param("r.", "crash, rich", Span(1, 3, "ra"), id="the first of two places"),
        pytest.param("x", "éx", Span(2, 3, "x"), id="offsets count bytes"),
        pytest.param("", "abc", Span(0, 0, ""), id="an empty pattern"),
        pytest.param("x", "abc", None, id="no place"),
    ],
)
def test_the_first_place_is(pattern, text, span):
    assert place(pattern, text) == span


def test_a_place_that_cuts_a_character_is_readable():
    assert place(r"\C", "é") == Span(0, 1, "\N{REPLACEMENT CHARACTER}")


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        pytest.param("é", b"\xc3\xa9", id="UTF-8"),
        pytest.param("a\ud800b", b"a?b", id="a lone surrogate is a question mark"),
        pytest.param("a" * (MAX_TEXT + 9), b"a" * MAX_TEXT, id="the end of a long text is not looked at"),
        pytest.param(
            "a" + "é" * MAX_TEXT, b"a" + "é".encode() * (MAX_TEXT // 2 - 1) + b"\xc3", id="a cut is a cut in bytes"
        ),
    ],
)
def test_the_engine_sees(text, seen):
    assert encoded(text) == seen
