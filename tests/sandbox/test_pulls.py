"""Pull requests: what GraphQL and REST say of them, and what is told when people do something."""

import pytest

FIELDS = """id number title body state isDraft merged baseRefName baseRefOid headRefOid headRefName isCrossRepository
  author { login __typename } url permalink labels(first: 10) { nodes { name } } changedFiles additions deletions
  baseRef { name target { oid } }"""


@pytest.fixture
def base(github):
    return github.push("acme/widget", {"a": "1\n2\n", "b": "1\n", "old.yml": "same\n"}, by="alice")


@pytest.fixture
def pull(github, base):
    assert base.sha == github.repository("acme/widget").head
    return github.open_pull("acme/widget", "Rules", "Better.", by="bob", files={"a": "1\n3\n4\n", "new": "x\n"})


async def test_a_pull_request_is_numbered_with_the_issues_and_reads_whole(client, github, base):
    github.open_issue("acme/widget", "Crash", by="bob")
    pull = github.open_pull("acme/widget", "Rules", "Better.", by="mallory", files={"a": None}, from_fork=True)
    github.label(pull, "bug", by="carol")
    found = (await client.of_repository(f"pullRequest(number: 2) {{ {FIELDS} }}"))["pullRequest"]
    page = "https://github.com/acme/widget/pull/2"
    assert found == {
        "id": pull.node_id,
        "number": 2,
        "title": "Rules",
        "body": "Better.",
        "state": "OPEN",
        "isDraft": False,
        "merged": False,
        "baseRefName": "main",
        "baseRefOid": base.sha,
        "headRefOid": pull.head.sha,
        "headRefName": "mallory-patch-2",
        "isCrossRepository": True,
        "author": {"login": "mallory", "__typename": "User"},
        "url": page,
        "permalink": page,
        "labels": {"nodes": [{"name": "bug"}]},
        "changedFiles": 1,
        "additions": 0,
        "deletions": 2,
        "baseRef": {"name": "main", "target": {"oid": base.sha}},
    }


async def test_files_come_in_pages_with_how_they_changed(client, github, base):
    assert base.files["old.yml"] == b"same\n"
    files = {"a": "1\n3\n4\n", "b": None, "new": "x\ny\n", "old.yml": None, "moved.yml": "same\n"}
    github.open_pull("acme/widget", "Rules", by="bob", files=files)
    fields = "totalCount pageInfo { hasNextPage endCursor } nodes { path changeType additions deletions }"
    document = f"""query($after: String) {{ repository(owner: "acme", name: "widget") {{
        pullRequest(number: 1) {{ files(first: 3, after: $after) {{ {fields} }} }} }} }}"""
    first = (await client.query(document))["data"]["repository"]["pullRequest"]["files"]
    after = first["pageInfo"]["endCursor"]
    rest = (await client.query(document, after=after))["data"]["repository"]["pullRequest"]["files"]
    assert (first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"], rest["totalCount"]) == (True, False, 4)
    found = [tuple(node.values()) for node in (*first["nodes"], *rest["nodes"])]
    assert found == [
        ("a", "MODIFIED", 2, 1),
        ("b", "DELETED", 0, 1),
        ("moved.yml", "RENAMED", 0, 0),
        ("new", "ADDED", 2, 0),
    ]
    _, body, _ = await client.ask("GET", "/repos/acme/widget/pulls/1/files")
    assert [(each["filename"], each["status"], each.get("previous_filename")) for each in body] == [
        ("a", "modified", None),
        ("b", "removed", None),
        ("moved.yml", "renamed", "old.yml"),
        ("new", "added", None),
    ]


async def test_only_its_own_changes_count_when_the_base_moves_on(client, github, pull):
    github.push("acme/widget", {"a": "elsewhere\n"}, by="alice")
    found = await client.of_repository("pullRequest(number: 1) { files(first: 9) { nodes { path } } }")
    assert [each["path"] for each in found["pullRequest"]["files"]["nodes"]] == ["a", "new"]
    assert pull.base_sha != github.repository("acme/widget").head


async def test_everything_that_people_do_to_it_is_told_in_order(github, heard, pull):
    before = pull.head.sha
    github.push_to_pull(pull, {"new": "y\n"}, by="bob")
    github.edit_pull(pull, title="Better rules", body="Closes #9.", by="bob")
    github.label(pull, "bug", by="carol")
    github.close_pull(pull, by="bob")
    github.reopen_pull(pull, by="bob")
    merged = github.merge_pull(pull, by="alice")
    told = await heard("pull_request")
    assert [each["action"] for each in told] == [
        "opened",
        "synchronize",
        "edited",
        "labeled",
        "closed",
        "reopened",
        "closed",
    ]
    opened, pushed, edited, labeled, closed, _, ended = told
    assert (opened["number"], opened["pull_request"]["head"]["sha"]) == (1, before)
    assert opened["pull_request"]["base"]["repo"]["full_name"] == "acme/widget"
    assert (pushed["before"], pushed["after"]) == (before, pull.head.sha)
    assert pushed["pull_request"]["head"]["sha"] == pull.head.sha
    assert edited["changes"] == {"title": {"from": "Rules"}, "body": {"from": "Better."}}
    assert (labeled["label"]["name"], labeled["pull_request"]["labels"][0]["name"]) == ("bug", "bug")
    assert (closed["pull_request"]["merged"], ended["pull_request"]["merged"]) == (False, True)
    assert ended["pull_request"]["merge_commit_sha"] == merged.sha
    assert [each["ref"].removeprefix("refs/heads/") for each in await heard("push")] == [
        "main",
        "bob-patch-1",
        "bob-patch-1",
        "main",
    ]


async def test_merging_brings_the_changes_and_closes_it_for_good(client, github, pull):
    github.push("acme/widget", {"b": "2\n"}, by="alice")
    github.merge_pull(pull, by="alice")
    assert github.repository("acme/widget").files == {
        "a": b"1\n3\n4\n",
        "b": b"2\n",
        "old.yml": b"same\n",
        "new": b"x\n",
    }
    found = await client.of_repository("pullRequest(number: 1) { state merged }")
    assert found["pullRequest"] == {"state": "MERGED", "merged": True}


async def test_a_pull_request_offered_elsewhere_has_no_new_commit(github, heard, base, pull):
    tip = github.push("acme/widget", {"c": "1"}, by="alice", branch="release")
    github.edit_pull(pull, base="release", by="bob")
    (edited,) = [each for each in await heard("pull_request") if each["action"] == "edited"]
    assert edited["changes"]["base"] == {"ref": {"from": "main"}, "sha": {"from": base.sha}}
    assert edited["pull_request"]["base"]["sha"] == tip.sha


@pytest.mark.parametrize("from_fork", [False, True])
async def test_a_head_from_a_fork_is_known_to_the_base_repository(client, github, heard, base, from_fork):
    files = {".github/burndown.yml": "mode: enforce\n"}
    pull = github.open_pull("acme/widget", "Rules", by="mallory", files=files, from_fork=from_fork)
    found = await client.of_repository(
        f"""object(expression: "{pull.head.sha}:.github/burndown.yml") {{ ... on Blob {{ text }} }}
        pullRequest(number: 1) {{ isCrossRepository headRepository {{ nameWithOwner isFork }} }}"""
    )
    assert found["object"] == {"text": "mode: enforce\n"}
    home = "mallory/widget" if from_fork else "acme/widget"
    repository = {"nameWithOwner": home, "isFork": from_fork}
    assert found["pullRequest"] == {"isCrossRepository": from_fork, "headRepository": repository}
    (opened,) = await heard("pull_request")
    assert opened["pull_request"]["head"]["repo"]["full_name"] == home
    assert len(await heard("push")) == (1 if from_fork else 2)
    assert github.repository("acme/widget").head == base.sha


async def test_a_commit_knows_the_pull_requests_that_bring_it(client, pull):
    found = await client.of_repository(
        f"""object(oid: "{pull.head.sha}") {{ ... on Commit {{
            associatedPullRequests(first: 5) {{ nodes {{ number }} }} }} }}
        pullRequests(first: 5, states: OPEN) {{ nodes {{ number headRefOid }} }}"""
    )
    assert found["object"]["associatedPullRequests"]["nodes"] == [{"number": 1}]
    assert found["pullRequests"]["nodes"] == [{"number": 1, "headRefOid": pull.head.sha}]
    _, body, _ = await client.ask("GET", f"/repos/acme/widget/commits/{pull.head.sha}/pulls")
    assert [each["number"] for each in body] == [1]


async def test_its_commits_are_those_that_merging_would_bring_newest_last(client, github, pull):
    github.push_to_pull(pull, {"new": "y\n"}, by="bob")
    found = await client.of_repository(
        "pullRequest(number: 1) { commits(last: 1) { totalCount nodes { commit { oid } } } }"
    )
    assert found["pullRequest"]["commits"] == {"totalCount": 2, "nodes": [{"commit": {"oid": pull.head.sha}}]}


@pytest.mark.usefixtures("base")
@pytest.mark.parametrize("from_fork", [False, True])
async def test_its_branch_begins_at_its_base_however_old_the_fork_is(github, from_fork):
    github.open_pull("acme/widget", "First", by="mallory", files={"c": "1"}, from_fork=True)
    github.push("acme/widget", {"later": "1"}, by="alice", branch="release")
    second = github.open_pull(
        "acme/widget", "Second", by="mallory", files={"d": "1"}, base="release", from_fork=from_fork
    )
    assert set(second.head.files) == {"a", "b", "old.yml", "later", "d"}


async def test_comments_on_it_are_those_of_an_issue(client, github, heard, pull):
    github.comment(pull, "/burndown why", by="bob")
    (told,) = await heard("issue_comment")
    assert told["issue"]["pull_request"]["html_url"] == told["issue"]["html_url"]
    assert "errors" not in await client.apply(pull.node_id, comment="because")
    found = await client.of_repository("pullRequest(number: 1) { comments(last: 1) { nodes { body url } } }")
    (comment,) = found["pullRequest"]["comments"]["nodes"]
    assert comment["body"] == "because"
    assert comment["url"].startswith("https://github.com/acme/widget/pull/1#issuecomment-")
    assert [each["number"] for each in (await client.ask("GET", "/repos/acme/widget/issues"))[1]] == [1]
    assert "pull_request" in (await client.ask("GET", "/repos/acme/widget/issues/1"))[1]


async def test_graphql_keeps_issues_and_pull_requests_apart(client, github, pull):
    github.open_issue("acme/widget", "Crash", by="bob")
    found = await client.of_repository(
        "issues(first: 9) { nodes { number } } pullRequests(first: 9) { nodes { number } }"
    )
    assert found == {"issues": {"nodes": [{"number": 2}]}, "pullRequests": {"nodes": [{"number": pull.number}]}}
    answer = await client.query(
        '{ repository(owner: "acme", name: "widget") { issue(number: 1) { id } pullRequest(number: 2) { id } } }'
    )
    assert [(each["type"], each["path"][-1]) for each in answer["errors"]] == [
        ("NOT_FOUND", "issue"),
        ("NOT_FOUND", "pullRequest"),
    ]


async def test_it_needs_the_permission_to_read_pull_requests(client, pull):
    client.token = (await client.mint(permissions={"issues": "write"}))[1]["token"]
    answer = await client.query('{ repository(owner: "acme", name: "widget") { pullRequest(number: 1) { id } } }')
    assert answer["errors"][0]["type"] == "FORBIDDEN"
    assert (await client.ask("GET", f"/repos/acme/widget/pulls/{pull.number}"))[0] == 403
