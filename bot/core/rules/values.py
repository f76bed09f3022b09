"""Conditions on short values: equality, globs and version ranges, linear in the value. Knows no fields."""

from collections.abc import Iterable
from functools import lru_cache

import re2
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

MAX_VALUE = 500  # characters of a value that are looked at
MAX_VERSION = 64
OPERATORS = ("==", "!=", "<=", ">=", "<", ">", "~=")


def equals(value: str, wanted: Iterable[str]) -> bool:
    plain = value.strip().casefold()
    return any(plain == each.strip().casefold() for each in wanted)


def fits(value: str, globs: Iterable[str]) -> bool:
    """Whether a whole value fits a glob, whatever the case; back slashes count as slashes."""
    plain = value[:MAX_VALUE].replace("\\", "/")
    return any(_compiled(glob).fullmatch(plain) for glob in globs)


@lru_cache(maxsize=4_000)
def _compiled(glob: str) -> "re2._Regexp[str]":
    pattern, at = "", 0
    while at < len(glob):
        if glob.startswith("**/", at):
            pattern, at = pattern + "(?:.*/)?", at + 3
        elif glob.startswith("**", at):
            pattern, at = pattern + ".*", at + 2
        else:
            pattern, at = pattern + {"*": "[^/]*", "?": "[^/]"}.get(glob[at], re2.escape(glob[at])), at + 1
    return re2.compile(f"(?is){pattern}")


def checked_range(text: str) -> str:
    """A range as it is written, if it can be read. Raises ValueError with what to write instead."""
    try:
        _range(text)
    except InvalidSpecifier:
        raise ValueError(f'{text!r} is no range of versions - write for example ">=2.0 <3"') from None
    return text


def in_range(value: str, wanted: str) -> bool:
    """Whether a version lies in a range such as ">=2.0 <3" (PEP 440; pre-releases count)."""
    try:
        return Version(value[:MAX_VERSION].strip().removeprefix("v")) in _range(wanted)
    except InvalidVersion:
        return False


@lru_cache(maxsize=1_000)
def _range(text: str) -> SpecifierSet:
    parts = [part for part in text.replace(",", " ").split() if part]
    if not parts or not all(part.startswith(OPERATORS) for part in parts):
        raise InvalidSpecifier(text)
    return SpecifierSet(",".join(parts), prereleases=True)
