"""A verdict at the terminal, in the words of the comment on GitHub. Writes nothing anywhere."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.cli.output import say, say_markdown, say_table
from bot.cli.written import Written
from bot.core import trace
from bot.core.decide import decide
from bot.core.lint import BadRules, Place, Problem, did_you_mean
from bot.core.model import Issue, Mode, Subject
from bot.core.people.owners import Chosen
from bot.core.policy import Files, Policy
from bot.core.rules.classify import Classification, Finding
from bot.core.rules.engine import Watch
from bot.core.rules.ruleset import DefectClass, Ruleset
from bot.core.text import issues as text
from bot.rulefiles import Packs, load_packs
from bot.settings import Settings

SHORT = 60  # characters of what made a rule speak


@dataclass(frozen=True, slots=True)
class Shown:
    """What there is to say of one issue."""

    classification: Classification
    in_force: tuple[DefectClass, ...]
    owners: Chosen
    is_by_person: bool = False

    def as_data(self) -> dict[str, Any]:
        labels = [label.name for each in self.in_force for label in each.labels]
        return self.classification.as_data() | {"owners": self.owners.as_data(), "labels": labels}


def of(settings: Settings, written: Written, packs: tuple[str, ...], config: Path | None) -> Shown:
    """Raises BadRules."""
    policy = _policy(load_packs(settings.rules_dir), packs, config)
    issue = Issue(
        subject=Subject(0, written.number),
        repository="",
        title=written.title,
        body=written.body,
        author=written.author,
        is_open=True,
        is_locked=False,
        labels=policy.foreign(written.labels),  # the rules alone are asked
        assignees=(),
        history=(),
        now=datetime.now(UTC),
        association=written.association,
    )
    found = decide(issue, policy, watch=Watch(time.thread_time))
    return Shown(found.verdict.classification, found.verdict.in_force, found.owners)


def stored(data: dict[str, Any], ruleset: Ruleset) -> Shown:
    """What a trace tells; classes that the rules no longer have are left out."""
    in_force = tuple(ruleset.classes[id_] for id_ in data.get("classes", ()) if id_ in ruleset.classes)
    classification, owners = trace.classification(data.get("classification", {})), trace.chosen(data.get("owners", []))
    return Shown(classification, in_force, owners, bool(data.get("by_person")))


def show(shown: Shown) -> None:
    found = shown.classification
    say_markdown(text.verdict(found, shown.in_force, by_person=shown.is_by_person))
    if found.findings:
        ordered = sorted(found.findings, key=lambda each: (-each.score, each.rule))
        say("")
        say_table(("points", "class", "rule", "seen in", "text", "file@sha"), map(_row, ordered))
        say("")
    for sentence in text.asides(found, shown.in_force, shown.owners):
        say_markdown(sentence)
    if ranking := ", ".join(f"{each.class_id} {each.score} of {each.threshold}" for each in found.ranking):
        say(f"Points of those needed: {ranking}.")
    say_markdown(f"Rules version `{found.ruleset}`.")


def _row(each: Finding) -> tuple[str, ...]:
    points = f"{each.score:+d}" if each.is_counted else f"({each.score:+d})"  # experimental, or not the best of a group
    seen = " ".join(each.span.text.split())[:SHORT] if each.span else "-"
    return points, each.class_id, each.rule, each.where or "-", seen, f"{each.file}@{each.sha[:12]}"


def _policy(loaded: Packs, packs: tuple[str, ...], config: Path | None) -> Policy:
    known = [*loaded.files]
    if unknown := [pack for pack in packs if pack not in known]:
        raise BadRules(tuple(_no_pack(pack, known) for pack in unknown))
    written = config.read_text(encoding="utf-8", errors="replace") if config else None
    try:
        policy = loaded.policy(Files(config=written), Mode.OBSERVE)
    except BadRules as error:
        raise BadRules(tuple(_in_file(each, config) for each in error.problems)) from None
    if not packs:
        return policy
    return replace(policy, ruleset=loaded.ruleset(policy.config.model_copy(update={"extends": packs})))


def _no_pack(pack: str, known: Iterable[str]) -> Problem:
    return Problem(Place("--pack"), pack, "there is no such pack", did_you_mean(pack, [*known]))


def _in_file(problem: Problem, file: Path | None) -> Problem:
    return replace(problem, place=replace(problem.place, file=str(file))) if file else problem
