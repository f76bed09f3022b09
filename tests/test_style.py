"""Laws of the code that no linter knows, read from its syntax trees."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BACKTRACKING = {"re", "sre_compile", "sre_parse", "regex", "fnmatch", "glob"}  # whose patterns a text can make hang


def modules(source: str) -> Iterator[tuple[int, str]]:
    """Every module that a source imports, by a statement or by its name as text: line, first part of the name."""
    for node in ast.walk(ast.parse(source)):
        names: list[object] = []
        match node:
            case ast.Import(names=aliases):
                names = [alias.name for alias in aliases]
            case ast.ImportFrom(module=name, level=0):
                names = [name]
            case ast.Call(
                func=ast.Name(id="import_module" | "__import__") | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=name), *_],
            ):
                names = [name]
        yield from ((node.lineno, str(name).partition(".")[0]) for name in names)


def backtracking(source: str) -> list[int]:
    """The lines that import an engine of patterns that takes exponential time."""
    return [line for line, module in modules(source) if module in BACKTRACKING]


def test_no_pattern_of_the_product_backtracks():
    """The simulated GitHub is left out: it reads what tests, the story and the bot itself send."""
    files = sorted(each for each in (ROOT / "bot").rglob("*.py") if "sandbox" not in each.parts)
    assert files
    found = [f"{file.relative_to(ROOT)}:{line}" for file in files for line in backtracking(file.read_text())]
    assert not found, f"use string methods, or re2, which is linear: {found}"


@pytest.mark.parametrize(
    "source",
    [
        "import re",
        "import os, re as patterns",
        "from re import compile",
        "def read():\n    import regex",
        "if True:\n    from fnmatch import fnmatch",
        "try:\n    import re2\nexcept ImportError:\n    import re as re2",
        "import_module('re')",
        "importlib.import_module('regex')",
        "__import__('re')",
    ],
)
def test_a_backtracking_engine_is_found_wherever_it_is_imported(source):
    assert backtracking(source)


@pytest.mark.parametrize("source", ["import re2", "from .re import x", "from bot.core import re2", "x = 're'"])
def test_what_only_looks_like_one_is_not(source):
    assert not backtracking(source)
