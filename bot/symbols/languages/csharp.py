"""C#: xUnit, NUnit, MSTest, TUnit by attribute. Loads nothing of what it reads."""

import re2
from tree_sitter import Node

from bot.symbols.tree import Around, Grammar, Meaning, children, line, named, unconditional

_KINDS = frozenset(
    ["class_declaration", "struct_declaration", "record_declaration", "method_declaration", "preproc_if"]
)
_NOTES = frozenset({"comment"})

_TESTS = frozenset(["Test", "TestCase", "TestCaseSource", "TestMethod", "DataTestMethod", "Property"])
_OFF = frozenset({"Ignore", "Explicit"})
_SKIP = re2.compile(r"\b(?:Skip|Ignore|IgnoreReason)\s*=\s*(?:[@$]*\"|nameof|[A-Z]\w*)")
_CALL = re2.compile(
    r"^(?:(?:Xunit\.)?Assert\.(?:Ignore|Inconclusive|Skip)\(|Skip\.(?:Always\(|If\(\s*true\b)"
    r"|throw new (?:\w+\.)*(?:Ignore|Skip|Inconclusive)Exception\b)"
)


def look(node: Node, around: Around) -> Meaning | None:
    if node.type == "preproc_if":
        is_never = around.text(node.child_by_field_name("condition")) in {"false", "NEVER", "DISABLED"}
        return Meaning(skipped=line(node)) if is_never else None
    marks = _attributes(node, around)
    name = around.text(node.child_by_field_name("name"))
    skipped = next((at for mark, _, at in marks if mark in _OFF), 0)
    if node.type != "method_declaration":
        return Meaning(name=name, skipped=skipped)
    tests = [(text, at) for mark, text, at in marks if mark in _TESTS or mark.endswith(("Fact", "Theory"))]
    if not tests:
        return None
    if all(_SKIP.search(text) for text, _ in tests):
        skipped = skipped or tests[0][1]
    return Meaning("test", name, skipped or _skipping(node.child_by_field_name("body"), around))


def _attributes(node: Node, around: Around) -> list[tuple[str, str, int]]:
    """Each attribute's last name, its text, and its line."""
    found = (each for group in children(node, "attribute_list") for each in children(group, "attribute"))
    return [
        (
            around.text(each.child_by_field_name("name")).rpartition(".")[2].removesuffix("Attribute"),
            around.text(each),
            line(each),
        )
        for each in found
    ]


def _skipping(body: Node | None, around: Around) -> int:
    return next((line(each) for each in unconditional(named(body)) if _CALL.match(around.text(each))), 0)


GRAMMAR = Grammar("tree_sitter_c_sharp", _KINDS, _NOTES, look)
