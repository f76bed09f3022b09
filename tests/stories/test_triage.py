"""What a maintainer sees of an issue that arrives."""

from bot.sandbox.books import Write
from tests.stories.conftest import ENFORCE, EXPLAIN, REPOSITORY, TRACEBACK


async def test_a_crash_gets_its_label_and_its_owner(world):
    issue = world.crash()
    await world.settle()
    assert issue.label_names == ("defect: crash",)
    assert issue.assignee_logins == ("bob",)
    assert world.kinds() == ["label created", "labels added", "assignees added"]


async def test_a_missing_label_is_created_with_colour_and_description(world):
    world.crash()
    await world.settle()
    label = world.github.repository(REPOSITORY).labels["defect: crash"]
    assert label.color == "d73a4a"
    assert "Burndown" in label.description
    assert len(world.writes()) == 3


async def test_an_unclear_issue_is_left_to_a_person(world):
    issue = world.open("Something is odd")
    await world.settle()
    assert issue.label_names == ("needs-triage",)
    assert issue.assignee_logins == ()
    assert world.kinds() == ["label created", "labels added"]


async def test_without_a_configuration_nothing_is_written_but_the_decision_is_recorded(github):
    async with github.started() as world:
        world.crash()
        await world.settle()
        trace = await world.trace()
    assert trace["classes"] == ["crash"]
    assert trace["mode"] == "observe"
    assert trace["effects"] == [{"add labels": ["defect: crash"]}]
    assert not trace["written"]


async def test_mode_off_decides_and_writes_nothing(github):
    github.configure(ENFORCE.replace("enforce", "off"))
    async with github.started() as world:
        world.crash()
        await world.settle()
        assert (await world.trace())["effects"] == []


async def test_the_explanation_is_one_comment_only_where_configured(github):
    github.configure(EXPLAIN)
    async with github.started() as world:
        issue = world.crash()
        await world.settle()
        assert world.kinds() == ["label created", "labels added", "assignees added", "comment added"]
        world.github.edit_issue(issue, title="It fails again", by="alice")
        await world.settle()
        assert world.writes() == []
    assert len(issue.comment_bodies) == 1
    assert "crash.trace" in issue.comment_bodies[0]


async def test_the_explanation_is_edited_when_what_it_says_changed(github):
    github.configure(EXPLAIN)
    async with github.started() as world:
        issue = world.open("Something is odd")
        await world.settle()
        world.writes()
        world.github.edit_issue(issue, body=TRACEBACK, by="alice")
        await world.settle()
        assert world.kinds() == [
            "label created",
            "labels removed",
            "labels added",
            "assignees added",
            "comment edited",
        ]
    assert issue.label_names == ("defect: crash",)


async def test_our_marker_in_somebody_elses_comment_is_not_ours(github):
    github.configure(EXPLAIN)
    issue = github.crash()
    stolen = "<!-- burndown:explanation 0000000000000000 -->\nI am the bot."
    github.github.comment(issue, stolen, by="mallory")
    async with github.started() as world:
        world.github.edit_issue(issue, title="It fails again", by="alice")
        await world.settle()
        assert "comment added" in world.kinds()
    assert issue.comment_bodies[0] == stolen


async def test_a_person_may_ask_why(world):
    issue = world.crash()
    await world.settle()
    world.writes()
    world.github.comment(issue, "Hm.\n/burndown why", by="carol")
    await world.settle()
    answer = Write("comment added", REPOSITORY, issue.number, (issue.comment_bodies[1],))
    assert world.writes() == [answer, Write("reaction added", REPOSITORY, issue.number, ("THUMBS_UP",))]


async def test_a_question_in_a_code_block_is_not_a_command(world):
    issue = world.crash()
    await world.settle()
    world.writes()
    world.github.comment(issue, "```\n/burndown why\n```", by="carol")
    await world.settle()
    assert world.writes() == []


async def test_an_assignee_without_access_is_named_and_not_tried_again(github):
    github.configure(ENFORCE.replace("bob", "mallory"))
    async with github.started() as world:
        issue = world.crash()
        await world.settle()
        assert (await world.trace())["dropped"] == ["mallory"]
        world.writes()
        world.github.edit_issue(issue, title="Still", by="alice")
        await world.settle()
        assert world.writes() == []
        assert "did not accept" in (await world.trace())["reasons"][0]


async def test_an_unknown_owner_is_named(github):
    github.configure(ENFORCE.replace("bob", "nobody-at-all"))
    async with github.started() as world:
        world.crash()
        await world.settle()
        assert (await world.trace())["dropped"] == ["nobody-at-all"]
        assert world.kinds() == ["label created", "labels added"]


async def test_a_broken_configuration_leaves_the_last_good_one_in_force(world):
    world.crash()
    await world.settle()
    world.writes()
    world.configure("version: 1\nmode: enforc\n")
    issue = world.crash()
    await world.settle()
    assert issue.label_names == ("defect: crash",)
    assert sorted(world.kinds()) == ["assignees added", "check_run", "labels added"]
    assert (await world.trace())["problems"] == [
        ".github/burndown.yml:2:1: mode: 'enforc' is not known - write \"enforce\""
    ]


async def test_a_configuration_that_was_never_good_is_told_of_and_nothing_else_is_written(github):
    github.configure("version: 1\nextends: [nonesuch]\n")
    async with github.started() as world:
        world.crash()
        await world.settle()
        trace = await world.trace()
        assert world.kinds() == ["check_run"]
    assert trace["mode"] == "observe"
    assert "there is no pack 'nonesuch'" in trace["problems"][0]
