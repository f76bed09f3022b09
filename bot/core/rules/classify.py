"""A text's verdict under a ruleset: scores add up per class, a clear winner is named, else the bot abstains.

Always with reasons.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.core.rules.conditions import All, AnyOf, Leaf, Not, Regex, Word
from bot.core.rules.engine import Span, encoded
from bot.core.rules.ruleset import DefectClass, RuleEntry, Ruleset


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that spoke: what it weighs, and the first place that made it speak."""

    rule: str
    class_id: str
    score: int
    where: str  # "title" or "body"; "" when the rule speaks because something is absent
    span: Span | None
    is_counted: bool  # experimental rules, and all but the best of a group, are shown and not counted


@dataclass(frozen=True, slots=True)
class Ranked:
    class_id: str
    score: int
    threshold: int


@dataclass(frozen=True, slots=True)
class Classification:
    """The verdict on one text: the class, or None for an abstention, with its findings and all that came close."""

    primary: str | None
    why: str
    ranking: tuple[Ranked, ...]  # best first; only classes with a finding
    findings: tuple[Finding, ...]
    ruleset: str  # version

    def as_data(self) -> dict[str, Any]:
        """The trace: what is stored, printed as JSON, and rendered by every explanation."""
        return {
            "class": self.primary,
            "why": self.why,
            "ranking": [{"class": r.class_id, "score": r.score, "threshold": r.threshold} for r in self.ranking],
            "findings": [_finding_data(finding) for finding in self.findings],
            "ruleset": self.ruleset,
        }


def classify(title: str, body: str, ruleset: Ruleset) -> Classification:
    texts = {"title": encoded(title), "body": encoded(body)}
    matched = {where: ruleset.matcher.match(text) for where, text in texts.items()}
    findings = tuple(_findings(ruleset, texts, matched))
    scores: dict[str, int] = {}
    for finding in findings:
        scores[finding.class_id] = scores.get(finding.class_id, 0) + (finding.score if finding.is_counted else 0)
    ranking = tuple(
        Ranked(each.id, scores[each.id], each.threshold)
        for each in sorted((ruleset.classes[id_] for id_ in scores), key=lambda c: (-scores[c.id], -c.priority, c.id))
    )
    primary, why = _verdict(ranking, ruleset.classes, ruleset.margin)
    return Classification(primary, why, ranking, findings, ruleset.version)


def matches(rule: RuleEntry, text: str, ruleset: Ruleset) -> bool:
    """Whether one rule speaks on a sample: its first line is the title, the rest the body."""
    title, _, body = text.partition("\n")
    texts = {"title": encoded(title), "body": encoded(body)}
    matched = {where: ruleset.matcher.match(each) for where, each in texts.items()}
    return _holds(rule.when, ruleset, matched)


def _verdict(ranking: tuple[Ranked, ...], classes: Mapping[str, DefectClass], margin: int) -> tuple[str | None, str]:
    if not ranking or ranking[0].score <= 0:
        return None, "no rule speaks for any class"
    best = ranking[0]
    if best.score < best.threshold:
        return None, f"{best.class_id} has {best.score} points of the {best.threshold} that it needs"
    near = (each for each in ranking[1:] if each.score > 0 and best.score - each.score < margin)
    rival = next((each for each in near if classes[each.class_id].priority >= classes[best.class_id].priority), None)
    if rival:
        return None, f"{best.class_id} ({best.score}) and {rival.class_id} ({rival.score}) are too close to tell apart"
    return best.class_id, f"{best.score} points, {best.threshold} are needed"


def _findings(ruleset: Ruleset, texts: Mapping[str, bytes], matched: Mapping[str, frozenset[int]]) -> Iterator[Finding]:
    spoken = [rule for rule in ruleset.rules if rule.status != "deprecated" and _holds(rule.when, ruleset, matched)]
    best: dict[tuple[str, str], RuleEntry] = {}  # of a group, only the weightiest counts
    for rule in spoken:
        if rule.group and rule.status == "stable":
            key = (rule.class_, rule.group)
            best[key] = max(best.get(key, rule), rule, key=lambda each: abs(each.score))
    for rule in spoken:
        where, span = next(_places(rule.when, ruleset, texts, matched), ("", None))
        is_best = rule.group is None or best.get((rule.class_, rule.group)) is rule
        yield Finding(rule.id, rule.class_, rule.score, where, span, rule.status == "stable" and is_best)


def _holds(node: All | AnyOf | Not | Leaf, ruleset: Ruleset, matched: Mapping[str, frozenset[int]]) -> bool:
    match node:
        case All():
            return all(_holds(each, ruleset, matched) for each in node.all)
        case AnyOf():
            return any(_holds(each, ruleset, matched) for each in node.any)
        case Not():
            return not _holds(node.not_, ruleset, matched)
        case Word() | Regex():
            return any(
                pattern.number in matched[where]
                for pattern in ruleset.patterns[node]
                for where in _segments(pattern.where)
            )


def _places(
    node: All | AnyOf | Not | Leaf, ruleset: Ruleset, texts: Mapping[str, bytes], matched: Mapping[str, frozenset[int]]
) -> Iterator[tuple[str, Span]]:
    """Where the conditions of a tree matched, outside of any `not`."""
    match node:
        case All() | AnyOf():
            for each in node.all if isinstance(node, All) else node.any:
                yield from _places(each, ruleset, texts, matched)
        case Not():
            return
        case Word() | Regex():
            numbers = {
                (pattern.number, where) for pattern in ruleset.patterns[node] for where in _segments(pattern.where)
            }
            found = (
                (where, span)
                for number, where in numbers
                if number in matched[where] and (span := ruleset.matcher.span(number, texts[where]))
            )
            yield from sorted(found, key=lambda place: (place[0] != "title", place[1].start, -place[1].end))


def _segments(where: str) -> tuple[str, ...]:
    return ("title", "body") if where == "any" else (where,)


def _finding_data(finding: Finding) -> dict[str, Any]:
    span = finding.span
    return {
        "rule": finding.rule,
        "class": finding.class_id,
        "score": finding.score,
        "counted": finding.is_counted,
        "in": finding.where,
        "start": span and span.start,
        "end": span and span.end,
        "text": span and span.text[:200],
    }
