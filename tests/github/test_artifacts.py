import asyncio
import hashlib
import io
import ipaddress
import socket
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime

import aiohttp
import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bot.core.errors import SubjectGone, Unreachable
from bot.github import artifacts
from bot.github.artifacts import fetch_results
from bot.github.client import Credentials, GitHub

REPORT = b'<testsuites><testsuite><testcase name="%s" classname="tests.test_a"/></testsuite></testsuites>'
PATTERNS = ("*junit*", "burndown-proof")
RUN = 7
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def packed(*files, method=zipfile.ZIP_DEFLATED):
    """An archive of files, each a name and its bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return made.getvalue()


def report(name="test_y"):
    return "junit.xml", REPORT % name.encode()


@dataclass
class Stored:
    """An artifact, and how it is listed and answered."""

    content: bytes
    name: str = "junit-results"
    location: str = ""  # where a download is sent to; "" is its true place
    status: int = 200
    listed: dict = field(default_factory=dict)


@dataclass
class Actions:
    """What the API and the storage of one run answer, and what they were asked."""

    artifacts: list = field(default_factory=list)
    run: dict = field(default_factory=dict)
    total: int | None = None
    is_gone: bool = False
    asked: list = field(default_factory=list)
    url: str = ""

    def app(self):
        app = web.Application()
        app.router.add_post("/app/installations/1/access_tokens", self.token)
        app.router.add_get("/app/installations/1", self.installed)
        app.router.add_get("/repos/acme/widget/actions/runs/7", self.show)
        app.router.add_get("/repos/acme/widget/actions/runs/7/artifacts", self.list)
        app.router.add_get("/repos/acme/widget/actions/artifacts/{id}/zip", self.send)
        app.router.add_get("/storage/{id}", self.store)
        return app

    async def token(self, request):
        permissions = (await request.json())["permissions"]
        made = {"token": "ghs_secret", "expires_at": "2026-11-23T10:00:00Z", "permissions": permissions}
        return web.json_response(made, status=201)

    async def installed(self, _request):
        return web.json_response({"permissions": {"actions": "read", "contents": "read", "issues": "write"}})

    async def show(self, _request):
        found = {
            "id": RUN, "head_sha": "a" * 40, "event": "pull_request", "conclusion": "success",
            "head_repository": {"full_name": "mallory/widget"},
        }  # fmt: skip
        return web.json_response(found | self.run)

    async def list(self, request):
        assert request.query["per_page"] == "100"
        rows = [
            {"id": at, "name": each.name, "size_in_bytes": len(each.content), "expired": False} | each.listed
            for at, each in enumerate(self.artifacts)
        ]
        return web.json_response({"total_count": len(rows) if self.total is None else self.total, "artifacts": rows})

    async def send(self, request):
        self.asked.append(f"zip {request.match_info['id']}")
        if self.is_gone:
            return web.json_response({"message": "Artifact has expired"}, status=410)
        stored = self.artifacts[int(request.match_info["id"])]
        location = stored.location or f"{self.url}/storage/{request.match_info['id']}"
        return web.Response(status=302, headers={"location": location})

    async def store(self, request):
        self.asked.append(f"storage {request.match_info['id']}")
        assert "authorization" not in request.headers
        stored = self.artifacts[int(request.match_info["id"])]
        if stored.status == 302:
            return web.Response(status=302, headers={"location": f"{self.url}/storage/0"})
        answer = web.StreamResponse(status=stored.status)
        await answer.prepare(request)
        await answer.write(stored.content)
        await answer.write_eof()
        return answer


class Unpaced:
    async def reserve(self, _installation_id, now, _contents, _latest):
        return now

    async def block(self, _installation_id, _now, _until):
        pass


@pytest.fixture(scope="module")
def private_key():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture
async def fetch(private_key):
    """Starts what answers, and asks the program for the results of its run."""
    runners = []

    async def ask(actions, repository="acme/widget"):
        runner = web.AppRunner(actions.app())
        runners.append(runner)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        actions.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with aiohttp.ClientSession() as session:
            github = GitHub(session, actions.url, Credentials("1", private_key), Unpaced(), clock=lambda: NOW)
            return await fetch_results(github.installation(1), repository, RUN, PATTERNS)

    yield ask
    for runner in runners:
        await runner.cleanup()


def names(imported):
    return [each.name for each in imported.report.results]


async def test_the_results_of_a_run_are_those_of_its_artifacts(fetch):
    proof = b'{"verdict": "PROVEN"}'
    first, second = (
        packed(report("test_y"), ("log.txt", b"x")),
        packed(report("test_z"), ("burndown-proof.json", proof)),
    )
    actions = Actions([Stored(first), Stored(b"", name="coverage"), Stored(second, name="burndown-proof")])
    imported = await fetch(actions)
    assert names(imported) == ["test_y", "test_z"]
    assert imported.proofs == (proof,)
    assert imported.report.problems == ()
    assert imported.digests == tuple(f"sha256:{hashlib.sha256(each).hexdigest()}" for each in (first, second))
    assert (imported.run_id, imported.head, imported.app, imported.conclusion, imported.event, imported.origin) == (
        7, "a" * 40, "github-actions", "success", "pull_request", "mallory/widget",
    )  # fmt: skip
    assert actions.asked == ["zip 0", "storage 0", "zip 2", "storage 2"]


async def test_a_run_without_artifacts_has_no_results(fetch):
    imported = await fetch(Actions(run={"conclusion": None, "head_repository": None}))
    assert (imported.report.results, imported.report.problems, imported.conclusion, imported.origin) == ((), (), "", "")


async def test_a_digest_that_github_gives_is_compared(fetch):
    content = packed(report())
    true, false = f"sha256:{hashlib.sha256(content).hexdigest()}", f"sha256:{'0' * 64}"
    imported = await fetch(
        Actions([Stored(content, listed={"digest": true}), Stored(content, listed={"digest": false})])
    )
    assert names(imported) == ["test_y"]
    assert imported.digests == (true,)
    assert imported.report.problems == ("artifact 1: it is not what its digest says",)


BIG = b"<testsuite>" + b" " * (3 * 2**20) + b"</testsuite>"
MANY = packed(*((f"{number}", b"") for number in range(2_001)))
NESTED = packed(("junit.zip", packed(report())), report())


def changed(content, at, value):
    made = bytearray(content)
    made[at : at + len(value)] = value
    return bytes(made)


def directory(content):
    return content.rindex(b"PK\x01\x02")


def encrypted():
    content = packed(report())
    return changed(content, directory(content) + 8, b"\x01")


def said_to_be(size):
    content = packed(report())
    return changed(content, directory(content) + 24, size.to_bytes(4, "little"))


def duplicates():
    with pytest.warns(UserWarning, match="Duplicate name"):
        return packed(report("test_y"), report("test_z"))


def damaged():
    content = packed(report(), method=zipfile.ZIP_STORED)
    return changed(content, content.index(b"test_y"), b"test_z")


@pytest.mark.parametrize(
    ("content", "found", "problem"),
    [
        pytest.param(b"", [], "artifact 0: it is not an archive that can be read", id="nothing"),
        pytest.param(b"PK\5\6" + b"\xff" * 18, [], "artifact 0: it is not an archive that can be read", id="an end"),
        pytest.param(packed(report())[:-40], [], "artifact 0: it is not an archive that can be read", id="cut off"),
        pytest.param(MANY, [], "artifact 0: it has too many files", id="too many"),
        pytest.param(NESTED, ["test_y"], "file 1 of an artifact: an archive in an archive is not read", id="nested"),
        pytest.param(duplicates(), ["test_y"], "file 2 of an artifact: there are two of its name", id="duplicates"),
        pytest.param(encrypted(), [], "file 1 of an artifact: it is encrypted", id="encrypted"),
        pytest.param(damaged(), [], "file 1 of an artifact: it is damaged", id="damaged"),
        pytest.param(said_to_be(20), [], "file 1 of an artifact: it is damaged", id="larger than it says"),
        pytest.param(packed(("a.xml", BIG)), [], "file 1 of an artifact: it is packed too densely", id="dense"),
        pytest.param(packed(report(), method=zipfile.ZIP_LZMA), [],
                     "file 1 of an artifact: it is packed in a way that is not read", id="LZMA"),
        pytest.param(packed(("coverage.xml", b"<coverage/>"), report()), ["test_y"],
                     "file 1 of an artifact: it is not a JUnit report", id="another report"),
        pytest.param(packed(("burndown-proof.json", b"x" * (2**18 + 1))), [],
                     "file 1 of an artifact: it is too large", id="a proof too large"),
    ],
)  # fmt: skip
async def test_what_cannot_be_unpacked_is_told(fetch, content, found, problem):
    imported = await fetch(Actions([Stored(content, name="burndown-proof")]))
    assert names(imported) == found
    assert imported.report.problems == (problem,)


async def test_a_size_is_counted_and_not_believed(fetch):
    imported = await fetch(Actions([Stored(said_to_be(2**32 - 2))]))
    assert (names(imported), imported.report.problems) == (["test_y"], ())


async def test_names_in_an_archive_are_no_paths(fetch):
    files = ("../../../etc/a.XML", REPORT % b"a"), ("/b.xml", REPORT % b"b"), (r"C:\c.xml", REPORT % b"c")
    imported = await fetch(Actions([Stored(packed(*files))]))
    assert names(imported) == ["a", "b", "c"]


async def test_test_cases_are_counted_over_all_archives(fetch):
    many = b"<testsuite>" + b"<testcase/>" * 110_000 + b"</testsuite>"
    imported = await fetch(Actions([Stored(packed(("a.xml", many), method=zipfile.ZIP_STORED)) for _ in range(2)]))
    assert len(imported.report.results) == 110_000
    assert imported.report.problems == ("file 1 of an artifact: the test cases are too many",)


async def test_a_run_has_ten_proofs_at_most(fetch):
    proofs = packed(*((f"{n}/burndown-proof.json", b"{}") for n in range(12)))
    imported = await fetch(Actions([Stored(proofs, name="burndown-proof")]))
    assert len(imported.proofs) == 10
    assert len(imported.report.problems) == 2


async def test_a_proof_in_another_artifact_is_none(fetch):
    """Every test of an ordinary job can write into its report."""
    imported = await fetch(Actions([Stored(packed(report(), ("burndown-proof.json", b"{}")), name="junit-results")]))
    assert (names(imported), imported.proofs) == (["test_y"], ())


async def test_five_artifacts_are_read_and_the_others_are_told(fetch):
    actions = Actions([Stored(packed(report(f"test_{n}"))) for n in range(7)], total=150)
    imported = await fetch(actions)
    assert names(imported) == [f"test_{n}" for n in range(5)]
    assert imported.report.problems == (
        "the run has more artifacts than the 7 that were looked at",
        "only 5 of 7 artifacts were read",
    )
    assert len(actions.asked) == 10


async def test_problems_beyond_the_first_twenty_are_counted(fetch):
    imported = await fetch(Actions([Stored(packed(*((f"{n}.xml", b"<a/>") for n in range(30))))]))
    assert len(imported.report.problems) == 21
    assert imported.report.problems[-1] == "and 10 more"


@pytest.mark.parametrize(
    ("stored", "asked", "problem"),
    [
        pytest.param(Stored(b"", listed={"expired": True}), [], "it has expired", id="expired"),
        pytest.param(Stored(b"", listed={"size_in_bytes": 2**25}), [], "it is too large", id="listed as too large"),
        pytest.param(Stored(b"x" * (20 * 2**20 + 1), listed={"size_in_bytes": 9}), ["zip 0", "storage 0"],
                     "it is too large", id="too large"),
        pytest.param(Stored(b"no", status=403), ["zip 0", "storage 0"], "it could not be downloaded (403)",
                     id="refused"),
        pytest.param(Stored(b"", status=302), ["zip 0", "storage 0"], "it could not be downloaded (302)",
                     id="sent on a second time"),
    ],
)  # fmt: skip
async def test_what_cannot_be_downloaded_is_told(fetch, stored, asked, problem):
    actions = Actions([stored])
    imported = await fetch(actions)
    assert imported.report.problems == (f"artifact 0: {problem}",)
    assert imported.digests == ()
    assert actions.asked == asked


async def test_an_artifact_that_is_gone_is_told(fetch):
    imported = await fetch(Actions([Stored(packed(report()))], is_gone=True))
    assert imported.report.problems == ("artifact 0: it is gone",)


@pytest.mark.parametrize(
    "location",
    [
        "/storage/0",
        "ftp://127.0.0.1/a",
        "file:///etc/passwd",
        "http://storage.example/a",
        "http://10.0.0.1/a",
        "http://127.0.0.1.example/a",
        "http://user@127.0.0.1/a",
        "https://user:word@storage.example/a",
        "https:///a",
        "http://[::1",
        "javascript:alert(1)",
    ],
)
async def test_a_download_leads_only_to_where_artifacts_are(fetch, location):
    imported = await fetch(Actions([Stored(b"", location=location)]))
    assert imported.report.problems == ("artifact 0: it is not where artifacts are",)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0", "0x7f.1", "127.1", "2130706433", "017700000001"],
)
async def test_a_download_never_leads_into_our_own_network(fetch, host):
    called = []
    async with await asyncio.start_server(lambda _, writer: called.append(writer.close()), "0.0.0.0", 0) as server:
        port = server.sockets[0].getsockname()[1]
        imported = await fetch(Actions([Stored(b"", location=f"https://{host}:{port}/a")]))
    assert [each.partition(" (")[0] for each in imported.report.problems] == ["artifact 0: it could not be downloaded"]
    assert called == []


@pytest.mark.parametrize(
    ("address", "is_public"),
    [
        ("140.82.112.3", True),
        ("2606:50c0:8000::154", True),
        ("64:ff9b::8c52:7003", True),
        ("127.0.0.1", False),
        ("127.8.8.8", False),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("fe80::1", False),
        ("fd00:ec2::254", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:140.82.112.3", True),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", False),
    ],
)
def test_an_address_is_public_or_not(address, is_public):
    found = artifacts._is_public(ipaddress.ip_address(address))
    assert found is is_public
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    info = (family, socket.SOCK_STREAM, 6, "", (address, 443))
    if is_public:
        artifacts._public_socket(info).close()
    else:
        with pytest.raises(OSError, match="not a public address"):
            artifacts._public_socket(info)


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        pytest.param(Actions(run={"head_sha": None}), Unreachable, id="no commit"),
        pytest.param(Actions(run={"id": {}}), Unreachable, id="an id of another type"),
        pytest.param(Actions([Stored(b"", listed={"name": None})]), Unreachable, id="an artifact without a name"),
    ],
)
async def test_an_answer_of_another_shape_is_none(fetch, actions, expected):
    with pytest.raises(expected):
        await fetch(actions)


async def test_a_run_that_is_not_there_is_gone(fetch):
    with pytest.raises(SubjectGone):
        await fetch(Actions(), "acme/gadget")
