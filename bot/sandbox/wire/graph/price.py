"""What a GraphQL request costs: points by the connections that it opens, and the nodes that it may return.

It counts what is asked for; it may not look at what is there. (GitHub: rate and query limits for the GraphQL API.)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.sandbox.wire.graph.document import Document, Field, Operation, Selection, Spread, Variable

MOST_NODES = 500_000
REQUESTS_PER_POINT = 100


@dataclass(frozen=True, slots=True)
class Price:
    cost: int = 1
    nodes: int = 0


def price(document: Document, operation: Operation, variables: Mapping[str, object]) -> Price:
    requests, nodes = _count(document, operation.selections, variables, 1)
    return Price(max(1, round(requests / REQUESTS_PER_POINT)), nodes)


def _count(
    document: Document, selections: Sequence[Selection], variables: Mapping[str, object], parents: int
) -> tuple[int, int]:
    """Return the requests and the nodes below `parents` things, each of which has these fields."""
    requests = nodes = 0
    for each in selections:
        if any(bool(_value(one.value, variables)) is one.is_skip for one in each.conditions):
            continue
        size = 0
        if isinstance(each, Field):
            asked = (_value(each.arguments.get(name), variables) for name in ("first", "last"))
            size = next((count for count in asked if isinstance(count, int)), 0)
        inner = document.fragment(each.fragment).selections if isinstance(each, Spread) else each.selections
        below = _count(document, inner, variables, parents * size if size else parents)
        requests += below[0] + (parents if size else 0)
        nodes += below[1] + parents * size
    return requests, nodes


def _value(value: object, variables: Mapping[str, object]) -> object:
    return variables.get(value.name) if isinstance(value, Variable) else value
