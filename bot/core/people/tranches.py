"""A person's word on tranches: what the commands of a comment on the weekly issue change, and what is answered.

Takes no step that nobody asked for, and writes nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Literal

from bot.core.effects import Effect, React, Reply
from bot.core.model import Asked, Issue, same
from bot.core.people.commands import (
    REGISTRY,
    Command,
    Help,
    Tranche,
    Unknown,
    changed,
    commands,
    counts,
    line,
    role,
)
from bot.core.people.orders import Refusal
from bot.core.report.model import Report
from bot.core.report.tranche import WEEKS, Review, accept, clear, close, freeze, review
from bot.core.report.tranche import Tranche as Frozen
from bot.core.report.tranches import is_running, told
from bot.core.text import tranches as text
from bot.core.text.issues import answer, listed, refused, reply_key


@dataclass(frozen=True, slots=True)
class Scene:
    """What a step is taken by."""

    report: Report  # of the last whole week
    arrivals: Mapping[str, int]  # by class, in so many weeks up to its end
    before: int  # weeks


@dataclass(frozen=True, slots=True)
class Change:
    """One step of a tranche, to be kept."""

    number: int
    now: Frozen
    was: Frozen | None = None  # None: it is new


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of a comment."""

    number: int  # of the newest tranche; 0: there is none
    tranche: Frozen | None
    review: Review | None = None  # of it, by its last whole week; None: it does not run, or nobody needs it
    changes: tuple[Change, ...] = ()  # in their order
    ran: tuple[str, ...] = ()  # lines of commands that need not be run again
    refusals: tuple[Refusal, ...] = ()
    said: tuple[str, ...] = ()  # lines of the answer
    wants_help: bool = False


def wants_scene(asked: Asked) -> bool:
    """Whether there is a step to take that its author may take: figures cost time."""
    steps = (each for each in _new(asked) if isinstance(each, Tranche) and each.step != "clear")
    return any(not _barred(each, asked) for each in steps)


def hear(asked: Asked, number: int, newest: Frozen | None, scene: Scene | None, found: Review | None) -> Heard:
    """The commands of a comment that were not run before, one after the other; what was found is the review of the
    tranche that runs.
    """
    heard = Heard(number, newest, found)
    for command in _new(asked):
        then = _barred(command, asked) or _obeyed(heard, command, asked, scene)
        if isinstance(then, Refusal):
            then = replace(heard, refusals=(*heard.refusals, then))
        heard = replace(then, ran=(*heard.ran, line(command)))
    return heard


def answers(issue: Issue, asked: Asked, heard: Heard) -> Iterator[Effect]:
    """That it was heard, by a reaction, and in one comment what came of it."""
    if not heard.ran:
        return
    content: Literal["THUMBS_UP", "CONFUSED"] = "CONFUSED" if heard.refusals else "THUMBS_UP"
    if content not in asked.reactions:
        yield React(asked.id, content)
    key = reply_key(asked.id, heard.ran)
    if not issue.is_locked and key not in issue.replies:
        yield Reply(key, answer(asked.id, heard.ran, _lines(asked, heard)))


def _lines(asked: Asked, heard: Heard) -> Iterator[str]:
    yield from heard.said
    for each in heard.refusals:
        yield from ("", refused(each, asked.role, "report"))
    if heard.wants_help:
        yield from ("", *listed("report"))


def _new(asked: Asked) -> tuple[Command, ...]:
    return changed(commands(asked.body, "report"), asked.ran)


def _barred(command: Command, asked: Asked) -> Refusal | None:
    """What keeps this person from this command."""
    if isinstance(command, Unknown):
        return Refusal(command, instead=command.instead)
    if not counts(command, "report"):
        return Refusal(command, instead=REGISTRY[Help.name].syntax)
    if not asked.role.at_least(role(command)):
        return Refusal(command, needs=role(command))
    is_by_another = asked.editor not in {"", "ghost"} and not same(asked.editor, asked.author)
    return Refusal(command, why=text.EDITED) if isinstance(command, Tranche) and is_by_another else None


def _obeyed(heard: Heard, command: Command, asked: Asked, scene: Scene | None) -> Heard | Refusal:
    if not isinstance(command, Tranche):
        return replace(heard, wants_help=True)
    match command.step:
        case "start":
            assert scene, "whoever may start one is shown figures"
            return _started(heard, command, asked, scene)
        case "close":
            return _closed(heard, command, asked)
        case "clear":
            return _cleared(heard, command, asked)


def _started(heard: Heard, command: Tranche, asked: Asked, scene: Scene) -> Heard | Refusal:
    """Of the classes that are named, else those that the last review proposes, else the first by rank."""
    last = heard.tranche
    if last and is_running(last):
        return Refusal(command, instead=text.CLOSE, why=text.runs(last.since, last.until))
    if refusal := _unknown(command, scene.report):
        return refusal
    classes = command.classes or (last.review.proposed if last and last.review else ())
    draft = freeze(scene.report, classes, last.weeks if last else WEEKS, scene.arrivals, scene.before)
    made = accept(draft, asked.author, asked.at)
    if isinstance(made, str):
        return Refusal(command, why=text.sentence(made))
    found = review(made, scene.report, {}, sum(scene.arrivals.values()), 0)  # no week of it is over yet
    said = text.started(told(found, "running"))
    return _said(replace(heard, review=found), Change(heard.number + 1, made), said)


def _unknown(command: Tranche, report: Report) -> Refusal | None:
    """Only a class that has a figure can be burnt down."""
    known = [each.id for each in report.classes]
    missing = [each for each in command.classes if each not in known]
    if not missing:
        return None
    near = {each: get_close_matches(each, known, n=1) for each in missing}
    meant = (found for each in command.classes for found in near.get(each, [each]))
    instead = line(replace(command, classes=tuple(dict.fromkeys(meant))))
    return Refusal(command, instead=instead, why=text.unknown(missing))


def _closed(heard: Heard, command: Tranche, asked: Asked) -> Heard | Refusal:
    was = heard.tranche
    made = close(was, asked.author, asked.at) if was else text.NONE_YET
    if isinstance(made, str):
        return Refusal(command, instead=text.START, why=text.sentence(made))
    assert heard.review, "whoever may close one is shown its review"
    found = told(replace(heard.review, tranche=made), "closed")
    return _said(heard, Change(heard.number, replace(made, review=found), was), text.closed(found))


def _cleared(heard: Heard, command: Tranche, asked: Asked) -> Heard | Refusal:
    was = heard.tranche
    made = clear(was, asked.author, asked.at) if was else text.NONE_YET
    if isinstance(made, str):
        return Refusal(command, instead=text.CLOSE if is_running(was) else "", why=text.sentence(made))
    said = text.cleared(made.since, made.until, asked.author, asked.at)
    return _said(heard, Change(heard.number, made, was), said)


def _said(heard: Heard, change: Change, lines: Iterator[str]) -> Heard:
    gap = ("",) if heard.said else ()
    changes, said = (*heard.changes, change), (*heard.said, *gap, *lines)
    return replace(heard, number=change.number, tranche=change.now, changes=changes, said=said)
