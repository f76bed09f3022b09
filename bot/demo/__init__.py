"""The story: the real program, through its real HTTP door, against the simulated GitHub; told in the terminal as it
happens. It may not decide anything: what it shows is what the bot did.
"""

import asyncio
import signal
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bot.demo.chapters import tell
from bot.demo.stage import staged
from bot.logs import start_logging


async def play(environment: Mapping[str, str], *, stays: bool) -> int:
    """Plays the story; then goes on serving until stopped, or returns."""
    start_logging("error", "pretty")
    with tempfile.TemporaryDirectory(prefix="burndown-") as directory:
        async with staged(environment, Path(directory), is_public=stays) as stage:
            await tell(stage)
            if stays:
                host = environment.get("HOST") or "127.0.0.1"
                stage.say(
                    f"\nStill serving: [bold]http://{host}:{stage.bot.port}/[/] shows what happened. Ctrl-C stops."
                )
                stopped = asyncio.Event()
                for number in (signal.SIGINT, signal.SIGTERM):
                    asyncio.get_running_loop().add_signal_handler(number, stopped.set)
                await stopped.wait()
    return 0
