"""What became of fixes: which are proven, which are waived, and which defects are there again. Judges no test."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from bot.core.evidence.waivers import Kind
from bot.core.ledger.model import Entry
from bot.core.ledger.told import Merged
from bot.core.recurrence.judging import evidence, failing
from bot.core.recurrence.model import Failing
from bot.core.recurrence.model import Fix as Shipped
from bot.core.report import figures
from bot.core.report.figures import weight
from bot.core.report.folded import Folded
from bot.core.report.material import Fix
from bot.core.report.model import ACCEPTANCE, VALIDATION, Regression, Unproven, Waived
from bot.core.rules.entries import LEVELS, Level

RECENT = 4  # weeks: older fixes without proof are no news


class Fixed(NamedTuple):
    """A fix of a defect, with what is known of its proof. (A named tuple: there are tens of thousands.)"""

    issue: int
    pull: int
    at: datetime
    class_id: str
    level: Level | None  # None: unknown, as of what was merged before anybody checked
    needs: Level
    waived: Kind | None = None
    has_waiver: bool = False  # also of an unknown kind
    is_lost: bool = False  # all tests that guarded it were taken away

    @property
    def reaches(self) -> bool:
        return self.level is not None and self.level >= self.needs

    @property
    def is_proven(self) -> bool:
        return self.reaches and self.level != "L0" and not self.is_lost

    @property
    def is_waived(self) -> bool:
        return self.has_waiver and not self.reaches


@dataclass(frozen=True, slots=True)
class Again:
    """A defect that was fixed, and is there again."""

    issue: int
    fixed: int
    at: datetime
    pull: int = 0  # that fixed it; 0: not known


def fixes(scene: Folded) -> tuple[Fixed, ...]:
    """With what is known of their proof, where they are of these weeks or were checked."""
    start = scene.weeks[0].window.start
    checked = {each.pull: each for each in sorted(scene.material.fixes, key=lambda each: (each.pull, each.level))}
    standing = {(each.issue, each.pull) for each in scene.material.guards}
    lost = {(each.issue, each.pull) for each in scene.material.lost} - standing
    return tuple(
        _fixed(scene, each, checked.get(each.pull), is_lost=(each.issue, each.pull) in lost)
        for each in scene.merged
        if each.at >= start or each.pull in checked
    )


def again(scene: Folded) -> tuple[Again, ...]:
    """Reports that repeat a fixed defect, and fixed ones that were reopened, in these weeks; oldest first."""
    found = {(each.at, each.number, each.of, each.pull) for each in _reports(scene)}
    for number, steps in scene.then.items():
        for was, step in pairwise(steps):
            if was.ended == "fixed" and not step.ended and step.at < scene.end and number in scene.class_of:
                found.add((step.at, number, number, was.ref))
    return tuple(Again(issue, fixed, at, pull) for at, issue, fixed, pull in sorted(found))


def returned(scene: Folded, back: tuple[Again, ...]) -> Iterator[Regression]:
    """Of this week, the worst first, each once; a fix has failed where enough reports are of versions that have it."""
    material, asked = scene.material, {each.fixed for each in back}
    fixed = [each for each in scene.merged if each.issue in asked]
    last, merged_at = {each.issue: each.pull for each in fixed}, {(each.issue, each.pull): each.at for each in fixed}
    guards = {(each.issue, each.pull): each.link.text for each in (*material.lost, *material.guards)}
    of_week = {each.issue: each for each in back if each.at >= scene.week.window.start}
    reports = against(scene)
    severities = {number: steps[-1].severity for number, steps in scene.now.items()}
    for each in sorted(of_week.values(), key=lambda each: (-weight(severities.get(each.issue, "")), each.issue)):
        pull = each.pull or last.get(each.fixed, 0)
        fix = _shipped(scene, pull, merged_at.get((each.fixed, pull)))
        found = failing(each.fixed, fix, reports.get((each.fixed, pull), ()), scene.told.reporters, material.enough)
        is_report = each.issue != each.fixed
        yield Regression(
            each.issue,
            material.titles.get(each.issue, ""),
            each.fixed,
            pull,
            guards.get((each.fixed, pull), ""),
            evidence=_told(scene, each.issue, fix, found) if is_report else "",
            owner=scene.told.owner(each.issue) or scene.told.owner(each.fixed),
            kind="failed-fix" if found.has_failed and each.issue in found.reports else "recurrence",
        )


def against(scene: Folded) -> Mapping[tuple[int, int], Sequence[Entry]]:
    """By issue and pull request that fixed it: the reports of it since."""
    found: dict[tuple[int, int], list[Entry]] = {}
    for each in _reports(scene):
        found.setdefault((each.of, each.pull), []).append(each)
    return found


def _reports(scene: Folded) -> Iterator[Entry]:
    """What came back until the end of the week. What was found to be no defect is no evidence; a duplicate is."""
    for each in scene.told.recurred:
        steps = scene.then.get(each.number)
        is_none = steps and steps[-1].ended == "dismissed" and not steps[-1].ref
        if each.at < scene.end and not is_none:
            yield each


def _shipped(scene: Folded, pull: int, merged_at: datetime | None) -> Shipped:
    first = scene.timeline.first(merged_at) if merged_at else None
    return Shipped(pull, merged_at, (first.version,) if first else (), first.at if first else None)


def _told(scene: Folded, issue: int, fix: Shipped, against: Failing) -> str:
    """What a report adds, and how much is held against the fix by now."""
    said = evidence(scene.material.quotes.get(issue, ""), scene.material.versions.get(issue, ""), fix)
    return "; ".join(filter(None, (said, against.shown * bool(against.reports))))


def unproven(scene: Folded, fixed: tuple[Fixed, ...]) -> Iterator[Unproven]:
    """Fixes of the last weeks whose test does not reach what was asked, and that nobody waived; newest first."""
    for each in reversed(fixed):
        if each.level is not None and not each.reaches and not each.is_waived and each.at >= scene.since(RECENT):
            yield Unproven(each.pull, each.level, each.issue, each.class_id)


def waivers(scene: Folded, fixed: tuple[Fixed, ...], back: tuple[Again, ...]) -> Iterator[Waived]:
    """By kind, the most frequent first. Each waived fix is watched for as long as its class asks for quiet."""
    in_force = Counter(
        each.waived
        for each in {each.pull: each for each in scene.material.fixes}.values()
        if each.waived and each.waived_until and scene.material.now < each.waived_until
    )
    waived = [each for each in fixed if each.is_waived and each.waived]
    recurred = {each.fixed for each in back}
    kinds = {*in_force, *(each.waived for each in waived if each.waived)}
    for kind in sorted(kinds, key=lambda kind: (-in_force[kind], kind)):
        of_kind = [each for each in waived if each.waived == kind]
        old = [each for each in of_kind if each.at + _watched(scene, each) <= scene.present]
        regret = figures.waiver_regret(sum(each.issue in recurred for each in old), len(old), len(of_kind) - len(old))
        yield Waived(kind, in_force[kind], regret)


def _fixed(scene: Folded, merged: Merged, checked: Fix | None, *, is_lost: bool) -> Fixed:
    """What the ledger says of its proof was written at the merge, and goes first."""
    class_id = scene.class_of[merged.issue]
    known = scene.material.classes.get(class_id)
    needs = known.validation.regression_test if known else VALIDATION.regression_test
    level = LEVELS.get(merged.evidence)
    if level is None and (checked or merged.evidence):
        level = checked.level if checked else "L0"
    return Fixed(
        issue=merged.issue,
        pull=merged.pull,
        at=merged.at,
        class_id=class_id,
        level=level,
        needs=(checked.needs if checked else None) or needs,
        waived=checked.waived if checked else None,
        has_waiver=merged.evidence == "waived" or bool(checked and checked.waived),
        is_lost=is_lost,
    )


def _watched(scene: Folded, fixed: Fixed) -> timedelta:
    known = scene.material.classes.get(fixed.class_id)
    return timedelta(days=(known.acceptance if known else ACCEPTANCE).days)
