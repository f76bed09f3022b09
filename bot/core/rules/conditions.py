"""What a rule asks of an issue: trees of conditions, each with exactly one operator.

Shapes only; matching is matcher.py's.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, field_validator

Where = Literal["any", "title", "body"]

MAX_PATTERN = 512  # characters
OPERATORS = ("word", "regex")
TREES = ("all", "any", "not")


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def one_or_more(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Text = Annotated[str, Field(min_length=1, max_length=MAX_PATTERN)]
Texts = Annotated[tuple[Text, ...], Field(min_length=1, max_length=100)]


class _Condition(Strict):
    where: Where = Field("any", alias="in", description="which part of the issue: any, title or body")


class Word(_Condition):
    """Any of these words or phrases, whole, whatever the case."""

    word: Annotated[tuple[Annotated[Text, Field(pattern=r"\S")], ...], Field(min_length=1, max_length=100)]

    _one = field_validator("word", mode="before")(one_or_more)


class Regex(_Condition):
    """Any of these RE2 patterns, as written: `(?i)` for any case, `(?m)` for line anchors; no look-around."""

    regex: Texts

    _one = field_validator("regex", mode="before")(one_or_more)


class All(Strict):
    all: Annotated[tuple["Node", ...], Field(min_length=1, max_length=50)]


class AnyOf(Strict):
    any: Annotated[tuple["Node", ...], Field(min_length=1, max_length=50)]


class Not(Strict):
    not_: "Node" = Field(alias="not")


def _kind(value: Any) -> str | None:
    """Which shape is meant: keeps pydantic from printing an error for each alternative."""
    if isinstance(value, Strict):
        return "not" if isinstance(value, Not) else next(k for k in (*TREES, *OPERATORS) if hasattr(value, k))
    given = [key for key in (*TREES, *OPERATORS) if isinstance(value, dict) and key in value]
    return given[0] if len(given) == 1 else None


Node = Annotated[
    Annotated[All, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[Not, Tag("not")]
    | Annotated[Word, Tag("word")]
    | Annotated[Regex, Tag("regex")],
    Discriminator(
        _kind,
        custom_error_type="one_operator",
        custom_error_message="needs exactly one of all, any, not, word, regex - for example word: crash",
    ),
]

Leaf = Word | Regex

All.model_rebuild()
AnyOf.model_rebuild()
Not.model_rebuild()


def leaves(node: All | AnyOf | Not | Leaf) -> list[Leaf]:
    """Every condition of a tree, in the order in which it is written."""
    match node:
        case All():
            return [leaf for each in node.all for leaf in leaves(each)]
        case AnyOf():
            return [leaf for each in node.any for leaf in leaves(each)]
        case Not():
            return leaves(node.not_)
        case Word() | Regex():
            return [node]
