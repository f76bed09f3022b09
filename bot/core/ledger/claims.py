"""How bad a defect is, as its reporter says in the form. It decides no class, and opens no gate.

Anybody may report, so what a reporter says counts as S2 at most: S1 goes before everything else, and takes the label of
somebody who may put labels.
"""

from collections.abc import Mapping
from types import MappingProxyType

from bot.core.document import Document

HEADINGS = ("severity", "impact", "priority")
MOST = "S2"
WORDS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(["s1", "critical", "blocker", "high", "major", "s2"], MOST),
        **dict.fromkeys(["s3", "medium", "moderate", "normal"], "S3"),
        **dict.fromkeys(["s4", "low", "minor", "trivial", "cosmetic"], "S4"),
    }
)


def severity_of(document: Document) -> str:
    """By the first word below such a heading, as a form's list of choices has it; "": it does not say."""
    for heading in HEADINGS:
        section = document.texts.get(f"form.{heading}")
        first = next(iter(section.text.split(None, 1)), "") if section else ""
        if found := WORDS.get(first.strip("():,;-`*").casefold()):
            return found
    return ""
