"""What a repository has published: its releases, without drafts and prereleases. Reads no versions, keeps nothing."""

from collections.abc import Iterable

from bot.core.errors import SubjectGone, Unreachable
from bot.core.recurrence.model import Release
from bot.github.client import Installation
from bot.github.shapes import ReleaseNode, Releases, checked

MAX_PAGES = 5  # of a hundred releases; beyond that the newest are enough
MAX_TAG = 255  # characters


async def fetch_releases(installation: Installation, repository: str, repository_id: int) -> tuple[Release, ...]:
    """Newest first, one request for a hundred. Raises SubjectGone and whatever the client raises."""
    owner, _, name = repository.partition("/")
    found: list[ReleaseNode | None] = []
    after: str | None = None
    for _ in range(MAX_PAGES):
        answer = await installation.query("Releases", {"owner": owner, "name": name, "after": after})
        data = answer.data.get("repository")
        if not data:
            raise SubjectGone("the repository is gone or not ours to see")
        if data.get("databaseId") != repository_id:
            raise SubjectGone(f"{data.get('nameWithOwner')} is another repository now")
        if data.get("releases") is None:
            failed = answer.failure("repository")
            raise Unreachable(f"the releases were not shown: {failed.message if failed else 'no reason given'}")
        page = checked(Releases, data["releases"])
        found += page.nodes
        after = page.pageInfo.endCursor
        if not page.pageInfo.hasNextPage:
            break
    return published(found)


def published(nodes: Iterable[ReleaseNode | None]) -> tuple[Release, ...]:
    """What users have: each tag once, as it is shown first. A tag that git cannot have is no version, nor is half a
    tag: such are left out.
    """
    found: dict[str, Release] = {}
    for each in filter(None, nodes):
        is_version = len(each.tagName) <= MAX_TAG and each.tagName.isprintable() and each.tagName != ""
        if is_version and each.publishedAt and not (each.isDraft or each.isPrerelease):
            found.setdefault(each.tagName, Release(each.tagName, each.publishedAt))
    return tuple(found.values())
