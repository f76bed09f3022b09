"""Secrets planted wherever one can be: none of them comes out again, in any log line, answer or page."""

import asyncio
import json
import os
import sqlite3
from contextlib import closing

import aiohttp

from bot.sandbox import Answer, GitHub, Truncated, new_private_key, serve
from tests.chaos.program import Program, environment, free_port
from tests.fuzz.hostile import SIGNATURE, request, signed
from tests.fuzz.wire import send

CANARY = "canary7f3d"
WEBHOOK = f"{CANARY}-webhook-secret-0123456789"
PREVIOUS = f"{CANARY}-previous-secret-012345678"
TOKENS = [f"ghs_{CANARY}{'a' * 30}", f"github_pat_{CANARY}_{'b' * 30}", f"ghp_{CANARY}{'c' * 30}"]
JWT = f"eyJ{CANARY}hbGci.eyJ{CANARY}pc3Mi.{CANARY}sig"
PASSWORD = f"{CANARY}password"
SAID = f"no: {TOKENS[1]} {JWT} postgresql://bot:{PASSWORD}@db/x"  # a message of GitHub's is quoted, without secrets
BODY = f"{CANARY} {TOKENS[0]} {JWT} -----BEGIN RSA PRIVATE KEY-----\n{CANARY}\n-----END RSA PRIVATE KEY-----"


def _bait(number: int) -> list[tuple[str, bytes]]:
    """Requests with a canary in every part; some are taken, most are not."""
    payload = {
        "action": "opened",
        "issue": {"number": number, "title": BODY, "body": BODY},
        "repository": {"id": 3, "full_name": "acme/widget"},
        "installation": {"id": 11},
        "sender": {"login": CANARY, "type": "User"},
        "secret": BODY,
    }
    whole = json.dumps(payload).encode()
    forged = request(whole, f"canary-{number}")
    forged.put(b"Authorization", b"Bearer " + JWT.encode())
    forged.put(b"Cookie", CANARY.encode())
    right = request(whole, f"right-{number}")
    right.put(SIGNATURE, signed(whole, WEBHOOK))
    unlike = request(whole, f"unlike-{number}", "push")
    unlike.put(SIGNATURE, signed(whole, PREVIOUS))
    odd = request(whole, f"odd {CANARY} {TOKENS[1]}")
    odd.put(SIGNATURE, signed(whole, WEBHOOK))
    odd.target = f"/webhook?token={TOKENS[2]}".encode()
    return [("forged", forged.raw()), ("right", right.raw()), ("unlike", unlike.raw()), ("odd", odd.raw())]


def _planted(github: GitHub, url: str, database: str) -> dict[str, str]:
    return environment(
        github,
        url,
        database,
        WEBHOOK_SECRET_PREVIOUS=PREVIOUS,
        LOG_LEVEL="debug",
        GITHUB_TOKEN=TOKENS[0],
        AWS_SECRET_ACCESS_KEY=CANARY,
    )


def _key_lines(pem: str) -> list[str]:
    return [line for line in pem.splitlines() if len(line) > 40]


async def test_no_secret_and_no_payload_gets_into_what_the_bot_says(tmp_path):
    github = GitHub("acme", "burndown", private_key=new_private_key())
    github.add_repository("acme/widget", alice="write")
    github.install("acme/widget", by="alice")
    github.hooks.secret = WEBHOOK
    database = tmp_path / "canary.db"
    async with serve(github) as url, aiohttp.ClientSession() as session:
        program = Program("serve", _planted(github, url, f"sqlite:///{database}"), tmp_path, free_port())
        program.start()
        try:
            await program.ready(session)
            github.hooks.url = f"http://127.0.0.1:{program.port}/webhook"
            github.faults.add(Answer(500, message=SAID), times=2)
            github.faults.add(Truncated(), on="IssueSnapshot", times=2)
            issue = github.open_issue("acme/widget", BODY[:200], BODY, by="alice")
            github.commit_file("acme/widget", ".github/burndown.yml", f"version: 1\n{TOKENS[0]}: [", by="alice")
            github.edit_issue(issue, by="alice", body=BODY + "!")
            answers = [await send(program.port, name, raw) for number in range(2, 22) for name, raw in _bait(number)]
            await github.delivered()
            await _worked(database)
            pages = [await _page(session, program.port, path) for path in ("/", "/metrics", "/healthz", "/readyz")]
        finally:
            program.kill()
    told = [program.log.read_text(), *pages, *(each.body.decode() for each in answers)]
    tokens = list(github.state.tokens)
    assert tokens
    for text in told:
        for secret in (CANARY, PASSWORD, *_key_lines(github.private_key), *tokens, "ghs_"):
            assert secret not in text, text[max(0, text.find(secret) - 300) :][:600]
    assert len(program.log.read_text()) > 2_000, "it said something"


async def _page(session: aiohttp.ClientSession, port: int, path: str) -> str:
    async with session.get(f"http://127.0.0.1:{port}{path}") as answer:
        return str(answer.headers) + await answer.text()


async def _worked(database: os.PathLike[str]) -> None:
    """Until every delivery was tried."""
    async with asyncio.timeout(30):
        while True:
            with closing(sqlite3.connect(database)) as connection:
                left = connection.execute(
                    "SELECT count(*) FROM delivery WHERE state = 'todo' AND attempt = 0"
                ).fetchone()
            if not left[0]:
                return
            await asyncio.sleep(0.1)


def test_the_password_of_a_database_that_cannot_be_reached_is_not_told(tmp_path):
    github = GitHub.example()
    url = f"postgresql://{CANARY}:{PASSWORD}@127.0.0.1:{free_port()}/inbox"
    program = Program("serve", _planted(github, "http://127.0.0.1:9", url), tmp_path, free_port())
    program.start()
    assert program.process
    assert program.process.wait(30) != 0
    said = program.log.read_text()
    assert said
    for secret in (PASSWORD, WEBHOOK, PREVIOUS, *TOKENS, *_key_lines(github.private_key)):
        assert secret not in said, said[-1500:]
