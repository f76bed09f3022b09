"""Whether a class of defects is burnt down: its acceptance criterion, checked against the ledger. Closes nothing.

open -> fix-merged -> released -> observing -> verified, or failed-fix. The whole course is walked again each time, so
that the same history gives the same stage, however often and in whatever order it was recorded.

- A report counts unless its version is known not to have the last fix; one that counts throws the class back.
- Reports of versions that have the fix, by enough people in the days after it was shipped, make it a failed fix; only
  another fix ends that.
- What was verified stays so until as many people report again since its criterion was last met.
- A repository without any release ships what it merges.
"""

from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core.ledger.course import Course, Happening, Kind, ordered
from bot.core.ledger.model import CONTAINED
from bot.core.ledger.summary import Summary
from bot.core.ledger.told import Told
from bot.core.recurrence.model import Enough, Release
from bot.core.recurrence.versions import Timeline, read_version
from bot.core.report.model import Stage
from bot.core.rules.entries import Acceptance
from bot.core.text.quoting import counted

ENOUGH = Enough()
_REPORTED, _FIXED, _CLOSED, _REOPENED = Kind.REPORTED, Kind.FIXED, Kind.CLOSED, Kind.REOPENED


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a class stands, and why."""

    stage: Stage
    why: str  # a sentence with its numbers
    verified_at: datetime | None = None  # since when it is


def courses(known: Summary, told: Told, classes: Container[str] | None = None) -> Mapping[str, Course]:
    """Of every class, or of these, what happened to the defects that it has now. told: with the summary."""
    more = dict[str, list[Happening]]()
    back = {each.number for each in told.recurred if each.cause == CONTAINED}
    for again in told.recurred:
        class_id = known.class_of.get(known.root(again.number))
        if class_id and again.number in back:  # a duplicate is no defect of its own, and still a report of this one
            version, reporter = known.versions.get(again.number, ""), told.reporter(again.number)
            report = Happening(again.at, Kind.REPORTED, again.number, version=version, reporter=reporter)
            more.setdefault(class_id, []).append(report._replace(is_contained=True, is_duplicate=True))
    return {
        class_id: ordered((*found, *more.get(class_id, ())))
        for class_id, found in known.happened.items()
        if classes is None or class_id in classes
    }


def standing(
    course: Course,
    criterion: Acceptance,
    timeline: Timeline,
    now: datetime,
    need: Enough = ENOUGH,
    since: datetime | None = None,
) -> Standing:
    """Where a class stands. timeline: what came out before now. since: of fixes from before, no evidence is asked."""
    walk = _Walk(criterion, timeline, need, since)
    for each in _with(course[: bisect_left(course, (now,))], timeline.releases):
        if not walk.open:  # of nearly all that happens something else is open, and then nothing can be met
            walk.meet(each.at)
        walk.take(each)
    walk.meet(now)
    return Standing(walk.stage, walk.why(now), walk.verified_at)


def _with(course: Course, releases: Iterable[Release]) -> Iterator[Happening]:
    """Few releases among very many happenings: these are not sorted again."""
    start = 0
    for each in ordered(Happening(each.at, Kind.RELEASED, version=each.version) for each in releases):
        end = bisect_left(course, each, start)
        yield from course[start:end]
        yield each
        start = end
    yield from course[start:]


@dataclass(slots=True)
class _Walk:
    """What holds at one moment of a course."""

    criterion: Acceptance
    timeline: Timeline
    need: Enough
    since: datetime | None
    at: datetime | None = None  # of what happened last
    open: set[int] = field(default_factory=set)  # that no merged fix is known for
    levels: dict[int, str] = field(default_factory=dict)  # of evidence, by pull request
    weak: set[int] = field(default_factory=set)  # pull requests with less than is asked
    pull: int = 0  # the last fix, and whatever follows from it
    merged_at: datetime | None = None
    shipped_at: datetime | None = None
    shipped: int = 0  # releases since
    reported_at: datetime | None = None  # the last report that counts
    last: Happening | None = None  # the last one of a version with the fix
    against: dict[str, int] = field(default_factory=dict)  # the fix: by person, within the days
    older: int = 0  # reports of versions without the fix, which do not count
    has_failed: bool = False
    verified_at: datetime | None = None
    heard: dict[str, bool] = field(default_factory=dict)  # since it was met: by person, whether the version had the fix

    def take(self, each: Happening) -> None:
        self.at, kind = each.at, each.kind
        if kind is _REPORTED:
            self._take_report(each)
        elif kind is _FIXED:
            self._take_fix(each)
        elif kind is _CLOSED:
            self.open.discard(each.number)
        elif kind is _REOPENED:
            self._count(each, is_contained=False)
        else:
            self._take_release(each)

    def meet(self, until: datetime) -> None:
        """Notes it if the criterion was met at some moment up to this one."""
        if self.open or self.has_failed or self.weak or self.shipped < self.criterion.releases:
            return
        start = self._start
        if start is None or self.at is None:
            return
        met_at = max(start + timedelta(days=self.criterion.days), self.at)
        if met_at <= until:
            self.verified_at = self.verified_at or met_at
            self.heard.clear()

    def _take_fix(self, each: Happening) -> None:
        self.open.discard(each.number)
        if self.since is None or each.at >= self.since:
            self._take_evidence(each.pull, each.evidence)
        if each.pull == self.pull:
            return
        self.pull, self.merged_at = each.pull, each.at
        self.shipped_at = None if self.timeline.releases else each.at
        self.shipped, self.older, self.last, self.has_failed = 0, 0, None, False
        self.against.clear()
        if self.verified_at is None:
            self.heard.clear()

    def _take_evidence(self, pull: int, evidence: str) -> None:
        """Of what was told of a fix the best counts; a waiver proves nothing."""
        level, best = evidence if evidence.startswith("L") else "L0", self.levels.get(pull)
        if best is None or best < level:
            best = self.levels[pull] = level
        if best < self.criterion.evidence:
            self.weak.add(pull)
        else:
            self.weak.discard(pull)

    def _take_release(self, each: Happening) -> None:
        if self.merged_at:
            self.shipped += 1
            self.shipped_at = self.shipped_at or each.at

    def _take_report(self, each: Happening) -> None:
        """By the first release after the last fix, also where that was still to come."""
        contained = (
            self.timeline.contains(each.version, self.merged_at) if each.version and self.merged_at else "unknown"
        )
        if contained == "no" and not each.is_contained:
            self.older += 1
        else:
            self._count(each, is_contained=bool(self.shipped_at) and (each.is_contained or contained == "yes"))

    def _count(self, each: Happening, *, is_contained: bool) -> None:
        if not each.is_duplicate:
            self.open.add(each.number)
        self.reported_at = each.at
        if is_contained and self.shipped_at:
            self.last = each
            if each.at < self.shipped_at + timedelta(days=self.need.days):
                self.against.setdefault(each.who, each.number)
        if self.verified_at is None:
            self.has_failed = self.has_failed or len(self.against) >= self.need.reports
            return
        who = each.who
        self.heard[who] = self.heard.get(who, False) or is_contained
        if len(self.heard) >= self.need.reports:
            self.verified_at = None
            self.has_failed = sum(self.heard.values()) >= self.need.reports

    @property
    def _start(self) -> datetime | None:
        """Since when it is quiet; None: nothing was shipped that could have made it so."""
        if self.shipped_at is None:
            return None
        return max(self.shipped_at, self.reported_at or self.shipped_at)

    @property
    def stage(self) -> Stage:
        if self.verified_at:
            return "verified"
        if self.has_failed:
            return "failed-fix"
        if self.open or self.merged_at is None:
            return "open"
        if self.shipped_at is None:
            return "fix-merged"
        return "released" if self.weak else "observing"

    def why(self, now: datetime) -> str:
        match self.stage:
            case "verified":
                since = f"{self.verified_at:%Y-%m-%d}"
                return f"{self._progress(now)}; verified since {since}; {self._again}"
            case "failed-fix":
                reports = max(len(self.against), sum(self.heard.values()))
                return f"{self._of_need(reports)} that it takes came on versions with the fix, #{self.pull}"
            case "open":
                return self._why_open()
            case "fix-merged":
                return f"fixed by #{self.pull}, not released yet"
            case "released" | "observing":
                return self._progress(now)

    def _why_open(self) -> str:
        many = f"{counted(len(self.open), 'defect is', 'defects are')} open"
        if self.last and self.last.number in self.open:
            version = read_version(self.last.version)  # as it is written it may be anything
            on = f"on {version}, which has the fix" if version else "on a version with the fix"
            need = f"{self._of_need(len(self.against))} that make it a failed one"
            return f"{many}; #{self.last.number} is {on}, #{self.pull} ({need})"
        return many if self.open else "no fix is known"

    def _progress(self, now: datetime) -> str:
        """19 of 28 days without a report, 1 of 2 releases, all 3 fixes L3 or better."""
        start = self._start or now
        parts = [f"{min((now - start).days, self.criterion.days)} of {self.criterion.days} days without a report"]
        if self.criterion.releases:
            parts.append(f"{min(self.shipped, self.criterion.releases)} of {self.criterion.releases} releases")
        fixes, weak = len(self.levels), len(self.weak)
        proven = f"{fixes - weak} of {fixes} fixes" if weak else "the fix" if fixes == 1 else f"all {fixes} fixes"
        if fixes:
            parts.append(f"{proven} {self.criterion.evidence} or better")
        if self.older:
            parts.append(f"{counted(self.older, 'report', 'reports')} of older versions not counted")
        return ", ".join(parts)

    @property
    def _again(self) -> str:
        return f"{self._of_need(len(self.heard))} since"

    def _of_need(self, count: int) -> str:
        return f"{count} of {counted(self.need.reports, 'report', 'reports')}"
