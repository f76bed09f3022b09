"""Which issues a pull request closes: those that its description names behind a keyword, and those linked by hand.

It only reads; it may not link or close anything.
"""

import re

from bot.sandbox import history
from bot.sandbox.model import Issue, Link, Pull, Repository
from bot.sandbox.state import State

_UNSEEN = re.compile(r"<!--.*?-->|^ {0,3}(```|~~~).*?^ {0,3}\1|`[^`\n]+`", re.DOTALL | re.MULTILINE)
_KEYWORD = re.compile(
    r"""\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+
    (?:(?P<short>[\w.-]+/[\w.-]+)?\#|GH-|https://github\.com/(?P<long>[\w.-]+/[\w.-]+)/issues/)(?P<number>\d{1,9})\b""",
    re.IGNORECASE | re.VERBOSE,
)


def links_of(state: State, pull: Pull) -> dict[int, Link]:
    """Return what merging would close, by the issue's id; keywords hold for the default branch alone."""
    return _said(state, pull, pull.body) | {number: link for number, link in pull.links.items() if is_there(link)}


def is_there(link: Link) -> bool:
    """Say whether the issue was neither deleted nor moved since."""
    return link.issue.repository.issues.get(link.issue.number) is link.issue


def closed_by(state: State, pull: Pull) -> list[Issue]:
    """Return the issues that end with a merge into the default branch: also those that only a commit names."""
    if pull.base_branch != pull.repository.default_branch:
        return []
    found = links_of(state, pull)
    for commit in history.own_commits(pull):
        found |= _said(state, pull, commit.message)
    return [link.issue for link in found.values()]


def _said(state: State, pull: Pull, text: str) -> dict[int, Link]:
    home = pull.repository
    if pull.base_branch != home.default_branch:
        return {}
    named = (_issue(state, home, match) for match in _KEYWORD.finditer(_UNSEEN.sub(" ", text)))
    return {issue.id: Link(issue, is_manual=False) for issue in named if issue is not None}


def _issue(state: State, home: Repository, match: re.Match[str]) -> Issue | None:
    """Return an issue that exists; a pull request is none."""
    full_name = match["short"] or match["long"]
    there = state.repositories.get(full_name.lower()) if full_name else home
    return None if there is None else there.issues.get(int(match["number"]))
