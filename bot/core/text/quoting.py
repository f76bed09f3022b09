"""Foreign text made inert, and markers by which the bot finds its own words. Says nothing itself."""

import hashlib
import unicodedata
from collections.abc import Iterator

MAX_QUOTE = 120  # characters


def quoted(text: str, limit: int = MAX_QUOTE) -> str:
    """Foreign text as an inert code span: no mention, link, reference, HTML or table cell can come of it."""
    clean = (
        "".join(" " if c.isspace() else c for c in text if not _is_hidden(c) or c.isspace()).replace("|", "│").strip()
    )
    if len(clean) > limit:
        clean = clean[: limit - 1] + "…"
    if not clean:
        return "` `"
    longest = max((len(run) for run in _runs_of_backticks(clean)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if clean.startswith("`") or clean.endswith("`") else ""
    return f"{fence}{pad}{clean}{pad}{fence}"


def counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def digest(content: str) -> str:
    return hashlib.sha256(content.encode(errors="replace")).hexdigest()[:16]


def marked(comment: str, marker: str) -> str:
    """What the marker at the head of a comment carries, "" where it is another or none."""
    head = comment.partition("-->")[0].split()
    return head[2] if len(head) == 3 and head[:2] == ["<!--", marker] else ""  # noqa: PLR2004 - opening, marker, value


def _is_hidden(character: str) -> bool:
    """Control, format (bidirectional, zero-width), surrogate, private and unassigned characters."""
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"}


def _runs_of_backticks(text: str) -> Iterator[str]:
    run = ""
    for character in text:
        if character == "`":
            run += "`"
        elif run:
            yield run
            run = ""
    if run:
        yield run
