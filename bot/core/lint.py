"""Findings about rule files and configuration, as values; rendering them is somebody else's work."""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pydantic_core import ErrorDetails

Path = tuple[str | int, ...]
MAX_MESSAGE = 300  # characters


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file; line and column count from 1."""

    file: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake of an author: where, what is wrong, and what to write instead."""

    place: Place
    path: str
    what: str
    instead: str = ""

    def __str__(self) -> str:
        where = f"{self.place.file}:{self.place.line}:{self.place.column}"
        return ": ".join(filter(None, (where, self.path, self.what))) + (f" - {self.instead}" if self.instead else "")


class BadRules(Exception):
    """Rule files or configuration that cannot be used, with every problem found."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Source:
    """A file's data, and where each part of it stood."""

    file: str
    data: Any
    places: dict[Path, tuple[int, int]]
    sha: str = ""  # as git names these bytes

    def place(self, path: Path) -> Place:
        """The nearest known place at or above `path`."""
        while path and path not in self.places:
            path = path[:-1]
        line, column = self.places.get(path, (1, 1))
        return Place(self.file, line, column)

    def problem(self, path: Path, what: str, instead: str = "") -> Problem:
        return Problem(self.place(path), short(dotted(path)), short(what), short(instead))


def short(text: str) -> str:
    """A message with foreign text in it, cut to what somebody reads."""
    return text if len(text) <= MAX_MESSAGE else text[: MAX_MESSAGE - 1] + "…"


def dotted(path: Path) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def without_tags(loc: Path) -> Path:
    """A pydantic location as the file has it: a union's tag follows `when`, `not` and each item of a tree."""
    loc = loc[:-1] if loc[-1:] == ("[key]",) else loc  # said of a key, not of its value
    if loc[:1] != ("rules",):
        return loc
    path: Path = ()
    is_tag = False
    for part in loc:
        if is_tag:
            is_tag = False
            continue
        is_item = isinstance(part, int) and path[-1:] in {("all",), ("any",), ("of",)}
        is_tag = is_item or part in {"when", "not"}
        path = (*path, part)
    return path


def did_you_mean(word: str, known: list[str]) -> str:
    """`write "owners"`, or the allowed words when none is near."""
    close = get_close_matches(word, known, n=1, cutoff=0.6)
    return f'write "{close[0]}"' if close else f"allowed: {', '.join(sorted(known))}"


def explain(source: Source, error: ErrorDetails, known: list[str]) -> Problem:
    """A pydantic error as a Problem. `known` are the keys that the place of an unknown key allows."""
    path = without_tags(error["loc"])
    match error["type"]:
        case "extra_forbidden":
            said = ("unknown key", did_you_mean(str(path[-1]), known))
        case "missing":
            said = ("is missing", f"add {path[-1]}:" if isinstance(path[-1], str) else "write one more")
        case "value_error" | "one_operator":
            what, _, instead = error["msg"].removeprefix("Value error, ").partition(" - ")
            said = (what, instead)
        case _:
            said = _wrong_kind(error) or _wrong_value(error) or (error["msg"][:1].lower() + error["msg"][1:], "")
    return source.problem(path, *said)


def _wrong_kind(error: ErrorDetails) -> tuple[str, str] | None:
    """A value of another kind than its place asks for: what it is, and what to write instead."""
    given = error.get("input")
    match error["type"]:
        case "string_type":
            hint = f'write "{str(given).lower()}"' if isinstance(given, int) else "write it in quotes"
            return f"must be a text, is {_kind(given)}", hint
        case "tuple_type":
            return f"must be a list, is {_kind(given)}", _in_a_list(given)
        case "model_type" | "dict_type":
            return f"must be a mapping, is {_kind(given)}", "write key: value"
        case "bool_type" | "bool_parsing":
            return f"must be true or false, is {_kind(given)}", "write true or false"
        case "int_type" | "int_parsing" | "int_from_float":
            return f"must be a whole number, is {_kind(given)}", "write for example 5"
        case _:
            return None


def _in_a_list(given: Any) -> str:
    match given:
        case str():
            return f"write [{given}]"
        case int():
            return f'write ["{str(given).lower()}"]'
        case float() | None:  # as it was written is not known: 1.10 has become 1.1
            return "write it in quotes, within [ ]"
        case _:
            return ""


def _wrong_value(error: ErrorDetails) -> tuple[str, str] | None:
    """A value of the right kind that cannot stand in its place."""
    given, limits = error.get("input"), error.get("ctx", {})
    match error["type"]:
        case "literal_error" | "enum":
            expected = str(limits.get("expected", "")).replace("'", "")
            words = [word.strip() for word in expected.replace(" or ", ",").split(",") if word.strip()]
            return f"{given!r} is not known", did_you_mean(str(given), words)
        case "too_short" | "string_too_short":
            return "is empty", "say at least one thing, or leave the key out"
        case "too_long":
            return f"more than {limits.get('max_length')} entries", "write fewer"
        case "string_too_long":
            return f"longer than {limits.get('max_length')} characters", "shorten it"
        case "string_pattern_mismatch":
            return f"{given!r} cannot stand here", _PATTERNS[limits["pattern"]]
        case "greater_than_equal" | "less_than_equal":
            word, limit = ("least", limits.get("ge")) if "ge" in limits else ("most", limits.get("le"))
            return f"{given} is out of range", f"write at {word} {limit}"
        case _:
            return None


# What may stand where: the patterns of rules/entries.py, in words.
_PATTERNS = {
    r"^[a-z0-9]+(?:[.-][a-z0-9]+)*$": "use lower-case letters, digits, dots and hyphens",
    r"^[a-z0-9]+(?:[._-][a-z0-9]+)*$": "use lower-case letters, digits, dots and hyphens",
    r"^[a-z0-9]+(?:-[a-z0-9]+)*$": "use lower-case letters, digits and hyphens",
    r"^[0-9a-fA-F]{6}$": 'write six hexadecimal digits in quotes, for example "d4a72c"',
    r"^[^,\x00-\x1f]+$": "leave out commas and control characters",
    r"^@?[A-Za-z0-9](?:[A-Za-z0-9_-]{0,38})(?:/[A-Za-z0-9._-]{1,100})?$": "write a login, org/team, or codeowners",
}


def _kind(value: Any) -> str:
    match value:
        case None:
            return "empty (null)"
        case bool():
            return f"the truth value {str(value).lower()}"
        case int() | float():
            return f"the number {value}"
        case list():
            return "a list"
        case dict():
            return "a mapping"
        case str():
            return "a text"
        case _:
            return type(value).__name__
