"""A repository's past, read page by page into the ledger. Writes nothing to GitHub.

Each page is kept together with the place where the next one begins: whoever goes on, and however often, ends the same.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from bot.core.document import Document
from bot.core.events import BackfillDue
from bot.core.ledger.model import Entry
from bot.core.model import Issue, Mode
from bot.core.policy import document_of
from bot.core.recurrence.sightings import Sighting
from bot.core.rules.classify import classify
from bot.core.rules.engine import Watch
from bot.github import missed
from bot.github.client import Installation
from bot.github.histories import Page, Past, fetch_page
from bot.process.again import Again, sighting_of
from bot.process.ledger import is_seen, meaning_of, meanings, of_history
from bot.process.past import State, state_of
from bot.process.policies import Place, Policies
from bot.process.releases import read_releases
from bot.process.remembered import Standing
from bot.store import Store
from bot.store.arrivals import backfill_due
from bot.store.repositories import Known

PAGES = 20  # that one delivery reads: then others have their turn
SHARE = 0.6  # of an hour's budget that may be used up, by whomever, before the past waits
WHOLE = 1_000  # of the newest issues: nobody asks for more of them


@dataclass(frozen=True, slots=True)
class Read:
    """What came of one page."""

    state: State
    wait_until: datetime | None = None  # the hour's budget is used up as far as we may
    is_off: bool = False


@dataclass(frozen=True, slots=True)
class Backfill:
    store: Store
    policies: Policies
    again: Again
    clock: Callable[[], datetime]

    async def __call__(self, event: BackfillDue, installation: Installation) -> str:
        """Some pages, and the delivery that goes on. Raises what the worker's retry table knows."""
        known = await self.store.repositories.get(event.repository_id)
        state = state_of(known)
        if state.is_done:
            await self._end(event.repository_id, installation)
        if state.is_done or state.pages != event.pages:
            return "the past was read" if state.is_done else "the past is read by another delivery"
        read = Read(state)
        for _ in range(PAGES):
            read = await self.page(installation, event.repository, event.repository_id, read.state)
            if read.is_off or read.wait_until or read.state.is_done:
                break
        said = f"{read.state.issues} issues read, {read.state.entries} entries appended"
        if read.is_off or read.state.is_done:
            return "mode off: the past is not read" if read.is_off else said
        now = self.clock()
        home = (event.repository_id, event.repository, installation.id)
        why = f"{read.state.started_at}:{read.state.pages}"
        following = backfill_due(*home, read.state.pages, why, now)
        await self.store.inbox.put([replace(following, due_at=max(now, read.wait_until or now))])
        return f"{said}, to be continued"

    async def begin(self, installation: Installation) -> None:
        """The past of each repository that the installation serves and that nobody has begun to read."""
        now = self.clock()
        async for each in missed.repositories(installation):
            state = state_of(await self.store.repositories.get(each.id))
            if not state.pages and each.has_issues and not each.archived:
                why = f"served {now:%Y-%m-%dT%H:%M}"
                await self.store.inbox.put([backfill_due(each.id, each.full_name, installation.id, 0, why, now)])

    async def page(self, installation: Installation, repository: str, repository_id: int, state: State) -> Read:
        """One page, and where it leaves us, in one transaction."""
        now = self.clock()
        state = state if state.started_at else replace(state, started_at=now.isoformat())
        since = datetime.fromisoformat(state.changed) if state.changed else None
        page = await fetch_page(installation, repository, repository_id, state.after, since)
        place = Place(installation, page.repository, repository_id, page.state)
        standing = await self.policies.of(place)
        if standing.policy.config.mode is Mode.OFF:
            return Read(state, is_off=True)
        known = await self.store.repositories.get(repository_id)
        chosen = self._chosen(page, state, known, await installation.github.slug())
        entries, seen = await self._entries(chosen, standing, place)
        if _is_last(page, state):
            await read_releases(self.store, installation, page.repository, repository_id)
        store = self.store
        async with store.database.write() as connection:
            new = await store.ledger.append(connection, repository_id, installation.id, entries, now)
            await self.again.keep(connection, installation.id, seen)
            state = _after(state, page, len(chosen), new)
            see = store.repositories.see_with
            more: dict[str, Any] = {} if state.changed else {"filled": _filled(state, known)}
            backfill = asdict(state)
            await see(connection, repository_id, installation.id, page.repository, backfill=backfill, **more)
        if state.is_done:
            await self._end(repository_id, installation)
        return Read(state, page.reset_at if page.share > SHARE else None)

    async def _end(self, repository_id: int, installation: Installation) -> None:
        """All of the past is there: what came back in it. Again, where somebody was cut short there."""
        found = await self.again.past(repository_id)
        await self.store.ledger.append_all(repository_id, installation.id, found, self.clock())

    def _chosen(self, page: Page, state: State, known: Known | None, slug: str) -> list[Past]:
        """Without what is too old, and without what we opened ourselves."""
        ours = known.weekly.get("number") if known else None
        return [
            each
            for each in page.issues
            if each.history.number != ours
            and each.history.author.removesuffix("[bot]") != slug
            and _is_wanted(each, state)
        ]

    async def _entries(
        self, chosen: list[Past], standing: Standing, place: Place
    ) -> tuple[list[Entry], list[tuple[Issue, Sighting]]]:
        """Issue by issue: between two of them everything else has its turn."""
        words = meanings(standing.policy)
        recorded = await self.store.ledger.of([each.issue.subject for each in chosen])
        entries: list[Entry] = []
        seen: list[tuple[Issue, Sighting]] = []
        for each in chosen:
            known, verdict = recorded[each.history.number], None
            document = document_of(each.issue, standing.policy)
            sighting = sighting_of(document, standing.policy)
            seen.append((each.issue, sighting))
            if not is_seen(known):
                verdict = await self._verdict(document, standing, place)
            claimed = sighting.severity
            said = meanings(standing.policy, claimed) if claimed else words
            by_rules = meaning_of(standing.policy, verdict, claimed)
            entries += of_history(each.history, standing.policy, said, by_rules, known)
            await asyncio.sleep(0)
        return entries, seen

    async def _verdict(self, document: Document, standing: Standing, place: Place) -> str | None:
        policy = standing.policy
        found = classify(document, policy.ruleset, watch=Watch(time.thread_time))
        if rule := found.overrun:
            await self.policies.put_aside(place, rule, policy.ruleset.version)
        return found.primary


def _is_wanted(each: Past, state: State) -> bool:
    return each.history.created_at.isoformat() >= state.since


def _is_last(page: Page, state: State) -> bool:
    return page.after is None or (bool(page.issues) and not _is_wanted(page.issues[-1], state))


def _after(state: State, page: Page, issues: int, entries: int) -> State:
    return replace(
        state,
        after=page.after,
        pages=state.pages + 1,
        issues=state.issues + issues,
        total=page.total,
        entries=state.entries + entries,
        is_done=_is_last(page, state),
    )


def _filled(state: State, known: Known | None) -> int:
    """How many of the newest issues are kept: all that there are, once all were read."""
    read = WHOLE if state.is_done and not state.since else state.issues
    return max(read, known.filled if known else 0)
