"""How a pull request gets in: drafts, branches that require checks, and the merge queue."""

import pytest

from bot.sandbox import RefusedError

NAME = "burndown / regression-test"
CREATE = """mutation($input: CreateCheckRunInput!) { createCheckRun(input: $input) { checkRun { databaseId } } }"""


@pytest.fixture
def base(github):
    return github.push("acme/widget", {"a": "1\n", "b": "1\n"}, by="alice")


@pytest.fixture
def pull(github, base):
    assert base.sha == github.repository("acme/widget").head
    return github.open_pull("acme/widget", "Fix", by="bob", files={"a": "2\n"})


@pytest.fixture
def conclude(client, github):
    """Lets the App say something of a commit."""

    async def said(sha: str, conclusion: str | None, name: str = NAME):
        repository = github.repository("acme/widget").node_id
        given = {"repositoryId": repository, "headSha": sha, "name": name}
        given |= {"status": "IN_PROGRESS"} if conclusion is None else {"conclusion": conclusion}
        assert "errors" not in await client.query(CREATE, input=given)

    return said


def refusal(github, pull) -> str:
    with pytest.raises(RefusedError) as refused:
        github.merge_pull(pull, by="alice")
    assert refused.value.status == 405
    return refused.value.message


@pytest.mark.parametrize("conclusion", ["SUCCESS", "NEUTRAL", "SKIPPED"])
async def test_a_protected_branch_takes_what_has_passed(github, pull, conclude, conclusion):
    github.protect("acme/widget", "main", checks=[NAME])
    await conclude(pull.head.sha, conclusion)
    github.merge_pull(pull, by="alice")
    assert github.repository("acme/widget").files["a"] == b"2\n"


@pytest.mark.parametrize("conclusion", ["FAILURE", "ACTION_REQUIRED", "CANCELLED", "TIMED_OUT"])
async def test_a_protected_branch_refuses_what_has_not_passed(github, pull, conclude, conclusion):
    github.protect("acme/widget", "main", checks=[NAME])
    await conclude(pull.head.sha, conclusion)
    assert refusal(github, pull) == f'Required status check "{NAME}" is failing.'
    assert github.repository("acme/widget").files["a"] == b"1\n"


async def test_only_the_newest_check_of_the_newest_commit_counts(github, pull, conclude):
    github.protect("acme/widget", "main", checks=[NAME])
    expected = f'Required status check "{NAME}" is expected.'
    assert refusal(github, pull) == expected
    await conclude(pull.head.sha, "SUCCESS")
    await conclude(pull.head.sha, "SUCCESS", name="another")
    await conclude(pull.head.sha, None)
    assert refusal(github, pull) == expected
    await conclude(pull.head.sha, "SUCCESS")
    github.push_to_pull(pull, {"a": "3\n"}, by="bob")
    assert refusal(github, pull) == expected
    await conclude(pull.head.sha, "FAILURE")
    await conclude(pull.head.sha, "SUCCESS")
    github.merge_pull(pull, by="alice")


async def test_another_branch_requires_nothing_and_a_protection_can_be_lifted(github, pull):
    github.push("acme/widget", {"c": "1"}, by="alice", branch="release")
    github.protect("acme/widget", "main", checks=[NAME])
    github.merge_pull(github.open_pull("acme/widget", "Fix", by="bob", files={"c": "2"}, base="release"), by="alice")
    github.protect("acme/widget", "main", checks=[])
    github.merge_pull(pull, by="alice")


async def test_a_draft_is_told_as_one_and_waits_until_it_is_ready(client, github, heard, base):
    pull = github.open_pull("acme/widget", "Fix", by="bob", files={"a": "2\n"}, is_draft=True)
    assert pull.base_sha == base.sha
    assert refusal(github, pull) == "Pull Request is still a draft"
    assert (await client.pull())["isDraft"] is True
    github.mark_ready(pull)
    github.mark_ready(pull)
    github.convert_to_draft(pull, by="alice")
    github.mark_ready(pull, by="carol")
    told = await heard("pull_request")
    assert [(each["action"], each["sender"]["login"], each["pull_request"]["draft"]) for each in told] == [
        ("opened", "bob", True),
        ("ready_for_review", "bob", False),
        ("converted_to_draft", "alice", True),
        ("ready_for_review", "carol", False),
    ]
    assert (await client.pull())["isDraft"] is False


async def test_a_merged_pull_request_names_the_commit_and_its_title(github, heard, pull):
    made = github.merge_pull(pull, by="alice")
    assert made.message == "Fix (#1)"
    closed = (await heard("pull_request"))[-1]
    assert (closed["action"], closed["pull_request"]["merged"]) == ("closed", True)


async def test_a_queued_pull_request_is_tested_as_the_base_would_be(client, github, heard, base, pull):
    newer = github.push("acme/widget", {"b": "2\n"}, by="alice")
    group = github.queue(pull, by="alice")
    ref = f"gh-readonly-queue/main/pr-1-{newer.sha}"
    (told,) = await heard("merge_group")
    assert (told["action"], told["sender"]["login"]) == ("checks_requested", "alice")
    assert told["repository"]["full_name"] == "acme/widget"
    assert {name: told["merge_group"][name] for name in ("head_sha", "head_ref", "base_sha", "base_ref")} == {
        "head_sha": group.commit.sha,
        "head_ref": f"refs/heads/{ref}",
        "base_sha": newer.sha,
        "base_ref": "refs/heads/main",
    }
    assert told["merge_group"]["head_commit"]["id"] == group.commit.sha
    assert group.commit.files == {"a": b"2\n", "b": b"2\n"}
    assert group.commit.parent is newer
    assert newer.parent is base
    assert (await client.pull(head=f"{ref}:a"))["text"]["text"] == "2\n"
    assert (await client.pull())["isInMergeQueue"] is True


async def test_the_queue_waits_for_the_check_of_its_own_commit(client, github, heard, pull, conclude):
    github.protect("acme/widget", "main", checks=[NAME])
    await conclude(pull.head.sha, "SUCCESS")
    group = github.queue(pull, by="alice")
    assert refusal(github, pull) == f'Required status check "{NAME}" is expected.'
    await conclude(group.commit.sha, "SUCCESS")
    assert github.merge_pull(pull, by="alice") is group.commit
    home = github.repository("acme/widget")
    assert (home.head, group.branch in home.branches) == (group.commit.sha, False)
    told = (await heard("merge_group"))[-1]
    assert (told["action"], told["reason"]) == ("destroyed", "merged")
    found = await client.pull()
    assert (found["state"], found["merged"], found["isInMergeQueue"]) == ("MERGED", True, False)


async def test_whatever_waits_behind_is_made_anew_when_one_leaves(github, heard, pull):
    other = github.open_pull("acme/widget", "Other", by="carol", files={"b": "3\n"})
    first, second = github.queue(pull, by="alice"), github.queue(other, by="alice")
    assert second.base is first.commit
    assert refusal(github, other) == "The merge group is not the first of its queue"
    github.dequeue(pull, by="alice")
    groups = await heard("merge_group")
    told = [(each["action"], each.get("reason"), each["merge_group"]["head_sha"]) for each in groups]
    assert told[:4] == [
        ("checks_requested", None, first.commit.sha),
        ("checks_requested", None, second.commit.sha),
        ("destroyed", "dequeued", first.commit.sha),
        ("destroyed", "invalidated", second.commit.sha),
    ]
    assert told[4][0] == "checks_requested"
    made = github.merge_pull(other, by="alice")
    assert made.sha == told[4][2]
    assert made.files == {"a": b"1\n", "b": b"3\n"}


async def test_the_queue_moves_up_when_its_first_is_merged(github, pull):
    other = github.open_pull("acme/widget", "Other", by="carol", files={"b": "3\n"})
    github.queue(pull, by="alice")
    second = github.queue(other, by="alice")
    github.merge_pull(pull, by="alice")
    assert github.merge_pull(other, by="alice") is second.commit
    assert github.repository("acme/widget").files == {"a": b"2\n", "b": b"3\n"}


@pytest.mark.parametrize("what", ["push", "close", "retarget"])
async def test_what_changes_a_pull_request_takes_it_out_of_the_queue(github, heard, pull, what):
    github.push("acme/widget", {"c": "1"}, by="alice", branch="release")
    github.queue(pull, by="alice")
    if what == "push":
        github.push_to_pull(pull, {"a": "3\n"}, by="bob")
    elif what == "close":
        github.close_pull(pull, by="bob")
    else:
        github.edit_pull(pull, base="release", by="bob")
    assert [each["action"] for each in await heard("merge_group")] == ["checks_requested", "destroyed"]
    actions = [each["action"] for each in await heard("pull_request")]
    assert {"enqueued", "dequeued"} < set(actions)
    github.dequeue(pull, by="bob")
    assert len(await heard("merge_group")) == 2


async def test_only_who_may_see_queues_is_told_of_them(github, heard, pull):
    granted = {name: level for name, level in github.installation.permissions.items() if name != "merge_queues"}
    github.grant(github.installation, granted, by="alice")
    github.queue(pull, by="alice")
    assert await heard("merge_group") == []


async def test_what_cannot_be_merged_cannot_be_queued(github, pull):
    github.queue(pull, by="alice")
    with pytest.raises(RefusedError):
        github.queue(pull, by="alice")
    github.dequeue(pull)
    github.convert_to_draft(pull)
    with pytest.raises(RefusedError):
        github.queue(pull, by="alice")
