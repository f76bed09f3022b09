"""A file's texts at head and base to its Reading: by the reader of its language, or by pattern where there is none.

Runs in the limited process. Opens nothing, and starts nothing.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence

import re2

from bot.core.evidence.model import By, Note, Reading, Symbol, Texts
from bot.symbols.grammars import TABLE, load
from bot.symbols.limits import MAX_NAME, MAX_SCOPE, MAX_SYMBOLS, MAX_TEXT, MAX_TREE, Budget
from bot.symbols.lines import compare
from bot.symbols.notes import bounded, plain_notes
from bot.symbols.patterns import read_patterns
from bot.symbols.plain.bats import read_bats
from bot.symbols.plain.dbt import Unreadable, read_dbt
from bot.symbols.plain.gherkin import read_gherkin
from bot.symbols.plain.macros import read_macros
from bot.symbols.plain.robot import read_robot
from bot.symbols.tree import read_tree

MAX_ROW = 2_000  # characters of a line that are searched for an assertion

Read = tuple[By, list[Symbol], list[Note]]

_PLAIN: dict[str, Callable[[str], list[Symbol]]] = {"gherkin": read_gherkin, "robot": read_robot, "bats": read_bats}
_ASSERTION = re2.compile(
    r"\b(?:assert|Assert|ASSERT|EXPECT_|expect|verify|Verify|require|REQUIRE|CHECK|BOOST_|XCTAssert|XCTFail|XCTUnwrap"
    r"|refute|should|Should|must|wont|fail|Fail|raises|warns|throws|ok|is|deepEqual|strictEqual|equal|toMatch|confirm|cr_"
    r"|ck_|prop_assert|panic)\w*\s*(?:[!(.{\[<:]|=>|\s[\w\"'@&({\[:!])|#(?:expect|require)\b|\bt\.(?:Error|Fatal|Fail)|->assert|\.to\b"
)


def read(texts: Texts, language: str, *, may_parse: bool = True) -> Reading:
    """What a file holds and what of it changed. Never raises on what its texts say."""
    change = compare(texts.base, texts.head)
    head, base = (None if each is None else clean(each) for each in (texts.head, texts.base))
    by, symbols, notes = _side(texts.path, head, language, may_parse=may_parse)
    _, before, _ = _side(texts.path, base, language, may_parse=may_parse)
    return Reading(
        texts.path,
        by,
        tuple(symbols),
        bounded(notes, change.added),
        change.added,
        change.cut,
        change.additions,
        change.deletions,
        change.is_blank,
        tuple(before),
        tuple(_silent(head or "", notes, change.added)),
    )


def _silent(text: str, notes: Sequence[Note], added: Sequence[tuple[int, int]]) -> Iterator[int]:
    """The added lines that are empty, or wholly a comment."""
    rows = text.split("\n")
    said = {(each.line, each.text) for each in notes}
    for first, last in added:
        for line in range(first, min(last, len(rows)) + 1):
            bare = rows[line - 1].strip()
            if not bare or (line, bare) in said:
                yield line


def clean(text: str) -> str:
    """A text that every reader takes: one kind of line break, no byte order mark, no NUL, no half characters."""
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\0", " ")
    try:
        plain.encode()
    except UnicodeEncodeError:
        return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return plain


def _side(path: str, text: str | None, language: str, *, may_parse: bool) -> Read:
    """What stands in a file on one side of a change."""
    size = len(text.encode()) if text is not None else 0
    if text is None or size > MAX_TEXT:
        return "nothing", [], []
    if language == "":
        return "file", [], plain_notes(text)
    if language == "dbt":
        return _dbt(path, text)
    if language in _PLAIN:
        return "lines", _within(_PLAIN[language](text)), plain_notes(text)
    if may_parse and language in TABLE and size <= MAX_TREE:
        symbols, notes = read_tree(load(language), text)
        return "tree-sitter", _asserting(symbols, text, notes), notes
    symbols = read_macros(text) if language in {"c", "cpp"} else read_patterns(text)
    notes = plain_notes(text)
    return "pattern", _asserting(symbols, text, notes) if language in TABLE else symbols, notes


def _dbt(path: str, text: str) -> Read:
    try:
        symbols = _within(read_dbt(path, text))
    except Unreadable:
        return "nothing", [], plain_notes(text)
    return "file" if path.lower().endswith(".sql") else "lines", symbols, plain_notes(text)


def _within(symbols: Sequence[Symbol]) -> list[Symbol]:
    """As many symbols as an answer holds, with names as long."""
    budget, found = Budget(), list[Symbol]()
    for each in symbols[:MAX_SYMBOLS]:
        scope = tuple(name[:MAX_NAME] for name in each.scope[:MAX_SCOPE])
        symbol = Symbol(each.name[:MAX_NAME], scope, each.first, each.last, each.skipped, each.asserts)
        if not budget.takes(symbol):
            break
        found.append(symbol)
    return found


def _asserting(symbols: Sequence[Symbol], text: str, notes: Sequence[Note]) -> list[Symbol]:
    """The symbols, with whether a line of theirs looks like an assertion; comments do not."""
    said = {each.line: each.text for each in notes}
    telling = [
        at
        for at, row in enumerate(text.split("\n"), start=1)
        if _ASSERTION.search(row[:MAX_ROW]) and said.get(at) != row.strip()
    ]
    return [
        Symbol(each.name, each.scope, each.first, each.last, each.skipped, _holds(telling, each.first, each.last))
        for each in symbols
    ]


def _holds(lines: Sequence[int], first: int, last: int) -> bool:
    at = bisect_left(lines, first)
    return at < len(lines) and lines[at] <= last
