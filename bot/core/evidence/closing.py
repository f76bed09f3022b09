"""Which issues a pull request closes: what its description and its commits say, held against what GitHub lists.

Reads texts only: whether an issue is a defect is judged elsewhere, and nothing is fetched.

GitHub's rules are those of its pages "Linking a pull request to an issue" (nine keywords, in any case, with or without
a colon; each issue behind its own; "#1" and "owner/repository#1"; only towards the default branch; commits close, but
do not link) and "Autolinked references and URLs" ("GH-1", whole addresses). GitHub knows no denial, and keeps a link
for a while after its words are gone; both are seen here, for what counts is whether this is meant as the fix.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, islice
from typing import Literal, NamedTuple

import re2

from bot.core.document.blocks import Line, read_lines, shown_lines
from bot.core.document.inline import visible
from bot.core.document.segments import normalised
from bot.core.evidence.model import Linked, PullRequest

GITHUB = "github.com"
MAX_REFERENCES = 50  # of one text
MAX_NUMBER = 2**31 - 1
MAX_NOTE = 64 * 1024  # characters of a comment in a test that are looked at
MAX_BEFORE = 80  # characters before a keyword that may deny it
MAX_SUBJECT = 300  # characters of a line that may name what it reverts

Where = Literal["body", "commit", "manual"]

FOREIGN = "an issue of another repository"
ITSELF = "this pull request itself"
PULL = "a pull request, not an issue"
CLOSED = "closed already"
DENIED = "the text says that this does not close it"
UNSAID = "GitHub still lists it, but neither the description nor a commit says so any more"


@dataclass(frozen=True, slots=True)
class Reference:
    """An issue that a text says is closed."""

    repository: str  # owner/name: as written, or the pull request's own
    number: int
    where: Where


@dataclass(frozen=True, slots=True)
class References:
    """What a pull request closes."""

    fixed: tuple[Linked, ...]  # issues of its own repository
    unread: tuple[int, ...]  # numbers of such issues that its text closes and that nobody has read yet
    doubtful: tuple[int, ...]  # numbers of such issues that are named and do not count, as things stand
    ignored: tuple[tuple[str, str], ...]  # what is said to be closed and does not count, as "#12", and why: ours


_KEYWORD = r"(?i)(?:\b|_)(close[sd]?|fix(?:e[sd])?|resolve[sd]?)"
_ISSUE = r"(?:https?://([a-z0-9.:-]+)/([\w.-]+/[\w.-]+)/(?:issues|pull)/|([\w.-]+/[\w.-]+)?#|gh-)([0-9]{1,10})"
_CLOSES = re2.compile(rf"{_KEYWORD}(?:[*_]{{0,3}}:[*_]{{0,3}}\s*|[*_]{{0,3}}\s+)[*_]{{0,3}}{_ISSUE}")
_MAY_CLOSE = re2.compile(rf"{_KEYWORD}[*_]{{0,3}}:?[*_]{{0,3}}[\s\[(<*_]+{_ISSUE}")
_COMMENT = re2.compile(r"(?s)<!--.*?(?:-->|$)")

_NO = """
not never cannot nor neither without hardly non unable fail fails failed dont doesnt didnt wont cant isnt wasnt arent
shouldnt couldnt wouldnt hasnt havent
"""
_BETWEEN_NO_AND_VERB = """
yet to be been being have has really actually also ever even still necessarily quite by itself on its own alone fully
completely entirely wholly properly correctly directly currently automatically try trying attempt attempting intend
intended mean meant supposed want aim claim going able a the
"""
_DENIALS, _BETWEEN = frozenset(_NO.split()), frozenset(_BETWEEN_NO_AND_VERB.split())
_BARE = {"close", "fix", "resolve"}  # verbs that go on a sentence of the line before


class _Said(NamedTuple):
    """One place of a text where a keyword stands before an issue."""

    repository: str
    number: int
    is_denied: bool


def closings(text: str, repository: str, where: Where, host: str = GITHUB) -> tuple[Reference, ...]:
    """What a description says that it closes, outside of code, quotations, HTML and links; or a commit's message.

    `repository`: owner/name of the pull request, which "#1" means.
    """
    said = _said(_paragraphs(text, where), _CLOSES, repository, host)
    found = {(each.repository.lower(), each.number): each for each in said if not each.is_denied}
    return tuple(Reference(each.repository, each.number, where) for each in islice(found.values(), MAX_REFERENCES))


def references(pull: PullRequest, more: Sequence[Linked] = ()) -> References:
    """What the pull request closes; `more`: issues that were read because an earlier answer named them as unread."""
    texts: list[tuple[str, Where]] = [(pull.body, "body"), *((each.message, "commit") for each in pull.commits)]
    closed = [each for text, where in texts for each in closings(text, pull.repository, where, pull.host)]
    own = dict.fromkeys(each.number for each in closed if _is_own(each.repository, pull))
    ignored = {f"{each.repository}#{each.number}": FOREIGN for each in closed if not _is_own(each.repository, pull)}
    fixed: dict[int, Linked] = {}
    denied = _denied(pull)
    known = {pull.subject.number}
    if pull.subject.number in own:
        ignored[f"#{pull.subject.number}"] = ITSELF
    for each in (*pull.closing, *more):
        if not _is_own(each.repository, pull):
            ignored[f"{each.repository}#{each.number}"] = FOREIGN
            continue
        known.add(each.number)
        if why := _why_not(each, pull, is_said=each.number in own, is_denied=denied.get(each.number)):
            ignored[f"#{each.number}"] = why
        else:
            fixed.setdefault(each.number, each)
    unread = islice((each for each in own if each not in known), MAX_REFERENCES)
    doubtful = (each for each in known if each not in fixed and each != pull.subject.number)
    return References(tuple(fixed.values()), tuple(unread), tuple(doubtful), tuple(ignored.items()))


def named(text: str, repository: str, host: str = GITHUB) -> Iterator[int]:
    """The numbers of issues of a repository that a comment in a file names, in whatever way."""
    text = normalised(text[:MAX_NOTE])
    for match in _ADDRESS.finditer(text):
        if _is_here(match[1], host) and _is_same(match[2], repository) and not _goes_on(text, match.end()):
            yield int(match[3])
    rest = _ANY_ADDRESS.sub(" ", text) if "://" in text else text
    for match in _NAMED.finditer(rest):
        is_whole = _begins(rest, match.start(), match.end()) and not _goes_on(rest, match.end())
        if is_whole and _is_same(match[1] or repository, repository):
            yield int(match[2])


def _why_not(linked: Linked, pull: PullRequest, *, is_said: bool, is_denied: bool | None) -> str:
    """Why an issue does not count; "" where it does. `is_denied`: None where no text may close it at all."""
    if linked.is_pull:
        return PULL
    if not (is_said or linked.is_manual or is_denied is False):
        return DENIED if is_denied else UNSAID
    return "" if linked.is_open or pull.is_merged else CLOSED


def _is_own(repository: str, pull: PullRequest) -> bool:
    return _is_same(repository, pull.repository)


def _is_same(one: str, other: str) -> bool:
    return one.lower() == other.lower()


def _is_here(host: str, own: str) -> bool:
    return host.lower().removeprefix("www.") == own.lower()


def _denied(pull: PullRequest) -> dict[int, bool]:
    """By number, whether every place that may close it says that it does not.

    Read generously, for GitHub follows text that a reader of ours leaves out: quotations, HTML, a number in a link.
    """
    loose = _said(_meant(pull.body), _MAY_CLOSE, pull.repository, pull.host)
    plain = (_said([normalised(each.message)], _MAY_CLOSE, pull.repository, pull.host) for each in pull.commits)
    found: dict[int, bool] = {}
    for each in chain(loose, *plain):
        if _is_own(each.repository, pull):
            found[each.number] = each.is_denied and found.get(each.number, True)
    return found


def _said(texts: Iterable[str], pattern: "re2._Regexp[str]", repository: str, host: str) -> Iterator[_Said]:
    for text in texts:
        for match in pattern.finditer(text):
            keyword, at_host, in_address, beside, digits = match.groups()
            is_issue = 0 < int(digits) <= MAX_NUMBER and not _goes_on(text, match.end())
            if is_issue and not (at_host and not _is_here(at_host, host)):
                other = in_address or beside or repository
                own = repository if _is_same(other, repository) else other
                yield _Said(own, int(digits), _is_denied(text, match.start(), keyword))


def _is_denied(text: str, start: int, keyword: str) -> bool:
    """Whether the words before a keyword take it back: `does not yet fix #1`, `Revert "Fix #1"`.

    Only words that can stand between the two are read over, so that "tests do not run, fixes #1" still closes.
    """
    far = max(start - MAX_SUBJECT, 0)
    line = text.rfind("\n", far, start) + 1 or far
    if text[line:start].lower().startswith(('revert "', "revert \u201c")):
        return True
    before = text[max(start - MAX_BEFORE, 0) : start].lower().replace("\u2019", "'").replace("no longer", "never")
    if keyword not in _BARE:
        before = before.rpartition("\n")[2]
    for word in reversed(before.split()):
        bare = word.strip("*_~\"'(\u201c\u201d")
        if bare in _DENIALS or bare.endswith("n't"):
            return True
        if bare not in _BETWEEN:
            return False
    return False


def _paragraphs(text: str, where: Where) -> Iterator[str]:
    """The stretches of a text in which words belong together; what is hidden between them is a NUL."""
    plain = normalised(text)
    if where == "commit":
        yield plain
        return
    for paragraph in _blocks(plain, (each for each in shown_lines(plain) if each.kind in {"prose", "headings"})):
        shown: list[str] = []
        end = 0
        for piece in visible(paragraph):
            hidden = paragraph[end : piece.start]
            is_comment = not hidden or (hidden.startswith("<!--") and hidden.endswith("-->"))
            shown += " " * bool(hidden) if is_comment else "\0", paragraph[piece.start : piece.end]
            end = piece.end
        yield "".join(shown)


def _meant(body: str) -> Iterator[str]:
    """The same with quotations, HTML and links: all but blocks of code and comments."""
    plain = normalised(body)
    for paragraph in _blocks(plain, (each for each in read_lines(plain) if each.kind != "code")):
        yield _COMMENT.sub(" ", paragraph)


def _blocks(body: str, lines: Iterable[Line]) -> Iterator[str]:
    for _, group in groupby(lines, lambda each: each.block):
        yield "\n".join(body[each.start : each.end] for each in group)


_ADDRESS = re2.compile(r"(?i)\bhttps?://([a-z0-9.:-]+)/([\w.-]+/[\w.-]+)/(?:issues|pull)/([0-9]{1,10})")
_ANY_ADDRESS = re2.compile(r"(?i)[a-z][a-z0-9+.-]*://\S*")
_NAMED = re2.compile(r"(?i)(?:([\w.-]+/[\w.-]+)#|gh-|(?:issue|ticket)s?[ \t]*[:_-]?[ \t]*#?|#)([0-9]{1,10})")
_COLOURS = ("color", "colour", "background", "fill", "stroke", "border", "rgb", "hex")
_LENGTHS = {3, 4, 6, 8}  # digits of a colour


def _goes_on(text: str, at: int) -> bool:
    """Whether a number goes on as a word, a name or a version."""
    after = text[at : at + 2]
    return after[:1].isalnum() or (after[:1] in {"_", "."} and after[1:].isalnum())


def _begins(text: str, start: int, end: int) -> bool:
    """Whether a reference begins there, and not the end of a word, an address, an entity or a colour."""
    before = text[max(start - 1, 0) : start]
    if before.isalnum() or (before and before in "_-/.&@#="):
        return False
    if text[start] != "#" or end - start - 1 not in _LENGTHS:
        return True
    is_quoted = before in {'"', "'"} and text[end : end + 1] == before
    return not is_quoted and not text[max(start - 20, 0) : start].rstrip(" \t:=\"'").lower().endswith(_COLOURS)
