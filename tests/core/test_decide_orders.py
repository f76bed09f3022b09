from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.config import Config
from bot.core.decide import decide, remember
from bot.core.effects import Reply
from bot.core.model import Asked, Comment, Orders, Prior
from bot.core.people.commands import Role
from bot.core.policy import Policy
from bot.core.text import issues as text
from tests.core.conftest import NOW, row

CRASH, HANG, TRIAGE = "defect: crash", "defect: hang", "needs-triage"
SAID_AT = NOW - timedelta(minutes=90)
OURS = {"labels": (CRASH,), "assignees": ("ann", "bob"), "history": (f"us +{CRASH}", "us +@ann", "us +@bob")}
OK, HUH = "thumbs_up", "confused"


def said_before(**orders):
    return {"prior": Prior("crash", "", orders=Orders(**orders))}


def ordered(sentence, effects, *reasons, **situation):
    return row(sentence, effects, *reasons, **({"title": "crash"} | situation))


IS_DOCS = said_before(class_id="docs", class_at=SAID_AT)
ALONE = said_before(is_left_alone=True)

CLASSES = [
    ordered("a class by command gets its label and owners", [OK, "+docs"], asks="/burndown class docs"),
    ordered(
        "a class by command takes off our other label and owners",
        [OK, f"-{CRASH}", "+docs", "-@ann", "-@bob"],
        asks="/burndown class docs",
        **OURS,
    ),
    ordered(
        "a class by command leaves a person's other label",
        [OK, "+docs"],
        asks="/burndown class docs",
        labels=("many",),
        history=("person +many", "us +a"),
    ),
    ordered(
        "a class by command holds whatever is edited",
        [],
        title="hang",
        labels=("docs",),
        history=("us +docs",),
        **IS_DOCS,
    ),
    ordered("a class by command holds although the rules know nothing", ["+docs"], title="", **IS_DOCS),
    ordered(
        "a later person's label wins over a class by command",
        ["-docs", "+@ann", "+@bob"],
        title="",
        labels=("docs", CRASH),
        history=("us +docs", f"person +{CRASH}"),
        **IS_DOCS,
    ),
    ordered(
        "a class by command wins over an earlier person's label",
        ["+docs"],
        title="",
        labels=(CRASH,),
        history=(f"person +{CRASH}", "us +a"),
        **IS_DOCS,
    ),
    ordered(
        "a class by command wins over a label that came with the issue", ["+docs"], title="", labels=(CRASH,), **IS_DOCS
    ),
    ordered(
        "the label of a class by command that a person takes off stays off",
        [],
        text.label_refused("docs"),
        title="",
        history=("us +docs", "person -docs"),
        **IS_DOCS,
    ),
    ordered(
        "a class by command brings back the label that a person took off",
        [OK, f"+{CRASH}", "+@ann", "+@bob"],
        title="",
        asks="/burndown class crash",
        history=(f"us +{CRASH}", f"person -{CRASH}"),
    ),
    ordered(
        "a class that there is not is not set and the rules go on",
        [HUH, "reply", f"+{CRASH}", "+@ann", "+@bob"],
        asks="/burndown class crahs",
    ),
    ordered(
        "not this class: its label goes, and somebody is to look",
        [OK, f"-{CRASH}", f"+{TRIAGE}", "-@ann", "-@bob"],
        asks="/burndown not crash",
        **OURS,
    ),
    ordered(
        "not this class: the next best is taken",
        [OK, "+docs"],
        title="hang docs docs",
        asks="/burndown not hang",
    ),
    ordered("not this class holds whatever is edited", [f"+{TRIAGE}"], **said_before(rejected=frozenset({"crash"}))),
    ordered(
        "not the class that was set: the rules go on",
        [OK, f"+{CRASH}", "+@ann", "+@bob"],
        asks="/burndown not docs",
        **IS_DOCS,
    ),
    ordered(
        "not this class says nothing of a person's label",
        [OK, "+@ann", "+@bob"],
        asks="/burndown not crash",
        labels=(CRASH,),
        history=(f"person +{CRASH}",),
    ),
]

OWNERS = [
    ordered("an owner by command is assigned instead", [OK, f"+{CRASH}", "+@cleo"], asks="/burndown owner @cleo"),
    ordered(
        "an owner by command takes the place of ours",
        [OK, "-@ann", "-@bob", "+@cleo"],
        asks="/burndown owner cleo",
        **OURS,
    ),
    ordered("an owner by command who is ours stays", [OK, "-@bob"], asks="/burndown owner @ANN", **OURS),
    ordered(
        "an owner by command is assigned beside a person's assignee",
        [OK, f"+{CRASH}", "+@cleo"],
        asks="/burndown owner @cleo",
        assignees=("zoe",),
    ),
    ordered(
        "an owner by command holds whatever the class",
        ["-many", f"+{CRASH}"],
        labels=("many",),
        assignees=("cleo",),
        history=("us +many", "us +@cleo"),
        **said_before(owner="cleo", owner_at=SAID_AT),
    ),
    ordered(
        "an owner by command whom a person unassigned before is assigned",
        [OK, f"+{CRASH}", "+@cleo"],
        asks="/burndown owner @cleo",
        history=("us +@cleo", "person -@cleo"),
    ),
    ordered(
        "an owner by command whom a person unassigns later is not assigned again",
        [f"+{CRASH}"],
        text.assignee_refused("cleo"),
        history=("us +@cleo", "person -@cleo"),
        **said_before(owner="cleo", owner_at=SAID_AT),
    ),
    ordered(
        "an owner by command brings back no label that a person took off",
        [OK, "+@cleo"],
        text.label_refused(CRASH),
        asks="/burndown owner @cleo",
        history=(f"us +{CRASH}", f"person -{CRASH}"),
    ),
]

SILENCE = [
    ordered(
        "undo takes everything of ours off",
        [OK, f"-{CRASH}", "-@ann", "-@bob"],
        text.LEFT_ALONE,
        asks="/burndown undo",
        **OURS,
    ),
    ordered(
        "undo leaves what people did",
        [OK, f"-{CRASH}"],
        text.LEFT_ALONE,
        asks="/burndown undo",
        labels=(CRASH, "docs", "p1"),
        assignees=("zoe",),
        history=(f"us +{CRASH}", "person +docs"),
    ),
    ordered("after undo nothing comes back", [], text.LEFT_ALONE, **ALONE),
    ordered("after undo nothing comes back whatever is edited", [], text.LEFT_ALONE, title="docs", **ALONE),
    ordered("after undo no explanation is posted", [], text.LEFT_ALONE, config={"explain": "comment"}, **ALONE),
    ordered(
        "after undo an explanation is posted where it is asked for",
        [OK, "post"],
        text.LEFT_ALONE,
        asks="/burndown why",
        **ALONE,
    ),
    ordered(
        "after undo the explanation says so",
        ["edit c1"],
        text.LEFT_ALONE,
        comment=Comment("c1", "old"),
        config={"explain": "comment"},
        **ALONE,
    ),
    ordered(
        "after undo and recheck everything comes back",
        [OK, f"+{CRASH}", "+@ann", "+@bob"],
        asks="/burndown recheck",
        **ALONE,
    ),
    ordered("after undo a class by command gets its label", [OK, "+docs"], asks="/burndown class docs", **ALONE),
    ordered(
        "after undo an owner by command is assigned, and nothing else",
        [OK, "+@cleo"],
        text.LEFT_ALONE,
        asks="/burndown owner @cleo",
        **ALONE,
    ),
    ordered(
        "what an operator took back stays away under the same rules",
        [],
        text.LEFT_ALONE,
        prior=Prior("crash", "", undone="VERSION"),
    ),
    ordered(
        "what an operator took back comes back under other rules",
        [f"+{CRASH}", "+@ann", "+@bob"],
        prior=Prior("crash", "", undone="0123456789ab"),
    ),
    ordered(
        "what an operator took back comes back where a person asks for it",
        [OK, f"+{CRASH}", "+@ann", "+@bob"],
        asks="/burndown recheck",
        prior=Prior("crash", "", undone="VERSION"),
    ),
    ordered("a pause", [OK], text.paused(NOW + timedelta(days=7, minutes=-1)), asks="/burndown pause"),
    ordered(
        "in a pause nothing is done",
        [],
        text.paused(NOW + timedelta(minutes=1)),
        **said_before(paused_until=NOW + timedelta(minutes=1)),
    ),
    ordered("after a pause everything is done", [f"+{CRASH}", "+@ann", "+@bob"], **said_before(paused_until=NOW)),
    ordered(
        "in a pause a recheck ends it",
        [OK, f"+{CRASH}", "+@ann", "+@bob"],
        asks="/burndown recheck",
        **said_before(paused_until=NOW + timedelta(days=3)),
    ),
    ordered(
        "in a pause what was asked is answered",
        [HUH, "reply"],
        text.paused(NOW + timedelta(days=3)),
        asks="/burndown zzz",
        **said_before(paused_until=NOW + timedelta(days=3)),
    ),
    ordered(
        "recheck brings back what a person took off",
        [OK, f"+{CRASH}", "+@ann", "+@bob"],
        asks="/burndown recheck",
        history=(f"us +{CRASH}", f"person -{CRASH}", "us +@ann", "person -@ann"),
    ),
    ordered(
        "recheck keeps a person's class label",
        [OK],
        asks="/burndown recheck",
        labels=("docs",),
        history=("person +docs",),
    ),
    ordered(
        "recheck does not argue with another bot",
        [OK, "+@ann", "+@bob"],
        text.frozen("label", CRASH),
        asks="/burndown recheck",
        history=(f"bot -{CRASH}", f"bot -{CRASH}"),
    ),
    ordered("who may not changes nothing", [HUH, "reply"], asks="/burndown undo", role="read", **OURS),
    ordered(
        "in a repository that is off nobody is heard", [], text.MODE_OFF, asks="/burndown help", config={"mode": "off"}
    ),
]

ANSWERS = [
    ordered("what was understood is answered by a reaction", [OK], asks="/burndown not docs", **OURS),
    ordered("what was not is answered in words", [HUH, "reply"], asks="/burndown zzz", **OURS),
    ordered("one mistake among others", [HUH, "reply"], asks="/burndown not docs\n/burndown zzz", **OURS),
    ordered("help is answered in words", [OK, "reply"], asks="/burndown help", **OURS),
    ordered("help is for anybody", [OK, "reply"], asks="/burndown help", role="none", **OURS),
    ordered("talk is not answered", [], asks="thank you", **OURS),
    ordered("a reaction stands there once", ["reply"], asks="/burndown help", reactions=["THUMBS_UP"], **OURS),
    ordered("another reaction is added", [HUH, "reply"], asks="/burndown zzz", reactions=["THUMBS_UP"], **OURS),
    ordered(
        "an answer in words stands there once",
        [OK],
        asks="/burndown help",
        replies=frozenset({text.reply_key("IC_1", ("/burndown help",))}),
        **OURS,
    ),
    ordered(
        "an answer to something else is no answer",
        [OK, "reply"],
        asks="/burndown help",
        replies=frozenset({text.reply_key("IC_2", ("/burndown help",))}),
        **OURS,
    ),
    ordered("what was run before is not answered again", [], asks="/burndown help", ran=["/burndown help"], **OURS),
    ordered(
        "of an edited comment what is new is answered",
        [HUH, "reply"],
        asks="/burndown help\n/burndown zzz",
        ran=["/burndown help"],
        **OURS,
    ),
    ordered("in a locked issue only a reaction is left", [HUH], asks="/burndown zzz", is_locked=True, **OURS),
    ordered(
        "in a closed issue people are heard", [OK, "reply"], text.CLOSED, asks="/burndown help", is_open=False, **OURS
    ),
]


@pytest.mark.parametrize(("situation", "effects", "reasons"), CLASSES)
def test_a_class_by_command(decided, said, situation, effects, reasons):
    decision = decided(**situation)
    assert (said(decision.effects), list(decision.reasons)) == (effects, reasons)


@pytest.mark.parametrize(("situation", "effects", "reasons"), OWNERS)
def test_an_owner_by_command(decided, said, situation, effects, reasons):
    decision = decided(**situation)
    assert (said(decision.effects), list(decision.reasons)) == (effects, reasons)


@pytest.mark.parametrize(("situation", "effects", "reasons"), SILENCE)
def test_silence_by_command(decided, said, rules, situation, effects, reasons):
    prior = situation.get("prior")
    if prior and prior.undone == "VERSION":
        situation = situation | {"prior": replace(prior, undone=rules.version)}
    decision = decided(**situation)
    assert (said(decision.effects), list(decision.reasons)) == (effects, reasons)


@pytest.mark.parametrize(("situation", "effects", "reasons"), ANSWERS)
def test_answers(decided, said, situation, effects, reasons):
    decision = decided(**situation)
    assert (said(decision.effects), list(decision.reasons)) == (effects, reasons)


def test_an_answer_is_keyed_by_its_comment_and_commands(decided):
    (reply,) = (each for each in decided("crash", asks="/burndown zzz").effects if isinstance(each, Reply))
    assert reply.key == text.reply_key("IC_1", ("/burndown zzz",))
    assert text.reply_key_of(reply.body) == reply.key


@pytest.mark.parametrize(
    ("asks", "role", "by_rules"),
    [
        pytest.param(None, "admin", True, id="nobody asked"),
        pytest.param("thank you", "admin", True, id="nobody asked for anything"),
        pytest.param("/burndown recheck", "admin", False, id="a person asked"),
        pytest.param("/burndown undo", "read", False, id="a person asked who may not"),
    ],
)
def test_what_changes_by_rules_is_what_nobody_asked_for(decided, asks, role, by_rules):
    assert decided("crash", asks=asks, role=role).is_by_rules is by_rules


def test_what_changes_nothing_is_not_by_rules(decided):
    assert not decided("crash", **OURS).is_by_rules
    assert not decided("crash", asks="/burndown zzz", **OURS).is_by_rules


def test_what_was_said_is_remembered(decided):
    first = decided("crash", asks="/burndown class docs\n/burndown not hang\n/burndown owner @cleo")
    at = NOW - timedelta(minutes=1)
    orders = Orders("docs", at, frozenset({"hang"}), "cleo", at)
    memory = remember(first, frozenset())
    assert (memory.orders, memory.reclassified_at) == (orders, at)
    assert decided("other words", prior=memory).memory.orders == orders


def test_an_unchecked_role_is_no_role(decided, said):
    """Who may not see the repository may still ask why."""
    assert said(decided("crash", asks="/burndown why", role=Role.NONE, **OURS).effects) == [OK, "post"]


def test_the_trace_of_a_decision_says_who_asked_for_what(decided):
    data = decided("crash", asks="/burndown  WHY\n/burndown class docs").as_data()
    assert (data["asked"], data["by"]) == (["/burndown why", "/burndown class docs"], "ann")
    assert (data["classes"], data["by_person"], data["classification"]["class"]) == (["docs"], True, "crash")


@pytest.mark.parametrize(
    ("minutes", "lifted"),
    [pytest.param(1, 1, id="a comment after the edit"), pytest.param(120, 30, id="a comment before it, read late")],
)
def test_what_an_edit_lifted_stays_lifted_after(issue, rules, minutes, lifted):
    seen = NOW - timedelta(minutes=30)
    prior = Prior("crash", "", seen, reclassified_at=seen)
    asked = Asked("IC_1", "/burndown recheck", "ann", Role.ADMIN, NOW - timedelta(minutes=minutes))
    decision = decide(issue("crash", prior=prior, asked=asked), Policy(Config(version=1), rules))
    assert decision.memory.reclassified_at == NOW - timedelta(minutes=lifted)
