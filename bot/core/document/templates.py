"""What a repository's own issue templates put into every issue: lines that say nothing of this one.

Reading template files is rulefiles.py's work, parsing forms too: here they are text and plain data.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

NO_RESPONSE = "_No response_"  # what GitHub writes into a form's empty field
BARE = "*_`~#>-+[]()<>!:.…|= \t"  # at the ends of a line: marks, not words


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """The lines of all templates, as `plain` has them."""

    lines: frozenset[str] = frozenset()

    def has(self, line: str) -> bool:
        """Whether a line of a body is a template's, or GitHub's own for a field left empty."""
        bare = line.strip()
        return bare == NO_RESPONSE or (bool(self.lines) and plain(bare) in self.lines)


NONE = Boilerplate()


def boilerplate(markdown: Iterable[str], forms: Iterable[Mapping[str, Any]]) -> Boilerplate:
    """Of Markdown templates as written, and of parsed issue forms."""
    texts = [*(_parted(text)[1] for text in markdown), *(_rendered(each) for each in forms)]
    lines = {plain(line) for text in texts for line in text.split("\n")}
    return Boilerplate(frozenset(lines - {""}))


def untouched(markdown: Iterable[str], forms: Iterable[Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
    """Title and body of an issue for which nobody filled a template in."""
    written = [(_title(front), body.strip("\n")) for front, body in map(_parted, markdown)]
    return (*written, *((_text(form.get("title")), _rendered(form)) for form in forms))


def plain(line: str) -> str:
    """A line without list bullet, checkbox state, emphasis, case and odd white space; empty when no word is in it."""
    bare = unicodedata.normalize("NFC", line).casefold().strip()
    bare = bare.lstrip("#>-+* \t")
    for box in ("[ ]", "[x]"):
        bare = bare.removeprefix(box)
    words = bare.replace("*", "").replace("_", "").replace("`", "").strip(BARE)
    return " ".join(words.split())


def normalised_label(name: str) -> str:
    """Without emoji, punctuation and case: `🐛 Bug` -> `bug`, `type: bug` -> `type bug`, `kind/bug` -> `kind bug`.

    Each run of what is no letter, digit or mark becomes one space; a prefix stays. A name of nothing else (`???`) is
    only case-folded.
    """
    folded = unicodedata.normalize("NFC", _without_codes(name).casefold())
    words = "".join(
        c if unicodedata.category(c)[0] in "LNM" and c not in "\ufe0f\u20e3" else " " for c in folded
    ).split()
    return " ".join(words) or name.casefold().strip()


def _without_codes(name: str) -> str:
    """Without `:bug:`, GitHub's way of writing an emoji."""
    before, colon, rest = name.partition(":")
    code, closing, after = rest.partition(":")
    is_code = bool(colon and closing and code) and not before.strip() and " " not in code
    return after if is_code and after.strip() else name


def _parted(text: str) -> tuple[str, str]:
    """A Markdown template as the YAML between its first two `---`, and its body."""
    whole = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    front, mark, body = whole.removeprefix("---\n").partition("\n---\n")
    return (front, body) if mark and whole.startswith("---\n") else ("", whole)


def _title(front: str) -> str:
    line = next((line for line in front.split("\n") if line.startswith("title:")), "")
    return line.removeprefix("title:").strip().strip("\"'")


def _rendered(form: Mapping[str, Any]) -> str:
    """The body that GitHub makes of a form that nobody filled in."""
    return "\n\n".join(part for each in _entries(form.get("body")) for part in _field(each))


def _field(entry: Mapping[str, Any]) -> Iterator[str]:
    found = entry.get("attributes")
    attributes = found if isinstance(found, Mapping) else {}
    if entry.get("type") == "markdown":  # shown in the form only
        return
    yield f"### {_text(attributes.get('label'))}"
    value = _text(attributes.get("value")).strip("\n")
    match entry.get("type"):
        case "checkboxes":
            options = _entries(attributes.get("options"))
            yield "\n".join(f"- [ ] {_text(option.get('label'))}" for option in options)
        case "dropdown":
            yield _default(attributes) or NO_RESPONSE
        case _ if value and (language := attributes.get("render")):
            yield f"```{_text(language)}\n{value}\n```"
        case _:
            yield value or NO_RESPONSE


def _default(attributes: Mapping[str, Any]) -> str:
    """The option of a dropdown that is chosen before anybody chooses."""
    options, index = attributes.get("options"), attributes.get("default")
    if not isinstance(options, list) or not isinstance(index, int) or not 0 <= index < len(options):
        return ""
    return _text(options[index])


def _entries(value: object) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)
