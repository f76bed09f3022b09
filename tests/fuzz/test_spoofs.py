"""Spoofed links to regression tests, each in a pull request of its own: none goes green, and nothing else is asked.

Seen from outside: the simulated GitHub's list of calls, and the interpreter's own audit of every connection that this
process opens and every name that it looks up.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from tests.fuzz.judged import CODE, TEST, Judged, judging
from tests.fuzz.spoofs import GOOD, HONEST, Spoof, spoofs
from tests.stories.conftest import REPOSITORY

LEAST = 60
KNOWN = {"PullSnapshot", "PullTexts", "CreateCheckRun"}  # what judging a pull request of one page asks of GitHub
PATCHES = f"GET /repos/{REPOSITORY}/pulls/"
DIALS = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.sendto"}

_heard: list[tuple[str, object]] = []
_hooks: list[bool] = []  # one at most: an audit hook stays for as long as the process lives


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    if _hooks[-1] and event in DIALS:
        where = arguments[1] if event in {"socket.connect", "socket.sendto"} else arguments[0]
        _heard.append((event, where))


@contextmanager
def dialled() -> Iterator[list[tuple[str, object]]]:
    """Where this process connects to, or looks up, meanwhile."""
    if not _hooks:
        _hooks.append(False)
        sys.addaudithook(_hear)
    _heard.clear()
    _hooks[-1] = True
    try:
        yield _heard
    finally:
        _hooks[-1] = False


async def verdict(judged: Judged, said: str, files: dict) -> list[str]:
    body = f"Fixes #{judged.defect.number}\n\n{said}\n"
    files = {CODE: "x = 2\n", TEST: GOOD} | files
    pull = judged.github.open_pull(REPOSITORY, "Empty tables", body, by="mallory", files=files, from_fork=True)
    await judged.settle()
    return judged.verdicts(pull)


def is_known(call: str) -> bool:
    return call in KNOWN or (call.startswith(PATCHES) and call.endswith("/files"))


async def test_no_spoof_goes_green_and_none_makes_the_bot_ask_elsewhere():
    every, wrong, ended = list(spoofs()), [], Counter()
    with structlog.testing.capture_logs(), dialled() as connections:
        async with judging() as judged:
            assert await verdict(judged, HONEST, {}) == ["success"], "the same pull request, honestly linked"
            judged.world.calls()
            for each in every:
                found = await verdict(judged, each.said, each.files)
                ended.update(found)
                wrong += wrongs(each, found, judged.world.calls())
            port = judged.world.bot.port
            api = int(judged.world.api_url.rpartition(":")[2])
    print(len(every), dict(ended))  # noqa: T201 - the figures
    assert len({each.name for each in every}) == len(every) >= LEAST
    assert set(connections) == {("socket.connect", ("127.0.0.1", each)) for each in (api, port)}
    assert not wrong, f"{len(wrong)} of {len(every)}:\n" + "\n".join(wrong)


def wrongs(spoof: Spoof, found: list[str], calls: list[str]) -> Iterator[str]:
    if len(found) != 1 or not set(found) <= {"failure", "neutral"}:
        yield f"{spoof.name}: said {found}: {spoof.said[:200]!r}"
    if strange := [each for each in calls if not is_known(each)]:
        yield f"{spoof.name}: asked {strange}"


def test_a_connection_that_is_made_is_heard():
    import socket  # noqa: PLC0415

    with dialled() as connections, socket.socket() as listening, socket.socket() as calling:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        calling.connect(listening.getsockname())
        socket.getaddrinfo("localhost", 1)
    assert [each for each, _ in connections] == ["socket.connect", "socket.getaddrinfo"]
