"""What a rule asks of an issue: trees of conditions, each with exactly one operator.

Shapes only; whether a condition holds is classify.py's to say.
"""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, StrictBool, Tag

from bot.core.rules.fields import FieldNames, listed, one_or_more
from bot.core.rules.values import checked_range

MAX_PATTERN = 512  # characters
OPERATORS = ("word", "contains", "near", "vocab", "regex", "is", "glob", "version", "exists")
TREES = ("all", "any", "not", "at_least")


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def _has_text(text: str) -> str:
    if not text.strip():
        raise ValueError("is blank - write what is looked for")
    return text


_TEXT = {"type": "string", "minLength": 1, "maxLength": MAX_PATTERN}
Text = Annotated[str, Field(min_length=1, max_length=MAX_PATTERN), AfterValidator(_has_text)]
_Some = Field(min_length=1, max_length=100)
Texts = Annotated[tuple[Text, ...], BeforeValidator(one_or_more), _Some, listed(_TEXT, 100)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:[._-][a-z0-9]+)*$", max_length=60)]
Names = Annotated[
    tuple[Name, ...], BeforeValidator(one_or_more), _Some, listed({"type": "string", "maxLength": 60}, 100)
]
Range = Annotated[str, Field(max_length=100), AfterValidator(checked_range)]


class _Condition(Strict):
    where: FieldNames = Field(("any",), alias="in", description="which part of the issue; several: any one of them")


class Word(_Condition):
    """Any of these words or phrases, whole, whatever the case."""

    word: Texts


class Contains(_Condition):
    """Any of these texts, also within a word, whatever the case."""

    contains: Texts


class Near(_Condition):
    """A word of the first group and one of the second within 60 characters of a line, in either order."""

    near: tuple[Texts, Texts]


class Vocab(_Condition):
    """Any word of these vocabularies."""

    vocab: Names


class Regex(_Condition):
    """Any of these RE2 patterns, as written: `(?i)` for any case, `(?m)` for line anchors; no look-around."""

    regex: Texts


class Is(_Condition):
    """A value of the field is one of these, whatever the case."""

    is_: Texts = Field(alias="is")


class Glob(_Condition):
    """A value of the field fits one of these: `*` within a part of a path, `**` across parts, `?` one character."""

    glob: Texts


class Version(_Condition):
    """A version of the field lies in the range."""

    where: FieldNames = Field(("versions",), alias="in", description="where the version stands")
    version: Range


class Exists(_Condition):
    """The field has something, or with `false` nothing."""

    exists: StrictBool


class All(Strict):
    all: Annotated[tuple["Node", ...], Field(min_length=1, max_length=50)]


class AnyOf(Strict):
    any: Annotated[tuple["Node", ...], Field(min_length=1, max_length=50)]


class Not(Strict):
    not_: "Node" = Field(alias="not")


class Count(Strict):
    """How many of the nodes must hold."""

    count: Annotated[int, Field(ge=1, le=50)]
    of: Annotated[tuple["Node", ...], Field(min_length=1, max_length=50)]


class AtLeast(Strict):
    at_least: Count


_ATTRIBUTES = {"not": "not_", "is": "is_"}


def _kind(value: Any) -> str | None:
    """Which shape is meant: keeps pydantic from printing an error for each alternative."""
    if isinstance(value, Strict):
        return next(each for each in (*TREES, *OPERATORS) if hasattr(value, _ATTRIBUTES.get(each, each)))
    given = [key for key in (*TREES, *OPERATORS) if isinstance(value, dict) and key in value]
    return given[0] if len(given) == 1 else None


Node = Annotated[
    Annotated[All, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[Not, Tag("not")]
    | Annotated[AtLeast, Tag("at_least")]
    | Annotated[Word, Tag("word")]
    | Annotated[Contains, Tag("contains")]
    | Annotated[Near, Tag("near")]
    | Annotated[Vocab, Tag("vocab")]
    | Annotated[Regex, Tag("regex")]
    | Annotated[Is, Tag("is")]
    | Annotated[Glob, Tag("glob")]
    | Annotated[Version, Tag("version")]
    | Annotated[Exists, Tag("exists")],
    Discriminator(
        _kind,
        custom_error_type="one_operator",
        custom_error_message="needs exactly one of " + ", ".join((*TREES, *OPERATORS)) + " - for example word: crash",
    ),
]

Tree = All | AnyOf | Not | AtLeast
Pattern = Word | Contains | Near | Vocab | Regex  # what the engine looks for
Question = Is | Glob | Version | Exists  # what is asked of a field's values
Leaf = Pattern | Question

for _tree in (All, AnyOf, Not, Count, AtLeast):
    _tree.model_rebuild()


def branches(node: Tree) -> tuple["Tree | Leaf", ...]:
    match node:
        case All():
            return node.all
        case AnyOf():
            return node.any
        case Not():
            return (node.not_,)
        case AtLeast():
            return node.at_least.of


def leaves(node: Tree | Leaf) -> list[Leaf]:
    """Every condition of a tree, in the order in which it is written."""
    if isinstance(node, Tree):
        return [leaf for each in branches(node) for leaf in leaves(each)]
    return [node]


def holds_without(node: Tree | Leaf) -> bool:
    """Whether a tree may hold although no pattern of it matches: such a rule is looked at for every issue."""
    match node:
        case All():
            return all(map(holds_without, node.all))
        case AnyOf():
            return any(map(holds_without, node.any))
        case AtLeast():
            return sum(map(holds_without, node.at_least.of)) >= node.at_least.count
        case Not():
            return True
        case Word() | Contains() | Near() | Vocab() | Regex():
            return False
        case Is() | Glob() | Version() | Exists():
            return True
