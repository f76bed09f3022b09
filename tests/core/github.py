"""GitHub as far as a decision can see it: what an issue is once effects are applied. Written here and nowhere else."""

from dataclasses import replace
from datetime import timedelta

from bot.core.effects import (
    AddAssignees,
    AddLabels,
    EditComment,
    PostComment,
    React,
    RemoveAssignees,
    RemoveLabels,
    Reply,
)
from bot.core.model import By, Change, Comment
from bot.core.rules.ruleset import Label

MAX_ASSIGNEES = 10


def labelled(name):
    return AddLabels((Label(name=name),))


def put(names, name):
    return names if any(name.casefold() == each.casefold() for each in names) else (*names, name)


def without(names, name):
    return tuple(each for each in names if each.casefold() != name.casefold())


def changes(effect):
    """What an effect does to labels and assignees: kind, name, and whether it is added."""
    match effect:
        case AddLabels():
            return [("label", label.name, True) for label in effect.labels]
        case RemoveLabels():
            return [("label", name, False) for name in effect.names]
        case AddAssignees():
            return [("assignee", login, True) for login in effect.logins]
        case RemoveAssignees():
            return [("assignee", login, False) for login in effect.logins]
        case _:
            return []


def after(issue, effects, dropped=frozenset(), by=By.US):
    """The issue as GitHub shows it once effects are applied, and whom it silently did not assign."""
    refused = set()
    for effect in effects:
        if isinstance(effect, PostComment | EditComment):
            assert getattr(effect, "id", "ours") == "ours"
            issue = replace(issue, comment=Comment("ours", effect.body), updated_at=issue.now)
        if isinstance(effect, React):
            assert issue.asked.id == effect.comment_id
            assert effect.content not in issue.asked.reactions
            asked = replace(issue.asked, reactions=issue.asked.reactions | {effect.content})
            issue = replace(issue, asked=asked)
        if isinstance(effect, Reply):
            assert effect.key not in issue.replies
            issue = replace(issue, replies=issue.replies | {effect.key})
        for what, name, is_added in changes(effect):
            field = "labels" if what == "label" else "assignees"
            before = getattr(issue, field)
            is_over = what == "assignee" and (name.casefold() in dropped or len(before) >= MAX_ASSIGNEES)
            if is_added and is_over:
                refused.add(name)
                continue
            names = put(before, name) if is_added else without(before, name)
            if names != before:
                history = (*issue.history, Change(what, name, is_added, by, issue.now))
                issue = replace(issue, history=history, updated_at=issue.now, **{field: names})
    return issue, frozenset(refused)


def later(issue, **different):
    return replace(issue, now=issue.now + timedelta(seconds=30), **different)
