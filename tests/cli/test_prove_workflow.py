"""The workflow that GitHub Actions runs `burndown prove` with."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import yaml

from bot.cli import main
from bot.core.evidence.proof import read_proof
from tests.cli.projects import ROOT, SHELL, TEST, fixed, project

__all__ = ["project"]  # a fixture

WORKFLOW = yaml.safe_load((ROOT / ".github/workflows/prove.yml").read_text())
STEPS = WORKFLOW["jobs"]["prove"]["steps"]


def test_the_workflow_can_only_read():
    for given in (WORKFLOW["permissions"], WORKFLOW["jobs"]["prove"]["permissions"]):
        assert set(given.values()) <= {"read", "none"}
    for step in (each for each in STEPS if "checkout" in each.get("uses", "")):
        assert step["with"]["persist-credentials"] is False


def test_nothing_foreign_is_part_of_a_script_of_the_workflow():
    assert not [each["run"] for each in STEPS if "${{" in each.get("run", "")]


def test_the_workflow_asks_for_what_the_command_knows():
    (step,) = (each for each in STEPS if each.get("name") == "Prove")
    asked = {word for word in step["run"].split() if word.startswith("--") and word != "--"}
    assert asked <= {name for option in main.commands["prove"].params for name in option.opts}
    for name, value in step["env"].items():
        assert f'"${name}"' in step["run"] or name in {"OVERLAY", "ALLOW"}, value


def test_the_script_of_the_workflow_does_what_it_says(project):
    """With arguments that a shell would take apart."""
    fixed(project, **{"odd name/x": "1"})
    (step,) = (each for each in STEPS if each.get("name") == "Prove")
    tools = Path("../tools/burndown/bin")
    tools.mkdir(parents=True)
    (tools / "burndown").write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m bot "$@"\n')
    (tools / "burndown").chmod(0o755)
    given = {"BASE": "main", "COMMAND": f'test -z "${{RUNS-}}" && {SHELL}', "SETUP": "", "JUNIT": "", "RUNS": "1"}
    given |= {"ERRORS_AS": "failed", "OVERLAY": "odd name/*\n*.md\n", "TIMEOUT": "60", "ALLOW": "NO_TESTS NO_FIX"}
    event = Path("../event.json").resolve()
    event.write_text(json.dumps({"pull_request": {"body": f"Regression-Test: {TEST}"}}))
    known = {
        "PYTHONPATH": str(ROOT),
        "RUNNER_TEMP": str(tools.parent.parent.resolve()),
        "GITHUB_EVENT_PATH": str(event),
    }
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    subprocess.run(command, env=os.environ | given | known, check=True, capture_output=True)
    proof = read_proof(Path("../burndown-proof.json").read_bytes())
    assert (proof.verdict, proof.errors_as) == ("PROVEN", "failed")
