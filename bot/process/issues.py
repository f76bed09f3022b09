"""One issue, from its snapshot to the record of what was decided. Dry runs stop before `apply`."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from cachetools import TTLCache

from bot.core.decide import Decision, decide, heard_of, remember
from bot.core.effects import PostComment
from bot.core.errors import Held
from bot.core.events import IssueTouched
from bot.core.ledger.history import NOTHING, History
from bot.core.ledger.model import Entry
from bot.core.model import Mode
from bot.core.people.owners import Outcome, People
from bot.core.policy import Policy, document_of
from bot.core.recurrence.model import Word
from bot.core.recurrence.sightings import Sighting
from bot.core.rules.engine import Watch
from bot.github.apply import Applied, apply
from bot.github.client import Installation
from bot.github.fetch import Fetched, Wanted, fetch_issue
from bot.github.files import fetch_team
from bot.process.again import Again, sighting_of
from bot.process.ledger import meanings, of_again, of_decision, of_history, with_written
from bot.process.policies import Place, Policies
from bot.process.remembered import Standing
from bot.store import Store
from bot.store.decisions import Record
from bot.store.inbox import LEASE, Claim

HOUR = timedelta(hours=1)
TEAM_SECONDS = 3600  # how long the members of a team may be old


class LeaseLost(Exception):
    """Another worker has taken the subject over: this one writes nothing more."""


@dataclass(frozen=True, slots=True)
class Made:
    """What came of one issue: all of it is kept in one transaction."""

    record: Record
    decision: Decision
    entries: tuple[Entry, ...]
    sighting: Sighting
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Issues:
    store: Store
    policies: Policies
    again: Again
    clock: Callable[[], datetime]
    _teams: TTLCache[tuple[int, str], tuple[str, ...] | None] = field(
        default_factory=lambda: TTLCache(maxsize=1_000, ttl=TEAM_SECONDS)
    )

    async def __call__(self, claim: Claim, event: IssueTouched, installation: Installation) -> Made:
        """Raises what the worker's retry table knows."""
        before = await self.policies.last(event.subject.repository_id)
        if before and not event.comment_id:
            await self._hold(event.subject.repository_id, before.policy)
        fetched, standing, place = await self._read(installation, event, before)
        decision, sighting = await self._decide(fetched, standing.policy, installation)
        if _lacks_comments(fetched, decision):
            wanted = replace(fetched.wanted, comments=True)
            fetched = await fetch_issue(installation, event.repository, event.subject, fetched.issue.prior, wanted)
            decision, sighting = await self._decide(fetched, standing.policy, installation)
        if rule := decision.verdict.classification.overrun:
            await self.policies.put_aside(place, rule, standing.policy.ruleset.version)
        is_written = decision.mode is Mode.ENFORCE and bool(decision.effects)
        applied = Applied()
        if is_written:
            if decision.is_by_rules:
                await self._hold(event.subject.repository_id, standing.policy)
            if not await self.store.inbox.renew(claim, self.clock() + LEASE):
                raise LeaseLost
            applied = await apply(installation, fetched.target, decision.effects)
        trace = _trace(decision, applied, standing, fetched, claim.delivery_id, is_written=is_written)
        record = Record(
            event.subject,
            claim.installation_id,
            claim.delivery_id,
            self.clock(),
            trace,
            remember(decision, applied.dropped, is_said=is_written and not applied.refused),
            standing.policy.ruleset.version if is_written and decision.is_by_rules else None,
            event.comment_id,
            decision.heard.ran,
        )
        entries = await self._entries(decision, applied, standing.policy, fetched.past, sighting.severity)
        return Made(record, decision, entries, sighting, await self.again.words(decision, sighting))

    async def _entries(
        self, decision: Decision, applied: Applied, policy: Policy, past: History, claimed: str
    ) -> tuple[Entry, ...]:
        """For the ledger: what the issue's history tells, and what was written just now as it will tell it."""
        if decision.mode is Mode.OFF:
            return ()
        subject = decision.issue.subject
        recorded = (await self.store.ledger.of([subject]))[subject.number]
        entries = of_decision(decision, policy, past, claimed, recorded)
        entries = (*entries, *of_again(decision, [*recorded, *entries], past.created_at))
        if decision.mode is not Mode.ENFORCE or applied.refused:
            return entries
        dropped = {login.casefold() for login in applied.dropped}
        written = with_written(past, decision.effects, dropped, self.clock().replace(microsecond=0))
        words = meanings(policy, claimed)
        return (*entries, *of_history(written, policy, words, NOTHING, [*recorded, *entries]))

    async def _read(
        self, installation: Installation, event: IssueTouched, before: Standing | None
    ) -> tuple[Fetched, Standing, Place]:
        """One read in the steady state: whether comments are needed is known from the last policy."""
        prior = await self.store.decisions.prior(event.subject)
        ran = await self.store.decisions.ran(event.comment_id) if event.comment_id else frozenset()
        wanted = Wanted(before is None or before.wants_comments, event.comment_id, ran)
        fetched = await fetch_issue(installation, event.repository, event.subject, prior, wanted)
        place = Place(installation, fetched.issue.repository, event.subject.repository_id, fetched.state)
        standing = await self.policies.of(place)
        if standing.wants_comments and not wanted.has_comments:
            wanted = replace(wanted, comments=True)
            fetched = await fetch_issue(installation, event.repository, event.subject, prior, wanted)
        return fetched, standing, place

    async def _decide(self, fetched: Fetched, policy: Policy, installation: Installation) -> tuple[Decision, Sighting]:
        """Members of a team are read when a decision names the team, then it is decided again."""
        is_counted = any(each.rotate == "least-loaded" for each in policy.ruleset.classes.values())
        repository_id = fetched.issue.subject.repository_id
        loads = await self.store.issues.loads(repository_id) if is_counted else {}
        people = People({}, loads, policy.codeowners)
        document = document_of(fetched.issue, policy)
        sighting = sighting_of(document, policy)
        earlier = await self.again.earlier(fetched.issue, policy, sighting, heard_of(fetched.issue, policy))
        ask = partial(decide, fetched.issue, policy, earlier=earlier, document=document)
        decision = ask(people, watch=Watch(time.thread_time))
        teams = {each.who for each in decision.owners.reasons if each.outcome is Outcome.NAMED}
        if not teams:
            return decision, sighting
        members = {team.casefold(): await self._members(installation, team) for team in sorted(teams)}
        return ask(replace(people, teams=members), watch=Watch(time.thread_time)), sighting

    async def _members(self, installation: Installation, team: str) -> tuple[str, ...] | None:
        key = (installation.id, team.casefold())
        if key not in self._teams:
            self._teams[key] = await fetch_team(installation, team)
        found: tuple[str, ...] | None = self._teams[key]
        return found

    async def _hold(self, repository_id: int, policy: Policy) -> None:
        """Raises Held where rules have changed as many issues of the repository in the last hour as they may."""
        if policy.config.mode is not Mode.ENFORCE:
            return
        now, most = self.clock(), policy.config.writes_per_hour
        count, first = await self.store.decisions.written_since(repository_id, now - HOUR)
        if first and count >= most:
            raise Held(first + HOUR, f"rules have changed {count} issues here within an hour, {most} are allowed")


def _lacks_comments(fetched: Fetched, decision: Decision) -> bool:
    """Whether something is to be said of an issue whose comments were not read: ours may be there."""
    is_said = any(isinstance(each, PostComment) for each in decision.effects)
    return is_said and decision.mode is Mode.ENFORCE and not fetched.issue.has_comments


def _trace(
    decision: Decision, applied: Applied, standing: Standing, fetched: Fetched, delivery_id: str, *, is_written: bool
) -> dict[str, Any]:
    classes = ", ".join(each.id for each in decision.verdict.in_force) or "needs triage"
    done = "written" if is_written else "observed" if decision.effects else "nothing to do"
    return decision.as_data() | {
        "summary": f"{classes}: {done}",
        "written": is_written,
        "dropped": sorted(applied.dropped),
        "refused": list(applied.refused),
        "problems": list(standing.problems),
        "files": standing.policy.files.oid,
        "delivery": delivery_id,
        "private": fetched.is_private,
    }
