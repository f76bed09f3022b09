"""The check of a change of rules: its conclusion and its words, as one value. Nothing is fetched or posted here."""

from bot.core.check import MAX_TITLE, CheckRun, Conclusion, annotated
from bot.core.lint import Problem
from bot.core.policy import Policy
from bot.core.quality.backtest import Backtest
from bot.core.text import rules as text
from bot.core.text.quoting import counted

NAME = "burndown / rules"


def broken(head: str, number: int, problems: tuple[Problem, ...]) -> CheckRun:
    """Files that cannot be used: on a pull request before they count, on the default branch (number 0) when they do."""
    title = f"{counted(len(problems), 'problem', 'problems')} in configuration and rules"
    return _run(head, number, "FAILURE", title, text.broken(problems, is_merged=not number), problems)


def judged(head: str, number: int, policy: Policy, found: Backtest, problems: tuple[Problem, ...]) -> CheckRun:
    """Files that can be used, tried on the repository's own issues; `problems` are rules that match its templates."""
    max_loss = policy.config.backtest.max_loss
    is_lossy = max_loss is not None and found.loss > max_loss
    conclusion: Conclusion = "FAILURE" if problems or is_lossy else "SUCCESS"
    if problems:
        title = f"{counted(len(problems), 'rule matches', 'rules match')} an issue template"
    elif is_lossy:
        title = f"{counted(found.loss, 'right verdict', 'right verdicts')} would be lost"
    else:
        title = f"{len(found.moved)} of {found.issues} issues would change class"
    return _run(head, number, conclusion, title, text.judged(found, problems, max_loss), problems)


def restored(head: str) -> CheckRun:
    """The default branch has usable rules again, after the repository was told that it had not."""
    return _run(head, 0, "SUCCESS", "Configuration and rules are in force", text.RESTORED, ())


def _run(
    head: str, number: int, conclusion: Conclusion, title: str, summary: str, problems: tuple[Problem, ...]
) -> CheckRun:
    return CheckRun(NAME, head, conclusion, title[:MAX_TITLE], summary, annotated(problems), number=number)
