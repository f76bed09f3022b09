"""What two runs prove, and the artifact that says so."""

import json

import pytest

from bot.core.evidence.endings import MARKS, Ended, belonging, marks, seen
from bot.core.evidence.links import Link
from bot.core.evidence.proof import (
    MAX_BYTES,
    MAX_REASON,
    MAX_TESTS,
    BadProof,
    Proof,
    Split,
    bounded,
    hindered,
    judged,
    read_proof,
    split,
)
from bot.core.evidence.results import Result

ADD = Link("tests/test_sum.py", ("test_add",), "body")
SUB = Link("tests/test_sum.py", ("TestSum", "test_sub"), "body")
FILE = Link("tests/test_sum.py", (), "body")
CLASS = Link("tests/test_sum.py", ("TestSum",), "body")


def result(name, outcome="passed", classname="tests.test_sum"):
    return Result("", classname, name, outcome)


def verdict(head, base, links=(ADD,), command="run", errors_as="inconclusive"):
    """What runs on both sides prove, each as it ended."""
    cases = belonging(links, head[0].results or ())
    sides = [[seen(command, links, each, cases) for each in side] for side in (head, base)]
    return judged(tuple(each.text for each in links), *sides, errors_as)


def plain(code, *said):
    return Ended(code, 1.0, said)


def reported(code, *results):
    return Ended(code, 1.0, is_reported=True, results=results)


GREEN, RED = plain(0), plain(1)
GOOD, BAD = result("test_add"), result("test_add", "failed")


@pytest.mark.parametrize(
    ("head", "base", "expected"),
    [
        pytest.param([GREEN], [RED], "PROVEN", id="fails without, passes with"),
        pytest.param([GREEN], [GREEN], "WEAK", id="passes both times"),
        pytest.param([RED], [RED], "HEAD_NOT_GREEN", id="fails both times"),
        pytest.param([RED], [], "HEAD_NOT_GREEN", id="fails with the fix"),
        pytest.param([GREEN], [], "INCONCLUSIVE", id="not run without"),
        pytest.param([GREEN, GREEN], [RED, RED], "PROVEN", id="every time"),
        pytest.param([GREEN], [RED, GREEN], "INCONCLUSIVE", id="fails only sometimes"),
        pytest.param([GREEN, RED], [RED], "INCONCLUSIVE", id="passes only sometimes"),
        pytest.param([plain(None)], [RED], "INCONCLUSIVE", id="too slow with the fix"),
        pytest.param([GREEN], [plain(None)], "INCONCLUSIVE", id="too slow without"),
        pytest.param([GREEN], [plain(126)], "INCONCLUSIVE", id="not executable"),
        pytest.param([GREEN], [plain(127)], "INCONCLUSIVE", id="not found"),
        pytest.param([plain(127)], [RED], "INCONCLUSIVE", id="not found with the fix"),
        pytest.param([GREEN], [plain(-9)], "INCONCLUSIVE", id="killed"),
        pytest.param([GREEN], [plain(137)], "INCONCLUSIVE", id="killed below a shell"),
        pytest.param([GREEN], [plain(143)], "INCONCLUSIVE", id="terminated below a shell"),
        pytest.param([GREEN], [plain(139)], "INCONCLUSIVE", id="crashed"),
        pytest.param([GREEN], [plain(255)], "PROVEN", id="an exit code above those of signals"),
        pytest.param([reported(0, GOOD)], [reported(1, BAD)], "PROVEN", id="by reports"),
        pytest.param([reported(0, GOOD)], [reported(0, BAD)], "PROVEN", id="a runner that never fails"),
        pytest.param([reported(0, BAD)], [reported(1, BAD)], "HEAD_NOT_GREEN", id="a runner that never fails, red"),
        pytest.param([reported(0, GOOD)], [reported(0, GOOD)], "WEAK", id="passes in both reports"),
        pytest.param([reported(1, GOOD)], [reported(1, BAD)], "HEAD_NOT_GREEN", id="it fails, and no test did"),
        pytest.param([reported(0, GOOD)], [reported(1, GOOD)], "WEAK", id="it fails without, and no test did"),
        pytest.param([reported(0)], [reported(1, BAD)], "INCONCLUSIVE", id="no tests with the fix"),
        pytest.param([reported(0, GOOD)], [reported(0)], "INCONCLUSIVE", id="no tests without"),
        pytest.param([reported(0, GOOD)], [reported(1)], "INCONCLUSIVE", id="no tests, and failed"),
        pytest.param(
            [reported(0, result("test_add", "skipped"))], [reported(1, BAD)], "INCONCLUSIVE", id="skipped with the fix"
        ),
        pytest.param(
            [reported(0, GOOD)], [reported(0, result("test_add", "skipped"))], "INCONCLUSIVE", id="skipped without"
        ),
        pytest.param(
            [reported(0, result("test_other"))], [reported(1, BAD)], "INCONCLUSIVE", id="not among those with the fix"
        ),
        pytest.param(
            [reported(0, GOOD)], [reported(1, result("test_other", "failed"))], "INCONCLUSIVE", id="only another fails"
        ),
        pytest.param(
            [reported(0, GOOD)],
            [reported(1, result("tests/test_sum.py", "failed", ""))],
            "INCONCLUSIVE",
            id="the file fails as a whole",
        ),
        pytest.param(
            [Ended(0, 1.0, is_reported=True)], [reported(1, BAD)], "INCONCLUSIVE", id="no report with the fix"
        ),
        pytest.param(
            [reported(0, GOOD)], [Ended(1, 1.0, is_reported=True)], "INCONCLUSIVE", id="no report without the fix"
        ),
    ],
)
def test_what_runs_prove(head, base, expected):
    judgement = verdict(head, base)
    assert judgement.verdict == expected, judgement
    assert judgement.reason
    assert judgement.tests == (ADD.text,)


@pytest.mark.parametrize(
    ("command", "base", "expected"),
    [
        pytest.param("run", plain(139), "PROVEN", id="a crash"),
        pytest.param("run", Ended(1, 1.0, is_set_up=False), "PROVEN", id="a setup"),
        pytest.param("run", Ended(1, 1.0, is_reported=True), "PROVEN", id="a report that is not there"),
        pytest.param("run", reported(1, result("test_other", "failed")), "PROVEN", id="a test that was not run"),
        pytest.param("pytest", plain(2), "PROVEN", id="a collection"),
        pytest.param("python -m pytest x", plain(4), "PROVEN", id="a test that could not be loaded"),
        pytest.param("go test", plain(1, "[build failed]"), "PROVEN", id="a build"),
        pytest.param("pytest", plain(3), "INCONCLUSIVE", id="pytest itself"),
        pytest.param("pytest", plain(5), "INCONCLUSIVE", id="no test"),
        pytest.param("run", reported(0), "INCONCLUSIVE", id="no test in the report"),
        pytest.param("run", plain(None), "INCONCLUSIVE", id="no time"),
        pytest.param("run", plain(127), "INCONCLUSIVE", id="no command"),
        pytest.param("run", plain(137), "INCONCLUSIVE", id="a signal"),
    ],
)
def test_errors_count_as_the_setting_says_and_nothing_else_does(command, base, expected):
    head = [reported(0, GOOD)] if base.is_reported else [GREEN]
    assert verdict(head, [base], command=command).verdict == "INCONCLUSIVE"
    assert verdict(head, [base], command=command, errors_as="failed").verdict == expected


@pytest.mark.parametrize(
    ("command", "code", "outcome"),
    [
        ("pytest", 1, "failed"),
        ("pytest", 2, "broken"),
        ("cd a;pytest -q", 2, "broken"),
        ("/usr/bin/pytest", 5, "empty"),
        ("mypytest", 2, "failed"),
        ("make pytest", 2, "failed"),
        ("vendor/bin/phpunit tests", 255, "broken"),
        ("run", 2, "failed"),
        ("run", 129, "stopped"),
    ],
)
def test_exit_codes_mean_what_the_runner_says(command, code, outcome):
    assert seen(command, [ADD], plain(code), {}).outcome == outcome


@pytest.mark.parametrize("mark", MARKS)
def test_what_runners_print_tells_a_build_that_failed(mark):
    said = marks(f"text before {mark} text after")
    assert mark in said
    assert seen("run", [ADD], plain(1, *said), {}).outcome == "broken"
    assert seen("run", [ADD], plain(0, *said), {}).outcome == "passed"
    assert seen("run", [ADD], plain(101), {}).outcome == "failed"


def test_each_link_is_judged_by_its_own_tests():
    links = (ADD, SUB)
    within = result("test_sub", "passed", "tests.test_sum.TestSum")
    head = [reported(0, GOOD, within)]
    judgement = verdict(head, [reported(1, BAD, within)], links)
    assert (judgement.verdict, judgement.tests, judgement.others) == ("PROVEN", (ADD.text,), (SUB.text,))
    assert judgement.reason == "1 of 2 linked tests fail without the fix and pass with it"
    both = reported(1, BAD, result("test_sub", "failed", "tests.test_sum.TestSum"))
    assert verdict(head, [both], links).others == ()
    assert verdict(head, [head[0]], links).verdict == "WEAK"
    assert verdict(head, [reported(1, within)], links).verdict == "INCONCLUSIVE"


@pytest.mark.parametrize(
    ("link", "failing", "expected"),
    [
        (FILE, result("test_add", "failed"), "PROVEN"),
        (FILE, result("test_add", "failed", "tests.test_other"), "INCONCLUSIVE"),
        (CLASS, result("test_sub", "failed", "tests.test_sum.TestSum"), "PROVEN"),
        (CLASS, result("test_add", "failed"), "INCONCLUSIVE"),
        (ADD, result("test_add[1-2]", "failed"), "PROVEN"),
        (CLASS, result("tests/test_sum.py", "failed", ""), "INCONCLUSIVE"),
    ],
)
def test_a_link_to_a_file_or_a_class_means_the_tests_in_it(link, failing, expected):
    others = [
        GOOD,
        result("test_sub", "passed", "tests.test_sum.TestSum"),
        result("test_add[1-2]"),
        result("tests/test_sum.py", "passed", ""),
    ]
    head = reported(0, *others, result("test_add", "passed", "tests.test_other"))
    assert verdict([head], [reported(1, failing)], (link,)).verdict == expected


def test_a_reason_names_what_went_wrong():
    assert verdict([plain(None)], []).reason == "with the fix: it was not done after 1 seconds"
    assert verdict([GREEN], [plain(137)]).reason == "without the fix: it was ended by SIGKILL"
    assert verdict([GREEN], [plain(139)]).reason == "without the fix: it crashed (SIGSEGV)"
    gone = verdict([reported(0, GOOD)], [reported(1, result("test_other", "failed"))])
    assert gone.reason == f"without the fix, {ADD.text} is not among the tests that ran"


@pytest.mark.parametrize(
    ("path", "overlay", "part"),
    [
        ("tests/test_sum.py", (), "tests"),
        ("tests/conftest.py", (), "tests"),
        ("tests/__snapshots__/sum.snap", (), "tests"),
        ("sum.py", (), "fix"),
        ("src/lib.rs", (), "fix"),
        ("package.json", (), "fix"),
        ("pytest.ini", ("pytest.ini",), "tests"),
        ("checks/sum.txt", (), "fix"),
        ("checks/sum.txt", ("checks/**",), "tests"),
        ("linked/odd.txt", (), "tests"),
        ("linked/lib.rs", (), "mixed"),
        ("linked/lib.rs", ("**/*.rs",), "tests"),
    ],
)
def test_changed_files_are_tests_or_the_fix(path, overlay, part):
    parts = split([path], ["linked/odd.txt", "linked/lib.rs"], overlay)
    assert {name for name in ("tests", "fix", "mixed") if getattr(parts, name)} == {part}


def test_a_change_of_how_tests_are_run_is_no_fix():
    assert split([".github/workflows/ci.yml", "pytest.ini"], [], ()) == Split((), (), ())


@pytest.mark.parametrize(
    ("links", "parts", "expected"),
    [
        ((), Split(("a",), ("b",), ()), "NO_TESTS"),
        (("a",), Split(("a",), (), ()), "NO_FIX"),
        (("a",), Split((), ("b",), ("a",)), "INCONCLUSIVE"),
        (("a",), Split((), (), ("a",)), "INCONCLUSIVE"),
    ],
)
def test_what_needs_no_run_is_said_before(links, parts, expected):
    found = hindered(links, parts)
    assert (found.verdict, found.tests) == (expected, links)
    assert hindered(("a",), Split((), ("b",), ())) is None


WRITTEN = {
    "version": 1,
    "verdict": "PROVEN",
    "reason": "it fails without the fix and passes with it",
    "tests": ["tests/test_sum.py::test_add"],
    "head": "a" * 40,
    "base": "b" * 64,
    "command": "pytest {tests}",
    "runs": [{"side": "head", "outcome": "passed", "exit_code": 0, "seconds": 1.5, "counts": None}],
}


def test_an_artifact_reads_as_it_was_written():
    proof = read_proof(json.dumps(WRITTEN | {"a key of another version": 1}).encode())
    assert (proof.verdict, proof.tests, proof.runs[0].seconds) == ("PROVEN", ("tests/test_sum.py::test_add",), 1.5)
    assert read_proof(proof.model_dump_json().encode()) == proof


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"version": 2}, id="another version"),
        pytest.param({"version": "1"}, id="a version that is text"),
        pytest.param({"verdict": "SURE"}, id="an unknown verdict"),
        pytest.param({"verdict": None}, id="no verdict"),
        pytest.param({"head": "a" * 39}, id="a short commit"),
        pytest.param({"head": "A" * 40}, id="a commit in capitals"),
        pytest.param({"head": "a" * 40 + "\n"}, id="a commit with a line end"),
        pytest.param({"base": "main"}, id="a branch"),
        pytest.param({"tests": "a"}, id="tests that are no list"),
        pytest.param({"tests": ["a"] * (MAX_TESTS + 1)}, id="too many tests"),
        pytest.param({"tests": ["a" * 5_001]}, id="too long a test"),
        pytest.param({"tests": [1]}, id="a test that is a number"),
        pytest.param({"reason": "a" * (MAX_REASON + 1)}, id="too long a reason"),
        pytest.param({"runs": [{"side": "left", "outcome": "passed", "seconds": 1.0}]}, id="a third side"),
        pytest.param({"runs": [{"side": "head", "outcome": "passed", "seconds": -1.0}]}, id="time that runs back"),
        pytest.param({"runs": [{"side": "head", "outcome": "passed", "seconds": 1.0}] * 41}, id="too many runs"),
    ],
)
def test_what_is_no_artifact_is_refused(changed):
    with pytest.raises(BadProof):
        read_proof(json.dumps(WRITTEN | changed).encode())


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"version": 1e999}',
        json.dumps(WRITTEN).encode().replace(b"1.5", b"NaN"),
        json.dumps(WRITTEN).encode().replace(b"1.5", b"Infinity"),
        json.dumps(WRITTEN).encode().replace(b"pytest {", b"\\ud800"),
        json.dumps(WRITTEN).encode() + b" " * MAX_BYTES,
    ],
    ids=range(11),
)
def test_no_bytes_raise_anything_else(text):
    with pytest.raises(BadProof) as refused:
        read_proof(text)
    assert 0 < len(str(refused.value)) <= MAX_REASON


def test_text_that_cannot_be_written_is_made_so():
    said = {
        "verdict": "WEAK",
        "reason": bounded("\udcff" + "a" * 1_000),
        "tests": (),
        "head": "a" * 40,
        "base": "a" * 40,
    }
    proof = Proof(**said)
    assert read_proof(proof.model_dump_json().encode()) == proof
    assert len(proof.reason) == MAX_REASON
