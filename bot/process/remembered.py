"""The policy that was in force for a repository when we last looked, from what is stored. Asks nobody."""

import asyncio
from dataclasses import dataclass, field, replace

from cachetools import LRUCache

from bot.core.config import default
from bot.core.lint import BadRules
from bot.core.model import Mode
from bot.core.policy import Files, Outline, Policy
from bot.core.rules.ruleset import without
from bot.rulefiles import Packs
from bot.store import Store
from bot.store.repositories import Known


@dataclass(frozen=True, slots=True)
class Standing:
    """What is in force, and what is wrong with newer files that are not."""

    policy: Policy
    problems: tuple[str, ...] = ()

    @property
    def wants_comments(self) -> bool:
        return self.policy.config.explain == "comment" or self.policy.ruleset.asks_comments


@dataclass(frozen=True)
class Remembered:
    store: Store
    packs: Packs
    default_mode: Mode
    _standing: LRUCache[int, tuple[str, Standing]] = field(default_factory=lambda: LRUCache(maxsize=200), init=False)
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def last(self, repository_id: int) -> Standing | None:
        """What was in force when we last looked; None in a repository that we never saw."""
        known = await self.store.repositories.get(repository_id)
        return await self._last(known) if known and known.seen is not None else None

    async def outline(self, repository_id: int) -> Outline:
        """As much of it as a report needs; of a repository that we never saw, what it would be without files."""
        try:
            return self.packs.outline(await self.store.repositories.files(repository_id), self.default_mode)
        except BadRules:
            return replace(self.packs.outline(Files(), self.default_mode), config=default(Mode.OBSERVE))

    async def read(self, files: Files) -> Policy:
        """Raises BadRules. In a thread, one at a time: hostile rules take their time to compile and to prove."""
        async with self._reading:
            return await asyncio.to_thread(self.packs.policy, files, self.default_mode)

    async def _last(self, known: Known) -> Standing:
        state, standing = self._standing.get(known.id, ("", None))
        if standing is None or state != known.seen:
            good = await self.store.repositories.files(known.id)
            standing = Standing(await self._last_good(good), known.problems)
            self._standing[known.id] = (known.seen or "", standing)
        return without_slow(standing, known)

    async def _last_good(self, files: Files) -> Policy:
        try:
            return await self.read(files)
        except BadRules:  # good under an older version of this program
            return replace(await self.read(Files()), config=default(Mode.OBSERVE))


def without_slow(standing: Standing, known: Known | None) -> Standing:
    ruleset = standing.policy.ruleset
    slow = frozenset(id_ for id_, at in (known.put_aside if known else {}).items() if at == ruleset.version)
    return replace(standing, policy=replace(standing.policy, ruleset=without(ruleset, slow))) if slow else standing
