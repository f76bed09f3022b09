"""How a command ends: its exit code, and which error becomes which. Prints nothing but what went wrong."""

from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

if TYPE_CHECKING:
    from bot.core.errors import BotError

OK, FINDINGS, USAGE, GITHUB, AUTHENTICATION, INTERRUPTED = 0, 1, 2, 3, 4, 130

T = TypeVar("T")


def fail(code: int, *lines: str) -> NoReturn:
    for line in lines:
        click.echo(line, err=True)
    raise SystemExit(code)


@contextmanager
def ending() -> Iterator[None]:
    """Turns what we know of going wrong into an exit code, with a line for each thing that did."""
    try:
        yield
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    except Exception as error:
        if (known := _known(error)) is None:
            raise
        fail(*known)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Asynchronous work, to its end."""
    import asyncio

    with ending(), asyncio.Runner(loop_factory=_loop_factory()) as runner:
        return runner.run(work)


def _known(error: Exception) -> tuple[int, *tuple[str, ...]] | None:
    from sqlalchemy.exc import SQLAlchemyError

    from bot.core.errors import BadSettings, BotError
    from bot.core.ledger.flows import Unbalanced
    from bot.core.lint import BadRules
    from bot.logs import redacted

    match error:
        case BadSettings():
            return USAGE, *error.problems
        case BadRules():
            return USAGE, *map(str, error.problems)
        case Unbalanced():
            return FINDINGS, f"no report, for the ledger does not balance: {error}"
        case BotError():
            return AUTHENTICATION if _is_unauthorized(error) else GITHUB, f"{type(error).__name__}: {error}"
        case OSError() | SQLAlchemyError():  # the port is taken, the database is away
            return USAGE, redacted(f"cannot go on: {type(error).__name__}: {error}".partition("\n")[0])
        case _:
            return None


def _is_unauthorized(error: "BotError") -> bool:
    """Whether GitHub's 401 is at the root of it, whatever the client made of that."""
    from bot.github.answers import Unauthorized

    cause: BaseException | None = error
    while cause and not isinstance(cause, Unauthorized):
        cause = cause.__context__
    return cause is not None


def _loop_factory() -> Any:
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop
