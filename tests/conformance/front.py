"""Stands before the stand-in as if it were api.github.com, and keeps a record of every call. Decides nothing itself.

REST passes unchanged, but for what the stand-in certainly gets wrong or lacks and the bot relies on:

- a token that nobody was given is refused here: the stand-in lets it act as its first user;
- GraphQL is answered from REST (graph.py): the stand-in has none;
- `/app/hook/deliveries` is an empty list: the stand-in has no such route;
- `/installation/repositories` lists the seeded repositories: the stand-in has no such route.
"""

import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import web
from graphql import GraphQLSchema, OperationDefinitionNode, get_operation_ast, parse
from multidict import CIMultiDict

from tests.conformance.graph import Graph

HOP_BY_HOP = {"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "host", "content-length"}
READS = ("GET ", "HEAD ", "query ")


@dataclass(frozen=True, slots=True)
class Call:
    """One request of the bot: `GET /app`, `query IssueSnapshot`, `mutation ApplyToIssue`."""

    name: str
    token: str  # jwt, installation, unknown or none
    status: int

    @property
    def is_write(self) -> bool:
        return not self.name.startswith(READS) and not self.name.endswith("/access_tokens")


class Front:
    def __init__(
        self,
        upstream: str,
        schema: GraphQLSchema,
        *,
        bot_login: str,
        assignable: Iterable[str],
        repositories: Iterable[str],
    ) -> None:
        self._upstream = upstream
        self._repositories = tuple(repositories)
        self._graph = Graph(schema, self._ask, bot_login, assignable)
        self._given: set[str] = set()  # installation tokens that the stand-in gave out
        self._session: aiohttp.ClientSession
        self.url = ""
        self.calls: list[Call] = []

    @property
    def faults(self) -> list[str]:
        """Where this front failed its duty; a test that passes with any shows nothing."""
        return self._graph.faults

    @property
    def writes(self) -> list[str]:
        return [call.name for call in self.calls if call.is_write]

    def count(self, name: str) -> int:
        return sum(call.name == name for call in self.calls)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["Front"]:
        app = web.Application(client_max_size=32 * 2**20)
        app.router.add_post("/graphql", self._graphql)
        app.router.add_route("*", "/{path:.*}", self._rest)
        runner = web.AppRunner(app, access_log=None)
        async with aiohttp.ClientSession(auto_decompress=False) as self._session:
            await runner.setup()
            try:
                await web.TCPSite(runner, "127.0.0.1", 0).start()
                self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
                yield self
            finally:
                await runner.cleanup()

    async def _rest(self, request: web.Request) -> web.Response:
        kind, token = self._kind(request)
        if kind == "unknown":
            answer = _refusal()
        else:
            answer = await self._forwarded(request)
            if answer.status == 404:
                answer = await self._supplied(request.path, token) or answer
            elif answer.status == 201 and request.path.endswith("/access_tokens"):
                self._given.add(json.loads(answer.body)["token"])
        self.calls.append(Call(f"{request.method} {request.path}", kind, answer.status))
        return answer

    async def _forwarded(self, request: web.Request) -> web.Response:
        headers = CIMultiDict((n, v) for n, v in request.headers.items() if n.lower() not in HOP_BY_HOP)
        async with self._session.request(
            request.method,
            self._upstream + request.raw_path,
            headers=headers,
            data=await request.read() or None,
            allow_redirects=False,
            skip_auto_headers=("accept", "accept-encoding", "content-type", "user-agent"),
        ) as answer:
            kept = CIMultiDict((n, v) for n, v in answer.headers.items() if n.lower() not in HOP_BY_HOP)
            return web.Response(status=answer.status, headers=kept, body=await answer.read())

    async def _supplied(self, path: str, token: str) -> web.Response | None:
        """What the stand-in has no route for. Whether the caller may ask is still the stand-in's word."""
        if path == "/app/hook/deliveries":
            status, found = await self._ask("GET", "/app", token, None)
            return web.json_response([] if status == 200 else found, status=status)
        if path == "/installation/repositories":
            served = [await self._ask("GET", f"/repos/{name}", token, None) for name in self._repositories]
            found = [repository for status, repository in served if status == 200]
            return web.json_response({"total_count": len(found), "repositories": found})
        return None

    async def _graphql(self, request: web.Request) -> web.Response:
        kind, token = self._kind(request)
        asked = await request.json()
        operation = get_operation_ast(parse(asked["query"]), asked["operationName"])
        assert isinstance(operation, OperationDefinitionNode)
        is_known = kind == "installation"
        answer = web.json_response(await self._graph.answer(token, asked)) if is_known else _refusal()
        self.calls.append(Call(f"{operation.operation.value} {asked['operationName']}", kind, answer.status))
        return answer

    def _kind(self, request: web.Request) -> tuple[str, str]:
        token = request.headers.get("authorization", "").partition(" ")[2]
        if not token:
            return "none", ""
        if token.startswith("eyJ"):
            return "jwt", token  # checked by the stand-in
        return ("installation" if token in self._given else "unknown"), token

    async def _ask(self, method: str, path: str, token: str, data: Any) -> tuple[int, Any]:
        headers = {"accept-encoding": "identity"} | ({"authorization": f"Bearer {token}"} if token else {})
        async with self._session.request(method, self._upstream + path, headers=headers, json=data) as answer:
            body = await answer.read()
            return answer.status, json.loads(body) if body else None


def _refusal() -> web.Response:
    return web.json_response({"message": "Bad credentials"}, status=401)
