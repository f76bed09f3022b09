"""The table of languages, and their grammars, each loaded when it is first asked for. Reads no text."""

from functools import cache
from importlib import import_module

from tree_sitter import Language

from bot.symbols.tree import Grammar, Loaded, loaded

# By language: the module that says what its nodes mean, and the name of its grammar there.
TABLE = {
    "python": ("python", "GRAMMAR"),
    "javascript": ("javascript", "GRAMMAR"),
    "typescript": ("javascript", "TYPESCRIPT"),
    "tsx": ("javascript", "TSX"),
    "go": ("go", "GRAMMAR"),
    "java": ("java", "GRAMMAR"),
    "kotlin": ("kotlin", "GRAMMAR"),
    "rust": ("rust", "GRAMMAR"),
    "ruby": ("ruby", "GRAMMAR"),
    "csharp": ("csharp", "GRAMMAR"),
    "php": ("php", "GRAMMAR"),
    "cpp": ("cpp", "GRAMMAR"),
    "c": ("cpp", "GRAMMAR"),
    "elixir": ("elixir", "GRAMMAR"),
    "swift": ("swift", "GRAMMAR"),
    "scala": ("scala", "GRAMMAR"),
}


@cache
def load(name: str) -> Loaded:
    """The grammar of a language of the table."""
    module, attribute = TABLE[name]
    grammar: Grammar = getattr(import_module(f"bot.symbols.languages.{module}"), attribute)
    return loaded(Language(getattr(import_module(grammar.package), grammar.function)()), grammar)
