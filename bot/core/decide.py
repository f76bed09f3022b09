"""The decision on one issue: effects and reasons.

One decider per feature, each a generator; none knows how effects are applied.

The law: after its effects are applied, a decision has nothing left to do. And: what a person removed is not added
again, what a person added is not removed, whatever the rules say.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Literal

from bot.core.document import Document
from bot.core.effects import (
    AddAssignees,
    AddLabels,
    EditComment,
    Effect,
    PostComment,
    React,
    RemoveAssignees,
    RemoveLabels,
    Reply,
    as_data,
)
from bot.core.model import By, Issue, Mode, Orders, Prior, Said, has, last_change, same
from bot.core.people.orders import Heard, hear
from bot.core.people.owners import MAX_ASSIGNEES, Chosen, Outcome, People, Rotate, choose, joined
from bot.core.policy import Policy, document_of
from bot.core.quality.truth import by_people
from bot.core.recurrence.model import UNKNOWN, Earlier
from bot.core.rules.classify import Classification, classify
from bot.core.rules.engine import UNLIMITED, Watch
from bot.core.rules.ruleset import DefectClass, Label
from bot.core.text import issues as text
from bot.core.text.again import NO_MORE, alike, relation, seen

FREEZE_AFTER = 2  # removals of one label by other bots within FREEZE_WITHIN
FREEZE_WITHIN = timedelta(hours=24)
NOBODY = People()  # nothing is known of anybody


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
    owners: Chosen
    effects: tuple[Effect, ...]
    reasons: tuple[str, ...]  # why something was left alone
    memory: Prior  # what the next decision should know
    heard: Heard
    earlier: Earlier

    @property
    def is_by_rules(self) -> bool:
        """Whether something changes that no person asked for just now."""
        return not self.heard.ran and any(not isinstance(each, React | Reply) for each in self.effects)

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
            "owners": self.owners.as_data(),
            "asked": [*self.heard.ran],
            "by": self.issue.asked.author if self.issue.asked else None,
            "effects": [as_data(effect) for effect in self.effects],
            "reasons": list(self.reasons),
            "earlier": [*seen(self.earlier)],
        }


def decide(
    issue: Issue,
    policy: Policy,
    people: People = NOBODY,
    earlier: Earlier = UNKNOWN,
    *,
    document: Document | None = None,
    watch: Watch = UNLIMITED,
) -> Decision:
    """document: the issue's text, where it was read already."""
    heard = heard_of(issue, policy)
    document = document or document_of(issue, policy)
    classification = classify(document, policy.ruleset, rejected=heard.orders.rejected, watch=watch)
    verdict = _verdict(issue, policy, classification, heard.orders)
    memory = _memory(issue, classification, heard, earlier)
    chosen = _chosen(verdict, heard.orders, people, issue, document)
    frame = _Frame(issue, policy, verdict, chosen, memory, heard, earlier)
    said = [*_said(frame)]
    effects = tuple(each for each in said if not isinstance(each, str))
    reasons = tuple(each for each in said if isinstance(each, str))
    return Decision(issue, policy.config.mode, verdict, chosen, effects, reasons, memory, heard, earlier)


def heard_of(issue: Issue, policy: Policy) -> Heard:
    """What people said until now, with the comment that brought us here."""
    orders = issue.prior.orders if issue.prior else Orders()
    return hear(orders, issue.asked, policy.ruleset, issue.subject.number)


def remember(decision: Decision, refused: frozenset[str], *, is_said: bool = True) -> Prior:
    """The memory of a decision once its effects were applied: whom GitHub did not assign, and what our comment says.

    is_said: whether the comment was written.
    """
    memory = decision.memory
    bodies = [each.body for each in decision.effects if isinstance(each, PostComment | EditComment)]
    said = [Said(text.content_hash(each), is_link=not text.is_explained(each)) for each in bodies]
    newest = said[-1] if said and is_said else memory.said
    return replace(memory, refused=memory.refused | {login.casefold() for login in refused}, said=newest)


@dataclass(frozen=True, slots=True)
class _Frame:
    """What every decider looks at."""

    issue: Issue
    policy: Policy
    verdict: Verdict
    chosen: Chosen
    memory: Prior
    heard: Heard
    earlier: Earlier

    @property
    def is_left_alone(self) -> bool:
        """A person took back what we did: nothing of ours stays."""
        return self.heard.orders.is_left_alone

    @property
    def is_undone(self) -> bool:
        """An operator took back what this version of the rules did: what was there before stays as it is."""
        return self.memory.undone == self.policy.ruleset.version

    def is_refused_by_person(self, what: Literal["label", "assignee"], name: str) -> bool:
        """A person took it off, and no edit of title or body has changed the rules' verdict since."""
        change = last_change(self.issue, what, name)
        if change is None or change.is_added or change.by is not By.PERSON:
            return False
        ordered_at = self.heard.orders.owner_at if what == "assignee" else None
        lifted_at = max(filter(None, (self.memory.reclassified_at, ordered_at)), default=None)
        return lifted_at is None or change.at > lifted_at

    def refusal(self, what: Literal["label", "assignee"], name: str) -> str | None:
        """Why it is not added, although the verdict asks for it."""
        if self.is_refused_by_person(what, name):
            return text.label_refused(name) if what == "label" else text.assignee_refused(name)
        if self.is_frozen(what, name):
            return text.frozen(what, name)
        is_dropped = what == "assignee" and name.casefold() in self.memory.refused
        return text.assignee_dropped(name) if is_dropped else None

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


def _verdict(issue: Issue, policy: Policy, classification: Classification, orders: Orders) -> Verdict:
    classes = policy.ruleset.classes
    if labelled := by_people(issue, policy.ruleset, since=orders.class_at if orders.class_id else None):
        return Verdict(classification, tuple(classes[id_] for id_ in labelled), is_by_person=True)
    if orders.class_id in classes:
        return Verdict(classification, (classes[orders.class_id],), is_by_person=True)
    primary = classification.primary
    return Verdict(classification, (classes[primary],) if primary else (), is_by_person=False)


def _memory(issue: Issue, classification: Classification, heard: Heard, earlier: Earlier) -> Prior:
    verdict, prior = classification.primary or "", issue.prior or Prior("", "")
    hashed = hashlib.sha256(f"{issue.title}\0{issue.body}".encode(errors="replace")).hexdigest()[:16]
    # The edit came after the last snapshot: what people took off up to then answered the verdict that has now changed.
    # A class that a person ruled out just now is no edit.
    is_edited = issue.prior is not None and prior.text_hash != hashed
    is_reclassified = is_edited and prior.verdict != verdict and prior.orders.rejected == heard.orders.rejected
    lifted = (heard.rechecked_at, prior.reclassified_at, prior.seen_at if is_reclassified else None)
    return replace(
        prior,
        verdict=verdict,
        text_hash=hashed,
        seen_at=issue.updated_at,
        reclassified_at=max(filter(None, lifted), default=None),
        refused=_still_refused(prior, heard),
        orders=heard.orders,
        alike=prior.alike if earlier.alike is None else earlier.alike,
        undone="" if heard.rechecked_at else prior.undone,
    )


def _still_refused(prior: Prior, heard: Heard) -> frozenset[str]:
    """Whom GitHub did not accept is tried again when a person says so: access may have been given since."""
    if heard.rechecked_at:
        return frozenset()
    is_named = heard.orders.owner_at != prior.orders.owner_at
    return prior.refused - {heard.orders.owner.casefold()} if is_named else prior.refused


def _chosen(verdict: Verdict, orders: Orders, people: People, issue: Issue, document: Document) -> Chosen:
    """Whom the classes in force assign, or whom a person named instead."""
    paths = tuple(frame.path for trace in document.traces for frame in trace.frames if frame.path)
    number = issue.subject.number
    named: tuple[tuple[tuple[str, ...], Rotate], ...] = (((orders.owner,), "none"),) if orders.owner else ()
    return joined(
        choose(owners, rotate, people, paths=paths, now=issue.now, number=number)
        for owners, rotate in named or ((each.owners, each.rotate) for each in verdict.in_force)
    )


def _said(frame: _Frame) -> Iterator[Effect | str]:
    """Every decider's effects and reasons. Where nothing may change, a person who asks why is still told."""
    if frame.policy.config.mode is Mode.OFF:
        yield text.MODE_OFF
        return
    yield from _answers(frame)
    held = _held(frame)
    if held:
        yield held
    else:
        yield from _labels(frame)
        yield from _owners(frame)
    if not held or frame.is_undone or frame.heard.wants_why:
        yield from _explanation(frame)


def _held(frame: _Frame) -> str | None:
    """Why labels and assignees are left as they are."""
    until = frame.heard.orders.paused_until
    if not frame.issue.is_open:
        return text.CLOSED
    if until and until > frame.issue.now:
        return text.paused(until)
    return text.LEFT_ALONE if frame.is_undone else None


def _labels(frame: _Frame) -> Iterator[Effect | str]:
    issue, verdict, config = frame.issue, frame.verdict, frame.policy.config
    triage = Label(name=config.needs_triage, color="fbca04", description=text.NEEDS_TRIAGE)
    right = tuple(label for each in verdict.in_force for label in each.labels) if verdict.in_force else (triage,)
    if frame.is_left_alone:
        yield text.LEFT_ALONE
        right = ()
    # The class labels that people chose are there; theirs is the last word on the others of their class.
    is_chosen = verdict.is_by_person and any(has(issue.labels, label.name) for label in right)
    missing = [] if is_chosen else [label for label in right if not has(issue.labels, label.name)]
    addable = []
    for label in missing:
        if refusal := frame.refusal("label", label.name):
            yield refusal
        else:
            addable.append(label)
    kept = tuple(label.name for label in right)
    surplus = tuple(
        name
        for name in issue.labels
        if (name.casefold() in frame.policy.ruleset.labels or same(name, triage.name))
        and not has(kept, name)
        and frame.is_ours("label", name)
    )
    if surplus:
        yield RemoveLabels(surplus)
    if addable:
        yield AddLabels(tuple(addable))


def _owners(frame: _Frame) -> Iterator[Effect | str]:
    issue, chosen = frame.issue, frame.chosen
    # Whoever names an owner after an undo wants this owner, and nothing else.
    is_wanted = not frame.is_left_alone or frame.heard.orders.owner
    eligible, assign = (chosen.eligible, chosen.assign) if is_wanted else ((), ())
    surplus = tuple(login for login in issue.assignees if not has(eligible, login) and frame.is_ours("assignee", login))
    if surplus:
        yield RemoveAssignees(surplus)
    unable = {Outcome.NAMED, Outcome.OVER, Outcome.MAIL, Outcome.NOBODY}
    yield from (text.not_assigned(each) for each in chosen.reasons if each.outcome in unable)
    staying = tuple(login for login in issue.assignees if login not in surplus)
    other = next((login for login in staying if not frame.is_ours("assignee", login)), None)
    if other and assign and not frame.heard.orders.owner:
        yield text.has_owner(other)
        return
    if chosen.is_rotated and any(has(eligible, login) for login in staying):
        return  # whose turn it is now does not take an issue away from whose turn it was
    addable = []
    for login in (each for each in assign if not has(staying, each)):
        if refusal := frame.refusal("assignee", login):
            yield refusal
        else:
            addable.append(login)
    free = max(0, MAX_ASSIGNEES - len(staying))
    if addable[free:]:
        yield text.no_room(tuple(addable[free:]))
    if addable[:free]:
        yield AddAssignees(tuple(addable[:free]))


def _explanation(frame: _Frame) -> Iterator[Effect | str]:
    issue, config, comment, said = frame.issue, frame.policy.config, frame.issue.comment, frame.memory.said
    is_asked = config.explain == "comment" or frame.heard.wants_why
    related = relation(frame.earlier.again, frame.heard.orders) if config.recurrence.comment else ""
    is_over = not is_asked and (
        not related or frame.heard.orders.is_apart
    )  # what was said before may have to be mended
    if is_over and not (said and said.is_link):
        return
    if issue.is_locked:
        yield text.LOCKED
        return
    is_explained = is_asked or (comment is not None and text.is_explained(comment.body))
    body = _explained(frame, related) if is_explained else text.linked(related or NO_MORE)
    if comment is not None:
        if text.content_hash(comment.body) != text.content_hash(body):
            yield EditComment(comment.id, body)
    elif said and not frame.heard.wants_why and issue.has_comments:
        yield text.COMMENT_GONE
    elif said and not frame.heard.wants_why and said.digest == text.content_hash(body):
        return
    elif not (frame.is_left_alone or frame.is_undone) or frame.heard.wants_why:
        yield PostComment(body)


def _explained(frame: _Frame, related: str) -> str:
    verdict, numbers = frame.verdict, frame.memory.alike
    return text.explanation(
        verdict.classification,
        verdict.in_force,
        frame.chosen,
        by_person=verdict.is_by_person,
        left_alone=frame.is_left_alone or frame.is_undone,
        beside=[related] if related else [],
        hints=[alike(numbers)] if numbers and not related else [],
    )


def _answers(frame: _Frame) -> Iterator[Effect | str]:
    """A person who asks is answered by a reaction; in words only where there is something to say."""
    asked, heard = frame.issue.asked, frame.heard
    if not asked or not heard.ran:
        return
    content: Literal["THUMBS_UP", "CONFUSED"] = "CONFUSED" if heard.refusals else "THUMBS_UP"
    if content not in asked.reactions:
        yield React(asked.id, content)
    if (heard.refusals or heard.wants_help) and not frame.issue.is_locked:
        reply = Reply(text.reply_key(asked.id, heard.ran), text.reply(asked, heard))
        if reply.key not in frame.issue.replies:
            yield reply
