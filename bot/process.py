"""The heart: one delivery, from parse to record.

Fetch a snapshot, decide, apply, remember; everything else serves this.

Dry runs stop before `apply`. What goes wrong is raised, and the worker's retry table says what follows.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, assert_never

import structlog
from cachetools import LRUCache

from bot.core import config as config_model
from bot.core.config import Config
from bot.core.decide import Decision, decide, remember
from bot.core.errors import SubjectGone
from bot.core.events import Envelope, Ignored, InstallationChanged, IssueTouched, LabelsChanged, SweepDue, parse
from bot.core.lint import BadRules
from bot.core.model import Mode
from bot.github.apply import Applied, apply
from bot.github.client import GitHub, Installation
from bot.github.fetch import Fetched, fetch_issue
from bot.rulefiles import Packs
from bot.store import Store
from bot.store.inbox import LEASE, Claim
from bot.store.repositories import Known
from bot.sweep import sweep

log = structlog.get_logger()


class LeaseLost(Exception):
    """Another worker has taken the subject over: this one writes nothing more."""


@dataclass(frozen=True, slots=True)
class Process:
    """What processing a delivery needs."""

    store: Store
    github: GitHub
    packs: Packs
    default_mode: Mode
    clock: Callable[[], datetime]
    _configs: LRUCache[str | None, Config] = field(default_factory=lambda: LRUCache(maxsize=1_000))

    async def __call__(self, claim: Claim) -> str:
        """What came of it, in a few words. Raises what the worker's retry table knows."""
        event = parse(claim.event, Envelope.read(claim.body))
        match event:
            case IssueTouched():
                return await self._issue(claim, event)
            case LabelsChanged():
                self.github.installation(event.installation_id).label_ids.pop(event.repository, None)
                return await self._complete(claim, "label ids forgotten")
            case InstallationChanged():
                return await self._installation(claim, event)
            case SweepDue():
                swept = await sweep(self.store, self.github, self.clock)
                return await self._complete(
                    claim, f"missed deliveries {swept.deliveries}, missed changes {swept.issues}"
                )
            case Ignored():
                return await self._complete(claim, event.why)
            case _:
                assert_never(event)

    async def _issue(self, claim: Claim, event: IssueTouched) -> str:
        installation = self.github.installation(event.installation_id)
        known = await self.store.repositories.get(event.subject.repository_id)
        fetched = await self._fetch(installation, event, known)
        config, problems = self._config(fetched, known)
        ruleset = self.packs.ruleset(config)
        decision = decide(fetched.issue, ruleset, config, asks_why=event.asks_why)
        applied = Applied()
        is_written = decision.mode is Mode.ENFORCE and bool(decision.effects)
        if is_written:
            if not await self.store.inbox.renew(claim, self.clock() + LEASE):
                raise LeaseLost
            applied = await apply(installation, fetched, decision.effects)
        await self._remember_repository(event, fetched, known, is_good=not problems)
        trace = _trace(decision, applied, is_written=is_written, problems=problems, is_private=fetched.is_private)
        return await self._complete(claim, None, decision, applied, trace)

    async def _fetch(self, installation: Installation, event: IssueTouched, known: Known | None) -> Fetched:
        """One read in the steady state: whether comments are needed is known from the last configuration."""
        prior = await self.store.decisions.prior(event.subject)
        expected = event.asks_why or known is None or self._wants_comments(known.config)
        fetched = await fetch_issue(installation, event.repository, event.subject, prior, with_comments=expected)
        if not expected and self._wants_comments(fetched.config):
            fetched = await fetch_issue(installation, event.repository, event.subject, prior, with_comments=True)
        return fetched

    def _wants_comments(self, text: str | None) -> bool:
        try:
            return self._read(text).explain == "comment"
        except BadRules:
            return False

    def _config(self, fetched: Fetched, known: Known | None) -> tuple[Config, tuple[str, ...]]:
        """The repository's configuration; a broken one leaves the last good one in force, and is named."""
        try:
            return self._read(fetched.config), ()
        except BadRules as error:
            problems = tuple(map(str, error.problems))
        try:
            good = self._read(known.config) if known and known.config else config_model.default(Mode.OBSERVE)
        except BadRules:  # good under an older version of this program
            good = config_model.default(Mode.OBSERVE)
        return good, problems

    def _read(self, text: str | None) -> Config:
        """Raises BadRules, also for packs that do not exist and rules that do not compile together."""
        if text not in self._configs:
            self._configs[text] = self.packs.read_config(text, self.default_mode)
        return self._configs[text]

    async def _remember_repository(
        self, event: IssueTouched, fetched: Fetched, known: Known | None, *, is_good: bool
    ) -> None:
        name = fetched.issue.repository
        config = fetched.config if is_good else known and known.config
        if known is None or (known.full_name, known.config, known.installation_id) != (
            name,
            config,
            event.installation_id,
        ):
            await self.store.repositories.see(event.subject.repository_id, event.installation_id, name, config=config)

    async def _installation(self, claim: Claim, event: InstallationChanged) -> str:
        """What GitHub says of it now: a replayed "deleted" must not erase anything."""
        try:
            await self.github.as_app("GET", f"/app/installations/{event.installation_id}")
        except SubjectGone:
            await self.store.inbox.drop(event.installation_id, "the App was uninstalled")
            await self.store.decisions.forget(event.installation_id)
            await self.store.repositories.forget(event.installation_id)
            return await self._complete(claim, "uninstalled: its data is deleted")
        return await self._complete(claim, f"installation {event.action}")

    async def _complete(
        self,
        claim: Claim,
        note: str | None,
        decision: Decision | None = None,
        applied: Applied | None = None,
        trace: dict[str, Any] | None = None,
    ) -> str:
        """The delivery's end and the decision's record: both or neither."""
        async with self.store.database.write() as connection:
            if not await self.store.inbox.complete(connection, claim, note):
                raise LeaseLost
            if decision and applied and trace is not None:
                await self.store.decisions.record(
                    connection,
                    decision.issue.subject,
                    claim.installation_id,
                    claim.delivery_id,
                    self.clock(),
                    trace,
                    remember(decision, applied.dropped),
                )
        return note or (trace or {}).get("summary", "")


def _trace(
    decision: Decision, applied: Applied, *, is_written: bool, problems: tuple[str, ...], is_private: bool
) -> dict[str, Any]:
    classes = ", ".join(each.id for each in decision.verdict.in_force) or "needs triage"
    done = "written" if is_written else "observed" if decision.effects else "nothing to do"
    return decision.as_data() | {
        "summary": f"{classes}: {done}",
        "written": is_written,
        "dropped": sorted(applied.dropped),
        "refused": list(applied.refused),
        "problems": list(problems),
        "private": is_private,
    }
