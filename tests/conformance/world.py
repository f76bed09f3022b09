"""The stand-in, the front and the bot, joined by HTTP on loopback; and people who act on the stand-in directly."""

import asyncio
import base64
import json
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from graphql import GraphQLSchema

from tests.conformance.front import Front
from tests.conformance.programs import Program, free_ports, until

ROOT = Path(__file__).parents[2]
APP_ID, INSTALLATION, SLUG = 4242, 77, "burndown"
WEBHOOK_SECRET = "a-secret-of-the-conformance-tests"
PERMISSIONS = {"metadata": "read", "issues": "write", "contents": "read", "pull_requests": "read", "checks": "write"}
EVENTS = ["issues", "issue_comment", "label", "pull_request", "check_run", "push", "release"]
PUBLIC, PRIVATE = "acme/widget", "acme/secret"
PEOPLE = ("alice", "bob", "carol", "mallory")
MEMBERS = ("alice", "bob")
TRACEBACK = 'It stops.\n\nTraceback (most recent call last):\n  File "a.py", line 1, in <module>\nValueError: no\n'


@dataclass(slots=True)
class Keys:
    """The App's private key, and one that is valid but not the App's."""

    app: str
    other: str


@dataclass(slots=True)
class World:
    directory: Path
    stand_in: str
    front: Front
    bot: Program
    bot_url: str
    session: aiohttp.ClientSession

    async def act(self, who: str, method: str, path: str, data: Any = None) -> Any:
        """A person does something on the stand-in."""
        headers = {"authorization": f"token {who}-token"}
        async with self.session.request(method, self.stand_in + path, headers=headers, json=data) as answer:
            assert answer.status < 300, f"{method} {path}: {answer.status} {await answer.text()}"
            return await answer.json() if answer.status != 204 else None

    async def configure(self, repository: str, text: str) -> None:
        """Commits .github/burndown.yml; one delivery (push)."""
        content = base64.b64encode(text.encode()).decode()
        path = f"/repos/{repository}/contents/.github/burndown.yml"
        await self.act("alice", "PUT", path, {"message": "Ask for Burndown", "content": content})

    async def crash(self, repository: str = PUBLIC, title: str = "It stops at once") -> str:
        """Opens an issue with a traceback; one delivery. Its path."""
        opened = await self.act("alice", "POST", f"/repos/{repository}/issues", {"title": title, "body": TRACEBACK})
        return f"/repos/{repository}/issues/{opened['number']}"

    async def labels(self, issue: str) -> list[str]:
        return [each["name"] for each in (await self.act("alice", "GET", issue))["labels"]]

    async def assignees(self, issue: str) -> list[str]:
        return [each["login"] for each in (await self.act("alice", "GET", issue))["assignees"]]

    async def comments(self, issue: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self.act("alice", "GET", f"{issue}/comments")
        return found

    async def settled(self, deliveries: int) -> None:
        """Until the bot has taken so many deliveries from the stand-in in all, and worked on everything it has.

        Taken means answered with 202, so each was signed by the stand-in as the bot demands.
        """
        quiet = 0

        async def is_quiet() -> bool:
            nonlocal quiet
            now = await self._metrics()
            taken = now.get('burndown_webhook_answers_total{status="202"}', 0) >= deliveries
            pending = sum(now.get(f'burndown_inbox{{state="{state}"}}', 0) for state in ("todo", "doing"))
            is_done = now.get('burndown_inbox{state="done"}', 0) > 0  # the sweep of the start is in
            quiet = quiet + 1 if taken and not pending and is_done else 0
            return quiet > 1  # twice, because the two figures are not read at the same moment

        await until(is_quiet, f"{deliveries} deliveries taken and worked on")

    async def _metrics(self) -> Mapping[str, float]:
        assert self.bot.is_running, f"the bot ended:\n{self.bot.output}"
        async with self.session.get(f"{self.bot_url}/metrics") as answer:
            return {name: float(value) for name, value in re.findall(r"(?m)^(\w\S*) (\S+)$", await answer.text())}

    async def is_ready(self) -> bool:
        return await _is_ok(self.session, f"{self.bot_url}/readyz")

    async def restart(self) -> None:
        assert await self.bot.stop() == 0
        self.bot.start()
        await self.bot.answers(self.is_ready)

    async def inbox(self) -> list[dict[str, Any]]:
        """What an operator is shown, newest first."""
        done = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "bot", "inbox", "ls", "--json"],
            env={"PYTHONPATH": str(ROOT), "DATABASE_URL": database_url(self.directory)},
            cwd=self.directory,
            capture_output=True,
            text=True,
            check=True,
        )
        rows: list[dict[str, Any]] = json.loads(done.stdout)
        return rows

    async def only(self, event: str) -> dict[str, Any]:
        """The one delivery of an event."""
        (row,) = [row for row in await self.inbox() if row["event"] == event]
        return row


def database_url(directory: Path) -> str:
    return f"sqlite:///{directory}/burndown.db"


def seed(keys: Keys, permissions: Mapping[str, str], webhook_url: str) -> dict[str, Any]:
    """What the stand-in starts with."""
    app = {
        "app_id": APP_ID,
        "slug": SLUG,
        "name": "Burndown",
        "private_key": keys.app,
        "permissions": dict(permissions),
        "events": EVENTS,
        "webhook_url": webhook_url,
        "webhook_secret": WEBHOOK_SECRET,
        "installations": [{"installation_id": INSTALLATION, "account": "acme", "repository_selection": "all"}],
    }
    members = [{"login": login, "role": "admin" if login == "alice" else "member"} for login in MEMBERS]
    return {
        "tokens": {f"{login}-token": {"login": login, "scopes": ["repo", "user"]} for login in PEOPLE},
        "github": {
            "users": [{"login": login} for login in PEOPLE],
            "orgs": [{"login": "acme", "members": members}],
            "repos": [
                {"owner": "acme", "name": "widget", "auto_init": True},
                {"owner": "acme", "name": "secret", "auto_init": True, "private": True},
            ],
            "apps": [app],
        },
    }


@asynccontextmanager
async def running(
    directory: Path,
    node: Path,
    packages: Path,
    schema: GraphQLSchema,
    keys: Keys,
    *,
    permissions: Mapping[str, str] = PERMISSIONS,
    bot_key: str | None = None,
) -> AsyncIterator[World]:
    """Everything started in order, and stopped in the reverse; the bot must end well."""
    bot_port, port = free_ports()
    upstream, bot_url = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{bot_port}"
    front = Front(upstream, schema, bot_login=f"{SLUG}[bot]", assignable=MEMBERS, repositories=(PUBLIC, PRIVATE))
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        await stack.enter_async_context(front.serving())
        (directory / "seed.json").write_text(json.dumps(seed(keys, permissions, f"{bot_url}/webhook")))
        start = [node, packages / "emulate" / "dist" / "index.js", "start", "--service", "github"]
        command = [*start, "--port", str(port), "--seed", directory / "seed.json", "--base-url", front.url]
        stand_in = Program("stand-in", command, {}, directory)
        stack.push_async_callback(stand_in.stop)
        stand_in.start()
        await stand_in.answers(lambda: _is_ok(session, f"{upstream}/zen"))
        (directory / "app.pem").write_text(bot_key or keys.app)
        bot = Program(
            "bot", [sys.executable, "-m", "bot", "serve"], _environment(directory, front.url, bot_port), directory
        )
        world = World(directory, upstream, front, bot, bot_url, session)
        stack.push_async_callback(bot.stop)
        bot.start()
        await bot.answers(world.is_ready)
        yield world
        assert await bot.stop() == 0, bot.output


def _environment(directory: Path, api_url: str, port: int) -> dict[str, str]:
    return {
        "PYTHONPATH": str(ROOT),
        "APP_ID": str(APP_ID),
        "PRIVATE_KEY_PATH": str(directory / "app.pem"),
        "WEBHOOK_SECRET": WEBHOOK_SECRET,
        "GITHUB_API_URL": api_url,
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "DATABASE_URL": database_url(directory),
        "DEBOUNCE_SECONDS": "0.1",
    }


async def _is_ok(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url) as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False
