"""Who is assigned."""

from tests.stories.conftest import FREEZE, REPOSITORY

TEAM = "version: 1\nmode: enforce\nclasses:\n  crash: {owners: ['@acme/core']}\n"
CODEOWNERS = "* @carol\n/src/report/ @bob\n"
TRACED = 'Traceback (most recent call last):\n  File "/srv/src/report/draw.py", line 7, in draw\nValueError: no\n'


def with_team(github):
    github.configure(TEAM)
    github.github.set_team("acme", "core", "bob", "carol")


async def test_a_team_is_named_where_its_members_may_not_be_read(github):
    with_team(github)
    async with github.started() as world:
        issue = world.crash()
        await world.settle()
        assert issue.assignee_logins == ()
        assert "`acme/core`" in " ".join((await world.trace())["reasons"])
        world.writes()


async def test_a_team_is_its_members_where_they_may_be_read(github):
    with_team(github)
    granted = github.github.installation.permissions | {"members": "read"}
    github.github.grant(github.github.installation, granted, by="alice")
    async with github.started() as world:
        issue = world.crash()
        await world.settle()
        assert issue.assignee_logins == ("bob", "carol")
        world.calls()
        world.crash()
        await world.settle()
        assert world.calls() == ["IssueSnapshot", "ApplyToIssue"]
        world.writes()


async def test_the_owners_of_the_file_in_the_trace_are_assigned(github):
    github.configure("version: 1\nmode: enforce\nclasses:\n  crash: {owners: [codeowners]}\n")
    github.github.commit_file(REPOSITORY, "CODEOWNERS", CODEOWNERS, by="alice")
    async with github.started() as world:
        issue = world.open("It fails", TRACED)
        await world.settle()
        assert issue.assignee_logins == ("bob",)
        (owner,) = (await world.trace())["owners"]
        assert (owner["line"], owner["path"]) == (2, "src/report/draw.py")
        world.writes()


async def test_owners_take_turns_by_the_week_and_keep_what_they_have(github):
    github.configure("version: 1\nmode: enforce\nclasses:\n  crash: {owners: [bob, carol], rotate: weekly}\n")
    async with github.started() as world:
        first = world.crash()
        await world.settle()
        world.clock.advance(7 * 24 * 3600)
        second = world.crash()
        world.github.edit_issue(first, title="It fails at night", by="alice")
        await world.settle()
        assert {first.assignee_logins, second.assignee_logins} == {("bob",), ("carol",)}
        world.writes()


async def test_who_has_the_fewest_open_issues_gets_the_next(github):
    github.configure("version: 1\nmode: enforce\nclasses:\n  crash: {owners: [bob, carol], rotate: least-loaded}\n")
    async with github.started() as world:
        issues = []
        for _ in range(4):
            issues.append(world.crash())
            await world.settle()
        chosen = [issue.assignee_logins for issue in issues]
        assert (chosen.count(("bob",)), chosen.count(("carol",))) == (2, 2)
        world.writes()


async def test_an_issue_without_an_owned_file_says_so(github):
    github.configure("version: 1\nmode: enforce\nclasses:\n  hang: {owners: [codeowners]}\n")
    async with github.started() as world:
        issue = world.open("The application hangs", FREEZE)
        await world.settle()
        assert issue.label_names == ("defect: hang",)
        assert any("codeowners" in reason for reason in (await world.trace())["reasons"])
        world.writes()
