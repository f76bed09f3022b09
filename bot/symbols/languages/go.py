"""Go: its own tests with their t.Run, testify's suites, Ginkgo. Compiles nothing."""

import re2
from tree_sitter import Node

from bot.symbols.tree import Around, Grammar, Meaning, child, line, named, unconditional, unquoted

_KINDS = frozenset({"source_file", "function_declaration", "method_declaration", "call_expression"})
_NOTES = frozenset({"comment"})

_TEST = re2.compile(r"^(?:Test|Fuzz|Benchmark|Example)(?:$|[^a-z])")  # a small letter makes it another word
_RUN = re2.compile(r"^\w+(?:\.T\(\))?\.Run$")
_SPEC = re2.compile(
    r"^(?:ginkgo\.|framework\.)?([FPX]?)(It|Specify|Describe|Context|When|DescribeTable|Entry|Measure|DescribeTableSubtree|SIGDescribe)$"
)
_GROUPS = frozenset({"Describe", "Context", "When", "DescribeTable", "DescribeTableSubtree", "SIGDescribe"})
_CALL = re2.compile(r"^(?:\w+(?:\.T\(\))?\.Skip(?:f|Now)?|Skip|ginkgo\.Skip)\(")
_OUTPUT = re2.compile(r"(?im)^\s*//\s*(?:unordered )?output:")
_IGNORE = re2.compile(r"^//(?:go:build|\s*\+build)\s+ignore\s*$")
_STRINGS = frozenset({"interpreted_string_literal", "raw_string_literal"})


def look(node: Node, around: Around) -> Meaning | None:
    match node.type:
        case "source_file":
            return Meaning(skipped=_ignored(node, around))
        case "call_expression":
            return _call(node, around)
        case _:
            return _function(node, around)


def _ignored(node: Node, around: Around) -> int:
    """The line of a build tag that no build has: `ignore`."""
    for each in node.children:
        if each.type != "comment":
            return 0
        if _IGNORE.match(around.text(each).strip()):
            return line(each)
    return 0


def _function(node: Node, around: Around) -> Meaning | None:
    name = around.text(node.child_by_field_name("name"))
    if not _TEST.match(name) or name == "TestMain":
        return None
    body = node.child_by_field_name("body")
    skipped = _skipping(body, around)
    if name.startswith("Example") and body and not _OUTPUT.search(_whole(body, around)):
        skipped = line(node)  # compiled, but not run
    receiver = around.text(node.child_by_field_name("receiver")).strip("()").split()
    within = (receiver[-1].lstrip("*").partition("[")[0],) if receiver else ()
    return Meaning("test", name, skipped, within=within)


def _whole(body: Node, around: Around) -> str:
    return around.source[body.start_byte : body.end_byte].decode("utf-8", "replace")


def _call(node: Node, around: Around) -> Meaning | None:
    function = around.text(node.child_by_field_name("function"))
    arguments = named(node.child_by_field_name("arguments"))
    if not arguments or arguments[0].type not in _STRINGS or len(arguments) < 2:  # noqa: PLR2004 - a name, a body
        return _pending(node, function, arguments, around)
    name = unquoted(around.text(arguments[0]))
    skipped = _skipping(child(arguments[-1], "block"), around)
    if _RUN.match(function) and around.scope:
        return Meaning("test", name, skipped)
    if spec := _SPEC.match(function):
        skipped = line(node) if spec.group(1) in {"P", "X"} else skipped
        return Meaning("scope" if spec.group(2) in _GROUPS else "test", name, skipped, is_only=spec.group(1) == "F")
    return None


def _pending(node: Node, function: str, arguments: list[Node], around: Around) -> Meaning | None:
    """A test of Ginkgo that has a name and no body."""
    spec = _SPEC.match(function)
    if not spec or spec.group(2) not in {"It", "Specify"} or not arguments or arguments[0].type not in _STRINGS:
        return None
    return Meaning("test", unquoted(around.text(arguments[0])), line(node))


def _skipping(body: Node | None, around: Around) -> int:
    statements = named(child(body, "statement_list"))
    return next((line(each) for each in unconditional(statements) if _CALL.match(around.text(each))), 0)


GRAMMAR = Grammar("tree_sitter_go", _KINDS, _NOTES, look)
