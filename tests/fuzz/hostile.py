"""Hostile requests, generated from a seed: whole HTTP messages as bytes, none of which may be accepted."""

import hashlib
import hmac
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

SECRET = "fuzz-webhook-secret-0123456789"
OTHER_SECRET = "another-secret-of-somebody-else"


@dataclass
class Request:
    """An HTTP request as its parts; headers are bytes, for some of them are not text."""

    body: bytes
    event: str = "issues"
    guid: str = "00000000-0000-4000-8000-000000000000"
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    method: bytes = b"POST"
    target: bytes = b"/webhook"

    def drop(self, name: bytes) -> None:
        self.headers = [each for each in self.headers if each[0].lower() != name.lower()]

    def put(self, name: bytes, *values: bytes) -> None:
        """In place of what stood there: none, one or several."""
        self.drop(name)
        self.headers += [(name, value) for value in values]

    def raw(self) -> bytes:
        lines = [
            self.method + b" " + self.target + b" HTTP/1.1",
            *(name + b": " + value for name, value in self.headers),
        ]
        return b"\r\n".join(lines) + b"\r\n\r\n" + self.body


SIGNATURE, EVENT, GUID, TYPE = b"X-Hub-Signature-256", b"X-GitHub-Event", b"X-GitHub-Delivery", b"Content-Type"


def signed(body: bytes, secret: str = SECRET) -> bytes:
    return b"sha256=" + hmac.digest(secret.encode(), body, hashlib.sha256).hex().encode()


def request(body: bytes, guid: str, event: str = "issues") -> Request:
    """Exactly what GitHub would send: every mutation starts here."""
    made = Request(body, event, guid)
    made.headers = [
        (b"Host", b"127.0.0.1"),
        (TYPE, b"application/json"),
        (EVENT, event.encode()),
        (GUID, guid.encode()),
        (SIGNATURE, signed(body)),
        (b"Content-Length", str(len(body)).encode()),
    ]
    return made


def payload(number: int = 1) -> dict[str, object]:
    """A realistic `issues` payload, small enough to send ten thousand of."""
    user = {"login": "alice", "id": 5, "type": "User", "site_admin": False}
    issue = {
        "id": 10_000 + number,
        "number": number,
        "title": "Profiler stops on an empty table",
        "user": user,
        "labels": [{"id": 7, "name": "bug", "color": "d73a4a", "default": True, "description": None}],
        "state": "open",
        "assignees": [],
        "milestone": None,
        "body": "ZeroDivisionError: division by zero",
        "created_at": "2026-08-17T09:00:00Z",
    }
    repository = {"id": 3, "full_name": "acme/widget", "private": False, "owner": {"login": "acme", "id": 2}}
    return {
        "action": "opened",
        "issue": issue,
        "repository": repository,
        "installation": {"id": 11, "node_id": "MDIz"},
        "sender": user,
    }


def _text(chance: random.Random, most: int = 40) -> bytes:
    return bytes(chance.randrange(1, 256) for _ in range(chance.randrange(most)))


def _header_text(chance: random.Random, most: int = 40) -> bytes:
    """Bytes that a header may hold: no line ends, no NUL."""
    return bytes(b for b in _text(chance, most) if b not in b"\r\n\0")


# Each mutation returns whole bytes; a name says what is hostile about it.


def unsigned(one: Request, _chance: random.Random) -> bytes:
    one.drop(SIGNATURE)
    return one.raw()


def sha1_only(one: Request, _chance: random.Random) -> bytes:
    one.drop(SIGNATURE)
    one.put(b"X-Hub-Signature", b"sha1=" + hmac.digest(SECRET.encode(), one.body, "sha1").hex().encode())
    return one.raw()


def sha1_in_the_place_of_sha256(one: Request, _chance: random.Random) -> bytes:
    one.put(SIGNATURE, b"sha1=" + hmac.digest(SECRET.encode(), one.body, "sha1").hex().encode())
    return one.raw()


def wrong_secret(one: Request, chance: random.Random) -> bytes:
    one.put(SIGNATURE, signed(one.body, chance.choice([OTHER_SECRET, "", SECRET + "\n", SECRET.upper(), SECRET[:-1]])))
    return one.raw()


def signature_of_another_body(one: Request, chance: random.Random) -> bytes:
    one.put(SIGNATURE, signed(one.body + chance.choice([b" ", b"\n", b"\0", b"{}"])))
    return one.raw()


def changed_body(one: Request, chance: random.Random) -> bytes:
    at = chance.randrange(len(one.body))
    one.body = one.body[:at] + bytes([one.body[at] ^ 1 << chance.randrange(7)]) + one.body[at + 1 :]
    return one.raw()


def bent_signature(one: Request, chance: random.Random) -> bytes:
    right = signed(one.body)
    bent: list[Callable[[], bytes]] = [
        lambda: right[: chance.randrange(len(right))],
        lambda: right + right[: chance.randrange(1, 20)],
        right.upper,
        lambda: right.removeprefix(b"sha256="),
        lambda: right.replace(b"sha256=", b"sha512="),
        lambda: right.replace(b"sha256=", b"sha256:"),
        lambda: right.replace(b"=", b" = "),
        lambda: b'"' + right + b'"',
        lambda: right + b"," + right,
        lambda: right[:-1] + bytes([right[-1] ^ 1]),
        lambda: b"sha256=" + b"0" * 64,
        lambda: b"sha256=",
        lambda: b"",
        lambda: _header_text(chance, 100),
    ]
    one.put(SIGNATURE, chance.choice(bent)())
    return one.raw()


def foreign_letters_in_signature(one: Request, chance: random.Random) -> bytes:
    right = signed(one.body)
    at = chance.randrange(len(right))
    strange = chance.choice([b"\xff", b"\xc3\xa9", "\uff10".encode(), b"\xed\xa0\x80", b"\x80", "\u0661".encode()])
    one.put(SIGNATURE, right[:at] + strange + right[at + chance.randrange(2) :])
    return one.raw()


def two_signatures(one: Request, chance: random.Random) -> bytes:
    pair = [signed(one.body), chance.choice([signed(one.body), b"sha256=" + b"0" * 64, b"", _header_text(chance)])]
    chance.shuffle(pair)
    one.put(SIGNATURE, *pair)
    return one.raw()


def folded_signature(one: Request, chance: random.Random) -> bytes:
    right = signed(one.body)
    at = chance.randrange(1, len(right))
    one.put(SIGNATURE, right[:at] + chance.choice([b"\r\n ", b"\r\n\t", b"\n "]) + right[at:])
    return one.raw()


def oversized_header(one: Request, chance: random.Random) -> bytes:
    name = chance.choice([SIGNATURE, EVENT, GUID, TYPE, b"X-Padding"])
    one.put(name, b"a" * chance.randrange(8191, 60_000))
    return one.raw()


def header_flood(one: Request, chance: random.Random) -> bytes:
    one.headers[1:1] = [(b"X-Flood-%d" % each, _header_text(chance, 30)) for each in range(chance.randrange(200, 2000))]
    one.drop(SIGNATURE)
    return one.raw()


def odd_event(one: Request, chance: random.Random) -> bytes:
    odd = [b"", b"issues\x00", b"issues issues", b"bot.sweep", b"bot.issue", b"../issues", b"issues;", b"bot.report"]
    odd += [b"i" * 300, "\uff49ssues".encode(), _header_text(chance) + b"!"]
    how = chance.randrange(3)
    if how == 0:
        one.drop(EVENT)
    elif how == 1:
        one.put(EVENT, b"issues", chance.choice([b"issues", b"push", b""]))
    else:
        one.put(EVENT, chance.choice(odd))
    return one.raw()


def odd_guid(one: Request, chance: random.Random) -> bytes:
    odd = [
        b"",
        b" ",
        b"a b",
        b"a" * 300,
        b"bot.sweep:2026-08-17T09",
        b"\xff",
        b"'; DROP TABLE delivery;--",
        b"{}",
        b"a/b",
    ]
    how = chance.randrange(3)
    if how == 0:
        one.drop(GUID)
    elif how == 1:
        one.put(GUID, one.guid.encode(), chance.choice([one.guid.encode(), b"another", b""]))
    else:
        one.put(GUID, chance.choice([*odd, _header_text(chance) + b"?"]))
    return one.raw()


def encoded(one: Request, chance: random.Random) -> bytes:
    names = [b"gzip", b"deflate", b"br", b"zstd", b"GZIP", b"identity, gzip", b"x-gzip", b"", b"\xff", b"identity "]
    one.put(b"Content-Encoding", chance.choice(names[:-1]))
    return one.raw()


def wrong_type(one: Request, chance: random.Random) -> bytes:
    types = [
        b"text/plain",
        b"application/x-www-form-urlencoded",
        b"text/json",
        b"application/json+x",
        b"",
        b"json",
        b"*/*",
    ]
    types += [b"multipart/form-data; boundary=x", b"application/xml", b"\xff/\xff", b"application/jsonx; charset=utf-8"]
    if chance.random() < 0.2:
        one.drop(TYPE)
    else:
        one.put(TYPE, chance.choice(types))
    return one.raw()


def wrong_route(one: Request, chance: random.Random) -> bytes:
    routes = [(b"GET", b"/webhook"), (b"PUT", b"/webhook"), (b"POST", b"/"), (b"POST", b"/webhook/"), (b"DELETE", b"/")]
    routes += [(b"POST", b"//webhook"), (b"POST", b"/WEBHOOK"), (b"POST", b"/webhook%00"), (b"POST", b"/../webhook%2f")]
    routes += [(b"TRACE", b"/webhook"), (b"PATCH", b"/webhook"), (b"GET", b"/nothing"), (b"POST", b"/healthz")]
    one.method, one.target = chance.choice(routes)
    return one.raw()


UNSIGNED = [unsigned, sha1_only, sha1_in_the_place_of_sha256, wrong_secret, signature_of_another_body, changed_body]
UNSIGNED += [bent_signature, foreign_letters_in_signature, two_signatures, folded_signature]
HEADERS = [oversized_header, header_flood, odd_event, odd_guid, encoded, wrong_type, wrong_route]


def whole_requests(
    seed: int, count: int, mutations: list[Callable[[Request, random.Random], bytes]]
) -> Iterator[tuple[str, bytes]]:
    """So many requests, each hostile in one way, with the name of the way. The same for the same seed."""
    chance = random.Random(seed)
    for index in range(count):
        mutate = mutations[index % len(mutations)]
        body = json.dumps(payload(chance.randrange(1, 10**6))).encode()
        yield mutate.__name__, mutate(request(body, f"fuzz-{seed}-{index}"), chance)
