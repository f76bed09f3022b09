"""RE2 patterns and texts that often match them, from a seed: what a person might write, and what nobody should.

Built as trees, so that a text which fits can be drawn from the same tree, and then be disturbed.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

WORDS = [
    "crash",
    "error",
    "Kelvin",
    "mask",
    "straße",
    "größe",
    "İstanbul",
    "σφάλμα",
    "ὈΔΥΣΣΕΎΣ",
    "сбой",
    "Сбой",
    "崩溃",
]
WORDS += [
    "闪退",
    "null",
    "0x1F",
    "c++",
    ".net",
    "a-b",
    "K",
    "ß",
    "\u01c5",
    "\ufb03",
    "\xb5s",
    "\u017fet",
    "->",
    "x",
    "\u0345y",
]
LETTERS = "abkKsSßẞ\u017f\u212aåÅ\u212bµμ\u039c éÉ\u0131IiİЖж\u0345 崩\n_-.]^{}1,\\$"
CLASSES = {
    ".": "abé崩 ",
    r"\w": "abK_1",
    r"\s": " \t\n",
    r"\S": "aß崩",
    r"\d": "059",
    r"\pL": "aßж崩",
    r"\p{Greek}": "σΣμ",
    r"\PL": "1 -",
    "[a-z]": "abks",
    "[^a-z]": "AK崩 ",
    "[]a]": "]a",
    "[^]a]": "b\n",
    "[[:alpha:]x-]": "abx-",
    "[Kk]": "Kk",
    "[ -]": " -",
    r"[\w.]": "a.1",
    r"[\]\\]": "]\\",
    r"[\x{41}b]": "Ab",
    "[ſẞ]": "ſẞ",
}
EMPTY = ["", "^", "$", r"\b", r"\B", r"\A", r"\z", "(?:)", "(?i)", "(?s)", "(?-i)", "(?m)"]
# What some folding or normal form joins; RE2 joins only some of it.
LIKE = [
    "kK\u212a",
    "sS\u017f",
    "ßẞ",
    "åÅ\u212b",
    "µμ\u039c",
    "σςΣ",
    "iI\u0131İ",
    "ǆǅǄ",
    "ﬃ",
    "θϑϴ",
    "ωΩ\u2126",
    "жЖ",
    "ᾳᾼ",
    "ꭰᎠ",
]

Draw = Callable[[random.Random], str]


@dataclass(frozen=True, slots=True)
class Made:
    """A pattern, and a way to draw texts that it may well match."""

    pattern: str
    draw: Draw


def patterns(seed: int, count: int) -> list[Made]:
    """The same for the same seed. Not all of them are taken by RE2."""
    chance = random.Random(seed)
    return [_flagged(_tree(chance, chance.choice([1, 2, 2, 3])), chance) for _ in range(count)]


def texts(chance: random.Random, made: Sequence[Made], count: int) -> list[str]:
    """Drawn from the patterns, then disturbed, joined and cut."""
    return [_disturbed(" ".join(each.draw(chance) for each in chance.sample(made, 2)), chance) for _ in range(count)]


def _flagged(made: Made, chance: random.Random) -> Made:
    return Made(chance.choice(["", "(?i)", "(?i)", "(?m)", "(?s)", "(?U)"]) + made.pattern, made.draw)


def _tree(chance: random.Random, depth: int) -> Made:
    if depth == 0 or chance.random() < 0.15:
        return _leaf(chance)
    parts = [_tree(chance, depth - 1) for _ in range(chance.randrange(1, 5))]
    match chance.randrange(5):
        case 0:
            return Made(f"(?:{'|'.join(p.pattern for p in parts)})", lambda c: c.choice(parts).draw(c))
        case 1:
            return _repeated(parts[0], chance)
        case 2:
            opening = chance.choice(["(", "(?:", "(?P<n>", "(?<n>", "(?i:", "(?-i:", "(?ms-i:", "(?U:"])
            return Made(f"{opening}{parts[0].pattern})", parts[0].draw)
        case _:
            return Made("".join(p.pattern for p in parts), lambda c: "".join(p.draw(c) for p in parts))


def _leaf(chance: random.Random) -> Made:
    match chance.randrange(6):
        case 0:
            written, members = chance.choice([*CLASSES.items()])
            return Made(written, lambda c: c.choice(members))
        case 1:
            return Made(chance.choice(EMPTY), lambda _: "")
        case 2:
            text = "".join(chance.choices(LETTERS, k=chance.randrange(1, 6)))
            return Made(rf"\Q{text}\E", lambda _: text) if r"\E" not in text + "\\E"[:-1] else _written(text, chance)
        case 3:
            return _written("".join(chance.choices(LETTERS, k=chance.randrange(1, 6))), chance)
        case _:
            return _written(chance.choice(WORDS), chance)


def _written(text: str, chance: random.Random) -> Made:
    return Made("".join(_escaped(each, chance) for each in text), lambda _: text)


def _escaped(character: str, chance: random.Random) -> str:
    code = ord(character)
    ways = [rf"\x{{{code:x}}}"]
    if code < 0x80:
        ways += [rf"\x{code:02x}"] + [rf"\{code:03o}"] * (code >= 8)
    if character == "\n":
        ways.append(r"\n")
    if chance.random() < 0.05:
        return chance.choice(ways)
    return character if character.isalnum() or code >= 0x80 else "\\" + character


def _repeated(made: Made, chance: random.Random) -> Made:
    low, high = chance.choice([(0, 1), (0, 3), (1, 1), (1, 2), (2, 2), (2, 3), (5, 5), (1, 6), (0, 0)])
    sign = {(0, 1): "?", (0, 3): "*", (1, 6): "+"}.get((low, high)) or chance.choice(
        [f"{{{low},{high}}}", f"{{{low},}}"] + [f"{{{low}}}"] * (low == high)
    )
    atom = made.pattern if chance.random() < 0.3 else f"(?:{made.pattern})"
    return Made(
        atom + sign + chance.choice(["", "", "?"]), lambda c: "".join(made.draw(c) for _ in range(c.randint(low, high)))
    )


def _disturbed(text: str, chance: random.Random) -> str:
    text = "".join(_alike(each, chance) if chance.random() < 0.2 else each for each in text[:200])
    match chance.randrange(8):
        case 0:
            return text.upper()
        case 1:
            return text.lower()
        case 2:
            return text.swapcase()
        case 3:
            at = chance.randrange(len(text) + 1)
            return text[:at] + chance.choice(LETTERS) + text[at:]
        case 4:
            at = chance.randrange(len(text) + 1)
            return text[:at] + text[at + 1 :]
        case _:
            return text


def _alike(character: str, chance: random.Random) -> str:
    return chance.choice(next((group for group in LIKE if character in group), character))
