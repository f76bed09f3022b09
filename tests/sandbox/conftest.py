import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import aiohttp
import jwt
import pytest
from aiohttp import web
from cryptography.hazmat.primitives import serialization

from bot.sandbox import GitHub, serve

HERE = Path(__file__).parent
DOCUMENTS = (HERE / "documents.graphql").read_text()
EVIDENCE = (HERE / "evidence.graphql").read_text()


@cache
def _loaded(pem: str) -> Any:
    """Reading a key checks it, which takes longer than most tests."""
    return serialization.load_pem_private_key(pem.encode(), None)


@dataclass
class Clock:
    at: datetime = datetime(2026, 8, 17, 9, 0, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def pass_(self, **span: float) -> None:
        self.at += timedelta(**span)


@dataclass
class Client:
    url: str
    github: GitHub
    session: aiohttp.ClientSession
    token: str = ""

    def jwt(self, **changed: Any) -> str:
        now = int(self.github.now().timestamp())
        claims = {"iss": str(self.github.app.id), "iat": now - 60, "exp": now + 540} | changed
        return jwt.encode(claims, _loaded(self.github.private_key), "RS256")

    async def ask(self, method: str, path: str, token: str | None = None, headers=None, **more):
        """Return status, parsed body and headers."""
        headers = {"Authorization": f"Bearer {token or self.token}"} | (headers or {})
        async with self.session.request(
            method, self.url + path, headers=headers, allow_redirects=False, **more
        ) as answer:
            is_json = "json" in answer.content_type and answer.status != 304
            return answer.status, (await answer.json() if is_json else await answer.text()), answer.headers

    async def mint(self, **wish: Any):
        path = f"/app/installations/{self.github.installation.id}/access_tokens"
        status, body, _ = await self.ask("POST", path, self.jwt(), json=wish)
        return status, body

    async def graph(self, operation: str, **variables: Any):
        body = {"query": DOCUMENTS, "operationName": operation, "variables": variables}
        return (await self.ask("POST", "/graphql", json=body))[1]

    async def evidence(self, operation: str, **variables: Any):
        """Ask one of the documents about pull requests, and return its data; whoever asks for what fails is told."""
        variables = {"owner": "acme", "name": "widget"} | variables
        body = {"query": EVIDENCE, "operationName": operation, "variables": variables}
        answer = (await self.ask("POST", "/graphql", json=body))[1]
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    async def pull(self, number: int = 1, **more: Any):
        """Return all that can be known of a pull request, and what is at `head` as `text`."""
        asked = {"number": number, "path": "a", "head": "HEAD", "check": "burndown / regression-test"} | more
        repository = (await self.evidence("PullEvidence", **asked))["repository"]
        return repository["pullRequest"] | {"text": repository["text"]}

    async def query(self, text: str, **variables: Any):
        """Ask a document of the test's own."""
        return (await self.ask("POST", "/graphql", json={"query": text, "variables": variables}))[1]

    async def of_repository(self, fields: str, name: str = "widget"):
        """Return these fields of a repository; whoever asks for what fails is told."""
        answer = await self.query(f'{{ repository(owner: "acme", name: "{name}") {{ {fields} }} }}')
        assert "errors" not in answer, answer["errors"]
        return answer["data"]["repository"]

    async def issue(self, number: int = 1, **more: Any):
        flags = {"withLabels": False, "withComments": False}
        asked = {"owner": "acme", "name": "widget", "number": number} | flags | more
        return await self.graph("IssueSnapshot", **asked)

    async def apply(self, issue: str, **parts: Any):
        names = ("removeLabels", "addLabels", "removeAssignees", "addAssignees")
        variables = {name: parts.get(name, []) for name in names} | {
            "issue": issue,
            "newComment": parts.get("comment", ""),
            "commentId": parts.get("commentId", ""),
            "editedComment": parts.get("editComment", ""),
        }
        for name in (*names, "comment", "editComment"):
            variables["do" + name[0].upper() + name[1:]] = name in parts
        return await self.graph("ApplyToIssue", **variables)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def github(clock: Clock) -> GitHub:
    return GitHub.example(now=clock.now)


@pytest.fixture
async def client(github: GitHub) -> AsyncIterator[Client]:
    async with serve(github) as url, aiohttp.ClientSession() as session:
        made = Client(url, github, session)
        made.token = (await made.mint())[1]["token"]
        github.calls.clear()
        yield made


@dataclass
class Received:
    headers: dict[str, str]
    body: bytes


@pytest.fixture
async def inbox(client: Client) -> AsyncIterator[list[Received]]:
    got: list[Received] = []

    async def take(request: web.BaseRequest) -> web.Response:
        got.append(Received(dict(request.headers), await request.read()))
        return web.Response(status=202)

    runner = web.ServerRunner(web.Server(take))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    client.github.hooks.url = f"http://127.0.0.1:{runner.addresses[0][1]}/webhook"
    yield got
    await runner.cleanup()


@pytest.fixture
def heard(github: GitHub, inbox: list[Received]):
    """Return the payloads of one event that have come so far."""

    async def of(event: str) -> list[dict[str, Any]]:
        await github.delivered()
        return [json.loads(each.body) for each in inbox if each.headers["X-GitHub-Event"] == event]

    return of
