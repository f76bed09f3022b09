"""Releases in GitHub's GraphQL schema.

A field reads for the one who asks, and may not show what that one may not see.
"""

from bot.sandbox import shapes
from bot.sandbox.model import Repository
from bot.sandbox.wire.graph.execute import Execution
from bot.sandbox.wire.graph.pages import Args, Bag, page
from bot.sandbox.wire.graph.schema.common import CONNECTION, Fields, alive, read, stamp


def releases(run: Execution, it: Repository, args: Args) -> Bag:
    """Return releases by creation or by name, oldest first; drafts only to who may write."""
    run.require("contents", "read")
    order = args.get("orderBy") or {"field": "CREATED_AT"}
    shown = [each for each in run.state.releases_of(it) if not each.is_draft or run.viewer.may("contents", "write")]
    names = {tag: place for place, tag in enumerate(sorted({each.tag for each in shown}))}
    sign = -1 if order.get("direction") == "DESC" else 1
    keys = {
        each.id: (sign * (names[each.tag] if order["field"] == "NAME" else each.created_at.timestamp()), sign * each.id)
        for each in shown
    }
    return page("Release", sorted(shown, key=lambda each: keys[each.id]), args, lambda each: keys[each.id])


TYPES: dict[str, Fields] = {
    "Release": read(
        id=lambda it: it.node_id,
        databaseId=lambda it: it.id,
        tagName=lambda it: it.tag,
        name=lambda it: it.tag,
        author=lambda it: alive(it.author),
        createdAt=lambda it: stamp(it.created_at),
        publishedAt=lambda it: stamp(it.published_at),
        isDraft=lambda it: it.is_draft,
        isPrerelease=lambda it: it.is_prerelease,
        url=lambda it: f"{shapes.SITE}/{it.repository.full_name}/releases/tag/{it.tag}",
    ),
    "ReleaseConnection": CONNECTION,
}
