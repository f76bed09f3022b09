"""Rightly signed bodies that are no webhook of ours: each must be refused, though its sender knows the secret."""

import json
import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from tests.fuzz.hostile import TYPE, payload, request

# What has to be there, or must be of its kind, for a body to be an `issues` delivery: path -> values that are refused.
WRONG_NUMBER = [None, "1", 1.5, True, [], {}, -1, 0, 2**31, 2**63, 2**64, 10**400]
WRONG_ID = [None, "3", 3.5, True, [], {}, -1, 0, 2**63, 2**64, 10**400]
WRONG_OBJECT = [None, 1, "x", [], [1], True, 0.5]
WRONG_NAME = [
    None,
    1,
    [],
    {},
    "",
    "acme",
    "acme/",
    "/widget",
    "a/b/c",
    "a b/c",
    "../..\n",
    "acme/\u2028",
    "a" * 101 + "/b",
]
REFUSED: dict[tuple[str, ...], list[Any]] = {
    ("issue",): [*WRONG_OBJECT, {}],
    ("issue", "number"): WRONG_NUMBER,
    ("issue", "pull_request"): [1, "x", [], True],
    ("repository",): [*WRONG_OBJECT, {}],
    ("repository", "id"): WRONG_ID,
    ("repository", "full_name"): WRONG_NAME,
    ("installation",): [*WRONG_OBJECT, {}],
    ("installation", "id"): WRONG_ID,
    ("action",): [None, 1, [], {}, True, "a" * 101],
    ("sender",): [1, "x", [], True],
    ("sender", "login"): [1, None, [], {}],
    ("sender", "type"): [1, None, [], {}],
}
# Bodies of one event under the name of another: the name is not signed.
MISMATCHED = ["push", "issue_comment", "label", "pull_request", "check_run", "merge_group", "installation"]
MISMATCHED += ["installation_repositories", "ping"]


def _wrong_field(chance: random.Random) -> bytes:
    path = chance.choice(list(REFUSED))
    made: Any = payload()
    at = made
    for name in path[:-1]:
        at = at[name]
    at[path[-1]] = deepcopy(chance.choice(REFUSED[path]))
    return json.dumps(made).encode()


def _missing_field(chance: random.Random) -> bytes:
    path = chance.choice([("issue",), ("issue", "number"), ("repository",), ("repository", "id"), ("action",)])
    path = chance.choice([path, ("repository", "full_name"), ("installation",), ("installation", "id")])
    made: Any = payload()
    at = made
    for name in path[:-1]:
        at = at[name]
    del at[path[-1]]
    return json.dumps(made).encode()


def _not_an_object(chance: random.Random) -> bytes:
    made = [
        b"null",
        b"[]",
        b"1",
        b'""',
        b"true",
        b"",
        b" ",
        b"NaN",
        b"Infinity",
        b"[{}]",
        b"{}",
        b'{"action": "opened"}',
    ]
    return chance.choice(
        [*made, b"-0", b"1e999", json.dumps([payload()]).encode(), b"payload=%7B%7D", b"<xml/>", b"\0"]
    )


def _truncated(chance: random.Random) -> bytes:
    whole = json.dumps(payload()).encode()
    return whole[: chance.randrange(len(whole))]


def _deep(chance: random.Random) -> bytes:
    depth = chance.choice([250, 1_000, 20_000, 100_000])
    deep = chance.choice(
        [b"[" * depth, b"[" * depth + b"]" * depth, b'{"a":' * depth, b'{"a":' * depth + b"1" + b"}" * depth]
    )
    return json.dumps(payload()).encode()[:-1] + b', "extra": ' + deep + b"}"


def _not_json(chance: random.Random) -> bytes:
    whole = json.dumps(payload()).encode()
    number = b'"number": 1'
    assert number in whole
    lexical = [
        b"NaN",
        b"Infinity",
        b"-Infinity",
        b"0x10",
        b"01",
        b"1.",
        b"+1",
        b"'1'",
        b"undefined",
        b"1_0",
        b"True",
        b"1e",
    ]
    return chance.choice(
        [
            lambda: whole.replace(number, b'"number": ' + chance.choice(lexical)),
            lambda: whole + chance.choice([b"x", b"{}", b",", b"\0", b"]"]),
            lambda: whole[:-1] + b",}",
            lambda: b"// comment\n" + whole,
            lambda: whole.replace(b'"', b"'"),
            lambda: b"\xef\xbb\xbf" + whole,
            lambda: whole.decode().encode("utf-16"),
            lambda: whole.decode().encode("utf-32-le"),
        ]
    )()


def _bad_text(chance: random.Random) -> bytes:
    """In a field that is read: bad UTF-8, half of a surrogate pair, control characters."""
    whole = json.dumps(payload()).encode()
    bad = chance.choice(
        [b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"\xc0\xaf", b"\\ud800", b"\\udc00\\ud800"]
    )
    bad = chance.choice([bad, b"\n", b"\t", b"\\x41", b"\\u12"])
    return whole.replace(b'"opened"', b'"opened' + bad + b'"')


def _huge_number(chance: random.Random) -> bytes:
    field = chance.choice([b'"number": 1', b'"id": 3,', b'"id": 11,'])
    digits = b"9" * chance.choice([19, 20, 400, 5_000, 100_000])
    tail = b"," if field.endswith(b",") else b""
    return json.dumps(payload()).encode().replace(field, field.split(b":")[0] + b": " + digits + tail)


def _later_wins(chance: random.Random) -> bytes:
    """A duplicate key whose last value is wrong; JSON readers take the last."""
    wrong = [("issue", "null"), ("issue", "[]"), ("issue", "1"), ("repository", "null"), ("repository", '{"id": 3}')]
    name, bad = chance.choice([*wrong, ("installation", "null"), ("action", "null"), ("action", "[]")])
    return json.dumps(payload()).encode()[:-1] + f', "{name}": {bad}}}'.encode()


BODIES: list[Callable[[random.Random], bytes]] = [_wrong_field, _missing_field, _not_an_object, _truncated, _deep]
BODIES += [_not_json, _bad_text, _huge_number, _later_wins]


def signed_bodies(seed: int, count: int) -> Iterator[tuple[str, bytes]]:
    """So many whole requests, rightly signed, with a body that is not what its event says."""
    chance = random.Random(seed)
    for index in range(count):
        guid = f"body-{seed}-{index}"
        if index % (len(BODIES) + 2) == len(BODIES):
            one = request(json.dumps(payload()).encode(), guid, chance.choice(MISMATCHED))
            yield f"issues body as {one.event}", one.raw()
        elif index % (len(BODIES) + 2) == len(BODIES) + 1:
            body = chance.choice([b"\xff\xfe{}", b"{}", json.dumps(payload()).encode().decode().encode("utf-16")])
            one = request(body, guid)
            one.put(
                TYPE, b"application/json; charset=" + chance.choice([b"utf-16", b"none", b"\xff", b"utf-8; charset=x"])
            )
            yield "charset", one.raw()
        else:
            made = BODIES[index % (len(BODIES) + 2)]
            yield made.__name__.strip("_"), request(made(chance), guid).raw()
