"""Data becomes a model, or a list of problems in words for its author; and the JSON Schema of each model."""

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.core.config import Config
from bot.core.lint import BadRules, Source, explain
from bot.core.rules.entries import RuleFile

MAX_PROBLEMS = 100  # of one file: nobody reads more at once

Model = TypeVar("Model", bound=BaseModel)


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
    while "$ref" in node or "anyOf" in node:
        some = [each for each in node.get("anyOf", [node]) if "$ref" in each]  # what may be null, without the null
        if not some:
            break
        node = schema["$defs"][some[0]["$ref"].removeprefix("#/$defs/")]
    return node


def json_schema(which: str) -> dict[str, Any]:
    """The JSON Schema that editors check with: of rule files ("rules") or of a repository's configuration
    ("config").
    """
    model: type[BaseModel] = RuleFile if which == "rules" else Config
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_schema(model)}
