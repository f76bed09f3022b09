"""An issue's text, read into a Document: the one way from what a person wrote to what rules are asked of.

Linear in the text, whatever it is; nothing here knows of rules.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from bot.core.document.blocks import Line, read_lines
from bot.core.document.facts import facts
from bot.core.document.inline import shown
from bot.core.document.model import Document, Field, Piece
from bot.core.document.templates import NONE, Boilerplate, normalised_label
from bot.core.document.traces import find_traces

MAX_TITLE = 1_000  # characters
MAX_BODY = 64 * 1024  # bytes of UTF-8
MAX_LINES = 5_000  # of a body: 64 kB of shorter ones are no log and no letter, and each line has its price
MAX_MARKS = 30  # combining marks in a row: composing sorts them, in quadratic time; no script has so many
MAX_SECTIONS = 200
MAX_NAME = 100  # characters of a section's name
PARTS = ("prose", "code", "trace", "quote", "headings")
NOTHING: Mapping[str, tuple[str, ...]] = {}
NO_COMMENTS: Mapping[str, str] = {}


def read_document(
    title: str,
    body: str,
    boilerplate: Boilerplate = NONE,
    values: Mapping[str, tuple[str, ...]] = NOTHING,
    comments: Mapping[str, str] = NO_COMMENTS,
) -> Document:
    """All that rules can ask of an issue.

    `values`: what the text does not say (labels as they are named, author.association); `comments`: what was said
    below it, by the name of its field (comments.author, comments.maintainer).
    """
    title, body = normalised(title).replace("\n", " ")[:MAX_TITLE], _cut(normalised(body))
    lines = [line for line in read_lines(body) if line.level or not boilerplate.has(body[line.start : line.end])]
    traces, parted = find_traces(body, lines)
    texts = {name: _field(body, each) for name, each in _pieces(body, parted, boilerplate).items()}
    texts |= {name: Field(_cut(normalised(text))) for name, text in comments.items()} | {"title": Field(title)}
    labels = tuple(dict.fromkeys(normalised_label(name) for name in values.get("labels", ())))
    known = {**values, "labels": labels} if labels else dict(values)
    return Document(title, body, texts, {**facts(texts, traces), **known}, traces)


def normalised(text: str) -> str:
    """Composed (NFC), plain line ends, without lone surrogates and NUL; the same again when normalised again."""
    plain = text[: 4 * MAX_BODY].replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\N{REPLACEMENT CHARACTER}")
    if plain.isascii():
        return plain
    return _tamed(unicodedata.normalize("NFC", _tamed(plain.encode(errors="replace").decode())))


def _tamed(text: str) -> str:
    """Without the combining marks that follow MAX_MARKS others: 64 kB of them would take seconds to compose."""
    kept, run = [], 0
    for character in text:
        run = run + 1 if character > "\u02ff" and unicodedata.category(character)[0] == "M" else 0
        if run <= MAX_MARKS:
            kept.append(character)
    return "".join(kept)


def _cut(text: str) -> str:
    lines = text.encode()[:MAX_BODY].decode(errors="ignore").split("\n", MAX_LINES)
    return "\n".join(lines[:MAX_LINES])


def _pieces(body: str, lines: Sequence[Line], boilerplate: Boilerplate) -> dict[str, list[Piece]]:
    """The pieces of every text that stands in the body, each in order: of its parts, and of its sections."""
    pieces: dict[str, list[Piece]] = {name: [] for name in PARTS}
    opened: dict[int, str] = {}  # sections by the level of their headings, the outer ones first
    for (kind, _), group in groupby(lines, lambda line: (line.kind, line.block)):
        block = list(group)
        heading = body[block[0].start : block[0].end]
        if is_section := kind == "headings" and block[0].is_top:
            opened = {level: name for level, name in opened.items() if level < block[0].level}
        if not (is_section and boilerplate.has(heading)):
            found = list(_words(body, block))
            for name in (kind, *opened.values()):
                pieces[name] += found
        if is_section and len(pieces) < MAX_SECTIONS and (name := section_name(heading)):
            opened[block[0].level] = name
            pieces.setdefault(name, [])
    return {name: each for name, each in pieces.items() if each or name in PARTS}


def section_name(heading: str) -> str:
    """The field of what stands below a heading: `### **Steps** to reproduce:` -> `form.steps to reproduce`."""
    words = "".join(" " if character in "*_`#" else character for character in heading.casefold()).split()
    name = " ".join(words).strip(" :.?!…-")
    begin = next((at for at, character in enumerate(name) if character.isalnum()), len(name))
    return f"form.{name[begin:][:MAX_NAME]}" if name[begin:] else ""


def _words(body: str, block: Sequence[Line]) -> Iterator[Piece]:
    """The pieces of one block that are words; all of it where it is code or a trace."""
    whole = list(_joined(block))
    if block[0].kind in {"code", "trace"}:
        yield from (piece for piece in whole if not body[piece.start : piece.end].isspace())
        return
    at = next_span = 0  # where the piece begins in the block's text; the first span that does not end before it
    spans = shown("\n".join(body[piece.start : piece.end] for piece in whole))
    for piece in whole:
        end = at + piece.end - piece.start
        while next_span < len(spans) and spans[next_span].start < end:
            start, stop = (min(max(each, at), end) - at + piece.start for each in spans[next_span])
            if body[start:stop].strip():
                yield Piece(start, stop)
            if spans[next_span].end > end:
                break
            next_span += 1
        at = end + 1


def _joined(block: Sequence[Line]) -> Iterator[Piece]:
    """The lines as pieces, those that follow each other directly as one."""
    start, end = block[0].start, block[0].end
    for line in block[1:]:
        if line.start != end + 1:
            yield Piece(start, end)
            start = line.start
        end = line.end
    yield Piece(start, end)


def _field(body: str, pieces: Sequence[Piece]) -> Field:
    """The text of the pieces: those of one line are joined by a space, others by a line end."""
    parts, end = [], -1
    for piece in pieces:
        if end >= 0:
            parts.append("\n" if "\n" in body[end : piece.start] else " ")
        parts.append(body[piece.start : piece.end])
        end = piece.end
    return Field("".join(parts), tuple(pieces))
