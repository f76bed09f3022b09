"""What else a pull request is shown of its check: a label that it is waived, and answers to whoever asked.

A label is a view of the state and never the state itself: taking it off changes nothing, and it stays off.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bot.core.effects import AddLabels, Effect, React, RemoveLabels, Reply
from bot.core.evidence.model import PullRequest
from bot.core.evidence.requests import HeardPull
from bot.core.evidence.review import Review
from bot.core.evidence.waivers import State
from bot.core.model import Asked, By, Change, has, same
from bot.core.people.commands import Role
from bot.core.rules.ruleset import Label
from bot.core.text import pulls as text
from bot.core.text.issues import answer, reply_key


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asked, how, and what we answered before."""

    heard: HeardPull
    asked: Asked | None = None  # by a comment
    pressed: str = ""  # by a button
    role: Role = Role.NONE
    replies: frozenset[str] = frozenset()  # keys of earlier answers


def effects(pull: PullRequest, review: Review, label: str | None, asking: Asking) -> tuple[Effect, ...]:
    shown = _label(pull, review, label) if label else ()
    return (*shown, *_answers(review, asking))


def _label(pull: PullRequest, review: Review, name: str) -> Iterator[Effect]:
    is_waived = review.state is State.GRANTED and review.is_waived
    newest = next((each for each in reversed(pull.history) if same(each.name, name)), None)
    if is_waived and not has(pull.labels, name) and not _is_refused(newest, review):
        yield AddLabels((Label(name=name, color="c5def5", description=text.WAIVED_LABEL),))
    if not is_waived and has(pull.labels, name) and newest and newest.is_added and newest.by is By.US:
        yield RemoveLabels((name,))


def _is_refused(newest: Change | None, review: Review) -> bool:
    """A person took it off since this waiver was granted."""
    if newest is None or newest.is_added or newest.by is By.US:
        return False
    granted_at = review.waiver.approved_at if review.waiver else None
    return granted_at is None or newest.at > granted_at


def _answers(review: Review, asking: Asking) -> Iterator[Effect]:
    heard, asked = asking.heard, asking.asked
    if not asking.pressed and not heard.ran:
        return
    content: Literal["THUMBS_UP", "CONFUSED"] = "CONFUSED" if heard.refusals else "THUMBS_UP"
    if asked and content not in asked.reactions:
        yield React(asked.id, content)
    lines = [*text.lines(heard.refusals, asking.role, wants_help=heard.wants_help)]
    if heard.wants_why:
        lines += [f"**{review.run.title}**", "", review.run.summary]
    if lines:
        about = asked.id if asked else f"{asking.pressed} {review.run.external_id}"
        reply = Reply(reply_key(about, heard.ran), answer(about, heard.ran, lines))
        if reply.key not in asking.replies:
            yield reply
