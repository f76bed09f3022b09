"""What comes back is known by where it stops or by the code that the product printed, and held against its fix."""

from datetime import timedelta

import pytest

from bot.core.ledger.defects import fold
from bot.core.text.again import APART, NO_MORE, NOWHERE
from bot.core.weeks import week_of
from bot.process.again import Again
from bot.process.report import report
from tests.stories.conftest import ENFORCE, EXPLAIN, REPOSITORY
from tests.stories.test_ledger import OFF, begin, entries, home, lost, settled
from tests.stories.test_slow_rules import policies

CODE, TEST = "src/profiler.py", "tests/test_profiler.py"
LINK = f"Regression-Test: {TEST}::test_empty"
STOPS = """It stops.

Traceback (most recent call last):
  File "/home/{who}/shop/cart/run.py", line {line}, in main
    total(order)
  File "/home/{who}/shop/cart/price.py", line 41, in total
    return table[order]
KeyError: 'blue'
"""
TOOL = ENFORCE + "recurrence: {tool-id: 'ACME-[0-9A-F]{8}', reports: 2}\n"


def seen(world, who, *, version="", title="It stops"):
    """A report of the one crash, from somebody's machine."""
    body = STOPS.format(who=who, line=len(who)) + (f"\n### Version\n\n{version}\n" if version else "")
    return world.open(title, body, by=who)


def said(issue):
    """What our comments on it say."""
    return [each.body for each in issue.comments if each.author.login.endswith("[bot]")]


async def fixed(world, issue):
    """A merged fix, with its test, in release 2.0."""
    files = {CODE: "def profile(): return 1\n", TEST: "def test_empty():\n    assert True\n"}
    body = f"Fixes #{issue.number}\n\n{LINK}"
    pull = world.github.open_pull(REPOSITORY, "Mend it", body, by="bob", files=files)
    await settled(world, 3600)
    world.github.merge_pull(pull, by="alice")
    await settled(world, 3600)
    world.github.publish_release(REPOSITORY, "v2.0", by="alice")
    await settled(world, 3600)
    return pull


async def came_back(world):
    return [(each.number, each.of, each.pull, each.cause) for each in await entries(world) if each.kind == "recurred"]


async def reported(world, after=timedelta(days=8)):
    """The report of this week, looked at later."""
    store, now = world.bot.store, world.clock.now
    outline = (await policies(world).last(home(world))).policy.outline
    return await report(store, outline, home(world), REPOSITORY, week_of(now.date()), now + after)


async def test_a_repeat_of_an_open_defect_is_linked_and_nothing_else(world):
    first = seen(world, "mallory")
    await settled(world)
    world.calls()
    second = seen(world, "carol")
    await world.settle()
    (comment,) = said(second)
    assert f"**Repeats #{first.number}**, which is open. Both stop at the same place" in comment
    assert second.state == "open"
    assert said(first) == []
    assert world.calls() == ["IssueSnapshot", "IssueSnapshot", "ApplyToIssue"]  # where comments are not read as a rule
    assert await came_back(world) == []
    world.github.edit_issue(second, title="It stops again", by="carol")
    await settled(world)
    assert len(said(second)) == 1


async def test_a_comment_that_a_person_deletes_stays_away(world):
    seen(world, "mallory")
    await settled(world)
    second = seen(world, "carol")
    await settled(world)
    (ours,) = second.comments
    world.github.delete_comment(ours, by="alice")
    world.calls()
    world.github.edit_issue(second, title="It stops again", by="carol")
    await settled(world)
    assert world.calls() == ["IssueSnapshot"]
    world.github.comment(second, "/burndown not-duplicate", by="alice")
    await settled(world)
    assert said(second) == []
    world.github.comment(second, "/burndown why", by="alice")
    await settled(world)
    assert len(said(second)) == 1


async def test_what_is_not_so_any_more_is_not_left_standing(world):
    first = seen(world, "mallory")
    await settled(world)
    await fixed(world, first)
    second = seen(world, "carol", version="2.0.1")
    await settled(world)
    assert "Possibly a regression" in said(second)[0]
    world.github.edit_issue(second, body=STOPS.format(who="carol", line=5) + "\n### Version\n\n1.9\n", by="carol")
    await settled(world)
    (comment,) = said(second)
    assert comment.splitlines()[1] == NO_MORE


async def test_with_explanations_a_repeat_costs_nothing_more(world):
    world.configure(EXPLAIN)
    first = seen(world, "mallory")
    await settled(world)
    world.calls()
    second = seen(world, "carol")
    await settled(world)
    assert world.calls() == ["IssueSnapshot", "ApplyToIssue"]
    (comment,) = said(second)
    assert f"**Repeats #{first.number}**" in comment
    assert "Rules version" in comment


async def test_a_report_of_a_version_with_the_fix_is_held_against_it(world):
    first = seen(world, "mallory")
    await settled(world)
    pull = await fixed(world, first)
    second = seen(world, "carol", version="2.0.1")
    await settled(world)
    (comment,) = said(second)
    assert f"**Possibly a regression of #{first.number}**, fixed by #{pull.number} in `v2.0`" in comment
    assert f"`{TEST}::test_empty`" in comment
    assert await came_back(world) == [(second.number, first.number, pull.number, "version has the fix")]
    made = await reported(world)
    (again,) = made.regressions
    assert (again.issue, again.fixed, again.pull, again.kind) == (
        second.number,
        first.number,
        pull.number,
        "recurrence",
    )
    assert again.evidence.startswith("KeyError: 'blue'; on 2.0.1; fixed in v2.0; 1 of 5 reports")
    assert next(each.state for each in made.classes if each.id == "crash") == "regressed"


async def test_enough_reports_make_a_fix_a_failed_one(world):
    world.configure(TOOL)
    first = seen(world, "mallory")
    await settled(world)
    await fixed(world, first)
    for who in ("carol", "alice"):
        seen(world, who, version="2.1")
        await settled(world)
    made = await reported(world)
    assert [each.kind for each in made.regressions] == ["failed-fix"] * 2
    assert next(each.stage for each in made.classes if each.id == "crash") == "failed-fix"


@pytest.mark.parametrize("version", ["1.9", "v1.0.3"])
async def test_a_report_of_an_older_version_says_nothing_of_the_fix(world, version):
    first = seen(world, "mallory")
    await settled(world)
    await fixed(world, first)
    second = seen(world, "carol", version=version)
    await settled(world)
    assert said(second) == []
    assert await came_back(world) == []


async def test_a_code_that_the_product_prints_is_enough(world):
    world.configure(TOOL)
    first = world.open("It fails", "The program crashed with a segmentation fault. ACME-0012ABCD", by="mallory")
    await settled(world)
    second = world.open("Crash", "Segmentation fault (core dumped)\n\nACME-0012ABCD: no such table", by="carol")
    third = world.open("Crash", "Segmentation fault (core dumped)\n\nACME-0012ABCE", by="carol")
    await settled(world)
    assert said(third) == []
    (comment,) = said(second) or [""]
    assert f"**Repeats #{first.number}**" in comment


async def test_a_person_who_says_that_it_is_another_defect_is_right_for_the_next_one_too(world):
    seen(world, "mallory")
    await settled(world)
    second = seen(world, "carol")
    await settled(world)
    world.github.comment(second, "/burndown not-duplicate", by="alice")
    await settled(world)
    (comment,) = said(second)
    assert comment.splitlines()[1] == APART
    third = seen(world, "bob")
    await settled(world)
    assert said(third) == []


async def test_a_person_says_what_an_issue_repeats_and_takes_it_back(world):
    first = seen(world, "mallory")
    await settled(world)
    second = world.crash(by="carol")
    await settled(world)
    world.github.comment(second, f"/burndown duplicate-of #{first.number}", by="alice")
    await settled(world)
    assert [each.splitlines()[1] for each in said(second)] == [
        f"**Repeats #{first.number}**, which is open. A person says so."
    ]
    last = (await entries(world))[-1]
    assert (last.kind, last.number, last.of, last.actor) == ("dismissed", second.number, first.number, "alice")
    made = await reported(world)
    assert sum(each.open for each in made.classes) == 1
    world.github.comment(second, "/burndown not-duplicate", by="alice")
    await settled(world)
    assert [each.kind for each in await entries(world)][-1] == "reopened"
    assert sum(each.open for each in (await reported(world)).classes) == 2


async def test_a_version_that_is_told_later_counts_and_an_older_one_takes_it_back(world):
    first = seen(world, "mallory")
    await settled(world)
    await fixed(world, first)
    second = seen(world, "carol")
    await settled(world)
    causes, text = ["possible regression"], second.body
    for version, cause in ("2.0.1", "version has the fix"), ("1.9", "another defect"), ("2.0.1", "version has the fix"):
        world.github.edit_issue(second, body=f"{text}\n### Version\n\n{version}\n", by="carol")
        await settled(world)
        causes.append(cause)
        assert [each[3] for each in await came_back(world)] == causes
        assert len((await reported(world)).regressions) == (cause != "another defect")
    world.github.edit_issue(second, body="It crashes, and that is all.", by="carol")
    await settled(world)
    assert [each[3] for each in await came_back(world)] == causes  # it was seen, all the same


async def test_the_last_word_of_what_an_issue_repeats_holds(world):
    first = seen(world, "mallory")
    await settled(world)
    await fixed(world, first)
    other, another = world.crash(by="bob"), world.crash(by="mallory")
    await settled(world)
    second = seen(world, "carol", version="2.0.1")
    await settled(world)
    found = []
    for of in (other, another, first, None, first, None, None, other):
        word = f"duplicate-of #{of.number}" if of else "not-duplicate"
        world.github.comment(second, f"/burndown {word}", by="alice")
        await settled(world)
        step = fold([each for each in await entries(world) if each.number == second.number])[-1]
        made = await reported(world)
        assert await Again(world.bot.store).past(home(world)) == ()
        found.append((step.ended, step.ref, len(made.regressions), sum(each.open for each in made.classes)))
    repeats, apart, back = ("dismissed", other.number, 0, 2), ("", 0, 0, 3), ("", 0, 1, 3)
    assert found == [repeats, ("dismissed", another.number, 0, 2), back, apart, back, apart, apart, repeats]


async def test_a_word_on_the_first_report_mutes_nothing(world):
    first = seen(world, "mallory")
    await settled(world)
    world.github.comment(first, "/burndown not-duplicate", by="alice")
    await settled(world)
    second = seen(world, "carol")
    await settled(world)
    assert f"**Repeats #{first.number}**" in said(second)[0]


async def test_what_repeats_itself_in_a_circle_or_nothing_that_is_known_stays_in_the_stock(world):
    first, second, third = (world.crash(by=who) for who in ("mallory", "carol", "bob"))
    pull = world.github.open_pull(REPOSITORY, "Mend it", "", by="bob", files={CODE: "pass\n"})
    await settled(world)
    for issue, of in (second, first), (third, second), (first, third), (first, pull), (first, 9999):
        number = of if of == 9999 else of.number
        world.github.comment(issue, f"/burndown duplicate-of #{number}", by="alice")
        await settled(world)
        found = fold([each for each in await entries(world) if each.number == issue.number])[-1]
        if issue is first:
            assert f"`#{number}`: {NOWHERE}" in said(first)[0]
            assert found.ended == ""
        else:
            assert f"**Repeats #{first.number}**, which is open" in said(issue)[0]
            assert found.ref == first.number
    assert sum(each.open for each in (await reported(world)).classes) == 1


async def test_what_was_closed_in_the_meantime_stays_closed_when_it_is_a_defect_of_its_own(world):
    first, second = world.crash(by="mallory"), world.crash(by="carol")
    await settled(world)
    world.github.comment(second, f"/burndown duplicate-of #{first.number}", by="alice")
    await settled(world)
    world.github.close(second, by="alice")
    await settled(world)
    world.github.comment(second, "/burndown not-duplicate", by="alice")
    await settled(world)
    assert fold([each for each in await entries(world) if each.number == second.number])[-1].ended == "closed"


async def test_what_was_found_to_be_no_defect_is_not_held_against_a_fix(world):
    world.configure(TOOL)
    first = seen(world, "mallory")
    await settled(world)
    await fixed(world, first)
    for who in ("carol", "alice"):
        issue = seen(world, who, version="2.1")
        await settled(world)
        world.github.close(issue, by="bob", reason="not_planned")
        await settled(world)
    assert (await reported(world)).regressions == ()


async def test_an_issue_does_not_repeat_itself(world):
    issue = seen(world, "mallory")
    await settled(world)
    world.github.comment(issue, f"/burndown duplicate-of #{issue.number}", by="alice")
    await settled(world)
    assert "An issue is no duplicate of itself." in said(issue)[-1]


async def test_what_came_back_before_the_bot_was_there_is_found_again(world):
    first = seen(world, "mallory")
    await settled(world)
    await fixed(world, first)
    seen(world, "carol", version="2.0.1")
    await settled(world)
    before = await came_back(world)
    assert len(before) == 1
    async with lost(world) as anew:
        await begin(anew)
        await anew.settle()
        assert await came_back(anew) == before


async def test_alike_issues_are_named_and_not_linked(world):
    world.configure(EXPLAIN)
    older = world.open(
        "Export to parquet writes an empty file", "The export of wide tables writes an empty file.", by="mallory"
    )
    await settled(world)
    newer = world.open(
        "Empty parquet file after export", "Exporting wide tables leaves an empty parquet file.", by="carol"
    )
    await settled(world)
    (comment,) = said(newer)
    assert f"Reads like `#{older.number}`." in comment
    assert f" #{older.number}" not in comment.replace(f"`#{older.number}`", "")


@pytest.mark.parametrize("text", [OFF, "version: 1\nmode: observe\n"])
async def test_nothing_is_linked_where_nothing_is_to_be_written(world, text):
    world.configure(text)
    seen(world, "mallory")
    await settled(world)
    second = seen(world, "carol")
    await settled(world)
    assert said(second) == []


async def test_links_are_left_out_where_they_are_not_wanted(world):
    world.configure(ENFORCE + "recurrence: {comment: false}\n")
    seen(world, "mallory")
    await settled(world)
    second = seen(world, "carol")
    await settled(world)
    assert said(second) == []


async def test_of_a_burst_every_report_but_the_first_is_linked(world):
    reports = [seen(world, who) for who in ("mallory", "carol", "bob", "alice") * 3]
    await settled(world)
    first, *others = reports
    assert said(first) == []
    assert [f"**Repeats #{first.number}**" in "".join(said(each)) for each in others] == [True] * len(others)
