"""500 generated truncations and faults between the bot and a pull request: no wrong red, no wrong green.

`FUZZ_SEED` repeats a run; the seed stands in every failure.
"""

import os
import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field

import structlog

from bot.sandbox.faults import Fault
from bot.sandbox.model import Pull
from tests.fuzz.judged import Judged, judging
from tests.fuzz.pulls import Draft, draft
from tests.fuzz.truncations import MISLEADING, PASSING, Kind
from tests.stories.conftest import REPOSITORY

SEED = int(os.environ.get("FUZZ_SEED") or random.SystemRandom().randrange(10**9))
CASES = 500
BESIDE = (0, 0, 0, 1, 1, 2)  # further faults of a case
NOTHING = "nothing"  # was said: no red and no green, and a check that is required goes on waiting


@dataclass
class Tally:
    """What came of all cases."""

    wrong: list[str] = field(default_factory=list)
    ended: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))  # by the right verdict
    families: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    kinds: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    again: int = 0  # how many were asked for again
    requests: Counter[str] = field(default_factory=Counter)  # that met a fault

    def count(self, it: Draft, met: list[Kind], said: str) -> None:
        self.ended[it.right][said] += 1
        for each in met:
            self.families[each.family][said] += 1
            self.kinds[each.name][said] += 1
            self.requests[each.on] += 1

    def __str__(self) -> str:
        rows: list[tuple[str, object]] = [("asked for again", self.again), ("requests", dict(self.requests))]
        rows += [(f"right: {right}", dict(counts)) for right, counts in self.ended.items()]
        rows += [(name, dict(counts)) for name, counts in (*self.families.items(), *self.kinds.items())]
        return "\n".join(f"{name:50} {what}" for name, what in rows)


def planned(dice: random.Random, number: int) -> list[Kind]:
    """Each kind of fault in turn, three that mislead to two that pass, and up to two more beside it."""
    turn, place = divmod(number, 5)
    first = (
        MISLEADING[(turn * 3 + place) % len(MISLEADING)]
        if place < 3
        else PASSING[(turn * 2 + place - 3) % len(PASSING)]
    )
    beside = [each for each in (*MISLEADING, *PASSING) if each.trait in {"", first.trait} and each.family != "all"]
    return [first, *dice.sample(beside, dice.choice(BESIDE))]


def inject(judged: Judged, dice: random.Random, kinds: list[Kind]) -> list[tuple[Fault, Kind]]:
    """What passes comes first; what misleads meets the next attempt, or every one."""
    made = [(each.make(dice), each) for each in sorted(kinds, key=lambda each: each.family != "passing")]
    for fault, each in made:
        lasting = 3 if each.family == "all" else None  # what shows nothing at all may be tried again a hundred times
        times = 1 if each.family == "passing" else dice.choice([1, lasting])
        judged.github.faults.add(fault, on=each.on, times=times)
    return made


def offer(judged: Judged, it: Draft, number: int) -> Pull:
    """Opened so that what the bot is told last is told of the whole."""
    github, by = judged.github, "mallory" if it.is_from_fork else "bob"
    branch = f"fix/{number}" if it.sign == "branch" else f"work/{number}"
    if it.trait == "moved":
        github.repository(REPOSITORY).branches[branch] = judged.before
    opening = {"by": by, "files": it.files, "base": it.base, "branch": branch, "message": it.message}
    texts = (it.title, it.body(judged.defect.number, judged.question.number))
    if it.sign not in {"by hand", "label"}:
        return github.open_pull(REPOSITORY, *texts, from_fork=it.is_from_fork, **opening)
    with judged.unheard():
        pull = github.open_pull(REPOSITORY, *texts, from_fork=it.is_from_fork, **opening)
        if it.sign == "by hand":
            github.link_issue(pull, judged.defect)
        else:
            github.label(pull, "hotfix", by="alice")
    github.edit_pull(pull, title=f"{it.title} again", by=by)
    return pull


async def judge(judged: Judged, number: int, tally: Tally) -> None:
    """Under faults the verdict may be missing or neutral, and never wrong; without them it is right, and said once.

    Where they only passed and it is right already, it was said without them: it is not asked for again.
    """
    dice = random.Random(f"{SEED} {number}")
    kinds = planned(dice, number)
    it = draft(dice, kinds[0].trait, judged.defect.number)
    faults = judged.github.faults
    made, before = inject(judged, dice, kinds), len(faults.fired)
    pull = offer(judged, it, number)
    await judged.settle()
    faults.clear()
    met = [kind for fault, kind in made if any(fault is each for _, each in faults.fired[before:])]
    said = judged.verdicts(pull)
    tally.count(it, met, said[-1] if said else NOTHING)
    story = f"case {number}: {it} under {[f'{each.on}: {each.name}' for each in met]} said {said or NOTHING}"
    if set(said) - {it.right, "neutral"}:
        tally.wrong.append(story)
    if said[-1:] == [it.right] and all(each.family == "passing" for each in met):
        return
    judged.ask_again(pull)
    await judged.settle()
    after = judged.verdicts(pull)[len(said) :]
    tally.again += 1
    if after != [it.right]:
        tally.wrong.append(f"{story}; then, without faults, {after}")


async def test_500_truncations_and_faults_make_no_wrong_red_and_no_wrong_green():
    tally = Tally()
    with structlog.testing.capture_logs():
        async with judging() as judged:
            for number in range(CASES):
                await judge(judged, number, tally)
    print(f"seed {SEED}", tally, sep="\n")  # noqa: T201 - the figures
    assert judged.github.books.calls_while_limited == 0
    means_something(tally)
    wrong = "\n".join(tally.wrong)
    assert not wrong, f"seed {SEED}: {len(tally.wrong)} of {CASES} are wrong:\n{wrong}"


def means_something(tally: Tally) -> None:
    """Every fault was met; under each family of them some verdicts stood, and where answers misled, some did not."""
    told = f"seed {SEED}\n{tally}"
    assert {each.name for each in (*MISLEADING, *PASSING)} == set(tally.kinds), told
    assert {each.on for each in (*MISLEADING, *PASSING)} == set(tally.requests), told
    for family, counts in tally.families.items():
        decided = counts["success"] + counts["failure"] + counts["skipped"]
        assert decided, f"{family}: {told}"
        assert counts["neutral"] or family == "all", f"{family}: {told}"
    for right, counts in tally.ended.items():
        assert counts[right] >= 20, f"{right}: {told}"
    assert tally.ended["success"]["neutral"] >= 20, told
    assert tally.ended["failure"]["neutral"] >= 20, told
