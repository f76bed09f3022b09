"""GitHub's REST answers about repositories, files, pull requests and check runs.

A function reads or acts, and may not check who asks: the route says what is needed, `routes` enforces it.
"""

import base64
import posixpath
from collections.abc import Mapping
from typing import Any

from bot.sandbox import acts, git, history, shapes
from bot.sandbox.github import GitHub
from bot.sandbox.model import CheckRun, Commit, Pull, RefusedError, Repository, not_found
from bot.sandbox.wire.checkwish import graph_form, wish_of
from bot.sandbox.wire.exchange import Asked, Reply, paged
from bot.sandbox.wire.rest.places import repository_in


def repository(github: GitHub, asked: Asked) -> Reply:
    found = repository_in(github, asked)
    return Reply(200, shapes.repository(github.state.api_url, found))


def contents(github: GitHub, asked: Asked) -> Reply:
    found, path = repository_in(github, asked), asked.path_values[2].strip("/")
    ref = asked.query.get("ref", "HEAD")
    commit = history.resolve(found, ref)
    if commit is None:
        raise not_found(f"No commit found for the ref {ref}")
    folder = git.find(commit.files, path)
    if isinstance(folder, git.Tree):
        return Reply(200, [_entry(github, found, ref, each) for each in folder.entries])
    at = git.entry(commit.files, path)
    if at is None:
        raise not_found()
    at = _followed(commit.files, at)
    shape = _entry(github, found, ref, at)
    if not isinstance(at.object, git.Blob):
        return Reply(200, shape)
    content = at.object.content
    if at.mode == git.LINK_MODE:
        return Reply(200, shape | {"target": content.decode(errors="replace")})
    if "raw" in asked.headers.get("Accept", ""):
        return Reply(200, content, content_type="application/vnd.github.raw; charset=utf-8")
    return Reply(200, shape | {"content": base64.encodebytes(content).decode(), "encoding": "base64"})


def _followed(files: Mapping[str, bytes], at: git.TreeEntry) -> git.TreeEntry:
    """Return the file that a symbolic link leads to, where it leads to one of the same repository."""
    if at.mode != git.LINK_MODE or not isinstance(at.object, git.Blob):
        return at
    target = posixpath.join(posixpath.dirname(at.path), at.object.content.decode(errors="replace"))
    there = git.entry(files, posixpath.normpath(target))
    return there if there is not None and there.mode in {git.FILE_MODE, git.PROGRAM_MODE} else at


def _entry(github: GitHub, repository: Repository, ref: str, it: git.TreeEntry) -> dict[str, Any]:
    kind = {git.FOLDER_MODE: "dir", git.LINK_MODE: "symlink", git.SUBMODULE_MODE: "submodule"}.get(it.mode, "file")
    home = f"{github.state.api_url}/repos/{repository.full_name}"
    site, branch = f"{shapes.SITE}/{repository.full_name}", repository.default_branch if ref == "HEAD" else ref
    path, sha = it.path, it.oid
    page = f"{site}/{'blob' if it.type == 'blob' else 'tree'}/{branch}/{path}"
    url = f"{home}/contents/{path}?ref={branch}"
    git_url = f"{home}/git/{'blobs' if it.type == 'blob' else 'trees'}/{sha}"
    raw = f"https://raw.githubusercontent.com/{repository.full_name}/{branch}/{path}"
    return {
        "name": it.name,
        "path": path,
        "sha": sha,
        "size": len(it.object.content) if isinstance(it.object, git.Blob) else 0,
        "url": url,
        "html_url": page,
        "git_url": git_url,
        "download_url": raw if it.type == "blob" else None,
        "type": kind,
        "_links": {"self": url, "git": git_url, "html": page},
    }


def _pull(github: GitHub, asked: Asked) -> Pull:
    return github.state.pull_in(repository_in(github, asked), int(asked.path_values[-1]))


def pull(github: GitHub, asked: Asked) -> Reply:
    return Reply(200, shapes.pull(github.state.api_url, _pull(github, asked)))


def pull_files(github: GitHub, asked: Asked) -> Reply:
    """Return the changed files, as GitHub does no more than 3,000 of them."""
    found, api = _pull(github, asked), github.state.api_url
    shown = history.changed_files(found)[: history.MOST_FILES]
    return paged(
        github, asked, shown, lambda each: shapes.changed_file(api, each, found.repository.full_name, found.head.sha)
    )


def comparison(github: GitHub, asked: Asked) -> Reply:
    """Return what `head` of "base...head" has changed since it left `base`: 300 files at most."""
    home, (base, _, head) = repository_in(github, asked), asked.path_values[2].partition("...")
    start, end = history.resolve(home, base), history.resolve(home, head)
    if start is None or end is None:
        raise not_found("No common ancestor")
    files = history.compare(start, end)[: history.MOST_COMPARED]
    api = github.state.api_url
    return Reply(200, {"files": [shapes.changed_file(api, each, home.full_name, end.sha) for each in files]})


def _commit(github: GitHub, asked: Asked) -> Commit:
    found = history.resolve(repository_in(github, asked), asked.path_values[2])
    if found is None:
        raise RefusedError(422, f"No commit found for SHA: {asked.path_values[2]}")
    return found


def pulls_of_commit(github: GitHub, asked: Asked) -> Reply:
    commit, pulls = _commit(github, asked), repository_in(github, asked).pulls.values()
    found = [each for each in pulls if commit in history.own_commits(each)]
    return paged(github, asked, found, lambda each: shapes.pull(github.state.api_url, each))


def check_runs(github: GitHub, asked: Asked) -> Reply:
    """Return the check runs of a commit, of each name the newest unless all are asked for."""
    suite = repository_in(github, asked).suites.get(_commit(github, asked).sha)
    found = [] if suite is None else suite.runs
    if asked.query.get("filter", "latest") == "latest":
        found = list({each.name: each for each in found}.values())
    name, status = asked.query.get("check_name"), asked.query.get("status")
    found = [each for each in found if name in {None, each.name} and status in {None, each.status.lower()}]
    return paged(github, asked, found, lambda each: _shape(github, each), key="check_runs")


def _shape(github: GitHub, it: CheckRun) -> shapes.Json:
    return shapes.check_run(github.state.api_url, it, github.app)


def _check_run(github: GitHub, asked: Asked) -> CheckRun:
    number = int(asked.path_values[-1])
    found = next((each for each in repository_in(github, asked).check_runs if each.id == number), None)
    if found is None:
        raise not_found()
    return found


def check_run(github: GitHub, asked: Asked) -> Reply:
    return Reply(200, _shape(github, _check_run(github, asked)))


def annotations(github: GitHub, asked: Asked) -> Reply:
    run = _check_run(github, asked)
    api, home, sha = github.state.api_url, run.repository, run.commit.sha
    return paged(github, asked, run.annotations, lambda each: shapes.annotation(api, each, home, sha))


def create_check_run(github: GitHub, asked: Asked) -> Reply:
    given, home = graph_form(asked.json_object()), repository_in(github, asked)
    made = acts.create_check_run(github.state, home, str(given.get("headSha")), wish_of(given), github.app.bot)
    return Reply(201, _shape(github, made))


def update_check_run(github: GitHub, asked: Asked) -> Reply:
    run = _check_run(github, asked)
    acts.update_check_run(github.state, run, wish_of(graph_form(asked.json_object())), github.app.bot)
    return Reply(200, _shape(github, run))
