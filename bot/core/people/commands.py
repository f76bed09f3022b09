"""What people may ask of the bot in a comment: one table of commands, and what a comment's text says of it.

Nobody is asked who they are here, nothing is run, and a class that no rule file knows is still a class.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from itertools import accumulate, groupby
from typing import ClassVar, Literal

import re2

from bot.core.document.blocks import Line, shown_lines
from bot.core.document.inline import visible
from bot.core.text.quoting import digest

PREFIX = "/burndown"
MAX_COMMANDS = 10  # of one comment
MAX_PAUSE = 90  # days
MAX_ECHO = 100  # characters of what was not understood
MAX_DIGITS = 10  # no issue has a number of so many
MAX_CLASSES = 20  # of a tranche
MAX_REST = 400  # characters of the rest of a line, where commands are told apart

Place = Literal["issues", "pulls", "report"]  # report: the issue that tells of the week


class Role(StrEnum):
    """What a person may do in a repository, least first."""

    NONE = "none"
    READ = "read"
    TRIAGE = "triage"
    WRITE = "write"
    MAINTAIN = "maintain"
    ADMIN = "admin"

    def at_least(self, needed: "Role") -> bool:
        ranks = tuple(Role)
        return ranks.index(self) >= ranks.index(needed)


@dataclass(frozen=True, slots=True)
class Why:
    name: ClassVar = "why"


@dataclass(frozen=True, slots=True)
class SetClass:
    name: ClassVar = "class"
    class_id: str


@dataclass(frozen=True, slots=True)
class NotClass:
    name: ClassVar = "not"
    class_id: str


@dataclass(frozen=True, slots=True)
class SetOwner:
    name: ClassVar = "owner"
    login: str  # or org/team; without "@"


@dataclass(frozen=True, slots=True)
class DuplicateOf:
    name: ClassVar = "duplicate-of"
    number: int


@dataclass(frozen=True, slots=True)
class NotDuplicate:
    name: ClassVar = "not-duplicate"


@dataclass(frozen=True, slots=True)
class Tranche:
    name: ClassVar = "tranche"
    step: Literal["start", "close", "clear"]
    classes: tuple[str, ...] = ()  # of a tranche that starts; none: the first by rank


@dataclass(frozen=True, slots=True)
class Undo:
    name: ClassVar = "undo"


@dataclass(frozen=True, slots=True)
class Pause:
    name: ClassVar = "pause"
    days: int = 7


@dataclass(frozen=True, slots=True)
class Recheck:
    name: ClassVar = "recheck"


@dataclass(frozen=True, slots=True)
class LinkTest:
    name: ClassVar = "test"
    written: str  # foreign


@dataclass(frozen=True, slots=True)
class Waive:
    name: ClassVar = "waive"
    written: str  # kind, target and reason: foreign


@dataclass(frozen=True, slots=True)
class Approve:
    name: ClassVar = "approve"


@dataclass(frozen=True, slots=True)
class Reject:
    name: ClassVar = "reject"


@dataclass(frozen=True, slots=True)
class Help:
    name: ClassVar = "help"


@dataclass(frozen=True, slots=True)
class Unknown:
    """Asked of us and not understood."""

    text: str  # as written, white space joined, cut: foreign
    instead: str  # the syntax that comes nearest: ours


OfIssue = SetClass | NotClass | SetOwner | DuplicateOf | NotDuplicate | Undo | Pause
OfPull = LinkTest | Waive | Approve | Reject
Command = Why | OfIssue | OfPull | Tranche | Recheck | Help | Unknown


@dataclass(frozen=True, slots=True)
class Entry:
    """One command: what is written, what it does, who may, where it counts."""

    name: str
    argument: str
    summary: str
    role: Role
    read: Callable[[str], Command | None]  # of the rest of its line, "" where there is none; None: that is not one
    on: tuple[Place, ...]  # where it counts
    also: Literal["author", "requester"] | None = None  # who may on a pull request, whatever the role

    @property
    def syntax(self) -> str:
        return f"{PREFIX} {self.name} {self.argument}".rstrip()

    def counts(self, on: Place | None) -> bool:
        return on is None or on in self.on


def commands(body: str, on: Place | None = None) -> tuple[Command, ...]:
    """The commands of a comment, each once, in their order; to what is none, those are near that count there.

    A command begins its line, and the line is text: not code, a quotation, HTML or part of a link (CommonMark 0.31).
    """
    found: dict[str, Command] = {}
    for written in plain_lines(body, PREFIX):
        each = _read(written, on)
        found.setdefault(line(each), each)
        if len(found) == MAX_COMMANDS:
            break
    return tuple(found.values())


def changed(now: tuple[Command, ...], ran: frozenset[str]) -> tuple[Command, ...]:
    """The commands of an edited comment that were not run yet; `ran` are the lines of those that were."""
    return tuple(each for each in now if line(each) not in ran)


def line(command: Command) -> str:
    """What makes two commands the same: their text as we would write it."""
    argument = ""
    match command:
        case Unknown(text):
            return text.lower()
        case SetClass(class_id) | NotClass(class_id):
            argument = class_id
        case SetOwner(login):
            argument = f"@{login.lower()}"
        case Pause(days):
            argument = str(days)
        case DuplicateOf(number):
            argument = f"#{number}"
        case Tranche(step, classes):
            argument = " ".join((step, *classes))
        case LinkTest(written) | Waive(written):
            argument = _rest(written)
        case Why() | NotDuplicate() | Undo() | Recheck() | Approve() | Reject() | Help():
            pass
    return f"{PREFIX} {command.name} {argument}".rstrip()


def role(command: Command) -> Role:
    """Who may run it; anybody may be told that a command is not one."""
    return Role.NONE if isinstance(command, Unknown) else REGISTRY[command.name].role


def counts(command: Command, on: Place) -> bool:
    """Whether it is for such a subject; what is no command is answered everywhere."""
    return isinstance(command, Unknown) or REGISTRY[command.name].counts(on)


def place(command: Command) -> Place:
    """Where it counts, before all; what is no command counts nowhere."""
    return "issues" if isinstance(command, Unknown) else REGISTRY[command.name].on[0]


def usage(on: Place = "issues") -> tuple[Entry, ...]:
    """Every command that counts there."""
    return tuple(each for each in REGISTRY.values() if each.counts(on))


def _rest(written: str) -> str:
    """The rest of a line, in short and as a database takes it."""
    shown = "".join(each if each.isprintable() else "\ufffd" for each in " ".join(written.split()))
    return shown if len(shown) <= MAX_REST else f"{shown[: MAX_REST - 17].rstrip()} {digest(shown)}"


def _class_id(argument: str) -> str:
    """A class's id in small letters, "" when it cannot be one."""
    id_ = argument.lower()
    is_one = _CLASS_ID.fullmatch(id_) and len(id_) <= 60  # noqa: PLR2004 - as in rule files
    return id_ if is_one else ""


def _set_class(argument: str) -> Command | None:
    return SetClass(id_) if (id_ := _class_id(argument)) else None


def _not_class(argument: str) -> Command | None:
    return NotClass(id_) if (id_ := _class_id(argument)) else None


def _set_owner(argument: str) -> Command | None:
    return SetOwner(argument.removeprefix("@")) if _OWNER.fullmatch(argument) else None


def _pause(argument: str) -> Command | None:
    if not argument:
        return Pause()
    if not _DAYS.fullmatch(argument):
        return None
    days = int(argument.rstrip("dD"))
    return Pause(days) if 1 <= days <= MAX_PAUSE else None


def _duplicate_of(argument: str) -> Command | None:
    number = argument.removeprefix("#")
    is_one = number.isascii() and number.isdecimal() and len(number) < MAX_DIGITS and int(number) > 0
    return DuplicateOf(int(number)) if is_one else None


def _tranche(argument: str) -> Command | None:
    step, *named = argument.split() or [""]
    classes = tuple(dict.fromkeys(map(_class_id, named)))
    match step.lower():
        case "start" if all(classes) and len(classes) <= MAX_CLASSES:
            return Tranche("start", classes)
        case "close" | "clear" as ending if not named:
            return Tranche(ending)
        case _:
            return None


def _alone(command: Command) -> Callable[[str], Command | None]:
    return lambda argument: None if argument else command


def _some(command: Callable[[str], Command]) -> Callable[[str], Command | None]:
    return lambda argument: command(argument) if argument else None


_WAIVER = "<kind> [target] <reason>"
_ISSUES: tuple[Place, ...] = ("issues",)
_PULLS: tuple[Place, ...] = ("pulls",)
_BOTH: tuple[Place, ...] = ("issues", "pulls")
_EVERYWHERE: tuple[Place, ...] = (*_BOTH, "report")
_NOT_DUPLICATE = "say that it is not the defect that it was taken for"
_STEP = "<start, close or clear> [class ...]"
_STEPS = "start a tranche, close it, or agree to its review"
REGISTRY = {
    each.name: each
    for each in (
        Entry("why", "", "explain the present verdict", Role.NONE, _alone(Why()), _BOTH),
        Entry("class", "<id>", "set the class, whatever the rules say", Role.TRIAGE, _set_class, _ISSUES),
        Entry("not", "<id>", "say that it is not of this class", Role.TRIAGE, _not_class, _ISSUES),
        Entry("owner", "@login", "assign this person or team instead", Role.TRIAGE, _set_owner, _ISSUES),
        Entry("duplicate-of", "#n", "say which earlier issue this one repeats", Role.TRIAGE, _duplicate_of, _ISSUES),
        Entry("not-duplicate", "", _NOT_DUPLICATE, Role.TRIAGE, _alone(NotDuplicate()), _ISSUES),
        Entry("undo", "", "take back what the bot did last here", Role.TRIAGE, _alone(Undo()), _ISSUES),
        Entry("pause", "[days]", f"leave this issue alone, 1 to {MAX_PAUSE} days (7)", Role.TRIAGE, _pause, _ISSUES),
        Entry("test", "<path::name>", "link a regression test", Role.TRIAGE, _some(LinkTest), _PULLS, "author"),
        Entry("waive", _WAIVER, "ask to do without a regression test", Role.READ, _some(Waive), _PULLS, "author"),
        Entry("approve", "", "grant the waiver of another one's work", Role.WRITE, _alone(Approve()), _PULLS),
        Entry("reject", "", "refuse the waiver, or end it", Role.WRITE, _alone(Reject()), _PULLS, "requester"),
        Entry("tranche", _STEP, _STEPS, Role.WRITE, _tranche, ("report",)),
        Entry("recheck", "", "decide again, now", Role.TRIAGE, _alone(Recheck()), _BOTH, "author"),
        Entry("help", "", "list these commands", Role.NONE, _alone(Help()), _EVERYWHERE),
    )
}

_CLASS_ID = re2.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
_OWNER = re2.compile(r"@?[A-Za-z0-9][A-Za-z0-9_-]{0,38}(?:/[A-Za-z0-9._-]{1,100})?")
_DAYS = re2.compile(r"[0-9]{1,3}[dD]?")


def _read(written: str, on: Place | None) -> Command:
    words = written.split()
    name = " ".join(words[1:2]).lower()
    entry = REGISTRY.get(name)
    if entry and (command := entry.read("".join(written.split(None, 2)[2:]).strip())):
        return command
    there = {each.name: each for each in REGISTRY.values() if each.counts(on)}
    if name not in there:
        near = get_close_matches(name[:MAX_ECHO], there, n=1)
        name = near[0] if near else Help.name
    return Unknown(" ".join(words)[:MAX_ECHO], there[name].syntax)


def plain_lines(body: str, begins: str) -> Iterator[str]:
    """The lines that begin with this word, in whatever case, and that a reader sees as text."""
    plain = body.replace("\r\n", "\n").replace("\r", "\n")
    if f"\n{begins}".lower() not in f"\n{plain}".lower():  # nearly every comment
        return
    words = (each for each in shown_lines(plain) if each.kind == "prose")
    for _, group in groupby(words, lambda each: each.block):
        paragraph = list(group)
        if any(_has(plain, each, begins) for each in paragraph):
            yield from _outside(plain, paragraph, begins)


def _outside(body: str, paragraph: list[Line], begins: str) -> Iterator[str]:
    """Such lines of a paragraph that stand outside of its code, HTML and links."""
    lines = [body[each.start : each.end] for each in paragraph]
    starts = accumulate((len(text) + 1 for text in lines), initial=0)
    pieces = visible("\n".join(lines))
    for each, text, at in zip(paragraph, lines, starts, strict=False):
        if _has(body, each, begins):
            before = bisect_right(pieces, (at, len(body)))  # pieces that begin there or earlier
            if before and at < pieces[before - 1].end:
                yield text


def _has(body: str, each: Line, begins: str) -> bool:
    """Whether the line begins with this word, and nothing stands before it."""
    start, end = each.start, each.start + len(begins)
    if not (start == 0 or body[start - 1] == "\n"):
        return False
    return body[start:end].lower() == begins.lower() and not body[end : end + 1].strip()
