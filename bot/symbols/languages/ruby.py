"""Ruby: RSpec, Minitest, test-unit, Rails, shoulda. Requires nothing of what it reads."""

import re2
from tree_sitter import Node

from bot.symbols.tree import Around, Grammar, Meaning, line, named, unconditional, unquoted

_KINDS = frozenset({"class", "module", "method", "call"})
_NOTES = frozenset({"comment"})

_TESTS = frozenset(
    [
        "it",
        "specify",
        "scenario",
        "example",
        "its",
        "test",
        "should",
        "background_test",
        "fit",
        "focus",
        "fspecify",
        "fexample",
        "fscenario",
    ]
)
_OFF = frozenset(["xit", "xspecify", "xexample", "xscenario", "xtest", "pending", "skip"])
_GROUPS = frozenset(
    [
        "describe",
        "context",
        "feature",
        "fdescribe",
        "fcontext",
        "ffeature",
        "example_group",
        "shared_examples",
        "shared_context",
    ]
)
_OFF_GROUPS = frozenset({"xdescribe", "xcontext", "xfeature"})
_RECEIVERS = frozenset({"", "RSpec", "Minitest", "Test"})
_CALL = re2.compile(r"^(?:skip|pending|omit|pend|notify_skip)(?:[ (\"']|$)")
_STRINGS = frozenset({"string", "chained_string", "simple_symbol", "delimited_symbol"})


def look(node: Node, around: Around) -> Meaning | None:
    name = around.text(node.child_by_field_name("name"))
    match node.type:
        case "module":
            return Meaning(name=name)
        case "class":
            base = around.text(node.child_by_field_name("superclass"))
            return Meaning(name=name, kind="tests" if {"Test", "Spec", "Case"} & _words(name + base) else "class")
        case "method":
            is_test = name.startswith("test_") and around.kind in {"", "tests"}
            body = node.child_by_field_name("body")
            return Meaning("test", name, _skipping(body, around), kind="method") if is_test else Meaning(kind="method")
        case _:
            return _call(node, around) if around.kind != "method" else None


def _words(text: str) -> set[str]:
    return {word for word in ("Test", "Spec", "Case") if word in text}


def _call(node: Node, around: Around) -> Meaning | None:
    word = around.text(node.child_by_field_name("method"))
    is_group = word in _GROUPS or word in _OFF_GROUPS
    if not is_group and word not in _TESTS and word not in _OFF:
        return None
    if around.text(node.child_by_field_name("receiver")) not in _RECEIVERS:
        return None
    block = node.child_by_field_name("block")
    arguments = named(node.child_by_field_name("arguments"))
    if block is None and (is_group or word in {"skip", "pending", "test", "should", "example", "focus"}):
        return None
    words = [each for each in arguments if each.type != "pair"]
    if block is None and (not words or words[0].type not in _STRINGS):
        return None
    name = " ".join(_said(each, around) for each in words if not _is_tag(each, words))
    is_off = word in _OFF or word in _OFF_GROUPS or block is None
    body = block.child_by_field_name("body") if block else None
    skipped = line(node) if is_off else _tag(arguments, around) or (0 if is_group else _skipping(body, around))
    return Meaning("scope" if is_group else "test", name, skipped, kind="spec")


def _is_tag(node: Node, words: list[Node]) -> bool:
    """Whether a symbol is a tag, as in `it "x", :slow`."""
    return node.type == "simple_symbol" and node is not words[0]


def _said(node: Node, around: Around) -> str:
    text = around.text(node)
    return (
        text.removeprefix(":").strip("\"'")
        if node.type.endswith("symbol")
        else unquoted(text)
        if node.type in _STRINGS
        else text
    )


def _tag(arguments: list[Node], around: Around) -> int:
    """The line of a tag that keeps a test from running: `:skip`, `skip: true`, `pending: "why"`."""
    for each in arguments:
        text = around.text(each)
        if each.type == "simple_symbol" and text in {":skip", ":pending"} and each is not arguments[0]:
            return line(each)
        key, _, value = text.partition(":")
        is_literal = value.strip() == "true" or value.strip()[:1] in {'"', "'"}
        if each.type == "pair" and key in {"skip", "pending"} and is_literal:
            return line(each)
    return 0


def _skipping(body: Node | None, around: Around) -> int:
    return next((line(each) for each in unconditional(named(body)) if _CALL.match(around.text(each))), 0)


GRAMMAR = Grammar("tree_sitter_ruby", _KINDS, _NOTES, look)
