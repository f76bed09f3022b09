"""GitHub's REST answers about workflow runs and their artifacts.

A function reads or acts, and may not check who asks: the route says what is needed, `routes` enforces it.
"""

from bot.sandbox import acts, shapes
from bot.sandbox.ci import Artifact, WorkflowRun
from bot.sandbox.github import GitHub
from bot.sandbox.model import not_found
from bot.sandbox.wire.exchange import Asked, Reply, paged
from bot.sandbox.wire.rest.places import repository_in
from bot.sandbox.wire.store import STORE


def _runs(github: GitHub, asked: Asked) -> list[WorkflowRun]:
    home = repository_in(github, asked)
    return [each for each in github.state.runs.values() if each.repository is home]


def _run(github: GitHub, asked: Asked) -> WorkflowRun:
    found = next((each for each in _runs(github, asked) if each.id == int(asked.path_values[2])), None)
    if found is None:
        raise not_found()
    return found


def runs(github: GitHub, asked: Asked) -> Reply:
    """Return the workflow runs of a repository, newest first, all or those of one commit."""
    sha = asked.query.get("head_sha")
    found = [each for each in _runs(github, asked) if sha in {None, each.commit.sha}][::-1]
    api = github.state.api_url
    return paged(github, asked, found, lambda each: shapes.workflow_run(api, each), key="workflow_runs")


def run(github: GitHub, asked: Asked) -> Reply:
    return Reply(200, shapes.workflow_run(github.state.api_url, _run(github, asked)))


def artifacts(github: GitHub, asked: Asked) -> Reply:
    name = asked.query.get("name")
    found = [each for each in _run(github, asked).artifacts if name in {None, each.name}]
    return paged(github, asked, found, lambda each: _shape(github, each), key="artifacts")


def _shape(github: GitHub, it: Artifact) -> shapes.Json:
    return shapes.artifact(github.state.api_url, it, github.now())


def _artifact(github: GitHub, asked: Asked) -> Artifact:
    number = int(asked.path_values[2])
    found = (each for run in _runs(github, asked) for each in run.artifacts if each.id == number)
    if (chosen := next(found, None)) is None:
        raise not_found()
    return chosen


def artifact(github: GitHub, asked: Asked) -> Reply:
    return Reply(200, _shape(github, _artifact(github, asked)))


def archive(github: GitHub, asked: Asked) -> Reply:
    """Send the asker to the store, which is not the API."""
    name = acts.ticket(github.state, _artifact(github, asked))
    there = {"Location": f"{github.state.api_url}{STORE}{name}"}
    return Reply(302, headers=there, content_type="text/html;charset=utf-8")
