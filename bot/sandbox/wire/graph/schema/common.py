"""What the types of the schema have in common: how a field reads, what an answer holds, what an id names.

It may not know any type's fields.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.sandbox import shapes
from bot.sandbox.model import (
    CheckRun,
    CheckSuite,
    Comment,
    Commit,
    Issue,
    Label,
    Pull,
    RefusedError,
    Repository,
    User,
    forbidden,
    not_found,
)
from bot.sandbox.wire.graph.execute import Execution, Resolver
from bot.sandbox.wire.graph.pages import Args, Bag

Fields = dict[str, Resolver]


def read(**fields: Callable[[Any], object]) -> Fields:
    """Make fields that need neither arguments nor the one who asks."""

    def resolver(get: Callable[[Any], object]) -> Resolver:
        return lambda _run, it, _args: get(it)

    return {name: resolver(get) for name, get in fields.items()}


def bag(*names: str) -> Fields:
    """Make the fields of a value that exists only in an answer."""

    def resolver(name: str) -> Resolver:
        return lambda _run, it, _args: it.fields[name]

    return {name: resolver(name) for name in names}


def listed(given: object) -> list[Any]:
    """Return a list argument: GraphQL takes one value for a list of it."""
    if given is None:
        return []
    return given if isinstance(given, list) else [given]


def _of_page(name: str) -> Resolver:
    def resolver(_run: Execution, it: Bag, _args: Args) -> object:
        if name not in it.fields:
            raise RefusedError(200, "You must provide a `first` or `last` value.", "MISSING_PAGINATION_BOUNDARIES")
        return it.fields[name]

    return resolver


CONNECTION: Fields = {**bag("totalCount"), "nodes": _of_page("nodes"), "pageInfo": _of_page("pageInfo")}


def stamp(at: datetime | None) -> str | None:
    return shapes.stamp_or_none(at)


def alive(user: User | None) -> User | None:
    return None if user is None or user.is_deleted else user


def node(run: Execution, number: str) -> object:
    """Return what a global id names, if the asker may see where it is."""
    found = run.state.nodes.get(number)
    home = _home(found)
    if found is None or (home is not None and not run.viewer.sees(home)):
        raise not_found(f"Could not resolve to a node with the global id of '{number}'")
    return found


def _home(it: object) -> Repository | None:
    match it:
        case Repository():
            return it
        case Issue() | Label() | Commit() | CheckSuite() | CheckRun():
            return it.repository
        case Comment():
            return it.issue.repository
        case _:
            return None


def require_write(run: Execution, issue: Issue) -> None:
    """Refuse who may not write to it; for a pull request the permission for either kind is enough."""
    permissions = ("issues", "pull_requests") if isinstance(issue, Pull) else ("issues",)
    if not any(run.viewer.may(permission, "write") for permission in permissions):
        raise forbidden()


def done(mutation: str, given: Args, **fields: object) -> Bag:
    return Bag(f"{mutation}Payload", {"clientMutationId": given.get("clientMutationId"), **fields})
