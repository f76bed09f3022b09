"""What a repository publishes: a release of a tag.

It may not know of HTTP, and makes no tag.
"""

from dataclasses import dataclass, field
from datetime import datetime

from bot.sandbox.model import Repository, User


@dataclass(slots=True, eq=False)
class Release:
    """One release; a draft is published by nobody yet, and shown to those who may write."""

    id: int
    node_id: str
    repository: Repository = field(repr=False)
    tag: str
    author: User
    created_at: datetime
    published_at: datetime | None
    is_prerelease: bool = False

    @property
    def is_draft(self) -> bool:
        return self.published_at is None
