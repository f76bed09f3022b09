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
    if loc[:1] != ("rules",):
        return loc
    path: Path = ()
    is_tag = False
    for part in loc:
        if is_tag:
            is_tag = False
            continue
        is_item = isinstance(part, int) and path[-1:] in {("all",), ("any",)}
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
    given = error.get("input")
    match error["type"]:
        case "extra_forbidden":
            return source.problem(path, "unknown key", did_you_mean(str(path[-1]), known))
        case "missing":
            return source.problem(path, "is missing", f"add {path[-1]}:")
        case "literal_error" | "enum":
            expected = str(error.get("ctx", {}).get("expected", "")).replace("'", "")
            words = [word.strip() for word in expected.replace(" or ", ",").split(",") if word.strip()]
            return source.problem(path, f"{given!r} is not known", did_you_mean(str(given), words))
        case "string_type":
            hint = f'write "{str(given).lower()}"' if isinstance(given, int) else "write it in quotes"
            return source.problem(path, f"must be a text, is {_kind(given)}", hint)
        case "tuple_type":
            return source.problem(
                path, f"must be a list, is {_kind(given)}", f"write [{given}]" * isinstance(given, str)
            )
        case "model_type" | "dict_type":
            return source.problem(path, f"must be a mapping, is {_kind(given)}", "write key: value")
        case "value_error" | "one_operator":
            what, _, instead = error["msg"].removeprefix("Value error, ").partition(" - ")
            return source.problem(path, what, instead)
        case _:
            return source.problem(path, error["msg"][:1].lower() + error["msg"][1:])


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
