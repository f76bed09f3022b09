"""The front door: verify bytes, store, answer 202.

No work is done in a request, and no exception of a library leaves it.

`receive` refuses in this order: size, encoding, signature (sha256 over the raw bytes, two secrets while they rotate),
headers, shape.
"""

import asyncio
import contextlib
import hashlib
import hmac
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from bot.core.errors import BadDelivery
from bot.store.arrivals import Arrival, from_github
from bot.store.inbox import Inbox

MAX_BODY = 25 * 2**20  # GitHub delivers no more
LARGE = 2**20  # from here on, bodies are few at a time and worked on in a thread
LARGE_AT_ONCE = 4
BODY_SECONDS = 5
MAX_WORD = 80  # characters of an event's name or a delivery's id
KEEPALIVE_SECONDS = 4
MAX_LINE = 8190  # bytes of a request line or a header
HEADERS = {"Server": "burndown", "X-Content-Type-Options": "nosniff"}

log = structlog.get_logger()


class Rejected(Exception):
    """A request that gets a 4xx with a constant body."""

    def __init__(self, status: HTTPStatus, why: str) -> None:
        super().__init__(why)
        self.status = status


class Door:
    """What `POST /webhook` needs."""

    def __init__(
        self, inbox: Inbox, secrets: Sequence[bytes], debounce: timedelta, clock: Callable[[], datetime]
    ) -> None:
        assert secrets
        self._inbox = inbox
        self._secrets = tuple(secrets)
        self._debounce = debounce
        self._clock = clock
        self._large = asyncio.Semaphore(LARGE_AT_ONCE)
        self.answers: dict[int, int] = {}  # status -> how often; for metrics

    async def receive(self, request: web.Request) -> web.Response:
        try:
            status, text = await self._receive(request)
        except Rejected as refusal:
            status, text = refusal.status, str(refusal)
        self.answers[status] = self.answers.get(status, 0) + 1
        response = web.Response(status=status, text=text + "\n")
        if status >= HTTPStatus.BAD_REQUEST:
            response.force_close()  # whatever else is in the pipe is not read
        return response

    async def _receive(self, request: web.Request) -> tuple[HTTPStatus, str]:
        length = request.content_length
        if length is not None and length > MAX_BODY:
            raise Rejected(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the body is too large")
        if request.headers.get("Content-Encoding", "identity") != "identity":
            raise Rejected(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "content encodings are not taken")
        if length is not None and length <= LARGE:
            async with _patience():
                body = await _body(request)
            return await self._store(self._arrival(request, body))
        async with contextlib.AsyncExitStack() as place:
            async with _patience():  # also for the place: nobody holds a connection by standing in line
                await place.enter_async_context(self._large)
                body = await _body(request)
            return await self._store(await asyncio.to_thread(self._arrival, request, body))

    async def _store(self, arrival: Arrival) -> tuple[HTTPStatus, str]:
        try:
            await self._inbox.accept(arrival)
        except Exception:
            log.exception("delivery not stored", delivery_id=arrival.delivery_id)
            return HTTPStatus.SERVICE_UNAVAILABLE, "not stored"
        return HTTPStatus.ACCEPTED, "accepted"

    def _arrival(self, request: web.Request, body: bytes) -> Arrival:
        digest = self._verified(request.headers.getall("X-Hub-Signature-256", []), body)
        event, delivery_id = _header(request, "X-GitHub-Event"), _header(request, "X-GitHub-Delivery")
        if request.content_type != "application/json":
            raise Rejected(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "only application/json is taken")
        now = self._clock()
        try:
            return from_github(delivery_id, event, body, body_hash=digest, received_at=now, due_at=now + self._debounce)
        except BadDelivery:
            raise Rejected(HTTPStatus.BAD_REQUEST, "the body is not what its event says") from None

    def _verified(self, signatures: Sequence[str], body: bytes) -> bytes:
        """The digest under which the body was signed: it also serves as the body's identity."""
        signature = signatures[0] if len(signatures) == 1 else ""
        given = signature.encode(errors="replace")
        for secret in self._secrets:
            digest = hmac.digest(secret, body, hashlib.sha256)
            if hmac.compare_digest(b"sha256=" + digest.hex().encode(), given):
                return digest
        raise Rejected(HTTPStatus.UNAUTHORIZED, "the signature does not match")


@asynccontextmanager
async def _patience() -> AsyncIterator[None]:
    """As long as an honest sender needs."""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            yield
    except TimeoutError:
        raise Rejected(HTTPStatus.REQUEST_TIMEOUT, "the body is too slow") from None


async def _body(request: web.Request) -> bytes:
    """The raw bytes, within the size that GitHub sends."""
    chunks: list[bytes] = []
    size = 0
    try:
        async for chunk in request.content.iter_any():
            size += len(chunk)
            if size > MAX_BODY:
                raise Rejected(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the body is too large")
            chunks.append(chunk)
    except (web.RequestPayloadError, OSError, RuntimeError):  # aiohttp raises a bare RuntimeError when half is closed
        raise Rejected(HTTPStatus.BAD_REQUEST, "the body cannot be read") from None
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _header(request: web.Request, name: str) -> str:
    """An event's name or a delivery's id: one short word of letters, digits, dashes and underscores."""
    values = request.headers.getall(name, [])
    word = values[0] if len(values) == 1 else ""
    if len(word) > MAX_WORD or not word.isascii() or not word.replace("-", "").replace("_", "").isalnum():
        raise Rejected(HTTPStatus.BAD_REQUEST, "the headers are not those of a webhook")
    return word


@web.middleware
async def constant_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every failure is a bare status with a constant text; details go to the log."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        return web.Response(status=error.status, text=HTTPStatus(error.status).phrase.lower() + "\n")
    except Exception:
        log.exception("request failed", path=request.path)
        return web.Response(status=HTTPStatus.INTERNAL_SERVER_ERROR, text="internal error\n")


async def _add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)


def application(door: Door | None, pages: Sequence[tuple[str, Handler]]) -> web.Application:
    """The routes; `door` is absent in a process that only works."""
    app = web.Application(client_max_size=MAX_BODY, middlewares=[constant_errors])
    app.on_response_prepare.append(_add_headers)
    if door:
        app.router.add_post("/webhook", door.receive)
    for path, handler in pages:
        app.router.add_get(path, handler)
    return app


class _Connection(web.RequestHandler):
    """aiohttp's answer to bytes that are no HTTP quotes them; ours is as constant as every other."""

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = HTTPStatus.INTERNAL_SERVER_ERROR,
        exc: BaseException | None = None,  # noqa: ARG002 - the sender's business
        message: str | None = None,  # noqa: ARG002
    ) -> web.StreamResponse:
        if request.writer.output_size > 0:
            raise ConnectionError("an answer was begun already")
        response = web.Response(status=status, text=HTTPStatus(status).phrase.lower() + "\n", headers=HEADERS)
        response.force_close()
        return response


@asynccontextmanager
async def serving(app: web.Application, host: str, port: int) -> AsyncIterator[int]:
    """A server that lets nobody hold a connection open (see docs/security.md); yields the port."""
    runner = web.AppRunner(app, handle_signals=False, shutdown_timeout=5)
    await runner.setup()
    loop, manager = asyncio.get_running_loop(), runner.server
    assert manager is not None
    limits: dict[str, Any] = {
        "access_log": None,
        "auto_decompress": False,
        "keepalive_timeout": KEEPALIVE_SECONDS,
        "lingering_time": 0.5,
        "max_field_size": MAX_LINE,
        "max_line_size": MAX_LINE,
    }
    listener = await loop.create_server(
        lambda: _Connection(manager, loop=loop, **limits), host, port, backlog=1024, reuse_address=True
    )
    try:
        yield listener.sockets[0].getsockname()[1]
    finally:
        listener.close()
        await runner.cleanup()
