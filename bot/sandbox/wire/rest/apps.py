"""GitHub's REST answers to the App about itself: its installations, tokens, webhook deliveries and budgets.

A function reads or acts, and may not check who asks: the route says what is needed, `routes` enforces it.
"""

import base64
import json

from bot.sandbox import access, shapes
from bot.sandbox.github import GitHub
from bot.sandbox.hooks import HookDelivery
from bot.sandbox.limits import Resource
from bot.sandbox.model import Installation, RefusedError, not_found
from bot.sandbox.wire.exchange import Asked, Reply, link, paged

_RESOURCES: tuple[Resource, ...] = ("core", "graphql")


def app(github: GitHub, _asked: Asked) -> Reply:
    counted = {"installations_count": len(github.state.installations)}
    return Reply(200, shapes.app_shape(github.state.api_url, github.app) | counted)


def installations(github: GitHub, asked: Asked) -> Reply:
    found = list(github.state.installations.values())
    return paged(github, asked, found, lambda each: shapes.installation(github.state.api_url, each, github.app))


def _installation(github: GitHub, asked: Asked) -> Installation:
    found = github.state.installations.get(int(asked.path_values[0]))
    if found is None:
        raise not_found()
    return found


def installation(github: GitHub, asked: Asked) -> Reply:
    return Reply(200, shapes.installation(github.state.api_url, _installation(github, asked), github.app))


def installation_of_repository(github: GitHub, asked: Asked) -> Reply:
    found = github.state.repositories.get("/".join(asked.path_values).lower())
    if found is None or found.installation is None:
        raise not_found()
    return Reply(200, shapes.installation(github.state.api_url, found.installation, github.app))


def access_token(github: GitHub, asked: Asked) -> Reply:
    token, is_narrowed = access.mint(github.state, int(asked.path_values[0]), asked.json_object())
    github.books.token_mints[token.installation.id] += 1
    body: dict[str, object] = {
        "token": token.text,
        "expires_at": shapes.stamp(token.expires_at),
        "permissions": dict(token.permissions),
        "repository_selection": "selected",
    }
    if is_narrowed and token.repository_ids is not None:
        chosen = [github.state.repositories_by_id[each] for each in sorted(token.repository_ids)]
        body["repositories"] = [shapes.repository(github.state.api_url, each) for each in chosen]
    return Reply(201, body)


def repositories(github: GitHub, asked: Asked) -> Reply:
    assert asked.viewer is not None, "the route asks for an installation"
    found = asked.viewer.repositories()
    return paged(github, asked, found, lambda each: shapes.repository(github.state.api_url, each), key="repositories")


def deliveries(github: GitHub, asked: Asked) -> Reply:
    found = [each for each in github.hooks.recent() if _is_wanted(each, asked)]
    cursor, size = asked.query.get("cursor"), asked.page_size
    if cursor is not None:
        newest = _uncursor(cursor)
        found = [each for each in found if each.id <= newest]
    headers = {}
    if len(found) > size:
        headers["Link"] = link(github, asked, {"next": {"cursor": _cursor(found[size].id)}})
    return Reply(200, [_delivery(each) for each in found[:size]], headers)


def _is_wanted(delivery: HookDelivery, asked: Asked) -> bool:
    """Filter by status as GitHub does: "failure" means a code from 400 to 599, so a time-out is neither."""
    match asked.query.get("status"):
        case "success":
            return delivery.status_code in range(200, 400)
        case "failure":
            return delivery.status_code in range(400, 600)
        case _:
            return True


def _cursor(number: int) -> str:
    return "v1_" + base64.urlsafe_b64encode(str(number).encode()).decode()


def _uncursor(text: str) -> int:
    try:
        return int(base64.urlsafe_b64decode(text.removeprefix("v1_")))
    except ValueError as error:
        raise RefusedError(422, "Invalid cursor") from error


def _delivery(it: HookDelivery) -> dict[str, object]:
    assert it.delivered_at is not None, "the log holds attempts that were made"
    return {
        "id": it.id,
        "guid": it.guid,
        "delivered_at": shapes.stamp(it.delivered_at),
        "redelivery": it.is_redelivery,
        "duration": it.duration_seconds,
        "status": it.status,
        "status_code": it.status_code,
        "event": it.event,
        "action": it.action,
        "installation_id": it.installation_id,
        "repository_id": it.repository_id,
        "throttled_at": None,
    }


def delivery(github: GitHub, asked: Asked) -> Reply:
    found = github.hooks.attempt(int(asked.path_values[0]))
    request = {"headers": dict(found.headers), "payload": _parsed(found.body)}
    response = {"headers": found.response_headers, "payload": found.response_body}
    return Reply(200, _delivery(found) | {"url": found.url, "request": request, "response": response})


def _parsed(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError:
        return None


def redeliver(github: GitHub, asked: Asked) -> Reply:
    github.hooks.redeliver(github.hooks.attempt(int(asked.path_values[0])).guid)
    return Reply(202, {})


def rate_limit(github: GitHub, asked: Asked) -> Reply:
    who = asked.viewer.installation if asked.viewer is not None else None
    resources = {each: _budget(github, who.id if who else 0, each) for each in _RESOURCES}
    return Reply(200, {"resources": resources, "rate": resources["core"]})


def _budget(github: GitHub, key: int, resource: Resource) -> dict[str, int | str]:
    budget, limit = github.limits.budget(key, resource), github.limits.per_hour[resource]
    return {
        "limit": limit,
        "used": budget.used,
        "remaining": max(0, limit - budget.used),
        "reset": int(budget.reset_at.timestamp()),
        "resource": resource,
    }
