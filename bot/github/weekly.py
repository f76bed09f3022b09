"""The issue of the weekly burn-down: read, sought, made and written. Decides nothing.

A marker counts only in what our App wrote: anybody can paste one.
"""

from dataclasses import dataclass

from bot.core.errors import Refused, SubjectGone, Unreachable
from bot.core.text.quoting import marked
from bot.core.text.sections import MARKER
from bot.core.text.weekly import COMMENT
from bot.github.client import Installation
from bot.github.shapes import CommentNode, Governed, Part, checked

FINAL = frozenset({"FORBIDDEN", "INSUFFICIENT_SCOPES", "UNPROCESSABLE"})  # said again, it is refused again


@dataclass(frozen=True, slots=True)
class Home:
    """The repository, as just read."""

    id: str
    full_name: str
    state: str  # of the files that govern the bot


@dataclass(frozen=True, slots=True)
class WeeklyIssue:
    id: str
    number: int
    body: str
    is_open: bool
    is_pinned: bool
    told: frozenset[str] = frozenset()  # the weeks on which our comments are


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be written to the issue; "" leaves a part as it is."""

    body: str = ""
    comment: str = ""
    is_pin: bool = False


class _HomeOf(Part):
    databaseId: int  # noqa: N815 - GitHub's names, here and below


class _Comments(Part):
    nodes: tuple[CommentNode | None, ...] = ()


class _Node(Part):
    id: str
    number: int
    body: str | None = None
    state: str
    viewerDidAuthor: bool  # noqa: N815
    isPinned: bool | None = None  # noqa: N815
    repository: _HomeOf | None = None
    comments: _Comments = _Comments()


class _Repository(Governed):
    id: str
    databaseId: int  # noqa: N815
    nameWithOwner: str  # noqa: N815
    isArchived: bool  # noqa: N815
    hasIssuesEnabled: bool  # noqa: N815


class _Page(Part):
    nodes: tuple[_Node | None, ...] = ()


class _Candidates(Part):
    ours: _Page | None = None
    newest: _Page | None = None


async def fetch_weekly(
    installation: Installation, repository: str, repository_id: int, known: str
) -> tuple[Home, WeeklyIssue | None]:
    """One request where the id of the issue is `known` and the issue still there; it is sought otherwise.

    Raises SubjectGone, Refused and whatever the client raises.
    """
    home, issue = await _fetch(installation, repository, repository_id, known)
    if issue is None and (found := await _seek(installation, home.full_name)):
        home, issue = await _fetch(installation, home.full_name, repository_id, found)
    return home, issue


async def _fetch(
    installation: Installation, repository: str, repository_id: int, known: str
) -> tuple[Home, WeeklyIssue | None]:
    owner, _, name = repository.partition("/")
    variables = {"owner": owner, "name": name, "issue": known, "isKnown": bool(known)}
    answer = await installation.query("WeeklyIssue", variables)
    if (failed := answer.failure("repository")) and failed.type != "NOT_FOUND":
        raise Unreachable(f"the repository was not shown: {failed.message}")
    if answer.data.get("repository") is None:
        raise SubjectGone("the repository is gone or not ours to see")
    if (failed := answer.failure("issue")) and failed.type != "NOT_FOUND":
        raise Unreachable(f"the weekly issue was not shown: {failed.message}")
    home = checked(_Repository, answer.data["repository"])
    if home.databaseId != repository_id:
        raise SubjectGone(f"{home.nameWithOwner} is another repository now")
    if home.isArchived or not home.hasIssuesEnabled:
        raise Refused("the repository is archived, or its issues are switched off")
    found = answer.data.get("issue")
    node = checked(_Node, found) if found else None
    is_here = node and node.viewerDidAuthor and node.repository and node.repository.databaseId == repository_id
    return Home(home.id, home.nameWithOwner, home.state), _issue(node) if node and is_here else None


async def _seek(installation: Installation, repository: str) -> str:
    """The id of the issue that carries our marker and that we wrote, "" where there is none; open ones go first.

    Where an App's issues are not found by its name (renovatebot/renovate#44730) only recent ones are looked at.
    """
    owner, _, name = repository.partition("/")
    variables = {"owner": owner, "name": name, "us": f"{await installation.github.slug()}[bot]"}
    found = checked(_Candidates, (await installation.query("WeeklyCandidates", variables)).data.get("repository") or {})
    nodes = [node for page in (found.ours, found.newest) if page for node in page.nodes if node]
    ours = [node for node in nodes if node.viewerDidAuthor and f"<!-- {MARKER} " in (node.body or "")]
    newest = max(ours, key=lambda node: (node.state == "OPEN", node.number), default=None)
    return newest.id if newest else ""


async def create_weekly(installation: Installation, home: Home, title: str, body: str) -> WeeklyIssue:
    """Raises Refused, and whatever the client raises: then it may be there nevertheless, and is sought."""
    variables = {"repository": home.id, "title": title, "body": body}
    answer = await installation.mutate("CreateWeekly", variables, contents=1)
    made = (answer.data.get("createIssue") or {}).get("issue")
    if not made:
        raise Refused("; ".join(error.message for error in answer.errors) or "the weekly issue was not created")
    return _issue(checked(_Node, made))


async def write_weekly(installation: Installation, issue: WeeklyIssue, change: Change) -> tuple[str, ...]:
    """One request, or none; what GitHub refused of it. Raises Unreachable when a part is worth another try."""
    if change == Change():
        return ()
    variables = {
        "issue": issue.id,
        "body": change.body,
        "doBody": bool(change.body),
        "comment": change.comment,
        "doComment": bool(change.comment),
        "doPin": change.is_pin,
    }
    answer = await installation.mutate("WriteWeekly", variables, contents=bool(change.comment))
    for error in answer.errors:
        if error.path[:1] != ("pin",) and error.type not in FINAL:
            raise Unreachable(f"a part was not written: {error.message}")
    return tuple(f"{error.path[0] if error.path else 'write'} refused: {error.message}" for error in answer.errors)


def _issue(node: _Node) -> WeeklyIssue:
    ours = (each.body for each in node.comments.nodes if each and each.viewerDidAuthor)
    told = frozenset(filter(None, (marked(each, COMMENT) for each in ours)))
    return WeeklyIssue(node.id, node.number, node.body or "", node.state == "OPEN", bool(node.isPinned), told)
