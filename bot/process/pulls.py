"""One pull request, from its snapshot to its checks: of the rules that it changes, and of the defect that it fixes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.core.check import CheckRun
from bot.core.events import MAX_HINTS, Hints, PullTouched
from bot.core.evidence.closing import references
from bot.core.evidence.guards import Guard, Loss, losses, to_read, watched
from bot.core.evidence.ladder import Diff, wanted
from bot.core.evidence.model import PullRequest
from bot.core.evidence.requests import Person, Requests, hear_pull, pressed
from bot.core.evidence.review import L3, NAME, Case, Review, fix_of, guards_of, links_of, review
from bot.core.evidence.view import Asking, effects
from bot.core.evidence.waivers import State, lapsed, state
from bot.core.ledger.model import Entry
from bot.core.model import Mode, Prior, Subject
from bot.core.people.commands import Role
from bot.core.policy import Policy
from bot.github.apply import Target, apply
from bot.github.artifacts import fetch_runs
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

BLOCKING = frozenset({"FAILURE", "ACTION_REQUIRED"})
UNKNOWN = ("?",)  # the classes of an issue that is not counted as closed: any news of it is news
NOT_GRANTED = "the installation does not grant checks: write and pull_requests: read"


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a pull request: what is remembered of it, and in a few words what was done."""

    note: str
    known: Known | None = None  # None: nothing to remember
    comment_id: str = ""
    ran: tuple[str, ...] = ()  # commands of the comment
    priors: Mapping[int, Prior | None] = field(default_factory=dict)  # of the issues that it closes, as they were seen
    runs: tuple[int, ...] = ()  # of workflows on its head, of which nothing is known yet
    others: tuple[Subject, ...] = ()  # pull requests of the same commit, which may speak for it now
    guards: tuple[Guard, ...] = ()  # tests that guard what it fixed: it is merged
    lost: tuple[Loss, ...] = ()  # guards that it took away: it is merged
    fixed: tuple[Entry, ...] = ()  # what it fixed, for the ledger: it is merged


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
        event = _of_group(event, fetched.pull)
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
        requests = asking.heard.standing
        is_granted = known is None or state(requests.waivers, pull.now) != state(known.requests.waivers, pull.now)
        waived_for = None if known is None or is_granted else known.waived_for
        case, priors = await self._case(installation, fetched, policy, requests)
        case = replace(case, waived_for=waived_for)
        found = review(case)
        if found.state is State.EXPIRED:
            requests = replace(requests, waivers=lapsed(requests.waivers, pull.now))
        remembered = _remembered(case, found, requests)
        if not pull.is_open:
            return await self._ended(case, found, remembered, known)
        note = await self._check(installation, fetched, found.run, event)
        if policy.config.mode is Mode.ENFORCE:
            await self._show(installation, fetched, policy, found, asking)
        runs = await self._unknown_runs(installation, case, known)
        return Done(note, remembered, event.comment_id, asking.heard.ran, priors, runs)

    async def _ended(self, case: Case, found: Review, remembered: Known, known: Known | None) -> Done:
        """Its tests are guards from the merge on; what is done to it later does not make them so again."""
        pull = case.pull
        at_head = await self.store.pulls.at(pull.subject.repository_id, pull.head)
        others = tuple(each.subject for each in at_head if each.subject != pull.subject)
        if not pull.is_merged or (known and not known.is_open):
            return Done("closed", remembered, others=others)
        fixed = _fixed(case, found)
        return Done("merged", remembered, others=others, guards=guards_of(case, found), lost=case.losses, fixed=fixed)

    async def _unknown_runs(self, installation: Installation, case: Case, known: Known | None) -> tuple[int, ...]:
        """Runs that were over before anybody knew that a fix waits for them: asked for once."""
        is_asked = known is not None and known.is_fix and known.head == case.pull.head and known.needs > L3
        is_waiting = case.fix.level > L3 and case.runs.is_readable and case.runs.results is None
        if is_asked or not is_waiting:
            return ()
        return await fetch_runs(installation, case.pull.repository, case.pull.head)

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
            sees_now = event.shown in {"", pull.said.get(NAME, "")}
            person = Person(event.by, role, is_bot=not event.by, sees_now=sees_now)
            heard = pressed(event.pressed, person, standing, pull.author, pull.now, body=pull.body, days=days)
            return Asking(heard, None, event.pressed, role, fetched.replies)
        asked = fetched.asked if pull.is_open else None
        editor = asked.editor if asked else ""
        heard = hear_pull(asked, standing, pull.author, pull.now, days=days, editor=editor)
        return Asking(heard, asked, "", asked.role if asked else Role.NONE, fetched.replies)

    async def _case(
        self, installation: Installation, fetched: FetchedPull, policy: Policy, requests: Requests
    ) -> tuple[Case, Mapping[int, Prior | None]]:
        """Everything that the check is judged on, read where it is needed and no sooner."""
        pull, own = fetched.pull, policy.config.regression_test
        repository_id = pull.subject.repository_id
        closes = references(pull)
        if closes.unread:
            closes = references(pull, await fetch_closed(installation, pull.repository, closes.unread))
        priors = {
            each.number: await self.store.decisions.prior(Subject(repository_id, each.number)) for each in closes.fixed
        }
        fix = fix_of(pull, closes, policy, priors)
        linked, bad = links_of(pull, requests.links)
        bare = Diff(pull, {}, own.tests, own.not_tests)
        guards = watched(await self.store.pulls.guards(repository_id), bare)
        paths = dict.fromkeys((*(wanted(bare, linked) if fix else ()), *to_read(guards, bare)))
        diff = replace(bare, seen=await seen(installation, self.symbols, fetched, own, [*paths]) if paths else {})
        case = Case(
            diff=diff,
            fix=fix,
            references=closes,
            links=linked,
            bad_links=bad,
            runs=await runs(installation, self.store, diff, fix),
            waivers=requests.waivers,
            losses=losses(guards, diff),
            mode=policy.config.check_mode,
        )
        return case, priors

    async def _check(self, installation: Installation, fetched: FetchedPull, run: CheckRun, event: PullTouched) -> str:
        """On the head, unless that has it already and nobody asks; a merge group has a commit of its own."""
        if event.group:
            run = replace(run, head=event.group)
        elif not event.is_anew and fetched.pull.said.get(run.name) == run.external_id:
            return f"{run.conclusion.lower()}: said before"
        if run.name == NAME and run.conclusion not in BLOCKING and (other := await self._blocked(fetched.pull)):
            return f"{run.conclusion.lower()}: not said, for {other} has the same commit and is blocked"
        await create_check(installation, fetched.repository_id, run)
        return f"{run.conclusion.lower()}: {run.title}"

    async def _blocked(self, pull: PullRequest) -> int:
        """Another open pull request of the same commit that may not be merged: a commit has one check of a name."""
        at_head = await self.store.pulls.at(pull.subject.repository_id, pull.head)
        others = (each for each in at_head if each.subject != pull.subject and each.conclusion in BLOCKING)
        return next((each.subject.number for each in others), 0)

    async def _show(
        self, installation: Installation, fetched: FetchedPull, policy: Policy, found: Review, asking: Asking
    ) -> None:
        pull, label = fetched.pull, policy.config.regression_test.label
        shown = effects(pull, found, label, asking)
        if shown:
            await fetch_labels(installation, pull.repository)
            await apply(installation, Target(fetched.id, pull.repository, fetched.label_ids), shown)


def _of_group(event: PullTouched, pull: PullRequest) -> PullTouched:
    """A check that is asked for again on a commit that is none of the pull request's is a merge group's."""
    own = {"", pull.head, *(each.oid for each in pull.commits)}
    return event if event.group or event.commit in own else replace(event, group=event.commit)


def _fixed(case: Case, found: Review) -> tuple[Entry, ...]:
    """For the ledger, with the evidence that it was merged with."""
    pull, at = case.pull.subject.number, case.pull.now.replace(microsecond=0)
    evidence = "waived" if found.is_waived else found.level
    return tuple(
        Entry(each.issue.number, at, "fixed", cause=f"#{pull}", pull=pull, evidence=evidence)
        for each in case.fix.defects
    )


def _remembered(case: Case, found: Review, requests: Requests) -> Known:
    pull: PullRequest = case.pull
    fixes = tuple(each.issue.number for each in case.fix.defects)
    return Known(
        subject=pull.subject,
        head=pull.head,
        is_open=pull.is_open,
        is_fix=bool(case.fix),
        conclusion=found.run.conclusion,
        level=found.level,
        needs=case.fix.level if case.fix else "L0",
        title=found.run.title,
        issues=case.fix.classes + tuple((number, UNKNOWN) for number in case.references.doubtful),
        paths=tuple(dict.fromkeys((*(each.path for each in found.links), *case.diff.seen)))[:MAX_HINTS],
        base=pull.base_oid,
        requests=requests,
        due_at=found.waiver.expires_at if found.is_waived and found.waiver else None,
        waived_for=fixes if case.waived_for is None else case.waived_for,
    )
