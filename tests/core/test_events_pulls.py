import json

import pytest

from bot.core.envelope import Envelope
from bot.core.errors import BadDelivery
from bot.core.events import Hints, Ignored, PullTouched, RunFinished, SuiteAsked, parse, subject_of
from bot.core.model import Subject
from tests.core.payloads import BAD, OURS, bare, body, row

HEAD, BASE = "a" * 40, "b" * 40
PULL = PullTouched(7, "octo/shop", Subject(11, 4))
RUN = RunFinished(7, "octo/shop", 11, 99, HEAD)


def pull(number=4, **parts):
    known = {"number": number} | {key: parts.pop(key) for key in ("body", "head", "base", "merged") if key in parts}
    return bare(**({"action": "opened", "pull_request": known} | parts))


def pressed(identifier, **parts):
    check_run = {"name": "burndown / regression-test", "external_id": "4:0123"}
    return bare(**({"action": "requested_action", "check_run": check_run} | parts), requested_action=identifier)


def group(ref="refs/heads/gh-readonly-queue/main/pr-4-0123", sha=HEAD, **parts):
    return bare(**({"action": "checks_requested", "merge_group": {"head_ref": ref, "head_sha": sha}} | parts))


def run(**parts):
    return bare(**({"action": "completed", "workflow_run": {"id": 99, "head_sha": HEAD}} | parts))


def suite(**parts):
    return bare(**({"action": "rerequested", "check_suite": {"head_sha": HEAD}} | parts))


def nothing(event, action):
    return Ignored(f"nothing to do on {event} {action}")


LINKED = "Fixes #3\nRegression-Test: tests/test_a.py::test_b\nRegression-Test: tests/test_a.py::test_c\n"
HINTS = Hints(HEAD, BASE, ("tests/test_a.py",))
LOOKED_AT = ["opened", "edited", "synchronize", "reopened", "labeled", "unlabeled"]
LOOKED_AT += ["closed", "ready_for_review", "converted_to_draft"]


@pytest.mark.parametrize(
    ("event", "sent", "expected"),
    [
        *(
            row(f"a pull request that is {action} is looked at", "pull_request", pull(action=action), PULL)
            for action in LOOKED_AT
        ),
        row("a pull request of a bot is looked at", "pull_request", pull(sender=OURS), PULL),
        row(
            "what it links, and where it stands, saves a read",
            "pull_request",
            pull(body=LINKED, head={"sha": HEAD}, base={"sha": BASE}),
            PullTouched(7, "octo/shop", Subject(11, 4), HINTS),
        ),
        row("a link that leads elsewhere saves nothing", "pull_request", pull(body="Regression-Test: ../a.py"), PULL),
        row(
            "a label that shows our state is no news when a bot puts it",
            "pull_request",
            pull(action="labeled", label={"name": "regression-test/waived"}, sender=OURS),
            Ignored("our label"),
        ),
        row(
            "a person may put that label",
            "pull_request",
            pull(action="labeled", label={"name": "regression-test/waived"}),
            PULL,
        ),
        row("a deleted branch says nothing", "pull_request", pull(head=None, base=None), PULL),
        row("an assigned one is not", "pull_request", pull(action="assigned"), nothing("pull_request", "assigned")),
        row("nor an unassigned one", "pull_request", pull(action="unassigned"), nothing("pull_request", "unassigned")),
        row("a deleted one is not", "pull_request", pull(action="deleted"), nothing("pull_request", "deleted")),
        row("a pull request without an installation is refused", "pull_request", pull(installation=None), BAD),
        row("an issue is no pull request", "pull_request", body(), BAD),
        row("a pull request with an issue is refused", "pull_request", pull(issue={"number": 3}), BAD),
        row("our own word is heard", "bot.pull", bare(pull_request={"number": 4}), PULL),
        row(
            "our own word that a check is wanted again",
            "bot.pull",
            bare(pull_request={"number": 4}, action="rerequested"),
            PullTouched(7, "octo/shop", Subject(11, 4), is_anew=True),
        ),
        row("all checks of a commit", "check_suite", suite(), SuiteAsked(7, "octo/shop", 11, HEAD)),
        row("checks that are done", "check_suite", suite(action="completed"), nothing("check_suite", "completed")),
        row("our own word of a run", "bot.run", bare(workflow_run={"id": 99, "head_sha": HEAD}), RUN),
        row("our own word without a pull request is refused", "bot.pull", bare(), BAD),
        row(
            "a button is pressed by somebody",
            "check_run",
            pressed({"identifier": "waive"}),
            PullTouched(7, "octo/shop", Subject(11, 4), pressed="waive", by="ann", shown="4:0123", is_anew=True),
        ),
        row(
            "a bot that presses a button is nobody",
            "check_run",
            pressed({"identifier": "approve"}, sender=OURS),
            PullTouched(7, "octo/shop", Subject(11, 4), pressed="approve", shown="4:0123", is_anew=True),
        ),
        row("no button is pressed", "check_run", pressed(None), nothing("check_run", "requested_action")),
        row(
            "a merge group waits for its pull request's check",
            "merge_group",
            group(),
            PullTouched(7, "octo/shop", Subject(11, 4), group=HEAD),
        ),
        row(
            "a branch whose name has a pr- in it leads to the last one",
            "merge_group",
            group("refs/heads/gh-readonly-queue/pr-9-x/pr-4-0123"),
            PullTouched(7, "octo/shop", Subject(11, 4), group=HEAD),
        ),
        row("a group of no number", "merge_group", group("refs/heads/x"), nothing("merge_group", "checks_requested")),
        row("a group of no commit", "merge_group", group(sha=""), nothing("merge_group", "checks_requested")),
        row("a group that ends", "merge_group", group(action="destroyed"), nothing("merge_group", "destroyed")),
        row("a finished run", "workflow_run", run(), RUN),
        row("a finished run of a bot", "workflow_run", run(sender=OURS), RUN),
        row("a run that begins", "workflow_run", run(action="requested"), nothing("workflow_run", "requested")),
        row("a run of no commit", "workflow_run", run(workflow_run={"id": 9}), nothing("workflow_run", "completed")),
        row("a run without an id is refused", "workflow_run", run(workflow_run=None), BAD),
    ],
)
def test_a_body_under_an_event_becomes(event, sent, expected):
    envelope = Envelope.read(json.dumps(sent).encode())
    if expected is BAD:
        with pytest.raises(BadDelivery):
            parse(event, envelope)
    else:
        assert parse(event, envelope) == expected


@pytest.mark.parametrize("sha", ["main", "A" * 40, "a" * 39, "../../x", 5])
def test_what_is_no_commit_is_refused(sha):
    with pytest.raises(BadDelivery):
        Envelope.read(json.dumps(pull(head={"sha": sha})).encode())


def test_work_on_a_run_is_serial_by_itself():
    assert subject_of(RUN, otherwise="-") == "run:11:99"
