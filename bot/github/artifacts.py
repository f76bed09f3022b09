"""Artifacts of a workflow run: downloaded, unpacked in memory and read as test results.

What is in them is a stranger's: nothing of it is written to a disk, run, used as a path or followed, and what cannot
be read is a problem that is told.
"""

import asyncio
import hashlib
import http
import ipaddress
import socket
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import aiohttp
from pydantic import BaseModel, ConfigDict
from yarl import URL

from bot.core.errors import SubjectGone
from bot.core.evidence.results import BadReport, Report, Result, Room, read_junit
from bot.core.rules.values import fits
from bot.github.client import Installation
from bot.github.shapes import checked

APP = "github-actions"  # whose every workflow run is
PROOF = "burndown-proof.json"
PROOFS = ("burndown-proof*",)  # artifacts from which proofs are taken: a test can write into any other
SHOWN = "burndown-proof.xml"  # the same for people: nothing that CI ran
MAX_ARTIFACTS = 5  # of a run
MAX_RUNS = 20  # of a commit
MAX_LISTED = 100
MAX_PACKED = 20 * 2**20  # bytes of an archive
MAX_ENTRIES = 2_000
MAX_RATIO = 100  # of what is unpacked to what is packed
SMALL = 2**20  # bytes that may be unpacked whatever the ratio
MAX_PROOF = 256 * 2**10  # bytes
MAX_PROOFS = 10
MAX_PROBLEMS = 20
PIECE = 2**16
TIMEOUT = aiohttp.ClientTimeout(total=30, connect=5)
ARCHIVES = (".zip", ".jar", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".7z", ".zst")
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # others take the memory that they ask for
ENTRY = b"PK\x01\x02"  # with which every entry of a zip's directory begins
BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError, LookupError)
NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Artifact:
    id: int
    name: str  # foreign
    size: int  # bytes of its archive, as GitHub says
    digest: str  # "sha256:...", or "" where GitHub does not say
    is_expired: bool


@dataclass(frozen=True, slots=True)
class Imported:
    """What the artifacts of a workflow run say."""

    run_id: int
    head: str  # commit
    app: str  # slug of the App that ran it
    conclusion: str  # "" while it runs
    report: Report
    proofs: tuple[bytes, ...]  # the files that `burndown prove` writes, unread
    digests: tuple[str, ...]  # "sha256:..." of the archives that were read
    workflow_id: int = 0  # the same for every run of one workflow
    event: str = ""  # what started it
    origin: str = ""  # owner/name of the repository that its commit is from, "" where that is gone


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Repository(_Part):
    full_name: str


class _Run(_Part):
    id: int
    workflow_id: int = 0
    head_sha: str
    event: str = ""
    conclusion: str | None = None
    head_repository: _Repository | None = None


class _Runs(_Part):
    workflow_runs: list[_Run] = []


class _Listed(_Part):
    id: int
    name: str
    size_in_bytes: int
    expired: bool = False
    digest: str | None = None


class _Listing(_Part):
    total_count: int = 0
    artifacts: list[_Listed]


@dataclass(slots=True)
class _Found:
    """What the archives of a run have said so far, and what they may still take up."""

    room: Room = field(default_factory=Room)
    results: list[Result] = field(default_factory=list)
    files: int = 0  # that were test reports
    proofs: list[bytes] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def report(self) -> Report:
        more = len(self.problems) - MAX_PROBLEMS
        problems = (*self.problems[:MAX_PROBLEMS], *([f"and {more} more"] if more > 0 else ()))
        return Report(tuple(self.results), problems, self.files)


class _Bad(Exception):
    """A file, an archive or a download that is not read; the message is ours."""


async def fetch_results(installation: Installation, repository: str, run_id: int, patterns: Sequence[str]) -> Imported:
    """The test results of a workflow run, from its artifacts whose names fit one of the globs.

    Two requests, and two for each artifact. Raises what the client raises, Refused without `actions: read`.
    Source: docs.github.com/rest/actions/workflow-runs and .../artifacts.
    """
    await installation.may("actions")  # a token that has it, if it can be had: public runs are seen without
    base = f"/repos/{repository}/actions"
    run = checked(_Run, (await installation.get(f"{base}/runs/{run_id}")).data)
    found = _Found()
    for artifact in await _listed(installation, f"{base}/runs/{run_id}/artifacts", patterns, found):
        try:
            packed = await _download(installation, f"{base}/artifacts/{artifact.id}/zip", artifact)
            found.digests.append(_digest(packed, artifact))
            await asyncio.to_thread(_unpack, packed, found, takes_proofs=fits(artifact.name, PROOFS))
        except _Bad as error:
            found.problems.append(f"artifact {artifact.id}: {error}")
    return Imported(
        run_id=run.id,
        workflow_id=run.workflow_id,
        head=run.head_sha,
        app=APP,
        conclusion=run.conclusion or "",
        report=found.report(),
        proofs=tuple(found.proofs),
        digests=tuple(found.digests),
        event=run.event,
        origin=run.head_repository.full_name if run.head_repository else "",
    )


async def fetch_runs(installation: Installation, repository: str, head: str) -> tuple[int, ...]:
    """The finished runs of workflows on a commit, newest first."""
    path = f"/repos/{repository}/actions/runs?head_sha={head}&status=completed&per_page={MAX_RUNS}"
    found = checked(_Runs, (await installation.get(path)).data)
    return tuple(each.id for each in found.workflow_runs)


async def _listed(
    installation: Installation, path: str, patterns: Sequence[str], found: _Found
) -> tuple[Artifact, ...]:
    listing = checked(_Listing, (await installation.get(f"{path}?per_page={MAX_LISTED}")).data)
    if listing.total_count > len(listing.artifacts):
        found.problems.append(f"the run has more artifacts than the {len(listing.artifacts)} that were looked at")
    fitting = [
        Artifact(each.id, each.name, each.size_in_bytes, each.digest or "", each.expired)
        for each in listing.artifacts
        if fits(each.name, patterns)
    ]
    if len(fitting) > MAX_ARTIFACTS:
        found.problems.append(f"only {MAX_ARTIFACTS} of {len(fitting)} artifacts were read")
    return tuple(fitting[:MAX_ARTIFACTS])


async def _download(installation: Installation, path: str, artifact: Artifact) -> bytes:
    """The archive, from the one place that GitHub names, without our token."""
    if artifact.is_expired:
        raise _Bad("it has expired")
    if artifact.size > MAX_PACKED:
        raise _Bad("it is too large")
    try:
        location = await installation.location(path)
    except SubjectGone:
        raise _Bad("it is gone") from None
    url = _url(location)
    is_local = _is_loopback(URL(installation.github.api_url)) and _is_loopback(url)  # as in tests, and nowhere else
    if not (url.scheme == "https" or is_local) or not url.host or url.user or url.password:
        raise _Bad("it is not where artifacts are")
    connector = aiohttp.TCPConnector(socket_factory=None if is_local else _public_socket)
    try:
        async with (
            aiohttp.ClientSession(connector=connector, auto_decompress=False, timeout=TIMEOUT) as session,
            session.get(url, allow_redirects=False, headers={"accept-encoding": "identity"}) as answer,
        ):
            return await _body(answer)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise _Bad(f"it could not be downloaded ({type(error).__name__})") from None


async def _body(answer: aiohttp.ClientResponse) -> bytes:
    if answer.status != http.HTTPStatus.OK:
        raise _Bad(f"it could not be downloaded ({answer.status})")
    packed = bytearray()
    async for piece in answer.content.iter_chunked(PIECE):
        packed += piece
        if len(packed) > MAX_PACKED:
            raise _Bad("it is too large")
    return bytes(packed)


def _url(location: str) -> URL:
    try:
        return URL(location)
    except ValueError:
        return URL()


def _is_loopback(url: URL) -> bool:
    return url.scheme == "http" and url.host in {"127.0.0.1", "::1", "localhost"}


def _public_socket(found: tuple[int, int, int, str, tuple[Any, ...]]) -> socket.socket:
    """For one address that a name was resolved to, just before it is called: no name leads into our own network."""
    family, kind, protocol, _, (host, *_) = found
    if not _is_public(ipaddress.ip_address(host.partition("%")[0])):
        raise OSError("not a public address")
    return socket.socket(family, kind, protocol)


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner or address.teredo:
            return inner is not None and _is_public(inner)
    return address.is_global and not address.is_multicast


def _digest(packed: bytes, artifact: Artifact) -> str:
    digest = f"sha256:{hashlib.sha256(packed).hexdigest()}"
    if artifact.digest not in {"", digest}:
        raise _Bad("it is not what its digest says")
    return digest


def _unpack(packed: bytes, found: _Found, *, takes_proofs: bool) -> None:
    """Blocks; every name is only looked at, and every size is counted, not believed."""
    if packed.count(ENTRY) > MAX_ENTRIES:
        raise _Bad("it has too many files")
    try:
        with zipfile.ZipFile(BytesIO(packed)) as archive:
            seen: set[str] = set()
            for number, entry in enumerate(archive.infolist(), 1):
                try:
                    if takes_proofs or not entry.filename.lower().endswith(PROOF):
                        _read_entry(archive, entry, seen, found)
                except (_Bad, BadReport) as error:
                    found.problems.append(f"file {number} of an artifact: {error}")
    except BROKEN:
        raise _Bad("it is not an archive that can be read") from None


def _read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, seen: set[str], found: _Found) -> None:
    name = entry.filename.rpartition("/")[2].lower()
    if name.endswith(ARCHIVES):
        raise _Bad("an archive in an archive is not read")
    if name == SHOWN or (not name.endswith(".xml") and name != PROOF):
        return
    if entry.filename in seen:
        raise _Bad("there are two of its name")
    seen.add(entry.filename)
    if entry.flag_bits & 1:
        raise _Bad("it is encrypted")
    if entry.compress_type not in METHODS:
        raise _Bad("it is packed in a way that is not read")
    pieces = _pieces(archive, entry)
    if name != PROOF:
        found.results += read_junit(pieces, found.room)
        found.files += 1
    elif len(found.proofs) < MAX_PROOFS:
        found.proofs.append(_proof(pieces, found.room))
    else:
        raise _Bad(f"there are more than {MAX_PROOFS} of its name")


def _pieces(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    most = max(SMALL, MAX_RATIO * entry.compress_size)
    unpacked = 0
    try:
        with archive.open(entry) as stream:
            while piece := stream.read(PIECE):
                unpacked += len(piece)
                if unpacked > most:
                    raise _Bad("it is packed too densely")
                yield piece
    except BROKEN:
        raise _Bad("it is damaged") from None


def _proof(pieces: Iterator[bytes], room: Room) -> bytes:
    text = bytearray()
    for piece in pieces:
        text += piece
        room.octets -= len(piece)
        if len(text) > MAX_PROOF or room.octets < 0:
            raise _Bad("it is too large")
    return bytes(text)
