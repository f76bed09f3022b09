"""Releases, as GitHub writes them.

A shape only reads; it may not decide who is allowed to see it.
"""

from bot.sandbox.releases import Release
from bot.sandbox.shapes.common import SITE, Json, stamp, stamp_or_none
from bot.sandbox.shapes.people import user


def release(api: str, it: Release) -> Json:
    home, page = f"{api}/repos/{it.repository.full_name}", f"{SITE}/{it.repository.full_name}"
    url = f"{home}/releases/{it.id}"
    return {
        "url": url,
        "assets_url": f"{url}/assets",
        "upload_url": f"{url}/assets{{?name,label}}",
        "html_url": f"{page}/releases/tag/{it.tag}",
        "id": it.id,
        "author": user(api, it.author),
        "node_id": it.node_id,
        "tag_name": it.tag,
        "target_commitish": it.repository.default_branch,
        "name": it.tag,
        "draft": it.is_draft,
        "immutable": False,
        "prerelease": it.is_prerelease,
        "created_at": stamp(it.created_at),
        "updated_at": stamp(it.created_at),
        "published_at": stamp_or_none(it.published_at),
        "assets": [],
        "tarball_url": None if it.is_draft else f"{home}/tarball/{it.tag}",
        "zipball_url": None if it.is_draft else f"{home}/zipball/{it.tag}",
        "body": None,
    }
