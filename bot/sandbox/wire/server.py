"""The HTTP server in front of a simulated GitHub: reads requests, lets faults happen, writes answers and books.

It may not decide what a right answer is: `routes` and `graph` do.
"""

import asyncio
import hashlib
import socket
import struct
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aiohttp import web

from bot.sandbox.access import identify
from bot.sandbox.books import Call
from bot.sandbox.faults import (
    Answer,
    Fault,
    GraphLimit,
    GraphTimeout,
    Hang,
    Partial,
    PrimaryLimit,
    Reset,
    SecondaryLimit,
    Truncated,
)
from bot.sandbox.github import GitHub
from bot.sandbox.limits import Refusal, Resource
from bot.sandbox.model import RefusedError
from bot.sandbox.wire import graph, routes, store
from bot.sandbox.wire.exchange import Asked, Reply, refusal
from bot.sandbox.wire.spoil import spoiled

_HTML = b"<!DOCTYPE html>\n<html><head><title>Unicorn!</title></head><body>This page is taking too long.</body></html>"
_TIMEOUT = "Something went wrong while executing your query. This may be the result of a timeout, or it could be a bug."
_UNCOUNTED = "/rate_limit"
_LIMIT_MESSAGES = {
    "primary": "API rate limit exceeded for installation.",
    "graphql": "API rate limit exceeded for installation.",
    "secondary": "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
}


@asynccontextmanager
async def serve(github: GitHub, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Answer over HTTP, and deliver webhooks, until left; yields the API's address (GraphQL is at /graphql)."""
    wire = _Wire(github)
    runner = web.ServerRunner(web.Server(wire.receive, access_log=None, handler_cancellation=True), shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        url = github.state.api_url = f"http://{host}:{runner.addresses[0][1]}"
        async with github.hooks.running():
            yield url
    finally:
        wire.closing.set()
        await runner.cleanup()


@dataclass(slots=True)
class _Visit:
    """One request under way: what was asked, on whose budget (None: unknown, with the problem), what goes wrong."""

    asked: Asked
    call: Call
    resource: Resource
    cost: int = 1
    key: int | None = None
    problem: RefusedError | None = None
    fault: Fault | None = None


class _Wire:
    def __init__(self, github: GitHub) -> None:
        self._github = github
        self.closing = asyncio.Event()

    async def receive(self, request: web.BaseRequest) -> web.StreamResponse:
        visit = self._open(request, await request.read())
        github, call = self._github, visit.call
        github.books.begin(call)
        try:
            reply = self._arrive(visit)
            if github.latency_seconds:
                await asyncio.sleep(github.latency_seconds)
            return await self._leave(request, visit, reply)
        finally:
            github.books.end(call, github.monotonic(), was_identified=visit.key is not None)

    def _open(self, request: web.BaseRequest, body: bytes) -> _Visit:
        path = request.rel_url.raw_path
        path = "/graphql" if path == "/api/graphql" else path.removeprefix("/api/v3")
        asked = Asked(request.method, path, dict(request.query), request.headers, body)
        is_graph = request.method == "POST" and path == "/graphql"
        seen = graph.glance(body) if is_graph else graph.Glance(None, is_mutation=False)
        found = None if is_graph else routes.find(request.method, path)
        call = Call(
            method=request.method,
            path=path,
            operation=seen.operation,
            is_write=seen.is_mutation or (found is not None and found[0].is_content),
            at=self._github.now(),
            monotonic=self._github.monotonic(),
            api_version=request.headers.get("X-GitHub-Api-Version"),
            user_agent=request.headers.get("User-Agent"),
        )
        return _Visit(asked, call, "graphql" if is_graph else "core", seen.cost)

    def _arrive(self, visit: _Visit) -> Reply | None:
        """Return the answer of the gate; None lets the request in."""
        if visit.asked.path.startswith(store.STORE):
            return self._met(visit)
        github, call = self._github, visit.call
        if not call.user_agent:
            return refusal(RefusedError(403, "Request forbidden by administrative rules. Send a User-Agent header."))
        try:
            viewer = identify(github.state, visit.asked.headers.get("Authorization"))
        except RefusedError as error:
            visit.problem = error
        else:
            visit.asked = replace(visit.asked, viewer=viewer)
            visit.key = viewer.installation.id if viewer.installation else 0
            github.books.identified(call, viewer.kind, visit.key or None)
            closed = self._closed_door(visit)
            if closed is not None:
                return closed
        return self._met(visit) or self._unpaid(visit)

    def _met(self, visit: _Visit) -> Reply | None:
        """Let the fault that is planned for this request happen."""
        call = visit.call
        visit.fault = self._github.faults.pick(call.operation, call.method, call.path)
        call.fault = None if visit.fault is None else type(visit.fault).__name__
        return self._broken_before(visit)

    def _closed_door(self, visit: _Visit) -> Reply | None:
        if visit.key is None or visit.asked.path == _UNCOUNTED:
            return None
        found = self._github.limits.refusal(visit.key, visit.resource)
        if found is None:
            return None
        self._github.books.limited(visit.call)
        return self._limited(found)

    def _unpaid(self, visit: _Visit) -> Reply | None:
        limits = self._github.limits
        if visit.key is None or visit.asked.path == _UNCOUNTED or limits.spend(visit.key, visit.resource, visit.cost):
            return None
        return self._closed_door(visit)

    def _limited(self, found: Refusal) -> Reply:
        message = _LIMIT_MESSAGES[found.kind]
        if found.kind == "graphql":
            return Reply(200, {"errors": [{"type": "RATE_LIMITED", "message": message}]})
        after = found.retry_after_seconds(self._github.now())
        headers = {} if after is None else {"Retry-After": str(after)}
        return refusal(RefusedError(found.status, message, headers=headers))

    def _broken_before(self, visit: _Visit) -> Reply | None:
        """Carry out the faults that leave the request undone and still answer it."""
        match visit.fault:
            case Answer(is_after=False) as fault:
                return _false_answer(fault)
            case PrimaryLimit(status, seconds):
                return self._shut(visit, Refusal("primary", status, self._until(seconds), has_retry_after=False))
            case GraphLimit(seconds):
                return self._shut(visit, Refusal("graphql", 200, self._until(seconds), has_retry_after=False))
            case GraphTimeout(status):
                return Reply(status, {"data": None, "errors": [{"message": _TIMEOUT}]})
            case SecondaryLimit(status, seconds, has_retry_after):
                return self._shut(visit, Refusal("secondary", status, self._until(seconds), has_retry_after))
            case _:
                return None

    def _until(self, seconds: float) -> datetime:
        return self._github.now() + timedelta(seconds=seconds)

    def _shut(self, visit: _Visit, door: Refusal) -> Reply:
        if visit.key is not None:
            self._github.limits.refuse(visit.key, door, visit.resource)
        return self._limited(door)

    async def _leave(self, request: web.BaseRequest, visit: _Visit, reply: Reply | None) -> web.StreamResponse:
        """Do what was asked, unless the gate has answered, and send what the fault leaves of the answer."""
        fault = visit.fault if reply is None else None
        match fault:
            case Reset(is_after=False):
                return _reset(request)
            case Hang(is_after=False):
                return await self._hang(request, fault)
            case _:
                answer = self._written(visit, reply or spoiled(self._do(visit), fault))
        match fault:
            case Reset():
                return _reset(request)
            case Hang():
                return await self._hang(request, fault)
            case Truncated():
                return await _truncated(request, answer)
            case Answer():
                answer = self._written(visit, _false_answer(fault))
            case _:
                pass
        visit.call.status = answer.status
        return answer

    def _do(self, visit: _Visit) -> Reply:
        failing = visit.fault if isinstance(visit.fault, Partial) else None
        if visit.problem is not None:
            return refusal(visit.problem)
        if visit.asked.path.startswith(store.STORE):
            return store.answer(self._github, visit.asked)
        try:
            if visit.resource == "graphql":
                return graph.answer(self._github, visit.asked, failing)
            return routes.answer(self._github, visit.asked)
        except RefusedError as error:
            return refusal(error)

    def _written(self, visit: _Visit, reply: Reply) -> web.Response:
        body, headers = reply.encoded(), {"X-GitHub-Request-Id": uuid.uuid4().hex[:16].upper(), **reply.headers}
        status = reply.status
        if visit.call.api_version:
            headers["x-github-api-version-selected"] = visit.call.api_version
        if visit.asked.method == "GET" and status == web.HTTPOk.status_code:
            headers["ETag"] = f'W/"{hashlib.sha256(body).hexdigest()}"'
            if visit.asked.headers.get("If-None-Match") == headers["ETag"]:
                status, body = web.HTTPNotModified.status_code, b""
                if visit.key is not None and visit.asked.path != _UNCOUNTED:
                    self._github.limits.refund(visit.key, visit.resource)
        if visit.key is not None:
            headers = {**self._github.limits.headers(visit.key, visit.resource), **headers}
        headers["Content-Type"] = reply.content_type
        return web.Response(status=status, body=body, headers=headers)

    async def _hang(self, request: web.BaseRequest, fault: Hang) -> web.StreamResponse:
        with suppress(TimeoutError):
            await asyncio.wait_for(self.closing.wait(), fault.seconds)
        return _reset(request)


def _false_answer(fault: Answer) -> Reply:
    headers = dict(fault.headers)
    if fault.is_html:
        return Reply(fault.status, _HTML, headers, "text/html; charset=utf-8")
    return refusal(RefusedError(fault.status, fault.text, headers=headers))


def _reset(request: web.BaseRequest) -> web.StreamResponse:
    """Close the connection so that the client sees a reset, not an orderly end."""
    transport = request.transport
    if transport is not None:
        peer = transport.get_extra_info("socket")
        if peer is not None:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response()


async def _truncated(request: web.BaseRequest, answer: web.Response) -> web.StreamResponse:
    body = answer.body if isinstance(answer.body, bytes) else b""
    headers = {**answer.headers, "Content-Length": str(len(body) + 1)}
    stream = web.StreamResponse(status=answer.status, headers=headers)
    await stream.prepare(request)
    await stream.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return stream
