"""A delivery, parsed into our closed union.

GitHub signs only the body, so a body whose shape belies its event is refused.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.core.errors import BadDelivery
from bot.core.model import Subject
from bot.core.people.commands import commands
from bot.core.policy import governs

SWEEP = "bot.sweep"
ISSUE = "bot.issue"  # ours: an issue whose change GitHub never told us of
RULES = "bot.rules"  # ours: a configuration that cannot be used, seen on the way

Id = Annotated[int, Field(strict=True, ge=1, lt=2**63)]

MAX_COMMITS = 20  # that GitHub lists in a push
MAX_DIGITS = 10  # no pull request has a number of so many


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Named(_Part):
    id: Id


class Repository(_Part):
    id: Id
    full_name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}$")]
    default_branch: Annotated[str, Field(max_length=255)] = ""


class Numbered(_Part):
    number: Annotated[int, Field(strict=True, ge=1, lt=2**31)]
    pull_request: _Part | None = None  # an "issue" that is a pull request


class Sender(_Part):
    login: str = ""
    type: str = ""


class Written(_Part):
    """A comment: what it says is only a hint, and read back before anything follows from it."""

    node_id: Annotated[str, Field(max_length=100)] = ""
    body: str | None = None


class Named(_Part):
    """A check run: its name, and what we wrote on it to know it by."""

    name: str = ""
    external_id: str | None = None


class Changes(_Part):
    base: _Part | None = None


class Commit(_Part):
    added: list[str] = []
    modified: list[str] = []
    removed: list[str] = []


class Envelope(_Part):
    """The few fields of a webhook body that route it. All else is read back from GitHub, never believed."""

    action: Annotated[str, Field(max_length=100)] | None = None
    installation: _Named | None = None
    repository: Repository | None = None
    issue: Numbered | None = None
    comment: Written | None = None
    pull_request: Numbered | None = None
    check_run: Named | None = None
    changes: Changes | None = None
    commits: list[Commit] | None = None
    merge_group: _Part | None = None
    label: _Part | None = None
    ref: str | None = None
    zen: str | None = None
    repositories_added: list[_Part] | None = None
    sender: Sender | None = None

    @classmethod
    def read(cls, body: bytes) -> "Envelope":
        """Raises BadDelivery.

        Nesting beyond 200, bad UTF-8, lone surrogates and wrong types are refused by the parser.
        """
        try:
            return cls.model_validate_json(body)
        except ValidationError:
            raise BadDelivery("the body does not have the shape of a webhook") from None


@dataclass(frozen=True, slots=True)
class IssueTouched:
    installation_id: int
    repository: str
    subject: Subject
    comment_id: str = ""  # of a comment that carries commands


@dataclass(frozen=True, slots=True)
class PullTouched:
    """A pull request whose files may change the rules."""

    installation_id: int
    repository: str
    subject: Subject


@dataclass(frozen=True, slots=True)
class RulesTouched:
    """The files that govern the bot may have changed on the default branch."""

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
class SweepDue:
    """Compare GitHub's own delivery list and update times with the inbox."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing to do: costs one row and no call."""

    why: str


Event = IssueTouched | PullTouched | RulesTouched | LabelsChanged | InstallationChanged | SweepDue | Ignored


@dataclass(frozen=True, slots=True)
class _Shape:
    must: frozenset[str]
    must_not: frozenset[str]


def _shape(must: str, must_not: str = "") -> _Shape:
    return _Shape(frozenset(must.split()), frozenset(must_not.split()))


# What a body of each event must and must not carry. Events that are not named here are accepted and ignored.
_SHAPES = {
    "issues": _shape("action issue repository", "comment ref pull_request"),
    "issue_comment": _shape("action issue comment repository", "ref"),
    "label": _shape("action label repository", "issue pull_request"),
    "pull_request": _shape("action pull_request repository", "issue ref"),
    "check_run": _shape("action check_run repository", "issue"),
    "merge_group": _shape("action merge_group repository", "issue"),
    "push": _shape("ref repository", "issue pull_request action"),
    "installation": _shape("action installation", "issue repository ref"),
    "installation_repositories": _shape("action installation repositories_added", "issue repository ref"),
    "ping": _shape("zen", "issue action ref"),
    ISSUE: _shape("issue repository installation"),
    RULES: _shape("repository installation"),
}

# Other actions on an issue change nothing that a decision looks at, or nothing that it may act upon.
_ISSUE_ACTIONS = frozenset({"opened", "edited", "reopened", "labeled", "unlabeled"})
_PULL_ACTIONS = frozenset({"opened", "synchronize", "reopened"})  # and "edited", when it changes the base
_INSTALLATION_ACTIONS = frozenset({"created", "deleted", "suspend", "unsuspend", "new_permissions_accepted"})


def parse(event: str, envelope: Envelope) -> Event:
    """Raises BadDelivery when the body's shape belies the event. Source: github.com/en/webhooks, events and
    payloads.
    """
    if shape := _SHAPES.get(event):
        present = {name for name in envelope.model_fields_set if getattr(envelope, name) is not None}
        if not shape.must <= present or not shape.must_not.isdisjoint(present):
            raise BadDelivery(f"the body does not have the shape of {event}")
    is_by_bot = envelope.sender is not None and envelope.sender.type == "Bot"
    if is_by_bot and event not in _BY_ANYBODY:
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
    if issue.pull_request:
        return Ignored("about a pull request")
    installation_id = _by(envelope)
    comment = envelope.comment if event == "issue_comment" and envelope.action in {"created", "edited"} else None
    is_asking = comment is not None and bool(commands(comment.body or ""))
    if event == "issue_comment" and not is_asking:
        return Ignored("a comment without a command")
    if event == "issues" and envelope.action not in _ISSUE_ACTIONS:
        return _nothing(event, envelope)
    subject = Subject(repository.id, issue.number)
    return IssueTouched(installation_id, repository.full_name, subject, comment.node_id if comment else "")


def _label(event: str, envelope: Envelope) -> Event:
    if envelope.installation is None:
        return _nothing(event, envelope)
    assert envelope.repository
    return LabelsChanged(envelope.installation.id, envelope.repository.full_name)


def _pull(event: str, envelope: Envelope) -> Event:
    repository, pull, action = envelope.repository, envelope.pull_request, envelope.action
    assert repository
    assert pull
    is_moved = action == "edited" and envelope.changes is not None and envelope.changes.base is not None
    if action not in _PULL_ACTIONS and not is_moved:
        return _nothing(event, envelope)
    return PullTouched(_by(envelope), repository.full_name, Subject(repository.id, pull.number))


def _check(event: str, envelope: Envelope) -> Event:
    """A check is run again for the pull request whose number we wrote on it; GitHub names none for a fork's.

    Number 0 is the default branch.
    """
    repository, check, installation = envelope.repository, envelope.check_run, envelope.installation
    assert repository
    assert check
    number = (check.external_id or "").partition(":")[0]
    is_number = number.isascii() and number.isdigit() and len(number) < MAX_DIGITS
    if envelope.action != "rerequested" or installation is None or not is_number:
        return _nothing(event, envelope)
    if int(number) == 0:
        return RulesTouched(installation.id, repository.full_name, repository.id)
    return PullTouched(installation.id, repository.full_name, Subject(repository.id, int(number)))


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


_BY_ANYBODY = frozenset({"installation", "pull_request", "check_run", "push"})  # what a bot does counts as well
_READERS: dict[str, Callable[[str, Envelope], Event]] = {
    SWEEP: lambda _event, _envelope: SweepDue(),
    ISSUE: _issue,
    RULES: _push,
    "installation": _installation,
    "issues": _issue,
    "issue_comment": _issue,
    "label": _label,
    "pull_request": _pull,
    "check_run": _check,
    "push": _push,
}


def subject_of(event: Event, *, otherwise: str) -> str:
    """The key on which work is serial."""
    match event:
        case IssueTouched() | PullTouched():
            return str(event.subject)
        case RulesTouched():
            return f"rules:{event.repository_id}"
        case LabelsChanged():
            return f"labels:{event.repository}"
        case InstallationChanged():
            return f"installation:{event.installation_id}"
        case SweepDue():
            return SWEEP
        case Ignored():
            return otherwise
