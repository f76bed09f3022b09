"""Where a REST request is about: the repository, issue or pull request that its path names.

It finds for the one who asks, and may not answer.
"""

from bot.sandbox.github import GitHub
from bot.sandbox.model import Issue, RefusedError, Repository, not_found
from bot.sandbox.wire.exchange import Asked


def repository_in(github: GitHub, asked: Asked) -> Repository:
    """Return the repository that the path names, by owner and name or by its number, if the asker sees it."""
    state, values = github.state, asked.path_values
    if asked.path.startswith("/repositories/"):
        found = state.repositories_by_id.get(int(values[0]))
    else:
        found = state.repositories.get(f"{values[0]}/{values[1]}".lower())
    if found is None or asked.viewer is None or not asked.viewer.sees(found):
        raise not_found()
    return found


def issue_in(github: GitHub, asked: Asked, number: str) -> Issue:
    """Return an issue or a pull request: REST numbers and reads them alike."""
    repository = repository_in(github, asked)
    if int(number) in repository.pulls:
        return repository.pulls[int(number)]
    if not repository.has_issues:
        raise RefusedError(410, "Issues are disabled for this repo")
    found = repository.issues.get(int(number))
    if found is not None:
        return found
    if int(number) not in repository.gone:
        raise not_found()
    successor = repository.gone[int(number)]
    if successor is None:
        raise RefusedError(410, "This issue was deleted")
    there = f"{github.state.api_url}/repositories/{successor.repository.id}/issues/{successor.number}"
    there += asked.path.rpartition(f"/issues/{number}")[2]
    raise RefusedError(301, "Moved Permanently", extra={"url": there}, headers={"Location": there})
