"""What a report is computed from: all that is known of one repository, and the ISO week in question. Computes nothing.

What the ledger does not say may be left out, and is then unknown: it is neither counted nor held against anybody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from bot.core.evidence.guards import Guard
from bot.core.evidence.waivers import Kind
from bot.core.ledger.model import Entry
from bot.core.ledger.summary import Summary
from bot.core.recurrence.model import Enough, Release
from bot.core.report.model import Excluded, Freshness, Outside, Tranche
from bot.core.rules.entries import Level
from bot.core.rules.ruleset import DefectClass

UNKNOWN = Freshness()
ENOUGH = Enough()


@dataclass(frozen=True, slots=True)
class Fix:
    """What the regression-test check found of a pull request; whether it was merged is the ledger's to say."""

    pull: int
    level: Level = "L0"
    needs: Level | None = None  # what was asked of it; None: what its class asks for
    waived: Kind | None = None
    waived_until: datetime | None = None  # the waiver is in force before that


@dataclass(frozen=True, slots=True)
class Material:
    """Of one repository. Text in it may be foreign."""

    repository: str  # owner/name
    week: str  # "2026-W34", by the clocks of the zone
    now: datetime  # aware UTC
    entries: Sequence[Entry] | Summary = ()  # in any order, however often; or summed up for this week
    classes: Mapping[str, DefectClass] = field(default_factory=dict)  # in force
    zone: tzinfo = UTC
    titles: Mapping[int, str] = field(default_factory=dict)  # by issue
    reactions: Mapping[int, int] = field(default_factory=dict)  # by issue
    occurrences: Mapping[int, int] = field(default_factory=dict)  # imported, by issue
    versions: Mapping[int, str] = field(default_factory=dict)  # by issue, as reported
    quotes: Mapping[int, str] = field(default_factory=dict)  # by issue, the error that it shows
    releases: Sequence[Release] = ()
    enough: Enough = ENOUGH  # reports that make a fix a failed one
    fixes: Sequence[Fix] = ()
    guards: Sequence[Guard] = ()  # that stand
    lost: Sequence[Guard] = ()  # that were taken away
    watched_since: datetime | None = None  # nothing was reported before; None: everything was
    freshness: Freshness = UNKNOWN
    excluded: Sequence[Excluded] = ()  # beside those that the ledger knows
    outside: Sequence[Outside] = ()
    tranche: Tranche | None = None
