"""Where a piece of HTML within Markdown ends, as CommonMark 0.31 says: tags, comments, and whole blocks.

Reads at the place that it is given and goes on from there; what the HTML means is nobody's business here.
"""

from string import ascii_letters, digits

SPACES = " \t\n\v\f"
BLANK = "\n"  # what ends a block that any empty line ends; no line has it
RAW = {"pre", "script", "style", "textarea"}
RAW_ENDS = tuple(f"</{name}>" for name in sorted(RAW))
CLOSING = {"<!--": "-->", "<?": "?>", "<![CDATA[": "]]>"}
_NAMES = """
address article aside base basefont blockquote body caption center col colgroup dd details dialog dir div dl dt
fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html iframe legend li link main
menu menuitem nav noframes ol optgroup option p param search section source summary table tbody td tfoot th thead title
tr track ul
"""
BLOCKS = frozenset(_NAMES.split())

_LETTERS = frozenset(ascii_letters)
_TAG = frozenset(ascii_letters + digits + "-")
_ATTRIBUTE = frozenset(ascii_letters + digits + "_:.-")
_BARE = frozenset("\"'=<>`" + SPACES)  # what ends a value without quotes
_SCHEME = frozenset(ascii_letters + digits + "+.-")
_MAIL = frozenset(ascii_letters + digits + ".!#$%&'*+/=?^_`{|}~-")


def closing(text: str, at: int) -> str:
    """What ends the comment, instruction, character data or declaration that begins there; "" where none does."""
    if text[at + 1 : at + 2] not in {"!", "?"}:
        return ""
    for mark, end in CLOSING.items():
        if text.startswith(mark, at):
            return end
    return ">" if text[at + 1] == "!" and _is_letter(text, at + 2) else ""


def tag_end(text: str, at: int) -> int:
    """Where the tag that begins there ends, lines or not; 0 where none does.

    An attempt ends at the next "<" outside of quotes, and no two attempts agree on what is in quotes: no place of a
    text is read more than three times, from however many places.
    """
    is_closing = text.startswith("/", at + 1)
    end = at + 1 + is_closing
    if not _is_letter(text, end):
        return 0
    end = _after(text, end, _TAG)
    while not is_closing and (attribute := _attribute_end(text, end)) != end:
        end = attribute
    end = _after(text, end, SPACES)
    end += not is_closing and text.startswith("/", end)
    return end + 1 if text.startswith(">", end) else 0


def is_address(inner: str) -> bool:
    """Whether these words between "<" and ">" are a link: an address with its scheme, or one of mail."""
    if min(inner, default=" ") <= " ":
        return False
    scheme, colon, _ = inner.partition(":")
    if colon and _is_letter(inner, 0) and 2 <= len(scheme) <= 32 and _SCHEME.issuperset(scheme):  # noqa: PLR2004
        return True
    name, _, host = inner.partition("@")
    return bool(name) and _MAIL.issuperset(name) and all(map(_is_host, host.split(".")))


def block_ends(line: str, *, below_words: bool) -> tuple[str, ...]:
    """The marks, in small letters, of which one ends the block that the line begins with; none: no HTML."""
    if mark := closing(line, 0):
        return (mark.lower(),)
    opening = 1 + line.startswith("</")
    after = _after(line, opening, _TAG)
    name = line[opening:after].lower()
    is_whole = not line[after : after + 1].strip(SPACES + ">")
    if name in RAW and opening == 1 and is_whole:
        return RAW_ENDS
    if name in BLOCKS and (is_whole or line.startswith("/>", after)):
        return (BLANK,)
    end = 0 if below_words else tag_end(line, 0)
    return (BLANK,) if end and not line[end:].strip(SPACES) else ()


def _attribute_end(text: str, at: int) -> int:
    """Where the attribute ends that follows there, behind white space; the same place where none does."""
    start = _after(text, at, SPACES)
    if start == at or not (_is_letter(text, start) or text[start : start + 1] in {"_", ":"}):
        return at
    end = _after(text, start, _ATTRIBUTE)
    value = _after(text, end, SPACES)
    if not text.startswith("=", value):
        return end
    value = _after(text, value + 1, SPACES)
    if text[value : value + 1] in {"'", '"'}:
        return text.find(text[value], value + 1) + 1 or at
    stop = value
    while stop < len(text) and text[stop] not in _BARE:
        stop += 1
    return stop if stop > value else at


def _is_host(label: str) -> bool:
    return 1 <= len(label) <= 63 and _TAG.issuperset(label) and "-" not in {label[0], label[-1]}  # noqa: PLR2004


def _after(text: str, at: int, characters: str | frozenset[str]) -> int:
    while at < len(text) and text[at] in characters:
        at += 1
    return at


def _is_letter(text: str, at: int) -> bool:
    return text[at : at + 1] in _LETTERS
