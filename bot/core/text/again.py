"""What the bot says of an issue that was seen before: a repeat, a fix that may not hold, issues that read alike."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.core.model import Orders
from bot.core.recurrence.judging import LOST, MAX_LISTED
from bot.core.recurrence.model import Back, Earlier, Nothing, Outcome, Repeat
from bot.core.recurrence.prints import Print
from bot.core.recurrence.versions import MAX_VERSION
from bot.core.text.quoting import quoted

APART = "A person says that it is a defect of its own, and no report of another issue."
NO_MORE = "It was taken for a report of another issue; by what it says now it is none."
WRONG = "If it is another defect, say `/burndown not-duplicate`."
BY_PERSON = "A person says so."
NOWHERE = "nothing is known of that issue here, or it repeats this one. This one stays a defect of its own."
HELD = "Whether its version has the fix is not known: nothing is held against it."


def relation(again: Outcome, orders: Orders) -> str:
    """A sentence or some; "": there is nothing to say."""
    if orders.is_apart:
        return APART
    match again:
        case Repeat(of, by, back):
            also = f" Possibly a regression of #{back.of}{_fix(back)}. {' '.join(_known(back))}" if back else ""
            return f"**Repeats #{of}**, which is open.{also} {_why(by)}"
        case Back(of, by):
            return f"**Possibly a regression of #{of}**{_fix(again)}. {' '.join(_known(again))} {_why(by)}"
        case Nothing() if not orders.duplicate_of:
            return ""
        case Nothing(why, of):
            lost = f"`#{orders.duplicate_of}`: {NOWHERE}"
            return lost if why == LOST else f"**Repeats #{of or orders.duplicate_of}**. {BY_PERSON}"


def alike(numbers: Sequence[int]) -> str:
    """Not as links: GitHub would tell of each on the other issue."""
    named = ", ".join(f"`#{each}`" for each in numbers)
    return f"Reads like {named}. Nothing follows from that; if it is one of them, say `/burndown duplicate-of #n`."


def seen(earlier: Earlier) -> Iterator[str]:
    """The same for a trace."""
    if not isinstance(earlier.again, Nothing):
        yield relation(earlier.again, Orders())
    if earlier.alike:
        yield alike(earlier.alike)


def _why(by: Print) -> str:
    match by.kind:
        case "person":
            return BY_PERSON
        case "tool-id":
            return f"Both show the code {quoted(by.shown)}. {WRONG}"
        case "trace":
            return f"Both stop at the same place, {quoted(by.shown)}. {WRONG}"


def _fix(back: Back) -> str:
    fix = back.fix
    by = f"fixed by #{fix.pull}" if fix.pull else f"closed on {_day(fix.at)}"
    versions = ", ".join(quoted(each) for each in fix.versions[:MAX_LISTED])
    return f", {by} in {versions}" if versions else f", {by}"


def _known(back: Back) -> Iterator[str]:
    yield "This report is of a version that has the fix." if back.is_contained else HELD
    if back.fix.guard:
        yield f"The test that guards it: {quoted(back.fix.guard[: 2 * MAX_VERSION])}."


def _day(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d}" if at else "an unknown day"
