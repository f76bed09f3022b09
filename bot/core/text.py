"""Every sentence that a person reads on GitHub. Foreign text passes `quoted`, without exception."""

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator

from bot.core.rules.classify import Classification
from bot.core.rules.ruleset import DefectClass

MARKER = "burndown:explanation"
MAX_QUOTE = 120  # characters

MODE_OFF = "the configuration says `mode: off`"
CLOSED = "the issue is closed"
LOCKED = "the issue is locked: no comment is written"
LAST_WORD = "A label or assignee that you change stays as you leave it."
NEEDS_TRIAGE = "No rule is sure of this issue: a person decides (applied by Burndown)"


def label_refused(name: str) -> str:
    return f"label {quoted(name)}: a person removed it"


def frozen(what: str, name: str) -> str:
    return f"{what} {quoted(name)}: another bot keeps removing it"


def assignee_refused(login: str) -> str:
    return f"assignee {quoted(login)}: a person unassigned them"


def assignee_dropped(login: str) -> str:
    return f"assignee {quoted(login)}: GitHub did not accept them (they need access to the repository)"


def team_not_assigned(team: str) -> str:
    return f"team {quoted(team)}: GitHub assigns people, not teams"


def has_owner(login: str) -> str:
    return f"assignees: somebody else chose {quoted(login)}"


def explanation(classification: Classification, in_force: tuple[DefectClass, ...], *, by_person: bool) -> str:
    """The one sticky comment: what was decided, why, and who has the last word. Depends on the verdict only."""
    lines = [_verdict(classification, in_force, by_person=by_person), "", *_table(classification)]
    others = [each for each in classification.ranking[:5] if each.score > 0 and not _is(each.class_id, in_force)]
    if in_force and others:
        lines += [f"Others considered: {', '.join(f'`{each.class_id}` {each.score}' for each in others)}.", ""]
    owners = [owner for each in in_force for owner in (*each.owners, *each.teams)]
    if owners:
        lines += [f"Owner by configuration: {', '.join(map(quoted, owners))}.", ""]
    lines.append(LAST_WORD + f" Rules version `{classification.ruleset}`; configuration `.github/burndown.yml`.")
    content = "\n".join(lines)
    return f"<!-- {MARKER} {_digest(content)} -->\n{content}"


def content_hash(comment: str) -> str:
    """The hash that our marker carries: GitHub may change white space, so the texts are not compared."""
    head = comment.partition("-->")[0].split()
    return head[2] if len(head) == 3 and head[1] == MARKER else ""  # noqa: PLR2004 - "<!--", the marker, its hash


def is_ours(comment: str) -> bool:
    """Whether a comment that our App wrote carries our marker; the caller checks the author."""
    return comment.startswith(f"<!-- {MARKER} ")


def quoted(text: str) -> str:
    """Foreign text as an inert code span: no mention, link, reference, HTML or table cell can come of it."""
    clean = (
        "".join(" " if c.isspace() else c for c in text if not _is_hidden(c) or c.isspace()).replace("|", "│").strip()
    )
    if len(clean) > MAX_QUOTE:
        clean = clean[: MAX_QUOTE - 1] + "…"
    if not clean:
        return "` `"
    longest = max((len(run) for run in _runs_of_backticks(clean)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if clean.startswith("`") or clean.endswith("`") else ""
    return f"{fence}{pad}{clean}{pad}{fence}"


def _verdict(classification: Classification, in_force: tuple[DefectClass, ...], *, by_person: bool) -> str:
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


def _digest(content: str) -> str:
    return hashlib.sha256(content.encode(errors="replace")).hexdigest()[:16]


def _is_hidden(character: str) -> bool:
    """Control, format (bidirectional, zero-width), surrogate, private and unassigned characters."""
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"}


def _runs_of_backticks(text: str) -> Iterator[str]:
    run = ""
    for character in text:
        if character == "`":
            run += "`"
        elif run:
            yield run
            run = ""
    if run:
        yield run
