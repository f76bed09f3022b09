"""Any JSON value in the place of any part of a realistic signed delivery: taken or refused, and never in the way.

Driven by hypothesis through the composed application; what is taken is worked on against the simulated GitHub.
"""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.app import Running, running
from bot.sandbox import GitHub, serve
from bot.settings import AppCredentials, read_settings
from tests.fuzz.hostile import SECRET, request

EXAMPLES = 500
EXPECTED = {"done", "SubjectGone", "Refused"}  # what may come of a delivery that names something odd

TEXT = st.text(max_size=20) | st.sampled_from(["\x00", "\ud800", "acme/widget", "opened", "edited", "Bot", "acme/gone"])
NUMBER = st.integers() | st.floats() | st.sampled_from([0, 1, 2, -1, 2**31 - 1, 2**53, 2**63 - 1, 2**63, 10**400])
JSON = st.recursive(
    st.none() | st.booleans() | NUMBER | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=8,
)
NAMES = ("issues", "issue_comment", "label", "installation")
ROUTING = [("action",), ("installation",), ("repository",), ("issue",), ("comment",), ("label",), ("sender",)]
ROUTING += [("installation", "id"), ("repository", "id"), ("repository", "full_name"), ("issue", "number")]
ROUTING += [("comment", "body"), ("sender", "type"), ("sender", "login"), ("issue", "pull_request")]


@cache
def realistic(event: str) -> dict[str, Any]:
    """The payload of an event as the simulated GitHub writes it; its ids are those of `GitHub.example()`."""
    github, told = GitHub.example(), {}
    github.state.heard = lambda occurrence: told.setdefault(occurrence.event, dict(occurrence.payload))
    github.state.is_listening = lambda: True
    issue = github.open_issue("acme/widget", "Profiler stops", "ZeroDivisionError", by="alice")
    github.comment(issue, "/burndown why", by="alice")
    github.create_label("acme/widget", "crash", by="alice")
    github.grant(github.installation, {"issues": "write"}, by="alice")
    return told[event]


def paths(value: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a payload, the whole included."""
    yield before
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in inside:
        yield from paths(each, (*before, name))


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[str, bytes]:
    """A payload with up to three foreign values in it, mostly where we look, under its own event or another."""
    kind = draw(st.sampled_from(NAMES))
    made: Any = deepcopy(realistic(kind))
    event = kind if draw(st.integers(0, 9)) else draw(st.sampled_from([*NAMES, "push", "ping", "check_run", "unknown"]))
    for _ in range(draw(st.integers(1, 3))):
        known = [path for path in paths(made) if path]
        where = [path for path in known if path in ROUTING] if draw(st.booleans()) else known
        made = _with(made, draw(st.sampled_from(where or [()])), draw(JSON))
        if not isinstance(made, dict):
            break
    return event, json.dumps(made).encode()


def _with(payload: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    made = deepcopy(payload)
    at = made
    for name in path[:-1]:
        at = at[name]
    at[path[-1]] = value
    return made


@dataclass
class Front:
    """The composed program and a client of it; remembers what it sent."""

    bot: Running
    session: aiohttp.ClientSession
    sent: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    serial: Iterator[int] = field(default_factory=itertools.count)

    async def send(self, event: str, body: bytes) -> tuple[int, str]:
        guid = f"hypothesis-{next(self.serial)}"
        self.sent[guid] = event, body
        headers = {name.decode(): value.decode() for name, value in request(body, guid, event).headers}
        url = f"http://127.0.0.1:{self.bot.port}/webhook"
        async with self.session.post(url, data=body, headers=headers) as answer:
            return answer.status, await answer.text()

    async def tried(self) -> None:
        """Until everything that was taken has been worked on at least once."""
        for _ in range(3000):
            if not any(row.state == "doing" or not row.attempt for row in await self._pending()):
                return
            await asyncio.sleep(0.02)
        raise TimeoutError

    async def _pending(self) -> list[Any]:
        inbox = self.bot.store.inbox
        return [*await inbox.rows(state="todo", limit=1000), *await inbox.rows(state="doing", limit=1000)]

    async def troubles(self) -> list[str]:
        """Everything that did not end as it should, with what was sent."""
        left = [row for row in await self.bot.store.inbox.rows(limit=10_000) if row.state != "done"]
        return [f"{row.state}: {row.error}: {self.sent.get(row.delivery_id)}" for row in left]


@pytest.fixture
async def front(tmp_path: Any) -> AsyncIterator[Front]:
    github = GitHub.example()
    github.open_issue("acme/widget", "Profiler stops", "ZeroDivisionError", by="alice")
    read = read_settings({"DEBOUNCE_SECONDS": "0", "PORT": "0"}, needs_app=False)
    app = AppCredentials(str(github.app.id), SecretStr(github.private_key), (SecretStr(SECRET),))
    async with serve(github) as url, aiohttp.ClientSession() as session:
        database = SecretStr(f"sqlite:///{tmp_path / 'payloads.db'}")
        chosen = replace(read, app=app, api_url=url, database_url=database)
        async with running(chosen, with_schedule=False) as bot:
            made = Front(bot, session)
            yield made
            await made.tried()
            assert not await made.troubles()
            assert bot.worker
            assert set(bot.worker.results) <= EXPECTED, bot.worker.results
            assert bot.worker.results["done"] > EXAMPLES // 20, "the examples do not get far enough to mean anything"


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(delivery=deliveries())
async def test_any_value_in_the_place_of_any_field_is_taken_or_refused(
    front: Front, delivery: tuple[str, bytes]
) -> None:
    status, text = await front.send(*delivery)
    assert (status, text) in {(202, "accepted\n"), (400, "the body is not what its event says\n")}
