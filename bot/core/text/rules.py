"""What the bot says about a change of rules: the summary of the check `burndown / rules`. Decides nothing."""

from collections.abc import Iterator

from bot.core.lint import Problem
from bot.core.quality.backtest import Backtest, Moved, Tally
from bot.core.text.quoting import counted, quoted

MAX_SUMMARY = 60_000  # characters; GitHub takes 65,535
MAX_MOVED = 100
MAX_PROBLEMS = 50

RESTORED = "The files that govern Burndown can be used again, and are in force."
IN_FORCE = "Until this is repaired, the last good version stays in force: nothing is switched off."
CUT = "\n\nand more"
NOT_MERGED = "Nothing of this takes effect before it is merged."


def broken(problems: tuple[Problem, ...], *, is_merged: bool) -> str:
    lines = ["Configuration or rules cannot be used:", "", *_listed(problems), IN_FORCE if is_merged else NOT_MERGED]
    return _cut(lines)


def judged(found: Backtest, problems: tuple[Problem, ...], max_loss: int | None) -> str:
    gains, losses = sum(m.is_gain for m in found.moved), sum(m.is_loss for m in found.moved)
    tried = (
        f"Old and new rules were tried on the {found.issues} newest issues; on {found.judged} of them people have said"
    )
    moves = counted(len(found.moved), "verdict moves", "verdicts move")
    moved = f"{moves}: {gains} become right, {losses} were right before"
    lines = [*_listed(problems), f"{tried} what they are. {moved}.", ""]
    if max_loss is not None:
        lines += [f"The check fails when more than {max_loss} right verdicts are lost (`backtest: max-loss`).", ""]
    lines += [*_moves(found.moved), *_classes(found), NOT_MERGED]
    return _cut(lines)


def _listed(problems: tuple[Problem, ...]) -> Iterator[str]:
    yield from (f"- {quoted(str(problem))}" for problem in problems[:MAX_PROBLEMS])
    if len(problems) > MAX_PROBLEMS:
        yield f"- and {len(problems) - MAX_PROBLEMS} more"
    if problems:
        yield ""


def _moves(moved: tuple[Moved, ...]) -> Iterator[str]:
    if not moved:
        return
    yield from ("| issue | before | after | people say |", "| --- | --- | --- | --- |")
    for each in sorted(moved, key=lambda m: (not m.is_loss, not m.is_gain, -m.number))[:MAX_MOVED]:
        says = "right before" if each.is_loss else "right now" if each.is_gain else "-"
        link = f"[{each.number}]({each.url})" if each.url else f"{each.number}"
        yield f"| {link} {quoted(each.title)} | {_class(each.before)} | {_class(each.after)} | {says} |"
    if len(moved) > MAX_MOVED:
        yield f"| and {len(moved) - MAX_MOVED} more | | | |"
    yield ""


def _classes(found: Backtest) -> Iterator[str]:
    """Precision and recall with their counts: a share of three issues is not much of a share."""
    yield from ("| class | issues | precision | recall |", "| --- | ---: | ---: | ---: |")
    for id_ in sorted({*found.before, *found.after}):
        old, new = found.before.get(id_, Tally()), found.after.get(id_, Tally())
        yield (
            f"| `{id_}` | {old.verdicts} → {new.verdicts} "
            f"| {share(old.right, old.judged)} → {share(new.right, new.judged)} "
            f"| {share(old.right, old.members)} → {share(new.right, new.members)} |"
        )
    yield ""


def share(part: int, whole: int) -> str:
    if not whole:
        return "-"
    return f"{part} of {whole}" if whole < 10 else f"{part / whole:.0%} ({part} of {whole})"  # noqa: PLR2004 - terms.md d.3


def _class(id_: str | None) -> str:
    return f"`{id_}`" if id_ else "needs triage"


def _cut(lines: list[str]) -> str:
    """As many whole lines as a check run takes."""
    text = "\n".join(lines)
    if len(text) <= MAX_SUMMARY:
        return text
    return text[: MAX_SUMMARY - len(CUT)].rpartition("\n")[0] + CUT
