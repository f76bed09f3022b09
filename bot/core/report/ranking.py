"""Which class of defects to burn down next, with every component of the answer. Never shows one product only.

terms.md d.5: the severity gate first, then user impact x (1 + repeat rate); the share of each, as Pareto has it.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from bot.core.report.figures import WEIGHTS, Figure, proof_coverage, repeat_rate, weight
from bot.core.text.quoting import counted

GATE = "S1"  # a class with an open one goes before every class without
MONTH = 4  # weeks, of which occurrence is counted
LEADING = 3  # defects of a class that are shown one by one
IMPACT = (
    "sum over the open defects of weight x reach, with S1 8, S2 5, S3 2, S4 1, unset 3, and reach = 1 + log2(1 + "
    "distinct reporters + duplicates + reactions + imported occurrences)"
)
RANKING = f"classes with an open S1 first, then by impact x (1 + repeat rate); impact = {IMPACT}"


class OpenDefect(NamedTuple):
    """One open defect, and whom it reached. (A named tuple: there are tens of thousands.)"""

    number: int  # of the issue
    severity: str = ""  # S1 to S4; all else is unset
    reporters: int = 1  # distinct
    duplicates: int = 0
    reactions: int = 0
    occurrences: int = 0  # imported: support notes, incidents

    @property
    def rated(self) -> str:
        return self.severity if self.severity in WEIGHTS else ""

    @property
    def reach(self) -> float:
        heard = self.reporters + self.duplicates + self.reactions + self.occurrences
        return 1 + math.log2(1 + max(0, heard))

    @property
    def impact(self) -> float:
        return weight(self.severity) * self.reach

    @property
    def arithmetic(self) -> str:
        heard = (
            counted(self.reporters, "reporter", "reporters"),
            counted(self.duplicates, "duplicate", "duplicates"),
            counted(self.reactions, "reaction", "reactions"),
            counted(self.occurrences, "occurrence", "occurrences"),
        )
        parts = "".join(f" + {each}" for each in heard if not each.startswith("0 "))
        return f"{self.impact:.1f} = {weight(self.severity)} x (1 + log2(1{parts}))"


@dataclass(frozen=True, slots=True)
class Counts:
    """What is known of one class of defects in one window."""

    class_id: str  # each class once
    open: tuple[OpenDefect, ...] = ()
    arrivals: int = 0  # in the window
    repeats: int = 0  # of them, those of a class (or fingerprint) that already had a shipped fix
    weeks: int = MONTH  # of the window
    fixes: int = 0
    proven: int = 0  # of them


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a class stands, and why."""

    rank: int  # from 1
    counts: Counts
    impact: float
    score: float  # impact x (1 + repeat rate)
    share: float  # of the scores of all classes, 0 to 1
    cumulative: float  # the shares of this class and all before it

    @property
    def is_gated(self) -> bool:
        """Whether an open S1 put it first."""
        return _is_gated(self.counts)

    @property
    def severity(self) -> str:
        """S: the worst open one, by weight; "" where it is unset or nothing is open."""
        return max((each.rated for each in self.counts.open), key=weight, default="")

    @property
    def occurrence(self) -> float:
        """O: arrivals in four weeks."""
        return _occurrence(self.counts)

    @property
    def repeat(self) -> Figure:
        """R."""
        return repeat_rate(self.counts.repeats, self.counts.arrivals)

    @property
    def coverage(self) -> Figure:
        return proof_coverage(self.counts.proven, self.counts.fixes)

    @property
    def unproven(self) -> float:
        """D: 1 - proof coverage; 1 without any fix, for then nothing would show that a defect is back."""
        return _unproven(self.counts)

    @property
    def leading(self) -> tuple[OpenDefect, ...]:
        """The open defects that weigh most, each with its own arithmetic."""
        return tuple(sorted(self.counts.open, key=lambda each: (-each.impact, each.number))[:LEADING])

    @property
    def arithmetic(self) -> str:
        """The score from its components, one term for each severity, so that nothing needs to be cut; rounded."""
        if not self.counts.open:
            return "0 = nothing open"
        terms = []
        for severity, each in WEIGHTS.items():
            reached = [defect.reach for defect in self.counts.open if defect.rated == severity]
            if reached:
                terms.append(f"{severity or 'unset'}: {each} x {math.fsum(reached):.2f}")
        impact = " + ".join(terms)
        repeated = f"{self.counts.repeats}/{self.counts.arrivals}" if self.counts.arrivals else "0"
        return f"{self.score:.1f} = ({impact}) x (1 + {repeated})"


def ranked(classes: Iterable[Counts]) -> tuple[Standing, ...]:
    """The first is to be burnt down next; in whatever order they come, they leave in the same.

    Ties are broken by severity, occurrence, repeat rate, lack of proof, and at last by the name.
    """
    found = [(counts, *_score(counts)) for counts in classes]
    found.sort(key=lambda each: _order(each[0], each[2]))
    sums = list(accumulate(score for _, _, score in found))
    total = sums[-1] if sums else 0.0
    return tuple(
        Standing(rank, counts, impact, score, _part(score, total), _part(so_far, total))
        for rank, ((counts, impact, score), so_far) in enumerate(zip(found, sums, strict=True), start=1)
    )


def _score(counts: Counts) -> tuple[float, float]:
    """Impact, and impact x (1 + repeat rate); fsum, for no order of the defects may move a sum."""
    impact = math.fsum(each.impact for each in counts.open)
    return impact, impact * (1 + _repeat(counts))


def _order(counts: Counts, score: float) -> tuple[bool, float, float, float, float, float, str]:
    return (
        not _is_gated(counts),
        -score,
        -max((weight(each.severity) for each in counts.open), default=0),
        -_occurrence(counts),
        -_repeat(counts),
        -_unproven(counts),
        counts.class_id,
    )


def _is_gated(counts: Counts) -> bool:
    return any(each.severity == GATE for each in counts.open)


def _occurrence(counts: Counts) -> float:
    return MONTH * counts.arrivals / counts.weeks if counts.weeks > 0 else 0.0


def _repeat(counts: Counts) -> float:
    return repeat_rate(counts.repeats, counts.arrivals).value or 0.0


def _unproven(counts: Counts) -> float:
    return 1 - (proof_coverage(counts.proven, counts.fixes).value or 0.0)


def _part(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
