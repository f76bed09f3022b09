"""What the check of a fix is judged on: the tests that files hold, and what CI has shown. Gathers; judges nothing."""

from collections.abc import Sequence

from bot.core.config import RegressionTest
from bot.core.evidence.conventions import recognise
from bot.core.evidence.ladder import Diff, Red, Runs, Seen, Unread, unread
from bot.core.evidence.patches import patched
from bot.core.evidence.review import L3, L4, Fix
from bot.github.client import Installation
from bot.github.pulls import FetchedPull, fetch_changed_since, fetch_patches, fetch_texts
from bot.store import Store
from bot.symbols import Symbols

MAX_REDS = 3  # commits of a pull request whose failures are looked into


async def seen(
    installation: Installation, symbols: Symbols, fetched: FetchedPull, own: RegressionTest, paths: Sequence[str]
) -> dict[str, Seen]:
    """What each file is, and holds, and which of it is new; texts that came with the snapshot cost no request.

    GitHub's own count of changed lines says whether the base that we compared with is the right one; where it is not,
    its patch says what changed. A file without a patch is not known.
    """
    pull = fetched.pull
    texts = await fetch_texts(installation, pull, paths, fetched.texts)
    found: dict[str, Seen] = {path: why for path in paths if (why := unread(texts[path]))}
    readable = [path for path in paths if path not in found]
    asked = [(texts[path], recognise(path, own.tests, own.not_tests).language) for path in readable]
    readings = dict(zip(readable, await symbols.read(asked), strict=True))
    files = {each.path: each for each in pull.files}
    doubtful = [
        path
        for path, each in readings.items()
        if path in files and (each.additions, each.deletions) != (files[path].additions, files[path].deletions)
    ]
    patches = await fetch_patches(installation, pull, doubtful) if doubtful else {}
    for path, reading in readings.items():
        patch = patches.get(path)
        found[path] = reading if path not in patches else patched(reading, patch or "") or Unread.UNKNOWN
    return found


async def runs(installation: Installation, store: Store, diff: Diff, fix: Fix) -> Runs:
    """What CI has shown on the head, and on earlier commits; a request only where one of them was red."""
    pull = diff.pull
    if not fix:
        return Runs()
    heads = [each.oid for each in pull.commits if each.oid != pull.head] if fix.level > L4 else []
    known = await store.pulls.runs(pull.subject.repository_id, [pull.head, *heads])
    now = [each for each in known if each.head == pull.head]
    reports = [each.results for each in now if each.results is not None]
    red = [
        each for each in known if each.head != pull.head and any(one.outcome == "failed" for one in each.results or ())
    ]
    reds = [
        Red(each.results or (), await fetch_changed_since(installation, pull, each.head))
        for each in (red[-MAX_REDS:] if reports else [])
    ]
    return Runs(
        is_readable=bool(now) or (fix.level > L3 and await installation.may("actions")),
        results=tuple(result for each in reports for result in each) if reports else None,
        reds=tuple(reds),
        proofs=tuple(proof for each in now for proof in each.proofs if proof.head == pull.head),
        is_capped=diff.is_runner_changed,
    )
