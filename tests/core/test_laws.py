"""The two laws: a decision that was applied has nothing left to do, and a person has the last word.

GitHub is github.py, as far as a decision can see it.
"""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from bot.core.config import Config, Recurrence
from bot.core.decide import decide, remember
from bot.core.effects import (
    AddAssignees,
    AddLabels,
    EditComment,
    PostComment,
    React,
    RemoveAssignees,
    RemoveLabels,
    Reply,
)
from bot.core.lint import Source
from bot.core.model import Asked, By, Change, Comment, Issue, Mode, Orders, Prior, Said, Subject
from bot.core.people.commands import Role, commands, line, role
from bot.core.people.owners import People
from bot.core.policy import Policy
from bot.core.recurrence.model import NOTHING, Back, Earlier, Fix, Repeat
from bot.core.recurrence.prints import Print
from bot.core.rules.entries import RuleFile
from bot.core.rules.ruleset import compile_ruleset
from bot.core.text import issues as text
from tests.core.github import after, changes, labelled, later, put

START = datetime(2026, 8, 17, 9, 0, tzinfo=UTC)
CLASSES = {
    "crash": {"labels": ["defect: crash"], "owners": ["ann", "bob"]},
    "hang": {"labels": ["defect: hang", "slow"], "owners": ["bob", "@octo/runtime"]},
    "docs": {"labels": ["docs"], "defect": False, "owners": ["Cleo"]},
    "leak": {"labels": ["leak"], "owners": ["ann", "zoe", "octo/runtime", "codeowners"], "rotate": "weekly"},
    "slow": {"labels": ["slowness"], "owners": ["bob", "zoe"], "rotate": "least-loaded"},
}
SAMPLES = {"match": ["a"], "no-match": ["b"]}
FILE = {
    "version": 1,
    "classes": [{"id": id_, "title": id_, **entry} for id_, entry in CLASSES.items()],
    "rules": [{"id": id_, "class": id_, "when": {"regex": id_}, "tests": SAMPLES} for id_ in CLASSES],
}
RULES = compile_ruleset([(Source("rules.yml", FILE, {}), RuleFile.model_validate(FILE))])
VERSION = RULES.version

TITLES = ("crash", "a crash", "hang", "docs", "hello", "crash or hang", "", "leak", "slow")
LABELS = ("defect: crash", "Defect: CRASH", "defect: hang", "slow", "docs", "leak", "needs-triage", "p1")
LOGINS = ("ann", "ANN", "bob", "cleo", "zoe")

# A pull request's CI runs the laws on 10,000 examples, the same each time; a laptop runs the first tenth of them.
SHARE = 1 if os.environ.get("CI") else 10


def law(examples, **different):
    plain = {"derandomize": True, "deadline": None, "database": None, "print_blob": False}
    slow = list(HealthCheck)
    return settings(max_examples=max(10, examples // SHARE), suppress_health_check=slow, **(plain | different))


ACTS = [
    (what, name, is_added, by)
    for what, names in (("label", LABELS), ("assignee", LOGINS))
    for name in names
    for is_added in (True, False)
    for by in By
]
COMMANDS = [
    "/burndown why",
    "/burndown help",
    "/burndown class docs",
    "/burndown class leak",
    "/burndown class crahs",
    "/burndown not crash",
    "/burndown not docs",
    "/burndown owner @zoe",
    "/burndown owner octo/runtime",
    "/burndown undo",
    "/burndown pause 1",
    "/burndown recheck",
    "/burndown duplicate-of #1",
    "/burndown not-duplicate",
    "/burndown whatever",
    "thank you",
]
MOMENTS = st.sampled_from([None, START - timedelta(minutes=45), START])
ORDERS = st.just(Orders()) | st.builds(
    Orders,
    class_id=st.sampled_from(["", "docs", "leak", "of other rules"]),
    class_at=st.just(START - timedelta(minutes=45)),
    rejected=st.sampled_from([frozenset(), frozenset({"crash"}), frozenset({"docs", "hang"})]),
    owner=st.sampled_from(["", "zoe", "octo/runtime"]),
    owner_at=MOMENTS,
    is_left_alone=st.sampled_from([False, False, True]),
    paused_until=st.sampled_from([None, None, START, START + timedelta(days=1)]),
    duplicate_of=st.sampled_from([0, 0, 1]),
    is_apart=st.sampled_from([False, False, True]),
)
ASKED = st.builds(
    lambda lines, **parts: Asked("IC_1", "\n".join(lines), "ann", at=START - timedelta(minutes=1), **parts),
    st.lists(st.sampled_from(COMMANDS), min_size=1, max_size=3),
    role=st.sampled_from([Role.ADMIN, Role.ADMIN, Role.READ]),
    ran=st.sampled_from([frozenset(), frozenset({"/burndown why", "/burndown undo"})]),
    reactions=st.sampled_from([frozenset(), frozenset({"THUMBS_UP"})]),
)
PEOPLE = st.sampled_from(
    [
        People(),
        People({"octo/runtime": ("Rex", "bob")}, {"bob": 3, "zoe": 1}),
        People({"octo/runtime": ()}, {"zoe": 2}),
        People({"octo/runtime": ("p1", "p2", "p3", "p4", "p5")}),
    ]
)
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


SAID = st.sampled_from([None, None, Said("0123456789abcdef"), Said("0123456789abcdef", is_link=True)])
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
    prior=st.none()
    | st.builds(replace, st.sampled_from(PRIORS), orders=ORDERS, undone=st.sampled_from(["", "", VERSION]), said=SAID),
    asked=st.none() | ASKED,
    has_comments=st.sampled_from([True, True, False]),
    replies=st.sampled_from([frozenset(), frozenset({text.reply_key("IC_1", ("/burndown help",))})]),
)
FIX = Fix(7, START, ("2.0",), START, "tests/test_run.py::test_main")
BACK = Back(1, Print("trace", "trace:1", "KeyError at shop.run"), FIX, is_contained=True)
EARLIER = st.builds(
    Earlier,
    again=st.sampled_from([NOTHING, NOTHING, Repeat(2, BACK.by), Repeat(2, BACK.by, BACK), BACK]),
    alike=st.sampled_from([None, (), (1, 2)]),
)
POLICIES = st.builds(
    lambda **parts: Policy(Config(**parts), RULES),
    version=st.just(1),
    mode=st.sampled_from([Mode.ENFORCE, Mode.ENFORCE, Mode.ENFORCE, Mode.OBSERVE, Mode.OFF]),
    explain=st.sampled_from(["none", "comment"]),
    needs_triage=st.sampled_from(["needs-triage", "Triage"]),
    recurrence=st.sampled_from([Recurrence(), Recurrence(comment=False)]),
)
DROPPED = st.sampled_from([frozenset(names) for names in ((), ("ann",), ("bob", "cleo"))])


def recorded(issue, decision, refused):
    """The issue as it is read again once a decision on it is recorded: its commands have run."""
    asked = issue.asked and replace(issue.asked, ran=issue.asked.ran | set(decision.heard.ran))
    return later(issue, prior=remember(decision, refused), asked=asked)


@law(3_500)
@given(ISSUES, POLICIES, PEOPLE, EARLIER, DROPPED, st.randoms(use_true_random=False))
def test_a_decision_that_was_applied_has_nothing_left_to_do(issue, policy, people, earlier, dropped, random):
    decision = decide(issue, policy, people, earlier)
    effects = list(decision.effects)
    random.shuffle(effects)
    applied, refused = after(issue, effects, dropped)
    read = recorded(applied, decision, refused)
    assert decide(read, policy, people, earlier).effects == ()
    assert decide(replace(read, asked=None), policy, people, earlier).effects == ()


@law(2_500)
@given(ISSUES, POLICIES, PEOPLE, EARLIER, DROPPED, st.data(), st.booleans())
def test_a_decision_that_was_applied_in_part_is_completed_by_the_next(
    issue, policy, people, earlier, dropped, data, is_remembered
):
    """The process may die between any two writes, before or after it recorded what it decided; then it hears again."""
    first = decide(issue, policy, people, earlier)
    done = [effect for effect in first.effects if data.draw(st.booleans())]
    partly, refused = after(issue, done, dropped)
    is_said = all(each in done for each in first.effects if isinstance(each, PostComment | EditComment))
    read = later(partly, prior=remember(first, refused, is_said=is_said) if is_remembered else issue.prior)
    second = decide(read, policy, people, earlier)
    applied, refused = after(read, second.effects, dropped)
    assert decide(recorded(applied, second, refused), policy, people, earlier).effects == ()
    assert set(map(type, second.effects)) | set(map(type, done)) >= set(map(type, first.effects))


@law(1_500)
@given(ISSUES, POLICIES, PEOPLE, EARLIER, st.randoms(use_true_random=False))
def test_the_order_of_effects_does_not_matter(issue, policy, people, earlier, random):
    effects = list(decide(issue, policy, people, earlier).effects)
    one, _ = after(issue, effects)
    random.shuffle(effects)
    other, _ = after(issue, effects)
    assert (set(one.labels), set(one.assignees)) == (set(other.labels), set(other.assignees))
    assert (one.comment, one.asked, one.replies) == (other.comment, other.asked, other.replies)


@law(1_000)
@given(ISSUES, PEOPLE, st.integers(min_value=1, max_value=9))
def test_whom_we_assigned_in_turn_no_week_moves(issue, people, weeks):
    """What another bot does and a pause come to an end with time; whose turn it is does not matter."""
    by_hand = tuple(each for each in issue.history if each.by is not By.BOT)
    policy = Policy(Config(version=1, mode=Mode.ENFORCE), RULES)
    decision = decide(replace(issue, history=by_hand), policy, people)
    applied, refused = after(decision.issue, decision.effects)
    read = recorded(applied, decision, refused)
    turned = decide(replace(read, now=read.now + timedelta(weeks=weeks)), policy, people)
    is_ours = {name.casefold() for effect in decision.effects for what, name, is_added in changes(effect) if is_added}
    if is_ours.intersection(login.casefold() for login in applied.assignees):
        assert not [each for each in turned.effects if isinstance(each, AddAssignees | RemoveAssignees)]


FEW_TITLES, FEW_LOGINS = ("crash", "docs", "hello"), ("ann", "cleo")
FEW_LABELS = ("DOCS", "defect: crash", "needs-triage")


@law(1_000)
@given(st.sampled_from(FEW_TITLES), st.lists(st.sampled_from(FEW_LABELS), max_size=40))
def test_two_machines_do_not_argue_for_long(title, toggled):
    """Threat 24: whatever another bot does to the labels within a day, we write each at most twice."""
    policy = Policy(Config(version=1, mode=Mode.ENFORCE), RULES)
    issue, written = Issue(Subject(11, 3), "octo/shop", title, "", "zoe", True, False, (), (), (), START), []
    for name in ("p1", *toggled):
        is_there = put(issue.labels, name) == issue.labels
        issue, _ = after(issue, [RemoveLabels((name,)) if is_there else labelled(name)], by=By.BOT)
        decision = decide(issue, policy)
        issue, refused = after(issue, decision.effects)
        issue = later(issue, prior=remember(decision, refused))
        written += [name for effect in decision.effects for what, name, _ in changes(effect) if what == "label"]
    assert all(written.count(name) <= 2 for name in written)


FEW_COMMANDS = ("class docs", "not crash", "not docs", "owner @ann", "undo", "pause 1", "recheck", "why", "zzz")


class OneIssue(RuleBasedStateMachine):
    """People, other bots and we act on one issue; each act takes a while by GitHub's clock.

    There are few words, so that acts meet: what is removed is what was wanted, and edits go to and fro. Nobody tells us
    of anything but a comment: we read when several acts are over, and what a person did after an edit is judged as
    strictly.
    """

    @initialize(title=st.sampled_from(FEW_TITLES), labels=st.lists(st.sampled_from(FEW_LABELS), max_size=1))
    def opened(self, title, labels):
        self.issue = Issue(Subject(11, 3), "octo/shop", title, "", "zoe", True, False, (), (), (), START, START)
        for label in labels:
            self.issue = replace(self.issue, labels=put(self.issue.labels, label))
        self.lifted_at = {"label": [], "assignee": []}  # when an edit or a command changed what may be added
        self.is_left_alone, self.paused_until, self.rejected, self.owner = False, START, set(), ""
        self.comment = None

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
        is_changed = title != self.issue.title  # each of the titles has a verdict of its own
        self.issue = later(self.issue, title=title)
        self.issue = replace(self.issue, updated_at=self.issue.now)
        if is_changed:
            self.lift("label", "assignee")

    def lift(self, *whats):
        for what in whats:
            self.lifted_at[what].append(self.issue.now)

    @rule()
    def somebody_closes_or_reopens(self):
        self.issue = later(self.issue, is_open=not self.issue.is_open)
        self.issue = replace(self.issue, updated_at=self.issue.now)

    @rule()
    def a_day_passes(self):
        self.issue = replace(self.issue, now=self.issue.now + timedelta(days=1))

    @rule(words=st.sampled_from(FEW_COMMANDS), who=st.sampled_from([Role.TRIAGE, Role.READ]), is_edit=st.booleans())
    def somebody_comments(self, words, who, is_edit):
        """A new comment, or one line more in the last one; we read it at once."""
        self.issue = later(self.issue)
        body = f"/burndown {words}"
        if self.comment and is_edit:
            told = f"{self.comment.body}\n{body}"
            self.comment = replace(self.comment, body=told, role=who, at=self.issue.now)
        else:
            self.comment = Asked(f"IC {self.issue.now}", body, "ann", who, self.issue.now)
        for command in commands(self.comment.body):
            if line(command) not in self.comment.ran and who.at_least(role(command)):
                self.order(*line(command).removeprefix("/burndown ").split())
        self.issue = replace(self.issue, asked=self.comment)
        self.we_decide(dropped=frozenset(), explain="none")
        self.comment, self.issue = self.issue.asked, replace(self.issue, asked=None)

    def order(self, name, argument=""):
        match name:
            case "undo":
                self.is_left_alone, self.owner = True, ""
            case "pause":
                self.paused_until = self.issue.now + timedelta(days=1)
            case "not":
                self.rejected.add(argument)
            case "owner":
                self.owner = argument.removeprefix("@")
                self.lift("assignee")
            case "class":
                self.rejected.discard(argument)
                self.is_left_alone = False
                self.lift("label", "assignee")
            case "recheck":
                self.is_left_alone, self.paused_until = False, START
                self.lift("label", "assignee")

    @rule(dropped=DROPPED, explain=st.sampled_from(["none", "comment"]))
    def we_decide(self, dropped, explain):
        policy = Policy(Config(version=1, mode=Mode.ENFORCE, explain=explain), RULES)
        self.issue = later(self.issue)
        decision = decide(self.issue, policy)
        for effect in decision.effects:
            self.judge(effect)
        applied, refused = after(self.issue, decision.effects, dropped)
        self.issue = recorded(applied, decision, refused)
        assert decide(later(self.issue), policy).effects == ()

    def judge(self, effect):
        if not self.issue.is_open or self.paused_until > self.issue.now:
            is_told_why = self.issue.asked is not None and "/burndown why" in self.issue.asked.body
            assert isinstance(effect, React | Reply) or (is_told_why and isinstance(effect, PostComment | EditComment))
        match effect:
            case AddLabels():
                assert all(self.may_add("label", label.name) for label in effect.labels)
                named = {RULES.labels[each.name].id for each in effect.labels if each.name in RULES.labels}
                assert named.isdisjoint(self.rejected)
            case AddAssignees():
                assert all(self.may_add("assignee", login) for login in effect.logins)
            case RemoveLabels():
                assert all(self.is_ours("label", name) for name in effect.names)
            case RemoveAssignees():
                assert all(self.is_ours("assignee", login) for login in effect.logins)

    def may_add(self, what, name):
        """Nobody took back what we did; its last removal was not by a person, or an edit or a command came since."""
        removal = self.last(what, name, is_added=False)
        is_refused = removal is not None and removal.by is By.PERSON
        is_open = not self.is_left_alone or (what == "assignee" and name.casefold() == self.owner.casefold())
        return is_open and not (is_refused and max(self.lifted_at[what], default=START) <= removal.at)

    def is_ours(self, what, name):
        addition = self.last(what, name, is_added=True)
        return addition is not None and addition.by is By.US


def test_a_person_has_the_last_word():
    """Threats 24 and 25: nothing that a person removed is added again, nothing is removed that is not ours."""
    run_state_machine_as_test(OneIssue, settings=law(1_500, stateful_step_count=25))
