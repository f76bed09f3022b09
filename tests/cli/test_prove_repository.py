"""`burndown prove` and the user's repository: which of its files run where, and that it stays as it was."""

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import burndown
from tests.cli.projects import CHECK, RIGHT, ROOT, SHELL, TEST, Project, fixed, is_running, project, prove

__all__ = ["project"]  # a fixture


def test_the_users_work_tree_and_index_stay_as_they_are(project):
    fixed(project)
    hook = project.folder / ".git/hooks/post-checkout"
    hook.write_text(f"#!/bin/sh\ntouch {shlex.quote(str(project.folder / 'hooked'))}\n")
    hook.chmod(0o755)
    (project.folder / "total.sh").write_text("a change that is not committed")
    (project.folder / "staged").write_text("staged")
    (project.folder / "untracked").write_text("untracked")
    project.git("add", "staged")
    before = (project.git("status", "--porcelain"), project.git("branch", "--all", "-v"), index(project))
    assert prove(run=f"{SHELL}; touch made; git add made")[0].verdict == "PROVEN"
    assert (project.git("status", "--porcelain"), project.git("branch", "--all", "-v"), index(project)) == before


def index(project):
    return (project.folder / ".git/index").read_bytes()


def test_an_index_that_git_was_told_of_is_not_used(project):
    """As in a hook of git, which has these variables."""
    fixed(project)
    project.git("status")
    before = index(project)
    places = {"GIT_DIR": str(project.folder / ".git"), "GIT_INDEX_FILE": str(project.folder / ".git/index")}
    assert prove(run=f"{SHELL}; touch made; git add made", **places)[0].verdict == "PROVEN"
    assert index(project) == before


def test_it_works_from_a_folder_below(project, monkeypatch):
    fixed(project)
    monkeypatch.chdir(project.folder / "spec")
    assert prove(out="../../out")[0].verdict == "PROVEN"


@pytest.mark.parametrize(
    ("end", "runs"),
    [(signal.SIGTERM, "sleep 60"), (signal.SIGINT, "sleep 60"), (signal.SIGTERM, "trap '' TERM; sleep 60")],
)
def test_whoever_ends_it_finds_nothing_left(project, tmp_path, end, runs):
    fixed(project)
    left = tmp_path / "left"
    command = [sys.executable, "-m", "bot", "prove", "--base", "main", "--test", TEST]
    run = f"sleep 60 & echo $! > {shlex.quote(str(left))}; {runs}"
    prove = subprocess.Popen(
        [*command, "--run", run],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    for _ in range(200):
        if left.exists() and left.read_text():
            break
        time.sleep(0.05)
    prove.send_signal(end)
    assert prove.communicate(timeout=20)[0] == b""
    assert prove.returncode == 130
    assert not is_running(int(left.read_text()))
    assert not Path("burndown-proof.json").exists()


def test_what_is_write_protected_is_taken_away_as_well(project):
    fixed(project, **{TEST: f"mkdir -p cache/a; touch cache/a/b; chmod 555 cache/a cache\n{CHECK}"})
    assert prove()[0].verdict == "PROVEN"


def test_a_shallow_clone_says_what_to_fetch(project, tmp_path, monkeypatch):
    fixed(project)
    address = project.folder.as_uri()
    shallow = Project(tmp_path / "shallow")
    project.git("clone", "--quiet", "--depth=1", "--no-single-branch", "--branch=fix", address, str(shallow.folder))
    monkeypatch.chdir(shallow.folder)
    result = burndown("prove", "--base", "origin/main", "--run", SHELL, "--test", TEST)
    assert (result.exit_code, "git fetch --unshallow origin" in result.stderr) == (2, True)
    shallow.git("fetch", "--quiet", "--depth=2", "origin", "fix", "main")
    result = burndown("prove", "--base", "origin/main", "--run", SHELL, "--test", TEST, "--json")
    assert json.loads(result.stdout)["verdict"] == "PROVEN"


def test_outside_of_a_repository_git_says_what_is_wrong(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    result = burndown("prove", "--base", "main", "--run", SHELL, "--test", TEST)
    assert (result.exit_code, "not a git repository" in result.stderr) == (2, True)


def test_histories_that_have_nothing_in_common_cannot_be_compared(project):
    project.git("checkout", "--quiet", "--orphan", "other")
    fixed(project)
    result = burndown("prove", "--base", "main", "--run", SHELL, "--test", TEST)
    assert (result.exit_code, "no commit in common" in result.stderr) == (2, True)


def test_the_merge_base_counts_and_not_what_came_later(project):
    fixed(project)
    project.git("checkout", "--quiet", "main")
    project.commit({"total.sh": RIGHT})
    project.git("checkout", "--quiet", "fix")
    assert prove()[0].verdict == "PROVEN"


def test_a_test_that_moved_is_run_where_it_is(project):
    project.git("checkout", "--quiet", "main")
    project.commit({"spec/old_test.sh": CHECK, "spec/helper_test.sh": "exit 1\n"})
    project.git("checkout", "--quiet", "-B", "fix")
    fixed(project, **{"spec/old_test.sh": None, "spec/helper_test.sh": None})
    listed = 'ls spec > "$BURNDOWN_ROOT/../$BURNDOWN_SIDE"; '
    assert prove("--overlay", "spec/*", run=listed + SHELL)[0].verdict == "PROVEN"
    assert Path("../base").read_text() == Path("../head").read_text() == "total_test.sh\n"


def test_what_supports_a_test_comes_with_it(project):
    files = {"tests/conftest.py": "WANTED = 5\n", "tests/data/five.txt": "5\n", "src/new.sh": "true\n"}
    fixed(project, **files)
    listed = 'find . -type f ! -path "./.git*" | sort > "$BURNDOWN_ROOT/../$BURNDOWN_SIDE"; '
    assert prove(run=listed + SHELL)[0].verdict == "PROVEN"
    head, base = (set(Path(f"../{side}").read_text().splitlines()) for side in ("head", "base"))
    assert {"./tests/conftest.py", f"./{TEST}"} <= base
    assert "./src/new.sh" in head - base


def test_a_file_takes_the_place_of_a_folder(project):
    project.git("checkout", "--quiet", "main")
    project.commit({"spec/total_test.sh/part": CHECK})
    project.git("checkout", "--quiet", "-B", "fix")
    project.git("rm", "-r", "--quiet", "spec")
    fixed(project)
    assert prove("--overlay", "spec/**")[0].verdict == "PROVEN"


def test_a_proof_that_a_pull_request_brings_along_is_not_kept(project):
    elsewhere = project.folder.parent / "elsewhere"
    elsewhere.write_text("kept")
    fixed(project)
    for end, base in ((2, "nonesuch"), (0, "main")):
        Path("burndown-proof.xml").write_text("forged")
        Path("burndown-proof.json").unlink(missing_ok=True)
        Path("burndown-proof.json").symlink_to(elsewhere)
        assert burndown("prove", "--base", base, "--run", SHELL, "--test", TEST).exit_code == end
        assert not Path("burndown-proof.json").is_symlink()
        assert not Path("burndown-proof.xml").exists() or end == 0
    assert elsewhere.read_text() == "kept"


def test_submodules_are_fetched_where_they_are_asked_for(project, tmp_path, monkeypatch):
    for name, value in {"COUNT": "1", "KEY_0": "protocol.file.allow", "VALUE_0": "always"}.items():
        monkeypatch.setenv(f"GIT_CONFIG_{name}", value)
    other = Project(tmp_path / "other")
    other.folder.mkdir()
    other.git("init", "--quiet")
    other.commit({"value": "5"})
    project.git("checkout", "--quiet", "main")
    project.git("submodule", "--quiet", "add", other.folder.as_uri(), "dep")
    project.commit({})
    project.git("checkout", "--quiet", "-B", "fix")
    fixed(project)
    command = f"test -e dep/value; {SHELL}"
    assert prove(run=command)[0].verdict == "HEAD_NOT_GREEN"
    assert prove("--submodules", run=command)[0].verdict == "PROVEN"
