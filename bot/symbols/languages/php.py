"""PHP: PHPUnit by name, attribute and docblock; Pest by call; Codeception's Cest classes. Runs nothing."""

import re2
from tree_sitter import Node

from bot.symbols.tree import Around, Grammar, Meaning, child, children, line, named, unconditional, unquoted

_KINDS = frozenset(
    [
        "comment",
        "class_declaration",
        "trait_declaration",
        "method_declaration",
        "property_declaration",
        "const_declaration",
        "function_definition",
        "expression_statement",
        "use_declaration",
    ]
)
_NOTES = frozenset({"comment"})

_DOCBLOCK = re2.compile(r"(?m)(?:^|\s|\*)@test\b")
_CALL = re2.compile(
    r"^(?:(?:\$this->|(?:self|static)::)(?:markTestSkipped|markTestIncomplete)\("
    r"|throw new \\?(?:\w+\\)*(?:SkippedTestError|IncompleteTestError|Skip)\b)"
)
_PEST = frozenset({"it", "test", "describe", "scenario", "todo"})
_NEVER = re2.compile(r"^\(\s*(?:\)|true\b|[\"'])")
_MAX_CHAIN = 20


def look(node: Node, around: Around) -> Meaning | None:
    match node.type:
        case "comment":
            return Meaning("carry")
        case "class_declaration" | "trait_declaration":
            return _class(node, around)
        case "method_declaration":
            return _method(node, around)
        case "expression_statement":
            return _pest(node, around)
        case _:
            return None


def _class(node: Node, around: Around) -> Meaning:
    name = around.text(node.child_by_field_name("name"))
    bases = around.text(child(node, "base_clause"))
    is_one = name.endswith(("Test", "TestCase", "Tests")) or "Test" in bases or node.type == "trait_declaration"
    return Meaning(name=name, kind="cest" if name.endswith("Cest") else "tests" if is_one else "class")


def _method(node: Node, around: Around) -> Meaning | None:
    name = around.text(node.child_by_field_name("name"))
    marks = {
        around.text(each.children[0]).rpartition("\\")[2]
        for group in children(node.child_by_field_name("attributes"), "attribute_group")
        for each in children(group, "attribute")
    }
    said = around.text(around.carried[-1]) if around.carried else ""
    is_named = around.kind == "tests" and name.startswith("test")
    is_cest = (
        around.kind == "cest"
        and not name.startswith("_")
        and "private" not in around.text(child(node, "visibility_modifier"))
    )
    if not (is_named or is_cest or "Test" in marks or (said.startswith("/**") and _DOCBLOCK.search(said))):
        return None
    body = named(node.child_by_field_name("body"))
    skipped = next((line(each) for each in unconditional(body) if _CALL.match(around.text(each))), 0)
    return Meaning("test", name, skipped, kind="method")


def _pest(node: Node, around: Around) -> Meaning | None:
    """`it('x', function () {})->skip()`"""
    call, skipped, is_only, links = named(node)[0] if named(node) else None, 0, False, 0
    while call is not None and call.type == "member_call_expression" and links < _MAX_CHAIN:
        word = around.text(call.child_by_field_name("name"))
        arguments = call.child_by_field_name("arguments")
        if word == "todo" or (word == "skip" and arguments and _NEVER.match(around.text(arguments))):
            skipped = line(arguments or call)
        is_only = is_only or word == "only"
        call, links = call.child_by_field_name("object"), links + 1
    if call is None or call.type != "function_call_expression" or around.kind == "method":
        return None
    word = around.text(call.child_by_field_name("function"))
    given = [each.children[0] for each in children(call.child_by_field_name("arguments"), "argument")]
    if word not in _PEST or not given or "string" not in given[0].type:
        return None
    skipped = skipped or (line(node) if word == "todo" else _skipping(given, around))
    is_group = word == "describe"
    return Meaning("scope" if is_group else "test", unquoted(around.text(given[0])), skipped, is_only=is_only)


def _skipping(arguments: list[Node], around: Around) -> int:
    body = named(child(arguments[-1], "compound_statement"))
    return next((line(each) for each in unconditional(body) if _CALL.match(around.text(each))), 0)


GRAMMAR = Grammar("tree_sitter_php", _KINDS, _NOTES, look, "language_php")
