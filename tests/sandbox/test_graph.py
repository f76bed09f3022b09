import pytest

from bot.sandbox import RefusedError


@pytest.fixture
def issue(github):
    github.commit_file("acme/widget", ".github/burndown.yml", "mode: enforce\n", by="alice")
    return github.open_issue("acme/widget", "Crash", "It stops.", by="bob", labels=["bug"])


async def test_the_snapshot_has_what_was_asked_for_and_no_more(client, github, issue):
    github.label(issue, "BUG", "defect: crash", by="carol")
    github.assign(issue, "carol", "mallory", by="alice")
    repository = (await client.issue())["data"]["repository"]
    found = repository["issue"]
    assert repository["config"]["text"] == "mode: enforce\n"
    assert "labels" not in repository
    assert "comments" not in found
    assert [label["name"] for label in found["labels"]["nodes"]] == ["bug", "defect: crash"]
    assert [person["login"] for person in found["assignees"]["nodes"]] == ["carol"]
    events = found["timelineItems"]["nodes"]
    assert [(event["__typename"], event["actor"]["login"]) for event in events] == [
        ("LabeledEvent", "bob"),
        ("LabeledEvent", "carol"),
        ("AssignedEvent", "alice"),
    ]
    assert events[2]["assignee"] == {"login": "carol"}
    more = (await client.issue(withLabels=True, withComments=True))["data"]["repository"]
    assert [label["name"] for label in more["labels"]["nodes"]] == ["bug", "defect: crash"]
    assert more["issue"]["comments"]["pageInfo"] == {"hasNextPage": False, "endCursor": None}


async def test_every_part_of_an_application_is_done_and_told_in_order(client, github, issue):
    bug = github.repository("acme/widget").labels["bug"]
    crash = github.create_label("acme/widget", "defect: crash", by="alice")
    carol, mallory = github.user("carol").node_id, github.user("mallory").node_id
    answer = await client.apply(
        issue.node_id,
        removeLabels=[bug.node_id],
        addLabels=[crash.node_id],
        addAssignees=[carol, mallory],
        comment="hello",
    )
    assert "errors" not in answer
    assert list(answer["data"]) == ["removeLabels", "addLabels", "addAssignees", "comment"]
    assert answer["data"]["addAssignees"]["assignable"]["assignees"]["nodes"] == [{"login": "carol"}]
    assert [(write.kind, write.value) for write in github.writes] == [
        ("labels removed", ("bug",)),
        ("labels added", ("defect: crash",)),
        ("assignees added", ("carol",)),
        ("comment added", ("hello",)),
    ]
    comment = (await client.issue(withComments=True))["data"]["repository"]["issue"]["comments"]["nodes"][0]
    assert comment["viewerDidAuthor"] is True
    await client.apply(issue.node_id, editComment="better", commentId=comment["id"], removeAssignees=[carol])
    assert (issue.comment_bodies, issue.assignee_logins) == (("better",), ())
    assert issue.timeline[-1].actor.login == "burndown[bot]"


async def test_a_failing_part_leaves_the_others_done(client, issue):
    answer = await client.apply(issue.node_id, addLabels=["LA_unknown"], comment="hello")
    assert answer["data"]["addLabels"] is None
    assert answer["data"]["comment"] is not None
    assert [(error["type"], error["path"]) for error in answer["errors"]] == [("NOT_FOUND", ["addLabels"])]
    answer = await client.apply(issue.node_id, comment="x" * 65_537)
    assert answer["errors"][0]["type"] == "UNPROCESSABLE"


async def test_what_is_already_so_is_no_write(client, github, issue):
    await client.apply(issue.node_id, addLabels=[github.repository("acme/widget").labels["bug"].node_id])
    assert github.writes == []
    assert github.calls[-1].is_write


async def test_a_missing_issue_is_null_with_its_path(client, github, issue):
    github.delete_issue(issue, by="alice")
    answer = await client.issue()
    assert answer["data"]["repository"]["issue"] is None
    assert answer["data"]["repository"]["nameWithOwner"] == "acme/widget"
    assert (answer["errors"][0]["type"], answer["errors"][0]["path"]) == ("NOT_FOUND", ["repository", "issue"])
    assert (await client.apply(issue.node_id, comment="late"))["errors"][0]["path"] == ["comment"]


async def test_history_pages_backwards_until_its_beginning(client, github, issue):
    for number in range(60):
        github.label(issue, f"l{number}", by="bob")
        github.unlabel(issue, f"l{number}", by="bob")
    seen, page = 0, (await client.issue())["data"]["repository"]["issue"]["timelineItems"]
    seen += len(page["nodes"])
    assert page["nodes"][-1]["label"]["name"] == "l59"
    while page["pageInfo"]["hasPreviousPage"]:
        before = page["pageInfo"]["startCursor"]
        page = (await client.graph("IssueHistory", issue=issue.node_id, historyBefore=before))["data"]["node"][
            "timelineItems"
        ]
        seen += len(page["nodes"])
    assert (seen, page["nodes"][0]["label"]["name"]) == (121, "bug")


async def test_comments_and_labels_page_forwards(client, github, issue):
    for number in range(150):
        github.comment(issue, f"c{number}", by="bob")
        github.create_label("acme/widget", f"l{number}", by="alice")
    first = (await client.issue(withLabels=True, withComments=True))["data"]["repository"]
    after = first["issue"]["comments"]["pageInfo"]["endCursor"]
    rest = (await client.graph("IssueComments", issue=issue.node_id, commentsAfter=after))["data"]["node"]["comments"]
    assert [rest["nodes"][0]["body"], rest["nodes"][-1]["body"]] == ["c100", "c149"]
    after = first["labels"]["pageInfo"]["endCursor"]
    answer = await client.graph("RepositoryLabels", owner="acme", name="widget", after=after)
    labels = answer["data"]["repository"]["labels"]
    assert (len(labels["nodes"]), labels["pageInfo"]["hasNextPage"]) == (51, False)


async def test_issues_since_a_moment_come_in_the_order_of_change(client, github, clock):
    issues = [github.open_issue("acme/widget", f"t{number}", by="bob") for number in range(130)]
    clock.pass_(minutes=5)
    github.edit_issue(issues[3], title="changed", by="bob")
    asked = {"owner": "acme", "name": "widget", "since": "2026-08-17T09:00:00Z"}
    first = (await client.graph("IssuesSince", **asked, after=None))["data"]["repository"]["issues"]
    assert (len(first["nodes"]), first["pageInfo"]["hasNextPage"]) == (100, True)
    rest = await client.graph("IssuesSince", **asked, after=first["pageInfo"]["endCursor"])
    nodes = rest["data"]["repository"]["issues"]["nodes"]
    assert (len(nodes), nodes[-1]) == (30, {"number": 4, "updatedAt": "2026-08-17T09:05:00Z"})
    asked["since"] = "2026-08-17T09:01:00Z"
    assert len((await client.graph("IssuesSince", **asked, after=None))["data"]["repository"]["issues"]["nodes"]) == 1


async def test_people_are_found_by_login_bots_and_strangers_are_not(client):
    assert (await client.graph("UserId", login="Alice"))["data"]["user"]["login"] == "alice"
    for login in ("nobody", "burndown[bot]"):
        answer = await client.graph("UserId", login=login)
        assert (answer["data"], answer["errors"][0]["type"]) == ({"user": None}, "NOT_FOUND")


async def test_authors_have_types_and_a_deleted_account_is_null(client, github):
    github.add_user("stale[bot]", "Bot")
    issue = github.open_issue("acme/widget", "Old", by="stale[bot]")
    assert (await client.issue())["data"]["repository"]["issue"]["author"] == {"__typename": "Bot", "login": "stale"}
    github.comment(issue, "bye", by="mallory")
    github.delete_account("stale[bot]")
    assert (await client.issue())["data"]["repository"]["issue"]["author"] is None


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"operationName": "IssueSnapshot"}, "A query attribute"),
        ({"query": "query A { viewer { login } }", "operationName": "B"}, "No operation named"),
        ({"query": "query A { nonsense }"}, "Field 'nonsense' doesn't exist"),
        ({"query": "query A { repository(owner: 'a') { id } }"}, "Parse error"),
        ({"query": "query A($login: String!) { user(login: $login) { id } }"}, "Variable $login of type String!"),
        ({"query": "mutation A { addComment(input: {}) { nope } removeAll { id } }"}, "Field 'removeAll'"),
    ],
)
async def test_a_document_that_github_would_refuse_is_refused(client, body, message):
    status, answer, _ = await client.ask("POST", "/graphql", json=body)
    assert status == 200
    assert answer["errors"][0]["message"].startswith(message)
    assert "data" not in answer


async def test_a_locked_issue_is_closed_to_outsiders_and_open_to_the_app(client, github, issue):
    github.lock(issue, by="alice")
    with pytest.raises(RefusedError):
        github.comment(issue, "me too", by="mallory")
    github.comment(issue, "noted", by="bob")
    assert "errors" not in await client.apply(issue.node_id, comment="classified")


async def test_an_archived_repository_refuses_each_part(client, github, issue):
    github.archive("acme/widget")
    answer = await client.apply(issue.node_id, comment="late")
    assert (answer["data"], answer["errors"][0]["type"]) == ({"comment": None}, "FORBIDDEN")
