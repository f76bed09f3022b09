"""The few fields of a webhook body that route it. All else is read back from GitHub, never believed."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.core.errors import BadDelivery

Id = Annotated[int, Field(strict=True, ge=1, lt=2**63)]
Oid = Annotated[str, Field(pattern=r"^(?:[0-9a-f]{40,64})?$")]


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Identified(Part):
    id: Id


class Repository(Part):
    id: Id
    full_name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}$")]
    default_branch: Annotated[str, Field(max_length=255)] = ""


class Numbered(Part):
    number: Annotated[int, Field(strict=True, ge=1, lt=2**31)]
    pull_request: Part | None = None  # an "issue" that is a pull request


class Tip(Part):
    sha: Oid = ""


class Pull(Numbered):
    """A pull request: what it says is only a hint that saves a read."""

    body: str | None = None
    head: Tip | None = None
    base: Tip | None = None


class Sender(Part):
    login: str = ""
    type: str = ""


class Written(Part):
    """A comment: what it says is only a hint, and read back before anything follows from it."""

    node_id: Annotated[str, Field(max_length=100)] = ""
    body: str | None = None


class Named(Part):
    """A check run: its name, and what we wrote on it to know it by."""

    name: str = ""
    external_id: str | None = None
    head_sha: Oid = ""


class Suite(Part):
    """All check runs of one App on one commit."""

    head_sha: Oid = ""


class Pressed(Part):
    """A button below a check run of ours."""

    identifier: str = ""


class Label(Part):
    name: str = ""


class Group(Part):
    """Pull requests that wait to be merged together, on a commit of their own."""

    head_sha: Oid = ""
    head_ref: Annotated[str, Field(max_length=400)] = ""


class Run(Identified):
    """A finished run of a workflow."""

    head_sha: Oid = ""


class Commit(Part):
    added: list[str] = []
    modified: list[str] = []
    removed: list[str] = []


class Envelope(Part):
    """A webhook body, or one of ours."""

    action: Annotated[str, Field(max_length=100)] | None = None
    installation: Identified | None = None
    repository: Repository | None = None
    issue: Numbered | None = None
    comment: Written | None = None
    pull_request: Pull | None = None
    check_run: Named | None = None
    check_suite: Suite | None = None
    requested_action: Pressed | None = None
    commits: list[Commit] | None = None
    merge_group: Group | None = None
    workflow_run: Run | None = None
    release: Part | None = None
    label: Label | None = None
    ref: str | None = None
    week: Annotated[str, Field(pattern=r"^[0-9]{4}-W[0-9]{2}$")] | None = None  # ours: of a report
    zen: str | None = None
    repositories_added: list[Part] | None = None
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
