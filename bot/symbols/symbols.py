"""Which tests files hold: asks a limited process, ends it when it takes too long, and survives whatever it does.

Reads no foreign text itself, and believes nothing that comes back before it has the shape of a Reading.
"""

import asyncio
import contextlib
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import structlog
from pydantic import TypeAdapter

from bot.core.evidence.model import Reading, Texts
from bot.symbols.frames import LENGTH, READY, framed, question
from bot.symbols.limits import MAX_ANSWER, MAX_TEXT

COMMAND = (sys.executable, "-B", "-s", "-m", "bot.symbols.child")
ROOT = Path(__file__).parent.parent.parent  # from where `bot` is found
NEEDED = ("LD_LIBRARY_PATH", "PYTHONHOME")  # without which some builds of Python do not start
START_SECONDS = 20.0
IDLE_SECONDS = 60.0
MAX_LOST = 3  # processes that one call may lose before it parses no more

_READING = TypeAdapter(Reading)
_log = structlog.get_logger()


class Lost(Exception):
    """The process did not answer, or not sensibly."""


class Symbols:
    """Reads test files, one at a time, in a process that is started when it is needed."""

    def __init__(
        self,
        *,
        limit_seconds: float = 2.0,
        idle_seconds: float = IDLE_SECONDS,
        start_seconds: float = START_SECONDS,
        command: Sequence[str] = COMMAND,
    ) -> None:
        self._limit_seconds, self._idle_seconds, self._start_seconds = limit_seconds, idle_seconds, start_seconds
        self._command = command
        self._lock = asyncio.Lock()
        self._process: Process | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._ending: set[asyncio.Task[None]] = set()

    async def read(self, files: Sequence[tuple[Texts, str]]) -> list[Reading]:
        """What each file holds, in order. Never raises on what the files say, nor on what becomes of the process."""
        found, lost = list[Reading](), 0
        async with self._lock:
            self._rest(None)
            for texts, language in files:
                reading, losses = await self._one(texts, language, lost)
                found.append(reading)
                lost += losses
            if self._process:
                self._rest(asyncio.get_running_loop().call_later(self._idle_seconds, self._end))
        return found

    async def close(self) -> None:
        """Ends the process, and waits until it is gone."""
        async with self._lock:
            self._rest(None)
            self._end()
            await asyncio.gather(*self._ending)

    async def _one(self, texts: Texts, language: str, lost: int) -> tuple[Reading, int]:
        """A file's reading, and how many processes it cost: parsed, else by pattern, else nothing."""
        nothing = Reading(texts.path, "nothing")
        if not (texts.is_known and texts.is_regular) or (texts.head is None and texts.base is None):
            return nothing, 0
        if any(each is not None and len(each) > MAX_TEXT for each in (texts.head, texts.base)):
            return nothing, 0
        losses = 0
        for may_parse in (True, False):
            if lost + losses >= (MAX_LOST if may_parse else 2 * MAX_LOST):
                continue
            try:
                return replace(await self._asked(texts, language, may_parse=may_parse), path=texts.path), losses
            except Lost as error:
                losses += 1
                _log.warning("reader_lost", why=str(error), language=language, parsing=may_parse)
        return nothing, losses

    async def _asked(self, texts: Texts, language: str, *, may_parse: bool) -> Reading:
        """One question, one answer. Raises Lost; whatever is raised, that process is asked nothing more."""
        is_answered = False
        try:
            if self._process and self._process.returncode is not None:
                self._end()  # it died while nothing was asked of it: that is not this file's fault
            process = self._process or await self._started()
            async with asyncio.timeout(self._limit_seconds):
                _stdin(process).write(framed(question(texts, language, may_parse=may_parse)))
                reading = _READING.validate_json(await _frame(process))
            is_answered = True
        except TimeoutError as error:
            raise Lost("took too long") from error
        except (OSError, EOFError) as error:
            raise Lost("died") from error
        except ValueError as error:  # pydantic's, too
            raise Lost("said what is no reading") from error
        finally:
            if not is_answered:
                self._end()
        return reading

    async def _started(self) -> Process:
        """A process that has said that it is ready."""
        self._process = process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            cwd=ROOT,
            env={name: os.environ[name] for name in NEEDED if name in os.environ},
            start_new_session=True,
        )
        async with asyncio.timeout(self._start_seconds):
            if await _frame(process) != READY:
                raise ValueError("not ready")
        return process

    def _end(self) -> None:
        """Kills the process, if there is one, with all that it started; `close` waits for what is left of it."""
        if process := self._process:
            self._process = None
            if process.returncode is None or not _stdout(process).at_eof():  # else its number may be another's by now
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
            ending = asyncio.get_running_loop().create_task(_gone(process))
            self._ending.add(ending)
            ending.add_done_callback(self._ending.discard)

    def _rest(self, timer: asyncio.TimerHandle | None) -> None:
        """Sets the time at which an idle process ends; None: it is busy, or gone."""
        if self._idle:
            self._idle.cancel()
        self._idle = timer


def _stdin(process: Process) -> asyncio.StreamWriter:
    assert process.stdin is not None
    return process.stdin


def _stdout(process: Process) -> asyncio.StreamReader:
    assert process.stdout is not None
    return process.stdout


async def _frame(process: Process) -> bytes:
    """What the process says next. Raises EOFError at its end, ValueError for more than an answer can be."""
    size = int(LENGTH.unpack(await _stdout(process).readexactly(LENGTH.size))[0])
    if size > MAX_ANSWER:
        raise ValueError(f"{size} bytes")
    return await _stdout(process).readexactly(size)


async def _gone(process: Process) -> None:
    """Waits for a killed process. What it left in the pipe is read, or the pipe would stay open."""
    _stdin(process).close()
    while await _stdout(process).read(65536):
        pass
    await process.wait()
