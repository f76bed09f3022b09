import asyncio

import aiohttp
import pytest

from bot.sandbox import Answer, GraphLimit, Hang, Partial, PrimaryLimit, Reset, SecondaryLimit, Truncated, serve


@pytest.fixture
def issue(github):
    return github.open_issue("acme/widget", "Crash", by="bob")


@pytest.mark.parametrize("status", [401, 404, 410, 422, 451, 500, 502, 503])
async def test_any_status_can_be_answered_instead_as_often_as_planned(client, github, status):
    github.faults.add(Answer(status), on="GET /repos/acme", times=2, skip=1)
    got = [(await client.ask("GET", "/repos/acme/widget"))[0] for _ in range(4)]
    assert got == [200, status, status, 200]
    assert [call.status for call in github.calls] == got
    assert not github.faults.is_pending


@pytest.mark.usefixtures("issue")
async def test_a_broken_gateway_speaks_html(client, github):
    github.faults.add(Answer(502, is_html=True), on="IssueSnapshot")
    assert "<html>" in await client.issue()
    assert (await client.issue())["data"]["repository"]["issue"]["title"] == "Crash"


@pytest.mark.parametrize(
    ("fault", "is_done"),
    [
        (Reset(), False),
        (Reset(is_after=True), True),
        (Truncated(), True),
        (Hang(seconds=0), False),
        (Hang(seconds=0, is_after=True), True),
    ],
)
async def test_a_broken_connection_says_nothing_about_what_was_done(client, github, issue, fault, is_done):
    github.faults.add(fault, on="ApplyToIssue")
    with pytest.raises(aiohttp.ClientError):
        await client.apply(issue.node_id, comment="hello")
    assert (issue.comment_bodies == ("hello",)) is is_done
    assert github.calls[-1].status == 0
    assert "errors" not in await client.apply(issue.node_id, comment="again")


async def test_a_bad_gateway_may_come_after_the_write(client, github, issue):
    github.faults.add(Answer(502, is_after=True), on="ApplyToIssue")
    assert (await client.apply(issue.node_id, comment="hello"))["message"] == "Server Error"
    assert issue.comment_bodies == ("hello",)


async def test_a_hanging_request_ends_when_the_client_gives_up(client, github):
    github.faults.add(Hang(), on="GET /repos")
    with pytest.raises(TimeoutError):
        await client.ask("GET", "/repos/acme/widget", timeout=aiohttp.ClientTimeout(total=0.05))


async def test_a_hanging_request_does_not_keep_the_server_from_closing(github):
    github.faults.add(Hang(), on="GET /rate_limit")
    async with aiohttp.ClientSession() as session:
        async with serve(github) as url:
            asked = asyncio.create_task(session.get(f"{url}/rate_limit"))
            await asyncio.wait({asked}, timeout=0.05)
        with pytest.raises(aiohttp.ClientError):
            await asked


@pytest.mark.parametrize(
    ("fault", "status", "headers"),
    [
        (PrimaryLimit(403), 403, {"x-ratelimit-remaining": "0"}),
        (PrimaryLimit(429), 429, {"x-ratelimit-remaining": "0"}),
        (SecondaryLimit(403), 403, {"Retry-After": "60"}),
        (SecondaryLimit(429, seconds=30), 429, {"Retry-After": "30"}),
        (SecondaryLimit(403, has_retry_after=False), 403, {"Retry-After": None}),
    ],
)
async def test_who_goes_on_asking_in_a_limit_window_is_refused_and_counted(
    client, github, clock, fault, status, headers
):
    github.faults.add(fault, on="GET /repos")
    got, _, sent = await client.ask("GET", "/repos/acme/widget")
    assert got == status
    assert {name: sent.get(name) for name in headers} == headers
    assert github.books.calls_while_limited == 0
    clock.pass_(seconds=20)
    assert (await client.ask("GET", "/repos/acme/widget"))[0] == status
    assert github.books.calls_while_limited == 1
    clock.pass_(seconds=41)
    assert (await client.ask("GET", "/repos/acme/widget"))[0] == 200
    assert github.books.calls_while_limited == 1


@pytest.mark.usefixtures("issue")
async def test_graphql_says_its_limit_with_200(client, github, clock):
    github.faults.add(GraphLimit(seconds=60), on="IssueSnapshot")
    answer = await client.issue()
    assert (answer["errors"][0]["type"], "data" in answer) == ("RATE_LIMITED", False)
    assert (await client.ask("GET", "/repos/acme/widget"))[0] == 200
    budgets = (await client.ask("GET", "/rate_limit"))[1]["resources"]
    assert (budgets["graphql"]["remaining"], github.books.calls_while_limited) == (0, 0)
    clock.pass_(seconds=61)
    assert "errors" not in await client.issue()


async def test_a_secondary_limit_closes_both_doors_but_not_the_apps_own(client, github):
    github.faults.add(SecondaryLimit(), on="GET /repos")
    await client.ask("GET", "/repos/acme/widget")
    assert "secondary rate limit" in (await client.issue())["message"]
    assert (await client.ask("GET", "/app", client.jwt()))[0] == 200


async def test_a_budget_runs_out_and_is_renewed_after_an_hour(client, github, clock):
    github.limits.per_hour["core"] = 2
    got = [(await client.ask("GET", "/repos/acme/widget"))[0] for _ in range(3)]
    assert (got, github.books.calls_while_limited) == ([200, 200, 403], 1)
    clock.pass_(hours=1)
    client.token = (await client.mint())[1]["token"]
    assert (await client.ask("GET", "/repos/acme/widget"))[0] == 200


async def test_one_part_of_a_document_can_fail_alone(client, github, issue):
    github.faults.add(Partial("comment"), on="ApplyToIssue")
    label = github.create_label("acme/widget", "bug", by="alice")
    answer = await client.apply(issue.node_id, addLabels=[label.node_id], comment="hello")
    assert (answer["errors"][0]["path"], answer["data"]["comment"]) == (["comment"], None)
    assert (issue.label_names, issue.comment_bodies) == (("bug",), ())


async def test_chance_repeats_with_its_seed(client, github):
    async def run() -> list[int]:
        github.faults.at_random(0.5, seed=7, choice=[Answer(503)])
        return [(await client.ask("GET", "/repos/acme/widget"))[0] for _ in range(20)]

    first = await run()
    assert set(first) == {200, 503}
    assert await run() == first
    github.faults.clear()
    assert (await client.ask("GET", "/repos/acme/widget"))[0] == 200


async def test_writes_at_once_and_their_gaps_are_measured(client, github, issue):
    github.latency_seconds = 0.02
    await asyncio.gather(*(client.apply(issue.node_id, comment=f"c{number}") for number in range(3)))
    assert github.books.peak_concurrent_writes() == 3
    github.books.calls.clear()
    github.latency_seconds = 0
    await client.apply(issue.node_id, comment="one")
    assert github.books.smallest_write_gap_seconds() is None
    await client.apply(issue.node_id, comment="two")
    assert 0 < github.books.smallest_write_gap_seconds(github.installation.id) < 5
