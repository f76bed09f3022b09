"""A natural mix of conditions and issues, from a seed: words of this repository, as often as they are written here.

Every issue also has words of its own, as issues of other projects have.
"""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path

ROOT = Path(__file__).parents[2]
WRITTEN = ("*.md", "docs/**/*.md", "rules/**/*.md", "bot/**/*.md", "bot/**/*.py", "rules/**/*.yml")
FREQUENT = 100  # words that nobody writes a rule about
SYLLABLES = ["ar", "ban", "cor", "del", "en", "fil", "gra", "hol", "in", "jor", "ket", "lan", "mor", "nex", "ol", "pre"]
REGEXES = [  # what people write, without a flag
    r"\b{a}(?:s|ed|ing)?\b",
    r"\b{a} (?:is|was|has been) {b}",
    r"\b(?:{a}|{b}|{c})[ -]?{d}",
    r"\b(?:cannot|can't|unable to|fails? to) {a}\b",
    r"\b{a}(?:Error|Exception): ",
    r"at [\w.$]*{a}\.",
    r'File "[^"\n]*{a}\.py", line \d+',
    r"\b{a}\b[^\n]{{0,60}}\b{b}\b",
    r"\b(?:no|missing) {a}s? (?:for|of|in) \w+",
    r"\d+\.\d+(?:\.\d+)? {a}",
    r"{a}[_-]?{b}\s*[=:]",
    r"\berror (?:code )?\d{{3,5}}: {a}",
    r"\b(?:{a}|{b}|{c}|{d})\w* \w+ (?:{e}|{f})",
    r"(?:{a}|{b}) (?:{c}|{d}) (?:{e}|{f})",
]


@dataclass(frozen=True, slots=True)
class Condition:
    text: str  # of a pattern, in any case
    is_regex: bool

    @property
    def plain(self) -> str:
        """The same for an engine that knows no words."""
        return self.text if self.is_regex else r"\b" + r"\s+".join(self.text.split()) + r"\b"


class Language:
    """What is written here, and how to say something in it."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        written = [word for path in sorted({p for each in WRITTEN for p in ROOT.glob(each)}) for word in _words(path)]
        count = Counter(written)
        self._words = [word for word, _ in count.most_common()]
        self._weights = [*accumulate(count[word] for word in self._words)]
        self._rare = [word for word in self._words[FREQUENT:] if len(word) > 2]
        rare = set(self._rare)
        self._pairs = sorted({f"{one} {other}" for one, other in pairwise(written) if one in rare and other in rare})

    def conditions(self, count: int) -> list[Condition]:
        """No two the same: of ten, five are words, two phrases and three patterns."""
        words = self._chance.sample(self._rare, count * 5 // 10)
        phrases = self._chance.sample(self._pairs, count * 2 // 10)
        plain = [Condition(each, is_regex=False) for each in words + phrases]
        return plain + [Condition(self._regex(index), is_regex=True) for index in range(count - len(plain))]

    def dead(self, count: int) -> list[Condition]:
        """Conditions that no issue meets."""
        made = (f"{self._name()}{index}" for index in range(count))
        return [Condition(each, is_regex=index % 3 == 0) for index, each in enumerate(made)]

    def issues(self, count: int) -> Iterator[str]:
        """Each of 1 to 3 kB, with a trace at its end; no two are the same."""
        for _ in range(count):
            names = [self._name() for _ in range(12)]  # of this issue's project
            size, text = self._chance.randrange(1000, 3000), "### What happens\n\n"
            while len(text) < size:
                said = self._said(self._chance.randrange(4, 18))
                said.insert(self._chance.randrange(len(said)), self._chance.choice(names))
                text += " ".join(said).capitalize() + self._chance.choice([". ", ". ", "? ", ":\n- ", ".\n\n"])
            frames = (f'  File "/srv/{a}/{b}.py", line {len(a) * 37}, in {b}\n' for a, b in pairwise(names[:6]))
            raised = f"{names[0].capitalize()}Error: {' '.join(self._said(6))}"
            yield f"{text}\n```\nTraceback (most recent call last):\n{''.join(frames)}{raised}\n```"

    def _regex(self, index: int) -> str:
        return REGEXES[index % len(REGEXES)].format(
            **dict(zip("abcdef", self._chance.sample(self._rare, 6), strict=True))
        )

    def _said(self, count: int) -> list[str]:
        return self._chance.choices(self._words, cum_weights=self._weights, k=count)

    def _name(self) -> str:
        return "".join(self._chance.choices(SYLLABLES, k=self._chance.choice([2, 3, 4])))


def _words(path: Path) -> list[str]:
    return "".join(each if each.isascii() and each.isalpha() else " " for each in path.read_text().lower()).split()
