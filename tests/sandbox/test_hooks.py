import hashlib
import hmac
import json

import pytest


def told(inbox):
    return [(each.headers["X-GitHub-Event"], json.loads(each.body).get("action")) for each in inbox]


async def test_a_delivery_is_signed_over_its_exact_bytes(github, inbox):
    github.open_issue("acme/widget", "Crash — ünïcode", by="bob")
    await github.delivered()
    (got,) = inbox
    digest = hmac.new(github.hooks.secret.encode(), got.body, hashlib.sha256).hexdigest()
    assert got.headers["X-Hub-Signature-256"] == f"sha256={digest}"
    assert got.headers["Content-Type"] == "application/json"
    assert got.headers["User-Agent"].startswith("GitHub-Hookshot/")
    assert got.headers["X-GitHub-Hook-Installation-Target-ID"] == str(github.app.id)
    payload = json.loads(got.body)
    assert payload["installation"]["id"] == github.installation.id
    assert payload["sender"]["login"] == payload["issue"]["user"]["login"] == "bob"
    assert payload["repository"]["full_name"] == "acme/widget"


async def test_everything_that_people_do_is_told_in_order(github, inbox):
    issue = github.open_issue("acme/widget", "Crash", by="bob")
    github.edit_issue(issue, body="It stops.", by="bob")
    github.label(issue, "bug", by="carol")
    github.unlabel(issue, "bug", by="carol")
    github.assign(issue, "carol", by="carol")
    github.unassign(issue, "carol", by="carol")
    github.delete_comment(github.comment(issue, "hm", by="mallory"), by="alice")
    github.close(issue, by="alice")
    github.reopen(issue, by="alice")
    github.lock(issue, by="alice")
    github.delete_issue(issue, by="alice")
    github.rename_label("acme/widget", "bug", "defect", by="alice")
    github.delete_label("acme/widget", "defect", by="alice")
    github.commit_file("acme/widget", "a.yml", "1", by="alice")
    await github.delivered()
    actions = ["opened", "edited", "labeled", "unlabeled", "assigned", "unassigned"]
    assert [each for each in told(inbox) if each[0] == "issues"] == [
        ("issues", action) for action in [*actions, "closed", "reopened", "locked", "deleted"]
    ]
    assert [each for each in told(inbox) if each[0] != "issues"] == [
        ("label", "created"),
        ("issue_comment", "created"),
        ("issue_comment", "deleted"),
        ("label", "edited"),
        ("label", "deleted"),
        ("push", None),
    ]


async def test_a_push_names_its_files(github, inbox):
    github.commit_file("acme/widget", "a.yml", "1", by="alice")
    github.commit_file("acme/widget", "a.yml", "2", by="alice")
    github.delete_file("acme/widget", "a.yml", by="alice")
    await github.delivered()
    commits = [json.loads(each.body)["commits"][0] for each in inbox]
    assert [(c["added"], c["modified"], c["removed"]) for c in commits] == [
        (["a.yml"], [], []),
        ([], ["a.yml"], []),
        ([], [], ["a.yml"]),
    ]


async def test_an_installation_tells_of_itself_and_a_suspended_one_of_nothing_else(github, inbox):
    github.add_repository("acme/gadget")
    github.share(github.installation, "acme/gadget", by="alice")
    github.unshare(github.installation, "acme/gadget", by="alice")
    github.open_issue("acme/gadget", "unheard", by="bob")
    github.suspend(github.installation, by="alice")
    github.open_issue("acme/widget", "unheard", by="bob")
    github.unsuspend(github.installation, by="alice")
    github.uninstall(github.installation, by="alice")
    github.install("acme/gadget", by="alice")
    await github.delivered()
    assert told(inbox) == [
        ("installation_repositories", "added"),
        ("installation_repositories", "removed"),
        ("installation", "suspend"),
        ("installation", "unsuspend"),
        ("installation", "deleted"),
        ("installation", "created"),
    ]


async def test_what_the_app_does_is_told_with_the_app_as_sender(client, github, inbox):
    issue = github.open_issue("acme/widget", "Crash", by="bob")
    await client.apply(issue.node_id, comment="hello")
    await github.delivered()
    sender = json.loads(inbox[-1].body)["sender"]
    assert (sender["login"], sender["type"]) == ("burndown[bot]", "Bot")


async def test_a_lost_delivery_is_in_githubs_list_and_can_be_asked_for_again(client, github, inbox):
    github.hooks.drop()
    github.open_issue("acme/widget", "lost", by="bob")
    github.open_issue("acme/widget", "found", by="bob")
    await github.delivered()
    assert [json.loads(each.body)["issue"]["title"] for each in inbox] == ["found"]
    _, listed, _ = await client.ask("GET", "/app/hook/deliveries", client.jwt())
    assert [each["status_code"] for each in listed] == [202, 0]
    _, failures, _ = await client.ask("GET", "/app/hook/deliveries?status=failure", client.jwt())
    assert failures == []
    _, detail, _ = await client.ask("GET", f"/app/hook/deliveries/{listed[1]['id']}", client.jwt())
    assert detail["request"]["payload"]["issue"]["title"] == "lost"
    assert detail["request"]["headers"]["X-GitHub-Event"] == "issues"
    status, _, _ = await client.ask("POST", f"/app/hook/deliveries/{listed[1]['id']}/attempts", client.jwt())
    await github.delivered()
    assert (status, inbox[-1].headers["X-GitHub-Delivery"]) == (202, listed[1]["guid"])
    assert github.hooks.log[-1].is_redelivery


@pytest.mark.usefixtures("inbox")
async def test_the_list_of_deliveries_pages_by_cursor_and_forgets_after_three_days(client, github, clock):
    for number in range(5):
        github.open_issue("acme/widget", f"t{number}", by="bob")
    await github.delivered()
    path, ids = "/app/hook/deliveries?per_page=2", []
    while path:
        _, listed, headers = await client.ask("GET", path, client.jwt())
        ids += [each["id"] for each in listed]
        following = headers.get("Link", "")
        path = following.partition("<")[2].partition(">")[0].removeprefix(client.url)
    assert ids == [5, 4, 3, 2, 1]
    clock.pass_(days=3, seconds=1)
    assert (await client.ask("GET", "/app/hook/deliveries", client.jwt()))[1] == []


@pytest.mark.parametrize(
    ("misfortune", "titles"),
    [("none", ["a", "b", "c"]), ("duplicate", ["a", "a", "b", "c"]), ("shuffle", ["b", "c", "a"])],
)
async def test_deliveries_can_come_in_order_twice_or_shuffled(github, inbox, misfortune, titles):
    if misfortune == "duplicate":
        github.hooks.duplicate()
    if misfortune == "shuffle":
        github.hooks.hold()
    for title in ("a", "b", "c"):
        github.open_issue("acme/widget", title, by="bob")
    if misfortune == "shuffle":
        await github.delivered()
        assert inbox == []
        github.hooks.release(shuffle_seed=1)
    await github.delivered()
    assert [json.loads(each.body)["issue"]["title"] for each in inbox] == titles


async def test_a_hand_made_delivery_is_rightly_signed(github, inbox):
    guid = github.hooks.deliver("ping", {"zen": "Keep it logically awesome."}, guid="abc")
    github.hooks.deliver("issues", b"not json")
    await github.delivered()
    assert (guid, inbox[0].headers["X-GitHub-Delivery"], inbox[1].body) == ("abc", "abc", b"not json")


@pytest.mark.usefixtures("client")
async def test_a_server_that_cannot_be_reached_is_a_failure_in_the_log(github):
    github.hooks.url = "http://127.0.0.1:9/"
    github.open_issue("acme/widget", "lost", by="bob")
    await github.delivered()
    (attempt,) = github.hooks.log
    assert (attempt.is_ok, attempt.status, attempt.status_code) == (False, "failed to connect to host", 0)


@pytest.mark.parametrize(
    ("permission", "unheard"),
    [
        ("issues", {"issues"}),
        ("contents", {"push"}),
        ("pull_requests", {"pull_request"}),
        ("checks", set()),
    ],
)
async def test_nothing_is_told_that_the_installation_may_not_read(github, inbox, permission, unheard):
    granted = {name: level for name, level in github.installation.permissions.items() if name != permission}
    github.grant(github.installation, granted, by="alice")
    github.push("acme/widget", {"a": "1"}, by="alice")
    github.comment(github.open_issue("acme/widget", "Crash", by="bob"), "hm", by="bob")
    github.comment(github.open_pull("acme/widget", "Fix", by="bob", files={"a": "2"}), "hm", by="bob")
    await github.delivered()
    heard = {event for event, _ in told(inbox)} - {"installation"}
    assert heard == {"issues", "issue_comment", "push", "pull_request"} - unheard
