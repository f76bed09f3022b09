"""Changes to GitHub as data: each idempotent, none applied here."""

from dataclasses import dataclass
from typing import Any

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


Effect = AddLabels | RemoveLabels | AddAssignees | RemoveAssignees | PostComment | EditComment


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
