"""Changes to GitHub as data: each idempotent, none applied here."""

from dataclasses import dataclass
from typing import Any, Literal

from bot.core.rules.ruleset import Label


@dataclass(frozen=True, slots=True)
class AddLabels:
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class RemoveLabels:
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddAssignees:
    logins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RemoveAssignees:
    logins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PostComment:
    """A comment with our marker, where there is none yet."""

    body: str


@dataclass(frozen=True, slots=True)
class EditComment:
    id: str
    body: str


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to one comment, once: found again by its key."""

    key: str
    body: str


@dataclass(frozen=True, slots=True)
class React:
    """A reaction to a comment: that it was heard."""

    comment_id: str
    content: Literal["THUMBS_UP", "CONFUSED"]


Effect = AddLabels | RemoveLabels | AddAssignees | RemoveAssignees | PostComment | EditComment | Reply | React


def as_data(effect: Effect) -> dict[str, Any]:
    """One effect as the trace shows it."""
    match effect:
        case AddLabels():
            return {"add labels": [label.name for label in effect.labels]}
        case RemoveLabels():
            return {"remove labels": list(effect.names)}
        case AddAssignees():
            return {"assign": list(effect.logins)}
        case RemoveAssignees():
            return {"unassign": list(effect.logins)}
        case PostComment():
            return {"comment": "post the explanation"}
        case EditComment():
            return {"comment": "edit the explanation"}
        case Reply():
            return {"comment": "answer"}
        case React():
            return {"react": effect.content}
