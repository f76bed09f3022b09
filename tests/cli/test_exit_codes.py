"""What a script can rely on: 0 ok, 1 findings, 2 usage or configuration, 3 GitHub, 4 authentication."""

import subprocess
import sys

import pytest

from bot.sandbox import new_private_key
from tests.cli.conftest import burndown

BROKEN = "version: 1\nmode: enforc\n"
ISSUE = "https://github.com/acme/widget/issues/{number}"


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        (0, ["--version"]),
        (0, ["rules", "schema", "config"]),
        (0, ["rules", "lint", "rules/general/ui.yml"]),
        (0, ["rules", "test", "rules", "--rule", "crash.trace"]),
        (0, ["inbox", "ls"]),
        (1, ["inbox", "show", "nonesuch"]),
        (1, ["explain", ISSUE.format(number=1)]),
        (2, ["nonesuch"]),
        (2, ["rules", "test", "rules", "--rule", "crash.trase"]),
        (2, ["rules", "lint", "nonesuch"]),
        (2, ["rules", "health"]),
        (2, ["rules", "health", "--repo", "acme/widget"]),
        (2, ["rules", "health", "--repo", "acme"]),
        (2, ["rules", "backtest"]),
        (2, ["rules", "backtest", "--repo", "acme/widget"]),
        (2, ["undo", "--rules-version", "abc"]),
        (2, ["undo", "--rules-version", "abc", "--dry-run"]),
        (2, ["classify", "nonesuch.txt"]),
        (2, ["classify", "https://github.com/acme/widget/pull/1"]),
        (2, ["classify", "https://github.com/[/issues/1"]),
        (2, ["classify", "-", "--pack", "genral"]),
        (2, ["explain", "https://github.com/acme"]),
        (3, ["classify", ISSUE.format(number=1)]),
    ],
)
def test_a_command_ends_with_the_code_of_what_came_of_it(code, arguments, tmp_path):
    nobody_listens = "http://127.0.0.1:9"
    result = burndown(*arguments, DATABASE_URL=f"sqlite:///{tmp_path / 'empty.db'}", GITHUB_API_URL=nobody_listens)
    assert result.exit_code == code, result.output
    assert code < 2 or result.stderr


def test_bad_settings_are_listed_and_end_with_2():
    result = burndown("rules", "lint", PORT="x", DEFAULT_MODE="perhaps")
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 2)


def test_a_configuration_that_cannot_be_used_is_named_by_the_file_that_was_given(tmp_path):
    config = tmp_path / "mine.yml"
    config.write_text(BROKEN)
    result = burndown("classify", "-", "--config", config, text="It fails")
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{config}:2:1: mode:")


async def test_an_issue_that_only_members_may_see_ends_with_4(terminal):
    issue = terminal.world.crash()
    result = await terminal("classify", ISSUE.format(number=issue.number))
    assert (result.exit_code, "Unauthorized" in result.stderr) == (4, True)


@pytest.mark.parametrize(
    "arguments", [["rules", "backtest", "--repo", "acme/widget"], ["undo", "--rules-version", "v", "--yes"]]
)
async def test_a_key_that_github_does_not_take_ends_with_4(terminal, checkout, arguments):
    where = ["--dir", checkout(config="version: 1\n")] if "backtest" in arguments else []
    result = await terminal(*arguments, *where, PRIVATE_KEY=new_private_key())
    assert (result.exit_code, "JWT" in result.stderr) == (4, True)


async def test_a_repository_without_the_app_ends_with_3(terminal, checkout):
    terminal.world.github.add_repository("acme/other", alice="maintain")
    for name in ("acme/other", "acme/nonesuch"):
        result = await terminal("rules", "backtest", "--repo", name, "--dir", checkout(config="version: 1\n"))
        assert (result.exit_code, "not installed" in result.stderr) == (3, True)


def test_help_is_answered_without_loading_the_program():
    loaded = "import sys; import bot.cli; print(*sorted(sys.modules))"
    modules = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout.split()
    assert {"sqlalchemy", "aiohttp", "pydantic", "rich", "asyncio", "cryptography"}.isdisjoint(modules)
