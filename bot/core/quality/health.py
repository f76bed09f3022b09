"""How rules fare on issues that are known: which never speak, say the same, change nothing or cost most.

The same reading and the same engine as in the live path; nothing is fetched or written here.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from bot.core.model import Issue
from bot.core.policy import Policy, document_of
from bot.core.quality.backtest import Reading, Tally, tallies, tally_data
from bot.core.quality.truth import truth
from bot.core.rules.classify import classify
from bot.core.rules.engine import Watch
from bot.core.rules.entries import RuleEntry
from bot.core.rules.ruleset import Ruleset, without

OVERLAP = 0.9  # of the issues on which either of two rules speaks
MIN_SHARED = 3  # issues: below, to speak together is chance
SLOWEST = 10


@dataclass(frozen=True, slots=True)
class RuleHealth:
    """One rule, and what became of it."""

    id: str
    class_id: str
    file: str
    spoke: int  # issues
    is_decisive: bool  # the verdict on some issue would be another without it
    seconds: float  # of an issue, on average
    is_counted: bool  # experimental rules are not, so that no verdict can hang on them


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two rules of a class that say the same of nearly the same issues."""

    one: str
    other: str
    class_id: str
    both: int  # issues on which both speak
    either: int


@dataclass(frozen=True, slots=True)
class Health:
    """Of one ruleset on the issues of one repository."""

    ruleset: str  # version
    issues: int
    unclassified: int
    rules: tuple[RuleHealth, ...]
    overlapping: tuple[Overlap, ...]
    classes: Mapping[str, Tally]  # against what people decided

    @property
    def dead(self) -> tuple[RuleHealth, ...]:
        """They never spoke."""
        return tuple(each for each in self.rules if not each.spoke)

    @property
    def shadowed(self) -> tuple[RuleHealth, ...]:
        """They spoke, and every verdict is the same without them."""
        return tuple(each for each in self.rules if each.spoke and each.is_counted and not each.is_decisive)

    @property
    def slowest(self) -> tuple[RuleHealth, ...]:
        costly = (each for each in self.rules if each.seconds)
        return tuple(sorted(costly, key=lambda each: -each.seconds)[:SLOWEST])

    def as_data(self) -> dict[str, Any]:
        return {
            "ruleset": self.ruleset,
            "issues": self.issues,
            "unclassified": self.unclassified,
            "share_unclassified": self.unclassified / self.issues if self.issues else None,
            "dead": [each.id for each in self.dead],
            "overlapping": [
                {"rules": [o.one, o.other], "class": o.class_id, "both": o.both, "either": o.either}
                for o in self.overlapping
            ],
            "shadowed": [{"rule": each.id, "spoke": each.spoke} for each in self.shadowed],
            "slowest": [{"rule": each.id, "seconds_per_issue": each.seconds} for each in self.slowest],
            "classes": {id_: tally_data(self.classes[id_]) for id_ in sorted(self.classes)},
        }


def health(issues: Iterable[Issue], policy: Policy, clock: Callable[[], float]) -> Health:
    """Issue by issue, as they are handed in. `clock` gives the seconds that are spent, and may stand still."""
    seen = _Seen(policy.ruleset, clock)
    readings = [seen.read(issue, policy) for issue in issues]
    unclassified = sum(each.verdict is None for each in readings)
    rules = tuple(seen.rule(entry, len(readings)) for entry in policy.ruleset.acting)
    overlapping = tuple(_overlapping(policy.ruleset.acting, seen.spoke))
    return Health(policy.ruleset.version, len(readings), unclassified, rules, overlapping, tallies(readings))


@dataclass(slots=True)
class _Seen:
    """What is gathered, issue by issue; sets of issues are the bits of a number."""

    ruleset: Ruleset
    clock: Callable[[], float]
    issues: int = 0
    spoke: dict[str, int] = field(default_factory=dict)  # by rule: bits
    seconds: dict[str, float] = field(default_factory=dict)
    decided: set[str] = field(default_factory=set)
    others: dict[str, Ruleset] = field(default_factory=dict)  # by rule: the same rules without it

    def read(self, issue: Issue, policy: Policy) -> Reading:
        document, watch = document_of(issue, policy), Watch(self.clock)
        found = classify(document, self.ruleset, watch=watch)
        self._charge(watch)
        for finding in found.findings:
            self.spoke[finding.rule] = self.spoke.get(finding.rule, 0) | 1 << self.issues
            if finding.is_counted and finding.rule not in self.decided:
                other = self.others.setdefault(finding.rule, without(self.ruleset, frozenset({finding.rule})))
                if classify(document, other, watch=Watch(self.clock)).primary != found.primary:
                    self.decided.add(finding.rule)
        self.issues += 1
        return Reading(found.primary, truth(issue, self.ruleset))

    def rule(self, entry: RuleEntry, issues: int) -> RuleHealth:
        spoke, seconds = self.spoke.get(entry.id, 0).bit_count(), self.seconds.get(entry.id, 0.0)
        file, _ = self.ruleset.files[entry.id]
        each = seconds / issues if issues else 0.0
        return RuleHealth(entry.id, entry.class_, file, spoke, entry.id in self.decided, each, entry.status == "stable")

    def _charge(self, watch: Watch) -> None:
        """A pattern that several rules share costs each of them its part."""
        for number, taken in watch.seconds.items():
            places = self.ruleset.by_pattern[number]
            for place in places:
                id_ = self.ruleset.acting[place].id
                self.seconds[id_] = self.seconds.get(id_, 0.0) + taken / len(places)


def _overlapping(rules: Iterable[RuleEntry], spoke: Mapping[str, int]) -> Iterator[Overlap]:
    alike: dict[tuple[str, bool], list[str]] = {}
    for rule in rules:
        if spoke.get(rule.id, 0).bit_count() >= MIN_SHARED:
            alike.setdefault((rule.class_, rule.score > 0), []).append(rule.id)
    for (class_id, _), ids in alike.items():
        for one, other in combinations(ids, 2):
            both, either = (spoke[one] & spoke[other]).bit_count(), (spoke[one] | spoke[other]).bit_count()
            if both >= MIN_SHARED and both >= OVERLAP * either:
                yield Overlap(one, other, class_id, both, either)
