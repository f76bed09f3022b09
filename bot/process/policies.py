"""Which policy is in force for a repository, read again when its files have changed. Decides nothing on issues.

A broken file never switches the bot off: the last good version stays in force, and the repository is told once.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog
from cachetools import TTLCache

from bot.core.events import RULES
from bot.core.lint import BadRules
from bot.core.policy import Files
from bot.github.client import Installation
from bot.github.files import fetch_files, fetch_organisation
from bot.process.remembered import Remembered, Standing, without_slow
from bot.store.arrivals import Arrival, of_ours
from bot.store.repositories import Known

ORGANISATION_SECONDS = 3600  # how long an organisation's default may be old: its pushes do not always reach us

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Place:
    """The repository that a policy is asked for, and the state of its files as just read."""

    installation: Installation
    repository: str
    repository_id: int
    state: str


@dataclass(frozen=True)
class Policies(Remembered):
    clock: Callable[[], datetime]
    _organisations: dict[int, TTLCache[str, Files]] = field(default_factory=dict, init=False)

    async def of(self, place: Place, read: Files | None = None) -> Standing:
        """One small read of the database in the steady state; GitHub is asked where the state of the files is new,
        unless they were just `read`.
        """
        known = await self.store.repositories.get(place.repository_id)
        if known is None or known.seen != place.state:
            files = read or Files()
            if read is None and place.state:
                files = (await fetch_files(place.installation, place.repository)).files
            return await self._judged(place, known, await self._with_default(place, files))
        standing = await self._last(known)
        files = standing.policy.files
        if not files.follows_organisation or standing.problems:
            return standing
        fresh = await self._with_default(place, files)
        return standing if fresh == files else await self._judged(place, known, fresh)

    def forget_organisation(self, installation_id: int, owner: str) -> None:
        if installation_id in self._organisations:
            self._organisations[installation_id].pop(owner, None)

    async def put_aside(self, place: Place, rule: str, version: str) -> None:
        """A rule that took too long on an issue of this repository is not asked again until the rules change."""
        known = await self.store.repositories.get(place.repository_id)
        aside = {id_: at for id_, at in (known.put_aside if known else {}).items() if at == version} | {rule: version}
        see = self.store.repositories.see
        await see(place.repository_id, place.installation.id, place.repository, put_aside=aside)
        log.warning("a rule is put aside: it took too long", repository=place.repository, rule=rule)

    async def _judged(self, place: Place, known: Known | None, files: Files) -> Standing:
        """Files become the policy, or leave the last good one in force and are complained of."""
        try:
            standing = Standing(await self.read(files))
        except BadRules as error:
            good = await self.store.repositories.files(place.repository_id) if known else Files()
            standing = Standing(await self._last_good(good), tuple(map(str, error.problems)))
        is_told = known is not None and known.told == place.state
        is_mended = known is not None and bool(known.problems) and not standing.problems
        await self.store.repositories.see(
            place.repository_id,
            place.installation.id,
            place.repository,
            files=standing.policy.files,
            report=report.when if (report := standing.policy.config.report) else None,
            problems=standing.problems,
            seen=place.state,
        )
        if is_mended or (standing.problems and not is_told):
            await self.store.inbox.put([_complaint(place, self.clock())])
        self._standing[place.repository_id] = (place.state, standing)
        return without_slow(standing, known)

    async def _with_default(self, place: Place, files: Files) -> Files:
        """The organisation's configuration and rules, where a repository has none of its own."""
        if not files.follows_organisation:
            return files
        owner = place.repository.partition("/")[0]
        kept = self._organisations.setdefault(
            place.installation.id, TTLCache(10, ORGANISATION_SECONDS, timer=lambda: self.clock().timestamp())
        )
        if owner not in kept:
            kept[owner] = await fetch_organisation(place.installation, owner)
        return replace(files, config=kept[owner].config, rules=kept[owner].rules, of_organisation=True)


def _complaint(place: Place, now: datetime) -> Arrival:
    """A delivery of ours: the repository is told, once for each state of its files."""
    body = {
        "repository": {"id": place.repository_id, "full_name": place.repository},
        "installation": {"id": place.installation.id},
    }
    delivery_id = f"{RULES}:{place.repository_id}:{place.state}"
    text, subject = json.dumps(body).encode(), f"rules:{place.repository_id}"
    return of_ours(delivery_id, RULES, subject, now, installation_id=place.installation.id, body=text)
