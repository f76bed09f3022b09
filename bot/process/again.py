"""Of which earlier issue a new one is a report, by all that the store knows. Asks GitHub nothing and links nothing.

An issue is judged by what was known when it was opened: so it is the same whenever it is looked at, and whether it was
seen live or read from the past.
"""

import asyncio
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.decide import Decision
from bot.core.document import Document
from bot.core.ledger.defects import fold, standing
from bot.core.ledger.model import Entry
from bot.core.model import Issue, Mode, Orders, Subject
from bot.core.people.orders import Heard
from bot.core.policy import Policy
from bot.core.recurrence.judging import LOST, back_of, entry, judged, known, looked_at, told
from bot.core.recurrence.model import NOTHING, Back, Earlier, Nothing, Outcome, Release, Report, Word
from bot.core.recurrence.prints import KINDS, Print
from bot.core.recurrence.sightings import Sighting, sighted
from bot.store import Store

ALIKE = 3  # issues that are suggested
CHAIN = 20  # issues that repeat one another
SOME = 1_000  # issues that are asked for at once
LIKENESS = 0.2  # below it they share hardly a word

_SAID = frozenset({"dismissed", "reopened"})  # by people, of what an issue repeats


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

    async def overlooked(self, connection: AsyncConnection, decision: Decision, sighting: Sighting) -> tuple[int, ...]:
        """Issues that were decided on at the same time as this one, which is being stored: the later ones of them, and
        this one where an earlier one was stored meanwhile.
        """
        home, number = decision.issue.subject.repository_id, decision.issue.subject.number
        if decision.issue.prior is not None or not sighting.prints or decision.mode is Mode.OFF:
            return ()
        keys = [each.key for each in sighting.prints]
        later = await self.store.fingerprints.later(home, number, keys, connection)
        is_alone = decision.earlier.again == NOTHING
        is_late = is_alone and await self.store.fingerprints.earlier(home, number, keys, connection)
        return (number, *later) if is_late else later

    async def words(self, decision: Decision, sighting: Sighting) -> tuple[Word, ...]:
        """What a person said just now, of each print by which it was known."""
        orders, asked = decision.heard.orders, decision.issue.asked
        before = decision.issue.prior.orders if decision.issue.prior else Orders()
        if asked is None or orders.duplicate_at is None or orders.duplicate_at == before.duplicate_at:
            return ()
        keys, home = {each.key for each in sighting.prints}, decision.issue.subject.repository_id
        if of := orders.duplicate_of or before.duplicate_of:
            keys &= await self.store.fingerprints.of(home, of)
        else:
            shown = await self.store.fingerprints.earlier(home, decision.issue.subject.number, keys)
            keys = {key for each in shown.values() for key in each}
        return tuple(Word(key, not orders.is_apart, asked.author, orders.duplicate_at) for key in sorted(keys))

    async def past(self, repository_id: int) -> tuple[Entry, ...]:
        """Of all issues of a repository: which came back. Between two of them everything else has its turn."""
        shared = await self.store.fingerprints.shared(repository_id)
        numbers = sorted({number for some in shared.values() for number in some})
        if not numbers:
            return ()
        entries: dict[int, list[Entry]] = {}
        for at in range(0, len(numbers), SOME):
            entries |= await self.store.ledger.of(Subject(repository_id, each) for each in numbers[at : at + SOME])
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
                for each in looked_at(shared[key][: bisect_left(shared[key], number)])
            }
            report = _report(number, entries[number], keys[number], versions.get(number, ""))
            again = _judged(report, before, entries, releases, words) if report else NOTHING
            if report and (back := back_of(again)):
                found.append(entry(report, back))
            await asyncio.sleep(0)
        return tuple(found)

    async def _again(self, issue: Issue, sighting: Sighting, orders: Orders) -> Outcome:
        home, number = issue.subject.repository_id, issue.subject.number
        if orders.is_apart or not (orders.duplicate_of or sighting.prints):
            return NOTHING
        report = Report(number, issue.created_at or issue.now, sighting.prints, sighting.version)
        keys = [each.key for each in sighting.prints]
        of = await self._original(home, number, orders) if orders.duplicate_of else 0
        if orders.duplicate_of and not of:
            return Nothing(LOST)
        before = {of: frozenset[str]()} if of else await self.store.fingerprints.earlier(home, number, keys)
        if not before:
            return NOTHING
        entries = await self.store.ledger.of(Subject(home, each) for each in before)
        releases = await self.store.releases.all(home)
        if of:
            earlier = known(of, before[of], entries[of], report.at, releases)
            again = told(report, earlier, releases) if earlier else NOTHING
            again = replace(again, of=of) if isinstance(again, Nothing) else again
        else:
            again = _judged(report, before, entries, releases, await self.store.fingerprints.words(home, keys))
        return await self._guarded(again, home) if isinstance(again, Back) else again

    async def _original(self, home: int, number: int, orders: Orders) -> int:
        """The issue that stood for the one that a person named, when that was said; 0: none is known, or it is this."""
        of, at, seen = orders.duplicate_of, orders.duplicate_at, {number}
        while at and of not in seen and len(seen) < CHAIN:
            seen.add(of)
            step = standing(fold((await self.store.ledger.of([Subject(home, of)]))[of]), at)
            if step is None:
                return 0
            if step.ended != "dismissed" or not step.ref:
                return of
            of = step.ref
        return 0

    async def _guarded(self, again: Back, home: int) -> Back:
        """With the test that stands for its fix."""
        guards = await self.store.pulls.guards(home)
        of = (each.link.text for each in guards if (each.issue, each.pull) == (again.of, again.fix.pull))
        return replace(again, fix=again.fix._replace(guard=next(of, "")))

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
    """An issue as it was stored; None: it is not in the ledger, or there is more of it than its text: what it came back
    of was told already, or a person said what it is.
    """
    at = min((each.at for each in entries if each.kind == "arrived"), default=None)
    is_said = any(each.kind == "recurred" or (each.kind in _SAID and each.cause == "command") for each in entries)
    if at is None or is_said:
        return None
    prints = [Print(kind, key, "") for kind in KINDS for key in sorted(keys) if key.startswith(f"{kind}:")]
    return Report(number, at, tuple(prints), version)
