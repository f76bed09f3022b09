"""Which issues a pull request closes: what GitHub shows before, and what merging does."""

import pytest

from bot.sandbox import RefusedError


@pytest.fixture
def issues(github):
    """Issues 1 to 3 of acme/widget, and 1 of acme/gadget."""
    github.push("acme/widget", {"a": "1"}, by="alice")
    github.add_repository("acme/gadget")
    github.open_issue("acme/gadget", "Elsewhere", by="bob")
    return [github.open_issue("acme/widget", f"Crash {number}", "It stops.", by="bob") for number in (1, 2, 3)]


@pytest.fixture
def offer(github, issues):
    def offered(body: str = "", **more):
        assert issues
        return github.open_pull("acme/widget", "Fix", body, by="bob", files={"a": "2"}, **more)

    return offered


async def shown(client, number=4, **more):
    found = (await client.pull(number, **more))["closingIssuesReferences"]["nodes"]
    return [each["number"] for each in found]


@pytest.mark.parametrize(
    ("body", "numbers"),
    [
        ("Closes #1", [1]),
        ("fix #1, FIXES: #2 and resolved #3", [1, 2, 3]),
        ("Closed acme/widget#2", [2]),
        ("closes https://github.com/acme/widget/issues/3", [3]),
        ("Resolve GH-1", [1]),
        ("Closes #1, #2", [1]),
        ("This does not fix #1", [1]),
        ("#1 is fixed", []),
        ("prefixes #1", []),
        ("Closes#1", []),
        ("Closes #9", []),
        ("Closes #4, itself", []),
        ("Fixes `#1` and `fixes #2`", []),
        ("```\nfixes #1\n```\n\nfixes #2", [2]),
        ("<!-- fixes #1 -->", []),
        ("Refs #1", []),
    ],
)
async def test_a_keyword_and_a_number_in_the_description_is_a_link(client, offer, body, numbers):
    offer(body)
    assert await shown(client) == numbers


async def test_a_link_shows_the_issue_as_far_as_a_check_needs_it(client, github, offer):
    github.label(github.issue("acme/widget", 2), "bug", by="alice")
    offer("Fixes #2")
    assert (await client.pull(4))["closingIssuesReferences"]["nodes"] == [
        {
            "number": 2,
            "title": "Crash 2",
            "body": "It stops.",
            "state": "OPEN",
            "labels": {"nodes": [{"name": "bug"}]},
            "repository": {"nameWithOwner": "acme/widget"},
        }
    ]


async def test_an_issue_elsewhere_is_shown_to_those_who_see_it(client, github, offer):
    offer("Fixes acme/gadget#1 and fixes #2")
    assert await shown(client) == [2]
    github.share(github.installation, "acme/gadget", by="alice")
    found = (await client.pull(4))["closingIssuesReferences"]["nodes"]
    names = [f"{each['repository']['nameWithOwner']}#{each['number']}" for each in found]
    assert names == ["acme/gadget#1", "acme/widget#2"]


async def test_keywords_hold_for_the_default_branch_alone_and_manual_links_for_all(client, github, issues, offer):
    github.push("acme/widget", {"b": "1"}, by="alice", branch="release")
    pull = offer("Fixes #1", base="release")
    github.link_issue(pull, issues[1])
    assert await shown(client) == [2]
    github.edit_pull(pull, base="main", by="bob")
    assert await shown(client) == [1, 2]
    assert await shown(client, manual=True) == [2]


async def test_a_commit_closes_without_being_shown(client, github, issues, offer):
    pull = offer(message="Fix\n\nFixes #3")
    assert await shown(client) == []
    github.merge_pull(pull, by="alice")
    assert [each.state for each in issues] == ["open", "open", "closed"]


async def test_nobody_is_told_of_a_manual_link_and_ten_are_enough(client, github, heard, offer):
    pull = offer()
    more = [github.open_issue("acme/widget", f"t{number}", by="bob") for number in range(11)]
    before = len(await heard("pull_request"))
    for issue in more[:10]:
        github.link_issue(pull, issue)
    with pytest.raises(RefusedError):
        github.link_issue(pull, more[10])
    github.unlink_issue(pull, more[0])
    github.link_issue(pull, more[10])
    assert await shown(client) == [each.number for each in more[1:]]
    assert len(await heard("pull_request")) == before


@pytest.mark.parametrize("is_sticky", [False, True])
async def test_a_link_that_was_taken_away_may_be_shown_for_longer(client, github, issues, offer, is_sticky):
    github.sticky_links = is_sticky
    pull = offer("Fixes #1")
    github.link_issue(pull, issues[1])
    github.unlink_issue(pull, issues[1])
    github.edit_pull(pull, body="Fixes #3", by="bob")
    assert await shown(client) == ([1, 2, 3] if is_sticky else [3])
    assert await shown(client, manual=True) == ([2] if is_sticky else [])
    github.sticky_links = False
    assert await shown(client) == [3]


async def test_merging_closes_what_is_open_and_linked(client, github, heard, issues, offer):
    pull = offer("Fixes #1 and fixes #2")
    github.close(issues[1], by="bob", reason="not_planned")
    github.link_issue(pull, issues[2])
    github.merge_pull(pull, by="alice")
    assert [each.state_reason for each in issues] == ["completed", "not_planned", "completed"]
    told = [(each["issue"]["number"], each["sender"]["login"]) for each in await heard("issues")][-2:]
    assert told == [(1, "alice"), (3, "alice")]
    assert await shown(client) == [1, 2, 3]


async def test_merging_elsewhere_than_into_the_default_branch_closes_nothing(github, issues, offer):
    github.push("acme/widget", {"b": "1"}, by="alice", branch="release")
    pull = offer("Fixes #1", base="release")
    github.link_issue(pull, issues[1])
    github.merge_pull(pull, by="alice")
    assert {each.state for each in issues} == {"open"}


async def test_an_issue_that_was_deleted_is_linked_no_more(client, github, issues, offer):
    pull = offer("Fixes #1")
    github.link_issue(pull, issues[1])
    github.delete_issue(issues[0], by="alice")
    github.delete_issue(issues[1], by="alice")
    assert await shown(client) == []
