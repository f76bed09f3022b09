"""Releases, and counts without a page."""

import pytest

from bot.sandbox import RefusedError

NEWEST = "releases(first: 10, orderBy: {field: CREATED_AT, direction: DESC})"
FIELDS = "totalCount nodes { tagName isDraft isPrerelease publishedAt author { login } }"


@pytest.fixture
def publish(github, clock):
    """Publishes one after the other."""

    def of(*tags, **more):
        made = []
        for tag in tags:
            clock.pass_(minutes=1)
            made.append(github.publish_release("acme/widget", tag, by="bob", **more))
        return made

    return of


async def shown(client, fields=f"{NEWEST} {{ {FIELDS} }}"):
    return (await client.of_repository(fields))["releases"]


async def test_releases_are_shown_newest_first(client, publish):
    publish("v1.0.0", "v1.1.0")
    publish("v2.0.0-rc1", is_prerelease=True)
    found = await shown(client)
    assert [each["tagName"] for each in found["nodes"]] == ["v2.0.0-rc1", "v1.1.0", "v1.0.0"]
    assert [each["isPrerelease"] for each in found["nodes"]] == [True, False, False]
    assert found["nodes"][-1] | {"totalCount": found["totalCount"]} == {
        "tagName": "v1.0.0",
        "isDraft": False,
        "isPrerelease": False,
        "publishedAt": "2026-08-17T09:01:00Z",
        "author": {"login": "bob"},
        "totalCount": 3,
    }


async def test_pages_go_on_where_the_last_ended(client, publish):
    publish("v1", "v2", "v3")
    page = "releases(first: 2, after: %s, orderBy: {field: CREATED_AT, direction: DESC})"
    fields = "{ nodes { tagName } pageInfo { hasNextPage endCursor } }"
    first = await shown(client, f"{page % 'null'} {fields}")
    publish("v4")
    cursor = first["pageInfo"]["endCursor"]
    rest = await shown(client, f"{page % f'{chr(34)}{cursor}{chr(34)}'} {fields}")
    assert [[each["tagName"] for each in found["nodes"]] for found in (first, rest)] == [["v3", "v2"], ["v1"]]
    assert rest["pageInfo"]["hasNextPage"] is False


async def test_releases_by_their_name(client, publish):
    publish("b", "a", "c")
    by_name = "releases(first: 5, orderBy: {field: NAME, direction: ASC}) { nodes { tagName } }"
    assert [each["tagName"] for each in (await shown(client, by_name))["nodes"]] == ["a", "b", "c"]


async def test_a_draft_is_shown_only_to_who_may_write(client, github, publish):
    publish("v1", is_draft=True)
    assert (await shown(client))["totalCount"] == 0
    github.grant(github.installation, dict(github.installation.permissions) | {"contents": "write"}, by="alice")
    client.token = (await client.mint())[1]["token"]
    (draft,) = (await shown(client))["nodes"]
    assert (draft["isDraft"], draft["publishedAt"]) == (True, None)


async def test_releases_need_the_permission_to_read_contents(client, publish):
    publish("v1")
    client.token = (await client.mint(permissions={"issues": "read"}))[1]["token"]
    answer = await client.query('{ repository(owner: "acme", name: "widget") { releases(first: 1) { totalCount } } }')
    assert answer["errors"][0]["type"] == "FORBIDDEN"


async def test_what_happens_to_a_release_is_told(github, heard, publish):
    (release,) = publish("v1.0.0")
    publish("v2.0.0-rc1", is_prerelease=True)
    publish("v3", is_draft=True)
    github.edit_release(release, by="alice", is_prerelease=False)
    github.edit_release(release, by="alice", is_prerelease=True)
    github.unpublish_release(release, by="alice")
    github.delete_release(release, by="alice")
    told = await heard("release")
    assert [(each["release"]["tag_name"], each["action"]) for each in told] == [
        *(("v1.0.0", action) for action in ("created", "published", "released")),
        *(("v2.0.0-rc1", action) for action in ("created", "published", "prereleased")),
        ("v3", "created"),
        *(("v1.0.0", action) for action in ("edited", "edited", "prereleased", "unpublished", "deleted")),
    ]
    assert (told[0]["sender"]["login"], told[-1]["sender"]["login"]) == ("bob", "alice")
    assert [told[6]["release"][name] for name in ("draft", "published_at")] == [True, None]
    assert told[0]["release"]["html_url"] == "https://github.com/acme/widget/releases/tag/v1.0.0"


async def test_a_release_is_refused_to_who_may_not_write_and_where_its_tag_is_taken(github, publish):
    (release,) = publish("v1")
    with pytest.raises(RefusedError, match="Validation Failed"):
        publish("v1")
    publish("v1", is_draft=True)
    with pytest.raises(RefusedError, match="not accessible"):
        github.publish_release("acme/widget", "v2", by="mallory")
    github.archive("acme/widget")
    with pytest.raises(RefusedError, match="archived"):
        github.delete_release(release, by="alice")


async def test_a_deleted_release_is_shown_no_more(client, github, publish):
    (release,) = publish("v1")
    github.delete_release(release, by="alice")
    assert (await shown(client))["nodes"] == []


async def test_what_a_list_holds_is_counted_beside_its_page(client, github, publish):
    publish("v1", "v2")
    issue = github.open_issue("acme/widget", "x", by="bob")
    for login in ("alice", "bob"):
        github.react(issue, "THUMBS_UP", by=login)
    fields = "releases(first: 1) { totalCount } issue(number: 1) { reactions(first: 1) { totalCount } }"
    assert await client.of_repository(fields) == {
        "releases": {"totalCount": 2},
        "issue": {"reactions": {"totalCount": 2}},
    }
    answer = await client.query('{ repository(owner: "acme", name: "widget") { releases { totalCount } } }')
    assert answer["errors"][0]["type"] == "MISSING_PAGINATION_BOUNDARIES"
