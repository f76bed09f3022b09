"""The two laws: a decision that was applied has nothing left to do, and a person has the last word.

`after` is GitHub as far as a decision can see it, written here and nowhere else.
"""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from bot.core.config import Config
from bot.core.decide import decide, remember
from bot.core.effects import AddAssignees, AddLabels, EditComment, PostComment, RemoveAssignees, RemoveLabels
from bot.core.lint import Source
from bot.core.model import By, Change, Comment, Issue, Mode, Prior, Subject
from bot.core.rules.classify import classify
from bot.core.rules.ruleset import Label, RuleFile, compile_ruleset

START = datetime(2026, 8, 17, 9, 0, tzinfo=UTC)
CLASSES = {
    "crash": {"labels": ["defect: crash"], "owners": ["ann", "bob"]},
    "hang": {"labels": ["defect: hang", "slow"], "owners": ["bob", "@octo/runtime"]},
    "docs": {"labels": ["docs"], "defect": False, "owners": ["Cleo"]},
}
SAMPLES = {"match": ["a"], "no-match": ["b"]}
FILE = {
    "version": 1,
    "classes": [{"id": id_, "title": id_, **entry} for id_, entry in CLASSES.items()],
    "rules": [{"id": id_, "class": id_, "when": {"regex": id_}, "tests": SAMPLES} for id_ in CLASSES],
}
RULES = compile_ruleset([(Source("rules.yml", FILE, {}), RuleFile.model_validate(FILE))])

TITLES = ("crash", "a crash", "hang", "docs", "hello", "crash or hang", "")
LABELS = ("defect: crash", "Defect: CRASH", "defect: hang", "slow", "docs", "needs-triage", "p1")
LOGINS = ("ann", "ANN", "bob", "cleo", "zoe")
MAX_ASSIGNEES = 10

# A pull request's CI runs the laws on 10,000 examples, the same each time; a laptop runs the first tenth of them.
SHARE = 1 if os.environ.get("CI") else 10


def law(examples, **different):
    plain = {"derandomize": True, "deadline": None, "database": None, "print_blob": False}
    slow = list(HealthCheck)
    return settings(max_examples=max(10, examples // SHARE), suppress_health_check=slow, **(plain | different))


def labelled(name):
    return AddLabels((Label(name=name),))


def put(names, name):
    return names if any(name.casefold() == each.casefold() for each in names) else (*names, name)


def without(names, name):
    return tuple(each for each in names if each.casefold() != name.casefold())


def changes(effect):
    """What an effect does to labels and assignees: kind, name, and whether it is added."""
    match effect:
        case AddLabels():
            return [("label", label.name, True) for label in effect.labels]
        case RemoveLabels():
            return [("label", name, False) for name in effect.names]
        case AddAssignees():
            return [("assignee", login, True) for login in effect.logins]
        case RemoveAssignees():
            return [("assignee", login, False) for login in effect.logins]
        case _:
            return []


def after(issue, effects, dropped=frozenset(), by=By.US):
    """The issue as GitHub shows it once effects are applied, and whom it silently did not assign."""
    refused = set()
    for effect in effects:
        if isinstance(effect, PostComment | EditComment):
            assert getattr(effect, "id", "ours") == "ours"
            issue = replace(issue, comment=Comment("ours", effect.body), updated_at=issue.now)
        for what, name, is_added in changes(effect):
            field = "labels" if what == "label" else "assignees"
            before = getattr(issue, field)
            is_over = what == "assignee" and (name.casefold() in dropped or len(before) >= MAX_ASSIGNEES)
            if is_added and is_over:
                refused.add(name)
                continue
            names = put(before, name) if is_added else without(before, name)
            if names != before:
                history = (*issue.history, Change(what, name, is_added, by, issue.now))
                issue = replace(issue, history=history, updated_at=issue.now, **{field: names})
    return issue, frozenset(refused)


def later(issue, **different):
    return replace(issue, now=issue.now + timedelta(seconds=30), **different)


ACTS = [
    (what, name, is_added, by)
    for what, names in (("label", LABELS), ("assignee", LOGINS))
    for name in names
    for is_added in (True, False)
    for by in By
]
PRIORS = [
    Prior(verdict, "of another text", seen_at, reclassified_at, refused)
    for verdict in ("", "crash", "hang")
    for seen_at in (None, START - timedelta(minutes=30), START)
    for reclassified_at in (None, START - timedelta(minutes=90), START)
    for refused in (frozenset(), frozenset({"ann"}), frozenset({"bob", "zoe"}))
]


def history(acts, apart):
    """Acts in their order, evenly apart, the last of them just before the issue is read."""
    return tuple(Change(*act, at=START - apart * ago) for act, ago in zip(acts, range(len(acts), 0, -1), strict=True))


HISTORIES = st.builds(
    history,
    st.lists(st.sampled_from(ACTS), max_size=8),
    st.sampled_from([timedelta(seconds=1), timedelta(hours=1), timedelta(hours=9)]),
)
ISSUES = st.builds(
    lambda **parts: Issue(Subject(11, 3), "octo/shop", body="", author="zoe", now=START, **parts),
    title=st.sampled_from(TITLES),
    is_open=st.sampled_from([True, True, True, False]),
    is_locked=st.sampled_from([False, False, False, True]),
    labels=st.lists(st.sampled_from(LABELS), max_size=4, unique_by=str.casefold).map(tuple),
    assignees=st.lists(st.sampled_from(LOGINS), max_size=3, unique_by=str.casefold).map(tuple),
    history=HISTORIES,
    updated_at=st.sampled_from([None, START]),
    comment=st.none() | st.just(Comment("ours", "<!-- burndown:explanation 0123456789abcdef -->\nof old")),
    prior=st.sampled_from([None, *PRIORS]),
)
CONFIGS = st.builds(
    Config,
    version=st.just(1),
    mode=st.sampled_from([Mode.ENFORCE, Mode.ENFORCE, Mode.ENFORCE, Mode.OBSERVE, Mode.OFF]),
    explain=st.sampled_from(["none", "comment"]),
    needs_triage=st.sampled_from(["needs-triage", "Triage"]),
)
DROPPED = st.sampled_from([frozenset(names) for names in ((), ("ann",), ("bob", "cleo"))])


@law(3_500)
@given(ISSUES, CONFIGS, DROPPED, st.randoms(use_true_random=False), st.booleans())
def test_a_decision_that_was_applied_has_nothing_left_to_do(issue, config, dropped, random, asks_why):
    decision = decide(issue, RULES, config, asks_why=asks_why)
    effects = list(decision.effects)
    random.shuffle(effects)
    applied, refused = after(issue, effects, dropped)
    again = decide(later(applied, prior=remember(decision, refused)), RULES, config, asks_why=asks_why)
    assert again.effects == ()


@law(2_500)
@given(ISSUES, CONFIGS, DROPPED, st.data(), st.booleans())
def test_a_decision_that_was_applied_in_part_is_completed_by_the_next(issue, config, dropped, data, is_recorded):
    """The process may die between any two writes, before or after it recorded what it decided."""
    first = decide(issue, RULES, config)
    done = [effect for effect in first.effects if data.draw(st.booleans())]
    partly, refused = after(issue, done, dropped)
    read = later(partly, prior=remember(first, refused) if is_recorded else issue.prior)
    second = decide(read, RULES, config)
    applied, refused = after(read, second.effects, dropped)
    third = decide(later(applied, prior=remember(second, refused)), RULES, config)
    assert third.effects == ()
    assert set(map(type, second.effects)) | set(map(type, done)) >= set(map(type, first.effects))


@law(1_500)
@given(ISSUES, CONFIGS, st.randoms(use_true_random=False))
def test_the_order_of_effects_does_not_matter(issue, config, random):
    effects = list(decide(issue, RULES, config).effects)
    one, _ = after(issue, effects)
    random.shuffle(effects)
    other, _ = after(issue, effects)
    assert (set(one.labels), set(one.assignees)) == (set(other.labels), set(other.assignees))
    assert one.comment == other.comment


FEW_TITLES, FEW_LOGINS = ("crash", "docs", "hello"), ("ann", "cleo")
FEW_LABELS = ("DOCS", "defect: crash", "needs-triage")


@law(1_000)
@given(st.sampled_from(FEW_TITLES), st.lists(st.sampled_from(FEW_LABELS), max_size=40))
def test_two_machines_do_not_argue_for_long(title, toggled):
    """Threat 24: whatever another bot does to the labels within a day, we write each at most twice."""
    config = Config(version=1, mode=Mode.ENFORCE)
    issue, written = Issue(Subject(11, 3), "octo/shop", title, "", "zoe", True, False, (), (), (), START), []
    for name in ("p1", *toggled):
        is_there = put(issue.labels, name) == issue.labels
        issue, _ = after(issue, [RemoveLabels((name,)) if is_there else labelled(name)], by=By.BOT)
        decision = decide(issue, RULES, config)
        issue, refused = after(issue, decision.effects)
        issue = later(issue, prior=remember(decision, refused))
        written += [name for effect in decision.effects for what, name, _ in changes(effect) if what == "label"]
    assert all(written.count(name) <= 2 for name in written)


class OneIssue(RuleBasedStateMachine):
    """People, other bots and we act on one issue; each act takes a while by GitHub's clock.

    There are few words, so that acts meet: what is removed is what was wanted, and edits go to and fro. Nobody tells us
    of anything: we read when several acts are over, and what a person did after an edit is judged as strictly.
    """

    @initialize(title=st.sampled_from(FEW_TITLES), labels=st.lists(st.sampled_from(FEW_LABELS), max_size=1))
    def opened(self, title, labels):
        self.issue = Issue(Subject(11, 3), "octo/shop", title, "", "zoe", True, False, (), (), (), START, START)
        for label in labels:
            self.issue = replace(self.issue, labels=put(self.issue.labels, label))
        self.edited_at = []  # when an edit changed what the rules say

    def act(self, by, effect):
        self.issue = later(self.issue)
        self.issue, _ = after(self.issue, [effect], by=by)

    def last(self, what, name, *, is_added):
        history = [each for each in self.issue.history if each.what == what and each.name.casefold() == name.casefold()]
        kinds = [each for each in history if each.is_added is is_added]
        return kinds[-1] if kinds else None

    @rule(by=st.sampled_from([By.PERSON, By.BOT]), name=st.sampled_from(FEW_LABELS))
    def somebody_changes_a_label(self, by, name):
        is_there = put(self.issue.labels, name) == self.issue.labels
        self.act(by, RemoveLabels((name,)) if is_there else labelled(name))

    @rule(by=st.sampled_from([By.PERSON, By.BOT]), login=st.sampled_from(FEW_LOGINS))
    def somebody_changes_an_assignee(self, by, login):
        is_there = put(self.issue.assignees, login) == self.issue.assignees
        self.act(by, (RemoveAssignees if is_there else AddAssignees)((login,)))

    @rule(title=st.sampled_from(FEW_TITLES))
    def somebody_edits(self, title):
        before = classify(self.issue.title, "", RULES).primary
        self.issue = later(self.issue, title=title)
        self.issue = replace(self.issue, updated_at=self.issue.now)
        if classify(title, "", RULES).primary != before:
            self.edited_at.append(self.issue.now)

    @rule()
    def somebody_closes_or_reopens(self):
        self.issue = later(self.issue, is_open=not self.issue.is_open)
        self.issue = replace(self.issue, updated_at=self.issue.now)

    @rule(dropped=DROPPED, explain=st.sampled_from(["none", "comment"]))
    def we_decide(self, dropped, explain):
        config = Config(version=1, mode=Mode.ENFORCE, explain=explain)
        self.issue = later(self.issue)
        decision = decide(self.issue, RULES, config)
        for effect in decision.effects:
            self.judge(effect)
        self.issue, refused = after(self.issue, decision.effects, dropped)
        self.issue = replace(self.issue, prior=remember(decision, refused))
        assert decide(later(self.issue), RULES, config).effects == ()

    def judge(self, effect):
        match effect:
            case AddLabels():
                assert all(self.may_add("label", label.name) for label in effect.labels)
            case AddAssignees():
                assert all(self.may_add("assignee", login) for login in effect.logins)
            case RemoveLabels():
                assert all(self.is_ours("label", name) for name in effect.names)
            case RemoveAssignees():
                assert all(self.is_ours("assignee", login) for login in effect.logins)

    def may_add(self, what, name):
        """Its last removal was not by a person, or an edit has changed the rules' verdict since."""
        removal = self.last(what, name, is_added=False)
        return removal is None or removal.by is not By.PERSON or any(at > removal.at for at in self.edited_at)

    def is_ours(self, what, name):
        addition = self.last(what, name, is_added=True)
        return addition is not None and addition.by is By.US


def test_a_person_has_the_last_word():
    """Threats 24 and 25: nothing that a person removed is added again, nothing is removed that is not ours."""
    run_state_machine_as_test(OneIssue, settings=law(1_500, stateful_step_count=25))
