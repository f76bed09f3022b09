"""Answers that look right and are not: short pages, texts cut off or missing, a part that failed."""

import pytest

from bot.sandbox import Answer, CutText, GraphTimeout, NoPatch, NoText, Partial, ShortPage

FILES = {f"f{number}": f"{number}\nmore\n" for number in range(5)}


@pytest.fixture
def pull(github):
    github.push("acme/widget", {"a": "1"}, by="alice")
    return github.open_pull("acme/widget", "Fix", by="bob", files=FILES)


async def test_a_page_of_files_can_end_early_and_say_that_nothing_follows(client, github, pull):
    document = """query Files { repository(owner: "acme", name: "widget") { pullRequest(number: 1) { changedFiles
        files(first: 3) { nodes { path } pageInfo { hasNextPage } } } } }"""
    github.faults.add(ShortPage("repository.pullRequest.files", keep=2), on="Files")
    found = [(await client.query(document))["data"]["repository"]["pullRequest"] for _ in range(2)]
    paths = [[each["path"] for each in answer["files"]["nodes"]] for answer in found]
    assert paths == [["f0", "f1"], ["f0", "f1", "f2"]]
    assert [answer["files"]["pageInfo"]["hasNextPage"] for answer in found] == [False, True]
    assert {answer["changedFiles"] for answer in found} == {5}
    assert (github.calls[0].fault, pull.number) == ("ShortPage", 1)


@pytest.mark.parametrize("path", ["repository.text", "repository.*"])
async def test_a_text_can_be_cut_off_and_say_so(client, github, pull, path):
    github.faults.add(CutText(path, keep=3), on="PullEvidence")
    blob = (await client.pull(head=f"{pull.head.sha}:f1"))["text"]
    assert (blob["text"], blob["isTruncated"], blob["byteSize"]) == ("1\nm", True, 7)


async def test_a_text_can_be_missing(client, github, pull):
    github.faults.add(NoText("repository.pullRequest.commits.nodes.*.commit.file.object"), on="PullEvidence")
    found = await client.pull(path="f1", head=f"{pull.head.sha}:f1")
    entry = found["commits"]["nodes"][0]["commit"]["file"]
    assert (entry["object"]["text"], entry["object"]["isBinary"]) == (None, False)
    assert found["text"]["text"] == "1\nmore\n"


@pytest.mark.parametrize("field", ["pullRequest.files", "text"])
async def test_one_part_can_fail_beside_the_others(client, github, pull, field):
    github.faults.add(Partial(f"repository.{field}", kind="INTERNAL", message="Timeout"), on="Evidence")
    fields = (
        'text: object(expression: "HEAD:a") { oid } pullRequest(number: 1) { number files(first: 9) { totalCount } }'
    )
    answer = await client.query(f'query Evidence {{ repository(owner: "acme", name: "widget") {{ {fields} }} }}')
    assert [(each["type"], ".".join(each["path"][1:])) for each in answer["errors"]] == [("INTERNAL", field)]
    assert answer["data"]["repository"]["pullRequest"]["number"] == pull.number


async def test_a_query_that_takes_too_long_has_no_data(client, github):
    github.faults.add(GraphTimeout(), on="PullEvidence")
    github.faults.add(Answer(502, is_html=True), on="PullEvidence")
    body = {"query": "query PullEvidence { rateLimit { cost } }"}
    status, answer, _ = await client.ask("POST", "/graphql", json=body)
    assert (status, answer["data"], "type" in answer["errors"][0]) == (502, None, False)
    status, answer, _ = await client.ask("POST", "/graphql", json=body)
    assert (status, "<html>" in answer) == (502, True)
    assert (await client.ask("POST", "/graphql", json=body))[0] == 200


@pytest.mark.parametrize(("filename", "missing"), [("", {"f0", "f1", "f2"}), ("f1", {"f1"})])
async def test_patches_can_be_missing(client, github, pull, filename, missing):
    github.faults.add(NoPatch(filename), on="GET /repos/acme/widget/pulls")
    path = f"/repos/acme/widget/pulls/{pull.number}/files?per_page=3"
    _, body, headers = await client.ask("GET", path)
    assert {each["filename"] for each in body if "patch" not in each} == missing
    assert 'rel="next"' in headers["Link"]
    assert all("patch" in each for each in (await client.ask("GET", path))[1])


async def test_a_page_by_rest_can_end_early_and_lose_its_links(client, github, pull):
    github.faults.add(ShortPage("", keep=1), on="GET /repos/acme/widget/pulls")
    path = f"/repos/acme/widget/pulls/{pull.number}/files?per_page=3"
    _, body, headers = await client.ask("GET", path)
    assert (len(body), headers.get("Link")) == (1, None)


@pytest.mark.usefixtures("pull")
@pytest.mark.parametrize(
    "fault",
    [ShortPage("repository.nothing"), CutText("repository.pullRequest"), NoText("a.b.c"), NoPatch("f9"), ShortPage("")],
)
async def test_a_fault_of_what_is_not_asked_changes_nothing(client, github, fault):
    right = await client.pull()
    github.faults.add(fault, on="PullEvidence")
    assert await client.pull() == right
    assert github.faults.fired[-1] == ("PullEvidence", fault)
