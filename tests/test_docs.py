"""Documentation that fails the build when it drifts. `python -m tests.test_docs` writes the generated pages anew."""

import json
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml

from bot.cli import main
from bot.github.client import PERMISSIONS
from bot.rulefiles import json_schema
from bot.settings import SECRETS, VARIABLES

ROOT = Path(__file__).parent.parent


def settings_page() -> str:
    lines = [
        "# Settings",
        "",
        "From the environment or a file `.env` in the working directory. Generated from `bot/settings.py`.",
        "",
        "| variable | default | meaning |",
        "|---|---|---|",
    ]
    for name, (default, meaning) in VARIABLES.items():
        also = f"; also as `{name}_FILE`, the path of a file that holds it" if name in SECRETS else ""
        lines.append(f"| `{name}` | {f'`{default}`' if default else ''} | {meaning}{also} |")
    return "\n".join(lines) + "\n"


def commands(command: click.Command, name: str, parent: click.Context | None = None) -> Iterator[str]:
    """The help of every command, as a person sees it."""
    width = {"max_content_width": 100, "terminal_width": 100}
    context = click.Context(command, parent, name, **width, **command.context_settings)
    yield f"## {context.command_path}\n\n```\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for each in command.list_commands(context):
            yield from commands(command.commands[each], each, context)


def commands_page() -> str:
    codes = "0 ok, 1 findings, 2 usage or configuration, 3 GitHub, 4 authentication, 130 interrupted"
    data = "Data goes to standard output, logs and progress to standard error; colour only to terminals (`NO_COLOR`)."
    head = f"# Commands\n\nExit codes: {codes}. {data} With `--json` the keys stay as they are named here.\n"
    return "\n".join([head, *commands(main, "burndown")])


PAGES = {
    "docs/settings.md": settings_page,
    "docs/commands.md": commands_page,
    "rules/schema.json": lambda: json.dumps(json_schema("rules"), indent=2, sort_keys=True) + "\n",
    "rules/config.schema.json": lambda: json.dumps(json_schema("config"), indent=2, sort_keys=True) + "\n",
}


@pytest.mark.parametrize("page", PAGES)
def test_a_generated_page_is_what_the_code_says(page):
    assert (ROOT / page).read_text() == PAGES[page](), "run: python -m tests.test_docs"


def test_the_manifest_asks_for_what_our_tokens_need():
    manifest = yaml.safe_load((ROOT / "app.yml").read_text())
    levels = ["read", "write"]
    for name, level in PERMISSIONS.items():
        assert levels.index(manifest["default_permissions"][name]) >= levels.index(level)
    assert manifest["default_permissions"]["contents"] == "read"


def test_every_relative_link_of_the_documentation_leads_somewhere():
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob(".github/*.md"), *ROOT.glob("rules/*.md")]:
        for target in (part.partition(")")[0] for part in page.read_text().split("](")[1:]):
            if not target.startswith(("http", "#")):
                assert (page.parent / target.partition("#")[0]).exists(), f"{page.name}: {target}"


def test_the_procfile_names_commands_that_exist():
    for line in (ROOT / "Procfile").read_text().splitlines():
        assert line.split()[-1] in main.commands


if __name__ == "__main__":
    for name, write in PAGES.items():
        (ROOT / name).write_text(write())
