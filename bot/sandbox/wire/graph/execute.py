"""Carries out one GraphQL operation: variables, conditions, fragments, partial failure.

It may not know any type of GitHub's by name: `schema` does.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.sandbox.access import Viewer
from bot.sandbox.faults import Partial
from bot.sandbox.github import GitHub
from bot.sandbox.model import RefusedError, User, forbidden
from bot.sandbox.wire.graph.document import (
    Condition,
    Declared,
    Document,
    DocumentError,
    Field,
    Inline,
    Operation,
    Selection,
    Variable,
)
from bot.sandbox.wire.graph.pages import As
from bot.sandbox.wire.graph.price import Price

Resolver = Callable[["Execution", Any, Mapping[str, Any]], object]
Path = tuple[str | int, ...]

_SCALARS = (str, int, float, bool)
_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "ID": (str, int),
    "Int": (int,),
    "Float": (int, float),
    "String": (str,),
    "Boolean": (bool,),
    "DateTime": (str,),
}


class Execution:
    """One operation under way: what it may see, and the errors met so far."""

    def __init__(
        self,
        github: GitHub,
        viewer: Viewer,
        due: Price,
        types: Mapping[str, Mapping[str, Resolver]],
        type_of: Callable[[object], str],
        is_a: Callable[[str, str], bool],
    ) -> None:
        self.github, self.state, self.viewer, self.price = github, github.state, viewer, due
        self.errors: list[dict[str, object]] = []
        self._types, self._type_of, self._is_a = types, type_of, is_a
        self._document = Document((), {})
        self._variables: Mapping[str, object] = {}
        self._failing: Partial | None = None

    @property
    def actor(self) -> User:
        return self.state.the_app().bot

    def require(self, permission: str, level: str) -> None:
        if not self.viewer.may(permission, level):
            raise forbidden()

    def run(
        self, document: Document, operation: Operation, variables: Mapping[str, object], failing: Partial | None
    ) -> dict[str, object]:
        """Return `data`, and `errors` if there were any; the parts of a mutation are done in order, each on its own."""
        self._document, self._failing = document, failing
        self._variables = _coerced(operation.variables, variables)
        root = "Mutation" if operation.kind == "mutation" else "Query"
        fields = self._collect(root, operation.selections)
        for same in fields.values():
            self._resolver(root, same[0])
        data = {key: self._field(None, root, same, (key,)) for key, same in fields.items()}
        return {"data": data, "errors": self.errors} if self.errors else {"data": data}

    def _collect(
        self, type_: str, selections: Sequence[Selection], into: dict[str, list[Field]] | None = None
    ) -> dict[str, list[Field]]:
        found = {} if into is None else into
        for each in selections:
            if not all(self._holds(condition) for condition in each.conditions):
                continue
            if isinstance(each, Field):
                found.setdefault(each.key, []).append(each)
                continue
            part = each if isinstance(each, Inline) else self._document.fragment(each.fragment)
            if part.on is None or self._is_a(type_, part.on):
                self._collect(type_, part.selections, found)
        return found

    def _holds(self, condition: Condition) -> bool:
        return bool(self._value(condition.value)) is not condition.is_skip

    def _value(self, value: object) -> Any:
        if isinstance(value, Variable):
            if value.name not in self._variables:
                raise DocumentError(f"Variable ${value.name} is used but not declared", "variableNotDefined")
            return self._variables[value.name]
        if isinstance(value, list):
            return [self._value(each) for each in value]
        if isinstance(value, dict):
            return {key: self._value(each) for key, each in value.items()}
        return value

    def _resolver(self, type_: str, field: Field) -> Resolver:
        if field.name == "__typename":
            return lambda _run, _it, _arguments: type_
        found = self._types.get(type_, {}).get(field.name)
        if found is None:
            raise DocumentError(f"Field '{field.name}' doesn't exist on type '{type_}'", "undefinedField")
        return found

    def _field(self, it: object, type_: str, same: Sequence[Field], path: Path) -> object:
        field = same[0]
        resolver = self._resolver(type_, field)
        try:
            self._fail_if_planned(path)
            value = resolver(self, it, {name: self._value(each) for name, each in field.arguments.items()})
        except RefusedError as error:
            self.errors.append({"type": error.kind, "path": list(path), "message": error.message})
            return None
        return self._complete(value, [each for one in same for each in one.selections], path)

    def _fail_if_planned(self, path: Path) -> None:
        if self._failing is not None and self._failing.path == ".".join(map(str, path)):
            raise RefusedError(403, self._failing.message, self._failing.kind)

    def _complete(self, value: object, selections: Sequence[Selection], path: Path) -> object:
        if value is None or isinstance(value, _SCALARS):
            return value
        if isinstance(value, list | tuple):
            return [self._complete(each, selections, (*path, index)) for index, each in enumerate(value)]
        type_ = self._type_of(value)
        value = value.value if isinstance(value, As) else value
        if not selections:
            raise DocumentError(f"Field must have selections (returns {type_})", "selectionMismatch")
        fields = self._collect(type_, selections)
        return {key: self._field(value, type_, same, (*path, key)) for key, same in fields.items()}


def _coerced(declared: Sequence[Declared], given: Mapping[str, object]) -> dict[str, object]:
    found: dict[str, object] = {}
    for each in declared:
        value = given.get(each.name, each.default if each.has_default else None)
        if not _fits(value, each.type):
            message = f"Variable ${each.name} of type {each.type} was provided invalid value"
            raise DocumentError(message, "INVALID_VARIABLE")
        found[each.name] = value
    return found


def _fits(value: object, type_: str) -> bool:
    if value is None:
        return not type_.endswith("!")
    type_ = type_.removesuffix("!")
    if type_.startswith("["):
        items = value if isinstance(value, list) else [value]
        return all(_fits(each, type_[1:-1]) for each in items)
    wanted = _PYTHON_TYPES.get(type_)
    if wanted is None:
        return True
    return isinstance(value, wanted) and (isinstance(value, bool) is (type_ == "Boolean"))
