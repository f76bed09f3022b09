"""The answer to POST /graphql: what was asked is read, carried out, and its failures put into words.

It may not know any type or field: `schema` does.
"""

import json
from dataclasses import dataclass
from typing import Any

from bot.sandbox.access import require_not_suspended
from bot.sandbox.faults import Partial
from bot.sandbox.github import GitHub
from bot.sandbox.model import RefusedError
from bot.sandbox.wire.exchange import Asked, Reply
from bot.sandbox.wire.graph import schema
from bot.sandbox.wire.graph.document import DocumentError, parse
from bot.sandbox.wire.graph.execute import Execution
from bot.sandbox.wire.graph.price import MOST_NODES, price


@dataclass(frozen=True, slots=True)
class Glance:
    """What the body of a GraphQL request shows before it is carried out."""

    operation: str | None
    is_mutation: bool
    cost: int = 1


def glance(body: bytes) -> Glance:
    """Look at a body of unknown quality; what cannot be read is no mutation."""
    try:
        asked = json.loads(body)
        document = parse(asked["query"])
        operation = document.operation(asked.get("operationName"))
        cost = price(document, operation, asked.get("variables") or {}).cost
    except (ValueError, TypeError, KeyError, AttributeError, DocumentError):
        return Glance(None, is_mutation=False)
    return Glance(operation.name, operation.kind == "mutation", cost)


def answer(github: GitHub, asked: Asked, failing: Partial | None) -> Reply:
    """Answer a GraphQL request of a known asker; `failing` is the one part of it that is to fail."""
    viewer = asked.viewer
    if viewer is None or viewer.installation is None:
        raise RefusedError(401, "This endpoint requires you to be authenticated.")
    require_not_suspended(viewer.installation)
    given = asked.json_object()
    text, variables = given.get("query"), given.get("variables") or {}
    if not isinstance(text, str):
        return _errors("A query attribute must be specified and must be a string.")
    if not isinstance(variables, dict):
        return _errors("Variables must be an object.")
    try:
        return Reply(200, _run(github, asked, given, failing))
    except DocumentError as error:
        return _errors(error.message, error.code)


def _run(github: GitHub, asked: Asked, given: dict[str, Any], failing: Partial | None) -> dict[str, object]:
    assert asked.viewer is not None, "the caller found an installation"
    document = parse(given["query"])
    operation = document.operation(given.get("operationName"))
    variables = given.get("variables") or {}
    due = price(document, operation, variables)
    if due.nodes > MOST_NODES:
        message = f"This query requests up to {due.nodes:,} possible nodes which exceeds the maximum of {MOST_NODES:,}."
        return {"errors": [{"type": "MAX_NODE_LIMIT_EXCEEDED", "message": message}]}
    execution = Execution(github, asked.viewer, due, schema.TYPES, schema.type_of, schema.is_a)
    return execution.run(document, operation, variables, failing)


def _errors(message: str, code: str | None = None) -> Reply:
    error: dict[str, object] = {"message": message}
    return Reply(200, {"errors": [error if code is None else error | {"extensions": {"code": code}}]})
