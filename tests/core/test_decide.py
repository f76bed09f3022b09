import json
from itertools import pairwise

import pytest

from bot.core import text
from bot.core.config import Config
from bot.core.decide import decide
from bot.core.effects import AddAssignees, AddLabels, EditComment, PostComment, RemoveAssignees, RemoveLabels, as_data
from bot.core.model import By, Change, Comment, Mode, Prior
from bot.core.rules.ruleset import Label

CRASH, HANG, TRIAGE = "defect: crash", "defect: hang", "needs-triage"
TEN = [f"p{number}" for number in range(10)]
BOTH = ("many", "rest")  # labels that people put: twelve owners


def row(sentence, effects, *reasons, **situation):
    return pytest.param(situation, effects, list(reasons), id=sentence)


CROWD = {"config": {"explain": "comment"}}
WHO = "assignees: somebody else chose"

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
        text.team_not_assigned("octo/runtime"),
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
        text.team_not_assigned("octo/runtime"),
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
        text.team_not_assigned("octo/runtime"),
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
        text.team_not_assigned("octo/runtime"),
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

OWNERS = [
    row(
        "owners that are assigned in any case are not assigned again",
        ["+@bob"],
        title="crash",
        labels=(CRASH,),
        assignees=("ANN",),
        history=(f"us +{CRASH}", "us +@ANN"),
    ),
    row(
        "a person's assignee stays, alone",
        [f"+{CRASH}"],
        f"{WHO} `zoe`",
        title="crash",
        assignees=("zoe",),
        history=("person +@zoe",),
    ),
    row(
        "an assignee of unknown history is a person's", [f"+{CRASH}"], f"{WHO} `zoe`", title="crash", assignees=("zoe",)
    ),
    row(
        "a person's assignee who is an owner stays, alone",
        [f"+{CRASH}"],
        f"{WHO} `ann`",
        title="crash",
        assignees=("ann",),
        history=("person +@ann",),
    ),
    row(
        "a person's assignee stays beside ours, who goes when the class changes",
        ["+docs", "-@bob"],
        title="docs",
        assignees=("bob", "zoe"),
        history=("us +@bob", "person +@zoe"),
    ),
    row("where nobody is wanted nothing is said of a person's assignee", ["+docs"], title="docs", assignees=("zoe",)),
    row("our assignee who owns no class stays", ["+docs"], title="docs", assignees=("old",), history=("us +@old",)),
    row("our owner of another class goes", ["+docs", "-@ann"], title="docs", assignees=("ann",), history=("us +@ann",)),
    row(
        "our owner of both classes stays",
        [f"+{HANG}", "+slow", "-@ann"],
        text.team_not_assigned("octo/runtime"),
        title="hang",
        assignees=("ann", "bob"),
        history=("us +@ann", "us +@bob"),
    ),
    row(
        "an owner whom a person unassigned is not assigned again",
        [f"+{CRASH}", "+@bob"],
        text.assignee_refused("ann"),
        title="crash",
        history=("us +@ann", "person -@ANN"),
    ),
    row(
        "an owner whom GitHub did not accept is not tried again",
        [f"+{CRASH}", "+@bob"],
        text.assignee_dropped("ann"),
        title="crash",
        prior=Prior("crash", "", refused=frozenset({"ann"})),
    ),
    row(
        "another bot's assignee stays, alone",
        [f"+{CRASH}"],
        f"{WHO} `zoe`",
        title="crash",
        assignees=("zoe",),
        history=("bot +@zoe",),
    ),
    row(
        "an owner whom another bot unassigned once is assigned again",
        [f"+{CRASH}", "+@ann", "+@bob"],
        title="crash",
        history=("us +@ann", "bot -@ann"),
    ),
    row(
        "an owner whom another bot unassigned twice in a day is frozen",
        [f"+{CRASH}", "+@bob"],
        text.frozen("assignee", "ann"),
        title="crash",
        history=("us +@ann", "bot -@Ann", "us +@ann", "bot -@ANN"),
    ),
    row(
        "a label of a login's name does not freeze the assignee",
        [f"+{CRASH}", "+@ann", "+@bob"],
        title="crash",
        history=("bot -ann", "bot -ann"),
    ),
    row(
        "an assignee of a label's name does not freeze the label",
        ["+docs"],
        title="docs",
        history=("bot -@docs", "bot -@docs"),
    ),
    row("no more than ten are assigned", [f"+@{login}" for login in TEN], labels=BOTH),
    row(
        "those who are assigned count towards the ten",
        [f"+@{login}" for login in TEN[:9]],
        labels=BOTH,
        assignees=("q0",),
        history=("us +@q0",),
    ),
    row(
        "ten who are assigned are enough",
        [],
        labels=BOTH,
        assignees=tuple(TEN),
        history=tuple(f"us +@{login}" for login in TEN),
    ),
    row(
        "the next take the places of those whom GitHub did not accept",
        [f"+@{login}" for login in (*TEN[2:], "q0", "q1")],
        text.assignee_dropped("p0"),
        text.assignee_dropped("p1"),
        labels=BOTH,
        prior=Prior("", "", refused=frozenset({"p0", "p1"})),
    ),
    row(
        "owners of two classes are assigned once",
        ["+@ann", "+@bob"],
        text.team_not_assigned("octo/runtime"),
        title="",
        labels=(CRASH, HANG),
    ),
]

SILENCE = [
    row("a closed issue is left alone", [], text.CLOSED, title="crash", is_open=False),
    row("a closed issue is not explained", [], text.CLOSED, title="crash", is_open=False, asks_why=True),
    row("nothing is done where the mode is off", [], text.MODE_OFF, title="crash", config={"mode": "off"}),
    row(
        "nothing is explained where the mode is off", [], text.MODE_OFF, title="", config={"mode": "off"}, asks_why=True
    ),
    row("what would be done is known where the bot observes", ["+docs"], title="docs", config={"mode": "observe"}),
    row("an explanation is posted where it is configured", ["+docs", "post"], title="docs", **CROWD),
    row("an explanation is posted where it is asked for", ["+docs", "post"], title="docs", asks_why=True),
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


@pytest.mark.parametrize(("situation", "effects", "reasons"), OWNERS)
def test_owners(decided, said, situation, effects, reasons):
    decision = decided(**situation)
    # Labels come first, then who goes, then who comes: the order of a row.
    assert (said(decision.effects), list(decision.reasons)) == (effects, reasons)


@pytest.mark.parametrize(("situation", "effects", "reasons"), SILENCE)
def test_silence_and_explanations(decided, said, situation, effects, reasons):
    decision = decided(**situation)
    assert (said(decision.effects), list(decision.reasons)) == (effects, reasons)


def test_an_explanation_is_edited_only_when_its_content_changed(issue, rules, said):
    config = Config(version=1, mode=Mode.ENFORCE, explain="comment")
    posted = next(each for each in decide(issue("docs"), rules, config).effects if isinstance(each, PostComment))
    settled = {"labels": ("docs",), "history": (Change("label", "docs", is_added=True, by=By.US, at=issue().now),)}
    for body in (posted.body, posted.body.replace("\n", "\r\n"), posted.body.rstrip() + "\n"):
        same = issue("docs", "more words", comment=Comment("c1", body), **settled)
        assert decide(same, rules, config).effects == ()
    changed = issue("", "docs", comment=Comment("c1", posted.body), **settled)
    assert said(decide(changed, rules, config).effects) == ["edit c1"]


def test_a_persons_word_is_explained(issue, rules):
    config = Config(version=1, mode=Mode.ENFORCE, explain="comment")
    (post,) = decide(issue("crash", labels=("docs",)), rules, config).effects
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
        "effects": [{"add labels": [CRASH]}, {"assign": ["ann", "bob"]}, {"comment": "post the explanation"}],
        "reasons": [],
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
    decision = decide(issue("x"), changed, Config(version=1, mode=Mode.ENFORCE))
    assert said(decision.effects) == ["+bug", "+@cleo"]


def test_what_goes_is_said_before_what_comes(decided):
    decision = decided("crash", labels=("docs",), assignees=("p0",), history=("us +docs", "us +@p0"))
    kinds = [type(each) for each in decision.effects]
    assert (RemoveLabels, AddLabels) in pairwise(kinds)
    assert (RemoveAssignees, AddAssignees) in pairwise(kinds)
