"""What governs one repository: its own files as they were read, and what they come to. Reads nothing itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo

from bot.core.config import Config
from bot.core.document import Document
from bot.core.document.segments import read_document
from bot.core.document.templates import NONE, Boilerplate
from bot.core.model import Issue
from bot.core.people.owners import CodeOwners
from bot.core.rules.ruleset import DefectClass, Ruleset

CODEOWNERS = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")  # GitHub takes the first that exists


def governs(path: str) -> bool:
    """Whether a file of a repository has a say in what the bot does there."""
    return path.startswith(".github/") or path in CODEOWNERS


@dataclass(frozen=True, slots=True)
class Files:
    """A repository's own files that govern the bot, path by path, as they stood at one commit."""

    oid: str = ""  # changes when and only when something below may have changed; "": no files
    config: str | None = None
    rules: Mapping[str, str] = field(default_factory=dict)
    templates: Mapping[str, str] = field(default_factory=dict)
    codeowners: str | None = None
    of_organisation: bool = False  # configuration and rules are the organisation's default

    @property
    def follows_organisation(self) -> bool:
        """Nothing of its own says how the bot should behave."""
        return self.of_organisation or (self.config is None and not self.rules)


@dataclass(frozen=True, slots=True)
class Outline:
    """As much of a policy as a report needs: no rule, so that none has to be compiled."""

    config: Config
    classes: Mapping[str, DefectClass]

    @property
    def zone(self) -> tzinfo:
        """By whose clocks the repository's weeks begin."""
        return self.config.report.schedule.zone if self.config.report else UTC


@dataclass(frozen=True, slots=True)
class Policy:
    """What is in force for one repository."""

    config: Config
    ruleset: Ruleset
    boilerplate: Boilerplate = NONE
    codeowners: CodeOwners | None = None
    files: Files = Files()

    @property
    def outline(self) -> Outline:
        return Outline(self.config, self.ruleset.classes)

    def foreign(self, labels: tuple[str, ...]) -> tuple[str, ...]:
        """The labels that we never put: ours are no evidence, else a verdict would prove itself."""
        ours = {*self.ruleset.labels, self.config.needs_triage.casefold()}
        return tuple(name for name in labels if name.casefold() not in ours)


def document_of(issue: Issue, policy: Policy) -> Document:
    """An issue as rules are asked of it."""
    values = {
        "labels": policy.foreign(issue.labels),
        "author.association": (issue.association,) if issue.association else (),
    }
    return read_document(issue.title, issue.body, policy.boilerplate, values, issue.said)
