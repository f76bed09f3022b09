"""Bytes that are not quite HTTP: what a socket can be told before any route or signature is looked at."""

import json
import random
from collections.abc import Callable, Iterator

from tests.fuzz.hostile import Request, payload, request


def _bad_line(one: Request, chance: random.Random) -> bytes:
    lines = [b"POST /webhook HTTP/9.9", b"POST /web hook HTTP/1.1", b"\0\0\0\0"]
    lines += [
        b"POST /webhook HTTP/1.1 x",
        b"P\xffST /webhook HTTP/1.1",
        b"POST \xff\xfe HTTP/1.1",
        b"HTTP/1.1 200 OK",
        b" ",
    ]
    lines += [
        b"/webhook",
        b"POST http://[::1 HTTP/1.1",
        b"POST /webhook HTTP/1.1\nX: y",
        b"\x16\x03\x01\x02\x00\x01",
        b"POST",
    ]
    lines += [
        b"PRI * HTTP/2.0\r\n\r\nSM",
        b"POST " + b"/a" * 5000 + b" HTTP/1.1",
        b"GET /" + b"?" * 9000 + b" HTTP/1.1",
    ]
    return chance.choice(lines) + b"\r\n" + one.raw().split(b"\r\n", 1)[1]


def _bad_header(one: Request, chance: random.Random) -> bytes:
    bad = [
        b": empty",
        b"no colon",
        b"Na me: x",
        b"Name : x",
        b"X\0Y: z",
        b"X: a\0b",
        b"X: a\rb",
        b"\xff: x",
        b" folded",
        b"X:\x01",
    ]
    lines = one.raw().split(b"\r\n")
    lines.insert(chance.randrange(1, 6), chance.choice(bad))
    return b"\r\n".join(lines).replace(b"sha256=", b"sha256=0")


def _bad_length(one: Request, chance: random.Random) -> bytes:
    lengths = [b"-1", b"+5", b"0x10", b"1e3", b"five", b"", b" ", b"10 10", b"9" * 30, b"1,1", b"\xd9\xa1", b"1_0"]
    one.put(b"Content-Length", chance.choice(lengths))
    return one.raw()


def _two_lengths(one: Request, chance: random.Random) -> bytes:
    length = len(one.body)
    one.put(b"Content-Length", b"%d" % length, b"%d" % chance.choice([0, 1, length - 1, length + 1]))
    return one.raw()


def _length_and_chunks(one: Request, chance: random.Random) -> bytes:
    one.put(b"Transfer-Encoding", chance.choice([b"chunked", b"Chunked", b"chunked, chunked", b"identity, chunked"]))
    one.body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(one.body), one.body)
    return one.raw()


def _bad_encoding(one: Request, chance: random.Random) -> bytes:
    one.drop(b"Content-Length")
    one.put(
        b"Transfer-Encoding",
        chance.choice([b"xchunked", b"gzip, chunked", b"chunked, gzip", b"\xff", b"chunked\x0b", b"cow"]),
    )
    return one.raw()


def _bad_chunks(one: Request, chance: random.Random) -> bytes:
    one.drop(b"Content-Length")
    one.put(b"Transfer-Encoding", b"chunked")
    size = b"%x" % len(one.body)
    bad = [
        b"zz\r\n",
        b"-5\r\n",
        b"0x5\r\n",
        b"\r\n",
        b"ffffffffffffffffff\r\n",
        size + b"\n",
        b"5 5\r\n",
        b"\xff\r\n",
        b"1" * 50,
    ]
    return one.raw()[: -len(one.body)] + chance.choice(bad) + one.body + b"\r\n0\r\n\r\n"


def _chunk_without_end(one: Request, chance: random.Random) -> bytes:
    one.drop(b"Content-Length")
    one.put(b"Transfer-Encoding", b"chunked")
    head = one.raw()[: -len(one.body)]
    tails = [b"zz\r\n", b"0\r\nBad trailer\r\n\r\n", b"\r\nxx\r\n\r\n", b"0\r\n" + b"T: " + b"a" * 20_000 + b"\r\n\r\n"]
    return head + b"%x\r\n%b" % (len(one.body), one.body) + chance.choice(tails)


def _noise(one: Request, chance: random.Random) -> bytes:
    raw = bytearray(one.raw())
    for _ in range(chance.randrange(3, 30)):
        raw[chance.randrange(raw.index(b"\r\n\r\n"))] = chance.randrange(256)
    return bytes(raw).replace(b"sha256=", b"")


BROKEN: list[Callable[[Request, random.Random], bytes]] = [_bad_line, _bad_header, _bad_length, _two_lengths]
BROKEN += [_length_and_chunks, _bad_encoding, _bad_chunks, _chunk_without_end, _noise]


def broken_messages(seed: int, count: int) -> Iterator[tuple[str, bytes]]:
    chance = random.Random(seed)
    for index in range(count):
        break_ = BROKEN[index % len(BROKEN)]
        body = json.dumps(payload(chance.randrange(1, 10**6))).encode()
        yield break_.__name__.strip("_"), break_(request(body, f"broken-{seed}-{index}"), chance)
