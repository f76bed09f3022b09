"""dbt: the tests that YAML lists below models, columns, sources and units; and SQL files, each one a test itself.

Composes YAML's nodes and constructs no object from them.
"""

from bisect import bisect_right
from collections.abc import Iterator
from itertools import chain, takewhile
from posixpath import basename, splitext
from typing import Any

import re2
import yaml

from bot.core.evidence.model import Symbol
from bot.symbols.limits import Budget

_RESOURCES = ("models", "seeds", "snapshots", "sources", "analyses", "tables", "columns")
MAX_DEPTH = 4  # source, table, column: an alias may pretend to nest deeper
MAX_ENTRIES = 20_000

_LISTS = ("tests", "data_tests")
_CONFIG = re2.compile(r"\{\{\s*config\s*\(([^{}]*)\)\s*\}\}")
_OFF = re2.compile(r"(?i)\benabled\s*=\s*false\b|\bseverity\s*=\s*[\"']warn")

Entry = tuple[Any, tuple[str, ...], int]  # a node, the names around it, the line of what disables it


class Unreadable(ValueError):
    """It is not YAML."""


def read_dbt(path: str, text: str) -> list[Symbol]:
    """The tests of a file of a dbt project. Raises Unreadable for YAML that is none."""
    if path.lower().endswith(".sql"):
        return _sql(path, text)
    try:
        root = yaml.compose(f"{text}\n", Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise Unreadable from error
    filled = [
        at for at, row in enumerate(text.split("\n"), start=1) if row.strip() and not row.lstrip().startswith("#")
    ]
    budget = Budget()
    found = takewhile(budget.takes, chain(_units(root), _listed(root)))
    return sorted((_placed(each, filled) for each in found), key=lambda each: each.first)


def _sql(path: str, text: str) -> list[Symbol]:
    """A singular test has the name of its file."""
    config = _CONFIG.search(text)
    off = text.count("\n", 0, config.start()) + 1 if config and _OFF.search(config.group(1)) else 0
    return [Symbol(splitext(basename(path))[0], (), 1, text.count("\n") + (not text.endswith("\n")) or 1, off)]


def _placed(each: Symbol, filled: list[int]) -> Symbol:
    """YAML ends a block where the next begins; we end it at its last line that says something."""
    last = filled[max(bisect_right(filled, each.last) - 1, 0)] if filled else each.first
    return Symbol(each.name, each.scope, each.first, max(each.first, last), each.skipped)


def _units(root: Any) -> Iterator[Symbol]:
    for node in _items(_get(root, "unit_tests")):
        if name := _text(_get(node, "name")):
            yield _symbol(name, (_text(_get(node, "model")),), node, _off(node))


def _listed(root: Any) -> Iterator[Symbol]:
    """The entries below every resource."""
    todo: list[Entry] = [(root, (), 0)]
    seen = 0
    while todo and (seen := seen + 1) <= MAX_ENTRIES:
        node, names, off = todo.pop()
        for key in _LISTS:
            for test in _items(_get(node, key)) if names else ():
                yield from _test(test, names, off)
        for key in reversed(_RESOURCES):
            below = reversed(_items(_get(node, key))) if len(names) < MAX_DEPTH else ()
            todo += [(each, (*names, _text(_get(each, "name"))), off or _disabled(each)) for each in below]


def _test(node: Any, names: tuple[str, ...], off: int) -> Iterator[Symbol]:
    if isinstance(node, yaml.ScalarNode):
        yield _symbol(node.value, names, node, off)
    elif isinstance(node, yaml.MappingNode) and node.value:
        key, arguments = node.value[0]
        name = (
            _text(_get(arguments, "name")) or _text(_get(node, "name")) or _text(_get(node, "test_name")) or _text(key)
        )
        yield _symbol(name, names, node, _off(arguments) or _off(node) or off)


def _symbol(name: str, scope: tuple[str, ...], node: Any, off: int) -> Symbol:
    is_block = not isinstance(node, yaml.ScalarNode) and not node.flow_style
    last = node.end_mark.line + (not is_block)  # a block ends where the next one begins
    return Symbol(name, tuple(filter(None, scope)), node.start_mark.line + 1, max(last, node.start_mark.line + 1), off)


def _off(node: Any) -> int:
    """The line that disables a test, or lets it only warn."""
    for each in (node, _get(node, "config")):
        severity = _get(each, "severity")
        if _text(severity).lower() == "warn":
            return int(severity.start_mark.line) + 1
    return _disabled(node) or _disabled_here(node)


def _disabled(node: Any) -> int:
    return _disabled_here(_get(node, "config"))


def _disabled_here(node: Any) -> int:
    enabled = _get(node, "enabled")
    return int(enabled.start_mark.line) + 1 if _text(enabled).lower() == "false" else 0


def _get(node: Any, name: str) -> Any:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value == name:
                return value
    return None


def _items(node: Any) -> list[Any]:
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _text(node: Any) -> str:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""
