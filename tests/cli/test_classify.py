"""One issue's verdict at the terminal, in the words of the comment on GitHub."""

import json

import pytest

from tests.cli.conftest import burndown
from tests.stories.conftest import EXPLAIN, TRACEBACK

KEYS = {"class", "why", "ranking", "findings", "ruleset", "overrun", "owners", "labels"}
ISSUE = {"title": "It fails", "body": TRACEBACK}
OWNED = "version: 1\nextends: [general]\nclasses:\n  crash: {owners: [bob, octo/core]}\n"


def test_the_verdict_has_the_words_of_the_comment(tmp_path):
    config = tmp_path / "burndown.yml"
    config.write_text(OWNED)
    shown = burndown("classify", "-", "--config", config, text=f"It fails\n{TRACEBACK}").stdout
    assert shown.startswith("**Crash (`crash`)**: ")
    assert "crash.trace " in shown
    assert "general/crash.yml@" in shown
    assert "Owner by configuration: `bob`, `octo/core`." in shown
    assert "Rules version `" in shown


async def test_it_says_what_the_comment_says(terminal):
    terminal.world.configure(EXPLAIN)
    async with terminal.world.started() as world:
        issue = world.crash()
        await world.settle()
        assert world.kinds()[-1] == "comment added"
    (comment,) = issue.comment_bodies
    told = (await terminal("explain", f"https://github.com/acme/widget/issues/{issue.number}")).stdout
    sentences = [line for line in comment.splitlines() if line.startswith(("**", "Owner by"))]
    assert len(sentences) == 2
    assert all(sentence in told for sentence in sentences)
    for row in (line for line in comment.splitlines() if line.startswith("| +")):
        assert row.split("`")[1] in told
    assert "written: add labels: defect: crash" in told


async def test_every_decision_of_an_issue_can_be_asked_for(terminal):
    async with terminal.world.started() as world:
        issue = world.crash()
        await world.settle()
        world.github.edit_issue(issue, title="Something is odd", body="", by="alice")
        await world.settle()
    url = f"https://github.com/acme/widget/issues/{issue.number}"
    newest, oldest = (await terminal.data("explain", url, "--all"))["decisions"]
    assert (newest["trace"]["classes"], oldest["trace"]["classes"]) == ([], ["crash"])
    assert (await terminal.data("explain", url))["decisions"] == [newest]
    told = (await terminal("explain", url, "--all")).stdout
    assert told.index("**Needs triage**") < told.index("**Crash (`crash`)**")


@pytest.mark.parametrize(
    "text",
    [
        f"It fails\n{TRACEBACK}",
        json.dumps(ISSUE),
        json.dumps(ISSUE | {"labels": [{"name": "bug"}, "x", 3], "user": {"login": "zoe"}}),
        json.dumps(ISSUE | {"labels": 3, "user": None, "number": "x"}),
    ],
)
def test_plain_text_and_the_json_of_the_api_come_to_the_same(text, tmp_path):
    file = tmp_path / "issue"
    file.write_text(text)
    for source, given in ((file, None), ("-", text)):
        found = json.loads(burndown("classify", source, "--json", text=given).stdout)
        assert found.keys() == KEYS
        assert (found["class"], found["labels"]) == ("crash", ["defect: crash"])


def test_our_own_label_on_an_issue_proves_nothing():
    text = json.dumps({"title": "Something is odd", "labels": [{"name": "defect: crash"}]})
    found = json.loads(burndown("classify", "-", "--json", text=text).stdout)
    assert (found["class"], found["findings"], found["owners"]) == (None, [], [])


@pytest.mark.parametrize("text", ["", "\n", "{", '{"title": 3}', "[" * 70_000, "\x00\n\x00"])
def test_whatever_is_piped_in_is_classified(text):
    result = burndown("classify", "-", text=text)
    assert (result.exit_code, result.stdout.startswith("**Needs triage**")) == (0, True)


def test_escape_sequences_of_an_issue_do_not_reach_the_terminal():
    result = burndown("classify", "-", text="It \x1b[2Jcrashes with a segfault\x1b]0;x\x07\nThe process crashes")
    assert "\x1b" not in result.stdout
