"""A delivery, parsed into our closed union.

GitHub signs only the body, so a body whose shape belies its event is refused.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from bot.core.envelope import Envelope
from bot.core.errors import BadDelivery
from bot.core.evidence.links import Link, links
from bot.core.model import Subject
from bot.core.people.commands import commands
from bot.core.policy import governs

SWEEP = "bot.sweep"
ISSUE = "bot.issue"  # ours: an issue whose change GitHub never told us of
PULL = "bot.pull"  # ours: a pull request on which something else has changed: a class, a waiver, a test result
ANEW = "rerequested"  # said of one of ours, and of a check: it is wanted again, also where it is the same
RUN = "bot.run"  # ours: a workflow run that was there before we knew that a fix waits for it
REPORT = "bot.report"  # ours: the report on a week is due
BACKFILL = "bot.backfill"  # ours: the past of a repository is to be read
RULES = "bot.rules"  # ours: a configuration that cannot be used, seen on the way

MAX_COMMITS = 20  # that GitHub lists in a push
MAX_DIGITS = 10  # no pull request has a number of so many
MAX_HINTS = 4  # files that a description links
VIEWS = "regression-test/"  # our labels on pull requests begin so: they show a state and never are one


@dataclass(frozen=True, slots=True)
class IssueTouched:
    installation_id: int
    repository: str
    subject: Subject
    comment_id: str = ""  # of a comment that carries commands


@dataclass(frozen=True, slots=True)
class Hints:
    """What a delivery says of a pull request: it saves a read where it is true, and is never believed."""

    head: str = ""
    base: str = ""
    paths: tuple[str, ...] = ()  # of tests that its description links


@dataclass(frozen=True, slots=True)
class PullTouched:
    """A pull request that may change the rules, or fix a defect."""

    installation_id: int
    repository: str
    subject: Subject
    hints: Hints = field(default_factory=Hints)
    comment_id: str = ""  # of a comment that carries commands
    pressed: str = ""  # the button below our check that was pressed
    by: str = ""  # who pressed it
    shown: str = ""  # what the check says below which it was pressed
    group: str = ""  # the commit of a merge group that waits for our check
    commit: str = ""  # the commit whose check is asked for again
    is_anew: bool = False  # somebody asked for the check: it is said again, also where it is the same


@dataclass(frozen=True, slots=True)
class RunFinished:
    """A run of a workflow, whose artifacts may tell which tests passed."""

    installation_id: int
    repository: str
    repository_id: int
    run_id: int
    head: str


@dataclass(frozen=True, slots=True)
class SuiteAsked:
    """All checks of a commit are asked for again."""

    installation_id: int
    repository: str
    repository_id: int
    head: str


@dataclass(frozen=True, slots=True)
class RulesTouched:
    """The files that govern the bot may have changed on the default branch."""

    installation_id: int
    repository: str
    repository_id: int


@dataclass(frozen=True, slots=True)
class ReleasesTouched:
    """What a repository has published may be something else now."""

    installation_id: int
    repository: str
    repository_id: int


@dataclass(frozen=True, slots=True)
class LabelsChanged:
    """A repository's labels were edited: their remembered ids may be wrong."""

    installation_id: int
    repository: str


@dataclass(frozen=True, slots=True)
class InstallationChanged:
    installation_id: int
    action: str


@dataclass(frozen=True, slots=True)
class ReportDue:
    """A repository's week is over, and it asked for a report."""

    installation_id: int
    repository: str
    repository_id: int
    week: str  # "2026-W34"


@dataclass(frozen=True, slots=True)
class BackfillDue:
    """A repository's past is to be read further than so many pages."""

    installation_id: int
    repository: str
    repository_id: int
    pages: int


@dataclass(frozen=True, slots=True)
class SweepDue:
    """Compare GitHub's own delivery list and update times with the inbox."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing to do: costs one row and no call."""

    why: str


AboutCode = PullTouched | RunFinished | SuiteAsked | RulesTouched | ReleasesTouched
Event = IssueTouched | AboutCode | LabelsChanged | InstallationChanged | ReportDue | BackfillDue | SweepDue | Ignored


def _shape(must: str, must_not: str = "") -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(must.split()), frozenset(must_not.split())


_CHECKS = ("check_run", "check_suite", "merge_group")
# What a body of each event must and must not carry. Events that are not named here are accepted and ignored.
_SHAPES = {
    "issues": _shape("action issue repository", "comment ref pull_request"),
    "issue_comment": _shape("action issue comment repository", "ref"),
    "label": _shape("action label repository", "issue pull_request"),
    "pull_request": _shape("action pull_request repository", "issue ref"),
    **{name: _shape(f"action {name} repository", "issue") for name in (*_CHECKS, "workflow_run", "release")},
    RUN: _shape("workflow_run repository installation"),
    "push": _shape("ref repository", "issue pull_request action"),
    "installation": _shape("action installation", "issue repository ref"),
    "installation_repositories": _shape("action installation repositories_added", "issue repository ref"),
    "ping": _shape("zen", "issue action ref"),
    ISSUE: _shape("issue repository installation"),
    PULL: _shape("pull_request repository installation"),
    RULES: _shape("repository installation"),
    REPORT: _shape("repository installation week"),
    BACKFILL: _shape("action repository installation"),
}

# Other actions on an issue change nothing that a decision looks at or the ledger tells at once.
_ENDS = frozenset({"closed", "reopened", "deleted", "transferred"})
_CHANGES = frozenset({"opened", "edited", "labeled", "unlabeled"})
_ISSUE_ACTIONS = _CHANGES | _ENDS | {"assigned", "unassigned"}
_PULL_ACTIONS = _CHANGES | {"closed", "reopened", "synchronize", "ready_for_review", "converted_to_draft"}
_RELEASE_ACTIONS = frozenset({"published", "released", "prereleased", "edited", "unpublished", "deleted"})
_INSTALLATION_ACTIONS = frozenset({"created", "deleted", "suspend", "unsuspend", "new_permissions_accepted", "added"})


def parse(event: str, envelope: Envelope) -> Event:
    """Raises BadDelivery when the body's shape belies the event. Source: github.com/en/webhooks, events and
    payloads.
    """
    if shape := _SHAPES.get(event):
        present = {name for name in envelope.model_fields_set if getattr(envelope, name) is not None}
        must, must_not = shape
        if not must <= present or not must_not.isdisjoint(present):
            raise BadDelivery(f"the body does not have the shape of {event}")
    is_by_bot = envelope.sender is not None and envelope.sender.type == "Bot"
    if is_by_bot and event not in _BY_ANYBODY and not (event == "issues" and envelope.action in _ENDS):
        return Ignored("a bot did it")
    read = _READERS.get(event)
    return read(event, envelope) if read else _nothing(event, envelope)


def _nothing(event: str, envelope: Envelope) -> Ignored:
    return Ignored(f"nothing to do on {event} {envelope.action or ''}".rstrip())


def _by(envelope: Envelope) -> int:
    """The installation. Raises BadDelivery."""
    if envelope.installation is None:
        raise BadDelivery("no installation: only an App's own webhook carries one")
    return envelope.installation.id


def _installation(event: str, envelope: Envelope) -> Event:
    if envelope.action not in _INSTALLATION_ACTIONS:
        return _nothing(event, envelope)
    return InstallationChanged(_by(envelope), envelope.action)


def _issue(event: str, envelope: Envelope) -> Event:
    issue, repository = envelope.issue, envelope.repository
    assert issue
    assert repository
    if issue.pull_request and event != "issue_comment":
        return Ignored("about a pull request")
    installation_id = _by(envelope)
    comment = envelope.comment if event == "issue_comment" and envelope.action in {"created", "edited"} else None
    is_asking = comment is not None and bool(commands(comment.body or ""))
    if event == "issue_comment" and not is_asking:
        return Ignored("a comment without a command")
    if event == "issues" and envelope.action not in _ISSUE_ACTIONS:
        return _nothing(event, envelope)
    subject, comment_id = Subject(repository.id, issue.number), comment.node_id if comment else ""
    if issue.pull_request:
        return PullTouched(installation_id, repository.full_name, subject, comment_id=comment_id)
    return IssueTouched(installation_id, repository.full_name, subject, comment_id)


def _label(event: str, envelope: Envelope) -> Event:
    if envelope.installation is None:
        return _nothing(event, envelope)
    assert envelope.repository
    return LabelsChanged(envelope.installation.id, envelope.repository.full_name)


def _pull(event: str, envelope: Envelope) -> Event:
    repository, pull, action = envelope.repository, envelope.pull_request, envelope.action
    assert repository
    assert pull
    is_ours = event == PULL or action in _PULL_ACTIONS
    is_by_bot = envelope.sender is not None and envelope.sender.type == "Bot"
    if not is_ours:
        return _nothing(event, envelope)
    if is_by_bot and envelope.label and envelope.label.name.startswith(VIEWS):
        return Ignored("our label")
    linked = (each.path for each in links(pull.body or "", "body") if isinstance(each, Link))
    head, base = (tip.sha if tip else "" for tip in (pull.head, pull.base))
    hints = Hints(head, base, tuple(dict.fromkeys(linked))[:MAX_HINTS])
    subject, is_anew = Subject(repository.id, pull.number), event == PULL and action == ANEW
    return PullTouched(_by(envelope), repository.full_name, subject, hints, is_anew=is_anew)


def _check(event: str, envelope: Envelope) -> Event:
    """A check is looked at again for the pull request whose number we wrote on it; GitHub names none for a fork's.

    Number 0 is the default branch.
    """
    repository, check, installation = envelope.repository, envelope.check_run, envelope.installation
    assert repository
    assert check
    number = _number((check.external_id or "").partition(":")[0])
    pressed = envelope.requested_action.identifier if envelope.requested_action else ""
    is_asked = envelope.action == "rerequested" or (envelope.action == "requested_action" and pressed)
    if not is_asked or installation is None or number is None:
        return _nothing(event, envelope)
    if number == 0:
        return RulesTouched(installation.id, repository.full_name, repository.id)
    is_person = pressed and envelope.sender is not None and envelope.sender.type == "User"
    by = envelope.sender.login if is_person and envelope.sender else ""
    subject = Subject(repository.id, number)
    touched = PullTouched(installation.id, repository.full_name, subject, commit=check.head_sha, is_anew=True)
    return replace(touched, pressed=pressed, by=by, shown=check.external_id or "" if pressed else "")


def _suite(event: str, envelope: Envelope) -> Event:
    repository, suite, installation = envelope.repository, envelope.check_suite, envelope.installation
    assert repository
    assert suite
    if envelope.action != "rerequested" or installation is None or not suite.head_sha:
        return _nothing(event, envelope)
    return SuiteAsked(installation.id, repository.full_name, repository.id, suite.head_sha)


def _group(event: str, envelope: Envelope) -> Event:
    """The branch of a merge group names the pull request that it ends with (GitHub: merging with a merge queue)."""
    repository, group, installation = envelope.repository, envelope.merge_group, envelope.installation
    assert repository
    assert group
    name = group.head_ref.rpartition("/pr-")[2]
    number = _number(name.partition("-")[0])
    if envelope.action != "checks_requested" or installation is None or not number or not group.head_sha:
        return _nothing(event, envelope)
    subject = Subject(repository.id, number)
    return PullTouched(installation.id, repository.full_name, subject, group=group.head_sha)


def _run(event: str, envelope: Envelope) -> Event:
    repository, run, installation = envelope.repository, envelope.workflow_run, envelope.installation
    assert repository
    assert run
    is_done = event == RUN or envelope.action == "completed"
    if not is_done or installation is None or not run.head_sha:
        return _nothing(event, envelope)
    return RunFinished(installation.id, repository.full_name, repository.id, run.id, run.head_sha)


def _release(event: str, envelope: Envelope) -> Event:
    """A draft that is made changes nothing that anybody can see."""
    repository, installation = envelope.repository, envelope.installation
    assert repository
    if envelope.action not in _RELEASE_ACTIONS or installation is None:
        return _nothing(event, envelope)
    return ReleasesTouched(installation.id, repository.full_name, repository.id)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < MAX_DIGITS else None


def _push(event: str, envelope: Envelope) -> Event:
    """The list of files is a hint that saves a read; a push that names none, or too many commits, is looked at."""
    repository = envelope.repository
    assert repository
    touched = RulesTouched(_by(envelope), repository.full_name, repository.id)
    if event == RULES:
        return touched
    if envelope.ref != f"refs/heads/{repository.default_branch}":
        return Ignored("a push to another branch")
    pushed = envelope.commits or []
    paths = (path for each in pushed for path in (*each.added, *each.modified, *each.removed))
    if pushed and len(pushed) < MAX_COMMITS and not any(map(governs, paths)):
        return Ignored("a push that changes no rules")
    return touched


def _due(event: str, envelope: Envelope) -> Event:
    repository = envelope.repository
    assert repository
    home, pages = (_by(envelope), repository.full_name, repository.id), _number(envelope.action or "") or 0
    return ReportDue(*home, envelope.week or "") if event == REPORT else BackfillDue(*home, pages)


# What a bot does counts as well.
_BY_ANYBODY = frozenset({"installation", "pull_request", *_CHECKS, "workflow_run", "push", "release"})
_READERS: dict[str, Callable[[str, Envelope], Event]] = {
    SWEEP: lambda _event, _envelope: SweepDue(),
    ISSUE: _issue,
    RULES: _push,
    REPORT: _due,
    BACKFILL: _due,
    "installation": _installation,
    "installation_repositories": _installation,
    "issues": _issue,
    "issue_comment": _issue,
    "label": _label,
    PULL: _pull,
    "pull_request": _pull,
    "check_run": _check,
    "check_suite": _suite,
    "merge_group": _group,
    "workflow_run": _run,
    RUN: _run,
    "push": _push,
    "release": _release,
}


_KEYS = {RulesTouched: "rules", ReleasesTouched: "releases", ReportDue: "report", BackfillDue: "backfill"}


def subject_of(event: Event, *, otherwise: str) -> str:
    """The key on which work is serial."""
    match event:
        case IssueTouched() | PullTouched():
            return str(event.subject)
        case RunFinished():
            return f"run:{event.repository_id}:{event.run_id}"
        case SuiteAsked():
            return f"suite:{event.repository_id}:{event.head}"
        case RulesTouched() | ReleasesTouched() | ReportDue() | BackfillDue():
            return f"{_KEYS[type(event)]}:{event.repository_id}"
        case LabelsChanged():
            return f"labels:{event.repository}"
        case InstallationChanged():
            return f"installation:{event.installation_id}"
        case SweepDue():
            return SWEEP
        case Ignored():
            return otherwise
