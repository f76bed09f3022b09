"""`python -m tests.bench [name ...] [--short]`: one table of figures. Nothing here asserts a time."""

import argparse
import warnings
from collections.abc import Callable, Iterator
from importlib import import_module

from rich.console import Console
from rich.table import Table

from tests.bench.report import Figure, Options

MEASUREMENTS = {
    "accepts": "tests.bench.accept:accepts",
    "growth": "tests.bench.tables:growth",
    "slow": "tests.bench.slow:slow",
    "beside": "tests.bench.resident:beside",
    "resident": "tests.bench.resident:resident",
    "large": "tests.bench.resident:large",
    "calls": "tests.bench.resident:calls",
    "pulls": "tests.bench.pulls:pulls",
    "classify": "tests.bench.classify:classified",
    "load": "tests.bench.classify:loaded",
    "engine": "tests.bench.engine:engine",
    "document": "tests.bench.document:parsed",
    "backtest": "tests.bench.backtest:tried",
    "report": "tests.bench.weekly:reported",
}


def _measurement(name: str) -> Callable[[Options], Iterator[Figure]]:
    module, _, function = MEASUREMENTS[name].partition(":")
    found: Callable[[Options], Iterator[Figure]] = getattr(import_module(module), function)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*MEASUREMENTS, []], metavar="name", help=", ".join(MEASUREMENTS))
    parser.add_argument("--short", action="store_true", help="less of everything")
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    table = Table("measurement", "figure", "value", "note")
    progress = Console(stderr=True)
    try:
        for name in arguments.names or MEASUREMENTS:
            work = _measurement(name)
            progress.print(f"{name}: {(work.__doc__ or '').strip()}", style="dim")
            for figure in work(Options(is_short=arguments.short)):
                progress.print(f"  {figure.name}: {figure.value}  {figure.note}", style="dim")
                table.add_row(name, figure.name, figure.value, figure.note)
            table.add_section()
    finally:  # what was measured before something failed
        Console(width=160).print(table)


if __name__ == "__main__":
    main()
