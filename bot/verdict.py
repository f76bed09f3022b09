"""A verdict at the terminal: one issue's text from a file or from GitHub, classified and explained.

Writes nothing anywhere.
"""

import http
import json
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.core.config import PATH
from bot.core.errors import Unreachable
from bot.core.lint import BadRules, Place, Problem, did_you_mean
from bot.core.model import Mode
from bot.core.rules.classify import Classification, classify
from bot.core.rules.ruleset import Ruleset
from bot.github.answers import read
from bot.github.client import API_VERSION
from bot.rulefiles import load_packs
from bot.settings import Settings

_URL_PARTS = 4  # owner, name, "issues", number


def split(text: str) -> tuple[str, str]:
    """Title and body of a file: JSON as GitHub's API gives it, else the first line and the rest."""
    if text.lstrip().startswith("{"):
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            data = None
        if isinstance(data, dict) and isinstance(data.get("title"), str):
            return data["title"], str(data.get("body") or "")
    title, _, body = text.partition("\n")
    return title, body


async def fetch(settings: Settings, url: str) -> tuple[str, str]:
    """Title and body of a public issue.

    Only the configured API is asked, whatever host the URL names. Raises ValueError.
    """
    parts = urlsplit(url).path.strip("/").split("/")
    parts = parts[1:] if parts[:1] == ["repos"] else parts
    if len(parts) < _URL_PARTS or parts[2] != "issues" or not parts[3].isdigit():
        raise ValueError(f"{url} is not the address of an issue - write https://github.com/OWNER/NAME/issues/NUMBER")
    api = f"{settings.api_url}/repos/{parts[0]}/{parts[1]}/issues/{parts[3]}"
    headers = {"accept": "application/vnd.github+json", "user-agent": "burndown", "x-github-api-version": API_VERSION}
    timeout = aiohttp.ClientTimeout(total=20)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(api, headers=headers, allow_redirects=False) as answer,
        ):
            body = await answer.read()
            got = {name.lower(): value for name, value in answer.headers.items()}
            status = answer.status
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise Unreachable(f"{api}: {type(error).__name__}") from None
    if status == http.HTTPStatus.UNAUTHORIZED:
        raise Unreachable("401: not accepted")
    data = read(status, got, body, datetime.now(UTC)).data
    return str(data.get("title") or ""), str(data.get("body") or "")


def of(
    settings: Settings, title: str, body: str, packs: tuple[str, ...], config: Path | None
) -> tuple[Classification, Ruleset]:
    """Raises BadRules."""
    loaded = load_packs(settings.rules_dir)
    chosen = loaded.read_config(config.read_text(encoding="utf-8", errors="replace") if config else None, Mode.OBSERVE)
    if unknown := [pack for pack in packs if pack not in loaded.files]:
        raise BadRules(
            tuple(
                Problem(Place("--pack"), pack, "there is no such pack", did_you_mean(pack, list(loaded.files)))
                for pack in unknown
            )
        )
    if packs:
        chosen = chosen.model_copy(update={"extends": packs})
    ruleset = loaded.ruleset(chosen)
    return classify(title, body, ruleset), ruleset


def show(found: Classification, ruleset: Ruleset) -> None:
    console = Console(highlight=False)
    if found.primary:
        chosen = ruleset.classes[found.primary]
        console.print(Text.assemble((chosen.id, "bold"), f"  {chosen.title}: {found.why}"))
        owners = ", ".join((*chosen.owners, *chosen.teams)) or "nobody"
        console.print(f"labels {', '.join(label.name for label in chosen.labels)}; owners {owners}", markup=False)
    else:
        console.print(Text.assemble(("needs triage", "bold"), f": {found.why}"))
    if found.findings:
        table = Table("points", "class", "rule", "in", "text", box=None, pad_edge=False)
        for each in sorted(found.findings, key=lambda f: (-f.score, f.rule)):
            points = f"{each.score:+d}" if each.is_counted else f"({each.score:+d})"
            seen = each.span.text.strip()[:60] if each.span else ""
            table.add_row(points, each.class_id, each.rule, each.where, Text(seen))
        console.print(table)
    ranking = ", ".join(f"{r.class_id} {r.score}/{r.threshold}" for r in found.ranking)
    console.print(f"ranking: {ranking or 'none'}; rules version {found.ruleset}; configuration {PATH}", markup=False)
