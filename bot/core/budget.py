"""How fast one installation may write: GitHub's secondary limits as arithmetic on three moments.

Knows no clock and waits for nothing.

Source: docs.github.com/rest/using-the-rest-api/rate-limits (80 content-creating requests a minute, 500 an hour) and
best-practices-for-using-the-rest-api (one write at a time, at least a second apart).
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

WRITE_GAP = timedelta(seconds=1.05)
# A generic cell rate: 100 at once, then 400 an hour, is at most 500 in any hour; the gap keeps a minute below 60.
CONTENT_BURST = 100
CONTENT_EVERY = timedelta(hours=1) / 400


@dataclass(frozen=True, slots=True)
class Budget:
    """What an installation has used: the next moment for a write, the content cell, and the end of a refusal."""

    next_write_at: datetime
    content_at: datetime
    blocked_until: datetime


@dataclass(frozen=True, slots=True)
class Grant:
    """A write may be sent at `at`; `after` is the budget once it is."""

    at: datetime
    after: Budget


def unused(now: datetime) -> Budget:
    return Budget(now, now, now)


def grant(budget: Budget, now: datetime, contents: int) -> Grant:
    """When the next write may go that creates `contents` comments, labels or checks."""
    full = budget.content_at - CONTENT_EVERY * CONTENT_BURST + CONTENT_EVERY * contents
    at = max(now, budget.next_write_at, budget.blocked_until, full if contents else now)
    content_at = max(budget.content_at, at) + CONTENT_EVERY * contents if contents else budget.content_at
    return Grant(at, replace(budget, next_write_at=at + WRITE_GAP * max(1, contents), content_at=content_at))


def block(budget: Budget, until: datetime) -> Budget:
    """GitHub refused: nothing is sent before `until`."""
    return replace(budget, blocked_until=max(budget.blocked_until, until))
