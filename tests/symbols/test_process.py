"""The limited process: what it may not, and that nothing which becomes of it reaches the bot."""

import asyncio
import os
import sys
import time
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.core.evidence.model import Reading, Texts
from bot.symbols import Symbols

HERE = Path(__file__).parent
PYTHON = Texts("tests/test_a.py", "def test_a():\n    assert 1\n", None)


def rogue(how, *arguments):
    """The command of a process that misbehaves in this way."""
    root = HERE.parent.parent
    start = f"import sys, runpy; sys.path.insert(0, {str(root)!r}); runpy.run_path({str(HERE / 'rogue.py')!r})"
    return (sys.executable, "-B", "-c", start, how, *arguments)


def descriptors():
    return {each.name for each in Path("/proc/self/fd").iterdir()}


def children():
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()


async def until(is_so):
    while not is_so():  # noqa: ASYNC110 - nothing announces it
        await asyncio.sleep(0.01)


@asynccontextmanager
async def reader(**how):
    """Symbols that leave nothing behind: no descriptor, no process."""
    before = descriptors(), children()
    symbols = Symbols(**how)
    try:
        yield symbols
    finally:
        await symbols.close()
        await asyncio.sleep(0)
        assert (descriptors(), children()) == before


async def test_files_are_read_in_their_order_by_one_process():
    async with reader() as symbols:
        files = [(PYTHON, "python"), (Texts("a.go", "func TestB() {}", None), "go"), (Texts("c", "x", None), "")]
        readings = await symbols.read(files)
        pid = symbols._process.pid
        await symbols.read(files)
        assert symbols._process.pid == pid
    assert [(each.path, each.by) for each in readings] == [
        ("tests/test_a.py", "tree-sitter"),
        ("a.go", "tree-sitter"),
        ("c", "file"),
    ]
    assert readings[0].symbols[0].name == "test_a"


async def test_a_process_is_only_started_for_a_text():
    async with reader(command=("/nowhere",)) as symbols:
        assert await symbols.read([]) == []
        unread = [
            Texts("a", None, None),
            Texts("b", "x", None, is_known=False),
            Texts("c", "x", None, is_regular=False),
            Texts("d", "x" * (4 * 1024**2 + 1), None),
        ]
        assert await symbols.read([(each, "python") for each in unread]) == [
            Reading(each.path, "nothing") for each in unread
        ]
        assert symbols._process is None


@pytest.mark.parametrize(
    "how",
    ["hang", "die", "abort", "flood", "overeat", "garbage", "wrong shape", "half", "too much", "not ready", "orphan"],
)
async def test_whatever_becomes_of_the_process_a_file_is_only_not_read(how):
    async with reader(command=rogue(how), limit_seconds=0.5) as symbols:
        assert await symbols.read([(PYTHON, "python")]) == [Reading(PYTHON.path, "nothing")]


async def test_a_process_that_cannot_be_started_is_none():
    async with reader(command=("/nowhere",)) as symbols:
        assert await symbols.read([(PYTHON, "python")]) == [Reading(PYTHON.path, "nothing")]


async def test_a_process_that_is_never_ready_is_not_waited_for():
    async with reader(command=rogue("never ready"), start_seconds=0.2) as symbols:
        assert await symbols.read([(PYTHON, "python")]) == [Reading(PYTHON.path, "nothing")]


async def test_a_file_that_ends_the_parser_is_read_by_pattern_and_the_next_is_parsed_again():
    async with reader(command=rogue("parsing"), limit_seconds=5) as symbols:
        (reading,) = await symbols.read([(PYTHON, "python")])
        assert (reading.by, [each.name for each in reading.symbols]) == ("pattern", ["test_a"])


async def test_a_call_that_loses_too_many_processes_parses_no_more():
    async with reader(command=rogue("parsing"), limit_seconds=5) as symbols:
        readings = await symbols.read([(PYTHON, "python")] * 6)
        pid = symbols._process.pid
        assert [each.by for each in readings] == ["pattern"] * 6
        await symbols.read([])
        assert symbols._process.pid == pid


async def test_a_call_of_files_that_all_hang_ends():
    async with reader(command=rogue("hang"), limit_seconds=0.1) as symbols:
        readings = await symbols.read([(PYTHON, "python")] * 50)
        assert [each.by for each in readings] == ["nothing"] * 50


async def test_a_process_that_was_killed_while_idle_is_replaced():
    async with reader() as symbols:
        await symbols.read([(PYTHON, "python")])
        os.kill(symbols._process.pid, 9)
        await symbols._process.wait()
        (reading,) = await symbols.read([(PYTHON, "python")])
        assert reading.by == "tree-sitter"


async def test_a_reading_that_is_cancelled_leaves_no_answer_for_the_next():
    async with reader(command=rogue("hang"), limit_seconds=60) as symbols:
        reading = asyncio.create_task(symbols.read([(PYTHON, "python")]))
        await until(lambda: symbols._process)
        await asyncio.sleep(0.1)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert symbols._process is None


async def test_an_idle_process_ends_and_another_is_started_when_it_is_needed():
    async with reader(idle_seconds=0.05) as symbols:
        await symbols.read([(PYTHON, "python")])
        await until(lambda: not symbols._process)
        (reading,) = await symbols.read([(PYTHON, "python")])
        assert reading.by == "tree-sitter"


async def test_the_process_sees_no_secret_and_has_its_limits(monkeypatch):
    monkeypatch.setenv("WEBHOOK_SECRET", "x")
    async with reader() as symbols:
        await symbols.read([(PYTHON, "python")])
        place = Path(f"/proc/{symbols._process.pid}")
        environment = (place / "environ").read_bytes()
        limits = {row[:26].strip(): row[26:].split()[0] for row in (place / "limits").read_text().splitlines()}
        assert os.getpgid(symbols._process.pid) == os.getsid(symbols._process.pid) == symbols._process.pid
    assert all(each.partition(b"=")[0] in {b"LD_LIBRARY_PATH", b"PYTHONHOME", b""} for each in environment.split(b"\0"))
    assert limits["Max address space"] == str(1024**3)
    assert limits["Max open files"] == "16"
    assert limits["Max file size"] == limits["Max core file size"] == limits["Max processes"] == "0"


async def test_the_process_writes_no_file(tmp_path):
    target = tmp_path / "written"
    async with reader(command=rogue("write", str(target)), limit_seconds=5) as symbols:
        await symbols.read([(PYTHON, "python")])
    assert not target.exists() or target.stat().st_size == 0


async def test_two_callers_take_turns():
    async with reader() as symbols:
        many = [symbols.read([(Texts(f"{at}.py", f"def test_{at}(): ...", None), "python")]) for at in range(8)]
        readings = await asyncio.gather(*many)
        assert [each[0].symbols[0].name for each in readings] == [f"test_{at}" for at in range(8)]


async def test_a_large_answer_comes_through():
    source = "".join(f"def test_{at:060}(): ...  # {'ä' * 500}\n" for at in range(1500))
    async with reader(limit_seconds=20) as symbols:
        (reading,) = await symbols.read([(Texts("a.py", source, None), "python")])
        assert (len(reading.symbols), len(reading.notes)) == (1500, 1500)


async def test_half_characters_do_not_stop_it():
    async with reader() as symbols:
        (reading,) = await symbols.read([(Texts("a.py", "def test_a(): '\ud800'\n# \udfff", None), "python")])
        assert [each.name for each in reading.symbols] == ["test_a"]


async def test_the_process_ends_with_the_bot():
    started = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.symbols.child", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    await process.communicate(b"")
    assert process.returncode == 0
    assert time.monotonic() - started < 30
