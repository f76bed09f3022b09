"""The JSON in which GitHub writes its things, in REST answers and in webhooks alike.

A shape only reads; it may not decide who is allowed to see it.
"""

from datetime import datetime

from bot.sandbox.model import App, Comment, Installation, Issue, Label, Repository, User

Json = dict[str, object]

_SITE = "https://github.com"
_REACTIONS = ("+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes")
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
_REPOSITORY_LINKS = {
    "forks_url": "/forks",
    "keys_url": "/keys{/key_id}",
    "collaborators_url": "/collaborators{/collaborator}",
    "teams_url": "/teams",
    "hooks_url": "/hooks",
    "issue_events_url": "/issues/events{/number}",
    "events_url": "/events",
    "assignees_url": "/assignees{/user}",
    "branches_url": "/branches{/branch}",
    "tags_url": "/tags",
    "blobs_url": "/git/blobs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "trees_url": "/git/trees{/sha}",
    "statuses_url": "/statuses/{sha}",
    "languages_url": "/languages",
    "stargazers_url": "/stargazers",
    "contributors_url": "/contributors",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "commits_url": "/commits{/sha}",
    "git_commits_url": "/git/commits{/sha}",
    "comments_url": "/comments{/number}",
    "issue_comment_url": "/issues/comments{/number}",
    "contents_url": "/contents/{+path}",
    "compare_url": "/compare/{base}...{head}",
    "merges_url": "/merges",
    "archive_url": "/{archive_format}{/ref}",
    "downloads_url": "/downloads",
    "issues_url": "/issues{/number}",
    "pulls_url": "/pulls{/number}",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "labels_url": "/labels{/name}",
    "releases_url": "/releases{/id}",
    "deployments_url": "/deployments",
}
_REPOSITORY_FIXED = {
    **dict.fromkeys(("homepage", "language", "mirror_url", "license"), None),
    **dict.fromkeys(("size", "stargazers_count", "watchers_count", "watchers", "forks_count", "forks"), 0),
    **dict.fromkeys(("has_projects", "has_downloads", "has_wiki", "allow_forking"), True),
    **dict.fromkeys(("has_pages", "has_discussions", "disabled", "is_template", "web_commit_signoff_required"), False),
}
_GHOST = User(10137, "MDQ6VXNlcjEwMTM3", "ghost")


def stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _stamp_or_none(at: datetime | None) -> str | None:
    return None if at is None else stamp(at)


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
        "html_url": f"{_SITE}/{page}",
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


def repository(api: str, it: Repository) -> Json:
    url, page = f"{api}/repos/{it.full_name}", f"{_SITE}/{it.full_name}"
    return {
        "id": it.id,
        "node_id": it.node_id,
        "name": it.name,
        "full_name": it.full_name,
        "private": it.is_private,
        "owner": user(api, it.owner),
        "html_url": page,
        "description": None,
        "fork": False,
        "url": url,
        **{key: url + rest for key, rest in _REPOSITORY_LINKS.items()},
        **dict.fromkeys(("created_at", "updated_at", "pushed_at"), stamp(it.created_at)),
        "git_url": f"git://github.com/{it.full_name}.git",
        "ssh_url": f"git@github.com:{it.full_name}.git",
        "clone_url": f"{page}.git",
        "svn_url": page,
        **_REPOSITORY_FIXED,
        "has_issues": it.has_issues,
        "archived": it.is_archived,
        "open_issues_count": it.open_issues,
        "open_issues": it.open_issues,
        "topics": [],
        "visibility": "private" if it.is_private else "public",
        "default_branch": it.default_branch,
    }


def association(it: Repository, author: User) -> str:
    if author is it.owner:
        return "OWNER"
    return "NONE" if it.level_of(author) is None else "MEMBER"


def _reactions(url: str) -> Json:
    return {"url": f"{url}/reactions", "total_count": 0, **dict.fromkeys(_REACTIONS, 0)}


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
        "closed_at": _stamp_or_none(it.closed_at),
        "author_association": association(it.repository, it.author),
        "active_lock_reason": it.lock_reason,
        "body": it.body or None,
        "reactions": _reactions(url),
        "timeline_url": f"{url}/timeline",
        "performed_via_github_app": _made_by(api, it.author, app),
        "state_reason": it.state_reason,
    }


def page(it: Issue) -> str:
    return f"{_SITE}/{it.repository.full_name}/issues/{it.number}"


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
        "reactions": _reactions(url),
        "performed_via_github_app": _made_by(api, it.author, app),
    }


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
        "html_url": f"{_SITE}/apps/{it.slug}",
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
        "html_url": f"{_SITE}/settings/installations/{it.id}",
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
        "suspended_at": _stamp_or_none(it.suspended_at),
    }


def hook_installation(api: str, it: Installation, app: App) -> Json:
    times = {"created_at": int(it.created_at.timestamp()), "updated_at": int(it.updated_at.timestamp())}
    return installation(api, it, app) | times


def brief(it: Repository) -> Json:
    """Return the short form in which webhooks about installations name repositories."""
    return {
        "id": it.id,
        "node_id": it.node_id,
        "name": it.name,
        "full_name": it.full_name,
        "private": it.is_private,
    }


def pushed_repository(api: str, it: Repository) -> Json:
    """Return a repository as `push` writes it: the owner has a name and an address, some times are seconds."""
    seconds = int(it.created_at.timestamp())
    owner = {"name": it.owner.login, "email": None} | user(api, it.owner)
    changed = {"owner": owner, "created_at": seconds, "pushed_at": seconds, "stargazers": 0}
    return repository(api, it) | changed | {"master_branch": it.default_branch}


def signature(it: User) -> Json:
    """Return a user as the author or committer of a commit."""
    return {"name": it.login, "email": f"{it.id}+{it.login}@users.noreply.github.com", "username": it.login}
