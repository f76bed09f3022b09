"""2,000 hostile reports and 500 hostile archives: read, or refused in our words; nothing else, and in little memory."""

import io
import os
import random
import tracemalloc
import zipfile
from collections.abc import Iterator

import pytest

from bot.core.evidence.model import Symbol
from bot.core.evidence.results import BadReport, Result, Room, matching, outcome, read_junit
from bot.github.artifacts import _Bad, _Found, _unpack

SEED = int(os.environ.get("FUZZ_SEED") or random.SystemRandom().randrange(10**9))
MEMORY = 24 * 2**20
REPORT = b"""<?xml version="1.0" encoding="utf-8"?>
<testsuites name="all"><testsuite name="a" file="tests/test_a.py" tests="4">
<properties><property name="k" value="v"/></properties>
<testcase classname="tests.test_a.TestX" name="test_y[1-a]" time="0.1"><failure message="no">why &lt;not&gt;</failure></testcase>
<testcase classname="tests.test_a.TestX" name="test_y[2-b]"><skipped/><system-out><![CDATA[x < y]]></system-out></testcase>
<testcase classname="table shows a row" name="table &gt; shows a row" status="run"/>
<testcase name="store::tests::works" classname="crate"><flakyFailure/></testcase>
</testsuite></testsuites>
"""  # noqa: E501
TOKENS = (
    b"<", b">", b"/>", b"&", b"&#0;", b"&#x110000;", b"&a;", b"\0", b"\xff", b"\xed\xa0\x80", b"\xef\xbf\xbe", b"'",
    b'"', b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?x ", b"?>", b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
    b"<!ENTITY a SYSTEM 'b'>", b"<testcase>", b"</testcase>", b"<testsuite>" * 70,
    b"<testcase name='a' classname='b'/>" * 50, b"xmlns='u' ",
    b"xmlns:x='u' ", b"x:", b"name='%s' ", b"file='../../a' ", b"\xfe\xff", b"\xff\xfe", b"x" * 70_000, b" " * 5_000,
    b"encoding='utf-7'", b"encoding='utf-16'", b"version='9'", b"standalone='no'", b"\xf0\x9f\x92\xa3", b"[", b"::",
)  # fmt: skip
SYMBOLS = (
    ("tests/test_a.py", Symbol("test_y", ("TestX",), 1, 1)),
    ("src/table.test.ts", Symbol("shows %s row", ("table",), 1, 1)),
    ("src/store.rs", Symbol("works", ("tests",), 1, 1)),
    ("", Symbol("", (), 1, 1)),
    ("a/[(\\", Symbol("%s ${", ("", "\0", "("), 1, 1)),
)


def disturbed(rng: random.Random, text: bytes, tokens: tuple[bytes, ...]) -> bytes:
    """A few bytes cut out, doubled, changed, or replaced by a token."""
    made = bytearray(text)
    for _ in range(rng.choice((1, 1, 2, 3, 8))):
        at, length = rng.randrange(len(made) + 1), rng.choice((0, 1, 4, 30, 300))
        match rng.randrange(4):
            case 0:
                made[at : at + length] = rng.choice(tokens)
            case 1:
                made[at : at + length] = b""
            case 2:
                made[at:at] = made[at : at + length] * rng.choice((1, 9))
            case _:
                made[at : at + 1] = bytes([rng.randrange(256)])
    return bytes(made)


def pieces(rng: random.Random, text: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(text):
        size = rng.choice((1, 7, 100, 5_000, 100_000))
        yield text[at : at + size]
        at += size


@pytest.fixture(autouse=True)
def _memory():
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < MEMORY
    finally:
        tracemalloc.stop()


def test_2000_hostile_reports_are_read_or_refused():
    rng = random.Random(SEED)
    read = 0
    for number in range(2_000):
        text = disturbed(rng, REPORT, TOKENS)
        try:
            results = read_junit(pieces(rng, text), Room(cases=1_000))
            assert all(isinstance(each, Result) and outcome([each]) for each in results)
            for path, symbol in SYMBOLS:
                assert set(matching(path, symbol, results)) <= set(results)
            read += 1
        except BadReport:
            continue
        except Exception as error:  # noqa: BLE001 - this is what the test is about
            pytest.fail(f"seed {SEED}, report {number}: {type(error).__name__}: {error} from {text[:3000]!r}")
    assert read > 100, "the reports are too broken to get beyond the first check"


def archive(rng: random.Random) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as files:
        for number in range(rng.choice((1, 2, 5))):
            name = rng.choice(("a.xml", "b/c.xml", "burndown-proof.json", "d.zip", "é.xml", "log.txt"))
            method = rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))
            entry = zipfile.ZipInfo(f"{number}/{name}")
            with files.open(entry, "w", force_zip64=rng.random() < 0.3) as file:
                file.write(REPORT)
            entry.compress_type = method
    return made.getvalue()


ZIPPED = (
    b"PK\1\2", b"PK\3\4", b"PK\5\6", b"PK\6\6", b"PK\6\7", b"PK\7\x08", b"\xff" * 4, b"\xff" * 8, b"\0" * 4,
    b"\1\0\x18\0",    b"\x08\0", b"\x0c\0", b"\x0e\0", b"\x63\0",
    b"\xff\xff\xff\x7f", b"PK\5\6" + b"\0" * 18, b"PK\5\6" + b"\xff" * 18,
)  # fmt: skip


def test_500_hostile_archives_are_unpacked_or_refused():
    rng = random.Random(SEED)
    unpacked = read = 0
    for number in range(500):
        content = disturbed(rng, archive(rng), ZIPPED)
        found = _Found()
        try:
            _unpack(content, found, takes_proofs=True)
            unpacked += 1
        except _Bad:
            continue
        except Exception as error:  # noqa: BLE001 - this is what the test is about
            pytest.fail(f"seed {SEED}, archive {number}: {type(error).__name__}: {error} from {content!r}")
        read += bool(found.results)
    assert unpacked > 50, "the archives are too broken to get beyond the first check"
    assert read > 20
