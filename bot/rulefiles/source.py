"""Hostile YAML in, plain data with the place of every value out, or what is wrong with it. Knows no models.

YAML is taken as a stream of parser events and built here, so that depth, size, anchors, tags and duplicate keys are
refused before anything is built (PyYAML's own constructors crash or explode on such files), scalars follow YAML 1.2,
and every value has a place.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import re2
import yaml

from bot.core.lint import BadRules, Path, Place, Problem, Source, short

MAX_BYTES = 64 * 1024
MAX_DEPTH = 12
MAX_NODES = 10_000

_PLAIN = {"": None, "~": None, "null": None, "Null": None, "NULL": None, "true": True, "True": True, "TRUE": True}
_PLAIN |= {"false": False, "False": False, "FALSE": False}
_INTEGER = re2.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re2.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?")


def blob_sha(text: bytes) -> str:
    """The name that git gives to these bytes."""
    return hashlib.sha1(b"blob %d\0%b" % (len(text), text), usedforsecurity=False).hexdigest()


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
            return Source(file, None, {}, blob_sha(text))
        data = building.node(next(building.events), ())
        next(building.events)  # the document's end
        extra = next(building.events)
        if not isinstance(extra, yaml.StreamEndEvent):
            raise building.refuse(extra, "a second document", "keep one document in a file")
    except UnicodeDecodeError as error:
        raise BadRules((Problem(Place(file), "", f"is not UTF-8 at byte {error.start}"),)) from None
    except yaml.YAMLError as error:
        raise BadRules((_syntax(file, error),)) from None
    return Source(file, data, building.places, blob_sha(text))


def _syntax(file: str, error: yaml.YAMLError) -> Problem:
    what = getattr(error, "problem", None) or getattr(error, "reason", None) or "cannot be read"
    return Problem(_place(file, getattr(error, "problem_mark", None)), "", f"not YAML: {what}")


def _place(file: str, mark: Any) -> Place:
    return Place(file, *_line_and_column(mark)) if mark else Place(file)


def _line_and_column(mark: Any) -> tuple[int, int]:
    return mark.line + 1, mark.column + 1
