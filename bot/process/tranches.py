"""Tranches of one repository: what people ask for below the weekly issue, and what its configuration asks for once.

Each step is somebody's, and is kept with their name; nothing is written to GitHub but the answer to a comment.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.config import PATH
from bot.core.errors import Unreachable
from bot.core.events import IssueTouched, ReportDue
from bot.core.ledger.flows import read_week
from bot.core.model import Asked, Mode
from bot.core.people.tranches import Change, Heard, Scene, answers, hear, wants_scene
from bot.core.policy import Policy
from bot.core.report.compiling import compiled
from bot.core.report.folded import summed
from bot.core.report.material import Material
from bot.core.report.ranking import MONTH
from bot.core.report.tranche import Tranche, accept, freeze, shifted
from bot.core.report.tranches import arrivals, is_due, is_running, whole_week
from bot.github.apply import apply
from bot.github.client import Installation
from bot.github.fetch import Wanted, fetch_issue
from bot.process.issues import LeaseLost
from bot.process.policies import Place, Policies
from bot.process.report import gathered, review_of
from bot.store import Store
from bot.store.inbox import LEASE, Claim


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a comment: in a few words, and what is to be kept."""

    note: str
    ran: tuple[str, ...] = ()  # commands of the comment
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Tranches:
    store: Store
    policies: Policies
    clock: Callable[[], datetime]

    async def __call__(self, claim: Claim, event: IssueTouched, installation: Installation) -> Done:
        """A comment below the weekly issue. Raises what the worker's retry table knows."""
        ran = await self.store.decisions.ran(event.comment_id)
        wanted = Wanted(comments=True, asked=event.comment_id, ran=ran)
        fetched = await fetch_issue(installation, event.repository, event.subject, None, wanted)
        issue, home = fetched.issue, event.subject.repository_id
        policy = (await self.policies.of(Place(installation, issue.repository, home, fetched.state))).policy
        if policy.config.mode is Mode.OFF or issue.asked is None:
            return Done("our own weekly report: switched off, or nobody asks")
        heard = await self._heard(policy, home, issue.repository, issue.asked)
        effects = tuple(answers(issue, issue.asked, heard))
        if policy.config.mode is Mode.ENFORCE and effects:
            if not await self.store.inbox.renew(claim, self.clock() + LEASE):
                raise LeaseLost
            applied = await apply(installation, fetched.target, effects)
            return Done(_note(heard, "written", *applied.refused), heard.ran, heard.changes)
        return Done(_note(heard, "observed" if effects else ""), heard.ran, heard.changes)

    async def _heard(self, policy: Policy, repository_id: int, full_name: str, asked: Asked) -> Heard:
        number, newest = await self.store.tranches.newest(repository_id)
        if not wants_scene(asked):
            return hear(asked, number, newest, None, None)
        week = whole_week(asked.at, policy.outline.zone)
        material, scene = await self._scene(policy, repository_id, full_name, week, newest)
        found = None
        if newest and is_running(newest):
            found = await review_of(self.store, repository_id, newest, material, scene.report)
        return hear(asked, number, newest, scene, found)

    async def begin(self, policy: Policy, event: ReportDue) -> str:
        """Freezes what the configuration asks for, once; in a few words what came of it, "" where nothing is due."""
        asked, home = policy.config.tranche, event.repository_id
        known = await self.store.tranches.all(home)
        if asked is None or (known and is_running(known[-1])) or not is_due(asked.since, known, event.week):
            return ""
        _, scene = await self._scene(policy, home, event.repository, shifted(asked.since, -1))
        draft = freeze(scene.report, asked.classes, asked.weeks, scene.arrivals, scene.before)
        made = accept(draft, PATH, self.clock())
        if isinstance(made, str):
            return f"no tranche of {asked.since}: {made}"
        async with self.store.database.write() as connection:
            await self.keep(connection, home, event.installation_id, [Change(len(known) + 1, made)])
        return f"tranche of {asked.since} begun"

    async def _scene(
        self, policy: Policy, repository_id: int, full_name: str, week: str, newest: Tranche | None = None
    ) -> tuple[Material, Scene]:
        outline, now = policy.outline, self.clock()
        material = await gathered(self.store, outline, repository_id, full_name, week, now, newest)
        return material, await asyncio.to_thread(_scene, material)

    async def keep(
        self, connection: AsyncConnection, repository_id: int, installation_id: int, changes: Iterable[Change]
    ) -> None:
        """Raises Unreachable where somebody took another step in the meantime: all of it is looked at again."""
        tranches = self.store.tranches
        for each in changes:
            if each.was is None:
                is_kept = await tranches.append(connection, repository_id, installation_id, each.number, each.now)
            else:
                is_kept = await tranches.replace(connection, repository_id, each.number, each.was, each.now)
            if not is_kept:
                raise Unreachable(f"tranche {each.number} has changed in the meantime")


def _scene(material: Material) -> Scene:
    """Arrivals are counted in no more weeks than are known."""
    made = compiled(material)
    before = max(1, min(MONTH, len(made.weeks)))
    start = read_week(shifted(made.week, 1 - before), material.zone).window.start
    (came,) = arrivals(summed(material), (start, read_week(made.week, material.zone).window.end))
    return Scene(made, came, before)


def _note(heard: Heard, *done: str) -> str:
    refused = f"{len(heard.refusals)} refused" if heard.refusals else ""
    ran = ", ".join(heard.ran) or "nothing new"
    return "; ".join(filter(None, ("our own weekly report", f"asked: {ran}", refused, *done)))
