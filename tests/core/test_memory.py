from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.config import Config
from bot.core.decide import decide, remember
from bot.core.model import Asked, By, Change, Mode, Orders, Prior
from bot.core.people.commands import Role
from bot.core.policy import Policy
from bot.core.text import issues as text

CRASH, TRIAGE = "defect: crash", "needs-triage"
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


@pytest.fixture
def now(issue):
    return issue().now


@pytest.fixture
def policy(rules):
    return Policy(Config(version=1, mode=Mode.ENFORCE), rules)


@pytest.fixture
def verdicts(issue, policy):
    """The decisions on an issue that is read every hour; a step is its title and what else is different."""

    def read(*steps):
        found, prior = [], None
        for hour, (title, different) in enumerate(steps):
            at = issue().now + HOUR * hour
            state = {"now": at, "updated_at": at, "prior": prior, **different}
            found.append(decide(issue(title, **state), policy))
            prior = remember(found[-1], frozenset())
        return found

    return read


def removed(at, name="docs", what="label"):
    return Change(what, name, is_added=False, by=By.PERSON, at=at)


@pytest.mark.parametrize(
    ("what", "line", "thawed"),
    [("label", "docs", ["+docs"]), ("assignee", "@ann", [f"+{CRASH}", "+@ann", "+@bob"])],
)
def test_it_thaws_a_day_after_the_last_but_one_removal(issue, policy, past, said, what, line, thawed):
    name, title = line.removeprefix("@"), "docs" if what == "label" else "crash"
    history = past(f"us +{line}", f"bot -{line}", f"us +{line}", f"bot -{line}", hours=8)  # 32, 24, 16 and 8 hours ago
    frozen = issue(title, history=history)
    assert decide(frozen, policy).reasons == (text.frozen(what, name),)
    assert said(decide(replace(frozen, now=frozen.now + SECOND), policy).effects) == thawed


def test_an_edit_that_changes_the_verdict_lifts_a_refusal(verdicts, past, said):
    refused = {"history": past("us +docs", "person -docs", "us +@ann", "person -@ann")}
    steps = ("docs", refused), ("hello", refused), ("docs", refused), ("crash", refused)
    first, second, third, fourth = verdicts(*steps)
    assert first.reasons == (text.label_refused("docs"),)
    assert said(second.effects) == [f"+{TRIAGE}"]
    assert said(third.effects) == ["+docs"]
    assert said(fourth.effects) == [f"+{CRASH}", "+@ann", "+@bob"]


def test_an_edit_that_keeps_the_verdict_lifts_nothing(verdicts, past):
    refused = {"history": past("us +docs", "person -docs")}
    decisions = verdicts(("docs", refused), ("docs, please", refused))
    assert [each.reasons for each in decisions] == [(text.label_refused("docs"),)] * 2


def test_an_edit_that_keeps_the_verdict_leaves_lifted_what_was(verdicts, past, said):
    refused = {"history": past("us +docs", "person -docs")}
    decisions = verdicts(("hello", refused), ("docs", refused), ("docs, please", refused))
    assert [said(each.effects) for each in decisions] == [[f"+{TRIAGE}"], ["+docs"], ["+docs"]]


def test_an_edit_while_the_issue_is_closed_counts(verdicts, past, said):
    refused = {"history": past("us +docs", "person -docs")}
    steps = ("hello", refused), ("docs", {**refused, "is_open": False}), ("docs", refused)
    assert [said(each.effects) for each in verdicts(*steps)] == [[f"+{TRIAGE}"], [], ["+docs"]]


def test_what_a_person_removes_after_the_edit_stays_removed(verdicts, past, now):
    history = (removed(now + HOUR + timedelta(minutes=5)),)
    steps = ("hello", {}), ("docs", {"history": past("us +docs")}), ("docs", {"history": history})
    assert verdicts(*steps)[-1].reasons == (text.label_refused("docs"),)


@pytest.mark.parametrize("minutes", [1, 10, 59, 60], ids=lambda minutes: f"{minutes} minutes after we read")
def test_what_a_person_removes_between_the_edit_and_our_reading_stays_removed(verdicts, now, minutes):
    """The edit is a second after our first reading; we read again an hour later."""
    history = (
        Change("label", "docs", is_added=True, by=By.PERSON, at=now + SECOND),
        removed(now + timedelta(minutes=minutes)),
        removed(now + timedelta(minutes=minutes), "ann", "assignee"),
    )
    _, second = verdicts(("hello", {}), ("docs", {"history": history}))
    assert (second.effects, second.reasons) == ((), (text.label_refused("docs"),))
    assert verdicts(("hello", {}), ("crash", {"history": history}))[1].reasons == (text.assignee_refused("ann"),)


@pytest.mark.parametrize(
    ("ago", "is_lifted"),
    [
        pytest.param(SECOND, True, id="before it"),
        pytest.param(0 * SECOND, True, id="as its last change"),
        pytest.param(-SECOND, False, id="after it"),
    ],
)
def test_what_the_last_snapshot_showed_is_lifted_and_nothing_later(issue, policy, now, ago, is_lifted):
    seen = now - HOUR
    read = issue("docs", prior=Prior("hang", "another text", seen), history=(removed(seen - ago),), updated_at=now)
    assert (decide(read, policy).effects != ()) is is_lifted


def test_a_change_of_the_rules_lifts_nothing(issue, ruleset, past):
    classes = {"hang": {"labels": ["hang"]}, "docs": {"labels": ["docs"]}}
    config = Config(version=1, mode=Mode.ENFORCE)
    speaks = [{"r": {"class": id_, "when": {"regex": "docs"}}} for id_ in classes]
    before, after = (Policy(config, ruleset(classes, rule)) for rule in speaks)
    read = issue("docs", history=past("us +docs", "person -docs"))
    first = decide(read, before)
    assert first.verdict.classification.primary == "hang"
    again = decide(replace(read, prior=remember(first, frozenset())), after)
    assert again.verdict.classification.primary == "docs"
    assert (again.effects, again.reasons) == ((), (text.label_refused("docs"),))


@pytest.mark.parametrize(
    ("prior", "reclassified"),
    [
        pytest.param(("docs", "another text", 60, None), 60, id="an edit that changes the verdict"),
        pytest.param(("docs", "another text", 60, 90), 60, id="another edit that changes the verdict"),
        pytest.param(("docs", "another text", None, None), None, id="an edit of what was seen nobody knows when"),
        pytest.param(("crash", "another text", 60, 90), 90, id="an edit that keeps the verdict"),
        pytest.param(("crash", "another text", 60, None), None, id="the first edit that keeps the verdict"),
    ],
)
def test_an_edit_is_later_than_the_last_snapshot(issue, policy, now, prior, reclassified):
    """Moments are minutes ago; our own clock is never asked."""
    moments = {ago: now - timedelta(minutes=ago) for ago in (3, 60, 90)} | {None: None}
    verdict, text_hash, seen, earlier = prior
    known = Prior(verdict, text_hash, moments[seen], moments[earlier], frozenset({"ann"}))
    memory = decide(issue("crash", prior=known, updated_at=moments[3]), policy).memory
    assert (memory.verdict, memory.seen_at, memory.refused) == ("crash", moments[3], {"ann"})
    assert memory.reclassified_at == moments[reclassified]


def test_the_memory_of_a_first_decision(issue, policy, now):
    first = decide(issue("crash", updated_at=now - HOUR), policy).memory
    assert first == Prior("crash", first.text_hash, now - HOUR, None, frozenset())
    assert decide(issue("hello"), policy).memory.verdict == ""


def test_whom_github_refused_is_remembered_in_any_case_and_for_good(issue, policy):
    first = decide(issue("crash"), policy)
    memory = remember(first, frozenset({"Ann"}))
    assert memory.refused == {"ann"}
    again = remember(decide(issue("crash, again", prior=memory), policy), frozenset({"bob"}))
    assert again.refused == {"ann", "bob"}


def test_title_and_body_are_hashed_apart(issue, policy):
    hashes = {
        decide(issue(title, body), policy).memory.text_hash
        for title, body in (("ab", "c"), ("a", "bc"), ("abc", ""), ("", "abc"), ("\ud800", ""))
    }
    assert len(hashes) == 5


def test_what_was_said_and_taken_back_is_remembered_through_every_edit(verdicts, now):
    orders = Orders("docs", now, frozenset({"hang"}), "cleo", now, is_left_alone=True, paused_until=now + HOUR)
    known = Prior("crash", "of another text", now, orders=orders, undone="0123456789ab")
    memory = verdicts(("crash", {"prior": known}), ("docs", {}), ("hello", {}))[-1].memory
    assert (memory.orders, memory.undone) == (orders, "0123456789ab")


def test_a_repository_whose_owner_said_off_still_hears(issue, rules, now):
    """What is asked while the bot is off is not lost: it holds when the bot is on again."""
    asked = Asked("IC_1", "/burndown class docs", "ann", Role.ADMIN, now)
    off = decide(issue("crash", asked=asked), Policy(Config(version=1, mode=Mode.OFF), rules))
    assert (off.effects, off.memory.orders.class_id) == ((), "docs")
