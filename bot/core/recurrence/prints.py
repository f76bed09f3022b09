"""Strict fingerprints of an issue: where it crashed, or the code that the product itself printed. Compares none.

Two reports with one print are of one defect: what is not sure to name a place of the project yields no print. The same
crash has the same print on every system and in every folder; lines, addresses and whatever a compiler made up do not
count, names of functions and modules do. Linear in the text, whatever it is.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any, Literal

import re2

from bot.core.document import Document
from bot.core.document.model import Frame, Trace
from bot.core.document.stacks import pattern
from bot.core.recurrence.places import Naming, Place, place_of
from bot.core.rules import literals
from bot.core.text.quoting import digest

FRAMES = 4  # of the project's own, the innermost
MIN_FRAMES = 2  # of these that name a function
MAX_LOOKED = 500  # frames of one trace
MAX_PRINTS = 20
MAX_IDS = 10
MAX_ID = 100  # characters
MAX_PATTERN = 200
MAX_SHOWN = 300
PARTS = ("title", "prose", "code", "trace", "headings")  # not what is quoted: others said that, of other issues
NAMING = Naming()
KINDS: tuple[Literal["tool-id", "trace"], ...] = ("tool-id", "trace")  # the strongest first, as their keys begin

_GO_KIND = pattern(r"^runtime error: ([A-Za-z ]+)")


@dataclass(frozen=True, slots=True)
class Print:
    """One fingerprint."""

    kind: Literal["tool-id", "trace", "person"]  # person: somebody says so
    key: str  # the same for the same defect, and different between kinds
    shown: str  # what it was made of: foreign


def prints(document: Document, naming: Naming = NAMING) -> tuple[Print, ...]:
    """The prints of an issue, each once, the strongest first."""
    found = (*_tool_ids(document, naming.tool_id), *(print_of(trace, naming) for trace in document.traces))
    return tuple(islice({each.key: each for each in found if each}.values(), MAX_PRINTS))


def print_of(trace: Trace, naming: Naming = NAMING) -> Print | None:
    """One print of a trace: its exception, and the innermost places of the project's own; None: that is too little.

    A place that repeats itself counts once: how deep a recursion went does not matter.
    """
    places = tuple(islice(_apart(_own(trace, naming)), FRAMES))
    if not trace.exception or sum(each.is_named for each in places) < MIN_FRAMES:
        return None
    named = _exception(trace)
    content = "\n".join((named, *("\t".join((*each.module, each.function)) for each in places)))
    shown = f"{named} at {' < '.join(map(str, places))}"
    return Print("trace", f"trace:{digest(content)}", shown[:MAX_SHOWN])


def checked_pattern(text: str) -> str:
    """A pattern of a tool-id, if it is one. Raises ValueError with what to write instead."""
    if len(text) > MAX_PATTERN:
        raise ValueError(f"is longer than {MAX_PATTERN} characters - write for example ACME-[0-9A-F]{{8}}")
    try:
        pattern(text)
        needs = literals.read(text).needs
    except (re2.error, literals.Unreadable):
        raise ValueError(f"{text!r} is no pattern of RE2 - write for example ACME-[0-9A-F]{{8}}") from None
    if not any(min(map(len, need)) >= literals.MIN_LITERAL for need in needs):
        raise ValueError(f"{text!r} fits many words - begin with what only your product prints: ACME-[0-9A-F]{{8}}")
    return text


def _own(trace: Trace, naming: Naming) -> Iterator[Place]:
    for frame in islice(trace.frames, MAX_LOOKED):
        if place := place_of(_plain(frame), trace.language, naming):
            yield place


def _plain(frame: Frame) -> Frame:
    """A frame without what parts the names of a print."""
    module, function, path = (" ".join(each.split()) for each in (frame.module, frame.function, frame.path))
    return Frame(module, function, path)


def _apart(places: Iterable[Place]) -> Iterator[Place]:
    last: Place | None = None
    for each in places:
        if each != last:
            yield each
        last = each


def _exception(trace: Trace) -> str:
    """As printed; of Go's panics, which are all named so, also what the run time says."""
    kind = _GO_KIND.search(trace.message) if trace.language == "go" else None
    return " ".join(f"{trace.exception} {kind.group(1) if kind else ''}".split())


def _tool_ids(document: Document, text: str) -> Iterator[Print]:
    compiled = _compiled(text) if text else None
    if compiled is None:
        return
    seen: set[str] = set()
    for name in PARTS:
        for match in compiled.finditer(document.texts[name].text if name in document.texts else ""):
            code = " ".join((match.group(min(1, compiled.groups)) or "").split())
            if code and len(code) <= MAX_ID and code.casefold() not in seen:
                seen.add(code.casefold())
                yield Print("tool-id", f"tool-id:{code.casefold()}", code)
            if len(seen) == MAX_IDS:
                return


@lru_cache(maxsize=1_000)
def _compiled(text: str) -> Any:
    """None: no pattern that we take, whoever configured it was told so."""
    try:
        return pattern(checked_pattern(text))
    except ValueError:
        return None
