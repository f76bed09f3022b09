"""Java: JUnit 3 to 5, TestNG, jqwik. Loads nothing of what it reads."""

from collections.abc import Iterable

import re2
from tree_sitter import Node

from bot.symbols.tree import Around, Grammar, Meaning, child, children, line, named, unconditional

_KINDS = frozenset(
    ["class_declaration", "record_declaration", "interface_declaration", "enum_declaration", "method_declaration"]
)
_NOTES = frozenset({"line_comment", "block_comment"})

TESTS = frozenset(
    [
        "Test",
        "ParameterizedTest",
        "RepeatedTest",
        "TestFactory",
        "TestTemplate",
        "Property",
        "Example",
        "Theory",
        "CartesianTest",
        "RetryingTest",
        "ArchTest",
        "FuzzTest",
    ]
)
SKIPS = frozenset({"Disabled", "Ignore", "Ignored"})
ABORT = re2.compile(
    r"^(?:throw new (?:\w+\.)*(?:TestAbortedException|AssumptionViolatedException|SkipException)\b"
    r"|(?:\w+\.)*(?:Assumptions\.abort\(|assumeTrue\(\s*false\b|assumeFalse\(\s*true\b))"
)
_OFF = re2.compile(r"\benabled\s*=\s*false\b")


def look(node: Node, around: Around) -> Meaning | None:
    marks = _annotations(node, around)
    skipped = next((at for name, text, at in marks if name in SKIPS or (name == "Test" and _OFF.search(text))), 0)
    name = around.text(node.child_by_field_name("name"))
    is_marked = any(mark in TESTS for mark, _, _ in marks)
    if node.type != "method_declaration":
        base = around.text(node.child_by_field_name("superclass"))
        kind = "marked" if is_marked else "junit3" if base.endswith("TestCase") else "class"
        return Meaning(name=name, skipped=skipped, kind=kind)
    if not is_marked and not _is_implied(node, name, around):
        return None
    body = named(node.child_by_field_name("body"))
    return Meaning("test", name, skipped or aborted(body, around, ABORT), kind="method")


def aborted(body: Iterable[Node], around: Around, call: "re2._Regexp") -> int:
    return next((line(each) for each in unconditional(list(body)) if call.match(around.text(each))), 0)


def _annotations(node: Node, around: Around) -> list[tuple[str, str, int]]:
    """Each annotation's last name, its text, and its line."""
    return [
        (around.text(each.child_by_field_name("name")).rpartition(".")[2], around.text(each), line(each))
        for each in children(child(node, "modifiers"), "annotation", "marker_annotation")
    ]


def _is_implied(node: Node, name: str, around: Around) -> bool:
    """Whether the class around makes a test of a method without a mark: JUnit 3's name, TestNG's public."""
    match around.kind:
        case "junit3":
            return name.startswith("test")
        case "marked":
            return child(child(node, "modifiers"), "public") is not None and child(node, "void_type") is not None
        case _:
            return False


GRAMMAR = Grammar("tree_sitter_java", _KINDS, _NOTES, look)
