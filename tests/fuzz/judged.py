"""One simulated GitHub and the real bot before it, where many pull requests are judged one after another.

It may not say which verdict is right: the tests do.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.sandbox import GitHub, serve
from bot.sandbox.model import CheckRun, Commit, Issue, Pull
from bot.sandbox.state import utc_now
from tests.stories.conftest import ENFORCE, REPOSITORY, Clock, World

NAME = "burndown / regression-test"
CONFIG = f"""{ENFORCE}
regression-test:
  fix-when: {{labels: [hotfix], titles: ["fix:*"], branches: ["fix/*"]}}
"""
EVENTS = ("issues", "pull_request")  # no pushes and no echoes of our own checks: the stories have those
MEMORY = next((each for each in [Path("/dev/shm")] if each.is_dir()), None)  # no disk is proven here: half of the time
CODE, TEST = "src/profiler.py", "tests/test_profiler.py"
OLD, SHORT = "tests/test_old.py", "tests/test_short.py"
SNAPSHOT, SUPPORT = "web/__snapshots__/table.test.js.snap", "tests/conftest.py"
BEFORE = "def test_full():\n    assert 1\n"
MOVED_ON = (
    "def test_full():\n    assert 4\n\n\ndef test_other():\n    assert 3\n"  # what was offered before differs in more
)
FILES = {
    CODE: "x = 1\n",
    TEST: BEFORE,
    OLD: "def test_old():\n    assert 1\n",
    SHORT: "def test_short():\n    assert 1\n",
    SNAPSHOT: "exports[`table 1`] = `full`;\n",
    SUPPORT: "import pytest\n",
}


@dataclass
class Judged:
    """The world, the issues that its pull requests name, and the base as it was before it moved on."""

    world: World
    defect: Issue
    question: Issue
    before: Commit

    @property
    def github(self) -> GitHub:
        return self.world.github

    def checks(self, pull: Pull) -> list[CheckRun]:
        """Every check that was ever said of its head, oldest first."""
        suite = self.github.repository(REPOSITORY).suites.get(pull.head.sha)
        return [each for each in suite.runs if each.name == NAME] if suite else []

    def verdicts(self, pull: Pull) -> list[str]:
        return [str(each.conclusion).lower() for each in self.checks(pull)]

    def ask_again(self, pull: Pull) -> None:
        """Press "Re-run" of its newest check, or edit the pull request where there is none."""
        if said := self.checks(pull):
            self.github.installation.events = (*EVENTS, "check_run")
            self.github.rerequest(said[-1], by="bob")
            self.github.installation.events = EVENTS
        else:
            self.github.edit_pull(pull, title=f"{pull.title} once more", by="bob")

    @contextmanager
    def unheard(self) -> Iterator[None]:
        """What happens meanwhile is told to nobody."""
        self.github.hooks.url, url = None, self.github.hooks.url
        yield
        self.github.hooks.url = url

    async def settle(self) -> None:
        """As in the stories, but the database is asked only while nobody is at work."""
        github, inbox, worker, clock = self.github, self.world.bot.store.inbox, self.world.bot.worker, self.world.clock
        await github.delivered()
        while not (worker.is_idle and await inbox.is_settled()):
            if worker.is_idle and (due_at := await inbox.next_due_at(clock.now - timedelta(days=1))):
                clock.now = max(clock.now, due_at)
                inbox.arrived.set()
            await asyncio.sleep(0.004)
        await github.delivered()


@asynccontextmanager
async def judging() -> AsyncIterator[Judged]:
    """A repository with code, tests, a branch of releases, a defect and a question, and the bot at work in it."""
    clock = Clock()
    with TemporaryDirectory(dir=MEMORY) as directory:
        world = World(GitHub.example(now=clock, jwt_now=utc_now), clock, Path(directory))
        async with serve(world.github) as world.api_url:
            world.configure(CONFIG)
            before = world.github.push(REPOSITORY, FILES, by="alice")
            world.github.push(REPOSITORY, {TEST: MOVED_ON}, by="alice")
            world.github.push(REPOSITORY, {"RELEASE": "1\n"}, by="alice", branch="release")
            async with world.started():
                made = Judged(world, world.crash(), world.open("How do I install it?"), before)
                await made.settle()
                world.github.installation.events = EVENTS
                yield made
