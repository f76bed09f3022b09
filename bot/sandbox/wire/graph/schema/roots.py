"""Where a GraphQL query begins: the root, and a repository.

A field reads for the one who asks, and may not show what that one may not see.
"""

from bot.sandbox import shapes
from bot.sandbox.model import Issue, Repository, not_found
from bot.sandbox.wire.graph.execute import Execution
from bot.sandbox.wire.graph.pages import Args, Bag, page_by_id
from bot.sandbox.wire.graph.schema import code, issues, people, pulls, releases
from bot.sandbox.wire.graph.schema.common import Fields, bag, node, read, stamp


def _repository(run: Execution, _root: None, args: Args) -> Repository:
    full_name = f"{args['owner']}/{args['name']}"
    found = run.state.repositories.get(full_name.lower())
    if found is None or not run.viewer.sees(found):
        raise not_found(f"Could not resolve to a Repository with the name '{full_name}'.")
    return found


def _numbered(run: Execution, it: Repository, args: Args) -> Issue:
    """Return the issue or the pull request of a number: they are numbered together."""
    number = args["number"]
    if number in it.pulls:
        return pulls.pull_request(run, it, args)
    if number not in it.issues:
        raise not_found(f"Could not resolve to an issue or pull request with the number of {number}.")
    return issues.issue(run, it, args)


def _rate_limit(run: Execution, _root: None, _args: Args) -> Bag:
    key = run.viewer.installation.id if run.viewer.installation else 0
    budget, limit = run.github.limits.budget(key, "graphql"), run.github.limits.per_hour["graphql"]
    fields = {"limit": limit, "used": budget.used, "remaining": limit - budget.used, "resetAt": stamp(budget.reset_at)}
    return Bag("RateLimit", fields | {"cost": run.price.cost, "nodeCount": run.price.nodes})


TYPES: dict[str, Fields] = {
    "Query": {
        "node": lambda run, _root, args: node(run, args["id"]),
        "repository": _repository,
        "user": people.user,
        "organization": people.organization,
        "rateLimit": _rate_limit,
    },
    "Repository": {
        **read(
            id=lambda it: it.node_id,
            databaseId=lambda it: it.id,
            name=lambda it: it.name,
            nameWithOwner=lambda it: it.full_name,
            owner=lambda it: it.owner,
            url=lambda it: f"{shapes.SITE}/{it.full_name}",
            isArchived=lambda it: it.is_archived,
            isFork=lambda it: it.source is not None,
            isPrivate=lambda it: it.is_private,
            hasIssuesEnabled=lambda it: it.has_issues,
            defaultBranchRef=lambda it: code.ref(it, it.default_branch),
        ),
        "object": code.git_object,
        "label": lambda _run, it, args: it.labels.get(args["name"].lower()),
        "labels": lambda _run, it, args: page_by_id("Label", it.labels.values(), args),
        "issue": issues.issue,
        "issues": issues.issues,
        "issueOrPullRequest": _numbered,
        "pullRequest": pulls.pull_request,
        "pullRequests": pulls.pull_requests,
        "releases": releases.releases,
    },
    "RateLimit": bag("cost", "limit", "nodeCount", "remaining", "resetAt", "used"),
    "PageInfo": bag("hasNextPage", "hasPreviousPage", "startCursor", "endCursor"),
}
