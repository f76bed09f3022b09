"""GitHub's REST answers about repositories: labels, issues, comments, files.

A function reads or acts, and may not check who asks: the route says what is needed, `routes` enforces it.
"""

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bot.sandbox import acts, shapes
from bot.sandbox.github import GitHub
from bot.sandbox.model import Issue, RefusedError, Repository, not_found
from bot.sandbox.state import blob_sha
from bot.sandbox.wire.exchange import DOCUMENTATION, Asked, Reply, paged

_ORDERS: dict[str, Callable[[Issue], tuple[Any, int]]] = {
    "created": lambda it: (it.created_at, it.id),
    "updated": lambda it: (it.updated_at, it.id),
    "comments": lambda it: (len(it.comments), it.id),
}


def repository_in(github: GitHub, asked: Asked) -> Repository:
    """Return the repository that the path names, by owner and name or by its number, if the asker sees it."""
    state, values = github.state, asked.path_values
    if asked.path.startswith("/repositories/"):
        found = state.repositories_by_id.get(int(values[0]))
    else:
        found = state.repositories.get(f"{values[0]}/{values[1]}".lower())
    if found is None or asked.viewer is None or not asked.viewer.sees(found):
        raise not_found()
    return found


def _issue(github: GitHub, asked: Asked, number: str) -> Issue:
    repository = repository_in(github, asked)
    if not repository.has_issues:
        raise RefusedError(410, "Issues are disabled for this repo")
    found = repository.issues.get(int(number))
    if found is not None:
        return found
    if int(number) not in repository.gone:
        raise not_found()
    successor = repository.gone[int(number)]
    if successor is None:
        raise RefusedError(410, "This issue was deleted")
    there = f"{github.state.api_url}/repositories/{successor.repository.id}/issues/{successor.number}"
    there += asked.path.rpartition(f"/issues/{number}")[2]
    raise RefusedError(301, "Moved Permanently", extra={"url": there}, headers={"Location": there})


def repository(github: GitHub, asked: Asked) -> Reply:
    found = repository_in(github, asked)
    return Reply(200, shapes.repository(github.state.api_url, found))


def labels(github: GitHub, asked: Asked) -> Reply:
    found = repository_in(github, asked)
    return paged(github, asked, list(found.labels.values()), lambda each: shapes.label(github.state.api_url, each))


def label(github: GitHub, asked: Asked) -> Reply:
    found = repository_in(github, asked).labels.get(asked.path_values[2].lower())
    if found is None:
        raise not_found()
    return Reply(200, shapes.label(github.state.api_url, found))


def create_label(github: GitHub, asked: Asked) -> Reply:
    given = asked.json_object()
    name, color, description = given.get("name"), given.get("color") or "ededed", given.get("description") or ""
    if not isinstance(name, str) or not isinstance(color, str) or not isinstance(description, str):
        errors = [{"resource": "Label", "code": "missing_field", "field": "name"}]
        raise RefusedError(422, "Validation Failed", extra={"errors": errors})
    made = acts.create_label(
        github.state, repository_in(github, asked), name, color, description, github.state.the_app().bot
    )
    shape = shapes.label(github.state.api_url, made)
    return Reply(201, shape, {"Location": str(shape["url"])})


def issue(github: GitHub, asked: Asked) -> Reply:
    found = _issue(github, asked, asked.path_values[-1])
    return Reply(200, shapes.issue(github.state.api_url, found, github.app))


def issues(github: GitHub, asked: Asked) -> Reply:
    found = repository_in(github, asked)
    if not found.has_issues:
        raise RefusedError(410, "Issues are disabled for this repo")
    chosen = github.state.issues_by_update(found, _since(asked))
    state = asked.query.get("state", "open")
    if state != "all":
        chosen = [each for each in chosen if each.state == state]
    order = asked.query.get("sort", "created")
    if order not in _ORDERS:
        raise RefusedError(422, "Validation Failed")
    if order != "updated":
        chosen = sorted(chosen, key=_ORDERS[order])
    if asked.query.get("direction", "desc") == "desc":
        chosen = chosen[::-1]
    return paged(github, asked, chosen, lambda each: shapes.issue(github.state.api_url, each, github.app))


def _since(asked: Asked) -> datetime | None:
    text = asked.query.get("since")
    try:
        return None if text is None else datetime.fromisoformat(text).astimezone(UTC)
    except ValueError as error:
        raise RefusedError(422, "Validation Failed") from error


def comments(github: GitHub, asked: Asked) -> Reply:
    found = _issue(github, asked, asked.path_values[-1])
    since = _since(asked)
    chosen = [each for each in found.comments if since is None or each.updated_at >= since]
    return paged(github, asked, chosen, lambda each: shapes.comment(github.state.api_url, each, github.app))


def contents(github: GitHub, asked: Asked) -> Reply:
    found, path = repository_in(github, asked), asked.path_values[2].strip("/")
    if asked.query.get("ref", found.default_branch) not in {found.default_branch, found.head, "HEAD"}:
        raise not_found(f"No commit found for the ref {asked.query['ref']}")
    content = found.files.get(path)
    if content is None:
        return _folder(github, found, path)
    if "raw" in asked.headers.get("Accept", ""):
        return Reply(200, content, content_type="application/vnd.github.raw; charset=utf-8")
    text = base64.encodebytes(content).decode()
    return Reply(200, _entry(github, found, path, "file") | {"content": text, "encoding": "base64"})


def _folder(github: GitHub, repository: Repository, path: str) -> Reply:
    start = f"{path}/" if path else ""
    inside = [name.removeprefix(start) for name in repository.files if name.startswith(start)]
    if not inside:
        raise not_found()
    kinds = {name.partition("/")[0]: "dir" if "/" in name else "file" for name in sorted(inside)}
    return Reply(200, [_entry(github, repository, start + name, kind) for name, kind in kinds.items()])


def _entry(github: GitHub, repository: Repository, path: str, kind: str) -> dict[str, Any]:
    content = repository.files.get(path, b"")
    home = f"{github.state.api_url}/repos/{repository.full_name}"
    page = f"https://github.com/{repository.full_name}/blob/{repository.default_branch}/{path}"
    sha, url = blob_sha(content), f"{home}/contents/{path}?ref={repository.default_branch}"
    git_url = f"{home}/git/blobs/{sha}"
    raw = f"https://raw.githubusercontent.com/{repository.full_name}/{repository.default_branch}/{path}"
    return {
        "name": path.rpartition("/")[2],
        "path": path,
        "sha": sha,
        "size": len(content),
        "url": url,
        "html_url": page,
        "git_url": git_url,
        "download_url": raw if kind == "file" else None,
        "type": kind,
        "_links": {"self": url, "git": git_url, "html": page},
    }


def no_route(_github: GitHub, _asked: Asked) -> Reply:
    return Reply(404, {"message": "Not Found", "documentation_url": DOCUMENTATION, "status": "404"})
