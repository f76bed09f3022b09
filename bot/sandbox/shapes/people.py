"""People, organisations and their place in a repository, as GitHub writes them.

A shape only reads; it may not decide who is allowed to see it.
"""

from bot.sandbox.model import Repository, User
from bot.sandbox.shapes.common import SITE, Json

_USER_LINKS = {
    "followers_url": "/followers",
    "following_url": "/following{/other_user}",
    "gists_url": "/gists{/gist_id}",
    "starred_url": "/starred{/owner}{/repo}",
    "subscriptions_url": "/subscriptions",
    "organizations_url": "/orgs",
    "repos_url": "/repos",
    "events_url": "/events{/privacy}",
    "received_events_url": "/received_events",
}
_GHOST = User(10137, "MDQ6VXNlcjEwMTM3", "ghost")


def user(api: str, it: User) -> Json:
    if it.is_deleted:
        it = _GHOST
    url = f"{api}/users/{it.login}"
    page = f"apps/{it.login.removesuffix('[bot]')}" if it.kind == "Bot" else it.login
    return {
        "login": it.login,
        "id": it.id,
        "node_id": it.node_id,
        "avatar_url": f"https://avatars.githubusercontent.com/u/{it.id}?v=4",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{SITE}/{page}",
        **{key: url + rest for key, rest in _USER_LINKS.items()},
        "type": it.kind,
        "user_view_type": "public",
        "site_admin": False,
    }


def organization(api: str, it: User) -> Json:
    url = f"{api}/orgs/{it.login}"
    return {
        "login": it.login,
        "id": it.id,
        "node_id": it.node_id,
        "url": url,
        "repos_url": f"{url}/repos",
        "events_url": f"{url}/events",
        "hooks_url": f"{url}/hooks",
        "issues_url": f"{url}/issues",
        "members_url": f"{url}/members{{/member}}",
        "public_members_url": f"{url}/public_members{{/member}}",
        "avatar_url": f"https://avatars.githubusercontent.com/u/{it.id}?v=4",
        "description": None,
    }


def association(it: Repository, author: User) -> str:
    """Return what an author is to a repository; here everybody with a role in an organisation's is its member."""
    if author is it.owner:
        return "OWNER"
    if it.level_of(author) is not None:
        return "MEMBER" if it.owner.kind == "Organization" else "COLLABORATOR"
    return "CONTRIBUTOR" if author.id in it.contributors else "NONE"


def signature(it: User) -> Json:
    """Return a user as the author or committer of a commit."""
    return {"name": it.login, "email": f"{it.id}+{it.login}@users.noreply.github.com", "username": it.login}


def permission(api: str, home: Repository, person: User) -> Json:
    """Return somebody's access; `permission` knows no triage and no maintain, `role_name` does."""
    level = home.access_of(person)
    legacy = {"triage": "read", "maintain": "write"}.get(level, level)
    order = ("read", "triage", "write", "maintain", "admin")
    reach = order.index(level) + 1 if level in order else 0
    names = ("pull", "triage", "push", "maintain", "admin")
    may = {name: index < reach for index, name in enumerate(names)}
    shown = user(api, person) | {"permissions": may, "role_name": level}
    return {"permission": legacy, "role_name": level, "user": shown}
