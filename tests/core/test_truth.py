from datetime import timedelta
from itertools import product

import pytest

from bot.core.model import By, Change, Orders, Prior
from bot.core.quality.truth import Truth, by_people, truth
from tests.core.conftest import NOW

SAID_AT = NOW - timedelta(hours=5)  # when somebody named a class in a comment


@pytest.fixture
def judged(issue, rules, past):
    """What people say of an issue: right and wrong."""

    def build(labels=(), history=(), **orders):
        prior = Prior("", "", orders=Orders(**orders)) if orders else None
        found = truth(issue(labels=labels, history=past(*history), prior=prior), rules)
        return sorted(found.right), sorted(found.wrong)

    return build


CRASH = "defect: crash"


@pytest.mark.parametrize(
    ("labels", "history", "orders", "expected"),
    [
        pytest.param((), (), {}, ([], []), id="nobody said anything"),
        pytest.param(("docs",), (), {}, (["docs"], []), id="a label that came with the issue"),
        pytest.param(("docs",), ("person +docs",), {}, (["docs"], []), id="a person's label"),
        pytest.param(("DOCS",), ("person +docs",), {}, (["docs"], []), id="a person's label in capitals"),
        pytest.param(("docs",), ("us +docs",), {}, ([], []), id="our label"),
        pytest.param(("docs",), ("bot +docs",), {}, ([], []), id="another bot's label"),
        pytest.param(("p1", "needs-triage"), ("person +p1",), {}, ([], []), id="labels of no class"),
        pytest.param(
            ("docs", CRASH),
            ("person +docs", f"person +{CRASH}"),
            {},
            (["crash", "docs"], []),
            id="two labels of people",
        ),
        pytest.param(("docs", CRASH), ("us +docs", f"person +{CRASH}"), {}, (["crash"], []), id="ours and a person's"),
        pytest.param((), ("us +docs", "person -docs"), {}, ([], ["docs"]), id="our label that a person took off"),
        pytest.param((), ("us +docs", "bot -docs"), {}, ([], []), id="our label that a bot took off"),
        pytest.param((), ("us +docs", "us -docs"), {}, ([], []), id="our label that we took off"),
        pytest.param(
            ("docs",), ("us +docs", "person -docs", "us +docs"), {}, ([], []), id="what a person took off came back"
        ),
        pytest.param(
            ("docs",),
            ("us +docs", "person -docs", "person +docs"),
            {},
            (["docs"], []),
            id="what a person took off and put back",
        ),
        pytest.param(
            (CRASH,),
            ("us +docs", "person -docs", f"person +{CRASH}"),
            {},
            (["crash"], ["docs"]),
            id="a correction",
        ),
        pytest.param(
            ("slow",),
            ("us +slow", "us +defect: hang", "person -defect: hang", "person +slow"),
            {},
            (["hang"], []),
            id="one label of a class off, another on",
        ),
        pytest.param((), (), {"rejected": frozenset({"docs"})}, ([], ["docs"]), id="a word that it is not"),
        pytest.param(
            ("docs",), ("person +docs",), {"rejected": frozenset({"docs"})}, (["docs"], []), id="a label against a word"
        ),
        pytest.param((), (), {"class_id": "hang", "class_at": SAID_AT}, (["hang"], []), id="a word"),
        pytest.param(
            ("docs",),
            (),
            {"class_id": "hang", "class_at": SAID_AT},
            (["hang"], []),
            id="a word after a label that came with the issue",
        ),
        pytest.param(
            ("docs",),
            ("person +docs",),
            {"class_id": "hang", "class_at": SAID_AT},
            (["docs"], []),
            id="a person's label after a word",
        ),
        pytest.param(
            ("docs",),
            ("person +docs", "us +a", "us +b", "us +c", "us +d", "us +e"),
            {"class_id": "hang", "class_at": SAID_AT},
            (["hang"], []),
            id="a word after a person's label",
        ),
        pytest.param(
            (),
            ("person -defect: hang",),
            {"class_id": "hang", "class_at": SAID_AT},
            (["hang"], []),
            id="a word, and its label that a person took off",
        ),
    ],
)
def test_people_say(judged, labels, history, orders, expected):
    assert judged(labels, history, **orders) == expected


@pytest.mark.parametrize(
    ("right", "wrong", "verdict", "expected"),
    [
        pytest.param((), (), "docs", None, id="nobody said anything"),
        pytest.param((), (), None, None, id="an abstention"),
        pytest.param(("docs",), (), None, None, id="an abstention where people know better"),
        pytest.param(("docs",), (), "docs", True, id="right"),
        pytest.param(("docs", "crash"), (), "docs", True, id="one of two that are right"),
        pytest.param(("docs",), (), "crash", False, id="another one is right"),
        pytest.param((), ("docs",), "docs", False, id="wrong"),
        pytest.param((), ("docs",), "crash", None, id="another one is wrong"),
        pytest.param(("crash",), ("docs",), "docs", False, id="wrong, and another one is right"),
    ],
)
def test_a_verdict_is_judged(right, wrong, verdict, expected):
    assert Truth(frozenset(right), frozenset(wrong)).judge(verdict) is expected


def test_classes_by_people_stand_once_in_the_order_of_the_labels(issue, rules):
    assert by_people(issue(labels=("slow", "docs", "defect: hang", "p1")), rules) == ("hang", "docs")


@pytest.mark.parametrize(("seconds", "counts"), [(-1, False), (0, False), (1, True)])
def test_a_label_counts_that_was_put_after_a_moment(issue, rules, seconds, counts):
    at = SAID_AT + timedelta(seconds=seconds)
    read = issue(labels=("docs",), history=(Change("label", "docs", is_added=True, by=By.PERSON, at=at),))
    assert by_people(read, rules, since=SAID_AT) == ("docs",) * counts


LABEL = ("none", "there", "us", "bot", "person before", "person after")
WORD = ("", "hang", "docs")
NOT = ((), ("docs",), ("hang",))


@pytest.mark.parametrize(("label", "word", "rejected"), list(product(LABEL, WORD, NOT)))
def test_the_last_thing_that_a_person_said_is_right(issue, rules, label, word, rejected):
    """A person's label that came after the word is the last thing that was said, then the word, then any label."""
    by, _, when = label.partition(" ")
    at = SAID_AT + timedelta(hours=1) * (-1 if when == "before" else 1)
    history = (Change("label", "docs", is_added=True, by=By(by), at=at),) if by in {"us", "bot", "person"} else ()
    orders = Orders(class_id=word, class_at=SAID_AT if word else None, rejected=frozenset(rejected))
    read = issue(labels=() if label == "none" else ("docs",), history=history, prior=Prior("", "", orders=orders))
    is_last = label == "person after" or (not word and label in {"there", "person before"})
    right = {"docs"} if is_last else {word} - {""}
    assert truth(read, rules) == Truth(frozenset(right), frozenset(rejected) - right)
