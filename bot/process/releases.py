"""What a repository has published: read from GitHub and kept. Writes nothing to GitHub."""

from dataclasses import dataclass

from bot.core.events import ReleasesTouched
from bot.core.model import Mode
from bot.github.client import Installation
from bot.github.releases import fetch_releases
from bot.process.remembered import Remembered
from bot.store import Store


@dataclass(frozen=True, slots=True)
class Releases:
    store: Store
    policies: Remembered

    async def __call__(self, event: ReleasesTouched, installation: Installation) -> str:
        """Nothing is asked of GitHub where the bot is off, or has never seen a configuration: whoever reads the past
        of such a repository reads its releases, too.
        """
        standing = await self.policies.last(event.repository_id)
        if standing is None:
            return "no policy is known"
        if standing.policy.config.mode is Mode.OFF:
            return "mode off: releases are not read"
        known = await read_releases(self.store, installation, event.repository, event.repository_id)
        return f"releases known: {known}"


async def read_releases(store: Store, installation: Installation, repository: str, repository_id: int) -> int:
    """How many there are now. The caller knows that the bot is not off. Raises what the worker's retry table knows."""
    found = await fetch_releases(installation, repository, repository_id)
    async with store.database.write() as connection:
        await store.releases.replace(connection, repository_id, installation.id, found)
    return len(found)
