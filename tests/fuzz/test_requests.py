"""10,000 hostile requests to the web process of the bot, and the few that look hostile and are taken.

`FUZZ_SEED` repeats a run; the seed stands in every failure.
"""

import asyncio
import os
import random
from collections import Counter, defaultdict

import aiohttp

from tests.fuzz.acceptable import ACCEPTABLE
from tests.fuzz.bodies import signed_bodies
from tests.fuzz.broken import broken_messages
from tests.fuzz.hostile import HEADERS, UNSIGNED, whole_requests
from tests.fuzz.wire import Answer, door, give_up, send, send_all

SEED = int(os.environ.get("FUZZ_SEED") or random.SystemRandom().randrange(10**9))

# What a sender may be told, whoever it is: nothing of these depends on what was sent.
TEXTS = {
    400: {
        "the headers are not those of a webhook",
        "the body is not what its event says",
        "the body cannot be read",
        "bad request",  # not HTTP: there never was a request
    },
    401: {"the signature does not match"},
    404: {"not found"},
    405: {"method not allowed"},
    408: {"the body is too slow"},
    413: {"the body is too large"},
    415: {"content encodings are not taken", "only application/json is taken"},
}
TRACES = ("Traceback", 'File "', "site-packages")


def _shown(answer: Answer) -> str:
    return f"seed {SEED}: {answer.name}: {answer.status} {answer.body[:200]!r} to {answer.request[:1200]!r}"


def _refused(answers: list[Answer]) -> dict[int, list[Answer]]:
    """By status; nothing was accepted, nothing broke, nothing was told."""
    found = defaultdict(list)
    for answer in answers:
        found[answer.status].append(answer)
        assert answer.status == 0 or 400 <= answer.status < 500, _shown(answer)
        assert not any(trace in answer.body.decode(errors="replace") for trace in TRACES), _shown(answer)
    return found


def _constant(answers: list[Answer]) -> None:
    for answer in answers:
        if answer.status:
            assert answer.status in TEXTS, _shown(answer)
            assert answer.body.decode().rstrip("\n") in TEXTS[answer.status], _shown(answer)
            assert b"aiohttp" not in answer.head.lower(), _shown(answer)


async def _stands(found, before: int = 0) -> None:
    """Nothing new in the inbox, nothing in the log that looks like a surprise, and still at work."""
    assert found.rows() == before, f"seed {SEED}"
    assert "Traceback" not in found.log, f"seed {SEED}: {found.log[-3000:]}"
    assert '"level": "error"' not in found.log, f"seed {SEED}: {found.log[-3000:]}"
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{found.port}/healthz") as answer:
        assert answer.status == 200


async def test_of_4000_requests_without_a_right_signature_every_one_gets_the_same_401(tmp_path):
    async with door(tmp_path) as found:
        answers = await send_all(found.port, whole_requests(SEED, 4000, UNSIGNED))
        _refused(answers)
        _constant(answers)
        told = Counter((each.status, each.body) for each in answers if each.body != b"bad request\n")
        assert set(told) == {(401, b"the signature does not match\n")}, f"seed {SEED}: {told}"
        assert told.total() > 3000, f"seed {SEED}: the parser refused the others"
        await _stands(found)


async def test_of_2500_signed_requests_with_odd_headers_none_is_taken(tmp_path):
    async with door(tmp_path) as found:
        answers = await send_all(found.port, whole_requests(SEED, 2500, HEADERS))
        _refused(answers)
        _constant(answers)
        await _stands(found)


async def test_of_2500_signed_bodies_that_are_no_webhook_every_one_gets_the_same_400(tmp_path):
    async with door(tmp_path) as found:
        answers = await send_all(found.port, signed_bodies(SEED, 2500))
        assert set(_refused(answers)) == {400}, f"seed {SEED}"
        assert len({each.body for each in answers}) == 1, f"seed {SEED}"
        await _stands(found)


async def test_of_1000_messages_that_are_not_quite_http_none_is_taken(tmp_path):
    async with door(tmp_path) as found:
        answers = await send_all(found.port, broken_messages(SEED, 1000))
        _constant(answers)
        assert len(_refused(answers)[0]) < 200, f"seed {SEED}: most of them are told what they are"
        await _stands(found)


async def test_300_senders_that_give_up_halfway_leave_nothing_behind(tmp_path):
    chance = random.Random(SEED)
    whole = [raw for _, raw in whole_requests(SEED, 300, UNSIGNED)]
    async with door(tmp_path) as found:
        await asyncio.gather(*(give_up(found.port, raw[: chance.randrange(len(raw))]) for raw in whole))
        await _stands(found)


async def test_what_looks_hostile_and_is_taken_stands_in_the_table(tmp_path):
    async with door(tmp_path) as found:
        for count, case in enumerate(ACCEPTABLE, 1):
            answer = await send(found.port, case.what, case.raw())
            assert answer.status == 202, _shown(answer)
            assert found.rows() == count
        assert "Traceback" not in found.log
