"""What became of every issue: its entries folded into the states that it went through. Counts nothing.

A state holds from its moment on, and "at t" is what was entered before t: so windows are half-open. The fold is total,
and the order in which entries were recorded, or how often, does not matter. Histories that are odd are read like this:

- Entries of the same second are taken in the order of `ORDER`; but where the issue was closed before that second, it
  is reopened in it before it is closed again. Several classes in one second: the last by name holds.
- Nothing happens before the issue is there: an entry from before its arrival (clocks differ) counts at its arrival, in
  its turn. Without an arrival it is there from its first entry; of several arrivals the first counts.
- Closed when closed, reopened when open, classified as before: nothing changes.
- Between two openings a dismissal outweighs a fix, and a fix outweighs a closing without one, whichever came last: a
  person who closes what the bot dismissed does not take that back, and a fix may become known later.
- A fix closes nothing. It is remembered while the issue is open, and a closing then counts as fixed; a reopening
  forgets it, for that fix did not hold. A fix that names no pull request says nothing.
- A dismissed issue is out of the stock, also where GitHub still shows it as open, until it is reopened.
- While an issue is closed its class may change: that moves nothing, but it is reopened as what it is then.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby, zip_longest
from typing import Literal, NamedTuple

from bot.core.ledger.model import ORDER, Entry, Kind, new

Ended = Literal["", "fixed", "closed", "dismissed"]  # "": open; closed: as completed, and no merged fix is known
Term = Literal["opened", "reopened", "in_", "fixed", "closed_otherwise", "dismissed", "out"]  # of the balance identity

_CLOSINGS: frozenset[Kind] = frozenset({"fixed", "dismissed", "closed"})
_BESIDE: frozenset[Kind] = frozenset({"assigned", "recurred"})  # they change no state
_LEAVES: Mapping[Ended, Term] = {"fixed": "fixed", "closed": "closed_otherwise", "dismissed": "dismissed"}


class Step(NamedTuple):
    """What an issue is from a moment on. (A named tuple, like its neighbours: there are hundreds of thousands.)"""

    at: datetime
    class_id: str = ""  # of defects; "": none
    severity: str = ""
    ended: Ended = ""
    ref: int = 0  # the pull request whose merge fixes it; dismissed: the issue of which it is a duplicate; 0: none


_UNBORN = Step(datetime.min.replace(tzinfo=UTC))

Steps = tuple[Step, ...]  # of one issue, oldest first, each unlike the one before
Ledger = Mapping[int, Steps]  # of one repository, by the number


class Move(NamedTuple):
    """One defect enters or leaves the open defects of a class."""

    at: datetime
    term: Term
    class_id: str
    severity: str
    ref: int  # as the step has it


class Spell(NamedTuple):
    """A stretch of time for which a defect is open in a class: after `start`, up to and with `end`."""

    class_id: str
    severity: str
    start: datetime
    end: datetime | None  # None: it still is


def fold(entries: Iterable[Entry]) -> Steps:
    """The states of one issue; none where nothing is known of it."""
    given = sorted([each for each in entries if each.kind not in _BESIDE], key=_turn)
    if not given:
        return ()
    kinds = [each.kind for each in given]
    born = given[kinds.index("arrived") if "arrived" in kinds else 0].at
    # As of nearly all: where none is out of its turn, there is no need to look at each moment.
    is_plain = given[0].at == born and "reopened" not in kinds
    now = new(Step, (born, "", "", "", 0))
    steps = [now]
    for moment in (given,) if is_plain else _moments(given, born):
        # What is closed cannot be closed again before it is reopened: then that is what this second began with.
        for each in sorted(moment, key=_is_closing) if now.ended else moment:
            then = _after(now, each, max(each.at, born))
            if then is not now:
                steps.append(then)
                now = then
    return tuple(steps)


def _turn(entry: Entry) -> tuple[datetime, int, str, str, int, int]:
    """A transition that was recorded twice changes nothing the second time, for the two are neighbours."""
    return entry.at, ORDER[entry.kind], entry.class_id, entry.severity, entry.pull, entry.of


def _moments(given: Iterable[Entry], born: datetime) -> Iterator[Iterator[Entry]]:
    """What happened in one second together."""
    return (moment for _, moment in groupby(given, lambda each: max(each.at, born)))


def _is_closing(entry: Entry) -> bool:
    return entry.kind in _CLOSINGS


def _after(now: Step, entry: Entry, at: datetime) -> Step:
    """The state after one entry: the same one where it changes nothing."""
    match entry.kind:
        case "arrived":
            return now
        case "classified" if entry.class_id != now.class_id or entry.severity != now.severity:
            return new(Step, (at, entry.class_id, entry.severity, now.ended, now.ref))
        case "fixed" if entry.pull and now.ended in {"", "closed"} and entry.pull != now.ref:
            return new(Step, (at, now.class_id, now.severity, "fixed" if now.ended else "", entry.pull))
        case "closed" if not now.ended:
            return new(Step, (at, now.class_id, now.severity, "fixed" if now.ref else "closed", now.ref))
        case "dismissed" if now.ended != "dismissed":
            return new(Step, (at, now.class_id, now.severity, "dismissed", entry.of))
        case "reopened" if now.ended:
            return new(Step, (at, now.class_id, now.severity, "", 0))
        case _:
            return now


def restated(steps: Steps) -> Steps:
    """One class from its creation on, each closing as it turned out to be; none where this is no defect after all."""
    if not steps or not steps[-1].class_id or steps[-1].ended == "dismissed":
        return ()
    _, class_id, severity, *_ = steps[-1]
    last = new(Step, (steps[0].at, class_id, severity, "", 0))
    told = [last]
    for at, _, _, ended, ref in steps[1:]:
        if bool(ended) != bool(last.ended):
            last = new(Step, (at, class_id, severity, ended, ref))
            told.append(last)
        elif ended:
            last = told[-1] = new(Step, (last.at, class_id, severity, ended, ref))
    return tuple(told)


def moves(steps: Steps) -> Iterator[Move]:
    """What the states of one issue add to the flow, in their order.

    It arrives once: when it is classified as a defect and was not counted before. What a person makes of a defect that
    was counted is a reclassification, also from "no defect". A defect that was found closed is not counted until it is
    reopened, and then as reopened.
    """
    was, before, is_counted = _UNBORN, "", False
    for step in steps:
        after = "" if step.ended else step.class_id
        if before and before != after:
            term: Term = _LEAVES[step.ended] if step.ended else "out"
            yield new(Move, (step.at, term, before, was.severity, step.ref))
        if after and before != after:
            term = "reopened" if was.ended else "in_" if is_counted else "opened"
            yield new(Move, (step.at, term, after, step.severity, step.ref))
            is_counted = True
        was, before = step, after


def spells(steps: Sequence[Step]) -> Iterator[Spell]:
    """When one issue was an open defect, and of which class: read from its states, not from its moves."""
    for step, following in zip_longest(steps, steps[1:]):
        end = following.at if following else None
        if step.class_id and not step.ended and step.at != end:
            yield new(Spell, (step.class_id, step.severity, step.at, end))


def standing(steps: Steps, at: datetime) -> Step | None:
    """The state of one issue at a moment; None: it was not there yet."""
    for step in reversed(steps):
        if step.at < at:
            return step
    return None
