"""A person's word: what the commands of a comment change in what is remembered of an issue, and what is answered.

Whether the labels follow is decide.py's to say.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import assert_never

from bot.core.model import Asked, Orders
from bot.core.people.commands import (
    REGISTRY,
    Approve,
    Command,
    DuplicateOf,
    Help,
    LinkTest,
    NotClass,
    NotDuplicate,
    OfIssue,
    Pause,
    Recheck,
    Reject,
    Role,
    SetClass,
    SetOwner,
    Tranche,
    Undo,
    Unknown,
    Waive,
    Why,
    changed,
    commands,
    counts,
    line,
    role,
)
from bot.core.rules.ruleset import Ruleset


@dataclass(frozen=True, slots=True)
class Refusal:
    """A command that was not run, and what would be needed."""

    command: Command
    needs: Role | None = None  # the role that the author lacks
    instead: str = ""  # what to write
    why: str = ""  # where the matter is neither the role nor how it is written: a sentence for a person, ours


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of a comment."""

    orders: Orders
    ran: tuple[str, ...] = ()  # lines of commands that need not be run again
    refusals: tuple[Refusal, ...] = ()
    rechecked_at: datetime | None = None  # earlier refusals of labels and assignees are lifted
    wants_why: bool = False
    wants_help: bool = False


def hear(orders: Orders, asked: Asked | None, ruleset: Ruleset, number: int = 0) -> Heard:
    """The commands of a comment on this issue that were not run before, one after the other."""
    heard = Heard(orders)
    for command in changed(commands(asked.body, "issues"), asked.ran) if asked else ():
        assert asked
        ran = (*heard.ran, line(command))
        if refusal := _refusal(command, asked.role, ruleset, number):
            heard = replace(heard, ran=ran, refusals=(*heard.refusals, refusal))
        else:
            heard = replace(_obeyed(heard, command, asked.at), ran=ran)
    return heard


def _refusal(command: Command, author: Role, ruleset: Ruleset, number: int) -> Refusal | None:
    if isinstance(command, Unknown):
        return Refusal(command, instead=command.instead)
    if not counts(command, "issues"):
        return Refusal(command, instead=REGISTRY[Help.name].syntax)
    if not author.at_least(role(command)):
        return Refusal(command, needs=role(command))
    if isinstance(command, DuplicateOf) and command.number == number:
        return Refusal(command, why="An issue is no duplicate of itself.")
    if isinstance(command, SetClass | NotClass) and command.class_id not in ruleset.classes:
        near = get_close_matches(command.class_id, ruleset.classes, n=1) or sorted(ruleset.classes)
        return Refusal(command, instead=line(replace(command, class_id=" or ".join(near))))
    return None


def _obeyed(heard: Heard, command: Command, at: datetime) -> Heard:
    match command:
        case Why():
            return replace(heard, wants_why=True)
        case Help():
            return replace(heard, wants_help=True)
        case Recheck():
            orders = replace(heard.orders, is_left_alone=False, paused_until=None)
            return replace(heard, orders=orders, rechecked_at=at)
        case Unknown() | LinkTest() | Waive() | Approve() | Reject() | Tranche():
            return heard
        case _:
            rechecked_at = at if isinstance(command, SetClass) else heard.rechecked_at
            return replace(heard, orders=_ordered(heard.orders, command, at), rechecked_at=rechecked_at)


def _ordered(orders: Orders, command: OfIssue, at: datetime) -> Orders:
    match command:
        case SetClass(class_id):
            said = replace(orders, class_id=class_id, class_at=at, rejected=orders.rejected - {class_id})
            return replace(said, is_left_alone=False)
        case NotClass(class_id):
            chosen = "" if orders.class_id == class_id else orders.class_id
            return replace(orders, class_id=chosen, rejected=orders.rejected | {class_id})
        case SetOwner(login):
            return replace(orders, owner=login, owner_at=at)
        case DuplicateOf(number):
            return replace(orders, duplicate_of=number, duplicate_at=at, is_apart=False)
        case NotDuplicate():
            return replace(orders, duplicate_of=0, duplicate_at=at, is_apart=True)
        case Undo():
            return replace(orders, class_id="", owner="", is_left_alone=True)
        case Pause(days):
            return replace(orders, paused_until=at + timedelta(days=days))
        case _:
            assert_never(command)
