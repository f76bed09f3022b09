"""What a unified diff says of one file: which lines at the head are new, and where lines were taken out."""

from dataclasses import replace

from bot.core.evidence.model import Reading

MAX_LINES = 50_000  # of a patch


def patched(reading: Reading, patch: str) -> Reading | None:
    """A reading with the changes that GitHub shows instead of those that we worked out; None: that is no patch.

    Source: "additions", "deletions" and "patch" of REST's list of pull request files; hunks as git writes them.
    """
    added: list[tuple[int, int]] = []
    cut: list[int] = []
    signs = {"+": 0, "-": 0}
    words = {"+": "", "-": ""}
    at = 0  # the line at the head that comes next; 0: before the first hunk
    for line in patch.split("\n")[:MAX_LINES]:
        sign = line[:1]
        if sign == "@":
            at = _start(line)
            if not at:
                return None
        elif not at:
            return None
        elif sign in signs:
            signs[sign] += 1
            words[sign] += "".join(line[1:].split())
            if sign == "-":
                cut += [at] if cut[-1:] != [at] else []
            else:
                added = [*added[:-1], (added[-1][0], at)] if added and added[-1][1] == at - 1 else [*added, (at, at)]
                at += 1
        elif sign != "\\":  # no newline at the end of the file
            at += 1
    if not at:
        return None
    return replace(
        reading,
        added=tuple(added),
        cut=tuple(cut),
        additions=signs["+"],
        deletions=signs["-"],
        is_blank=words["+"] == words["-"],
    )


def _start(hunk: str) -> int:
    """Where a hunk begins at the head, from "@@ -1,2 +3,4 @@"; one that leaves nothing there begins after a line."""
    words = hunk.split()
    head = words[2].removeprefix("+") if len(words) > 2 and words[2].startswith("+") else ""  # noqa: PLR2004
    line, _, count = head.partition(",")
    if not (line.isascii() and line.isdigit()):
        return 0
    return int(line) + 1 if count == "0" else int(line)
