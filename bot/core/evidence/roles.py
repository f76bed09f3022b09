"""What a file can be to the tests of its repository, and how a row of the table of layouts says so. Decides nothing."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    TEST = "test"
    INSIDE = "inside"  # a source that may hold tests beside what they test: reading it decides
    SUPPORT = "support"  # what tests use, and no test: helpers, fixtures, data
    SNAPSHOT = "snapshot"  # what a test expects, as a machine wrote it: weak evidence
    RUNNER = "runner"  # decides which tests run and how: evidence is capped where a pull request touches it
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Layout:
    """One row: globs, of which a path fits one, and what it is then.

    `*` within a name, `**/` across folders, `?` one character, `(a|b)` either, `[A-Z]` one of.
    """

    role: Role
    ecosystem: str
    globs: tuple[str, ...]
    language: str | None = None  # None: as the extension says; "": the file itself is the test


_EXTENSIONS = {
    "bats": "bats",
    "c": "c h",
    "clojure": "clj cljc cljs",
    "coffeescript": "coffee",
    "cpp": "cc cpp cxx cu hh hpp hxx",
    "crystal": "cr",
    "csharp": "cs",
    "dart": "dart",
    "elisp": "el",
    "elixir": "ex exs",
    "erlang": "erl",
    "fsharp": "fs",
    "gdscript": "gd",
    "gherkin": "feature",
    "go": "go",
    "groovy": "groovy",
    "haskell": "hs",
    "java": "java",
    "javascript": "js jsx mjs cjs",
    "julia": "jl",
    "kotlin": "kt kts",
    "lua": "lua",
    "nim": "nim",
    "objc": "m mm",
    "ocaml": "ml",
    "perl": "pl pm t",
    "php": "php",
    "powershell": "ps1",
    "python": "py pyi",
    "r": "r R",
    "rego": "rego",
    "robot": "robot",
    "ruby": "rb",
    "rust": "rs",
    "scala": "scala sc",
    "shell": "sh bash",
    "solidity": "sol",
    "sql": "sql",
    "swift": "swift",
    "tcl": "tcl",
    "terraform": "hcl",
    "tsx": "tsx",
    "typescript": "ts mts cts",
    "vb": "vb",
    "vim": "vim vader",
    "yaml": "yaml yml",
    "zig": "zig",
}
LANGUAGES = {each: language for language, extensions in _EXTENSIONS.items() for each in extensions.split()}
