import json

import pytest

from bot.core.errors import BadDelivery
from bot.core.events import (
    BackfillDue,
    Envelope,
    Ignored,
    InstallationChanged,
    IssueTouched,
    LabelsChanged,
    PullTouched,
    RulesTouched,
    SweepDue,
    parse,
    subject_of,
)
from bot.core.model import Subject
from tests.core.payloads import BAD, OURS, REPOSITORY, TOUCHED, bare, body, comment, row


@pytest.mark.parametrize(
    ("event", "sent", "expected"),
    [
        row("an issue that is opened is touched", "issues", body(), TOUCHED),
        row("an issue that is edited is touched", "issues", body(action="edited"), TOUCHED),
        row("an issue that is reopened is touched", "issues", body(action="reopened"), TOUCHED),
        row("an issue that is labeled is touched", "issues", body(action="labeled", label={"name": "x"}), TOUCHED),
        row("an issue that is unlabeled is touched", "issues", body(action="unlabeled"), TOUCHED),
        *(
            row(f"an issue that is {action} is touched, whoever did it", "issues", body(action=action, **by), TOUCHED)
            for action in ("closed", "reopened", "deleted", "transferred")
            for by in ({}, {"sender": {"login": "stale[bot]", "type": "Bot"}})
        ),
        *(
            row(f"an issue that a person has {action} is touched", "issues", body(action=action, assignee={}), TOUCHED)
            for action in ("assigned", "unassigned")
        ),
        *(
            row(
                f"an issue that we have {action} costs nothing",
                "issues",
                body(action=action, assignee={}, sender=OURS),
                Ignored("a bot did it"),
            )
            for action in ("assigned", "unassigned")
        ),
        row("nobody need have sent it", "issues", body(sender=None), TOUCHED),
        row("a sender without a type is a person", "issues", body(sender={"login": "ghost"}), TOUCHED),
        row("our own echo costs nothing", "issues", body(sender=OURS), Ignored("a bot did it")),
        row(
            "another bot's doing is left to the sweep",
            "issues",
            body(sender={"login": "stale[bot]", "type": "Bot"}),
            Ignored("a bot did it"),
        ),
        row(
            "an issue that is a pull request is none",
            "issues",
            body(issue={"number": 3, "pull_request": {"url": "x"}}),
            Ignored("about a pull request"),
        ),
        row(
            "a pull request without any detail is one",
            "issues",
            body(issue={"number": 3, "pull_request": {}}),
            Ignored("about a pull request"),
        ),
        *(
            row(
                f"an issue that is {action} needs nothing",
                "issues",
                body(action=action),
                Ignored(f"nothing to do on issues {action}"),
            )
            for action in ("pinned", "locked", "milestoned", "x")
        ),
        row("an issue without an installation is not an App's delivery", "issues", body(installation=None), BAD),
        row("an issue without an action is refused", "issues", body(action=None), BAD),
        row("an issue event without an issue is refused", "issues", body(issue=None), BAD),
        row("an issue event without a repository is refused", "issues", body(repository=None), BAD),
        row("an issue event with a comment is a comment's body", "issues", comment("x"), BAD),
        row("an issue event with a ref is a push's body", "issues", body(ref="refs/heads/main"), BAD),
        row("an issue event with a pull request is refused", "issues", body(pull_request={"number": 3}), BAD),
        row(
            "labels that were edited are forgotten",
            "label",
            bare(action="edited", label={"name": "x"}),
            LabelsChanged(7, "octo/shop"),
        ),
        row(
            "labels of no installation are none of ours",
            "label",
            bare(action="edited", label={}, installation=None),
            Ignored("nothing to do on label edited"),
        ),
        row(
            "our own label costs nothing",
            "label",
            bare(action="created", label={}, sender=OURS),
            Ignored("a bot did it"),
        ),
        row("a label event with an issue is an issue's body", "label", body(action="edited", label={}), BAD),
        row("a label event without a label is refused", "label", bare(action="edited"), BAD),
        *(
            row(
                f"an installation that is changed by {action} is noted",
                "installation",
                bare(action=action, repository=None),
                InstallationChanged(7, action),
            )
            for action in ("created", "deleted", "suspend", "unsuspend", "new_permissions_accepted")
        ),
        row(
            "an installation that a bot deleted is deleted",
            "installation",
            bare(action="deleted", repository=None, sender=OURS),
            InstallationChanged(7, "deleted"),
        ),
        row(
            "an unknown action on an installation needs nothing",
            "installation",
            bare(action="painted", repository=None),
            Ignored("nothing to do on installation painted"),
        ),
        row("an installation with a repository is refused", "installation", bare(action="created"), BAD),
        row("an installation without its id is refused", "installation", {"action": "created"}, BAD),
        row(
            "repositories that join an installation have a past",
            "installation_repositories",
            bare(action="added", repository=None, repositories_added=[]),
            InstallationChanged(7, "added"),
        ),
        row(
            "repositories that leave are missed when they are needed",
            "installation_repositories",
            bare(action="removed", repository=None, repositories_added=[]),
            Ignored("nothing to do on installation_repositories removed"),
        ),
        row(
            "a past is read on from where it was",
            "bot.backfill",
            bare(action="40"),
            BackfillDue(7, "octo/shop", 11, 40),
        ),
        row(
            "an installation's repositories without a list are refused",
            "installation_repositories",
            bare(action="added", repository=None),
            BAD,
        ),
        row("a ping is heard", "ping", bare(zen="Keep it logically awesome."), Ignored("nothing to do on ping")),
        row("a ping of no words is heard", "ping", bare(zen=""), Ignored("nothing to do on ping")),
        row("an issue is no ping", "ping", body(zen="x"), BAD),
        row("a ping without words is refused", "ping", bare(), BAD),
        row(
            "a merge group needs nothing yet",
            "merge_group",
            bare(action="checks_requested", merge_group={}),
            Ignored("nothing to do on merge_group checks_requested"),
        ),
        row(
            "an event that we do not know needs nothing",
            "star",
            bare(action="created"),
            Ignored("nothing to do on star created"),
        ),
        row("an event without anything needs nothing", "meta", {}, Ignored("nothing to do on meta")),
        row("an event of no name needs nothing", "", {}, Ignored("nothing to do on")),
        row("our own issue is touched", "bot.issue", body(action=None, sender=None), TOUCHED),
        row("our own issue without an installation is refused", "bot.issue", body(installation=None), BAD),
        row(
            "our own issue that is a pull request is none",
            "bot.issue",
            body(issue={"number": 3, "pull_request": {}}),
            Ignored("about a pull request"),
        ),
        row("a sweep is due", "bot.sweep", {}, SweepDue()),
    ],
)
def test_a_body_under_an_event_becomes(event, sent, expected):
    envelope = Envelope.read(json.dumps(sent).encode())
    if expected is BAD:
        with pytest.raises(BadDelivery):
            parse(event, envelope)
    else:
        assert parse(event, envelope) == expected


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"{", id="half an object"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b"null", id="null"),
        pytest.param(b'"issues"', id="a text"),
        pytest.param(b"\xff", id="bytes that are not UTF-8"),
        pytest.param(b'{"action": "\xed\xa0\x80"}', id="an encoded lone surrogate"),
        pytest.param(rb'{"action": "\ud800"}', id="an escaped lone surrogate"),
        pytest.param(b'{"x":' * 5_000 + b"1" + b"}" * 5_000, id="nesting without end"),
        pytest.param(b"[" * 100_000, id="brackets without end"),
        *(
            pytest.param(json.dumps(body(**parts)).encode(), id=sentence)
            for sentence, parts in {
                "an action that is a number": {"action": 5},
                "an action that is too long": {"action": "x" * 101},
                "an installation that is a number": {"installation": 7},
                "an installation id that is a text": {"installation": {"id": "7"}},
                "an installation id that is true": {"installation": {"id": True}},
                "an installation id that is a fraction": {"installation": {"id": 7.0}},
                "an installation id of zero": {"installation": {"id": 0}},
                "an installation id below zero": {"installation": {"id": -7}},
                "an installation id of 64 bits": {"installation": {"id": 2**63}},
                "an installation id of a thousand digits": {"installation": {"id": 10**1000}},
                "a repository id that is a text": {"repository": {**REPOSITORY, "id": "11"}},
                "a repository id of 64 bits": {"repository": {**REPOSITORY, "id": 2**63}},
                "a repository without a name": {"repository": {"id": 11}},
                "a repository without an owner": {"repository": {**REPOSITORY, "full_name": "shop"}},
                "a repository name that leads elsewhere": {"repository": {**REPOSITORY, "full_name": "a/../b"}},
                "a repository name with a query": {"repository": {**REPOSITORY, "full_name": "a/b?c"}},
                "a repository name with a line end": {"repository": {**REPOSITORY, "full_name": "a/b\n"}},
                "an issue number of zero": {"issue": {"number": 0}},
                "an issue number of 32 bits": {"issue": {"number": 2**31}},
                "an issue number that is a text": {"issue": {"number": "3"}},
                "an issue without a number": {"issue": {}},
                "a pull request that is a text": {"issue": {"number": 3, "pull_request": "yes"}},
                "a comment that is a text": {"comment": "/burndown why"},
                "a comment's text that is a list": {"comment": {"body": []}},
                "a comment's id that is too long": {"comment": {"node_id": "x" * 101}},
                "a check's name that is a number": {"check_run": {"name": 1}},
                "commits that are a mapping": {"commits": {}},
                "a commit's files that are a text": {"commits": [{"added": "a"}]},
                "a default branch that is too long": {"repository": {**REPOSITORY, "default_branch": "x" * 256}},
                "a sender that is a text": {"sender": "ann"},
                "a sender's type that is a number": {"sender": {"type": 1}},
            }.items()
        ),
    ],
)
def test_a_body_of_the_wrong_shape_is_refused(sent):
    with pytest.raises(BadDelivery, match="does not have the shape of a webhook"):
        Envelope.read(sent)


@pytest.mark.parametrize("number", [1, 2**31 - 1])
def test_the_outermost_ids_are_taken(number):
    sent = body(installation={"id": 2**63 - 1}, issue={"number": number})
    assert parse("issues", Envelope.read(json.dumps(sent).encode())) == IssueTouched(
        2**63 - 1, "octo/shop", Subject(11, number)
    )


def test_what_we_do_not_read_may_be_anything():
    sent = body(issue={"number": 3, "title": None, "user": [1, {}], "labels": "x"}, organization=4)
    assert parse("issues", Envelope.read(json.dumps(sent).encode())) == TOUCHED


@pytest.mark.parametrize(
    ("event", "subject"),
    [
        pytest.param(TOUCHED, "11#3", id="an issue is a subject of its own"),
        pytest.param(PullTouched(7, "octo/shop", Subject(11, 4)), "11#4", id="a pull request is one as well"),
        pytest.param(RulesTouched(7, "octo/shop", 11), "rules:11", id="a repository's rules are one subject"),
        pytest.param(LabelsChanged(7, "octo/shop"), "labels:octo/shop", id="a repository's labels are one subject"),
        pytest.param(InstallationChanged(7, "deleted"), "installation:7", id="an installation is one subject"),
        pytest.param(SweepDue(), "bot.sweep", id="there is one sweep"),
        pytest.param(Ignored("x"), "delivery-1", id="what is ignored waits for nobody"),
    ],
)
def test_work_is_serial_on(event, subject):
    assert subject_of(event, otherwise="delivery-1") == subject


def test_a_subject_is_read_back_from_its_text():
    assert Subject.parse(str(Subject(11, 3))) == Subject(11, 3)
