"""What the bot says about an issue: reasons, the sticky explanation, answers to commands. Decides nothing."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.core.model import Asked
from bot.core.people.commands import Entry, Place, Role, counts, line, place, usage
from bot.core.people.orders import Heard, Refusal
from bot.core.people.owners import MAX_ASSIGNEES, Chosen, Outcome, Reason
from bot.core.rules.classify import Classification
from bot.core.rules.ruleset import DefectClass
from bot.core.text.quoting import digest, marked, quoted

MARKER = "burndown:explanation"
REPLY = "burndown:reply"

MODE_OFF = "the configuration says `mode: off`"
CLOSED = "the issue is closed"
LOCKED = "the issue is locked: no comment is written"
COMMENT_GONE = "our comment: a person deleted it"
LEFT_ALONE = "what was done here was taken back: it is left alone until somebody says `/burndown recheck`"
UNDONE = "What was done here was taken back; nothing follows from the verdict until `/burndown recheck`."
WHY = "What this is made of: `/burndown why`."
LAST_WORD = "A label or assignee that you change stays as you leave it."
NEEDS_TRIAGE = "No rule is sure of this issue: a person decides (applied by Burndown)"


ELSEWHERE: dict[Place, str] = {  # where a command counts that does not count here
    "issues": "it counts on the issue of a defect",
    "pulls": "it counts on the pull request that fixes a defect",
    "report": "it counts on the issue with the weekly report",
}
ALSO = {"author": "and the author", "requester": "and whoever asked for it"}


def label_refused(name: str) -> str:
    return f"label {quoted(name)}: a person removed it"


def frozen(what: str, name: str) -> str:
    return f"{what} {quoted(name)}: another bot keeps removing it"


def assignee_refused(login: str) -> str:
    return f"assignee {quoted(login)}: a person unassigned them"


def assignee_dropped(login: str) -> str:
    return f"assignee {quoted(login)}: GitHub did not accept them (they need access to the repository)"


def not_assigned(reason: Reason) -> str:
    """Why somebody whom a class names is not assigned."""
    who = quoted(reason.who)
    match reason.outcome:
        case Outcome.NAMED:
            return f"team {who}: its members may not be read, and GitHub assigns people, not teams"
        case Outcome.MAIL:
            return f"owner {who}: CODEOWNERS names a mail address, and GitHub assigns logins"
        case Outcome.OVER:
            return f"owner {who}: more than {MAX_ASSIGNEES} people are named, and GitHub assigns no more"
        case Outcome.NOBODY:
            return "codeowners: no file of the stack trace has an owner"
        case Outcome.WAITS:
            return f"owner {who}: it is another one's turn"
        case Outcome.ASSIGNED:
            return f"owner {who}"


def has_owner(login: str) -> str:
    return f"assignees: somebody else chose {quoted(login)}"


def no_room(logins: tuple[str, ...]) -> str:
    return f"assignees {', '.join(map(quoted, logins))}: the issue has as many as GitHub takes"


def paused(until: datetime) -> str:
    return f"paused by a person until {until:%Y-%m-%d %H:%M} UTC"


def reply_key(comment_id: str, ran: tuple[str, ...]) -> str:
    """What an answer to these commands of a comment is found by."""
    return digest("\n".join((comment_id, *ran)))


def reply(asked: Asked, heard: Heard) -> str:
    """An answer in words: what was not understood or not allowed, or the list of commands."""
    lines = [refused(refusal, asked.role, "issues") for refusal in heard.refusals]
    if heard.wants_help:
        lines += ["", *listed("issues")]
    return answer(asked.id, heard.ran, lines)


def answer(comment_id: str, ran: tuple[str, ...], lines: Iterable[str]) -> str:
    """What stands below a comment, so that it is found again."""
    return f"<!-- {REPLY} {reply_key(comment_id, ran)} -->\n" + "\n".join(lines).strip()


def refused(refusal: Refusal, role: Role, on: Place) -> str:
    """Why a command was not run, to somebody who has this role, and what to do instead."""
    command = quoted(line(refusal.command))
    if refusal.needs:
        return f"{command} was not run: it needs the role {refusal.needs} in this repository, yours is {role}."
    if not counts(refusal.command, on):
        where = ELSEWHERE[place(refusal.command)]
        return f"{command} was not run: {where}. Write {quoted(refusal.instead)} for what counts here."
    if refusal.why:
        instead = f" Write {quoted(refusal.instead)}." if refusal.instead else ""
        return f"{command} was not run. {refusal.why}{instead}"
    return f"{command} was not understood - write {quoted(refusal.instead)}."


def listed(on: Place) -> Iterator[str]:
    """The commands that count there, as a table."""
    yield from ("| command | what it does | who may |", "| --- | --- | --- |")
    yield from (f"| `{each.syntax}` | {each.summary} | {_who(each, on)} |" for each in usage(on))


def _who(entry: Entry, on: Place) -> str:
    who = "anybody" if entry.role is Role.NONE else f"role {entry.role} and above"
    return f"{who}, {ALSO[entry.also]}" if entry.also and on == "pulls" else who


def explanation(
    classification: Classification,
    in_force: tuple[DefectClass, ...],
    chosen: Chosen,
    *,
    by_person: bool,
    left_alone: bool = False,
    beside: Iterable[str] = (),
    hints: Iterable[str] = (),
) -> str:
    """The one sticky comment: what was decided, why, and who has the last word. Depends on the verdict only.

    beside: what is known of earlier issues; hints: for a look, and no reason to write the comment again.
    """
    lines = [UNDONE, ""] if left_alone else []
    lines += [verdict(classification, in_force, by_person=by_person), "", *_table(classification)]
    lines += [f"{sentence}\n" for sentence in (*asides(classification, in_force, chosen), *beside)]
    lines.append(LAST_WORD + f" Rules version `{classification.ruleset}`; configuration `.github/burndown.yml`.")
    return _sticky("\n".join(lines), "\n\n".join(hints))


def linked(relation: str) -> str:
    """The sticky comment where no explanation is wanted: only of which issue this is one."""
    return _sticky(f"{relation}\n\n{WHY}")


def is_explained(comment: str) -> bool:
    """Whether our sticky comment explains the verdict, and not only what the issue repeats."""
    return not comment.rstrip().endswith(WHY)


def _sticky(content: str, hints: str = "") -> str:
    return f"<!-- {MARKER} {digest(content)} -->\n{content}" + (f"\n\n{hints}" if hints else "")


def asides(classification: Classification, in_force: tuple[DefectClass, ...], chosen: Chosen) -> Iterator[str]:
    """What stands beside the verdict: the runners-up, and the owners with the rule that named them."""
    others = [each for each in classification.ranking[:5] if each.score > 0 and not _is(each.class_id, in_force)]
    if in_force and others:
        yield f"Others considered: {', '.join(f'`{each.class_id}` {each.score}' for each in others)}."
    named = {Outcome.ASSIGNED, Outcome.WAITS, Outcome.NAMED}
    if owners := [_owner(each) for each in chosen.reasons if each.outcome in named]:
        yield f"Owner by configuration: {', '.join(owners)}{'; one of them in turn' * chosen.is_rotated}."


def _owner(reason: Reason) -> str:
    """An owner, with where it says so."""
    if reason.line:
        place = f"CODEOWNERS line {reason.line.number}, {quoted(reason.line.pattern)}, for {quoted(reason.path)}"
    else:
        place = f"team {quoted(reason.team)}" if reason.team else ""
    return quoted(reason.who) + (f" ({place})" if place else "")


def reply_key_of(comment: str) -> str:
    """The key of an answer of ours, "" when the comment is none."""
    return marked(comment, REPLY)


def content_hash(comment: str) -> str:
    """The hash that our marker carries: GitHub may change white space, so the texts are not compared."""
    return marked(comment, MARKER)


def is_ours(comment: str) -> bool:
    """Whether a comment that our App wrote carries our marker; the caller checks the author."""
    return comment.startswith(f"<!-- {MARKER} ")


def verdict(classification: Classification, in_force: tuple[DefectClass, ...], *, by_person: bool) -> str:
    """What it is, and why, in one sentence."""
    if by_person:
        return f"**{_titles(in_force)}**: set by a person. The rules say: {_rules_say(classification)}."
    if not in_force:
        return f"**Needs triage**: {classification.why}. A person decides."
    severity = f", severity {in_force[0].severity}" if in_force[0].is_defect else ""
    return f"**{_titles(in_force)}**: {classification.why}{severity}."


def _titles(classes: Iterable[DefectClass]) -> str:
    return ", ".join(f"{each.title} (`{each.id}`)" for each in classes)


def _rules_say(classification: Classification) -> str:
    return f"`{classification.primary}`, {classification.why}" if classification.primary else classification.why


def _table(classification: Classification) -> Iterator[str]:
    best = classification.ranking[0].class_id if classification.ranking else None
    shown = [each for each in classification.findings if each.is_counted and (each.score > 0 or each.class_id == best)]
    if not shown:
        return
    yield "| points | rule | seen in | text |"
    yield "| ---: | --- | --- | --- |"
    for finding in sorted(shown, key=lambda each: (-each.score, each.rule))[:10]:
        seen = quoted(finding.span.text) if finding.span else "-"
        yield f"| {finding.score:+d} | `{finding.rule}` | {finding.where or '-'} | {seen} |"
    yield ""


def _is(class_id: str, classes: tuple[DefectClass, ...]) -> bool:
    return any(each.id == class_id for each in classes)
