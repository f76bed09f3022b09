import pytest
import re2

from bot.core.rules.literals import EDGE, MAX_DEPTH, Unreadable, read

LONG = "x" * 40


@pytest.mark.parametrize(
    ("pattern", "needs"),
    [
        pytest.param("crash", [{"crash"}], id="a literal is needed"),
        pytest.param("CRASH", [{"crash"}], id="in any case"),
        pytest.param("Größe", [{"grösse"}], id="folded in full"),
        pytest.param("ab", [], id="two letters say too little"),
        pytest.param("崩溃", [{"崩溃"}], id="two Chinese characters say enough"),
        pytest.param(LONG, [{LONG[:12]}], id="the beginning of a long literal is enough"),
        pytest.param("crash|hang", [{"crash", "hang"}], id="of an alternation, one branch"),
        pytest.param("crash|a", [], id="an alternation with a branch that says nothing"),
        pytest.param("crash|", [], id="an alternation with an empty branch"),
        pytest.param("(?:can|could) not", [{"can not", "could not"}], id="an alternation grows with what follows"),
        pytest.param("crash(?:ed|es)", [{"crashed", "crashes"}], id="an alternation grows with what precedes"),
        pytest.param("crash(?:ed)?", [{"crash"}], id="a literal that holds another one adds nothing"),
        pytest.param("colou?r", [{"color", "colour"}], id="an optional letter"),
        pytest.param("crash.*", [{"crash"}], id="whatever may follow"),
        pytest.param("(?:crash)*", [], id="what may be absent"),
        pytest.param("(?:crash){0,3}", [], id="what may be absent, counted"),
        pytest.param("(?:crash)+", [{"crash"}], id="what stands at least once"),
        pytest.param("(?:crash)+?", [{"crash"}], id="what stands at least once, lazily"),
        pytest.param("ab+", [], id="a repeated letter ends what is known"),
        pytest.param("ab{2}c", [{"abbc"}], id="a count"),
        pytest.param("ab{2,}c", [{"abb"}], id="an open count"),
        pytest.param("ab{9}c", [{"abbbb"}], id="of a high count, some"),
        pytest.param("ab{2,3}?c", [{"abb"}], id="a lazy count"),
        pytest.param("ab{,2}c", [{"ab{,2}c"}], id="braces that count nothing mean themselves"),
        pytest.param("ab{02}c", [{"ab{02}c"}], id="a count with a nought before it is none"),
        pytest.param("error.*fatal", [{"error"}, {"fatal"}], id="two literals apart, both"),
        pytest.param("(one)(?P<n>two)(?<m>three)", [{"onetwothree"}], id="groups and names"),
        pytest.param("(?i)crash(?-i:ed)(?s)er", [{"crasheder"}], id="flags say nothing"),
        pytest.param(r"\bcrash$", [{"crash"}], id="edges and anchors take no room"),
        pytest.param(r"crash\ded", [{"crash"}], id="a class takes room"),
        pytest.param(r"a\.b\\c\[", [{r"a.b\c["}], id="escaped signs"),
        pytest.param(r"\x41\x{42}\103\n\t", [{"abc\n\t"}], id="escaped codes"),
        pytest.param(r"\x{D800}crash", [{"crash"}], id="half a character stands nowhere"),
        pytest.param(r"\Qa.b|c\E+d", [{"a.b|c"}], id="a quotation, whose last character is repeated"),
        pytest.param(r"a\Q\E*bcd", [{"bcd"}], id="an empty quotation hides no quantifier"),
        pytest.param("a(?i)*bcd", [{"bcd"}], id="flags hide no quantifier"),
        pytest.param(r"\Qcrash", [{"crash"}], id="a quotation to the end"),
        pytest.param(r"\pLcrash\p{Greek}", [{"crash"}], id="properties"),
        pytest.param("[Ee]rror", [{"error"}], id="a class of one letter in two cases"),
        pytest.param("stack[ -]trace", [{"stack"}, {"trace"}], id="a hyphen in a class may be a range"),
        pytest.param("gr[ae]y", [{"gray", "grey"}], id="a small class is an alternation"),
        pytest.param("[^e]rror", [{"rror"}], id="a class of all but"),
        pytest.param("[]e]rror", [{"]rror", "error"}], id="a bracket that closes, first in a class"),
        pytest.param(r"[^]\]e]rror", [{"rror"}], id="brackets in a class"),
        pytest.param("[[:alpha:]]rror", [{"rror"}], id="a named class"),
        pytest.param(r"[\pL\x{41}a-z]rror", [{"rror"}], id="a class of everything"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_a_pattern_needs(pattern, needs):
    re2.compile(pattern)
    assert sorted(map(sorted, read(pattern).needs)) == sorted(map(sorted, needs))


@pytest.mark.parametrize(
    ("pattern", "edged"),
    [
        pytest.param("crash", [], id="none"),
        pytest.param(r"\bcrash\b", [{"|crash|"}], id="before and after"),
        pytest.param(r"stack\b-trace", [{"stack|-trace"}], id="within"),
        pytest.param(r"crash\B", [], id="no edge is none"),
        pytest.param(r"^crash$", [], id="anchors are none"),
        pytest.param(r"\bcrash(?:ed|es)?\b", [{"|crash|", "|crashed|", "|crashes|"}], id="of every branch"),
        pytest.param(r"\bcrash\w", [{"|crash"}], id="before what may follow"),
        pytest.param(r"(?:\b)?crash", [{"crash", "|crash"}], id="an edge that may be absent"),
        pytest.param(r"error.*\bfatal", [{"|fatal"}], id="of one need of two"),
        pytest.param(r"\b\b\b\b\b\b\b\b\b\b\bcrash", [], id="edges alone say too little"),
        pytest.param(r"\bab", [], id="an edge is no letter"),
        pytest.param(r"\x08crash[\x08a]ed", [], id="a backspace is none"),
    ],
)
def test_an_edge_of_a_word_is_told(pattern, edged):
    re2.compile(pattern)
    found = [{text.replace(EDGE, "|") for text in need} for need in read(pattern).edged]
    assert sorted(map(sorted, found)) == sorted(map(sorted, edged))


@pytest.mark.parametrize(
    ("pattern", "first"),
    [
        pytest.param("abc.*database", {"database"}, id="the longest"),
        pytest.param("(?:one|two|six).*abc", {"abc"}, id="of the same length, that with the fewest alternatives"),
        pytest.param("(?: is | are ).*404", {"404"}, id="spaces do not count"),
    ],
)
def test_the_most_telling_need_is_first(pattern, first):
    assert read(pattern).needs[0] == first


@pytest.mark.parametrize(
    ("pattern", "count"),
    [("a", 0), ("a{3}", 3), ("a{3,}", 3), ("a{3,70}", 70), ("(a{3}b{5}){4}", 5), (r"a\{9}[{8}]", 0)],
)
def test_the_largest_count_is(pattern, count):
    assert read(pattern).repeat == count


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        (r"a\Cb", r"\C takes bytes, and issues are of characters; write . instead"),
        ("(" * (MAX_DEPTH + 1) + ")" * (MAX_DEPTH + 1), f"brackets nest more than {MAX_DEPTH} deep"),
    ],
)
def test_the_author_is_told_what_is_not_read(pattern, message):
    with pytest.raises(Unreadable) as caught:
        read(pattern)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param("(?:" * 40 + "abc" + "){4}" * 40, id="counts of counts"),
        pytest.param("a?b?c?" * 80, id="optional letters"),
        pytest.param("(?:" + "|".join(f"{each:02}" for each in range(60)) + ")" * 1, id="alternatives"),
        pytest.param("(?:ab|cd|ef|gh)" * 34, id="alternatives of alternatives"),
    ],
)
def test_what_is_claimed_stays_small(pattern):
    assert sum(len(need) for need in read(pattern).needs) <= 64 * 40
