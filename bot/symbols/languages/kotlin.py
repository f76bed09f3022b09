"""Kotlin: JUnit and kotlin.test by annotation, Kotest by call. Loads nothing of what it reads."""

import re2
from tree_sitter import Node

from bot.symbols.languages.java import ABORT, SKIPS, TESTS, aborted
from bot.symbols.tree import Around, Grammar, Meaning, child, children, line, named, unquoted

_KINDS = frozenset(
    [
        "class_declaration",
        "object_declaration",
        "function_declaration",
        "call_expression",
        "infix_expression",
        "binary_expression",
    ]
)
_NOTES = frozenset({"line_comment", "block_comment"})

_CALL = re2.compile(
    r"^(x?)(should|test|it|then|Then|expect|scenario|context|describe|given|Given|When|`when`|feature|and|And)$"
)
_TESTS = frozenset({"should", "test", "it", "then", "Then", "expect", "scenario"})
_OFF = re2.compile(r"\benabled\s*=\s*false\b")
_INFIX = frozenset({"should", "when", "-", "in", "`when`", "must"})
_LAMBDAS = ("annotated_lambda", "lambda_literal")


def look(node: Node, around: Around) -> Meaning | None:
    match node.type:
        case "class_declaration" | "object_declaration":
            return _declared(node, around, is_test=False)
        case "function_declaration":
            return _declared(node, around, is_test=True)
        case "call_expression":
            return _call(node, around)
        case _:
            return _infix(node, around)


def _declared(node: Node, around: Around, *, is_test: bool) -> Meaning | None:
    marks = [
        (around.text(each).lstrip("@").partition("(")[0].rpartition(".")[2].rpartition(":")[2].strip(), line(each))
        for each in children(child(node, "modifiers"), "annotation")
    ]
    skipped = next((at for name, at in marks if name in SKIPS), 0)
    name = around.text(node.child_by_field_name("name")).strip("`")
    if not is_test:
        return Meaning(name=name, skipped=skipped)
    if not any(mark in TESTS for mark, _ in marks):
        return None
    body = named(child(child(node, "function_body"), "block"))
    return Meaning("test", name, skipped or aborted(body, around, ABORT))


def _call(node: Node, around: Around) -> Meaning | None:
    """`should("x") { }`, `"x" { }`, `test("x").config(enabled = false) { }`"""
    if not child(node, *_LAMBDAS):
        return None
    called, is_off = node.children[0], False
    for _ in range(3):  # unwraps .config(...)
        if called.type == "call_expression" and (inner := child(called, "navigation_expression")):
            is_off = is_off or bool(_OFF.search(around.text(child(called, "value_arguments"))))
            called = inner.children[0]
    if called.type == "string_literal":
        return _meaning(node, unquoted(around.text(called)), is_test=True, is_off=is_off)
    word = _CALL.match(around.text(called.children[0])) if called.type == "call_expression" else None
    argument = next(iter(named(child(called, "value_arguments"))), None)
    if not word or not child(argument, "string_literal"):
        return None
    name = unquoted(around.text(argument))
    return _meaning(node, name, is_test=word.group(2) in _TESTS, is_off=is_off or bool(word.group(1)))


def _infix(node: Node, around: Around) -> Meaning | None:
    """`"x" should { }`, `"x" - { }`: a group of Kotest."""
    if node.child_count != 3 or node.children[0].type != "string_literal":  # noqa: PLR2004 - left, operator, right
        return None
    left, operator, right = node.children
    if around.text(operator) not in _INFIX or right.type not in _LAMBDAS:
        return None
    return _meaning(node, unquoted(around.text(left)), is_test=False, is_off=False)


def _meaning(node: Node, name: str, *, is_test: bool, is_off: bool) -> Meaning:
    """Kotest does not run a test whose name begins with an exclamation mark."""
    is_off = is_off or name.startswith("!")
    return Meaning("test" if is_test else "scope", name.removeprefix("!"), line(node) if is_off else 0)


GRAMMAR = Grammar("tree_sitter_kotlin", _KINDS, _NOTES, look)
