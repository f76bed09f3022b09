"""Pull requests in GitHub's GraphQL schema.

A field reads for the one who asks, and may not show what that one may not see.
"""

from bot.sandbox import acts, closing, history, shapes
from bot.sandbox.model import Pull, Repository
from bot.sandbox.wire.graph.execute import Execution
from bot.sandbox.wire.graph.pages import Args, Bag, page, page_by_id
from bot.sandbox.wire.graph.schema import code
from bot.sandbox.wire.graph.schema.common import CONNECTION, Fields, bag, listed, read, stamp
from bot.sandbox.wire.graph.schema.issues import SUBJECT


def pull_request(run: Execution, it: Repository, args: Args) -> Pull:
    run.require("pull_requests", "read")
    return run.state.pull_in(it, args["number"])


def pull_requests(run: Execution, it: Repository, args: Args) -> Bag:
    run.require("pull_requests", "read")
    states = set(listed(args.get("states"))) or {"OPEN", "CLOSED", "MERGED"}
    found = [each for each in it.pulls.values() if _state(each) in states]
    for name, own in (("baseRefName", "base_branch"), ("headRefName", "head_branch")):
        if args.get(name) is not None:
            found = [each for each in found if getattr(each, own) == args[name]]
    return page_by_id("PullRequest", found, args)


def _state(it: Pull) -> str:
    return "MERGED" if it.merged_at is not None else it.state.upper()


def _files(_run: Execution, it: Pull, args: Args) -> Bag:
    found = history.changed_files(it)[: history.MOST_FILES]
    place = {file.path: index for index, file in enumerate(found)}
    return page("PullRequestChangedFile", found, args, lambda file: (place[file.path],))


def _commits(_run: Execution, it: Pull, args: Args) -> Bag:
    """Return the commits that merging would bring, oldest first."""
    found = [Bag("PullRequestCommit", {"commit": each}) for each in history.own_commits(it)[::-1]]
    place = {id(each): index for index, each in enumerate(found)}
    return page("PullRequestCommit", found, args, lambda each: (place[id(each)],))


def _closing(run: Execution, it: Pull, args: Args) -> Bag:
    """Return what merging would close, as far as the asker sees it; with sticky links, also what it would no more."""
    run.require("issues", "read")
    found = closing.links_of(run.state, it)
    if run.github.sticky_links:
        found = {number: link for number, link in it.former_links.items() if closing.is_there(link)} | found
    is_all = not args.get("userLinkedOnly")
    chosen = [each.issue for each in found.values() if is_all or each.is_manual]
    return page_by_id("Issue", [each for each in chosen if run.viewer.sees(each.repository)], args)


TYPES: dict[str, Fields] = {
    "PullRequest": {
        **SUBJECT,
        **read(
            state=_state,
            isDraft=lambda it: it.is_draft,
            merged=lambda it: it.merged_at is not None,
            mergedAt=lambda it: stamp(it.merged_at),
            mergeCommit=lambda it: it.merge_commit,
            permalink=shapes.page,
            baseRefName=lambda it: it.base_branch,
            baseRefOid=lambda it: it.base_sha,
            baseRef=lambda it: code.ref(it.repository, it.base_branch),
            baseRepository=lambda it: it.repository,
            headRefName=lambda it: it.head_branch,
            headRefOid=lambda it: it.head.sha,
            headRef=lambda it: code.ref(it.head_repository, it.head_branch),
            headRepository=lambda it: it.head_repository,
            isCrossRepository=lambda it: it.is_from_fork,
            isInMergeQueue=lambda it: acts.group_of(it) is not None,
            changedFiles=lambda it: len(history.changed_files(it)),
            additions=lambda it: sum(each.additions for each in history.changed_files(it)),
            deletions=lambda it: sum(each.deletions for each in history.changed_files(it)),
        ),
        "closingIssuesReferences": _closing,
        "commits": _commits,
        "files": _files,
    },
    "PullRequestChangedFile": read(
        path=lambda it: it.path,
        changeType=lambda it: it.kind,
        additions=lambda it: it.additions,
        deletions=lambda it: it.deletions,
    ),
    "PullRequestCommit": bag("commit"),
    "PullRequestCommitConnection": CONNECTION,
    "PullRequestConnection": CONNECTION,
    "PullRequestChangedFileConnection": CONNECTION,
    "PullRequestTimelineItemsConnection": CONNECTION,
}
