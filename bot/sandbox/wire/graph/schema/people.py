"""People, organisations and teams in GitHub's GraphQL schema.

A field reads for the one who asks, and may not show what that one may not see.
"""

from bot.sandbox.model import Team, User, not_found
from bot.sandbox.wire.graph.execute import Execution
from bot.sandbox.wire.graph.pages import Args, Bag, page_by_id
from bot.sandbox.wire.graph.schema.common import CONNECTION, Fields, read


def user(run: Execution, _root: None, args: Args) -> User:
    found = run.state.user(args["login"])
    if found.kind != "User":
        raise not_found(f"Could not resolve to a User with the login of '{args['login']}'.")
    return found


def organization(run: Execution, _root: None, args: Args) -> User:
    found = run.state.users.get(args["login"].lower())
    if found is None or found.kind != "Organization":
        raise not_found(f"Could not resolve to an Organization with the login of '{args['login']}'.")
    return found


def _team(run: Execution, it: User, args: Args) -> Team | None:
    run.require("members", "read")
    installation = run.viewer.installation
    if installation is None or installation.account is not it:
        return None
    return run.state.teams.get((it.login.lower(), args["slug"].lower()))


def _members(_run: Execution, it: Team, args: Args) -> Bag:
    return page_by_id("TeamMember", [each for each in it.members.values() if not each.is_deleted], args)


_ACTOR = read(
    id=lambda it: it.node_id,
    databaseId=lambda it: it.id,
    login=lambda it: it.login.removesuffix("[bot]") if it.kind == "Bot" else it.login,
    url=lambda it: f"https://github.com/{it.login}",
)

TYPES: dict[str, Fields] = {
    "User": _ACTOR,
    "Bot": _ACTOR,
    "Organization": _ACTOR | {"team": _team},
    "Team": {
        **read(id=lambda it: it.node_id, databaseId=lambda it: it.id, slug=lambda it: it.slug, name=lambda it: it.slug),
        "organization": lambda _run, it, _args: it.organization,
        "members": _members,
    },
    "UserConnection": CONNECTION,
    "TeamMemberConnection": CONNECTION,
}
