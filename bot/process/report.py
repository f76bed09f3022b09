"""The report of one repository's week, from what the store knows. Asks GitHub nothing, writes nothing."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from bot.core.evidence.waivers import State, state
from bot.core.ledger.flows import read_week
from bot.core.policy import Outline
from bot.core.report.compiling import come_to, compiled
from bot.core.report.folded import begun, needed, summed
from bot.core.report.material import Fix, Material
from bot.core.report.model import Freshness, Report
from bot.core.report.occurrences import by_issue, counted
from bot.core.report.tranche import Review, Tranche, is_over, planned
from bot.core.report.tranches import current, is_due, is_running, last_week, recorded, reviewed, told
from bot.core.rules.entries import LEVELS
from bot.process.past import state_of
from bot.store import Store
from bot.store.pulls import Known
from bot.store.repositories import Known as Repository

MAX_SHOWN = 200  # issues that are there again, of which titles are read


async def report(
    store: Store, outline: Outline, repository_id: int, full_name: str, week: str, now: datetime
) -> Report:
    """week: "2026-W34", by the clocks of the repository. Raises Unbalanced, and ValueError: there is no such week."""
    tranches = await store.tranches.all(repository_id)
    newest = current(tranches, week)
    material = await gathered(store, outline, repository_id, full_name, week, now, newest)
    if newest and (is_running(newest) or week <= last_week(newest)):
        material = replace(material, tranche=planned(newest))
    made = await asyncio.to_thread(compiled, material)
    if newest is None:
        return made
    review = recorded(newest, week)
    if review is None:
        found = await review_of(store, repository_id, newest, material, made)
        review = told(found, "over" if is_over(newest, week) else "running", _waiting(outline, tranches, newest, week))
    return replace(made, review=review)


async def review_of(store: Store, repository_id: int, tranche: Tranche, material: Material, made: Report) -> Review:
    """By the report that was made of the material; where its weeks are over, by what it had come to at their end."""
    last, after = last_week(tranche), None
    if last < made.week:
        seen = await store.occurrences.until(repository_id, read_week(last, material.zone).window.end)
        past = replace(material, week=last, occurrences=by_issue(seen))
        after = await asyncio.to_thread(come_to, past, {each.class_id for each in tranche.goals})
    return await asyncio.to_thread(reviewed, tranche, made, summed(material), material.zone, after)


async def gathered(
    store: Store,
    outline: Outline,
    repository_id: int,
    full_name: str,
    week: str,
    now: datetime,
    tranche: Tranche | None = None,
) -> Material:
    """All that the store knows of the repository, as far as the report of that week needs it, and a review of the
    tranche that is not recorded yet. Raises ValueError.
    """
    of_week = read_week(week, outline.zone)
    back = min(week, last_week(tranche)) if tranche and tranche.review is None else week
    versions = await store.issues.versions(repository_id)
    entries = begun(of_week, versions, read_week(back, outline.zone))
    await store.ledger.tell(repository_id, entries.take_recorded)
    shown = entries.again[:MAX_SHOWN]
    pulls = await store.pulls.fixes(repository_id, needed(of_week))
    seen = await store.occurrences.until(repository_id, of_week.window.end)
    return Material(
        repository=full_name,
        week=week,
        now=now,
        entries=entries,
        classes=outline.classes,
        zone=outline.zone,
        titles=await store.issues.titles(repository_id, shown),
        reactions=await store.issues.reactions(repository_id),
        versions=versions,
        quotes=await store.issues.quotes(repository_id, shown),
        releases=await store.releases.all(repository_id),
        enough=outline.config.recurrence.enough,
        occurrences=by_issue(seen),
        fixes=tuple(_fix(each, now) for each in pulls),
        guards=await store.pulls.guards(repository_id),
        lost=await store.pulls.lost(repository_id),
        freshness=_freshness(await store.repositories.get(repository_id)),
        outside=counted(seen),
    )


def _waiting(outline: Outline, tranches: Sequence[Tranche], newest: Tranche, week: str) -> str:
    """The first week of a tranche that the configuration asks for, and that waits for the one that runs."""
    asked = outline.config.tranche
    return asked.since if asked and is_running(newest) and is_due(asked.since, tranches, week) else ""


def _freshness(known: Repository | None) -> Freshness:
    past = state_of(known)
    return Freshness(known.swept_at if known else None, _moment(past.since), past.is_done)


def _moment(written: str) -> datetime | None:
    """A day without a zone begins in UTC."""
    read = datetime.fromisoformat(written) if written else None
    return read.replace(tzinfo=UTC) if read and read.tzinfo is None else read


def _fix(known: Known, now: datetime) -> Fix:
    """A waiver that was in force once says why a fix was merged without its test, also after its end."""
    found, newest = state(known.requests.waivers, now)
    is_waived = newest is not None and found in {State.GRANTED, State.EXPIRED}
    return Fix(
        pull=known.subject.number,
        level=LEVELS.get(known.level, "L0"),
        needs=LEVELS.get(known.needs),
        waived=newest.kind if newest and is_waived else None,
        waived_until=newest.expires_at if newest and is_waived else None,
    )
