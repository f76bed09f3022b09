"""The verb that takes back what one version of the rules did. What is taken back is core.undo's to say."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from bot.cli.environment import connected, repository, settings
from bot.cli.exits import FINDINGS, GITHUB, OK, fail, run
from bot.cli.output import as_json, say_json, say_table, tracked

if TYPE_CHECKING:
    from bot.app import Running
    from bot.core.effects import Effect
    from bot.core.model import Prior, Subject
    from bot.github.client import Installation
    from bot.github.fetch import Fetched
    from bot.process.policies import Policies
    from bot.store.decisions import Recorded

TRACES = 1_000  # of an issue that are looked at


@click.command()
@click.option("--rules-version", "version", required=True, metavar="V", help="As explanations name it.")
@click.option("--repo", "full_name", callback=repository, metavar="OWNER/NAME", help="Only there.")
@click.option("--dry-run/--yes", "is_dry", default=None, help="Only show what would be done, or do it: say which.")
@as_json
def undo(version: str, full_name: str | None, *, is_dry: bool | None, as_json: bool) -> None:
    """Take back what one version of the rules did, where nobody touched it since.

    Labels and assignees become what they were before; comments stay. What the version asks for is not done again
    there, until somebody says /burndown recheck. Only repositories in mode enforce are changed. Broken off, it can be
    run again: what is done is not done twice. Exit code 1 when the version wrote nothing, 3 when some issue failed.

    JSON: version, dry_run, issues [{repository, number, title, url, effects, outcome, why}]; outcome is one of
    would-change, changed, nothing, skipped, failed.
    """
    if is_dry is None:
        raise click.UsageError("say --dry-run to see what would be done, or --yes to do it")
    results = run(_undone(version, full_name, is_dry=is_dry))
    if as_json:
        say_json({"version": version, "dry_run": is_dry, "issues": [each.as_data() for each in results]})
    elif results:
        say_table(("issue", "outcome", "what"), (each.row() for each in results))
    if not results:
        fail(FINDINGS, f"rules version {version} has written nothing{f' in {full_name}' if full_name else ''}")
    raise SystemExit(max((each.exit_code for each in results), default=OK))


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one issue."""

    repository: str
    number: int
    title: str
    url: str
    outcome: str
    effects: tuple["Effect", ...] = ()
    why: str = ""

    @property
    def exit_code(self) -> int:
        return GITHUB if self.outcome == "failed" else OK

    def as_data(self) -> dict[str, Any]:
        from bot.core.effects import as_data

        about = {"repository": self.repository, "number": self.number, "title": self.title, "url": self.url}
        return about | {"outcome": self.outcome, "effects": [as_data(e) for e in self.effects], "why": self.why}

    def row(self) -> tuple[str, ...]:
        done = [f"{key}: {', '.join(v)}" for effect in self.as_data()["effects"] for key, v in effect.items()]
        return f"{self.repository}#{self.number}", self.outcome, "; ".join([*done, *filter(None, [self.why])])


async def _undone(version: str, full_name: str | None, *, is_dry: bool) -> list[Result]:
    from bot.process.policies import Policies

    async with connected() as bot:
        await bot.github.slug()  # who we are: without that nothing can be said to be ours
        policies = Policies(bot.store, bot.packs, settings().default_mode, bot.github.clock)
        one = _Undo(bot, policies, version, is_dry)
        wrote = [
            each
            for each in await bot.store.decisions.by_rules(version)
            if full_name is None or each.trace["repository"].casefold() == full_name.casefold()
        ]
        return [await one(each) for each in tracked(wrote, f"taking back {version}")]


@dataclass(frozen=True, slots=True)
class _Undo:
    """Taking back one version's work, issue by issue."""

    bot: "Running"
    policies: "Policies"
    version: str
    is_dry: bool

    async def __call__(self, wrote: "Recorded") -> Result:
        """Waits as long as GitHub asks for; what GitHub will not have is said, and the next issue follows."""
        from bot.core.errors import BotError, RetryLater, SubjectGone
        from bot.core.model import Subject

        about, subject = wrote.trace, Subject.parse(wrote.trace["subject"])
        told = Result(about["repository"], subject.number, about["title"], about["url"], "skipped")
        while True:
            try:
                return await self._issue(subject, told)
            except RetryLater as limit:
                click.echo(f"waiting until {limit.until:%H:%M:%S} UTC: {limit}", err=True)
                wait = limit.until - self.bot.github.clock()
                await self.bot.github.sleep(max(1.0, wait.total_seconds()))
            except SubjectGone as error:
                return replace(told, why=f"gone: {error}")
            except BotError as error:
                return replace(told, outcome="failed", why=f"{type(error).__name__}: {error}")

    async def _issue(self, subject: "Subject", told: Result) -> Result:
        from bot.core.undo import is_undone, undo
        from bot.github.fetch import Wanted, fetch_issue

        store = self.bot.store
        traces = [each.trace for each in await store.decisions.newest(TRACES, subject)]
        if is_undone(traces, self.version):
            return replace(told, outcome="nothing", why="taken back before")
        known = await store.repositories.get(subject.repository_id)
        if known is None:
            return replace(told, why="the repository is not known any more")
        from bot.core.model import Prior

        prior = await store.decisions.prior(subject) or Prior("", "")
        installation = self.bot.github.installation(known.installation_id)
        fetched = await fetch_issue(installation, known.full_name, subject, prior, Wanted())
        if why := await self._hindrance(installation, fetched):
            return replace(told, why=why)
        effects = undo(fetched.issue, traces, self.version)
        if not self.is_dry:
            await self._write(installation, fetched, effects, prior)
        changed = "would-change" if self.is_dry else "changed"
        return replace(told, outcome=changed if effects else "nothing", effects=effects)

    async def _hindrance(self, installation: "Installation", fetched: "Fetched") -> str:
        """Why an issue is left as it is: what its repository or a person asks for."""
        from bot.core.model import Mode
        from bot.core.text.issues import paused
        from bot.process.policies import Place

        issue = fetched.issue
        place = Place(installation, issue.repository, issue.subject.repository_id, fetched.state)
        mode = (await self.policies.of(place)).policy.config.mode
        if mode is not Mode.ENFORCE:
            return f"mode {mode}: nothing is written there"
        until = issue.prior.orders.paused_until if issue.prior else None
        return paused(until) if until and until > issue.now else ""

    async def _write(
        self, installation: "Installation", fetched: "Fetched", effects: tuple["Effect", ...], prior: "Prior"
    ) -> None:
        """Remembered first, so that no worker puts back what is just being taken away; recorded when it is done."""
        from bot.core.effects import as_data
        from bot.core.rules.classify import Classification
        from bot.github.apply import apply
        from bot.store.decisions import Record

        store, issue, memory = self.bot.store, fetched.issue, replace(prior, undone=self.version)
        subject, now, said = issue.subject, self.bot.github.clock(), f"rules version {self.version} is taken back"
        async with store.database.write() as connection:
            await store.decisions.remember(connection, subject, installation.id, memory, now)
        applied = await apply(installation, fetched.target, effects)
        trace = {
            "subject": str(subject),
            "repository": issue.repository,
            "title": issue.title,
            "url": issue.url,
            "mode": "enforce",
            "undo": self.version,
            "classes": [],
            "classification": Classification(None, said, (), (), "").as_data(),
            "effects": [as_data(each) for each in effects],
            "reasons": [],
            "summary": said,
            "written": bool(effects),
            "dropped": sorted(applied.dropped),
            "refused": list(applied.refused),
            "problems": [],
            "private": fetched.is_private,
        }
        record = Record(subject, installation.id, f"bot.undo:{self.version}:{subject}", now, trace, memory)
        async with store.database.write() as connection:
            await store.decisions.record(connection, record)
