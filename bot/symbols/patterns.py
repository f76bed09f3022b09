"""The tests of a text without its grammar: what a line looks like, and how far it is indented. Documented as a guess.

One pattern for all languages, in one pass; takes time in proportion to the text.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, islice

import re2

from bot.core.evidence.model import Symbol
from bot.symbols.limits import MAX_NAME, MAX_SCOPE, MAX_SYMBOLS, Budget
from bot.symbols.tree import unquoted

_QUOTED = r"""\(?\s*("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`\n]*`)"""
_ANNOTATIONS = r"(?:\s*(?:@[\w.:]+(?:\([^()\n]*\))?|\[[^\]\n]*\]|#\[[^\]\n]*\]|//[^\n]*))*"
_MODIFIERS = (
    r"(?:(?:public|private|protected|internal|static|final|open|suspend|async|override|void|def|fun|fn|pub|let"
    r"|[A-Z][\w<>\[\]?]*)\s+)*"
)
_TESTS = (
    r"(?:async\s+)?def\s+(test\w*)",  # Python, Ruby
    r'def\s+("[^"\n]*"|\'[^\'\n]*\')\s*\(',  # Spock
    (  # Jest, RSpec, Pest, Dart, R, Perl, Pester ...
        r"(?:it|test|specify|scenario|Scenario|example|xit|xtest|fit|property|should|testWidgets|test_that|subtest"
        rf"|testCase|It|prop|feature|let%test|run)(?:\.\w+)*{_QUOTED}"
    ),
    r"@testset\s+(\"[^\"\n]*\")",  # Julia
    r"func\s+(?:\([^()\n]*\)\s*)?((?:Test|Fuzz|Benchmark|Example)\w*|test[A-Z_]\w*)\s*\(",  # Go, Swift, GDScript
    (  # JUnit in Java, Kotlin, Groovy, Scala
        r"@(?:\w+\.)*(?:Test|ParameterizedTest|RepeatedTest|TestFactory|Property)\b(?:\([^()\n]*\))?"
        rf"{_ANNOTATIONS}\s*{_MODIFIERS}(`[^`\n]+`|\w+)\s*\("
    ),
    (  # .NET
        r"\[<?[^\]\n]*\b(?:Fact|Theory|Test|TestCase|TestMethod)\b[^\]\n]*\]"
        rf"{_ANNOTATIONS}\s*{_MODIFIERS}(``[^`\n]+``|\w+)\s*\("
    ),
    rf"#\[(?:\w+::)*(?:test|rstest|test_case)\b[^\]\n]*\]{_ANNOTATIONS}\s*{_MODIFIERS}(\w+)\s*[(<]",  # Rust
    r"(?:(?:public|static|final)\s+)*function\s+(test\w*)\s*\(",  # PHP, Solidity, shell
    r"\(\s*(?:deftest|ert-deftest|define-test|test-case|deftest-)\s+([^\s()]+|\"[^\"\n]*\")",  # Lisps
    r"(test_\w+)\s*(?:\(\s*\)\s*|if\s+)?\{",  # shell, Rego
    r"test\s+([\w.-]+)\s+(?:\{|\")",  # Tcl
    r"(\w+_test_?)\s*\(\s*\)\s*->",  # Erlang
    r"-\s*\(void\)\s*(test\w*)",  # Objective-C
)
_GROUPS = (
    rf"(?:[fx]?describe|[fx]?context|suite|group|Describe|Context|RSpec\.describe)(?:\.\w+)*{_QUOTED}",
    (
        r"(?:(?:public|private|internal|final|abstract|open|data|sealed|case|export|static|partial)\s+)*"
        r"(?:class|object|struct|interface|trait)\s+(\w+)"
    ),
)
_ONE = re2.compile(rf"(?m)^[ \t]*(?:{'|'.join([*_TESTS, *_GROUPS])})".encode())
_OFF = re2.compile(
    r"\.(?:skip|todo|failing|fixme|ignore)\b|\bx(?:it|test|describe|context|specify)\b|#\[ignore|\[<?Ignore"
    r"|@(?:\w+\.)*(?:Disabled|Ignored?|skip|xfail|expectedFailure)\b|\bSkip\s*=|\benabled\s*=\s*false"
    r"|\bDISABLED_|skip:\s*true"
)
_CLOSERS = ("}", ")", "]", "end", "{", "fi")
_MARKS = ("@", "[", "#[")
_OTHERS = ("@implementation", "@interface", "@end", "@testset")  # Objective-C's, Julia's
MAX_MARKS = 10  # lines of decorators above a test


@dataclass(slots=True)
class _Open:
    indent: int
    symbol: Symbol
    is_test: bool


def read_patterns(text: str) -> list[Symbol]:
    """What looks like a test, within what looks like a class or a group. Never raises on what the text says."""
    budget = Budget()
    found = [each for each in _ended(text.split("\n"), _heads(text)) if budget.takes(each)]
    return sorted(found, key=lambda each: (each.first, -each.last, len(each.scope)))


def _heads(text: str) -> dict[int, tuple[str, int, bool]]:
    """By the line of a name: the name, the line where its match began, whether it is a test."""
    source = text.encode()
    breaks = [at - 1 for at in accumulate(len(row) + 1 for row in source.split(b"\n"))]
    heads: dict[int, tuple[str, int, bool]] = {}
    for match in islice(_ONE.finditer(source), 2 * MAX_SYMBOLS):
        kind, name = next((at, each) for at, each in enumerate(match.groups()) if each is not None)
        end = bisect_right(breaks, match.end() - 1) + 1
        said = unquoted(name.decode("utf-8", "replace")).strip("`")[:MAX_NAME]
        heads.setdefault(end, (said, bisect_right(breaks, match.start()) + 1, kind < len(_TESTS)))
    return heads


def _ended(rows: list[str], heads: dict[int, tuple[str, int, bool]]) -> Iterator[Symbol]:
    """Each test up to the line before the next that is indented no deeper, or with the bracket that closes it."""
    open_, last = list[_Open](), 0
    for at, row in enumerate(rows, start=1):
        bare = row.strip()
        if not bare:
            continue
        indent = len(row) - len(row.lstrip())
        is_closer = bare.startswith(_CLOSERS)
        while open_ and (open_[-1].indent > indent or (open_[-1].indent == indent and not is_closer)):
            yield from _closed(open_.pop(), last)
        if at in heads:
            name, first, is_test = heads[at]
            first = _above(rows, first)
            around = open_[-1].symbol if open_ else None
            scope = (*around.scope, around.name)[:MAX_SCOPE] if around else ()
            off = next((line for line in range(first, at + 1) if _OFF.search(rows[line - 1][:1000])), 0)
            symbol = Symbol(name, scope, first, at, off or (around.skipped if around else 0))
            open_.append(_Open(indent, symbol, is_test))
        last = at
        if open_ and open_[-1].indent == indent and is_closer and not bare.startswith("{"):
            yield from _closed(open_.pop(), at)
    while open_:
        yield from _closed(open_.pop(), last)


def _above(rows: list[str], first: int) -> int:
    """The first of the lines of decorators that stand directly above a line."""
    for _ in range(MAX_MARKS):
        above = rows[first - 2].strip() if first > 1 else ""
        if not above.startswith(_MARKS) or above.startswith(_OTHERS) or "{" in above or above.endswith((";", "}")):
            break
        first -= 1
    return first


def _closed(each: _Open, last: int) -> Iterator[Symbol]:
    if each.is_test:
        symbol = each.symbol
        yield Symbol(symbol.name, symbol.scope, symbol.first, max(symbol.last, last), symbol.skipped)
