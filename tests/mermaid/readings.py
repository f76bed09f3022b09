"""What Mermaid makes of charts, as values: refused, or drawn so. Runs one Node process for all of them."""

import json
import math
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conformance import install

SCRIPT = Path(__file__).with_name("reading.cjs")
SECONDS = 600  # against a hang only
HEIGHT = re.compile(r"[ML]-?[\d.]+,(-?[\d.]+)")


@dataclass(frozen=True, slots=True)
class Plot:
    """Bars, or a line, as a reader takes their values off the axis."""

    colors: frozenset[str]
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    title: str
    description: str
    weeks: tuple[str, ...]
    plots: tuple[Plot, ...]  # the bars first
    is_inside: bool  # nothing is drawn above the axis


@dataclass(frozen=True, slots=True)
class Refusal:
    why: str


Reading = Drawing | Refusal


def readings(bundle: Path, sources: Iterable[str]) -> list[Reading]:
    """One for each source, in their order. Raises where Mermaid cannot draw what it has accepted."""
    asked = [json.dumps(each) for each in sources]  # ASCII: no line end but ours
    done = subprocess.run(
        [install.node(), SCRIPT, bundle],
        input="".join(f"{each}\n" for each in asked),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
        env={},
    )
    assert done.returncode == 0, f"node ended with {done.returncode}: {done.stderr[-2_000:]}"
    found = [_reading(json.loads(line)) for line in done.stdout.split("\n") if line]
    assert len(found) == len(asked), "one answer for each chart"
    return found


def _reading(answer: dict[str, Any]) -> Reading:
    if "refused" in answer:
        return Refusal(answer["refused"])
    assert "undrawn" not in answer, f"accepted, and cannot be drawn: {answer['undrawn']}"
    (low, bottom), (high, top) = min(answer["axis"]), max(answer["axis"])
    places = [math.nan if y is None else y for _, y in answer["bars"]]  # JSON has no NaN
    bars = (frozenset(color for color, _ in answer["bars"]), places)
    lines = ((frozenset([color]), [float(y) for y in HEIGHT.findall(path)]) for color, path in answer["lines"])
    drawn = (bars, *lines)
    return Drawing(
        answer["title"],
        answer["description"],
        tuple(answer["weeks"]),
        tuple(
            Plot(colors, tuple(low + (bottom - y) * (high - low) / (bottom - top) for y in heights))
            for colors, heights in drawn
        ),
        all(y >= 0 for _, heights in drawn for y in heights),
    )
