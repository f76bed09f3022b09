"""Files, folders and commits, by GraphQL and in the webhook of a push."""

import subprocess

import pytest

from bot.sandbox import git

FILES = {
    "README.md": b"# widget\n",
    ".github/burndown.yml": b"mode: enforce\n",
    ".github/ISSUE_TEMPLATE/bug.yml": b"name: Bug\n",
    "a/b/deep.txt": b"deep\n",
    "a.txt": b"beside a folder of that name\n",
    "logo.png": b"\x89PNG\0\0",
}
BLOB = "oid text byteSize isBinary isTruncated"
TREE = "oid ... on Tree { entries { name path type mode oid object { ... on Blob { text } ... on Tree { oid } } } }"


@pytest.fixture
def tip(github):
    return github.push("acme/widget", FILES, by="alice")


@pytest.mark.parametrize("files", [{}, FILES, {"a/b": b"", "a.b": b"", "a-b/c": b"", "a/c/d": b"x"}])
def test_a_tree_has_the_name_that_git_gives_it(files, tmp_path):
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)

    def run(*command: str) -> str:
        return subprocess.run(
            ["git", *command], cwd=tmp_path, check=True, capture_output=True, text=True
        ).stdout.strip()

    run("init", "--quiet")
    run("add", "--all", "--force")
    assert git.tree(files).oid == run("write-tree")


@pytest.mark.parametrize("revision", ["HEAD", "main", "refs/heads/main", "sha"])
async def test_a_file_is_found_under_every_name_of_its_commit(client, tip, revision):
    revision = tip.sha if revision == "sha" else revision
    path = ".github/ISSUE_TEMPLATE/bug.yml"
    found = await client.of_repository(
        f'object(expression: "{revision}:{path}") {{ __typename ... on Blob {{ {BLOB} }} }}'
    )
    expected = {"oid": git.blob(FILES[path]).oid, "text": "name: Bug\n", "byteSize": 10}
    assert found["object"] == {"__typename": "Blob", **expected, "isBinary": False, "isTruncated": False}


@pytest.mark.parametrize(
    "expression",
    [
        "HEAD:nowhere",
        "HEAD:.github/none.yml",
        "HEAD:README.md/none",
        "other:README.md",
        "0" * 40 + ":README.md",
        "",
        ":",
    ],
)
@pytest.mark.usefixtures("tip")
async def test_what_is_not_there_is_null_without_an_error(client, expression):
    assert (await client.of_repository(f'object(expression: "{expression}") {{ oid }}')) == {"object": None}


@pytest.mark.usefixtures("tip")
async def test_a_folder_lists_what_is_in_it(client):
    found = (await client.of_repository(f'object(expression: "HEAD:.github") {{ {TREE} }}'))["object"]
    assert [(each["name"], each["path"], each["type"], each["mode"]) for each in found["entries"]] == [
        ("ISSUE_TEMPLATE", ".github/ISSUE_TEMPLATE", "tree", 16384),
        ("burndown.yml", ".github/burndown.yml", "blob", 33188),
    ]
    folder, file = found["entries"]
    assert file["object"] == {"text": "mode: enforce\n"}
    assert folder["object"] == {"oid": folder["oid"]}
    root = (await client.of_repository(f'object(expression: "HEAD:") {{ {TREE} }}'))["object"]
    assert next(each["oid"] for each in root["entries"] if each["name"] == ".github") == found["oid"]


async def test_the_head_is_a_commit_and_a_binary_file_has_no_text(client, tip):
    found = await client.of_repository(
        """head: object(expression: "HEAD") { __typename oid ... on Commit { tree { oid } } }
        logo: object(expression: "HEAD:logo.png") { ... on Blob { isBinary text } }
        defaultBranchRef { name target { oid } }"""
    )
    assert found["head"] == {"__typename": "Commit", "oid": tip.sha, "tree": {"oid": git.tree(FILES).oid}}
    assert found["logo"] == {"isBinary": True, "text": None}
    assert found["defaultBranchRef"] == {"name": "main", "target": {"oid": tip.sha}}


@pytest.mark.parametrize(
    ("changes", "is_changed"),
    [
        ({".github/burndown.yml": "mode: observe\n"}, True),
        ({".github/ISSUE_TEMPLATE/bug.yml": None}, True),
        ({".github/ISSUE_TEMPLATE/new.yml": ""}, True),
        ({"README.md": "other"}, False),
        ({".github/burndown.yml": "mode: enforce\n"}, False),
    ],
)
@pytest.mark.usefixtures("tip")
async def test_the_name_of_a_folder_follows_all_below_it_and_nothing_else(client, github, changes, is_changed):
    fields = 'object(expression: "HEAD:.github") { oid }'
    before = await client.of_repository(fields)
    github.push("acme/widget", changes, by="alice")
    assert (await client.of_repository(fields) != before) is is_changed


async def test_an_old_commit_keeps_its_files_and_a_branch_has_its_own(client, github, tip):
    github.push("acme/widget", {"README.md": "on a branch"}, by="bob", branch="topic")
    github.push("acme/widget", {"README.md": None}, by="alice")
    found = await client.of_repository(
        f"""old: object(expression: "{tip.sha}:README.md") {{ ... on Blob {{ text }} }}
        branch: object(expression: "topic:README.md") {{ ... on Blob {{ text }} }}
        now: object(expression: "HEAD:README.md") {{ oid }}"""
    )
    assert found == {"old": {"text": "# widget\n"}, "branch": {"text": "on a branch"}, "now": None}
    assert "README.md" not in github.repository("acme/widget").files


@pytest.mark.usefixtures("tip")
async def test_files_need_the_permission_to_read_contents(client):
    client.token = (await client.mint(permissions={"issues": "read"}))[1]["token"]
    answer = await client.query(
        '{ repository(owner: "acme", name: "widget") { id object(expression: "HEAD") { oid } } }'
    )
    assert answer["data"]["repository"]["object"] is None
    assert (answer["errors"][0]["type"], answer["errors"][0]["path"]) == ("FORBIDDEN", ["repository", "object"])


async def test_a_push_tells_its_branch_its_commits_and_what_changed(github, heard):
    first = github.push("acme/widget", {"a": "1", "b": "1"}, by="alice")
    second = github.push("acme/widget", {"a": "2", "b": None, "c": "1"}, by="bob")
    third = github.push("acme/widget", {"d": "1"}, by="bob", branch="topic")
    one, two, three = await heard("push")
    assert (one["before"], one["after"], one["created"]) == ("0" * 40, first.sha, True)
    assert (two["ref"], two["before"], two["after"], two["created"]) == (
        "refs/heads/main",
        first.sha,
        second.sha,
        False,
    )
    (commit,) = two["commits"]
    assert (commit["added"], commit["modified"], commit["removed"]) == (["c"], ["a"], ["b"])
    assert two["head_commit"] == commit
    assert (two["sender"]["login"], two["repository"]["full_name"]) == ("bob", "acme/widget")
    assert (three["ref"], three["created"], three["after"]) == ("refs/heads/topic", True, third.sha)
    assert three["head_commit"]["added"] == ["d"]
