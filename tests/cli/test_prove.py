"""`burndown prove` on real repositories: what it makes of them."""

import json
import shlex
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.cli.conftest import burndown
from tests.cli.projects import CHECK, RIGHT, SHELL, TEST, WRONG, fixed, is_running, project, prove
from tests.conformance.install import Unavailable, node

__all__ = ["project"]  # a fixture


def test_a_test_that_fails_without_the_fix_is_a_proof(project):
    head = fixed(project)
    proof, result = prove()
    assert (proof.verdict, proof.tests, proof.others) == ("PROVEN", (TEST,), ())
    assert (proof.head, proof.base) == (head, project.git("rev-parse", "main"))
    assert [(each.side, each.outcome, each.exit_code) for each in proof.runs] == [
        ("head", "passed", 0),
        ("base", "failed", 1),
    ]
    assert proof.command == SHELL
    assert "PROVEN: it fails without the fix and passes with it" in result.stdout


@pytest.mark.parametrize(
    ("files", "verdict", "reason"),
    [
        pytest.param({TEST: "true\n"}, "WEAK", "it passes without the fix as well", id="a test that proves nothing"),
        pytest.param({TEST: "false\n"}, "HEAD_NOT_GREEN", "with the fix: exit code 1", id="a test that fails"),
        pytest.param({TEST: "exit 127\n"}, "INCONCLUSIVE", "could not be started", id="a command that is not there"),
        pytest.param({TEST: "kill -KILL $$\n"}, "INCONCLUSIVE", "ended by SIGKILL", id="a command that is killed"),
        pytest.param({"total.sh": WRONG, TEST: "true\n"}, "NO_FIX", "nothing but tests", id="no fix"),
    ],
)
def test_what_is_no_proof_is_called_by_its_name(project, files, verdict, reason):
    fixed(project, **files)
    proof, result = prove()
    assert (proof.verdict, reason in proof.reason, result.exit_code) == (verdict, True, 1), proof


def test_a_run_that_takes_too_long_is_ended_with_all_that_it_started(project):
    waits = '. ./total.sh\ntest "$(total 1 1)" = 2 || sleep 600\n'
    fixed(project, **{TEST: f'sleep 600 &\necho $! > "$BURNDOWN_ROOT/../left"\n{waits}'})
    proof, _ = prove("--timeout", "1")
    assert (proof.verdict, proof.reason) == ("INCONCLUSIVE", "without the fix: it was not done after 1 seconds")
    assert [each.exit_code for each in proof.runs] == [0, None]
    assert not is_running(int(Path("../left").read_text()))


def test_without_a_link_there_is_nothing_to_prove(project):
    fixed(project)
    proof, result = prove(tests=())
    assert (proof.verdict, proof.tests, proof.runs, result.exit_code) == ("NO_TESTS", (), (), 1)
    assert prove("--allow", "NO_TESTS", "--allow", "NO_FIX", tests=())[1].exit_code == 0
    assert prove("--no-fail", tests=())[1].exit_code == 0


def test_links_are_read_from_the_body_and_from_commits(project, tmp_path):
    project.commit({"total.sh": RIGHT}, f"Add up\n\nRegression-Test: {TEST}\n")
    project.commit({TEST: CHECK, "spec/b_test.sh": CHECK})
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": {"body": "Fixes #1\n\nRegression-Test: spec/b_test.sh\n"}}))
    proof, _ = prove(tests=(), run="for each in {paths}; do sh $each; done", GITHUB_EVENT_PATH=str(event))
    assert (proof.verdict, sorted(proof.tests)) == ("PROVEN", ["spec/b_test.sh", TEST])
    body = tmp_path / "body.md"
    body.write_text("Regression-Test: /etc/passwd\n")
    proof, result = prove("--body-file", body, tests=(), GITHUB_EVENT_PATH=str(event))
    assert proof.tests == (TEST,)
    assert "not a link: /etc/passwd" in result.stderr
    body.write_text("")
    assert prove("--body-file", body, tests=())[0].tests == (TEST,)


def test_an_event_without_a_pull_request_links_nothing(project, tmp_path):
    fixed(project)
    event = tmp_path / "event.json"
    for text in ("{}", '{"pull_request": null}', '{"pull_request": {"body": null}}'):
        event.write_text(text)
        assert prove(tests=(), GITHUB_EVENT_PATH=str(event))[0].verdict == "NO_TESTS"


def test_a_flaky_test_proves_nothing(project):
    fixed(project, **{TEST: '. ./total.sh\ntest "$(total 2 3)" = 5 || { test -e ran || { touch ran; exit 1; }; }\n'})
    assert prove()[0].verdict == "PROVEN"
    proof, _ = prove("--runs", "2")
    assert (proof.verdict, proof.reason) == ("INCONCLUSIVE", "without the fix, it fails only sometimes")
    assert len(proof.runs) == 4


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        pytest.param(["--base", "nonesuch"], "nonesuch: not a commit of this repository", id="an unknown base"),
        pytest.param(["--base", "--output=x"], "not a commit", id="a base that is an option"),
        pytest.param(["--head", "-"], "not a commit", id="an unknown head"),
        pytest.param(
            ["--run", "sh {files}"], "{files} is none of {tests}, {paths}, {names}, {junit}", id="a placeholder"
        ),
        pytest.param(["--setup", "sh {files}"], "{files} is none of", id="a placeholder of the setup"),
        pytest.param(["--run", 'sh -c "sh {paths}"'], "is quoted already", id="a quoted placeholder"),
        pytest.param(["--run", "sh '{paths}'"], "is quoted already", id="a placeholder in single quotes"),
        pytest.param(["--test", "../a.sh"], "../a.sh: It leads out", id="a bad link"),
        pytest.param(["--shell", "'"], "No closing quotation", id="a bad shell"),
        pytest.param(["--shell", ""], "no shell", id="no shell"),
        pytest.param(["--junit", "/tmp/*.xml"], "--junit", id="a report elsewhere"),
        pytest.param(["--junit", "../*.xml"], "--junit", id="a report outside"),
        pytest.param(["--shell", "nonesuch -c"], "nonesuch", id="a shell that is not there"),
        pytest.param(["--timeout", "0"], "--timeout", id="no time"),
        pytest.param(["--errors-as", "passed"], "--errors-as", id="errors that pass"),
    ],
)
def test_bad_usage_ends_with_2_and_runs_nothing(project, changed, said):
    fixed(project)
    result = burndown("prove", "--base", "main", "--run", "touch ../ran", "--test", TEST, *changed)
    assert (result.exit_code, said in result.stderr) == (2, True), result.stderr
    assert not Path("../ran").exists()
    assert not Path("burndown-proof.json").exists()


def test_paths_have_spaces_and_signs(project):
    name = "spec/it's a $HOME test; (1).sh"
    project.commit({"total.sh": RIGHT, name: CHECK})
    proof, _ = prove(tests=(name,))
    assert (proof.verdict, proof.tests) == ("PROVEN", (name,))


HOSTILE = (
    "; touch ../hacked",
    "$(touch ../hacked)",
    "`touch ../hacked`",
    "'; touch ../hacked; '",
    '"; touch ../hacked; "',
    "&& touch ../hacked #",
    "--option",
    "*",
    "\\",
    "a | touch ../hacked",
    "{junit}",
    "${HOME}",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_text(project, name):
    fixed(project)
    show = f"{shlex.quote(sys.executable)} -c 'import sys; print(sys.argv[1:])' {{tests}} {{names}} >&2; {SHELL}"
    proof, result = prove(run=show, tests=(f"{TEST}::{name}",))
    assert proof.verdict == "PROVEN"
    assert not Path("../hacked").exists()
    assert not (project.folder / "hacked").exists()
    (test,) = proof.tests
    assert f"[{test!r}, " in result.stderr


def test_more_than_one_shell_and_a_setup(project):
    fixed(project)
    setup = 'echo "$BURNDOWN_SIDE" > built'
    proof, _ = prove(
        "--setup", setup, "--shell", "bash -euo pipefail -c", run=f"[[ $(<built) == $BURNDOWN_SIDE ]] && {SHELL}"
    )
    assert proof.verdict == "PROVEN"


@pytest.mark.parametrize(("errors_as", "verdict"), [("inconclusive", "INCONCLUSIVE"), ("failed", "PROVEN")])
def test_a_setup_that_fails_is_an_error_and_no_failure(project, errors_as, verdict):
    fixed(project)
    proof, _ = prove("--setup", "grep + total.sh", "--errors-as", errors_as)
    assert (proof.verdict, len(proof.runs)) == (verdict, 2)
    assert proof.runs[1].reason == "its setup failed (exit code 1)"


def test_the_artifacts_say_the_same_as_the_command(project):
    fixed(project)
    proof, result = prove("--json", tests=(TEST, "spec/other_test.sh"), run="sh spec/total_test.sh")
    assert json.loads(result.stdout) == json.loads(Path("../out/proof.json").read_text())
    cases = ET.parse("../out/proof.xml").getroot()
    assert [case.get("name") for case in cases] == [f"{test} fails without the fix" for test in proof.tests]
    assert cases.get("failures") == "0"
    project.commit({TEST: "true\n"})
    proof, _ = prove()
    (failure,) = ET.parse("../out/proof.xml").getroot().iter("failure")
    assert (failure.get("type"), failure.get("message")) == ("WEAK", "WEAK: it passes without the fix as well")
    prove(tests=())
    (case,) = ET.parse("../out/proof.xml").getroot()
    assert [each.tag for each in case] == ["skipped"]


def test_output_is_shown_while_it_runs_and_not_among_the_data(project):
    fixed(project)
    _, result = prove("--json", run=f"echo to-see; {SHELL}")
    assert "to-see" in result.stderr
    assert json.loads(result.stdout)["verdict"] == "PROVEN"


PYTEST = f"{shlex.quote(sys.executable)} -m pytest -q -p no:cacheprovider"
CALC = "def total(numbers):\n    return sum(numbers[1:])\n"
PYTHON_TEST = "import calc\n\n\ndef test_total():\n    assert calc.total([1, 2]) == 3\n"
NEW_NAME = "from calc import total, mean\n\n\ndef test_mean():\n    assert mean([1, 3]) == 2\n"


@pytest.fixture
def python(project, monkeypatch):
    """A project with pytest, on its branch `fix`, fixed already."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    project.git("checkout", "--quiet", "main")
    project.commit({"calc.py": CALC, "tests/test_old.py": "def test_old():\n    assert True\n"})
    project.git("checkout", "--quiet", "-B", "fix")
    project.commit({"calc.py": CALC.replace("[1:]", ""), "tests/test_calc.py": PYTHON_TEST})
    return project


@pytest.mark.usefixtures("python")
@pytest.mark.parametrize("command", [f"{PYTEST} {{tests}}", f"{PYTEST} {{tests}} --junitxml={{junit}}"])
def test_a_python_test_is_proven(command):
    proof, _ = prove(run=command, tests=("tests/test_calc.py::test_total",))
    assert proof.verdict == "PROVEN"
    counts = proof.runs[1].counts
    assert counts is None or (counts.run, counts.failed) == (1, 1)


@pytest.mark.usefixtures("python")
def test_of_all_tests_of_a_run_only_those_that_are_linked_count():
    """The whole suite fails without the fix; the linked test does not."""
    tests = ("tests/test_old.py::test_old", "tests/test_calc.py::test_total")
    command = f"{PYTEST} --junitxml={{junit}}"
    proof, _ = prove(run=command, tests=tests)
    assert (proof.verdict, proof.tests, proof.others) == ("PROVEN", tests[1:], tests[:1])
    assert prove(run=command, tests=tests[:1])[0].verdict == "WEAK"
    proof, _ = prove(run=command, tests=("tests/test_old.py::test_gone",))
    assert (proof.verdict, proof.reason) == ("INCONCLUSIVE", "with the fix, no linked test is among those that ran")


@pytest.mark.parametrize("report", ["", " --junitxml={junit}"])
@pytest.mark.parametrize(("errors_as", "verdict"), [("inconclusive", "INCONCLUSIVE"), ("failed", "PROVEN")])
def test_a_test_that_cannot_be_collected_counts_as_the_setting_says(python, report, errors_as, verdict):
    python.commit({"calc.py": f"{CALC}\n\ndef mean(n):\n    return sum(n) / 2\n", "tests/test_calc.py": NEW_NAME})
    command = f"{PYTEST} {{paths}}{report}"
    proof, _ = prove("--errors-as", errors_as, run=command, tests=("tests/test_calc.py::test_mean",))
    assert (proof.verdict, proof.errors_as, proof.runs[1].outcome) == (verdict, errors_as, "broken"), proof


@pytest.mark.usefixtures("python")
@pytest.mark.parametrize("select", ["-k nonesuch", "--junitxml={junit} -k nonesuch || true"])
def test_no_tests_are_no_proof(select):
    proof, _ = prove(run=f"{PYTEST} {{paths}} {select}", tests=("tests/test_calc.py::test_total",))
    assert (proof.verdict, proof.runs[0].outcome) == ("INCONCLUSIVE", "empty")


def test_reports_that_the_runner_writes_by_itself_are_found_but_no_old_ones(python):
    old = '<testsuite><testcase name="test_gone" classname="tests.test_calc"><failure/></testcase></testsuite>'
    python.commit({"reports/old.xml": old})
    command = f"{PYTEST} {{paths}} --junitxml=reports/new.xml"
    proof, _ = prove("--junit", "reports/*.xml", run=command, tests=("tests/test_calc.py::test_total",))
    assert proof.verdict == "PROVEN"
    assert [each.counts and each.counts.run for each in proof.runs] == [1, 1]


JS = "exports.total = (numbers) => numbers.slice(1).reduce((a, b) => a + b, 0);\n"
JS_TEST = """\
const { test, describe } = require("node:test");
const assert = require("node:assert");
const { total } = require("../total.js");
describe("totals", () => {
  test("are whole (all of them)", () => assert.strictEqual(total([1, 2]), 3));
  test("proves nothing", () => assert.ok(total));
});
"""


@pytest.mark.parametrize(
    ("name", "verdict"),
    [("are whole (all of them)", "PROVEN"), ("proves nothing", "WEAK"), ("is not there", "INCONCLUSIVE")],
)
def test_a_javascript_test_is_judged(project, name, verdict):
    try:
        run = shlex.quote(str(node()))
    except Unavailable as why:
        pytest.skip(str(why))
    project.git("checkout", "--quiet", "main")
    project.commit({"total.js": JS})
    project.git("checkout", "--quiet", "-B", "fix")
    project.commit({"total.js": JS.replace(".slice(1)", ""), "test/total.test.js": JS_TEST})
    report = "--test-reporter=junit --test-reporter-destination={junit}"
    command = f"{run} --test {report} --test-name-pattern={{names}} {{paths}}"
    proof, _ = prove(run=command, tests=(f"test/total.test.js::totals > {name}",))
    assert proof.verdict == verdict, proof
