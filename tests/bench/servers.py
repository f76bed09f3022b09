"""The servers that are compared, each a process of its own: `python -m tests.bench.servers KIND LOOP`."""

import asyncio
import hashlib
import hmac
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from gidgethub import routing, sansio

from bot.app import running
from bot.logs import start_logging
from bot.settings import read_settings
from tests.bench.payloads import SECRET

MAX_BODY = 25 * 2**20


async def plain(request: web.Request) -> web.Response:
    """The least that a server can do: the signature is checked, nothing is kept."""
    body = await request.read()
    digest = hmac.digest(SECRET.encode(), body, hashlib.sha256).hex()
    if not hmac.compare_digest(f"sha256={digest}", request.headers["X-Hub-Signature-256"]):
        return web.Response(status=401)
    return web.Response(status=202)


router = routing.Router()


@router.register("issues", action="opened")
async def _nothing(_event: sansio.Event) -> None:
    """A callback that does nothing."""


async def gidgethub(request: web.Request) -> web.Response:
    """The pattern of gidgethub's documentation (and of bedevere), without its session per request."""
    body = await request.read()
    event = sansio.Event.from_http(request.headers, body, secret=SECRET)
    await router.dispatch(event)
    return web.Response(status=202)


@asynccontextmanager
async def bare(handler: object) -> AsyncIterator[int]:
    app = web.Application(client_max_size=MAX_BODY)
    app.router.add_post("/webhook", handler)  # type: ignore[arg-type]
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


@asynccontextmanager
async def ours() -> AsyncIterator[int]:
    """The web process of the product, as `app` composes it, settings from the environment."""
    start_logging("error", "json")
    settings = read_settings(os.environ, needs_app=True)
    async with running(settings, with_worker=False, with_schedule=False) as bot:
        yield bot.port


async def serve(kind: str) -> None:
    server = ours() if kind == "ours" else bare({"plain": plain, "gidgethub": gidgethub}[kind])
    async with server as port:
        sys.stdout.write(f"{port}\n")
        sys.stdout.flush()
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)  # until the parent lets go


def main() -> None:
    kind, loop = sys.argv[1:3]
    factory = None
    if loop == "uvloop":
        import uvloop  # noqa: PLC0415 - an extra

        factory = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(serve(kind))


if __name__ == "__main__":
    main()
