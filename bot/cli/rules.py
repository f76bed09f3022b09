"""The verbs on rule files: lint, test and schema; backtest and health try them on issues."""

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.environment import settings
from bot.cli.exits import FINDINGS, OK, USAGE, ending, fail
from bot.cli.measure import backtest, health
from bot.cli.output import as_json, printable, problem_data, say, say_json, say_problems

if TYPE_CHECKING:
    from bot.core.lint import Problem
    from bot.core.rules.conditions import Leaf, Tree
    from bot.core.rules.entries import RuleFile
    from bot.core.rules.ruleset import Ruleset
    from bot.rulefiles import Trial

SHORT = 100  # characters of a condition or a sample

Tried = tuple["Trial", "Ruleset"]


@click.group()
def rules() -> None:
    """Rule packs, and a repository's own rules."""


rules.add_command(backtest)
rules.add_command(health)


@rules.command()
@click.argument("place", required=False, type=click.Path(exists=True, path_type=Path), metavar="[DIRECTORY|FILE]")
@as_json
def lint(place: Path | None, *, as_json: bool) -> None:
    """Check rule files and run every sample; findings as file:line:column. Exit code 1 when there are any.

    DIRECTORY is one of packs (those of this deployment when none is named), or a repository's checkout: then its
    configuration, its own rules, and its issue templates, on which no rule may speak. FILE is one file of either.

    JSON: findings [{file, line, column, path, what, instead}], rules, samples.
    """
    with ending():
        problems, files = _linted(place)
    written = [rule for file in files for rule in file.rules]
    samples = sum(len(each.tests.match) + len(each.tests.no_match) for each in written)
    if as_json:
        findings = [problem_data(each) for each in problems]
        say_json({"findings": findings, "rules": len(written), "samples": samples})
    elif problems:
        say_problems(problems)
    else:
        say(f"{len(written)} rules, {samples} samples: all hold")
    raise SystemExit(FINDINGS if problems else OK)


@rules.command()
@click.argument("directory", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--rule", "only", metavar="ID", help="Only this rule.")
@as_json
def test(directory: Path | None, only: str | None, *, as_json: bool) -> None:
    """Run the samples of every rule; of one that fails, say which conditions hold. Exit code 1 when one does.

    DIRECTORY as for lint.

    JSON: rules [{rule, file, samples, hold, failures [{file, line, column, what, text, conditions [{depth,
    condition, holds}]}]}].
    """
    from bot.cli.checkout import below
    from bot.core.lint import BadRules, did_you_mean

    with ending():
        place = directory or settings().rules_dir
        try:
            tried = [*_tried(place)]
        except BadRules as error:
            say_problems(below(place, each) for each in error.problems)
            raise SystemExit(FINDINGS) from None
    found = {id_: _result([*trials], place) for id_, trials in groupby(tried, key=lambda each: each[0].rule.id)}
    if only and only not in found:
        fail(USAGE, f"--rule: there is no rule {only!r} with samples - {did_you_mean(only, [*found])}")
    chosen = [result for id_, result in found.items() if only in {None, id_}]
    if as_json:
        say_json({"rules": chosen})
    else:
        for result in chosen:
            _say_result(result)
    raise SystemExit(FINDINGS if any(result["failures"] for result in chosen) else OK)


@rules.command()
@click.argument("which", type=click.Choice(["rules", "config"]), default="rules")
def schema(which: str) -> None:
    """The JSON Schema of rule files, or of .github/burndown.yml."""
    from bot.rulefiles import json_schema

    click.echo(json.dumps(json_schema(which), indent=2, sort_keys=True))


def _linted(place: Path | None) -> tuple[Sequence["Problem"], Sequence["RuleFile"]]:
    """What is wrong there, and the files that were read; of a checkout only its own."""
    from bot.cli import checkout
    from bot.core.lint import BadRules
    from bot.rulefiles import load_packs

    chosen = settings()
    file = place if place and place.is_file() else None
    root = checkout.root_of(file) if file else place or chosen.rules_dir
    try:
        if file and not root:
            return (), checkout.lone(file, load_packs(chosen.rules_dir))
        assert root
        if not checkout.is_checkout(root):
            packs = load_packs(root)
            return (), [read for entries in packs.files.values() for _, read in entries]
        return (), checkout.judged(root, load_packs(chosen.rules_dir), chosen.default_mode)
    except BadRules as error:
        found = [checkout.below(root or chosen.rules_dir, each) for each in error.problems]
        of_file = [each for each in found if file and Path(each.place.file).resolve() == file.resolve()]
        return of_file or found, ()


def _tried(directory: Path) -> Iterator[Tried]:
    """Every sample of the packs, or of a checkout's own rules. Raises BadRules."""
    from bot.cli import checkout
    from bot.core.lint import BadRules
    from bot.core.rules.ruleset import compile_ruleset
    from bot.rulefiles import load_packs, read_packs, trials

    if checkout.is_checkout(directory):
        chosen = settings()
        packs = load_packs(chosen.rules_dir)
        config, own = packs.own(checkout.read(directory), chosen.default_mode)
        sets = [(own, packs.ruleset(config, own))]
    else:
        packs, problems = read_packs(directory)
        if problems:
            raise BadRules(tuple(problems))
        sets = [(entries, compile_ruleset(entries)) for entries in packs.files.values()]
    for entries, ruleset in sets:
        yield from ((trial, ruleset) for trial in trials(entries, ruleset))


def _result(tried: list[Tried], directory: Path) -> dict[str, Any]:
    """How one rule fared."""
    from bot.cli.checkout import below

    trials = [trial for trial, _ in tried]
    first = below(directory, trials[0].problem).place.file
    failures = [_failure(trial, ruleset, directory) for trial, ruleset in tried if not trial.holds]
    hold = len(trials) - len(failures)
    return {"rule": trials[0].rule.id, "file": first, "samples": len(trials), "hold": hold, "failures": failures}


def _failure(trial: "Trial", ruleset: "Ruleset", directory: Path) -> dict[str, Any]:
    from bot.cli.checkout import below
    from bot.core.rules.classify import conditions

    problem = below(directory, trial.problem)
    asked = [
        {"depth": depth, "condition": _words(node), "holds": holds}
        for depth, node, holds in conditions(trial.document, ruleset, trial.rule)
    ]
    text = f"{trial.document.title}\n{trial.document.body}".strip()
    place = {"file": problem.place.file, "line": problem.place.line, "column": problem.place.column}
    return {**place, "what": problem.what, "text": text, "conditions": asked}


def _say_result(result: dict[str, Any]) -> None:
    mark = "FAIL" if result["failures"] else "ok"
    say(f"{mark:4} {result['rule']}  {result['hold']} of {result['samples']} samples hold  {result['file']}")
    for each in result["failures"]:
        say(f"     {each['file']}:{each['line']}:{each['column']}: {each['what']}: {_cut(printable(each['text']))}")
        for asked in each["conditions"]:
            say(f"       {'  ' * asked['depth']}{'holds  ' if asked['holds'] else 'not    '} {asked['condition']}")


def _words(node: "Tree | Leaf") -> str:
    """A condition as its author wrote it, on one line."""
    from bot.core.rules.conditions import All, AnyOf, AtLeast, Not

    match node:
        case All():
            return "all"
        case AnyOf():
            return "any"
        case Not():
            return "not"
        case AtLeast():
            return f"at_least {node.at_least.count}"
        case _:
            written = node.model_dump(mode="json", by_alias=True, exclude_defaults=True)
            return _cut("; ".join(f"{key}: {_listed(value)}" for key, value in written.items()))


def _listed(value: Any) -> str:
    return ", ".join(map(_listed, value)) if isinstance(value, list) else str(value)


def _cut(text: str) -> str:
    return text if len(text) <= SHORT else text[: SHORT - 1] + "…"
