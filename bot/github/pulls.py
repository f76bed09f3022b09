"""Pull requests that change the rules: what they change, and the check run that says what follows. Judges nothing."""

from dataclasses import dataclass

from bot.core.errors import Refused, SubjectGone
from bot.core.lint import Place
from bot.core.model import Subject
from bot.core.quality.check import NAME, CheckRun
from bot.github.client import Installation
from bot.github.shapes import Paths, PullNode, PullRepository, checked

MAX_PAGES = 10  # of files
ANNOTATIONS = 50  # that one request may carry


@dataclass(frozen=True, slots=True)
class Pull:
    """A pull request as far as its rules go."""

    repository: str
    repository_id: str
    is_open: bool
    is_from_fork: bool
    base: str
    default_branch: str
    head: str
    paths: tuple[str, ...]
    state: str  # of the files that govern the bot, on the default branch
    said: str  # the external id of our check run on its head, "" where there is none


async def fetch_pull(installation: Installation, repository: str, subject: Subject) -> Pull:
    """One request where the files fit a page. Raises SubjectGone and whatever the client raises."""
    owner, _, name = repository.partition("/")
    variables = {"owner": owner, "name": name, "number": subject.number, "after": None, "check": NAME}
    found = await _page(installation, variables)
    pull = found.pullRequest
    assert pull
    pages = [pull.files]
    while (page := pages[-1]) and page.pageInfo.hasNextPage and len(pages) < MAX_PAGES:
        more = (await _page(installation, variables | {"after": page.pageInfo.endCursor})).pullRequest
        pages.append(more.files if more else None)
    slug = await installation.github.slug()
    return Pull(
        repository=found.nameWithOwner,
        repository_id=found.id,
        is_open=pull.state == "OPEN",
        is_from_fork=pull.isCrossRepository,
        base=pull.baseRefName,
        default_branch=found.defaultBranchRef.name if found.defaultBranchRef else "",
        head=pull.headRefOid,
        paths=tuple(file.path for page in pages if isinstance(page, Paths) for file in page.nodes if file),
        state=found.state,
        said=_said(pull, slug),
    )


async def _page(installation: Installation, variables: dict[str, object]) -> PullRepository:
    answer = await installation.query("PullSnapshot", variables)
    if (forbidden := answer.failure("repository")) and forbidden.type == "FORBIDDEN":
        raise Refused(f"{'.'.join(map(str, forbidden.path))}: {forbidden.message}")
    if not answer.data.get("repository") or not answer.data["repository"].get("pullRequest"):
        raise SubjectGone("the pull request or its repository is gone")
    return checked(PullRepository, answer.data["repository"])


def _said(pull: PullNode, slug: str) -> str:
    """What our newest completed check run on the head is known by."""
    commits = [each.commit for each in pull.commits.nodes if each and each.commit.oid == pull.headRefOid]
    suites = [suite for each in commits if each.checkSuites for suite in each.checkSuites.nodes]
    ours = [suite for suite in suites if suite and suite.app and suite.app.slug == slug and suite.checkRuns]
    runs = [run for suite in ours if suite.checkRuns for run in suite.checkRuns.nodes if run and run.conclusion]
    return next((run.externalId for run in runs if run.externalId), "")


async def create_check(installation: Installation, repository_id: str, run: CheckRun) -> None:
    """A check run, whole and completed. Raises Refused without `checks: write`, and whatever the client raises."""
    annotations = [
        {
            "path": each.place.file,
            "location": _location(each.place),
            "annotationLevel": "FAILURE",
            "title": each.path[:255],
            "message": f"{each.what} - {each.instead}" if each.instead else each.what,
        }
        for each in run.problems[:ANNOTATIONS]
    ]
    wanted = {
        "repositoryId": repository_id,
        "headSha": run.head,
        "name": NAME,
        "status": "COMPLETED",
        "conclusion": run.conclusion,
        "completedAt": installation.github.clock().isoformat(),
        "externalId": run.external_id,
        "output": {"title": run.title, "summary": run.summary, "annotations": annotations},
    }
    answer = await installation.mutate("CreateCheckRun", {"input": wanted}, contents=1)
    if not answer.data.get("createCheckRun"):
        raise Refused("; ".join(error.message for error in answer.errors) or "the check run was not created")


def _location(place: Place) -> dict[str, int]:
    return {"startLine": place.line, "endLine": place.line, "startColumn": place.column, "endColumn": place.column}
