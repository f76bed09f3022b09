"""The classes of defects in one week, each with its figures, ranked. Judges no acceptance."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.ledger.flows import Flow
from bot.core.report import figures
from bot.core.report.acceptance import Standing as Accepted
from bot.core.report.figures import Figure
from bot.core.report.fixes import Again, Fixed
from bot.core.report.folded import PERIOD, Folded
from bot.core.report.model import ACCEPTANCE, VALIDATION, Arithmetic, ClassRow, Stage, State
from bot.core.report.ranking import Counts, OpenDefect, Standing, ranked
from bot.core.report.steady import agreed
from bot.core.rules.ruleset import DefectClass


@dataclass(slots=True)
class _Seen:
    """What is counted of one class."""

    open: list[OpenDefect] = field(default_factory=list)
    oldest: datetime | None = None
    held: Counter[str] = field(default_factory=Counter)  # by person
    arrivals: int = 0
    repeats: int = 0
    fixes: int = 0
    proven: int = 0


def rows(
    scene: Folded,
    by_class: Mapping[str, Sequence[Flow]],
    fixed: Sequence[Fixed],
    back: Sequence[Again],
    standings: Mapping[str, Accepted],
) -> tuple[ClassRow, ...]:
    """Every class that ever had a defect, by rank."""
    seen = {class_id: _Seen() for class_id in sorted({*scene.class_of.values(), *by_class})}
    _count_open(scene, seen)
    _count_arrivals(scene, seen)
    for each in fixed:
        if each.level is not None and each.at >= scene.weeks[0].window.start:
            seen[each.class_id].fixes += 1
            seen[each.class_id].proven += each.is_proven
    period = min(PERIOD, len(scene.weeks))
    counts = (
        Counts(class_id, tuple(each.open), each.arrivals, each.repeats, period, each.fixes, each.proven)
        for class_id, each in seen.items()
    )
    regressed = {scene.class_of.get(each.issue) for each in back if each.at >= scene.week.window.start}
    made = []
    for found in ranked(counts):
        class_id = found.counts.class_id
        flows, accepted = by_class.get(class_id, ()), standings.get(class_id)
        made.append(_row(scene, found, seen[class_id], flows, accepted, is_regressed=class_id in regressed))
    return tuple(made)


def reopen_rate(scene: Folded) -> Figure:
    """Of what was resolved in the period: how much was reopened until now."""
    resolved = reopened = 0
    for found in scene.moved.values():
        terms = [each.term for each in found]
        first = next((place for place, term in enumerate(terms) if term in {"fixed", "closed_otherwise"}), None)
        if first is not None:
            resolved += 1
            reopened += "reopened" in terms[first:]
    return figures.reopen_rate(reopened, resolved)


def _count_open(scene: Folded, seen: Mapping[str, _Seen]) -> None:
    for class_id, found in scene.open_by_class.items():
        of_class = seen[class_id]
        of_class.open = found
        of_class.oldest = min(scene.now[each.number][0].at for each in found)
        of_class.held = Counter(who for each in found if (who := scene.told.owner(each.number)))


def _count_arrivals(scene: Folded, seen: Mapping[str, _Seen]) -> None:
    """A repeat: its class had a merged fix before, or its fingerprint is that of an earlier issue."""
    first_fix = {scene.class_of[issue]: at for at, issue, _, _ in reversed(scene.merged)}
    recurred = {each.number for each in scene.told.recurred}
    for number, found in scene.moved.items():
        for at, term, class_id, *_ in found:
            if term == "opened":
                seen[class_id].arrivals += 1
                seen[class_id].repeats += number in recurred or first_fix.get(class_id, at) < at


def _row(
    scene: Folded,
    found: Standing,
    seen: _Seen,
    flows: Sequence[Flow],
    accepted: Accepted | None,
    *,
    is_regressed: bool,
) -> ClassRow:
    class_id = found.counts.class_id
    known = scene.material.classes.get(class_id)
    last = flows[-1] if flows else Flow(scene.week.window, class_id)
    stage = accepted.stage if accepted else "open"
    arrivals = [flows[place].opened for place in scene.whole] if flows else []
    return ClassRow(
        rank=found.rank,
        id=class_id,
        title=known.title if known else class_id,
        state=_state(stage, arrivals, is_regressed=is_regressed),
        open=last.open_after,
        delta=last.open_after - last.open_before,
        inflow=last.opened + last.reopened + last.in_,
        outflow=last.completed + last.dismissed + last.out,
        repeat=found.repeat,
        oldest_days=max(0, (scene.present - seen.oldest).days) if seen.oldest else None,
        owner=_owner(known, seen.held),
        guards=found.coverage,
        arithmetic=Arithmetic.of(found),
        criterion=known.acceptance if known else ACCEPTANCE,
        stage=stage,
        progress=accepted.why if accepted else "",
        validation=known.validation if known else VALIDATION,
    )


def _owner(known: DefectClass | None, held: Counter[str]) -> str:
    """Who is configured; where nobody is, who has most of its open defects."""
    named = [each for each in known.owners if each != "codeowners"] if known else []
    return named[0] if named else min(held, key=lambda who: (-held[who], who), default="")


def _state(stage: Stage, arrivals: Sequence[int], *, is_regressed: bool) -> State:
    """Never "steady": that nothing is shown to change shows nothing."""
    if is_regressed or stage == "failed-fix":
        return "regressed"
    if stage == "verified":
        return "at-target"
    match agreed(arrivals).verdict:
        case "improving":
            return "shrinking"
        case "degrading":
            return "growing"
        case "no evidence yet":
            return "no-evidence"
