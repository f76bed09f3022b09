"""A document's verdict under a ruleset: scores add up per class, a clear winner is named, else the bot abstains.

Always with reasons. It knows nothing of labels to put or people to assign.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.core.document import Document
from bot.core.rules.conditions import (
    All,
    AnyOf,
    AtLeast,
    Contains,
    Exists,
    Glob,
    Is,
    Leaf,
    Near,
    Not,
    Question,
    Regex,
    Tree,
    Version,
    Vocab,
    Word,
    branches,
)
from bot.core.rules.engine import UNLIMITED, Overrun, Span, Watch
from bot.core.rules.entries import RuleEntry
from bot.core.rules.fields import concrete
from bot.core.rules.ruleset import MARGIN, DefectClass, Probe, Ruleset
from bot.core.rules.values import equals, fits, in_range

NEAR = 60  # characters between two words that are near each other
MAX_EXCERPT = 200  # characters of a span that a trace keeps


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that spoke: what it weighs, and the first place that made it speak."""

    rule: str
    class_id: str
    score: int
    where: str  # the field; "" when the rule speaks because something is absent
    span: Span | None  # in characters of the body, or of the field where that is not part of the body
    is_counted: bool  # experimental rules, and all but the best of a group, are shown and not counted
    file: str = ""  # that the rule stands in
    sha: str = ""  # of that file, as git names it


@dataclass(frozen=True, slots=True)
class Ranked:
    class_id: str
    score: int
    threshold: int


@dataclass(frozen=True, slots=True)
class Classification:
    """The verdict on one document: the class, or None for an abstention, with its findings and all that came close."""

    primary: str | None
    why: str
    ranking: tuple[Ranked, ...]  # best first; only classes with a finding
    findings: tuple[Finding, ...]
    ruleset: str  # version
    overrun: str | None = None  # the rule whose cost ended the reading

    def as_data(self) -> dict[str, Any]:
        """The trace: what is stored, printed as JSON, and rendered by every explanation."""
        return {
            "class": self.primary,
            "why": self.why,
            "ranking": [{"class": r.class_id, "score": r.score, "threshold": r.threshold} for r in self.ranking],
            "findings": [_finding_data(finding) for finding in self.findings],
            "ruleset": self.ruleset,
            "overrun": self.overrun,
        }


def classify(
    document: Document, ruleset: Ruleset, *, rejected: frozenset[str] = frozenset(), watch: Watch = UNLIMITED
) -> Classification:
    """`rejected` are classes that a person ruled out. A reading that costs more than `watch` allows ends in an
    abstention that names the costliest rule.
    """
    try:
        findings = tuple(_findings(_read(document, ruleset, watch)))
    except Overrun as overrun:
        if overrun.number is None:
            return Classification(None, "the rules took too long on this text", (), (), ruleset.version)
        rule = ruleset.acting[ruleset.by_pattern[overrun.number][0]].id
        why = f"rule {rule} took too long on this text: it is put aside, the others go on"
        return Classification(None, why, (), (), ruleset.version, rule)
    scores: dict[str, int] = {}
    for finding in findings:
        scores[finding.class_id] = scores.get(finding.class_id, 0) + (finding.score if finding.is_counted else 0)
    ranking = tuple(
        Ranked(each.id, scores[each.id], each.threshold)
        for each in sorted((ruleset.classes[id_] for id_ in scores), key=lambda c: (-scores[c.id], -c.priority, c.id))
    )
    primary, why = _verdict(tuple(each for each in ranking if each.class_id not in rejected), ruleset.classes)
    return Classification(primary, why, ranking, findings, ruleset.version)


def speaking(document: Document, ruleset: Ruleset) -> tuple[RuleEntry, ...]:
    """The rules that speak on a document, in the order of the ruleset."""
    return _spoken(_read(document, ruleset, UNLIMITED))


def conditions(document: Document, ruleset: Ruleset, rule: RuleEntry) -> Iterator[tuple[int, Tree | Leaf, bool]]:
    """Every node of a rule's tree as it is written: how deep it stands, and whether it holds of a document."""
    reading = _read(document, ruleset, UNLIMITED)

    def asked(node: Tree | Leaf, depth: int) -> Iterator[tuple[int, Tree | Leaf, bool]]:
        yield depth, node, _holds(node, reading)
        for each in branches(node) if isinstance(node, Tree) else ():
            yield from asked(each, depth + 1)

    return asked(rule.when, 0)


def _verdict(ranking: tuple[Ranked, ...], classes: Mapping[str, DefectClass]) -> tuple[str | None, str]:
    if not ranking or ranking[0].score <= 0:
        return None, "no rule speaks for any class"
    best = ranking[0]
    if best.score < best.threshold:
        return None, f"{best.class_id} has {best.score} points of the {best.threshold} that it needs"
    near = (each for each in ranking[1:] if each.score > 0 and best.score - each.score < MARGIN)
    rival = next((each for each in near if classes[each.class_id].priority >= classes[best.class_id].priority), None)
    if rival:
        return None, f"{best.class_id} ({best.score}) and {rival.class_id} ({rival.score}) are too close to tell apart"
    return best.class_id, f"{best.score} points, {best.threshold} are needed"


@dataclass(frozen=True, slots=True)
class _Reading:
    """A document under a ruleset, with what the engine found in it."""

    document: Document
    ruleset: Ruleset
    matched: Mapping[str, frozenset[int]]  # field -> the patterns that match in it
    watch: Watch

    def spans(self, number: int, name: str) -> Iterator[Span]:
        return self.ruleset.engine.spans(number, self.document.fields[name], self.watch)


def _read(document: Document, ruleset: Ruleset, watch: Watch) -> _Reading:
    wanted = ruleset.wanted
    matched = {
        name: found
        for name, field in document.fields.items()
        if name in wanted and (found := ruleset.engine.match(field, wanted[name], watch))
    }
    return _Reading(document, ruleset, matched, watch)


def _spoken(reading: _Reading) -> tuple[RuleEntry, ...]:
    """Only the rules that something could have made speak are looked at."""
    ruleset = reading.ruleset
    touched = set(ruleset.always)
    for numbers in reading.matched.values():
        for number in numbers:
            touched.update(ruleset.by_pattern.get(number, ()))
    return tuple(ruleset.acting[place] for place in sorted(touched) if _holds(ruleset.acting[place].when, reading))


def _findings(reading: _Reading) -> Iterator[Finding]:
    spoken = _spoken(reading)
    best: dict[tuple[str, str], RuleEntry] = {}
    for rule in spoken:
        if rule.group and rule.status == "stable":
            key = (rule.class_, rule.group)
            best[key] = max(best.get(key, rule), rule, key=lambda each: abs(each.score))
    for rule in spoken:
        where, span = next(_places(rule.when, reading), ("", None))
        is_best = rule.group is None or best.get((rule.class_, rule.group)) is rule
        file, sha = reading.ruleset.files[rule.id]
        yield Finding(rule.id, rule.class_, rule.score, where, span, rule.status == "stable" and is_best, file, sha)


def _holds(node: Tree | Leaf, reading: _Reading) -> bool:
    match node:
        case All():
            return all(_holds(each, reading) for each in node.all)
        case AnyOf():
            return any(_holds(each, reading) for each in node.any)
        case Not():
            return not _holds(node.not_, reading)
        case AtLeast():
            return sum(_holds(each, reading) for each in node.at_least.of) >= node.at_least.count
        case Near():
            return next(_near(reading.ruleset.probes[node], reading), None) is not None
        case Word() | Contains() | Vocab() | Regex():
            probe = reading.ruleset.probes[node]
            none: frozenset[int] = frozenset()
            return any(not probe.groups[0].isdisjoint(reading.matched.get(name, none)) for name in probe.fields)
        case Is() | Glob() | Version() | Exists():
            return _answers(node, reading.document)


def _answers(question: Question, document: Document) -> bool:
    found = next(_answering(question, document), None) is not None
    return found is question.exists if isinstance(question, Exists) else found


def _answering(question: Question, document: Document) -> Iterator[tuple[str, str]]:
    """The values that fit, each with its field; of `exists` those that are there."""
    values = ((name, value) for name in concrete(question.where) for value in document.values_of(name))
    yield from (each for each in values if _fits(question, each[1]))


def _fits(question: Question, value: str) -> bool:
    match question:
        case Is():
            return equals(value, question.is_)
        case Glob():
            return fits(value, question.glob)
        case Version():
            return in_range(value, question.version)
        case Exists():
            return bool(value.strip())


def _places(node: Tree | Leaf, reading: _Reading) -> Iterator[tuple[str, Span]]:
    """Where the conditions of a tree matched, outside of any `not`."""
    match node:
        case Not():
            return
        case Is() | Glob() | Version() | Exists():
            for name, value in _answering(node, reading.document):
                line = value.strip().partition("\n")[0]
                start = reading.document.fields[name].text.index(line)
                yield name, _in_body(Span(start, start + len(line), line), name, reading)
        case All() | AnyOf() | AtLeast():
            for each in branches(node):
                yield from _places(each, reading)
        case Near():
            yield from _near(reading.ruleset.probes[node], reading)
        case Word() | Contains() | Vocab() | Regex():
            probe = reading.ruleset.probes[node]
            for name in probe.fields:
                spans = _first_spans(probe.groups[0], name, reading)
                yield from ((name, _in_body(span, name, reading)) for span in sorted(spans, key=_order))


def _first_spans(numbers: frozenset[int], name: str, reading: _Reading) -> list[Span]:
    hit = numbers & reading.matched.get(name, frozenset())
    return [span for number in hit if (span := next(reading.spans(number, name), None))]


def _near(probe: Probe, reading: _Reading) -> Iterator[tuple[str, Span]]:
    """The first place in each field where a word of both groups stands on a line, at most NEAR characters apart."""
    for name in probe.fields:
        hits = reading.matched.get(name, frozenset())
        if any(group.isdisjoint(hits) for group in probe.groups):
            continue
        text = reading.document.fields[name].text
        ones, others = (
            sorted((span for number in group & hits for span in reading.spans(number, name)), key=_order)
            for group in probe.groups
        )
        if pair := _closest(ones, others, text):
            start, end = min(each.start for each in pair), max(each.end for each in pair)
            yield name, _in_body(Span(start, end, text[start:end]), name, reading)


def _closest(ones: list[Span], others: list[Span], text: str) -> tuple[Span, Span] | None:
    """The first of `ones` with a neighbour among `others`; both sorted, so that one walk finds it."""
    at = 0
    for one in ones:
        while at < len(others) and others[at].end + NEAR < one.start:
            at += 1
        for other in others[at:]:
            if other.start > one.end + NEAR:
                break
            first, second = (one, other) if one.start <= other.start else (other, one)
            if first.end <= second.start <= first.end + NEAR and "\n" not in text[first.end : second.start]:
                return one, other
    return None


def _order(span: Span) -> tuple[int, int]:
    return span.start, -span.end


def _in_body(span: Span, name: str, reading: _Reading) -> Span:
    """The same place as offsets into the body; a span over two pieces keeps its length."""
    start = reading.document.fields[name].origin(span.start)
    return Span(start, start + span.end - span.start, span.text)


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
        "text": span and span.text[:MAX_EXCERPT],
        "file": finding.file,
        "sha": finding.sha,
    }
