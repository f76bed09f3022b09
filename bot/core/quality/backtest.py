"""What a change of rules would have said of issues that are known: which verdicts move, and whether people agree.

The same reading and the same engine as in the live path; nothing is fetched or written here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot.core.model import Issue
from bot.core.policy import Policy, document_of
from bot.core.quality.truth import Truth, truth
from bot.core.rules.classify import classify
from bot.core.rules.engine import UNLIMITED, Watch


@dataclass(frozen=True, slots=True)
class Moved:
    """An issue whose verdict changes; a class id, or None for an abstention."""

    number: int
    title: str
    url: str
    before: str | None
    after: str | None
    is_gain: bool  # wrong or abstained before, right after
    is_loss: bool  # right before, not any more


@dataclass(frozen=True, slots=True)
class Tally:
    """How often one class was the verdict, and how that stands against people's decisions."""

    verdicts: int = 0
    right: int = 0
    judged: int = 0  # verdicts on which people said something: right and wrong
    members: int = 0  # issues of which people say that they are of this class

    @property
    def precision(self) -> float | None:
        return self.right / self.judged if self.judged else None

    @property
    def recall(self) -> float | None:
        return self.right / self.members if self.members else None


@dataclass(frozen=True, slots=True)
class Backtest:
    """Old against new rules, issue by issue."""

    issues: int
    judged: int  # issues on which people said something
    moved: tuple[Moved, ...]
    before: dict[str, Tally]  # by class
    after: dict[str, Tally]

    @property
    def loss(self) -> int:
        """Right verdicts lost, less those gained."""
        return sum(each.is_loss for each in self.moved) - sum(each.is_gain for each in self.moved)

    def as_data(self) -> dict[str, Any]:
        classes = sorted({*self.before, *self.after})
        return {
            "issues": self.issues,
            "judged": self.judged,
            "loss": self.loss,
            "moved": [
                {"number": m.number, "title": m.title, "url": m.url, "before": m.before, "after": m.after}
                | {"gain": m.is_gain, "loss": m.is_loss}
                for m in self.moved
            ],
            "classes": {
                id_: {
                    name: tally_data(side.get(id_, Tally()))
                    for name, side in (("before", self.before), ("after", self.after))
                }
                for id_ in classes
            },
        }


@dataclass(frozen=True, slots=True)
class Reading:
    """One issue's verdict, and what people say it is."""

    verdict: str | None
    truth: Truth

    @property
    def is_judged(self) -> bool:
        return bool(self.truth.right or self.truth.wrong)

    @property
    def is_right(self) -> bool:
        return self.truth.judge(self.verdict) is True


def reading(issue: Issue, policy: Policy, watch: Watch = UNLIMITED) -> Reading:
    """The verdict is what the rules alone say: what people said of the issue is the measure, and no part of it."""
    found = classify(document_of(issue, policy), policy.ruleset, watch=watch)
    return Reading(found.primary, truth(issue, policy.ruleset))


def backtest(issues: Iterable[Issue], before: Policy, after: Policy) -> Backtest:
    """Issue by issue, as they are handed in: who counts them knows how far it is."""
    return compared((issue, reading(issue, before), reading(issue, after)) for issue in issues)


def compared(readings: Iterable[tuple[Issue, Reading, Reading]]) -> Backtest:
    """Of each issue the old and the new reading."""
    read = tuple(readings)
    moved = tuple(
        Moved(
            issue.subject.number,
            issue.title,
            issue.url,
            one.verdict,
            other.verdict,
            is_gain=other.is_right and not one.is_right,
            is_loss=one.is_right and not other.is_right,
        )
        for issue, one, other in read
        if one.verdict != other.verdict
    )
    judged = sum(old.is_judged or new.is_judged for _, old, new in read)
    return Backtest(len(read), judged, moved, tallies(old for _, old, _ in read), tallies(new for _, _, new in read))


def tallies(readings: Iterable[Reading]) -> dict[str, Tally]:
    """Per class: verdicts, those that people judged, and those of them that are right."""
    counts: dict[str, list[int]] = {}
    for each in readings:
        if each.verdict:
            count = counts.setdefault(each.verdict, [0, 0, 0, 0])
            judged = each.truth.judge(each.verdict)
            count[0] += 1
            count[1] += judged is True
            count[2] += judged is not None
        for id_ in each.truth.right:
            counts.setdefault(id_, [0, 0, 0, 0])[3] += 1
    return {id_: Tally(*count) for id_, count in counts.items()}


def tally_data(tally: Tally) -> dict[str, Any]:
    return {
        "verdicts": tally.verdicts,
        "right": tally.right,
        "judged": tally.judged,
        "members": tally.members,
        "precision": tally.precision,
        "recall": tally.recall,
    }
