"""Effects become requests: the only writer. One document carries all effects of a decision; nothing is decided here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, assert_never

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
)
from bot.core.errors import Refused, SubjectGone, Unreachable
from bot.core.model import has
from bot.core.rules.ruleset import Label
from bot.github.answers import GraphQL, Invalid
from bot.github.client import Installation


@dataclass(frozen=True, slots=True)
class Target:
    """The issue or pull request that is changed: its node id, and those of its labels and assignees by their names."""

    id: str
    repository: str
    label_ids: Mapping[str, str]
    assignee_ids: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of the effects: whom GitHub silently did not assign, and which parts it refused."""

    dropped: frozenset[str] = frozenset()
    refused: tuple[str, ...] = ()


@dataclass(slots=True)
class _Document:
    """The variables of ApplyToIssue, filled by the effects."""

    remove_labels: list[str] = field(default_factory=list)
    add_labels: list[str] = field(default_factory=list)
    remove_assignees: list[str] = field(default_factory=list)
    add_assignees: dict[str, str] = field(default_factory=dict)  # login -> node id
    unknown: list[str] = field(default_factory=list)  # logins that nobody has
    comment: str = ""
    comment_id: str = ""
    edited: str = ""
    reply: str = ""
    react_to: str = ""
    reaction: str = "THUMBS_UP"

    def variables(self, issue_id: str) -> dict[str, Any]:
        return {
            "issue": issue_id,
            "removeLabels": self.remove_labels,
            "doRemoveLabels": bool(self.remove_labels),
            "addLabels": self.add_labels,
            "doAddLabels": bool(self.add_labels),
            "removeAssignees": self.remove_assignees,
            "doRemoveAssignees": bool(self.remove_assignees),
            "addAssignees": list(self.add_assignees.values()),
            "doAddAssignees": bool(self.add_assignees),
            "newComment": self.comment,
            "doComment": bool(self.comment),
            "commentId": self.comment_id,
            "editedComment": self.edited,
            "doEditComment": bool(self.edited),
            "reply": self.reply,
            "doReply": bool(self.reply),
            "reactTo": self.react_to,
            "reaction": self.reaction,
            "doReact": bool(self.react_to),
        }

    def is_empty(self) -> bool:
        lists = (self.remove_labels, self.add_labels, self.remove_assignees, self.add_assignees)
        return not any(lists) and not any((self.comment, self.edited, self.reply, self.react_to))

    @property
    def contents(self) -> int:
        """How many comments GitHub would count."""
        return bool(self.comment) + bool(self.reply)


async def apply(installation: Installation, target: Target, effects: Sequence[Effect]) -> Applied:
    """Raises Unreachable when a part should be tried again on a fresh snapshot, and whatever the client raises."""
    document = _Document()
    for effect in effects:
        await _write_down(installation, target, effect, document)
    if document.is_empty():
        return Applied(frozenset(document.unknown))
    variables = document.variables(target.id)
    answer = await installation.mutate("ApplyToIssue", variables, contents=document.contents)
    return _judge(installation, target, document, answer)


async def _write_down(installation: Installation, target: Target, effect: Effect, document: _Document) -> None:
    match effect:
        case AddLabels():
            document.add_labels += await _label_ids(installation, target, effect.labels)
        case RemoveLabels():
            document.remove_labels += [target.label_ids[name.casefold()] for name in effect.names]
        case AddAssignees():
            await _find_people(installation, effect.logins, document)
        case RemoveAssignees():
            document.remove_assignees += [target.assignee_ids[login.casefold()] for login in effect.logins]
        case PostComment():
            document.comment = effect.body
        case EditComment():
            document.comment_id, document.edited = effect.id, effect.body
        case Reply():
            document.reply = effect.body
        case React():
            document.react_to, document.reaction = effect.comment_id, effect.content
        case _:
            assert_never(effect)


def _judge(installation: Installation, target: Target, document: _Document, answer: GraphQL) -> Applied:
    if any(error.type == "NOT_FOUND" for error in answer.errors):
        installation.label_ids.pop(target.repository, None)  # a label or person that we remembered is gone
        installation.user_ids.clear()
        raise Unreachable(f"gone while writing: {answer.errors[0].message}")
    dropped = set(document.unknown)
    if (assigned := (answer.data.get("addAssignees") or {}).get("assignable")) is not None:
        present = tuple(user["login"] for user in assigned["assignees"]["nodes"] if user)
        dropped |= {login for login in document.add_assignees if not has(present, login)}
    refused = tuple(f"{error.path[0] if error.path else 'write'}: {error.message}" for error in answer.errors)
    if refused and not any(part is not None for part in answer.data.values()):
        raise Refused("; ".join(refused))
    return Applied(frozenset(dropped), refused)


async def _label_ids(installation: Installation, target: Target, labels: Sequence[Label]) -> list[str]:
    """Node ids; a label that the repository lacks is created with its colour and description."""
    repository = target.repository
    known = installation.label_ids.setdefault(repository, {})
    for label in labels:
        if label.name.casefold() not in known:
            wanted = {"name": label.name, "color": label.color, "description": label.description}
            try:
                made = (await installation.post(f"/repos/{repository}/labels", wanted)).data
            except Invalid as error:  # somebody just created it: our list is old
                installation.label_ids.pop(repository, None)
                raise Unreachable(f"label {label.name!r} is not in our list and cannot be created: {error}") from None
            known[label.name.casefold()] = made["node_id"]
    return [known[label.name.casefold()] for label in labels]


async def _find_people(installation: Installation, logins: Sequence[str], document: _Document) -> None:
    for login in logins:
        if login.casefold() not in installation.user_ids:
            try:
                found = (await installation.query("UserId", {"login": login})).data.get("user")
            except SubjectGone:
                found = None
            if not found:
                document.unknown.append(login)
                continue
            installation.user_ids[login.casefold()] = found["id"]
        document.add_assignees[login] = installation.user_ids[login.casefold()]
