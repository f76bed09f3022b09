"""Which REST request is answered by what, and what its asker needs.

It finds and checks; it may not answer by itself.
"""

import re
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import unquote

from bot.sandbox.access import require_not_suspended
from bot.sandbox.github import GitHub
from bot.sandbox.model import RefusedError, forbidden
from bot.sandbox.wire import apps, rest
from bot.sandbox.wire.exchange import Answerer, Asked, Reply

_SEGMENT, _NUMBER, _REST = r"([^/]+)", r"(\d{1,18})", r"(.*)"


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    pattern: re.Pattern[str]
    needs: Literal["app", "installation", "either"]
    permission: tuple[str, str] | None
    answer: Answerer
    is_content: bool = False


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(path.replace("*", _SEGMENT).replace("#", _NUMBER).replace("...", _REST))


def _app(method: str, path: str, answer: Answerer) -> Route:
    return Route(method, _pattern(path), "app", None, answer)


def _on(method: str, path: str, permission: str, answer: Answerer) -> Route:
    level = "read" if method == "GET" else "write"
    return Route(method, _pattern(path), "installation", (permission, level), answer, is_content=method != "GET")


ROUTES = (
    _app("GET", "/app", apps.app),
    _app("GET", "/app/installations", apps.installations),
    _app("GET", "/app/installations/#", apps.installation),
    _app("POST", "/app/installations/#/access_tokens", apps.access_token),
    _app("GET", "/app/hook/deliveries", apps.deliveries),
    _app("GET", "/app/hook/deliveries/#", apps.delivery),
    _app("POST", "/app/hook/deliveries/#/attempts", apps.redeliver),
    Route("GET", _pattern("/rate_limit"), "either", None, apps.rate_limit),
    _on("GET", "/installation/repositories", "metadata", apps.repositories),
    _on("GET", "/repos/*/*", "metadata", rest.repository),
    _on("GET", "/repos/*/*/labels", "issues", rest.labels),
    _on("POST", "/repos/*/*/labels", "issues", rest.create_label),
    _on("GET", "/repos/*/*/labels/*", "issues", rest.label),
    _on("GET", "/repos/*/*/issues", "issues", rest.issues),
    _on("GET", "/repos/*/*/issues/#", "issues", rest.issue),
    _on("GET", "/repos/*/*/issues/#/comments", "issues", rest.comments),
    _on("GET", "/repos/*/*/contents/...", "contents", rest.contents),
    _on("GET", "/repositories/#", "metadata", rest.repository),
    _on("GET", "/repositories/#/issues/#", "issues", rest.issue),
    _on("GET", "/repositories/#/issues/#/comments", "issues", rest.comments),
)


def find(method: str, path: str) -> tuple[Route, tuple[str, ...]] | None:
    for route in ROUTES:
        if route.method == method and (found := route.pattern.fullmatch(path)):
            return route, tuple(unquote(value) for value in found.groups())
    return None


def answer(github: GitHub, asked: Asked) -> Reply:
    """Answer a REST request of a known asker."""
    found = find(asked.method, asked.path)
    if found is None:
        return rest.no_route(github, asked)
    route, values = found
    asked = replace(asked, path_values=values)
    _check(github, asked, route)
    return route.answer(github, asked)


def _check(github: GitHub, asked: Asked, route: Route) -> None:
    viewer = asked.viewer
    if viewer is None:
        raise RefusedError(401, "Requires authentication")
    if viewer.installation is not None:
        require_not_suspended(viewer.installation)
    if route.needs == "app" and viewer.kind != "app":
        raise RefusedError(401, "A JSON web token could not be decoded")
    if route.needs == "installation" and viewer.kind != "installation":
        raise forbidden("You must authenticate with an installation access token for this endpoint.")
    if asked.path.startswith("/repo"):
        rest.repository_in(github, asked)
    if route.permission is not None and not viewer.may(*route.permission):
        raise forbidden()
