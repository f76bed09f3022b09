"""The verbs that try rules on issues that are known: backtest and health."""

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.environment import connected, find_repository, repository, settings
from bot.cli.exits import FINDINGS, OK, USAGE, fail, run
from bot.cli.output import as_json, problem_data, say, say_json, say_markdown, say_table, tracked, waiting

if TYPE_CHECKING:
    from bot.cli.environment import Found
    from bot.core.check import CheckRun
    from bot.core.lint import Problem
    from bot.core.model import Issue
    from bot.core.policy import Files, Policy
    from bot.core.quality.backtest import Backtest
    from bot.core.quality.health import Health

MAX_ISSUES = 1_000
HEAD = "HEAD"  # of the default branch

checkout_option = click.option(
    "--dir",
    "directory",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The checkout with the rules that are tried.",
)


@click.command()
@click.option("--repo", "full_name", required=True, callback=repository, metavar="OWNER/NAME")
@click.option("--against", metavar="REF", default=HEAD, help="The old rules' commit; the default branch's if absent.")
@click.option("--issues", "limit", type=click.IntRange(1, MAX_ISSUES), help="How many; 500 if not configured.")
@checkout_option
@as_json
def backtest(full_name: str, against: str, limit: int | None, directory: Path | None, *, as_json: bool) -> None:
    """What a change of rules would have said of a repository's newest issues, as its pull request will be judged.

    The new rules are those of the checkout in the working directory, the old ones are read from GitHub. Issues come
    from the store; missing ones are fetched and kept. Exit code 1 when more right verdicts are lost than the
    configuration allows (backtest: max-loss), or when a rule speaks on the repository's own issue templates.

    JSON: conclusion, title, problems [{file, line, column, path, what, instead}], issues, judged, loss,
    moved [{number, title, url, before, after, gain, loss}], classes {id: {before, after}}, each {verdicts, right,
    judged, members, precision, recall}.
    """
    check, found, speaking = run(_backtest(full_name, against, limit, directory or Path()))
    if as_json:
        problems = [problem_data(each) for each in speaking]
        said = {"conclusion": check.conclusion.lower(), "title": check.title, "problems": problems}
        say_json(said | found.as_data())
    else:
        say_markdown(f"**{check.conclusion.capitalize()}**: {check.title}.\n\n{check.summary.strip()}")
    raise SystemExit(OK if check.conclusion == "SUCCESS" else FINDINGS)


async def _backtest(
    full_name: str, against: str, limit: int | None, directory: Path
) -> tuple["CheckRun", "Backtest", tuple["Problem", ...]]:
    from bot.cli import checkout
    from bot.core.document.templates import untouched
    from bot.core.quality.backtest import backtest as tried
    from bot.core.quality.check import judged
    from bot.process.rules import newest
    from bot.rulefiles import on_templates, templates

    if not checkout.is_checkout(directory):
        fail(
            USAGE, f"{directory}: no .github/burndown.yml and no .github/burndown/rules - go to a checkout, or name it"
        )
    async with connected() as bot:
        mode = settings().default_mode
        after = bot.packs.policy(checkout.read(directory), mode)
        with waiting(f"reading {full_name}"):
            found = await find_repository(bot, full_name)
            before = bot.packs.policy(await _files(found, against), mode)
            wanted = limit or after.config.backtest.issues
            issues = await newest(bot.store, found.installation, found.full_name, found.id, wanted)
    tested = tried(tracked(issues, "old and new rules"), before, after)
    speaking = tuple(on_templates(after, untouched(*templates(after.files))))
    return judged("", 0, after, tested, speaking), tested, speaking


async def _files(found: "Found", against: str) -> "Files":
    """As the repository had them at a commit, or its organisation where it had none."""
    from bot.github.files import fetch_files, fetch_organisation

    governing = await fetch_files(found.installation, found.full_name, against)
    if not governing.head and against != HEAD:  # a repository without commits has no head
        fail(USAGE, f"--against: {found.full_name} has no commit {against!r}")
    if not governing.files.follows_organisation:
        return governing.files
    default = await fetch_organisation(found.installation, found.full_name.partition("/")[0])
    return replace(governing.files, config=default.config, rules=default.rules, of_organisation=True)


@click.command()
@click.option("--repo", "full_name", callback=repository, metavar="OWNER/NAME", help="All that are stored if absent.")
@checkout_option
@click.option("--issues", "limit", type=click.IntRange(1, MAX_ISSUES), default=500, show_default=True)
@as_json
def health(full_name: str | None, directory: Path | None, limit: int, *, as_json: bool) -> None:
    """How the rules fare on stored issues: dead (never spoke), overlapping (speak on 90 % of the same issues for the
    same class), shadowed (every verdict is the same without them) and slowest rules, the share unclassified, and
    precision against people's decisions.

    The rules are those in force in each repository, or those of a checkout. A report, no check: exit code 0.

    JSON: repositories [{repository, ruleset, issues, unclassified, share_unclassified, dead [id], overlapping [{rules,
    class, both, either}], shadowed [{rule, spoke}], slowest [{rule, seconds_per_issue}], classes {id: {verdicts, right,
    judged, members, precision, recall}}}].
    """
    if not (full_name or directory):
        fail(USAGE, "name a repository by --repo, or a checkout by --dir")
    found = [each.healthy() for each in run(_stored(full_name, directory, limit))]
    if as_json:
        say_json({"repositories": [{"repository": name} | each.as_data() for name, each in found]})
        return
    for name, each in found:
        _say_health(name, each)


@dataclass(frozen=True, slots=True)
class _Stored:
    """What is known of one repository."""

    full_name: str
    issues: list["Issue"]
    policy: "Policy"

    def healthy(self) -> tuple[str, "Health"]:
        from bot.core.quality.health import health as judged

        return self.full_name, judged(tracked(self.issues, self.full_name), self.policy, time.thread_time)


async def _stored(full_name: str | None, directory: Path | None, limit: int) -> list[_Stored]:
    from bot.cli import checkout
    from bot.rulefiles import load_packs
    from bot.store import open_store

    chosen = settings()
    packs = load_packs(chosen.rules_dir)
    store = await open_store(chosen.database_url.get_secret_value())
    try:
        known = await store.repositories.known(full_name)
        if not known:
            fail(USAGE, f"{full_name or 'no repository'}: nothing is stored - `burndown rules backtest` fetches issues")
        found = []
        for each in known:
            files = checkout.read(directory) if directory else await store.repositories.files(each.id)
            policy = packs.policy(files, chosen.default_mode)
            found.append(_Stored(each.full_name, await store.issues.newest(each.id, limit), policy))
        return found
    finally:
        await store.close()


def _say_health(name: str, found: "Health") -> None:
    from bot.core.text.rules import share

    say(f"{name}: {found.issues} issues, rules version {found.ruleset}")
    say(f"unclassified: {share(found.unclassified, found.issues)}")
    say(f"dead: {_named([each.id for each in found.dead])}")
    say(f"shadowed: {_named([f'{each.id} (spoke on {each.spoke})' for each in found.shadowed])}")
    pairs = [f"{each.one} and {each.other} (both on {each.both} of {each.either})" for each in found.overlapping]
    say(f"overlapping: {_named(pairs)}")
    say(f"slowest: {_named([f'{each.id} ({each.seconds * 1000:.3f} ms an issue)' for each in found.slowest])}")
    rows = [
        (id_, str(each.verdicts), share(each.right, each.judged), share(each.right, each.members))
        for id_, each in sorted(found.classes.items())
    ]
    if rows:
        say_table(("class", "issues", "precision", "recall"), rows)
    say("")


def _named(ids: list[str]) -> str:
    return ", ".join(ids) or "none"
