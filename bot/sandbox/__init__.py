"""A simulated GitHub, state apart from wire: for the demo, for tests, for the authors of rules.

It may import nothing of the bot: an oracle must not share our bugs.
"""

from bot.sandbox.books import Call, Write
from bot.sandbox.ci import Artifact, WorkflowRun
from bot.sandbox.faults import (
    Answer,
    CutText,
    Fault,
    GraphLimit,
    GraphTimeout,
    Hang,
    NoPatch,
    NoText,
    Partial,
    PrimaryLimit,
    Reset,
    SecondaryLimit,
    ShortPage,
    Truncated,
)
from bot.sandbox.git import Program, Submodule, Symlink
from bot.sandbox.github import GitHub
from bot.sandbox.model import (
    CheckRun,
    Comment,
    Commit,
    Installation,
    Issue,
    Label,
    MergeGroup,
    Pull,
    RefusedError,
    Repository,
    Team,
    User,
)
from bot.sandbox.registration import new_private_key
from bot.sandbox.releases import Release
from bot.sandbox.wire import serve

__all__ = [
    "Answer",
    "Artifact",
    "Call",
    "CheckRun",
    "Comment",
    "Commit",
    "CutText",
    "Fault",
    "GitHub",
    "GraphLimit",
    "GraphTimeout",
    "Hang",
    "Installation",
    "Issue",
    "Label",
    "MergeGroup",
    "NoPatch",
    "NoText",
    "Partial",
    "PrimaryLimit",
    "Program",
    "Pull",
    "RefusedError",
    "Release",
    "Repository",
    "Reset",
    "SecondaryLimit",
    "ShortPage",
    "Submodule",
    "Symlink",
    "Team",
    "Truncated",
    "User",
    "WorkflowRun",
    "Write",
    "new_private_key",
    "serve",
]
