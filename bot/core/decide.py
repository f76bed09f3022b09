"""The decision on one issue: effects and reasons.

One decider per feature, each a generator; none knows how effects are applied.

The law: after its effects are applied, a decision has nothing left to do. And: what a person removed is not added
again, what a person added is not removed, whatever the rules say.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.core import text
from bot.core.config import Config
from bot.core.effects import (
    AddAssignees,
    AddLabels,
    EditComment,
    Effect,
    PostComment,
    RemoveAssignees,
    RemoveLabels,
    as_data,
)
from bot.core.model import By, Issue, Mode, Prior, has, last_change, same
from bot.core.rules.classify import Classification, classify
from bot.core.rules.ruleset import DefectClass, Label, Ruleset

MAX_ASSIGNEES = 10
FREEZE_AFTER = 2  # removals of one label by other bots within FREEZE_WITHIN
FREEZE_WITHIN = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The class that holds for an issue: a person's word, else the rules'."""

    classification: Classification
    in_force: tuple[DefectClass, ...]  # none: abstained; several: people put several class labels
    is_by_person: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """Effects and reasons for one snapshot."""

    issue: Issue
    mode: Mode
    verdict: Verdict
    effects: tuple[Effect, ...]
    reasons: tuple[str, ...]  # why something was left alone
    memory: Prior  # what the next decision should know

    def as_data(self) -> dict[str, Any]:
        """The trace of this decision, as it is stored and shown."""
        return {
            "subject": str(self.issue.subject),
            "repository": self.issue.repository,
            "title": self.issue.title,
            "url": self.issue.url,
            "mode": str(self.mode),
            "classes": [each.id for each in self.verdict.in_force],
            "by_person": self.verdict.is_by_person,
            "classification": self.verdict.classification.as_data(),
            "effects": [as_data(effect) for effect in self.effects],
            "reasons": list(self.reasons),
        }


def decide(issue: Issue, ruleset: Ruleset, config: Config, *, asks_why: bool = False) -> Decision:
    verdict = _verdict(issue, ruleset)
    memory = _memory(issue, verdict.classification)
    frame = _Frame(issue, ruleset, config, verdict, memory.reclassified_at, asks_why=asks_why)
    if config.mode is Mode.OFF:
        return Decision(issue, config.mode, verdict, (), (text.MODE_OFF,), memory)
    if not issue.is_open:
        return Decision(issue, config.mode, verdict, (), (text.CLOSED,), memory)
    said = [*_labels(frame), *_owners(frame), *_explanation(frame)]
    effects = tuple(each for each in said if not isinstance(each, str))
    reasons = tuple(each for each in said if isinstance(each, str))
    return Decision(issue, config.mode, verdict, effects, reasons, memory)


def remember(decision: Decision, refused: frozenset[str]) -> Prior:
    """The memory of a decision once its effects were applied: also whom GitHub did not assign."""
    return replace(decision.memory, refused=decision.memory.refused | {login.casefold() for login in refused})


@dataclass(frozen=True, slots=True)
class _Frame:
    """What every decider looks at."""

    issue: Issue
    ruleset: Ruleset
    config: Config
    verdict: Verdict
    reclassified_at: datetime | None
    asks_why: bool

    def is_refused_by_person(self, what: Literal["label", "assignee"], name: str) -> bool:
        """A person took it off, and no edit of title or body has changed the rules' verdict since."""
        change = last_change(self.issue, what, name)
        if change is None or change.is_added or change.by is not By.PERSON:
            return False
        return self.reclassified_at is None or change.at > self.reclassified_at

    def is_ours(self, what: Literal["label", "assignee"], name: str) -> bool:
        change = last_change(self.issue, what, name)
        return change is not None and change.is_added and change.by is By.US

    def is_frozen(self, what: Literal["label", "assignee"], name: str) -> bool:
        """Another bot keeps taking it off: two machines must not argue."""
        since = self.issue.now - FREEZE_WITHIN
        removals = [
            c
            for c in self.issue.history
            if c.what == what and same(c.name, name) and not c.is_added and c.by is By.BOT and c.at >= since
        ]
        return len(removals) >= FREEZE_AFTER


def _verdict(issue: Issue, ruleset: Ruleset) -> Verdict:
    classification = classify(issue.title, issue.body, ruleset)
    by_people = {
        ruleset.labels[name.casefold()].id: ruleset.labels[name.casefold()]
        for name in issue.labels
        if name.casefold() in ruleset.labels and _is_by_person(issue, name)
    }
    if by_people:
        return Verdict(classification, tuple(by_people.values()), is_by_person=True)
    primary = classification.primary
    return Verdict(classification, (ruleset.classes[primary],) if primary else (), is_by_person=False)


def _is_by_person(issue: Issue, label: str) -> bool:
    """Nobody known put it there: then a person did (labels of the opening may have no event)."""
    change = last_change(issue, "label", label)
    return change is None or not change.is_added or change.by is By.PERSON


def _memory(issue: Issue, classification: Classification) -> Prior:
    verdict, prior = classification.primary or "", issue.prior
    hashed = hashlib.sha256(f"{issue.title}\0{issue.body}".encode(errors="replace")).hexdigest()[:16]
    if prior is None:
        return Prior(verdict, hashed, issue.updated_at)
    # The edit came after the last snapshot: what people took off up to then answered the verdict that has now changed.
    is_reclassified = prior.text_hash != hashed and prior.verdict != verdict
    lifted = prior.seen_at if is_reclassified else prior.reclassified_at
    return Prior(verdict, hashed, issue.updated_at, lifted, prior.refused)


def _labels(frame: _Frame) -> Iterator[Effect | str]:
    issue, verdict = frame.issue, frame.verdict
    triage = Label(name=frame.config.needs_triage, color="fbca04", description=text.NEEDS_TRIAGE)
    right = tuple(label for each in verdict.in_force for label in each.labels) if verdict.in_force else (triage,)
    # The labels that people chose are there; theirs is the last word on the others of their class.
    missing = [] if verdict.is_by_person else [label for label in right if not has(issue.labels, label.name)]
    addable = []
    for label in missing:
        if frame.is_refused_by_person("label", label.name):
            yield text.label_refused(label.name)
        elif frame.is_frozen("label", label.name):
            yield text.frozen("label", label.name)
        else:
            addable.append(label)
    kept = tuple(label.name for label in right)
    surplus = tuple(
        name
        for name in issue.labels
        if (name.casefold() in frame.ruleset.labels or same(name, triage.name))
        and not has(kept, name)
        and frame.is_ours("label", name)
    )
    if surplus:
        yield RemoveLabels(surplus)
    if addable:
        yield AddLabels(tuple(addable))


def _owners(frame: _Frame) -> Iterator[Effect | str]:
    issue = frame.issue
    owners = tuple(dict.fromkeys(owner for each in frame.verdict.in_force for owner in each.owners))
    surplus = tuple(
        login
        for login in issue.assignees
        if login.casefold() in frame.ruleset.owners and not has(owners, login) and frame.is_ours("assignee", login)
    )
    if surplus:
        yield RemoveAssignees(surplus)
    for team in (team for each in frame.verdict.in_force for team in each.teams):
        yield text.team_not_assigned(team)
    staying = [login for login in issue.assignees if login not in surplus]
    chosen = next((login for login in staying if not frame.is_ours("assignee", login)), None)
    if chosen and owners:
        yield text.has_owner(chosen)
        return
    addable = []
    for login in owners:
        if has(tuple(staying), login):
            continue
        if frame.is_refused_by_person("assignee", login):
            yield text.assignee_refused(login)
        elif frame.is_frozen("assignee", login):
            yield text.frozen("assignee", login)
        elif issue.prior and login.casefold() in issue.prior.refused:
            yield text.assignee_dropped(login)
        else:
            addable.append(login)
    if fitting := tuple(addable[: MAX_ASSIGNEES - len(staying)]):
        yield AddAssignees(fitting)


def _explanation(frame: _Frame) -> Iterator[Effect | str]:
    issue = frame.issue
    if frame.config.explain == "none" and not frame.asks_why:
        return
    if issue.is_locked:
        yield text.LOCKED
        return
    body = text.explanation(frame.verdict.classification, frame.verdict.in_force, by_person=frame.verdict.is_by_person)
    if issue.comment is None:
        yield PostComment(body)
    elif text.content_hash(issue.comment.body) != text.content_hash(body):
        yield EditComment(issue.comment.id, body)
