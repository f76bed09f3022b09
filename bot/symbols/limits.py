"""The largest of everything that is taken from a foreign text, so that no answer grows with it. Reads nothing."""

from bot.core.evidence.model import Symbol

MAX_TREE = 1024 * 1024  # bytes of a text that tree-sitter is shown
MAX_TEXT = 4 * 1024 * 1024  # bytes of a text that is read at all
MAX_SYMBOLS = 10_000  # of one text
MAX_NAMED = 1_000_000  # characters of all names and scopes of one text
MAX_NAME = 300  # characters
MAX_SCOPE = 32  # names around a test
MAX_NOTES = 2_000
MAX_NOTE = 1_000  # characters
MAX_ANSWER = 64 * 1024 * 1024  # bytes of a frame


class Budget:
    """How many symbols of a text are still taken."""

    __slots__ = ("_characters", "_symbols")

    def __init__(self) -> None:
        self._symbols, self._characters = MAX_SYMBOLS, MAX_NAMED

    def takes(self, symbol: Symbol) -> bool:
        """Whether there is room for one more, which is then used."""
        self._symbols -= 1
        self._characters -= len(symbol.name) + sum(map(len, symbol.scope))
        return self._symbols >= 0 and self._characters >= 0
