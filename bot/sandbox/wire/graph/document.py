"""Reads a GraphQL document into values: its operations, fragments and selections.

It may not know GitHub's schema, nor carry anything out.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

_TOKEN = re.compile(
    r"""(?P<skip>(?:[\s,\ufeff]|\#[^\n\r]*)+)
    |(?P<block>\"\"\"(?:[^"\\]|\\.|\"(?!\"\"))*\"\"\")
    |(?P<string>"(?:[^"\\\n]|\\.)*")
    |(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    |(?P<name>[_A-Za-z][_0-9A-Za-z]*)
    |(?P<mark>\.\.\.|[!$&()\[\]{}:=@|])""",
    re.VERBOSE,
)


class DocumentError(Exception):
    """The document or its variables cannot be carried out at all: the answer has errors and no data."""

    def __init__(self, message: str, code: str = "parseError") -> None:
        super().__init__(message)
        self.message, self.code = message, code


@dataclass(frozen=True, slots=True)
class Variable:
    name: str


@dataclass(frozen=True, slots=True)
class Condition:
    """`@include(if:)` or, with `is_skip`, `@skip(if:)`."""

    value: object
    is_skip: bool


@dataclass(frozen=True, slots=True)
class Field:
    key: str
    name: str
    arguments: Mapping[str, object]
    conditions: tuple[Condition, ...]
    selections: "tuple[Selection, ...]"


@dataclass(frozen=True, slots=True)
class Spread:
    fragment: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Inline:
    on: str | None
    conditions: tuple[Condition, ...]
    selections: "tuple[Selection, ...]"


Selection = Field | Spread | Inline


@dataclass(frozen=True, slots=True)
class Declared:
    """A declared variable; `type` is the text of its type, e.g. `[ID!]!`."""

    name: str
    type: str
    has_default: bool
    default: object


@dataclass(frozen=True, slots=True)
class Operation:
    kind: Literal["query", "mutation"]
    name: str | None
    variables: tuple[Declared, ...]
    selections: tuple[Selection, ...]


@dataclass(frozen=True, slots=True)
class Fragment:
    on: str
    selections: tuple[Selection, ...]


@dataclass(frozen=True, slots=True)
class Document:
    operations: tuple[Operation, ...]
    fragments: Mapping[str, Fragment]

    def fragment(self, name: str) -> Fragment:
        found = self.fragments.get(name)
        if found is None:
            raise DocumentError(f"Fragment {name} was used, but not defined", "useAndDefineFragment")
        return found

    def operation(self, name: str | None) -> Operation:
        if name is None and len(self.operations) == 1:
            return self.operations[0]
        if name is None:
            raise DocumentError("An operation name is required")
        for each in self.operations:
            if each.name == name:
                return each
        raise DocumentError(f'No operation named "{name}"')


@lru_cache(maxsize=256)
def parse(text: str) -> Document:
    return _Parser(text).document()


def _tokens(text: str) -> list[tuple[str, str]]:
    found, position = [], 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise DocumentError(f"Parse error on {text[position]!r}")
        if match.lastgroup and match.lastgroup != "skip":
            found.append((match.lastgroup, match[0]))
        position = match.end()
    return [*found, ("end", "")]


class _Parser:
    """A recursive descent over the tokens of one document."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._at = 0

    def document(self) -> Document:
        operations: list[Operation] = []
        fragments: dict[str, Fragment] = {}
        while self._kind != "end":
            if self._word == "fragment":
                self._take()
                name = self._name()
                self._take("on")
                fragments[name] = Fragment(self._name(), self._selections())
            else:
                operations.append(self._operation())
        return Document(tuple(operations), fragments)

    @property
    def _kind(self) -> str:
        return self._tokens[self._at][0]

    @property
    def _word(self) -> str:
        return self._tokens[self._at][1]

    def _take(self, expected: str | None = None) -> str:
        word = self._word
        if self._kind == "end" or (expected is not None and word != expected):
            raise DocumentError(f"Parse error on {word!r}, expected {expected or 'more'}")
        self._at += 1
        return word

    def _name(self) -> str:
        if self._kind != "name":
            raise DocumentError(f"Parse error on {self._word!r}, expected a name")
        return self._take()

    def _operation(self) -> Operation:
        if self._word == "{":
            return Operation("query", None, (), self._selections())
        kind = self._take()
        if kind not in {"query", "mutation"}:
            raise DocumentError(f"Parse error on {kind!r}")
        name = self._name() if self._kind == "name" else None
        variables: list[Declared] = []
        if self._word == "(":
            self._take()
            while self._word != ")":
                variables.append(self._declared())
            self._take()
        return Operation("mutation" if kind == "mutation" else "query", name, tuple(variables), self._selections())

    def _declared(self) -> Declared:
        self._take("$")
        name = self._name()
        self._take(":")
        type_ = self._type()
        if self._word != "=":
            return Declared(name, type_, has_default=False, default=None)
        self._take()
        return Declared(name, type_, has_default=True, default=self._value())

    def _type(self) -> str:
        if self._word == "[":
            self._take()
            text = f"[{self._type()}"
            text += self._take("]")
        else:
            text = self._name()
        return text + (self._take() if self._word == "!" else "")

    def _selections(self) -> tuple[Selection, ...]:
        self._take("{")
        found: list[Selection] = []
        while self._word != "}":
            found.append(self._spread() if self._word == "..." else self._field())
        self._take()
        return tuple(found)

    def _spread(self) -> Selection:
        self._take("...")
        if self._kind == "name" and self._word != "on":
            return Spread(self._name(), self._conditions())
        on = None
        if self._word == "on":
            self._take()
            on = self._name()
        return Inline(on, self._conditions(), self._selections())

    def _field(self) -> Field:
        key = name = self._name()
        if self._word == ":":
            self._take()
            name = self._name()
        arguments = self._arguments() if self._word == "(" else {}
        conditions = self._conditions()
        return Field(key, name, arguments, conditions, self._selections() if self._word == "{" else ())

    def _arguments(self) -> dict[str, object]:
        self._take("(")
        found: dict[str, object] = {}
        while self._word != ")":
            name = self._name()
            self._take(":")
            found[name] = self._value()
        self._take()
        return found

    def _conditions(self) -> tuple[Condition, ...]:
        found: list[Condition] = []
        while self._word == "@":
            self._take()
            name = self._name()
            if name not in {"include", "skip"}:
                raise DocumentError(f"Directive @{name} is not defined", "undefinedDirective")
            found.append(Condition(self._arguments().get("if"), is_skip=name == "skip"))
        return tuple(found)

    def _value(self) -> object:
        kind, word = self._kind, self._take()
        if kind == "string":
            return json.loads(word)
        if kind == "block":
            return word[3:-3].strip()
        if kind == "number":
            return json.loads(word)
        if kind == "name":
            return {"true": True, "false": False, "null": None}.get(word, word)
        if word == "$":
            return Variable(self._name())
        return self._compound(word)

    def _compound(self, opening: str) -> object:
        if opening == "[":
            items: list[object] = []
            while self._word != "]":
                items.append(self._value())
            self._take()
            return items
        if opening != "{":
            raise DocumentError(f"Parse error on {opening!r}, expected a value")
        entries: dict[str, object] = {}
        while self._word != "}":
            name = self._name()
            self._take(":")
            entries[name] = self._value()
        self._take()
        return entries
