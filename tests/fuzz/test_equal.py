"""The engine decides what a plain loop over RE2 decides: 100,000 generated pairs of pattern and text, or PAIRS."""

import os
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice

import pytest
import re2

from bot.core.document.model import Field
from bot.core.rules.engine import UNLIMITED, BadPattern, Engine, is_wordy, phrase
from tests.fuzz.patterns import WORDS, Made, patterns, texts

SEED = int(os.environ.get("FUZZ_SEED") or random.SystemRandom().randrange(10**9))
PAIRS = int(os.environ.get("PAIRS") or 100_000)
AT_ONCE = 100  # patterns of one engine, and texts that it is shown


def _options() -> re2.Options:
    options = re2.Options()
    options.log_errors = False
    options.never_capture = True  # `(x)|[Kk]` takes a Kelvin sign only when its group is not captured: RE2's own doing
    return options


def _loaded(made: Sequence[Made]) -> tuple[Engine, dict[int, tuple[Made, "re2._Regexp"]]]:
    """An engine of all patterns that load, and the same in plain RE2."""
    engine, plain = Engine(), {}
    for each in made:
        try:
            number = engine.add(each.pattern)
        except BadPattern:
            continue
        plain[number] = each, re2.compile(each.pattern, _options())
    return engine, plain


def _rounds(pairs: int) -> Iterator[tuple[int, Engine, dict[int, tuple[Made, "re2._Regexp"]], list[str]]]:
    """Enough of them for so many pairs."""
    seed = SEED
    while pairs > 0:
        engine, plain = _loaded(patterns(seed, AT_ONCE))
        shown = texts(random.Random(seed), [each for each, _ in plain.values()], AT_ONCE)
        yield seed, engine, plain, shown
        pairs -= len(plain) * len(shown)
        seed += 1


def test_every_verdict_is_that_of_a_plain_loop():
    matched = told = 0
    for seed, engine, plain, shown in _rounds(PAIRS):
        told += sum(map(engine.has_literal, plain))
        for text in shown:
            field = Field(text)
            expected = {number for number, (_, program) in plain.items() if program.search(field.encoded)}
            found = engine.match(field, None, UNLIMITED)
            if found != expected:
                wrong = [plain[number][0].pattern for number in found ^ expected]
                pytest.fail(f"seed {seed}: {wrong!r} on {text!r}: {sorted(found ^ expected & found) or 'not'} found")
            matched += len(expected)
    assert matched > PAIRS / 50, "too few texts match for this to prove anything"
    assert told > PAIRS / AT_ONCE / 5, "too few patterns require a literal for this to prove anything"


@pytest.mark.parametrize("is_whole", [False, True])
def test_every_phrase_is_found_where_a_plain_loop_finds_it(is_whole):
    chance = random.Random(SEED)
    for _ in range(max(1, PAIRS // 5_000)):
        engine, plain = Engine(), {}
        for _ in range(50):
            words = chance.choices(WORDS, k=chance.choice([1, 1, 2, 5]))
            program = re2.compile(phrase(words, is_whole=is_whole), _options())
            plain[engine.add_phrase(" ".join(words), is_whole=is_whole)] = words, program
        made = [Made("", lambda _, w=words: "  ".join(w)) for words, _ in plain.values()]
        for text in texts(chance, made, 50):
            found = engine.match(Field(text), None, UNLIMITED)
            expected = {number for number, (_, program) in plain.items() if _holds(program, text, is_whole=is_whole)}
            assert found == expected, f"seed {SEED}: {[plain[each][0] for each in found ^ expected]} in {text!r}"


def _holds(program: "re2._Regexp", text: str, *, is_whole: bool) -> bool:
    """Whether it matches at some character, with no letter or digit beside it where that is asked."""
    edges = [place.span() for at in range(len(text)) if (place := program.match(text, at))]
    edges += [place.span() for place in [program.search(text)] if place]
    beside = (text[max(0, start - 1) : start] + text[end : end + 1] for start, end in edges)
    return any(not is_whole or not any(map(is_wordy, each)) for each in beside)


def test_the_places_are_those_of_a_plain_loop():
    for seed, engine, plain, shown in islice(_rounds(PAIRS), 3):
        for text in shown:
            field = Field(text)
            for number, (made, program) in plain.items():
                expected = [
                    found.group().decode(errors="ignore") for found in program.finditer(field.encoded) if found.group()
                ]
                found = [span.text for span in engine.spans(number, field) if span.text]
                assert found == expected, f"seed {seed}: {made.pattern!r} on {text!r}"


def test_case_folding_keeps_together_what_re2_joins():
    """What the prefilter rests on: it looks at case-folded texts, RE2 has tables of its own."""
    every = [chr(code) for code in range(0x20000) if not 0xD800 <= code < 0xE000]
    cased = [each for each in every if any(way(each) != each for way in (str.casefold, str.upper, str.title))]
    text, alike = "\n".join(cased), defaultdict(set)
    for character in cased:
        alike[character.casefold()].add(character)
    for character in cased:
        joined = set(re2.findall(f"(?i){character}", text, _options()))
        assert {each.casefold() for each in joined} == {character.casefold()}, f"{character!r}: {joined}"
        if len(character.casefold()) == 1:  # of a plain text: what has one case-folded form is one to RE2
            assert joined == alike[character.casefold()], repr(character)


def test_no_edge_of_a_word_is_lost_by_case_folding():
    for code in range(0x110000):
        folded = chr(code).casefold()
        assert is_wordy(chr(code)) or not any(map(is_wordy, folded)), hex(code)
        assert not is_wordy(chr(code)) or len(folded) > 1 or is_wordy(folded), hex(code)
