"""What people ask for on a pull request, by comment or by button: links to tests, waivers, another look.

Who may is decided here; whether the check goes green is not.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from bot.core.evidence.links import BadLink, Link, read_link
from bot.core.evidence.waivers import DAYS, State, Waiver, asked_for, ended, granted, read_waiver, state
from bot.core.model import Asked, same
from bot.core.people.commands import (
    REGISTRY,
    Approve,
    Command,
    DuplicateOf,
    Entry,
    Help,
    LinkTest,
    NotClass,
    NotDuplicate,
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
    line,
    plain_lines,
    role,
)
from bot.core.people.orders import Refusal
from bot.core.text import pulls as text

OnPulls = Why | LinkTest | Waive | Approve | Reject | Recheck | Help

MAX_LINKS = 20  # of one pull request, by command
MAX_WAIVERS = 20  # that are remembered of one pull request
WAIVER = "Waiver:"  # begins the line of a description that the button reads
HOW = REGISTRY[Waive.name].syntax
BOT = "[bot]"  # ends the login of an App where GitHub does not say what it is


@dataclass(frozen=True, slots=True)
class Requests:
    """What is remembered of what people asked for on a pull request."""

    links: tuple[Link, ...] = ()
    waivers: tuple[Waiver, ...] = ()


@dataclass(frozen=True, slots=True)
class HeardPull:
    """What came of a comment on a pull request, or of a button of its check."""

    standing: Requests
    ran: tuple[str, ...] = ()  # lines of commands that need not be run again
    refusals: tuple[Refusal, ...] = ()
    wants_why: bool = False
    wants_help: bool = False
    is_recheck: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever pressed a button."""

    login: str
    role: Role
    is_bot: bool = False
    sees_now: bool = True  # the check below which it was pressed says what holds now


@dataclass(frozen=True, slots=True)
class _Word:
    """Somebody's word: whose, and of when."""

    by: str
    role: Role
    at: datetime
    now: datetime
    author: str  # of the pull request
    days: int  # that a waiver holds
    is_bot: bool = False
    is_edited: bool = False  # by somebody else than who wrote it

    @property
    def is_by_person(self) -> bool:
        return bool(self.by) and not self.is_bot and not self.by.endswith(BOT)

    def is_of(self, login: str) -> bool:
        return bool(self.by) and same(self.by, login)


def hear_pull(
    asked: Asked | None, standing: Requests, author: str, now: datetime, *, days: int = DAYS, editor: str = ""
) -> HeardPull:
    """The commands of a comment that were not run before; `editor` is who edited it last, if anybody did."""
    heard = HeardPull(standing)
    if not asked:
        return heard
    is_edited = bool(editor) and not same(editor, asked.author)
    word = _Word(asked.author, asked.role, asked.at, now, author, days, is_edited=is_edited)
    for command in changed(commands(asked.body, "pulls"), asked.ran):
        heard = replace(_heard(heard, command, word), ran=(*heard.ran, line(command)))
    return heard


def pressed(
    identifier: str, by: Person, standing: Requests, author: str, now: datetime, *, body: str = "", days: int = DAYS
) -> HeardPull:
    """What a button of the check does, which is what its command does; `body` is the pull request's description."""
    heard, word = HeardPull(standing), _Word(by.login, by.role, now, now, author, days, by.is_bot)
    match identifier:
        case "recheck":
            return _heard(heard, Recheck(), word)
        case "explain":
            return _heard(heard, Why(), word)
        case "approve":
            if not by.sees_now:
                return replace(heard, refusals=(Refusal(Approve(), why=text.LATE),))
            return _heard(heard, Approve(), word)
        case "waive":
            described = next(plain_lines(body, WAIVER), "")
            if not described:
                return replace(heard, refusals=(Refusal(Waive(""), instead=HOW, why=text.NO_LINE),))
            return _heard(heard, Waive(described[len(WAIVER) :].strip()), word)
        case _:
            return heard


def _heard(heard: HeardPull, command: Command, word: _Word) -> HeardPull:
    found: HeardPull | Refusal
    match command:
        case Unknown(_, instead):
            found = Refusal(command, instead=instead)
        case SetClass() | NotClass() | SetOwner() | DuplicateOf() | NotDuplicate() | Undo() | Pause() | Tranche():
            found = Refusal(command, instead=REGISTRY[Help.name].syntax)
        case _:
            found = _barred(command, word, heard.standing) or _obeyed(heard, command, word)
    return replace(heard, refusals=(*heard.refusals, found)) if isinstance(found, Refusal) else found


def _barred(command: OnPulls, word: _Word, standing: Requests) -> Refusal | None:
    """What keeps this person from this command."""
    if isinstance(command, Approve) and word.is_of(word.author):
        return Refusal(command, why=text.OWN)
    if isinstance(command, Approve) and not word.is_by_person:
        return Refusal(command, why=text.NO_PERSON)
    if isinstance(command, Waive | Approve | Reject) and word.is_edited:
        return Refusal(command, why=text.EDITED)
    is_able = word.role.at_least(role(command)) or _is_theirs(REGISTRY[command.name], word, standing)
    return None if is_able else Refusal(command, needs=role(command))


def _is_theirs(entry: Entry, word: _Word, standing: Requests) -> bool:
    """Whether they may whatever their role, for the pull request is theirs, or the waiver."""
    _, waiver = state(standing.waivers, word.now)
    match entry.also:
        case "author":
            return word.is_of(word.author)
        case "requester":
            return waiver is not None and word.is_of(waiver.requested_by)
        case None:
            return False


def _obeyed(heard: HeardPull, command: OnPulls, word: _Word) -> HeardPull | Refusal:
    match command:
        case Why():
            return replace(heard, wants_why=True)
        case Help():
            return replace(heard, wants_help=True)
        case Recheck():
            return replace(heard, is_recheck=True)
        case LinkTest():
            found = _linked(heard.standing, command)
        case Waive():
            found = _asked(heard.standing, command, word)
        case Approve():
            found = _approved(heard.standing, command, word)
        case Reject():
            found = _rejected(heard.standing, command, word)
        case _:
            assert_never(command)
    return found if isinstance(found, Refusal) else replace(heard, standing=found)


def _linked(standing: Requests, command: LinkTest) -> Requests | Refusal:
    link = read_link(command.written, "comment")
    if isinstance(link, BadLink):
        return Refusal(command, why=link.why)
    if any((each.path, each.names) == (link.path, link.names) for each in standing.links):
        return standing
    if len(standing.links) >= MAX_LINKS:
        return Refusal(command, why=text.MANY_LINKS)
    return replace(standing, links=(*standing.links, link))


def _asked(standing: Requests, command: Waive, word: _Word) -> Requests | Refusal:
    """Nobody sets aside what another asked for but the author and whoever could reject it."""
    asking = read_waiver(command.written)
    if isinstance(asking, str):
        return Refusal(command, instead=HOW, why=asking)
    found, newest = state(standing.waivers, word.now)
    wanted = asked_for(asking, word.by, word.at)
    if wanted in map(_as_asked, standing.waivers) or (newest and found is State.PENDING and _is_same(newest, wanted)):
        return standing
    if newest is None:
        return _and(standing, wanted)
    if newest.touched_at > word.at:
        return Refusal(command, why=text.LATE)
    if found is State.GRANTED:
        return Refusal(command, why=text.GRANTED)
    if found is State.PENDING:
        is_able = word.role.at_least(role(Reject())) or word.is_of(word.author) or word.is_of(newest.requested_by)
        if not is_able:
            return Refusal(command, why=text.PENDING)
        standing = _with(standing, newest, ended(newest, word.by, word.at))
    return _and(standing, wanted)


def _approved(standing: Requests, command: Approve, word: _Word) -> Requests | Refusal:
    """What was asked for is granted, what has expired once more; only what could be seen when it was said."""
    found, newest = state(standing.waivers, word.now)
    if newest is None:
        return Refusal(command, why=text.NOT_ASKED)
    if found is State.GRANTED:
        return standing
    if found is State.REFUSED:
        return Refusal(command, why=text.ENDED)
    if newest.touched_at > word.at:
        return Refusal(command, why=text.LATE)
    done = granted(newest, word.by, word.at, word.days)
    return _with(standing, newest, done) if found is State.PENDING else _and(standing, done)


def _rejected(standing: Requests, command: Reject, word: _Word) -> Requests | Refusal:
    found, newest = state(standing.waivers, word.now)
    if newest is None:
        return Refusal(command, why=text.NOT_ASKED)
    if found is State.REFUSED:
        return standing
    if newest.touched_at > word.at:
        return Refusal(command, why=text.LATE)
    return _with(standing, newest, ended(newest, word.by, word.at))


def _with(standing: Requests, old: Waiver, new: Waiver) -> Requests:
    return replace(standing, waivers=tuple(new if each is old else each for each in standing.waivers))


def _and(standing: Requests, new: Waiver) -> Requests:
    return replace(standing, waivers=(*standing.waivers, new)[-MAX_WAIVERS:])


def _as_asked(waiver: Waiver) -> Waiver:
    """As it was before anybody answered."""
    return Waiver(waiver.kind, waiver.target, waiver.reason, waiver.requested_by, waiver.requested_at)


def _is_same(one: Waiver, other: Waiver) -> bool:
    """Whether the same person asks for the same."""
    return replace(one, requested_at=other.requested_at) == other
