"""Files as git stores them: blobs and trees under names that follow from their content alone.

It may not know whose files they are, nor where they came from.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

FILE_MODE, PROGRAM_MODE, LINK_MODE, FOLDER_MODE, SUBMODULE_MODE = 0o100644, 0o100755, 0o120000, 0o40000, 0o160000


class Program(bytes):
    """The content of a file that may be executed."""

    __slots__ = ()


class Symlink(bytes):
    """In place of a file's content: where a symbolic link points."""

    __slots__ = ()


class Submodule(bytes):
    """In place of a file's content: the hexadecimal name of a commit in another repository."""

    __slots__ = ()


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
    """One name in a folder; `path` begins at the root. A submodule has no object here: its commit is elsewhere."""

    name: str
    path: str
    mode: int
    oid: str
    object: Blob | Tree | None

    @property
    def type(self) -> Literal["blob", "tree", "commit"]:
        match self.object:
            case None:
                return "commit"
            case Tree():
                return "tree"
            case _:
                return "blob"


def _oid(kind: str, content: bytes) -> str:
    return hashlib.sha1(b"%s %d\0" % (kind.encode(), len(content)) + content, usedforsecurity=False).hexdigest()


def mode_of(content: bytes) -> int:
    match content:
        case Program():
            return PROGRAM_MODE
        case Symlink():
            return LINK_MODE
        case Submodule():
            return SUBMODULE_MODE
        case _:
            return FILE_MODE


def blob(content: bytes) -> Blob:
    return Blob(_oid("blob", content), content)


def name_of(content: bytes) -> str:
    """Return the object id under which a folder keeps such a content."""
    return content.decode() if isinstance(content, Submodule) else _oid("blob", content)


def tree(files: Mapping[str, bytes], home: str = "") -> Tree:
    """Return the folder `home` ("" or "a/b/") with everything below it."""
    below: dict[str, dict[str, bytes]] = {}
    for path, content in files.items():
        if path.startswith(home):
            below.setdefault(path[len(home) :].partition("/")[0], {})[path] = content
    entries = [_entry(name, home + name, inside) for name, inside in below.items()]
    entries.sort(key=_in_gits_order)
    listed = [b"%o %s\0" % (each.mode, each.name.encode()) + bytes.fromhex(each.oid) for each in entries]
    return Tree(_oid("tree", b"".join(listed)), tuple(entries))


def _entry(name: str, path: str, inside: Mapping[str, bytes]) -> TreeEntry:
    if path in inside:
        return _leaf(name, path, inside[path])
    folder = tree(inside, f"{path}/")
    return TreeEntry(name, path, FOLDER_MODE, folder.oid, folder)


def _leaf(name: str, path: str, content: bytes) -> TreeEntry:
    kept = None if isinstance(content, Submodule) else blob(content)
    return TreeEntry(name, path, mode_of(content), name_of(content), kept)


def _in_gits_order(entry: TreeEntry) -> bytes:
    return entry.name.encode() + (b"/" if isinstance(entry.object, Tree) else b"")


def entry(files: Mapping[str, bytes], path: str) -> TreeEntry | None:
    """Return what a folder says of a path below the root; None when it is not there."""
    path = path.strip("/")
    name = path.rpartition("/")[2]
    if path in files:
        return _leaf(name, path, files[path])
    if not path or not any(each.startswith(f"{path}/") for each in files):
        return None
    return _entry(name, path, {each: content for each, content in files.items() if each.startswith(f"{path}/")})


def find(files: Mapping[str, bytes], path: str) -> Blob | Tree | None:
    """Return what is at a path; "" is the root. A symbolic link is not followed, and a submodule is not here."""
    if not path.strip("/"):
        return tree(files)
    found = entry(files, path)
    return None if found is None else found.object
