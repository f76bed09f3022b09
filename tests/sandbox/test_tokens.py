import aiohttp
import pytest

from bot.sandbox import new_private_key


async def test_an_opaque_token_of_the_new_length_is_minted_and_counted(client, github):
    status, body = await client.mint()
    assert status == 201
    assert body["token"].startswith("ghs_")
    assert 500 < len(body["token"]) < 540
    assert body["token"].count(".") == 2
    assert body["expires_at"] == "2026-08-17T10:00:00Z"
    assert github.books.token_mints[github.installation.id] == 2


@pytest.mark.parametrize(
    "claims",
    [{"iss": "99"}, {"exp": 0}, {"exp": 1_790_000_000}, {"iat": 1_790_000_000}, {"exp": "soon"}],
    ids=["other app", "expired", "exp too far", "iat in the future", "exp no number"],
)
async def test_a_wrong_jwt_is_refused(client, claims):
    assert (await client.ask("GET", "/app", client.jwt(**claims)))[0] == 401


async def test_a_jwt_of_another_key_is_refused(client, github):
    github.private_key = new_private_key()
    assert (await client.ask("GET", "/app", client.jwt()))[0] == 401


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({"permissions": {"issues": "read"}}, 201),
        ({"permissions": {"issues": "admin"}}, 422),
        ({"permissions": {"secrets": "read"}}, 422),
        ({"repositories": ["widget"]}, 201),
        ({"repositories": ["gadget"]}, 422),
        ({"repository_ids": [1]}, 422),
    ],
)
async def test_a_token_may_be_narrower_but_never_wider(client, wish, status):
    assert (await client.mint(**wish))[0] == status


async def test_a_narrow_token_may_do_no_more(client, github):
    issue = github.open_issue("acme/widget", "Crash", by="bob")
    client.token = (await client.mint(permissions={"issues": "read"}))[1]["token"]
    assert (await client.ask("POST", "/repos/acme/widget/labels", json={"name": "x"}))[0] == 403
    answer = await client.apply(issue.node_id, comment="hello")
    assert answer["errors"] == [
        {"type": "FORBIDDEN", "path": ["comment"], "message": "Resource not accessible by integration"}
    ]
    assert github.writes == []


async def test_a_token_dies_of_age_and_of_revocation(client, clock, github):
    assert (await client.ask("GET", "/repos/acme/widget"))[0] == 200
    clock.pass_(hours=1)
    assert (await client.ask("GET", "/repos/acme/widget"))[0] == 401
    client.token = (await client.mint())[1]["token"]
    github.expire_tokens()
    status, body, _ = await client.ask("GET", "/repos/acme/widget")
    assert (status, body["message"]) == (401, "Bad credentials")


async def test_a_suspended_installation_is_refused_everything_until_it_is_taken_back(client, github):
    github.suspend(github.installation, by="alice")
    assert (await client.mint())[0] == 403
    status, body, _ = await client.ask("GET", "/repos/acme/widget")
    assert (status, body["message"]) == (403, "This installation has been suspended")
    assert (await client.issue())["message"] == "This installation has been suspended"
    github.unsuspend(github.installation, by="alice")
    assert (await client.ask("GET", "/repos/acme/widget"))[0] == 200


async def test_an_uninstalled_app_gets_404_for_tokens_and_401_with_the_old_one(client, github):
    gone = github.installation
    github.uninstall(gone, by="alice")
    assert (await client.ask("POST", f"/app/installations/{gone.id}/access_tokens", client.jwt()))[0] == 404
    assert (await client.ask("GET", "/repos/acme/widget"))[0] == 401


async def test_a_token_sees_only_its_installation(client, github):
    github.add_repository("other/secret")
    github.install("other/secret", by="mallory")
    assert (await client.ask("GET", "/repos/other/secret"))[0] == 404
    answer = await client.graph("RepositoryLabels", owner="other", name="secret", after=None)
    assert answer["data"] == {"repository": None}
    assert (answer["errors"][0]["type"], answer["errors"][0]["path"]) == ("NOT_FOUND", ["repository"])


async def test_each_door_wants_its_own_key(client):
    assert (await client.ask("GET", "/app"))[0] == 401
    assert (await client.ask("GET", "/installation/repositories", client.jwt()))[0] == 403
    assert (await client.ask("GET", "/installation/repositories"))[1]["total_count"] == 1
    assert (await client.ask("GET", "/app/installations", client.jwt()))[1][0]["app_slug"] == "burndown"


async def test_without_a_user_agent_nothing_is_answered(client):
    headers = {aiohttp.hdrs.USER_AGENT: ""}
    assert (await client.ask("GET", "/repos/acme/widget", headers=headers))[0] == 403


async def test_the_api_version_is_recorded(client, github):
    await client.ask("GET", "/repos/acme/widget", headers={"X-GitHub-Api-Version": "2026-03-10"})
    assert github.calls[-1].api_version == "2026-03-10"


@pytest.mark.parametrize(
    ("granted", "wish", "status"),
    [
        ({"issues": "write"}, {"checks": "write"}, 422),
        ({"issues": "write", "checks": "read"}, {"checks": "write"}, 422),
        ({"issues": "write", "checks": "write"}, {"checks": "read", "issues": "write"}, 201),
        ({"issues": "write", "members": "read"}, {"members": "read"}, 201),
        ({"issues": "write"}, {"members": "read"}, 422),
    ],
)
async def test_an_installation_grants_no_more_than_its_owner_accepted(client, github, granted, wish, status):
    github.uninstall(github.installation, by="alice")
    github.install("acme/widget", by="alice", permissions=granted)
    got, body = await client.mint(permissions=wish)
    assert got == status
    assert status != 201 or body["permissions"] == wish | {"metadata": "read"}
    assert (await client.mint())[1]["permissions"] == granted
