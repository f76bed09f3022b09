"""What is said of tranches: in the weekly report, at a terminal, and in answers to commands. Decides nothing.

Mentions nobody: foreign text goes through `shown`, which is a code span wherever Markdown is read.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Literal, assert_never

from bot.core.report.model import Stage, Step, TrancheClass, TrancheReview
from bot.core.rules.entries import Acceptance
from bot.core.text.charts import amount
from bot.core.text.quoting import MAX_QUOTE, counted, quoted
from bot.core.text.sections import Section

Shown = Callable[[str, int], str]  # of foreign text, and how long it may be

MAX_LISTED = 8  # classes in the weekly issue; a terminal and an answer have all of them
MAX_ARITHMETIC = 300  # characters
MAX_COMMAND = 1_500
START = "/burndown tranche start"
CLOSE = "/burndown tranche close"
CLEAR = "/burndown tranche clear"
NONE_YET = "no tranche was started here yet"
EDITED = "Somebody else edited this comment: whoever decides writes one of their own."


def criterion(accepted: Acceptance) -> str:
    quiet = f"no new report for {counted(accepted.days, 'day', 'days')}"
    released = f" and {counted(accepted.releases, 'release', 'releases')}" if accepted.releases else ""
    return f"{quiet}{released}, every fix at {accepted.evidence} or better"


def done_when(accepted: Acceptance, stage: Stage, progress: str = "") -> str:
    """The criterion, and how far it is met."""
    now = ": ".join(filter(None, (stage.replace("-", " "), progress)))
    return f"done when: {criterion(accepted)} (now: {now})"


# In the report


def sections(found: TrancheReview | None) -> Iterator[Section]:
    """Of the weekly issue."""
    if found is None:
        return
    gap = ("",) if found.classes else ()
    items = tuple(_class(each, found, quoted) for each in found.classes[:MAX_LISTED])
    head = ("### Tranche", "", "\n\n".join(_state(found, quoted)), *gap)
    yield Section(85, head, items, total=len(found.classes))
    if found.arithmetic:
        total, *why = (quoted(each, MAX_ARITHMETIC) for each in found.arithmetic)
        foot = ("", _how(found, quoted)) if found.proposed else ()
        items = tuple(f"- {each}" for each in why[:MAX_LISTED])
        head = ("### Next tranche", "", "A draft: a person decides.", "", f"- {total}")
        yield Section(65, head, items, total=len(why), foot=foot)


def lines(found: TrancheReview, shown: Shown) -> Iterator[str]:
    """The same for a terminal."""
    yield from _state(found, shown)
    yield from (_class(each, found, shown) for each in found.classes)
    if found.arithmetic:
        yield "next tranche, a draft"
        yield from (f"- {shown(each, MAX_ARITHMETIC)}" for each in found.arithmetic)
        yield from [_how(found, shown)] if found.proposed else []


def news(found: TrancheReview | None) -> str:
    """For the watchers of the weekly issue, in its comment; "": none."""
    is_over = found is not None and found.phase == "over"
    return f"The tranche of {_span(found)} is over: its review waits for a person." if found and is_over else ""


def _state(found: TrancheReview, shown: Shown) -> Iterator[str]:
    accepted, closed, cleared = (_done(each, shown) for each in (found.accepted, found.closed, found.cleared))
    match found.phase:
        case "running":
            yield f"Weeks {_span(found)}, accepted {accepted}. {_score(found)}."
        case "over":
            yield f"Weeks {_span(found)}, accepted {accepted}, are over. {_score(found)}. It waits for `{CLOSE}`."
        case "closed":
            yield f"Weeks {_span(found)}, closed {closed}. {_score(found)}. The review waits for `{CLEAR}`."
        case "cleared":
            yield f"Weeks {_span(found)}, closed {closed}. Review cleared {cleared}."
        case _:
            assert_never(found.phase)
    if found.phase != "cleared":
        yield _figures(found)
    if found.waiting:
        yield f"The configuration asks for a tranche from {found.waiting} on: it begins when this one is closed."


def _span(found: TrancheReview) -> str:
    return f"{found.since} to {found.until}"


def _done(step: Step | None, shown: Shown) -> str:
    return f"by {shown(step.by, MAX_QUOTE)} on {step.at:%Y-%m-%d}" if step else "by nobody"


def _score(found: TrancheReview) -> str:
    """How many classes are where they are to be."""
    total, met = len(found.classes), sum(each.is_met for each in found.classes)
    are = "is at its target" if total == 1 else "are at their targets"
    return f"{met} of {counted(total, 'class', 'classes')} {are}"


def _figures(found: TrancheReview) -> str:
    was = f"Open impact of all classes was {amount(found.baseline)} when it was frozen"
    if not _has_begun(found):
        return f"{was}; no week of it is over yet."
    return f"{was}, and is {amount(found.impact)} at the end of {found.week}; arrivals: {found.arrivals.shown}."


def _has_begun(found: TrancheReview) -> bool:
    return found.week >= found.since


def _class(each: TrancheClass, found: TrancheReview, shown: Shown) -> str:
    owner = f"owner {shown(each.owner, MAX_QUOTE)}" if each.owner else "no owner"
    said: Literal["met", "missed", "not yet at its target"]
    said = "met" if each.is_met else "not yet at its target" if found.phase == "running" else "missed"
    open_, impact = _change(str(each.was_open), str(each.open)), _change(amount(each.was_impact), amount(each.impact))
    parts = [
        f"- {shown(each.title, MAX_QUOTE)} (class {shown(each.id, MAX_QUOTE)}), {owner}: {said}",
        f"  - open {open_}; impact {impact}; target {amount(each.target)} or less",
    ]
    if _has_begun(found):
        parts.append(f"  - arrivals: {each.arrivals.shown}")
    parts.append(f"  - {done_when(each.criterion, each.stage)}")
    return "\n".join(parts)


def _change(was: str, now: str) -> str:
    return now if was == now else f"{was} -> {now}"


def _how(found: TrancheReview, shown: Shown) -> str:
    command = " ".join((START, *found.proposed))
    return f"Accept it with {shown(command, MAX_COMMAND)}."


# Answers


def started(found: TrancheReview) -> Iterator[str]:
    yield f"**The tranche of {_span(found)} is started**, accepted {_done(found.accepted, quoted)}."
    yield ""
    yield f"Frozen by the report of {found.week}: open impact of all classes is {amount(found.baseline)}."
    yield ""
    yield from (_class(each, found, quoted) for each in found.classes)


def closed(found: TrancheReview) -> Iterator[str]:
    """With its review, and the draft of the next one."""
    yield f"**The tranche of {_span(found)} is closed.** {_score(found)}. Whoever agrees writes `{CLEAR}`."
    yield from ("", _figures(found), "")
    yield from (_class(each, found, quoted) for each in found.classes)
    yield from ("", "**What comes next, a draft: a person decides**", "")
    yield from (f"- {quoted(each, MAX_ARITHMETIC)}" for each in found.arithmetic)
    if found.proposed:
        yield from ("", _how(found, quoted))


def cleared(since: str, until: str, by: str, at: datetime) -> Iterator[str]:
    yield f"**Review cleared** {_done(Step(by, at), quoted)}: the tranche of {since} to {until}."


# Why a step was not taken


def runs(since: str, until: str) -> str:
    return f"The tranche of {since} to {until} runs: close it first."


def unknown(names: Iterable[str]) -> str:
    return f"No defect of class {' or '.join(map(quoted, names))} is known here."


def sentence(why: str) -> str:
    return f"{why[:1].upper()}{why[1:]}."
