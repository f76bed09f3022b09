"""One simulated GitHub: its memory, webhooks, budgets, faults and books, and the hands of the people who use it.

It may not speak HTTP: `wire.serve` does.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType

from bot.sandbox import access, acts
from bot.sandbox.books import Books, Call, Write
from bot.sandbox.ci import WorkflowRun
from bot.sandbox.faults import Faults
from bot.sandbox.hooks import Hooks
from bot.sandbox.limits import Limits
from bot.sandbox.model import (
    CheckRun,
    Comment,
    Commit,
    Installation,
    Issue,
    Kind,
    Label,
    Level,
    MergeGroup,
    Pull,
    Repository,
    Team,
    User,
)
from bot.sandbox.registration import process_key, register
from bot.sandbox.releases import Release
from bot.sandbox.state import State, utc_now

Files = Mapping[str, str | bytes | None]


def _work(files: Files, message: str | None = None, start: Commit | None = None) -> acts.Work:
    changes = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
    return acts.Work(changes, message, start)


class GitHub:
    """A whole GitHub with one App. People are named by login, repositories by "owner/name".

    `now` is its clock; `jwt_now`, if given, is the one that JWTs are checked by: some libraries sign by the real one.
    """

    def __init__(
        self,
        owner: str,
        slug: str,
        *,
        now: Callable[[], datetime] = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
        private_key: str | None = None,
        jwt_now: Callable[[], datetime] | None = None,
    ) -> None:
        self.monotonic = monotonic
        self.latency_seconds = 0.0
        self.sticky_links = False  # whether a link that was taken away is shown for longer
        self.private_key = private_key or process_key()
        self.state = State(now)
        self.state.jwt_now = jwt_now or now
        self.books = Books()
        self.faults = Faults()
        self.limits = Limits(now)
        self.app = self.state.app = register(self.state, owner, slug, self.private_key)
        self.hooks = Hooks(now, self.app.hook_id, self.app.id)
        self.state.wrote = self.books.writes.append
        self.state.heard = self.hooks.hear
        self.state.is_listening = lambda: self.hooks.url is not None

    @classmethod
    def example(
        cls,
        *,
        now: Callable[[], datetime] = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
        private_key: str | None = None,
        jwt_now: Callable[[], datetime] | None = None,
    ) -> "GitHub":
        """Make acme/widget with its maintainer alice, its developers bob and carol, and mallory from outside.

        The App "burndown" is installed there. Its key is new in every process, and the same for all in one process:
        to make one takes longer than most tests. Pass `new_private_key()` for another.
        """
        made = cls("acme", "burndown", now=now, monotonic=monotonic, private_key=private_key, jwt_now=jwt_now)
        made.add_repository("acme/widget", alice="maintain", bob="write", carol="write")
        made.add_user("mallory")
        made.install("acme/widget", by="alice")
        return made

    @property
    def now(self) -> Callable[[], datetime]:
        return self.state.now

    @property
    def calls(self) -> list[Call]:
        return self.books.calls

    @property
    def writes(self) -> list[Write]:
        return self.books.writes

    @property
    def installation(self) -> Installation:
        """The only installation."""
        (only,) = self.state.installations.values()
        return only

    def repository(self, full_name: str) -> Repository:
        return self.state.repository(full_name)

    def issue(self, repo: str, number: int) -> Issue:
        return self.state.issue(repo, number)

    def user(self, login: str) -> User:
        return self.state.user(login)

    async def delivered(self) -> None:
        """Wait until no webhook is under way."""
        await self.hooks.delivered()

    def expire_tokens(self) -> None:
        access.expire_tokens(self.state)

    def add_user(self, login: str, kind: Kind = "User") -> User:
        return self.state.add_user(login, kind)

    def add_repository(self, full_name: str, *, is_private: bool = False, **collaborators: Level) -> Repository:
        """Make a repository with collaborators (login=level), whoever of them and its owner is new included."""
        made = self.state.add_repository(full_name, is_private=is_private)
        for login, level in collaborators.items():
            if login.lower() not in self.state.users:
                self.state.add_user(login)
            self.state.set_role(full_name, login, level)
        return made

    def open_issue(self, repo: str, title: str, body: str = "", *, by: str, labels: Iterable[str] = ()) -> Issue:
        repository, actor = self.repository(repo), self.user(by)
        chosen = [self._label(repository, name, actor) for name in labels]
        return acts.open_issue(self.state, repository, title, body, actor, chosen)

    def edit_issue(self, issue: Issue, *, by: str, title: str | None = None, body: str | None = None) -> None:
        acts.edit_issue(self.state, issue, self.user(by), title, body)

    def comment(self, issue: Issue, body: str, *, by: str) -> Comment:
        return acts.add_comment(self.state, issue, body, self.user(by))

    def edit_comment(self, comment: Comment, body: str, *, by: str) -> None:
        acts.edit_comment(self.state, comment, body, self.user(by))

    def react(self, subject: Comment | Issue, content: str, *, by: str) -> None:
        acts.react(self.state, subject, content, self.user(by))

    def delete_comment(self, comment: Comment, *, by: str) -> None:
        acts.delete_comment(self.state, comment, self.user(by))

    def label(self, issue: Issue, *names: str, by: str) -> None:
        """Put labels on an issue; those that the repository lacks are made first."""
        actor = self.user(by)
        chosen = [self._label(issue.repository, name, actor) for name in names]
        acts.add_labels(self.state, issue, chosen, actor)

    def unlabel(self, issue: Issue, *names: str, by: str) -> None:
        known = issue.repository.labels
        chosen = [known[name.lower()] for name in names if name.lower() in known]
        acts.remove_labels(self.state, issue, chosen, self.user(by))

    def assign(self, issue: Issue, *logins: str, by: str) -> None:
        acts.add_assignees(self.state, issue, [self.user(login) for login in logins], self.user(by))

    def unassign(self, issue: Issue, *logins: str, by: str) -> None:
        acts.remove_assignees(self.state, issue, [self.user(login) for login in logins], self.user(by))

    def close(self, issue: Issue, *, by: str, reason: str = "completed") -> None:
        acts.set_state(self.state, issue, "closed", self.user(by), reason)

    def reopen(self, issue: Issue, *, by: str) -> None:
        acts.set_state(self.state, issue, "open", self.user(by), "reopened")

    def mark_duplicate(self, issue: Issue, of: Issue, *, by: str) -> None:
        acts.mark_duplicate(self.state, issue, of, self.user(by))

    def unmark_duplicate(self, issue: Issue, of: Issue, *, by: str) -> None:
        acts.mark_duplicate(self.state, issue, of, self.user(by), is_marked=False)

    def lock(self, issue: Issue, *, by: str, reason: str | None = None) -> None:
        acts.set_lock(self.state, issue, self.user(by), is_locked=True, reason=reason)

    def pin(self, issue: Issue, *, by: str, is_pinned: bool = True) -> None:
        acts.pin_issue(self.state, issue, self.user(by), is_pinned=is_pinned)

    def unlock(self, issue: Issue, *, by: str) -> None:
        acts.set_lock(self.state, issue, self.user(by), is_locked=False)

    def delete_issue(self, issue: Issue, *, by: str) -> None:
        acts.delete_issue(self.state, issue, self.user(by))

    def transfer(self, issue: Issue, to: str, *, by: str) -> Issue:
        return acts.transfer(self.state, issue, self.repository(to), self.user(by))

    def create_label(self, repo: str, name: str, *, by: str, color: str = "ededed", description: str = "") -> Label:
        return acts.create_label(self.state, self.repository(repo), name, color, description, self.user(by))

    def rename_label(self, repo: str, name: str, to: str, *, by: str) -> None:
        acts.rename_label(self.state, self.repository(repo).labels[name.lower()], to, self.user(by))

    def delete_label(self, repo: str, name: str, *, by: str) -> None:
        acts.delete_label(self.state, self.repository(repo).labels[name.lower()], self.user(by))

    def commit_file(self, repo: str, path: str, text: str | bytes, *, by: str) -> str:
        """Commit a file to the default branch, and return the commit's id."""
        return self.push(repo, {path: text}, by=by).sha

    def delete_file(self, repo: str, path: str, *, by: str) -> str:
        return self.push(repo, {path: None}, by=by).sha

    def push(
        self, repo: str, files: Files, *, by: str, branch: str | None = None, message: str | None = None
    ) -> Commit:
        """Push one commit to a branch, the default one if none is named; None deletes a file."""
        return acts.push(self.state, self.repository(repo), _work(files, message), self.user(by), branch)

    def open_pull(  # noqa: PLR0913 - what GitHub's own form asks for
        self,
        repo: str,
        title: str,
        body: str = "",
        *,
        by: str,
        files: Files,
        base: str = "",
        branch: str = "",
        message: str | None = None,
        from_fork: bool = False,
        is_draft: bool = False,
    ) -> Pull:
        """Push files to a new branch from the base, of the author's fork if so wished, and offer it to the base."""
        home, actor = self.repository(repo), self.user(by)
        place = acts.fork(self.state, home, actor) if from_fork else home
        base, branch = base or home.default_branch, branch or f"{by}-patch-{home.last_number + 1}"
        acts.push(self.state, place, _work(files, message, home.branches.get(base)), actor, branch)
        return acts.open_pull(self.state, (home, base), (place, branch), (title, body), actor, is_draft=is_draft)

    def push_to_pull(self, pull: Pull, files: Files, *, by: str, message: str | None = None) -> Commit:
        return acts.push(self.state, pull.head_repository, _work(files, message), self.user(by), pull.head_branch)

    def force_push(self, pull: Pull, files: Files, *, by: str, message: str | None = None) -> Commit:
        """Replace all commits of a pull request by this one."""
        return acts.force_push(self.state, pull, _work(files, message), self.user(by))

    def update_branch(self, pull: Pull, *, by: str) -> Commit:
        """Merge the base into the branch of a pull request, and return the commit with two parents."""
        return acts.update_branch(self.state, pull, self.user(by))

    def edit_pull(
        self, pull: Pull, *, by: str, title: str | None = None, body: str | None = None, base: str | None = None
    ) -> None:
        acts.edit_pull(self.state, pull, self.user(by), title, body, base)

    def close_pull(self, pull: Pull, *, by: str) -> None:
        acts.close_pull(self.state, pull, self.user(by))

    def reopen_pull(self, pull: Pull, *, by: str) -> None:
        acts.reopen_pull(self.state, pull, self.user(by))

    def mark_ready(self, pull: Pull, *, by: str | None = None) -> None:
        """Let a draft be reviewed, as its author does if nobody else is named."""
        acts.set_draft(self.state, pull, self._or_author(pull, by), is_draft=False)

    def convert_to_draft(self, pull: Pull, *, by: str | None = None) -> None:
        acts.set_draft(self.state, pull, self._or_author(pull, by), is_draft=True)

    def link_issue(self, pull: Pull, issue: Issue) -> None:
        """Link an issue to the pull request that closes it, by hand; nobody is told."""
        acts.link(pull, issue)

    def unlink_issue(self, pull: Pull, issue: Issue) -> None:
        acts.unlink(pull, issue)

    def merge_pull(self, pull: Pull, *, by: str) -> Commit:
        """Squash a pull request onto its base, or take its group from the queue; return what is then the base's head.

        It is refused (405) while a check that the branch requires has not passed on that commit.
        """
        return acts.merge_pull(self.state, pull, self.user(by))

    def protect(self, repo: str, branch: str, *, checks: Iterable[str]) -> None:
        """Require checks of the App before anything is merged into a branch."""
        acts.protect(self.repository(repo), branch, tuple(checks))

    def run_workflow(
        self,
        repo: str,
        head_sha: str,
        *,
        artifacts: Mapping[str, acts.Archive] = MappingProxyType({}),
        conclusion: str = "success",
        name: str = "ci",
        event: str = "pull_request",
    ) -> WorkflowRun:
        """Let a workflow have run on a commit and left artifacts: files by name, or the bytes of the archive itself."""
        home, job = self.repository(repo), acts.Job(name, event, conclusion, artifacts)
        return acts.run_workflow(self.state, home, home.commits[head_sha], job)

    def expire_artifacts(self, run: WorkflowRun) -> None:
        """Throw away what a run left, as GitHub does after some time."""
        acts.expire_artifacts(self.state, run)

    def publish_release(
        self, repo: str, tag: str, *, by: str, is_draft: bool = False, is_prerelease: bool = False
    ) -> Release:
        home, actor = self.repository(repo), self.user(by)
        return acts.publish_release(self.state, home, tag, actor, is_draft=is_draft, is_prerelease=is_prerelease)

    def edit_release(self, release: Release, *, by: str, is_prerelease: bool) -> None:
        acts.edit_release(self.state, release, self.user(by), is_prerelease=is_prerelease)

    def unpublish_release(self, release: Release, *, by: str) -> None:
        acts.unpublish_release(self.state, release, self.user(by))

    def delete_release(self, release: Release, *, by: str) -> None:
        acts.delete_release(self.state, release, self.user(by))

    def queue(self, pull: Pull, *, by: str) -> MergeGroup:
        """Put a pull request into the merge queue of its base."""
        return acts.enqueue(self.state, pull, self.user(by))

    def dequeue(self, pull: Pull, *, by: str | None = None) -> None:
        acts.dequeue(self.state, pull, self._or_author(pull, by))

    @property
    def check_runs(self) -> list[CheckRun]:
        """The checks of all repositories, oldest first."""
        homes = self.state.repositories.values()
        return sorted((run for home in homes for run in home.check_runs), key=lambda run: run.id)

    def rerequest(self, run: CheckRun, *, by: str) -> None:
        """Press "Re-run" of a check."""
        acts.rerequest(self.state, run, self.user(by))

    def press(self, run: CheckRun, identifier: str, *, by: str) -> None:
        """Press one of the buttons that a check offers."""
        acts.press(self.state, run, identifier, self.user(by))

    def set_role(self, repo: str, login: str, role: Level) -> None:
        """Give somebody a role in a repository, or with "none" take it back."""
        self.state.set_role(repo, login, role)

    def set_team(self, organization: str, slug: str, *logins: str) -> Team:
        """Make a team of these people, or give a team that exists these members and no others."""
        return self.state.set_team(organization, slug, [self.user(login) for login in logins])

    def archive(self, repo: str) -> None:
        self.repository(repo).is_archived = True

    def delete_account(self, login: str) -> None:
        """Delete a user: what they did stays, with nobody (GraphQL: null, REST: ghost) as its author."""
        self.user(login).is_deleted = True

    def install(self, *repos: str, by: str, permissions: Mapping[str, str] | None = None) -> Installation:
        """Install the App on repositories of one account; unless said otherwise with all that the App asks for."""
        chosen = [self.repository(repo) for repo in repos]
        return access.install(self.state, chosen[0].owner, chosen, self.user(by), permissions)

    def uninstall(self, installation: Installation, *, by: str) -> None:
        access.uninstall(self.state, installation, self.user(by))

    def suspend(self, installation: Installation, *, by: str) -> None:
        access.set_suspended(self.state, installation, self.user(by), is_suspended=True)

    def unsuspend(self, installation: Installation, *, by: str) -> None:
        access.set_suspended(self.state, installation, self.user(by), is_suspended=False)

    def grant(self, installation: Installation, permissions: Mapping[str, str], *, by: str) -> None:
        access.grant(self.state, installation, permissions, self.user(by))

    def share(self, installation: Installation, repo: str, *, by: str) -> None:
        """Add a repository to an installation."""
        access.add_repository(self.state, installation, self.repository(repo), self.user(by))

    def unshare(self, installation: Installation, repo: str, *, by: str) -> None:
        """Take a repository out of an installation."""
        access.remove_repository(self.state, installation, self.repository(repo), self.user(by))

    def _or_author(self, pull: Pull, login: str | None) -> User:
        return pull.author if login is None else self.user(login)

    def _label(self, repository: Repository, name: str, actor: User) -> Label:
        found = repository.labels.get(name.lower())
        return found or acts.create_label(self.state, repository, name, "ededed", "", actor)
