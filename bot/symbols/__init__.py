"""Which tests a file holds: text to symbols, read by tree-sitter in a limited process of its own.

That process imports this package too: here nothing is imported before it is asked for.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.symbols.symbols import Symbols

__all__ = ["Symbols"]


def __getattr__(name: str) -> Any:
    if name == "Symbols":
        from bot.symbols.symbols import Symbols  # noqa: PLC0415 - see above

        return Symbols
    raise AttributeError(name)
