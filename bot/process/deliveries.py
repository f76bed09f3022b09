"""The heart: one delivery, from parse to record; everything else serves this.

What goes wrong is raised, and the worker's retry table says what follows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.envelope import Envelope
from bot.core.errors import SubjectGone
from bot.core.events import (
    BackfillDue,
    Ignored,
    InstallationChanged,
    IssueTouched,
    LabelsChanged,
    PullTouched,
    ReleasesTouched,
    ReportDue,
    RulesTouched,
    RunFinished,
    SuiteAsked,
    SweepDue,
    parse,
)
from bot.core.ledger.model import Entry
from bot.core.model import Mode, Subject
from bot.github.client import GitHub
from bot.github.fetch import IssueGone
from bot.process.again import Again
from bot.process.backfill import Backfill
from bot.process.issues import Issues, LeaseLost, Made
from bot.process.ledger import fixed, gone
from bot.process.policies import Policies
from bot.process.pulls import Done, Pulls
from bot.process.releases import Releases
from bot.process.results import Results
from bot.process.rules import Rules
from bot.process.tranches import Tranches
from bot.process.weekly import Weekly
from bot.rulefiles import Packs
from bot.store import Store
from bot.store.arrivals import Arrival, again, finished, unseen
from bot.store.inbox import Claim
from bot.sweep import sweep
from bot.symbols import Symbols

About = RunFinished | SuiteAsked | RulesTouched | ReleasesTouched
Other = About | LabelsChanged | BackfillDue | ReportDue | SweepDue | Ignored


@dataclass(frozen=True, slots=True)
class Process:
    """What processing a delivery needs."""

    store: Store
    github: GitHub
    clock: Callable[[], datetime]
    issues: Issues
    rules: Rules
    pulls: Pulls
    results: Results
    releases: Releases
    weekly: Weekly
    backfill: Backfill

    @classmethod
    def of(
        cls,
        store: Store,
        github: GitHub,
        packs: Packs,
        symbols: Symbols,
        default_mode: Mode,
        clock: Callable[[], datetime],
    ) -> "Process":
        policies = Policies(store, packs, default_mode, clock)
        rules = Rules(store, policies)
        pulls = Pulls(store, policies, rules, symbols, clock)
        again = Again(store)
        issues, results = Issues(store, policies, again, clock), Results(store, policies, clock)
        weekly = Weekly(store, policies, clock, Tranches(store, policies, clock))
        backfill = Backfill(store, policies, again, clock)
        releases = Releases(store, policies)
        return cls(store, github, clock, issues, rules, pulls, results, releases, weekly, backfill)

    async def __call__(self, claim: Claim) -> str:
        """What came of it, in a few words. Raises what the worker's retry table knows."""
        event = parse(claim.event, Envelope.read(claim.body))
        match event:
            case IssueTouched():
                return await self._issue(claim, event)
            case PullTouched():
                return await self._pull(claim, event)
            case InstallationChanged():
                return await self._installation(claim, event)
            case _:
                return await self._complete(claim, await self._other(claim, event))

    async def _other(self, claim: Claim, event: Other) -> str:
        """What ends with a note and nothing else."""
        match event:
            case RunFinished():
                return await self.results(claim, event, self.github.installation(event.installation_id))
            case SuiteAsked():
                return await self._suite(claim, event)
            case RulesTouched():
                return await self.rules.pushed(event, self.github.installation(event.installation_id))
            case ReleasesTouched():
                return await self.releases(event, self.github.installation(event.installation_id))
            case LabelsChanged():
                self.github.installation(event.installation_id).label_ids.pop(event.repository, None)
                return "label ids forgotten"
            case BackfillDue():
                return await self.backfill(event, self.github.installation(event.installation_id))
            case ReportDue():
                return await self.weekly(claim, event, self.github.installation(event.installation_id))
            case SweepDue():
                swept = await sweep(self.store, self.github, self.clock)
                return f"missed deliveries {swept.deliveries}, missed changes {swept.issues}"
            case Ignored():
                return event.why
            case _:
                assert_never(event)

    async def _issue(self, claim: Claim, event: IssueTouched) -> str:
        """The delivery's end, the decision's record, what was seen and what follows: all or nothing."""
        if await self.weekly.is_ours(event.subject):
            return await self._weekly_issue(claim, event)
        made = await self._decided(claim, event)
        record, decision, home = made.record, made.decision, event.subject.repository_id
        async with self.store.database.write(alone=home) as connection:
            if not await self.store.inbox.complete(connection, claim, None):
                raise LeaseLost
            await self.store.decisions.record(connection, record)
            await self.issues.again.keep(connection, claim.installation_id, [(decision.issue, made.sighting)])
            await self.store.fingerprints.say(connection, home, claim.installation_id, made.words)
            await self._append(connection, home, claim, made.entries)
            await self.store.inbox.put_with(connection, await self._after_issue(connection, claim, event, made))
        return str(record.trace["summary"])

    async def _decided(self, claim: Claim, event: IssueTouched) -> Made:
        """An issue that is deleted or moved leaves the ledger's stock."""
        try:
            return await self.issues(claim, event, self.github.installation(event.installation_id))
        except IssueGone as error:
            repository_id, number = event.subject.repository_id, event.subject.number
            recorded, now = (await self.store.ledger.of([event.subject]))[number], self.clock()
            await self.store.ledger.append_all(repository_id, claim.installation_id, gone(number, recorded, now), now)
            raise SubjectGone(str(error)) from None

    async def _append(
        self, connection: AsyncConnection, repository_id: int, claim: Claim, entries: Sequence[Entry]
    ) -> None:
        await self.store.ledger.append(connection, repository_id, claim.installation_id, entries, self.clock())

    async def _after_issue(
        self, connection: AsyncConnection, claim: Claim, event: IssueTouched, made: Made
    ) -> list[Arrival]:
        """Pull requests that fix an issue whose class is another one now, and what repeats it unseen."""
        classes = tuple(each.id for each in made.decision.verdict.in_force)
        fixing = await self.store.pulls.closing(event.subject, connection)
        asked = [each for each in fixing if dict(each.issues).get(event.subject.number) != classes]
        home, why, now = (event.installation_id, event.repository), claim.delivery_id, self.clock()
        arrivals = [again(each.subject, *home, why, now) for each in asked]
        overlooked = await self.issues.again.overlooked(connection, made.decision, made.sighting)
        return arrivals + [unseen(Subject(event.subject.repository_id, each), *home, why, now) for each in overlooked]

    async def _pull(self, claim: Claim, event: PullTouched) -> str:
        """What is remembered of it, and whatever else is to be looked at now."""
        done = await self.pulls(event, self.github.installation(event.installation_id))
        home = event.subject.repository_id
        recorded = await self.store.ledger.of(Subject(home, each.number) for each in done.fixed)
        async with self.store.database.write(alone=home) as connection:
            if not await self.store.inbox.complete(connection, claim, done.note):
                raise LeaseLost
            if done.known:
                now, subject = self.clock(), done.known.subject
                await self.store.pulls.record(connection, done.known, claim.installation_id, now)
                await self.store.pulls.stand(connection, done.guards, subject, claim.installation_id, now)
                await self.store.pulls.lose(connection, done.lost, subject, now)
                await self._append(connection, home, claim, fixed(done.fixed, recorded))
                await self.store.decisions.remember_ran(
                    connection, done.comment_id, done.ran, claim.installation_id, now
                )
            await self.store.inbox.put_with(connection, await self._after_pull(connection, claim, event, done))
        return done.note

    async def _after_pull(
        self, connection: AsyncConnection, claim: Claim, event: PullTouched, done: Done
    ) -> list[Arrival]:
        """An issue whose class has changed in the meantime, runs that nobody has read, and others of its commit."""
        now, home = self.clock(), (event.installation_id, event.repository)
        stale = [
            number
            for number, prior in done.priors.items()
            if await self.store.decisions.prior(Subject(event.subject.repository_id, number), connection) != prior
        ]
        subjects = [*done.others, *([event.subject] if stale else [])]
        arrivals = [again(each, *home, f"after {claim.delivery_id}", now) for each in subjects]
        if done.known:
            repository_id, head = event.subject.repository_id, done.known.head
            arrivals += [finished(run, head, repository_id, event.repository, home[0], now) for run in done.runs]
        return arrivals

    async def _weekly_issue(self, claim: Claim, event: IssueTouched) -> str:
        """Our own weekly report is no defect; below it people ask for tranches."""
        if not event.comment_id:
            return await self._complete(claim, "our own weekly report")
        tranches, home = self.weekly.tranches, event.subject.repository_id
        done = await tranches(claim, event, self.github.installation(event.installation_id))
        async with self.store.database.write() as connection:
            if not await self.store.inbox.complete(connection, claim, done.note):
                raise LeaseLost
            await tranches.keep(connection, home, claim.installation_id, done.changes)
            now = self.clock()
            await self.store.decisions.remember_ran(connection, event.comment_id, done.ran, claim.installation_id, now)
        return done.note

    async def _suite(self, claim: Claim, event: SuiteAsked) -> str:
        known = await self.store.pulls.at(event.repository_id, event.head)
        for each in known:
            why = f"suite {claim.delivery_id}"
            arrival = again(each.subject, event.installation_id, event.repository, why, self.clock(), is_anew=True)
            await self.store.inbox.put([arrival])
        return f"asked for again: {len(known)} pull requests"

    async def _installation(self, claim: Claim, event: InstallationChanged) -> str:
        """What GitHub says of it now: a replayed "deleted" must not erase anything."""
        self.github.forget(event.installation_id)
        try:
            await self.github.as_app("GET", f"/app/installations/{event.installation_id}")
        except SubjectGone:
            await self.store.inbox.drop(event.installation_id, "the App was uninstalled")
            await self.store.forget(event.installation_id)
            return await self._complete(claim, "uninstalled: its data is deleted")
        if event.action in {"created", "added"}:
            await self.backfill.begin(self.github.installation(event.installation_id))
        return await self._complete(claim, f"installation {event.action}")

    async def _complete(self, claim: Claim, note: str) -> str:
        async with self.store.database.write() as connection:
            if not await self.store.inbox.complete(connection, claim, note):
                raise LeaseLost
        return note
