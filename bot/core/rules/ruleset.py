"""All rules and classes in force for one repository, compiled; reading files is rulefiles.py's work."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from bot.core.document import Field
from bot.core.lint import BadRules, Problem, Source, did_you_mean
from bot.core.rules.conditions import (
    Contains,
    Leaf,
    Near,
    Pattern,
    Regex,
    Strict,
    Vocab,
    Word,
    holds_without,
    leaves,
)
from bot.core.rules.engine import UNLIMITED, BadPattern, Engine
from bot.core.rules.entries import (
    Acceptance,
    ClassChange,
    ClassEntry,
    LabelName,
    Rotate,
    RuleEntry,
    RuleFile,
    Validation,
)
from bot.core.rules.fields import concrete

MAX_CONDITIONS = 2_000
MAX_PATTERNS = 20_000  # words and regular expressions of all conditions
MAX_LOOSE = 20  # patterns that require no literal: each is tried on every text
LOOKING = ("(?=", "(?!", "(?<=", "(?<!")  # what RE2 says of look-around ends so
MARGIN = 2  # points by which a winner must lead


class Label(Strict):
    """A label as it is created where it is missing."""

    name: LabelName
    color: str = "ededed"
    description: str = ""


@dataclass(frozen=True, slots=True)
class DefectClass:
    """A class as it is in force for one repository."""

    id: str
    title: str
    is_defect: bool
    severity: str
    color: str
    labels: tuple[Label, ...]
    owners: tuple[str, ...]  # logins, org/team, or the word codeowners; without "@"
    rotate: Rotate
    acceptance: Acceptance
    validation: Validation
    sla_days: int | None
    threshold: int
    priority: int


@dataclass(frozen=True, slots=True)
class Probe:
    """What the engine looks for on behalf of one condition, and in which fields."""

    groups: tuple[frozenset[int], ...]  # of pattern numbers: one, or the two that must be near each other
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A rule with the file that it stands in."""

    source: Source
    index: int
    entry: RuleEntry


@dataclass(frozen=True)
class Ruleset:
    """Classes and rules in force, compiled, with the version that explains every later verdict."""

    version: str
    classes: Mapping[str, DefectClass]
    rules: tuple[Written, ...]
    engine: Engine = field(repr=False)
    probes: Mapping[Pattern, Probe] = field(repr=False)

    @cached_property
    def labels(self) -> Mapping[str, DefectClass]:
        """Which class a label (case-folded) stands for."""
        return {label.name.casefold(): each for each in self.classes.values() for label in each.labels}

    @cached_property
    def owners(self) -> frozenset[str]:
        """Everybody whom some class would assign by name, case-folded."""
        return frozenset(owner.casefold() for each in self.classes.values() for owner in each.owners)

    @cached_property
    def acting(self) -> tuple[RuleEntry, ...]:
        """Rules that are looked at: all but deprecated ones."""
        return tuple(each.entry for each in self.rules if each.entry.status != "deprecated")

    @cached_property
    def files(self) -> Mapping[str, tuple[str, str]]:
        """Rule -> the file that it stands in, and that file's name in git."""
        return {each.entry.id: (each.source.file, each.source.sha) for each in self.rules}

    @cached_property
    def wanted(self) -> Mapping[str, frozenset[int]]:
        """Field -> the patterns that some condition looks for there."""
        found: dict[str, set[int]] = {}
        for rule in self.acting:
            for probe in self._probes(rule):
                for name in probe.fields:
                    found.setdefault(name, set()).update(*probe.groups)
        return {name: frozenset(numbers) for name, numbers in found.items()}

    @cached_property
    def by_pattern(self) -> Mapping[int, tuple[int, ...]]:
        """Pattern -> the rules (by their place in `acting`) that it can make speak."""
        found: dict[int, dict[int, None]] = {}
        for place, rule in enumerate(self.acting):
            for probe in self._probes(rule):
                for number in frozenset().union(*probe.groups):
                    found.setdefault(number, {})[place] = None
        return {number: tuple(places) for number, places in found.items()}

    @cached_property
    def always(self) -> tuple[int, ...]:
        """Rules that may speak although no pattern matches."""
        return tuple(place for place, rule in enumerate(self.acting) if holds_without(rule.when))

    @cached_property
    def asks_comments(self) -> bool:
        """Whether some rule reads what was said below the issue."""
        return any(
            name.startswith("comments.") for rule in self.acting for leaf in leaves(rule.when) for name in leaf.where
        )

    def _probes(self, rule: RuleEntry) -> Iterator[Probe]:
        return (self.probes[leaf] for leaf in leaves(rule.when) if isinstance(leaf, Pattern))


def compile_ruleset(files: Iterable[tuple[Source, RuleFile]], disable: Iterable[str] = ()) -> Ruleset:
    """One ruleset of all files, later ones replacing by id; `disable` are ids of rules and classes.

    Raises BadRules with every problem.
    """
    rules: dict[str, Written] = {}
    vocabularies: dict[str, tuple[str, ...]] = {}
    given, off = [*files], frozenset(disable)
    classes = _defined(given, off)
    for source, file in given:
        rules |= {entry.id: Written(source, index, entry) for index, entry in enumerate(file.rules)}
        vocabularies |= file.vocab
    rules = {id_: each for id_, each in rules.items() if id_ not in off and each.entry.class_ not in off}
    problems = [*_without_class(rules.values(), classes), *_shared_labels(classes.values())]
    engine = Engine()
    probes = _probed(engine, rules.values(), vocabularies, problems)
    if problems:
        raise BadRules(tuple(problems))
    engine.match(Field(""), frozenset(), UNLIMITED)  # built now, and not while an issue waits
    in_force = {id_: _class(entry) for id_, (_, _, entry) in classes.items()}
    written = tuple(rules.values())
    return Ruleset(_version(in_force, written, vocabularies), in_force, written, engine, probes)


def defect_classes(
    files: Iterable[tuple[Source, RuleFile]], disable: Iterable[str], changes: Mapping[str, ClassChange]
) -> Mapping[str, DefectClass]:
    """The classes alone, as `adjusted(compile_ruleset(files, disable), changes)` has them; nothing is compiled."""
    defined = _defined(files, frozenset(disable))
    return _adjusted({id_: _class(entry) for id_, (_, _, entry) in defined.items()}, changes)


def adjusted(ruleset: Ruleset, changes: Mapping[str, ClassChange]) -> Ruleset:
    """The same rules with a repository's own classes; nothing is compiled again."""
    if not changes:
        return ruleset
    classes = _adjusted(ruleset.classes, changes)
    version = hashlib.sha256(f"{ruleset.version} {sorted(classes.items())!r}".encode(errors="replace")).hexdigest()[:12]
    return replace(ruleset, classes=classes, version=version)


def without(ruleset: Ruleset, ids: frozenset[str]) -> Ruleset:
    """The same rules but for some: those whose cost had them put aside."""
    if not ids:
        return ruleset
    return replace(ruleset, rules=tuple(each for each in ruleset.rules if each.entry.id not in ids))


def _probed(
    engine: Engine, rules: Iterable[Written], vocabularies: Mapping[str, tuple[str, ...]], problems: list[Problem]
) -> dict[Pattern, Probe]:
    """Every pattern of every rule, added to the engine; what cannot be added is a problem of its rule."""
    probes: dict[Pattern, Probe] = {}
    conditions: set[Leaf] = set()
    numbers: set[int] = set()
    loose = 0
    for rule in rules:
        for leaf in leaves(rule.entry.when):
            conditions.add(leaf)
            if not isinstance(leaf, Pattern) or leaf in probes:
                continue
            try:
                groups = tuple(frozenset(group) for group in _numbers(engine, leaf, vocabularies))
            except BadPattern as error:
                what, _, instead = str(error).partition(" - ")
                instead = instead or _instead(what)
                problems.append(rule.source.problem(("rules", rule.index, "when"), f"{rule.entry.id}: {what}", instead))
                continue
            probes[leaf] = Probe(groups, concrete(leaf.where))
            new = frozenset[int]().union(*groups) - numbers
            numbers |= new
            loose += sum(not engine.has_literal(each) for each in new)
        if said := _too_much(len(conditions), len(numbers), loose):
            problems.append(rule.source.problem(("rules", rule.index), *said))
            break
    return probes


def _too_much(conditions: int, patterns: int, loose: int) -> tuple[str, str] | None:
    """What an issue would have to pay for, whatever its text."""
    if conditions > MAX_CONDITIONS or patterns > MAX_PATTERNS:
        what = f"more than {MAX_CONDITIONS} conditions or {MAX_PATTERNS} words and patterns are in force"
        return what, "extend fewer packs, or drop dead rules"
    if loose > MAX_LOOSE:
        what = f"more than {MAX_LOOSE} patterns without a literal of three characters: each is tried on every text"
        return what, "say in each what must be there, letter by letter"
    return None


def _instead(refused: str) -> str:
    """What to write for a pattern that RE2 refuses."""
    if refused.endswith(LOOKING):
        return "no look-around: put what must not be there under not:"
    return "see rules/README.md, regex"


def _numbers(engine: Engine, leaf: Pattern, vocabularies: Mapping[str, tuple[str, ...]]) -> Iterator[list[int]]:
    match leaf:
        case Word():
            yield [engine.add_phrase(text, is_whole=True) for text in leaf.word]
        case Contains():
            yield [engine.add_phrase(text, is_whole=False) for text in leaf.contains]
        case Near():
            for group in leaf.near:
                yield [engine.add_phrase(text, is_whole=True) for text in group]
        case Vocab():
            for name in leaf.vocab:
                if name not in vocabularies:
                    raise BadPattern(f"there is no vocabulary {name!r} - {did_you_mean(name, list(vocabularies))}")
            yield [engine.add_phrase(text, is_whole=True) for name in leaf.vocab for text in vocabularies[name]]
        case Regex():
            yield [engine.add(text) for text in leaf.regex]


def _without_class(
    rules: Iterable[Written], classes: Mapping[str, tuple[Source, int, ClassEntry]]
) -> Iterator[Problem]:
    for rule in rules:
        if rule.entry.class_ not in classes:
            place, id_ = ("rules", rule.index, "class"), rule.entry.class_
            yield rule.source.problem(place, f"there is no class {id_!r}", did_you_mean(id_, list(classes)))


def _shared_labels(classes: Iterable[tuple[Source, int, ClassEntry]]) -> Iterator[Problem]:
    """One label cannot stand for two classes: nobody could say which one a person meant by it."""
    taken: dict[str, str] = {}
    for source, index, entry in classes:
        for label in entry.labels:
            if (other := taken.setdefault(label.casefold(), entry.id)) != entry.id:
                what = f"label {label!r} stands for class {other!r} already"
                yield source.problem(("classes", index, "labels"), what, "give each class a label of its own")


def _defined(
    files: Iterable[tuple[Source, RuleFile]], off: frozenset[str]
) -> dict[str, tuple[Source, int, ClassEntry]]:
    """By id, the class with its place; of several files the last says."""
    return {
        entry.id: (source, index, entry)
        for source, file in files
        for index, entry in enumerate(file.classes)
        if entry.id not in off
    }


def _adjusted(classes: Mapping[str, DefectClass], changes: Mapping[str, ClassChange]) -> Mapping[str, DefectClass]:
    return {id_: _changed(each, changes[id_]) if id_ in changes else each for id_, each in classes.items()}


def _class(entry: ClassEntry) -> DefectClass:
    return DefectClass(
        id=entry.id,
        title=entry.title,
        is_defect=entry.defect,
        severity=entry.severity,
        color=entry.color,
        labels=_labels(entry.labels, entry.title, entry.color),
        owners=_bare(entry.owners),
        rotate=entry.rotate,
        acceptance=entry.acceptance,
        validation=entry.validation,
        sla_days=entry.sla,
        threshold=entry.threshold,
        priority=entry.priority,
    )


def _changed(each: DefectClass, change: ClassChange) -> DefectClass:
    names = tuple(label.name for label in each.labels) if change.labels is None else change.labels
    title, color = change.title or each.title, change.color or each.color
    return replace(
        each,
        title=title,
        color=color,
        labels=_labels(names, title, color),
        owners=each.owners if change.owners is None else _bare(change.owners),
        severity=change.severity or each.severity,
        rotate=change.rotate or each.rotate,
        acceptance=change.acceptance or each.acceptance,
        validation=change.validation or each.validation,
        sla_days=change.sla or each.sla_days,
        threshold=change.threshold or each.threshold,
        priority=each.priority if change.priority is None else change.priority,
    )


def _bare(owners: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(owner.removeprefix("@") for owner in owners)


def _labels(names: tuple[str, ...], title: str, color: str) -> tuple[Label, ...]:
    description = f"{title} (applied by Burndown)"[:100]
    return tuple(Label(name=name, color=color, description=description) for name in names)


def _version(
    classes: Mapping[str, DefectClass], rules: Iterable[Written], vocabularies: Mapping[str, tuple[str, ...]]
) -> str:
    """Twelve hexadecimal digits that change when anything in force changes."""
    digest = hashlib.sha256(repr((sorted(classes.items()), sorted(vocabularies.items()))).encode(errors="replace"))
    for rule in rules:
        digest.update(rule.entry.model_dump_json(exclude={"tests"}, by_alias=True).encode(errors="replace"))
    return digest.hexdigest()[:12]
