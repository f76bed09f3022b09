"""The command line, as a person or a script calls it; where it asks GitHub, the simulated one answers."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner, Result

from bot.cli import main
from bot.sandbox.state import utc_now
from tests.stories.conftest import Clock, World, _quiet, github, world

__all__ = ["_quiet", "github", "world"]  # fixtures, on another clock

NOBODY = dict.fromkeys(("APP_ID", "PRIVATE_KEY", "PRIVATE_KEY_PATH", "WEBHOOK_SECRET", "RULES_DIR", "DATABASE_URL"), "")


@pytest.fixture
def clock() -> Clock:
    """The command line goes by the real clock."""
    return Clock(utc_now())


@pytest.fixture(autouse=True)
def _logging() -> Iterator[None]:
    """A command sets up its log: to a stream that ends with it."""
    yield
    structlog.reset_defaults()


def burndown(*arguments: str | Path, text: str | None = None, **environment: str) -> Result:
    runner = CliRunner()
    result = runner.invoke(main, [*map(str, arguments)], input=text, env=NOBODY | environment)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@dataclass
class Terminal:
    """The command line of somebody who runs the App."""

    world: World

    async def __call__(self, *arguments: str | Path, **environment: str) -> Result:
        known = {
            "APP_ID": str(self.world.github.app.id),
            "PRIVATE_KEY": self.world.github.private_key,
            "WEBHOOK_SECRET": self.world.github.hooks.secret,
            "GITHUB_API_URL": self.world.api_url,
            "DATABASE_URL": f"sqlite:///{self.world.directory / 'inbox.db'}",
        }
        return await asyncio.to_thread(burndown, *arguments, **(known | environment))

    async def data(self, *arguments: str | Path, **environment: str):
        return json.loads((await self(*arguments, "--json", **environment)).stdout)


@pytest.fixture
def terminal(github: World) -> Terminal:
    return Terminal(github)


@pytest.fixture
def checkout(tmp_path: Path):
    """A repository's checkout with these files."""

    def build(**files: str) -> Path:
        root = tmp_path / "checkout"
        names = {
            "config": ".github/burndown.yml",
            "rules": ".github/burndown/rules/own.yml",
            "template": ".github/ISSUE_TEMPLATE/bug.md",
        }
        for name, text in files.items():
            path = root / names[name]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return root

    return build
