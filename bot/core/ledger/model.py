"""The ledger: every transition of every defect, appended and never changed. Computes nothing.

Words and formulas: terms.md d.1. A defect is an issue classified into a class of defects and not dismissed.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from sys import intern
from typing import Literal, NamedTuple

Kind = Literal["arrived", "classified", "assigned", "fixed", "dismissed", "closed", "reopened", "recurred"]

new = tuple.__new__  # a named tuple for a third of what calling its class costs, where there are hundreds of thousands

CONTAINED = "version has the fix"  # cause of a recurrence: the only one that is held against a fix
POSSIBLE = "possible regression"
REJECTED = "another defect"  # cause of one that takes it back

# Of what happens to an issue in the same second: it arrives before it is anything, and it is fixed by what closes it.
ORDER: dict[Kind, int] = {
    "arrived": 0,
    "classified": 1,
    "assigned": 2,
    "fixed": 3,
    "dismissed": 4,
    "closed": 5,
    "reopened": 6,
    "recurred": 7,
}


class Entry(NamedTuple):
    """One transition of one issue, with what caused it. (A named tuple: there are hundreds of thousands.)"""

    number: int  # of the issue
    at: datetime  # by GitHub's clock; arrived: when the issue was created
    kind: Kind
    class_id: str = ""  # classified: the class of defects that holds from now on, "" for none (also: no defect)
    severity: str = ""  # classified: S1 to S4 of that class, or of a person's label; "": unset
    actor: str = ""  # login; "": unknown, or ourselves
    # What brought it about: "rules", "label", "command", "backfill", "#12"; of a dismissal also GitHub's reason.
    cause: str = ""
    rules: str = ""  # version of the rules that were in force
    pull: int = 0  # fixed: the pull request
    evidence: str = ""  # fixed: "L0" to "L5", or "waived"
    who: str = ""  # assigned: the login; arrived: the reporter
    of: int = 0  # recurred: the earlier issue; dismissed as a duplicate: of which

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two records of it the same."""
        return (self.number, self.at, self.kind, self.class_id, self.severity, self.pull, self.who, self.of)


# An entry as a database keeps it, without who did it and by which rules: number, at (seconds since 1970), kind,
# class_id, severity, cause, pull, evidence, who, of.
Recorded = tuple[int, float, Kind, str, str, str, int, str, str, int]

moment = datetime.fromtimestamp  # with UTC


def read(recorded: Iterable[Recorded]) -> list[Entry]:
    """As cheap as can be, for there are hundreds of thousands; what stays of them is the names of classes."""
    return [
        new(
            Entry,
            (number, moment(at, UTC), kind, intern(class_id), intern(severity), "", cause, "", pull, evidence, who, of),
        )
        for number, at, kind, class_id, severity, cause, pull, evidence, who, of in recorded
    ]


def ordered(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Each transition once, oldest first, in whatever order and however often they were recorded."""
    once: dict[tuple[object, ...], Entry] = {}
    for each in entries:
        known = once.setdefault(each.key, each)
        if _tells(each) > _tells(known):
            once[each.key] = each
    yield from sorted(once.values(), key=lambda each: (each.at, each.number, ORDER[each.kind], each.key[3:]))


def _tells(entry: Entry) -> tuple[str, ...]:
    """Of several records of one transition the one that says more is kept, whichever came last."""
    return (entry.evidence, entry.cause, entry.rules, entry.actor)
