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
from bot.sandbox.model import (
    CheckRun,
    Comment,
    Commit,
    Installation,
    Issue,
    Label,
    Pull,
    RefusedError,
    Repository,
    Team,
    User,
)
from bot.sandbox.wire import serve

__all__ = [
    "Answer",
    "Call",
    "CheckRun",
    "Comment",
    "Commit",
    "Fault",
    "GitHub",
    "GraphLimit",
    "Hang",
    "Installation",
    "Issue",
    "Label",
    "Partial",
    "PrimaryLimit",
    "Pull",
    "RefusedError",
    "Repository",
    "Reset",
    "SecondaryLimit",
    "Team",
    "Truncated",
    "User",
    "Write",
    "new_private_key",
    "serve",
]
