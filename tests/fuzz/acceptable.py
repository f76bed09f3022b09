"""What looks hostile and is taken all the same: each with its reason. Whatever is not in this table is refused."""

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.fuzz.hostile import EVENT, TYPE, Request, payload, request, signed


@dataclass(frozen=True, slots=True)
class Acceptable:
    what: str
    reason: str
    raw: Callable[[], bytes]


_numbers = itertools.count(1)


def _fresh(**changed: Any) -> Request:
    """What GitHub would send, of an issue and under an id of its own."""
    number = next(_numbers)
    return request(json.dumps(payload(number) | changed).encode(), f"acceptable-{number}")


def _spliced(old: bytes, new: bytes) -> bytes:
    whole = _fresh()
    assert old in whole.body
    return request(whole.body.replace(old, new, 1), whole.guid).raw()


def _headers(*pairs: tuple[bytes, bytes]) -> bytes:
    made = _fresh()
    for name, value in pairs:
        made.put(name, value)
    return made.raw()


def _chunked() -> bytes:
    made: Request = _fresh()
    made.drop(b"Content-Length")
    made.put(b"Transfer-Encoding", b"chunked")
    made.body = b"%x;extension=1\r\n%b\r\n0\r\nTrailer: x\r\n\r\n" % (len(made.body), made.body)
    return made.raw()


ACCEPTABLE = [
    Acceptable("a charset beside application/json", "JSON is UTF-8 whatever is said of it; the body is read as that",
               lambda: _headers((TYPE, b"application/json; charset=utf-16"))),
    Acceptable("Content-Encoding: identity", "it says that there is none",
               lambda: _headers((b"Content-Encoding", b"identity"))),
    Acceptable("an event that we do not know", "GitHub has more of them every year; a row, no work",
               lambda: _headers((EVENT, b"some_new_event"))),
    Acceptable("a sha1 signature beside the right sha256", "GitHub sends both; the first is not looked at",
               lambda: _headers((b"X-Hub-Signature", b"sha1=" + b"0" * 40))),
    Acceptable("a chunked body with extension and trailer", "HTTP allows it; size and signature are checked as ever",
               _chunked),
    Acceptable("NaN where nobody looks", "no field of ours; the strict reader of our fields refuses it",
               lambda: _spliced(b'"milestone": null', b'"milestone": NaN')),
    Acceptable("a huge integer where nobody looks", "no field of ours; it is never made a number",
               lambda: _spliced(b'"milestone": null', b'"milestone": ' + b"9" * 4000)),
    Acceptable("nesting up to 100 where nobody looks", "the parser counts, and refuses from 200 on",
               lambda: _spliced(b'"milestone": null', b'"milestone": ' + b"[" * 100 + b"]" * 100)),
    Acceptable("a duplicate key whose last value is right", "every JSON reader takes the last one, GitHub's too",
               lambda: _spliced(b'{"action"', b'{"action": null, "action"')),
    Acceptable("nobody is the sender", "deleted accounts are null",
               lambda: _fresh(sender=None).raw()),
    Acceptable("fields that we do not know, of any kind", "GitHub adds fields without notice",
               lambda: _fresh(new=[{"a": [None, 1.5]}]).raw()),
    Acceptable("NUL and control characters in a title", "a title is not read here, and quoted wherever it is shown",
               lambda: _spliced(b"Profiler stops", b"Profiler\\u0000\\u001b[31m stops")),
    Acceptable("a signature in a header of other case", "names of headers have no case",
               lambda: _signature_as(b"x-HUB-signature-256")),
    Acceptable("a request line without a version", "aiohttp's parser reads it as old HTTP; the signature is right",
               lambda: _headers().replace(b" HTTP/1.1", b"", 1)),
    Acceptable("a request line with two spaces", "the same",
               lambda: _headers().replace(b"POST ", b"POST  ", 1)),
]  # fmt: skip


def _signature_as(name: bytes) -> bytes:
    made = _fresh()
    made.put(name, signed(made.body))
    return made.raw()
