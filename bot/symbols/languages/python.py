"""Python: pytest's functions and classes, and unittest's. Imports nothing of what it reads."""

from collections.abc import Iterable

import re2
from tree_sitter import Node

from bot.symbols.tree import Around, Grammar, Meaning, line, named, unconditional

_KINDS = frozenset({"module", "decorated_definition", "class_definition", "function_definition"})
_NOTES = frozenset({"comment", "expression_statement"})

_SKIP = re2.compile(
    r"^(?:\w+\.)*(?:(?:skip|expectedFailure)(?:\(|$)"
    r"|xfail(?:$|\(\s*\)|\(\s*(?:condition\s*=\s*)?(?:True|1)\b|\(\s*(?:reason|strict|raises|run)\s*=)"
    r"|skip[iI]f\(\s*(?:condition\s*=\s*)?(?:True|1)\s*[,)]|skipUnless\(\s*(?:False|0|None)\s*[,)])"
)
_MARKS = re2.compile(
    r"^pytestmark\s*(?::[^=]*)?=[^#]*?\bmark\.(?:skip\b|xfail\s*(?:$|[\],]|\(\s*(?:\)|reason|strict))|skipif\(\s*True\b)"
)
_CALL = re2.compile(
    r"^(?:await\s+)?(?:(?:pytest\.)?(?:skip|xfail)\(|self\.skipTest\(|raise\s+(?:\w+\.)*(?:SkipTest|Skipped)\b)"
)
_MODULE = re2.compile(r"^(?:pytest\.skip\(|raise\s+(?:\w+\.)*SkipTest\b)")
_FIXTURE = re2.compile(r"^(?:\w+\.)*(?:fixture|yield_fixture|property|overload|step|given_fixture)(?:\(|$)")
_SETUP = frozenset({"setUp", "setUpClass", "setup_method", "setup_class", "asyncSetUp"})


def look(node: Node, around: Around) -> Meaning | None:
    match node.type:
        case "module":
            return Meaning(skipped=_stopped(node, around, _MODULE))
        case "decorated_definition":
            return _decorated(node, around)
        case "class_definition":
            return _class(node, around)
        case _:
            return _function(node, around)


def _decorated(node: Node, around: Around) -> Meaning:
    texts = [(line(each), around.text(each).removeprefix("@").strip()) for each in named(node)[:-1]]
    if any(_FIXTURE.match(text) for _, text in texts):
        return Meaning(kind="function")
    return Meaning(skipped=_first(at for at, text in texts if _SKIP.match(text)), kind="wrapped" + around.kind)


def _class(node: Node, around: Around) -> Meaning | None:
    name = around.text(node.child_by_field_name("name"))
    bases = [around.text(each).rpartition(".")[2] for each in named(node.child_by_field_name("superclasses"))]
    is_one = "Test" in name or any("Test" in base or base.endswith("Case") for base in bases)
    body = node.child_by_field_name("body")
    is_plain = not bases or bases == ["object"]
    skipped = _stopped(body, around, None) or _setup(body, around) or (_constructor(body, around) if is_plain else 0)
    return Meaning(name=name, skipped=skipped, kind="tests" if is_one else "class")


def _function(node: Node, around: Around) -> Meaning:
    name = around.text(node.child_by_field_name("name"))
    is_one = name.startswith("test") and around.kind.removeprefix("wrapped") in {"", "tests"}
    skipped = _skipping(node, around) if is_one else 0
    return Meaning("test", name if is_one else None, skipped, kind="function")


def _skipping(function: Node, around: Around) -> int:
    """The line of a call, at the top of a body, that skips whatever stands below."""
    body = named(function.child_by_field_name("body"))
    return _first(line(each) for each in unconditional(body) if _CALL.match(around.text(each)))


def _stopped(body: Node | None, around: Around, call: "re2._Regexp | None") -> int:
    """The line of a statement that stops all tests of a module or class: pytestmark, __test__, or a call."""
    for each in named(body):
        if each.type in {"expression_statement", "raise_statement"}:
            text = around.text(each)
            if _MARKS.match(text) or text.startswith("__test__ = False") or (call and call.match(text)):
                return line(each)
    return 0


def _setup(body: Node | None, around: Around) -> int:
    found = (each for each in _methods(body) if around.text(each.child_by_field_name("name")) in _SETUP)
    return _first(_skipping(each, around) for each in found)


def _constructor(body: Node | None, around: Around) -> int:
    """Pytest does not collect a class that has one."""
    return _first(line(each) for each in _methods(body) if around.text(each.child_by_field_name("name")) == "__init__")


def _methods(body: Node | None) -> Iterable[Node]:
    return (each for each in named(body) if each.type == "function_definition")


def _first(lines: Iterable[int]) -> int:
    return next((each for each in lines if each), 0)


def _is_note(node: Node) -> bool:
    """A comment, or a string that stands alone: a docstring."""
    return node.type == "comment" or (node.child_count == 1 and node.children[0].type == "string")


GRAMMAR = Grammar("tree_sitter_python", _KINDS, _NOTES, look, is_note=_is_note)
