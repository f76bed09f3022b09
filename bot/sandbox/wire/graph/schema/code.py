"""Files, folders and commits in GitHub's GraphQL schema.

A field reads for the one who asks, and may not show what that one may not see.
"""

from bot.sandbox import git, history, shapes
from bot.sandbox.model import Commit, Pull, Repository
from bot.sandbox.wire.graph.execute import Execution
from bot.sandbox.wire.graph.pages import Args, Bag, page, page_by_id
from bot.sandbox.wire.graph.schema.common import CONNECTION, Fields, alive, read, stamp

LARGEST_TEXT_BYTES = 512_000


def git_object(run: Execution, it: Repository, args: Args) -> git.Blob | git.Tree | Commit | None:
    """Return what `revision` or `revision:path` names; what is not there is null, without an error."""
    run.require("contents", "read")
    revision, colon, path = str(args.get("expression") or args.get("oid") or "").partition(":")
    commit = history.resolve(it, revision)
    if commit is None or not colon:
        return commit
    return git.find(commit.files, path)


def _text(it: git.Blob) -> str | None:
    return None if it.is_binary else it.content[:LARGEST_TEXT_BYTES].decode(errors="replace")


def _suites(run: Execution, it: Commit, args: Args) -> Bag:
    """Return the check suites of a commit in all repositories that the asker sees; a fork shares its commits."""
    run.require("checks", "read")
    asked = args.get("filterBy") or {}
    found = [home.suites[it.sha] for home in run.viewer.repositories() if it.sha in home.suites]
    if asked.get("appId") not in {None, run.github.app.id}:
        found = []
    if (name := asked.get("checkName")) is not None:
        found = [each for each in found if any(check.name == name for check in each.runs)]
    return page_by_id("CheckSuite", found, args)


def _file(run: Execution, it: Commit, args: Args) -> git.TreeEntry | None:
    run.require("contents", "read")
    return git.entry(it.files, args["path"])


def _parents(_run: Execution, it: Commit, args: Args) -> Bag:
    """Return what a commit was made from: first the branch that it is on."""
    place = {each.sha: index for index, each in enumerate(it.parents)}
    return page("Commit", it.parents, args, lambda each: (place[each.sha],))


def _offers(run: Execution, it: Commit, args: Args) -> Bag:
    run.require("pull_requests", "read")
    pulls: list[Pull] = [each for home in run.viewer.repositories() for each in home.pulls.values()]
    return page_by_id("PullRequest", [each for each in pulls if it in history.own_commits(each)], args)


TYPES: dict[str, Fields] = {
    "Blob": read(
        oid=lambda it: it.oid,
        byteSize=lambda it: len(it.content),
        isBinary=lambda it: it.is_binary,
        isTruncated=lambda it: len(it.content) > LARGEST_TEXT_BYTES,
        text=_text,
    ),
    "Tree": read(oid=lambda it: it.oid, entries=lambda it: it.entries),
    "TreeEntry": read(
        name=lambda it: it.name,
        path=lambda it: it.path,
        mode=lambda it: it.mode,
        type=lambda it: it.type,
        oid=lambda it: it.oid,
        object=lambda it: it.object,
        size=lambda it: len(it.object.content) if isinstance(it.object, git.Blob) else 0,
    ),
    "Commit": {
        **read(
            id=lambda it: it.node_id,
            oid=lambda it: it.sha,
            message=lambda it: it.message,
            messageHeadline=lambda it: it.message.partition("\n")[0],
            messageBody=lambda it: it.message.partition("\n")[2].strip(),
            committedDate=lambda it: stamp(it.at),
            url=lambda it: f"{shapes.SITE}/{it.repository.full_name}/commit/{it.sha}",
            author=lambda it: Bag("GitActor", {"name": it.author.login, "user": alive(it.author)}),
            tree=lambda it: git.tree(it.files),
        ),
        "file": _file,
        "parents": _parents,
        "checkSuites": _suites,
        "associatedPullRequests": _offers,
    },
    "CommitConnection": CONNECTION,
    "GitActor": read(name=lambda it: it.fields["name"], user=lambda it: it.fields["user"]),
    "Ref": read(
        name=lambda it: it.fields["name"],
        prefix=lambda _it: "refs/heads/",
        target=lambda it: it.fields["target"],
    ),
}


def ref(repository: Repository, branch: str) -> Bag | None:
    """Return a branch as a reference; null when it is gone."""
    tip = repository.branches.get(branch)
    return None if tip is None else Bag("Ref", {"name": branch, "target": tip})
