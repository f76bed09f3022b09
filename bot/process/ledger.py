"""What is read of an issue, or of a merged pull request, as entries of the ledger. Fetches and appends nothing."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.core.decide import Decision
from bot.core.effects import AddAssignees, AddLabels, Effect, RemoveAssignees, RemoveLabels
from bot.core.ledger.defects import fold
from bot.core.ledger.history import NOTHING, Assigned, History, Labelled, Meaning, Meanings, entries_of
from bot.core.ledger.model import REJECTED, Entry, ordered
from bot.core.model import By
from bot.core.policy import Policy
from bot.core.recurrence.judging import LOST, back_of, entry
from bot.core.recurrence.model import Back, Nothing, Report

GONE = "gone"  # deleted, or moved to another repository: nobody burns it down here any more

_DISMISSING = ("duplicate", "invalid", "wontfix", "won't fix")
_SEVERITY = ("{}", "severity: {}", "severity/{}", "severity-{}")


def meanings(policy: Policy, claimed: str = "") -> Meanings:
    """What labels say: those of the classes, and those that many trackers have. claimed: severity by the reporter."""
    found = {form.format(level): Meaning(severity=level.upper()) for form in _SEVERITY for level in _levels()}
    found |= {name: Meaning(is_dismissal=True) for name in _DISMISSING}
    for name, each in policy.ruleset.labels.items():
        said = meaning_of(policy, each.id, claimed)
        found[name] = replace(said, is_dismissal=found.get(name, NOTHING).is_dismissal)
    return found


def _levels() -> Iterable[str]:
    return ("s1", "s2", "s3", "s4")


def meaning_of(policy: Policy, class_id: str | None, claimed: str = "") -> Meaning:
    """What a verdict says: how bad a defect is by its reporter, else by its class."""
    of = policy.ruleset.classes.get(class_id) if class_id else None
    if of is None:
        return NOTHING
    return Meaning(of.id, claimed or of.severity) if of.is_defect else Meaning("")


def is_seen(recorded: Iterable[Entry]) -> bool:
    """Whether an issue was read before; a merge may have been told of earlier."""
    return any(each.kind == "arrived" for each in recorded)


def of_history(
    history: History, policy: Policy, words: Meanings, verdict: Meaning, recorded: Sequence[Entry]
) -> tuple[Entry, ...]:
    """The entries of one issue. What the rules said of it when they first saw it is what they said then."""
    if not is_seen(recorded):
        return entries_of(history, words, verdict, policy.ruleset.version)
    first = next((each for each in recorded if each.kind == "classified" and each.cause == "rules"), None)
    if first is None or first.at != history.created_at:
        return entries_of(history, words)
    return entries_of(history, words, Meaning(first.class_id, first.severity), first.rules)


def of_decision(
    decision: Decision, policy: Policy, history: History, claimed: str, recorded: Sequence[Entry]
) -> tuple[Entry, ...]:
    """The same of an issue that was just decided on; and what the decision makes of it, where no label says so."""
    words, version = meanings(policy, claimed), policy.ruleset.version
    said_by_rules = meaning_of(policy, decision.verdict.classification.primary, claimed)
    entries = of_history(history, policy, words, said_by_rules, recorded)
    if _is_named(history, words):
        return entries
    in_force = next((each.id for each in decision.verdict.in_force), None)
    now = _class(entries_of(history, words, meaning_of(policy, in_force, claimed)))
    if now == _class(ordered([*recorded, *entries])):
        return entries
    issue, orders = decision.issue, decision.heard.orders
    is_told = decision.verdict.is_by_person and orders.class_at is not None
    at = (orders.class_at if is_told else issue.updated_at) or issue.now
    asked = issue.asked
    said = Entry(
        history.number,
        max(at, history.created_at),
        "classified",
        *now,
        actor=asked.author if is_told and asked and asked.at == orders.class_at else "",
        cause="command" if is_told else "rules",
        rules="" if is_told else version,
    )
    return (*entries, said)


def of_again(decision: Decision, recorded: Sequence[Entry], created_at: datetime) -> tuple[Entry, ...]:
    """For the ledger: what came back, what a person says it repeats, and what no longer holds of either."""
    issue, orders, past = decision.issue, decision.heard.orders, [*ordered(recorded)]
    told_at, asked = orders.duplicate_at, issue.asked
    is_told_now = asked is not None and asked.at == told_at
    actor = asked.author if asked and is_told_now else ""
    now = told_at if told_at and is_told_now else issue.updated_at or issue.now
    came = _came(decision, past, created_at, now, actor)
    return (*came, *_repeated(decision, past, told_at, actor)) if told_at else tuple(came)


def _came(
    decision: Decision, past: Sequence[Entry], created_at: datetime, now: datetime, actor: str
) -> Iterator[Entry]:
    """What was recorded of a moment stays as it is: what is known better since is told of now.

    That its text no longer shows anything takes nothing back: it was seen.
    """
    again, orders, number = decision.earlier.again, decision.heard.orders, decision.issue.subject.number
    back = back_of(again)
    recurred = (each for each in past if each.kind == "recurred")
    last = {each.of: each for each in sorted(recurred, key=lambda each: (each.at, each.cause == REJECTED))}
    if orders.is_apart or not isinstance(again, Nothing) or again.of:
        for of in sorted(last):
            if last[of].cause != REJECTED and not (back and back.of == of):
                yield Entry(number, now, "recurred", actor=actor, cause=REJECTED, of=of)
    if not back:
        return
    first, before = entry(Report(number, created_at, ()), back), last.get(back.of)
    if before is None or (before.cause != REJECTED and first.key not in {each.key for each in past}):
        yield first
    elif (before.cause, before.pull) != (first.cause, first.pull):
        yield first._replace(at=now, actor=actor)


def _repeated(decision: Decision, past: Sequence[Entry], at: datetime, actor: str) -> Iterator[Entry]:
    """It leaves the stock for the issue that it repeats, and comes back as what it became in the meantime."""
    again, issue, orders = decision.earlier.again, decision.issue, decision.heard.orders
    number, steps = issue.subject.number, fold(past)
    is_out = bool(steps) and steps[-1].ended == "dismissed"
    by = max((each for each in past if each.kind == "dismissed"), key=lambda each: each.at, default=None)
    if orders.duplicate_of and not isinstance(again, Back) and again != Nothing(LOST):
        of = again.of or orders.duplicate_of
        if is_out and by and by.at < at and steps[-1].ref != of:
            yield Entry(number, at, "reopened", actor=actor, cause="command")
        yield Entry(number, at, "dismissed", actor=actor, cause="command", of=of)
    elif is_out and by and by.cause == "command":
        yield Entry(number, at, "reopened", actor=actor, cause="command")
        reopened = [each.at for each in past if each.kind == "reopened"]
        closings = () if issue.is_open else (each for each in past if each.kind in {"fixed", "closed"})
        yield from (each._replace(at=at) for each in closings if each.at >= max(reopened, default=each.at))


def with_written(history: History, effects: Iterable[Effect], dropped: Container[str], at: datetime) -> History:
    """Its history as GitHub will tell it, with what was just written: that alone brings us nothing to read."""
    labelled, assigned = [*history.labelled], [*history.assigned]
    for each in effects:
        match each:
            case AddLabels():
                labelled += [Labelled(at, label.name, is_added=True, by=By.US) for label in each.labels]
            case RemoveLabels():
                labelled += [Labelled(at, name, is_added=False, by=By.US) for name in each.names]
            case AddAssignees():
                assigned += [Assigned(at, who, is_added=True) for who in each.logins if who.casefold() not in dropped]
            case RemoveAssignees():
                assigned += [Assigned(at, who, is_added=False) for who in each.logins]
            case _:
                pass
    return replace(history, labelled=tuple(labelled), assigned=tuple(assigned))


def gone(number: int, recorded: Sequence[Entry], now: datetime) -> tuple[Entry, ...]:
    """An issue that cannot be read any more is dismissed, once; one that never was in the ledger does not enter it."""
    if not is_seen(recorded) or any(each.cause == GONE for each in recorded):
        return ()
    return (Entry(number, now, "dismissed", cause=GONE),)


def fixed(fixes: Sequence[Entry], recorded: Mapping[int, Sequence[Entry]]) -> tuple[Entry, ...]:
    """A merge that the issue's history has told already happened when that says."""
    known = {(each.number, each.pull): each.at for some in recorded.values() for each in some if each.kind == "fixed"}
    return tuple(each._replace(at=known.get((each.number, each.pull), each.at)) for each in fixes)


def _is_named(history: History, words: Meanings) -> bool:
    names = {*history.labels, *(each.name for each in history.labelled)}
    return any(words.get(name.casefold(), NOTHING).class_id is not None for name in names)


def _class(entries: Iterable[Entry]) -> tuple[str, str]:
    """Class and severity at the end."""
    said = [(each.class_id, each.severity) for each in entries if each.kind == "classified"]
    return said[-1] if said else ("", "")
