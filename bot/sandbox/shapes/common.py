"""What every shape stands on: the address of GitHub's pages, and how it writes times.

A shape only reads; it may not decide who is allowed to see it.
"""

from datetime import datetime

Json = dict[str, object]

SITE = "https://github.com"


def stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def stamp_or_none(at: datetime | None) -> str | None:
    return None if at is None else stamp(at)
