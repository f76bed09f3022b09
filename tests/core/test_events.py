import json

import pytest

from bot.core.errors import BadDelivery
from bot.core.events import (
    Envelope,
    Ignored,
    InstallationChanged,
    IssueTouched,
    LabelsChanged,
    SweepDue,
    parse,
    subject_of,
)
from bot.core.model import Subject

REPOSITORY = {"id": 11, "full_name": "octo/shop"}
PERSON = {"login": "ann", "type": "User"}
OURS = {"login": "burndown[bot]", "type": "Bot"}
TOUCHED = IssueTouched(7, "octo/shop", Subject(11, 3))
ASKED = IssueTouched(7, "octo/shop", Subject(11, 3), asks_why=True)
BAD = BadDelivery


def body(**parts):
    """An issue's body as GitHub sends it; a part that is None is left out."""
    plain = {
        "action": "opened",
        "installation": {"id": 7},
        "repository": REPOSITORY,
        "issue": {"number": 3, "title": "not read from here"},
        "sender": PERSON,
    }
    return {name: part for name, part in (plain | parts).items() if part is not None}


def comment(text, **parts):
    return body(**({"action": "created", "comment": {"body": text}} | parts))


def bare(**parts):
    return body(**({"action": None, "issue": None} | parts))


def row(sentence, event, sent, expected):
    return pytest.param(event, sent, expected, id=sentence)


@pytest.mark.parametrize(
    ("event", "sent", "expected"),
    [
        row("an issue that is opened is touched", "issues", body(), TOUCHED),
        row("an issue that is edited is touched", "issues", body(action="edited"), TOUCHED),
        row("an issue that is reopened is touched", "issues", body(action="reopened"), TOUCHED),
        row("an issue that is labeled is touched", "issues", body(action="labeled", label={"name": "x"}), TOUCHED),
        row("an issue that is unlabeled is touched", "issues", body(action="unlabeled"), TOUCHED),
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
            for action in (
                "closed",
                "deleted",
                "transferred",
                "assigned",
                "unassigned",
                "pinned",
                "locked",
                "milestoned",
                "x",
            )
        ),
        row("an issue without an installation is not an App's delivery", "issues", body(installation=None), BAD),
        row("an issue without an action is refused", "issues", body(action=None), BAD),
        row("an issue event without an issue is refused", "issues", body(issue=None), BAD),
        row("an issue event without a repository is refused", "issues", body(repository=None), BAD),
        row("an issue event with a comment is a comment's body", "issues", comment("x"), BAD),
        row("an issue event with a ref is a push's body", "issues", body(ref="refs/heads/main"), BAD),
        row("an issue event with a pull request is refused", "issues", body(pull_request={"number": 3}), BAD),
        row("a question in a comment is asked", "issue_comment", comment("/burndown why"), ASKED),
        row("a question after other lines is asked", "issue_comment", comment("Hm.\r\n/burndown  why this?"), ASKED),
        row("a question after a closed fence is asked", "issue_comment", comment("```\nx\n```\n/burndown why"), ASKED),
        *(
            row(sentence, "issue_comment", comment(text), ASKED)
            for sentence, text in {
                "a question after a longer closing fence is asked": "```\nx\n````\n/burndown why",
                "a question after a closing fence with white space is asked": "~~~\nx\n  ~~~ \t\n/burndown why",
                "a question after backticks in a line is asked": "```x``` is code\n/burndown why",
                "a question after two backticks is asked": "``\n/burndown why",
                "a question after a fence with a language is asked": "```python title=x\nx\n```\n/burndown why",
                "a question after a quoted fence is asked": "> ```\n/burndown why",
                "a question between two fences is asked": "```\nx\n```\n/burndown why\n```\ny\n```",
            }.items()
        ),
        pytest.param(
            "issue_comment",
            comment("Hm:\n\n    ```\n\n/burndown why"),
            ASKED,
            id="a question after an indented line of backticks is asked",
        ),
        pytest.param(
            "issue_comment",
            comment("```\n    ```\n/burndown why"),
            Ignored("a comment without a command"),
            id="a question after a closing fence that is indented too far is code",
        ),
        *(
            row(sentence, "issue_comment", comment(text), Ignored("a comment without a command"))
            for sentence, text in {
                "a comment without a command needs nothing": "me too",
                "an empty comment needs nothing": "",
                "a question in the middle of a line is talk": "try /burndown why",
                "an indented question is code": "    /burndown why",
                "a quoted question is a quotation": "> /burndown why",
                "a question in a fence is code": "```\n/burndown why\n```",
                "a question in a fence of tildes is code": "~~~\n/burndown why\n~~~",
                "a question in an open fence is code": "```text\n/burndown why",
                "a question in an indented fence is code": "  ```\n/burndown why\n  ```",
                "a question after a shorter fence is code": "````\n```\n/burndown why\n````",
                "a question after a fence of another kind is code": "```\n~~~\n/burndown why\n```",
                "a question after a fence with words is code": "```\n``` x\n/burndown why\n```",
                "a question in a fence of tildes with a backtick is code": "~~~ a`b\n/burndown why\n~~~",
                "a question in a long fence is code": "`````\n/burndown why\n`````",
                "half a command is none": "/burndown",
                "another command is none of ours": "/burndown whynot",
                "another App's command is not ours": "/burndownwhy",
                "a command has its case": "/Burndown Why",
            }.items()
        ),
        row(
            "a comment without a text needs nothing",
            "issue_comment",
            comment(None),
            Ignored("a comment without a command"),
        ),
        *(
            row(
                f"a question in a comment that is {action} was asked before",
                "issue_comment",
                comment("/burndown why", action=action),
                Ignored("a comment without a command"),
            )
            for action in ("edited", "deleted")
        ),
        row(
            "our own comment is no question",
            "issue_comment",
            comment("/burndown why", sender=OURS),
            Ignored("a bot did it"),
        ),
        row(
            "a question on a pull request is not answered yet",
            "issue_comment",
            comment("/burndown why", issue={"number": 3, "pull_request": {}}),
            Ignored("about a pull request"),
        ),
        row("a comment event without a comment is refused", "issue_comment", body(action="created"), BAD),
        row("a comment event with a ref is refused", "issue_comment", comment("x", ref="refs/heads/x"), BAD),
        row("a comment without an installation is refused", "issue_comment", comment("x", installation=None), BAD),
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
            "repositories that join are found when they are needed",
            "installation_repositories",
            bare(action="added", repository=None, repositories_added=[]),
            Ignored("nothing to do on installation_repositories added"),
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
        row("a push needs nothing", "push", bare(ref="refs/heads/main"), Ignored("nothing to do on push")),
        row("a push that has an action is refused", "push", bare(ref="refs/heads/main", action="opened"), BAD),
        row("an issue is no push", "push", body(ref="x"), BAD),
        row(
            "a pull request needs nothing yet",
            "pull_request",
            bare(action="opened", pull_request={"number": 3}),
            Ignored("nothing to do on pull_request opened"),
        ),
        row("an issue is no pull request", "pull_request", body(), BAD),
        row(
            "a check run needs nothing yet",
            "check_run",
            bare(action="rerequested", check_run={}),
            Ignored("nothing to do on check_run rerequested"),
        ),
        row("a check run without itself is refused", "check_run", bare(action="rerequested"), BAD),
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
