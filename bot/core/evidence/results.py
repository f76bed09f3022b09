"""Test results as CI reports them: JUnit XML in its dialects, which results are those of a test, and what follows.

What is read is hostile: bounded in size, depth and time, without entities, references or includes; and no figure that
a report gives of itself is believed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from defusedxml.ElementTree import ParseError, XMLParser

from bot.core.evidence.addresses import Wanted, Weight
from bot.core.evidence.model import Symbol

Outcome = Literal["passed", "failed", "skipped"]  # errors count as failed

MAX_TEXT = 1_000  # characters of an attribute that are kept
MAX_TAG = 2**20  # bytes of a tag or comment: expat begins anew with an unfinished one at every piece
MAX_DEPTH = 64
MAX_NAMES = 1_000  # of elements and attributes: expat remembers them all
PIECE = 2**16  # bytes

ROOTS = ("testsuites", "testsuite")
NO_PLACE = ("test", "SwiftTesting")  # what node:test and xcbeautify write for every class
FAILED = {"failed", "fail", "failure", "error", "broken"}
SKIPPED = {"notrun", "skipped", "disabled", "ignored", "pending", "suppressed", "untested", "undefined", "excluded"}


class BadReport(ValueError):
    """It is no JUnit report, or too much of one; the message is ours."""


@dataclass(frozen=True, slots=True)
class Result:
    """One test case of a report; its texts are foreign, and cut."""

    file: str  # as the report has it: relative, absolute, or "" where it does not say
    classname: str  # a class, a module, a package, a file or a title; "" where it does not say
    name: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Report:
    results: tuple[Result, ...]
    problems: tuple[str, ...]  # what could not be read, in our words
    files: int = 0  # that were read, and were test reports


@dataclass(slots=True)
class Room:
    """What the reports of one run may still take up, all together."""

    octets: int = 200 * 2**20
    elements: int = 1_000_000
    cases: int = 200_000
    characters: int = 32 * 2**20


def outcome(results: Sequence[Result]) -> Outcome | None:
    """Of one test's results (its parameters, its reruns); None without any."""
    found = {each.outcome for each in results}
    order: tuple[Outcome, ...] = ("failed", "passed", "skipped")
    return next((each for each in order if each in found), None)


def read_junit(chunks: Iterable[bytes], room: Room | None = None) -> tuple[Result, ...]:
    """The test cases of a report, in its order. Raises BadReport, and nothing else of its own."""
    reading = _Reading(room or Room())
    parser = XMLParser(target=reading, encoding="utf-8", forbid_dtd=True)
    expat = parser.parser
    expat.DefaultHandlerExpand = None  # text, comments and instructions are passed over without a call
    fed = 0
    try:
        for piece in _pieces(chunks):
            reading.take(piece)
            parser.feed(piece)
            fed += len(piece)
            reading.wait(fed - max(expat.CurrentByteIndex, 0))
        parser.close()
    except BadReport:
        raise
    except (ParseError, ValueError, LookupError):
        raise BadReport("it is not well-formed XML in UTF-8, or it declares a document type") from None
    return tuple(reading.results)


def _pieces(chunks: Iterable[bytes]) -> Iterable[bytes]:
    for chunk in chunks:
        yield from (chunk[at : at + PIECE] for at in range(0, len(chunk), PIECE))


@dataclass(slots=True)
class _Reading:
    """What the parser has told of a report so far."""

    room: Room
    results: list[Result] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    texts: dict[str, str] = field(default_factory=dict)  # each kept once
    suites: list[tuple[str, str]] = field(default_factory=list)  # around this place, outermost first: name, file
    case: dict[str, str] | None = None  # the attributes of the test case that is being read
    outcome: Outcome = "passed"
    depth: int = 0
    case_depth: int = 0

    def take(self, piece: bytes) -> None:
        if b"\0" in piece:  # never in UTF-8, always in UTF-16 and UTF-32
            raise BadReport("it is not in UTF-8")
        self.room.octets -= len(piece)
        if self.room.octets < 0:
            raise BadReport("the reports are too large")

    def wait(self, octets: int) -> None:
        """For the end of a tag or comment, of which so much is there."""
        if octets > MAX_TAG:
            raise BadReport("a tag or a comment in it is too long")

    def start_ns(self, prefix: str, _uri: str) -> None:
        self._remember({f"xmlns:{prefix}"})

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.room.elements -= 1
        if self.depth > MAX_DEPTH or self.room.elements < 0:
            raise BadReport("its elements are too many, or too deep")
        self._remember({tag, *attributes})
        kind = tag.rpartition("}")[2]
        if self.depth == 1 and kind not in ROOTS:
            raise BadReport("it is not a JUnit report")
        if self.case is not None:
            self._judge(kind)
        elif kind == "testcase":
            self.case, self.case_depth, self.outcome = attributes, self.depth, _stated(attributes)
        elif kind in ROOTS:
            name = attributes.get("name", "") if kind == "testsuite" else ""
            self.suites.append((name[:MAX_TEXT], _file(attributes) or self._suite_file()))

    def end(self, tag: str) -> None:
        if self.case is not None and self.depth == self.case_depth:
            self._finish(self.case)
            self.case = None
        elif self.case is None and tag.rpartition("}")[2] in ROOTS:
            self.suites.pop()
        self.depth -= 1

    def _remember(self, names: set[str]) -> None:
        self.names |= names
        if len(self.names) > MAX_NAMES or any(len(name) > MAX_TEXT for name in names):
            raise BadReport("the names of its elements are too many, or too long")

    def _judge(self, kind: str) -> None:
        """A child of a test case. Surefire's flakyFailure and rerunFailure are not its outcome."""
        if self.depth != self.case_depth + 1:
            return
        if kind in {"failure", "error"}:
            self.outcome = "failed"
        elif kind == "skipped" and self.outcome != "failed":
            self.outcome = "skipped"

    def _finish(self, case: dict[str, str]) -> None:
        place = case.get("classname") or case.get("class") or ""
        if not place or place in NO_PLACE:
            place = " > ".join(name for name, _ in self.suites if name and name not in NO_PLACE)
        file = _file(case) or self._suite_file()
        self.results.append(Result(self._keep(file), self._keep(place), self._keep(case.get("name", "")), self.outcome))
        self.room.cases -= 1
        if self.room.cases < 0 or self.room.characters < 0:
            raise BadReport("the test cases are too many")

    def _keep(self, text: str) -> str:
        cut = text[:MAX_TEXT]
        kept = self.texts.setdefault(cut, cut)
        if kept is cut:
            self.room.characters -= len(cut)
        return kept

    def _suite_file(self) -> str:
        return self.suites[-1][1] if self.suites else ""


def _file(attributes: dict[str, str]) -> str:
    """Pest writes the test's name behind it."""
    return (attributes.get("file") or attributes.get("filepath") or "").partition("::")[0][:MAX_TEXT]


def _stated(attributes: dict[str, str]) -> Outcome:
    """What attributes alone say, as those of GoogleTest's disabled tests do; elements say more."""
    said = {attributes.get("status", "").lower(), attributes.get("result", "").lower()}
    if said & FAILED:
        return "failed"
    return "skipped" if said & SKIPPED else "passed"


def matching(path: str, symbol: Symbol, results: Sequence[Result]) -> tuple[Result, ...]:
    """The results of one test: its parameters, its reruns, its jobs.

    A result that names another file, class or title is another's. Of the rest those count that say most of what is
    known of the test; () where they are of tests that could not be told apart.
    """
    wanted = Wanted.of(path, symbol)
    weights: dict[tuple[str, str, str], Weight | None] = {}
    found: list[tuple[Weight, Result]] = []
    for each in results:
        if wanted.probe not in each.name or (before := wanted.before(each.name)) is None:
            continue
        address = each.file, "" if each.classname == each.name else each.classname, before
        if address not in weights:
            weights[address] = wanted.weigh(*address)
        if weight := weights[address]:
            found.append((weight, each))
    best = min((weight.rank for weight, _ in found), default=())
    heaviest = [(weight.identity, each) for weight, each in found if weight.rank == best]
    if len({identity for identity, _ in heaviest}) == 1:
        return tuple(each for _, each in heaviest)
    suite, _, name = symbol.name.rpartition(".")
    if not found and suite and name.isidentifier() and not symbol.scope:  # Suite.Name, as GoogleTest prints it
        return matching(path, Symbol(name, (suite,), symbol.first, symbol.last), results)
    return ()
