"""GitHub's REST answers about people: their access to a repository, and their teams.

A function reads or acts, and may not check who asks: the route says what is needed, `routes` enforces it.
"""

from bot.sandbox import shapes
from bot.sandbox.github import GitHub
from bot.sandbox.model import not_found
from bot.sandbox.wire.exchange import Asked, Reply, paged
from bot.sandbox.wire.rest.places import repository_in


def permission(github: GitHub, asked: Asked) -> Reply:
    login = asked.path_values[2]
    found = github.state.users.get(login.lower())
    if found is None or found.is_deleted or found.kind == "Organization":
        raise not_found(f"{login} is not a user")
    return Reply(200, shapes.permission(github.state.api_url, repository_in(github, asked), found))


def team_members(github: GitHub, asked: Asked) -> Reply:
    organization, slug = (value.lower() for value in asked.path_values)
    found = github.state.teams.get((organization, slug))
    installation = None if asked.viewer is None else asked.viewer.installation
    if found is None or installation is None or installation.account is not found.organization:
        raise not_found()
    members = [each for each in found.members.values() if not each.is_deleted]
    return paged(github, asked, members, lambda each: shapes.user(github.state.api_url, each))
