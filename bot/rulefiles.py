"""Reads rule files and configuration: hostile YAML in, checked models or every problem out. Decides nothing.

YAML is taken as a stream of parser events and built here, so that depth, size, anchors, tags and duplicate keys are
refused before anything is built (PyYAML's own constructors crash or explode on such files), scalars follow YAML 1.2,
and every value has a place.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path as FilePath
from typing import Any, TypeVar

import re2
import yaml
from cachetools import LRUCache
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.core import config as config_model
from bot.core.config import Config
from bot.core.lint import BadRules, Path, Place, Problem, Source, did_you_mean, explain, short
from bot.core.model import Mode
from bot.core.rules.classify import matches
from bot.core.rules.ruleset import RuleEntry, RuleFile, Ruleset, adjusted, compile_ruleset

MAX_BYTES = 64 * 1024
MAX_DEPTH = 12
MAX_NODES = 10_000
MAX_PROBLEMS = 100  # of one file: nobody reads more at once

Model = TypeVar("Model", bound=BaseModel)

_PLAIN = {"": None, "~": None, "null": None, "Null": None, "NULL": None, "true": True, "True": True, "TRUE": True}
_PLAIN |= {"false": False, "False": False, "FALSE": False}
_INTEGER = re2.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re2.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?")


@dataclass
class _Building:
    """A YAML document under construction, event by event."""

    file: str
    events: Iterator[Any]
    places: dict[Path, tuple[int, int]] = field(default_factory=dict)
    nodes: int = 0

    def refuse(self, event: Any, what: str, instead: str = "") -> BadRules:
        return BadRules((Problem(_place(self.file, event.start_mark), "", short(what), instead),))

    def node(self, event: Any, path: Path) -> Any:
        self.nodes += 1
        self.places[path] = _line_and_column(event.start_mark)
        if self.nodes > MAX_NODES:
            raise self.refuse(event, f"more than {MAX_NODES} values", "split the file")
        if len(path) > MAX_DEPTH:
            raise self.refuse(event, f"nested deeper than {MAX_DEPTH}", "flatten it")
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise self.refuse(event, "anchors and aliases are not taken", "write the value out")
        if event.tag is not None:
            raise self.refuse(event, f"tag {event.tag} is not taken", "write the plain value")
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event)
        return self.sequence(path) if isinstance(event, yaml.SequenceStartEvent) else self.mapping(path)

    def scalar(self, event: Any) -> Any:
        text = event.value
        if not event.implicit[0]:  # quoted
            return text
        if text in _PLAIN:
            return _PLAIN[text]
        if _INTEGER.fullmatch(text):
            return int(text)
        return float(text) if _FLOAT.fullmatch(text) else text

    def sequence(self, path: Path) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.node(event, (*path, len(items))))
        return items

    def mapping(self, path: Path) -> dict[str, Any]:
        items: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise self.refuse(event, "a key must be a plain word")
            if event.anchor is not None or event.tag is not None:
                raise self.refuse(event, "anchors and tags are not taken", "write the plain key")
            if event.value == "<<":
                raise self.refuse(event, "merge keys are not taken", "write the keys out")
            if event.value in items:
                raise self.refuse(event, f"key {event.value!r} stands twice", "keep one")
            items[event.value] = self.node(next(self.events), (*path, event.value))
            self.places[(*path, event.value)] = _line_and_column(event.start_mark)
        return items


def read_yaml(file: str, text: bytes) -> Source:
    """A YAML file's data with the place of every value. Raises BadRules; never anything else, whatever the bytes
    are.
    """
    if len(text) > MAX_BYTES:
        raise BadRules((Problem(Place(file), "", f"{len(text)} bytes, more than {MAX_BYTES}", "split the file"),))
    try:
        events = yaml.parse(text.decode(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        building = _Building(file, (e for e in events if not isinstance(e, yaml.StreamStartEvent)))
        if isinstance(next(building.events), yaml.StreamEndEvent):
            return Source(file, None, {})
        data = building.node(next(building.events), ())
        next(building.events)  # the document's end
        extra = next(building.events)
        if not isinstance(extra, yaml.StreamEndEvent):
            raise building.refuse(extra, "a second document", "keep one document in a file")
    except UnicodeDecodeError as error:
        raise BadRules((Problem(Place(file), "", f"is not UTF-8 at byte {error.start}"),)) from None
    except yaml.YAMLError as error:
        raise BadRules((_syntax(file, error),)) from None
    return Source(file, data, building.places)


def _syntax(file: str, error: yaml.YAMLError) -> Problem:
    what = getattr(error, "problem", None) or getattr(error, "reason", None) or "cannot be read"
    return Problem(_place(file, getattr(error, "problem_mark", None)), "", f"not YAML: {what}")


def _place(file: str, mark: Any) -> Place:
    return Place(file, *_line_and_column(mark)) if mark else Place(file)


def _line_and_column(mark: Any) -> tuple[int, int]:
    return mark.line + 1, mark.column + 1


def check(source: Source, model: type[Model]) -> Model:
    """A source as a model. Raises BadRules with every problem at its line and column."""
    try:
        return model.model_validate(source.data)
    except ValidationError as error:
        found = error.errors(include_url=False)[:MAX_PROBLEMS]
        raise BadRules(
            tuple(explain(source, each, _known_keys(model, each["loc"])) for each in found if not _is_echo(each, found))
        ) from None


def _is_echo(error: ErrorDetails, found: list[ErrorDetails]) -> bool:
    """A list that is too short only because its items were refused."""
    loc = error["loc"]
    return error["type"] == "too_short" and any(each["loc"][: len(loc)] == loc for each in found if each is not error)


def _known_keys(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """The keys that are allowed beside an unknown one: found in the generated JSON Schema."""
    schema = _schema(model)
    node: Any = schema
    for part in loc[:-1]:
        node = _deref(schema, node)
        if isinstance(part, int):
            node = node.get("items", {})
        elif part in node.get("properties", {}):
            node = node["properties"][part]
        elif "patternProperties" in node:
            node = next(iter(node["patternProperties"].values()))
        else:  # the tag of a union
            node = next(
                (each for each in node.get("oneOf", []) if part in _deref(schema, each).get("properties", {})), node
            )
    return sorted(_deref(schema, node).get("properties", {}))


@cache
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema(by_alias=True)


def _deref(schema: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in node:
        node = schema["$defs"][node["$ref"].removeprefix("#/$defs/")]
    return node


@dataclass(frozen=True, slots=True)
class Packs:
    """The rule packs of a deployment, read and proven by their own samples."""

    files: Mapping[str, tuple[tuple[Source, RuleFile], ...]]
    _compiled: LRUCache[tuple[str, ...], Ruleset] = field(default_factory=lambda: LRUCache(maxsize=64))
    _adjusted: LRUCache[str, Ruleset] = field(default_factory=lambda: LRUCache(maxsize=1_000))

    def ruleset(self, config: Config) -> Ruleset:
        """What is in force under a configuration; rules are compiled once per choice of packs. Raises BadRules."""
        key = config.model_dump_json(include={"extends", "classes"})
        if key not in self._adjusted:
            self._adjusted[key] = adjusted(self._of(config.extends), config.classes)
        return self._adjusted[key]

    def _of(self, packs: tuple[str, ...]) -> Ruleset:
        if packs not in self._compiled:
            self._compiled[packs] = compile_ruleset([each for pack in packs for each in self.files[pack]])
        return self._compiled[packs]

    def read_config(self, text: str | None, default_mode: Mode) -> Config:
        """A repository's configuration, from the text of its file or the deployment's default. Raises BadRules."""
        if text is None:
            return config_model.default(default_mode)
        source = read_yaml(config_model.PATH, text.encode(errors="replace"))
        config = check(source, Config)
        if problems := tuple(self._unknown(source, config)):
            raise BadRules(problems)
        return config

    def _unknown(self, source: Source, config: Config) -> Iterator[Problem]:
        """Packs and classes that do not exist: a typing mistake must not silently change nothing."""
        packs = [pack for pack in config.extends if pack not in self.files]
        for pack in packs:
            place = ("extends", config.extends.index(pack))
            yield source.problem(place, f"there is no pack {pack!r}", did_you_mean(pack, list(self.files)))
        if not packs:
            known = list(self._of(config.extends).classes)
            for id_ in config.classes:
                if id_ not in known:
                    yield source.problem(("classes", id_), f"there is no class {id_!r}", did_you_mean(id_, known))


def load_packs(directory: FilePath) -> Packs:
    """Every pack below a directory, each rule proven by its samples.

    Raises BadRules with every problem of every file.
    """
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
    packs = Packs({name: tuple(each) for name, each in files.items()})
    for name in files:
        try:
            problems += prove(Packs(packs.files), name)  # what the samples made the engine remember is let go
        except BadRules as error:
            problems += error.problems
    if problems:
        raise BadRules(tuple(problems))
    return packs


def prove(packs: Packs, pack: str) -> Iterator[Problem]:
    """A problem for every id that stands twice, and for every sample that contradicts its rule."""
    ruleset = packs.ruleset(Config(version=1, extends=(pack,)))
    rules = [(source, index, rule) for source, file in packs.files[pack] for index, rule in enumerate(file.rules)]
    times = Counter(rule.id for _, _, rule in rules)
    seen: set[str] = set()
    for source, index, rule in rules:
        if rule.id in seen:
            yield source.problem(("rules", index, "id"), f"{rule.id} stands twice in this pack", "rename one")
        elif times[rule.id] == 1:
            yield from _contradictions(ruleset, source, index, rule)
        seen.add(rule.id)


def _contradictions(ruleset: Ruleset, source: Source, index: int, rule: RuleEntry) -> Iterator[Problem]:
    for key, samples, expected in (("match", rule.tests.match, True), ("no-match", rule.tests.no_match, False)):
        for number, sample in enumerate(samples):
            if matches(rule, sample, ruleset) is not expected:
                what = "the rule does not match this sample" if expected else "the rule matches this sample"
                yield source.problem(("rules", index, "tests", key, number), f"{rule.id}: {what}")


def json_schema(which: str) -> dict[str, Any]:
    """The JSON Schema that editors check with: of rule files ("rules") or of a repository's configuration
    ("config").
    """
    model: type[BaseModel] = RuleFile if which == "rules" else Config
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_schema(model)}
