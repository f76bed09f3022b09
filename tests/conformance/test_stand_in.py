"""The real bot against a GitHub that nobody here wrote: signatures, JWTs, tokens, permissions and state are the
stand-in's own; what the front adds is said in front.py and graph.py.
"""

import json

from bot.github.client import PERMISSIONS as NEEDED
from bot.github.client import USUAL
from tests.conformance.programs import until
from tests.conformance.world import INSTALLATION, PERMISSIONS, PRIVATE, PUBLIC, SLUG

CONFIG = """\
version: 1
mode: enforce
extends: [general]
explain: comment
classes:
  crash: {owners: [bob]}
"""
MINT = f"POST /app/installations/{INSTALLATION}/access_tokens"
SWEEP = {"GET /app/hook/deliveries", "GET /app/installations", "GET /installation/repositories", "query IssuesSince"}

# Deliveries that the stand-in sends.
ONE = 1  # of a person's act
FIRST_ECHO = 4  # of the bot's first decision: label created, labeled, assigned, commented
ECHO = 3  # of a later one


async def test_a_crash_gets_its_label_its_owner_and_one_comment(world):
    await world.configure(PUBLIC, CONFIG)
    issue = await world.crash()
    await world.settled(ONE + ONE + FIRST_ECHO)
    assert await world.labels(issue) == ["defect: crash"]
    assert await world.assignees(issue) == ["bob"]
    (comment,) = await world.comments(issue)
    assert comment["user"]["login"] == f"{SLUG}[bot]"
    assert "`crash.trace`" in comment["body"]
    assert world.front.writes == [f"POST /repos/{PUBLIC}/labels", "mutation ApplyToIssue"]


async def test_without_the_file_nothing_is_written_at_all(world):
    issue = await world.crash(PRIVATE)
    await world.settled(ONE)
    assert world.front.count("query IssueSnapshot") == 1
    assert world.front.writes == []
    assert (await world.labels(issue), await world.assignees(issue), await world.comments(issue)) == ([], [], [])
    assert {row["state"] for row in await world.inbox()} == {"done"}


async def test_a_label_that_a_person_removed_and_an_owner_without_access_stay_away_after_an_edit(world):
    await world.configure(PUBLIC, CONFIG.replace("[bob]", "[bob, mallory]"))
    issue = await world.crash()
    await world.settled(deliveries := ONE + ONE + FIRST_ECHO)
    assert world.front.count("query UserId") == 2, "mallory was asked for too, and dropped"
    assert await world.assignees(issue) == ["bob"]
    await world.act("bob", "DELETE", f"{issue}/labels/defect:%20crash")
    await world.settled(deliveries := deliveries + ONE)
    reads = world.front.count("query IssueSnapshot")
    await world.act("bob", "PATCH", issue, {"title": "It stops at once, on every machine"})
    await world.settled(deliveries + ONE)
    assert world.front.count("query IssueSnapshot") == reads + 1
    assert world.front.count("mutation ApplyToIssue") == 1
    assert await world.labels(issue) == []
    assert len(await world.comments(issue)) == 1


async def test_the_app_signs_with_its_jwt_and_works_with_an_installation_token(world):
    """In a private repository, where the stand-in checks each permission of the token."""
    await world.configure(PRIVATE, CONFIG)
    issue = await world.crash(PRIVATE)
    await world.settled(ONE + ONE + FIRST_ECHO)
    assert await world.labels(issue) == ["defect: crash"]
    calls = set(world.front.calls)
    assert {call.token for call in calls if call.name.startswith(("GET /app", MINT))} == {"jwt"}
    assert {call.token for call in calls if not call.name.startswith(("GET /app", MINT))} == {"installation"}
    assert {call.status for call in calls} <= {200, 201}
    tokens = (await world.act("alice", "GET", "/_emulate/installation-tokens"))["installation_tokens"]
    assert [token["permissions"] for token in tokens] == [NEEDED | USUAL]


async def test_a_wrong_private_key_writes_nothing_and_is_named(start, keys):
    world = await start(bot_key=keys.other)
    await world.configure(PUBLIC, CONFIG)
    issue = await world.crash()
    row = {}

    async def is_named() -> bool:
        if '"event_name": "issues"' in world.bot.output:
            row.update(await world.only("issues"))
        return bool(row.get("error"))

    await until(is_named, "the failed delivery says why")
    assert row["state"] in {"todo", "doing"}, "kept until the key is right"
    assert "JSON web token" in row["error"]
    assert "JSON web token" in world.bot.output
    assert {(call.token, call.status) for call in world.front.calls} == {("jwt", 401)}
    assert await world.labels(issue) == []


async def test_in_the_steady_state_an_issue_costs_one_read_and_one_write_and_the_token_is_kept(world):
    await world.configure(PUBLIC, CONFIG)
    await world.crash()
    await world.settled(deliveries := ONE + ONE + FIRST_ECHO)
    start = len(world.front.calls)
    for title in ("It stops again", "It stops elsewhere"):
        await world.crash(title=title)
        await world.settled(deliveries := deliveries + ONE + ECHO)
    costs = [call.name for call in world.front.calls[start:] if call.name not in SWEEP]
    assert costs == ["query IssueSnapshot", "mutation ApplyToIssue"] * 2
    assert world.front.count(MINT) == 1


async def test_what_is_published_is_read_and_nothing_is_written(world):
    await world.configure(PUBLIC, CONFIG)
    await world.crash()
    await world.settled(ONE + ONE + FIRST_ECHO)
    writes = len(world.front.writes)
    for tag, is_draft in (("v2.0.0", True), ("v1.0.0", False)):
        await world.act("alice", "POST", f"/repos/{PUBLIC}/releases", {"tag_name": tag, "draft": is_draft})

    async def is_read() -> bool:
        told = [row for row in await world.inbox() if row["event"] == "release"]
        return "releases known: 1" in {row["error"] for row in told if row["state"] == "done"}

    await until(is_read, "the release is known, and the draft is not")
    assert len(world.front.writes) == writes


async def test_a_missing_permission_ends_the_delivery_with_its_reason(start):
    world = await start(permissions=PERMISSIONS | {"issues": "read"})
    await world.configure(PUBLIC, CONFIG)
    issue = await world.crash()
    await world.settled(ONE + ONE)
    row = await world.only("issues")
    assert row["state"] == "done"
    assert "the installation does not grant contents: read, issues: write" in row["error"]
    assert world.front.writes == []
    assert await world.labels(issue) == []
    assert await world.is_ready()


async def test_a_restarted_bot_asks_what_changed_and_does_nothing_twice(world):
    await world.configure(PUBLIC, CONFIG)
    issue = await world.crash()
    await world.settled(ONE + ONE + FIRST_ECHO)
    before = len(world.front.calls)
    await world.restart()

    async def has_asked() -> bool:
        return [call.name for call in world.front.calls[before:]].count("query IssuesSince") >= 2

    await until(has_asked, "the sweep asks about both repositories")
    await world.settled(deliveries=0)
    assert not any(call.is_write for call in world.front.calls[before:])
    assert len(await world.comments(issue)) == 1
    assert all(json.loads(line)["level"] != "warning" for line in world.bot.output.splitlines())
