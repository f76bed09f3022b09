"""The files that govern the bot in a repository, and who is who in an organisation. Reads; judges nothing."""

from dataclasses import dataclass

from bot.core.config import PATH, RULES
from bot.core.errors import Refused, SubjectGone
from bot.core.policy import CODEOWNERS, Files
from bot.github.client import Installation
from bot.github.shapes import Blob, GoverningFiles, Tree, checked

TEMPLATE = ".github/ISSUE_TEMPLATE.md"
TEMPLATES = ".github/ISSUE_TEMPLATE"
_YAML = (".yml", ".yaml")


@dataclass(frozen=True, slots=True)
class Governing:
    """The files at one commit of a repository."""

    files: Files
    repository_id: str
    head: str  # the commit


async def fetch_files(installation: Installation, repository: str, head: str = "HEAD") -> Governing:
    """At the head of the default branch, or at any commit of the repository or its forks. Raises SubjectGone."""
    owner, _, name = repository.partition("/")
    owners = dict(zip(("githubOwners", "rootOwners", "docsOwners"), CODEOWNERS, strict=True))
    paths = {"config": PATH, "rules": RULES, "template": TEMPLATE, "templates": TEMPLATES, **owners}
    variables = {key: f"{head}:{path}" for key, path in paths.items()}
    answer = await installation.query("GoverningFiles", {"owner": owner, "name": name, "head": head, **variables})
    if answer.data.get("repository") is None:
        raise SubjectGone("the repository is gone or not ours to see")
    found = checked(GoverningFiles, answer.data["repository"])
    templates = _folder(found.templates, *_YAML, ".md") | {TEMPLATE: _text(found.template) or ""}
    files = Files(
        oid=found.state,
        config=_text(found.config),
        rules=_folder(found.rules, *_YAML),
        templates={path: text for path, text in templates.items() if text and not path.endswith("config.yml")},
        codeowners=next(filter(None, map(_text, (found.owners1, found.owners2, found.owners3))), None),
    )
    return Governing(files, found.id, found.head.oid if found.head else "")


async def fetch_organisation(installation: Installation, owner: str) -> Files:
    """The organisation's default; nothing where it has none, or none that we may read."""
    try:
        found = (await installation.query("OrganisationFiles", {"owner": owner})).data.get("repository")
    except (SubjectGone, Refused):
        return Files()
    if not found:
        return Files()
    read = checked(GoverningFiles, {"id": "", **found})
    return Files(oid="", config=_text(read.config), rules=_folder(read.rules, *_YAML), of_organisation=True)


async def fetch_team(installation: Installation, team: str) -> tuple[str, ...] | None:
    """The logins of a team's members; None where they may not be read. `members: read` is optional."""
    if not await installation.may("members"):
        return None
    organisation, _, slug = team.partition("/")
    try:
        found = (await installation.get(f"/orgs/{organisation}/teams/{slug}/members?per_page=100")).data
    except (SubjectGone, Refused):
        return None
    return tuple(str(each["login"]) for each in found)


def _folder(tree: Tree | None, *suffixes: str) -> dict[str, str]:
    entries = tree.entries if tree else []
    return {each.path: text for each in entries if each.path.endswith(suffixes) and (text := _text(each.object))}


def _text(blob: Blob | None) -> str | None:
    """A file's text; none where it is absent, binary or too large to be shown whole."""
    return None if blob is None or blob.isTruncated else blob.text
