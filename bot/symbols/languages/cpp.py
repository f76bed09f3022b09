"""C and C++ by the tree: comments, and functions that are named as tests; the rest are macros, which macros.py reads.

A grammar without the preprocessor cannot follow TEST_CASE("x") { }: behind it, it may take anything for anything.
"""

from tree_sitter import Node

from bot.symbols.plain.macros import read_macros
from bot.symbols.tree import Around, Grammar, Meaning, child, line, named

_KINDS = frozenset({"function_definition", "preproc_if"})
_NOTES = frozenset({"comment"})

_SKIPS = ("skip(", "TEST_IGNORE", "cr_skip", "kunit_skip(", "QSKIP(", "g_test_skip(")
_FIXTURES = ("_setup", "_teardown", "_init", "_cleanup", "_helper", "_main")


def look(node: Node, around: Around) -> Meaning | None:
    if node.type == "preproc_if":
        is_never = around.text(node.child_by_field_name("condition")).strip() == "0"
        return Meaning(skipped=line(node)) if is_never else None
    declarator = child(node, "function_declarator")
    name = around.text(declarator.child_by_field_name("declarator") if declarator else None)
    is_named = name.startswith("test_") or (name.endswith("_test") and "static" in around.text(node)[:10])
    if not is_named or not name.isidentifier() or name.endswith(_FIXTURES):
        return None
    if around.text(node.child_by_field_name("type")) not in {"void", "int", "bool"}:
        return None
    body = named(node.child_by_field_name("body"))[:1]
    skipped = next((line(each) for each in body if around.text(each).startswith(_SKIPS)), 0)
    return Meaning("test", name, skipped)


GRAMMAR = Grammar("tree_sitter_cpp", _KINDS, _NOTES, look, also=read_macros)
