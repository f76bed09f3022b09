"""The tests that C and C++ write as macros: GoogleTest, Catch2, doctest, Boost.Test, CppUTest, Criterion, MSTest.

Reads words, strings, comments and brackets; expands no macro and follows no #include.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import re2

from bot.core.evidence.model import Symbol
from bot.symbols.limits import MAX_NAME, MAX_SCOPE, Budget

MAX_ARGUMENTS = 4_000  # bytes between the brackets of a macro
MAX_OPEN = 100_000  # braces within braces

_PAIRS = frozenset(
    ["TEST", "TEST_F", "TEST_P", "TYPED_TEST", "TYPED_TEST_P", "FUZZ_TEST", "IGNORE_TEST", "xTEST", "Test"]
)
_STRINGS = frozenset(
    [
        "TEST_CASE",
        "TEST_CASE_METHOD",
        "TEST_CASE_FIXTURE",
        "SCENARIO",
        "SCENARIO_METHOD",
        "TEMPLATE_TEST_CASE",
        "TEMPLATE_LIST_TEST_CASE",
        "TEMPLATE_TEST_CASE_METHOD",
        "TEMPLATE_PRODUCT_TEST_CASE",
        "TEST_CASE_TEMPLATE",
        "SECTION",
        "DYNAMIC_SECTION",
        "SUBCASE",
        "GIVEN",
        "WHEN",
        "THEN",
        "AND_GIVEN",
        "AND_WHEN",
        "AND_THEN",
    ]
)
_WORDS = frozenset(
    [
        "BOOST_AUTO_TEST_CASE",
        "BOOST_FIXTURE_TEST_CASE",
        "BOOST_DATA_TEST_CASE",
        "BOOST_DATA_TEST_CASE_F",
        "BOOST_AUTO_TEST_CASE_TEMPLATE",
        "BOOST_FIXTURE_TEST_CASE_TEMPLATE",
        "TEST_METHOD",
        "START_TEST",
    ]
)
_GROUPS = frozenset({"TEST_SUITE", "TEST_CLASS"})
_SUITES = frozenset({"BOOST_AUTO_TEST_SUITE", "BOOST_FIXTURE_TEST_SUITE"})
_SKIPS = frozenset({"GTEST_SKIP", "GTEST_SKIP_", "SKIP", "TEST_IGNORE", "TEST_IGNORE_MESSAGE", "cr_skip_test", "QSKIP"})
_KNOWN = _PAIRS | _STRINGS | _WORDS | _GROUPS | _SUITES | _SKIPS | {"BOOST_AUTO_TEST_SUITE_END", "END_TEST"}

_STRING = r'(?:u8|[uUL])?"(?:[^"\\\n]|\\(?s:.))*"'
_SKIPPED = rf"//[^\n]*|/\*(?s:.*?)\*/|{_STRING}|'(?:[^'\\\n]|\\.){{1,8}}'"
_TOKEN = re2.compile(
    rf'(?m)(R"[^()\\ \n]{{0,16}}\()|{_SKIPPED}'
    r"|^[ \t]*#[ \t]*(if|ifdef|ifndef|elif|else|endif|define)\b((?:[^\n\\/]|/[^/*\n]|\\(?s:.))*)"
    rf"|\b({'|'.join(sorted(_KNOWN, key=len, reverse=True))})\b|([{{}};])".encode()
)
_ARGUMENT = re2.compile(rf"({_STRING})|{_SKIPPED}|([(),])".encode())
_OFF = re2.compile(
    r"\[\.|\[!(?:mayfail|shouldfail|hide)|\bdisabled\s*\(\s*\)|\.disabled\s*=\s*true|expected_failures|(?:doctest::)?\b(?:skip|may_fail|should_fail)\s*\(\s*(?:true\s*)?\)"
)


@dataclass(slots=True)
class _Open:
    """A brace that is open, and what it belongs to."""

    symbol: Symbol | None = None  # what it is the body of
    is_test: bool = False
    skipped: int = 0
    scope: tuple[str, ...] = ()


@dataclass(slots=True)
class _Reader:
    """A place in a text, and what is open there."""

    source: bytes
    open: list[_Open] = field(default_factory=lambda: [_Open()])
    suites: list[tuple[str, int]] = field(default_factory=list)  # of Boost: name, line of what disables it
    conditions: list[int] = field(default_factory=list)  # of #if: the line of an `#if 0`, or 0
    pending: _Open | None = None  # a macro whose body is expected next
    row: int = 1
    at: int = 0  # bytes up to which lines were counted

    def line(self, at: int) -> int:
        self.row += self.source.count(b"\n", self.at, at)
        self.at = at
        return self.row

    def read(self) -> Iterator[Symbol]:
        start = 0
        while start < len(self.source):
            resume = len(self.source)
            for match in _TOKEN.finditer(self.source, start):
                raw, directive, rest, word, sign = match.groups()
                if raw:  # R"x( ... )x": no pattern can say that both ends agree
                    end = self.source.find(b")" + raw[2:-1] + b'"', match.end())
                    resume = len(self.source) if end < 0 else end + len(raw)
                    break
                if word:
                    self._word(word.decode(), match.start(), match.end())
                elif directive:
                    self._directive(directive, rest.strip(), match.start())
                elif sign:
                    yield from self._sign(sign, match.start())
            start = resume

    def _directive(self, word: bytes, rest: bytes, at: int) -> None:
        if word.startswith(b"if"):
            self.conditions.append(self.line(at) if word == b"if" and rest == b"0" else 0)
        elif word.startswith(b"el") and self.conditions:
            self.conditions[-1] = 0
        elif word == b"endif" and self.conditions:
            self.conditions.pop()

    def _sign(self, sign: bytes, at: int) -> Iterator[Symbol]:
        if sign == b"{" and len(self.open) < MAX_OPEN:
            around = self.open[-1]
            self.open.append(self.pending or _Open(None, is_test=False, skipped=around.skipped, scope=around.scope))
            self.pending = None
        elif sign == b";":
            self.pending = None
        elif sign == b"}" and len(self.open) > 1:
            closed = self.open.pop()
            if closed.symbol and closed.is_test:
                each = closed.symbol
                yield Symbol(each.name, each.scope, each.first, self.line(at), closed.skipped)

    def _word(self, word: str, start: int, end: int) -> None:
        if word in _SKIPS:
            before = self.source[max(0, start - 200) : start].rstrip()[-1:]
            if before in {b"{", b";", b"}"} and self.open[-1].is_test:
                self.open[-1].skipped = self.open[-1].skipped or self.line(start)
        elif word == "BOOST_AUTO_TEST_SUITE_END":
            del self.suites[-1:]
        elif self.source[end : end + 50].lstrip().startswith(b"("):
            strings, words, text = _arguments(self.source, self.source.index(b"(", end))
            self._macro(word, strings, words, text, self.line(start))

    def _macro(self, word: str, strings: list[str], words: list[str], text: str, row: int) -> None:
        off = row if _OFF.search(text) or word in {"IGNORE_TEST", "xTEST"} else 0
        if word in _SUITES:
            self.suites.append(((words or [""])[0], off))
            return
        names = strings[:1] if word in _STRINGS or (word in _GROUPS and strings) else words
        if not names:
            return
        around = self.open[-1]
        scope = around.scope or tuple(name for name, _ in self.suites)
        skipped = off or around.skipped or next((at for _, at in self.suites if at), 0)
        skipped = skipped or next((at for at in self.conditions if at), 0)
        name = names[0]
        if word in _PAIRS:
            scope, name = (*scope, names[0]), (names[1:] or names)[0]
            if "DISABLED_" in (names[0][:9], name[:9]):
                skipped = skipped or row
        name, scope = name[:MAX_NAME], tuple(each[:MAX_NAME] for each in scope[:MAX_SCOPE])
        symbol = Symbol(name, scope, row, row, skipped)
        self.pending = _Open(symbol, word not in _GROUPS, skipped, (*scope, name)[:MAX_SCOPE])


def read_macros(text: str) -> list[Symbol]:
    """The tests that macros define, in their order. Never raises on what the text says."""
    budget = Budget()
    found = [each for each in _Reader(text.encode()).read() if budget.takes(each)]
    return sorted(found, key=lambda each: (each.first, -each.last, len(each.scope)))


def _arguments(source: bytes, start: int) -> tuple[list[str], list[str], str]:
    """What stands between the brackets that open at `start`: its strings, its first words, and all of it."""
    strings, words, depth, since = list[str](), list[str](), 0, start + 1
    page = source[start : start + MAX_ARGUMENTS]
    for match in _ARGUMENT.finditer(page):
        at, (string, sign) = start + match.start(), match.groups()
        if string:
            strings.append(_text(string).partition('"')[2][:-1].replace('\\"', '"'))
        elif sign:
            depth += (sign == b"(") - (sign == b")")
            if (sign == b"," and depth == 1) or depth == 0:
                words.append(_text(source[since:at]).strip())
                since = at + 1
            if depth == 0:
                return strings, words, _text(source[start : at + 1])
    return strings, words, _text(page)


def _text(source: bytes) -> str:
    return source.decode("utf-8", "replace")
