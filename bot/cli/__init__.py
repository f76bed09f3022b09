"""The command line: reads arguments, calls the program, prints. Data goes to standard output, logs to standard error.

Exit codes: 0 ok, 1 findings, 2 usage or configuration, 3 GitHub, 4 authentication, 130 interrupted. What a verb needs
is imported when it runs: `--help` and a typing mistake are answered at once.
"""

import click

from bot import __version__
from bot.cli.backfill import backfill
from bot.cli.inbox import inbox
from bot.cli.issues import classify, explain
from bot.cli.occurrences import import_
from bot.cli.prove import prove
from bot.cli.report import export, report
from bot.cli.rules import rules
from bot.cli.serving import demo, migrate, serve, web, worker
from bot.cli.undo import undo


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="burndown")
def main() -> None:
    """Burndown: the GitHub App that makes defects stop coming back."""


for _command in (
    serve,
    web,
    worker,
    demo,
    migrate,
    rules,
    classify,
    explain,
    prove,
    report,
    export,
    backfill,
    import_,
    undo,
    inbox,
):
    main.add_command(_command)
