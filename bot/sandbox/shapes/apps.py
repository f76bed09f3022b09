"""The App and its installations, as GitHub writes them.

A shape only reads; it may not decide who is allowed to see it.
"""

from bot.sandbox.model import App, Installation
from bot.sandbox.shapes.common import SITE, Json, stamp, stamp_or_none
from bot.sandbox.shapes.people import user


def app_shape(api: str, it: App) -> Json:
    return {
        "id": it.id,
        "client_id": it.client_id,
        "slug": it.slug,
        "node_id": it.node_id,
        "owner": user(api, it.owner),
        "name": it.name,
        "description": "",
        "external_url": "https://example.com",
        "html_url": f"{SITE}/apps/{it.slug}",
        "created_at": stamp(it.created_at),
        "updated_at": stamp(it.created_at),
        "permissions": dict(it.permissions),
        "events": list(it.events),
    }


def installation(api: str, it: Installation, app: App) -> Json:
    """Return the REST shape; a webhook writes its two times as seconds instead (`hook_installation`)."""
    return {
        "id": it.id,
        "client_id": app.client_id,
        "account": user(api, it.account),
        "repository_selection": "selected",
        "access_tokens_url": f"{api}/app/installations/{it.id}/access_tokens",
        "repositories_url": f"{api}/installation/repositories",
        "html_url": f"{SITE}/settings/installations/{it.id}",
        "app_id": app.id,
        "app_slug": app.slug,
        "target_id": it.account.id,
        "target_type": it.account.kind,
        "permissions": dict(it.permissions),
        "events": list(it.events),
        "created_at": stamp(it.created_at),
        "updated_at": stamp(it.updated_at),
        "single_file_name": None,
        "has_multiple_single_files": False,
        "single_file_paths": [],
        "suspended_by": None if it.suspended_by is None else user(api, it.suspended_by),
        "suspended_at": stamp_or_none(it.suspended_at),
    }


def hook_installation(api: str, it: Installation, app: App) -> Json:
    times = {"created_at": int(it.created_at.timestamp()), "updated_at": int(it.updated_at.timestamp())}
    return installation(api, it, app) | times
