"""Rules on this machine's disk: a repository's checkout, or one file. What GitHub would show of them, read here."""

from dataclasses import replace
from pathlib import Path

from bot.core.config import PATH, RULES
from bot.core.document.templates import untouched
from bot.core.lint import BadRules, Problem
from bot.core.model import Mode
from bot.core.policy import CODEOWNERS, Files
from bot.core.rules.entries import RuleFile
from bot.github.files import TEMPLATE, TEMPLATES
from bot.rulefiles import Packs, on_templates, templates


def is_checkout(directory: Path) -> bool:
    return (directory / PATH).is_file() or (directory / RULES).is_dir()


def root_of(file: Path) -> Path | None:
    """The checkout that a file governs, by where it stands."""
    return next((folder.parent for folder in file.resolve().parents if folder.name == ".github"), None)


def read(directory: Path) -> Files:
    """The files that govern the bot."""
    written = _folder(directory, TEMPLATES, ".yml", ".yaml", ".md") | {TEMPLATE: _text(directory / TEMPLATE) or ""}
    return Files(
        config=_text(directory / PATH),
        rules=_folder(directory, RULES, ".yml", ".yaml"),
        templates={path: text for path, text in written.items() if text and not path.endswith("config.yml")},
        codeowners=next((text for path in CODEOWNERS if (text := _text(directory / path)) is not None), None),
    )


def judged(directory: Path, packs: Packs, default_mode: Mode) -> list[RuleFile]:
    """A checkout's own rules, proven by their samples and by its issue templates. Raises BadRules."""
    files = read(directory)
    policy = packs.policy(files, default_mode)
    if problems := tuple(on_templates(policy, untouched(*templates(files)))):
        raise BadRules(problems)
    return [file for _, file in packs.own(files, default_mode)[1]]


def lone(file: Path, packs: Packs) -> list[RuleFile]:
    """A rule file of nowhere, or of a pack: it is tried on top of all packs. Raises BadRules."""
    everything = f"version: 1\nextends: [{', '.join(packs.files)}]\n"
    files = Files(config=everything, rules={str(file.resolve()): _text(file) or ""})
    packs.policy(files, Mode.OBSERVE)
    return [read for _, read in packs.own(files, Mode.OBSERVE)[1]]


def below(directory: Path, problem: Problem) -> Problem:
    """A problem of a file below a directory, named so that an editor finds it from here."""
    file, here = directory.resolve() / problem.place.file, Path.cwd()
    shown = file.relative_to(here) if file.is_relative_to(here) else file
    return replace(problem, place=replace(problem.place, file=shown.as_posix()))


def _folder(directory: Path, path: str, *suffixes: str) -> dict[str, str]:
    found = sorted((directory / path).iterdir()) if (directory / path).is_dir() else []
    names = [f"{path}/{each.name}" for each in found if each.suffix in suffixes]
    return {name: text for name in names if (text := _text(directory / name)) is not None}


def _text(file: Path) -> str | None:
    return file.read_text(encoding="utf-8", errors="replace") if file.is_file() else None
