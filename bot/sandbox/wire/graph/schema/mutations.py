"""What a GraphQL mutation may change, field by field.

A field acts for the one who asks, and may not check GitHub's rules of conduct: `acts` does.
"""

from bot.sandbox import acts
from bot.sandbox.model import Comment, Issue, Label, Pull, Repository, User, forbidden, not_found
from bot.sandbox.wire.graph.execute import Execution
from bot.sandbox.wire.graph.pages import Args, Bag
from bot.sandbox.wire.graph.schema import checks
from bot.sandbox.wire.graph.schema.common import Fields, bag, done, node, require_write
from bot.sandbox.wire.graph.schema.issues import reaction_groups


def _subject(run: Execution, number: str) -> Issue:
    """Return the issue or pull request that a mutation is about, if the asker may change it."""
    found = node(run, number)
    if not isinstance(found, Issue):
        raise not_found(f"Could not resolve to Labelable or Assignable node with the global id of '{number}'.")
    require_write(run, found)
    return found


def _comment(run: Execution, number: str) -> Comment:
    """Return the App's own comment; another's may be reacted to and no more."""
    found = node(run, number)
    if not isinstance(found, Comment):
        raise not_found(f"Could not resolve to IssueComment node with the global id of '{number}'.")
    require_write(run, found.issue)
    return found


def _own_comment(run: Execution, number: str) -> Comment:
    found = _comment(run, number)
    if found.author is not run.actor:
        raise forbidden()
    return found


def _labels(run: Execution, issue: Issue, numbers: list[str]) -> list[Label]:
    found = [node(run, number) for number in numbers]
    if any(not isinstance(each, Label) or each.repository is not issue.repository for each in found):
        raise not_found("Could not resolve to Label nodes of this repository.")
    return [each for each in found if isinstance(each, Label)]


def _users(run: Execution, numbers: list[str]) -> list[User]:
    found = [node(run, number) for number in numbers]
    if any(not isinstance(each, User) for each in found):
        raise not_found("Could not resolve to User nodes.")
    return [each for each in found if isinstance(each, User)]


def _add_labels(run: Execution, _root: None, args: Args) -> Bag:
    given = args["input"]
    issue = _subject(run, given["labelableId"])
    acts.add_labels(run.state, issue, _labels(run, issue, given["labelIds"]), run.actor)
    return done("AddLabelsToLabelable", given, labelable=issue)


def _remove_labels(run: Execution, _root: None, args: Args) -> Bag:
    given = args["input"]
    issue = _subject(run, given["labelableId"])
    acts.remove_labels(run.state, issue, _labels(run, issue, given["labelIds"]), run.actor)
    return done("RemoveLabelsFromLabelable", given, labelable=issue)


def _add_assignees(run: Execution, _root: None, args: Args) -> Bag:
    given = args["input"]
    issue = _subject(run, given["assignableId"])
    acts.add_assignees(run.state, issue, _users(run, given["assigneeIds"]), run.actor)
    return done("AddAssigneesToAssignable", given, assignable=issue)


def _remove_assignees(run: Execution, _root: None, args: Args) -> Bag:
    given = args["input"]
    issue = _subject(run, given["assignableId"])
    acts.remove_assignees(run.state, issue, _users(run, given["assigneeIds"]), run.actor)
    return done("RemoveAssigneesFromAssignable", given, assignable=issue)


def _own_repository(run: Execution, number: str) -> Repository:
    found = node(run, number)
    if not isinstance(found, Repository):
        raise not_found(f"Could not resolve to a Repository with the global id of '{number}'.")
    run.require("issues", "write")
    return found


def _create_issue(run: Execution, _root: None, args: Args) -> Bag:
    given = args["input"]
    home = _own_repository(run, given["repositoryId"])
    made = acts.open_issue(run.state, home, given["title"], given.get("body") or "", run.actor)
    return done("CreateIssue", given, issue=made)


def _issue(run: Execution, number: str) -> Issue:
    found = _subject(run, number)
    if isinstance(found, Pull):
        raise not_found(f"Could not resolve to an Issue with the global id of '{number}'.")
    return found


def _update_issue(run: Execution, _root: None, args: Args) -> Bag:
    given = args["input"]
    issue = _issue(run, given["id"])
    acts.edit_issue(run.state, issue, run.actor, given.get("title"), given.get("body"))
    return done("UpdateIssue", given, issue=issue, actor=run.actor)


def _pin_issue(run: Execution, _root: None, args: Args) -> Bag:
    given = args["input"]
    issue = _issue(run, given["issueId"])
    acts.pin_issue(run.state, issue, run.actor)
    return done("PinIssue", given, issue=issue)


def _add_comment(run: Execution, _root: None, args: Args) -> Bag:
    given = args["input"]
    issue = _subject(run, given["subjectId"])
    made = acts.add_comment(run.state, issue, given["body"], run.actor)
    edge = Bag("IssueCommentEdge", {"node": made, "cursor": made.node_id})
    return done("AddComment", given, commentEdge=edge, subject=issue)


def _edit_comment(run: Execution, _root: None, args: Args) -> Bag:
    given = args["input"]
    found = _own_comment(run, given["id"])
    acts.edit_comment(run.state, found, given["body"], run.actor)
    return done("UpdateIssueComment", given, issueComment=found)


def _delete_comment(run: Execution, _root: None, args: Args) -> Bag:
    given = args["input"]
    acts.delete_comment(run.state, _own_comment(run, given["id"]), run.actor)
    return done("DeleteIssueComment", given)


def _react(run: Execution, _root: None, args: Args) -> Bag:
    given = args["input"]
    number = given["subjectId"]
    subject = _subject(run, number) if isinstance(node(run, number), Issue) else _comment(run, number)
    reaction, _ = acts.react(run.state, subject, given["content"], run.actor)
    return done("AddReaction", given, reaction=reaction, subject=subject, reactionGroups=reaction_groups(run, subject))


TYPES: dict[str, Fields] = {
    "Mutation": {
        "addLabelsToLabelable": _add_labels,
        "removeLabelsFromLabelable": _remove_labels,
        "addAssigneesToAssignable": _add_assignees,
        "removeAssigneesFromAssignable": _remove_assignees,
        "createIssue": _create_issue,
        "updateIssue": _update_issue,
        "pinIssue": _pin_issue,
        "addComment": _add_comment,
        "updateIssueComment": _edit_comment,
        "deleteIssueComment": _delete_comment,
        "addReaction": _react,
        **checks.MUTATIONS,
    },
    "AddLabelsToLabelablePayload": bag("clientMutationId", "labelable"),
    "RemoveLabelsFromLabelablePayload": bag("clientMutationId", "labelable"),
    "AddAssigneesToAssignablePayload": bag("clientMutationId", "assignable"),
    "RemoveAssigneesFromAssignablePayload": bag("clientMutationId", "assignable"),
    "CreateIssuePayload": bag("clientMutationId", "issue"),
    "UpdateIssuePayload": bag("clientMutationId", "issue", "actor"),
    "PinIssuePayload": bag("clientMutationId", "issue"),
    "AddCommentPayload": bag("clientMutationId", "commentEdge", "subject"),
    "UpdateIssueCommentPayload": bag("clientMutationId", "issueComment"),
    "DeleteIssueCommentPayload": bag("clientMutationId"),
    "AddReactionPayload": bag("clientMutationId", "reaction", "subject", "reactionGroups"),
}
