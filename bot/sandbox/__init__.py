"""A simulated GitHub, state apart from wire: for the demo, for tests, for the authors of rules.

It may import nothing of the bot: an oracle must not share our bugs.
"""

from bot.sandbox.books import Call, Write
from bot.sandbox.faults import (
    Answer,
    Fault,
    GraphLimit,
    Hang,
    Partial,
    PrimaryLimit,
    Reset,
    SecondaryLimit,
    Truncated,
)
from bot.sandbox.github import GitHub, new_private_key
from bot.sandbox.model import Comment, Installation, Issue, Label, RefusedError, Repository, User
from bot.sandbox.wire import serve

__all__ = [
    "Answer",
    "Call",
    "Comment",
    "Fault",
    "GitHub",
    "GraphLimit",
    "Hang",
    "Installation",
    "Issue",
    "Label",
    "Partial",
    "PrimaryLimit",
    "RefusedError",
    "Repository",
    "Reset",
    "SecondaryLimit",
    "Truncated",
    "User",
    "Write",
    "new_private_key",
    "serve",
]
