import json

import pytest

from bot.core.config import Config
from bot.core.model import Orders, Prior, Subject
from bot.core.policy import Policy
from bot.core.quality.backtest import Backtest, Moved, Reading, Tally, backtest, reading
from bot.core.quality.truth import Truth
from tests.core.conftest import CLASSES, RULES


@pytest.fixture
def before(rules):
    return Policy(Config(version=1), rules)


@pytest.fixture
def after(ruleset):
    """The same classes; a crash is a hang now, docs are not recognised, and a bare one is new."""
    changed = RULES | {
        "crash.word": {"class": "hang", "when": {"word": "crash"}},
        "docs.word": {"class": "docs", "when": {"word": "documentation"}},
        "more": {"class": "bare", "when": {"word": "hello"}},
    }
    return Policy(Config(version=1), ruleset(CLASSES, changed))


@pytest.fixture
def known(issue, past):
    """A known issue, with what people did to it."""

    def build(title, labels=(), history=(), number=3, **orders):
        prior = Prior("", "", orders=Orders(**orders)) if orders else None
        url = f"https://github.com/octo/shop/issues/{number}"
        at = Subject(11, number)
        return issue(title, labels=labels, history=past(*history), subject=at, url=url, prior=prior)

    return build


OURS, OFF = ("us +defect: crash",), ("us +defect: crash", "person -defect: crash")


@pytest.mark.parametrize(
    ("title", "labels", "history", "moved"),
    [
        pytest.param("crash", (), (), ("crash", "hang", False, False), id="nobody said anything"),
        pytest.param("hang", ("docs",), (), None, id="the same verdict, right or wrong"),
        pytest.param("crash", ("defect: hang",), (), ("crash", "hang", True, False), id="right now"),
        pytest.param("crash", ("defect: crash",), (), ("crash", "hang", False, True), id="right before"),
        pytest.param("crash", ("docs",), (), ("crash", "hang", False, False), id="wrong before and now"),
        pytest.param("crash", (), OFF, ("crash", "hang", False, False), id="wrong before, and nobody knows now"),
        pytest.param("crash", ("defect: crash",), OURS, ("crash", "hang", False, False), id="our label says nothing"),
        pytest.param("docs", ("docs",), (), ("docs", None, False, True), id="right before, nothing now"),
        pytest.param("docs", ("defect: hang",), (), ("docs", None, False, False), id="wrong before, nothing now"),
        pytest.param("hello", (), (), (None, "bare", False, False), id="nothing before"),
        pytest.param(
            "crash", ("defect: crash", "slow"), (), ("crash", "hang", False, False), id="right before and now"
        ),
        pytest.param("", (), (), None, id="nothing before and now"),
    ],
)
def test_an_issue_moves(known, before, after, title, labels, history, moved):
    found = backtest([known(title, labels, history)], before, after)
    shown = [(each.before, each.after, each.is_gain, each.is_loss) for each in found.moved]
    assert shown == ([moved] if moved else [])


def test_a_persons_word_in_a_comment_is_a_measure(known, before, after):
    found = backtest([known("crash", class_id="hang"), known("crash", class_id="crash")], before, after)
    assert [(each.is_gain, each.is_loss) for each in found.moved] == [(True, False), (False, True)]


def test_what_people_said_is_no_part_of_the_verdict(known, before):
    said = known("crash", ("docs",), ("person +docs",), class_id="hang", rejected=frozenset({"crash"}))
    assert reading(said, before) == Reading("crash", Truth(frozenset({"docs"}), frozenset({"crash"})))


@pytest.fixture
def found(known, before, after):
    issues = [
        known("crash", ("defect: hang",), number=1),  # gained
        known("crash", ("defect: crash",), number=2),  # lost
        known("docs", ("docs",), number=3),  # lost
        known("crash", number=4),  # nobody said anything
        known("hang", ("defect: hang",), number=5),  # right, and stays
        known("hang", (), ("us +defect: hang", "person -defect: hang"), number=6),  # wrong, and stays
        known("hello", ("docs",), number=7),  # nothing before, wrong now
        known("", number=8),
    ]
    return backtest(issues, before, after)


def test_losses_are_set_against_gains(found):
    assert [each.number for each in found.moved] == [1, 2, 3, 4, 7]
    assert (found.loss, found.issues, found.judged) == (1, 8, 6)


def test_each_class_is_counted(found):
    assert found.before == {
        "crash": Tally(verdicts=3, right=1, judged=2, members=1),
        "docs": Tally(verdicts=1, right=1, judged=1, members=2),
        "hang": Tally(verdicts=2, right=1, judged=2, members=2),
    }
    assert found.after == {
        "crash": Tally(members=1),
        "docs": Tally(members=2),
        "hang": Tally(verdicts=5, right=2, judged=4, members=2),
        "bare": Tally(verdicts=1, judged=1),
    }


@pytest.mark.parametrize(
    ("tally", "precision", "recall"),
    [
        (Tally(), None, None),
        (Tally(verdicts=4, right=3, judged=4, members=6), 0.75, 0.5),
        (Tally(verdicts=4, members=2), None, 0.0),
        (Tally(verdicts=4, judged=2), 0.0, None),
    ],
)
def test_shares_of_nothing_are_none(tally, precision, recall):
    assert (tally.precision, tally.recall) == (precision, recall)


def test_the_same_rules_move_nothing(known, before):
    issues = [known(title, ("docs",)) for title in ("crash", "docs", "")]
    found = backtest(issues, before, before)
    assert (found.moved, found.loss, found.before == found.after) == ((), 0, True)


def test_without_issues_there_is_nothing_to_say(before, after):
    assert backtest([], before, after) == Backtest(0, 0, (), {}, {})


def test_a_backtest_is_plain_data(known, before, after):
    data = backtest([known("crash", ("defect: crash",), number=9)], before, after).as_data()
    assert json.loads(json.dumps(data)) == data
    nothing = {"verdicts": 0, "right": 0, "judged": 0, "members": 0, "precision": None, "recall": None}
    assert data == {
        "issues": 1,
        "judged": 1,
        "loss": 1,
        "moved": [
            {
                "number": 9,
                "title": "crash",
                "url": "https://github.com/octo/shop/issues/9",
                "before": "crash",
                "after": "hang",
                "gain": False,
                "loss": True,
            }
        ],
        "classes": {
            "crash": {
                "before": {"verdicts": 1, "right": 1, "judged": 1, "members": 1, "precision": 1.0, "recall": 1.0},
                "after": nothing | {"members": 1, "recall": 0.0},
            },
            "hang": {"before": nothing, "after": nothing | {"verdicts": 1, "judged": 1, "precision": 0.0}},
        },
    }


@pytest.mark.parametrize(("gains", "losses", "loss"), [(0, 0, 0), (1, 0, -1), (0, 2, 2), (2, 2, 0), (1, 3, 2)])
def test_the_loss_is_what_is_lost_less_what_is_gained(gains, losses, loss):
    def moved(*, is_gain):
        return Moved(1, "", "", None, None, is_gain=is_gain, is_loss=not is_gain)

    moves = (*[moved(is_gain=True)] * gains, *[moved(is_gain=False)] * losses)
    assert Backtest(9, 9, moves, {}, {}).loss == loss
