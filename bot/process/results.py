"""Test results of a finished workflow run: read, kept, and the pull requests that they are about looked at again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.core.events import RunFinished
from bot.core.evidence.proof import BadProof, Proof, read_proof
from bot.github.artifacts import Imported, fetch_results
from bot.github.client import Installation
from bot.process.remembered import Remembered
from bot.store import Store
from bot.store.arrivals import again
from bot.store.inbox import Claim
from bot.store.pulls import Run


@dataclass(frozen=True, slots=True)
class Results:
    store: Store
    policies: Remembered
    clock: Callable[[], datetime]

    async def __call__(self, claim: Claim, event: RunFinished, installation: Installation) -> str:
        """Nothing is asked of GitHub where the commit is not the head of a fix that we know."""
        fixes = [each for each in await self.store.pulls.at(event.repository_id, event.head) if each.is_fix]
        if not fixes:
            return "no fix waits for it"
        if not await installation.may("actions"):
            return "the installation does not grant actions: read"
        standing = await self.policies.last(event.repository_id)
        if standing is None:
            return "no policy is known"
        own = standing.policy.config.regression_test
        imported = await fetch_results(installation, event.repository, event.run_id, own.results)
        if imported.app not in own.trusted_apps or imported.head != event.head:
            return f"run by {imported.app}, which is not trusted, or of another commit"
        report = imported.report
        if not (report.files or imported.proofs):
            return f"no test report in it: {'; '.join(report.problems) or 'nothing to read'}"
        now = self.clock()
        results = report.results if report.files else None
        run = Run(event.run_id, imported.workflow_id, event.head, results, _proofs(imported), now)
        await self.store.pulls.keep_run(event.repository_id, event.installation_id, run)
        asked = (again(each.subject, event.installation_id, event.repository, claim.delivery_id, now) for each in fixes)
        await self.store.inbox.put([*asked])
        return f"{len(results or ())} test results, {len(run.proofs)} proofs"


def _proofs(imported: Imported) -> tuple[Proof, ...]:
    """What `burndown prove` wrote there; what cannot be read proves nothing."""
    found = []
    for text in imported.proofs:
        try:
            found.append(read_proof(text))
        except BadProof:
            continue
    return tuple(each for each in found if each.head == imported.head)
