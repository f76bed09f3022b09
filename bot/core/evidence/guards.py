"""Tests that guard fixed defects, and the pull requests that would take them away. Blocks nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.core.evidence.ladder import MAX_READ, TESTS, Diff, Unread
from bot.core.evidence.links import Link, found
from bot.core.evidence.model import Reading
from bot.core.lint import Place
from bot.core.text import review as text


@dataclass(frozen=True, slots=True)
class Guard:
    """A test that showed that a defect was fixed."""

    path: str
    names: tuple[str, ...]  # scopes and the test itself; (): the whole file
    issue: int  # the defect
    title: str  # of the defect: foreign
    class_id: str
    pull: int  # that fixed it

    @property
    def link(self) -> Link:
        return Link(self.path, self.names, "body")


@dataclass(frozen=True, slots=True)
class Loss:
    """A guard that a pull request takes away."""

    guard: Guard
    how: str  # what becomes of it
    place: Place


def watched(guards: Sequence[Guard], diff: Diff) -> tuple[Guard, ...]:
    """The guards that a pull request may touch: in a file that it changes, or in one that it may have renamed."""
    changed = {each.path for each in diff.pull.files}
    moved = {_suffix(each.path) for each in diff.pull.files if each.kind == "RENAMED"}
    return tuple(each for each in guards if each.path in changed or _suffix(each.path) in moved)


def to_read(guards: Sequence[Guard], diff: Diff) -> tuple[str, ...]:
    """The files that tell what becomes of them: their own, unless it is deleted, and tests that were renamed."""
    if not guards:
        return ()
    deleted = {each.path for each in diff.pull.files if each.kind == "DELETED"}
    own = [each.path for each in guards if each.path not in deleted]
    moved = [each.path for each in diff.pull.files if each.kind == "RENAMED" and diff.role(each.path) in TESTS]
    return tuple(dict.fromkeys((*own, *moved)))[:MAX_READ]


def losses(guards: Sequence[Guard], diff: Diff) -> tuple[Loss, ...]:
    """What becomes of the watched guards; a file of which too little is known takes nothing away."""
    return tuple(_losses(guards, diff))


def _losses(guards: Sequence[Guard], diff: Diff) -> Iterator[Loss]:
    for guard in guards:
        file, seen = diff.file(guard.path), diff.seen.get(guard.path)
        if file and file.kind == "DELETED":
            yield Loss(guard, text.GUARD_DELETED, Place(guard.path))
        elif seen is Unread.GONE:
            if not _is_elsewhere(guard, diff):
                yield Loss(guard, text.GUARD_RENAMED, Place(guard.path))
        elif isinstance(seen, Reading) and seen.by in {"tree-sitter", "lines"}:
            if guard.names and not (symbols := found(guard.link, seen.symbols)):
                if found(guard.link, seen.before) and not _is_elsewhere(guard, diff):
                    yield Loss(guard, text.GUARD_GONE, Place(guard.path))
            elif guard.names and all(each.skipped for each in symbols):
                was_running = any(not each.skipped for each in found(guard.link, seen.before))
                if was_running:
                    yield Loss(guard, text.GUARD_SKIPPED, Place(guard.path, symbols[0].skipped))


def _is_elsewhere(guard: Guard, diff: Diff) -> bool:
    """Whether the same test stands in another file of the pull request now."""
    others = (each for path, each in diff.seen.items() if path != guard.path and isinstance(each, Reading))
    return any(not each.skipped for other in others for each in found(guard.link, other.symbols) if guard.names)


def _suffix(path: str) -> str:
    return path.rpartition(".")[2]
