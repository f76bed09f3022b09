"""Check suites and check runs in GitHub's GraphQL schema.

A field reads or acts for the one who asks, and may not check GitHub's rules of conduct: `acts` does.
"""

from collections.abc import Mapping
from typing import Any

from bot.sandbox import acts, shapes
from bot.sandbox.model import CheckRun, CheckSuite, Repository, not_found
from bot.sandbox.wire.checkwish import wish_of
from bot.sandbox.wire.graph.execute import Execution
from bot.sandbox.wire.graph.pages import Args, Bag, page, page_by_id
from bot.sandbox.wire.graph.schema.common import CONNECTION, Fields, bag, done, node, read, stamp

_APP = {"id": "node_id", "databaseId": "id", "slug": "slug", "name": "name"}


def _latest(runs: list[CheckRun]) -> list[CheckRun]:
    """Return of each name the newest one: a check that was made again has replaced its elder."""
    return list({each.name: each for each in runs}.values())


def _runs(_run: Execution, it: CheckSuite, args: Args) -> Bag:
    asked = args.get("filterBy") or {}
    found = it.runs if asked.get("checkType") == "ALL" else _latest(it.runs)
    if (name := asked.get("checkName")) is not None:
        found = [each for each in found if each.name == name]
    if (status := asked.get("status")) is not None:
        found = [each for each in found if each.status == status]
    return page_by_id("CheckRun", found, args)


def _annotations(_run: Execution, it: CheckRun, args: Args) -> Bag:
    numbered = [_annotation(index, each) for index, each in enumerate(it.annotations)]
    return page("CheckAnnotation", numbered, args, lambda one: (one.fields["databaseId"],))


def _annotation(index: int, it: Any) -> Bag:
    start = Bag("CheckAnnotationPosition", {"line": it.start_line, "column": it.start_column})
    end = Bag("CheckAnnotationPosition", {"line": it.end_line, "column": it.end_column})
    fields = {"path": it.path, "message": it.message, "title": it.title, "rawDetails": it.raw_details}
    fields |= {"databaseId": index, "annotationLevel": it.level}
    return Bag("CheckAnnotation", fields | {"location": Bag("CheckAnnotationSpan", {"start": start, "end": end})})


def _home(run: Execution, given: Mapping[str, Any]) -> Repository:
    found = node(run, given["repositoryId"])
    if not isinstance(found, Repository):
        raise not_found(f"Could not resolve to Repository node with the global id of '{given['repositoryId']}'.")
    run.require("checks", "write")
    return found


def _create(run: Execution, _root: None, args: Args) -> Bag:
    given = args["input"]
    made = acts.create_check_run(run.state, _home(run, given), given["headSha"], wish_of(given), run.actor)
    return done("CreateCheckRun", given, checkRun=made)


def _update(run: Execution, _root: None, args: Args) -> Bag:
    given = args["input"]
    home, found = _home(run, given), node(run, given["checkRunId"])
    if not isinstance(found, CheckRun) or found.repository is not home:
        raise not_found(f"Could not resolve to CheckRun node with the global id of '{given['checkRunId']}'.")
    acts.update_check_run(run.state, found, wish_of(given), run.actor)
    return done("UpdateCheckRun", given, checkRun=found)


MUTATIONS: Fields = {"createCheckRun": _create, "updateCheckRun": _update}

TYPES: dict[str, Fields] = {
    "CheckSuite": {
        **read(id=lambda it: it.node_id, databaseId=lambda it: it.id, commit=lambda it: it.commit),
        "app": lambda run, _it, _args: run.github.app,
        "checkRuns": _runs,
    },
    "CheckRun": {
        **read(
            id=lambda it: it.node_id,
            databaseId=lambda it: it.id,
            name=lambda it: it.name,
            status=lambda it: it.status,
            conclusion=lambda it: it.conclusion,
            externalId=lambda it: it.external_id,
            detailsUrl=lambda it: it.details_url,
            title=lambda it: it.title,
            summary=lambda it: it.summary,
            text=lambda it: it.text,
            startedAt=lambda it: stamp(it.started_at),
            completedAt=lambda it: stamp(it.completed_at),
            url=shapes.check_page,
            permalink=shapes.check_page,
            checkSuite=lambda it: it.suite,
            repository=lambda it: it.repository,
        ),
        "annotations": _annotations,
    },
    "App": read(
        id=lambda it: it.node_id, databaseId=lambda it: it.id, slug=lambda it: it.slug, name=lambda it: it.name
    ),
    "CheckAnnotation": bag("path", "message", "title", "rawDetails", "databaseId", "annotationLevel", "location"),
    "CheckAnnotationSpan": bag("start", "end"),
    "CheckAnnotationPosition": bag("line", "column"),
    "CheckSuiteConnection": CONNECTION,
    "CheckRunConnection": CONNECTION,
    "CheckAnnotationConnection": CONNECTION,
    "CreateCheckRunPayload": bag("clientMutationId", "checkRun"),
    "UpdateCheckRunPayload": bag("clientMutationId", "checkRun"),
}
