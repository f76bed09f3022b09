"""Who may do what in a repository, and who is in a team."""

import pytest

TEAM = '{ organization(login: "%s") { team(slug: "%s") { slug members(first: 10) { totalCount nodes { login } } } } }'


@pytest.mark.parametrize(
    ("role", "permission", "role_name"),
    [
        ("admin", "admin", "admin"),
        ("maintain", "write", "maintain"),
        ("write", "write", "write"),
        ("triage", "read", "triage"),
        ("read", "read", "read"),
        ("none", "read", "read"),
    ],
)
async def test_a_role_has_its_own_name_and_an_old_permission(client, github, role, permission, role_name):
    github.set_role("acme/widget", "bob", role)
    status, body, _ = await client.ask("GET", "/repos/acme/widget/collaborators/BOB/permission")
    assert (status, body["permission"], body["role_name"]) == (200, permission, role_name)
    assert (body["user"]["login"], body["user"]["role_name"]) == ("bob", role_name)
    assert body["user"]["permissions"]["push"] is (permission in {"write", "admin"})


async def test_a_stranger_reads_what_is_public_and_nothing_private(client, github):
    github.add_repository("acme/secret", is_private=True, carol="read")
    github.share(github.installation, "acme/secret", by="alice")

    async def of(repo: str, login: str) -> str:
        return (await client.ask("GET", f"/repos/acme/{repo}/collaborators/{login}/permission"))[1]["permission"]

    assert [await of("widget", "mallory"), await of("secret", "mallory"), await of("secret", "carol")] == [
        "read",
        "none",
        "read",
    ]


async def test_a_login_that_nobody_has_is_no_user(client, github):
    github.delete_account("carol")
    for login in ("nobody", "carol"):
        status, body, _ = await client.ask("GET", f"/repos/acme/widget/collaborators/{login}/permission")
        assert (status, body["message"]) == (404, f"{login} is not a user")


async def test_the_members_of_a_team_are_told_to_whom_they_may_be(client, github):
    github.set_team("acme", "core", "alice", "bob")
    path = "/orgs/acme/teams/core/members"
    status, body, _ = await client.ask("GET", path)
    assert (status, body["message"]) == (403, "Resource not accessible by integration")
    answer = await client.query(TEAM % ("acme", "core"))
    assert answer["data"] == {"organization": {"team": None}}
    assert (answer["errors"][0]["type"], answer["errors"][0]["path"]) == ("FORBIDDEN", ["organization", "team"])
    github.grant(github.installation, github.installation.permissions | {"members": "read"}, by="alice")
    client.token = (await client.mint())[1]["token"]
    assert [each["login"] for each in (await client.ask("GET", path))[1]] == ["alice", "bob"]
    assert (await client.query(TEAM % ("acme", "CORE")))["data"]["organization"]["team"] == {
        "slug": "core",
        "members": {"totalCount": 2, "nodes": [{"login": "alice"}, {"login": "bob"}]},
    }
    github.set_team("acme", "core", "carol")
    assert [each["login"] for each in (await client.ask("GET", path))[1]] == ["carol"]


async def test_an_unknown_team_is_404_by_rest_and_null_by_graphql(client, github):
    github.add_repository("other/thing")
    github.set_team("other", "core", "alice")
    github.grant(github.installation, github.installation.permissions | {"members": "read"}, by="alice")
    client.token = (await client.mint())[1]["token"]
    for path in ("/orgs/acme/teams/none/members", "/orgs/none/teams/core/members", "/orgs/other/teams/core/members"):
        assert (await client.ask("GET", path))[0] == 404
    assert (await client.query(TEAM % ("acme", "none"))) == {"data": {"organization": {"team": None}}}
    assert (await client.query(TEAM % ("other", "core"))) == {"data": {"organization": {"team": None}}}
    for login in ("none", "alice"):
        assert (await client.query(TEAM % (login, "core")))["errors"][0]["type"] == "NOT_FOUND"
