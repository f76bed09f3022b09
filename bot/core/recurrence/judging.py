"""Whether a new report is one that was seen before: of an open defect, or of one that was fixed. Links nothing itself.

Only strict prints count (prints.py). A report from a version without the fix says nothing of the fix; where the version
is not known, the fix possibly failed, and no more than that is ever said of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.core.ledger.defects import fold, standing
from bot.core.ledger.model import CONTAINED, Entry
from bot.core.recurrence.model import (
    BY_PERSON,
    Back,
    Enough,
    Failing,
    Fix,
    Known,
    Nothing,
    Outcome,
    Release,
    Repeat,
    Report,
    Word,
)
from bot.core.recurrence.prints import Print
from bot.core.recurrence.versions import MAX_VERSION, Timeline, contains, released

MAX_LISTED = 3  # versions
EARLIER = 25  # issues with one print that are looked at, at either end
LOST = "no such issue is known"  # of which a person says that this is a report


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
    first = Timeline(each for each in releases if each.at <= at).first(step.at)
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
    contained = contains(report.version, fix, released(releases))
    if contained == "no":
        return Nothing(f"{report.version[:MAX_VERSION]} is older than the fix of #{newest.number}", newest.number)
    return Back(newest.number, by, fix, contained == "yes")


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
