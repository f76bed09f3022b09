"""Many issues at once, what they cost, and an organisation's own repository that may not be there."""

from datetime import datetime

import pytest

NODES = """nodes { id number title body state stateReason url createdAt updatedAt author { login }
  labels(first: 20) { nodes { name } } timelineItems(first: 20) { nodes { __typename } } }
  pageInfo { hasNextPage endCursor } totalCount"""


@pytest.fixture
def many(github, clock):
    """Make issues 1 to 130, a second apart, every third one closed, the first of all touched last."""
    made = []
    for number in range(130):
        made.append(github.open_issue("acme/widget", f"t{number + 1}", by="bob", labels=["bug"] if number % 2 else []))
        clock.pass_(seconds=1)
    for issue in made[::3]:
        github.close(issue, by="alice")
    clock.pass_(seconds=1)
    github.edit_issue(made[0], title="changed", by="bob")
    return made


async def listed(client, arguments):
    found = await client.of_repository(f"issues({arguments}) {{ nodes {{ number }} }}")
    return [each["number"] for each in found["issues"]["nodes"]]


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize(
    ("arguments", "numbers"),
    [
        ("first: 3", [1, 2, 3]),
        ("last: 2", [129, 130]),
        ("first: 3, orderBy: {field: CREATED_AT, direction: DESC}", [130, 129, 128]),
        ("first: 2, orderBy: {field: UPDATED_AT, direction: DESC}", [1, 130]),
        ("first: 3, orderBy: {field: UPDATED_AT, direction: ASC}", [2, 3, 5]),
        ("first: 3, states: CLOSED", [1, 4, 7]),
        ("first: 3, states: [OPEN]", [2, 3, 5]),
        ("first: 4, states: [OPEN, CLOSED]", [1, 2, 3, 4]),
        ('first: 3, labels: ["BUG"]', [2, 4, 6]),
        ('first: 3, filterBy: {states: CLOSED, since: "2026-08-17T09:02:11Z"}', [1]),
        ('first: 3, filterBy: {since: "2026-08-17T09:02:11Z"}, orderBy: {field: UPDATED_AT, direction: ASC}', [1]),
    ],
)
async def test_issues_come_in_the_order_and_choice_that_is_asked_for(client, arguments, numbers):
    assert await listed(client, arguments) == numbers


async def test_all_of_them_come_in_pages_of_a_hundred_each_once(client, many):
    asked = "first: 100, orderBy: {field: CREATED_AT, direction: DESC}"
    first = (await client.of_repository(f"issues({asked}) {{ {NODES} }}"))["issues"]
    after = first["pageInfo"]["endCursor"]
    rest = (await client.of_repository(f'issues({asked}, after: "{after}") {{ {NODES} }}'))["issues"]
    assert (len(first["nodes"]), first["totalCount"], rest["pageInfo"]["hasNextPage"]) == (100, 130, False)
    numbers = [each["number"] for each in (*first["nodes"], *rest["nodes"])]
    assert numbers == list(range(130, 0, -1))
    node = rest["nodes"][-1]
    assert (node["title"], node["state"], node["stateReason"], node["author"]) == (
        "changed",
        "CLOSED",
        "COMPLETED",
        {"login": "bob"},
    )
    assert (node["createdAt"], node["id"]) == ("2026-08-17T09:00:00Z", many[0].node_id)
    assert datetime.fromisoformat(node["updatedAt"]) == many[0].updated_at


@pytest.mark.parametrize(
    ("fields", "cost"),
    [
        ("nodes { number }", 1),
        ("nodes { labels(first: 20) { nodes { name } } }", 1),
        ("nodes { labels(first: 20) { nodes { name } } assignees(first: 10) { nodes { login } } }", 2),
        (
            """nodes { labels(first: 20) { nodes { name } } assignees(first: 10) { nodes { login } }
            timelineItems(first: 50) { nodes { __typename } } }""",
            3,
        ),
    ],
)
async def test_a_request_costs_by_the_lists_that_it_opens(client, github, fields, cost):
    used = github.limits.budget(github.installation.id, "graphql").used
    document = f"""query($size: Int!) {{ rateLimit {{ cost remaining resetAt limit }}
        repository(owner: "acme", name: "widget") {{ issues(first: $size) {{ {fields} }} }} }}"""
    found = (await client.query(document, size=100))["data"]["rateLimit"]
    assert found == {"cost": cost, "remaining": 5000 - used - cost, "resetAt": "2026-08-17T10:00:00Z", "limit": 5000}


async def test_a_request_for_more_than_half_a_million_nodes_is_refused(client):
    fields = "comments(first: 100) { nodes { reactions(first: 100) { nodes { content } } } }"
    answer = await client.query(
        f'{{ repository(owner: "a", name: "b") {{ issues(first: 100) {{ nodes {{ {fields} }} }} }} }}'
    )
    assert (answer["errors"][0]["type"], "data" in answer) == ("MAX_NODE_LIMIT_EXCEEDED", False)


async def test_a_repository_that_is_not_there_fails_alone_under_its_alias(client, github):
    github.open_issue("acme/widget", "Crash", by="bob")
    document = """{ own: repository(owner: "acme", name: "widget") { issue(number: 1) { title } }
        org: repository(owner: "acme", name: ".github") { object(expression: "HEAD:.github/burndown.yml") { oid } } }"""
    answer = await client.query(document)
    assert answer["data"] == {"own": {"issue": {"title": "Crash"}}, "org": None}
    assert [(each["type"], each["path"]) for each in answer["errors"]] == [("NOT_FOUND", ["org"])]
    github.add_repository("acme/.github")
    assert (await client.query(document))["data"]["org"] is None
    github.share(github.installation, "acme/.github", by="alice")
    assert await client.query(document) == {"data": {"own": {"issue": {"title": "Crash"}}, "org": {"object": None}}}
