"""From a syntax tree to the tests in it: a language says what each node means, and this puts them in their places.

Knows no language, and follows no nesting by calling itself: a hostile text nests as deep as it likes.
"""

import sys
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from tree_sitter import Language, Node, Parser, Tree

from bot.core.evidence.model import Note, Symbol
from bot.symbols.limits import MAX_NAME, MAX_SCOPE, MAX_SYMBOLS, Budget

MAX_TEXT = 1_000  # bytes of a node that a language looks at
MAX_STATEMENTS = 30  # of a body that are searched for a call that skips the test

Role = Literal["test", "scope", "carry"]


@dataclass(frozen=True, slots=True)
class Around:
    """What a language is told of the place of a node."""

    source: bytes
    scope: tuple[str, ...] = ()
    skipped: int = 0  # the line of a marker around it
    kind: str = ""  # what the language said of the nearest meaning around it
    first: int = 0  # the line where a wrapper without a name began: decorators
    carried: tuple[Node, ...] = ()  # what stands before it and was carried: attributes, tags, a comment

    def text(self, node: Node | None) -> str:
        """What a node says, cut."""
        if node is None:
            return ""
        end = min(node.end_byte, node.start_byte + MAX_TEXT)
        return self.source[node.start_byte : end].decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a language says of a node: a test, a scope of tests, or something that the next node carries."""

    role: Role = "scope"
    name: str | None = None  # None: neither a test nor a scope; it only passes on what it says
    skipped: int = 0  # the line of its own marker
    kind: str = ""  # for what stands in it; "": as around
    first: int = 0  # its first line, where that is not the node's
    last: int = 0
    is_only: bool = False  # the others in the file do not run
    within: tuple[str, ...] = ()  # scopes of its own: Suite in TEST(Suite, Name)


Look = Callable[[Node, Around], Meaning | None]


@dataclass(frozen=True, slots=True)
class Grammar:
    """How a language is read: which kinds of nodes may mean something, which are comments, and what they mean."""

    package: str
    kinds: frozenset[str]
    notes: frozenset[str]
    look: Look
    function: str = "language"
    is_note: Callable[[Node], bool] | None = None  # where the kind alone does not say it
    finish: Callable[[list[Symbol]], list[Symbol]] = list
    also: Callable[[str], list[Symbol]] | None = None  # what the tree cannot show


@dataclass(frozen=True, slots=True)
class Found:
    """A test, or a scope that is the only one to run; and where it stands."""

    symbol: Symbol
    is_test: bool
    is_only: bool
    start: int  # bytes
    end: int


@dataclass(slots=True)
class _Frame:
    """An open node: what stands in it, until its last byte."""

    end: int
    around: Around
    carried: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A grammar with its language, and the numbers that the language has for the kinds of nodes."""

    language: Language
    grammar: Grammar
    kinds: frozenset[int]
    notes: frozenset[int]


def loaded(language: Language, grammar: Grammar) -> Loaded:
    names = [(id_, language.node_kind_for_id(id_)) for id_ in range(language.node_kind_count)]
    kinds, notes = (frozenset(id_ for id_, name in names if name in of) for of in (grammar.kinds, grammar.notes))
    return Loaded(language, grammar, kinds, notes)


def read_tree(by: Loaded, text: str) -> tuple[list[Symbol], list[Note]]:
    """The tests and the comments of a text. Never raises on what the text says."""
    source, grammar = text.encode(), by.grammar
    nodes, comments = _nodes(Parser(by.language).parse(source), by)
    found = _runnable(list(_found(source, nodes, grammar.look)))
    notes = [note for node in comments if not grammar.is_note or grammar.is_note(node) for note in _notes(source, node)]
    if grammar.also:
        found = sorted([*found, *grammar.also(text)], key=lambda each: (each.first, -each.last, len(each.scope)))
    return grammar.finish(found[:MAX_SYMBOLS]), notes


def _nodes(tree: Tree, by: Loaded) -> tuple[list[Node], list[Node]]:
    """Nodes that may mean something, and comments, in the order of the text.

    Not by a query: that takes quadratic time where a node has a hundred thousand children.
    """
    cursor = tree.walk()
    nodes, comments = list[Node](), list[Node]()
    while True:
        node = cursor.node
        assert node is not None
        if (kind := node.kind_id) in by.kinds:
            nodes.append(node)
        if kind in by.notes:
            comments.append(node)
        if cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return nodes, comments


def line(node: Node) -> int:
    """The line of a node, counted from 1."""
    return node.start_point.row + 1


def last_line(node: Node) -> int:
    """The last line that a node stands on; a line break at its end is not one more."""
    end = node.end_point
    return max(line(node), end.row + (end.column > 0))


def child(node: Node | None, *types: str) -> Node | None:
    """The first child of one of these types."""
    return next(children(node, *types), None)


def children(node: Node | None, *types: str) -> Iterator[Node]:
    return (each for each in (node.children if node else ()) if each.type in types)


def named(node: Node | None) -> list[Node]:
    """The children that are not punctuation or comments."""
    return [each for each in (node.children if node else ()) if each.is_named and "comment" not in each.type]


_BRANCHES = frozenset(
    [
        "if_statement",
        "if_expression",
        "if",
        "if_modifier",
        "unless",
        "unless_modifier",
        "for_statement",
        "for_expression",
        "foreach_statement",
        "while_statement",
        "while",
        "while_modifier",
        "switch_statement",
        "switch_expression",
        "case",
        "match_statement",
        "match_expression",
        "when_expression",
        "try_statement",
        "return_statement",
        "return_expression",
        "with_statement",
        "guard_statement",
        "begin",
        "for_in_statement",
        "do_statement",
        "conditional_expression",
        "select_statement",
        "expression_switch_statement",
        "rescue_modifier",
        "enhanced_for_statement",
    ]
)


def unconditional(statements: Sequence[Node]) -> Iterator[Node]:
    """The statements that always run, in their order: those before the first that branches."""
    for each in statements[:MAX_STATEMENTS]:
        if each.type in _BRANCHES:
            return
        yield each


def unquoted(text: str) -> str:
    """What a literal says: without its quotes, its prefix and the escapes of quotes; other text as it stands."""
    start = next((at for at, each in enumerate(text[:8]) if each in "\"'`"), -1)
    prefix = text[: max(start, 0)].strip("@$~#")
    if start < 0 or (prefix and not prefix.isalnum()):
        return text
    bare = text[start:].rstrip("#")
    mark = bare[0] * 3 if bare.startswith(bare[0] * 3) and len(bare) >= 6 else bare[0]  # noqa: PLR2004
    inner = bare.removeprefix(mark).removesuffix(mark)
    if "\\" in inner:
        for quote in "\"'`":
            inner = inner.replace(f"\\{quote}", quote)
        inner = inner.replace("\\\\", "\\")
    return inner


def _found(source: bytes, nodes: Sequence[Node], look: Look) -> Iterator[Found]:
    """Every test, in the order of the text, with what the nodes around it said."""
    frames = [_Frame(len(source) + 1, Around(source))]
    budget = Budget()
    for node in nodes:
        while len(frames) > 1 and node.start_byte >= frames[-1].end:
            frames.pop()
        frame = frames[-1]
        if frame.carried and node.start_byte < frame.carried[-1].end_byte:
            continue  # a part of what is carried
        around = _carrying(frame)
        meaning = look(node, around)
        if meaning and meaning.role == "carry":
            frame.carried.append(node)
            continue
        frame.carried.clear()
        if meaning is None:
            continue
        is_test = meaning.role == "test" and meaning.name is not None
        if is_test or meaning.is_only:
            symbol = _symbol(node, around, meaning)
            if not budget.takes(symbol):
                return
            yield Found(symbol, is_test, meaning.is_only, node.start_byte, node.end_byte)
        frames.append(_Frame(node.end_byte, _inside(node, around, meaning)))


def _carrying(frame: _Frame) -> Around:
    around = frame.around
    if not frame.carried:
        return around
    return Around(around.source, around.scope, around.skipped, around.kind, around.first, tuple(frame.carried))


def _symbol(node: Node, around: Around, meaning: Meaning) -> Symbol:
    first = meaning.first or around.first or line(node)
    last = max(first, meaning.last or last_line(node))
    skipped = meaning.skipped or around.skipped
    return Symbol(_name(meaning.name or ""), _scope(around.scope, meaning.within), first, last, skipped)


def _inside(node: Node, around: Around, meaning: Meaning) -> Around:
    is_nameless = meaning.name is None
    names = meaning.within if is_nameless else (*meaning.within, _name(meaning.name or ""))
    return Around(
        around.source,
        _scope(around.scope, names),
        meaning.skipped or around.skipped,
        meaning.kind or around.kind,
        (meaning.first or line(node)) if is_nameless and meaning.kind == "wrapped" else 0,
    )


def _scope(scope: tuple[str, ...], names: tuple[str, ...]) -> tuple[str, ...]:
    return (*scope, *map(_name, filter(None, names)))[:MAX_SCOPE] if names else scope


def _name(text: str) -> str:
    """A name on one line."""
    return (" ".join(text.split()) if "\n" in text else text)[:MAX_NAME]


def _notes(source: bytes, node: Node) -> Iterator[Note]:
    """A comment, line by line: so each stands where it was added."""
    text = source[node.start_byte : node.end_byte].decode("utf-8", "replace")
    for at, each in enumerate(text.split("\n")):
        if said := each.strip():
            yield Note(line(node) + at, said)


def _runnable(found: list[Found]) -> list[Symbol]:
    """The tests; those do not run that a `.only` elsewhere in the file stops, unless a smaller one stands in it."""
    marks = [each for each in found if each.is_only]
    if not marks:
        return [each.symbol for each in found]
    after = [*(each.start for each in marks[1:]), sys.maxsize]
    inner = [each for each, start in zip(marks, after, strict=True) if start >= each.end]
    starts, line_ = [each.start for each in inner], marks[0].symbol.first
    tests = ((each, bisect_right(starts, each.start) - 1) for each in found if each.is_test)
    return [
        each.symbol
        if at >= 0 and each.end <= inner[at].end
        else replace(each.symbol, skipped=each.symbol.skipped or line_)
        for each, at in tests
    ]
