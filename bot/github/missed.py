"""What GitHub says it sent and what has changed since: read to find what never reached us. Compares nothing itself."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from bot.core.errors import Unreachable
from bot.github.client import GitHub, Installation


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Sent(_Part):
    """A webhook delivery as GitHub lists it; any status: a time-out has no status code, so filtering by one would
    miss it.
    """

    id: int
    guid: str
    delivered_at: datetime
    event: str
    action: str | None = None
    installation_id: int | None = None
    repository_id: int | None = None


class Installed(_Part):
    id: int
    suspended_at: datetime | None = None


class Served(_Part):
    """A repository that an installation serves."""

    id: int
    full_name: str
    archived: bool = False
    has_issues: bool = True


class Touched(_Part):
    number: int
    updated_at: Annotated[datetime, Field(alias="updatedAt")]


_SENT = TypeAdapter(list[Sent])
_INSTALLED = TypeAdapter(list[Installed])
_SERVED = TypeAdapter(list[Served])
_TOUCHED = TypeAdapter(list[Touched])


async def sent(github: GitHub, since: datetime) -> AsyncIterator[Sent]:
    """Newest first, back to `since`; GitHub keeps three days."""
    page: str | None = "/app/hook/deliveries?per_page=100"
    while page:
        answer = await github.as_app("GET", page)
        for each in _checked(_SENT, answer.data):
            if each.delivered_at < since:
                return
            yield each
        page = answer.next_url


async def payload(github: GitHub, delivery: Sent) -> Any:
    """The body of a delivery, from GitHub's own record of it."""
    data = (await github.as_app("GET", f"/app/hook/deliveries/{delivery.id}")).data
    return ((data or {}).get("request") or {}).get("payload")


async def installations(github: GitHub) -> AsyncIterator[Installed]:
    page: str | None = "/app/installations?per_page=100"
    while page:
        answer = await github.as_app("GET", page)
        for each in _checked(_INSTALLED, answer.data):
            yield each
        page = answer.next_url


async def repositories(installation: Installation) -> AsyncIterator[Served]:
    page: str | None = "/installation/repositories?per_page=100"
    while page:
        answer = await installation.get(page)
        for each in _checked(_SERVED, (answer.data or {}).get("repositories")):
            yield each
        page = answer.next_url


async def touched(installation: Installation, full_name: str, since: datetime) -> AsyncIterator[Touched]:
    """Issues (no pull requests) that changed since a moment, oldest change first."""
    owner, _, name = full_name.partition("/")
    variables = {"owner": owner, "name": name, "since": since.strftime("%Y-%m-%dT%H:%M:%SZ"), "after": None}
    while True:
        repository = (await installation.query("IssuesSince", variables)).data.get("repository")
        if not repository:
            return
        issues = repository["issues"]
        for each in _checked(_TOUCHED, issues["nodes"]):
            yield each
        if not issues["pageInfo"]["hasNextPage"]:
            return
        variables["after"] = issues["pageInfo"]["endCursor"]


def _checked(adapter: TypeAdapter[Any], data: Any) -> Any:
    try:
        return adapter.validate_python(data)
    except ValidationError as error:
        raise Unreachable(f"a list of an unknown shape: {error.errors()[0]['type']}") from None
