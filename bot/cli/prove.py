"""The verb that shows, in the user's own CI, that a linked test fails without the fix. The verdict is core's to say."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from bot import __version__
from bot.cli.exits import FINDINGS, OK, USAGE, ending, fail
from bot.cli.output import as_json, printable, say, say_table

if TYPE_CHECKING:
    from bot.cli.trial import Command
    from bot.cli.worktree import Change, Repository, Scratch
    from bot.core.evidence.endings import Cases, Ended, Seen
    from bot.core.evidence.links import Link
    from bot.core.evidence.proof import ErrorsAs, Judgement, Proof, Run, Side

MAX_EVENT = 32 << 20  # bytes: GitHub sends 25 MiB at most
MAX_BODY = 1 << 20  # bytes
VERDICTS = ("PROVEN", "WEAK", "INCONCLUSIVE", "HEAD_NOT_GREEN", "NO_TESTS", "NO_FIX")
SUITE = "burndown prove"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line asks for."""

    base: str
    head: str
    tests: tuple[str, ...]
    body_file: IO[bytes] | None
    text: str
    setup: str
    shell: str
    junit: str
    timeout: float
    errors_as: "ErrorsAs"
    runs: int
    overlay: tuple[str, ...]
    submodules: bool
    output: Path
    junit_output: Path
    allow: tuple[str, ...]
    no_fail: bool
    as_json: bool


def _below(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    """A pattern of files below the folder that the command runs in."""
    if value.startswith("/") or ".." in value.split("/"):
        raise click.BadParameter("not below the folder that the command runs in - write it from there, or use {junit}")
    return value


@click.command()
@click.option("--base", required=True, metavar="REF", help="What the change is to be merged into.")
@click.option("--head", default="HEAD", show_default=True, metavar="REF", help="The change, with the fix.")
@click.option("--test", "tests", multiple=True, metavar="PATH::NAME", help="A test, instead of those that are linked.")
@click.option("--body-file", type=click.File("rb"), help="The pull request's description; - is standard input.")
@click.option("--run", "text", required=True, metavar="COMMAND", help="Runs the tests; see above.")
@click.option("--setup", default="", metavar="COMMAND", help="Runs before, in each of the two work trees.")
@click.option("--shell", default="sh -ec", show_default=True, help="What runs COMMAND.")
@click.option(
    "--junit", default="", metavar="GLOB", callback=_below, help="JUnit files that the runner writes by itself."
)
@click.option(
    "--timeout", type=click.FloatRange(1, 86_400), default=600, show_default=True, metavar="SECONDS", help="Of one run."
)
@click.option(
    "--errors-as",
    type=click.Choice(["inconclusive", "failed"]),
    default="inconclusive",
    show_default=True,
    help="What it means that tests cannot be built or loaded without the fix.",
)
@click.option("--runs", type=click.IntRange(1, 20), default=1, show_default=True, help="How often, on each side.")
@click.option("--overlay", multiple=True, metavar="GLOB", help="More files that belong to the tests.")
@click.option("--submodules", is_flag=True, help="Fetch submodules, too.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default="burndown-proof.json",
    show_default=True,
    help="The artifact.",
)
@click.option(
    "--junit-output",
    type=click.Path(dir_okay=False, path_type=Path),
    default="burndown-proof.xml",
    show_default=True,
    help="The same for CI to show.",
)
@click.option("--allow", multiple=True, type=click.Choice(VERDICTS), help="A verdict that ends with 0 as well.")
@click.option("--no-fail", is_flag=True, help="Every verdict ends with 0.")
@as_json
def prove(**options: Any) -> None:
    """Show that the linked regression tests fail without the fix and pass with it.

    Runs COMMAND twice, in clean work trees that go away again: at the head, where it must pass, and at the merge base
    with the head's tests on top, where it must fail. Which tests: --test, or the lines `Regression-Test: path::name`
    of the pull request's description (--body-file, or GITHUB_EVENT_PATH) and of the commits since the merge base.

    In COMMAND, {tests} stands for the links, {paths} for their files, {names} for their last names joined by | and
    {junit} for a JUnit file to be written, quoted already. BURNDOWN_SIDE is head or base. Its output goes to standard
    error. Exit code 0 when it is PROVEN or the verdict is allowed, else 1. More in docs/prove.md.

    JSON, also in the artifact: version, verdict, reason, tests, others, head, base, command, errors_as, runs [{side,
    outcome, reason, exit_code, seconds, counts {run, failed, passed, skipped}}], tool.
    """
    wanted = Wanted(**options)
    with ending():
        for each in (wanted.output, wanted.junit_output):
            each.unlink(missing_ok=True)  # nobody is to take one that a pull request brings along for ours
        proof = _proven(wanted)
        wanted.output.write_text(proof.model_dump_json(indent=2) + "\n", encoding="utf-8")
        wanted.junit_output.write_bytes(junit(proof))
    if wanted.as_json:
        click.echo(proof.model_dump_json(indent=2))
    else:
        _say(proof)
    is_fine = wanted.no_fail or proof.verdict in ("PROVEN", *wanted.allow)
    raise SystemExit(OK if is_fine else FINDINGS)


def _proven(wanted: Wanted) -> "Proof":
    from bot.cli.trial import Command, filled, shell
    from bot.cli.worktree import Repository
    from bot.core.evidence.proof import hindered, split

    repository = Repository(Path.cwd())
    repository = Repository(repository.root())
    head = repository.commit(wanted.head)
    base = repository.merge_base(repository.commit(wanted.base), head)
    links = _links(wanted, repository, base, head)
    with _usage():
        command = Command(
            wanted.text, wanted.setup, shell(wanted.shell), links, wanted.timeout, wanted.junit, repository.root()
        )
        for text in (command.text, command.setup):
            filled(text, links)
    changes = repository.changes(base, head)
    parts = split((each.path for each in changes), (link.path for link in links), wanted.overlay)
    work = _Work(repository, command, head, base, wanted)
    if judgement := hindered(tuple(link.text for link in links), parts):
        return work.proof(judgement, ())
    return work([each for each in changes if each.path in set(parts.tests)])


@contextmanager
def _usage() -> Iterator[None]:
    from bot.cli.trial import BadCommand

    try:
        yield
    except BadCommand as error:
        raise click.UsageError(str(error)) from None


@dataclass(frozen=True, slots=True)
class _Work:
    """The runs on both sides."""

    repository: "Repository"
    command: "Command"
    head: str
    base: str
    wanted: Wanted

    def __call__(self, tests: Sequence["Change"]) -> "Proof":
        """The head first: where it is not green, there is nothing to compare with."""
        from bot.cli.worktree import scratch
        from bot.core.evidence.proof import judged, not_green

        links = tuple(link.text for link in self.command.links)
        with scratch(self.repository) as place:
            runs, head, cases = self._side(place, "head", (), None)
            if judgement := not_green(links, head):
                return self.proof(judgement, runs)
            more, base, _ = self._side(place, "base", tests, cases)
        return self.proof(judged(links, head, base, self.wanted.errors_as), [*runs, *more])

    def _side(
        self, place: "Scratch", side: "Side", tests: Sequence["Change"], cases: "Cases | None"
    ) -> tuple[list["Run"], list["Seen"], "Cases | None"]:
        """The runs on one side, and which cases of their reports the links mean, where that was not known yet."""
        from bot.cli import trial
        from bot.core.evidence.endings import belonging, seen

        tree = place.checkout(self.head if side == "head" else self.base, submodules=self.wanted.submodules)
        tree.overlay(self.head, tests)
        _tell(f"{side}: {(self.head if side == 'head' else self.base)[:12]}, {len(tests)} files of the head on top")
        report = place.folder / f"{side}.xml"
        runs, shown = [], []
        failed = trial.set_up(self.command, side, tree.folder, report)
        for _ in range(1 if failed else self.wanted.runs):
            ended = failed or trial.run(self.command, side, tree.folder, report)
            cases = cases or belonging(self.command.links, ended.results or ())
            shown.append(seen(self.command.text, self.command.links, ended, cases))
            runs.append(_run(side, shown[-1], ended))
            _tell(f"{side}: {shown[-1].outcome} {shown[-1].reason}".rstrip())
            if shown[-1].outcome == "stopped":  # it would take as long again
                break
        return runs, shown, cases

    def proof(self, judgement: "Judgement", runs: Sequence["Run"]) -> "Proof":
        from bot.core.evidence.proof import MAX_COMMAND, Proof, bounded

        return Proof(
            verdict=judgement.verdict,
            reason=bounded(judgement.reason),
            tests=judgement.tests,
            others=judgement.others,
            head=self.head,
            base=self.base,
            command=bounded(self.command.text, MAX_COMMAND),
            errors_as=self.wanted.errors_as,
            runs=tuple(runs),
            tool=__version__,
        )


def _run(side: "Side", shown: "Seen", ended: "Ended") -> "Run":
    from bot.core.evidence.proof import Counts, Run, bounded

    outcomes = [each.outcome for each in ended.results or ()]
    failed, passed, skipped = (outcomes.count(each) for each in ("failed", "passed", "skipped"))
    return Run(
        side=side,
        outcome=shown.outcome,
        reason=bounded(shown.reason),
        exit_code=ended.exit_code,
        seconds=round(ended.seconds, 3),
        counts=None
        if ended.results is None
        else Counts(run=failed + passed, failed=failed, passed=passed, skipped=skipped),
    )


def _links(wanted: Wanted, repository: "Repository", base: str, head: str) -> tuple["Link", ...]:
    """The linked tests, each once; what is not a link ends the command, or is told where it was found on the way."""
    from bot.core.evidence.links import BadLink, links, read_link
    from bot.core.evidence.proof import MAX_TESTS

    if wanted.tests:
        found = [read_link(each, "body") for each in wanted.tests]
        if bad := [each for each in found if isinstance(each, BadLink)]:
            fail(USAGE, *(printable(f"{each.written}: {each.why}") for each in bad))
    else:
        found = list(links(_body(wanted), "body"))
        for message in repository.messages(base, head):
            found += links(message, "commit")
    good: dict[str, Link] = {}
    for each in found:
        if isinstance(each, BadLink):
            _tell(f"not a link: {each.written}: {each.why}")
        else:
            good.setdefault(each.text, each)
    if len(good) > MAX_TESTS:
        _tell(f"{len(good)} tests are linked: only the first {MAX_TESTS} count")
    return tuple(good.values())[:MAX_TESTS]


def _body(wanted: Wanted) -> str:
    """What the pull request says: from a file, or from the event that GitHub Actions runs for."""
    from pydantic import BaseModel, ValidationError

    class Pull(BaseModel):
        body: str | None = None

    class Event(BaseModel):
        pull_request: Pull | None = None

    if wanted.body_file:
        return wanted.body_file.read(MAX_BODY).decode(errors="replace")
    if not (path := os.environ.get("GITHUB_EVENT_PATH")):
        return ""
    with Path(path).open("rb") as file:
        text = file.read(MAX_EVENT)
    try:
        event = Event.model_validate_json(text)
    except ValidationError:
        fail(USAGE, "GITHUB_EVENT_PATH: not an event of GitHub")
    return (event.pull_request and event.pull_request.body) or ""


def _tell(text: str) -> None:
    click.echo(f"burndown: {printable(text)}", err=True)


def _say(proof: "Proof") -> None:
    """The runs as a table, the verdict below."""
    if proof.runs:
        head = ("side", "outcome", "exit code", "seconds", "tests", "failed", "why")
        say_table(head, map(_row, proof.runs))
    for word, links in (("test", proof.tests), ("not shown", proof.others)):
        for each in links:
            say(f"{word}: {each}")
    say(f"{proof.verdict}: {proof.reason}")


def _row(run: "Run") -> tuple[str, ...]:
    code = "" if run.exit_code is None else str(run.exit_code)
    tests = (str(run.counts.run), str(run.counts.failed)) if run.counts else ("", "")
    return run.side, run.outcome, code, f"{run.seconds:.1f}", *tests, run.reason


def junit(proof: "Proof") -> bytes:
    """The verdict as a JUnit report, one case for each link: any CI can show that."""
    from xml.etree import ElementTree as ET

    links = (*proof.tests, *proof.others)
    proven = frozenset(proof.tests if proof.verdict == "PROVEN" else ())
    suite = ET.Element("testsuite", name=SUITE, tests=str(len(links) or 1), failures=str(len(links) - len(proven)))
    for link in links:
        case = ET.SubElement(suite, "testcase", classname=SUITE, name=f"{printable(link)} fails without the fix")
        if link not in proven:
            reason = "it is not shown for this one" if proof.verdict == "PROVEN" else proof.reason
            ET.SubElement(case, "failure", type=proof.verdict, message=printable(f"{proof.verdict}: {reason}"))
    if not links:  # some CI takes a report without a case for a broken one
        suite.set("skipped", "1")
        case = ET.SubElement(suite, "testcase", classname=SUITE, name="the linked regression test")
        ET.SubElement(case, "skipped", message=printable(f"{proof.verdict}: {proof.reason}"))
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + bytes(ET.tostring(suite, "utf-8")) + b"\n"
