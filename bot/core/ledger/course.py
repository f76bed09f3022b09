"""What happened to the defects of one class, as far as it tells whether the class is burnt down. Judges nothing."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import IntEnum, auto
from typing import NamedTuple

from bot.core.ledger.defects import Steps
from bot.core.ledger.model import new
from bot.core.ledger.told import Merged


class Kind(IntEnum):
    """In their order, where they are of one moment: what is fixed is closed by it, and ships before anybody reports."""

    FIXED = auto()
    CLOSED = auto()  # where no merge of that moment closed it
    RELEASED = auto()
    REPORTED = auto()
    REOPENED = auto()


_REPORTED, _FIXED = Kind.REPORTED, Kind.FIXED


class Happening(NamedTuple):
    """Something that moves the stage of a class. They sort as they are: there are hundreds of thousands."""

    at: datetime
    kind: Kind
    number: int = 0  # of the issue
    pull: int = 0  # fixed
    evidence: str = ""  # fixed
    version: str = ""  # reported: as the reporter says; released
    reporter: str = ""
    is_contained: bool = False  # reported: a version that is known to have the fix
    is_duplicate: bool = False  # reported: of what is open already

    @property
    def who(self) -> str:
        """Whoever is not known is somebody else each time."""
        return self.reporter.casefold() or f"#{self.number}"


Course = tuple[Happening, ...]  # of one class, `ordered`: oldest first


def happenings(
    number: int, steps: Steps, fixed: Sequence[Merged], version: str, reporter: str, *, is_contained: bool
) -> Iterator[Happening]:
    """Of one defect, `restated`, with all its fixes."""
    yield new(Happening, (steps[0].at, _REPORTED, number, 0, "", version, reporter, is_contained, False))
    for at, _, pull, evidence in fixed:
        yield new(Happening, (at, _FIXED, number, pull, evidence, "", "", False, False))
    for at, _, _, ended, _ in steps[1:]:
        if not ended:
            yield Happening(at, Kind.REOPENED, number)
        elif at not in [each.at for each in fixed]:
            yield Happening(at, Kind.CLOSED, number)


def ordered(happened: Iterable[Happening]) -> Course:
    return tuple(sorted(happened))
