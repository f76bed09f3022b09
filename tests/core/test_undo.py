"""What takes back a version's work: the state before it, but for what somebody touched since."""

import pytest

from bot.core.trace import chosen, classification
from bot.core.undo import is_undone, undo


def trace(version, *effects, **more):
    return {"written": True, "asked": [], "classification": {"ruleset": version}, "effects": [*effects]} | more


def put(*names):
    return {"add labels": [*names]}


def took(*names):
    return {"remove labels": [*names]}


MINE = trace("v1", put("crash"))


@pytest.mark.parametrize(
    ("traces", "history", "different", "effects"),
    [
        ([MINE], ["us +crash"], {"labels": ("Crash",)}, ["-crash"]),
        ([MINE], ["us +crash"], {}, []),  # gone
        ([MINE], ["us +crash", "person -crash", "person +crash"], {"labels": ("crash",)}, []),
        ([MINE], ["us +crash", "bot -crash", "bot +crash"], {"labels": ("crash",)}, []),
        ([MINE], [], {"labels": ("crash",)}, []),  # nobody knows who
        ([trace("v1", put("crash"), written=False)], ["us +crash"], {"labels": ("crash",)}, []),
        ([trace("v1", put("crash"), asked=["/burndown recheck"])], ["us +crash"], {"labels": ("crash",)}, []),
        ([trace("v0", put("crash"))], ["us +crash"], {"labels": ("crash",)}, []),
        ([trace("v2", put("crash")), trace("v2", took("crash")), MINE], ["us +crash"], {"labels": ("crash",)}, []),
        ([trace("v1", took("crash"), put("hang")), trace("v0", put("crash"))],
         ["us +crash", "us -crash", "us +hang"], {"labels": ("hang",)}, ["-hang", "+crash"]),
        ([trace("v1", took("crash")), MINE], ["us +crash", "us -crash"], {}, []),  # as it was before the version
        ([trace("v1", took("hang"), put("slow")), trace("v1", took("crash"), put("hang")), trace("v0", put("crash"))],
         ["us +crash", "us -crash", "us +hang", "us -hang", "us +slow"], {"labels": ("slow",)}, ["-slow", "+crash"]),
        ([trace("v1", {"unassign": ["ann"]}, {"assign": ["bob"]})],
         ["us -@ann", "us +@bob"], {"assignees": ("bob",)}, ["-@bob", "+@ann"]),
        ([trace("v1", {"comment": "post the explanation"}, {"react": "THUMBS_UP"})], [], {}, []),
        ([{"effects": []}, {}], [], {}, []),
    ],
)  # fmt: skip
def test_a_version_is_taken_back_where_nobody_touched_it(traces, history, different, effects, issue, past, said):
    assert sorted(said(undo(issue(history=past(*history), **different), traces, "v1"))) == sorted(effects)


@pytest.mark.parametrize(
    ("traces", "expected"),
    [
        ([], False),
        ([MINE], False),
        ([{"undo": "v1"}, MINE], True),
        ([trace("v2", put("x")), {"undo": "v1"}, MINE], True),
        ([{"undo": "v2"}, MINE], False),
        ([MINE, {"undo": "v1"}, MINE], False),  # it wrote again
    ],
)
def test_what_is_taken_back_is_not_taken_back_again(traces, expected):
    assert is_undone(traces, "v1") is expected


def test_a_decision_is_told_from_its_trace_as_it_was(decided):
    made = decided("crash hang\nTraceback")
    told = classification(made.verdict.classification.as_data())
    assert told.as_data() == made.verdict.classification.as_data()
    assert told.findings
    assert chosen(made.owners.as_data()).as_data() == made.owners.as_data()
    assert classification({}).primary is None
