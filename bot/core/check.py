"""A check run as data: what a pull request is told in its list of checks. Nothing is judged or posted here."""

from dataclasses import dataclass
from typing import Literal

from bot.core.lint import Place, Problem
from bot.core.text.quoting import digest

MAX_TITLE = 50  # characters that GitHub shows beside the name
Conclusion = Literal["SUCCESS", "FAILURE", "NEUTRAL", "ACTION_REQUIRED", "SKIPPED"]


@dataclass(frozen=True, slots=True)
class Annotation:
    """Something said of one place in a file."""

    place: Place
    title: str
    message: str
    level: Literal["FAILURE", "WARNING", "NOTICE"] = "FAILURE"


@dataclass(frozen=True, slots=True)
class Button:
    """What a person may press below the check: 20, 40 and 20 characters at most."""

    label: str
    description: str
    identifier: str


@dataclass(frozen=True, slots=True)
class CheckRun:
    """A completed check run."""

    name: str
    head: str  # the commit that it is about
    conclusion: Conclusion
    title: str
    summary: str  # Markdown, at most 60,000 characters
    annotations: tuple[Annotation, ...] = ()
    buttons: tuple[Button, ...] = ()  # three at most
    number: int = 0  # of the pull request; 0: the default branch

    @property
    def external_id(self) -> str:
        """The pull request's number, and a digest of what is said: the same is not said twice."""
        said = (self.head, self.conclusion, self.title, self.summary, self.annotations, self.buttons)
        return f"{self.number}:{digest(repr(said))}"


def annotated(problems: tuple[Problem, ...]) -> tuple[Annotation, ...]:
    """Findings for authors, each where it stands."""
    return tuple(
        Annotation(each.place, each.path, f"{each.what} - {each.instead}" if each.instead else each.what)
        for each in problems
    )
