import pytest

from bot.core.document.segments import read_document
from bot.core.rules.classify import classify
from bot.core.rules.engine import MAX_TRIES, Span


@pytest.fixture
def found(ruleset):
    """The first place of a word, or of any of several, in a body; None where there is none."""

    def place(word, text):
        rules = ruleset({"a": {}}, {"r": {"class": "a", "when": {"word": word, "in": "body"}}})
        return next((finding.span for finding in classify(read_document("", text), rules).findings), None)

    return place


@pytest.mark.parametrize(
    ("word", "text"),
    [
        pytest.param("crash", "crash", id="the whole text"),
        pytest.param("crash", "a crash.", id="between a space and a full stop"),
        pytest.param("crash", "CRASH", id="capitals"),
        pytest.param("CRASH", "crash", id="a rule in capitals"),
        pytest.param("crash", "one\ncrash\ntwo", id="a line of its own"),
        pytest.param("crash", "crash-loop", id="before a hyphen"),
        pytest.param("crash", "(crash)", id="in brackets"),
        pytest.param("crash", "`crash`", id="in code"),
        pytest.param("crash", "crash💥", id="before an emoji"),
        pytest.param("crash", "发生 crash 了", id="between words of another script"),
        pytest.param("größe", "falsche GRÖSSE? nein: GRÖßE", id="German capitals"),
        pytest.param("падение", "Падение при запуске", id="Cyrillic in any case"),
        pytest.param("σφάλμα", "ΣΦΆΛΜΑ", id="Greek in any case"),
        pytest.param("崩溃", "启动 崩溃", id="Chinese"),
        pytest.param("c++", "in C++, too", id="a word that ends in signs"),
        pytest.param(".net", "on .NET 8", id="a word that begins with a sign"),
        pytest.param("a.b", "a.b", id="a full stop means itself"),
        pytest.param("stack trace", "stack trace", id="a phrase"),
        pytest.param("stack trace", "Stack   \n\t TRACE", id="a phrase over white space and lines"),
        pytest.param("stack\n trace", "stack trace", id="a phrase that is written over lines"),
        pytest.param("crash", "crashed crash", id="the second place, when the first is a part of a word"),
        pytest.param("stack trace", "stack\u00a0trace", id="a phrase over a space that does not break"),
        pytest.param("stack trace", "stack\u3000\u2003 trace", id="a phrase over wide spaces"),
        pytest.param("stack trace", "stack\u2028trace", id="a phrase over a line separator"),
        pytest.param("stack\u00a0trace", "stack trace", id="a phrase that is written with a space that does not break"),
        pytest.param("gro\u0308\u00dfe", "die gr\u00f6\u00dfe", id="a word that is written in parts (NFD)"),
        pytest.param("gr\u00f6\u00dfe", "die gro\u0308\u00dfe", id="a text that is written in parts (NFD)"),
        pytest.param("k", "300 \u212a", id="the sign for Kelvin is a k"),
        pytest.param("x", "\0x\0", id="between NULs"),
        pytest.param("x", "\ud800 x", id="after a lone surrogate"),
    ],
)
def test_a_word_is_found_in(found, word, text):
    assert found(word, text)


@pytest.mark.parametrize(
    ("word", "text"),
    [
        pytest.param("crash", "", id="nothing"),
        pytest.param("crash", "crashed", id="a longer word"),
        pytest.param("crash", "acrash", id="the end of a word"),
        pytest.param("crash", "crash_loop", id="an identifier"),
        pytest.param("crash", "crash2", id="a word with a number"),
        pytest.param("crash", "crash²", id="a word with a raised number"),
        pytest.param("hang", "hangé", id="a word with an accented letter"),
        pytest.param("hang", "éhang", id="a word after an accented letter"),
        pytest.param("hang", "hangя", id="a word with a Cyrillic letter"),
        pytest.param("崩溃", "启动崩溃", id="a longer run of Chinese"),
        pytest.param("a.b", "axb", id="another sign"),
        pytest.param("stack trace", "stacktrace", id="a phrase without a space"),
        pytest.param("stack trace", "stack and trace", id="a phrase with a word between"),
        pytest.param("a|b", "a", id="half an alternative that is none"),
        pytest.param("(?i)x", "x", id="what looks like a flag"),
    ],
)
def test_a_word_is_not_found_in(found, word, text):
    assert found(word, text) is None


def test_any_of_several_words_is_enough(found):
    either = ["crash", "segmentation fault"]
    assert found(either, "a segmentation  fault") == Span(2, 21, "segmentation  fault")
    assert found(either, "a segmentation") is None


@pytest.mark.parametrize("words", [["größ", "größe"], ["größe", "größ"]], ids=["shorter first", "longer first"])
@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("die größe", Span(4, 9, "größe")),
        ("größ und größe", Span(0, 4, "größ")),
        ("größer, größe", Span(8, 13, "größe")),
        ("größer", None),
    ],
)
def test_of_words_that_begin_alike_the_longest_is_taken(found, words, text, span):
    assert found(words, text) == span


def test_of_words_that_begin_alike_the_shorter_is_found_where_the_longer_is_not_whole(found):
    assert found(["crash", "crash é"], "crash éa") == Span(0, 5, "crash")


def test_a_word_is_looked_for_whole_at_a_thousand_places(found):
    assert found("é", "éa " * (MAX_TRIES - 1) + "é")
    assert found("é", "éa " * MAX_TRIES + "é") is None


@pytest.mark.parametrize(
    ("word", "text", "span"),
    [
        pytest.param("crash", "a crash!", Span(2, 7, "crash"), id="a word without its edges"),
        pytest.param("Crash", "CRASH", Span(0, 5, "CRASH"), id="a word as it stood there"),
        pytest.param("crash", "crashed, crash crash", Span(9, 14, "crash"), id="the first whole word"),
        pytest.param("hang", "é hang", Span(2, 6, "hang"), id="offsets count characters"),
        pytest.param("a b", "x a \n b y", Span(2, 7, "a \n b"), id="a phrase with its white space"),
        pytest.param("崩溃", "启动 崩溃。", Span(3, 5, "崩溃"), id="a word before a sign of another script"),
    ],
)
def test_the_place_of_a_word_is(found, word, text, span):
    assert found(word, text) == span


def test_a_long_list_of_words_is_taken(found):
    """A hundred words are allowed in a condition: they must also compile."""
    assert found([f"word{number}" for number in range(100)], "a word99.") == Span(2, 8, "word99")
