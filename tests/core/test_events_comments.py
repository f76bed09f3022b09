import json

import pytest

from bot.core.envelope import Envelope
from bot.core.errors import BadDelivery
from bot.core.events import Ignored, IssueTouched, PullTouched, parse
from bot.core.model import Subject
from tests.core.payloads import BAD, OURS, TOUCHED, body, row
from tests.core.payloads import comment as payload

WHY = "/burndown why"
ASKED = IssueTouched(7, "octo/shop", Subject(11, 3), comment_id="IC_1")


def comment(text, **parts):
    return payload(text, **({"comment": {"node_id": "IC_1", "body": text}} | parts))


@pytest.mark.parametrize(
    ("event", "sent", "expected"),
    [
        row("a question in a comment is asked", "issue_comment", comment("/burndown why"), ASKED),
        row("a question after other lines is asked", "issue_comment", comment("Hm.\r\n/burndown  why"), ASKED),
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
                "another App's command is not ours": "/burndownwhy",
            }.items()
        ),
        row(
            "a comment without a text needs nothing",
            "issue_comment",
            comment(None),
            Ignored("a comment without a command"),
        ),
        row("a question in a comment that is edited is asked", "issue_comment", comment(WHY, action="edited"), ASKED),
        *(
            row(
                f"a question in a comment that is {action} is none",
                "issue_comment",
                comment(WHY, action=action),
                Ignored("a comment without a command"),
            )
            for action in ("deleted", "pinned", "x")
        ),
        row("half a command is asked: it is answered", "issue_comment", comment("/burndown"), ASKED),
        row("another command is asked: it is answered", "issue_comment", comment("/burndown whynot"), ASKED),
        row("a command in any case is asked", "issue_comment", comment("/Burndown Why"), ASKED),
        row(
            "a comment without an id is asked of its issue",
            "issue_comment",
            comment(WHY, comment={"body": WHY}),
            TOUCHED,
        ),
        row(
            "our own comment is no question",
            "issue_comment",
            comment("/burndown why", sender=OURS),
            Ignored("a bot did it"),
        ),
        row(
            "a question on a pull request is about the pull request",
            "issue_comment",
            comment("/burndown why", issue={"number": 3, "pull_request": {}}),
            PullTouched(7, "octo/shop", Subject(11, 3), comment_id="IC_1"),
        ),
        row("a comment event without a comment is refused", "issue_comment", body(action="created"), BAD),
        row("a comment event with a ref is refused", "issue_comment", comment("x", ref="refs/heads/x"), BAD),
        row("a comment without an installation is refused", "issue_comment", comment("x", installation=None), BAD),
    ],
)
def test_a_comment_becomes(event, sent, expected):
    envelope = Envelope.read(json.dumps(sent).encode())
    if expected is BAD:
        with pytest.raises(BadDelivery):
            parse(event, envelope)
    else:
        assert parse(event, envelope) == expected
