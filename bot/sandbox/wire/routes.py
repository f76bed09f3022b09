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
from bot.sandbox.wire.exchange import DOCUMENTATION, Answerer, Asked, Reply
from bot.sandbox.wire.rest import actions, apps, code, issues, people
from bot.sandbox.wire.rest.places import repository_in

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
    _app("GET", "/repos/*/*/installation", apps.installation_of_repository),
    Route("GET", _pattern("/rate_limit"), "either", None, apps.rate_limit),
    _on("GET", "/installation/repositories", "metadata", apps.repositories),
    _on("GET", "/orgs/*/teams/*/members", "members", people.team_members),
    _on("GET", "/repos/*/*", "metadata", code.repository),
    _on("GET", "/repos/*/*/collaborators/*/permission", "metadata", people.permission),
    _on("GET", "/repos/*/*/labels", "issues", issues.labels),
    _on("POST", "/repos/*/*/labels", "issues", issues.create_label),
    _on("GET", "/repos/*/*/labels/*", "issues", issues.label),
    _on("GET", "/repos/*/*/issues", "issues", issues.issues),
    _on("GET", "/repos/*/*/issues/#", "issues", issues.issue),
    _on("GET", "/repos/*/*/issues/#/comments", "issues", issues.comments),
    _on("GET", "/repos/*/*/issues/#/reactions", "issues", issues.reactions_to_issue),
    _on("POST", "/repos/*/*/issues/#/reactions", "issues", issues.react_to_issue),
    _on("GET", "/repos/*/*/issues/comments/#", "issues", issues.comment),
    _on("DELETE", "/repos/*/*/issues/comments/#", "issues", issues.delete_comment),
    _on("GET", "/repos/*/*/issues/comments/#/reactions", "issues", issues.reactions_to_comment),
    _on("POST", "/repos/*/*/issues/comments/#/reactions", "issues", issues.react_to_comment),
    _on("GET", "/repos/*/*/contents/...", "contents", code.contents),
    _on("GET", "/repos/*/*/pulls/#", "pull_requests", code.pull),
    _on("GET", "/repos/*/*/pulls/#/files", "pull_requests", code.pull_files),
    _on("GET", "/repos/*/*/compare/*", "contents", code.comparison),
    _on("GET", "/repos/*/*/commits/*/pulls", "pull_requests", code.pulls_of_commit),
    _on("GET", "/repos/*/*/commits/*/check-runs", "checks", code.check_runs),
    _on("GET", "/repos/*/*/check-runs/#", "checks", code.check_run),
    _on("GET", "/repos/*/*/check-runs/#/annotations", "checks", code.annotations),
    _on("POST", "/repos/*/*/check-runs", "checks", code.create_check_run),
    _on("PATCH", "/repos/*/*/check-runs/#", "checks", code.update_check_run),
    _on("GET", "/repos/*/*/actions/runs", "actions", actions.runs),
    _on("GET", "/repos/*/*/actions/runs/#", "actions", actions.run),
    _on("GET", "/repos/*/*/actions/runs/#/artifacts", "actions", actions.artifacts),
    _on("GET", "/repos/*/*/actions/artifacts/#", "actions", actions.artifact),
    _on("GET", "/repos/*/*/actions/artifacts/#/zip", "actions", actions.archive),
    _on("GET", "/repositories/#", "metadata", code.repository),
    _on("GET", "/repositories/#/issues/#", "issues", issues.issue),
    _on("GET", "/repositories/#/issues/#/comments", "issues", issues.comments),
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
        return Reply(404, {"message": "Not Found", "documentation_url": DOCUMENTATION, "status": "404"})
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
    if asked.path.startswith("/repo") and route.needs != "app":
        repository_in(github, asked)
    if route.permission is not None and not viewer.may(*route.permission):
        raise forbidden()
