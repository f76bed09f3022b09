import json
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.core import text
from bot.core.config import Config
from bot.core.decide import decide, remember
from bot.core.effects import AddAssignees, AddLabels, EditComment, PostComment, RemoveAssignees, RemoveLabels, as_data
from bot.core.model import By, Change, Comment, Mode, Prior
from bot.core.ruleset import Label

CLASSES = {
    "crash": {"labels": ["defect: crash"], "owners": ["ann", "bob"], "color": "d73a4a"},
    "hang": {"labels": ["defect: hang", "slow"], "owners": ["bob", "@octo/runtime"]},
    "docs": {"labels": ["docs"], "defect": False},
    "many": {"labels": ["many"], "owners": [f"p{number}" for number in range(12)]},
}
RULES = {f"{name}.word": {"class": name, "when": {"regex": name}, "score": 5} for name in CLASSES}
CRASH, HANG, TRIAGE = "defect: crash", "defect: hang", "needs-triage"
TEN = [f"p{number}" for number in range(10)]


@pytest.fixture(scope="session")
def rules(ruleset):
    return ruleset(CLASSES, RULES)


@pytest.fixture
def past(now):
    """A history, oldest first, from lines like `us +defect: crash` and `person -@ann`, an hour apart at most."""

    def build(*lines, hours=1):
        changes = []
        for ago, line in enumerate(reversed(lines), start=1):
            by, _, rest = line.partition(" ")
            name = rest[1:]
            what = "assignee" if name.startswith("@") else "label"
            at = now - timedelta(hours=hours) * ago
            changes.append(Change(what, name.removeprefix("@"), rest.startswith("+"), By(by), at))
        return tuple(reversed(changes))

    return build


@pytest.fixture
def now(issue):
    return issue().now


@pytest.fixture
def decided(issue, rules, past):
    """The decision on an issue; a history is written as lines."""

    def build(title="", history=(), asks_why=False, config=None, **different):  # noqa: FBT002 - a row's cell
        config = Config.model_validate({"version": 1, "mode": "enforce"} | (config or {}))
        return decide(issue(title, history=past(*history), **different), rules, config, asks_why=asks_why)

    return build


def said(effects):
    """Effects as lines, so that a row of a table can be read."""
    lines = []
    for effect in effects:
        match effect:
            case AddLabels():
                lines += [f"+{label.name}" for label in effect.labels]
            case RemoveLabels():
                lines += [f"-{name}" for name in effect.names]
            case AddAssignees():
                lines += [f"+@{login}" for login in effect.logins]
            case RemoveAssignees():
                lines += [f"-@{login}" for login in effect.logins]
            case PostComment():
                lines.append("post")
            case EditComment():
                lines.append(f"edit {effect.id}")
    return lines


def row(sentence, effects, *reasons, **situation):
    return pytest.param(situation, effects, list(reasons), id=sentence)


CROWD = {"config": {"explain": "comment"}}
WHO = "assignees: a person chose"

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
    row("no more than ten are assigned", ["+many", *(f"+@{login}" for login in TEN)], title="many"),
    row(
        "those who are assigned count towards the ten",
        ["+many", *(f"+@{login}" for login in TEN[1:10])],
        title="many",
        assignees=("p0",),
        history=("us +@p0",),
    ),
    row(
        "ten who are assigned are enough",
        ["+many"],
        title="many",
        assignees=tuple(TEN),
        history=tuple(f"us +@{login}" for login in TEN),
    ),
    row(
        "the next take the places of those whom GitHub did not accept",
        ["+many", *(f"+@{login}" for login in (*TEN[2:10], "p10", "p11"))],
        text.assignee_dropped("p0"),
        text.assignee_dropped("p1"),
        title="many",
        prior=Prior("many", "", refused=frozenset({"p0", "p1"})),
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
def test_labels(decided, situation, effects, reasons):
    decision = decided(**situation)
    assert (said(decision.effects), list(decision.reasons)) == (effects, reasons)


@pytest.mark.parametrize(("situation", "effects", "reasons"), PEOPLE)
def test_people_have_the_last_word(decided, situation, effects, reasons):
    decision = decided(**situation)
    assert (said(decision.effects), list(decision.reasons)) == (effects, reasons)


@pytest.mark.parametrize(("situation", "effects", "reasons"), OWNERS)
def test_owners(decided, situation, effects, reasons):
    decision = decided(**situation)
    # Labels come first, then who goes, then who comes: the order of a row.
    assert (said(decision.effects), list(decision.reasons)) == (effects, reasons)


@pytest.mark.parametrize(("situation", "effects", "reasons"), SILENCE)
def test_silence_and_explanations(decided, situation, effects, reasons):
    decision = decided(**situation)
    assert (said(decision.effects), list(decision.reasons)) == (effects, reasons)


def test_a_label_thaws_a_day_after_the_last_but_one_removal(issue, rules, past):
    config = Config(version=1, mode=Mode.ENFORCE)
    history = past("us +docs", "bot -docs", "us +docs", "bot -docs", hours=8)  # 32, 24, 16 and 8 hours ago
    frozen = issue("docs", history=history)
    assert decide(frozen, rules, config).reasons == (text.frozen("label", "docs"),)
    later = issue("docs", history=history, now=frozen.now + timedelta(seconds=1))
    assert said(decide(later, rules, config).effects) == ["+docs"]


def verdicts(issue, rules, *steps):
    """The decisions on an issue that is read again and again; each step is a title and what else is different."""
    found, prior = [], None
    for hour, (title, different) in enumerate(steps):
        at = issue().now + timedelta(hours=hour)
        state = {"now": at, "updated_at": at, "prior": prior, **different}
        found.append(decide(issue(title, **state), rules, Config(version=1, mode=Mode.ENFORCE)))
        prior = remember(found[-1], frozenset())
    return found


def test_an_edit_that_changes_the_verdict_lifts_a_refusal(issue, rules, past):
    refused = {"history": past("us +docs", "person -docs", "us +@ann", "person -@ann")}
    steps = ("docs", refused), ("hello", refused), ("docs", refused), ("crash", refused)
    first, second, third, fourth = verdicts(issue, rules, *steps)
    assert first.reasons == (text.label_refused("docs"),)
    assert said(second.effects) == [f"+{TRIAGE}"]
    assert said(third.effects) == ["+docs"]
    assert said(fourth.effects) == [f"+{CRASH}", "+@ann", "+@bob"]


def test_an_edit_that_keeps_the_verdict_lifts_nothing(issue, rules, past):
    refused = {"history": past("us +docs", "person -docs")}
    decisions = verdicts(issue, rules, ("docs", refused), ("docs, please", refused))
    assert [each.reasons for each in decisions] == [(text.label_refused("docs"),)] * 2


def test_an_edit_while_the_issue_is_closed_counts(issue, rules, past):
    refused = {"history": past("us +docs", "person -docs")}
    steps = ("hello", refused), ("docs", {**refused, "is_open": False}), ("docs", refused)
    assert [said(each.effects) for each in verdicts(issue, rules, *steps)] == [[f"+{TRIAGE}"], [], ["+docs"]]


def test_what_a_person_removes_after_the_edit_stays_removed(issue, rules, past, now):
    edited = now + timedelta(hours=1)
    removed = (Change("label", "docs", is_added=False, by=By.PERSON, at=edited + timedelta(minutes=5)),)
    steps = ("hello", {}), ("docs", {"history": past("us +docs")}), ("docs", {"history": removed})
    assert verdicts(issue, rules, *steps)[-1].reasons == (text.label_refused("docs"),)


def test_a_change_of_the_rules_lifts_nothing(issue, ruleset, past):
    config = Config(version=1, mode=Mode.ENFORCE)
    before = ruleset(CLASSES, {"hang.word": {"class": "hang", "when": {"regex": "docs"}, "score": 5}})
    after = ruleset(CLASSES, RULES)
    read = issue("docs", history=past("us +docs", "person -docs"))
    first = decide(read, before, config)
    assert first.verdict.classification.primary == "hang"
    again = decide(issue("docs", history=read.history, prior=remember(first, frozenset())), after, config)
    assert again.verdict.classification.primary == "docs"
    assert (again.effects, again.reasons) == ((), (text.label_refused("docs"),))


def test_github_dates_the_edit(issue, rules):
    edited = issue().now - timedelta(minutes=3)
    prior = Prior("docs", "another text")
    for updated_at, expected in ((edited, edited), (None, issue().now)):
        read = issue("crash", prior=prior, updated_at=updated_at)
        assert decide(read, rules, Config(version=1)).memory.reclassified_at == expected


def test_the_memory_of_a_first_decision(issue, rules):
    first = decide(issue("crash"), rules, Config(version=1)).memory
    assert (first.verdict, first.reclassified_at, first.refused) == ("crash", None, frozenset())
    assert decide(issue("hello"), rules, Config(version=1)).memory.verdict == ""


def test_whom_github_refused_is_remembered_in_any_case_and_for_good(issue, rules):
    first = decide(issue("crash"), rules, Config(version=1))
    memory = remember(first, frozenset({"Ann"}))
    assert memory.refused == {"ann"}
    again = remember(decide(issue("crash, again", prior=memory), rules, Config(version=1)), frozenset({"bob"}))
    assert again.refused == {"ann", "bob"}


def test_title_and_body_are_hashed_apart(issue, rules):
    hashes = {
        decide(issue(title, body), rules, Config(version=1)).memory.text_hash
        for title, body in (("ab", "c"), ("a", "bc"), ("abc", ""), ("", "abc"), ("\ud800", ""))
    }
    assert len(hashes) == 5


def test_an_explanation_is_edited_only_when_its_content_changed(issue, rules):
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


def test_a_repository_may_rename_labels_and_owners(issue, ruleset):
    changed = ruleset(CLASSES, RULES, {"crash": {"labels": ["bug"], "owners": ["cleo"]}})
    decision = decide(issue("crash"), changed, Config(version=1, mode=Mode.ENFORCE))
    assert said(decision.effects) == ["+bug", "+@cleo"]


def test_what_goes_is_said_before_what_comes(decided):
    decision = decided("crash", labels=("docs",), assignees=("p0",), history=("us +docs", "us +@p0"))
    kinds = [type(each) for each in decision.effects]
    assert (RemoveLabels, AddLabels) in pairwise(kinds)
    assert (RemoveAssignees, AddAssignees) in pairwise(kinds)
