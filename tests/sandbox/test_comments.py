"""Comments as nodes, in webhooks, and the reactions to them."""

import pytest

REACT = """mutation($subject: ID!, $content: ReactionContent!) {
  addReaction(input: {subjectId: $subject, content: $content}) {
    reaction { content user { login } } subject { id } reactionGroups { content viewerHasReacted }
  }
}"""
GROUPS = (
    "reactionGroups { content viewerHasReacted reactors(first: 10) { totalCount nodes { ... on Actor { login } } } }"
)


@pytest.fixture
def issue(github):
    return github.open_issue("acme/widget", "Crash", "It stops.", by="mallory")


async def test_a_comment_tells_who_wrote_it_when_and_where(client, github, clock, issue):
    comment = github.comment(issue, "/burndown why", by="bob")
    clock.pass_(minutes=1)
    github.edit_comment(comment, "/burndown help", by="alice")
    fields = """id databaseId body author { login __typename } authorAssociation viewerDidAuthor issue { number }
        createdAt lastEditedAt editor { login } updatedAt url"""
    answer = await client.query(f'{{ node(id: "{comment.node_id}") {{ ... on IssueComment {{ {fields} }} }} }}')
    assert answer == {
        "data": {
            "node": {
                "id": comment.node_id,
                "databaseId": comment.id,
                "body": "/burndown help",
                "author": {"login": "bob", "__typename": "User"},
                "authorAssociation": "MEMBER",
                "viewerDidAuthor": False,
                "issue": {"number": 1},
                "createdAt": "2026-08-17T09:00:00Z",
                "lastEditedAt": "2026-08-17T09:01:00Z",
                "editor": {"login": "alice"},
                "updatedAt": "2026-08-17T09:01:00Z",
                "url": f"https://github.com/acme/widget/issues/1#issuecomment-{comment.id}",
            }
        }
    }


async def test_a_comment_never_edited_has_no_time_of_it(client, github, issue):
    comment = github.comment(issue, "hm", by="bob")
    answer = await client.query(f'{{ node(id: "{comment.node_id}") {{ ... on IssueComment {{ lastEditedAt }} }} }}')
    assert answer["data"]["node"] == {"lastEditedAt": None}


async def test_each_author_has_a_place_in_the_repository(client, github, issue):
    github.add_repository("solo/tool", alice="write")
    github.push("acme/widget", {"a": "1"}, by="mallory")
    for login in ("mallory", "alice", "solo"):
        github.comment(issue, "me too", by=login)
    found = await client.of_repository(
        """issue(number: 1) { authorAssociation
        comments(first: 10) { nodes { author { login } authorAssociation createdAt } } }"""
    )
    places = {each["author"]["login"]: each["authorAssociation"] for each in found["issue"]["comments"]["nodes"]}
    assert places == {"mallory": "CONTRIBUTOR", "alice": "MEMBER", "solo": "NONE"}
    assert found["issue"]["authorAssociation"] == "CONTRIBUTOR"


async def test_a_comment_is_told_when_written_edited_and_deleted(github, heard, issue):
    comment = github.comment(issue, "/burndown why", by="mallory")
    github.edit_comment(comment, "/burndown class crash", by="bob")
    github.delete_comment(comment, by="mallory")
    created, edited, deleted = await heard("issue_comment")
    assert [each["action"] for each in (created, edited, deleted)] == ["created", "edited", "deleted"]
    told = created["comment"]
    assert (told["id"], told["node_id"], told["body"]) == (comment.id, comment.node_id, "/burndown why")
    assert (told["user"]["login"], told["author_association"], created["issue"]["number"]) == ("mallory", "NONE", 1)
    assert edited["changes"] == {"body": {"from": "/burndown why"}}
    assert (edited["sender"]["login"], edited["comment"]["user"]["login"]) == ("bob", "mallory")
    assert deleted["comment"]["body"] == "/burndown class crash"


async def test_the_app_deletes_its_own_comments_and_no_others(client, github, issue):
    mutation = 'mutation($id: ID!) { deleteIssueComment(input: {id: $id, clientMutationId: "x"}) { clientMutationId } }'
    theirs, ours = github.comment(issue, "keep", by="bob"), github.comment(issue, "drop", by="burndown[bot]")
    answer = await client.query(mutation, id=theirs.node_id)
    assert answer["errors"][0]["type"] == "FORBIDDEN"
    assert (await client.query(mutation, id=ours.node_id)) == {
        "data": {"deleteIssueComment": {"clientMutationId": "x"}}
    }
    assert issue.comment_bodies == ("keep",)
    assert [write.kind for write in github.writes] == ["comment added", "comment deleted"]
    assert (await client.query(mutation, id=ours.node_id))["errors"][0]["type"] == "NOT_FOUND"


async def test_a_reaction_is_put_once_however_often_it_is_asked_for(client, github, issue):
    comment = github.comment(issue, "/burndown why", by="bob")
    github.react(comment, "EYES", by="bob")
    for _ in range(2):
        answer = await client.query(REACT, subject=comment.node_id, content="EYES")
        assert answer["data"]["addReaction"]["subject"] == {"id": comment.node_id}
        # the type is User in GitHub's schema, and a bot is none
        assert answer["data"]["addReaction"]["reaction"] == {"content": "EYES", "user": None}
    await client.query(REACT, subject=comment.node_id, content="THUMBS_UP")
    assert [(write.kind, write.number, write.value) for write in github.writes] == [
        ("reaction added", 1, ("EYES",)),
        ("reaction added", 1, ("THUMBS_UP",)),
    ]
    fields = f"eyes: reactions(first: 5, content: EYES) {{ totalCount nodes {{ user {{ login }} }} }} {GROUPS}"
    found = await client.query(f'{{ node(id: "{comment.node_id}") {{ ... on IssueComment {{ {fields} }} }} }}')
    assert found["data"]["node"]["eyes"] == {"totalCount": 2, "nodes": [{"user": {"login": "bob"}}, {"user": None}]}
    groups = {each["content"]: each for each in found["data"]["node"]["reactionGroups"]}
    assert len(groups) == 8
    assert [name for name, group in groups.items() if group["viewerHasReacted"]] == ["THUMBS_UP", "EYES"]
    assert groups["EYES"]["reactors"]["nodes"] == [{"login": "burndown"}, {"login": "bob"}]


async def test_an_issue_can_be_reacted_to_and_a_label_cannot(client, github, issue):
    assert "errors" not in await client.query(REACT, subject=issue.node_id, content="CONFUSED")
    label = github.create_label("acme/widget", "bug", by="alice")
    assert (await client.query(REACT, subject=label.node_id, content="EYES"))["errors"][0]["type"] == "NOT_FOUND"
    assert (await client.query(REACT, subject=issue.node_id, content="SHRUG"))["errors"][0]["type"] == "UNPROCESSABLE"


async def test_a_reaction_by_rest_is_201_then_200(client, github, issue):
    comment = github.comment(issue, "/burndown why", by="bob")
    path = f"/repos/acme/widget/issues/comments/{comment.id}"
    for status in (201, 200):
        got, body, _ = await client.ask("POST", f"{path}/reactions", json={"content": "+1"})
        assert (got, body["content"], body["user"]["login"]) == (status, "+1", "burndown[bot]")
    assert (await client.ask("POST", f"{path}/reactions", json={"content": "THUMBS_UP"}))[0] == 422
    assert (await client.ask("POST", "/repos/acme/widget/issues/comments/1/reactions", json={"content": "+1"}))[
        0
    ] == 404
    assert (await client.ask("POST", "/repos/acme/widget/issues/1/reactions", json={"content": "eyes"}))[0] == 201
    counts = (await client.ask("GET", path))[1]["reactions"]
    assert (counts["+1"], counts["eyes"], counts["total_count"]) == (1, 0, 1)
    assert [each["content"] for each in (await client.ask("GET", f"{path}/reactions"))[1]] == ["+1"]


async def test_reactions_need_the_permission_to_write_and_make_no_webhook(client, github, heard, issue):
    comment = github.comment(issue, "hm", by="bob")
    await heard("issue_comment")
    github.react(comment, "HEART", by="alice")
    assert [each["action"] for each in await heard("issue_comment")] == ["created"]
    client.token = (await client.mint(permissions={"issues": "read"}))[1]["token"]
    answer = await client.query(REACT, subject=comment.node_id, content="EYES")
    assert answer["errors"][0]["type"] == "FORBIDDEN"
    path = f"/repos/acme/widget/issues/comments/{comment.id}/reactions"
    assert (await client.ask("POST", path, json={"content": "eyes"}))[0] == 403


@pytest.fixture
def pull(github):
    github.push("acme/widget", {"a": "1"}, by="alice")
    return github.open_pull("acme/widget", "Fix", by="bob", files={"a": "2"})


async def test_a_comment_on_a_pull_request_is_one_on_its_issue_too(client, github, heard, pull):
    comment = github.comment(pull, "/burndown waive untestable", by="bob")
    github.edit_comment(comment, "/burndown test a::b", by="bob")
    github.close_pull(pull, by="bob")
    assert (await client.evidence("AskedComment", id=comment.node_id))["node"] == {
        "body": "/burndown test a::b",
        "issue": {"__typename": "Issue", "number": 1, "title": "Fix", "state": "CLOSED"},
        "pullRequest": {"__typename": "PullRequest", "number": 1, "headRefOid": pull.head.sha},
        "author": {"login": "bob"},
    }
    told = await heard("issue_comment")
    assert [(each["action"], each["comment"]["node_id"]) for each in told] == [
        ("created", comment.node_id),
        ("edited", comment.node_id),
    ]
    assert told[0]["issue"]["pull_request"]["url"].endswith("/repos/acme/widget/pulls/1")
    assert (told[0]["issue"]["number"], told[0]["sender"]["login"]) == (1, "bob")


async def test_a_comment_on_an_issue_has_no_pull_request(client, github, issue):
    comment = github.comment(issue, "hm", by="bob")
    found = (await client.evidence("AskedComment", id=comment.node_id))["node"]
    assert (found["pullRequest"], found["issue"]["__typename"]) == (None, "Issue")


@pytest.mark.parametrize("has_issues", [True, False])
async def test_every_write_to_an_issue_is_one_to_a_pull_request(client, github, heard, pull, has_issues):
    github.label(pull, "bug", "stale", by="carol")
    home, comment = github.repository("acme/widget"), github.comment(pull, "hm", by="carol")
    github.create_label("acme/widget", "waived", by="alice")
    home.has_issues = has_issues
    ids = {name: [home.labels[label].node_id] for name, label in (("add", "waived"), ("remove", "stale"))}
    found = await client.evidence("OnPull", pull=pull.node_id, comment=comment.node_id, **ids)
    assert found["addLabels"]["labelable"]["__typename"] == "PullRequest"
    assert [each["name"] for each in found["removeLabels"]["labelable"]["labels"]["nodes"]] == ["bug", "waived"]
    assert (found["react"]["reaction"], found["reactToPull"]["subject"]) == ({"content": "EYES"}, {"id": pull.node_id})
    own = found["comment"]["commentEdge"]["node"]["id"]
    edited = await client.evidence("EditComment", id=own, body="better")
    there = {"issue": {"number": 1}, "pullRequest": {"number": 1}}
    assert edited["updateIssueComment"]["issueComment"] == {"body": "better", **there}
    assert [(write.kind, write.number) for write in github.writes] == [
        ("labels added", 1),
        ("labels removed", 1),
        ("comment added", 1),
        ("reaction added", 1),
        ("reaction added", 1),
        ("comment edited", 1),
    ]
    told = [each for each in await heard("pull_request") if each["sender"]["login"] == "burndown[bot]"]
    assert [(each["action"], each["label"]["name"]) for each in told] == [("labeled", "waived"), ("unlabeled", "stale")]
    assert [each["name"] for each in told[-1]["pull_request"]["labels"]] == ["bug", "waived"]
