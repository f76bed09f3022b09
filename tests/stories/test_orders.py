"""GitHub promises no order: whatever the order in which events arrive, the issue ends in the same state."""

from itertools import combinations, permutations

import pytest

from tests.stories.conftest import ENFORCE, FREEZE, REPOSITORY, TRACEBACK

ACTS = {
    "edit to a freeze": lambda g, i: g.edit_issue(i, title="The application hangs", body=FREEZE, by="alice"),
    "edit to nothing": lambda g, i: g.edit_issue(i, title="Something is odd", body="", by="alice"),
    "a person's class label": lambda g, i: g.label(i, "defect: hang", by="carol"),
    "a label of no class": lambda g, i: g.label(i, "urgent", by="carol"),
    "a person assigns": lambda g, i: g.assign(i, "carol", by="alice"),
    "close": lambda g, i: g.close(i, by="alice"),
    "reopen": lambda g, i: g.reopen(i, by="alice") if i.state == "closed" else None,
    "a comment": lambda g, i: g.comment(i, "Me too.", by="mallory"),
    "edit to a crash": lambda g, i: g.edit_issue(i, title="It fails", body=TRACEBACK, by="alice"),
}
# Fifty: every pair of acts, then longer ones; each follows the opening.
PAIRS = list(combinations(ACTS, 2))
LONGER = [tuple(ACTS)[n : n + size] for size, starts in ((3, 8), (4, 5), (5, 1)) for n in range(starts)]
SCENARIOS = [*PAIRS, *LONGER]


def test_there_are_fifty_scenarios_of_at_most_six_events():
    assert len(SCENARIOS) == 50
    assert max(map(len, SCENARIOS)) + 1 == 6


@pytest.mark.parametrize(
    "chosen", [SCENARIOS[:36], *([each] for each in LONGER)], ids=lambda each: f"{len(each)}x{len(each[0]) + 1}"
)
async def test_every_order_of_the_events_ends_in_the_same_state(github, chosen):
    github.configure(ENFORCE)
    for name in ("defect: hang", "urgent"):
        github.github.create_label(REPOSITORY, name, by="alice")
    async with github.started(debounce_seconds=1) as world:
        for acts in chosen:
            assert len({state(issue) for issue in await in_every_order(world, acts)}) == 1
        world.writes()


async def in_every_order(world, acts):
    """One issue for each order in which the events of the same acts can arrive."""
    hooks, issues, orders = world.github.hooks, [], [None]
    hooks.hold()
    told = []
    while len(issues) < len(orders):
        before = len(hooks._held)
        issue = world.crash()
        for act in acts:
            ACTS[act](world.github, issue)
        events = hooks._held[before:]
        del hooks._held[before:]
        orders = list(permutations(range(len(events)))) if not issues else orders
        told += [events[number] for number in orders[len(issues)]]
        issues.append(issue)
    hooks._held[:] = told
    hooks.release()
    await world.settle()
    return issues


def state(issue):
    return (*sorted(issue.label_names), *sorted(issue.assignee_logins))
