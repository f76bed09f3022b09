"""One request and its answer as values, so that what GitHub answers is a function without I/O.

It may not know what any request means.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from bot.sandbox.access import Viewer
from bot.sandbox.github import GitHub
from bot.sandbox.model import RefusedError

DOCUMENTATION = "https://docs.github.com/rest"
DEFAULT_PAGE, LARGEST_PAGE = 30, 100


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, read to its end. `path` is still percent-encoded, `path_values` is not."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    viewer: Viewer | None = None
    path_values: Sequence[str] = ()

    def json(self) -> Any:
        try:
            return json.loads(self.body) if self.body else {}
        except ValueError as error:
            raise RefusedError(400, "Problems parsing JSON") from error

    def json_object(self) -> dict[str, Any]:
        found = self.json()
        if not isinstance(found, dict):
            raise RefusedError(400, "Body should be a JSON object")
        return found

    def number(self, name: str, default: int) -> int:
        text = self.query.get(name, "")
        return int(text) if text.isdecimal() else default

    @property
    def page_size(self) -> int:
        return max(1, min(self.number("per_page", DEFAULT_PAGE), LARGEST_PAGE))


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer; a body that is not bytes is written as JSON, and None means that there is none."""

    status: int
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json; charset=utf-8"

    def encoded(self) -> bytes:
        if self.body is None:
            return b""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


Answerer = Callable[[GitHub, Asked], Reply]


def refusal(error: RefusedError) -> Reply:
    body: dict[str, object] = {"message": error.message, **error.extra}
    body |= {"documentation_url": DOCUMENTATION, "status": str(error.status)}
    return Reply(error.status, body, error.headers)


def paged(github: GitHub, asked: Asked, items: Sequence[Any], shape: Callable[[Any], object], key: str = "") -> Reply:
    """Return one numbered page of items, with links to the others; under `key` with a total where GitHub does so."""
    size, page = asked.page_size, max(1, asked.number("page", 1))
    last = max(1, -(-len(items) // size))
    others = {"prev": page - 1, "first": 1} if page > 1 else {}
    others |= {"next": page + 1, "last": last} if page < last else {}
    shown = [shape(item) for item in items[(page - 1) * size : page * size]]
    headers = {"Link": link(github, asked, {name: {"page": str(number)} for name, number in others.items()})}
    return Reply(200, {"total_count": len(items), key: shown} if key else shown, headers if others else {})


def link(github: GitHub, asked: Asked, others: Mapping[str, Mapping[str, str]]) -> str:
    """Write a Link header: relation name -> the query values that differ from the present request."""
    here = github.state.api_url + asked.path
    return ", ".join(f'<{here}?{urlencode({**asked.query, **new})}>; rel="{name}"' for name, new in others.items())
