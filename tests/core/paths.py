"""Paths as real projects have them, and what their files are: an ecosystem, then a role and a path on each line."""

from pathlib import Path


def cases() -> list[tuple[str, str, str]]:
    """Ecosystem, role, path."""
    found, ecosystem = [], ""
    for line in Path(__file__).with_suffix(".txt").read_text().splitlines():
        role, space, path = line.strip().partition(" ")
        if space:
            found.append((ecosystem, role, path))
        else:
            ecosystem = role
    return found
