"""An issue's text, from a file or from GitHub. Judges nothing."""

import http
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import click

from bot.core.errors import Unreachable
from bot.github.answers import read as read_answer
from bot.github.client import API_VERSION
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody wrote, as far as rules can ask of it."""

    title: str
    body: str
    author: str = ""
    association: str = ""
    labels: tuple[str, ...] = ()
    number: int = 0


@dataclass(frozen=True, slots=True)
class Address:
    """An issue's place on GitHub."""

    repository: str
    number: int


def read(text: str) -> Written:
    """JSON as GitHub's API gives it, else the title on the first line and the body on the rest."""
    if text.lstrip().startswith("{"):
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            data = None
        if isinstance(data, dict) and isinstance(data.get("title"), str):
            return _written(data)
    title, _, body = text.partition("\n")
    return Written(title, body)


def is_address(source: str) -> bool:
    return source.startswith(("http://", "https://"))


def address(url: str) -> Address:
    """Of an issue as a browser or the API shows it. Raises click.BadParameter."""
    try:
        parts = urlsplit(url).path.strip("/").split("/")
    except ValueError:
        parts = []
    owner, name, kind, number, *_ = [*(parts[1:] if parts[:1] == ["repos"] else parts), *[""] * 4]
    if owner and name and kind == "issues" and number.isdecimal() and number.isascii():
        return Address(f"{owner}/{name}", int(number))
    raise click.BadParameter(
        f"{url} is not the address of an issue - write https://github.com/OWNER/NAME/issues/NUMBER"
    )


async def fetch(settings: Settings, url: str) -> Written:
    """A public issue. Only the configured API is asked, whatever host the URL names. Raises BotError."""
    found = address(url)
    api = f"{settings.api_url}/repos/{found.repository}/issues/{found.number}"
    headers = {"accept": "application/vnd.github+json", "user-agent": "burndown", "x-github-api-version": API_VERSION}
    timeout = aiohttp.ClientTimeout(total=20)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(api, headers=headers, allow_redirects=False) as answer,
        ):
            body, status = await answer.read(), answer.status
            got = {name.lower(): value for name, value in answer.headers.items()}
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise Unreachable(f"{api}: {type(error).__name__}") from None
    data = read_answer(status, got, body, datetime.now(UTC)).data
    if not isinstance(data, dict) or not isinstance(data.get("title"), str):
        raise Unreachable(f"{api}: {http.HTTPStatus(status).phrase}, but no issue")
    return _written(data)


def _written(data: dict[str, Any]) -> Written:
    """Foreign JSON: what is not as it should be is left out."""
    user, labels, number = data.get("user"), data.get("labels"), data.get("number")
    names = (
        [each.get("name") if isinstance(each, dict) else each for each in labels] if isinstance(labels, list) else []
    )
    return Written(
        title=data["title"],
        body=_text(data.get("body")),
        author=_text(user.get("login")) if isinstance(user, dict) else "",
        association=_text(data.get("author_association")),
        labels=tuple(name for name in names if isinstance(name, str)),
        number=number if isinstance(number, int) else 0,
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
