"""What rule files say (pydantic models) and what they become (one compiled Ruleset).

Reading files is rulefiles.py's work.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from bot.core.lint import BadRules, Problem, Source
from bot.core.rules.conditions import Leaf, Node, Strict, Text, Word, leaves
from bot.core.rules.engine import BadPattern, Matcher, phrase

Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:[.-][a-z0-9]+)*$", max_length=60)]
Login = Annotated[str, Field(pattern=r"^@?[A-Za-z0-9](?:[A-Za-z0-9_-]{0,38})(?:/[A-Za-z0-9._-]{1,100})?$")]
LabelName = Annotated[str, Field(min_length=1, max_length=50, pattern=r"^[^,\x00-\x1f]+$")]
Severity = Literal["S1", "S2", "S3", "S4"]
Color = Annotated[str, Field(pattern=r"^[0-9a-fA-F]{6}$")]


def _at_most_ten(owners: tuple[str, ...]) -> tuple[str, ...]:
    if len(owners) > 10:  # noqa: PLR2004 - GitHub assigns ten at most
        raise ValueError(f"{len(owners)} owners, but GitHub assigns at most 10 - name a team or fewer people")
    return owners


Owners = Annotated[tuple[Login, ...], AfterValidator(_at_most_ten)]

MAX_CONDITIONS = 2_000


class Label(Strict):
    """A label as it is created where it is missing."""

    name: LabelName
    color: Color = "ededed"
    description: Annotated[str, Field(max_length=100)] = ""


class ClassEntry(Strict):
    """One defect class (or kind of issue that is no defect) of a rule file."""

    id: Id
    title: Text
    description: Annotated[str, Field(max_length=1000)] = ""
    defect: bool = True
    severity: Severity = "S3"
    labels: tuple[LabelName, ...] = ()
    color: Color = "d4a72c"
    owners: Owners = ()
    threshold: Annotated[int, Field(ge=1, le=100)] = 5
    priority: Annotated[int, Field(ge=0, le=100)] = 50


class Samples(Strict):
    """Texts that prove a rule: the first line of each is the title, the rest the body."""

    match: Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(min_length=1)]
    no_match: Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(min_length=1, alias="no-match")]


class RuleEntry(Strict):
    """A condition that speaks for (or against) a class."""

    id: Id
    class_: Id = Field(alias="class")
    when: Node
    score: Annotated[int, Field(ge=-20, le=20)] = 5
    group: Id | None = None
    status: Literal["experimental", "stable", "deprecated"] = "stable"
    tests: Samples


class RuleFile(Strict):
    version: Literal[1]
    classes: tuple[ClassEntry, ...] = ()
    rules: tuple[RuleEntry, ...] = ()


class ClassChange(Strict):
    """What a repository says otherwise about a class of a pack; what it leaves out stays."""

    owners: Owners | None = None
    labels: tuple[LabelName, ...] | None = None
    severity: Severity | None = None
    threshold: Annotated[int, Field(ge=1, le=100)] | None = None


@dataclass(frozen=True, slots=True)
class DefectClass:
    """A class as it is in force for one repository."""

    id: str
    title: str
    is_defect: bool
    severity: str
    color: str
    labels: tuple[Label, ...]
    owners: tuple[str, ...]  # logins, without "@"
    teams: tuple[str, ...]  # org/team: named, not assigned
    threshold: int
    priority: int


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern of a leaf, by its number in the matcher."""

    number: int
    where: str


@dataclass(frozen=True)
class Ruleset:
    """Classes and rules in force, compiled, with the version that explains every later verdict."""

    version: str
    classes: Mapping[str, DefectClass]
    rules: tuple[RuleEntry, ...]
    matcher: Matcher = field(repr=False)
    patterns: Mapping[Leaf, tuple[Pattern, ...]] = field(repr=False)
    margin: int = 2

    @cached_property
    def labels(self) -> Mapping[str, DefectClass]:
        """Which class a label (case-folded) stands for."""
        return {label.name.casefold(): each for each in self.classes.values() for label in each.labels}

    @cached_property
    def owners(self) -> frozenset[str]:
        """Everybody whom some class would assign, case-folded."""
        return frozenset(owner.casefold() for each in self.classes.values() for owner in each.owners)


def compile_ruleset(files: Iterable[tuple[Source, RuleFile]]) -> Ruleset:
    """One ruleset of all files, later ones replacing by id. Raises BadRules with every problem."""
    classes: dict[str, ClassEntry] = {}
    rules: dict[str, tuple[Source, int, RuleEntry]] = {}
    for source, file in files:
        classes |= {entry.id: entry for entry in file.classes}
        rules |= {entry.id: (source, index, entry) for index, entry in enumerate(file.rules)}
    problems = [
        source.problem(("rules", index, "class"), f"there is no class {entry.class_!r}", _known(classes))
        for source, index, entry in rules.values()
        if entry.class_ not in classes
    ]
    matcher, patterns = Matcher(), {}
    for source, index, entry in rules.values():
        for leaf in leaves(entry.when):
            try:
                patterns[leaf] = _patterns(matcher, leaf)
            except BadPattern as error:
                problems.append(source.problem(("rules", index, "when"), str(error), "see rules/README.md, regex"))
    if problems:
        raise BadRules(tuple(problems))
    if len(patterns) > MAX_CONDITIONS:
        raise BadRules((_too_many(rules, len(patterns)),))
    entries = tuple(entry for _, _, entry in rules.values())
    in_force = {id_: _class(entry) for id_, entry in classes.items()}
    return Ruleset(_version(in_force, entries), in_force, entries, matcher.compile(), patterns)


def adjusted(ruleset: Ruleset, changes: Mapping[str, ClassChange]) -> Ruleset:
    """The same rules with a repository's own classes; nothing is compiled again."""
    if not changes:
        return ruleset
    classes = {id_: _changed(each, changes[id_]) if id_ in changes else each for id_, each in ruleset.classes.items()}
    return replace(ruleset, classes=classes, version=_version(classes, ruleset.rules))


def _patterns(matcher: Matcher, leaf: Leaf) -> tuple[Pattern, ...]:
    if isinstance(leaf, Word):
        return tuple(Pattern(matcher.add(phrase(text), is_whole=True), leaf.where) for text in leaf.word)
    return tuple(Pattern(matcher.add(text), leaf.where) for text in leaf.regex)


def _class(entry: ClassEntry) -> DefectClass:
    owners, teams = _people(entry.owners)
    return DefectClass(
        id=entry.id,
        title=entry.title,
        is_defect=entry.defect,
        severity=entry.severity,
        color=entry.color,
        labels=_labels(entry.labels, entry.title, entry.color),
        owners=owners,
        teams=teams,
        threshold=entry.threshold,
        priority=entry.priority,
    )


def _changed(each: DefectClass, change: ClassChange) -> DefectClass:
    owners, teams = (each.owners, each.teams) if change.owners is None else _people(change.owners)
    labels = each.labels if change.labels is None else _labels(change.labels, each.title, each.color)
    severity, threshold = change.severity or each.severity, change.threshold or each.threshold
    return replace(each, owners=owners, teams=teams, labels=labels, severity=severity, threshold=threshold)


def _people(owners: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Logins and teams, without "@"."""
    names = [owner.removeprefix("@") for owner in owners]
    return tuple(name for name in names if "/" not in name), tuple(name for name in names if "/" in name)


def _labels(names: tuple[str, ...], title: str, color: str) -> tuple[Label, ...]:
    description = f"{title} (applied by Burndown)"[:100]
    return tuple(Label(name=name, color=color, description=description) for name in names)


def _version(classes: Mapping[str, DefectClass], rules: tuple[RuleEntry, ...]) -> str:
    """Twelve hexadecimal digits that change when anything in force changes."""
    digest = hashlib.sha256(repr(sorted(classes.items())).encode(errors="replace"))
    for rule in rules:
        digest.update(rule.model_dump_json(exclude={"tests"}, by_alias=True).encode(errors="replace"))
    return digest.hexdigest()[:12]


def _known(classes: Mapping[str, ClassEntry]) -> str:
    return f"classes: {', '.join(sorted(classes)) or 'none is defined'}"


def _too_many(rules: Mapping[str, tuple[Source, int, RuleEntry]], count: int) -> Problem:
    source = next(iter(rules.values()))[0]
    return source.problem(("rules",), f"{count} conditions in force, more than {MAX_CONDITIONS}", "drop the dead ones")
