"""The memory of a simulated GitHub: who and what exists, found by name, number or id at once.

It may not speak HTTP, and it decides nothing: rules of conduct are in `acts` and `access`.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from operator import attrgetter

from bot.sandbox import shapes
from bot.sandbox.books import Write
from bot.sandbox.ci import Ticket, WorkflowRun
from bot.sandbox.model import (
    App,
    CheckRun,
    CheckSuite,
    Comment,
    Commit,
    Installation,
    Issue,
    Kind,
    Label,
    Level,
    Occurrence,
    Pull,
    Repository,
    Team,
    Token,
    User,
    node_id,
    not_found,
)
from bot.sandbox.releases import Release

Node = User | Team | Repository | Label | Issue | Comment | Commit | CheckSuite | CheckRun

_USER_PREFIX: dict[Kind, str] = {"User": "U", "Bot": "BOT", "Organization": "O"}
_PERMISSIONS_OF = {  # one of them is enough to be told of the event
    "issues": ("issues",),
    "issue_comment": ("issues", "pull_requests"),
    "push": ("contents",),
    "pull_request": ("pull_requests",),
    "check_run": ("checks",),
    "merge_group": ("merge_queues",),
    "workflow_run": ("actions",),
    "release": ("contents",),
}
_BY_CREATION = attrgetter("created_at", "id")
_BY_UPDATE = attrgetter("updated_at", "id")


def utc_now() -> datetime:
    return datetime.now(UTC)


class State:
    """All that is kept, with one clock. `heard` gets every occurrence, `wrote` every change made by the App."""

    def __init__(self, now: Callable[[], datetime] = utc_now) -> None:
        self.now = now
        self.jwt_now = now
        self.api_url = "https://api.github.com"
        self.token_seconds = 3600
        self.app: App | None = None
        self.users: dict[str, User] = {}
        self.repositories: dict[str, Repository] = {}
        self.repositories_by_id: dict[int, Repository] = {}
        self.teams: dict[tuple[str, str], Team] = {}
        self.installations: dict[int, Installation] = {}
        self.tokens: dict[str, Token] = {}
        self.nodes: dict[str, Node] = {}
        self.runs: dict[int, WorkflowRun] = {}
        self.releases: dict[int, Release] = {}
        self.tickets: dict[str, Ticket] = {}
        self.is_listening: Callable[[], bool] = lambda: False
        self.heard: Callable[[Occurrence], None] = lambda _: None
        self.wrote: Callable[[Write], None] = lambda _: None
        self._last_id = 10_000
        self._sorted: dict[tuple[int, object], tuple[int, list[Issue]]] = {}

    def moment(self) -> datetime:
        """Return the present in whole seconds, which is all that GitHub stores."""
        return self.now().astimezone(UTC).replace(microsecond=0)

    def next_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def the_app(self) -> App:
        assert self.app is not None, "this GitHub has no App yet: GitHub.example() makes one"
        return self.app

    def add_user(self, login: str, kind: Kind = "User") -> User:
        number = self.next_id()
        user = User(number, node_id(_USER_PREFIX[kind], number), login, kind)
        self.users[login.lower()] = self.nodes[user.node_id] = user
        return user

    def add_repository(self, full_name: str, *, is_private: bool = False) -> Repository:
        owner, name = full_name.split("/")
        number = self.next_id()
        account = self.users.get(owner.lower()) or self.add_user(owner, "Organization")
        made = Repository(number, node_id("R", number), account, name, self.moment(), is_private)
        self.repositories[full_name.lower()] = self.repositories_by_id[number] = made
        self.nodes[made.node_id] = made
        return made

    def set_role(self, full_name: str, login: str, level: Level) -> None:
        """Give somebody a role in a repository; "none" takes it back."""
        given, key = self.repository(full_name).collaborators, self.user(login).login.lower()
        given.pop(key, None)
        if level != "none":
            given[key] = level

    def set_team(self, organization: str, slug: str, members: Iterable[User]) -> Team:
        """Make a team, or give one that exists other members."""
        home, key = self.user(organization), (organization.lower(), slug.lower())
        number = self.next_id()
        team = self.teams.setdefault(key, Team(number, node_id("T", number), home, slug))
        team.members = {each.id: each for each in members}
        self.nodes[team.node_id] = team
        return team

    def user(self, login: str) -> User:
        found = self.users.get(login.lower())
        if found is None or found.is_deleted:
            raise not_found(f"Could not resolve to a User with the login of '{login}'.")
        return found

    def repository(self, full_name: str) -> Repository:
        found = self.repositories.get(full_name.lower())
        if found is None:
            raise not_found(f"Could not resolve to a Repository with the name '{full_name}'.")
        return found

    def issue(self, full_name: str, number: int) -> Issue:
        return self.issue_in(self.repository(full_name), number)

    def issue_in(self, repository: Repository, number: int) -> Issue:
        found = repository.issues.get(number)
        if found is None:
            raise not_found(f"Could not resolve to an Issue with the number of {number}.")
        return found

    def pull_in(self, repository: Repository, number: int) -> Pull:
        found = repository.pulls.get(number)
        if found is None:
            raise not_found(f"Could not resolve to a PullRequest with the number of {number}.")
        return found

    def releases_of(self, repository: Repository) -> list[Release]:
        return [each for each in self.releases.values() if each.repository is repository]

    def issues_by_creation(self, repository: Repository) -> list[Issue]:
        return self._in_order(repository, _BY_CREATION)

    def issues_by_update(self, repository: Repository, since: datetime | None = None) -> list[Issue]:
        """Return the issues changed at or after `since`, least recently updated first."""
        issues = self._in_order(repository, _BY_UPDATE)
        if since is None:
            return issues
        return issues[bisect_left(issues, since, key=lambda issue: issue.updated_at) :]

    def _in_order(self, repository: Repository, key: Callable[[Issue], tuple[datetime, int]]) -> list[Issue]:
        """Return all issues sorted; the order is remembered until an issue changes."""
        revision, issues = self._sorted.get((repository.id, key), (-1, []))
        if revision != repository.revision:
            issues = sorted(repository.issues.values(), key=key)
            self._sorted[repository.id, key] = (repository.revision, issues)
        return issues

    def touch(self, issue: Issue) -> None:
        issue.updated_at = self.moment()
        issue.repository.revision += 1

    def tell(
        self,
        event: str,
        action: str | None,
        repository: Repository,
        actor: User,
        /,
        **extra: object,
    ) -> None:
        """Make the webhook of something that happened in a repository, if an installation would be told."""
        installation = repository.installation
        if installation is None or not self.is_heard(event, repository):
            return
        payload: dict[str, object] = {} if action is None else {"action": action}
        payload |= extra
        payload.setdefault("repository", shapes.repository(self.api_url, repository))
        if repository.owner.kind == "Organization":
            payload["organization"] = shapes.organization(self.api_url, repository.owner)
        payload["sender"] = shapes.user(self.api_url, actor)
        payload["installation"] = {"id": installation.id, "node_id": installation.node_id}
        self.heard(Occurrence(event, action, payload, installation.id, repository.id))

    def tell_of(self, issue: Issue, action: str, actor: User, **extra: object) -> None:
        """Make the webhook of something that happened to an issue or a pull request."""
        event = "pull_request" if isinstance(issue, Pull) else "issues"
        if not self.is_heard(event, issue.repository):
            return
        if isinstance(issue, Pull):
            told = {"number": issue.number, "pull_request": shapes.pull(self.api_url, issue)}
        else:
            told = {"issue": shapes.issue(self.api_url, issue, self.the_app())}
        self.tell(event, action, issue.repository, actor, **told, **extra)

    def is_heard(self, event: str, repository: Repository) -> bool:
        """Say whether anybody is told of such an event here; only then is its payload worth making."""
        told = repository.installation
        if told is None or told.suspended_at or event not in told.events or not self.is_listening():
            return False
        return any(permission in told.permissions for permission in _PERMISSIONS_OF.get(event, ("metadata",)))

    def did(self, kind: str, repository: Repository, number: int | None, actor: User, value: tuple[str, ...]) -> None:
        """Note a change, if it is the App's."""
        if self.app is not None and actor is self.app.bot:
            self.wrote(Write(kind, repository.full_name, number, value))
