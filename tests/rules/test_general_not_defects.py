"""Whole issues under the general pack without a defect: wishes, questions, documentation. All texts are our own."""

import pytest

FEATURE_TEMPLATE = """**Is your feature request related to a problem? Please describe.**
{}

**Describe the solution you'd like**
{}

**Describe alternatives you've considered**
A clear and concise description of any alternative solutions or features you've considered.

**Additional context**
Add any other context or screenshots about the feature request here.
"""

FEATURE = [
    ("Dark theme for the report pages", FEATURE_TEMPLATE.format("My eyes hurt at night.", "I'd like to have one.")),
    ("Add an option to hide empty columns", "They only take room."),
    ("[Feature] Fold long lists", "Lists of more than 50 rows should fold."),
    ("feat: typed plugins", "Motivation: today every plugin gets a dict."),
    ("Support for OAuth device flow", "Our terminals have no browser."),
    ("Allow more than one owner per project", "### Use case\n\nTeams share projects."),
    ("Feature request: keyboard macros", "As a user I want to record a sequence so that I can repeat it."),
    ("Export to Parquet", "It would be great if the table could be exported as Parquet, CSV is huge."),
    ("Please add a --quiet flag", "Cron mails me every night."),
    ("Configurable timeout for the health check", "It is fixed at 5 s. We would like to be able to set it."),
    ("Ability to pin a tab", "Other editors have this."),
    ("Proposal: one config file for all tools", "Today there are five.\n\n### Alternatives considered\n\nNone"),
    ("Make the maximum upload size configurable", "10 MB is too little for scans."),
    ("Implement retry with backoff in the client", "The server sometimes answers 503."),
    ("Could you add a German translation?", "I can help."),
    (
        "Show a warning before the database is dropped",
        FEATURE_TEMPLATE.format("I dropped one by accident.", "It would be nice to be asked first."),
    ),
    ("Add a handler for uncaught exceptions", "So that plugins can log them. This would allow us to send them home."),
    ("[Enhancement]: quicker start of workers", "They load every plugin, which is not needed."),
    (
        "Groups in the member list",
        "- [ ] Bug report\n- [x] Feature request\n\nThere should be a way to group members by team.",
    ),
    ("Support Python 3.14", "The release is in October. Wheels would be welcome."),
    ("Add crash reports to the admin page", "We collect them, nobody sees them."),
    ("Enable two-factor login for guests", "Only members have it today."),
    ("Rust bindings", "### Describe the feature\n\nIt would be useful to call the library from Rust."),
    (
        "Filter the dashboard with a click on a chart",
        FEATURE_TEMPLATE.format("I click a lot.", "One click filters."),
    ),
    ("Add interactive filters to a chart", "### Expected results\n\nFilters.\n\n### Steps to reproduce\n\nnone"),
    ("Would you consider supporting another media server?", ""),
    ("Device integration request", "I would like to have the new bulbs. It is a feature request, not an issue."),
    ("[engine] Linux and macOS support", ""),
    ("CLI option to skip the config file", ""),
    ("Introduce a plugin hook before save", "We need to sign files."),
    ("Add a handler for errors in themes", "Today they end in an empty page."),
    ("Folding", "### Issue type\n\nFeature request\n\n### Text\n\nLists of more than 50 rows should fold."),
    ("Keyboard in the map view", "It would be nice if the arrows moved the map."),
    ("Users should be able to mute a thread", ""),
    ("Move filters to a section of their own", "Each table has its own now."),
    ("Integration of the city map", "The idea would be to show it below the list."),
    ("Name of the log directory is hard coded", "It is /var/log/acme, on every machine."),
    ("The runner should default to two jobs", "One is what it takes now."),
    ("Member page", "Create a page for members, with a field to search by name and by team."),
    (
        "Arrow keys in lists",
        "**As an** editor, I want to move with the keys.\n\n### Acceptance criteria\n\n- [ ] up\n- [ ] down",
    ),
    ("Nested lists are not supported", "A list within a list becomes one line."),
    ("希望可以按名称排序", "现在只能按时间排序"),
]

QUESTION = [
    ("Client and server in one loop", "Both wait for each other's turn. How can I prevent this?"),
    ("Why are the rows sorted twice?", ""),
    ("Two primaries at once?", "The picture shows two."),
    ("How do I set a proxy for one host only?", "The docs show the global one."),
    ("Is it possible to load two config files?", "I have a base and a local one."),
    ("[Question] order of the hooks", "Which one runs first, before or around?"),
    ("Question about retries", "Does the count include the first attempt?"),
    ("What is the difference between pull and fetch here", "They look the same to me."),
    ("Can I run the server without root?", "Port 8080 would do."),
    (
        "How to sort the table by time?",
        "### Expected results\n\nBy time.\n\n### Actual results\n\nBy name.\n\n### Steps to reproduce\n\nOpen it.",
    ),
    ("Can plugins load pages that are not open?", "I found no setting for it."),
    ("Client and server", "What is the best order to start them?"),
    ("请问如何设置代理", "文档里没有找到"),
    ("Proxy with a password", "Hi, I have a quick question: how do I give the password? Thanks in advance."),
    ("Where are the logs stored on Windows?", ""),
    ("How to handle exceptions in a callback", "I was wondering what happens when it raises. Is it caught?"),
    ("Best way to share a session between threads?", "Could someone explain what is safe?"),
    ("Does the free plan include backups?", "I was wondering whether they are kept for a week."),
    ("Usage question: nested templates", "What is the recommended way to nest three of them?"),
    ("Help: which token do I use for the API?", "There are two in my profile."),
    ("How can I profile a slow start?", "Is there a built-in way to see what takes the time?"),
    ("Why is the default page size 20?", "I am just curious why. Is there a way to change it for all tables?"),
    ("Is there a way to disable colours", "For the log file of our CI."),
    ("How should I report a security issue?", "There is no SECURITY.md."),
    (
        "Migrations in a cluster",
        "### Question\n\nWho runs them when three nodes start at once? How do you do it in production?",
    ),
    (
        "filter with a chart",
        "Is there any way to do this? If so, how can I achieve it?\n\nI will appreciate any help. Thanks in advance.",
    ),
    ("`InstanceFactory` - how does it work?", "I have not used it before."),
    ("Which versions of PostgreSQL are supported?", "We have 12 and 16."),
    ("When should I use the async client?", "What are the costs?"),
]

DOCS = [
    ("Broken link in README", "The badge leads to a 404."),
    ("Documentation of hooks is outdated", "It still shows the 1.x names."),
    ("[Docs] say which port is the default", "I could not find it in the docs."),
    ("Typo in the installation guide", "'pyhton' in step 2."),
    ("Missing docstring for Client.close", "Sphinx shows an empty line."),
    ("docs: explain the order of the hooks", "People ask every week."),
    ("README: example uses a removed option", "`--fast` is gone since 2.0, the readme still mentions it."),
    ("Tutorial is confusing about virtual environments", "Step 3 of the tutorial needs a sentence on activation."),
    ("Retry flag is undocumented", "`--retry` is in the code; the manual does not mention it."),
    (
        "Page on caching",
        "### Location of the documentation\n\ncaching.html\n\n### Problem\n\nThe guide should mention ttl.",
    ),
    ("Add documentation for the admin API", "There is none."),
    ("Update the getting started guide for v3", "The screenshots are from v1."),
    ("Spelling mistake on the pricing page", "'recieve'"),
    ("Clarify in the docs what happens on a timeout", "Is the request sent again or not?"),
]

TABLE = [
    (expected, title, body)
    for expected, issues in (("feature", FEATURE), ("question", QUESTION), ("docs", DOCS))
    for title, body in issues
]


@pytest.mark.parametrize(("expected", "title", "body"), TABLE, ids=[f"{row[0]}: {row[1]}" for row in TABLE])
def test_what_is_no_defect_is_recognised(general, expected, title, body):
    verdict = general(title, body)
    assert general(title, body.replace("\n", "\r\n")).primary == verdict.primary
    assert verdict.primary == expected, (verdict.why, verdict.ranking, verdict.findings)
