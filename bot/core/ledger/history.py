"""What GitHub remembers of an issue, read as entries of the ledger. Fetches nothing, and knows no present moment.

The same history gives the same entries whenever it is read, in whatever order its events are listed; and a history
that has gone on since gives the same entries and more: so a ledger that was lost is written again as it was. But the
verdict of the rules leaves no trace on GitHub: it is the present one, or what our own first label tells of it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NamedTuple, TypeVar

from bot.core.ledger.model import Entry, ordered
from bot.core.model import By

Reason = Literal["COMPLETED", "NOT_PLANNED", "DUPLICATE"]  # GitHub's IssueStateReason, of a closing

# A form's labels follow the opening within a second or two, and no verdict of ours is written before they are there.
OPENING = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Closing:
    at: datetime
    reason: Reason | None = None  # None: from before GitHub had reasons
    actor: str = ""
    pull: int = 0  # the pull request that closed it
    is_merged: bool = False
    of: int = 0  # the issue of which it is a duplicate, where the event says so


@dataclass(frozen=True, slots=True)
class Reopening:
    at: datetime
    actor: str = ""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A label was put on, or taken off."""

    at: datetime
    name: str
    is_added: bool
    by: By = By.PERSON
    actor: str = ""


@dataclass(frozen=True, slots=True)
class Assigned:
    """Somebody was assigned, or no longer is."""

    at: datetime
    who: str
    is_added: bool
    actor: str = ""

    @property
    def name(self) -> str:
        """Of what was put on: logins compare without regard to case."""
        return self.who.casefold()


@dataclass(frozen=True, slots=True)
class Marked:
    """The issue was marked as a duplicate, or no longer is."""

    at: datetime
    of: int
    is_added: bool = True
    actor: str = ""

    @property
    def name(self) -> str:
        """Of what was put on."""
        return f"#{self.of}"


@dataclass(frozen=True, slots=True)
class History:
    """What happened to one issue, all of it, by GitHub's clock."""

    number: int
    created_at: datetime
    author: str = ""
    labels: tuple[str, ...] = ()  # that it has now: those without an event were there from the beginning
    closings: tuple[Closing, ...] = ()
    reopenings: tuple[Reopening, ...] = ()
    labelled: tuple[Labelled, ...] = ()
    assigned: tuple[Assigned, ...] = ()
    marked: tuple[Marked, ...] = ()


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a label, or the verdict of the rules, says of an issue."""

    class_id: str | None = None  # "": it is no defect; None: nothing of its class
    severity: str = ""  # "": nothing
    is_dismissal: bool = False  # invalid, duplicate, wontfix: what is closed with it was no defect


Meanings = Mapping[str, Meaning]  # by the label's name, case-folded
NOTHING = Meaning()


def entries_of(history: History, meanings: Meanings, verdict: Meaning = NOTHING, rules: str = "") -> tuple[Entry, ...]:
    """The entries of one issue, oldest first.

    verdict: that of the rules (of this version) on its text. It holds from the issue's creation until a label first
    names a class; if that label is ours, then it tells what the verdict was in those days, and if it is a person's of
    the issue's first minute, then the verdict never had anything to say.

    Of several labels that name a class, those that people put go first, and of those the newest; once all are taken
    off it is no defect. A label that names only a severity goes before the severity of a class. What was closed as
    completed was dismissed where it is marked as a duplicate or has a label that dismisses, also where it gets that
    later; not where a merged pull request closed it. What goes on and off within one second stays as it was.
    """
    words = tuple(_words(history, meanings))
    arrived = Entry(history.number, history.created_at, "arrived", who=history.author)
    classified = _classified(history, words, *_base(history, words, verdict, rules))
    return tuple(ordered((arrived, *classified, *_owned(history), *_ended(history, words))))


class _Word(NamedTuple):
    """A label that means something was put on, or taken off."""

    at: datetime
    name: str  # case-folded
    is_added: bool
    by: By
    actor: str
    meaning: Meaning

    @property
    def rank(self) -> tuple[bool, datetime, str, str]:
        return (self.by is By.PERSON, self.at, self.name, self.actor)


_Event = TypeVar("_Event", bound=_Word | Assigned | Marked | Closing | Reopening)
_Change = TypeVar("_Change", bound=_Word | Assigned | Marked)


def _words(history: History, meanings: Meanings) -> Iterator[_Word]:
    """What labels say, also those that have no event: they were put there unseen, and first seen when taken off."""
    first: dict[str, bool] = {}
    for each in sorted(history.labelled, key=_order):
        name = each.name.casefold()
        if name in meanings:
            first.setdefault(name, each.is_added)
            yield _Word(each.at, name, each.is_added, each.by, each.actor, meanings[name])
    there = {name.casefold() for name in history.labels} & set(meanings) - set(first)
    for name in there | {name for name, is_added in first.items() if not is_added}:
        yield _Word(history.created_at, name, is_added=True, by=By.PERSON, actor="", meaning=meanings[name])


def _order(each: Labelled) -> tuple[datetime, bool, str, bool, str]:
    return (each.at, not each.is_added, each.name, each.by is By.PERSON, each.actor)


def _base(history: History, words: Sequence[_Word], verdict: Meaning, rules: str) -> tuple[Meaning, str]:
    """What the rules said of it when it was created, and which version of them, where that is known."""
    naming = (each for each in words if each.meaning.class_id is not None)
    at, first = next(_moments(history, naming), (None, []))
    if at is None:
        return verdict, rules
    if all(each.by is By.US for each in first):
        return max(first, key=lambda each: (each.is_added, each.rank)).meaning, ""
    return (NOTHING, "") if at - history.created_at < OPENING else (verdict, rules)


def _classified(history: History, words: Sequence[_Word], base: Meaning, rules: str) -> Iterator[Entry]:
    was = _said((), base)
    if any(was):
        yield Entry(history.number, history.created_at, "classified", *was, cause="rules", rules=rules)
    held: dict[str, _Word] = {}
    for at, moment in _moments(history, words):
        _hold(held, moment)
        if any(each.meaning.class_id is not None for each in moment):
            base = NOTHING
        now = _said(held.values(), base)
        if now != was:
            by = max(moment, key=lambda each: each.rank)
            cause = "rules" if by.by is By.US else "label"
            yield Entry(history.number, at, "classified", *now, actor=by.actor, cause=cause)
        was = now


def _said(held: Iterable[_Word], otherwise: Meaning) -> tuple[str, str]:
    """Class and severity by the labels that are there; no severity without a class."""
    of_class, severity = otherwise, ""
    for each in sorted(held, key=lambda each: each.rank):
        if each.meaning.class_id is not None:
            of_class = each.meaning
        else:
            severity = each.meaning.severity or severity
    return (of_class.class_id, severity or of_class.severity) if of_class.class_id else ("", "")


def _owned(history: History) -> Iterator[Entry]:
    """Whose it is: of those who are assigned the one who was so last; "" once nobody is."""
    held: dict[str, Assigned] = {}
    was = ""
    for at, moment in _moments(history, history.assigned):
        _hold(held, moment)
        who = max(((each.at, each.who) for each in held.values()), default=(at, ""))[1]
        if who != was:
            yield Entry(history.number, at, "assigned", who=who, actor=max(each.actor for each in moment))
        was = who


def _ended(history: History, words: Sequence[_Word]) -> Iterator[Entry]:
    """How it was closed, each time; what it was found to be while it was closed; and that it was reopened."""
    doubts: list[_Word | Marked] = [*(each for each in words if each.meaning.is_dismissal), *history.marked]
    either: list[Closing | Reopening] = [*history.closings, *history.reopenings]
    doubted, turns = dict(_moments(history, doubts)), dict(_moments(history, either))
    held: dict[str, _Word | Marked] = {}
    is_closed = is_settled = False  # settled: by a merged pull request or dismissed, so that no label says more
    for at in sorted({*doubted, *turns}):
        _hold(held, doubted.get(at, ()))
        of = max((each.of for each in held.values() if isinstance(each, Marked)), default=0)
        doubt = Entry(history.number, at, "dismissed", cause="duplicate" if of else "label", of=of) if held else None
        reopenings = [each for each in turns.get(at, ()) if isinstance(each, Reopening)]
        closings = [each for each in turns.get(at, ()) if isinstance(each, Closing)]
        ends = [entry for each in closings for entry in _closed(history.number, at, each, doubt)]
        if bool(closings) != bool(reopenings):  # both in one second: it is again what it was
            is_closed = bool(closings)
        is_settled = is_closed and (any(each.kind != "closed" for each in ends) or (is_settled and not reopenings))
        yield from (Entry(history.number, at, "reopened", actor=each.actor) for each in reopenings)
        yield from ends
        if doubt and is_closed and not is_settled:
            is_settled = True
            yield doubt


def _closed(number: int, at: datetime, closing: Closing, doubt: Entry | None) -> Iterator[Entry]:
    """One closing; doubt: what labels and marks make of it where its reason and its pull request do not."""
    actor, pull = closing.actor, closing.pull if closing.is_merged else 0
    if closing.reason in {"NOT_PLANNED", "DUPLICATE"}:
        cause = "duplicate" if closing.reason == "DUPLICATE" else "not planned"
        of = closing.of or (doubt.of if doubt else 0)
        yield Entry(number, at, "dismissed", actor=actor, cause=cause, of=of)
    elif pull:
        yield Entry(number, at, "fixed", actor=actor, cause=f"#{pull}", pull=pull)
        yield Entry(number, at, "closed", actor=actor, cause=f"#{pull}")
    elif doubt:
        yield doubt._replace(actor=actor)
    else:
        yield Entry(number, at, "closed", actor=actor)


def _moments(history: History, events: Iterable[_Event]) -> Iterator[tuple[datetime, list[_Event]]]:
    """What happened in each second, oldest first; nothing did before the issue was there, whatever the clocks say."""
    found: dict[datetime, list[_Event]] = {}
    for each in events:
        found.setdefault(max(each.at, history.created_at), []).append(each)
    yield from sorted(found.items(), key=lambda item: item[0])


def _hold(held: dict[str, _Change], moment: Iterable[_Change]) -> None:
    """Puts on what was put on in one second, and takes off what was taken off; what was both stays as it was."""
    added = {each.name: each for each in moment if each.is_added}
    removed = {each.name for each in moment if not each.is_added}
    for name in removed - added.keys():
        held.pop(name, None)
    held.update({name: each for name, each in added.items() if name not in removed})
