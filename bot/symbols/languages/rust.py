"""Rust: whatever carries a test attribute, and what stands so in proptest! and its like. Expands no macro."""

import re2
from tree_sitter import Node

from bot.symbols.tree import Around, Grammar, Meaning, line, named

_KINDS = frozenset(
    [
        "attribute_item",
        "function_item",
        "mod_item",
        "impl_item",
        "trait_item",
        "struct_item",
        "enum_item",
        "const_item",
        "static_item",
        "type_item",
        "use_declaration",
        "let_declaration",
        "macro_definition",
        "macro_invocation",
        "token_tree",
        "fn",
    ]
)
_NOTES = frozenset({"line_comment", "block_comment"})

_TEST = re2.compile(
    r"^(?:\w+::)*(?:test|rstest|test_case|wasm_bindgen_test|quickcheck|proptest|gtest|parameterized|test_matrix)"
    r"(?:\s*\(|\s*=|$)"
)
MAX_BODY = 20_000  # bytes of a function within a macro that are searched for its end
_IGNORE = re2.compile(r"^ignore(?:\s*=|$)")


def look(node: Node, around: Around) -> Meaning | None:
    match node.type:
        case "attribute_item":
            return Meaning("carry")
        case "function_item":
            return _function(node, around)
        case "mod_item":
            return Meaning(name=around.text(node.child_by_field_name("name")))
        case "token_tree":  # within a macro, where attributes are mere brackets
            return Meaning("carry") if around.text(node).startswith("[") else Meaning(kind="macro")
        case "fn":
            return _in_macro(node.next_sibling, around) if around.kind == "macro" and around.carried else None
        case _:
            return None


def _function(node: Node, around: Around) -> Meaning | None:
    texts = [(line(each), around.text(next(iter(named(each)), None))) for each in around.carried]
    if not any(_TEST.match(text) for _, text in texts):
        return None
    skipped = next((at for at, text in texts if _IGNORE.match(text)), 0)
    return Meaning("test", around.text(node.child_by_field_name("name")), skipped, first=texts[0][0])


def _in_macro(name: Node | None, around: Around) -> Meaning | None:
    """A function within a macro: of its attributes and its body only the words are known."""
    texts = [(line(each), around.text(each).strip("[] ")) for each in around.carried]
    if name is None or not any(_TEST.match(text) for _, text in texts):
        return None
    skipped = next((at for at, text in texts if _IGNORE.match(text)), 0)
    return Meaning("test", around.text(name), skipped, first=texts[0][0], last=_end(name, around.source))


def _end(name: Node, source: bytes) -> int:
    """The line of the brace that closes the body after a name; a brace within a string may mislead it."""
    depth, text = 0, source[name.end_byte : name.end_byte + MAX_BODY]
    for at, each in enumerate(text):
        depth += (each == ord("{")) - (each == ord("}"))
        if depth <= 0 and each == ord("}"):
            return line(name) + text.count(b"\n", 0, at)
    return line(name)


GRAMMAR = Grammar("tree_sitter_rust", _KINDS, _NOTES, look)
