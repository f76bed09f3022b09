"""What rules can ask of an issue beside its words: paths, versions, errors and their codes, and what traces say.

Lists without duplicates, in the order of appearance, bounded; nothing is judged here.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, pairwise

import re2

from bot.core.document.model import Field, Trace

MAX_VALUES = 200  # of one kind
MAX_ERRORS = 50
MAX_ERROR = 300  # characters
MAX_CODES = 500  # matches that are looked at
TEXTS = ("title", "headings", "prose", "code", "quote")

# What stands around a path or a version, and is no part of it.
AROUND = str.maketrans(dict.fromkeys("()[]{}<>,;\"'`|*=", " "))
MAX_TOKEN = 300  # characters of a path or version
MAX_PARTS = 6  # numbers of a version
_NAMES = """
    version versions ver v release python py java jdk node nodejs npm go golang rust ruby php dotnet .net kotlin scala
    spark postgres postgresql mysql mariadb oracle snowflake clickhouse duckdb sqlite pandas numpy django ubuntu debian
    macos ios android chrome firefox safari windows docker kubernetes
"""
VERSION_WORDS = frozenset(_NAMES.split())
_ENDINGS = """
    py pyx pyi ipynb java kt kts scala groovy js jsx mjs cjs ts tsx vue go rs rb erb php cs fs vb c h cc cpp hpp m mm
    swift sql sh bash ps1 bat yml yaml json toml ini cfg conf xml html htm css scss md rst txt csv tsv parquet log lock
    gradle properties env ejs lua pl r ex exs dart tf proto graphql
"""
FILE_ENDINGS = frozenset(_ENDINGS.split())

SUFFIXES = frozenset(
    ["rc", "a", "b", "alpha", "beta", "dev", "post", "pre", "final", "ga", "m", "p", "r", "sp", "patch"]
)

ERROR_MARKS = (
    "rror",
    "RROR",
    "xception",
    "atal",
    "ATAL",
    "anic",
    "CRITICAL",
    "SEVERE",
    "ailure",
    "arning:",
    "Interrupt",
)
ERROR_WORDS = frozenset(["error", "errors", "exception", "fatal", "panic", "failure"])
LEVELS = frozenset(["ERROR", "FATAL", "CRITICAL", "SEVERE"])  # of log lines
ENDINGS = ("Error", "Exception", "Failure", "Fault", "Warning", "Interrupt")
MAX_LEAD = 10  # words before the error: a log's date, level and thread, a sentence's beginning
MAX_LINE = 1_000  # characters of a line that are looked at

_POSIX = "ACCES ADDRINUSE CONNABORTED CONNREFUSED CONNRESET EXIST HOSTUNREACH INVAL ISDIR MFILE NETUNREACH NOENT NOMEM"
_POSIX += " NOSPC NOTDIR NOTEMPTY NOTFOUND PERM PIPE TIMEDOUT AI_AGAIN"
CODES = re2.compile(
    "|".join(
        [
            r"SQLSTATE[\[ :=(]{1,3}([0-9A-Z]{5})\b",
            r"\b((?:ORA|TNS|PLS|DPY|DPI|SP2|RMAN)-\d{4,5}|SQL\d{4,5}[NWC])\b",  # Oracle, Db2
            r"\bSQLCODE[=: ]{1,3}(-?\d{1,5})\b",
            r"\b(\d{6}) \(([0-9A-Z]{5})\)",  # Snowflake
            r"\bERROR (\d{4,5})(?: \(([0-9A-Z]{5})\))?:",  # MySQL
            r"\bERROR: +([0-9A-Z]{5}):",  # PostgreSQL
            r"Error: \((\d{4}), ['\"]",  # drivers of MySQL
            r"\bMsg (\d{1,5}), Level \d",  # SQL Server
            r"\[([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?:\.[A-Z0-9_]+)?)\]",  # Databricks, Spark
            r"\bCode: (\d{1,4})\. DB::",  # ClickHouse
            r"\berror\[(E\d{4})\]",  # Rust
            r"\berror ((?:TS|CS|BC|FS|MSB|NU|NETSDK)\d{3,5})\b",  # TypeScript, .NET
            r"\b(ERR_[A-Z0-9_]+)\b",  # Node
            rf"\b(E(?:{'|'.join(_POSIX.split())}))\b",
            r"\[((?:Errno|WinError) -?\d{1,6})\]",
        ]
    )
)


def facts(texts: Mapping[str, Field], traces: tuple[Trace, ...]) -> dict[str, tuple[str, ...]]:
    """The values of a document, by field."""
    parts = [texts[name].text for name in TEXTS]
    spoken = [*parts, *(trace.message for trace in traces)]
    words = [word for text in spoken for word in text.replace("==", " version ").translate(AROUND).split()]
    return {
        "paths": _first(_paths(traces, words)),
        "versions": _first(_versions(words)),
        "errors": _first(_errors(traces, parts), MAX_ERRORS),
        "error_codes": _first(code for text in [*parts, texts["trace"].text] for code in _codes(text)),
        **_of_traces(traces),
    }


def _first(values: Iterable[str], count: int = MAX_VALUES) -> tuple[str, ...]:
    """So many different values, in order."""
    seen: dict[str, None] = {}
    for value in values:
        if value:
            seen[value] = None
        if len(seen) == count:
            break
    return tuple(seen)


def _of_traces(traces: tuple[Trace, ...]) -> dict[str, tuple[str, ...]]:
    frames = [frame for trace in traces for frame in trace.frames]
    names = [name for trace in traces for name in (trace.exception, *trace.others)]
    tops = [trace.frames[0] for trace in traces if trace.frames]
    return {
        "trace.exception": _first(each for name in names for each in (name, _short(name))),
        "trace.message": _first(trace.message for trace in traces),
        "trace.module": _first(frame.module for frame in frames),
        "trace.frame": _first(
            name for frame in frames for name in (frame.function, f"{frame.module}.{frame.function}".strip("."))
        ),
        "trace.top": _first(f"{each.path or each.module}:{each.function}".strip(":") for each in tops),
    }


def _short(name: str) -> str:
    """The class without its package: IOException of java.io.IOException."""
    return name.replace("\\", ".").replace("::", ".").rpartition(".")[2]


def _paths(traces: tuple[Trace, ...], words: Iterable[str]) -> Iterator[str]:
    for trace in traces:
        yield from (frame.path for frame in trace.frames if "." in frame.path)
    yield from (path for word in words if "." in word and (path := _path(word)))


def _path(word: str) -> str:
    """The path that a word is, without the line behind it; empty for what is none."""
    if "://" in word or len(word) > MAX_TOKEN:
        return ""
    drive = word[:2] if word[1:3] in {":\\", ":/"} else ""
    bare = drive + word[len(drive) :].partition(":")[0].rstrip(".!?")
    clean = bare.replace("\\", "/")
    folder, _, name = clean.rpartition("/")
    stem, dot, ending = name.rpartition(".")
    if not (dot and (stem or folder) and ending.isalnum() and ending[0].isalpha() and len(ending) <= 10):  # noqa: PLR2004
        return ""
    is_file = ending.lower() in FILE_ENDINGS and bool(stem) and (len(ending) > 1 or "." not in stem)
    return clean if is_file or (folder and stem and not folder.endswith(".")) else ""


def _versions(words: Iterable[str]) -> Iterator[str]:
    for before, word in pairwise(["", *words]):
        if "." in word and len(word) <= MAX_TOKEN:
            name, _, last = word.rpartition("@" if "@" in word else "/")
            yield _version(last, name or before)


def _version(word: str, before: str) -> str:
    """The version that a word is: `v1.2`, `1.2.3-rc1`, `1.2` after "version". No date, no IP address, no decimal."""
    bare = word.strip(":.!?~^")
    is_named = bare[:1] in {"v", "V"} or before.strip(":~^").casefold() in VERSION_WORDS
    bare = bare.lstrip("vV")
    release = bare[: next((at for at, character in enumerate(bare) if character not in "0123456789."), len(bare))]
    suffix = bare[len(release) :]
    numbers = [int(part[:9]) for part in release.rstrip(".").split(".") if part]
    if len(numbers) != release.rstrip(".").count(".") + 1 or not 2 <= len(numbers) <= MAX_PARTS:  # noqa: PLR2004
        return ""
    if not is_named and (len(numbers) == 2 or _is_address(numbers) or _is_date(release)):  # noqa: PLR2004
        return ""
    return bare if _is_suffix(suffix) else ""


def _is_suffix(text: str) -> bool:
    """`-rc.1`, `+build`, `rc1`, `post2`: what may follow the numbers; units may not (1.5.2ms is no version)."""
    if not all(character.isalnum() or character in ".-+_" for character in text):
        return False
    word = text.rstrip("0123456789")
    return not text or text[0] in "-+_" or word.rstrip(".").lower() in SUFFIXES


def _is_address(numbers: list[int]) -> bool:
    return len(numbers) == 4 and all(each <= 255 for each in numbers)  # noqa: PLR2004 - of IP


def _is_date(release: str) -> bool:
    """2024.01.31 and 31.01.2024; 2024.1.3 is more often a version."""
    lengths = [len(part) for part in release.rstrip(".").split(".")]
    return lengths in ([4, 2, 2], [2, 2, 4])


def _errors(traces: Iterable[Trace], parts: Iterable[str]) -> Iterator[str]:
    for trace in traces:
        if trace.exception:
            yield f"{trace.exception}: {trace.message}".removesuffix(": ")[:MAX_ERROR]
    for text in parts:
        if any(mark in text for mark in ERROR_MARKS):
            yield from (_error(line) for line in text.split("\n") if any(mark in line for mark in ERROR_MARKS))


def _error(line: str) -> str:
    """The error that a line states, without what a log says before it; empty where it only speaks of errors."""
    words = line[:MAX_LINE].split()
    for at, word in enumerate(words[:MAX_LEAD]):
        bare = word.strip("[]()*_`\"':,;|")
        is_named = bare.lower() in ERROR_WORDS
        follows = words[at + 1] if at + 1 < len(words) else ""
        if bare in LEVELS and (follows or word.endswith(":")):
            return " ".join(words[at:])[:MAX_ERROR]
        if is_named and follows.endswith(":") and any(map(str.isdecimal, follows)):  # error TS2345:
            return " ".join(words[at:])[:MAX_ERROR]
        if word.rstrip("*_`").endswith(":") and follows:
            if is_named or bare.lower().startswith("error["):
                return " ".join(words)[:MAX_ERROR]
            if bare.endswith(ENDINGS) or ("." in bare and any(mark in bare for mark in ERROR_MARKS)):
                return " ".join([word.lstrip("[(*_`\"'"), *words[at + 1 :]])[:MAX_ERROR]
    return ""


def _codes(text: str) -> Iterator[str]:
    for match in islice(CODES.finditer(text), MAX_CODES):
        yield from (group for group in match.groups() if group)
