"""The App at GitHub: its JWT, one token per installation, budgets, and requests that end in data or one of our
errors.

gidgethub supplies the protocol (headers, JWT, deciphering); the transport is ours, because its GraphQL call and its
hooks can neither renew a token nor obey a limit. Knows nothing of issues or decisions.
"""

import asyncio
import http
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any, Protocol, TypeVar

import aiohttp
from cachetools import LRUCache, TTLCache
from gidgethub import sansio
from gidgethub.apps import get_jwt

from bot.core.errors import Refused, RetryLater, SubjectGone, Unreachable
from bot.github.answers import Answer, GraphQL, Invalid, NotModified, Unauthorized, read, read_graphql

API_VERSION = "2026-03-10"
PERMISSIONS = {"contents": "read", "issues": "write", "metadata": "read"}  # without which nothing works
USUAL = {"checks": "write", "pull_requests": "read"}  # of app.yml: the check of rules
OPTIONAL = USUAL | {"members": "read", "actions": "read"}  # teams as owners; test results
JWT_USE = timedelta(minutes=5)  # signing anew costs more than the request
TOKEN_USE = 0.92  # of a token's hour: 55 minutes, then it is renewed
PATIENCE = timedelta(seconds=8)  # how long a write waits in place before its delivery is put back
READ_GAP = timedelta(seconds=60) / 1500  # of 2,000 GraphQL points a minute
READ_BURST = 60
MAX_ANSWER = 32 * 2**20  # bytes
TIMEOUT = aiohttp.ClientTimeout(total=30, connect=5)

Clock = Callable[[], datetime]
T = TypeVar("T")


class Budgets(Protocol):
    """Where writes are paced; the store's, shared by all workers."""

    async def reserve(self, installation_id: int, now: datetime, contents: int, latest: datetime) -> datetime: ...

    async def block(self, installation_id: int, now: datetime, until: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class Credentials:
    app_id: str
    private_key: str = field(repr=False)


@dataclass(slots=True)
class Token:
    text: str = field(repr=False)
    renew_at: datetime
    permissions: frozenset[str]


def operations() -> Mapping[str, str]:
    """Every named operation of queries/*.graphql, with its document."""
    found = {}
    for path in files("bot.github").joinpath("queries").iterdir():
        document = path.read_text(encoding="utf-8")
        for line in document.splitlines():
            kind, _, rest = line.partition(" ")
            if kind in {"query", "mutation"}:
                found[rest.partition("(")[0].strip()] = document
    return found


class GitHub:
    """One App. `observe` is told of every request: (operation, status); for metrics."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        api_url: str,
        credentials: Credentials,
        budgets: Budgets,
        *,
        clock: Clock = lambda: datetime.now(UTC),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        observe: Callable[[str, int], None] = lambda _operation, _status: None,
    ) -> None:
        self._session = session
        self.api_url = api_url.rstrip("/")
        self.graphql_url = f"{self.api_url.removesuffix('/v3')}/graphql"
        self._credentials = credentials
        self.budgets = budgets
        self.clock = clock
        self.sleep = sleep
        self._observe = observe
        self._operations = operations()
        self._installations: LRUCache[int, Installation] = LRUCache(maxsize=2_000)
        self._slug: str | None = None
        self._introducing = asyncio.Lock()
        self._jwt = ""
        self._jwt_until = datetime.min.replace(tzinfo=UTC)

    @property
    def app_id(self) -> int:
        return int(self._credentials.app_id)

    def installation(self, installation_id: int) -> "Installation":
        if installation_id not in self._installations:
            self._installations[installation_id] = Installation(self, installation_id)
        return self._installations[installation_id]

    def forget(self, installation_id: int) -> None:
        """What was remembered of an installation: it may have been granted more, or less."""
        self._installations.pop(installation_id, None)

    async def slug(self) -> str:
        """Our own name: the login of what we do, without "[bot]"."""
        async with self._introducing:
            if self._slug is None:
                self._slug = str((await self.as_app("GET", "/app")).data["slug"])
            return self._slug

    async def as_app(self, method: str, path: str, data: Any = None) -> Answer:
        """A request by the App itself, with its JWT."""
        now = self.clock()
        if now >= self._jwt_until:
            app_id, key = self._credentials.app_id, self._credentials.private_key
            self._jwt, self._jwt_until = get_jwt(app_id=app_id, private_key=key, expiration=9 * 60), now + JWT_USE
        try:
            return await self.rest(method, path, sansio.create_headers("burndown", jwt=self._jwt), data)
        except Unauthorized as error:
            raise Unreachable(
                f"GitHub does not take our JWT ({error}) - check APP_ID, PRIVATE_KEY and the clock"
            ) from None

    async def rest(self, method: str, path: str, headers: dict[str, str], data: Any = None) -> Answer:
        """`path` may be a next-page URL of the same API; another host is never followed."""
        if not path.startswith("/"):
            if not path.startswith(self.api_url + "/"):
                raise SubjectGone("the next page is on another host")
            path = path.removeprefix(self.api_url)
        status, got, body = await self._send(method, self.api_url + path, headers, data)
        self._observe(f"{method} /{path.split('/')[1].partition('?')[0]}", status)
        return read(status, got, body, self.clock())

    async def location(self, path: str, headers: dict[str, str]) -> str:
        """Where GitHub sends a download to: an address without a token, followed by nobody here."""
        status, got, body = await self._send("GET", self.api_url + path, headers, None)
        self._observe(f"GET /{path.split('/')[1]}", status)
        if status == http.HTTPStatus.FOUND:
            return got.get("location", "")
        read(status, got, body, self.clock())
        raise Unreachable(f"{status}: the download has no address")

    async def graphql(self, operation: str, variables: Mapping[str, Any], headers: dict[str, str]) -> GraphQL:
        query = {"query": self._operations[operation], "operationName": operation, "variables": variables}
        status, got, body = await self._send("POST", self.graphql_url, headers, query)
        self._observe(operation, status)
        return read_graphql(status, got, body, self.clock())

    async def _send(
        self, method: str, url: str, headers: dict[str, str], data: Any
    ) -> tuple[int, Mapping[str, str], bytes]:
        headers = {**headers, "x-github-api-version": API_VERSION, "accept": "application/vnd.github+json"}
        body = None
        if data is not None:
            headers["content-type"] = "application/json"
            body = json.dumps(data).encode()
        try:
            async with self._session.request(
                method, url, headers=headers, data=body, timeout=TIMEOUT, allow_redirects=False
            ) as answer:
                got = {name.lower(): value for name, value in answer.headers.items()}
                content = await answer.content.read(MAX_ANSWER)
                while not answer.content.at_eof() and len(content) < MAX_ANSWER:
                    content += await answer.content.read(MAX_ANSWER - len(content))
                return answer.status, got, content
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unreachable(f"{method} {url.removeprefix(self.api_url)}: {type(error).__name__}") from error


class Installation:
    """One installation: a token that is always valid, its caches, and one write at a time.

    Nothing here is shared with another.
    """

    def __init__(self, github: GitHub, installation_id: int) -> None:
        self.github = github
        self.id = installation_id
        self.label_ids: LRUCache[str, dict[str, str]] = LRUCache(maxsize=200)  # repository -> case-folded name -> id
        self.user_ids: TTLCache[str, str] = TTLCache(maxsize=1_000, ttl=24 * 3600)
        self._etags: LRUCache[str, Answer] = LRUCache(maxsize=200)
        self._token: Token | None = None
        self._asked: Mapping[str, str] = USUAL
        self._granted: Mapping[str, str] | None = None  # of the optional permissions; None: not asked yet
        self._renewing = asyncio.Lock()
        self._writing = asyncio.Lock()
        self._read_at = datetime.min.replace(tzinfo=UTC)
        self.blocked_until = datetime.min.replace(tzinfo=UTC)

    async def get(self, path: str) -> Answer:
        """A REST read; an unchanged answer (304) is free and comes from this installation's own cache."""
        await self._pace()
        cached = self._etags.get(path)

        async def send(headers: dict[str, str]) -> Answer:
            if cached and cached.etag:
                headers = {**headers, "if-none-match": cached.etag}
            try:
                return await self.github.rest("GET", path, headers)
            except NotModified:
                assert cached
                return cached

        answer = await self._authorized(send)
        if answer.etag:
            self._etags[path] = answer
        return answer

    async def location(self, path: str) -> str:
        """Where a download is, as `GitHub.location` has it."""
        await self._pace()
        return await self._authorized(lambda headers: self.github.location(path, headers))

    async def query(self, operation: str, variables: Mapping[str, Any]) -> GraphQL:
        await self._pace()
        return await self._authorized(lambda headers: self.github.graphql(operation, variables, headers))

    async def mutate(self, operation: str, variables: Mapping[str, Any], *, contents: int) -> GraphQL:
        """A write by GraphQL; `contents` counts the comments (and the like) that it creates."""
        return await self._write(contents, lambda headers: self.github.graphql(operation, variables, headers))

    async def post(self, path: str, data: Any) -> Answer:
        """A write by REST that creates one label or the like."""
        return await self._write(1, lambda headers: self.github.rest("POST", path, headers, data))

    async def _write(self, contents: int, send: Callable[[dict[str, str]], Awaitable[T]]) -> T:
        """Serial, paced, and put back rather than waited for when the moment is far away."""
        async with self._writing:
            self._check_block()
            now = self.github.clock()
            at = await self.github.budgets.reserve(self.id, now, contents, now + PATIENCE)
            if at > now + PATIENCE:
                raise RetryLater(at, "the write budget of the installation")
            if at > now:
                await self.github.sleep((at - now).total_seconds())
            return await self._authorized(send)

    async def _authorized(self, send: Callable[[dict[str, str]], Awaitable[T]]) -> T:
        """With a valid token; a refused token is renewed once, a refused request blocks this installation
        until its moment.
        """
        self._check_block()
        try:
            token = await self._valid_token()
            try:
                return await send(sansio.create_headers("burndown", oauth_token=token.text))
            except Unauthorized:
                if self._token is token:
                    self._token = None
                token = await self._valid_token()
            try:
                return await send(sansio.create_headers("burndown", oauth_token=token.text))
            except Unauthorized as error:
                raise Refused(f"a fresh token is not taken: {error}") from None
        except RetryLater as limit:
            self.blocked_until = max(self.blocked_until, limit.until)
            await self.github.budgets.block(self.id, self.github.clock(), limit.until)
            raise

    async def _valid_token(self) -> Token:
        """Renewed early, by one task while the others wait."""
        async with self._renewing:
            now = self.github.clock()
            if self._token is None or self._token.renew_at <= now:
                self._token = await self._mint()
            return self._token

    async def may(self, *permissions: str) -> bool:
        """Whether the installation grants optional permissions; a token that lacks them is replaced."""
        if (await self._valid_token()).permissions.issuperset(permissions):
            return True
        if self._granted is None:
            self._granted = await self._read_granted()
        if not self._granted.keys() >= set(permissions):
            return False
        self._asked, self._token = self._granted, None
        return True

    async def _mint(self) -> Token:
        """With as few permissions as we use; where those are more than is granted, with what is granted of them."""
        try:
            made = await self._ask_token(self._asked)
        except Invalid:
            self._asked = self._granted = await self._read_granted()
            made = await self._ask_minimal()
        now = self.github.clock()
        until = now + (datetime.fromisoformat(made["expires_at"]) - now) * TOKEN_USE
        return Token(str(made["token"]), until, frozenset(made.get("permissions") or ()))

    async def _ask_token(self, optional: Mapping[str, str]) -> Any:
        path = f"/app/installations/{self.id}/access_tokens"
        return (await self.github.as_app("POST", path, {"permissions": {**PERMISSIONS, **optional}})).data

    async def _ask_minimal(self) -> Any:
        try:
            return await self._ask_token(self._asked)
        except Invalid as error:
            wanted = ", ".join(f"{name}: {level}" for name, level in PERMISSIONS.items())
            raise Refused(f"the installation does not grant {wanted} ({error})") from None

    async def _read_granted(self) -> Mapping[str, str]:
        """Which of the optional permissions the installation grants."""
        found = (await self.github.as_app("GET", f"/app/installations/{self.id}")).data.get("permissions") or {}
        return {name: level for name, level in OPTIONAL.items() if found.get(name) in {level, "write"}}

    def _check_block(self) -> None:
        if self.github.clock() < self.blocked_until:
            raise RetryLater(self.blocked_until, "GitHub asked us to wait")

    async def _pace(self) -> None:
        """Reads are spread below the limit of points a minute, after a burst."""
        now = self.github.clock()
        self._read_at = max(self._read_at, now - READ_GAP * READ_BURST) + READ_GAP
        if self._read_at > now:
            await self.github.sleep((self._read_at - now).total_seconds())
