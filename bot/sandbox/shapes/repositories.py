"""Repositories, their commits and pushes, as GitHub writes them.

A shape only reads; it may not decide who is allowed to see it.
"""

from bot.sandbox import git, history
from bot.sandbox.model import NO_COMMIT, Commit, Repository, User
from bot.sandbox.shapes.common import SITE, Json, stamp
from bot.sandbox.shapes.people import signature, user

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


def repository(api: str, it: Repository) -> Json:
    url, page = f"{api}/repos/{it.full_name}", f"{SITE}/{it.full_name}"
    return {
        "id": it.id,
        "node_id": it.node_id,
        "name": it.name,
        "full_name": it.full_name,
        "private": it.is_private,
        "owner": user(api, it.owner),
        "html_url": page,
        "description": None,
        "fork": it.source is not None,
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


def push(api: str, it: Repository, branch: str, before: Commit | None, after: Commit, pusher: User) -> Json:
    """Return the payload of the webhook of one pushed commit."""
    page, old = f"{SITE}/{it.full_name}", NO_COMMIT if before is None else before.sha
    told = commit(it, after)
    author = signature(pusher)
    return {
        "ref": f"refs/heads/{branch}",
        "before": old,
        "after": after.sha,
        "repository": pushed_repository(api, it),
        "pusher": {"name": author["name"], "email": author["email"]},
        "created": before is None,
        "deleted": False,
        "forced": before is not None and all(each is not before for each in history.ancestors(after)),
        "base_ref": None,
        "compare": f"{page}/compare/{old[:12]}...{after.sha[:12]}",
        "commits": [told],
        "head_commit": told,
    }


def commit(home: Repository, it: Commit) -> Json:
    """Return a commit as `push` writes it: git knows of no renaming, so a moved file is removed and added."""
    old = {} if it.parent is None else it.parent.files
    author = signature(it.author)
    return {
        "id": it.sha,
        "tree_id": git.tree(it.files).oid,
        "distinct": True,
        "message": it.message,
        "timestamp": it.at.isoformat(),
        "url": f"{SITE}/{home.full_name}/commit/{it.sha}",
        "author": author,
        "committer": author,
        "added": [path for path in it.files if path not in old],
        "removed": [path for path in old if path not in it.files],
        "modified": [path for path in it.files if path in old and old[path] != it.files[path]],
    }
