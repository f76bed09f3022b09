"""How one run of a test command ended: passed, failed, or in a way that says nothing about the tests.

Runs nothing and compares nothing: what two runs prove together is proof.py's to say.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.core.evidence.links import Link
from bot.core.evidence.model import Symbol
from bot.core.evidence.results import Result, matching, outcome

Outcome = Literal[
    "passed",
    "failed",
    "broken",  # something could not be built, loaded or set up; or the program crashed
    "empty",  # no test was run
    "stopped",  # it was not started, or not left to end by itself
]

Identity = tuple[str, str, str]  # of a case in a report: its file, its class, its name
Cases = Mapping[str, frozenset[Identity]]  # by the text of the link

MAX_RESULTS = 20_000  # of a report that are looked at one by one
NOT_STARTED = frozenset({126, 127})  # not executable, not found: as shells have it (POSIX 2.8.2)
CRASHES = {4: "SIGILL", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 11: "SIGSEGV"}
STOPS = {1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 9: "SIGKILL", 13: "SIGPIPE", 15: "SIGTERM"}

EXIT_CODES: dict[str, dict[int, tuple[Outcome, str]]] = {  # of runners that tell more than pass and fail
    "pytest": {
        2: ("broken", "tests could not be collected"),
        3: ("stopped", "pytest had an internal error"),
        4: ("broken", "pytest could not be used so, or a linked test could not be loaded"),
        5: ("empty", "pytest collected no test"),
    },
    "phpunit": {255: ("broken", "PHP had a fatal error")},
}
WRAPPERS = frozenset({"make", "tox", "nox", "npm", "yarn", "pnpm"})  # whose exit codes are their own

MARKS = {  # what runners print when they could not build or load a test
    "[build failed]": "go",
    "[setup failed]": "go",
    "could not compile `": "cargo",
    "COMPILATION ERROR": "Maven",
    "Compilation failed; see the compiler": "Gradle",
    ": error CS": ".NET",
    "== Compilation error in file": "mix",
    "occurred outside of examples": "RSpec",
    "Test suite failed to run": "Jest",
    "Failed Suites": "Vitest",
    "ERR_MODULE_NOT_FOUND": "Node",
    "does not provide an export named": "Node",
    "ERROR collecting ": "pytest",
    "unittest.loader._FailedTest": "unittest",
}
MAX_MARK = max(map(len, MARKS))


@dataclass(frozen=True, slots=True)
class Ended:
    """What was seen of a run."""

    exit_code: int | None  # None: it was not done in time; negative: a signal
    seconds: float
    marks: tuple[str, ...] = ()  # of MARKS, those that it printed
    is_reported: bool = False  # whether a JUnit report was asked for
    results: tuple[Result, ...] | None = None  # of that report; None: it was not written
    is_set_up: bool = True  # False: this is how the setup ended


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of a run, and of each linked test in it."""

    outcome: Outcome
    reason: str  # nothing where it passed
    tests: dict[str, Outcome]  # by the text of the link


def marks(text: str) -> tuple[str, ...]:
    return tuple(each for each in MARKS if each in text)


def belonging(links: Iterable[Link], results: Sequence[Result]) -> Cases:
    """Which cases of a report each link means: of its test, of the tests within its class or block, or of its file."""
    return {each.text: frozenset(map(_identity, _meant(each, results))) for each in links}


def _meant(link: Link, results: Sequence[Result]) -> Sequence[Result]:
    if not link.names:
        return _within(link, results) or results
    *scope, name = link.names
    return matching(link.path, Symbol(name, tuple(scope), 1, 1), results) or _within(link, results)


def _within(link: Link, results: Sequence[Result]) -> Sequence[Result]:
    """A case that says nothing of where it is contradicts no place: it has to name it, if a name is asked for."""
    name = link.names[-1] if link.names else ""
    some = [each for each in results[:MAX_RESULTS] if name in each.classname or name in each.name]
    return [each for each in some if matching(link.path, Symbol(each.name, link.names, 1, 1), [each])]


def _identity(result: Result) -> Identity:
    return result.file, result.classname, result.name


def seen(command: str, links: Iterable[Link], ended: Ended, cases: Cases) -> Seen:
    """What a run shows. `cases` are those of the report of a run with the fix: of others nothing is concluded."""
    became, reason = _ending(command, ended)
    if ended.results is None or became == "stopped":
        return Seen(became, reason, {each.text: became for each in links})
    missing: Outcome = "empty" if became == "empty" or not ended.exit_code else "broken"
    return Seen(became, reason, {each.text: _test(cases[each.text], ended.results, missing) for each in links})


def _ending(command: str, ended: Ended) -> tuple[Outcome, str]:
    code = ended.exit_code
    if code is None:
        return "stopped", f"it was not done after {ended.seconds:.0f} seconds"
    if code in NOT_STARTED:
        return "stopped", f"its command could not be started (exit code {code})"
    if name := STOPS.get(_signal(code)):
        return "stopped", f"it was ended by {name}"
    if name := CRASHES.get(_signal(code)):
        return "broken", f"it crashed ({name})"
    if not ended.is_set_up:
        return "broken", f"its setup failed (exit code {code})"
    if code and (known := _known(command, code)):
        return known
    return _reported(code, ended.results) if ended.is_reported else _unreported(code, ended.marks)


def _signal(code: int) -> int:
    """The signal that ended a process, as Python or as a shell tells it; 0: none did."""
    return -code if code < 0 else code - 128 if code > 128 else 0  # noqa: PLR2004 - 128 + n: POSIX 2.8.2


def _known(command: str, code: int) -> tuple[Outcome, str] | None:
    words = {word.rpartition("/")[2] for word in command.replace(";", " ").replace("&", " ").split()}
    if words & WRAPPERS:
        return None
    return next((codes[code] for name, codes in EXIT_CODES.items() if name in words and code in codes), None)


def _reported(code: int, results: tuple[Result, ...] | None) -> tuple[Outcome, str]:
    if results is None:
        return (
            ("broken", f"it failed without a report (exit code {code})")
            if code
            else ("empty", "it wrote no report that can be read")
        )
    ran = [each for each in results if each.outcome != "skipped"]
    if not ran:
        return ("broken", f"it failed before a test was run (exit code {code})") if code else ("empty", "no test ran")
    if failed := sum(each.outcome == "failed" for each in ran):
        return "failed", f"{failed} of {len(ran)} tests failed"
    return ("broken", f"it failed, though none of its tests did (exit code {code})") if code else ("passed", "")


def _unreported(code: int, said: tuple[str, ...]) -> tuple[Outcome, str]:
    if code and said:
        return "broken", f"{MARKS[said[0]]} could not build or load something"
    return ("failed", f"exit code {code}") if code else ("passed", "")


def _test(cases: frozenset[Identity], results: Sequence[Result], missing: Outcome) -> Outcome:
    """One linked test in a report."""
    match outcome([each for each in results if _identity(each) in cases]):
        case "skipped":
            return "empty"
        case None:
            return missing
        case ran:
            return ran
