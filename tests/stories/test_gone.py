"""What is deleted, moved, locked away or taken back: named, recorded, no retry storm."""

import pytest

from tests.stories.conftest import ENFORCE, REPOSITORY


def delete(world, issue):
    world.github.delete_issue(issue, by="alice")


def transfer(world, issue):
    world.github.add_repository("acme/attic", alice="admin")
    world.github.transfer(issue, "acme/attic", by="alice")


def archive(world, _issue):
    world.github.archive(REPOSITORY)


def take_back(world, _issue):
    world.github.grant(world.github.installation, {"metadata": "read"}, by="alice")


def suspend(world, _issue):
    world.github.suspend(world.github.installation, by="alice")


FATES = {
    delete: "SubjectGone",
    transfer: "SubjectGone",
    archive: "read-only",
    take_back: "does not grant",
    suspend: "suspended",
}


@pytest.mark.parametrize("fate", FATES, ids=lambda fate: fate.__name__)
async def test_a_subject_that_is_gone_ends_its_delivery_with_the_reason(world, fate):
    world.github.hooks.hold()
    issue = world.crash()
    fate(world, issue)
    world.github.hooks.release()
    await world.settle()
    rows = await world.bot.store.inbox.rows()
    opened = next(row for row in rows if row.event == "issues" and row.action == "opened")
    assert opened.state == "done"
    assert FATES[fate] in opened.error
    assert opened.attempt == 1
    assert len(world.calls()) <= 6


async def test_uninstalling_drops_what_waits_and_forgets_what_was_known(world):
    world.crash()
    await world.settle()
    world.writes()
    world.github.uninstall(world.github.installation, by="alice")
    await world.settle()
    assert await world.bot.store.decisions.newest() == []
    assert "its data is deleted" in (await world.bot.store.inbox.rows())[0].error


async def test_a_replayed_goodbye_erases_nothing(world):
    world.crash()
    await world.settle()
    world.writes()
    body = {"action": "deleted", "installation": {"id": world.github.installation.id}}
    world.github.hooks.deliver("installation", body)
    await world.settle()
    assert len(await world.bot.store.decisions.newest()) == 1


async def test_a_suspended_installation_is_served_again_when_it_is_unsuspended(world):
    world.github.suspend(world.github.installation, by="alice")
    await world.settle()
    world.github.unsuspend(world.github.installation, by="alice")
    issue = world.crash()
    await world.settle()
    assert issue.label_names == ("defect: crash",)
    assert len(world.writes()) == 3


async def test_a_repository_that_is_not_installed_is_not_seen(github):
    github.configure(ENFORCE)
    github.github.add_repository("acme/other", alice="admin")
    async with github.started() as world:
        world.github.open_issue("acme/other", "It fails", "Traceback (most recent call last):", by="alice")
        await world.settle()
        assert world.calls() == []


async def test_unknown_events_are_accepted_and_ignored(world):
    for event in ("star", "workflow_job", "something_new"):
        world.github.hooks.deliver(event, {"action": "created", "sender": {"login": "alice", "type": "User"}})
    await world.settle()
    assert [each.status_code for each in world.github.hooks.log[-3:]] == [202, 202, 202]
    assert world.calls() == []
