"""The verbs on one issue: classify says what the rules make of a text, explain what was decided on GitHub."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.environment import settings
from bot.cli.exits import FINDINGS, USAGE, ending, fail, run
from bot.cli.output import as_json, say, say_json

if TYPE_CHECKING:
    from bot.cli.written import Address
    from bot.core.rules.ruleset import Ruleset
    from bot.store.decisions import Recorded


@click.command()
@click.argument("source", metavar="FILE|URL|-")
@click.option("--pack", "packs", multiple=True, help="Packs of rules; general when none is named.")
@click.option("--config", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A .github/burndown.yml.")
@as_json
def classify(source: str, packs: tuple[str, ...], config: Path | None, *, as_json: bool) -> None:
    """Classify one issue and say why: a file, the URL of a public issue, or - for standard input.

    A file's first line is the title, the rest the body; an issue in JSON, as GitHub's API gives it, will do too.
    Exit code 3 when GitHub does not give the issue, 4 when it wants to know who asks.

    JSON: class (null: needs triage), why, ranking [{class, score, threshold}], findings [{rule, class, score, counted,
    in, start, end, text, file, sha}], ruleset, overrun, owners [{who, outcome, team, path, line, pattern}], labels.
    """
    from bot.cli import verdict, written

    with ending():
        chosen = settings()
        issue = run(written.fetch(chosen, source)) if written.is_address(source) else written.read(_typed(source))
        found = verdict.of(chosen, issue, packs, config)
    if as_json:
        say_json(found.as_data())
    else:
        verdict.show(found)


@click.command()
@click.argument("url")
@click.option("--all", "everything", is_flag=True, help="Every decision, not only the newest.")
@as_json
def explain(url: str, *, everything: bool, as_json: bool) -> None:
    """What was decided on an issue on GitHub, and why, as it was recorded. Exit code 1 when nothing was.

    JSON: decisions [{decided_at, delivery_id, trace}], newest first.
    """
    from bot.cli import written

    found, ruleset = run(_recorded(written.address(url), 1_000 if everything else 1))
    if not found:
        fail(FINDINGS, f"{url}: nothing is recorded")
    if as_json:
        shown = [
            {"decided_at": f"{e.decided_at:%FT%TZ}", "delivery_id": e.delivery_id, "trace": e.trace} for e in found
        ]
        say_json({"decisions": shown})
        return
    for each in found:
        _say_decision(each, ruleset)


async def _recorded(address: "Address", limit: int) -> tuple[list["Recorded"], "Ruleset"]:
    """The newest decisions on an issue, and the rules that are in force for it now."""
    from bot.core.model import Subject
    from bot.core.policy import Files
    from bot.rulefiles import load_packs
    from bot.store import open_store

    chosen = settings()
    packs = load_packs(chosen.rules_dir)
    store = await open_store(chosen.database_url.get_secret_value())
    try:
        known = await store.repositories.known(address.repository)
        found = [each for one in known for each in await store.decisions.newest(limit, Subject(one.id, address.number))]
        files = await store.repositories.files(known[-1].id) if known else Files()
    finally:
        await store.close()
    return found, packs.policy(files, chosen.default_mode).ruleset


def _say_decision(each: "Recorded", ruleset: "Ruleset") -> None:
    from bot.cli import verdict

    told = each.trace
    say(f"{told.get('title', '')}  {told.get('url', '')}")
    say(f"{each.decided_at:%Y-%m-%d %H:%M:%S} UTC, delivery {each.delivery_id}, mode {told.get('mode')}")
    if not told.get("undo"):
        verdict.show(verdict.stored(told, ruleset))
    for known in told.get("earlier", []):
        say(f"seen before: {known}")
    for effect in told.get("effects", []):
        say(f"{'written' if told.get('written') else 'would be written'}: {_words(effect)}")
    for reason in told.get("reasons", []):
        say(f"left alone: {reason}")
    say(f"summary: {told.get('summary', '')}")
    say("")


def _words(effect: dict[str, Any]) -> str:
    return "; ".join(f"{key}: {', '.join(v) if isinstance(v, list) else v}" for key, v in effect.items())


def _typed(source: str) -> str:
    if source == "-":
        return sys.stdin.buffer.read().decode(errors="replace")
    try:
        return Path(source).read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        fail(USAGE, f"{source}: {error.strerror}")
