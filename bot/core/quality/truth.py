"""What people say an issue is: the ground truth that precision is measured against. Rules have no say here."""

from dataclasses import dataclass
from datetime import datetime

from bot.core.model import By, Issue, last_change
from bot.core.rules.ruleset import Ruleset


@dataclass(frozen=True, slots=True)
class Truth:
    """Classes that people gave to an issue, and classes that they took away; both empty where nobody said anything."""

    right: frozenset[str] = frozenset()
    wrong: frozenset[str] = frozenset()

    def judge(self, verdict: str | None) -> bool | None:
        """Whether a verdict is right; None where people did not say. An abstention is neither right nor wrong."""
        if verdict is None or not (self.right or verdict in self.wrong):
            return None
        return verdict in self.right


def by_people(issue: Issue, ruleset: Ruleset, since: datetime | None = None) -> tuple[str, ...]:
    """Classes whose label is there by a person's hand, in the order of the labels; `since`: only if put later."""
    found = (
        ruleset.labels[name.casefold()].id
        for name in issue.labels
        if name.casefold() in ruleset.labels and _is_by_person(issue, name, since)
    )
    return tuple(dict.fromkeys(found))


def truth(issue: Issue, ruleset: Ruleset) -> Truth:
    """A person's label, or word in a comment, says what it is; our label that a person took off, what it is not."""
    orders = issue.prior.orders if issue.prior else None
    said = orders.class_id if orders else ""
    labelled = by_people(issue, ruleset, since=orders.class_at if orders and said else None)
    right = frozenset(labelled or filter(None, (said,)))
    refused = {
        ruleset.labels[change.name.casefold()].id
        for change in issue.history
        if change.what == "label"
        and change.name.casefold() in ruleset.labels
        and last_change(issue, "label", change.name) is change
        and change.by is By.PERSON
        and not change.is_added
    }
    rejected = orders.rejected if orders else frozenset()
    return Truth(right, frozenset(refused | rejected) - right)


def _is_by_person(issue: Issue, label: str, since: datetime | None) -> bool:
    """Nobody known put it there: then a person did (labels of the opening may have no event)."""
    change = last_change(issue, "label", label)
    if change is None or not change.is_added:
        return since is None
    return change.by is By.PERSON and (since is None or change.at > since)
