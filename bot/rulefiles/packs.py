"""The packs of a deployment, and the policy that they and a repository's own files come to. Fetches nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath

from cachetools import LRUCache

from bot.core import config as config_model
from bot.core.config import Config
from bot.core.document.templates import Boilerplate, boilerplate
from bot.core.lint import BadRules, Place, Problem, Source, did_you_mean
from bot.core.model import Mode
from bot.core.people.owners import code_owners
from bot.core.policy import Files, Outline, Policy
from bot.core.rules.entries import RuleFile
from bot.core.rules.ruleset import Ruleset, adjusted, compile_ruleset, defect_classes
from bot.rulefiles.check import check
from bot.rulefiles.prove import prove
from bot.rulefiles.source import read_yaml

MAX_FILES = 50  # of a repository's own rules

Entries = tuple[tuple[Source, RuleFile], ...]


@dataclass(frozen=True, slots=True)
class Packs:
    """The rule packs of a deployment, read and proven by their own samples."""

    files: Mapping[str, Entries]
    _compiled: LRUCache[tuple[object, ...], Ruleset] = field(default_factory=lambda: LRUCache(maxsize=64))

    def policy(self, files: Files, default_mode: Mode) -> Policy:
        """What a repository's files come to. Raises BadRules with the problems of all of them."""
        config, own = self.own(files, default_mode)
        ruleset = self.ruleset(config, own)
        if problems := tuple(prove(own, ruleset)):
            raise BadRules(problems)
        owners = None if files.codeowners is None else code_owners(files.codeowners)
        return Policy(config, ruleset, _boilerplate(files), owners, files)

    def ruleset(self, config: Config, own: Entries = ()) -> Ruleset:
        """What is in force under a configuration. Rules are compiled once per choice of packs and own files.

        Raises BadRules.
        """
        key = (config.extends, config.disable, tuple((source.file, source.sha) for source, _ in own))
        if key not in self._compiled:
            self._compiled[key] = compile_ruleset(self._chosen(config, own), config.disable)
        return adjusted(self._compiled[key], config.classes)

    def outline(self, files: Files, default_mode: Mode) -> Outline:
        """The same policy, as far as it can be told without compiling a rule. Raises BadRules."""
        config, own = self.own(files, default_mode)
        return Outline(config, defect_classes(self._chosen(config, own), config.disable, config.classes))

    def own(self, files: Files, default_mode: Mode) -> tuple[Config, Entries]:
        """Configuration and rules of a repository, not yet proven. Raises BadRules with the problems of every file."""
        problems: list[Problem] = []
        own: list[tuple[Source, RuleFile]] = []
        config, source = config_model.default(default_mode), None
        if len(files.rules) > MAX_FILES:
            place = Place(config_model.RULES)
            problems.append(Problem(place, "", f"more than {MAX_FILES} rule files", "put rules together"))
        for path, text in [*files.rules.items()][:MAX_FILES]:
            try:
                read = read_yaml(path, text.encode(errors="replace"))
                own.append((read, check(read, RuleFile)))
            except BadRules as error:
                problems += error.problems
        if files.config is not None:
            try:
                source = read_yaml(config_model.PATH, files.config.encode(errors="replace"))
                config = check(source, Config)
            except BadRules as error:
                problems += error.problems
        if not problems and source:
            problems += self._unknown(source, config, tuple(own))
        if problems:
            raise BadRules(tuple(problems))
        return config, tuple(own)

    def _chosen(self, config: Config, own: Entries) -> Entries:
        return (*(each for pack in config.extends for each in self.files[pack]), *own)

    def _unknown(self, source: Source, config: Config, own: Entries) -> Iterator[Problem]:
        """Packs, classes and rules that do not exist: a typing mistake must not silently change nothing."""
        packs = [pack for pack in config.extends if pack not in self.files]
        for pack in packs:
            place = ("extends", config.extends.index(pack))
            yield source.problem(place, f"there is no pack {pack!r}", did_you_mean(pack, list(self.files)))
        if packs:
            return
        files = [file for pack in config.extends for _, file in self.files[pack]] + [file for _, file in own]
        classes = {entry.id for file in files for entry in file.classes}
        known = classes | {entry.id for file in files for entry in file.rules}
        chosen = config.tranche.classes if config.tranche else ()
        named: dict[tuple[str | int, ...], str] = {("classes", id_): id_ for id_ in config.classes}
        named |= {("tranche", "classes", number): id_ for number, id_ in enumerate(chosen)}
        for where, id_ in named.items():
            if id_ not in classes:
                yield source.problem(where, f"there is no class {id_!r}", did_you_mean(id_, list(classes)))
        for number, id_ in enumerate(config.disable):
            if id_ not in known:
                what = f"there is no rule or class {id_!r}"
                yield source.problem(("disable", number), what, did_you_mean(id_, list(known)))
        yield from _shared_labels(source, config, {entry.id: entry.labels for file in files for entry in file.classes})


def load_packs(directory: FilePath) -> Packs:
    """Every pack below a directory, each rule proven by its samples.

    Raises BadRules with every problem of every file.
    """
    packs, problems = read_packs(directory)
    for entries in packs.files.values():
        try:
            problems += prove(entries, compile_ruleset(entries))  # what the samples made the engine remember is let go
        except BadRules as error:
            problems += error.problems
    if problems:
        raise BadRules(tuple(problems))
    return packs


def read_packs(directory: FilePath) -> tuple[Packs, list[Problem]]:
    """Every pack below a directory, not yet proven, and what is wrong with files that cannot be read."""
    problems: list[Problem] = []
    files: dict[str, list[tuple[Source, RuleFile]]] = {}
    for path in sorted(directory.glob("*/*.yml")):
        try:
            source = read_yaml(path.relative_to(directory).as_posix(), path.read_bytes())
            files.setdefault(path.parent.name, []).append((source, check(source, RuleFile)))
        except BadRules as error:
            problems += error.problems
    if not files and not problems:
        problems.append(Problem(Place(directory.name), "", "no rule files", "set RULES_DIR to a directory of packs"))
    return Packs({name: tuple(each) for name, each in files.items()}), problems


def _shared_labels(source: Source, config: Config, labels: Mapping[str, tuple[str, ...]]) -> Iterator[Problem]:
    """A label that a repository gives to two classes could be read back as neither."""
    chosen = {id_: labels.get(id_, ()) for id_ in labels if id_ not in config.disable}
    chosen |= {id_: change.labels for id_, change in config.classes.items() if change.labels is not None}
    taken: dict[str, str] = {}
    for id_, names in chosen.items():
        for name in names:
            if (other := taken.setdefault(name.casefold(), id_)) != id_:
                place = ("classes", id_ if id_ in config.classes else other, "labels")
                yield source.problem(place, f"label {name!r} stands for {other!r} and for {id_!r}", "use two labels")


def _boilerplate(files: Files) -> Boilerplate:
    """What every issue of the repository begins with; a form that cannot be read masks nothing."""
    return boilerplate(*templates(files))


def templates(files: Files) -> tuple[list[str], list[Mapping[str, object]]]:
    """Markdown templates, and forms as data."""
    markdown = [text for path, text in files.templates.items() if not path.endswith((".yml", ".yaml"))]
    forms: list[Mapping[str, object]] = []
    for path, text in files.templates.items():
        if path.endswith((".yml", ".yaml")):
            try:
                data = read_yaml(path, text.encode(errors="replace")).data
            except BadRules:
                continue
            if isinstance(data, dict):
                forms.append(data)
    return markdown, forms
