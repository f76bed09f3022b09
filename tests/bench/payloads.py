"""Deliveries as GitHub sends them: signed `issues` payloads of about 10 kB, every one of its own."""

import hashlib
import hmac
import json
from collections.abc import Iterator

from bot.sandbox import GitHub

SECRET = "0123456789abcdef0123456789abcdef"
TEXT = "The nightly run stops at the first empty table, after the upgrade to 4.2.\n" * 22
SERIAL = "#0000000000#"  # stands where each delivery has its own number
NUMBER = b'"number": 1,'


def template(text: str = TEXT, *, sender_type: str = "User", action: str = "opened") -> bytes:
    """The body of one delivery, as the simulated GitHub writes it."""
    github = GitHub("acme", "burndown", private_key=_key())
    github.add_repository("acme/widget", alice="write")
    github.install("acme/widget", by="alice")
    told: list[dict[str, object]] = []
    github.state.heard = lambda occurrence: told.append(dict(occurrence.payload))
    github.state.is_listening = lambda: True
    github.open_issue("acme/widget", f"Profiler stops {SERIAL}", text, by="alice")
    payload = told[-1]
    payload["action"] = action
    payload["sender"] = {**payload["sender"], "type": sender_type}  # type: ignore[dict-item]
    return json.dumps(payload).encode()


def _key() -> str:
    return GitHub.example().private_key


def request(body: bytes, delivery_id: str, event: str = "issues") -> bytes:
    """A whole HTTP request, rightly signed."""
    digest = hmac.digest(SECRET.encode(), body, hashlib.sha256).hex()
    head = (
        "POST /webhook HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\nContent-Type: application/json\r\n"
        f"User-Agent: GitHub-Hookshot/{delivery_id[:7]}\r\nX-GitHub-Delivery: {delivery_id}\r\n"
        f"X-GitHub-Event: {event}\r\nX-GitHub-Hook-ID: 1\r\nX-GitHub-Hook-Installation-Target-ID: 2\r\n"
        "X-GitHub-Hook-Installation-Target-Type: integration\r\n"
        f"X-Hub-Signature-256: sha256={digest}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def requests(count: int, first: int = 0, *, issues: int = 10**6) -> Iterator[bytes]:
    """`count` distinct deliveries on at most `issues` issues."""
    made = template()
    for serial in range(first, first + count):
        number = b'"number": %d,' % (serial % issues + 1)
        body = made.replace(SERIAL.encode(), b"#%010d#" % serial).replace(NUMBER, number, 1)
        yield request(body, f"{serial:08x}-bench-4000-8000-000000000000")
