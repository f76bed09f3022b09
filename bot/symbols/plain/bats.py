"""bats: the @test blocks of a shell script. Runs nothing."""

import re2

from bot.core.evidence.model import Symbol

_HEAD = re2.compile(r"""^\s*@test\s+(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S.*?))\s*\{?\s*$""")
_FUNCTION = re2.compile(r"^\s*(?:function\s+)?([\w:.-]+)\s*(?:\(\s*\))?\s*\{\s*#\s*@test\s*$")
_SKIP = re2.compile(r"^skip(?:\s|;|$)")
_BRANCH = ("if ", "for ", "while ", "until ", "case ", "[[", "[ ", "&&")


def read_bats(text: str) -> list[Symbol]:
    """The tests; a block ends at a brace as far left as its head."""
    found: list[Symbol] = []
    is_open, is_branched, indent = False, False, 0
    for at, row in enumerate(text.split("\n"), start=1):
        bare = row.strip()
        if name := _name(row):
            found.append(Symbol(name, (), at, at))
            is_open, is_branched, indent = True, False, len(row) - len(row.lstrip())
        elif is_open and bare:
            each = found[-1]
            is_branched = is_branched or bare.startswith(_BRANCH)
            skipped = each.skipped or (at if _SKIP.match(bare) and not is_branched else 0)
            found[-1] = Symbol(each.name, (), each.first, at, skipped)
            is_open = not (bare == "}" and len(row) - len(row.lstrip()) <= indent)
    return found


def _name(row: str) -> str:
    if "@test" not in row:
        return ""
    if function := _FUNCTION.match(row):
        return str(function.group(1))
    head = _HEAD.match(row)
    return next((each.replace('\\"', '"') for each in head.groups() if each), "") if head else ""
