"""What GraphQL and REST say of a check run, read into one form.

It refuses what has not the form of such a request; it may not judge what is asked for: `acts` does.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.sandbox.acts import CheckWish
from bot.sandbox.model import Action, Annotation, RefusedError

_GRAPH = {
    "repositoryId", "checkRunId", "headSha", "clientMutationId", "name", "status", "conclusion", "startedAt",
    "completedAt", "detailsUrl", "externalId", "output", "actions",
}  # fmt: skip
_OUTPUT = {"title", "summary", "text", "annotations", "images"}
_SPOT = {"path", "location", "annotationLevel", "title", "message", "rawDetails"}
_LOCATION = {"startLine", "endLine", "startColumn", "endColumn"}


def wish_of(given: Mapping[str, Any]) -> CheckWish:
    """Read the input of `createCheckRun` or `updateCheckRun`."""
    _only(given, _GRAPH)
    output = given.get("output") or {}
    if output:
        _only(output, _OUTPUT)
        _need(output, "title", "summary")
    actions = given.get("actions")
    return CheckWish(
        name=given.get("name"),
        status=given.get("status"),
        conclusion=given.get("conclusion"),
        started_at=_moment(given.get("startedAt")),
        completed_at=_moment(given.get("completedAt")),
        details_url=given.get("detailsUrl"),
        external_id=given.get("externalId"),
        title=output.get("title"),
        summary=output.get("summary"),
        text=output.get("text"),
        annotations=[_annotation(each) for each in output.get("annotations") or ()],
        actions=None if actions is None else [_action(each) for each in actions],
    )


def graph_form(given: Mapping[str, Any]) -> dict[str, Any]:
    """Write REST's form of a check run in GraphQL's: other names, other letters, lines not in a folder of their own."""
    said = {_camel(key): value for key, value in given.items()}
    for name in ("status", "conclusion"):
        if isinstance(said.get(name), str):
            said[name] = said[name].upper()
    if isinstance(output := said.get("output"), dict):
        spots = [_graph_spot(each) for each in output.get("annotations") or ()]
        said["output"] = {**output, "annotations": spots}
    return said


def _graph_spot(given: Mapping[str, Any]) -> dict[str, Any]:
    said = {_camel(key): value for key, value in given.items()}
    location = {key: said.pop(key) for key in list(said) if key in _LOCATION}
    return {**said, "annotationLevel": str(said.get("annotationLevel")).upper(), "location": location}


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(each.title() for each in others)


def _annotation(given: Mapping[str, Any]) -> Annotation:
    _only(given, _SPOT)
    _need(given, "path", "location", "annotationLevel", "message")
    at = given["location"]
    _only(at, _LOCATION)
    _need(at, "startLine", "endLine")
    return Annotation(
        given["path"],
        at["startLine"],
        at["endLine"],
        at.get("startColumn"),
        at.get("endColumn"),
        given["annotationLevel"],
        given["message"],
        given.get("title"),
        given.get("rawDetails"),
    )


def _action(given: Mapping[str, Any]) -> Action:
    names = ("label", "description", "identifier")
    _only(given, set(names))
    _need(given, *names)
    return Action(*(given[name] for name in names))


def _only(given: Mapping[str, Any], known: set[str]) -> None:
    if unknown := sorted(set(given) - known):
        raise RefusedError(422, f"Field is not defined: {', '.join(unknown)}", "argumentNotAccepted")


def _need(given: Mapping[str, Any], *names: str) -> None:
    if missing := [name for name in names if given.get(name) is None]:
        raise RefusedError(422, f"Expected value to not be null: {', '.join(missing)}", "missingRequiredInputObject")


def _moment(text: str | None) -> datetime | None:
    try:
        return None if text is None else datetime.fromisoformat(text).astimezone(UTC)
    except ValueError as error:
        raise RefusedError(422, f"{text} is not a time") from error
