"""A pull request's snapshot, the texts of its files, and the check runs that say what follows. Judges nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.core.check import CheckRun
from bot.core.errors import Refused, SubjectGone, Unreachable
from bot.core.events import Hints
from bot.core.evidence.model import ChangedFile, CommitNote, Linked, PullRequest, Texts
from bot.core.lint import Place
from bot.core.model import Asked, Subject
from bot.core.text.issues import reply_key_of
from bot.github.answers import GraphQL
from bot.github.client import Installation
from bot.github.people import changes, fetch_asked
from bot.github.shapes import ClosedNode, ClosedNodes, FileNodes, Mode, PullNode, PullRepository, TextNode, checked

MAX_PAGES = 30  # of files: GitHub lists 3,000
ANNOTATIONS = 50  # that one request may carry
CLOSED = 5  # issues of one request
HINTED = 4  # files whose texts ride along with the snapshot
AT_ONCE = 10  # files of one request for texts
MAX_MESSAGE = 8_000  # characters of a commit message
LARGE = 500_000  # bytes: GitHub shows no more of a file
REGULAR, POINTERS = 0o100644, frozenset({0o120000, 0o160000})  # a file; symbolic links and submodules
NOTHING = "HEAD:"  # what is asked for where no file is: a folder, without a text


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a snapshot holds beside the pull request itself."""

    hints: Hints = field(default_factory=Hints)
    asked: str = ""  # id of a comment that asks something of us
    ran: frozenset[str] = frozenset()  # its commands that were run before
    comments: bool = False  # ours, so that nothing is answered twice


@dataclass(frozen=True, slots=True)
class FetchedPull:
    """A snapshot with what applying a verdict needs."""

    pull: PullRequest
    id: str
    repository_id: str
    state: str  # of the files that govern the bot, on the default branch
    is_private: bool
    label_ids: Mapping[str, str]  # case-folded name -> node id, of the labels on it
    texts: Mapping[str, Texts] = field(default_factory=dict)  # by path, of the files that were hinted at
    asked: Asked | None = None
    replies: frozenset[str] = frozenset()  # keys of what we answered below it


async def fetch_pull(installation: Installation, repository: str, subject: Subject, wanted: Wanted) -> FetchedPull:
    """One request where the files fit a page. Raises SubjectGone, Refused and whatever the client raises."""
    owner, _, name = repository.partition("/")
    hints = wanted.hints
    paths = hints.paths[:HINTED] if hints.head and hints.base else ()
    variables = {
        "owner": owner,
        "name": name,
        "number": subject.number,
        "files": None,
        "app": installation.github.app_id,
        "asked": wanted.asked,
        "withAsked": bool(wanted.asked),
        "withComments": wanted.comments or bool(wanted.asked),
        "withTexts": bool(paths),
        **_sides(hints.head, hints.base, paths, HINTED),
    }
    answer = await installation.query("PullSnapshot", variables)
    if (forbidden := answer.failure("repository")) and forbidden.type == "FORBIDDEN":
        raise Refused(f"{'.'.join(map(str, forbidden.path))}: {forbidden.message}")
    found = _repository(answer, subject)
    node = found.pullRequest
    assert node
    files, is_whole = await _all_files(installation, variables, node)
    is_fresh = (node.headRefOid, node.baseRefOid) == (hints.head, hints.base)
    ours = [each for each in (node.comments.nodes if node.comments else []) if each and each.viewerDidAuthor]
    return FetchedPull(
        pull=await _snapshot(installation, found, node, subject, files, is_whole=is_whole),
        id=node.id,
        repository_id=found.id,
        state=found.state,
        is_private=found.isPrivate,
        label_ids={each.name.casefold(): each.id for each in (node.labels.nodes if node.labels else []) if each},
        texts=_texts(answer, paths) if is_fresh else {},
        asked=await fetch_asked(installation, found.nameWithOwner, answer.data.get("asked"), subject, wanted.ran),
        replies=frozenset(filter(None, (reply_key_of(each.body) for each in ours))),
    )


async def _snapshot(
    installation: Installation,
    found: PullRepository,
    node: PullNode,
    subject: Subject,
    files: tuple[ChangedFile, ...],
    *,
    is_whole: bool,
) -> PullRequest:
    slug = await installation.github.slug()
    return PullRequest(
        subject=subject,
        repository=found.nameWithOwner,
        title=node.title,
        body=node.body or "",
        author=node.author.login if node.author else "ghost",
        head=node.headRefOid,
        base=node.baseRefName,
        base_oid=node.baseRefOid,
        branch=node.headRefName,
        default_branch=found.defaultBranchRef.name if found.defaultBranchRef else "",
        labels=tuple(each.name for each in (node.labels.nodes if node.labels else []) if each),
        files=files,
        changed_files=max(node.changedFiles, len(files) + (not is_whole)),
        commits=_commits(node),
        closing=tuple(_closing(node)),
        now=installation.github.clock(),
        is_open=node.state == "OPEN",
        is_merged=node.state == "MERGED",
        is_draft=node.isDraft,
        is_from_fork=node.isCrossRepository,
        url=node.url,
        history=tuple(changes(node.timelineItems.nodes, slug)) if node.timelineItems else (),
        said=_said(node),
        is_partial=_is_partial(node),
    )


def _is_partial(node: PullNode) -> bool:
    """Whether something was not shown that says what it fixes."""
    if node.commits is None or node.commits.totalCount > len(node.commits.nodes or []):
        return True
    lists = (node.closingIssuesReferences, node.byHand, node.labels, node.commits)
    return any(each is None or each.nodes is None or None in each.nodes for each in lists)


def _repository(answer: GraphQL, subject: Subject) -> PullRepository:
    data = answer.data.get("repository")
    if not data or not data.get("pullRequest"):
        failed = answer.failure("repository")
        if failed and failed.type != "NOT_FOUND":
            raise Unreachable(f"the pull request was not shown: {failed.message}")
        raise SubjectGone("the pull request or its repository is gone")
    found = checked(PullRepository, data)
    if found.databaseId != subject.repository_id:
        raise SubjectGone(f"{found.nameWithOwner} is another repository now")
    if found.isArchived:
        raise Refused("the repository is archived: read-only")
    return found


async def _all_files(
    installation: Installation, variables: Mapping[str, Any], node: PullNode
) -> tuple[tuple[ChangedFile, ...], bool]:
    """The files, and whether every page of them came."""
    pages: list[FileNodes | None] = [node.files]
    while (page := pages[-1]) and page.pageInfo.hasNextPage and len(pages) < MAX_PAGES:
        asked = {key: variables[key] for key in ("owner", "name", "number")} | {"files": page.pageInfo.endCursor}
        found = (await installation.query("PullFiles", asked)).data.get("repository") or {}
        files = (found.get("pullRequest") or {}).get("files")
        pages.append(checked(FileNodes, files) if files else None)
    nodes = [file for page in pages for file in (page.nodes or [] if page else [])]
    files = tuple(ChangedFile(each.path, each.changeType, each.additions, each.deletions) for each in nodes if each)
    last = pages[-1]
    return files, last is not None and not last.pageInfo.hasNextPage and None not in nodes


def _commits(node: PullNode) -> tuple[CommitNote, ...]:
    nodes = (node.commits.nodes or []) if node.commits else []
    return tuple(CommitNote(each.commit.oid, _ends(each.commit.message)) for each in nodes if each)


def _ends(message: str) -> str:
    """What a message begins with, and where its trailers stand."""
    return (
        message if len(message) <= MAX_MESSAGE else f"{message[: MAX_MESSAGE // 2]}\n\n{message[-MAX_MESSAGE // 2 :]}"
    )


def _closing(node: PullNode) -> Iterable[Linked]:
    by_hand = {_name(each) for each in _known(node.byHand)}
    said = _known(node.closingIssuesReferences)
    return (_linked(each, is_manual=_name(each) in by_hand) for each in said)


def _known(nodes: ClosedNodes | None) -> list[ClosedNode]:
    return [each for each in (nodes.nodes or [] if nodes else []) if each]


def _name(node: ClosedNode) -> tuple[str, int]:
    return node.repository.nameWithOwner if node.repository else "", node.number


def _linked(node: ClosedNode, *, is_manual: bool = False) -> Linked:
    return Linked(
        repository=node.repository.nameWithOwner if node.repository else "",
        number=node.number,
        title=node.title,
        body=node.body or "",
        labels=tuple(each.name for each in (node.labels.nodes if node.labels else []) if each),
        is_open=node.state == "OPEN",
        is_pull=node.typename != "Issue",
        is_manual=is_manual,
    )


def _said(node: PullNode) -> dict[str, str]:
    """By what our newest completed check runs on the head are known."""
    commits = [each.commit for each in ((node.newest.nodes or []) if node.newest else []) if each]
    suites = [each.checkSuites for each in commits if each.oid == node.headRefOid and each.checkSuites]
    runs = [
        run for each in suites for suite in each.nodes if suite and suite.checkRuns for run in suite.checkRuns.nodes
    ]
    return {run.name: run.externalId for run in reversed(runs) if run and run.conclusion and run.externalId}


async def fetch_texts(
    installation: Installation, pull: PullRequest, paths: Sequence[str], known: Mapping[str, Texts]
) -> dict[str, Texts]:
    """What files say at head and base, those that are known already without a request."""
    owner, _, name = pull.repository.partition("/")
    missing = [path for path in paths if path not in known]
    found = {path: known[path] for path in paths if path in known}
    for at in range(0, len(missing), AT_ONCE):
        some = missing[at : at + AT_ONCE]
        variables = {"owner": owner, "name": name, **_sides(pull.head, pull.base_oid, some, AT_ONCE)}
        found |= _texts(await installation.query("PullTexts", variables), some)
    return found


async def fetch_closed(installation: Installation, repository: str, numbers: Sequence[int]) -> tuple[Linked, ...]:
    """Issues (or pull requests) by number, five with each request; what is gone is left out."""
    owner, _, name = repository.partition("/")
    found: dict[int, ClosedNode] = {}
    for at in range(0, len(numbers), CLOSED):
        some = [*numbers[at : at + CLOSED], *[numbers[0]] * CLOSED][:CLOSED]
        variables = {"owner": owner, "name": name} | {f"number{index}": each for index, each in enumerate(some)}
        answer = await installation.query("ClosedIssues", variables)
        if failed := next((each for each in answer.errors if each.type != "NOT_FOUND"), None):
            raise Unreachable(f"issues were not shown: {failed.message}")
        data = answer.data.get("repository") or {}
        found |= {node.number: node for each in data.values() if each for node in (checked(ClosedNode, each),)}
    return tuple(map(_linked, found.values()))


async def fetch_patches(installation: Installation, pull: PullRequest, paths: Sequence[str]) -> dict[str, str | None]:
    """The patches of some files, as GitHub shows them; None: it does not show this one."""
    found: dict[str, str | None] = dict.fromkeys(paths)
    left = set(paths)
    for page in range(1, MAX_PAGES + 1):
        path = f"/repos/{pull.repository}/pulls/{pull.subject.number}/files?per_page=100&page={page}"
        files = (await installation.get(path)).data
        for each in files if isinstance(files, list) else []:
            if each.get("filename") in left:
                found[each["filename"]] = each.get("patch")
                left.discard(each["filename"])
        if not left or not isinstance(files, list) or len(files) < 100:  # noqa: PLR2004 - a page
            break
    return found


async def fetch_changed_since(installation: Installation, pull: PullRequest, commit: str) -> tuple[str, ...]:
    """The files that differ between an earlier commit of a pull request and its head: up to 300 of them."""
    found = (await installation.get(f"/repos/{pull.repository}/compare/{commit}...{pull.head}")).data
    return tuple(str(each.get("filename")) for each in found.get("files") or [])


def _sides(head: str, base: str, paths: Sequence[str], slots: int) -> dict[str, str]:
    """The variables of a document with so many slots for files; those that are not used ask for nothing."""
    filled = [*paths, *[""] * (slots - len(paths))]
    texts = {
        f"{side}{index}": f"{oid}:{path}" if path else NOTHING
        for index, path in enumerate(filled)
        for side, oid in (("head", head), ("base", base))
    }
    return texts | {f"path{index}": path or "." for index, path in enumerate(filled)} | {"tip": head or "HEAD"}


def _texts(answer: GraphQL, paths: Sequence[str]) -> dict[str, Texts]:
    """A part that failed is not known; one that is null is not there."""
    found, data = {}, answer.data.get("repository") or {}
    tip = data.get("tip") or {}
    for index, path in enumerate(paths):
        aliases = [f"{side}{index}" for side in ("head", "base")]
        nodes = [checked(TextNode, data[each]) if data.get(each) else None for each in aliases]
        is_shown = all(each in data and not answer.failure("repository", each) for each in aliases)
        is_cut = any(node and node.isTruncated and node.byteSize <= LARGE for node in nodes)
        is_bare = any(node and node.text is None and node.isBinary is False for node in nodes)
        mode = checked(Mode, tip[f"file{index}"]).mode if tip.get(f"file{index}") else REGULAR
        is_text = not any(node and node.isBinary is not False for node in nodes)
        head, base = (node.text if node else None for node in nodes)
        found[path] = Texts(
            path,
            head,
            base,
            is_known=is_shown and not is_cut and not is_bare,
            is_large=any(node and node.isTruncated for node in nodes),
            is_regular=is_text and mode not in POINTERS,
        )
    return found


async def create_check(installation: Installation, repository_id: str, run: CheckRun) -> None:
    """A check run, whole and completed. Raises Refused without `checks: write`, and whatever the client raises."""
    annotations = [
        {
            "path": each.place.file,
            "location": _location(each.place),
            "annotationLevel": each.level,
            "title": each.title[:255],
            "message": each.message,
        }
        for each in run.annotations[:ANNOTATIONS]
    ]
    wanted = {
        "repositoryId": repository_id,
        "headSha": run.head,
        "name": run.name,
        "status": "COMPLETED",
        "conclusion": run.conclusion,
        "completedAt": installation.github.clock().isoformat(),
        "externalId": run.external_id,
        "output": {"title": run.title, "summary": run.summary, "annotations": annotations},
        "actions": [
            {"label": each.label, "description": each.description, "identifier": each.identifier}
            for each in run.buttons
        ],
    }
    answer = await installation.mutate("CreateCheckRun", {"input": wanted}, contents=1)
    if not answer.data.get("createCheckRun"):
        raise Refused("; ".join(error.message for error in answer.errors) or "the check run was not created")


def _location(place: Place) -> dict[str, int]:
    return {"startLine": place.line, "endLine": place.line, "startColumn": place.column, "endColumn": place.column}
