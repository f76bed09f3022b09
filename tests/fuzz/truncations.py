"""What can be wrong with GitHub's answers about a pull request: faults by kind, and the pull requests that meet them.

Says nothing of what the bot should make of them.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from bot.sandbox.faults import (
    Answer,
    CutText,
    Fault,
    GraphLimit,
    GraphTimeout,
    Hang,
    NoPatch,
    NoText,
    Partial,
    PrimaryLimit,
    Reset,
    SecondaryLimit,
    ShortPage,
    Truncated,
)
from tests.fuzz.judged import CODE
from tests.fuzz.pulls import Trait

Family = Literal["files", "texts", "lists", "patches", "all", "passing"]

SNAPSHOT, PAGE, TEXTS, CLOSED = "PullSnapshot", "PullFiles", "PullTexts", "ClosedIssues"
PATCHES, CHECK = "GET /repos/acme/widget/pulls/", "CreateCheckRun"
PULL = "repository.pullRequest"
ERRORS = ("INTERNAL", "SERVICE_UNAVAILABLE", "INTERNAL", "FORBIDDEN")


@dataclass(frozen=True)
class Kind:
    """A kind of fault: the request that it meets, and a trait that lets a pull request cause that request."""

    name: str
    family: Family
    on: str
    make: Callable[[random.Random], Fault]
    trait: Trait = ""


def _null(path: str) -> Callable[[random.Random], Fault]:
    return lambda dice: Partial(path, dice.choice(ERRORS), "Something went wrong")


def _short(path: str) -> Callable[[random.Random], Fault]:
    return lambda dice: ShortPage(path, dice.choice([0, 0, 1, 2, 5]))


def _cut(path: str) -> Callable[[random.Random], Fault]:
    return lambda dice: CutText(path, dice.randrange(60))


def _no_text(path: str) -> Callable[[random.Random], Fault]:
    return lambda _: NoText(path)


def _texts(on: str, trait: Trait) -> list[Kind]:
    return [
        Kind(f"{on}: {side} text {what}", "texts", on, make(f"repository.{side}0"), trait)
        for side in ("head", "base")
        for what, make in (("cut off", _cut), ("null", _no_text), ("refused", _null))
    ]


def _once(fault: Fault) -> Callable[[random.Random], Fault]:
    return lambda _: replace(fault)


MISLEADING = [
    Kind("files cut short", "files", SNAPSHOT, _short(f"{PULL}.files")),
    Kind("files null with an error", "files", SNAPSHOT, _null(f"{PULL}.files")),
    Kind("second page cut short", "files", PAGE, _short(f"{PULL}.files"), "paged"),
    Kind("second page null with an error", "files", PAGE, _null(f"{PULL}.files"), "paged"),
    Kind("second page without its pull request", "files", PAGE, _null(PULL), "paged"),
    *_texts(SNAPSHOT, "hinted"),
    *_texts(TEXTS, "late"),
    Kind("texts null with an error", "texts", TEXTS, _null("repository"), "late"),
    Kind("patch absent", "patches", PATCHES, lambda dice: NoPatch(dice.choice(["", "", CODE])), "moved"),
    Kind("patches cut short", "patches", PATCHES, _short(""), "moved"),
    Kind("closing references null", "lists", SNAPSHOT, _null(f"{PULL}.closingIssuesReferences")),
    Kind(
        "closing references cut short", "lists", SNAPSHOT, _once(ShortPage(f"{PULL}.closingIssuesReferences")), "said"
    ),
    Kind("links by hand null", "lists", SNAPSHOT, _null(f"{PULL}.byHand"), "by hand"),
    Kind("labels null", "lists", SNAPSHOT, _null(f"{PULL}.labels")),
    Kind("commits null", "lists", SNAPSHOT, _null(f"{PULL}.commits"), "late"),
    Kind("closed issues null", "lists", CLOSED, _null("repository"), "elsewhere"),
    Kind("newest commit null", "all", SNAPSHOT, _null(f"{PULL}.newest")),
    Kind("history of labels null", "all", SNAPSHOT, _null(f"{PULL}.timelineItems")),
    Kind("governing files null", "all", SNAPSHOT, _null("repository.governing")),
    Kind("pull request null", "all", SNAPSHOT, _null(PULL)),
    Kind("repository null", "all", SNAPSHOT, _null("repository")),
]

_PASSING: dict[str, Fault] = {
    "502": Answer(502),
    "502 in HTML": Answer(502, is_html=True),
    "503": Answer(503),
    "429 with retry-after": SecondaryLimit(429, 30),
    "429 without": SecondaryLimit(429, 60, has_retry_after=False),
    "budget gone": PrimaryLimit(),
    "reset": Reset(),
    "hang": Hang(0.02),
    "truncated": Truncated(),
    "bad credentials": Answer(401),
}
_OF_GRAPH: dict[str, Fault] = {"timeout": GraphTimeout(), "timeout as 200": GraphTimeout(200), "limit": GraphLimit()}
_OF_WRITES: dict[str, Fault] = {"502, done": Answer(502, is_after=True), "reset, done": Reset(is_after=True)}
_TRAITS: dict[str, Trait] = {
    SNAPSHOT: "",
    CHECK: "",
    PAGE: "paged",
    TEXTS: "late",
    CLOSED: "elsewhere",
    PATCHES: "moved",
}

PASSING = [
    Kind(name, "passing", on, _once(fault), trait)
    for on, trait in _TRAITS.items()
    for name, fault in (_PASSING | (_OF_GRAPH if on != PATCHES else {}) | (_OF_WRITES if on == CHECK else {})).items()
]
