"""A delivery, parsed into our closed union.

GitHub signs only the body, so a body whose shape belies its event is refused.
"""

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.core.errors import BadDelivery
from bot.core.model import Subject

SWEEP = "bot.sweep"
ISSUE = "bot.issue"  # ours: an issue whose change GitHub never told us of

Id = Annotated[int, Field(strict=True, ge=1, lt=2**63)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Named(_Part):
    id: Id


class Repository(_Part):
    id: Id
    full_name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}$")]


class Numbered(_Part):
    number: Annotated[int, Field(strict=True, ge=1, lt=2**31)]
    pull_request: _Part | None = None  # an "issue" that is a pull request


class Sender(_Part):
    login: str = ""
    type: str = ""


class CommentText(_Part):
    body: str | None = None


class Envelope(_Part):
    """The few fields of a webhook body that route it. All else is read back from GitHub, never believed."""

    action: Annotated[str, Field(max_length=100)] | None = None
    installation: _Named | None = None
    repository: Repository | None = None
    issue: Numbered | None = None
    comment: CommentText | None = None
    pull_request: Numbered | None = None
    check_run: _Part | None = None
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
    asks_why: bool = False  # a person wrote `/burndown why`


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


Event = IssueTouched | LabelsChanged | InstallationChanged | SweepDue | Ignored


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
}

# Other actions on an issue change nothing that a decision looks at, or nothing that it may act upon.
_ISSUE_ACTIONS = frozenset({"opened", "edited", "reopened", "labeled", "unlabeled"})
_INSTALLATION_ACTIONS = frozenset({"created", "deleted", "suspend", "unsuspend", "new_permissions_accepted"})


def parse(event: str, envelope: Envelope) -> Event:
    """Raises BadDelivery when the body's shape belies the event. Source: github.com/en/webhooks, events and
    payloads.
    """
    if shape := _SHAPES.get(event):
        present = {name for name in envelope.model_fields_set if getattr(envelope, name) is not None}
        if not shape.must <= present or not shape.must_not.isdisjoint(present):
            raise BadDelivery(f"the body does not have the shape of {event}")
    match event, envelope:
        case "bot.sweep", _:
            return SweepDue()
        case "installation", Envelope(installation=_Named(id=installation), action=str(action)):
            if action in _INSTALLATION_ACTIONS:
                return InstallationChanged(installation, action)
        case _, Envelope(sender=Sender(type="Bot")):
            return Ignored("a bot did it")
        case "issues" | "issue_comment" | "bot.issue", Envelope(issue=Numbered(pull_request=_Part())):
            return Ignored("about a pull request")
        case "issues" | "issue_comment" | "bot.issue", Envelope():
            return _issue(event, envelope)
        case "label", Envelope(installation=_Named(id=installation), repository=Repository(full_name=name)):
            return LabelsChanged(installation, name)
        case _:
            pass
    return Ignored(f"nothing to do on {event} {envelope.action or ''}".rstrip())


def _issue(event: str, envelope: Envelope) -> Event:
    issue, repository = envelope.issue, envelope.repository
    assert issue
    assert repository
    if envelope.installation is None:
        raise BadDelivery("no installation: only an App's own webhook carries one")
    asks_why = event == "issue_comment" and envelope.action == "created" and _asks_why(envelope.comment)
    if event == "issue_comment" and not asks_why:
        return Ignored("a comment without a command")
    if event == "issues" and envelope.action not in _ISSUE_ACTIONS:
        return Ignored(f"nothing to do on issues {envelope.action}")
    return IssueTouched(
        envelope.installation.id, repository.full_name, Subject(repository.id, issue.number), asks_why=asks_why
    )


def _asks_why(comment: CommentText | None) -> bool:
    """At the start of a line, outside code fences; the other commands follow with their registry."""
    fence = ""
    for line in ((comment and comment.body) or "").splitlines():
        mark = _fence(line)
        if fence:
            is_closing = mark[:1] == fence[0] and len(mark) >= len(fence) and not line.strip().strip(mark[0])
            fence = "" if is_closing else fence
        elif mark:
            fence = mark
        elif line.startswith("/") and line.split()[:2] == ["/burndown", "why"]:
            return True
    return False


def _fence(line: str) -> str:
    """The run of backticks or tildes that opens or closes a code block (CommonMark 4.5), else nothing."""
    text = "" if line.startswith(("    ", "\t")) else line.strip()  # indented so far it is code of its own
    run = text[: len(text) - len(text.lstrip(text[:1]))] if text[:1] in {"`", "~"} else ""
    is_inline = run.startswith("`") and "`" in text[len(run) :]
    return run if len(run) >= 3 and not is_inline else ""  # noqa: PLR2004 - CommonMark's three


def subject_of(event: Event, *, otherwise: str) -> str:
    """The key on which work is serial."""
    match event:
        case IssueTouched():
            return str(event.subject)
        case LabelsChanged():
            return f"labels:{event.repository}"
        case InstallationChanged():
            return f"installation:{event.installation_id}"
        case SweepDue():
            return SWEEP
        case Ignored():
            return otherwise
