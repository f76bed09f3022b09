"""GitHub's budgets of requests, and the windows in which it refuses whoever has used one up.

It counts and refuses; it may not look at what a request wants.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Resource = Literal["core", "graphql"]

BUDGET_WINDOW = timedelta(hours=1)


@dataclass(slots=True)
class Budget:
    used: int
    reset_at: datetime


@dataclass(frozen=True, slots=True)
class Refusal:
    """How a closed door answers. `retry_after_seconds` is None where GitHub sends no such header."""

    kind: Literal["primary", "secondary", "graphql"]
    status: int
    until: datetime
    has_retry_after: bool

    def retry_after_seconds(self, now: datetime) -> int | None:
        return max(1, round((self.until - now).total_seconds())) if self.has_retry_after else None


class Limits:
    """Budgets per asker: the key is an installation's id, or 0 for the App itself."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.per_hour: dict[Resource, int] = {"core": 5000, "graphql": 5000}
        self._budgets: dict[tuple[int, Resource], Budget] = {}
        self._refusals: dict[tuple[int, Resource], Refusal] = {}

    def budget(self, key: int, resource: Resource) -> Budget:
        now = self.now()
        found = self._budgets.get((key, resource))
        if found is None or found.reset_at <= now:
            found = self._budgets[key, resource] = Budget(0, now.replace(microsecond=0) + BUDGET_WINDOW)
        return found

    def spend(self, key: int, resource: Resource, cost: int = 1) -> bool:
        """Take the cost from the budget; when too little is left, refuse until it is renewed."""
        budget = self.budget(key, resource)
        if budget.used + cost <= self.per_hour[resource]:
            budget.used += cost
            return True
        kind: Literal["primary", "graphql"] = "graphql" if resource == "graphql" else "primary"
        status = 200 if kind == "graphql" else 403
        self._refusals[key, resource] = Refusal(kind, status, budget.reset_at, has_retry_after=False)
        return False

    def refund(self, key: int, resource: Resource) -> None:
        """Give one back: a 304 costs nothing."""
        self.budget(key, resource).used -= 1

    def refuse(self, key: int, refusal: Refusal, resource: Resource) -> None:
        """Close the door: a secondary limit holds for everything, a primary one for its own resource."""
        if refusal.kind == "secondary":
            self._refusals[key, "core"] = self._refusals[key, "graphql"] = refusal
            return
        self._refusals[key, resource] = refusal
        budget = self.budget(key, resource)
        budget.used, budget.reset_at = self.per_hour[resource], refusal.until

    def refusal(self, key: int, resource: Resource) -> Refusal | None:
        found = self._refusals.get((key, resource))
        if found is not None and found.until <= self.now():
            del self._refusals[key, resource]
            return None
        return found

    def headers(self, key: int, resource: Resource) -> dict[str, str]:
        budget, limit = self.budget(key, resource), self.per_hour[resource]
        return {
            "x-ratelimit-limit": str(limit),
            "x-ratelimit-remaining": str(max(0, limit - budget.used)),
            "x-ratelimit-reset": str(int(budget.reset_at.timestamp())),
            "x-ratelimit-used": str(budget.used),
            "x-ratelimit-resource": resource,
        }
