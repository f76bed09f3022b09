"""Files as git stores them: blobs and trees under names that follow from their content alone.

It may not know whose files they are, nor where they came from.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Literal

FILE_MODE, FOLDER_MODE = 0o100644, 0o40000

ChangeType = Literal["ADDED", "DELETED", "MODIFIED", "RENAMED"]


@dataclass(frozen=True, slots=True)
class Blob:
    oid: str
    content: bytes = field(repr=False)

    @property
    def is_binary(self) -> bool:
        return b"\0" in self.content


@dataclass(frozen=True, slots=True)
class Tree:
    oid: str
    entries: "tuple[TreeEntry, ...]"


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One name in a folder; `path` begins at the root."""

    name: str
    path: str
    mode: int
    object: Blob | Tree


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file of a comparison, under its new path; `before` is the old path of a renamed one."""

    path: str
    kind: ChangeType
    oid: str
    additions: int
    deletions: int
    before: str | None = None


def _oid(kind: str, content: bytes) -> str:
    return hashlib.sha1(b"%s %d\0" % (kind.encode(), len(content)) + content, usedforsecurity=False).hexdigest()


def blob(content: bytes) -> Blob:
    return Blob(_oid("blob", content), content)


def tree(files: Mapping[str, bytes], home: str = "") -> Tree:
    """Return the folder `home` ("" or "a/b/") with everything below it."""
    below: dict[str, dict[str, bytes]] = {}
    for path, content in files.items():
        if path.startswith(home):
            below.setdefault(path[len(home) :].partition("/")[0], {})[path] = content
    entries = [_entry(name, home + name, inside) for name, inside in below.items()]
    entries.sort(key=_in_gits_order)
    listed = [b"%o %s\0" % (each.mode, each.name.encode()) + bytes.fromhex(each.object.oid) for each in entries]
    return Tree(_oid("tree", b"".join(listed)), tuple(entries))


def _entry(name: str, path: str, inside: Mapping[str, bytes]) -> TreeEntry:
    if path in inside:
        return TreeEntry(name, path, FILE_MODE, blob(inside[path]))
    return TreeEntry(name, path, FOLDER_MODE, tree(inside, f"{path}/"))


def _in_gits_order(entry: TreeEntry) -> bytes:
    return entry.name.encode() + (b"/" if isinstance(entry.object, Tree) else b"")


def find(files: Mapping[str, bytes], path: str) -> Blob | Tree | None:
    """Return what is at a path; "" is the root."""
    path = path.strip("/")
    if path in files:
        return blob(files[path])
    home = f"{path}/" if path else ""
    return tree(files, home) if not home or any(name.startswith(home) for name in files) else None


def compare(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> list[FileChange]:
    """Return what changed, by path; a file that only moved is one change, told under its new path."""
    lost = {path: content for path, content in old.items() if path not in new}
    changes: list[FileChange] = []
    for path, content in new.items():
        if path in old:
            changes += [_changed(path, "MODIFIED", old[path], content)] if old[path] != content else []
        elif (source := next((name for name, was in lost.items() if was == content), None)) is not None:
            del lost[source]
            changes.append(FileChange(path, "RENAMED", blob(content).oid, 0, 0, source))
        else:
            changes.append(_changed(path, "ADDED", b"", content))
    changes += [_changed(path, "DELETED", content, b"") for path, content in lost.items()]
    return sorted(changes, key=lambda change: change.path)


def _changed(path: str, kind: ChangeType, before: bytes, after: bytes) -> FileChange:
    oid, old, new = blob(after or before).oid, before.splitlines(), after.splitlines()
    if b"\0" in before + after:
        return FileChange(path, kind, oid, 0, 0)
    same = sum(block.size for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks())
    return FileChange(path, kind, oid, len(new) - same, len(old) - same)
