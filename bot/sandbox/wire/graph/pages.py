"""Pages of a GraphQL connection: first/after, last/before, and cursors that survive changes.

It may not know what is on the pages.
"""

import base64
import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from bot.sandbox.model import RefusedError

LARGEST_PAGE = 100

Args = Mapping[str, Any]
Key = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Bag:
    """A value that exists only in an answer: a page, a payload, a file."""

    type: str
    fields: Mapping[str, object] = field(repr=False)


@dataclass(frozen=True, slots=True)
class As:
    """A value under another type than its own: GitHub's schema shows some pull requests as issues."""

    type: str
    value: object = field(repr=False)


def page(kind: str, items: Sequence[Any], args: Args, key: Callable[[Any], Key]) -> Bag:
    """Cut a page out of items that are sorted by their keys; a cursor is the key of an item."""
    low, high = 0, len(items)
    if args.get("after") is not None:
        low = bisect_right(items, _uncursor(args["after"]), key=key)
    if args.get("before") is not None:
        high = max(low, bisect_left(items, _uncursor(args["before"]), key=key))
    first, last = args.get("first"), args.get("last")
    size = _size(first, last)
    start, end = (low, min(high, low + size)) if first is not None else (max(low, high - size), high)
    shown = items[start:end]
    info = {
        "hasNextPage": first is not None and end < high,
        "hasPreviousPage": first is None and start > low,
        "startCursor": _cursor(key(shown[0])) if shown else None,
        "endCursor": _cursor(key(shown[-1])) if shown else None,
    }
    return Bag(f"{kind}Connection", {"nodes": list(shown), "totalCount": len(items), "pageInfo": Bag("PageInfo", info)})


def page_by_id(kind: str, items: Iterable[Any], args: Args) -> Bag:
    pairs = sorted(items, key=attrgetter("id"))
    return page(kind, pairs, args, lambda each: (each.id,))


def _size(first: int | None, last: int | None) -> int:
    size = first if first is not None else last
    if size is None:
        raise RefusedError(200, "You must provide a `first` or `last` value.", "MISSING_PAGINATION_BOUNDARIES")
    if not 0 <= size <= LARGEST_PAGE:
        raise RefusedError(200, f"Requesting {size} records exceeds the limit of 100 records.", "EXCESSIVE_PAGINATION")
    return size


def _cursor(key: Key) -> str:
    return base64.b64encode(b"cursor:v2:" + json.dumps(key).encode()).decode()


def _uncursor(text: str) -> Key:
    try:
        return tuple(map(float, json.loads(base64.b64decode(text).removeprefix(b"cursor:v2:"))))
    except (ValueError, TypeError) as error:
        raise RefusedError(
            200, f"`{text}` does not appear to be a valid cursor.", "INVALID_CURSOR_ARGUMENTS"
        ) from error
