"""`python -m tests.mermaid [version ...] [--reports N]`: every version reads the charts; exit code 1 on any trouble."""

import argparse
import sys

from rich.console import Console
from rich.table import Table

from tests.mermaid.bundles import PINNED, Unavailable
from tests.mermaid.proof import REFUSED, Outcome, proven

SHOWN = 3  # faults of one version


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.mermaid", description=__doc__)
    parser.add_argument("versions", nargs="*", choices=[*PINNED, []], metavar="version", help=", ".join(PINNED))
    parser.add_argument("--reports", type=int, default=1_000)
    arguments = parser.parse_args()
    try:
        outcomes = {each: proven(each, arguments.reports) for each in arguments.versions or PINNED}
    except Unavailable as error:
        sys.exit(str(error))
    console = Console(width=120)
    console.print(_table(outcomes))
    for version, outcome in outcomes.items():
        for trouble in (*outcome.faults[:SHOWN], *(f"accepted: {name}" for name in outcome.missed)):
            console.print(f"mermaid {version}: {trouble}", markup=False, highlight=False)
    sys.exit(any(outcome.faults or outcome.missed for outcome in outcomes.values()))


def _table(outcomes: dict[str, Outcome]) -> Table:
    table = Table("mermaid", "charts accepted, and drawn as meant", "broken charts refused", "seconds")
    for version, outcome in outcomes.items():
        good, refused = outcome.charts - len(outcome.faults), len(REFUSED) - len(outcome.missed)
        shares = f"{good} of {outcome.charts}", f"{refused} of {len(REFUSED)}"
        table.add_row(PINNED[version][0], *shares, f"{outcome.seconds:.1f}")
    return table


if __name__ == "__main__":
    main()
