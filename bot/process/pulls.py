"""One pull request, from its snapshot to its checks: of the rules that it changes, and of the defect that it fixes."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.check import CheckRun
from bot.core.events import MAX_HINTS, Hints, PullTouched
from bot.core.evidence.closing import references
from bot.core.evidence.guards import Guard, Loss, losses, to_read, watched
from bot.core.evidence.ladder import Diff, wanted
from bot.core.evidence.model import PullRequest
from bot.core.evidence.requests import Person, Requests, hear_pull, pressed
from bot.core.evidence.review import Case, Review, fix_of, guards_of, links_of, review
from bot.core.evidence.view import Asking, effects
from bot.core.model import Mode, Subject
from bot.core.people.commands import Role
from bot.core.policy import Policy
from bot.github.apply import Target, apply
from bot.github.client import Installation
from bot.github.fetch import fetch_labels
from bot.github.people import fetch_role
from bot.github.pulls import FetchedPull, Wanted, create_check, fetch_closed, fetch_pull
from bot.process.material import runs, seen
from bot.process.policies import Place, Policies
from bot.process.rules import Rules
from bot.store import Store
from bot.store.pulls import Known
from bot.symbols import Symbols

MAX_UNREAD = 5  # issues that a description closes and GitHub does not link
NOT_GRANTED = "the installation does not grant checks: write and pull_requests: read"


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a pull request: what is remembered of it, and in a few words what was done."""

    note: str
    known: Known | None = None  # None: nothing to remember
    comment_id: str = ""
    ran: tuple[str, ...] = ()  # commands of the comment
    guards: tuple[Guard, ...] = ()  # tests that guard what it fixed: it is merged
    lost: tuple[Loss, ...] = ()  # guards that it took away: it is merged


@dataclass(frozen=True, slots=True)
class Pulls:
    store: Store
    policies: Policies
    rules: Rules
    symbols: Symbols
    clock: Callable[[], datetime]

    async def __call__(self, event: PullTouched, installation: Installation) -> Done:
        """Raises what the worker's retry table knows."""
        if not await installation.may("checks", "pull_requests"):
            return Done(NOT_GRANTED)
        known = await self.store.pulls.get(event.subject)
        fetched = await self._read(event, installation, known)
        place = Place(installation, fetched.pull.repository, event.subject.repository_id, fetched.state)
        policy = (await self.policies.of(place)).policy
        said = ""
        if run := await self.rules.pull(installation, fetched, policy):
            said = f"rules {await self._check(installation, fetched, run, event)}; "
        done = await self._fix(event, installation, fetched, policy, known)
        return replace(done, note=said + done.note)

    async def _read(self, event: PullTouched, installation: Installation, known: Known | None) -> FetchedPull:
        """One read in the steady state: the tests that were linked last time, or now, ride along."""
        remembered = Hints(known.head, known.base, known.paths) if known else Hints()
        hints = Hints(
            event.hints.head or remembered.head,
            event.hints.base or remembered.base,
            tuple(dict.fromkeys((*event.hints.paths, *remembered.paths))),
        )
        ran = await self.store.decisions.ran(event.comment_id) if event.comment_id else frozenset()
        wanted = Wanted(hints, event.comment_id, ran, comments=bool(event.pressed))
        return await fetch_pull(installation, event.repository, event.subject, wanted)

    async def _fix(
        self,
        event: PullTouched,
        installation: Installation,
        fetched: FetchedPull,
        policy: Policy,
        known: Known | None,
    ) -> Done:
        pull, mode = fetched.pull, policy.config.check_mode
        is_opted_in = policy.files.config is not None or mode is Mode.ENFORCE
        if mode is Mode.OFF or not is_opted_in:
            return Done("no check of fixes: switched off, or not opted in")
        asking = await self._asking(event, installation, fetched, policy, known)
        case = await self._case(installation, fetched, policy, asking.heard.standing)
        found = review(case)
        remembered = _remembered(case, found, asking.heard.standing)
        if not pull.is_open:
            is_merged = pull.is_merged
            guards, lost = (guards_of(case, found), case.losses) if is_merged else ((), ())
            return Done("merged" if is_merged else "closed", remembered, guards=guards, lost=lost)
        note = await self._check(installation, fetched, found.run, event)
        if policy.config.mode is Mode.ENFORCE:
            await self._show(installation, fetched, policy, found, asking)
        return Done(note, remembered, event.comment_id, asking.heard.ran)

    async def _asking(
        self,
        event: PullTouched,
        installation: Installation,
        fetched: FetchedPull,
        policy: Policy,
        known: Known | None,
    ) -> Asking:
        """What the comment or the button that brought us here asks for."""
        pull, days = fetched.pull, policy.config.regression_test.waiver_days
        standing = known.requests if known else Requests()
        if event.pressed:
            role = await fetch_role(installation, pull.repository, event.by) if event.by else Role.NONE
            person = Person(event.by, role, is_bot=not event.by)
            heard = pressed(event.pressed, person, standing, pull.author, pull.now, body=pull.body, days=days)
            return Asking(heard, None, event.pressed, role, fetched.replies)
        asked = fetched.asked if pull.is_open else None
        editor = asked.editor if asked else ""
        heard = hear_pull(asked, standing, pull.author, pull.now, days=days, editor=editor)
        return Asking(heard, asked, "", asked.role if asked else Role.NONE, fetched.replies)

    async def _case(self, installation: Installation, fetched: FetchedPull, policy: Policy, requests: Requests) -> Case:
        """Everything that the check is judged on, read where it is needed and no sooner."""
        pull, own = fetched.pull, policy.config.regression_test
        repository_id = pull.subject.repository_id
        closes = references(pull)
        if closes.unread:
            closes = references(pull, await fetch_closed(installation, pull.repository, closes.unread[:MAX_UNREAD]))
        priors = {
            each.number: await self.store.decisions.prior(Subject(repository_id, each.number)) for each in closes.fixed
        }
        fix = fix_of(pull, closes, policy, priors)
        linked, bad = links_of(pull, requests.links)
        bare = Diff(pull, {}, own.tests, own.not_tests)
        guards = watched(await self.store.pulls.guards(repository_id), bare)
        paths = dict.fromkeys((*(wanted(bare, linked) if fix else ()), *to_read(guards, bare)))
        diff = replace(bare, seen=await seen(installation, self.symbols, fetched, own, [*paths]) if paths else {})
        return Case(
            diff=diff,
            fix=fix,
            references=closes,
            links=linked,
            bad_links=bad,
            runs=await runs(installation, self.store, diff, own, fix),
            waivers=requests.waivers,
            losses=losses(guards, diff),
            mode=policy.config.check_mode,
        )

    async def _check(self, installation: Installation, fetched: FetchedPull, run: CheckRun, event: PullTouched) -> str:
        """On the head, unless that has it already and nobody asks; a merge group has a commit of its own."""
        if event.group:
            run = replace(run, head=event.group)
        elif not event.is_anew and fetched.pull.said.get(run.name) == run.external_id:
            return f"{run.conclusion.lower()}: said before"
        await create_check(installation, fetched.repository_id, run)
        return f"{run.conclusion.lower()}: {run.title}"

    async def _show(
        self, installation: Installation, fetched: FetchedPull, policy: Policy, found: Review, asking: Asking
    ) -> None:
        pull, label = fetched.pull, policy.config.regression_test.label
        shown = effects(pull, found, label, asking)
        if shown:
            await fetch_labels(installation, pull.repository)
            await apply(installation, Target(fetched.id, pull.repository, fetched.label_ids), shown)


def _remembered(case: Case, found: Review, requests: Requests) -> Known:
    pull: PullRequest = case.pull
    return Known(
        subject=pull.subject,
        head=pull.head,
        is_open=pull.is_open,
        is_fix=bool(case.fix),
        conclusion=found.run.conclusion,
        level=found.level,
        needs=case.fix.level if case.fix else "L0",
        title=found.run.title,
        issues=case.fix.classes,
        paths=tuple(dict.fromkeys((*(each.path for each in found.links), *case.diff.seen)))[:MAX_HINTS],
        base=pull.base_oid,
        requests=requests,
        due_at=found.waiver.expires_at if found.is_waived and found.waiver else None,
    )
