import base64
import hashlib

import pytest


@pytest.mark.parametrize(
    "path", ["/nowhere", "/repos/acme/gadget", "/repos/acme/widget/labels/none", "/repos/acme/widget/issues/9"]
)
async def test_what_does_not_exist_is_a_404_in_json(client, path):
    status, body, _ = await client.ask("GET", path)
    assert (status, body["message"]) == (404, "Not Found")


async def test_labels_are_made_once_whatever_the_case(client, github):
    label = {"name": "Defect: Crash", "color": "b60205", "description": "It stops."}
    status, body, _ = await client.ask("POST", "/repos/acme/widget/labels", json=label)
    assert (status, body["name"], body["color"]) == (201, "Defect: Crash", "b60205")
    status, body, _ = await client.ask("POST", "/repos/acme/widget/labels", json={"name": "defect: crash"})
    assert (status, body["errors"][0]["code"]) == (422, "already_exists")
    status, body, _ = await client.ask("GET", "/repos/acme/widget/labels/defect%3A%20crash")
    assert (status, body["description"]) == (200, "It stops.")
    assert [(write.kind, write.value) for write in github.writes] == [("label created", ("Defect: Crash",))]


@pytest.mark.parametrize(
    "label", [{}, {"name": "x" * 51}, {"name": "x", "description": "y" * 101}, {"name": "x", "color": "red"}]
)
async def test_a_label_that_github_would_not_take_is_refused(client, label, github):
    assert (await client.ask("POST", "/repos/acme/widget/labels", json=label))[0] == 422
    assert github.writes == []


async def test_lists_come_in_pages_with_links(client, github):
    for number in range(5):
        github.create_label("acme/widget", f"l{number}", by="alice")
    status, body, headers = await client.ask("GET", "/repos/acme/widget/labels?per_page=2&page=2")
    assert (status, [label["name"] for label in body]) == (200, ["l2", "l3"])
    assert 'page=3>; rel="next"' in headers["Link"]
    assert 'page=1>; rel="prev"' in headers["Link"]


async def test_issues_are_listed_by_state_time_and_order(client, github, clock):
    first = github.open_issue("acme/widget", "first", by="bob")
    clock.pass_(minutes=1)
    github.open_issue("acme/widget", "second", by="bob")
    clock.pass_(minutes=1)
    github.close(first, by="alice")

    async def numbers(query: str) -> list[int]:
        return [issue["number"] for issue in (await client.ask("GET", f"/repos/acme/widget/issues?{query}"))[1]]

    assert await numbers("") == [2]
    assert await numbers("state=all") == [2, 1]
    assert await numbers("state=all&sort=updated&direction=asc") == [2, 1]
    assert await numbers("state=all&since=2026-08-17T09:02:00Z") == [1]


async def test_a_deleted_issue_is_gone_and_a_moved_one_points_to_its_new_place(client, github):
    github.add_repository("acme/gadget", alice="admin")
    github.share(github.installation, "acme/gadget", by="alice")
    deleted, moved = (github.open_issue("acme/widget", title, by="bob") for title in ("a", "b"))
    github.comment(moved, "still here", by="bob")
    github.delete_issue(deleted, by="alice")
    new = github.transfer(moved, "acme/gadget", by="alice")
    assert (await client.ask("GET", "/repos/acme/widget/issues/1"))[0] == 410
    status, _, headers = await client.ask("GET", "/repos/acme/widget/issues/2/comments")
    assert status == 301
    status, body, _ = await client.ask("GET", headers["Location"].removeprefix(client.url))
    assert (status, body[0]["body"], new.number) == (200, "still here", 1)


async def test_an_archived_repository_can_only_be_read(client, github):
    github.archive("acme/widget")
    assert (await client.ask("GET", "/repos/acme/widget"))[1]["archived"] is True
    status, body, _ = await client.ask("POST", "/repos/acme/widget/labels", json={"name": "x"})
    assert (status, body["message"]) == (403, "Repository was archived so is read-only.")


async def test_files_have_gits_own_sha(client, github):
    github.commit_file("acme/widget", ".github/burndown.yml", "mode: enforce\n", by="alice")
    _, body, _ = await client.ask("GET", "/repos/acme/widget/contents/.github/burndown.yml")
    assert base64.b64decode(body["content"]) == b"mode: enforce\n"
    assert body["sha"] == hashlib.sha1(b"blob 14\0mode: enforce\n").hexdigest()
    _, body, _ = await client.ask("GET", "/repos/acme/widget/contents/.github")
    assert [entry["path"] for entry in body] == [".github/burndown.yml"]
    raw = {"Accept": "application/vnd.github.raw+json"}
    assert (await client.ask("GET", "/repos/acme/widget/contents/.github/burndown.yml", headers=raw))[1].startswith(
        "mode"
    )
    assert (await client.ask("GET", "/repos/acme/widget/contents/none.yml"))[0] == 404


async def test_an_unchanged_answer_is_a_304_and_costs_nothing(client, github):
    _, _, headers = await client.ask("GET", "/repos/acme/widget")
    before = headers["x-ratelimit-used"]
    status, body, headers = await client.ask("GET", "/repos/acme/widget", headers={"If-None-Match": headers["ETag"]})
    assert (status, body, headers["x-ratelimit-used"]) == (304, "", before)
    github.open_issue("acme/widget", "changes the count", by="bob")
    assert (await client.ask("GET", "/repos/acme/widget", headers={"If-None-Match": headers["ETag"]}))[0] == 200


async def test_a_bots_login_has_its_suffix_in_rest(client, github):
    issue = github.open_issue("acme/widget", "Crash", by="bob")
    await client.apply(issue.node_id, comment="hello")
    _, body, _ = await client.ask("GET", "/repos/acme/widget/issues/1/comments")
    assert (body[0]["user"]["login"], body[0]["user"]["type"]) == ("burndown[bot]", "Bot")
    assert body[0]["performed_via_github_app"]["slug"] == "burndown"
