"""What differs between two states of all files: which paths, how they changed, and the patch that says it line by line.

It may not know whose files they are, nor how a client is told.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Literal

from bot.sandbox import git

ChangeType = Literal["ADDED", "CHANGED", "DELETED", "MODIFIED", "RENAMED"]
Opcode = tuple[str, int, int, int, int]

CONTEXT_LINES = 3
LONGEST_PATCH_LINES = 3_000
LONGEST_HEADING = 80
LIKENESS = 0.5  # of two files, from which on one is the other, moved
MOST_COMPARED = 2_500  # pairs of a lost and a new file; of more, only those that did not change are found to have moved

_KIND = 0o170000  # the bits of a mode that tell a file from a link


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file of a comparison, under its new path; `before` is the old path of a renamed one."""

    path: str
    kind: ChangeType
    oid: str
    additions: int
    deletions: int
    before: str | None = None
    old: bytes = field(default=b"", repr=False)
    new: bytes = field(default=b"", repr=False)


def compare(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> list[FileChange]:
    """Return what changed, by path; a file that moved is one change, told under its new path."""
    lost = {path: content for path, content in old.items() if path not in new}
    gained = {path: content for path, content in new.items() if path not in old}
    sources = _sources(lost, gained)
    changes = [_changed(path, _kind(old[path], new[path]), old[path], new[path]) for path in _touched(old, new)]
    for path, content in gained.items():
        source = sources.get(path)
        if source is None:
            changes.append(_changed(path, "ADDED", b"", content))
        else:
            changes.append(_changed(path, "RENAMED", lost.pop(source), content, source))
    changes += [_changed(path, "DELETED", content, b"") for path, content in lost.items()]
    return sorted(changes, key=lambda change: change.path)


def _touched(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Iterator[str]:
    for path, content in new.items():
        if path in old and (old[path] != content or git.mode_of(old[path]) != git.mode_of(content)):
            yield path


def _kind(before: bytes, after: bytes) -> ChangeType:
    is_other_thing = git.mode_of(before) & _KIND != git.mode_of(after) & _KIND
    return "CHANGED" if is_other_thing else "MODIFIED"


def _sources(lost: Mapping[str, bytes], gained: Mapping[str, bytes]) -> dict[str, str]:
    """Return where new files came from: first those that only moved, then those most alike."""
    found: dict[str, str] = {}
    unclaimed = {(git.mode_of(content), bytes(content)): path for path, content in lost.items()}
    for path, content in gained.items():
        source = unclaimed.pop((git.mode_of(content), bytes(content)), None)
        if source is not None:
            found[path] = source
    rest = [path for path in gained if path not in found]
    left = set(lost) - set(found.values())
    if len(rest) * len(left) > MOST_COMPARED:
        return found
    alike = [(_likeness(lost[source], gained[path]), path, source) for path in rest for source in sorted(left)]
    for likeness, path, source in sorted(alike, key=lambda each: -each[0]):
        if likeness >= LIKENESS and path not in found and source in left:
            found[path] = source
            left.discard(source)
    return found


def _likeness(one: bytes, other: bytes) -> float:
    """Return the share of the longer file that its lines have in common with the other."""
    if git.mode_of(one) & _KIND != git.mode_of(other) & _KIND or not (one and other):
        return 0.0
    common = Counter(_lines(one)) & Counter(_lines(other))
    return sum(len(line) * times for line, times in common.items()) / max(len(one), len(other))


def _changed(path: str, kind: ChangeType, before: bytes, after: bytes, source: str | None = None) -> FileChange:
    old, new = _written(before), _written(after)
    oid = git.name_of(before if kind == "DELETED" else after)
    if b"\0" in old + new:
        return FileChange(path, kind, oid, 0, 0, source, before, after)
    edits = [each for each in _opcodes(_lines(old), _lines(new)) if each[0] != "equal"]
    additions = sum(end - start for _, _, _, start, end in edits)
    deletions = sum(end - start for _, start, end, _, _ in edits)
    return FileChange(path, kind, oid, additions, deletions, source, before, after)


def _written(content: bytes) -> bytes:
    """Return what a diff shows: a submodule is one line."""
    return b"Subproject commit %s\n" % content if isinstance(content, git.Submodule) else content


def _lines(content: bytes) -> list[bytes]:
    """Return lines as git knows them, each with its end: only a line feed ends one."""
    *whole, rest = content.split(b"\n")
    return [line + b"\n" for line in whole] + ([rest] if rest else [])


def _opcodes(old: list[bytes], new: list[bytes]) -> list[Opcode]:
    return list(SequenceMatcher(None, old, new, autojunk=False).get_opcodes())


def patch(it: FileChange) -> str | None:
    """Return the hunks of a change; None for binary files, for too many lines, and where no line changed."""
    if not it.additions and not it.deletions:
        return None
    old, new = _lines(_written(it.old)), _lines(_written(it.new))
    groups = SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(CONTEXT_LINES)
    rows = [row for group in groups for row in _hunk(group, old, new)]
    return None if len(rows) > LONGEST_PATCH_LINES else "\n".join(rows)


def _hunk(group: list[Opcode], old: list[bytes], new: list[bytes]) -> Iterator[str]:
    (_, old_start, _, new_start, _), (_, _, old_end, _, new_end) = group[0], group[-1]
    spans = f"-{_span(old_start, old_end)} +{_span(new_start, new_end)}"
    yield f"@@ {spans} @@{_heading(old[:old_start])}"
    for tag, first, last, start, end in group:
        if tag == "equal":
            yield from (_row(" ", line) for line in old[first:last])
            continue
        yield from (_row("-", line) for line in old[first:last])
        yield from (_row("+", line) for line in new[start:end])


def _span(start: int, end: int) -> str:
    """Return where lines are: an empty range is named by the line before it."""
    count = end - start
    return str(start + 1) if count == 1 else f"{start + 1 if count else start},{count}"


def _heading(before: list[bytes]) -> str:
    """Return the nearest line above that begins like a definition, as git does."""
    for line in reversed(before):
        if line[:1].isalpha() or line[:1] in {b"_", b"$"}:
            return " " + line.rstrip()[:LONGEST_HEADING].decode(errors="replace")
    return ""


def _row(mark: str, line: bytes) -> str:
    text = line.decode(errors="replace")
    return mark + (text[:-1] if text.endswith("\n") else f"{text}\n\\ No newline at end of file")
