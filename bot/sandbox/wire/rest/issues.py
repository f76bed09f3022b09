"""GitHub's REST answers about labels, issues, comments and reactions.

A function reads or acts, and may not check who asks: the route says what is needed, `routes` enforces it.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bot.sandbox import acts, shapes
from bot.sandbox.github import GitHub
from bot.sandbox.model import Comment, Issue, RefusedError, not_found
from bot.sandbox.wire.exchange import Asked, Reply, paged
from bot.sandbox.wire.rest.places import issue_in, repository_in

_ORDERS: dict[str, Callable[[Issue], tuple[Any, int]]] = {
    "created": lambda it: (it.created_at, it.id),
    "updated": lambda it: (it.updated_at, it.id),
    "comments": lambda it: (len(it.comments), it.id),
}


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
    found = issue_in(github, asked, asked.path_values[-1])
    return Reply(200, shapes.issue(github.state.api_url, found, github.app))


def issues(github: GitHub, asked: Asked) -> Reply:
    """Return issues, and pull requests with them."""
    found = repository_in(github, asked)
    if not found.has_issues:
        raise RefusedError(410, "Issues are disabled for this repo")
    since = _since(asked)
    pulls = [each for each in found.pulls.values() if since is None or each.updated_at >= since]
    chosen = [*github.state.issues_by_update(found, since), *pulls]
    state = asked.query.get("state", "open")
    if state != "all":
        chosen = [each for each in chosen if each.state == state]
    order = asked.query.get("sort", "created")
    if order not in _ORDERS:
        raise RefusedError(422, "Validation Failed")
    if pulls or order != "updated":
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
    found = issue_in(github, asked, asked.path_values[-1])
    since = _since(asked)
    chosen = [each for each in found.comments if since is None or each.updated_at >= since]
    return paged(github, asked, chosen, lambda each: shapes.comment(github.state.api_url, each, github.app))


def _comment(github: GitHub, asked: Asked) -> Comment:
    home, number = repository_in(github, asked), int(asked.path_values[-1])
    for issue in (*home.issues.values(), *home.pulls.values()):
        for each in issue.comments:
            if each.id == number:
                return each
    raise not_found()


def comment(github: GitHub, asked: Asked) -> Reply:
    return Reply(200, shapes.comment(github.state.api_url, _comment(github, asked), github.app))


def delete_comment(github: GitHub, asked: Asked) -> Reply:
    acts.delete_comment(github.state, _comment(github, asked), github.app.bot)
    return Reply(204)


def react_to_comment(github: GitHub, asked: Asked) -> Reply:
    return _react(github, asked, _comment(github, asked))


def react_to_issue(github: GitHub, asked: Asked) -> Reply:
    return _react(github, asked, issue_in(github, asked, asked.path_values[-1]))


def _react(github: GitHub, asked: Asked, subject: Comment | Issue) -> Reply:
    contents = {name: content for content, name in shapes.REACTIONS.items()}
    content = contents.get(str(asked.json_object().get("content")), "")
    made, is_new = acts.react(github.state, subject, content, github.app.bot)
    return Reply(201 if is_new else 200, shapes.reaction(github.state.api_url, made))


def reactions_to_comment(github: GitHub, asked: Asked) -> Reply:
    return _reactions(github, asked, _comment(github, asked))


def reactions_to_issue(github: GitHub, asked: Asked) -> Reply:
    return _reactions(github, asked, issue_in(github, asked, asked.path_values[-1]))


def _reactions(github: GitHub, asked: Asked, subject: Comment | Issue) -> Reply:
    wanted = asked.query.get("content")
    found = [each for each in subject.reactions if wanted in {None, shapes.REACTIONS[each.content]}]
    return paged(github, asked, found, lambda each: shapes.reaction(github.state.api_url, each))
