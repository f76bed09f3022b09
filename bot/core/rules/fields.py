"""The names of what a condition can be asked of; reading them out of an issue is core.document's work."""

from difflib import get_close_matches
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

BODY = ("prose", "code", "trace", "quote", "headings")  # the parts of a body; they do not overlap
GROUPS = {"any": ("title", *BODY), "body": BODY}
COMMENTS = ("comments.author", "comments.maintainer")
VALUES = (
    "labels",
    "author.association",
    "paths",
    "versions",
    "errors",
    "error_codes",
    "trace.exception",
    "trace.message",
    "trace.module",
    "trace.frame",
    "trace.top",
)
FORM = "form."  # form.<heading>: a section of an issue form
NAMES = (*GROUPS, "title", *BODY, *COMMENTS, *VALUES)


def _known(name: str) -> str:
    if name.startswith(FORM) and name != FORM:
        return FORM + name.removeprefix(FORM).strip().casefold()
    if name not in NAMES:
        close = get_close_matches(name, NAMES, n=1, cutoff=0.6)
        instead = f'write "{close[0]}"' if close else f"allowed: {', '.join(NAMES)}, form.<heading>"
        raise ValueError(f"there is no field {name!r} - {instead}")
    return name


def one_or_more(value: object) -> object:
    """A single text where a list is asked for."""
    return (value,) if isinstance(value, str) else value


def listed(schema: dict[str, Any], most: int) -> WithJsonSchema:
    """For editors: one, or a list."""
    return WithJsonSchema({"anyOf": [schema, {"type": "array", "items": schema, "minItems": 1, "maxItems": most}]})


_NAME = {"anyOf": [{"enum": list(NAMES)}, {"type": "string", "pattern": r"^form\..+"}]}
FieldName = Annotated[str, AfterValidator(_known)]
FieldNames = Annotated[
    tuple[FieldName, ...], BeforeValidator(one_or_more), Field(min_length=1, max_length=20), listed(_NAME, 20)
]


def concrete(names: tuple[str, ...]) -> tuple[str, ...]:
    """The fields themselves, groups written out, each once."""
    return tuple(dict.fromkeys(field for name in names for field in GROUPS.get(name, (name,))))
