import pytest

from bot.core.evidence.ladder import Diff, Red, Runs, Unread, climb, suggestions, unread, wanted
from bot.core.evidence.model import Note, Texts
from bot.core.evidence.proof import Proof
from bot.core.evidence.results import Result
from tests.core.pulls import BASE, HEAD, TEST, diff, link, pull, reading, symbol

PASSED = Result("", "tests.test_profiler", "test_empty", "passed")
FAILED = Result("", "tests.test_profiler", "test_empty", "failed")
OTHER = Result("", "tests.test_other", "test_other", "passed")
SKIPPED = Result("", "tests.test_profiler", "test_empty", "skipped")


def proof(verdict="PROVEN", tests=(f"{TEST}::test_empty",)):
    return Proof(verdict=verdict, reason="", tests=tests, head=HEAD, base=BASE)


def reds(now, before, *changed):
    return Runs(is_readable=True, results=(now,), reds=(Red((before,), changed or ("src/profiler.py",)),))


def climbed(it, runs=None, written=f"{TEST}::test_empty"):
    return climb(link(written), it, runs or Runs())


@pytest.mark.parametrize(
    ("it", "level", "what"),
    [
        pytest.param(diff(pull(files=[("src/a.py", "MODIFIED")])), "L1", "not changed", id="not in the diff"),
        pytest.param(diff(pull(files=[(TEST, "DELETED")])), "L1", "deleted", id="deleted"),
        pytest.param(diff(pull(files=[(TEST, "RENAMED", 0, 0)])), "L1", "renamed", id="only renamed"),
        pytest.param(diff(pull(files=[(TEST, "COPIED", 0, 0)])), "L1", "copied", id="only copied"),
        pytest.param(diff(pull(files=[(TEST, "CHANGED", 0, 0)])), "L1", "renamed", id="only its mode"),
        pytest.param(diff(None, reading(is_blank=True)), "L1", "white space", id="only white space"),
        pytest.param(diff(None, reading(symbol("test_full"))), "L2", "has no test", id="no such test"),
        pytest.param(diff(None, reading(added=((9, 9),))), "L2", "neither new nor changed", id="test unchanged"),
        pytest.param(diff(None, reading(symbol(skipped=2))), "L2", "skipped", id="test skipped"),
        pytest.param(diff(None, reading(silent=(3, 4))), "L2", "neither new", id="only a comment in it"),
        pytest.param(diff(None, reading(silent=(3,))), "L3", "cannot be read", id="a comment and a line in it"),
        pytest.param(diff(None, reading(added=(), cut=(4,))), "L3", "cannot be read", id="lines taken out of it"),
        pytest.param(diff(None, reading(added=(), cut=(3,))), "L2", "neither new", id="lines taken out before it"),
        pytest.param(diff(), "L3", "cannot be read", id="new test"),
        pytest.param(diff(pull(files=[(TEST, "RENAMED", 3, 1)])), "L3", "cannot be read", id="renamed and changed"),
    ],
)
def test_a_linked_test_climbs_as_far_as(it, level, what):
    found = climbed(it)
    assert (found.level, what in found.unmet.what) == (level, True), found.unmet


@pytest.mark.parametrize(
    ("path", "what"),
    [
        pytest.param("src/profiler.py", "not known to be a test", id="code"),
        pytest.param("tests/conftest.py", "supports tests", id="support"),
        pytest.param("src/__snapshots__/table.test.js.snap", "snapshot", id="snapshot"),
    ],
)
def test_a_file_that_is_no_test_is_named_for_what_it_is(path, what):
    found = climbed(diff(pull(files=[(path, "ADDED")])), written=path)
    assert (found.level, what in found.unmet.what) == ("L1", True), found.unmet


def test_a_repository_says_which_of_its_files_are_tests():
    it = Diff(pull(files=[("checks/empty.chk", "ADDED")]), {}, ("checks/**",))
    seen = {"checks/empty.chk": reading(path="checks/empty.chk", by="file")}
    assert climb(link("checks/empty.chk"), Diff(it.pull, seen, it.tests), Runs()).level == "L3"


@pytest.mark.parametrize(
    ("it", "level"),
    [
        pytest.param(Diff(pull(), {TEST: Unread.UNKNOWN}), "L1", id="text not shown"),
        pytest.param(diff(pull(files=[("a.py", "ADDED")], changed_files=3_001)), "L1", id="not all files listed"),
        pytest.param(diff(None, reading(symbol("other"), by="pattern")), "L2", id="no parser for it"),
    ],
)
def test_what_was_not_shown_is_unknown_and_not_missing(it, level):
    found = climbed(it)
    assert (found.level, found.unmet.is_unknown) == (level, True)


@pytest.mark.parametrize(
    "it",
    [
        pytest.param(Diff(pull(), {TEST: Unread.IRREGULAR}), id="no regular file"),
        pytest.param(Diff(pull(), {TEST: Unread.GONE}), id="listed, and not there"),
        pytest.param(Diff(pull(), {TEST: Unread.LARGE}), id="larger than is shown"),
        pytest.param(Diff(pull(), {}), id="one linked file too many"),
        pytest.param(diff(None, reading(by="nothing")), id="larger than is read"),
        pytest.param(
            diff(pull(files=[(TEST.upper(), "ADDED")], changed_files=9)), id="another file, nearly of its name"
        ),
    ],
)
def test_what_was_shown_to_be_no_test_is_no_unknown(it):
    assert not climbed(it).unmet.is_unknown


@pytest.mark.parametrize(
    ("runs", "level", "what"),
    [
        pytest.param(Runs(), "L3", "cannot be read", id="not granted"),
        pytest.param(Runs(is_readable=True), "L3", "yet", id="nothing has arrived"),
        pytest.param(Runs(is_readable=True, results=()), "L3", "no test was run", id="an empty report"),
        pytest.param(Runs(is_readable=True, results=(SKIPPED,)), "L3", "no test was run", id="all were skipped"),
        pytest.param(Runs(is_readable=True, results=(OTHER,)), "L3", "not among", id="others ran"),
        pytest.param(Runs(is_readable=True, results=(SKIPPED, OTHER)), "L3", "not among", id="it was skipped"),
        pytest.param(Runs(is_readable=True, results=(FAILED,)), "L3", "failed", id="it failed"),
        pytest.param(Runs(is_readable=True, results=(PASSED, FAILED)), "L3", "failed", id="it failed once"),
        pytest.param(Runs(is_readable=True, results=(PASSED,)), "L4", "without the fix", id="it passed"),
        pytest.param(
            Runs(is_readable=True, results=(PASSED,), is_capped=True), "L3", "prove nothing", id="the runner changed"
        ),
    ],
)
def test_what_ci_shows_takes_it_to(runs, level, what):
    found = climbed(diff(), runs)
    assert (found.level, what in found.unmet.what) == (level, True), found.unmet


@pytest.mark.parametrize(
    ("runs", "level"),
    [
        pytest.param(Runs(proofs=(proof(),)), "L5", id="proven"),
        pytest.param(Runs(proofs=(proof("WEAK"),)), "L3", id="weak"),
        pytest.param(Runs(proofs=(proof(tests=("tests/test_other.py",)),)), "L3", id="of another test"),
        pytest.param(Runs(proofs=(proof(),), is_capped=True), "L3", id="by a runner that was changed"),
        pytest.param(reds(PASSED, FAILED), "L5", id="red to green"),
        pytest.param(reds(PASSED, FAILED, "src/a.py", TEST), "L4", id="red to green by changing the test"),
        pytest.param(reds(PASSED, FAILED, "src/a.py", "tests/conftest.py"), "L4", id="by changing what supports it"),
        pytest.param(reds(PASSED, FAILED, "src/a.py", "pytest.ini"), "L4", id="by changing what runs it"),
        pytest.param(reds(PASSED, FAILED, "README.md"), "L4", id="by changing words"),
        pytest.param(reds(PASSED, FAILED, "tests/test_other.py"), "L4", id="by changing another test"),
        pytest.param(reds(PASSED, OTHER), "L4", id="another was red"),
        pytest.param(reds(FAILED, FAILED), "L3", id="red to red"),
    ],
)
def test_a_test_is_proven_by(runs, level):
    assert climbed(diff(), runs).level == level


@pytest.mark.parametrize(
    ("texts", "why"),
    [
        pytest.param(Texts(TEST, "def test_a(): ...\n", None), None, id="a file"),
        pytest.param(Texts(TEST, "", None), None, id="an empty file"),
        pytest.param(Texts(TEST, None, "x"), Unread.GONE, id="not there"),
        pytest.param(Texts(TEST, None, None, is_known=False), Unread.UNKNOWN, id="not shown"),
        pytest.param(Texts(TEST, None, None, is_regular=False), Unread.IRREGULAR, id="binary"),
        pytest.param(Texts(TEST, "../../secret/test_a.py", None), Unread.IRREGULAR, id="a symbolic link"),
        pytest.param(
            Texts(TEST, "version https://git-lfs.github.com/spec/v1\noid sha256:0\n", None), Unread.IRREGULAR, id="LFS"
        ),
        pytest.param(Texts(TEST, "a/b\n", None), None, id="a line that ends"),
    ],
)
def test_a_file_is_read_unless(texts, why):
    assert unread(texts) is why


def test_linked_tests_are_read_and_no_others():
    it = Diff(pull(files=[(TEST, "ADDED"), ("tests/test_b.py", "ADDED"), ("src/a.py", "ADDED")]), {})
    assert wanted(it, (link(), link("src/a.py"), link("tests/none.py"))) == (TEST,)


def test_without_a_link_every_changed_test_is_read():
    files = [("src/lib.rs", "MODIFIED"), (TEST, "ADDED"), ("tests/test_b.py", "DELETED"), ("README.md", "ADDED")]
    assert wanted(Diff(pull(files=files), {}), ()) == (TEST, "src/lib.rs")


def test_tests_that_are_new_and_run_are_suggested():
    own = reading(symbol("test_a", scope=("TestX",)), symbol("test_b", skipped=3), symbol("test_c", 9, 9))
    assert [each.text for each in suggestions(diff(None, own))] == [f"{TEST}::TestX::test_a"]


def test_a_note_does_not_change_how_far_a_test_gets():
    assert climbed(diff(None, reading(notes=(Note(1, "#12"),)))).level == "L3"
