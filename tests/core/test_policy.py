import pytest

from bot.core.config import Config
from bot.core.document.templates import boilerplate
from bot.core.policy import Files, Policy, document_of, governs


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (".github/burndown.yml", True),
        (".github/burndown/rules/own.yml", True),
        (".github/ISSUE_TEMPLATE/bug.md", True),
        (".github/CODEOWNERS", True),
        ("CODEOWNERS", True),
        ("docs/CODEOWNERS", True),
        ("src/CODEOWNERS", False),
        ("docs/.github/burndown.yml", False),
        (".githubber/x", False),
        ("README.md", False),
        ("", False),
    ],
)
def test_a_file_has_a_say(path, expected):
    assert governs(path) is expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(Files(), True, id="a repository without files"),
        pytest.param(Files(templates={"a.md": "x"}, codeowners="* @ann"), True, id="templates and owners alone"),
        pytest.param(Files(config="version: 1", of_organisation=True), True, id="the organisation's configuration"),
        pytest.param(Files(config="version: 1"), False, id="a configuration of its own"),
        pytest.param(Files(rules={"a.yml": "x"}), False, id="rules of its own"),
        pytest.param(Files(config=""), False, id="an empty configuration of its own"),
    ],
)
def test_the_organisation_is_followed_by(files, expected):
    assert files.follows_organisation is expected


@pytest.fixture
def policy(rules):
    return Policy(Config(version=1), rules, boilerplate(["What happened?"], []))


def test_labels_that_we_might_have_put_are_no_evidence(issue, policy):
    document = document_of(issue(labels=("Docs", "SLOW", "Needs-Triage", "Kind: bug", "p1")), policy)
    assert document.values_of("labels") == ("kind bug", "p1")


def test_a_document_has_what_is_known_of_the_issue(issue, policy):
    said = {"comments.author": "more", "comments.maintainer": "less"}
    document = document_of(issue("title", "body", association="OWNER", said=said), policy)
    assert document.values_of("author.association") == ("OWNER",)
    assert [document.values_of(name) for name in said] == [("more",), ("less",)]
    assert document_of(issue("title", "body"), policy).values_of("author.association") == ()


def test_what_every_issue_begins_with_is_not_read(issue, policy):
    document = document_of(issue("", "What happened?\nIt fell over."), policy)
    assert document.texts["prose"].text == "It fell over."
