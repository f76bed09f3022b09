"""A waiver: why a fix may do without a regression test, who asked, who agreed, and for how long.

Whether somebody may ask or agree is not looked at here, and no address is ever opened.
"""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, get_args

import re2

from bot.core.text import pulls as text

Kind = Literal["unchanged", "ui", "elsewhere", "untestable", "followup"]

DAYS = 90  # that a waiver holds where the configuration says nothing
FOLLOWUP_DAYS = 14
LEAST = 10  # characters of a reason
LEAST_UNTESTABLE = 20
MAX_REASON = 500
MAX_ADDRESS = 500

_KINDS: dict[str, Kind] = {each: each for each in get_args(Kind)}
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})  # control, format, surrogate, private and unassigned characters
_ADDRESS = re2.compile(
    r"https://(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z][A-Za-z0-9-]{1,62}(?::[0-9]{1,5})?(?:[/?#][!#-;=?-Z_a-z~]*)?"
)
_NUMBER = re2.compile(r"#?([1-9][0-9]{0,8})")


class State(StrEnum):
    NONE = "none"
    PENDING = "pending"
    GRANTED = "granted"
    EXPIRED = "expired"
    REFUSED = "refused"  # turned down, or taken back


@dataclass(frozen=True, slots=True)
class Asking:
    """What `/burndown waive` asks for."""

    kind: Kind
    target: str  # an https address for elsewhere, "#12" for followup, else ""
    reason: str


@dataclass(frozen=True, slots=True)
class Waiver:
    """One waiver of one pull request, from its request to its end."""

    kind: Kind
    target: str
    reason: str  # foreign, without control characters
    requested_by: str
    requested_at: datetime
    approved_by: str = ""
    approved_at: datetime | None = None
    expires_at: datetime | None = None
    ended_by: str = ""  # who turned it down or took it back
    ended_at: datetime | None = None

    @property
    def touched_at(self) -> datetime:
        """When somebody last had a hand in it."""
        return max(filter(None, (self.requested_at, self.approved_at, self.ended_at)))


def read_waiver(argument: str) -> Asking | str:
    """What follows `/burndown waive`, or what is missing there: a sentence for a person, all ours."""
    first, _, rest = _clean(argument).partition(" ")
    kind = _KINDS.get(first.lower().rstrip(":,"))
    if kind is None:
        return text.no_kind(tuple(_KINDS))
    target = ""
    if read_target := _TARGETS.get(kind):
        word, _, rest = rest.partition(" ")
        target = read_target(word)
        if not target:
            return text.NO_ADDRESS if kind == "elsewhere" else text.NO_NUMBER
    least = LEAST_UNTESTABLE if kind == "untestable" else LEAST
    reason = rest[:MAX_REASON].strip()
    return Asking(kind, target, reason) if len(reason) >= least else text.too_short(kind, least)


def asked_for(asking: Asking, by: str, at: datetime) -> Waiver:
    return Waiver(asking.kind, asking.target, asking.reason, by, at)


def granted(waiver: Waiver, by: str, at: datetime, days: int = DAYS) -> Waiver:
    """The same, agreed to for so many days; the test of a follow-up is not waited for so long."""
    held = min(days, FOLLOWUP_DAYS) if waiver.kind == "followup" else days
    return replace(waiver, approved_by=by, approved_at=at, expires_at=at + timedelta(days=held))


def lapsed(waivers: Sequence[Waiver], at: datetime) -> tuple[Waiver, ...]:
    """The same, of which none is in force any more: what was agreed to has become something else."""
    return tuple(replace(each, expires_at=at) if each.expires_at and each.expires_at > at else each for each in waivers)


def ended(waiver: Waiver, by: str, at: datetime) -> Waiver:
    return replace(waiver, ended_by=by, ended_at=at)


def state(waivers: Sequence[Waiver], now: datetime) -> tuple[State, Waiver | None]:
    """How it stands: the newest counts, and of those that were asked for at once the last."""
    if not waivers:
        return State.NONE, None
    newest = max(enumerate(waivers), key=lambda each: (each[1].requested_at, each[0]))[1]
    if newest.ended_at:
        return State.REFUSED, newest
    if newest.approved_at is None:
        return State.PENDING, newest
    is_in_force = newest.expires_at is not None and now < newest.expires_at
    return State.GRANTED if is_in_force else State.EXPIRED, newest


def _clean(argument: str) -> str:
    """In one line, and nothing in it that is not seen."""
    seen = (each for each in argument if each.isspace() or unicodedata.category(each) not in _HIDDEN)
    return " ".join("".join(seen).split())


def _address(word: str) -> str:
    return word if len(word) <= MAX_ADDRESS and _ADDRESS.fullmatch(word) else ""


def _number(word: str) -> str:
    found = _NUMBER.fullmatch(word.rstrip(":,"))
    return f"#{found.group(1)}" if found else ""


_TARGETS: dict[Kind, Callable[[str], str]] = {"elsewhere": _address, "followup": _number}
