"""Workflow runs, their artifacts, and the store that gives the archives out."""

import hashlib
import io
import zipfile

import aiohttp
import pytest

from bot.sandbox import Answer, Reset, Truncated

JUNIT = b'<testsuite tests="1"><testcase name="test_a"/></testsuite>'


@pytest.fixture
def pull(github):
    github.push("acme/widget", {"a": "1"}, by="alice")
    return github.open_pull("acme/widget", "Fix", by="bob", files={"a": "2"}, message="Fix a\n\nMore.")


@pytest.fixture
def run(github, pull):
    artifacts = {"junit": {"report.xml": JUNIT, "deep/other.xml": b"<x/>"}, "raw": b"not a zip"}
    return github.run_workflow("acme/widget", pull.head.sha, artifacts=artifacts, conclusion="failure")


@pytest.fixture
def location(client, run):
    """Where the store has the archive of an artifact."""

    async def of(index: int = 0) -> str:
        path = f"/repos/acme/widget/actions/artifacts/{run.artifacts[index].id}/zip"
        status, body, headers = await client.ask("GET", path)
        assert (status, body) == (302, "")
        return headers["Location"]

    return of


async def fetch(client, url, **headers):
    async with client.session.get(url, headers=headers) as answer:
        return answer.status, await answer.read()


async def test_a_run_is_told_when_it_is_completed(github, heard, run, pull):
    again = github.run_workflow("acme/widget", pull.head.sha, name="ci", event="push")
    first, second = await heard("workflow_run")
    assert (first["action"], first["workflow"]["name"], first["sender"]["login"]) == ("completed", "ci", "bob")
    told = first["workflow_run"]
    expected = {"id": run.id, "head_sha": pull.head.sha, "status": "completed", "conclusion": "failure"}
    expected |= {"event": "pull_request", "name": "ci", "run_number": 1, "head_branch": "bob-patch-1"}
    assert {name: told[name] for name in expected} == expected
    assert [each["number"] for each in told["pull_requests"]] == [1]
    assert (told["display_title"], told["head_repository"]["full_name"]) == ("Fix a", "acme/widget")
    assert (second["workflow_run"]["id"], second["workflow_run"]["run_number"]) == (again.id, 2)
    assert second["workflow"]["id"] == first["workflow"]["id"]


async def test_a_run_on_the_head_of_a_fork_names_the_fork_and_no_pull_request(github, heard, pull):
    fork = github.open_pull("acme/widget", "Fix", by="mallory", files={"a": "3"}, from_fork=True)
    assert fork.base_sha == pull.base_sha
    github.run_workflow("acme/widget", fork.head.sha)
    (told,) = await heard("workflow_run")
    assert told["repository"]["full_name"] == "acme/widget"
    assert told["workflow_run"]["head_repository"]["full_name"] == "mallory/widget"
    assert (told["workflow_run"]["head_branch"], told["workflow_run"]["pull_requests"]) == ("mallory-patch-2", [])


async def test_runs_and_artifacts_read_as_they_were_told(client, github, run, pull):
    path = "/repos/acme/widget/actions/runs"
    found = (await client.ask("GET", f"{path}/{run.id}"))[1]
    assert found["artifacts_url"] == f"{client.url}{path}/{run.id}/artifacts"
    github.run_workflow("acme/widget", pull.base_sha)
    _, body, _ = await client.ask("GET", f"{path}?head_sha={pull.head.sha}")
    assert (body["total_count"], body["workflow_runs"][0]["id"]) == (1, run.id)
    assert (await client.ask("GET", path))[1]["total_count"] == 2
    _, body, _ = await client.ask("GET", f"{path}/{run.id}/artifacts")
    assert (body["total_count"], [each["name"] for each in body["artifacts"]]) == (2, ["junit", "raw"])
    found = (await client.ask("GET", f"{path}/{run.id}/artifacts?name=raw"))[1]["artifacts"]
    assert [each["name"] for each in found] == ["raw"]
    digest = f"sha256:{hashlib.sha256(b'not a zip').hexdigest()}"
    assert (found[0]["digest"], found[0]["size_in_bytes"], found[0]["expired"]) == (digest, 9, False)
    assert found[0]["workflow_run"]["head_sha"] == pull.head.sha
    assert (await client.ask("GET", f"{path}/1"))[0] == 404
    assert (await client.ask("GET", "/repos/acme/widget/actions/artifacts/1"))[0] == 404


async def test_the_store_gives_the_archive_to_whoever_holds_the_ticket(client, run, location):
    url = await location()
    assert url.startswith(client.url)
    assert "/repos/" not in url
    status, body = await fetch(client, url)
    assert (status, f"sha256:{hashlib.sha256(body).hexdigest()}") == (200, run.artifacts[0].digest)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            "report.xml": JUNIT,
            "deep/other.xml": b"<x/>",
        }
    assert await fetch(client, await location(1)) == (200, b"not a zip")


async def test_the_store_refuses_whoever_shows_another_right(client, location):
    url = await location()
    status, body = await fetch(client, url, Authorization=f"Bearer {client.token}")
    assert (status, b"InvalidAuthenticationInfo" in body) == (400, True)


async def test_a_ticket_is_good_for_a_minute(client, clock, location):
    url = await location()
    clock.pass_(seconds=59)
    assert (await fetch(client, url))[0] == 200
    clock.pass_(seconds=1)
    assert (await fetch(client, url))[0] == 403
    assert (await fetch(client, url + "x"))[0] == 403


async def test_an_artifact_is_kept_for_ninety_days(client, github, clock, run):
    path = f"/repos/acme/widget/actions/artifacts/{run.artifacts[0].id}"
    clock.pass_(days=90)
    client.token = (await client.mint())[1]["token"]
    assert (await client.ask("GET", path))[1]["expired"] is True
    assert (await client.ask("GET", f"{path}/zip"))[0] == 410
    newer = github.run_workflow("acme/widget", run.commit.sha, artifacts={"junit": {}})
    path = f"/repos/acme/widget/actions/artifacts/{newer.artifacts[0].id}/zip"
    assert (await client.ask("GET", path))[0] == 302
    github.expire_artifacts(newer)
    assert (await client.ask("GET", path))[0] == 410


async def test_actions_need_the_permission_to_read_them(client, github, heard, run, pull):
    before = len(await heard("workflow_run"))
    granted = {name: level for name, level in github.installation.permissions.items() if name != "actions"}
    github.grant(github.installation, granted, by="alice")
    client.token = (await client.mint())[1]["token"]
    github.run_workflow("acme/widget", pull.head.sha)
    assert len(await heard("workflow_run")) == before
    for path in (f"runs/{run.id}", f"runs/{run.id}/artifacts", f"artifacts/{run.artifacts[0].id}/zip"):
        assert (await client.ask("GET", f"/repos/acme/widget/actions/{path}"))[0] == 403


async def test_the_store_fails_as_planned_and_costs_no_budget(client, github, location):
    url, budget = await location(), github.limits.budget(github.installation.id, "core")
    used = budget.used
    github.faults.add(Answer(503, is_html=True), on="GET /artifact-store")
    assert (await fetch(client, url))[0] == 503
    for fault in (Truncated(), Reset()):
        github.faults.add(fault, on="GET /artifact-store", times=None)  # the client repeats a GET by itself
        with pytest.raises(aiohttp.ClientError):
            await fetch(client, url)
        github.faults.clear()
    github.faults.add(Answer(500), on="GET /repos/acme/widget/actions")
    assert (await client.ask("GET", "/repos/acme/widget/actions/runs"))[0] == 500
    assert (await fetch(client, url))[0] == 200
    assert (budget.used, github.calls[-1].token, github.calls[-1].status) == (used, "none", 200)
