import json

import pytest

from bot.core.envelope import Envelope
from bot.core.errors import BadDelivery
from bot.core.events import MAX_COMMITS, Ignored, PullTouched, RulesTouched, parse
from bot.core.model import Subject
from tests.core.payloads import BAD, OURS, REPOSITORY, bare, body, row

PULL = PullTouched(7, "octo/shop", Subject(11, 4), is_anew=True)
CHANGED = RulesTouched(7, "octo/shop", 11)
ELSEWHERE, NOTHING = Ignored("a push to another branch"), Ignored("a push that changes no rules")


def push(*commits, **parts):
    return bare(**({"ref": "refs/heads/main", "commits": list(commits)} | parts))


def check(external_id, **parts):
    check_run = {"name": "burndown / rules", "external_id": external_id}
    return bare(**({"action": "rerequested", "check_run": check_run} | parts))


CODE, RULES = {"modified": ["src/a.py"]}, {"added": [".github/burndown.yml"]}


def nothing(event, action):
    return Ignored(f"nothing to do on {event} {action}")


@pytest.mark.parametrize(
    ("event", "sent", "expected"),
    [
        row("a push that adds rules changes them", "push", push(RULES), CHANGED),
        row("a push that changes rules changes them", "push", push({"modified": [".github/burndown.yml"]}), CHANGED),
        row("a push that removes rules changes them", "push", push({"removed": [".github/burndown.yml"]}), CHANGED),
        row("a push whose second commit changes rules changes them", "push", push(CODE, RULES), CHANGED),
        row("a push that changes an owner changes rules", "push", push({"modified": ["docs/CODEOWNERS"]}), CHANGED),
        row("a push that changes code does not", "push", push(CODE), NOTHING),
        row("a push of a few commits of code does not", "push", push(*[CODE] * (MAX_COMMITS - 1)), NOTHING),
        row("a push of more commits than are listed is looked at", "push", push(*[CODE] * MAX_COMMITS), CHANGED),
        row("a push that lists nothing is looked at", "push", push(), CHANGED),
        row("a push without a list is looked at", "push", push(commits=None), CHANGED),
        row("a push of a bot counts", "push", push(RULES, sender=OURS), CHANGED),
        row("a push to another branch needs nothing", "push", push(RULES, ref="refs/heads/next"), ELSEWHERE),
        row("a push to a branch below main needs nothing", "push", push(RULES, ref="refs/heads/main/x"), ELSEWHERE),
        row("a tag of the branch's name needs nothing", "push", push(RULES, ref="refs/tags/main"), ELSEWHERE),
        row(
            "the default branch has its own name",
            "push",
            push(RULES, ref="refs/heads/a/b", repository={**REPOSITORY, "default_branch": "a/b"}),
            CHANGED,
        ),
        row("a push that has an action is refused", "push", push(action="opened"), BAD),
        row("a push without an installation is refused", "push", push(installation=None), BAD),
        row("an issue is no push", "push", body(ref="x"), BAD),
        row("our own word that rules are broken is heard", "bot.rules", bare(), CHANGED),
        row("our own word without an installation is refused", "bot.rules", bare(installation=None), BAD),
        row("our own word without a repository is refused", "bot.rules", bare(repository=None), BAD),
        row("a check that is asked for again is run again", "check_run", check("4:0123456789abcdef"), PULL),
        row(
            "a check of a fork's pull request is run again: GitHub names none for it",
            "check_run",
            check("4:0123", check_run={"external_id": "4:0123", "pull_requests": []}),
            PULL,
        ),
        row("a check that a bot asks for again is run again", "check_run", check("4:0", sender=OURS), PULL),
        *(
            row(
                f"a check that carries {external_id[:20]!r} is not ours",
                "check_run",
                check(external_id),
                nothing("check_run", "rerequested"),
            )
            for external_id in ("", "x", ":4", "-4:0", "4.0:0", "\u0664:0", "\u00b2:0", " 4:0", "1" * 10, "1" * 5_000)
        ),
        row(
            "a check without what we wrote on it is not ours",
            "check_run",
            check(None, check_run={"name": "ci"}),
            nothing("check_run", "rerequested"),
        ),
        row(
            "a check that is completed needs nothing",
            "check_run",
            check("4:0", action="completed"),
            nothing("check_run", "completed"),
        ),
        row(
            "a check of no installation is none of ours",
            "check_run",
            check("4:0", installation=None),
            nothing("check_run", "rerequested"),
        ),
        row("a check run without itself is refused", "check_run", bare(action="rerequested"), BAD),
    ],
)
def test_a_body_under_an_event_becomes(event, sent, expected):
    envelope = Envelope.read(json.dumps(sent).encode())
    if expected is BAD:
        with pytest.raises(BadDelivery):
            parse(event, envelope)
    else:
        assert parse(event, envelope) == expected


def test_a_check_of_the_default_branch_is_run_again():
    event = parse("check_run", Envelope.read(json.dumps(check("0:0")).encode()))
    assert event == RulesTouched(7, "octo/shop", 11)


@pytest.mark.parametrize("number", ["9" * 9, "00004"])
def test_a_check_of_an_odd_number_is_answered(number):
    """Whatever the number is, it is looked up."""
    event = parse("check_run", Envelope.read(json.dumps(check(f"{number}:0")).encode()))
    assert event == PullTouched(7, "octo/shop", Subject(11, int(number)), is_anew=True)
