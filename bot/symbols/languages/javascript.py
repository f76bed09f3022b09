"""JavaScript and TypeScript: Jest, Vitest, Mocha, Jasmine, Playwright, QUnit, node:test, Deno. Runs nothing."""

import re2
from tree_sitter import Node

from bot.symbols.tree import Around, Grammar, Meaning, child, line, named, unconditional, unquoted

_KINDS = frozenset({"call_expression"})
_NOTES = frozenset({"comment", "html_comment"})

_CHAIN = re2.compile(
    r"^(?:(?:Deno|QUnit|tap|t|mocha)\s*\.\s*)?"
    r"([fx]?(?:it|describe|context|specify)|x?(?:test|suite)|scenario|module|feature)((?:\s*\.\s*\w+)*)$"
)
_GROUPS = frozenset({"describe", "context", "suite", "module", "feature"})
_SKIPS = frozenset({"skip", "todo", "failing", "fails", "fixme", "fail", "ignore"})
_MODIFIERS = (
    _SKIPS
    | _GROUPS
    | frozenset(
        [
            "only",
            "each",
            "concurrent",
            "sequential",
            "serial",
            "parallel",
            "for",
            "skipIf",
            "runIf",
            "shuffle",
            "cb",
            "prop",
            "effect",
            "live",
            "scoped",
            "slow",
            "test",
            "it",
            "always",
        ]
    )
)
_NEVER = re2.compile(r"\b(?:skipIf\s*\(\s*true|runIf\s*\(\s*false)\s*\)")
_CALL = re2.compile(
    r"^(?:await\s+)?(?:return\s+)?(?:this\.skip\(|pending\(|(?:t|ctx|context|testInfo)\.(?:skip|todo)\([^,()]*\)"
    r"|(?:test|it)\.(?:skip|fixme|fail)\(\s*(?:\)|true\b))"
)
_FUNCTIONS = frozenset({"arrow_function", "function_expression", "function", "generator_function"})
_STRINGS = frozenset({"string", "template_string"})
_NAMES = _STRINGS | frozenset({"identifier", "member_expression", "binary_expression", "call_expression"})


def look(node: Node, around: Around) -> Meaning | None:
    function = node.child_by_field_name("function")
    arguments = named(node.child_by_field_name("arguments"))
    if function is None or not arguments:
        return None
    called = function.child_by_field_name("function") if function.type == "call_expression" else function
    chain = _CHAIN.match(around.text(called))
    words = [each.strip() for each in chain.group(2).split(".")[1:]] if chain else []
    if not chain or not _MODIFIERS.issuperset(words):
        return None
    base = chain.group(1)
    is_group = base.lstrip("fx") in _GROUPS or base in _GROUPS or not _GROUPS.isdisjoint(words)
    name = _name(arguments, around, is_group=is_group, is_table=called is not function)
    if name is None:
        return None
    is_off = base.startswith("x") or not _SKIPS.isdisjoint(words) or bool(_NEVER.search(around.text(function)))
    is_off = is_off or (len(arguments) == 1 and arguments[0].type != "object")
    skipped = line(function) if is_off else _option(arguments, around) or _skipping(arguments, around)
    is_only = "only" in words or (base.startswith("f") and base != "feature")
    return Meaning("scope" if is_group else "test", name, skipped, is_only=is_only)


def _name(arguments: list[Node], around: Around, *, is_group: bool, is_table: bool) -> str | None:
    """The name that a call gives to a test, None where it is no such call."""
    first, rest = arguments[0], arguments[1:]
    if first.type == "object" and not rest and not is_group:  # Deno.test({name, fn})
        return next((unquoted(text) for key, text in _pairs(first, around) if key == "name"), None)
    if first.type == "function_expression" and not is_group:  # Deno.test(function name() {})
        return around.text(first.child_by_field_name("name")) or None
    if first.type not in _NAMES or (not rest and (is_group or first.type not in _STRINGS)):
        return None
    is_body = any(each.type in _FUNCTIONS for each in rest)
    if first.type in _STRINGS:
        return unquoted(around.text(first))
    return around.text(first) if is_body or is_table else None


def _pairs(node: Node, around: Around) -> list[tuple[str, str]]:
    return [
        (unquoted(around.text(each.child_by_field_name("key"))), around.text(each.child_by_field_name("value")))
        for each in named(node)
        if each.type == "pair"
    ]


def _option(arguments: list[Node], around: Around) -> int:
    """The line of an option that keeps a test from running: `{ skip: true }`."""
    for each in arguments:
        if each.type == "object":
            for key, text in _pairs(each, around):
                if key in _SKIPS and (text == "true" or text[:1] in {"'", '"', "`"}):
                    return line(each)
    return 0


def _skipping(arguments: list[Node], around: Around) -> int:
    """The line of a call, at the top of the body, that skips whatever stands below."""
    function = next((each for each in reversed(arguments) if each.type in _FUNCTIONS), None)
    body = named(child(function, "statement_block"))
    return next((line(each) for each in unconditional(body) if _CALL.match(around.text(each))), 0)


GRAMMAR = Grammar("tree_sitter_javascript", _KINDS, _NOTES, look)
TYPESCRIPT = Grammar("tree_sitter_typescript", _KINDS, _NOTES, look, "language_typescript")
TSX = Grammar("tree_sitter_typescript", _KINDS, _NOTES, look, "language_tsx")
