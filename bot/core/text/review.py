"""What the check `burndown / regression-test` says: titles, summary, and what becomes of guards. Decides nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.core.evidence.links import BadLink
from bot.core.evidence.model import Linked
from bot.core.evidence.waivers import State, Waiver
from bot.core.rules.entries import Level
from bot.core.text.quoting import counted, quoted

if TYPE_CHECKING:
    from bot.core.evidence.guards import Loss
    from bot.core.evidence.ladder import Climb, Unmet

MAX_SUGGESTED = 5
MAX_REASON = 500  # characters
MAX_LISTED = 20
MAX_SUMMARY = 60_000  # characters; GitHub takes 65,535

SKIPPED = "Not a fix of a defect"
INCONCLUSIVE = "Inconclusive: not enough was shown to tell"
NOTHING_LINKED = ("no regression test is linked", "add a line `Regression-Test: path::name` to the description")
PENDING = "A waiver is requested: who approves it?"
BY_TITLE = "its title says that it is a fix"
BY_BRANCH = "its branch says that it is a fix"
GUARD_DELETED = "its file is deleted"
GUARD_RENAMED = "its file is renamed or removed"
GUARD_GONE = "it is deleted or renamed"
GUARD_SKIPPED = "it is skipped"
WHO_MAY = "anyone with write access but the author of the pull request"

LEVELS: dict[Level, str] = {
    "L0": "nothing linked",
    "L1": "declared",
    "L2": "its file is in the diff",
    "L3": "it is new or changed, and runs",
    "L4": "it passed on the newest commit",
    "L5": "it fails without the fix",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What the summary is made of."""

    fix: tuple[tuple[Linked, tuple[str, ...]], ...]  # defects with the ids of their classes
    sign: str
    needed: Level
    climbs: "tuple[Climb, ...]"
    unmet: "tuple[Unmet, ...]"
    suggested: tuple[str, ...]  # links that stand in a block of code as they are
    ignored: tuple[tuple[str, str], ...]
    waiver: Waiver | None
    state: State
    losses: "tuple[Loss, ...]"
    is_observing: bool
    is_capped: bool
    is_fix: bool


def by_label(label: str) -> str:
    return f"its label {quoted(label)} says that it is a fix"


def met(level: Level) -> str:
    match level:
        case "L5":
            return "Regression test proven: fails without the fix"
        case "L4":
            return "Regression test linked, and passed"
        case _:
            return f"Regression test linked ({level})"


def waived(waiver: Waiver) -> str:
    return f"Waived ({waiver.kind}) until {waiver.expires_at:%Y-%m-%d}" if waiver.expires_at else "Waived"


def _asked_for(waiver: Waiver) -> str:
    """What is asked for, whole: whoever approves it reads this."""
    target = f" {quoted(waiver.target, MAX_REASON)}" if waiver.target else ""
    return f"{waiver.kind}{target}: {quoted(waiver.reason, MAX_REASON)}"


def would_have_blocked(level: Level) -> str:
    return "Would have blocked: " + ("no regression test" if level == "L0" else "test is not enough")


def blocked(level: Level, needed: Level) -> str:
    return "No regression test linked" if level == "L0" else f"The linked test reaches {level}, {needed} is needed"


def losses_title(count: int) -> str:
    return f"Takes away {counted(count, 'guard of a fixed defect', 'guards of fixed defects')}"


def bad_link(link: BadLink) -> tuple[str, str]:
    return f"{quoted(link.written)} is not a link to a test", link.why


def loss(each: "Loss") -> str:
    guard = each.guard
    return (
        f"{quoted(guard.link.text)} guards the fix of issue {guard.issue} {quoted(guard.title)} "
        f"(class {guard.class_id}, fixed by {guard.pull}): {each.how}"
    )


def skipped(ignored: tuple[tuple[str, str], ...]) -> str:
    lines = ["This pull request closes no defect and has no sign of a fix: nothing is asked of it.", ""]
    return "\n".join([*lines, *_ignored(ignored)])


def summary(told: Told) -> str:
    lines = [line for part in _parts(told) for line in part]
    text = "\n".join(lines)
    return text if len(text) <= MAX_SUMMARY else text[:MAX_SUMMARY].rpartition("\n")[0] + "\n\nand more"


def _parts(told: Told) -> Iterator[Iterator[str]]:
    if told.is_fix:
        yield _why(told)
        yield _unmet(told)
        yield _climbs(told)
        yield _suggested(told)
        yield _waiver(told)
    yield _losses(told)
    yield _ignored(told.ignored)


def _why(told: Told) -> Iterator[str]:
    for issue, classes in told.fix:
        named = ", ".join(f"`{each}`" for each in classes)
        yield f"Fixes defect {issue.number} {quoted(issue.title)} of class {named}."
    if told.sign:
        yield f"Counts as a fix: {told.sign}."
    yield f"A regression test is needed at **{told.needed}**: {LEVELS[told.needed]}."
    yield ""
    if told.is_observing:
        yield from ("Burndown only observes here: this check never blocks.", "")


def _unmet(told: Told) -> Iterator[str]:
    if told.unmet:
        yield from ("**What is missing**", "")
        yield from (f"- {each.what}: {each.instead}" for each in told.unmet[:MAX_LISTED])
        if len(told.unmet) > MAX_LISTED:
            yield f"- and {len(told.unmet) - MAX_LISTED} more"
        yield ""


def _climbs(told: Told) -> Iterator[str]:
    if told.climbs:
        yield from ("| test | evidence | what it shows |", "| --- | --- | --- |")
        for each in told.climbs[:MAX_LISTED]:
            yield f"| {quoted(each.link.text)} | {each.level} | {LEVELS[each.level]}{_advice(each)} |"
        yield ""


def _advice(climb: "Climb") -> str:
    is_silent = bool(climb.symbols) and not any(each.asserts for each in climb.symbols)
    return "; no assertion was seen in it" if is_silent else ""


def _suggested(told: Told) -> Iterator[str]:
    if not told.unmet or (told.climbs and not told.suggested):
        return
    yield "Add this line to the description" + (", if this is the test:" if told.suggested else ":")
    lines = [f"Regression-Test: {each}" for each in told.suggested] or ["Regression-Test: path/to/test_file::test_name"]
    yield from ("", "```", *(line.replace("`", "'") for line in lines), "```", "")


def _waiver(told: Told) -> Iterator[str]:
    waiver = told.waiver
    match told.state:
        case State.GRANTED if waiver:
            yield f"{waived(waiver)}, by `{waiver.approved_by}`; `{waiver.requested_by}` asked: {_asked_for(waiver)}"
        case State.PENDING if waiver:
            yield f"`{waiver.requested_by}` asks for a waiver, {_asked_for(waiver)}"
            yield f"It is granted by {WHO_MAY}: `/burndown approve` in a comment, or the button."
        case State.EXPIRED if waiver:
            yield f"The waiver ({waiver.kind}) no longer holds: it must be approved again, by {WHO_MAY}."
        case _ if told.unmet:
            yield "No test is possible? Ask for a waiver in a comment:"
            yield from ("", "```", "/burndown waive untestable <why no test can show it>", "```", "")
            yield f"Kinds: unchanged, ui, elsewhere, untestable, followup. It is granted by {WHO_MAY}."
        case _:
            return
    yield ""


def _losses(told: Told) -> Iterator[str]:
    if told.losses:
        yield from ("**Guards of fixed defects that this pull request takes away**", "")
        yield from (f"- {loss(each)}" for each in told.losses[:MAX_LISTED])
        yield ""


def _ignored(ignored: tuple[tuple[str, str], ...]) -> Iterator[str]:
    if ignored:
        yield from ("Named as closed, and not counted:", "")
        yield from (f"- {quoted(what)}: {why}" for what, why in ignored[:MAX_LISTED])
        yield ""
