"""The check `burndown / regression-test`: whether a fix shows what keeps its defect from coming back.

One pure function from what is known of a pull request to its check run. Nothing is fetched or posted here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from bot.core.check import MAX_TITLE, Annotation, Button, CheckRun, Conclusion
from bot.core.config import RegressionTest
from bot.core.document.segments import read_document
from bot.core.evidence.closing import References
from bot.core.evidence.guards import Guard, Loss
from bot.core.evidence.ladder import Climb, Diff, Runs, Unmet, climb, suggestions
from bot.core.evidence.links import BadLink, Link, links, mentions
from bot.core.evidence.model import Linked, PullRequest, Reading
from bot.core.evidence.waivers import State, Waiver, state
from bot.core.model import Mode, Prior, has
from bot.core.policy import Policy
from bot.core.rules.classify import classify
from bot.core.rules.entries import Level
from bot.core.rules.ruleset import DefectClass
from bot.core.rules.values import fits
from bot.core.text import review as text

NAME = "burndown / regression-test"
L3: Level = "L3"
L4: Level = "L4"
NO_ISSUE = "no-issue:"
RECHECK = Button("Re-check", "Look at this pull request again", "recheck")
WAIVE = Button("Request waiver", "Ask for an exception, with a reason", "waive")
APPROVE = Button("Approve waiver", "Grant the exception that was asked for", "approve")
EXPLAIN = Button("Explain", "Say in a comment what is missing", "explain")


@dataclass(frozen=True, slots=True)
class Defect:
    """A defect that a pull request fixes, with the classes that hold for it."""

    issue: Linked
    classes: tuple[DefectClass, ...]

    @property
    def level(self) -> Level:
        return max((each.validation.regression_test for each in self.classes), default=L3)


@dataclass(frozen=True, slots=True)
class Fix:
    """What makes a pull request a fix: the defects that it closes, or a sign that the configuration names."""

    defects: tuple[Defect, ...] = ()
    classes: tuple[tuple[int, tuple[str, ...]], ...] = ()  # of every issue that it closes, by number
    sign: str = ""
    level: Level = L3  # the least evidence that it needs

    def __bool__(self) -> bool:
        return bool(self.defects or self.sign)


@dataclass(frozen=True, slots=True)
class Case:
    """All that the check may know."""

    diff: Diff
    fix: Fix
    references: References
    links: tuple[Link, ...]
    bad_links: tuple[BadLink, ...] = ()
    runs: Runs = field(default_factory=Runs)
    waivers: tuple[Waiver, ...] = ()
    waived_for: tuple[int, ...] | None = None  # the issues that it fixed when that was granted; None: just now
    losses: tuple[Loss, ...] = ()
    mode: Mode = Mode.ENFORCE

    @property
    def pull(self) -> PullRequest:
        return self.diff.pull


@dataclass(frozen=True, slots=True)
class Review:
    """The verdict, as it is stored and shown."""

    run: CheckRun
    level: Level  # the best evidence that was found
    climbs: tuple[Climb, ...] = ()
    state: State = State.NONE  # of the waiver
    waiver: Waiver | None = None
    links: tuple[Link, ...] = ()  # that count, also those that a comment in a test implies
    needed: Level = "L0"

    @property
    def is_waived(self) -> bool:
        """Whether only a waiver makes it go green."""
        return self.state is State.GRANTED and self.level < self.needed


def fix_of(
    pull: PullRequest, references: References, policy: Policy, priors: Mapping[int, Prior | None] | None = None
) -> Fix:
    """Whether it is a fix: what a class says of a closed issue comes first, a configured sign second."""
    own = policy.config.regression_test
    held = {each: _classes(each, policy, (priors or {}).get(each.number)) for each in references.fixed}
    classes = tuple((each.number, tuple(one.id for one in found)) for each, found in held.items())
    defects = tuple(
        Defect(each, known) for each, found in held.items() if (known := tuple(one for one in found if one.is_defect))
    )
    if defects:
        return Fix(defects, classes, "", max(each.level for each in defects))
    sign = _sign(pull, own)
    is_fix = bool(sign) and not _is_excused(pull, own)
    return Fix((), classes, sign, own.level) if is_fix else Fix((), classes)


def _classes(issue: Linked, policy: Policy, prior: Prior | None) -> tuple[DefectClass, ...]:
    """The class of an issue: its labels, else a person's word, else the last verdict, else what the rules say."""
    ruleset = policy.ruleset
    if labelled := [ruleset.labels[each.casefold()] for each in issue.labels if each.casefold() in ruleset.labels]:
        return tuple(dict.fromkeys(labelled))
    if prior:
        known = prior.orders.class_id or prior.verdict
        return (ruleset.classes[known],) if known in ruleset.classes else ()
    document = read_document(issue.title, issue.body, policy.boilerplate, {"labels": policy.foreign(issue.labels)}, {})
    primary = classify(document, ruleset).primary
    return (ruleset.classes[primary],) if primary else ()


def _sign(pull: PullRequest, own: RegressionTest) -> str:
    """Which configured sign of a fix the pull request has."""
    if label := next((each for each in own.fix_when.labels if has(pull.labels, each)), ""):
        return text.by_label(label)
    if fits(pull.title, own.fix_when.titles):
        return text.BY_TITLE
    return text.BY_BRANCH if fits(pull.branch, own.fix_when.branches) else ""


def _is_excused(pull: PullRequest, own: RegressionTest) -> bool:
    lines = (line.strip() for line in pull.body.splitlines())
    return own.no_issue and any(
        line[: len(NO_ISSUE)].lower() == NO_ISSUE and line[len(NO_ISSUE) :].strip() for line in lines
    )


def implied(diff: Diff, fix: Fix) -> tuple[Link, ...]:
    """The tests that the pull request adds or changes and whose comments name a defect that it fixes."""
    numbers = {each.issue.number for each in fix.defects}
    found: dict[str, Link] = {}
    for path, reading in diff.seen.items():
        if not isinstance(reading, Reading) or not numbers:
            continue
        fresh = [note for note in reading.notes if any(a <= note.line <= b for a, b in reading.added)]
        for note in mentions(fresh, diff.pull.repository, numbers, diff.pull.host):
            after = [each for each in reading.symbols if each.name and each.last >= note.line]
            names = (*after[0].scope, after[0].name) if after else ()
            link = Link(path, names, "note")
            found.setdefault(link.text, link)
    return tuple(found.values())


def review(case: Case) -> Review:
    """The check run, from everything that is known."""
    links = tuple({each.text: each for each in (*implied(case.diff, case.fix), *case.links)}.values())
    climbs = tuple(climb(each, case.diff, case.runs) for each in links) if case.fix else ()
    level: Level = max((each.level for each in climbs), default="L0")
    waiver_state, waiver = _waived(case)
    made = Review(_skipped(case), level, climbs, waiver_state, waiver, links, case.fix.level if case.fix else "L0")
    if not case.fix and (case.losses or case.pull.is_partial):
        return _with(made, case, "NEUTRAL", text.losses_title(len(case.losses)) if case.losses else text.INCONCLUSIVE)
    if not case.fix:
        return made
    return _with(made, case, *_concluded(made, case))


def _waived(case: Case) -> tuple[State, Waiver | None]:
    """A waiver that was granted for one defect does not cover another."""
    found, waiver = state(case.waivers, case.pull.now)
    fixes = {each.issue.number for each in case.fix.defects}
    is_other = found is State.GRANTED and case.waived_for is not None and not fixes <= {*case.waived_for}
    return (State.EXPIRED if is_other else found), waiver


def _concluded(made: Review, case: Case) -> tuple[Conclusion, str]:
    if made.level >= case.fix.level:
        return "SUCCESS", text.met(made.level)
    if made.state is State.GRANTED and made.waiver:
        return "SUCCESS", text.waived(made.waiver)
    unmet = unmet_of(made, case)
    if any(each.is_unknown for each in unmet):
        return "NEUTRAL", text.INCONCLUSIVE
    if case.mode is not Mode.ENFORCE:
        return "NEUTRAL", text.would_have_blocked(made.level)
    if made.state is State.PENDING:
        return "ACTION_REQUIRED", text.PENDING
    return "FAILURE", text.blocked(made.level, case.fix.level)


def unmet_of(made: Review, case: Case) -> tuple[Unmet, ...]:
    """What keeps the fix from going green: of every linked test the next rung, and what was written and is no link."""
    said = [each.unmet for each in made.climbs if each.unmet and each.level < case.fix.level]
    said += [Unmet(*text.bad_link(each)) for each in case.bad_links]
    if not made.links and not case.bad_links:
        said.append(Unmet(*text.NOTHING_LINKED, is_unknown=not case.diff.is_seen))
    return tuple(said)


def _with(made: Review, case: Case, conclusion: Conclusion, title: str) -> Review:
    unmet = unmet_of(made, case) if case.fix else ()
    names = (each.text for each in suggestions(case.diff))
    offered = tuple(name for name in names if name.isprintable() and "`" not in name)
    is_met = conclusion == "SUCCESS"
    summary = text.summary(
        text.Told(
            fix=tuple((each.issue, tuple(cls.id for cls in each.classes)) for each in case.fix.defects),
            sign=case.fix.sign,
            needed=case.fix.level,
            climbs=made.climbs,
            unmet=() if is_met else unmet,
            suggested=() if is_met else offered[: text.MAX_SUGGESTED],
            ignored=case.references.ignored,
            waiver=made.waiver,
            state=made.state,
            losses=case.losses,
            is_observing=case.mode is not Mode.ENFORCE,
            is_capped=case.runs.is_capped,
            is_fix=bool(case.fix),
        )
    )
    level: Literal["FAILURE", "WARNING"] = "FAILURE" if conclusion == "FAILURE" else "WARNING"
    placed = (
        ()
        if is_met
        else tuple(
            Annotation(each.place, "Regression test", f"{each.what}: {each.instead}", level)
            for each in unmet
            if each.place
        )
    )
    lost = tuple(Annotation(each.place, "Guard lost", text.loss(each), "WARNING") for each in case.losses)
    run = CheckRun(
        NAME, case.pull.head, conclusion, title[:MAX_TITLE], summary, placed + lost, _buttons(made, conclusion),
        case.pull.subject.number,
    )  # fmt: skip
    return replace(made, run=run)


def _buttons(made: Review, conclusion: Conclusion) -> tuple[Button, ...]:
    if conclusion == "SUCCESS":
        return (RECHECK, EXPLAIN)
    return (RECHECK, APPROVE if made.state in {State.PENDING, State.EXPIRED} else WAIVE, EXPLAIN)


def _skipped(case: Case) -> CheckRun:
    summary = text.skipped(case.references.ignored)
    return CheckRun(NAME, case.pull.head, "SKIPPED", text.SKIPPED, summary, number=case.pull.subject.number)


def guards_of(case: Case, found: Review) -> tuple[Guard, ...]:
    """The tests that guard what a merged pull request fixed: those that got farthest, where they show anything."""
    shown = [each for each in found.climbs if each.level >= L3]
    best = max((each.level for each in shown), default=L3)
    return tuple(
        Guard(
            each.link.path,
            each.link.names,
            one.issue.number,
            one.issue.title,
            one.classes[0].id,
            case.pull.subject.number,
        )
        for one in case.fix.defects
        for each in shown
        if each.level == best
    )


def links_of(pull: PullRequest, commanded: Sequence[Link]) -> tuple[tuple[Link, ...], tuple[BadLink, ...]]:
    """What the description, the commits and the comments link; what is no link beside it."""
    said = [*links(pull.body, "body")]
    for commit in pull.commits:
        said += links(commit.message, "commit")
    good = {each.text: each for each in (*said, *commanded) if isinstance(each, Link)}
    bad = {each.written: each for each in said if isinstance(each, BadLink)}
    return tuple(good.values()), tuple(bad.values())
