"""The comments of a text without its grammar, line by line, and which notes of a text are kept. Parses nothing."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from bot.core.evidence.model import Note
from bot.symbols.limits import MAX_NOTE, MAX_NOTES

_SIGNS = ("#", "//", "--", ";", "%", "<!--", "/*", "{#", "{-", "(*", "'''", '"""', "REM ", "*", "@REM ", "!")
_BLOCKS = {"/*": "*/", "<!--": "-->", "{#": "#}", "{-": "-}", "(*": "*)", '"""': '"""', "'''": "'''"}
_TRAILING = (" # ", "\t# ", " // ", "\t// ", " -- ", "<!--", " /* ")


def plain_notes(text: str) -> list[Note]:
    """Every line that is a comment in some language, or ends in one."""
    return list(_lines(text.split("\n")))


def _lines(rows: Sequence[str]) -> Iterator[Note]:
    end = ""
    for at, row in enumerate(rows, start=1):
        bare = row.strip()
        if not bare:
            continue
        if end:
            yield Note(at, bare)
            end = "" if end in bare else end
        elif bare.startswith(_SIGNS):
            yield Note(at, bare)
            end = _opened(bare)
        elif (start := min((place for sign in _TRAILING if (place := row.find(sign)) >= 0), default=-1)) >= 0:
            yield Note(at, row[start:].strip())
            end = _opened(row[start:].strip())


def _opened(bare: str) -> str:
    """What would end the comment that is still open behind this line, "" when none is."""
    for sign, end in _BLOCKS.items():
        if bare.startswith(sign):
            return "" if end in bare[len(sign) :] else end
    return ""


def bounded(notes: Iterable[Note], added: Sequence[tuple[int, int]]) -> tuple[Note, ...]:
    """As many notes as an answer holds, cut; where there are more, those on added lines first."""
    found = sorted(notes, key=lambda each: each.line)
    if len(found) > MAX_NOTES:
        starts = [first for first, _ in added]
        fresh = [bisect_right(starts, each.line) for each in found]
        is_old = [not (at and found[place].line <= added[at - 1][1]) for place, at in enumerate(fresh)]
        chosen = sorted(range(len(found)), key=lambda place: is_old[place])[:MAX_NOTES]
        found = [found[place] for place in sorted(chosen)]
    return tuple(Note(each.line, each.text[:MAX_NOTE]) for each in found)
