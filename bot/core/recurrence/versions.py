"""Which version of the product has a fix, as far as numbers and times tell."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Literal

from packaging.version import InvalidVersion, Version

from bot.core.recurrence.model import Fix, Release

MAX_VERSION = 64  # characters
LINE = 2  # numbers of a version that name a line of releases: 2.1 of 2.1.7
Contained = Literal["yes", "no", "unknown"]
NEVER: Mapping[Version, datetime] = {}


def contains(version: str, fix: Fix, released: Mapping[Version, datetime] = NEVER) -> Contained:
    """Whether a version has a fix.

    A release from before the merge is without it, whatever its number: 2.0 of a fix that went to 1.9.5 first. Else by
    the versions that got it first: a fix that went to 2.2.0 and 2.0.5 is in 2.0.6 and not in 2.1.0. Where these are not
    known, a release from after the merge may be of another line.
    """
    reported = read_version(version)
    if reported is None:
        return "unknown"
    at = released.get(reported)
    if at and fix.at and at < fix.at:
        return "no"
    fixed = sorted(each for text in fix.versions if (each := read_version(text)))
    if fixed:
        return "yes" if _has(reported, fixed) else "no"
    return "unknown"


def _has(reported: Version, fixed: Sequence[Version]) -> bool:
    below = [each for each in fixed if each <= reported]
    if not below:
        return False
    return below[-1] == fixed[-1] or below[-1].release[:LINE] == reported.release[:LINE]


def released(releases: Iterable[Release]) -> Mapping[Version, datetime]:
    """When each version came out; of several tags of one version the first that is given."""
    found: dict[Version, datetime] = {}
    for each in releases:
        if version := read_version(each.version):
            found.setdefault(version, each.at)
    return found


def read_version(text: str) -> Version | None:
    """`v2.1.0`, `shop-2.1.0`, `release/2.1`: as tags and people write it; None: that is none."""
    return _version(text[:MAX_VERSION])


@lru_cache(maxsize=10_000)
def _version(text: str) -> Version | None:
    plain = text.strip().rpartition("/")[2]
    start = next((at for at, character in enumerate(plain) if character in "0123456789"), len(plain))
    try:
        return Version(plain[start:].strip("():,; ") or "-")
    except InvalidVersion:
        return None


class Timeline:
    """The releases of a repository, in the order in which they came out; for whoever asks about very many fixes."""

    def __init__(self, releases: Iterable[Release] = ()) -> None:
        self.releases = tuple(sorted(releases, key=lambda each: each.at))
        self._moments = [each.at for each in self.releases]
        self._answers: dict[tuple[str, int], Contained] = {}

    @cached_property
    def _released(self) -> Mapping[Version, datetime]:
        return released(self.releases)

    def first(self, merged_at: datetime) -> Release | None:
        """From a merge on: the release that has it, as far as times tell."""
        place = bisect_left(self._moments, merged_at)
        return self.releases[place] if place < len(self.releases) else None

    def contains(self, version: str, merged_at: datetime) -> Contained:
        """Whether a version has what was merged then, which came out with the first release since.

        What is between the same two releases has the same answer.
        """
        asked = version, bisect_left(self._moments, merged_at)
        answer = self._answers.get(asked)
        if answer is None:
            first = self.first(merged_at)
            fix = Fix(at=merged_at, versions=(first.version,) if first else ())
            answer = self._answers[asked] = contains(version, fix, self._released)
        return answer
