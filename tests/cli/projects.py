"""Repositories with a branch that fixes something, and `burndown prove` on them."""

import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.core.evidence.proof import read_proof
from tests.cli.conftest import burndown

ROOT = Path(__file__).parent.parent.parent
SHELL = "sh {paths}"  # tests that are shell scripts: there is no quicker runner

TEST = "spec/total_test.sh"
CHECK = '. ./total.sh\ntest "$(total 2 3)" = 5\n'
WRONG = "total() { echo $(($1 - $2)); }\n"
RIGHT = "total() { echo $(($1 + $2)); }\n"


@dataclass
class Project:
    """A repository, on a branch with a fix."""

    folder: Path

    def git(self, *arguments: str) -> str:
        command = ["git", "-C", self.folder, "-c", "user.name=Ada", "-c", "user.email=ada@example.org", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    def commit(self, files: dict[str, str | None], message: str = "Work") -> str:
        """Files by their names; None deletes one."""
        for name, text in files.items():
            path = self.folder / name
            if text is None:
                path.unlink()
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def project(tmp_path, monkeypatch):
    """On branch `fix`, which has grown from `main`; nothing is on it yet."""
    made = Project(tmp_path / "the widgets")
    made.folder.mkdir()
    made.git("init", "--quiet", "--initial-branch=main")
    made.commit({"total.sh": WRONG, "README": "Totals."})
    made.git("checkout", "--quiet", "-b", "fix")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setenv("GITHUB_EVENT_PATH", "")
    monkeypatch.chdir(made.folder)
    yield made
    assert list(scratch.iterdir()) == []
    assert len(made.git("worktree", "list").splitlines()) == 1
    assert not (made.folder / ".git/worktrees").exists()


def prove(*arguments, run=SHELL, tests=(TEST,), out="../out", **environment):
    """The proof, and how the command ended."""
    Path(out).mkdir(exist_ok=True)
    written = ("--output", f"{out}/proof.json", "--junit-output", f"{out}/proof.xml")
    named = [part for test in tests for part in ("--test", test)]
    result = burndown("prove", "--base", "main", "--run", run, *named, *written, *arguments, **environment)
    assert result.exit_code in {0, 1}, result.stderr
    proof = read_proof(Path(out, "proof.json").read_bytes())
    assert result.exit_code == (proof.verdict != "PROVEN") or "--no-fail" in arguments or "--allow" in arguments
    return proof, result


def fixed(project, **files):
    return project.commit({"total.sh": RIGHT, TEST: CHECK} | files)


def is_running(process: int) -> bool:
    """Not even for a moment: a killed process may still be there to be told of."""
    for _ in range(50):
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return False
        if state == "Z":
            return False
        time.sleep(0.02)
    return True
