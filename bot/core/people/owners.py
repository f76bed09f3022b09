"""Whom a class assigns: its people, the members of its teams, and the code owners of the files in a stack trace.

Teams, loads and the CODEOWNERS file are handed in; whom a person chose or took off is the decision's affair.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from itertools import islice
from typing import Any, Literal

import re2
from codeowners import path_to_regex

from bot.core.lint import Place, Problem, short

CODEOWNERS = "codeowners"  # the word that stands for them among a class's owners
MAX_ASSIGNEES = 10  # GitHub's
MAX_FILE = 3 * 1024 * 1024  # bytes, GitHub's
MAX_LINES = 10_000  # ours: every line costs time at every trace
MAX_PATTERN = 500  # characters
MAX_WILDCARDS = 20  # of a pattern: what it costs to compile
MAX_NEAR = 50  # lines that may match one file and are tried, the last of them
MAX_PATHS = 20  # frames that are looked up, innermost first
MAX_PATH = 1_000  # characters, the last ones

Rotate = Literal["none", "weekly", "least-loaded"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a CODEOWNERS file that GitHub would heed."""

    number: int
    pattern: str
    owners: tuple[str, ...]  # as written: @login, @org/team, mail address; none: nobody owns it

    @property
    def is_catch_all(self) -> bool:
        return not self.pattern.strip("*/")


@dataclass(frozen=True, slots=True)
class CodeOwners:
    lines: tuple[tuple[Line, tuple[str, ...]], ...] = ()  # last first, with what stands in every path that it matches
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class People:
    """What GitHub knows of people; keys are case-folded."""

    teams: Mapping[str, tuple[str, ...] | None] = field(default_factory=dict)  # None or absent: may not be read
    loads: Mapping[str, int] = field(default_factory=dict)  # open defects by login
    codeowners: CodeOwners | None = None  # None: the repository has no such file


class Outcome(StrEnum):
    ASSIGNED = "assigned"
    NAMED = "named"  # a team that may not be read
    WAITS = "waits"  # it is another one's turn
    OVER = "over"  # GitHub takes ten
    MAIL = "mail"  # a mail address is no login
    NOBODY = "nobody"  # the code owners are asked and there is none


@dataclass(frozen=True, slots=True)
class Reason:
    """What became of one owner, and where the name comes from: the class, unless a team or a line is given."""

    who: str  # login, org/team, mail address, or the word `codeowners`
    outcome: Outcome = Outcome.ASSIGNED
    team: str = ""  # whose member it is
    line: Line | None = None  # of the CODEOWNERS file
    path: str = ""  # which the line matched, as far as it is the repository's

    def as_data(self) -> dict[str, Any]:
        data = {"who": self.who, "outcome": str(self.outcome), "team": self.team, "path": self.path}
        place = {"line": self.line.number, "pattern": self.line.pattern} if self.line else {}
        return {name: value for name, value in (data | place).items() if value}


@dataclass(frozen=True, slots=True)
class Chosen:
    assign: tuple[str, ...]
    named: tuple[str, ...]
    reasons: tuple[Reason, ...]  # of everybody who was looked at, in the listed order

    @property
    def eligible(self) -> tuple[str, ...]:
        """Whoever may keep the issue: also those whose turn it is not, or for whom there is no room."""
        able = {Outcome.ASSIGNED, Outcome.WAITS, Outcome.OVER}
        return tuple(each.who for each in self.reasons if each.outcome in able)

    @property
    def is_rotated(self) -> bool:
        return any(each.outcome is Outcome.WAITS for each in self.reasons)

    def as_data(self) -> list[dict[str, Any]]:
        return [each.as_data() for each in self.reasons]


def joined(choices: Iterable[Chosen]) -> Chosen:
    """Of several classes: everybody, once."""
    each = tuple(choices)
    return Chosen(
        tuple(dict.fromkeys(who for one in each for who in one.assign)),
        tuple(dict.fromkeys(who for one in each for who in one.named)),
        tuple(dict.fromkeys(reason for one in each for reason in one.reasons)),
    )


def choose(
    owners: tuple[str, ...], rotate: Rotate, people: People, *, paths: tuple[str, ...], now: datetime, number: int
) -> Chosen:
    """Whom to assign to issue `number`. `paths`: the files of its trace as printed, innermost first. `now` is aware."""
    found: dict[str, Reason] = {}
    for each in _everybody(owners, people, paths):
        found.setdefault(each.who.casefold(), each)
    logins = [each.who for each in found.values() if each.outcome is Outcome.ASSIGNED]
    chosen = _turn(logins, rotate, people, now, number)
    other = Outcome.OVER if rotate == "none" else Outcome.WAITS
    reasons = tuple(
        replace(each, outcome=other) if each.outcome is Outcome.ASSIGNED and each.who not in chosen else each
        for each in found.values()
    )
    return Chosen(chosen, tuple(each.who for each in found.values() if each.outcome is Outcome.NAMED), reasons)


def _turn(logins: list[str], rotate: Rotate, people: People, now: datetime, number: int) -> tuple[str, ...]:
    if not logins or rotate == "none":
        return tuple(logins[:MAX_ASSIGNEES])
    if rotate == "weekly":
        week = (now.astimezone(UTC).toordinal() - 1) // 7  # the first of January of year 1 was a Monday
        return (logins[week % len(logins)],)
    loads = [people.loads.get(login.casefold(), 0) for login in logins]
    idlest = [login for login, load in zip(logins, loads, strict=True) if load == min(loads)]
    return (idlest[number % len(idlest)],)


def _everybody(owners: tuple[str, ...], people: People, paths: tuple[str, ...]) -> Iterator[Reason]:
    for owner in owners:
        if owner != CODEOWNERS:
            yield from _members(Reason(owner), people)
            continue
        found = _owned(people.codeowners, paths) if people.codeowners else Reason(CODEOWNERS, Outcome.NOBODY)
        for each in (found.line and found.line.owners) or ():
            yield from _members(replace(found, who=each.removeprefix("@")), people, is_mail=not each.startswith("@"))
        if not (found.line and found.line.owners):
            yield found


def _members(reason: Reason, people: People, *, is_mail: bool = False) -> Iterator[Reason]:
    """A person as they are, a team as its members."""
    if is_mail:
        yield replace(reason, outcome=Outcome.MAIL)
    elif "/" not in reason.who:
        yield reason
    elif (members := people.teams.get(reason.who.casefold())) is None:
        yield replace(reason, outcome=Outcome.NAMED)
    else:
        yield from (
            replace(reason, who=member, team=reason.who) for member in sorted(members, key=lambda m: (m.casefold(), m))
        )


def _owned(codeowners: CodeOwners, paths: tuple[str, ...]) -> Reason:
    """The owners of the innermost file of which more than a catch-all speaks, else those of a catch-all."""
    others: list[Reason] = []
    for printed in paths[:MAX_PATHS]:
        found = _deciding(codeowners, printed)
        if found and found.line and found.line.owners and not found.line.is_catch_all:
            return found
        others += [found] if found else []
    nobody = replace(others[0] if others else Reason(CODEOWNERS), outcome=Outcome.NOBODY)
    return next((each for each in others if each.line and each.line.owners), nobody)


def _deciding(codeowners: CodeOwners, printed: str) -> Reason | None:
    """The line that decides on a file of a trace, with the file's path in the repository.

    A trace prints /usr/lib/python3/site-packages/acme/io/reader.py where the repository has acme/io/reader.py. The
    longest end of the printed path that begins as a line demands (`/acme/`) is taken for the repository's path; where
    no line demands a beginning, all of it is. Then the last line that matches decides, as on GitHub.
    """
    whole = _below_packages(printed)
    rooted = f"/{whole}"
    may_match = (line for line, parts in codeowners.lines if all(part in rooted for part in parts))
    near = list(islice(may_match, MAX_NEAR))
    begins = (_begin(each.pattern, whole) for each in near if not each.is_catch_all)
    path = whole[min((at for at in begins if at is not None), default=0) :]
    line = next((each for each in near if path and _compiled(each.pattern)[0].search(path)), None)
    return Reason(CODEOWNERS, line=line, path=path) if line else None


def _below_packages(printed: str) -> str:
    """A printed path with plain slashes, without drive, root, and the folder where packages are installed."""
    parts = printed[-MAX_PATH:].encode(errors="replace").decode().replace("\\", "/").split("/")
    named = [part for part in parts if part not in {"", ".", ".."} and not part.endswith(":")]
    below = max((at for at, part in enumerate(named, start=1) if part in _INSTALLED), default=0)
    return "/".join(named[below:])


def _begin(pattern: str, path: str) -> int | None:
    """Where in a path the repository's begins, by a pattern that demands a beginning."""
    _, anywhere = _compiled(pattern)
    if anywhere is None or not (found := anywhere.search(path)):
        return None
    return int(found.start()) + path.startswith("/", found.start())


@lru_cache(maxsize=MAX_PATHS * MAX_NEAR)
def _compiled(pattern: str) -> tuple[Any, Any | None]:
    """A pattern as the library reads it, for RE2; and, where it is bound to the root, the same below any folder."""
    source = path_to_regex(pattern).pattern.replace(r"\Z", r"\z")  # of a backslash before a Z, too: no path has one
    is_bound = source.startswith(r"\A")
    return re2.compile(source), re2.compile(r"(?:\A|/)" + source.removeprefix(r"\A")) if is_bound else None


def code_owners(text: str, file: str = ".github/CODEOWNERS") -> CodeOwners:
    """The lines of a CODEOWNERS file. What GitHub does not take is a problem, and its line is skipped, as there.

    Source: docs.github.com, About code owners, "CODEOWNERS syntax" and "file size".
    """
    encoded = text.encode(errors="replace")
    if len(encoded) > MAX_FILE:
        return CodeOwners(problems=(Problem(Place(file), "", "larger than 3 MB: GitHub ignores it", "join its lines"),))
    lines: list[tuple[Line, tuple[str, ...]]] = []
    problems: list[Problem] = []
    for number, raw in enumerate(encoded.decode().removeprefix("\ufeff").split("\n"), start=1):
        written = raw.strip()
        if not written or written.startswith("#"):
            continue
        if len(lines) + len(problems) == MAX_LINES:
            problems.append(
                Problem(Place(file, number), "", f"only the first {MAX_LINES} lines are read", "use folders")
            )
            break
        pattern, *owners = (word.replace("\0", "\\ ") for word in written.replace("\\ ", "\0").split())
        comment = next((at for at, word in enumerate(owners) if word.startswith("#")), len(owners))
        if mistake := _mistake(written, pattern, owners[:comment]):
            problems.append(Problem(Place(file, number), "", *mistake))
        else:
            lines.append((Line(number, pattern, tuple(owners[:comment])), _parts(pattern)))
    return CodeOwners(tuple(reversed(lines)), tuple(problems))


def _mistake(written: str, pattern: str, owners: list[str]) -> tuple[str, str] | None:
    """What GitHub does not take of a line, and what to write instead."""
    if not written.replace("\t", " ").isprintable():
        return "an invisible character", "write the line anew"
    if pattern.startswith("!"):
        return "! does not exclude anything here", "give the path a line of its own without an owner, further down"
    if pattern.startswith("\\#"):
        return "no pattern begins with #, not even behind a backslash", "begin with ?"
    if "[" in pattern or "]" in pattern:
        return "[ ] is no range here", "write a line for each character, or ?"
    if len(pattern) > MAX_PATTERN:
        return f"a pattern of {len(pattern)} characters, more than {MAX_PATTERN}", "name a folder above"
    if pattern.count("*") + pattern.count("?") > MAX_WILDCARDS:
        return f"more than {MAX_WILDCARDS} wildcards", "name a folder above"
    if wrong := next((each for each in owners if not _OWNER.fullmatch(each)), None):
        return short(f"{wrong!r} is no owner"), "write @login, @organisation/team or a mail address"
    return None


def _parts(pattern: str) -> tuple[str, ...]:
    """The runs of characters that all stand in "/" and any path that matches."""
    for sign in "*?\\":
        pattern = pattern.replace(sign, "\0")
    return tuple(part for part in pattern.strip("/").split("\0") if part.strip("/"))


_INSTALLED = frozenset({"site-packages", "dist-packages", "node_modules"})
_OWNER = re2.compile(r"@[A-Za-z0-9][A-Za-z0-9_-]{0,38}(?:/[A-Za-z0-9._-]{1,100})?|[^@\s]{1,64}@[^@\s]{1,255}")
