"""Pull requests for tables: what is left out is as quiet as can be."""

from datetime import UTC, datetime

from bot.core.evidence.ladder import Diff
from bot.core.evidence.links import read_link
from bot.core.evidence.model import ChangedFile, CommitNote, Linked, PullRequest, Reading, Symbol
from bot.core.model import Subject

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HEAD, BASE, EARLIER = "a" * 40, "b" * 40, "c" * 40
REPOSITORY = "acme/widget"
TEST = "tests/test_profiler.py"


def pull(*, number=7, body="", files=((TEST, "ADDED"), ("src/profiler.py", "MODIFIED")), closing=(12,), **more):
    changed = tuple(ChangedFile(*each, *(() if len(each) > 2 else (3, 1))) for each in files)
    made = {
        "subject": Subject(1, number),
        "repository": REPOSITORY,
        "title": "Empty tables",
        "body": body or "\n".join(f"Fixes #{each}" for each in closing),
        "author": "carol",
        "head": HEAD,
        "base": "main",
        "base_oid": BASE,
        "branch": "empty-tables",
        "default_branch": "main",
        "labels": (),
        "files": changed,
        "changed_files": len(changed),
        "commits": (CommitNote(HEAD, "Empty tables"),),
        "closing": tuple(issue(each) for each in closing),
        "now": NOW,
    }
    return PullRequest(**(made | more))


def issue(number=12, *, labels=("defect: crash",), title="It crashes", **more):
    return Linked(REPOSITORY, number, title, "", labels, **more)


def symbol(name="test_empty", first=3, last=4, *, scope=(), skipped=0, asserts=True):
    return Symbol(name, scope, first, last, skipped, asserts)


def reading(*symbols, path=TEST, by="tree-sitter", added=((1, 4),), **more):
    return Reading(path, by, symbols or (symbol(),), added=added, **more)


def diff(it=None, *seen, **more):
    return Diff(it or pull(), {each.path: each for each in seen} if seen else {TEST: reading()}, **more)


def link(written=f"{TEST}::test_empty", source="body"):
    return read_link(written, source)
