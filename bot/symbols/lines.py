"""What a change did to the lines of a file: the fewest that were added and taken out. Knows lines, and no language.

Bounded: where too many lines changed to compare them all, everything between the first and the last that differ
counts as changed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

MAX_CELLS = 400_000_000  # base lines times head lines that are compared: 50 MB of bits

_UNENDED = "\n"  # no line holds one: a mark for a last line that nothing ends


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines of the base, and what stands in their place at the head; counted from 0, without the ends."""

    base: int
    base_end: int
    head: int
    head_end: int


@dataclass(frozen=True, slots=True)
class Change:
    added: tuple[tuple[int, int], ...] = ()  # as in Reading
    cut: tuple[int, ...] = ()
    additions: int = 0
    deletions: int = 0
    is_blank: bool = False


def lines(text: str) -> list[str]:
    """As git counts them: a line break ends a line, and its absence at the end of the text is a part of the last."""
    *whole, last = text.split("\n")
    return [*whole, f"{last}{_UNENDED}"] if last else whole


def compare(base: str | None, head: str | None) -> Change:
    """What changed from base to head; None: no such file.

    Lines are counted as git does, and are new when more of them changed than the white space at their ends.
    """
    before, after = lines(base or ""), lines(head or "")
    old, new = _trimmed(before), _trimmed(after)
    hunks = _hunks(old, new)
    counted = hunks if old == before and new == after else _hunks(before, after)
    is_blank = base is not None and head is not None and base != head and _visible(old) == _visible(new)
    return Change(
        tuple((each.head + 1, each.head_end) for each in hunks if each.head < each.head_end),
        tuple(each.head + 1 for each in hunks if each.base < each.base_end),
        sum(each.head_end - each.head for each in counted),
        sum(each.base_end - each.base for each in counted),
        is_blank,
    )


def _trimmed(text: Sequence[str]) -> list[str]:
    return [each.removesuffix(_UNENDED).rstrip() for each in text]


def _visible(text: Sequence[str]) -> list[str]:
    return [bare for each in text if (bare := each.strip())]


def _hunks(base: Sequence[str], head: Sequence[str]) -> list[Hunk]:
    """Where the two differ, each difference in the place where a reader would see it."""
    numbers: dict[str, int] = {}
    before, after = ([numbers.setdefault(each, len(numbers)) for each in text] for text in (base, head))
    kept = _kept(before, after)
    hunks, old, new = [], 0, 0
    for at, to in [*kept, (len(before), len(after))]:
        if at > old or to > new:
            hunks.append(Hunk(old, at, new, to))
        old, new = at + 1, to + 1
    return _slid(hunks, base, head)


def _kept(before: Sequence[int], after: Sequence[int]) -> list[tuple[int, int]]:
    """The pairs of places of the lines that stayed: a longest common subsequence."""
    least = min(len(before), len(after))
    start = next((at for at in range(least) if before[at] != after[at]), least)
    back = next((at for at in range(least - start) if before[-1 - at] != after[-1 - at]), least - start)
    old_end, new_end = len(before) - back, len(after) - back
    shared = set(before[start:old_end]) & set(after[start:new_end])  # a line of one side only can never have stayed
    old = [at for at in range(start, old_end) if before[at] in shared]
    new = [at for at in range(start, new_end) if after[at] in shared]
    middle: Iterator[tuple[int, int]] = iter(())
    if len(old) * len(new) <= MAX_CELLS:
        middle = ((old[a], new[b]) for a, b in _common([before[at] for at in old], [after[at] for at in new]))
    head = ((at, at) for at in range(start))
    return [*head, *middle, *((old_end + at, new_end + at) for at in range(back))]


def _common(before: Sequence[int], after: Sequence[int]) -> list[tuple[int, int]]:
    """A longest common subsequence, a row of bits at a time (Hyyrö 2004), then walked back."""
    places: dict[int, int] = {}
    for at, each in enumerate(before):
        places[each] = places.get(each, 0) | 1 << at
    everything = (1 << len(before)) - 1
    row, rows = everything, []
    for each in after:
        match = row & places.get(each, 0)
        row = ((row + match) | (row - match)) & everything
        rows.append(row)
    pairs, old, new = [], len(before), len(after)
    while old and new:
        if rows[new - 1] >> (old - 1) & 1:
            old -= 1
        elif new > 1 and not rows[new - 2] >> (old - 1) & 1:
            new -= 1
        else:
            old, new = old - 1, new - 1
            pairs.append((old, new))
    return pairs[::-1]


def _slid(hunks: Sequence[Hunk], base: Sequence[str], head: Sequence[str]) -> list[Hunk]:
    """Hunks that could as well begin some lines earlier or later begin where a block does."""
    found: list[Hunk] = []
    for at, hunk in enumerate(hunks):
        low = found[-1].head_end + 1 if found else 0
        high = hunks[at + 1].head - 1 if at + 1 < len(hunks) else len(head)
        if hunk.base == hunk.base_end:
            shift = _shift(head, hunk.head, hunk.head_end, low, high)
        elif hunk.head == hunk.head_end:
            delta = hunk.base - hunk.head
            most = high + delta + (hunk.base_end - hunk.base)
            shift = _shift(base, hunk.base, hunk.base_end, low + delta, min(most, len(base)))
        else:
            shift = 0
        moved = (each + shift for each in (hunk.base, hunk.base_end, hunk.head, hunk.head_end))
        found.append(replace(hunk, **dict(zip(("base", "base_end", "head", "head_end"), moved, strict=True))))
    return found


def _shift(text: Sequence[str], start: int, end: int, low: int, high: int) -> int:
    """By how many lines a block that repeats what is around it moves: below an empty line, and outdented, is best."""
    up = 0
    while start + up > low and text[start + up - 1] == text[end + up - 1]:
        up -= 1
    down = 0
    while end + down < high and text[start + down] == text[end + down]:
        down += 1
    return max(range(up, down + 1), key=lambda by: (_is_edge(text, start + by), -_indent(text, start + by), by))


def _is_edge(text: Sequence[str], at: int) -> bool:
    """Whether a block may begin there: at the top, or below an empty line, with a line that is none."""
    return (at == 0 or not text[at - 1]) and at < len(text) and bool(text[at])


def _indent(text: Sequence[str], at: int) -> int:
    return len(text[at]) - len(text[at].lstrip()) if at < len(text) else 0
