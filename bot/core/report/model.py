"""What a week's burn-down report is made of: one plain value, complete for every form of it. Computes nothing.

Words and formulas: terms.md d.1-d.8. Text in these values may be foreign: whoever writes it down makes it harmless.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.core.evidence.waivers import Kind
from bot.core.report import figures
from bot.core.report.figures import Figure, Speed
from bot.core.report.ranking import IMPACT, RANKING, Standing
from bot.core.report.trend import TREND, Comparison, Trend
from bot.core.rules.entries import Acceptance, Level, Validation

State = Literal["growing", "steady", "shrinking", "no-evidence", "at-target", "regressed"]  # of a class
Stage = Literal["open", "fix-merged", "released", "observing", "verified", "failed-fix"]  # of an acceptance criterion
Again = Literal["recurrence", "failed-fix", "regression"]  # a regression names the change that brought it about
Phase = Literal["running", "over", "closed", "cleared"]  # of a tranche; over: nobody has closed it
Left = Literal["unclassified", "no defect", "duplicate", "not planned", "by bots", "unreadable"]

ACCEPTANCE = Acceptance()  # what holds of a class that says nothing
VALIDATION = Validation()
NO_TREND = Trend("no evidence yet", None, 0, 0)
NO_REPEAT = figures.repeat_rate(0, 0)
NO_GUARDS = figures.proof_coverage(0, 0)
NO_REOPEN = figures.reopen_rate(0, 0)
NO_REGRET = figures.waiver_regret(0, 0, 0)

DEFINITIONS: tuple[tuple[str, str], ...] = (
    ("defect", "an issue that is classified into a class of defects and not dismissed"),
    ("verdict", TREND),
    ("open impact", IMPACT),
    ("rank", RANKING),
    ("arrived", "defects by the week in which their issue was created"),
    ("closed", "fixed, closed otherwise, or dismissed"),
    ("was", "the number as it was reported then, where it is another one as classified now"),
    *((name, figures.DEFINITIONS[name]) for name in ("burn-down time", "repeat rate", "reopen rate")),
    ("guards", figures.DEFINITIONS["proof coverage"]),
    ("came back", figures.DEFINITIONS["waiver regret"]),
)


@dataclass(frozen=True, slots=True)
class Impact:
    """Weighted open impact: now, and what it is held against."""

    now: float = 0.0
    mean: float | None = None  # of the last 4 weeks; None: there are not as many
    interval: tuple[float, float] | None = None  # of the change against the mean, at 90 %: -0.19, -0.05


@dataclass(frozen=True, slots=True)
class Count:
    """The flow of a week, and the stock at its end."""

    arrivals: int = 0
    reopened: int = 0
    closures: int = 0
    reclassified: int = 0  # in, less out
    open: int = 0
    impact: float = 0.0  # weighted, of what is open


@dataclass(frozen=True, slots=True)
class Week:
    """One ISO week of the series, as classified now and as it was reported then."""

    week: str  # "2026-W34"
    now: Count
    then: Count | None = None  # None: nothing was reported then
    backfilled: int = 0  # of what is open: from before the bot was there


@dataclass(frozen=True, slots=True)
class Planned:
    """What a tranche meant to have reached at the end of a week, and how much it has taken upon itself."""

    week: str
    plan: float  # weighted open impact, frozen when the tranche began
    scope: float  # weighted impact of all that has been in it until now


@dataclass(frozen=True, slots=True)
class Tranche:
    """The frozen list of classes that is being burnt down."""

    since: str  # ISO week
    until: str
    baseline: float  # weighted open impact when it was frozen
    planned: tuple[Planned, ...] = ()  # oldest first
    classes: tuple[str, ...] = ()  # ids


@dataclass(frozen=True, slots=True)
class TrancheClass:
    """One class of a tranche: as it was frozen, and as it stands."""

    id: str
    title: str
    owner: str  # login or team; "": nobody
    was_open: int
    open: int
    was_impact: float
    impact: float
    target: float  # weighted impact at the end, at most
    arrivals: Comparison  # before and during
    criterion: Acceptance
    stage: Stage
    is_met: bool  # verified, or at its target


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody did to a tranche."""

    by: str  # login, or the file that asked for it
    at: datetime


@dataclass(frozen=True, slots=True)
class TrancheReview:
    """Before and after, of the newest tranche; and once it is over what comes next, as a draft."""

    since: str  # ISO week
    until: str
    week: str  # whose figures are "after": the last whole one in it
    phase: Phase
    baseline: float  # weighted open impact of all classes when it was frozen
    impact: float  # and in that week
    arrivals: Comparison  # of all classes, before and during
    classes: tuple[TrancheClass, ...] = ()  # none once its review is cleared
    accepted: Step | None = None
    closed: Step | None = None
    cleared: Step | None = None
    proposed: tuple[str, ...] = ()  # ids of classes
    arithmetic: tuple[str, ...] = ()  # why just these: a sentence for the whole, then one for each
    waiting: str = ""  # the first week of a tranche that the configuration asks for, and that waits for this one


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Why a class has its rank, every component apart."""

    text: str = "0 = nothing open"
    severity: str = ""  # S: the worst open one; "": unset, or nothing is open
    occurrence: float = 0.0  # O: arrivals in 4 weeks
    unproven: float = 1.0  # D: 1 - the share of fixes that are proven
    impact: float = 0.0
    score: float = 0.0  # impact x (1 + repeat rate)
    cumulative: float = 0.0  # share of all scores that this class has together with those above it
    is_gated: bool = False  # an S1 is open: it goes first
    outside: int = 0  # imported occurrences in the reach of what is open

    @classmethod
    def of(cls, found: Standing) -> "Arithmetic":
        components = (found.severity, found.occurrence, found.unproven)
        outside = sum(each.occurrences for each in found.counts.open)
        return cls(found.arithmetic, *components, found.impact, found.score, found.cumulative, found.is_gated, outside)


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One class of defects in this week."""

    rank: int
    id: str
    title: str
    state: State = "no-evidence"
    open: int = 0
    delta: int = 0  # of `open`, in this week
    inflow: int = 0
    outflow: int = 0
    repeat: Figure = NO_REPEAT
    oldest_days: int | None = None  # None: nothing is open
    owner: str = ""  # login or team; "": nobody
    guards: Figure = NO_GUARDS
    arithmetic: Arithmetic = Arithmetic()
    criterion: Acceptance = ACCEPTANCE
    stage: Stage = "open"
    progress: str = ""  # how far the criterion is met, in a sentence
    validation: Validation = VALIDATION


@dataclass(frozen=True, slots=True)
class Regression:
    """A defect that was fixed, and is there again."""

    issue: int  # the new one
    title: str
    fixed: int  # the issue that was fixed
    pull: int = 0  # that fixed it; 0: not known
    guard: str = ""  # the regression test of that fix, as it is linked
    missed: str = ""  # why the guard did not see it, where that is known
    evidence: str = ""  # of the new issue
    owner: str = ""
    kind: Again = "recurrence"


@dataclass(frozen=True, slots=True)
class Unproven:
    """A fix whose regression test does not reach what its class asks for."""

    pull: int
    level: Level = "L0"
    issue: int = 0  # that it fixed; 0: none
    class_id: str = ""


@dataclass(frozen=True, slots=True)
class Waived:
    """The waivers of one kind that are in force."""

    kind: Kind
    count: int
    regret: Figure = NO_REGRET


@dataclass(frozen=True, slots=True)
class Outside:
    """Occurrences that were imported: support notes, incidents, release notes."""

    source: str
    about: str  # id of a class, or "#12"
    count: int


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure of terms.md, and of how many weeks."""

    weeks: int
    figure: Figure | Speed


@dataclass(frozen=True, slots=True)
class Excluded:
    """Issues that no figure counts."""

    why: Left
    count: int


@dataclass(frozen=True, slots=True)
class Freshness:
    """How far the store knows the history."""

    newest_at: datetime | None = None  # the last event that was seen
    since: datetime | None = None  # how far back
    is_complete: bool = False  # the backfill is done


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that is said of one repository and one ISO week."""

    repository: str  # owner/name
    week: str  # "2026-W34"
    as_of: datetime
    verdict: Trend = NO_TREND
    impact: Impact = Impact()
    reopened: Figure = NO_REOPEN
    burn_down: Figure | None = None  # None: not known yet
    weeks: tuple[Week, ...] = ()  # oldest first; the last one is the week of the report
    tranche: Tranche | None = None
    review: TrancheReview | None = None  # None: no tranche had begun
    classes: tuple[ClassRow, ...] = ()  # by rank
    regressions: tuple[Regression, ...] = ()  # the worst first
    unproven: tuple[Unproven, ...] = ()
    waivers: tuple[Waived, ...] = ()
    proposed: tuple[ClassRow, ...] = ()  # what to burn down next
    outside: tuple[Outside, ...] = ()
    excluded: tuple[Excluded, ...] = ()
    freshness: Freshness = Freshness()
    measures: tuple[Measure, ...] = ()  # beside those that stand above
    definitions: tuple[tuple[str, str], ...] = DEFINITIONS  # name, meaning
