"""What an issue says of the defect that was seen: where, in which version, how bad. It decides no class.

Anybody may report, so a severity counts as S2 at most: S1 goes before everything else, and takes the label of somebody
who may put labels.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from bot.core.document import Document
from bot.core.recurrence.places import Naming
from bot.core.recurrence.prints import Print, prints
from bot.core.recurrence.versions import read_version

MAX_QUOTE = 200
MAX_WORDS = 20  # of the answer to "which version?" that are looked at
HEADINGS = ("severity", "impact", "priority")
MOST = "S2"
WORDS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(["s1", "critical", "blocker", "high", "major", "s2"], MOST),
        **dict.fromkeys(["s3", "medium", "moderate", "normal"], "S3"),
        **dict.fromkeys(["s4", "low", "minor", "trivial", "cosmetic"], "S4"),
    }
)


@dataclass(frozen=True, slots=True)
class Sighting:
    """What an issue says of the defect that was seen; foreign."""

    prints: tuple[Print, ...] = ()  # the strongest first
    version: str = ""  # of the product, as the reporter says; "": not known
    quote: str = ""  # the error that it shows
    severity: str = ""  # S2 to S4, as the form says; "": not said


def version_of(document: Document, headings: Sequence[str] = ("version",)) -> str:
    """Which version of the product an issue is of, by the section of its form that asks; "": it does not say.

    A section that names several is no answer: it may be of other things.
    """
    for heading in headings:
        section = document.texts.get(f"form.{heading.casefold()}")
        words = section.text.split()[:MAX_WORDS] if section else ()
        found = {word.strip("():,;`\"'") for word in words if any(c.isdigit() for c in word) and read_version(word)}
        if len(found) == 1:
            return found.pop()
    return ""


def quote_of(document: Document) -> str:
    """The error that an issue shows first, as new evidence; foreign."""
    return next(iter(document.values_of("errors")), "")[:MAX_QUOTE]


def sighted(document: Document, naming: Naming, headings: Sequence[str]) -> Sighting:
    found = prints(document, naming)
    return Sighting(found, version_of(document, headings), quote_of(document), severity_of(document))


def severity_of(document: Document) -> str:
    """By the first word below such a heading, as a form's list of choices has it; "": it does not say."""
    for heading in HEADINGS:
        section = document.texts.get(f"form.{heading}")
        first = next(iter(section.text.split(None, 1)), "") if section else ""
        if found := WORDS.get(first.strip("():,;-`*").casefold()):
            return found
    return ""
