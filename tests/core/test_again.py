"""What is said of an issue that was seen before."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.core.model import Orders
from bot.core.people.owners import Chosen
from bot.core.recurrence.model import BY_PERSON, NOTHING, Back, Earlier, Fix, Nothing, Repeat
from bot.core.recurrence.prints import Print
from bot.core.rules.classify import Classification
from bot.core.text.again import APART, alike, relation, seen
from bot.core.text.issues import content_hash, explanation, is_explained, linked

TRACE = Print("trace", "trace:1", "KeyError at `shop`.run | x @ann")
CODE = Print("tool-id", "tool-id:acme-1", "ACME-1")
FIX = Fix(7, datetime(2026, 8, 17, tzinfo=UTC), ("v2.0",), None, "tests/test_run.py::test_main")
BACK = Back(3, TRACE, FIX, is_contained=True)
WRONG = "If it is another defect, say `/burndown not-duplicate`."
PLACE = "Both stop at the same place, ``KeyError at `shop`.run │ x @ann``. " + WRONG
GUARD = "The test that guards it: `tests/test_run.py::test_main`."


@pytest.mark.parametrize(
    ("again", "orders", "said"),
    [
        pytest.param(NOTHING, Orders(), "", id="nothing"),
        pytest.param(Nothing("older"), Orders(duplicate_of=3), "**Repeats #3**. A person says so.", id="an older one"),
        pytest.param(Repeat(3, TRACE), Orders(), f"**Repeats #3**, which is open. {PLACE}", id="the same place"),
        pytest.param(
            Repeat(3, CODE),
            Orders(),
            f"**Repeats #3**, which is open. Both show the code `ACME-1`. {WRONG}",
            id="the same code",
        ),
        pytest.param(
            Repeat(3, BY_PERSON),
            Orders(duplicate_of=3),
            "**Repeats #3**, which is open. A person says so.",
            id="a person says so",
        ),
        pytest.param(
            BACK,
            Orders(),
            f"**Possibly a regression of #3**, fixed by #7 in `v2.0`. This report is of a version that has the fix. "
            f"{GUARD} {PLACE}",
            id="a regression",
        ),
        pytest.param(
            replace(BACK, fix=Fix(0, FIX.at), is_contained=False),
            Orders(),
            "**Possibly a regression of #3**, closed on 2026-08-17. "
            f"Whether its version has the fix is not known: nothing is held against it. {PLACE}",
            id="of what was closed, on an unknown version",
        ),
        pytest.param(
            Repeat(9, TRACE, replace(BACK, fix=FIX._replace(guard="", versions=()))),
            Orders(),
            "**Repeats #9**, which is open. Possibly a regression of #3, fixed by #7. "
            f"This report is of a version that has the fix. {PLACE}",
            id="the second report of a regression",
        ),
        pytest.param(BACK, Orders(is_apart=True), APART, id="a person says that it is another"),
    ],
)
def test_what_is_known_is_said(again, orders, said):
    assert relation(again, orders) == said


def test_alike_issues_are_no_links():
    assert alike([3, 12]).startswith("Reads like `#3`, `#12`. Nothing follows from that")


def test_what_reads_alike_is_no_reason_to_write_a_comment_again():
    nothing, nobody = Classification(None, "no rule spoke", (), (), "v1"), Chosen((), (), ())
    says = [explanation(nothing, (), nobody, by_person=False, hints=hints) for hints in ([], ["Reads."])]
    assert says[1] == says[0] + "\n\nReads."
    assert content_hash(says[0]) == content_hash(says[1])


def test_a_trace_tells_the_same():
    assert [*seen(Earlier())] == []
    assert [*seen(Earlier(Repeat(3, CODE), (5,)))] == [relation(Repeat(3, CODE), Orders()), alike([5])]


def test_a_comment_that_only_links_is_known_from_one_that_explains():
    assert not is_explained(linked("**Repeats #3**."))
    assert is_explained("<!-- burndown:explanation 1 -->\n**Crash**")
