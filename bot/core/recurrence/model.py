"""What is known of earlier defects, and what a new issue may be of them. Judges nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from bot.core.ledger.defects import Ended
from bot.core.ledger.model import CONTAINED, POSSIBLE
from bot.core.recurrence.prints import Print


@dataclass(frozen=True, slots=True)
class Enough:
    """How much evidence makes a fix a failed one (terms.md d.3)."""

    reports: int = 5  # by different people
    days: int = 10  # after it was shipped


@dataclass(frozen=True, slots=True)
class Release:
    version: str  # as tagged: foreign
    at: datetime


class Fix(NamedTuple):
    """What fixed a defect, and since when users have it. (A named tuple: a long past has very many.)"""

    pull: int = 0  # 0: not known
    at: datetime | None = None  # merged, or closed where no pull request is known
    versions: tuple[str, ...] = ()  # the first with it, of each line that got it; none: not released, or unknown
    shipped_at: datetime | None = None
    guard: str = ""  # its regression test, as linked
    owner: str = ""


UNFIXED = Fix()


@dataclass(frozen=True, slots=True)
class Known:
    """An earlier issue, as far as a new one may be it again."""

    number: int
    prints: frozenset[str]  # keys
    ended: Ended = ""
    fix: Fix = UNFIXED


@dataclass(frozen=True, slots=True)
class Report:
    """A new issue."""

    number: int
    at: datetime
    prints: tuple[Print, ...]  # the strongest first
    version: str = ""  # as the reporter says; "": not known


@dataclass(frozen=True, slots=True)
class Word:
    """What a person says of a print: that it does tell the same defect, or that it does not."""

    key: str
    is_same: bool
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Repeat:
    """Of an open defect, which may itself be one that came back."""

    of: int
    by: Print
    back: "Back | None" = None


@dataclass(frozen=True, slots=True)
class Back:
    """Possibly a regression: of a fixed defect, and not from before the fix."""

    of: int
    by: Print
    fix: Fix
    is_contained: bool  # whether its version is known to have the fix

    @property
    def cause(self) -> str:
        return CONTAINED if self.is_contained else POSSIBLE


@dataclass(frozen=True, slots=True)
class Nothing:
    """No report of a defect that is known, or none that counts."""

    why: str = "no known print"
    of: int = 0  # the earlier issue, where it is one of it that does not count


Outcome = Repeat | Back | Nothing
NOTHING = Nothing()


@dataclass(frozen=True, slots=True)
class Earlier:
    """What is known of issues before a new one."""

    again: Outcome = NOTHING
    alike: tuple[int, ...] | None = None  # that read like it, for a person to look at; None: nobody has looked


UNKNOWN = Earlier()
BY_PERSON = Print("person", "", "")


@dataclass(frozen=True, slots=True)
class Failing:
    """What is held against one fix."""

    of: int
    fix: Fix
    reports: tuple[int, ...]  # the first of each person, in time
    need: Enough

    @property
    def has_failed(self) -> bool:
        return len(self.reports) >= self.need.reports

    @property
    def shown(self) -> str:
        many = f"{len(self.reports)} of {self.need.reports} reports"
        return f"{many} on versions with the fix, within {self.need.days} days of it"
