"""Check runs, as GitHub writes them.

A shape only reads; it may not decide who is allowed to see it.
"""

from bot.sandbox.model import Annotation, App, CheckRun, CheckSuite, Commit, Pull, Repository
from bot.sandbox.shapes.apps import app_shape
from bot.sandbox.shapes.common import SITE, Json, stamp, stamp_or_none


def check_run(api: str, it: CheckRun, app: App) -> Json:
    home = f"{api}/repos/{it.repository.full_name}"
    url = f"{home}/check-runs/{it.id}"
    return {
        "id": it.id,
        "node_id": it.node_id,
        "head_sha": it.commit.sha,
        "external_id": it.external_id,
        "url": url,
        "html_url": check_page(it),
        "details_url": it.details_url or str(app_shape(api, app)["external_url"]),
        "status": it.status.lower(),
        "conclusion": it.conclusion and it.conclusion.lower(),
        "started_at": stamp(it.started_at),
        "completed_at": stamp_or_none(it.completed_at),
        "output": {
            "title": it.title,
            "summary": it.summary,
            "text": it.text,
            "annotations_count": len(it.annotations),
            "annotations_url": f"{url}/annotations",
        },
        "name": it.name,
        "check_suite": _suite(api, it.suite, app),
        "app": app_shape(api, app),
        "pull_requests": offers(api, it.repository, it.commit),
    }


def check_page(it: CheckRun) -> str:
    return f"{SITE}/{it.repository.full_name}/runs/{it.id}"


def _suite(api: str, it: CheckSuite, app: App) -> Json:
    home = it.repository
    at = [branch for branch, tip in home.branches.items() if tip is it.commit]
    return {
        "id": it.id,
        "node_id": it.node_id,
        "head_branch": at[0] if at else None,
        "head_sha": it.commit.sha,
        "status": "completed" if all(run.status == "COMPLETED" for run in it.runs) else "in_progress",
        "conclusion": None,
        "url": f"{api}/repos/{home.full_name}/check-suites/{it.id}",
        "before": None if it.commit.parent is None else it.commit.parent.sha,
        "after": it.commit.sha,
        "pull_requests": offers(api, home, it.commit),
        "app": app_shape(api, app),
        "created_at": stamp(it.commit.at),
        "updated_at": stamp(it.commit.at),
    }


def offers(api: str, home: Repository, commit: Commit) -> list[Json]:
    """Return the open pull requests of a commit, in brief; GitHub leaves out all that come from forks."""
    pulls = home.pulls.values()
    found = [each for each in pulls if each.head is commit and each.state == "open" and not each.is_from_fork]
    return [_offer(api, each) for each in found]


def _offer(api: str, it: Pull) -> Json:
    home = it.repository
    brief = {"id": home.id, "url": f"{api}/repos/{home.full_name}", "name": home.name}
    return {
        "url": f"{api}/repos/{home.full_name}/pulls/{it.number}",
        "id": it.id,
        "number": it.number,
        "head": {"ref": it.head_branch, "sha": it.head.sha, "repo": brief},
        "base": {"ref": it.base_branch, "sha": it.base_sha, "repo": brief},
    }


def annotation(api: str, it: Annotation, home: Repository, sha: str) -> Json:
    return {
        "path": it.path,
        "blob_href": f"{api}/repos/{home.full_name}/contents/{it.path}?ref={sha}",
        "start_line": it.start_line,
        "start_column": it.start_column,
        "end_line": it.end_line,
        "end_column": it.end_column,
        "annotation_level": it.level.lower(),
        "title": it.title,
        "message": it.message,
        "raw_details": it.raw_details,
    }
