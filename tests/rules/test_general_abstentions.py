"""Whole issues on which the general pack must not guess: too little said, or a word that only looks like evidence."""

import pytest

EMPTY_BUG_TEMPLATE = """**Describe the bug**
A clear and concise description of what the bug is.

**To Reproduce**
Steps to reproduce the behavior:
1. Go to '...'
2. Click on '....'
3. Scroll down to '....'
4. See error

**Expected behavior**
A clear and concise description of what you expected to happen.
"""

EMPTY_FEATURE_TEMPLATE = """**Is your feature request related to a problem? Please describe.**
A clear and concise description of what the problem is. Ex. I'm always frustrated when [...]

**Describe the solution you'd like**
A clear and concise description of what you want to happen.

**Describe alternatives you've considered**
A clear and concise description of any alternative solutions or features you've considered.
"""

TABLE = [
    ("Untitled", ""),
    (
        "Upload",
        "### What happened?\n\nIt would be great if somebody looked at it.\n\n### Steps to reproduce\n\nUpload.",
    ),
    ("Export", "### Describe the solution you'd like\n\n_No response_\n\n### Version\n\n1.0"),
    ("Upgrade from 2.1 to 3.0", "Done on the weekend."),
    ("Compilation is not what I hoped for", "The songs are in another order."),
    ("test", "test"),
    ("Bug", EMPTY_BUG_TEMPLATE),
    ("Login", EMPTY_FEATURE_TEMPLATE),
    ("Login page", EMPTY_BUG_TEMPLATE),
    ("Release 4.2", "- [ ] changelog\n- [ ] tag\n- [ ] announce"),
    ("Bump lodash from 4.17.20 to 4.17.21", "Bumps lodash. Release notes, commits."),
    ("Dependency Dashboard", "This issue lists updates. ## Open\n - [ ] update react"),
    ("Tracking issue for 5.0", "- [ ] #12\n- [ ] #14\n- [x] #9"),
    ("Flaky test in test_reader", "Failed three times this week in CI, passes locally."),
    ("Refactor the storage layer", "Too many classes. Split into reader and writer."),
    ("Performance tests failing on main", "The runner has no disk left."),
    ("Data loss prevention: template list is empty", "Our DLP account has two templates."),
    ("We lost the connection to the broker and it came back", "Just a note in the log, at 3 am."),
    ("Security group rules are applied in another order", "First ingress, then egress. Terraform shows a diff."),
    ("Hanging indent in lists", "Word has it."),
    ("pip freeze lists a package twice", "With different case."),
    ("Crash course for new contributors", "Let us meet on Friday."),
    (
        "npm audit",
        "added 210 packages\n\nfound 12 vulnerabilities (3 low, 9 moderate)\n  run `npm audit fix` to fix them",
    ),
    ("Linear regression returns no intercept", "`fit_intercept=True`, sklearn style."),
    ("Remove deprecated functions", "They are marked since 1.0."),
    ("Rename master to main", ""),
    ("Weird thing with tabs", "Sometimes they behave in a funny way. I can not describe it better."),
    ("Not working", "It does not work."),
    ("Error", "I get an error, please fix!!"),
    ("Anmeldung geht nicht", "Es kommt die Meldung, das Kennwort sei falsch. Ist es aber nicht."),
    ("无法登录", "点击登录没有反应"),
    ("Upload of avatars", "When I upload a picture with a space in its name, the old one stays."),
    ("Notifications arrive twice", "One by mail, and the same again a minute later."),
    ("Language setting is not saved", "I choose French, after a restart it is English."),
    ("Invitation mail is not sent", "The queue has it, SMTP log shows nothing."),
    ("Filter is ignored when exporting", "### Steps\n1. filter\n2. export\n\nAll rows are in the file."),
    (
        "Filter of the list",
        "### Expected behavior\n\nRows.\n\n### Actual behavior\n\nOther rows.\n\n```\nlist --all\n```",
    ),
    ("How the importer fails", "### What happened?\n\nIt stops in the middle of the file, without a word."),
    ("Tables with no names", "Build the project, open a table, look at its name."),
    (
        "Authentication with two providers",
        "We use an access token of one, the header of the other. The second one is preferred, which surprised us.",
    ),
    ("The frozen header of the table", "It stays at the top, as it should. What else could stay: the first column."),
    ("Slow motion playback", "Half of the speed is the lowest."),
    ("Memory of the elders", "A level of the game with this name has no exit."),
    ("Exception list for the spell checker", "Names of our products are underlined."),
    ("Cannot delete a comment", "The button answers 403 for my own comment."),
    ("Webhook payload lacks the sender", "The field is there for issues, and absent for comments."),
    ("Fix lint warnings", "Ruff finds 40."),
    ("Duplicate of #12", "See there."),
    ("CI is red", "The runner image changed, see the log."),
    ("Timeout value", "In one place it is seconds and in another one it is milliseconds."),
    ("Scene tree does not update its icon", EMPTY_BUG_TEMPLATE),
    ("Sync not running on PostgreSQL (0.25.1)", "New tables are not seen, the button prints one line and that is all."),
    (
        "Misleading hint for a lifetime argument",
        (
            "   Compiling playground v0.0.1\nerror[E0107]: wrong number of arguments\n"
            "error: could not compile `playground`."
        ),
    ),
    ("Data docs has no entry for the last run", "The index lists the older ones."),
    ("Website claims support for a database", "The page has green circles for it, the detail page says the opposite."),
    ("Extensions do not update", "Type: <b>Bug</b>\n\nProcess Argv|--crash-reporter-id 12345\nScreen Reader|no"),
    ("Plan is not what is applied", "- [X] Bug\n- [ ] Feature\n- [ ] Enhancement\n\n### Actual Behavior\n\nSee above."),
    ("Regression testing", ""),
    ("Use the new regression field of the tracker", "Our scripts read the keyword."),
    ("Operator does not restart a pod in status Error", EMPTY_BUG_TEMPLATE),
    (
        "Deprecate setup.py install when a wheel build failed",
        "pip 21 prints: ERROR: see the log. To be done in two steps.",
    ),
    ("Support ticket", "Details: Kalkulation\n\nmit freundlichen Gruessen"),
    ("Meeting notes of 12 May", "We talked about crashes, data loss and slow queries. Nothing was decided."),
]


@pytest.mark.parametrize(("title", "body"), TABLE, ids=[row[0] for row in TABLE])
def test_the_bot_abstains_rather_than_guesses(general, title, body):
    verdict = general(title, body)
    assert general(title, body.replace("\n", "\r\n")).primary == verdict.primary
    assert verdict.primary is None, (verdict.why, verdict.ranking, verdict.findings)
