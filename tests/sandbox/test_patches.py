"""The files of a pull request by REST, and their patches against git itself."""

import subprocess

import pytest

from bot.sandbox import Program, Submodule, Symlink, diff

LONG = "".join(f"line {number}\n" for number in range(30))
PATH = "/repos/acme/widget/pulls/1/files"


def git(folder, *command: str, **more) -> str:
    return subprocess.run(["git", *command], cwd=folder, check=True, capture_output=True, text=True, **more).stdout


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("1\n2\n3\n", "1\n3\n", id="a line less"),
        pytest.param("", "1\n2\n", id="new"),
        pytest.param("1\n", "", id="emptied"),
        pytest.param("1\n2", "1\n2\n", id="an end of line"),
        pytest.param("1\n2\n", "1\n3", id="no end of line"),
        pytest.param(LONG, LONG.replace("line 3\n", "x\n").replace("line 25\n", ""), id="two hunks"),
        pytest.param(LONG, "first\n" + LONG + "last", id="both ends"),
        pytest.param("a\r\nb\r\n", "a\r\nc\r\n", id="carriage returns"),
        pytest.param("def f():\n    1\n    2\n    3\n    4\n", "def f():\n    1\n    2\n    3\n    5\n", id="heading"),
        pytest.param("é\n", "ü\n", id="beyond ASCII"),
    ],
)
def test_a_patch_is_what_git_says(tmp_path, old, new):
    git(tmp_path, "init", "--quiet")
    path = tmp_path / "a.py"
    path.write_bytes(old.encode())
    git(tmp_path, "add", "a.py")
    path.write_bytes(new.encode())
    said = subprocess.run(["git", "diff", "-U3"], cwd=tmp_path, check=True, capture_output=True).stdout.decode()
    (change,) = diff.compare({"a.py": old.encode()}, {"a.py": new.encode()})
    found = diff.patch(change)
    assert found == said[said.index("@@") :].removesuffix("\n")
    rows = [row[:1] for row in found.split("\n")]
    assert (change.additions, change.deletions) == (rows.count("+"), rows.count("-"))


@pytest.mark.parametrize(
    ("old", "new", "kind", "before"),
    [
        pytest.param({"a": b"1\n"}, {"b": b"1\n"}, "RENAMED", "a", id="moved"),
        pytest.param({"a": LONG.encode()}, {"b": LONG.encode() + b"x\n"}, "RENAMED", "a", id="moved and changed"),
        pytest.param({"a": b"1\n2\n"}, {"b": b"3\n4\n"}, "ADDED", None, id="another file"),
        pytest.param({"a": b""}, {"b": b"1\n"}, "ADDED", None, id="nothing is like an empty file"),
        pytest.param({"b": b"1"}, {"b": Symlink(b"1")}, "CHANGED", None, id="now a link"),
        pytest.param({"b": b"1"}, {"b": Program(b"1")}, "MODIFIED", None, id="now a program"),
        pytest.param({"b": b"1\n"}, {"b": b"2\n"}, "MODIFIED", None, id="other words"),
        pytest.param({"a": b"1"}, {"b": Symlink(b"1")}, "ADDED", None, id="a link is no moved file"),
    ],
)
def test_a_change_has_the_kind_that_git_gives_it(old, new, kind, before):
    change = next(each for each in diff.compare(old, new) if each.path == "b")
    assert (change.kind, change.before) == (kind, before)


def test_of_two_files_that_are_alike_the_one_that_did_not_change_was_moved():
    old = {"one": LONG.encode(), "two": LONG.encode() + b"x\n"}
    new = {"new": LONG.encode() + b"x\n", "other": LONG.encode() + b"y\n"}
    found = {each.path: each.before for each in diff.compare(old, new)}
    assert found == {"new": "two", "other": "one"}


async def test_files_come_in_pages_with_their_patches(client, github):
    base = {"a": "1\n2\n", "gone": "x\n", "old": LONG, "logo": b"\0"}
    github.push("acme/widget", base, by="alice")
    files = {"a": "1\n3\n", "gone": None, "old": None, "moved": LONG, "logo": b"\0\1"}
    files |= {"lib": Submodule(b"a" * 40), "empty": ""}
    pull = github.open_pull("acme/widget", "Fix", by="bob", files=files)
    status, first, headers = await client.ask("GET", f"{PATH}?per_page=4")
    assert (status, 'rel="next"' in headers["Link"]) == (200, True)
    _, second, _ = await client.ask("GET", f"{PATH}?per_page=4&page=2")
    found = {each["filename"]: each for each in (*first, *second)}
    assert list(found) == ["a", "empty", "gone", "lib", "logo", "moved"]
    assert {name: each["status"] for name, each in found.items()} == {
        "a": "modified",
        "empty": "added",
        "gone": "removed",
        "lib": "added",
        "logo": "modified",
        "moved": "renamed",
    }
    assert found["a"]["patch"] == "@@ -1,2 +1,2 @@\n 1\n-2\n+3"
    assert found["lib"]["patch"] == f"@@ -0,0 +1 @@\n+Subproject commit {'a' * 40}"
    assert [name for name, each in found.items() if "patch" not in each] == ["empty", "logo", "moved"]
    assert found["moved"]["previous_filename"] == "old"
    assert (found["a"]["additions"], found["a"]["deletions"], found["a"]["changes"]) == (1, 1, 2)
    assert found["a"]["sha"] == next(each.oid for each in diff.compare({}, pull.head.files) if each.path == "a")


@pytest.mark.parametrize(("lines", "has_patch"), [(2_999, True), (3_000, False)])
async def test_a_patch_of_too_many_lines_is_left_out(client, github, lines, has_patch):
    github.push("acme/widget", {"a": "1"}, by="alice")
    files = {"long": "".join(f"{number}\n" for number in range(lines))}
    github.open_pull("acme/widget", "Long", by="bob", files=files)
    (found,) = (await client.ask("GET", PATH))[1]
    assert (found["additions"], "patch" in found) == (lines, has_patch)
