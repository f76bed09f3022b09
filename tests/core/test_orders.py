from datetime import timedelta

import pytest

from bot.core.model import Asked, Orders
from bot.core.people.commands import (
    Help,
    NotClass,
    Pause,
    Recheck,
    Role,
    SetClass,
    SetOwner,
    Undo,
    Unknown,
    Why,
    commands,
)
from bot.core.people.orders import Heard, Refusal, hear
from tests.core.conftest import NOW

BEFORE = NOW - timedelta(days=1)
SAID = Orders(
    class_id="docs",
    class_at=BEFORE,
    rejected=frozenset({"hang"}),
    owner="bob",
    is_left_alone=True,
    paused_until=NOW + timedelta(days=1),
)
STATES = {"nothing was said": Orders(), "all was said": SAID}
EVERY = {
    "/burndown why": Role.NONE,
    "/burndown help": Role.NONE,
    "/burndown class crash": Role.TRIAGE,
    "/burndown not crash": Role.TRIAGE,
    "/burndown owner @ann": Role.TRIAGE,
    "/burndown undo": Role.TRIAGE,
    "/burndown pause": Role.TRIAGE,
    "/burndown recheck": Role.TRIAGE,
}


@pytest.fixture
def heard(rules):
    """What came of a comment."""

    def hears(body, orders=None, role="admin", ran=()):
        asked = Asked("IC_1", body, "ann", Role(role), NOW, frozenset(ran))
        return hear(orders or Orders(), asked, rules)

    return hears


@pytest.mark.parametrize("orders", STATES.values(), ids=STATES)
def test_without_a_comment_everything_stays(rules, orders):
    assert hear(orders, None, rules) == Heard(orders)


@pytest.mark.parametrize("orders", STATES.values(), ids=STATES)
@pytest.mark.parametrize("body", ["", "me too", "> /burndown undo", "/burndownundo"])
def test_talk_changes_nothing(heard, body, orders):
    assert heard(body, orders) == Heard(orders)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("body", EVERY)
def test_a_command_needs_its_role_whatever_was_said_before(heard, body, state, role):
    orders = STATES[state]
    found = heard(body, orders, role)
    assert found.ran == (body if body != "/burndown pause" else "/burndown pause 7",)
    if role.at_least(EVERY[body]):
        assert found.refusals == ()
    else:
        (command,) = commands(body)
        assert found == Heard(orders, found.ran, (Refusal(command, needs=EVERY[body]),))


WEEK = NOW + timedelta(days=7)
DUPLICATE = ("duplicate_of", "duplicate_at", "is_apart")


@pytest.mark.parametrize(
    ("body", "before", "after"),
    [
        pytest.param("why", Orders(), {"wants_why": True}, id="why"),
        pytest.param("why", SAID, {"wants_why": True}, id="why, of what people said"),
        pytest.param("help", SAID, {"wants_help": True}, id="help"),
        pytest.param(
            "class crash",
            Orders(),
            {"class_id": "crash", "class_at": NOW, "rechecked_at": NOW},
            id="a class",
        ),
        pytest.param(
            "class hang",
            SAID,
            {
                "class_id": "hang",
                "class_at": NOW,
                "rejected": frozenset(),
                "is_left_alone": False,
                "rechecked_at": NOW,
            },
            id="a class that was ruled out before, of an issue that was left alone",
        ),
        pytest.param("not crash", Orders(), {"rejected": frozenset({"crash"})}, id="not a class"),
        pytest.param(
            "not docs",
            SAID,
            {"class_id": "", "rejected": frozenset({"hang", "docs"})},
            id="not the class that was said",
        ),
        pytest.param("not hang", SAID, {}, id="not a class, once more"),
        pytest.param("owner @cleo", Orders(), {"owner": "cleo", "owner_at": NOW}, id="an owner"),
        pytest.param(
            "owner octo/core", SAID, {"owner": "octo/core", "owner_at": NOW}, id="a team in the place of an owner"
        ),
        pytest.param(
            "duplicate-of #2",
            Orders(is_apart=True),
            {"duplicate_of": 2, "duplicate_at": NOW, "is_apart": False},
            id="what it repeats",
        ),
        pytest.param(
            "not-duplicate",
            Orders(duplicate_of=2),
            {"duplicate_of": 0, "duplicate_at": NOW, "is_apart": True},
            id="a defect of its own",
        ),
        pytest.param("undo", Orders(), {"is_left_alone": True}, id="undo"),
        pytest.param("undo", SAID, {"class_id": "", "owner": ""}, id="undo of what people said"),
        pytest.param("pause", Orders(), {"paused_until": WEEK}, id="a pause of a week"),
        pytest.param("pause 90", SAID, {"paused_until": NOW + timedelta(days=90)}, id="a longer pause"),
        pytest.param("pause 1d", SAID, {"paused_until": NOW + timedelta(days=1)}, id="a shorter pause"),
        pytest.param("recheck", Orders(), {"rechecked_at": NOW}, id="once more"),
        pytest.param(
            "recheck",
            SAID,
            {"is_left_alone": False, "paused_until": None, "rechecked_at": NOW},
            id="once more, of an issue that was left alone and paused",
        ),
    ],
)
def test_a_command_changes(heard, body, before, after):
    found = heard(f"/burndown {body}", before)
    for name in ("class_id", "class_at", "rejected", "owner", "owner_at", "is_left_alone", "paused_until", *DUPLICATE):
        assert getattr(found.orders, name) == after.get(name, getattr(before, name)), name
    for name in ("wants_why", "wants_help"):
        assert getattr(found, name) is after.get(name, False), name
    assert found.rechecked_at == after.get("rechecked_at")


@pytest.mark.parametrize(
    ("body", "instead"),
    [
        pytest.param("class crahs", "/burndown class crash", id="a class with a slip"),
        pytest.param("not crahs", "/burndown not crash", id="not a class, with a slip"),
        pytest.param(
            "class zzz", "/burndown class bare or crash or docs or hang or many or rest", id="a class like no other"
        ),
        pytest.param("clas crash", "/burndown class <id>", id="a command with a slip"),
        pytest.param("class", "/burndown class <id>", id="a class without its name"),
        pytest.param("pause 91", "/burndown pause [days]", id="a pause that is too long"),
        pytest.param("zzz", "/burndown help", id="a command like no other"),
    ],
)
def test_what_was_not_understood_changes_nothing_and_says_what_to_write(heard, body, instead):
    found = heard(f"/burndown {body}", SAID)
    assert found.orders == SAID
    assert [(each.needs, each.instead) for each in found.refusals] == [(None, instead)]


@pytest.mark.parametrize("body", ["test a::b", "waive ui Only the colours change.", "approve", "reject"])
@pytest.mark.parametrize("role", Role)
def test_what_counts_on_pull_requests_changes_nothing_on_an_issue(heard, body, role):
    (command,) = commands(f"/burndown {body}")
    refusal = Refusal(command, instead="/burndown help")
    assert heard(f"/burndown {body}", SAID, role) == Heard(SAID, (f"/burndown {body}",), (refusal,))


def test_what_is_near_counts_on_issues(heard):
    assert [each.instead for each in heard("/burndown aprove").refusals] == ["/burndown help"]


def test_who_may_not_is_not_told_of_classes(heard):
    (refusal,) = heard("/burndown class zzz", role="read").refusals
    assert (refusal.needs, refusal.instead) == (Role.TRIAGE, "")


def test_anybody_is_told_of_a_command_that_is_none(heard):
    (refusal,) = heard("/burndown zzz", role="none").refusals
    assert (refusal.needs, refusal.instead) == (None, "/burndown help")


def test_several_commands_run_one_after_the_other(heard):
    found = heard("/burndown undo\n/burndown class crash\n/burndown not crash\n/burndown pause 2\n/burndown why")
    assert found.orders == Orders(class_at=NOW, rejected=frozenset({"crash"}), paused_until=NOW + timedelta(days=2))
    assert (found.wants_why, found.rechecked_at, len(found.ran)) == (True, NOW, 5)


def test_a_mistake_does_not_stop_the_others(heard):
    found = heard("/burndown class zzz\n/burndown owner @cleo\n/burndown what")
    assert found.orders.owner == "cleo"
    assert [type(each.command) for each in found.refusals] == [SetClass, Unknown]
    assert found.ran == ("/burndown class zzz", "/burndown owner @cleo", "/burndown what")


@pytest.mark.parametrize(
    ("body", "ran", "runs"),
    [
        pytest.param("/burndown undo", ["/burndown undo"], [], id="an edit of other words"),
        pytest.param(
            "/burndown undo\n/burndown why", ["/burndown undo"], ["/burndown why"], id="a command that was added"
        ),
        pytest.param("/burndown class hang", ["/burndown class crash"], ["/burndown class hang"], id="another class"),
        pytest.param("/Burndown  UNDO", ["/burndown undo"], [], id="another way of writing it"),
        pytest.param("/burndown pause", ["/burndown pause 7"], [], id="the same number of days, left out"),
        pytest.param("/burndown owner @Ann", ["/burndown owner @ann"], [], id="the same person in capitals"),
        pytest.param("/burndown clas x", ["/burndown clas x"], [], id="a mistake that was answered"),
        pytest.param("", ["/burndown undo"], [], id="a command that was taken out"),
    ],
)
def test_of_an_edited_comment_only_what_changed_is_run(heard, body, ran, runs):
    found = heard(body, SAID, ran=ran)
    assert list(found.ran) == runs
    assert (found == Heard(SAID)) is (runs == [])


@pytest.mark.parametrize(
    "command",
    [Why(), SetClass("crash"), NotClass("hang"), SetOwner("cleo"), Undo(), Pause(3), Recheck(), Help()],
    ids=lambda command: command.name,
)
def test_a_command_that_is_heard_twice_changes_no_more(heard, command):
    """The process may die between what it does and what it records."""
    argument = {"class": "crash", "not": "hang", "owner": "@cleo", "pause": "3"}.get(command.name, "")
    body = f"/burndown {command.name} {argument}"
    first = heard(body, SAID)
    assert heard(body, first.orders) == first
