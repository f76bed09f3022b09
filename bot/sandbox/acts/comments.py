"""Comments, and the reactions to them.

An act refuses with `RefusedError`, changes the state, and tells it; it may not ask by which way it was reached.
"""

from bot.sandbox import shapes
from bot.sandbox.acts.guards import may_write, require_body, require_live
from bot.sandbox.model import Comment, Issue, Reaction, RefusedError, User, forbidden, node_id
from bot.sandbox.state import State

CONTENTS = ("THUMBS_UP", "THUMBS_DOWN", "LAUGH", "HOORAY", "CONFUSED", "HEART", "ROCKET", "EYES")


def add_comment(state: State, issue: Issue, body: str, actor: User) -> Comment:
    require_live(issue)
    if issue.is_locked and not may_write(state, issue.repository, actor):
        raise forbidden("Unable to create comment because issue is locked.")
    require_body(body)
    number, now = state.next_id(), state.moment()
    comment = Comment(number, node_id("IC", number), issue, actor, body, now, now)
    issue.comments.append(comment)
    state.nodes[comment.node_id] = comment
    state.touch(issue)
    _tell_comment(state, "created", comment, actor)
    state.did("comment added", issue.repository, issue.number, actor, (body,))
    return comment


def edit_comment(state: State, comment: Comment, body: str, actor: User) -> None:
    require_live(comment.issue)
    if actor is not comment.author and not may_write(state, comment.issue.repository, actor):
        raise forbidden()
    require_body(body)
    before, comment.body = comment.body, body
    comment.updated_at = comment.edited_at = state.moment()
    comment.editor = actor
    state.touch(comment.issue)
    _tell_comment(state, "edited", comment, actor, changes={"body": {"from": before}})
    state.did("comment edited", comment.issue.repository, comment.issue.number, actor, (body,))


def delete_comment(state: State, comment: Comment, actor: User) -> None:
    require_live(comment.issue)
    if actor is not comment.author and not may_write(state, comment.issue.repository, actor):
        raise forbidden()
    comment.issue.comments.remove(comment)
    del state.nodes[comment.node_id]
    state.touch(comment.issue)
    _tell_comment(state, "deleted", comment, actor)
    state.did("comment deleted", comment.issue.repository, comment.issue.number, actor, (comment.body,))


def _tell_comment(state: State, action: str, comment: Comment, actor: User, **extra: object) -> None:
    """Tell it as a comment on an issue; those on pull requests are no different."""
    api, app, repository = state.api_url, state.the_app(), comment.issue.repository
    if state.is_heard("issue_comment", repository):
        told = {"issue": shapes.issue(api, comment.issue, app), "comment": shapes.comment(api, comment, app)}
        state.tell("issue_comment", action, repository, actor, **told, **extra)


def react(state: State, subject: Comment | Issue, content: str, actor: User) -> tuple[Reaction, bool]:
    """Put a sign under something, once a person; tell whether it is new. No webhook ever hears of it."""
    issue = subject.issue if isinstance(subject, Comment) else subject
    require_live(issue)
    if content not in CONTENTS:
        raise RefusedError(422, "Validation Failed", extra={"errors": [{"resource": "Reaction", "field": "content"}]})
    if issue.is_locked and not may_write(state, issue.repository, actor):
        raise forbidden("Unable to create reaction because issue is locked.")
    for each in subject.reactions:
        if each.user is actor and each.content == content:
            return each, False
    number = state.next_id()
    made = Reaction(number, node_id("REA", number), actor, content, state.moment())
    subject.reactions.append(made)
    state.did("reaction added", issue.repository, issue.number, actor, (content,))
    return made, True
