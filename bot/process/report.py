"""The report of one repository's week, from what the store knows. Asks GitHub nothing, writes nothing."""

import asyncio
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import islice

from bot.core.evidence.waivers import State, state
from bot.core.ledger.compiling import compiled
from bot.core.ledger.folded import BEFORE, SHOWN
from bot.core.ledger.material import Fix, Material, read_week
from bot.core.ledger.report import Freshness, Report
from bot.core.policy import Policy
from bot.core.rules.entries import Level
from bot.process.backfill import state_of
from bot.store import Store
from bot.store.pulls import Known

MAX_TITLES = 200  # of issues that may be there again
LOOKED_AT = timedelta(weeks=SHOWN + BEFORE)  # before the week; older fixes are not shown

_AGAIN = frozenset({"recurred", "reopened"})
_LEVELS: dict[str, Level] = {"L0": "L0", "L1": "L1", "L2": "L2", "L3": "L3", "L4": "L4", "L5": "L5"}


async def report(
    store: Store,
    policy: Policy,
    repository_id: int,
    full_name: str,
    week: str,
    now: datetime,
    zone: tzinfo | None = None,
) -> Report:
    """week: "2026-W34", by the clocks of the zone, or of the repository. Raises Unbalanced, and ValueError: there is
    no such week.
    """
    material = await gathered(store, policy, repository_id, full_name, week, now, zone or zone_of(policy))
    return await asyncio.to_thread(compiled, material)


def zone_of(policy: Policy) -> tzinfo:
    """By whose clocks a repository's weeks begin."""
    return policy.config.report.schedule.zone if policy.config.report else UTC


async def gathered(
    store: Store, policy: Policy, repository_id: int, full_name: str, week: str, now: datetime, zone: tzinfo
) -> Material:
    """All that the store knows of the repository, as far as the report of that week needs it. Raises ValueError."""
    window = read_week(week, zone).window
    entries = await store.ledger.entries(repository_id)
    again = (each.number for each in entries if each.kind in _AGAIN and window.start <= each.at < window.end)
    known = await store.repositories.get(repository_id)
    past = state_of(known)
    pulls = await store.pulls.fixes(repository_id, window.start - LOOKED_AT)
    return Material(
        repository=full_name,
        week=week,
        now=now,
        entries=entries,
        classes=policy.ruleset.classes,
        zone=zone,
        titles=await store.issues.titles(repository_id, islice(dict.fromkeys(again), MAX_TITLES)),
        fixes=tuple(_fix(each, now) for each in pulls),
        guards=await store.pulls.guards(repository_id),
        lost=await store.pulls.lost(repository_id),
        freshness=Freshness(known.swept_at if known else None, _moment(past.since), past.is_done),
    )


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
        level=_LEVELS.get(known.level, "L0"),
        needs=_LEVELS.get(known.needs),
        waived=newest.kind if newest and is_waived else None,
        waived_until=newest.expires_at if newest and is_waived else None,
    )
