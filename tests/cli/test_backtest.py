"""What a change of rules would have said of a repository's own issues, before it is offered."""

from tests.cli.test_rules import OWN
from tests.stories.conftest import ENFORCE, REPOSITORY

WITHOUT = "version: 1\nextends: [general]\ndisable: [crash]\n"
HERE = ("rules", "backtest", "--repo", REPOSITORY, "--dir")


def crashes(world, count):
    """Issues of which a person says that they are crashes."""
    for _ in range(count):
        world.github.label(world.crash(), "defect: crash", by="alice")


async def test_issues_that_would_change_class_are_listed(terminal, checkout):
    first, second = terminal.world.open("The invoice is wrong"), terminal.world.crash()
    root = checkout(
        config="version: 1\nextends: [general]\n", rules=OWN.replace("    when:", "    score: 12\n    when:")
    )
    result = await terminal(*HERE, root)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("**Success**: 1 of 2 issues would change class.")
    assert f"| [{first.number}](" in result.stdout
    assert f"[{second.number}](" not in result.stdout
    assert "| `billing` | 0 → 1 | - → - | - → - |" in result.stdout
    assert terminal.world.writes() == []


async def test_the_loss_that_the_configuration_allows_decides_the_exit_code(terminal, checkout):
    crashes(terminal.world, 2)
    found = await terminal.data(*HERE, checkout(config=WITHOUT))
    assert (found["conclusion"], found["loss"], found["judged"]) == ("failure", 2, 2)
    assert [(each["before"], each["after"], each["loss"]) for each in found["moved"]] == [("crash", None, True)] * 2
    assert found["classes"]["crash"]["before"] == {
        "verdicts": 2, "right": 2, "judged": 2, "members": 2, "precision": 1.0, "recall": 1.0,
    }  # fmt: skip
    result = await terminal(*HERE, checkout(config=WITHOUT))
    assert result.exit_code == 1
    assert "| `crash` | 2 → 0 | 2 of 2 → - | 2 of 2 → - |" in result.stdout
    allowed = await terminal(*HERE, checkout(config=WITHOUT + "backtest: {max-loss: 2}\n"))
    assert allowed.exit_code == 0
    assert terminal.world.writes() == []


async def test_the_old_rules_are_those_of_the_commit_that_is_named(terminal, checkout):
    terminal.world.crash()
    old = terminal.world.github.push(REPOSITORY, {".github/burndown.yml": WITHOUT}, by="alice")
    terminal.world.configure(ENFORCE)
    root = checkout(config=ENFORCE)
    assert (await terminal.data(*HERE, root))["moved"] == []
    (moved,) = (await terminal.data(*HERE, root, "--against", old.sha))["moved"]
    assert (moved["before"], moved["after"]) == (None, "crash")
    missing = await terminal(*HERE, root, "--against", "nonesuch")
    assert (missing.exit_code, "no commit 'nonesuch'" in missing.stderr) == (2, True)


async def test_a_rule_that_speaks_on_the_issue_template_fails(terminal, checkout):
    template = "---\nname: Bug\ntitle: The invoice\n---\nWhat happened?\n"
    result = await terminal(*HERE, checkout(rules=OWN, template=template))
    assert (result.exit_code, "**Failure**: 1 rule matches" in result.stdout) == (1, True)


async def test_issues_are_fetched_once_and_no_more_than_asked_for(terminal, checkout):
    for number in range(3):
        terminal.world.open(f"Something is odd {number}")
    root = checkout(config=ENFORCE)
    assert (await terminal.data(*HERE, root, "--issues", "2"))["issues"] == 2
    assert "NewestIssues" in terminal.world.calls()
    assert (await terminal.data(*HERE, root, "--issues", "2"))["issues"] == 2
    assert "NewestIssues" not in terminal.world.calls()


async def test_a_directory_without_rules_is_not_taken_for_a_change(terminal, tmp_path):
    result = await terminal(*HERE, tmp_path)
    assert (result.exit_code, "no .github/burndown.yml" in result.stderr) == (2, True)
