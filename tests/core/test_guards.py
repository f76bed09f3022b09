import pytest

from bot.core.evidence.guards import Guard, losses, to_read, watched
from bot.core.evidence.ladder import Diff, Unread
from bot.core.text import review as text
from tests.core.pulls import TEST, pull, reading, symbol

GUARD = Guard(TEST, ("test_empty",), 12, "It crashes", "crash", 7)
WHOLE = Guard(TEST, (), 12, "It crashes", "crash", 7)
MOVED = "tests/test_moved.py"


def changed(*files, **seen):
    return Diff(pull(files=files), seen.get("seen", {}))


def before(*symbols, **more):
    return reading(*(symbols or (symbol("test_other"),)), before=(symbol(),), **more)


@pytest.mark.parametrize(
    ("guard", "it", "how"),
    [
        pytest.param(GUARD, changed((TEST, "DELETED")), text.GUARD_DELETED, id="its file is deleted"),
        pytest.param(WHOLE, changed((TEST, "DELETED")), text.GUARD_DELETED, id="a whole file is deleted"),
        pytest.param(GUARD, changed((TEST, "MODIFIED"), seen={TEST: before()}), text.GUARD_GONE, id="it is deleted"),
        pytest.param(
            GUARD, changed((TEST, "MODIFIED"), seen={TEST: before(symbol(skipped=2))}), text.GUARD_SKIPPED, id="skipped"
        ),
        pytest.param(
            GUARD, changed((MOVED, "RENAMED"), seen={TEST: Unread.GONE}), text.GUARD_RENAMED, id="its file is renamed"
        ),
    ],
)
def test_a_guard_is_lost_when(guard, it, how):
    assert [(each.guard, each.how) for each in losses((guard,), it)] == [(guard, how)]


@pytest.mark.parametrize(
    ("guard", "it"),
    [
        pytest.param(GUARD, changed((TEST, "MODIFIED"), seen={TEST: before(symbol())}), id="it is changed, and runs"),
        pytest.param(WHOLE, changed((TEST, "MODIFIED"), seen={TEST: before()}), id="a whole file is changed"),
        pytest.param(GUARD, changed((TEST, "MODIFIED"), seen={TEST: Unread.UNKNOWN}), id="its file was not shown"),
        pytest.param(GUARD, changed((TEST, "MODIFIED")), id="its file was not read"),
        pytest.param(
            GUARD, changed((TEST, "MODIFIED"), seen={TEST: before(by="pattern")}), id="its file cannot be parsed"
        ),
        pytest.param(
            GUARD, changed((TEST, "MODIFIED"), seen={TEST: reading(symbol("test_other"))}), id="it was gone before"
        ),
        pytest.param(
            GUARD,
            changed((TEST, "MODIFIED"), seen={TEST: reading(symbol(skipped=2), before=(symbol(skipped=2),))}),
            id="it was skipped before",
        ),
        pytest.param(
            GUARD,
            changed((MOVED, "RENAMED"), seen={TEST: Unread.GONE, MOVED: reading(path=MOVED)}),
            id="its file is renamed, and holds it",
        ),
        pytest.param(
            GUARD,
            changed((TEST, "MODIFIED"), (MOVED, "ADDED"), seen={TEST: before(), MOVED: reading(path=MOVED)}),
            id="it moves to another file",
        ),
    ],
)
def test_a_guard_stands_when(guard, it):
    assert losses((guard,), it) == ()


def test_guards_of_untouched_files_are_not_looked_at():
    other = Guard("tests/test_b.py", (), 1, "", "crash", 2)
    assert watched((GUARD, other), changed((TEST, "MODIFIED"), ("tests/c.js", "RENAMED"))) == (GUARD,)


def test_when_tests_are_renamed_every_guard_of_their_kind_is_looked_at():
    other = Guard("web/table.test.js", (), 1, "", "crash", 2)
    it = changed((MOVED, "RENAMED"))
    assert watched((GUARD, other), it) == (GUARD,)
    assert to_read((GUARD,), it) == (TEST, MOVED)


def test_a_deleted_file_is_not_read():
    assert to_read((GUARD,), changed((TEST, "DELETED"))) == ()
