"""What can go wrong between a client and GitHub, as data, and the plan of when it does.

A fault only says what happens; the wire makes it happen, and no fault may change the state by itself.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

_MESSAGES = {
    401: "Bad credentials",
    403: "Resource not accessible by integration",
    404: "Not Found",
    410: "This issue was deleted",
    422: "Validation Failed",
    451: "Repository access blocked",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """Another answer than the right one; `is_after` means that the request was nevertheless carried out."""

    status: int
    message: str | None = None
    is_html: bool = False
    is_after: bool = False
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        return self.message or _MESSAGES.get(self.status, "Server Error")


@dataclass(frozen=True, slots=True)
class Reset:
    """The connection is reset, before or after the request was carried out."""

    is_after: bool = False


@dataclass(frozen=True, slots=True)
class Truncated:
    """The request is carried out, and the connection closes in the middle of the answer."""


@dataclass(frozen=True, slots=True)
class Hang:
    """No answer for `seconds`, or (None) until the client gives up; then the connection is reset."""

    seconds: float | None = None
    is_after: bool = False


@dataclass(frozen=True, slots=True)
class PrimaryLimit:
    """The hour's budget is gone: remaining 0 and a reset time; everything on that budget is refused until then."""

    status: int = 403
    seconds: float = 60


@dataclass(frozen=True, slots=True)
class SecondaryLimit:
    """Too fast: every request of the asker is refused for `seconds`, with or without a retry-after header."""

    status: int = 403
    seconds: float = 60
    has_retry_after: bool = True


@dataclass(frozen=True, slots=True)
class GraphLimit:
    """GraphQL's own way to say it: HTTP 200 with an error of type RATE_LIMITED."""

    seconds: float = 60


@dataclass(frozen=True, slots=True)
class Partial:
    """One field of a GraphQL answer fails, named by its dotted path ("comment", "repository.issue"); the rest works."""

    path: str
    kind: str = "FORBIDDEN"
    message: str = "Resource not accessible by integration"


@dataclass(frozen=True, slots=True)
class GraphTimeout:
    """GraphQL's own way to say that a query took too long: an error without a type, and no data."""

    status: int = 502


@dataclass(frozen=True, slots=True)
class ShortPage:
    """A list ends early and says that nothing follows.

    `path` names a connection of a GraphQL answer ("repository.pullRequest.files", where "*" is any name), or a list of
    a REST answer, whose root is "".
    """

    path: str
    keep: int = 0


@dataclass(frozen=True, slots=True)
class CutText:
    """The text of a blob is cut off, and says so where it is asked (`isTruncated`); `path` as for a short page."""

    path: str
    keep: int = 0


@dataclass(frozen=True, slots=True)
class NoText:
    """The text of a blob is null, though it is text; `path` as for a short page."""

    path: str


@dataclass(frozen=True, slots=True)
class NoPatch:
    """The files of a pull request come without their patches: all of them, or one."""

    filename: str = ""


Fault = (
    Answer
    | Reset
    | Truncated
    | Hang
    | PrimaryLimit
    | SecondaryLimit
    | GraphLimit
    | GraphTimeout
    | Partial
    | ShortPage
    | CutText
    | NoText
    | NoPatch
)

TRANSIENT: tuple[Fault, ...] = (
    Answer(500),
    Answer(502, is_html=True),
    Answer(502, is_html=True, is_after=True),
    Answer(503),
    Reset(),
    Reset(is_after=True),
    Truncated(),
)


@dataclass(slots=True)
class _Plan:
    on: str
    fault: Fault
    skip: int
    times: int | None


class Faults:
    """The plan of faults. `fired` lists those that happened, each with the name of its request."""

    def __init__(self) -> None:
        self.fired: list[tuple[str, Fault]] = []
        self._plans: list[_Plan] = []
        self._rate = 0.0
        self._dice = random.Random(0)  # noqa: S311 - chance that must repeat
        self._choice: Sequence[Fault] = TRANSIENT

    def add(self, fault: Fault, on: str = "", *, times: int | None = 1, skip: int = 0) -> None:
        """Let the requests `on` fail: an operation name, "METHOD /path-prefix", or "" for all.

        The first `skip` of them pass, the next `times` (None: all) fail. Of several plans the oldest acts first.
        """
        self._plans.append(_Plan(on, fault, skip, times))

    def at_random(self, rate: float, seed: int, choice: Sequence[Fault] = TRANSIENT) -> None:
        """Let a share of all requests fail, the same ones in the same order for the same seed; 0 stops it."""
        self._rate, self._dice, self._choice = rate, random.Random(seed), choice  # noqa: S311

    def clear(self) -> None:
        self._plans.clear()
        self._rate = 0.0

    @property
    def is_pending(self) -> bool:
        """True while a planned fault has not happened as often as it should."""
        return any(plan.times != 0 for plan in self._plans)

    def pick(self, operation: str | None, method: str, path: str) -> Fault | None:
        """Return what goes wrong with this request, and count it."""
        name = operation or f"{method} {path}"
        fault = self._planned(operation, f"{method} {path}") or self._by_chance()
        if fault is not None:
            self.fired.append((name, fault))
        return fault

    def _planned(self, operation: str | None, line: str) -> Fault | None:
        for plan in self._plans:
            if plan.times == 0 or not (plan.on == operation or line.startswith(plan.on)):
                continue
            if plan.skip > 0:
                plan.skip -= 1
                continue
            if plan.times is not None:
                plan.times -= 1
            return plan.fault
        return None

    def _by_chance(self) -> Fault | None:
        if self._rate <= 0 or self._dice.random() >= self._rate:
            return None
        return self._dice.choice(self._choice)
