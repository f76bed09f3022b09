"""The chapters of the story, in order: who does what, and what came of it. They may not repeat what the bot decides."""

from http import HTTPStatus

import aiohttp
from rich.markdown import Markdown
from rich.panel import Panel
from rich.syntax import Syntax

from bot.demo import papers
from bot.demo.stage import REPOSITORY, Stage
from bot.sandbox import CheckRun, Issue, Pull

TEST_CHECK = "burndown / regression-test"
RULES_CHECK = "burndown / rules"
LINK = "Regression-Test: "


async def tell(stage: Stage) -> None:
    stage.console.print(Panel("Burndown on a simulated GitHub: acme/widget, with alice, bob and carol", expand=False))
    files = {papers.CODE_PATH: papers.CODE, papers.TEST_PATH: papers.TESTS, ".github/burndown.yml": papers.CONFIG}
    stage.github.push(REPOSITORY, files, by="alice")
    await stage.settle()  # the sweep at the start
    crash = await opens(stage, "alice", "Profiler stops on an empty table", papers.CRASH)
    explained(stage, crash)
    unclear = await opens(stage, "mallory", "Something is off", papers.UNCLEAR)
    await says(stage, "bob", unclear, "/burndown class hang")
    await fixes(stage, crash)
    await takes_away(stage)
    await comes_back(stage)
    await waives(stage, unclear)
    await corrects(stage)
    await proposes(stage)
    await repeats(stage)
    await forges(stage)
    accounts(stage)


async def opens(stage: Stage, who: str, title: str, body: str) -> Issue:
    stage.say(f"\n[bold]{who}[/] opens an issue: “{title}”")
    issue = stage.github.open_issue(REPOSITORY, title, body, by=who)
    await stage.settle()
    assigned = {"assigned": ", ".join(issue.assignee_logins)} if issue.assignees else {}
    stage.show(labels=labels(issue), **assigned, cost=stage.cost())
    return issue


def explained(stage: Stage, issue: Issue) -> None:
    """Its one comment, without the marker and what follows the table."""
    stage.show(comment="one, which says why:")
    _, _, comment = issue.comment_bodies[0].partition("\n")
    table = comment[: comment.rindex("|\n") + 1]
    stage.draw(Markdown(table))


async def says(stage: Stage, who: str, issue: Issue, command: str) -> None:
    stage.say(f"\n[bold]{who}[/] comments on “{issue.title}”: {command}")
    comment = stage.github.comment(issue, command, by=who)
    await stage.settle()
    answer = ", ".join(each.content for each in comment.reactions)
    stage.show(labels=labels(issue), answered=f"by {answer}")


async def fixes(stage: Stage, issue: Issue) -> None:
    stage.say("\n[bold]bob[/] fixes the first one in a pull request, without a test")
    closing = f"Fixes #{issue.number}"
    files = {papers.CODE_PATH: papers.FIXED}
    pull = stage.github.open_pull(REPOSITORY, "An empty table has no mean", closing, by="bob", files=files)
    await stage.settle()
    checked(stage)
    stage.say("\n[bold]bob[/] pushes a test")
    stage.draw(Syntax(papers.TEST, "python", theme="ansi_dark", background_color="default"))
    stage.github.push_to_pull(pull, {papers.TEST_PATH: f"{papers.TESTS}\n\n{papers.TEST}"}, by="bob")
    await stage.settle()
    link = next(line for line in (newest(stage).summary or "").splitlines() if line.startswith(LINK))
    checked(stage, offers=link)
    stage.say("\n[bold]bob[/] copies that line into the description")
    stage.github.edit_pull(pull, body=f"{closing}\n\n{link}", by="bob")
    await stage.settle()
    checked(stage)
    stage.github.merge_pull(pull, by="alice")
    await stage.settle()


async def takes_away(stage: Stage) -> None:
    stage.say(f"\nIt is merged. Later [bold]carol[/] tidies up, and deletes {papers.TEST_PATH}")
    pull = stage.github.open_pull(REPOSITORY, "Tidy up", by="carol", files={papers.TEST_PATH: None})
    await stage.settle()
    checked(stage, warns=newest(stage).annotations[0].message)
    stage.github.close_pull(pull, by="carol")
    await stage.settle()


async def comes_back(stage: Stage) -> None:
    stage.github.publish_release(REPOSITORY, "v1.1", by="alice")
    await stage.settle()
    stage.say("\n[bold]alice[/] publishes v1.1 with the fix. Then [bold]mallory[/] sees the crash in 1.1.2, elsewhere")
    issue = stage.github.open_issue(REPOSITORY, "Nightly run stopped", papers.AGAIN, by="mallory")
    await stage.settle()
    known = next(line for line in issue.comment_bodies[0].splitlines() if "regression" in line)
    told, _, _ = known.replace("**", "").partition(" Both stop at the same place")
    stage.show(comment=told, cost=stage.cost())


async def waives(stage: Stage, issue: Issue) -> None:
    files = {"profiler/pool.py": "CONNECTIONS = 8\n"}
    pull = stage.github.open_pull(REPOSITORY, "Fewer connections", f"Fixes #{issue.number}", by="bob", files=files)
    await stage.settle()
    stage.say(f"\n[bold]bob[/] fixes the other and asks: {papers.WAIVE}")
    await comments(stage, pull, papers.WAIVE, by="bob")
    checked(stage)
    stage.say("\n[bold]bob[/] approves it himself")
    await comments(stage, pull, "/burndown approve", by="bob")
    _, _, answer = pull.comment_bodies[-1].partition("\n")  # the marker
    stage.show(answer=answer)
    stage.say("\n[bold]carol[/] approves it")
    await comments(stage, pull, "/burndown approve", by="carol")
    checked(stage)


async def comments(stage: Stage, pull: Pull, command: str, *, by: str) -> None:
    stage.github.comment(pull, command, by=by)
    await stage.settle()


async def corrects(stage: Stage) -> None:
    issue = await opens(stage, "carol", "Export reports as CSV", papers.WISH)
    name = issue.label_names[0]
    stage.say(f"\n[bold]alice[/] takes “{name}” off, then edits the text: she has the last word")
    stage.github.unlabel(issue, name, by="alice")
    await stage.settle()
    stage.github.edit_issue(issue, by="alice", body=f"{papers.WISH}\n\nWith a header, please.")
    await stage.settle()
    stage.show(labels=", ".join(issue.label_names) or "none: it is not added again", cost=stage.cost())


async def proposes(stage: Stage) -> None:
    stage.say("\n[bold]carol[/] proposes a rule in a pull request; it takes effect when it is merged")
    files = {".github/burndown/rules/odd.yml": papers.RULE}
    stage.github.open_pull(REPOSITORY, "A class for what is odd", by="carol", files=files)
    await stage.settle()
    checked(stage, RULES_CHECK)


async def repeats(stage: Stage) -> None:
    stage.say("\nGitHub delivers the webhook of the first issue [bold]again[/]")
    first = next(each for each in stage.github.hooks.log if each.event == "issues")
    stage.github.hooks.redeliver(first.guid)
    await stage.settle()
    stage.show(cost=f"{stage.cost()}: it is known by its id and by its body")


async def forges(stage: Stage) -> None:
    stage.say("\nSomebody [bold]forges[/] a delivery")
    headers = {
        "X-GitHub-Event": "issues",
        "X-GitHub-Delivery": "forged",
        "X-Hub-Signature-256": "sha256=" + "0" * 64,
        "Content-Type": "application/json",
    }
    url = f"http://127.0.0.1:{stage.bot.port}/webhook"
    async with aiohttp.ClientSession() as session, session.post(url, data=b"{}", headers=headers) as answer:
        status = HTTPStatus(answer.status)
        stage.show(answer=f"{status.value} {status.phrase}: {(await answer.text()).strip()}")


def accounts(stage: Stage) -> None:
    books = stage.github.books
    gap = books.smallest_write_gap_seconds(stage.github.installation.id)
    apart = f", at least {gap:.1f} s apart by a clock that skips the waiting" if gap else ""
    tokens = sum(books.token_mints.values())
    stage.say(f"\nIn all: {len(books.calls)} calls, {len(books.writes)} changes{apart}; {tokens} token.")


def checked(stage: Stage, name: str = TEST_CHECK, **more: str) -> None:
    """What the newest check of a name says, and what it cost."""
    run = newest(stage, name)
    stage.show(check=f"{run.name}: {run.conclusion}, “{run.title}”", **more, cost=stage.cost())


def newest(stage: Stage, name: str = TEST_CHECK) -> CheckRun:
    return [run for run in stage.github.check_runs if run.name == name][-1]


def labels(issue: Issue) -> str:
    return ", ".join(issue.label_names) or "none"
