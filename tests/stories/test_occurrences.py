"""What was seen outside of the tracker stands in the weekly issue, and goes when the App goes."""

from datetime import UTC, datetime

from bot import schedule
from bot.core.report.occurrences import Occurrence
from tests.stories.conftest import ENFORCE, REPOSITORY

SEEN = Occurrence("support", "T-1", datetime(2026, 11, 18, tzinfo=UTC), "crash", count=17, note="@alice said #1")
LATER = Occurrence("support", "T-2", datetime(2026, 11, 23, tzinfo=UTC), "crash", count=4)


async def test_the_weekly_issue_shows_them_apart_and_uninstalling_forgets_them(world):
    world.configure(ENFORCE + "report: {}\n")
    await world.settle()
    store, home = world.bot.store, world.github.repository(REPOSITORY)
    await store.occurrences.keep(home.id, world.github.installation.id, [SEEN, LATER])
    await schedule.Reports(store).put(world.clock.now)
    await world.settle()
    (issue,) = home.issues.values()
    assert "### Reports from outside\n\n| source | about | reports |" in issue.body
    assert "| `support` | `crash` | 17 |" in issue.body
    assert "In 2026-W47 nothing arrived" in issue.body
    assert "alice" not in issue.body
    assert world.kinds() == ["issue opened", "comment added"]
    world.github.uninstall(world.github.installation, by="alice")
    await world.settle()
    assert await store.occurrences.known(home.id) == {}
