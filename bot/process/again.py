"""Of which earlier issue a new one is a report, by all that the store knows. Asks GitHub nothing and links nothing.

An issue is judged by what was known when it was opened: so it is the same whenever it is looked at, and whether it was
seen live or read from the past.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.decide import Decision
from bot.core.document import Document
from bot.core.ledger.model import Entry
from bot.core.ledger.prints import KINDS, Print
from bot.core.ledger.recurrence import (
    NOTHING,
    REJECTED,
    Back,
    Earlier,
    Outcome,
    Release,
    Report,
    Sighting,
    Word,
    back_of,
    entry,
    judged,
    known,
    sighted,
    told,
)
from bot.core.model import Issue, Mode, Orders, Subject
from bot.core.people.orders import Heard
from bot.core.policy import Policy
from bot.store import Store
from bot.store.fingerprints import EARLIER

ALIKE = 3  # issues that are suggested
LIKENESS = 0.2  # below it they share hardly a word


def sighting_of(document: Document, policy: Policy) -> Sighting:
    config = policy.config.recurrence
    return sighted(document, config.naming, config.versions)


@dataclass(frozen=True, slots=True)
class Again:
    store: Store

    async def earlier(self, issue: Issue, policy: Policy, sighting: Sighting, heard: Heard) -> Earlier:
        """What is known of issues before this one; no query where it shows nothing to know it by."""
        if policy.config.mode is Mode.OFF:
            return Earlier()
        again = await self._again(issue, sighting, heard.orders)
        is_looked_for = policy.config.explain == "comment" or heard.wants_why
        is_new = issue.prior is None or issue.prior.alike is None
        return Earlier(again, await self._alike(issue) if is_looked_for and is_new and issue.is_open else None)

    async def keep(
        self, connection: AsyncConnection, installation_id: int, seen: Sequence[tuple[Issue, Sighting]]
    ) -> None:
        """Issues, so that later ones are known by them."""
        store = self.store
        sightings = {each.subject.number: sighting for each, sighting in seen}
        await store.issues.keep(connection, [each for each, _ in seen], installation_id, sightings)
        for each, sighting in seen:
            home, number = each.subject.repository_id, each.subject.number
            await store.fingerprints.keep(connection, home, installation_id, {number: [p.key for p in sighting.prints]})
            await store.similar.keep(connection, home, [(number, each.title, each.body)])

    async def words(self, decision: Decision, sighting: Sighting) -> tuple[Word, ...]:
        """What a person said just now, of each print by which it was known."""
        orders, asked = decision.heard.orders, decision.issue.asked
        before = decision.issue.prior.orders if decision.issue.prior else Orders()
        if asked is None or orders.duplicate_at is None or orders.duplicate_at == before.duplicate_at:
            return ()
        keys = {each.key for each in sighting.prints}
        if of := orders.duplicate_of or before.duplicate_of:
            keys &= await self.store.fingerprints.of(decision.issue.subject.repository_id, of)
        return tuple(Word(key, not orders.is_apart, asked.author, orders.duplicate_at) for key in sorted(keys))

    async def past(self, repository_id: int) -> tuple[Entry, ...]:
        """Of all issues of a repository: which came back."""
        shared = await self.store.fingerprints.shared(repository_id)
        numbers = sorted({number for some in shared.values() for number in some})
        if not numbers:
            return ()
        entries = await self.store.ledger.of(Subject(repository_id, each) for each in numbers)
        releases = await self.store.releases.all(repository_id)
        words = await self.store.fingerprints.words(repository_id)
        versions = await self.store.issues.versions(repository_id)
        keys: dict[int, set[str]] = {}
        for key, some in shared.items():
            for number in some:
                keys.setdefault(number, set()).add(key)
        found = []
        for number in numbers:
            before = {
                each: frozenset(keys[each])
                for key in keys[number]
                for each in [other for other in shared[key] if other < number][-EARLIER:]
            }
            report = _report(number, entries[number], keys[number], versions.get(number, ""))
            again = _judged(report, before, entries, releases, words) if report else NOTHING
            if report and (back := back_of(again)):
                found.append(entry(report, back))
        return tuple(found)

    async def _again(self, issue: Issue, sighting: Sighting, orders: Orders) -> Outcome:
        home, number = issue.subject.repository_id, issue.subject.number
        if orders.is_apart or not (orders.duplicate_of or sighting.prints):
            return NOTHING
        report = Report(number, issue.created_at or issue.now, sighting.prints, sighting.version)
        keys = [each.key for each in sighting.prints]
        of = orders.duplicate_of
        before = {of: frozenset[str]()} if of else await self.store.fingerprints.earlier(home, number, keys)
        if not before:
            return NOTHING
        entries = await self.store.ledger.of(Subject(home, each) for each in before)
        releases = await self.store.releases.all(home)
        if of:
            earlier = known(of, before[of], entries[of], report.at, releases)
            again = told(report, earlier, releases) if earlier else NOTHING
        else:
            again = _judged(report, before, entries, releases, await self.store.fingerprints.words(home, keys))
        return await self._guarded(again, home) if isinstance(again, Back) else again

    async def _guarded(self, again: Back, home: int) -> Back:
        """With the test that stands for its fix."""
        guards = await self.store.pulls.guards(home)
        of = (each.link.text for each in guards if (each.issue, each.pull) == (again.of, again.fix.pull))
        return replace(again, fix=replace(again.fix, guard=next(of, "")))

    async def _alike(self, issue: Issue) -> tuple[int, ...]:
        """Older ones only: what is opened later does not change what was said here."""
        home, number = issue.subject.repository_id, issue.subject.number
        found = await self.store.similar.find(home, number, issue.title, issue.body)
        close = [each.number for each in found if each.number < number and each.likeness >= LIKENESS]
        return tuple(close[:ALIKE])


def _judged(
    report: Report,
    before: Mapping[int, frozenset[str]],
    entries: Mapping[int, Sequence[Entry]],
    releases: Sequence[Release],
    words: Iterable[Word],
) -> Outcome:
    found = (known(each, keys, entries[each], report.at, releases) for each, keys in before.items())
    return judged(report, filter(None, found), words, releases)


def _report(number: int, entries: Sequence[Entry], keys: Iterable[str], version: str) -> Report | None:
    """An issue as it was stored; None: it is not in the ledger, or a person said that it is a defect of its own."""
    at = min((each.at for each in entries if each.kind == "arrived"), default=None)
    if at is None or any(each.cause == REJECTED for each in entries):
        return None
    prints = [Print(kind, key, "") for kind in KINDS for key in sorted(keys) if key.startswith(f"{kind}:")]
    return Report(number, at, tuple(prints), version)


def entries_of(decision: Decision, recorded: Sequence[Entry], created_at: datetime) -> tuple[Entry, ...]:
    """For the ledger: what came back, what a person says it repeats, and what a person takes back."""
    number, orders, again = decision.issue.subject.number, decision.heard.orders, decision.earlier.again
    asked, at = decision.issue.asked, orders.duplicate_at
    actor = asked.author if asked and asked.at == at else ""
    came = (entry(Report(number, created_at, ()), back),) if (back := back_of(again)) else ()
    if isinstance(again, Back):
        return came
    if orders.duplicate_of and at:
        return (*came, Entry(number, at, "dismissed", actor=actor, cause="command", of=orders.duplicate_of))
    if not orders.is_apart or at is None:
        return came
    came_back = {each.of for each in recorded if each.kind == "recurred"}
    last = next((each for each in reversed(recorded) if each.kind in {"dismissed", "reopened"}), None)
    is_out = last is not None and last.kind == "dismissed" and last.cause == "command"
    taken = tuple(Entry(number, at, "recurred", actor=actor, cause=REJECTED, of=of) for of in sorted(came_back))
    return (*taken, Entry(number, at, "reopened", actor=actor, cause="command")) if is_out else taken
