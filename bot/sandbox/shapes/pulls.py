"""Pull requests, as GitHub writes them.

A shape only reads; it may not decide who is allowed to see it.
"""

from bot.sandbox import diff, git, history
from bot.sandbox.model import MergeGroup, Pull, Repository
from bot.sandbox.shapes.common import SITE, Json, stamp, stamp_or_none
from bot.sandbox.shapes.issues import label, page
from bot.sandbox.shapes.people import association, signature, user
from bot.sandbox.shapes.repositories import repository


def pull(api: str, it: Pull) -> Json:
    home = f"{api}/repos/{it.repository.full_name}"
    url = f"{home}/pulls/{it.number}"
    people = [user(api, each) for each in it.assignees.values()]
    links, files = _links(it, home, url), history.changed_files(it)
    return {
        "url": url,
        "id": it.id,
        "node_id": it.node_id,
        "html_url": page(it),
        "diff_url": f"{page(it)}.diff",
        "patch_url": f"{page(it)}.patch",
        "issue_url": f"{home}/issues/{it.number}",
        "number": it.number,
        "state": it.state,
        "locked": it.is_locked,
        "title": it.title,
        "user": user(api, it.author),
        "body": it.body or None,
        "created_at": stamp(it.created_at),
        "updated_at": stamp(it.updated_at),
        "closed_at": stamp_or_none(it.closed_at),
        "merged_at": stamp_or_none(it.merged_at),
        "merge_commit_sha": None if it.merge_commit is None else it.merge_commit.sha,
        "assignee": people[0] if people else None,
        "assignees": people,
        "requested_reviewers": [],
        "requested_teams": [],
        "labels": [label(api, each) for each in it.labels.values()],
        "milestone": None,
        "draft": it.is_draft,
        **{f"{name}_url": links[name] for name in ("commits", "review_comments", "review_comment")},
        "comments_url": links["comments"],
        "statuses_url": links["statuses"],
        "head": _side(api, it.head_repository, it.head_branch, it.head.sha),
        "base": _side(api, it.repository, it.base_branch, it.base_sha),
        "_links": {name: {"href": link} for name, link in links.items()},
        "author_association": association(it.repository, it.author),
        "auto_merge": None,
        "active_lock_reason": it.lock_reason,
        "merged": it.merged_at is not None,
        "mergeable": None,
        "rebaseable": None,
        "mergeable_state": "unknown",
        "merged_by": None if it.merged_by is None else user(api, it.merged_by),
        "comments": len(it.comments),
        "review_comments": 0,
        "maintainer_can_modify": False,
        "commits": len(history.own_commits(it)),
        "additions": sum(each.additions for each in files),
        "deletions": sum(each.deletions for each in files),
        "changed_files": len(files),
    }


def _links(it: Pull, home: str, url: str) -> dict[str, str]:
    return {
        "self": url,
        "html": page(it),
        "issue": f"{home}/issues/{it.number}",
        "comments": f"{home}/issues/{it.number}/comments",
        "review_comments": f"{url}/comments",
        "review_comment": f"{home}/pulls/comments{{/number}}",
        "commits": f"{url}/commits",
        "statuses": f"{home}/statuses/{it.head.sha}",
    }


def _side(api: str, home: Repository, branch: str, sha: str) -> Json:
    return {
        "label": f"{home.owner.login}:{branch}",
        "ref": branch,
        "sha": sha,
        "user": user(api, home.owner),
        "repo": repository(api, home),
    }


def changed_file(api: str, it: diff.FileChange, home: str, sha: str) -> Json:
    """Return a file of the repository `home`, as a comparison with a commit writes it; no patch is no such key."""
    patch = diff.patch(it)
    return {
        "sha": it.oid,
        "filename": it.path,
        "status": {"DELETED": "removed"}.get(it.kind, it.kind.lower()),
        "additions": it.additions,
        "deletions": it.deletions,
        "changes": it.additions + it.deletions,
        "blob_url": f"{SITE}/{home}/blob/{sha}/{it.path}",
        "raw_url": f"{SITE}/{home}/raw/{sha}/{it.path}",
        "contents_url": f"{api}/repos/{home}/contents/{it.path}?ref={sha}",
        **({} if patch is None else {"patch": patch}),
        **({} if it.before is None else {"previous_filename": it.before}),
    }


def merge_group(it: MergeGroup) -> Json:
    author = signature(it.commit.author)
    person = {"name": author["name"], "email": author["email"]}
    return {
        "head_sha": it.commit.sha,
        "head_ref": f"refs/heads/{it.branch}",
        "base_sha": it.base.sha,
        "base_ref": f"refs/heads/{it.base_branch}",
        "head_commit": {
            "id": it.commit.sha,
            "tree_id": git.tree(it.commit.files).oid,
            "message": it.commit.message,
            "timestamp": it.commit.at.isoformat(),
            "author": person,
            "committer": person,
        },
    }
