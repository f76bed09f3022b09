"""Links from a pull request to the issues that it closes.

An act refuses with `RefusedError` and changes the state; GitHub sends no webhook of links, so it tells nothing.
"""

from collections.abc import Mapping

from bot.sandbox import closing
from bot.sandbox.model import Issue, Link, Pull, RefusedError
from bot.sandbox.state import State

MOST_LINKS = 10


def link(pull: Pull, issue: Issue) -> None:
    """Link an issue by hand, beside the description."""
    if len(pull.links) >= MOST_LINKS and issue.id not in pull.links:
        raise RefusedError(422, f"A pull request can be linked by hand to at most {MOST_LINKS} issues")
    pull.links[issue.id] = Link(issue, is_manual=True)
    pull.former_links.pop(issue.id, None)


def unlink(pull: Pull, issue: Issue) -> None:
    """Take back a link that was made by hand."""
    gone = pull.links.pop(issue.id, None)
    if gone is not None:
        pull.former_links[issue.id] = gone


def remember_lost(state: State, pull: Pull, before: Mapping[int, Link]) -> None:
    """Note the links that an edit took away: GitHub may go on to show them for a while."""
    now = closing.links_of(state, pull)
    pull.former_links |= {number: link for number, link in before.items() if number not in now}
