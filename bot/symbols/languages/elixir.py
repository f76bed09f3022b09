"""Elixir: ExUnit, with its tags; StreamData's properties; Wallaby's features. Expands no macro."""

import re2
from tree_sitter import Node

from bot.symbols.tree import Around, Grammar, Meaning, child, children, line, named, unquoted

_KINDS = frozenset({"call", "unary_operator"})
_NOTES = frozenset({"comment"})

_TESTS = frozenset({"test", "property", "feature"})
_TAG = re2.compile(r"^@tag\s*\(?\s*(?::skip\b|skip:\s*(?:true|[\"'~]))")
_OF_ALL = re2.compile(r"^@(?:moduletag|describetag)\s*\(?\s*(?::skip\b|skip:\s*(?:true|[\"'~]))")


def look(node: Node, around: Around) -> Meaning | None:
    if node.type == "unary_operator":
        return Meaning("carry")
    word = around.text(node.child_by_field_name("target"))
    arguments, body = named(child(node, "arguments")), child(node, "do_block")
    if not arguments or (word != "test" and body is None):
        return None
    if word == "defmodule":
        return Meaning(name=around.text(arguments[0]), skipped=_stopped(body, around))
    if arguments[0].type not in {"string", "sigil"}:
        return None
    name = unquoted(around.text(arguments[0]))
    if word == "describe":
        return Meaning("scope", name, _stopped(body, around))
    if word not in _TESTS:
        return None
    return _test(node, name, around, has_body=bool(body) or "do:" in around.text(node))


def _test(node: Node, name: str, around: Around, *, has_body: bool) -> Meaning:
    """A test, its tags before it; one without a body is only a plan."""
    tags = [each for each in around.carried if around.text(each).startswith("@tag")]
    skipped = next((line(each) for each in tags if _TAG.match(around.text(each))), 0)
    return Meaning("test", name, skipped or (0 if has_body else line(node)), first=line(tags[0]) if tags else 0)


def _stopped(body: Node | None, around: Around) -> int:
    """The line of a tag that skips all that stands in a module or a group."""
    found = (each for each in children(body, "unary_operator") if _OF_ALL.match(around.text(each)))
    return next((line(each) for each in found), 0)


GRAMMAR = Grammar("tree_sitter_elixir", _KINDS, _NOTES, look)
