"""The books of a simulated GitHub: every request it was asked, and every change that the App made.

They may not influence any answer.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Literal

TokenKind = Literal["app", "installation", "none"]

READ_POINTS, WRITE_POINTS = 1, 5


@dataclass(frozen=True, slots=True)
class Write:
    """One change made by the App. `kind` reads like "labels added"; `value` are names, logins or bodies."""

    kind: str
    repo: str
    number: int | None
    value: tuple[str, ...]


@dataclass(slots=True, eq=False)
class Call:
    """One request. `status` is 0 until answered, and stays 0 when no complete answer was sent."""

    method: str
    path: str
    operation: str | None
    is_write: bool
    at: datetime
    monotonic: float
    token: TokenKind = "none"  # noqa: S105 - a kind of token
    installation: int | None = None
    status: int = 0
    is_limited: bool = False
    fault: str | None = None
    api_version: str | None = None
    user_agent: str | None = None
    ended: float | None = None

    @property
    def name(self) -> str:
        """The GraphQL operation, or "METHOD /path"."""
        return self.operation or f"{self.method} {self.path}"

    @property
    def points(self) -> int:
        """What the request costs against GitHub's secondary limit (rate-limits-for-the-rest-api)."""
        return WRITE_POINTS if self.is_write else READ_POINTS


@dataclass(slots=True)
class Books:
    calls: list[Call] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    token_mints: Counter[int] = field(default_factory=Counter)
    calls_while_limited: int = 0
    _writing: Counter[int | None] = field(default_factory=Counter)
    _peak: Counter[int | None] = field(default_factory=Counter)

    def begin(self, call: Call) -> None:
        self.calls.append(call)

    def identified(self, call: Call, token: TokenKind, installation: int | None) -> None:
        """Note who asks; from here on the call counts as one of the installation's writes under way."""
        call.token, call.installation = token, installation
        if call.is_write:
            self._writing[installation] += 1
            self._peak[installation] = max(self._peak[installation], self._writing[installation])

    def end(self, call: Call, ended: float, *, was_identified: bool) -> None:
        call.ended = ended
        if call.is_write and was_identified:
            self._writing[call.installation] -= 1

    def limited(self, call: Call) -> None:
        call.is_limited = True
        self.calls_while_limited += 1

    def peak_concurrent_writes(self, installation: int | None = None) -> int:
        """Return the most writes under way at once: of one installation, or the worst of all."""
        if installation is not None:
            return self._peak[installation]
        return max(self._peak.values(), default=0)

    def smallest_write_gap_seconds(self, installation: int | None = None) -> float | None:
        """Return the least time between the starts of successive writes of one installation; None without two."""
        chosen = {call.installation for call in self.calls} if installation is None else {installation}
        gaps = [gap for each in chosen for gap in _gaps(self.write_calls(each))]
        return min(gaps, default=None)

    def write_calls(self, installation: int | None) -> list[Call]:
        return [call for call in self.calls if call.is_write and call.installation == installation]

    def named(self, name: str) -> list[Call]:
        """Return the calls of one GraphQL operation, or of "METHOD /path" in full."""
        return [call for call in self.calls if call.name == name]


def _gaps(calls: Iterable[Call]) -> list[float]:
    return [later.monotonic - earlier.monotonic for earlier, later in pairwise(calls)]
