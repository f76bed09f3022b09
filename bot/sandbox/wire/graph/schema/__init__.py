"""The part of GitHub's GraphQL schema that a client of this product reads and writes, type by type.

It names the types; it may not know how any of their fields is answered.
"""

from collections.abc import Mapping

from bot.sandbox.diff import FileChange
from bot.sandbox.model import Comment, Pull, TimelineEvent, User
from bot.sandbox.wire.graph.pages import As, Bag
from bot.sandbox.wire.graph.schema import checks, code, issues, mutations, people, pulls, releases, roots
from bot.sandbox.wire.graph.schema.common import Fields

TYPES: Mapping[str, Fields] = {
    **code.TYPES,
    **people.TYPES,
    **issues.TYPES,
    **pulls.TYPES,
    **checks.TYPES,
    **releases.TYPES,
    **mutations.TYPES,
    **roots.TYPES,
}

_ACTORS = frozenset({"User", "Bot", "Organization"})
_ANONYMOUS = frozenset(
    {
        "CheckAnnotation",
        "CheckAnnotationPosition",
        "CheckAnnotationSpan",
        "GitActor",
        "IssueCommentEdge",
        "Mutation",
        "PageInfo",
        "PullRequestChangedFile",
        "RateLimit",
        "ReactionGroup",
        "TreeEntry",
    }
)
_SUBJECTS = frozenset({"Issue", "PullRequest"})
INTERFACES: Mapping[str, frozenset[str]] = {
    "Actor": _ACTORS,
    "Assignee": _ACTORS,
    "Reactor": _ACTORS,
    "GitObject": frozenset({"Blob", "Tree", "Commit"}),
    "IssueOrPullRequest": _SUBJECTS,
    "Closer": frozenset({"Commit", "PullRequest"}),
    "Labelable": _SUBJECTS,
    "Assignable": _SUBJECTS,
    "Reactable": _SUBJECTS | {"IssueComment", "Release"},
    "Comment": _SUBJECTS | {"IssueComment"},
    "Node": frozenset(TYPES) - _ANONYMOUS - {name for name in TYPES if name.endswith(("Connection", "Payload"))},
}


def type_of(it: object) -> str:
    match it:
        case Bag() | As():
            return it.type
        case User():
            return it.kind
        case Comment():
            return "IssueComment"
        case Pull():
            return "PullRequest"
        case FileChange():
            return "PullRequestChangedFile"
        case TimelineEvent():
            return f"{it.kind.title().replace('_', '')}Event"
        case _:
            return type(it).__name__


def is_a(type_: str, condition: str) -> bool:
    return type_ == condition or type_ in INTERFACES.get(condition, ())
