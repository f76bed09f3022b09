"""The story: the real program, through its real HTTP door, against the simulated GitHub; told in the terminal as it
happens.
"""

import asyncio
import contextlib
import signal
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path

import aiohttp
from pydantic import SecretStr
from rich.console import Console
from rich.markdown import Markdown
from rich.padding import Padding
from rich.panel import Panel

from bot.app import Running, running
from bot.logs import start_logging
from bot.sandbox import GitHub, serve
from bot.sandbox.model import Issue
from bot.settings import AppCredentials, read_settings

REPOSITORY = "acme/widget"
CONFIG = """\
version: 1
mode: enforce
extends: [general, warehouse-profiling]
explain: comment
classes:
  crash: {owners: [bob]}
  profiling-error: {owners: [carol]}
"""
CRASH = """\
Nightly profiling stops at the first empty table.

```
Traceback (most recent call last):
  File "profiler/run.py", line 88, in profile_table
    mean = total / count
ZeroDivisionError: division by zero
```
"""
WISH = "It would be great if reports could be exported as CSV. Is there any plan to support this feature?"
RULE = """\
version: 1
classes:
  - {id: odd, title: Odd behaviour, labels: ["defect: odd"]}
rules:
  - id: odd.title
    class: odd
    when: {word: [something is off, somehow odd], in: [title, prose]}
    tests:
      match: ["Something is off"]
      no-match: ["Something is missing"]
"""
UNCLEAR = "Since this morning it is somehow odd. Any ideas?"


async def play(environment: Mapping[str, str], *, stays: bool) -> int:
    """Plays the story; then goes on serving until stopped, or returns."""
    start_logging("error", "pretty")
    github = GitHub.example()
    github.commit_file(REPOSITORY, ".github/burndown.yml", CONFIG, by="alice")
    with tempfile.TemporaryDirectory(prefix="burndown-") as directory:
        async with _bot(github, environment, Path(directory), stays=stays) as bot:
            teller = _Teller(github, bot)
            await teller.tell()
            if stays:
                host = environment.get("HOST") or "127.0.0.1"
                teller.say(f"\nStill serving: [bold]http://{host}:{bot.port}/[/] shows what happened. Ctrl-C stops.")
                stopped = asyncio.Event()
                for number in (signal.SIGINT, signal.SIGTERM):
                    asyncio.get_running_loop().add_signal_handler(number, stopped.set)
                await stopped.wait()
    return 0


@asynccontextmanager
async def _bot(
    github: GitHub, environment: Mapping[str, str], directory: Path, *, stays: bool
) -> AsyncIterator[Running]:
    async with serve(github) as url:
        asked = read_settings(
            {k: v for k, v in environment.items() if k in {"HOST", "PORT", "RULES_DIR"}}, needs_app=False
        )
        app = AppCredentials(str(github.app.id), SecretStr(github.private_key), (SecretStr(github.hooks.secret),))
        database = SecretStr(f"sqlite:///{directory / 'story.db'}")
        port = asked.port if stays else 0
        settings = replace(asked, app=app, api_url=url, database_url=database, port=port, debounce_seconds=0.2)
        async with running(settings, shows_titles=True) as bot:
            github.hooks.url = f"http://127.0.0.1:{bot.port}/webhook"
            try:
                yield bot
            finally:
                github.hooks.url = None
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(5):
                        await github.delivered()


class _Teller:
    """Plays the people's parts and prints what came of them."""

    def __init__(self, github: GitHub, bot: Running) -> None:
        self.github = github
        self.bot = bot
        self.console = Console(highlight=False, width=min(100, Console().width))

    def say(self, text: str) -> None:
        self.console.print(text)

    async def settle(self) -> None:
        await self.github.delivered()
        await self.bot.settle()
        await self.github.delivered()

    async def tell(self) -> None:
        self.console.print(
            Panel("Burndown on a simulated GitHub: acme/widget, with alice, bob and carol", expand=False)
        )
        await self.settle()  # the sweep at the start
        crash = await self.opens("alice", "Profiler stops on an empty table", CRASH)
        await self.opens("carol", "Export reports as CSV", WISH)
        unclear = await self.opens("mallory", "Something is off", UNCLEAR)
        await self.says("bob", unclear, "/burndown class question")
        await self.corrects(crash)
        await self.proposes()
        await self.repeats()
        await self.forges()
        self.accounts()

    async def opens(self, who: str, title: str, body: str) -> Issue:
        self.say(f"\n[bold]{who}[/] opens an issue: “{title}”")
        before = len(self.github.calls)
        issue = self.github.open_issue(REPOSITORY, title, body, by=who)
        await self.settle()
        self.result(issue, before)
        return issue

    def result(self, issue: Issue, before: int) -> None:
        names = [call.name for call in self.github.calls[before:]]
        self.say(f"  labels    {', '.join(issue.label_names) or 'none'}")
        self.say(f"  assigned  {', '.join(issue.assignee_logins) or 'nobody'}")
        for comment in issue.comment_bodies[:1]:
            self.say("  explained in one comment:")
            self.console.print(Padding(Markdown(comment.partition("\n")[2]), (0, 0, 0, 4)))
        self.say(f"  cost      {len(names)} calls: {', '.join(names) or 'none'}")

    async def corrects(self, issue: Issue) -> None:
        name = issue.label_names[0]
        self.say(f"\n[bold]alice[/] removes the label “{name}”, then edits the title: she has the last word")
        self.github.unlabel(issue, name, by="alice")
        await self.settle()
        before = len(self.github.calls)
        self.github.edit_issue(issue, by="alice", title="Profiler stops on an empty table (Snowflake)")
        await self.settle()
        names = [call.name for call in self.github.calls[before:]]
        self.say(f"  labels    {', '.join(issue.label_names) or 'none: it is not added again'}")
        self.say(f"  cost      {len(names)} call: {', '.join(names)}")

    async def says(self, who: str, issue: Issue, command: str) -> None:
        self.say(f"\n[bold]{who}[/] comments on “{issue.title}”: {command}")
        before = len(self.github.calls)
        comment = self.github.comment(issue, command, by=who)
        await self.settle()
        names = [call.name for call in self.github.calls[before:]]
        self.say(f"  labels    {', '.join(issue.label_names) or 'none'}")
        self.say(f"  answered  by {', '.join(each.content for each in comment.reactions)}")
        self.say(f"  cost      {len(names)} calls: {', '.join(names)}")

    async def proposes(self) -> None:
        self.say("\n[bold]carol[/] proposes a rule in a pull request; nothing takes effect before it is merged")
        before = len(self.github.calls)
        files = {".github/burndown/rules/odd.yml": RULE}
        self.github.open_pull(REPOSITORY, "A class for what is odd", by="carol", files=files)
        await self.settle()
        run = self.github.check_runs[-1]
        names = [call.name for call in self.github.calls[before:]]
        self.say(f"  check     {run.name}: {run.conclusion}")
        self.say(f"  says      {run.title}")
        self.say(f"  cost      {len(names)} calls: {', '.join(names)}")

    async def repeats(self) -> None:
        self.say("\nGitHub delivers the first webhook [bold]again[/]")
        before = len(self.github.calls)
        self.github.hooks.redeliver(self.github.hooks.log[0].guid)
        await self.settle()
        self.say(f"  cost      {len(self.github.calls) - before} calls: it is known by its id and by its body")

    async def forges(self) -> None:
        self.say("\nSomebody [bold]forges[/] a delivery")
        headers = {
            "X-GitHub-Event": "issues",
            "X-GitHub-Delivery": "forged",
            "X-Hub-Signature-256": "sha256=" + "0" * 64,
            "Content-Type": "application/json",
        }
        url = f"http://127.0.0.1:{self.bot.port}/webhook"
        async with aiohttp.ClientSession() as session, session.post(url, data=b"{}", headers=headers) as answer:
            status = HTTPStatus(answer.status)
            self.say(f"  answer    {status.value} {status.phrase}: {(await answer.text()).strip()}")

    def accounts(self) -> None:
        tokens = sum(self.github.books.token_mints.values())
        gap = self.github.books.smallest_write_gap_seconds()
        calls = len(self.github.calls)
        apart = f", at least {gap:.1f} s apart" if gap else ""
        self.say(f"\nIn all: {calls} calls, {len(self.github.writes)} changes{apart}; {tokens} token.")
