"""Flow and stock: what came, what went, what is open, per window and class; and that the two agree (terms.md d.1).

Works on a ledger as it was reported then, or as it is classified now (`Summary.then`, `Summary.now`): on one at a time.

    open_after = open_before + A + R + Ri - F - X - Ro,  with F = fixed + closed otherwise

The flow is counted from transitions, the stock from the states that hold at a moment: neither is derived from the
other, so that `balance` can fail.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from itertools import accumulate, pairwise
from typing import NamedTuple

from bot.core.errors import BotError
from bot.core.ledger.defects import Ledger, Steps, Term, moves, spells, standing
from bot.core.ledger.model import new

ALL = "all classes"
YEARS = range(1970, 9999)  # whose weeks can be asked for


@dataclass(frozen=True, slots=True)
class Window:
    """From a moment on, and before another: both in UTC. Raises ValueError."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if any(each.utcoffset() != timedelta() for each in (self.start, self.end)):
            raise ValueError(f"a window is in UTC: {self}")
        if self.end < self.start:
            raise ValueError(f"a window ends after it starts: {self}")

    def __str__(self) -> str:
        return f"{self.start.isoformat()} to {self.end.isoformat()}"


class Week(NamedTuple):
    """An ISO week as a time zone has it."""

    name: str  # "2026-W34"
    window: Window


class Stay(NamedTuple):
    """Between which edges a defect is open: at the first of them, and up to, and not at, the last."""

    number: int
    class_id: str
    severity: str
    first: int
    last: int  # so many as there are edges: it still is


@dataclass(frozen=True, slots=True)
class Flow:
    """What moved in a window, and the stock of open defects at both its ends."""

    window: Window
    class_id: str | None = None  # None: all classes, with what moved between them
    opened: int = 0  # A: classified as a defect for the first time
    fixed: int = 0  # F: closed as completed, by a merged fix that is known
    closed_otherwise: int = 0  # F: closed as completed, and no fix is known
    dismissed: int = 0  # X: not planned, duplicate or invalid
    reopened: int = 0  # R
    in_: int = 0  # Ri: reclassified from another class, or from no defect
    out: int = 0  # Ro
    open_before: int = 0
    open_after: int = 0

    @property
    def completed(self) -> int:
        """F."""
        return self.fixed + self.closed_otherwise

    @property
    def difference(self) -> int:
        """By how much the stock at the end is larger than what follows from the flow."""
        came = self.opened + self.reopened + self.in_
        went = self.completed + self.dismissed + self.out
        return self.open_after - (self.open_before + came - went)


class Unbalanced(BotError):
    """Stock and flow contradict each other: nothing of this is printed."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.difference = flow.difference
        super().__init__(
            f"{flow.class_id or ALL}, {flow.window}: {flow.open_after} open at the end, "
            f"but {flow.open_after - flow.difference} follow from {flow.open_before} open before "
            f"+ {flow.opened} arrived + {flow.reopened} reopened + {flow.in_} reclassified in "
            f"- {flow.fixed} fixed - {flow.closed_otherwise} closed otherwise - {flow.dismissed} dismissed "
            f"- {flow.out} reclassified out (difference {flow.difference:+d})"
        )


def balance(flow: Flow) -> None:
    """Raises Unbalanced where stock and flow differ."""
    if flow.difference:
        raise Unbalanced(flow)


def flow(ledger: Ledger, window: Window, class_id: str | None = None) -> Flow:
    """Of one class, or of all. Reads the whole ledger: `flows` gives every class for the same price."""
    every = flows(ledger, window)
    return total(every.values(), window) if class_id is None else every.get(class_id, Flow(window, class_id))


def flows(ledger: Ledger, window: Window) -> Mapping[str, Flow]:
    """Of every class that ever had an open defect, by its id."""
    return {class_id: found[0] for class_id, found in series(ledger, (window.start, window.end)).items()}


def stays(ledger: Ledger, edges: Sequence[datetime]) -> list[Stay]:
    """When open defects are open, by the edges, which ascend."""
    found, never = [], len(edges)
    for number, steps in ledger.items():
        for class_id, severity, start, end in spells(steps):
            last = bisect_right(edges, end) if end else never
            found.append(new(Stay, (number, class_id, severity, bisect_right(edges, start), last)))
    return found


def series(
    ledger: Ledger, edges: Sequence[datetime], known: Iterable[Stay] | None = None
) -> Mapping[str, tuple[Flow, ...]]:
    """For every class its flows in the windows between neighbouring edges, which ascend; in one pass.

    known: the `stays` of this ledger at these edges, for whoever counts them elsewhere too.
    """
    windows = tuple(Window(*each) for each in pairwise(edges))
    sheets: dict[str, _Sheet] = defaultdict(partial(_Sheet, len(edges)))
    for steps in ledger.values():
        for at, term, class_id, _, _ in moves(steps):
            place = bisect_right(edges, at) - 1
            if 0 <= place < len(windows):
                terms = sheets[class_id].terms[place]
                terms[term] = terms.get(term, 0) + 1
    for _, class_id, _, first, last in stays(ledger, edges) if known is None else known:
        changes = sheets[class_id].changes
        changes[first] += 1
        changes[last] -= 1
    return {class_id: tuple(sheets[class_id].flows(windows, class_id)) for class_id in sorted(sheets)}


def totals(by_class: Mapping[str, Sequence[Flow]], edges: Sequence[datetime]) -> tuple[Flow, ...]:
    """All classes of a series together, window by window."""
    windows = (Window(*each) for each in pairwise(edges))
    return tuple(total((found[place] for found in by_class.values()), window) for place, window in enumerate(windows))


def total(parts: Iterable[Flow], window: Window) -> Flow:
    """The flows of one window in several classes, or repositories, together: every number is a sum.

    What moved between them is in both Ri and Ro, where it cancels.
    """
    sums = dict.fromkeys(_NUMBERS, 0)
    for part in parts:
        for name in _NUMBERS:
            sums[name] += getattr(part, name)
    return Flow(window, None, **sums)


def carry_over(ledger: Ledger, window: Window, class_id: str | None = None) -> int:
    """How many were open defects (of the class) at the start of a window and are so at its end."""
    return sum(
        _is_open(steps, window.start, class_id) and _is_open(steps, window.end, class_id) for steps in ledger.values()
    )


def weeks(since: datetime, until: datetime, zone: tzinfo = UTC) -> Iterator[Week]:
    """The ISO weeks from the one that holds `since` to the one that holds `until`, both aware, oldest first."""
    day, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    while day.isocalendar()[:2] <= last.isocalendar()[:2]:
        yield iso_week(*day.isocalendar()[:2], zone)
        day += timedelta(weeks=1)


def iso_week(year: int, number: int, zone: tzinfo = UTC) -> Week:
    """From Monday's midnight to the next one's, by the clocks of the zone. Raises ValueError: there is no such week."""
    if year not in YEARS:
        raise ValueError(f"no week of this year is counted: {year}")
    monday = datetime.fromisocalendar(year, number, 1).replace(tzinfo=zone)
    start, end = (each.astimezone(UTC) for each in (monday, monday + timedelta(weeks=1)))
    return Week(f"{year:04}-W{number:02}", Window(start, end))


def _is_open(steps: Steps, at: datetime, class_id: str | None) -> bool:
    step = standing(steps, at)
    return bool(step and step.class_id and not step.ended and class_id in {None, step.class_id})


_NUMBERS = tuple(each.name for each in fields(Flow) if each.name not in {"window", "class_id"})


@dataclass(slots=True)
class _Sheet:
    """What is counted of one class: moves by window, and by how much more are open at each edge than at the last."""

    edges: int
    terms: list[dict[Term, int]] = field(init=False)
    changes: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.terms = [{} for _ in range(self.edges - 1)]
        self.changes = [0] * (self.edges + 1)  # the last: after all of them

    def flows(self, windows: Sequence[Window], class_id: str) -> Iterator[Flow]:
        stocks = pairwise(accumulate(self.changes[:-1]))
        for window, terms, (before, after) in zip(windows, self.terms, stocks, strict=True):
            yield Flow(window, class_id, open_before=before, open_after=after, **terms)


def read_week(name: str, zone: tzinfo = UTC) -> Week:
    """The week of that name. Raises ValueError."""
    year, _, number = name.partition("-W")
    if (len(year), len(number)) != (4, 2) or not (year + number).isascii() or not (year + number).isdecimal():
        raise ValueError(f"{name!r} is not an ISO week - write 2026-W34")
    return iso_week(int(year), int(number), zone)
