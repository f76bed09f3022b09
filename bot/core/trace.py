"""A stored trace, read back into the values that its explanation is made of. What is not in it stays empty."""

from collections.abc import Mapping
from typing import Any

from bot.core.people.owners import Chosen, Line, Outcome, Reason
from bot.core.rules.classify import Classification, Finding, Ranked
from bot.core.rules.engine import Span

Data = Mapping[str, Any]


def classification(data: Data) -> Classification:
    """The inverse of Classification.as_data."""
    return Classification(
        primary=data.get("class"),
        why=data.get("why", ""),
        ranking=tuple(Ranked(each["class"], each["score"], each["threshold"]) for each in data.get("ranking", ())),
        findings=tuple(map(_finding, data.get("findings", ()))),
        ruleset=data.get("ruleset", ""),
        overrun=data.get("overrun"),
    )


def chosen(data: list[Data]) -> Chosen:
    """The inverse of Chosen.as_data."""
    reasons = tuple(map(_reason, data))
    return Chosen(
        tuple(each.who for each in reasons if each.outcome is Outcome.ASSIGNED),
        tuple(each.who for each in reasons if each.outcome is Outcome.NAMED),
        reasons,
    )


def _finding(data: Data) -> Finding:
    span = None if data.get("start") is None else Span(data["start"], data["end"], data["text"])
    file, sha = data.get("file", ""), data.get("sha", "")
    return Finding(data["rule"], data["class"], data["score"], data["in"], span, data["counted"], file, sha)


def _reason(data: Data) -> Reason:
    line = Line(data["line"], data["pattern"], ()) if "line" in data else None
    return Reason(data["who"], Outcome(data["outcome"]), data.get("team", ""), line, data.get("path", ""))
