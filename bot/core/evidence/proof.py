"""Whether a linked test fails without the fix and passes with it: the verdict, and the artifact that carries it.

Runs nothing. What an artifact says is the word of whoever ran the job, and is believed no further than that.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.core.evidence.conventions import Role, recognise
from bot.core.evidence.endings import Outcome, Seen
from bot.core.rules.values import fits

Verdict = Literal["PROVEN", "WEAK", "INCONCLUSIVE", "HEAD_NOT_GREEN", "NO_TESTS", "NO_FIX"]
ErrorsAs = Literal["inconclusive", "failed"]
Side = Literal["head", "base"]

MAX_BYTES = 1 << 20  # of an artifact
MAX_TESTS = 50
MAX_LINK = 5_000  # characters
MAX_COMMAND = 2_000
MAX_REASON = 500
MAX_RUNS = 20  # on one side

Text = Annotated[str, Field(max_length=MAX_REASON)]
Links = Annotated[tuple[Annotated[str, Field(max_length=MAX_LINK)], ...], Field(max_length=MAX_TESTS)]
Commit = Annotated[str, Field(pattern=r"^(?:[0-9a-f]{40}|[0-9a-f]{64})$")]
Count = Annotated[int, Field(ge=0, lt=2**31)]


class BadProof(ValueError):
    """It is not an artifact of `burndown prove` that we can read."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")


class Counts(_Part):
    """Of tests, as a JUnit report gives them."""

    run: Count  # passed or failed
    failed: Count
    passed: Count
    skipped: Count


class Run(_Part):
    """One run of the command."""

    side: Side
    outcome: Outcome
    reason: Text = ""
    exit_code: Annotated[int, Field(ge=-(2**31), lt=2**32)] | None = None  # none: it was not done in time
    seconds: Annotated[float, Field(ge=0, lt=1e9, allow_inf_nan=False)]
    counts: Counts | None = None


class Proof(_Part):
    """The artifact."""

    version: Literal[1] = 1
    verdict: Verdict
    reason: Text
    tests: Links  # links as they are written: those that the verdict holds for
    others: Links = ()  # linked as well; where it is PROVEN, not for these
    head: Commit
    base: Commit  # the merge base
    command: Annotated[str, Field(max_length=MAX_COMMAND)] = ""
    errors_as: ErrorsAs = "inconclusive"
    runs: Annotated[tuple[Run, ...], Field(max_length=2 * MAX_RUNS)] = ()
    tool: Annotated[str, Field(max_length=100)] = ""  # the version of burndown


def read_proof(text: bytes) -> Proof:
    """An artifact. Raises BadProof, and nothing else, whatever the bytes are."""
    if len(text) > MAX_BYTES:
        raise BadProof(f"it is larger than {MAX_BYTES} bytes")
    try:
        return Proof.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise BadProof(f"{'.'.join(map(str, first['loc'])) or 'it'}: {first['msg']}"[:MAX_REASON]) from None


@dataclass(frozen=True, slots=True)
class Split:
    """The changed files of a pull request; those that only decide how tests are run are none of these."""

    tests: tuple[str, ...]  # with what supports them: they go onto the merge base
    fix: tuple[str, ...]
    mixed: tuple[str, ...]  # linked, and holding both a test and what it tests


def split(paths: Iterable[str], linked: Iterable[str], overlay: Sequence[str]) -> Split:
    """By the conventions of languages; a link or a glob of the user's makes any file a test."""
    parts: dict[str, list[str]] = {"tests": [], "fix": [], "mixed": [], "": []}
    named = frozenset(linked)
    for path in paths:
        parts[_part(path, path in named, overlay)].append(path)
    return Split(*(tuple(parts[name]) for name in ("tests", "fix", "mixed")))


def _part(path: str, is_linked: bool, overlay: Sequence[str]) -> str:  # noqa: FBT001 - nobody else calls it
    if fits(path, overlay):
        return "tests"
    match recognise(path, (), ()).role:
        case Role.TEST | Role.SUPPORT | Role.SNAPSHOT:
            return "tests"
        case Role.INSIDE if is_linked:
            return "mixed"
        case Role.RUNNER if not is_linked:
            return ""
        case _:
            return "tests" if is_linked else "fix"


@dataclass(frozen=True, slots=True)
class Judgement:
    verdict: Verdict
    reason: str
    tests: tuple[str, ...]  # as in Proof
    others: tuple[str, ...] = ()


def hindered(links: tuple[str, ...], parts: Split) -> Judgement | None:
    """Why nothing needs to be run; None: something does."""
    if not links:
        return Judgement("NO_TESTS", "no regression test is linked", ())
    if parts.mixed:
        files = ", ".join(parts.mixed[:3])
        what = f"tests and what they test are in the same file, so that they cannot be run apart: {files}"
        return Judgement("INCONCLUSIVE", what, links)
    return None if parts.fix else Judgement("NO_FIX", "nothing but tests, and how they are run, has changed", links)


def judged(links: tuple[str, ...], head: Sequence[Seen], base: Sequence[Seen], errors_as: ErrorsAs) -> Judgement:
    """What runs with the fix (`head`) and without it (`base`) prove; `base` is not asked where `head` is not green."""
    if judgement := not_green(links, head):
        return judgement
    proven, passing, reasons = [], [], []
    for link in (each for each in links if all(run.tests[each] == "passed" for run in head)):
        outcomes = {_counted(run.tests[link], errors_as) for run in base}
        if outcomes == {"failed"}:
            proven.append(link)
        elif outcomes == {"passed"}:
            passing.append(link)
        else:
            reasons.append(_why(link, outcomes, base))
    if proven:
        others = tuple(each for each in links if each not in proven)
        return Judgement("PROVEN", _proven(len(proven), len(links)), tuple(proven), others)
    if reasons or not passing:
        return Judgement("INCONCLUSIVE", reasons[0] if reasons else "it was not run without the fix", links)
    return Judgement("WEAK", "it passes without the fix as well", links)


def not_green(links: tuple[str, ...], head: Sequence[Seen]) -> Judgement | None:
    """Why runs with the fix are nothing to compare with."""
    bad = next((run for run in head if run.outcome != "passed"), None)
    if bad is None:
        if any(all(run.tests[link] == "passed" for run in head) for link in links):
            return None
        return Judgement("INCONCLUSIVE", "with the fix, no linked test is among those that ran", links)
    if bad.outcome in {"empty", "stopped"}:
        return Judgement("INCONCLUSIVE", f"with the fix: {bad.reason}", links)
    if any(run.outcome == "passed" for run in head):
        return Judgement("INCONCLUSIVE", f"with the fix, it passes only sometimes: {bad.reason}", links)
    return Judgement("HEAD_NOT_GREEN", f"with the fix: {bad.reason}", links)


def _counted(outcome: Outcome, errors_as: ErrorsAs) -> Outcome:
    return "failed" if outcome == "broken" and errors_as == "failed" else outcome


def _why(link: str, outcomes: set[Outcome], base: Sequence[Seen]) -> str:
    if {"passed", "failed"} <= outcomes:
        return "without the fix, it fails only sometimes"
    odd = next((run for run in base if run.tests[link] not in {"passed", "failed"}), None)
    if odd is None or odd.outcome in {"passed", "failed"}:
        return f"without the fix, {link} is not among the tests that ran"
    return f"without the fix: {odd.reason}"


def _proven(proven: int, linked: int) -> str:
    if linked == 1:
        return "it fails without the fix and passes with it"
    return f"{proven} of {linked} linked tests fail without the fix and pass with it"


def bounded(text: str, limit: int = MAX_REASON) -> str:
    """Text as an artifact may hold it: of characters that can be written, and not too many."""
    return text.encode(errors="replace").decode()[:limit]
