"""Rules that go wrong cannot do much harm: they write little in an hour, and what is slow is put aside."""

from tests.stories.conftest import ENFORCE, REPOSITORY

FEW = ENFORCE + "writes-per-hour: 3\n"


async def test_rules_change_no_more_issues_in_an_hour_than_they_may(github):
    github.configure(FEW)
    async with github.started() as world:
        issues = []
        for _ in range(5):
            issues.append(world.crash())
            await world.settle_now()
        assert [bool(issue.label_names) for issue in issues] == [True, True, True, False, False]
        waiting = await world.bot.store.inbox.rows(state="todo", limit=10)
        assert all("rules have changed 3 issues here within an hour" in row.error for row in waiting)
        assert len(waiting) == 2
        world.clock.advance(3600)
        await world.settle()
        assert all(issue.label_names for issue in issues)
        world.writes()


async def test_what_people_ask_for_does_not_wait(github):
    github.configure(FEW)
    async with github.started() as world:
        issues = []
        for _ in range(4):
            issues.append(world.crash())
            await world.settle_now()
        world.github.comment(issues[0], "/burndown class hang", by="bob")
        await world.settle_now()
        assert issues[0].label_names == ("defect: hang",)
        world.clock.advance(7200)
        await world.settle()
        world.writes()


async def test_other_repositories_of_the_installation_do_not_wait(github):
    github.configure(FEW)
    github.github.add_repository("acme/other", alice="maintain", bob="write")
    github.github.share(github.github.installation, "acme/other", by="alice")
    github.github.commit_file("acme/other", ".github/burndown.yml", FEW, by="alice")
    async with github.started() as world:
        for _ in range(4):
            world.crash()
            await world.settle_now()
        issue = world.github.open_issue("acme/other", "It fails", "Segmentation fault (core dumped)", by="alice")
        await world.settle_now()
        assert issue.label_names
        assert world.github.repository(REPOSITORY)
        world.clock.advance(7200)
        await world.settle()
        world.writes()
