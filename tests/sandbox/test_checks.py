"""Check runs: written by GraphQL and by REST, read by both, and told in webhooks."""

import pytest

CREATE = """mutation($input: CreateCheckRunInput!) { createCheckRun(input: $input) { checkRun {
  id databaseId name status conclusion externalId startedAt completedAt url } } }"""
UPDATE = """mutation($input: UpdateCheckRunInput!) { updateCheckRun(input: $input) { checkRun {
  id status conclusion } } }"""
READ = """object(expression: "%s") { ... on Commit { checkSuites(first: 5, filterBy: {checkName: "%s"}) { nodes {
  checkRuns(first: 5, filterBy: {checkName: "%s"}) { nodes { databaseId name status conclusion externalId title
    summary text annotations(first: 100) { totalCount nodes { path message annotationLevel title rawDetails
      location { start { line column } end { line column } } } } } } } } } }"""

SUMMARY = {"title": "t", "summary": "s"}


def annotation(**changed):
    place = {"startLine": 3, "endLine": 3, "startColumn": 1, "endColumn": 9}
    return {"path": "a.yml", "location": place, "annotationLevel": "FAILURE", "message": "no such class"} | changed


@pytest.fixture
def pull(github):
    github.push("acme/widget", {"a.yml": "1"}, by="alice")
    return github.open_pull("acme/widget", "Rules", by="bob", files={"a.yml": "2"})


@pytest.fixture
def make(client, github, pull):
    async def made(**said):
        repository = github.repository("acme/widget").node_id
        given = {"repositoryId": repository, "headSha": pull.head.sha, "name": "burndown / rules"} | said
        return await client.query(CREATE, input=given)

    return made


async def read(client, sha, name="burndown / rules"):
    found = await client.of_repository(READ % (sha, name, name))
    return [run for suite in found["object"]["checkSuites"]["nodes"] for run in suite["checkRuns"]["nodes"]]


async def test_a_check_is_written_once_and_read_whole(client, github, make, pull):
    spots = [annotation(title="Line 3", rawDetails="raw"), annotation(location={"startLine": 4, "endLine": 7})]
    output = {"title": "2 findings", "summary": "s", "text": "t", "annotations": spots}
    answer = await make(conclusion="FAILURE", externalId="1", output=output)
    written = answer["data"]["createCheckRun"]["checkRun"]
    assert (written["status"], written["conclusion"], written["completedAt"]) == (
        "COMPLETED",
        "FAILURE",
        "2026-08-17T09:00:00Z",
    )
    (found,) = await read(client, pull.head.sha)
    assert found["databaseId"] == written["databaseId"]
    assert (found["title"], found["summary"], found["text"], found["externalId"]) == ("2 findings", "s", "t", "1")
    one, two = found["annotations"]["nodes"]
    assert one["location"] == {"start": {"line": 3, "column": 1}, "end": {"line": 3, "column": 9}}
    assert (one["annotationLevel"], one["title"], one["rawDetails"]) == ("FAILURE", "Line 3", "raw")
    assert two["location"] == {"start": {"line": 4, "column": None}, "end": {"line": 7, "column": None}}
    (write,) = github.writes
    assert (write.kind, write.value) == ("check_run", (pull.head.sha, "burndown / rules", "FAILURE"))
    assert [run.name for run in github.check_runs] == ["burndown / rules"]
    assert github.repository("acme/widget").check_runs == github.check_runs


async def test_an_update_changes_what_it_says_and_adds_its_annotations(client, github, make, pull):
    made = await make(status="IN_PROGRESS", output=SUMMARY | {"annotations": [annotation()] * 50})
    number = made["data"]["createCheckRun"]["checkRun"]["id"]
    given = {"repositoryId": github.repository("acme/widget").node_id, "checkRunId": number, "conclusion": "NEUTRAL"}
    answer = await client.query(UPDATE, input=given | {"output": SUMMARY | {"annotations": [annotation()] * 3}})
    assert answer["data"]["updateCheckRun"]["checkRun"] == {
        "id": number,
        "status": "COMPLETED",
        "conclusion": "NEUTRAL",
    }
    (found,) = await read(client, pull.head.sha)
    assert (found["annotations"]["totalCount"], found["name"]) == (53, "burndown / rules")
    assert [write.value[-1] for write in github.writes] == ["IN_PROGRESS", "NEUTRAL"]


@pytest.mark.parametrize(
    "said",
    [
        {"output": SUMMARY | {"annotations": [annotation()] * 51}},
        {"output": SUMMARY | {"summary": "s" * 65_536}},
        {"output": SUMMARY | {"text": "t" * 65_536}},
        {"output": {"title": "t"}},
        {"output": SUMMARY | {"annotations": [annotation(colour="red")]}},
        {"output": SUMMARY | {"annotations": [annotation(annotationLevel="ERROR")]}},
        {"output": SUMMARY | {"annotations": [annotation(location={"startLine": 0, "endLine": 1})]}},
        {"output": SUMMARY | {"annotations": [annotation(location={"startLine": 2, "endLine": 1})]}},
        {"output": SUMMARY | {"annotations": [annotation(location={"startLine": 1, "endLine": 2, "startColumn": 1})]}},
        {"actions": [{"label": "a", "description": "d", "identifier": "i"}] * 4},
        {"actions": [{"label": "a" * 21, "description": "d", "identifier": "i"}]},
        {"actions": [{"label": "a", "description": "d" * 41, "identifier": "i"}]},
        {"actions": [{"label": "a", "description": "d", "identifier": "i" * 21}]},
        {"status": "COMPLETED"},
        {"status": "DONE"},
        {"conclusion": "STALE"},
        {"headSha": "0" * 40},
        {"name": ""},
        {"colour": "red"},
    ],
)
async def test_a_check_that_github_would_not_take_is_refused_whole(github, make, said):
    answer = await make(**said)
    assert answer["data"] == {"createCheckRun": None}
    assert answer["errors"][0]["path"] == ["createCheckRun"]
    assert github.check_runs == github.writes == []


async def test_the_longest_that_github_takes_is_taken(make):
    actions = [{"label": "a" * 20, "description": "d" * 40, "identifier": "i" * 20}] * 3
    output = {"title": "t", "summary": "s" * 65_535, "text": "t" * 65_535, "annotations": [annotation()] * 50}
    assert "errors" not in await make(conclusion="SUCCESS", output=output, actions=actions)


async def test_checks_need_the_permission_to_write_them(client, github, make, pull):
    github.grant(github.installation, github.installation.permissions | {"checks": "read"}, by="alice")
    client.token = (await client.mint())[1]["token"]
    answer = await make(conclusion="SUCCESS")
    assert (answer["errors"][0]["type"], answer["data"]) == ("FORBIDDEN", {"createCheckRun": None})
    body = {"name": "x", "head_sha": pull.head.sha}
    assert (await client.ask("POST", "/repos/acme/widget/check-runs", json=body))[0] == 403
    assert await read(client, pull.head.sha) == []


async def test_rest_writes_and_reads_the_same_checks(client, github, pull):
    place = {"path": "a.yml", "start_line": 1, "end_line": 1, "start_column": 2, "end_column": 3}
    spots = [place | {"annotation_level": "warning", "message": "m"}]
    output = SUMMARY | {"annotations": spots}
    body = {"name": "burndown / rules", "head_sha": pull.head.sha, "status": "in_progress", "output": output}
    status, made, _ = await client.ask("POST", "/repos/acme/widget/check-runs", json=body)
    assert (status, made["status"], made["conclusion"], made["app"]["slug"]) == (201, "in_progress", None, "burndown")
    assert made["output"]["annotations_count"] == 1
    path = f"/repos/acme/widget/check-runs/{made['id']}"
    status, changed, _ = await client.ask("PATCH", path, json={"conclusion": "success", "external_id": "7"})
    assert (status, changed["status"], changed["external_id"]) == (200, "completed", "7")
    (spot,) = (await client.ask("GET", f"{path}/annotations"))[1]
    assert (spot["annotation_level"], spot["start_line"], spot["end_column"]) == ("warning", 1, 3)
    (found,) = await read(client, pull.head.sha)
    assert (found["conclusion"], found["databaseId"]) == ("SUCCESS", made["id"])
    too_many = {"output": SUMMARY | {"annotations": spots * 51}}
    assert (await client.ask("PATCH", path, json=too_many))[0] == 422
    assert (await client.ask("PATCH", "/repos/acme/widget/check-runs/1", json={}))[0] == 404
    assert len(github.writes) == 2


async def test_the_newest_of_a_name_is_the_one_that_counts(client, make, pull):
    for conclusion in ("FAILURE", "SUCCESS"):
        await make(conclusion=conclusion)
    await make(name="other", conclusion="NEUTRAL")
    assert [run["conclusion"] for run in await read(client, pull.head.sha)] == ["SUCCESS"]
    assert await read(client, pull.head.sha, "unknown") == []
    path = f"/repos/acme/widget/commits/{pull.head.sha}/check-runs"
    name = "check_name=burndown%20%2F%20rules"
    _, body, _ = await client.ask("GET", f"{path}?{name}")
    assert (body["total_count"], [run["conclusion"] for run in body["check_runs"]]) == (1, ["success"])
    assert (await client.ask("GET", f"{path}?{name}&filter=all"))[1]["total_count"] == 2
    assert (await client.ask("GET", f"{path}?{name}&status=queued"))[1]["total_count"] == 0


async def test_people_ask_for_a_check_again_or_press_its_button(github, heard, make):
    actions = [{"label": "Why", "description": "Explain", "identifier": "why"}]
    await make(conclusion="FAILURE", externalId="1", actions=actions)
    (run,) = github.check_runs
    github.rerequest(run, by="bob")
    github.press(run, "why", by="bob")
    told = await heard("check_run")
    assert [each["action"] for each in told] == ["created", "completed", "rerequested", "requested_action"]
    assert told[3]["requested_action"] == {"identifier": "why"}
    again = told[2]["check_run"]
    assert (again["id"], again["external_id"], again["head_sha"]) == (run.id, "1", run.commit.sha)
    assert [offer["number"] for offer in again["pull_requests"]] == [1]
    assert (told[2]["sender"]["login"], again["check_suite"]["head_branch"]) == ("bob", "bob-patch-1")


async def test_a_check_on_the_head_of_a_fork_names_no_pull_request(github, heard, make):
    pull = github.open_pull("acme/widget", "Rules", by="mallory", files={"a.yml": "3"}, from_fork=True)
    assert "errors" not in await make(headSha=pull.head.sha, conclusion="SUCCESS")
    (run,) = github.check_runs
    github.rerequest(run, by="mallory")
    told = (await heard("check_run"))[-1]
    assert (told["action"], told["repository"]["full_name"]) == ("rerequested", "acme/widget")
    assert told["check_run"]["pull_requests"] == told["check_run"]["check_suite"]["pull_requests"] == []
    assert told["check_run"]["check_suite"]["head_branch"] is None
