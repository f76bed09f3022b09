"""Workflow runs and their artifacts, as GitHub writes them.

A shape only reads; it may not decide who is allowed to see it.
"""

from datetime import datetime

from bot.sandbox import git
from bot.sandbox.ci import Artifact, WorkflowRun
from bot.sandbox.shapes.checks import offers
from bot.sandbox.shapes.common import SITE, Json, stamp
from bot.sandbox.shapes.people import signature, user
from bot.sandbox.shapes.repositories import repository


def workflow_run(api: str, it: WorkflowRun) -> Json:
    home, page = f"{api}/repos/{it.repository.full_name}", f"{SITE}/{it.repository.full_name}"
    url = f"{home}/actions/runs/{it.id}"
    return {
        "id": it.id,
        "name": it.name,
        "node_id": it.node_id,
        "head_branch": it.branch,
        "head_sha": it.commit.sha,
        "path": _path(it),
        "display_title": it.commit.message.partition("\n")[0],
        "run_number": it.number,
        "event": it.event,
        "status": "completed",
        "conclusion": it.conclusion,
        "workflow_id": it.workflow_id,
        "check_suite_id": it.suite_id,
        "url": url,
        "html_url": f"{page}/actions/runs/{it.id}",
        "pull_requests": offers(api, it.repository, it.commit),
        **dict.fromkeys(("created_at", "updated_at", "run_started_at"), stamp(it.at)),
        **dict.fromkeys(("actor", "triggering_actor"), user(api, it.actor)),
        "run_attempt": 1,
        **{f"{name}_url": f"{url}/{name}" for name in ("jobs", "logs", "artifacts", "cancel", "rerun")},
        "check_suite_url": f"{home}/check-suites/{it.suite_id}",
        "workflow_url": f"{home}/actions/workflows/{it.workflow_id}",
        "previous_attempt_url": None,
        "head_commit": _commit(it),
        "repository": repository(api, it.repository),
        "head_repository": repository(api, it.commit.repository),
    }


def _path(it: WorkflowRun) -> str:
    return f".github/workflows/{it.name.replace(' ', '-')}.yml"


def _commit(it: WorkflowRun) -> Json:
    author = signature(it.commit.author)
    person = {"name": author["name"], "email": author["email"]}
    return {
        "id": it.commit.sha,
        "tree_id": git.tree(it.commit.files).oid,
        "message": it.commit.message,
        "timestamp": it.commit.at.isoformat(),
        "author": person,
        "committer": person,
    }


def workflow(api: str, it: WorkflowRun) -> Json:
    home, page = f"{api}/repos/{it.repository.full_name}", f"{SITE}/{it.repository.full_name}"
    return {
        "id": it.workflow_id,
        "node_id": f"W_kwDO{it.workflow_id}",
        "name": it.name,
        "path": _path(it),
        "state": "active",
        **dict.fromkeys(("created_at", "updated_at"), stamp(it.repository.created_at)),
        "url": f"{home}/actions/workflows/{it.workflow_id}",
        "html_url": f"{page}/blob/{it.repository.default_branch}/{_path(it)}",
        "badge_url": f"{page}/workflows/{it.name}/badge.svg",
    }


def artifact(api: str, it: Artifact, now: datetime) -> Json:
    run, home = it.run, it.run.repository
    url = f"{api}/repos/{home.full_name}/actions/artifacts/{it.id}"
    return {
        "id": it.id,
        "node_id": it.node_id,
        "name": it.name,
        "size_in_bytes": len(it.archive),
        "url": url,
        "archive_download_url": f"{url}/zip",
        "expired": it.expires_at <= now,
        "digest": it.digest,
        "created_at": stamp(it.created_at),
        "updated_at": stamp(it.created_at),
        "expires_at": stamp(it.expires_at),
        "workflow_run": {
            "id": run.id,
            "repository_id": home.id,
            "head_repository_id": run.commit.repository.id,
            "head_branch": run.branch,
            "head_sha": run.commit.sha,
        },
    }
