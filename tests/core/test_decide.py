import json
from itertools import pairwise

import pytest

from bot.core.config import Config
from bot.core.decide import decide
from bot.core.effects import (
    AddAssignees,
    AddLabels,
    EditComment,
    PostComment,
    React,
    RemoveAssignees,
    RemoveLabels,
    Reply,
    as_data,
)
from bot.core.model import Comment, Mode
from bot.core.people.owners import Outcome, Reason
from bot.core.policy import Policy
from bot.core.rules.ruleset import Label
from bot.core.text import issues as text
from tests.core.conftest import row

CRASH, HANG, TRIAGE = "defect: crash", "defect: hang", "needs-triage"
TEAM = text.not_assigned(Reason("octo/runtime", Outcome.NAMED))
CROWD = {"config": {"explain": "comment"}}

LABELS = [
    row("a class gets its label and owners", [f"+{CRASH}", "+@ann", "+@bob"], title="crash"),
    row("a class that is no defect gets its label", ["+docs"], title="docs"),
    row("an issue that no rule knows needs triage", [f"+{TRIAGE}"], title="hello"),
    row("an empty issue needs triage", [f"+{TRIAGE}"], title=""),
    row(
        "a tie needs triage",
        [f"+{TRIAGE}"],
        title="crash and hang",
    ),
    row("the label of triage is the repository's", ["+triage me"], title="", config={"needs-triage": "triage me"}),
    row(
        "labels that are there in any case are not added",
        ["+@ann", "+@bob"],
        title="crash",
        labels=("Defect: CRASH",),
        history=("us +Defect: CRASH",),
    ),
    row(
        "only the missing label of several is added",
        ["+slow", "+@bob"],
        TEAM,
        title="hang",
        labels=(HANG,),
        history=(f"us +{HANG}",),
    ),
    row("labels of nobody's class stay", ["+docs"], title="docs", labels=("help wanted", "p1"), history=("us +p1",)),
    row(
        "our label of triage goes when a class is found",
        [f"-{TRIAGE}", "+docs"],
        title="docs",
        labels=(TRIAGE,),
        history=(f"us +{TRIAGE}",),
    ),
    row(
        "our label of triage goes when the class has no labels",
        [f"-{TRIAGE}"],
        title="bare",
        labels=(TRIAGE,),
        history=(f"us +{TRIAGE}",),
    ),
    row("a class without labels needs no triage", [], title="bare"),
    row("a person's label of triage stays", ["+docs"], title="docs", labels=(TRIAGE,), history=(f"person +{TRIAGE}",)),
    row("another bot's label of triage stays", ["+docs"], title="docs", labels=(TRIAGE,), history=(f"bot +{TRIAGE}",)),
    row("a label of triage that came with the issue stays", ["+docs"], title="docs", labels=(TRIAGE,)),
    row(
        "our old class label goes when the class changes",
        ["-docs", f"+{CRASH}", "+@ann", "+@bob"],
        title="crash",
        labels=("docs",),
        history=("us +docs",),
    ),
    row(
        "our class label goes when nothing is sure any more",
        ["-docs", f"+{TRIAGE}"],
        title="hello",
        labels=("docs",),
        history=("us +docs",),
    ),
    row(
        "another bot's class label stays beside ours", ["+docs"], title="docs", labels=("many",), history=("bot +many",)
    ),
    row(
        "a label that we added and a person put back is the person's",
        [],
        title="crash",
        labels=("docs",),
        history=("us +docs", "person -docs", "person +docs"),
    ),
]

PEOPLE = [
    row(
        "a person's class label wins",
        ["+@bob"],
        TEAM,
        title="crash",
        labels=(HANG,),
        history=(f"person +{HANG}",),
    ),
    row(
        "a person's class label wins and ours is taken off",
        [f"-{CRASH}", "-@ann"],
        title="crash",
        labels=(CRASH, "docs"),
        assignees=("ann",),
        history=(f"us +{CRASH}", "us +@ann", "person +docs"),
    ),
    row("a class label that came with the issue is a person's", [], title="crash", labels=("docs",)),
    row("a class label of unknown history is a person's", [], title="crash", labels=("docs",), history=("us -docs",)),
    row(
        "a person's class label takes off our triage",
        [f"-{TRIAGE}"],
        title="hello",
        labels=("docs", TRIAGE),
        history=(f"us +{TRIAGE}", "person +docs"),
    ),
    row(
        "two class labels of people are both in force",
        ["+@ann", "+@bob"],
        title="hello",
        labels=("docs", CRASH),
        history=("person +docs", f"person +{CRASH}"),
    ),
    row(
        "one label of a class of two is enough for a person",
        ["+@bob"],
        TEAM,
        title="hello",
        labels=("slow",),
        history=("person +slow",),
    ),
    row(
        "a label that a person removed is not added again",
        ["+@ann", "+@bob"],
        text.label_refused(CRASH),
        title="crash",
        history=(f"us +{CRASH}", f"person -{CRASH}"),
    ),
    row(
        "a removal counts in any case",
        ["+@ann", "+@bob"],
        text.label_refused(CRASH),
        title="crash",
        history=(f"us +{CRASH}", "person -DEFECT: Crash"),
    ),
    row(
        "the label of triage that a person removed is not added again",
        [],
        text.label_refused(TRIAGE),
        title="hello",
        history=(f"person -{TRIAGE}",),
    ),
    row(
        "one refused label of two leaves the other",
        ["+slow", "+@bob"],
        text.label_refused(HANG),
        TEAM,
        title="hang",
        history=(f"person -{HANG}",),
    ),
    row(
        "a label that another bot removed once is added again",
        ["+docs"],
        title="docs",
        history=("us +docs", "bot -docs"),
    ),
    row(
        "a label that another bot removed twice in a day is frozen",
        [],
        text.frozen("label", "docs"),
        title="docs",
        history=("us +docs", "bot -docs", "us +docs", "bot -docs"),
    ),
    row(
        "removals in another case freeze as well",
        [],
        text.frozen("label", "docs"),
        title="docs",
        history=("us +docs", "bot -Docs", "us +docs", "bot -DOCS"),
    ),
    row(
        "removals of other labels do not freeze",
        ["+docs"],
        title="docs",
        history=("bot -p1", "bot -p1", "bot +p1", "us +docs", "bot -docs"),
    ),
    row(
        "a frozen label is still a person's to put",
        [],
        title="hello",
        labels=("docs",),
        history=("bot -docs", "bot -docs", "person +docs"),
    ),
]

SILENCE = [
    row("a closed issue is left alone", [], text.CLOSED, title="crash", is_open=False),
    row(
        "a closed issue is explained where it is asked for",
        ["thumbs_up", "post"],
        text.CLOSED,
        title="crash",
        is_open=False,
        asks="/burndown why",
    ),
    row("nothing is done where the mode is off", [], text.MODE_OFF, title="crash", config={"mode": "off"}),
    row(
        "nothing is explained where the mode is off",
        [],
        text.MODE_OFF,
        title="",
        config={"mode": "off"},
        asks="/burndown why",
    ),
    row("what would be done is known where the bot observes", ["+docs"], title="docs", config={"mode": "observe"}),
    row("an explanation is posted where it is configured", ["+docs", "post"], title="docs", **CROWD),
    row(
        "an explanation is posted where it is asked for",
        ["thumbs_up", "+docs", "post"],
        title="docs",
        asks="/burndown why",
    ),
    row("no explanation is posted unasked", ["+docs"], title="docs", comment=Comment("c1", "old")),
    row("a locked issue is labelled and not explained", ["+docs"], text.LOCKED, title="docs", is_locked=True, **CROWD),
    row("an explanation of old is edited", ["+docs", "edit c1"], title="docs", comment=Comment("c1", "old"), **CROWD),
]


@pytest.mark.parametrize(("situation", "effects", "reasons"), LABELS)
def test_labels(decided, said, situation, effects, reasons):
    decision = decided(**situation)
    assert (said(decision.effects), list(decision.reasons)) == (effects, reasons)


@pytest.mark.parametrize(("situation", "effects", "reasons"), PEOPLE)
def test_people_have_the_last_word(decided, said, situation, effects, reasons):
    decision = decided(**situation)
    assert (said(decision.effects), list(decision.reasons)) == (effects, reasons)


@pytest.mark.parametrize(("situation", "effects", "reasons"), SILENCE)
def test_silence_and_explanations(decided, said, situation, effects, reasons):
    decision = decided(**situation)
    assert (said(decision.effects), list(decision.reasons)) == (effects, reasons)


def test_an_explanation_is_edited_only_when_its_content_changed(decided, said):
    posted = next(each for each in decided("docs", **CROWD).effects if isinstance(each, PostComment))
    settled = {"labels": ("docs",), "history": ("us +docs",), **CROWD}
    for body in (posted.body, posted.body.replace("\n", "\r\n"), posted.body.rstrip() + "\n"):
        assert decided("docs", body="more words", comment=Comment("c1", body), **settled).effects == ()
    changed = decided("", body="docs", comment=Comment("c1", posted.body), **settled)
    assert said(changed.effects) == ["edit c1"]


def test_a_persons_word_is_explained(decided):
    (post,) = decided("crash", labels=("docs",), **CROWD).effects
    assert "set by a person. The rules say: `crash`" in post.body


def test_the_trace_is_plain_data(decided):
    decision = decided("crash", config={"explain": "comment"}, url="https://github.com/octo/shop/issues/3")
    data = decision.as_data()
    assert json.loads(json.dumps(data)) == data
    assert data | {"classification": {}} == {
        "subject": "11#3",
        "repository": "octo/shop",
        "title": "crash",
        "url": "https://github.com/octo/shop/issues/3",
        "mode": "enforce",
        "classes": ["crash"],
        "by_person": False,
        "classification": {},
        "owners": [{"who": "ann", "outcome": "assigned"}, {"who": "bob", "outcome": "assigned"}],
        "asked": [],
        "by": None,
        "effects": [{"add labels": [CRASH]}, {"assign": ["ann", "bob"]}, {"comment": "post the explanation"}],
        "reasons": [],
        "earlier": [],
    }


@pytest.mark.parametrize(
    ("effect", "data"),
    [
        (AddLabels((Label(name="a"), Label(name="b"))), {"add labels": ["a", "b"]}),
        (RemoveLabels(("a",)), {"remove labels": ["a"]}),
        (AddAssignees(("ann",)), {"assign": ["ann"]}),
        (RemoveAssignees(("ann", "bob")), {"unassign": ["ann", "bob"]}),
        (PostComment("x"), {"comment": "post the explanation"}),
        (EditComment("c1", "x"), {"comment": "edit the explanation"}),
        (Reply("k", "x"), {"comment": "answer"}),
        (React("IC_1", "CONFUSED"), {"react": "CONFUSED"}),
    ],
)
def test_an_effect_is_shown_as(effect, data):
    assert as_data(effect) == data


def test_a_label_is_created_as_its_class_says(decided):
    (label,) = decided("crash").effects[0].labels
    assert (label.name, label.color, label.description) == (CRASH, "d73a4a", "Crash (applied by Burndown)")
    (label,) = decided("hello").effects[0].labels
    assert (label.name, label.color, label.description) == (TRIAGE, "fbca04", text.NEEDS_TRIAGE)


def test_every_description_fits_github():
    assert len(text.NEEDS_TRIAGE) <= 100


def test_a_repository_may_rename_labels_and_owners(issue, ruleset, said):
    classes, rules = {"crash": {"labels": ["a"], "owners": ["ann"]}}, {"r": {"class": "crash", "when": {"regex": "x"}}}
    changed = ruleset(classes, rules, {"crash": {"labels": ["bug"], "owners": ["cleo"]}})
    decision = decide(issue("x"), Policy(Config(version=1, mode=Mode.ENFORCE), changed))
    assert said(decision.effects) == ["+bug", "+@cleo"]


def test_what_goes_is_said_before_what_comes(decided):
    decision = decided("crash", labels=("docs",), assignees=("p0",), history=("us +docs", "us +@p0"))
    kinds = [type(each) for each in decision.effects]
    assert (RemoveLabels, AddLabels) in pairwise(kinds)
    assert (RemoveAssignees, AddAssignees) in pairwise(kinds)
