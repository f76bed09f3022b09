from itertools import product

import pytest
import re2

from bot.core.document.model import Field
from bot.core.rules.engine import (
    LIMIT,
    MAX_PROGRAM,
    MAX_REPEAT,
    MAX_TRIES,
    UNLIMITED,
    WORK,
    BadPattern,
    Engine,
    Overrun,
    Span,
    Watch,
)


class Clock:
    """Goes on by a step each time that it is read."""

    def __init__(self, step=0.0):
        self.now = 0.0
        self.step = step

    def __call__(self):
        self.now += self.step
        return self.now


def matches(pattern, text):
    engine = Engine()
    number = engine.add(pattern)
    return engine.match(Field(text), None, UNLIMITED) == {number}


def places(pattern, text, **options):
    engine = Engine()
    return list(engine.spans(engine.add(pattern, **options), Field(text)))


def says(phrase, text, *, is_whole=True):
    engine = Engine()
    number = engine.add_phrase(phrase, is_whole=is_whole)
    found = engine.match(Field(text), None, UNLIMITED) == {number}
    assert found is bool(next(engine.spans(number, Field(text)), None)), "match and spans disagree"
    return found


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
        pytest.param("(?i)mask", "ma\u017fk", True, id="a long s is an s"),
        pytest.param("error.*fatal", "fatal error", False, id="both literals, in the wrong order"),
        pytest.param("error.*fatal", "error", False, id="one literal of two"),
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
        pytest.param("a\ud800", "it has half a character (a lone surrogate)", id="a lone surrogate"),
        pytest.param("[a-z]{101}", f"it counts to 101, more than {MAX_REPEAT}", id="a high count"),
        pytest.param(r"\C", r"\C takes bytes, and issues are of characters; write . instead", id="bytes"),
    ],
)
def test_the_author_is_told_what_is_not_taken(pattern, message):
    with pytest.raises(BadPattern) as caught:
        Engine().add(pattern)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param("(?:a{100}){100}", id="repeats of repeats"),
        pytest.param("((a{30}){30}){30}", id="repeats of repeats of repeats"),
        pytest.param(r"\pL{90}", id="a repeat of a large class"),
    ],
)
def test_counted_repeats_have_a_price(pattern):
    with pytest.raises(BadPattern, match=rf"more than {MAX_PROGRAM}|too large|bad repetition|invalid repetition"):
        Engine().add(pattern)


def test_a_phrase_has_a_word():
    with pytest.raises(BadPattern, match="it has no word"):
        Engine().add_phrase(" \x1c", is_whole=True)


def test_the_same_pattern_has_the_same_number():
    engine = Engine()
    assert [engine.add("a"), engine.add("b"), engine.add("a")] == [0, 1, 0]
    assert engine.add_phrase("Stack  trace", is_whole=True) == engine.add_phrase("Stack trace", is_whole=True) == 2
    assert engine.match(Field("b"), None, UNLIMITED) == {1}


def test_a_whole_pattern_and_one_that_is_not_are_two():
    engine = Engine()
    part, whole = engine.add("ab"), engine.add("ab", is_whole=True)
    assert engine.match(Field("abc"), None, UNLIMITED) == {part}
    assert engine.match(Field("ab"), None, UNLIMITED) == {part, whole}


def test_a_bad_pattern_leaves_no_number_behind():
    engine = Engine()
    with pytest.raises(BadPattern):
        engine.add("(")
    assert engine.add("a") == 0


def test_patterns_may_be_added_after_a_match():
    engine = Engine()
    first = engine.add("crash")
    assert engine.match(Field("crash hang"), None, UNLIMITED) == {first}
    second = engine.add("hang")
    assert engine.match(Field("crash hang"), None, UNLIMITED) == {first, second}


def test_only_what_is_wanted_is_looked_for():
    engine = Engine()
    numbers = [engine.add("crash"), engine.add("."), engine.add_phrase("crash", is_whole=True)]
    for number in numbers:
        assert engine.match(Field("crash"), frozenset({number}), UNLIMITED) == {number}
    assert engine.match(Field("crash"), frozenset(), UNLIMITED) == frozenset()


def test_no_patterns_match_nothing():
    assert Engine().match(Field("anything"), None, UNLIMITED) == frozenset()


def test_what_costs_something_on_every_text_is_known():
    engine = Engine()
    assert [engine.has_literal(engine.add(each)) for each in ("ab", "[a-z]+", "crash")] == [False, False, True]
    assert engine.has_literal(engine.add_phrase("r", is_whole=True))
    assert engine.has_literal(engine.add_phrase("::", is_whole=False))


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        pytest.param("crash", "a CRASH!", id="a word"),
        pytest.param("crash", "crash", id="the whole text"),
        pytest.param("stack trace", "Stack.Stack \n Trace", id="a phrase over lines"),
        pytest.param("a b c d e", "a b c d e", id="more words than are looked for together"),
        pytest.param("c++", "in C++, too", id="a word that ends in signs"),
        pytest.param("->", "a -> b", id="signs alone"),
        pytest.param("größe", "die GRÖßE", id="a sharp s"),
        pytest.param("ΐ", "ΐ", id="a letter whose case-folded form is three"),
        pytest.param("K", "300 K, \u017f", id="in a text with a long s"),
        pytest.param("x" * 300, "x" * 300, id="a long word"),
    ],
)
def test_a_whole_phrase_is_found(phrase, text):
    assert says(phrase, text)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        pytest.param("crash", "crashed", id="a part of a word"),
        pytest.param("crash", "écrash", id="a part of a word beyond ASCII"),
        pytest.param("crash", "crash\u0345", id="before a mark that is a letter when case-folded"),
        pytest.param("crash", "crash_", id="before an underscore"),
        pytest.param("stack trace", "stack, trace", id="words with a comma between them"),
        pytest.param("stack trace", "trace stack", id="words in another order"),
        pytest.param("strasse", "Straße", id="a sharp s is not two"),
        pytest.param("mask", "ma\u017f", id="a long s is no word's end"),
        pytest.param("a b c d e", "a b c d f", id="the beginning of a phrase"),
        pytest.param("x" * 300, "x" * 299, id="the beginning of a long word"),
    ],
)
def test_a_whole_phrase_is_not_found(phrase, text):
    assert not says(phrase, text)


@pytest.mark.parametrize(
    ("part", "text", "expected"),
    [
        pytest.param("rash", "CRASHED", True, id="within a word"),
        pytest.param("ss", "ß", False, id="a sharp s is not two"),
        pytest.param("ß", "\u1e9e", True, id="a capital sharp s"),
        pytest.param("unrecoverable error", "Unrecoverable\nERRORS", True, id="over white space"),
        pytest.param("unrecoverables", "unrecoverable", False, id="the beginning of a long word"),
        pytest.param("e-f", "e f", False, id="signs mean themselves"),
    ],
)
def test_a_part_is_found(part, text, expected):
    assert says(part, text, is_whole=False) is expected


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        pytest.param("r.sh", "crash", [Span(1, 5, "rash")], id="a pattern"),
        pytest.param("r.", "crash, rich", [Span(1, 3, "ra"), Span(7, 9, "ri")], id="two places"),
        pytest.param("aa", "aaaaa", [Span(0, 2, "aa"), Span(2, 4, "aa")], id="no place over another"),
        pytest.param("x", "é崩x💥x", [Span(2, 3, "x"), Span(4, 5, "x")], id="offsets count characters"),
        pytest.param("", "é", [Span(0, 0, ""), Span(1, 1, "")], id="an empty pattern"),
        pytest.param(r"\B", "aéb", [Span(2, 2, "")], id="a place within a character is behind it"),
        pytest.param("x", "abc", [], id="no place"),
    ],
)
def test_the_places_are(pattern, text, expected):
    assert places(pattern, text) == expected


def test_a_place_that_is_no_whole_word_may_hide_one_that_begins_within_it():
    assert places("x x", "ax x x", is_whole=True) == [Span(3, 6, "x x")]


def test_a_word_is_looked_for_at_so_many_places():
    assert not places("ж", "жя " * MAX_TRIES + "ж", is_whole=True)
    assert places("ж", "жя " * (MAX_TRIES - 1) + "ж", is_whole=True)


def test_a_large_pattern_looks_at_the_beginning_of_a_long_field():
    engine = Engine()
    number = engine.add("(?:" + "|".join(f"{each}[a-z]" for each in range(250)) + ")end")
    size = engine._programs[number].programsize
    text = " " * (WORK // size - 5)
    assert engine.match(Field(text + "1xend"), None, UNLIMITED) == {number}
    assert engine.match(Field(text + " 1xend"), None, UNLIMITED) == frozenset()


def test_a_budget_is_looked_at_between_patterns_and_names_the_costliest():
    engine, clock = Engine(), Clock()
    cheap, dear, last = engine.add("c.eap"), engine.add("d.ar"), engine.add("l.st")
    watch = Watch(clock)
    assert engine.match(Field("cheap"), None, watch) == {cheap}
    clock.step = LIMIT
    engine.match(Field("dear"), frozenset({dear}), watch)
    with pytest.raises(Overrun) as caught:
        engine.match(Field("last"), frozenset({last}), watch)
    assert caught.value.number == dear
    assert caught.value.seconds == pytest.approx(LIMIT)
    assert watch.seconds == {dear: pytest.approx(LIMIT)}


def test_what_the_process_did_beside_the_searches_is_no_patterns_fault():
    engine, clock = Engine(), Clock()
    number = engine.add("c.ash")
    watch = Watch(clock)
    clock.now = 10 * LIMIT
    assert engine.match(Field("crash"), None, watch) == {number}


def test_where_many_patterns_share_the_time_none_is_named():
    engine, clock = Engine(), Clock()
    numbers = [engine.add(f"c{number:03}.") for number in range(100)]
    watch = Watch(clock)
    clock.step = LIMIT / 50
    with pytest.raises(Overrun) as caught:
        engine.match(Field(" ".join(f"c{number:03}x" for number in range(100))), frozenset(numbers), watch)
    assert caught.value.number is None


def test_a_search_that_might_not_end_in_time_is_not_begun():
    engine, clock = Engine(), Clock()
    long, dear = engine.add("a[ab]{99}c"), engine.add("d.ar")
    watch = Watch(clock)
    clock.step = LIMIT * 0.9
    assert engine.match(Field("dear"), None, watch) == {dear}
    clock.step = 0
    with pytest.raises(Overrun) as caught:
        engine.match(Field("a" * 60_000 + "c"), frozenset({long}), watch)
    assert caught.value.number == dear


def test_what_needs_no_search_is_decided_without_one():
    engine = Engine()
    number = engine.add_phrase("crash", is_whole=True)
    assert engine.match(Field("a crash"), None, Watch(Clock(), limit=-1)) == {number}
    with pytest.raises(Overrun):
        engine.match(Field("a crash, ß"), None, Watch(Clock(), limit=-1))


BESIDE = ["", "x", "s", "_", "7", " ", "-", "\n", "é", "\u017f", "ß", "\u0345", "崩", "“"]


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(r"\bfoo", id="before"),
        pytest.param(r"foo\b", id="after"),
        pytest.param(r"\bfoo(?:s|ed)?\b", id="after several endings"),
        pytest.param(r"(?i)\bFOO\b", id="in any case"),
        pytest.param(r"\b(?:-|s)foo", id="before a sign or a letter"),
        pytest.param(r"(?:\b|s)foo", id="an edge or a letter"),
        pytest.param(r"-\bfoo\b-", id="between signs"),
        pytest.param(r"\b\b-foo-\b", id="before a sign"),
        pytest.param(r"foo\b\S+\bbar", id="of words apart"),
        pytest.param(r"foo-\b  bar", id="where none can be"),
        pytest.param(r"\béfoo", id="before a letter that is none to RE2"),
        pytest.param(r"(?i)\bsfoo", id="before a letter with three forms"),
    ],
)
def test_an_edge_of_a_word_is_where_re2_has_it(pattern):
    engine, program = Engine(), re2.compile(pattern)
    number = engine.add(pattern)
    for before, after, beyond in product(BESIDE, BESIDE, ["", "é", "“", "ß"]):
        for text in (f"{before}foo{after}{beyond}", f"{beyond} {before}Foo{after}", f"foo{before}{after}bar{beyond}"):
            expected = {number} if program.search(text) else set()
            assert engine.match(Field(text), None, UNLIMITED) == expected, repr(text)


def test_words_that_say_little_are_not_looked_for_by_their_edges():
    engine = Engine()
    engine.add(r"\b->!x")
    assert engine._waiting.keys() == {"->!x"}


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        pytest.param("crash", "hang", id="a word that is not there"),
        pytest.param("crash.*hang", "a crash", id="one word of two"),
        pytest.param(r"\bcrash", "recrashed", id="a word within another"),
        pytest.param(r"\bcrash(?:ed)?\b", "crashes", id="another ending"),
        pytest.param(r"\bcrash\b", "“crashes” …", id="a word among signs beyond ASCII"),
        pytest.param(r"crash: ", "a crash, and", id="a word without its sign"),
    ],
)
def test_what_lacks_a_need_is_never_shown_to_re2(pattern, text):
    engine = Engine()
    engine.add(pattern)
    assert engine.match(Field(text), None, Watch(Clock(), limit=-1)) == frozenset()


@pytest.mark.parametrize(
    "gap", [" " * count + sign + " " * after for count in range(4) for sign in "\n.x" for after in range(4)]
)
def test_a_phrase_is_found_over_any_gap_of_white_space(gap):
    assert says("stack trace", f"{gap}stack{gap}trace{gap}") is gap.isspace()
