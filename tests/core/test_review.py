from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.check import MAX_TITLE
from bot.core.config import Config
from bot.core.evidence.closing import references
from bot.core.evidence.guards import Guard, Loss
from bot.core.evidence.ladder import Diff, Runs, Unread
from bot.core.evidence.model import Note
from bot.core.evidence.review import Case, fix_of, guards_of, implied, links_of, review
from bot.core.evidence.waivers import Waiver
from bot.core.lint import Place
from bot.core.model import Mode, Orders, Prior
from bot.core.policy import Policy
from tests.core.pulls import NOW, REPOSITORY, TEST, diff, issue, link, pull, reading, symbol

LOST = Loss(Guard(TEST, ("test_a",), 3, "Old crash", "crash", 2), "it is skipped", Place(TEST, 9))


CLASSES = {
    "crash": {"labels": ["defect: crash"]},
    "loss": {"labels": ["defect: loss"], "validation": {"regression-test": "L4"}},
    "docs": {"labels": ["docs"], "defect": False},
}
RULES = {f"{name}.word": {"class": name, "when": {"regex": name}, "score": 5} for name in CLASSES}
EXCUSE = "So it is.\nno-issue: a typing mistake"
NOT_SHOWN = ("NEUTRAL", "Inconclusive: not enough was shown to tell")
TOO_LOW = ("FAILURE", "The linked test reaches L1, L3 is needed")
NONE_LINKED = ("FAILURE", "No regression test linked")
LINKED = ("SUCCESS", "Regression test linked (L3)")
OBSERVED = ("NEUTRAL", "Would have blocked: no regression test")
SIGNS = {"labels": ["fix"], "titles": ["fix:*", "fix(*"], "branches": ["fix/**"]}
EXCUSABLE = {"fix-when": SIGNS, "no-issue": True}


@pytest.fixture
def policy(ruleset):
    def build(**own):
        config = {"version": 1, "mode": "enforce", "regression-test": own}
        return Policy(Config.model_validate(config), ruleset(CLASSES, RULES))

    return build


def case(policy, it=None, links=(), **more):
    it = it or diff()
    closes = references(it.pull)
    fix = fix_of(it.pull, closes, policy, more.pop("priors", None))
    return Case(it, fix, closes, links, **more)


def concluded(*args, **more):
    run = review(case(*args, **more)).run
    assert len(run.title) <= MAX_TITLE
    return run.conclusion, run.title


def waiver(**more):
    return replace(Waiver("untestable", "", "no test can show a printer on fire", "carol", NOW), **more)


GRANTED = waiver(approved_by="bob", approved_at=NOW, expires_at=NOW + timedelta(days=1))
EXPIRED = waiver(approved_by="bob", approved_at=NOW, expires_at=NOW - timedelta(days=1))


@pytest.mark.parametrize(
    ("it", "fixes"),
    [
        pytest.param(pull(), "crash", id="it closes an issue of a class of defects"),
        pytest.param(pull(closing=()), "", id="it closes nothing"),
        pytest.param(pull(body="Fixes #12", closing=()), "", id="nobody has read what it closes"),
        pytest.param(pull(body="#12"), "", id="GitHub says so, and nobody else"),
    ],
)
def test_a_pull_request_is_a_fix_when(policy, it, fixes):
    found = fix_of(it, references(it), policy())
    assert ("".join(each.id for one in found.defects for each in one.classes), bool(found)) == (fixes, bool(fixes))


@pytest.mark.parametrize(
    ("closed", "prior", "classes"),
    [
        pytest.param(issue(), None, "crash", id="its label"),
        pytest.param(issue(labels=("docs",)), None, "", id="a label of no defect"),
        pytest.param(issue(), Prior("loss", ""), "crash", id="its label, whatever the last verdict was"),
        pytest.param(issue(labels=()), Prior("loss", ""), "loss", id="the last verdict"),
        pytest.param(issue(labels=()), Prior("loss", "", orders=Orders("crash")), "crash", id="a person's word"),
        pytest.param(issue(labels=()), Prior("", ""), "", id="an abstention"),
        pytest.param(issue(labels=()), Prior("gone", ""), "", id="a class that is no more"),
        pytest.param(issue(labels=(), title="A loss"), None, "loss", id="what the rules say of one never seen"),
    ],
)
def test_the_class_of_a_closed_issue_is(policy, closed, prior, classes):
    it = pull(closing=(), body="Fixes #12")
    it = replace(it, closing=(closed,))
    found = fix_of(it, references(it), policy(), {12: prior})
    assert "".join(each.id for one in found.defects for each in one.classes) == classes


@pytest.mark.parametrize(
    ("it", "own", "is_fix"),
    [
        pytest.param({"labels": ("Fix",)}, {"fix-when": SIGNS}, True, id="a label"),
        pytest.param({"title": "fix: tables"}, {"fix-when": SIGNS}, True, id="a title"),
        pytest.param({"title": "fix(ui): tables"}, {"fix-when": SIGNS}, True, id="a title with a scope"),
        pytest.param({"title": "prefix: tables"}, {"fix-when": SIGNS}, False, id="another title"),
        pytest.param({"branch": "fix/deep/er"}, {"fix-when": SIGNS}, True, id="a branch"),
        pytest.param({"title": "fix: tables"}, {}, False, id="nothing is configured"),
        pytest.param({"title": "fix: x", "body": EXCUSE}, {"fix-when": SIGNS}, True, id="no excuse is configured"),
        pytest.param({"title": "fix: x", "body": EXCUSE}, EXCUSABLE, False, id="an excuse"),
        pytest.param({"title": "fix: x", "body": "No-Issue: "}, EXCUSABLE, True, id="an empty excuse"),
    ],
)  # fmt: skip
def test_a_configured_sign_makes_a_fix(policy, it, own, is_fix):
    made = pull(closing=(), **it)
    assert bool(fix_of(made, references(made), policy(**own))) is is_fix


def test_no_excuse_helps_a_fix_that_closes_a_defect(policy):
    it = pull(body="Fixes #12\nNo-Issue: typo")
    assert fix_of(it, references(it), policy(**{"no-issue": True}))


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        pytest.param({}, NONE_LINKED, id="nothing is linked"),
        pytest.param({"links": (link(),)}, LINKED, id="a test is linked"),
        pytest.param(
            {"links": (link("tests/no.py"),)}, TOO_LOW, id="not in the diff"
        ),
        pytest.param({"mode": Mode.OBSERVE}, OBSERVED, id="observing"),
        pytest.param({"links": (link(),), "mode": Mode.OBSERVE}, LINKED, id="observing a good one"),
        pytest.param(
            {"waivers": (waiver(),)}, ("ACTION_REQUIRED", "A waiver is requested: who approves it?"), id="asked"
        ),
        pytest.param({"waivers": (GRANTED,)}, ("SUCCESS", "Waived (untestable) until 2026-11-24"), id="waived"),
        pytest.param({"waivers": (EXPIRED,)}, NONE_LINKED, id="the waiver has ended"),
        pytest.param({"waivers": (waiver(ended_by="bob", ended_at=NOW),)}, NONE_LINKED, id="turned down"),
        pytest.param({"waivers": (waiver(),), "mode": Mode.OBSERVE}, OBSERVED, id="observing a request"),
        pytest.param({"links": (link(),), "waivers": (GRANTED,)}, LINKED, id="both: the test counts"),
        pytest.param({"it": Diff(pull(), {TEST: Unread.UNKNOWN})}, NOT_SHOWN, id="a test was not shown"),
        pytest.param({"it": diff(pull(changed_files=3_001))}, NOT_SHOWN, id="files were not listed"),
        pytest.param(
            {"it": diff(pull(changed_files=3_001)), "links": (link(),)}, LINKED, id="the linked one was listed"
        ),
        pytest.param({"it": diff(pull(closing=(), is_partial=True))}, NOT_SHOWN, id="what it closes was not shown"),
        pytest.param({"it": diff(pull(closing=()))}, ("SKIPPED", "Not a fix of a defect"), id="no fix"),
        pytest.param(
            {"it": diff(pull(closing=())), "losses": (LOST,)},
            ("NEUTRAL", "Takes away 1 guard of a fixed defect"),
            id="no fix, but a guard is lost",
        ),
    ],
)  # fmt: skip
def test_the_check_concludes(policy, more, expected):
    assert concluded(policy(), **more) == expected


@pytest.mark.parametrize(
    ("runs", "conclusion"),
    [
        pytest.param(Runs(), "NEUTRAL", id="results may not be read"),
        pytest.param(Runs(is_readable=True), "FAILURE", id="they may, and none has come"),
        pytest.param(Runs(is_readable=True, results=()), "NEUTRAL", id="no test was run"),
    ],
)
def test_a_class_that_asks_for_a_run_gets(policy, runs, conclusion):
    it = diff(replace(pull(), closing=(issue(labels=("defect: loss",)),)))
    assert concluded(policy(), it, (link(),), runs=runs)[0] == conclusion


@pytest.mark.parametrize(
    ("notes", "expected"),
    [
        pytest.param([Note(2, "Regression test for #12")], [f"{TEST}::test_empty"], id="before a test"),
        pytest.param([Note(4, f"https://github.com/{REPOSITORY}/issues/12")], [f"{TEST}::test_empty"], id="in a test"),
        pytest.param([Note(2, "Regression test for #13")], [], id="another issue"),
        pytest.param([Note(9, "Regression test for #12")], [], id="an old comment"),
    ],
)
def test_a_new_comment_that_names_the_defect_links_the_test(policy, notes, expected):
    it = diff(None, reading(symbol(), notes=tuple(notes)))
    fix = fix_of(it.pull, references(it.pull), policy())
    assert [each.text for each in implied(it, fix)] == expected


def test_links_come_from_description_commits_and_comments():
    it = pull(body=f"Regression-Test: {TEST}::test_a\nRegression-Test: ../../etc/passwd")
    good, bad = links_of(it, (link(f"{TEST}::test_b"), link(f"{TEST}::test_a")))
    assert [each.text for each in good] == [f"{TEST}::test_a", f"{TEST}::test_b"]
    assert [each.written for each in bad] == ["../../etc/passwd"]


def test_the_summary_says_what_is_missing_what_to_write_and_who_may_waive(policy):
    summary = review(case(policy())).run.summary
    assert "Fixes defect 12 `It crashes` of class `crash`." in summary
    assert "- no regression test is linked: add a line" in summary
    assert f"\nRegression-Test: {TEST}::test_empty\n" in summary
    assert "/burndown waive untestable <why no test can show it>" in summary
    assert "anyone with write access but the author" in summary


def test_a_shortcoming_is_annotated_where_it_stands(policy):
    it = diff(None, reading(symbol(skipped=2)))
    (annotation,) = review(case(policy(), it, (link(),))).run.annotations
    assert (annotation.place, annotation.level) == (Place(TEST, 2), "FAILURE")


@pytest.mark.parametrize(
    ("waivers", "buttons"),
    [
        pytest.param((), ["recheck", "waive", "explain"], id="nothing was asked"),
        pytest.param((waiver(),), ["recheck", "approve", "explain"], id="asked"),
        pytest.param((EXPIRED,), ["recheck", "approve", "explain"], id="ended"),
        pytest.param((GRANTED,), ["recheck", "explain"], id="waived"),
    ],
)
def test_the_buttons_are(policy, waivers, buttons):
    run = review(case(policy(), waivers=waivers)).run
    assert [each.identifier for each in run.buttons] == buttons
    assert all(len(each.label) <= 20 and len(each.description) <= 40 for each in run.buttons)


def test_foreign_text_is_inert_in_the_summary(policy):
    title = "@everyone <script> #1 ```"
    it = diff(replace(pull(), closing=(replace(issue(), title=title),)), reading(symbol("`*` @bob"), symbol("a\nb")))
    summary = review(case(policy(), it)).run.summary
    assert "@everyone" in summary
    assert "`@bob" not in summary.replace("````", "")
    assert "Regression-Test: path/to/test_file::test_name" in summary


def test_the_test_that_got_farthest_guards_what_is_merged(policy):
    found = case(policy(), links=(link(), link("tests/no.py")))
    assert guards_of(found, review(found)) == (Guard(TEST, ("test_empty",), 12, "It crashes", "crash", 7),)


def test_what_is_waived_is_guarded_by_nothing(policy):
    found = case(policy(), waivers=(GRANTED,))
    assert guards_of(found, review(found)) == ()
