"""A repository's own files: what is in force, and what happens when they break."""

from tests.stories.conftest import ENFORCE, REPOSITORY, TRACEBACK

PATH = ".github/burndown.yml"
OWN = """\
version: 1
rules:
  - id: crash.gone
    class: crash
    score: 9
    when: {word: kaput}
    tests:
      match: ["It is kaput"]
      no-match: ["It works"]
"""


async def test_a_repository_adds_rules_of_its_own(world):
    world.github.commit_file(REPOSITORY, ".github/burndown/rules/own.yml", OWN, by="alice")
    issue = world.open("Everything is kaput")
    await world.settle()
    assert issue.label_names == ("defect: crash",)
    world.writes()
    (found,) = [each for each in (await world.trace())["classification"]["findings"] if each["rule"] == "crash.gone"]
    assert (found["file"], found["text"]) == (".github/burndown/rules/own.yml", "kaput")
    assert len(found["sha"]) == 40


async def test_a_repository_replaces_a_class_of_a_pack(world):
    own = "version: 1\nclasses:\n  - {id: crash, title: Stops, labels: [stops]}\n"
    world.github.commit_file(REPOSITORY, ".github/burndown/rules/own.yml", own, by="alice")
    issue = world.crash()
    await world.settle()
    assert issue.label_names == ("stops",)
    world.writes()


async def test_a_repository_disables_what_it_does_not_want(world):
    world.configure(ENFORCE.replace("classes:\n  crash: {owners: [bob]}\n", "disable: [crash]\n"))
    issue = world.crash()
    await world.settle()
    assert issue.label_names == ("needs-triage",)
    world.writes()


async def test_files_that_contradict_each_other_are_refused_together(world):
    world.crash()
    await world.settle()
    world.writes()
    files = {f".github/burndown/rules/{name}.yml": OWN for name in ("one", "two")}
    world.github.push(REPOSITORY, files, by="alice")
    await world.settle()
    assert world.kinds() == ["check_run"]
    assert "crash.gone stands twice" in world.github.check_runs[-1].annotations[0].message


async def test_the_state_of_the_files_rides_along_and_they_are_read_only_when_it_changes(world):
    world.crash()
    await world.settle()
    world.calls()
    world.writes()
    world.crash()
    await world.settle()
    assert world.calls() == ["IssueSnapshot", "ApplyToIssue"]
    world.writes()
    world.configure(ENFORCE + "explain: none\n")
    await world.settle()
    assert world.calls() == ["GoverningFiles"]
    world.crash()
    await world.settle()
    assert world.calls() == ["IssueSnapshot", "ApplyToIssue"]
    world.writes()


async def test_a_push_that_changes_no_rules_costs_nothing(world):
    await world.settle()
    world.calls()
    world.github.commit_file(REPOSITORY, "src/app.py", "print()", by="bob")
    await world.settle()
    assert world.calls() == []


async def test_a_broken_file_leaves_the_last_good_one_in_force_and_is_told_of_once(world):
    world.crash()
    await world.settle()
    world.writes()
    world.configure(ENFORCE + "explian: comment\n")
    await world.settle()
    assert world.kinds() == ["check_run"]
    run = world.github.check_runs[-1]
    assert (run.conclusion.lower(), run.title) == ("failure", "1 problem in configuration and rules")
    assert "the last good version stays in force" in run.summary
    assert run.annotations[0].start_line == 5
    issue = world.crash()
    await world.settle()
    assert (issue.label_names, issue.assignee_logins) == (("defect: crash",), ("bob",))
    assert world.kinds() == ["labels added", "assignees added"]
    assert "explian" in (await world.trace())["problems"][0]


async def test_a_mended_file_is_told_of_too(world):
    world.configure(ENFORCE + "explian: comment\n")
    await world.settle()
    world.writes()
    world.configure(ENFORCE)
    await world.settle()
    assert world.kinds() == ["check_run"]
    assert world.github.check_runs[-1].conclusion.lower() == "success"
    world.configure(ENFORCE + "explain: none\n")
    await world.settle()
    assert world.writes() == []


async def test_a_broken_file_that_no_push_told_of_is_found_with_the_next_issue(world):
    world.crash()
    await world.settle()
    world.writes()
    url, world.github.hooks.url = world.github.hooks.url, None
    world.configure("version: 2\n")
    world.github.hooks.url = url
    world.crash()
    await world.settle()
    assert sorted(world.kinds()) == ["assignees added", "check_run", "labels added"]
    world.crash()
    await world.settle()
    assert "check_run" not in world.kinds()


async def test_the_boilerplate_of_a_template_is_no_evidence(world):
    template = "---\nname: Bug\n---\nDoes the program crash with a segmentation fault?\n"
    world.github.push(REPOSITORY, {".github/ISSUE_TEMPLATE/bug.md": template}, by="alice")
    issue = world.open("Hello", "Does the program crash with a segmentation fault?\n\nGreetings to all of you")
    await world.settle()
    assert issue.label_names == ("needs-triage",)
    world.writes()


async def test_an_organisation_has_a_default(github):
    github.github.add_repository("acme/.github", alice="maintain")
    github.github.share(github.github.installation, "acme/.github", by="alice")
    github.github.commit_file("acme/.github", PATH, ENFORCE, by="alice")
    async with github.started() as world:
        issue = world.crash()
        await world.settle()
        assert issue.label_names == ("defect: crash",)
        world.writes()
        world.configure("version: 1\nmode: observe\n")
        world.crash()
        await world.settle()
        assert world.writes() == []


async def test_a_change_of_the_organisations_default_is_seen_within_an_hour(github):
    github.github.add_repository("acme/.github", alice="maintain")
    github.github.share(github.github.installation, "acme/.github", by="alice")
    github.github.commit_file("acme/.github", PATH, "version: 1\n", by="alice")
    async with github.started() as world:
        world.open("It fails", TRACEBACK)
        await world.settle()
        assert world.writes() == []
        url, world.github.hooks.url = world.github.hooks.url, None
        world.github.commit_file("acme/.github", PATH, ENFORCE, by="alice")
        world.github.hooks.url = url
        world.clock.advance(3601)
        issue = world.crash()
        await world.settle()
        assert issue.label_names == ("defect: crash",)
        world.writes()


async def test_a_push_to_the_organisations_default_counts_at_once(github):
    github.github.add_repository("acme/.github", alice="maintain")
    github.github.share(github.github.installation, "acme/.github", by="alice")
    github.github.commit_file("acme/.github", PATH, "version: 1\n", by="alice")
    async with github.started() as world:
        world.crash()
        await world.settle()
        assert world.writes() == []
        world.github.commit_file("acme/.github", PATH, ENFORCE, by="alice")
        await world.settle()
        issue = world.crash()
        await world.settle()
        assert issue.label_names == ("defect: crash",)
        world.writes()


async def test_what_was_known_outlives_a_restart(github):
    github.configure(ENFORCE)
    async with github.started() as world:
        world.crash()
        await world.settle()
        world.writes()
    async with github.started() as world:
        world.crash()
        await world.settle()
        assert "GoverningFiles" not in world.calls()
        world.writes()
