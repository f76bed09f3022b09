"""Whether a new report is one that was seen before: of an open defect, or of one that was fixed. Links nothing itself.

Only strict prints count (prints.py). A report from a version without the fix says nothing of the fix; where the version
is not known, the fix possibly failed, and no more than that is ever said of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal

from packaging.version import InvalidVersion, Version

from bot.core.document import Document
from bot.core.ledger.claims import severity_of
from bot.core.ledger.defects import Ended, fold, standing
from bot.core.ledger.model import Entry
from bot.core.ledger.places import Naming
from bot.core.ledger.prints import Print, prints

MAX_VERSION = 64  # characters
MAX_QUOTE = 200
MAX_LISTED = 3  # versions
MAX_WORDS = 20  # of the answer to "which version?" that are looked at
EARLIER = 25  # issues with one print that are looked at, at either end
LINE = 2  # numbers of a version that name a line of releases: 2.1 of 2.1.7

CONTAINED = "version has the fix"  # cause of an entry: the only one that is held against a fix
POSSIBLE = "possible regression"
REJECTED = "another defect"  # cause of an entry that takes one back
LOST = "no such issue is known"  # of which a person says that this is a report

Contained = Literal["yes", "no", "unknown"]


@dataclass(frozen=True, slots=True)
class Enough:
    """How much evidence makes a fix a failed one (terms.md d.3)."""

    reports: int = 5  # by different people
    days: int = 10  # after it was shipped


@dataclass(frozen=True, slots=True)
class Release:
    version: str  # as tagged: foreign
    at: datetime


@dataclass(frozen=True, slots=True)
class Fix:
    """What fixed a defect, and since when users have it."""

    pull: int = 0  # 0: not known
    at: datetime | None = None  # merged, or closed where no pull request is known
    versions: tuple[
        str, ...
    ] = ()  # the first release with it, of each line that got it; none: not released, or unknown
    shipped_at: datetime | None = None
    guard: str = ""  # its regression test, as linked
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """An earlier issue, as far as a new one may be it again."""

    number: int
    prints: frozenset[str]  # keys
    ended: Ended = ""
    fix: Fix = Fix()


@dataclass(frozen=True, slots=True)
class Sighting:
    """What an issue says of the defect that was seen; foreign."""

    prints: tuple[Print, ...] = ()  # the strongest first
    version: str = ""  # of the product, as the reporter says; "": not known
    quote: str = ""  # the error that it shows
    severity: str = ""  # S2 to S4, as the form says; "": not said


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


def judged(
    report: Report, known: Iterable[Known], words: Iterable[Word] = (), releases: Sequence[Release] = ()
) -> Outcome:
    """What a new report is. known: at least all that share a print with it; in any order.

    The strongest print that says something decides, one that people confirmed before the others; of equals always the
    same one, wherever it stands. Of several open issues the oldest is repeated; else the newest fix is what came back,
    for older ones are past.
    """
    trust = trusted(words)
    by_key: dict[str, list[Known]] = {}
    for earlier in known:
        for key in earlier.prints if earlier.number < report.number else ():
            by_key.setdefault(key, []).append(earlier)
    shared = [each for each in report.prints if each.key in by_key]
    heard = [each for each in shared if trust.get(each.key, 0) >= 0]
    said: Outcome = Nothing("people said that this print tells nothing") if shared and not heard else Nothing()
    for each in sorted(heard, key=lambda each: (each.kind != "tool-id", -trust.get(each.key, 0), each.key)):
        found = _of_print(report, each, by_key[each.key], releases)
        if not isinstance(found, Nothing):
            return found
        said = found
    return said


def told(report: Report, of: Known, releases: Sequence[Release] = ()) -> Outcome:
    """What a new report is, where a person says of which issue it is one."""
    return _of_print(report, BY_PERSON, [of], releases)


def looked_at(numbers: Sequence[int]) -> Sequence[int]:
    """Of very many issues with one print the oldest and the newest: what was open longest, and what was fixed last."""
    return numbers if len(numbers) <= 2 * EARLIER else (*numbers[:EARLIER], *numbers[-EARLIER:])


def known(
    number: int, prints: frozenset[str], entries: Iterable[Entry], at: datetime, releases: Iterable[Release]
) -> Known | None:
    """An earlier issue as it stood at a moment, by its entries; None: it was not there.

    What was opened in that very second was there: among issues their numbers tell which came first.
    """
    past = [each for each in entries if each.at < at or (each.kind == "arrived" and each.at == at)]
    steps = fold(past)
    step = standing(steps, at) or next((each for each in steps if each.at == at), None)
    if step is None:
        return None
    if step.ended not in {"fixed", "closed"}:
        return Known(number, prints, step.ended)
    first = shipped(step.at, (each for each in releases if each.at <= at))
    owner = max((each for each in past if each.kind == "assigned"), key=lambda each: each.at, default=None)
    versions, shipped_at = ((first.version,), first.at) if first else ((), None)
    fix = Fix(step.ref, step.at, versions, shipped_at, owner=owner.who if owner else "")
    return Known(number, prints, step.ended, fix)


def back_of(outcome: Outcome) -> Back | None:
    """What came back, also where it is linked to another report of that."""
    return outcome.back if isinstance(outcome, Repeat) else outcome if isinstance(outcome, Back) else None


def trusted(words: Iterable[Word]) -> dict[str, int]:
    """By print: how many people confirmed it, less how many rejected it, by the last word of each; below 0: muted."""
    last: dict[tuple[str, str], Word] = {}
    for each in sorted(words, key=lambda each: (each.at, each.is_same)):
        last[each.key, each.by.casefold()] = each
    trust: dict[str, int] = {}
    for each in last.values():
        trust[each.key] = trust.get(each.key, 0) + (1 if each.is_same else -1)
    return trust


def _of_print(report: Report, by: Print, known: Sequence[Known], releases: Sequence[Release]) -> Outcome:
    back = _back(report, by, known, releases)
    if still := [each.number for each in known if not each.ended]:
        return Repeat(min(still), by, back if isinstance(back, Back) else None)
    return back


def _back(report: Report, by: Print, known: Sequence[Known], releases: Sequence[Release]) -> Back | Nothing:
    fixed = [each for each in known if each.ended in {"fixed", "closed"}]
    if not fixed:
        return Nothing("what had this print was dismissed")
    newest = max(fixed, key=lambda each: (each.fix.at is not None, each.fix.at or report.at, each.number))
    fix = newest.fix
    if fix.at and report.at < fix.at:
        return Nothing(f"reported before #{newest.number} was fixed")
    contained = contains(report.version, fix, releases)
    if contained == "no":
        return Nothing(f"{report.version[:MAX_VERSION]} is older than the fix of #{newest.number}", newest.number)
    return Back(newest.number, by, fix, contained == "yes")


# Versions


def contains(version: str, fix: Fix, releases: Sequence[Release] = ()) -> Contained:
    """Whether a version has a fix.

    A release from before the merge is without it, whatever its number: 2.0 of a fix that went to 1.9.5 first. Else by
    the versions that got it first: a fix that went to 2.2.0 and 2.0.5 is in 2.0.6 and not in 2.1.0. Where these are not
    known, a release from after the merge may be of another line.
    """
    reported = read_version(version)
    if reported is None:
        return "unknown"
    at = next((each.at for each in releases if read_version(each.version) == reported), None)
    if at and fix.at and at < fix.at:
        return "no"
    fixed = sorted(each for text in fix.versions if (each := read_version(text)))
    if fixed:
        return "yes" if _has(reported, fixed) else "no"
    return "unknown"


def _has(reported: Version, fixed: Sequence[Version]) -> bool:
    below = [each for each in fixed if each <= reported]
    if not below:
        return False
    return below[-1] == fixed[-1] or below[-1].release[:LINE] == reported.release[:LINE]


def read_version(text: str) -> Version | None:
    """`v2.1.0`, `shop-2.1.0`, `release/2.1`: as tags and people write it; None: that is none."""
    return _version(text[:MAX_VERSION])


@lru_cache(maxsize=10_000)
def _version(text: str) -> Version | None:
    plain = text.strip().rpartition("/")[2]
    start = next((at for at, character in enumerate(plain) if character in "0123456789"), len(plain))
    try:
        return Version(plain[start:].strip("():,; ") or "-")
    except InvalidVersion:
        return None


def shipped(merged_at: datetime, releases: Iterable[Release]) -> Release | None:
    """The first release after a merge: the one that has it, as far as times tell."""
    return min((each for each in releases if each.at >= merged_at), key=lambda each: each.at, default=None)


def version_of(document: Document, headings: Sequence[str] = ("version",)) -> str:
    """Which version of the product an issue is of, by the section of its form that asks; "": it does not say.

    A section that names several is no answer: it may be of other things.
    """
    for heading in headings:
        section = document.texts.get(f"form.{heading.casefold()}")
        words = section.text.split()[:MAX_WORDS] if section else ()
        found = {word.strip("():,;`\"'") for word in words if any(c.isdigit() for c in word) and read_version(word)}
        if len(found) == 1:
            return found.pop()
    return ""


def quote_of(document: Document) -> str:
    """The error that an issue shows first, as new evidence; foreign."""
    return next(iter(document.values_of("errors")), "")[:MAX_QUOTE]


def sighted(document: Document, naming: Naming, headings: Sequence[str]) -> Sighting:
    found = prints(document, naming)
    return Sighting(found, version_of(document, headings), quote_of(document), severity_of(document))


# Failed fixes


def failing(of: int, fix: Fix, reports: Iterable[Entry], reporters: Mapping[int, str], need: Enough) -> Failing:
    """What is held against a fix: reports of versions that have it, by different people, from when it was shipped on.

    Who reports twice is heard once; a reporter who is not known counts. reports: as the ledger has them.
    """
    start = fix.shipped_at or fix.at
    heard: dict[str, int] = {}
    for each in sorted(reports, key=lambda each: (each.at, each.number)):
        is_of_it = each.kind == "recurred" and each.cause == CONTAINED and (each.of, each.pull) == (of, fix.pull)
        if is_of_it and start is not None and start <= each.at < start + timedelta(days=need.days):
            heard.setdefault(reporters.get(each.number, "").casefold() or f"#{each.number}", each.number)
    return Failing(of, fix, tuple(heard.values()), need)


def entry(report: Report, back: Back) -> Entry:
    """For the ledger; a repeat of an open defect is a link, and no entry."""
    return Entry(report.number, report.at, "recurred", cause=back.cause, pull=back.fix.pull, of=back.of)


def evidence(quote: str, version: str, fix: Fix) -> str:
    """What a new report adds to what is known: the error that it shows, and on which version; foreign."""
    fixed_in = ", ".join(fix.versions[:MAX_LISTED])
    on = f"on {version[:MAX_VERSION]}" * bool(version)
    return "; ".join(filter(None, (quote, on, f"fixed in {fixed_in}" * bool(fixed_in))))
