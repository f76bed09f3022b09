"""What a measurement yields, and what it may be told."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Options:
    is_short: bool = False
