"""A change of rules: on a pull request it is checked and tried, on the default branch a broken one is told of, once."""

import asyncio
import time
from dataclasses import dataclass

from bot.core.check import CheckRun
from bot.core.config import PATH, RULES
from bot.core.document.templates import untouched
from bot.core.events import RulesTouched
from bot.core.evidence.model import PullRequest
from bot.core.lint import BadRules
from bot.core.model import Issue, Mode
from bot.core.policy import Policy
from bot.core.quality.backtest import Backtest, compared, reading
from bot.core.quality.check import broken, judged, restored
from bot.core.rules.engine import Watch
from bot.github.client import Installation
from bot.github.fetch import fetch_newest
from bot.github.files import fetch_files
from bot.github.pulls import FetchedPull, create_check
from bot.process.policies import Place, Policies
from bot.rulefiles import on_templates, templates
from bot.store import Store


@dataclass(frozen=True, slots=True)
class Rules:
    store: Store
    policies: Policies

    async def pull(self, installation: Installation, fetched: FetchedPull, policy: Policy) -> CheckRun | None:
        """What is said of a pull request that changes configuration or rules; nothing of others.

        Rules of a fork count where the repository has some: nothing is written before opt-in.
        """
        pull = fetched.pull
        is_concerned = pull.is_open and pull.base == pull.default_branch
        if not is_concerned or not any(_is_ours(each.path) for each in pull.files):
            return None
        if policy.config.mode is Mode.OFF or (pull.is_from_fork and policy.files.config is None):
            return None
        return await self._checked(installation, pull, policy)

    async def pushed(self, event: RulesTouched, installation: Installation) -> str:
        """The default branch's files: a broken one is told of on its commit, and that it is mended, too."""
        governing = await fetch_files(installation, event.repository)
        place = Place(installation, event.repository, event.repository_id, governing.files.oid)
        if event.repository.endswith("/.github"):
            self.policies.forget_organisation(installation.id, event.repository.partition("/")[0])
        before = await self.store.repositories.get(event.repository_id)
        standing = await self.policies.of(place, governing.files)
        was_told = before.told if before else None
        if was_told == governing.files.oid or not (standing.problems or was_told):
            return "rules read: nothing to tell"
        try:
            await self.policies.read(governing.files)
            run = restored(governing.head)
        except BadRules as error:
            run = broken(governing.head, 0, error.problems)
        if standing.policy.config.mode is not Mode.OFF and await installation.may("checks"):
            await create_check(installation, governing.repository_id, run)
        told = governing.files.oid if standing.problems else None
        await self.store.repositories.see(event.repository_id, installation.id, event.repository, told=told)
        return f"{run.conclusion.lower()}: {run.title}"

    async def _checked(self, installation: Installation, pull: PullRequest, before: Policy) -> CheckRun:
        number, repository_id = pull.subject.number, pull.subject.repository_id
        new = (await fetch_files(installation, pull.repository, pull.head)).files
        try:
            policy = await self.policies.read(new)
        except BadRules as error:
            return broken(pull.head, number, error.problems)
        said = tuple(on_templates(policy, untouched(*templates(new))))
        known = await newest(self.store, installation, pull.repository, repository_id, policy.config.backtest.issues)
        return judged(pull.head, number, policy, await _tried(known, before, policy), said)


async def _tried(issues: list[Issue], before: Policy, after: Policy) -> Backtest:
    """Issue by issue: between two of them everything else has its turn."""
    readings = []
    for issue in issues:
        old, new = (reading(issue, policy, Watch(time.thread_time)) for policy in (before, after))
        readings.append((issue, old, new))
        await asyncio.sleep(0)
    return compared(readings)


async def newest(
    store: Store, installation: Installation, repository: str, repository_id: int, limit: int
) -> list[Issue]:
    """A repository's newest issues from the store; fetched, and kept, when some are missing.

    Numbers are shared with pull requests, so a store that saw only some issues cannot know that it has them all:
    it was filled once, or it is filled now.
    """
    known = await store.repositories.get(repository_id)
    if known is None or known.filled < limit:
        issues = await fetch_newest(installation, repository, repository_id, limit)
        await store.issues.keep_all(issues, installation.id)
        await store.repositories.see(repository_id, installation.id, repository, filled=limit)
    return await store.issues.newest(repository_id, limit)


def _is_ours(path: str) -> bool:
    return path == PATH or path.startswith(f"{RULES}/")
