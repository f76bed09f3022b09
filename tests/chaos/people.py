"""The people of a simulated GitHub with many installations: they open, edit, unlabel and comment, as chance has it."""

import random
from dataclasses import dataclass, field
from pathlib import Path

from bot.core.model import Mode
from bot.core.policy import Files
from bot.rulefiles import load_packs
from bot.sandbox import GitHub, Issue, Reset, Truncated

CONFIG = "version: 1\nmode: enforce\nexplain: comment\n"
MARKER = "burndown:explanation"
ROOT = Path(__file__).parents[2]
BODIES = [
    'It stops.\n\nTraceback (most recent call last):\n  File "a.py", line 1, in <module>\nZeroDivisionError: no\n',
    "The whole window freezes and hangs forever.\n\nThe application hangs and stops responding.",
    "It would be great if reports could be exported as CSV. Is there any plan to support this feature?",
    "Since this morning it is somehow odd. Any ideas?",
]
UNANSWERED = (Reset(is_after=True), Reset(), Truncated())  # the work is done, or not, and nobody hears of it


@dataclass
class People:
    """One issue per installation: whatever is read for an installation is read for that issue."""

    chance: random.Random
    installations: int = 30
    github: GitHub = field(init=False)
    issues: list[Issue] = field(default_factory=list)
    acts: int = 0

    def __post_init__(self) -> None:
        self.github = github = GitHub("acme", "burndown")
        github.latency_seconds = 0.15  # so that work takes long enough to be interrupted, and to overlap
        github.hooks.timeout_seconds = 3.0
        names = self._label_names()
        for number in range(self.installations):
            repo = f"org{number}/app"
            github.add_repository(repo, alice="maintain", bob="write")
            github.install(repo, by="alice")
            github.commit_file(repo, ".github/burndown.yml", CONFIG, by="alice")
            for name in names:  # each would cost a paced write of its own
                github.create_label(repo, name, by="alice")

    @staticmethod
    def _label_names() -> set[str]:
        ruleset = load_packs(ROOT / "rules").policy(Files(config=CONFIG), Mode.ENFORCE).ruleset
        return {label.name for each in ruleset.classes.values() for label in each.labels} | {"needs-triage"}

    def act(self) -> None:
        """Something that a person, or GitHub, would do."""
        self.acts += 1
        if len(self.issues) < self.installations and self.chance.random() < 0.35:
            self._open()
        elif self.issues:
            issue = self.chance.choice(self.issues)
            self.chance.choice([self._edit, self._unlabel, self._comment, self._redeliver, self._redeliver])(issue)

    def _open(self) -> None:
        repo = f"org{len(self.issues)}/app"
        body = self.chance.choice(BODIES)
        self.issues.append(self.github.open_issue(repo, f"Trouble {len(self.issues)}", body, by="bob"))

    def open_the_rest(self) -> None:
        while len(self.issues) < self.installations:
            self._open()

    def _edit(self, issue: Issue) -> None:
        """The class stays what it was, so no refused label may come back."""
        self.github.edit_issue(issue, by="bob", title=f"{issue.title.partition(' (')[0]} ({self.acts})")

    def _unlabel(self, issue: Issue) -> None:
        if issue.label_names:
            self.github.unlabel(issue, self.chance.choice(issue.label_names), by="alice")

    def _comment(self, issue: Issue) -> None:
        self.github.comment(issue, f"Me too, {self.acts}.", by="bob")

    def _redeliver(self, _issue: Issue) -> None:
        """GitHub's button: of something long done as well as of something just sent."""
        if log := self.github.hooks.log:
            self.github.hooks.redeliver(self.chance.choice(log[-200:]).guid)

    def unanswered(self) -> set[str]:
        """Deliveries that never got their 202."""
        log = self.github.hooks.log
        return {each.guid for each in log} - {each.guid for each in log if each.status_code == 202}
