from datetime import UTC, datetime

import pytest

from bot.core.evidence.closing import (
    CLOSED,
    DENIED,
    FOREIGN,
    ITSELF,
    MAX_REFERENCES,
    PULL,
    UNSAID,
    Reference,
    closings,
    named,
    references,
)
from bot.core.evidence.model import CommitNote, Linked, PullRequest
from bot.core.model import Subject

OWN = "acme/widget"


def numbers(text, where="body"):
    found = closings(text, OWN, where)
    assert all(each.repository == OWN and each.where == where for each in found)
    return [each.number for each in found]


def pull(body="", *, commits=(), closing=(), **changed):
    made = {
        "subject": Subject(7, 90),
        "repository": OWN,
        "title": "Fixes #77",
        "author": "octocat",
        "head": "c" * 40,
        "base": "main",
        "base_oid": "b" * 40,
        "branch": "fix",
        "default_branch": "main",
        "labels": (),
        "files": (),
        "changed_files": 0,
        "now": datetime(2026, 11, 2, tzinfo=UTC),
        "url": "https://github.com/acme/widget/pull/90",
    }
    notes = tuple(CommitNote(str(number), message) for number, message in enumerate(commits))
    return PullRequest(**(made | changed), body=body, commits=notes, closing=tuple(closing))


def issue(number, **changed):
    return Linked(**({"repository": OWN, "number": number} | changed))


KEYWORDS = ["close", "closes", "closed", "fix", "fixes", "fixed", "resolve", "resolves", "resolved"]


@pytest.mark.parametrize("keyword", KEYWORDS)
def test_each_of_nine_keywords_closes_in_any_case_with_or_without_a_colon(keyword):
    for written in (keyword, keyword.title(), keyword.upper(), f"{keyword}:", f"**{keyword}:**", f"**{keyword}**:"):
        assert numbers(f"{written} #12") == [12]
        assert numbers(f"Words. {written} #12.", "commit") == [12]


@pytest.mark.parametrize(
    "keyword", ["closing", "fixing", "resolving", "addresses", "refs", "see", "part of", "prefixes", "bugfix"]
)
def test_no_other_word_closes(keyword):
    assert numbers(f"{keyword} #12") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Closes #1, #2", [1], id="one keyword is for one issue"),
        pytest.param("Closes #1 and #2", [1], id="also where an and follows"),
        pytest.param("closes #1, closes #2", [1, 2], id="each issue behind its own keyword"),
        pytest.param("Fixes #1. Resolves #1, fixes #2", [1, 2], id="the same issue twice"),
        pytest.param("Fixes GH-12", [12], id="an issue as GH-12"),
        pytest.param("fixes gh-12", [12], id="in small letters"),
        pytest.param("Fixes acme/widget#12", [12], id="with its repository"),
        pytest.param("Fixes ACME/Widget#12", [12], id="with its repository in other case"),
        pytest.param("Fixes https://github.com/acme/widget/issues/12", [12], id="by its address"),
        pytest.param(
            "Fixes: https://github.com/Acme/widget/issues/12#issuecomment-3", [12], id="by a comment's address"
        ),
        pytest.param("Fixes http://www.github.com/acme/widget/pull/12", [12], id="by a pull request's address"),
        pytest.param("Fixes:#12", [12], id="without a space behind the colon"),
        pytest.param("Fixes\n#12", [12], id="over the end of a line"),
        pytest.param("Fixes **#12**", [12], id="where the number is bold"),
        pytest.param("_Fixes #12_", [12], id="where all is emphasised"),
        pytest.param("(fixes #12)", [12], id="in round brackets"),
        pytest.param("fix: #12 no longer crashes", [12], id="in a conventional title"),
        pytest.param("# Fixes #12", [12], id="in a heading"),
        pytest.param("- [x] Fixes #12", [12], id="in a task"),
        pytest.param("- one\n  - fixes #12", [12], id="in a list"),
        pytest.param("| fixes #12 |\n| - |", [12], id="in a table"),
        pytest.param("<details>\n\nFixes #12\n\n</details>", [12], id="in details"),
        pytest.param("Fixes <!-- the issue --> #12", [12], id="around a comment of a template"),
        pytest.param("Fixes #12<!-- thanks -->", [12], id="before a comment"),
        pytest.param("`x` fixes #12 `y`", [12], id="between codes"),
        pytest.param("a [b](c) fixes #12", [12], id="behind a link"),
        pytest.param("Fixes #12\r\nCloses #13", [12, 13], id="between line ends of Windows"),
        pytest.param("\ud800 Fixes #12 \0", [12], id="beside characters that are none"),
        pytest.param("Fixes #007", [7], id="with zeros before"),
        pytest.param("Fixes #2147483647", [2_147_483_647], id="the largest number"),
        pytest.param("Partially fixes #12", [12], id="a part of a fix is one"),
        pytest.param("This should fix #12", [12], id="a hope"),
    ],
)
def test_an_issue_is_closed(text, expected):
    assert numbers(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("#12", id="a number alone"),
        pytest.param("Fixes 12", id="a number without its sign"),
        pytest.param("Fixes issue #12", id="a word between"),
        pytest.param("Fixes #0", id="number 0"),
        pytest.param("Fixes #2147483648", id="a number that no issue has"),
        pytest.param("Fixes #99999999999999999999", id="a number of twenty digits"),
        pytest.param("Fixes #12a", id="a number that goes on in letters"),
        pytest.param("Fixes #12_3", id="a number that goes on in a name"),
        pytest.param("Fixes #1.2", id="a version"),
        pytest.param("Fixes #12é", id="a number that goes on in another letter"),
        pytest.param("Fixes #١٢", id="digits of another script"),
        pytest.param("`Fixes #12`", id="in code"),
        pytest.param("Fixes `#12`", id="where the number is code"),
        pytest.param("```\nFixes #12\n```", id="in a fence"),
        pytest.param("~~~\nFixes #12", id="in a fence without an end"),
        pytest.param("    Fixes #12", id="in indented code"),
        pytest.param("> Fixes #12", id="in a quotation"),
        pytest.param("> words\nFixes #12", id="in the lazy end of a quotation"),
        pytest.param("<!-- Fixes #12 -->", id="in a comment"),
        pytest.param("words <!-- Fixes #12 --> words", id="in a comment between words"),
        pytest.param("<!--\nFixes #12\n\nCloses #13\n-->", id="in a comment of many lines"),
        pytest.param("[Fixes #12](https://example.test)", id="in the text of a link"),
        pytest.param("![Fixes #12](https://example.test/a.png)", id="in the text of an image"),
        pytest.param("[a](https://example.test 'Fixes #12')", id="in the title of a link"),
        pytest.param("[a]: https://example.test 'Fixes #12'", id="in a definition"),
        pytest.param("<a title='Fixes #12'>x</a>", id="in a tag"),
        pytest.param("Fixes https://gitlab.example/acme/widget/issues/12", id="an address of another host"),
        pytest.param("Fixes https://github.com/acme/widget/milestone/12", id="an address of no issue"),
        pytest.param("Fixes a/b/c#12", id="a path"),
        pytest.param("Fixes: `x` #12", id="around code"),
        pytest.param("Fixes `x`<!-- y --> #12", id="around code and a comment"),
        pytest.param("Fixes\n\n#12", id="over two paragraphs"),
    ],
)
def test_no_issue_is_closed(text):
    assert numbers(text) == []


DENIALS = [
    "does not fix #1",
    "doesn't close #1",
    "doesn\u2019t close #1",
    "doesnt fix #1",
    "This won't fix #1",
    "not fix: #1",
    "Not fixed: #1",
    "never closes #1",
    "no longer fixes #1",
    "no longer really fixes #1",
    "This does not yet fix #1",
    "does **not** fix #1",
    "This does NOT close #1",
    "cannot by itself resolve #1",
    "is not meant to fix #1",
    "is not yet able to properly fix #1",
    "fails to fix #1",
    "does not\nfix #1",
    "without fixed #1",
]
REVERTS = [
    'Revert "Speed up the table (fixes #1)"',
    "Revert \u201cSpeed up the table (fixes #1)\u201d",
    'Words.\nRevert "Speed up the table (fixes #1)"',
]


@pytest.mark.parametrize("text", DENIALS)
@pytest.mark.parametrize("where", ["body", "commit"])
def test_what_is_denied_is_not_closed(text, where):
    assert numbers(text, where) == []
    assert numbers(f"{text}, and fixes #2", where) == [2]


@pytest.mark.parametrize("text", REVERTS)
@pytest.mark.parametrize("where", ["body", "commit"])
def test_what_is_reverted_is_not_closed(text, where):
    assert numbers(text, where) == []
    assert numbers(f"{text}\n\nThis reverts commit 0123456 and fixes #2.", where) == [2]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Tests are not included, fixes #1", id="a denial in another clause"),
        pytest.param("It did not work. Fixes #1", id="a denial in another sentence"),
        pytest.param("Tests do not run here\nFixes #1", id="a denial on the line before"),
        pytest.param("tests: not yet\nfixes #1", id="a denial that ends its line"),
        pytest.param("does not crash and fixes #1", id="a denial of another verb"),
        pytest.param("not only fixes #1", id="not only"),
        pytest.param("not just fixes #1", id="not just"),
        pytest.param("knot fixes #1", id="a longer word"),
        pytest.param("Reverts the hack and fixes #1", id="a revert that fixes"),
        pytest.param(f"not {'x' * 90} fixes #1", id="a denial far away"),
        pytest.param("Fixes nothing, but fixes #1", id="fixes nothing"),
        pytest.param("not\n\nfix #1", id="a denial in another paragraph"),
    ],
)
def test_a_denial_of_something_else_denies_nothing(text):
    assert numbers(text) == [1]


def test_a_message_of_a_commit_is_no_markdown():
    assert numbers("Speed up\n\n    Fixes #1\n> Fixes #2\n\n`Closes #3`\n", "commit") == [1, 2, 3]


def test_other_repositories_keep_their_names():
    text = "Fixes Acme/Gadget#3, fixes https://github.com/acme/gadget.js/issues/4, fixes #3"
    assert closings(text, OWN, "body") == (
        Reference("Acme/Gadget", 3, "body"),
        Reference("acme/gadget.js", 4, "body"),
        Reference(OWN, 3, "body"),
    )


def test_an_own_host_has_its_own_addresses():
    text = "Fixes https://git.example.test/acme/widget/issues/1, fixes https://github.com/acme/widget/issues/2"
    assert [each.number for each in closings(text, OWN, "body", "git.example.test")] == [1]
    assert [each.number for each in closings(text, OWN, "body")] == [2]


def test_fifty_references_of_a_text_are_read():
    assert len(closings("".join(f"Fixes #{each}\n" for each in range(1, 99)), OWN, "body")) == MAX_REFERENCES


def test_an_issue_that_github_lists_and_the_text_names_is_fixed():
    known = issue(1, title="Crash", labels=("defect",))
    assert references(pull("Fixes #1", closing=[known])).fixed == (known,)
    assert references(pull("", commits=["Fixes #1"], closing=[known])).fixed == (known,)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("[Fixes #1](https://example.test)", id="in a link"),
        pytest.param("Closes [#1](https://github.com/acme/widget/issues/1)", id="with the number as a link"),
        pytest.param("> Fixes #1", id="in a quotation"),
        pytest.param("<p>Fixes #1</p>", id="in HTML"),
        pytest.param("Fixes <https://github.com/acme/widget/issues/1>", id="as an address between angles"),
        pytest.param("Fixes (#1)", id="with the number in brackets"),
        pytest.param("> Fixes #1\n\nThis does not fix #1", id="in a quotation that words deny"),
        pytest.param("- not fixed: #2\n- does not fix #1, though in the end it fixes #1", id="after a denial"),
    ],
)
def test_github_is_believed_where_the_text_can_be_read_so(body):
    made = references(pull(body, closing=[issue(1)]))
    assert [each.number for each in made.fixed] == [1]
    assert made.ignored == ()


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("Words.", id="gone"),
        pytest.param("See #1", id="only named"),
        pytest.param("<!-- Fixes #1 -->", id="in a comment"),
        pytest.param("Words <!-- Fixes\n#1 -->", id="in a comment over lines"),
        pytest.param("```\nFixes #1\n```", id="in a fence"),
        pytest.param("Fixes #12", id="another number"),
        pytest.param("Fixes other/widget#1", id="of another repository"),
    ],
)
def test_a_link_that_outlived_its_words_is_ignored(body):
    made = references(pull(body, closing=[issue(1)]))
    assert made.fixed == ()
    assert ("#1", UNSAID) in made.ignored


def test_a_link_by_hand_needs_no_words():
    linked = issue(1, is_manual=True)
    assert references(pull("Does not fix #1", closing=[linked])).fixed == (linked,)


@pytest.mark.parametrize(("body", "why"), [("", UNSAID), ("Does not fix #1", DENIED)])
def test_where_github_did_not_show_everything_a_link_needs_its_words_as_well(body, why):
    """The check then says that it cannot tell."""
    made = references(pull(body, closing=[issue(1)], is_partial=True))
    assert (made.fixed, made.ignored) == ((), (("#1", why),))


@pytest.mark.parametrize("text", DENIALS + REVERTS)
def test_what_github_lists_and_the_text_denies_is_ignored(text):
    made = references(pull(text, closing=[issue(1)]))
    assert (made.fixed, made.ignored, made.unread) == ((), (("#1", DENIED),), ())


def test_a_denial_counts_only_where_nothing_says_otherwise():
    made = references(pull("This does not fix #1", commits=["Fixes #1"], closing=[issue(1)]))
    assert [each.number for each in made.fixed] == [1]


def test_what_github_does_not_list_is_to_be_read():
    made = references(pull("Fixes #3, fixes #1", commits=["Closes #4", "Fixes #3"], closing=[issue(1)]))
    assert made.unread == (3, 4)
    read = references(pull("Fixes #3, fixes #1", commits=["Closes #4"], closing=[issue(1)]), (issue(3), issue(4)))
    assert [each.number for each in read.fixed] == [1, 3, 4]
    assert read.unread == ()


def test_towards_another_branch_the_text_alone_counts():
    assert references(pull("Fixes #3", base="release")).unread == (3,)
    assert references(pull("Fixes #3", base="release"), (issue(3),)).fixed == (issue(3),)


def test_the_title_does_not_count():
    assert references(pull("Words.")).unread == ()
    assert references(pull("Words.", closing=[issue(77)])).fixed == ()


def test_issues_of_other_repositories_are_ignored():
    made = references(
        pull("Fixes acme/gadget#3", closing=[issue(4, repository="acme/gear"), issue(5, repository="ACME/Widget")])
    )
    assert made.ignored == (("acme/gadget#3", FOREIGN), ("acme/gear#4", FOREIGN), ("#5", UNSAID))
    assert made.unread == ()


def test_a_number_of_another_repository_is_not_the_own_one():
    made = references(pull("Fixes #4", closing=[issue(4, repository="acme/gear")]))
    assert made.unread == (4,)
    assert made.ignored == (("acme/gear#4", FOREIGN),)


def test_a_repository_has_no_case():
    linked = issue(5, repository="ACME/Widget")
    assert references(pull("Fixes #5", closing=[linked])).fixed == (linked,)


@pytest.mark.parametrize("asked", [False, True], ids=["listed", "read later"])
def test_a_pull_request_is_no_issue(asked):
    other = issue(6, is_pull=True)
    made = references(pull("Fixes #6", closing=[] if asked else [other]), [other] if asked else [])
    assert (made.fixed, made.unread, made.ignored) == ((), (), (("#6", PULL),))


def test_a_pull_request_does_not_close_itself():
    made = references(pull("Fixes #90"))
    assert (made.unread, made.ignored) == ((), (("#90", ITSELF),))


def test_an_issue_that_was_closed_before_is_not_fixed_again():
    closed = issue(1, is_open=False)
    assert references(pull("Fixes #1", closing=[closed])).ignored == (("#1", CLOSED),)
    assert references(pull("Fixes #1", closing=[closed], is_merged=True)).fixed == (closed,)
    assert references(pull("Fixes #1"), (closed,)).ignored == (("#1", CLOSED),)


def test_an_issue_is_fixed_once():
    assert references(pull("Fixes #1", closing=[issue(1), issue(1)]), (issue(1),)).fixed == (issue(1),)


def test_a_server_of_ones_own_is_known_by_the_pull_request():
    made = references(
        pull("Fixes https://git.example.test/acme/widget/issues/1", url="https://git.example.test/acme/widget/pull/9")
    )
    assert made.unread == (1,)
    assert references(pull("Fixes https://github.com/acme/widget/issues/1", url="")).unread == (1,)


@pytest.mark.parametrize(
    "text",
    [
        "https://github.com/acme/widget/issues/12",
        "Regression test for <https://github.com/Acme/Widget/issues/12>.",
        "see http://www.github.com/acme/widget/pull/12#issuecomment-1",
        "acme/widget#12",
        "ACME/widget#12: crash",
        "#12",
        "(#12)",
        "Ticket #12",
        "issue 12",
        "Issue-12",
        "issues: #12",
        "ticket_12",
        "GH-12",
        "gh-12.",
        "crash, #12",
        "\ud800 #12",
        "https://example.test/ #12",
    ],
)
def test_an_issue_is_named(text):
    assert 12 in set(named(text, OWN))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12",
        "#123",
        "#12a",
        "#12_3",
        "#12.x",
        "#1.2",
        "issue 12.5",
        "tissue 12",
        "&#12;",
        "a#12",
        "é#12",
        "##12",
        "/#12",
        "other/widget#12",
        "evil-acme/widget#12",
        "x/acme/widget#12",
        "acme/widgets#12",
        "https://github.com/other/widget/issues/12",
        "https://github.com/acme/widget/issues/123",
        "https://github.com/acme/widget/issues/12a",
        "https://github.com/acme/widget-2/issues/12",
        "https://gitlab.example/acme/widget/issues/12",
        "https://example.test/?issue=#12",
        "https://example.test/acme/widget#12",
        "xgh-12",
        "bug 12",
        "issue\n12",
    ],
)
def test_an_issue_is_not_named(text):
    assert 12 not in set(named(text, OWN))


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("color: #123", False),
        ("background = #112233", False),
        ('"#123456"', False),
        ("'#123'", False),
        ("border-color:#123456;", False),
        ("color #12345", True),
        ("#123 keeps its colour", True),
        ("'see #123'", True),
        ("issue #123456", True),
    ],
)
def test_a_colour_is_no_issue(text, is_one):
    assert bool(list(named(text, OWN))) == is_one


def test_the_host_of_an_address_can_be_another():
    assert list(named("https://git.example.test/acme/widget/issues/12", OWN, "git.example.test")) == [12]
