"""The weekly burn-down of one repository: from the week that is due to the one issue that tells of it.

Once a week, and never against a person: a closed issue stays closed and is told nothing, and what people write around
our part of it stays.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from bot.core.config import Config
from bot.core.errors import Unreachable
from bot.core.events import ReportDue
from bot.core.model import Mode, Subject
from bot.core.policy import Policy
from bot.core.report.model import Report
from bot.core.text import weekly as text
from bot.core.weeks import due_week
from bot.github.client import Installation
from bot.github.weekly import Change, Home, WeeklyIssue, create_weekly, fetch_weekly, write_weekly
from bot.process.issues import LeaseLost
from bot.process.policies import Place, Policies
from bot.process.report import report
from bot.process.tranches import Tranches
from bot.store import Store
from bot.store.inbox import LEASE, Claim


@dataclass(frozen=True, slots=True)
class Kept:
    """What is remembered of the weekly issue of a repository."""

    id: str = ""  # node id; "": there is none yet
    number: int = 0
    week: str = ""  # the last that was dealt with
    is_pinned: bool = False  # it was pinned once, or that was refused: a person decides from then on


@dataclass(frozen=True, slots=True)
class Weekly:
    store: Store
    policies: Policies
    clock: Callable[[], datetime]
    tranches: Tranches

    async def is_ours(self, subject: Subject) -> bool:
        """Whether it is our own issue, which is no defect whatever stands in it."""
        kept = await self._kept(subject.repository_id)
        return subject.number == kept.number

    async def __call__(self, claim: Claim, event: ReportDue, installation: Installation) -> str:
        """What came of it. Raises what the worker's retry table knows."""
        kept, standing = await self._kept(event.repository_id), await self.policies.last(event.repository_id)
        config = standing.policy.config if standing else None
        if why := self._nothing(config, event.week, kept):
            return why
        assert standing
        made = await self._report(standing.policy, event)
        if standing.policy.config.mode is not Mode.ENFORCE:
            begun = await self.tranches.begin(standing.policy, event)
            return await self._done(event, kept, f"observed: {text.verdict(made.verdict)}", begun)
        home, issue = await fetch_weekly(installation, event.repository, event.repository_id, kept.id)
        event = replace(event, repository=home.full_name)
        place = Place(installation, home.full_name, event.repository_id, home.state)
        if (await self.policies.of(place)).policy.files != standing.policy.files:
            raise Unreachable("the configuration has changed, and nobody told us")
        if begun := await self.tranches.begin(standing.policy, event):
            made = await self._report(standing.policy, event)
        if not await self.store.inbox.renew(claim, self.clock() + LEASE):
            raise LeaseLost
        if issue is None:
            kept, issue = Kept(), await self._create(installation, home, standing.policy, made)
        kept = replace(kept, id=issue.id, number=issue.number)
        await self._keep(event, kept)  # now: it is found again if what follows is cut short
        kept, note = await self._write(installation, issue, standing.policy, kept, made)
        return await self._done(event, kept, note, begun)

    async def _create(self, installation: Installation, home: Home, policy: Policy, made: Report) -> WeeklyIssue:
        assert policy.config.report
        return await create_weekly(installation, home, policy.config.report.title, text.body("", made))

    async def _write(
        self, installation: Installation, issue: WeeklyIssue, policy: Policy, kept: Kept, made: Report
    ) -> tuple[Kept, str]:
        asked = policy.config.report
        assert asked
        if not issue.is_open:
            return kept, f"not written: #{issue.number} is closed, and stays so until somebody reopens it"
        body = text.body(issue.body, made)
        is_told = asked.notify != "comment" or made.week in issue.told
        is_pin = asked.pin and not kept.is_pinned and not issue.is_pinned
        change = Change("" if body == issue.body else body, "" if is_told else text.comment(made), is_pin)
        refused = await write_weekly(installation, issue, change)
        kept = replace(kept, is_pinned=kept.is_pinned or asked.pin)
        return kept, "; ".join((f"written to #{issue.number}", *refused))

    def _nothing(self, config: Config | None, week: str, kept: Kept) -> str:
        """Why there is nothing to do, "" where there is something."""
        if config is None or config.report is None:
            return "no report is configured"
        if config.mode is Mode.OFF or config.report.notify == "none":
            return "not written: switched off"
        newest = due_week(config.report.schedule, self.clock())
        if newest is not None and newest > week:
            return f"not written: {newest} is due by now"
        return "written before" if week <= kept.week else ""

    async def _report(self, policy: Policy, event: ReportDue) -> Report:
        return await report(self.store, policy.outline, event.repository_id, event.repository, event.week, self.clock())

    async def _kept(self, repository_id: int) -> Kept:
        known = await self.store.repositories.get(repository_id)
        return Kept(**known.weekly) if known and known.weekly else Kept()

    async def _done(self, event: ReportDue, kept: Kept, *notes: str) -> str:
        await self._keep(event, replace(kept, week=event.week))
        return f"{event.week}: {'; '.join(filter(None, notes))}"

    async def _keep(self, event: ReportDue, kept: Kept) -> None:
        see = self.store.repositories.see
        await see(event.repository_id, event.installation_id, event.repository, weekly=asdict(kept))
