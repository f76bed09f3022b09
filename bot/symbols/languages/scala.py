"""Scala: ScalaTest in all its styles, MUnit, JUnit, specs2, utest, weaver. Compiles nothing."""

from dataclasses import replace

import re2
from tree_sitter import Node

from bot.core.evidence.model import Symbol
from bot.symbols.tree import Around, Grammar, Meaning, children, line, named, unconditional, unquoted

_KINDS = frozenset(
    [
        "class_definition",
        "object_definition",
        "trait_definition",
        "function_definition",
        "call_expression",
        "infix_expression",
        "assignment_expression",
    ]
)
_NOTES = frozenset({"comment", "block_comment"})

_CALLS = {"test": "test", "it": "test", "they": "test", "property": "test", "Scenario": "test", "scenario": "test"}
_CALLS |= {"ignore": "off", "pureTest": "test", "loggedTest": "test", "testAsync": "test"}
_CALLS |= {"describe": "group", "Feature": "group", "feature": "group", "suite": "group"}
_VERBS = frozenset({"should", "must", "can", "when", "that", "which"})
_JOINED = frozenset({"when", "that", "which"})  # verbs that tell two subjects apart
_LEAVES = frozenset({"in", "ignore", "is", ">>", "inWord"})
_SUBJECTS = frozenset({"it", "they"})
_DOTTED = frozenset({"ignore", "fail", "pending", "flaky"})
_CALL = re2.compile(r"^(?:pending(?:Until\w+)?\b|cancel\(|assume\(\s*false\b|ignore\()")


def look(node: Node, around: Around) -> Meaning | None:
    match node.type:
        case "class_definition" | "object_definition" | "trait_definition":
            return Meaning(
                name=around.text(node.child_by_field_name("name")),
                skipped=_marked(node, around, "Ignore", "DoNotDiscover"),
            )
        case "function_definition":
            is_test = _marked(node, around, "Test") > 0
            name = around.text(node.child_by_field_name("name")).strip("`")
            return Meaning("test", name, _marked(node, around, "Ignore", "Disabled")) if is_test else None
        case "infix_expression":
            return _infix(node, around)
        case "assignment_expression":  # property("x") = forAll { }
            left = node.child_by_field_name("left")
            return _call(left, None, around) if left and left.type == "call_expression" else None
        case _:
            return _call(node.child_by_field_name("function"), node.child_by_field_name("arguments"), around)


def _marked(node: Node, around: Around, *names: str) -> int:
    """The line of an annotation of one of these names."""
    found = ((each, around.text(each.child_by_field_name("name"))) for each in children(node, "annotation"))
    return next((line(each) for each, name in found if name.rpartition(".")[2] in names), 0)


def _call(called: Node | None, body: Node | None, around: Around) -> Meaning | None:
    """`test("x") { }`, `test("x".ignore) { }`, `describe("x") { }`"""
    if called is None or called.type != "call_expression":
        return None
    role = _CALLS.get(around.text(called.child_by_field_name("function")))
    arguments = named(called.child_by_field_name("arguments"))
    if not role or not arguments:
        return None
    name, dotted = arguments[0], ""
    while name.type == "field_expression":
        dotted = dotted or around.text(name.child_by_field_name("field"))
        name = name.child_by_field_name("value") or name.children[0]
    if "string" not in name.type:
        return None
    is_off = role == "off" or dotted in _DOTTED
    skipped = line(called) if is_off else 0 if role == "group" else _skipping(body, around)
    return Meaning(
        "scope" if role == "group" else "test", unquoted(around.text(name)), skipped, is_only=dotted == "only"
    )


def _infix(node: Node, around: Around) -> Meaning | None:
    """`"x" should "y" in { }`, `"x" should { }`, `"x" - { }`, `"x" in { }`"""
    left, operator, right = (node.child_by_field_name(each) for each in ("left", "operator", "right"))
    word = around.text(operator)
    if left is None or right is None:
        return None
    if word in _LEAVES:
        return _leaf(left, word, right, around)
    if (word in _VERBS or word == "-") and right.type == "block" and "string" in left.type:
        verb = f" {word}" if word in _JOINED else ""
        return Meaning("scope", unquoted(around.text(left)) + verb)
    return None


def _leaf(left: Node, word: str, right: Node, around: Around) -> Meaning | None:
    while left.type == "infix_expression" and around.text(left.child_by_field_name("operator")) == "taggedAs":
        left = left.child_by_field_name("left") or left.children[0]
    skipped = line(right) if word == "ignore" or _CALL.match(around.text(right)) else _skipping(right, around)
    if "string" in left.type:
        return Meaning("test", unquoted(around.text(left)), skipped)
    subject, verb, name = (left.child_by_field_name(each) for each in ("left", "operator", "right"))
    if left.type != "infix_expression" or around.text(verb) not in _VERBS or name is None or "string" not in name.type:
        return None
    who = around.text(subject)
    if "string" not in (subject.type if subject else "") and who not in _SUBJECTS:
        return None
    return Meaning("test", unquoted(around.text(name)), skipped, within=(who if who in _SUBJECTS else unquoted(who),))


def _skipping(body: Node | None, around: Around) -> int:
    return next((line(each) for each in unconditional(named(body)) if _CALL.match(around.text(each))), 0)


def _subjects(symbols: list[Symbol]) -> list[Symbol]:
    """`it should` speaks of the subject that was named before it."""
    found, subjects = list[Symbol](), dict[tuple[str, ...], str]()
    for each in symbols:
        outer, last = each.scope[:-1], each.scope[-1] if each.scope else ""
        if last in _SUBJECTS:
            found.append(replace(each, scope=(*outer, subjects.get(outer, last))))
        else:
            subjects[outer] = last
            found.append(each)
    return found


GRAMMAR = Grammar("tree_sitter_scala", _KINDS, _NOTES, look, finish=_subjects)
