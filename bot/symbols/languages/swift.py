"""Swift: XCTest by name, swift-testing by attribute, Quick by call. Builds nothing."""

import re2
from tree_sitter import Node

from bot.symbols.tree import Around, Grammar, Meaning, child, children, line, named, unconditional, unquoted

_KINDS = frozenset({"class_declaration", "function_declaration", "call_expression"})
_NOTES = frozenset({"comment", "multiline_comment"})

_TEST = re2.compile(r"^@(?:\w+\.)?Test\b")
_OFF = re2.compile(r"\.disabled\(\s*(?:\)|\"|#)|\.enabled\(\s*if:\s*false\b")
_CALL = re2.compile(
    r"^(?:throw (?:XCTest\.)?XCTSkip\b|try XCTSkipIf\(\s*true\b|try XCTSkipUnless\(\s*false\b|XCTExpectFailure\()"
)
_SPECS = frozenset(
    {"it", "describe", "context", "fit", "fdescribe", "fcontext", "xit", "xdescribe", "xcontext", "pending"}
)


def look(node: Node, around: Around) -> Meaning | None:
    match node.type:
        case "class_declaration":
            name = around.text(node.child_by_field_name("name"))
            marks = _attributes(node, around)
            return Meaning(name=name, skipped=_disabled(marks), kind=_kind(node, name, marks, around))
        case "function_declaration":
            return _function(node, around)
        case _:
            return _spec(node, around)


def _kind(node: Node, name: str, marks: list[tuple[str, int]], around: Around) -> str:
    """Whether a method named test... is one here: in a class with a base, or an extension of what sounds like tests."""
    bases = [around.text(each) for each in children(node, "inheritance_specifier")]
    is_one = any("Test" in base or base.endswith("Case") for base in bases) or "Test" in name
    return "tests" if is_one and not any(text.startswith("@Suite") for text, _ in marks) else "type"


def _function(node: Node, around: Around) -> Meaning | None:
    name = around.text(node.child_by_field_name("name"))
    marks = _attributes(node, around)
    is_named = around.kind == "tests" and name.startswith("test") and not child(node, "parameter")
    if not is_named and not any(_TEST.match(text) for text, _ in marks):
        return Meaning(kind="function") if around.kind == "tests" else None
    body = named(child(child(node, "function_body"), "statements"))
    called = next((line(each) for each in unconditional(body) if _CALL.match(around.text(each))), 0)
    return Meaning("test", name.strip("`"), _disabled(marks) or called, kind="function")


def _attributes(node: Node, around: Around) -> list[tuple[str, int]]:
    return [(around.text(each), line(each)) for each in children(child(node, "modifiers"), "attribute")]


def _disabled(marks: list[tuple[str, int]]) -> int:
    return next((at for text, at in marks if _OFF.search(text)), 0)


def _spec(node: Node, around: Around) -> Meaning | None:
    """`it("x") { }` of Quick."""
    word, suffix = around.text(node.children[0]), child(node, "call_suffix")
    arguments = named(child(suffix, "value_arguments"))
    if word not in _SPECS or not arguments or not child(suffix, "lambda_literal"):
        return None
    argument = around.text(arguments[0])
    if not argument.startswith('"'):
        return None
    is_group = word.endswith(("describe", "context"))
    skipped = line(node) if word.startswith("x") or word == "pending" else 0
    return Meaning("scope" if is_group else "test", unquoted(argument), skipped, is_only=word.startswith("f"))


GRAMMAR = Grammar("tree_sitter_swift", _KINDS, _NOTES, look)
