"""The user's repository: what its history says, and clean checkouts of it in a folder that goes away again.

Never writes to a work tree, an index, a branch or a hook of the user's.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import NoReturn

from bot.cli.exits import USAGE, fail
from bot.cli.output import printable

MAX_COMMITS = 250  # of a pull request that are looked at: as many as GitHub lists
MAX_MESSAGE = 65_536  # characters of a commit message that are looked at

_SETTINGS = {
    "core.hooksPath": os.devnull,  # checking out must not run what the repository keeps for its developers
    "core.fsmonitor": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
}
_ELSEWHERE = (  # what makes git work on another repository or index than that of the folder it is called in
    *("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX", "GIT_NAMESPACE"),
    *("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_SHALLOW_FILE", "GIT_GRAFT_FILE"),
)
_FROM_INPUT = ("--pathspec-from-file=-", "--pathspec-file-nul")


def environment() -> dict[str, str]:
    """Ours, without what would lead git from the folder that it is called in to the user's."""
    return {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}


@dataclass(frozen=True, slots=True)
class Change:
    """A file that differs between two commits; a renamed one is two, one gone and one new."""

    path: str
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository of the user's, by some folder of its work tree."""

    folder: Path

    def root(self) -> Path:
        return Path(os.fsdecode(self._ask("rev-parse", "--show-toplevel")).removesuffix("\n"))

    def commit(self, ref: str) -> str:
        """The commit that a name stands for; ends the command where there is none."""
        found = self._git("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}") if _is_plain(ref) else None
        if found is None or found.returncode:
            fail(USAGE, f"{printable(ref)}: not a commit of this repository", *self._how_to_fetch())
        return found.stdout.decode().strip()

    def merge_base(self, base: str, head: str) -> str:
        """The newest commit that both have grown from; ends the command where it is not known."""
        found = self._git("merge-base", base, head)
        if found.returncode:
            fail(USAGE, f"{base[:12]} and {head[:12]} have no commit in common here", *self._how_to_fetch())
        return found.stdout.decode().split()[0]

    def changes(self, base: str, head: str) -> tuple[Change, ...]:
        parts = self._ask("diff-tree", "-r", "-z", "--no-renames", "--name-status", base, head).split(b"\0")
        pairs = zip(parts[::2], parts[1::2], strict=False)
        return tuple(Change(os.fsdecode(path), status == b"D") for status, path in pairs)

    def messages(self, base: str, head: str) -> tuple[str, ...]:
        """What the commits say that the head has and the base has not, newest first."""
        text = self._ask("log", "-z", "--format=%B", f"--max-count={MAX_COMMITS}", f"{base}..{head}")
        return tuple(each.decode(errors="replace")[:MAX_MESSAGE] for each in text.split(b"\0"))

    def add(self, folder: Path, commit: str, *, submodules: bool = False) -> None:
        """A new work tree; ends the command, with what git said, where that fails."""
        self._ask("worktree", "add", "--detach", str(folder), commit)
        if submodules:
            self._ask("-C", str(folder), "submodule", "--quiet", "update", "--init", "--recursive")

    def remove(self, folder: Path) -> None:
        """A work tree that we added, also one that is half there."""
        if self._git("worktree", "remove", "--force", "--force", str(folder)).returncode:
            record = self._records() / folder.name
            if (record / "gitdir").is_file() and Path((record / "gitdir").read_text().strip()).parent == folder:
                shutil.rmtree(record, ignore_errors=True)

    def overlay(self, commit: str, changes: Sequence[Change]) -> None:
        """Makes some files what they are in another commit."""
        for is_gone in (True, False):  # a folder may stand where a file was
            paths = b"\0".join(os.fsencode(each.path) for each in changes if each.is_gone is is_gone)
            if paths and is_gone:
                self._ask("rm", "-r", "-f", "--quiet", "--ignore-unmatch", *_FROM_INPUT, given=paths)
            elif paths:
                self._ask("restore", f"--source={commit}", "--staged", "--worktree", *_FROM_INPUT, given=paths)

    def _records(self) -> Path:
        """Where git notes its work trees."""
        shared = self._git("rev-parse", "--git-common-dir").stdout
        return self.folder / os.fsdecode(shared).removesuffix("\n") / "worktrees"

    def _how_to_fetch(self) -> tuple[str, ...]:
        if self._git("rev-parse", "--is-shallow-repository").stdout.strip() != b"true":
            return ("fetch it first: git fetch origin",)
        return (
            "this clone is shallow, so that part of the history is missing",
            "fetch it first: git fetch --unshallow origin (in GitHub Actions: actions/checkout with fetch-depth: 0)",
        )

    def _ask(self, *arguments: str, given: bytes = b"") -> bytes:
        done = self._git(*arguments, given=given)
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().split("\n")
            fail(USAGE, f"git failed with exit code {done.returncode}", *map(printable, said[-5:]))
        return done.stdout

    def _git(self, *arguments: str, given: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
        ours = {"GIT_LITERAL_PATHSPECS": "1", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
        settings = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
        command = ["git", "-C", str(self.folder), *settings, *arguments]
        return subprocess.run(  # noqa: S603 - git, and what strangers chose comes behind its options or as input
            command, input=given, capture_output=True, env=environment() | ours, check=False
        )


def _is_plain(ref: str) -> bool:
    """Whether git takes it for a name and not for an option."""
    return bool(ref) and not ref.startswith("-") and ref.isprintable()


@dataclass(frozen=True, slots=True)
class Scratch:
    """A folder of ours, with work trees of the user's repository in it."""

    folder: Path
    repository: Repository
    added: list[Path] = field(default_factory=list)

    def checkout(self, commit: str, *, submodules: bool = False) -> Repository:
        """A clean work tree at a commit."""
        place = Path(tempfile.mkdtemp(dir=self.folder))
        self.added.append(place)
        self.repository.add(place, commit, submodules=submodules)
        return Repository(place)


@contextmanager
def scratch(repository: Repository) -> Iterator[Scratch]:
    """A folder that goes away with all that is in it, whatever happens, short of SIGKILL."""
    with _terminable():
        made = Scratch(Path(tempfile.mkdtemp(prefix="burndown-prove-")).resolve(), repository)
        try:
            yield made
        finally:
            _remove(made)


@contextmanager
def _terminable() -> Iterator[None]:
    """SIGTERM and SIGHUP end the block as Ctrl-C does."""
    before = {each: signal.signal(each, _interrupt) for each in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _remove(made: Scratch) -> None:
    """Deaf to signals: whoever is in a hurry has sent one already."""
    before = {each: signal.signal(each, signal.SIG_IGN) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        for folder, _, _ in os.walk(made.folder):
            os.chmod(folder, 0o700)  # noqa: PTH101 - some package managers write-protect what they fetch
        for place in made.added:
            made.repository.remove(place)
        shutil.rmtree(made.folder, ignore_errors=True)
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
