"""What a check of a pull request can find out: the pull request whole, its commits, and the files at any of them."""

import pytest

from bot.sandbox import Program, Submodule, Symlink

COMMIT = "a" * 40


@pytest.fixture
def base(github):
    return github.push("acme/widget", {"a": "1\n2\n", "b": "1\n"}, by="alice")


@pytest.fixture
def pull(github, base):
    assert base.sha == github.repository("acme/widget").head
    files = {"a": "1\n3\n", "tests/test_a.py": "def test_a(): ...\n"}
    return github.open_pull("acme/widget", "Fix it", "Closes #7.", by="bob", files=files, branch="fix/a")


async def test_one_document_tells_all_of_a_pull_request(client, github, base, pull):
    assert base.sha == pull.base_sha
    github.label(pull, "bug", by="carol")
    github.comment(pull, "Why?", by="carol")
    found = await client.pull()
    assert found["author"] == {"__typename": "User", "login": "bob"}
    expected = {
        "state": "OPEN",
        "merged": False,
        "mergedAt": None,
        "isDraft": False,
        "isCrossRepository": False,
        "baseRefName": "main",
        "baseRefOid": base.sha,
        "headRefName": "fix/a",
        "headRefOid": pull.head.sha,
        "changedFiles": 2,
        "viewerDidAuthor": False,
        "url": "https://github.com/acme/widget/pull/1",
    }
    assert {name: found[name] for name in expected} == expected
    assert [tuple(node.values()) for node in found["files"]["nodes"]] == [
        ("a", "MODIFIED", 1, 1),
        ("tests/test_a.py", "ADDED", 1, 0),
    ]
    (event,) = found["timelineItems"]["nodes"]
    assert (event["__typename"], event["actor"]["login"], event["label"]["name"]) == ("LabeledEvent", "carol", "bug")
    (comment,) = found["comments"]["nodes"]
    assert (comment["body"], comment["authorAssociation"], comment["viewerDidAuthor"]) == ("Why?", "MEMBER", False)


async def test_a_commit_has_its_message_and_its_parents(client, github, base, pull):
    first = pull.head
    message = "Test the fix\n\nRegression-Test: tests/test_a.py::test_a"
    second = github.push_to_pull(pull, {"tests/test_a.py": "def test_a(): assert 1\n"}, by="bob", message=message)
    newer = github.push("acme/widget", {"b": "2\n"}, by="alice")
    merge = github.update_branch(pull, by="bob")
    commits = [node["commit"] for node in (await client.pull())["commits"]["nodes"]]
    assert [each["oid"] for each in commits] == [first.sha, second.sha, merge.sha]
    parents = [[parent["oid"] for parent in each["parents"]["nodes"]] for each in commits]
    assert parents == [[base.sha], [first.sha], [second.sha, newer.sha]]
    assert [each["parents"]["totalCount"] for each in commits] == [1, 1, 2]
    assert commits[1]["messageHeadline"] == "Test the fix"
    assert commits[1]["messageBody"] == "Regression-Test: tests/test_a.py::test_a"


async def test_merging_the_base_brings_its_changes_and_adds_none_to_the_pull_request(client, github, pull):
    github.push("acme/widget", {"a": "9\n", "b": None, "c": "1\n"}, by="alice")
    github.update_branch(pull, by="bob")
    assert set(pull.head.files) == {"a", "c", "tests/test_a.py"}
    assert pull.head.files["a"] == b"1\n3\n"
    assert [node["path"] for node in (await client.pull())["files"]["nodes"]] == ["a", "tests/test_a.py"]


async def test_a_file_that_the_pull_request_deletes_stays_deleted_when_the_base_is_merged(github):
    github.push("acme/widget", {"a": "1\n", "b": "1\n"}, by="alice")
    pull = github.open_pull("acme/widget", "Drop a", by="bob", files={"a": None})
    github.push("acme/widget", {"b": "2\n"}, by="alice")
    github.update_branch(pull, by="bob")
    assert pull.head.files == {"b": b"2\n"}


async def test_a_forced_push_drops_what_was_there(client, github, heard, pull):
    before = pull.head.sha
    after = github.force_push(pull, {"a": "1\n4\n"}, by="bob", message="Again")
    found = await client.pull()
    assert [node["commit"]["oid"] for node in found["commits"]["nodes"]] == [after.sha]
    assert [node["path"] for node in found["files"]["nodes"]] == ["a"]
    told = (await heard("pull_request"))[-1]
    assert (told["action"], told["before"], told["after"]) == ("synchronize", before, after.sha)
    assert [each["forced"] for each in await heard("push")] == [False, False, True]


@pytest.mark.parametrize(
    ("path", "mode", "kind", "text"),
    [
        pytest.param("a", 0o100644, "blob", "1\n2\n", id="file"),
        pytest.param("run", 0o100755, "blob", "#!/bin/sh\n", id="program"),
        pytest.param("link", 0o120000, "blob", "../elsewhere", id="link"),
        pytest.param("lib", 0o160000, "commit", None, id="submodule"),
        pytest.param("folder", 0o40000, "tree", None, id="folder"),
        pytest.param("nowhere", None, None, None, id="nothing"),
        pytest.param("", None, None, None, id="root"),
        pytest.param("a/b", None, None, None, id="below a file"),
    ],
)
async def test_a_commit_tells_what_kind_of_thing_is_at_a_path(client, github, base, path, mode, kind, text):
    things = {
        "run": Program(b"#!/bin/sh\n"),
        "link": Symlink(b"../elsewhere"),
        "lib": Submodule(COMMIT.encode()),
        "folder/x": "1",
    }
    pull = github.open_pull("acme/widget", "Things", by="mallory", files=things, from_fork=True)
    assert pull.head.parent is base
    (node,) = (await client.pull(path=path))["commits"]["nodes"]
    entry = node["commit"]["file"]
    if mode is None:
        assert entry is None
        return
    assert (entry["mode"], entry["type"], entry["path"]) == (mode, kind, path)
    assert (entry["object"] or {}).get("text") == text
    found = (await client.pull(head=f"{pull.head.sha}:{path}"))["text"]
    assert (found or {}).get("text") == text
    assert (found is None) is (kind == "commit")
    assert entry["oid"] == (COMMIT if found is None else found["oid"])


async def test_a_folder_lists_links_and_submodules_as_git_does(client, github):
    files = {"s/a": "1", "s/link": Symlink(b"a"), "s/lib": Submodule(COMMIT.encode()), "s/run": Program(b"1")}
    github.push("acme/widget", files, by="alice")
    github.open_pull("acme/widget", "More", by="bob", files={"b": "1"})
    entries = (await client.pull(head="HEAD:s"))["text"]["entries"]
    assert [(each["path"], each["mode"], each["type"]) for each in entries] == [
        ("s/a", 0o100644, "blob"),
        ("s/lib", 0o160000, "commit"),
        ("s/link", 0o120000, "blob"),
        ("s/run", 0o100755, "blob"),
    ]
    _, body, _ = await client.ask("GET", "/repos/acme/widget/contents/s")
    assert [each["type"] for each in body] == ["file", "submodule", "symlink", "file"]
    _, body, _ = await client.ask("GET", "/repos/acme/widget/contents/s/link")
    assert (body["type"], body["path"], body["content"]) == ("file", "s/a", "MQ==\n")
    github.push("acme/widget", {"s/link": Symlink(b"../../etc/passwd")}, by="alice")
    _, body, _ = await client.ask("GET", "/repos/acme/widget/contents/s/link")
    assert (body["type"], body["target"]) == ("symlink", "../../etc/passwd")


async def test_a_long_text_is_cut_off_and_says_so_and_a_binary_one_is_null(client, github):
    files = {"exact": "x" * 512_000, "long": "x" * 512_001, "logo": b"\x89PNG\0"}
    github.push("acme/widget", {"a": "1"}, by="alice")
    pull = github.open_pull("acme/widget", "Files", by="bob", files=files)

    async def blob(path: str):
        return (await client.pull(head=f"{pull.head.sha}:{path}"))["text"]

    exact, long, logo = [await blob(path) for path in files]
    assert (exact["isTruncated"], len(exact["text"]), exact["byteSize"]) == (False, 512_000, 512_000)
    assert (long["isTruncated"], len(long["text"]), long["byteSize"]) == (True, 512_000, 512_001)
    assert (logo["isBinary"], logo["text"], logo["isTruncated"]) == (True, None, False)


@pytest.mark.parametrize("revision", ["sha", "refs/pull/1/head"])
async def test_the_files_of_a_fork_are_read_through_the_repository_that_it_offers_them_to(
    client, github, base, revision
):
    pull = github.open_pull("acme/widget", "Fix", by="mallory", files={"t": "from the fork"}, from_fork=True)
    older, newer = pull.head, github.push_to_pull(pull, {"t": "newer"}, by="mallory")
    at = newer.sha if revision == "sha" else revision
    assert (await client.pull(head=f"{at}:t"))["text"]["text"] == "newer"
    assert (await client.pull(head=f"{older.sha}:t"))["text"]["text"] == "from the fork"
    assert (await client.pull(head=f"{base.sha}:t"))["text"] is None
    assert (await client.pull(head="refs/pull/2/head:t"))["text"] is None


async def test_a_number_is_an_issue_or_a_pull_request_or_nothing(client, github, pull):
    issue = github.open_issue("acme/widget", "Crash", by="bob")
    github.close(issue, by="bob")
    found = await client.evidence("Numbered", number=issue.number)
    assert found["repository"]["issueOrPullRequest"] == {
        "__typename": "Issue",
        "number": 2,
        "title": "Crash",
        "issueState": "CLOSED",
    }
    found = await client.evidence("Numbered", number=pull.number)
    assert found["repository"]["issueOrPullRequest"]["__typename"] == "PullRequest"
    document = '{ repository(owner: "acme", name: "widget") { issueOrPullRequest(number: 9) { __typename } } }'
    answer = await client.query(document)
    assert answer["data"] == {"repository": {"issueOrPullRequest": None}}
    assert answer["errors"][0]["type"] == "NOT_FOUND"


async def test_no_more_than_three_thousand_files_are_listed_and_all_are_counted(client, github, base):
    files = {f"f/{number:04}": f"{number}\n" for number in range(3_001)}
    github.open_pull("acme/widget", "Many", by="bob", files=files)
    assert base.files.keys() == {"a", "b"}
    found, after = [], None
    while True:
        page = await client.pull(after=after)
        found += page["files"]["nodes"]
        after = page["files"]["pageInfo"]["endCursor"]
        if not page["files"]["pageInfo"]["hasNextPage"]:
            break
    assert (len(found), page["files"]["totalCount"], page["changedFiles"]) == (3_000, 3_000, 3_001)
    _, body, headers = await client.ask("GET", "/repos/acme/widget/pulls/1/files?per_page=100&page=30")
    assert (len(body), 'rel="next"' in headers["Link"]) == (100, False)


async def test_reading_a_file_of_a_commit_needs_the_permission_to_read_contents(client, pull):
    client.token = (await client.mint(permissions={"pull_requests": "read"}))[1]["token"]
    answer = await client.query(
        f"""{{ repository(owner: "acme", name: "widget") {{ pullRequest(number: {pull.number}) {{
        commits(last: 1) {{ nodes {{ commit {{ oid file(path: "a") {{ mode }} }} }} }} }} }} }}"""
    )
    (node,) = answer["data"]["repository"]["pullRequest"]["commits"]["nodes"]
    assert (node["commit"]["oid"], node["commit"]["file"]) == (pull.head.sha, None)
    assert answer["errors"][0]["type"] == "FORBIDDEN"
