"""Labels, issues, comments and reactions, as GitHub writes them.

A shape only reads; it may not decide who is allowed to see it.
"""

from collections import Counter
from collections.abc import Sequence

from bot.sandbox.model import App, Comment, Issue, Label, Pull, Reaction, User
from bot.sandbox.shapes.apps import app_shape
from bot.sandbox.shapes.common import SITE, Json, stamp, stamp_or_none
from bot.sandbox.shapes.people import association, user

REACTIONS = {
    "THUMBS_UP": "+1",
    "THUMBS_DOWN": "-1",
    "LAUGH": "laugh",
    "HOORAY": "hooray",
    "CONFUSED": "confused",
    "HEART": "heart",
    "ROCKET": "rocket",
    "EYES": "eyes",
}


def label(api: str, it: Label) -> Json:
    return {
        "id": it.id,
        "node_id": it.node_id,
        "url": f"{api}/repos/{it.repository.full_name}/labels/{it.name.replace(' ', '%20')}",
        "name": it.name,
        "color": it.color,
        "default": False,
        "description": it.description or None,
    }


def _reactions(url: str, signs: Sequence[Reaction]) -> Json:
    counts = Counter(each.content for each in signs)
    told = {name: counts[content] for content, name in REACTIONS.items()}
    return {"url": f"{url}/reactions", "total_count": len(signs), **told}


def reaction(api: str, it: Reaction) -> Json:
    return {
        "id": it.id,
        "node_id": it.node_id,
        "user": user(api, it.user),
        "content": REACTIONS[it.content],
        "created_at": stamp(it.created_at),
    }


def _made_by(api: str, author: User, app: App) -> Json | None:
    return app_shape(api, app) if author is app.bot else None


def issue(api: str, it: Issue, app: App) -> Json:
    home = f"{api}/repos/{it.repository.full_name}"
    url = f"{home}/issues/{it.number}"
    people = [user(api, each) for each in it.assignees.values()]
    return {
        "url": url,
        "repository_url": home,
        "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "html_url": page(it),
        "id": it.id,
        "node_id": it.node_id,
        "number": it.number,
        "title": it.title,
        "user": user(api, it.author),
        "labels": [label(api, each) for each in it.labels.values()],
        "state": it.state,
        "locked": it.is_locked,
        "assignee": people[0] if people else None,
        "assignees": people,
        "milestone": None,
        "comments": len(it.comments),
        "created_at": stamp(it.created_at),
        "updated_at": stamp(it.updated_at),
        "closed_at": stamp_or_none(it.closed_at),
        "author_association": association(it.repository, it.author),
        "active_lock_reason": it.lock_reason,
        "body": it.body or None,
        "reactions": _reactions(url, it.reactions),
        "timeline_url": f"{url}/timeline",
        "performed_via_github_app": _made_by(api, it.author, app),
        "state_reason": it.state_reason,
        **({"pull_request": _pull_links(api, it)} if isinstance(it, Pull) else {}),
    }


def _pull_links(api: str, it: Pull) -> Json:
    """Return what tells a pull request from an issue, where both are written as issues."""
    return {
        "url": f"{api}/repos/{it.repository.full_name}/pulls/{it.number}",
        "html_url": page(it),
        "diff_url": f"{page(it)}.diff",
        "patch_url": f"{page(it)}.patch",
        "merged_at": stamp_or_none(it.merged_at),
    }


def page(it: Issue) -> str:
    return f"{SITE}/{it.repository.full_name}/{'pull' if isinstance(it, Pull) else 'issues'}/{it.number}"


def comment(api: str, it: Comment, app: App) -> Json:
    home = f"{api}/repos/{it.issue.repository.full_name}/issues"
    url = f"{home}/comments/{it.id}"
    return {
        "url": url,
        "html_url": f"{page(it.issue)}#issuecomment-{it.id}",
        "issue_url": f"{home}/{it.issue.number}",
        "id": it.id,
        "node_id": it.node_id,
        "user": user(api, it.author),
        "created_at": stamp(it.created_at),
        "updated_at": stamp(it.updated_at),
        "author_association": association(it.issue.repository, it.author),
        "body": it.body,
        "reactions": _reactions(url, it.reactions),
        "performed_via_github_app": _made_by(api, it.author, app),
    }
