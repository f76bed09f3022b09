"""Hostile configuration files, generated from a seed: bombs by hand, and shipped files with their bytes disturbed."""

import random
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONFIG = b"""\
version: 1
mode: enforce
extends: [general, warehouse-profiling]
explain: comment
classes:
  crash: {owners: [bob], threshold: 7}
  profiling-error:
    owners: [carol]
needs-triage: triage
"""
TOKENS = [
    b"&a ",
    b"*a",
    b"<<: ",
    b"!!python/object:os.system ",
    b"!!binary ",
    b"!!set ",
    b"- ",
    b"? ",
    b": ",
    b"|\n",
    b">-\n",
]
TOKENS += [
    b"---\n",
    b"...\n",
    b"%YAML 1.1\n",
    b"%TAG ! x\n",
    b"{",
    b"}",
    b"[",
    b"]",
    b"'",
    b'"',
    b"#",
    b"\t",
    b"\0",
    b"\xff",
]
TOKENS += [
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    b"\r",
    b"\xc2\x85",
    b"\xe2\x80\xa8",
    b"no",
    b"~",
    b".nan",
    b".inf",
    b"1e999",
    b"0x1F",
]
TOKENS += [
    b"9" * 5000,
    b"1:2:3",
    b"2026-11-22",
    b"!!float x",
    b"&a [*a]",
    b"\x1b[31m",
    b"\\u0000",
    b"\xf0\x9f\x92\xa3",
    b"=",
    b"0o7",
]


def _merge_bomb(depth: int) -> bytes:
    lines = [b"a0: &a0 {k: 1}"]
    lines += [b"a%d: &a%d {<<: [%b]}" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, depth)]
    return b"\n".join(lines)


def _laughs(depth: int) -> bytes:
    lines = [b"a0: &a0 [lol]"]
    return b"\n".join(
        lines + [b"a%d: &a%d [%b]" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, depth)]
    )


BOMBS = [
    b"[" * 100_000,
    b"[" * 60_000,
    b"{a: " * 16_000,
    b"- " * 30_000,
    b"? " * 30_000,
    b"a: " * 20_000,
    b"&a " * 20_000,
    b"!" * 60_000,
    b'"' + b"\\x41" * 15_000 + b'"',
    b"'" * 60_000,
    b"k: v\n" * 12_000,
    b"".join(b"k%d: v\n" % n for n in range(6_000)),
    b"[" + b"," * 60_000 + b"]",
    b"a: |\n" + b" \n" * 30_000,
    b"#" * 65_000,
    b"\n" * 65_536,
    b" " * 65_536,
    b"\0" * 1000,
    b"x" * 10_000_000,
    b"a: &a [*a]",
    b"&a a: *a",
    b"a: 1\na: 2",
    b"<<: {a: 1}",
    b"--- 1\n--- 2",
    b"!!python/object/apply:os.system ['true']",
    b"%YAML 9.9\n--- 1",
    b"version: 1\nclasses: {" + b", ".join(b"c%d: {}" % n for n in range(3000)) + b"}",
    b"version: " + b"9" * 60_000,
    b"version: 1e400",
    b"version: .nan",
    b"? [a, b]\n: c",
    b"? {a: b}\n: c",
    b"",
    b"\xff\xfea\x00",
    _merge_bomb(12),
    _laughs(12),
]


def files(seed: int, count: int) -> Iterator[bytes]:
    """The bombs, then so many disturbed files. The same for the same seed."""
    yield from BOMBS
    chance = random.Random(seed)
    whole = [CONFIG] * 4 + [path.read_bytes()[:6_000] for path in sorted((ROOT / "rules").glob("*/*.yml"))[:4]]
    for _ in range(count):
        made = bytearray(chance.choice(whole))
        for _ in range(chance.choice([1, 1, 2, 3, 8, 30])):
            _disturb(made, chance)
        yield bytes(made)


def _disturb(made: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(made) + 1)
    end = min(len(made), at + chance.randrange(1, 40))
    match chance.randrange(6):
        case 0:
            made[at:at] = chance.choice(TOKENS)
        case 1:
            del made[at:end]
        case 2:
            made[at:end] = bytes(chance.randrange(256) for _ in range(end - at))
        case 3:
            made[at:at] = made[at:end] * chance.randrange(1, 50)
        case 4:
            made[at:at] = b" " * chance.randrange(1, 8)
        case 5:
            made[at:at] = chance.choice(TOKENS) * chance.randrange(1, 200)
