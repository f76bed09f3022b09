"""What can go wrong, by what is to be done about it: the worker's retry table has a line for each.

Messages are for operators.
"""

from datetime import datetime


class BotError(Exception):
    """Base of everything that this program raises on purpose."""


class BadSettings(BotError):
    """The environment is not one to start in; every problem is listed."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class BadDelivery(BotError):
    """The body is not what its event says; nothing in it is trusted."""


class SubjectGone(BotError):
    """Deleted, transferred, renamed away, or no longer ours to see: there is nothing left to do."""


class Refused(BotError):
    """GitHub will not have it (a permission, a suspension, an archived repository): trying again changes nothing."""


class Unreachable(BotError):
    """No usable answer: a broken connection, a 5xx, a truncated or senseless body.

    The work may or may not have been done.
    """


class RetryLater(BotError):
    """GitHub named a moment, or our own budget did; nothing is sent before."""

    def __init__(self, until: datetime, why: str) -> None:
        super().__init__(why)
        self.until = until


class Held(RetryLater):
    """A repository has had its share of changes for now: its other work waits, nobody else's."""
