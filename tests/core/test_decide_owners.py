from datetime import timedelta

import pytest

from bot.core.model import Prior
from bot.core.people.owners import Outcome, People, Reason, code_owners
from bot.core.text import issues as text
from tests.core.conftest import NOW, row

CRASH, HANG = "defect: crash", "defect: hang"
TEN = [f"p{number}" for number in range(10)]
BOTH = ("many", "rest")  # labels that people put: twelve owners
TEAM = text.not_assigned(Reason("octo/runtime", Outcome.NAMED))
WHO = "assignees: somebody else chose"

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
    row(
        "our assignee who owns no class goes",
        ["+docs", "-@old"],
        title="docs",
        assignees=("old",),
        history=("us +@old",),
    ),
    row("our owner of another class goes", ["+docs", "-@ann"], title="docs", assignees=("ann",), history=("us +@ann",)),
    row(
        "our owner of both classes stays",
        [f"+{HANG}", "+slow", "-@ann"],
        TEAM,
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
    row("no more than ten are assigned", [f"+@{login}" for login in TEN], text.no_room(("q0", "q1")), labels=BOTH),
    row(
        "those who are assigned count towards the ten",
        [f"+@{login}" for login in TEN[:9]],
        text.no_room(("p9", "q1")),
        labels=BOTH,
        assignees=("q0",),
        history=("us +@q0",),
    ),
    row(
        "ten who are assigned are enough",
        [],
        text.no_room(("q0", "q1")),
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
        TEAM,
        title="",
        labels=(CRASH, HANG),
    ),
]


@pytest.mark.parametrize(("situation", "effects", "reasons"), OWNERS)
def test_owners(decided, said, situation, effects, reasons):
    decision = decided(**situation)
    # Labels come first, then who goes, then who comes: the order of a row.
    assert (said(decision.effects), list(decision.reasons)) == (effects, reasons)


TEAMS = People({"octo/runtime": ("Rex", "bob", "amy")})
CROWD = People({"octo/runtime": tuple(f"t{number:02}" for number in range(12))})

TEAM_ROWS = [
    row("a team is assigned as its members", ["+@bob", "+@amy", "+@Rex"], people=TEAMS),
    row("a team that has nobody assigns nobody", ["+@bob"], people=People({"octo/runtime": ()})),
    row("a team that may not be read is named", ["+@bob"], TEAM, people=People({"octo/runtime": None})),
    row(
        "of a large team ten are assigned and the others are named",
        ["+@bob", *(f"+@t{number:02}" for number in range(9))],
        *(text.not_assigned(Reason(f"t{number:02}", Outcome.OVER)) for number in (9, 10, 11)),
        people=CROWD,
    ),
    row(
        "our assignee who is a member stays",
        ["+@bob", "+@Rex"],
        people=TEAMS,
        assignees=("amy",),
        history=("us +@amy",),
    ),
    row(
        "our assignee who left the team goes",
        ["-@old", "+@bob", "+@amy", "+@Rex"],
        people=TEAMS,
        assignees=("old",),
        history=("us +@old",),
    ),
    row(
        "our assignee for whom there is no room any more stays",
        [*["+@bob"], *(f"+@t{number:02}" for number in range(8))],
        text.no_room(("t08",)),
        *(text.not_assigned(Reason(f"t{number:02}", Outcome.OVER)) for number in (9, 10, 11)),
        people=CROWD,
        assignees=("t11",),
        history=("us +@t11",),
    ),
    row(
        "a member whom a person unassigned is not assigned again",
        ["+@bob", "+@Rex"],
        text.assignee_refused("amy"),
        people=TEAMS,
        history=("us +@amy", "person -@amy"),
    ),
    row(
        "the owners of the code are not asked where no class asks for them",
        ["+@bob"],
        TEAM,
        people=People(codeowners=code_owners("* @cleo")),
    ),
]


@pytest.mark.parametrize(("situation", "effects", "reasons"), TEAM_ROWS)
def test_teams(decided, said, situation, effects, reasons):
    decision = decided("hang", labels=(HANG, "slow"), **situation)
    assert (said(decision.effects), sorted(decision.reasons)) == (effects, sorted(reasons))


TRACE = """\
crash

Traceback (most recent call last):
  File "/usr/lib/python3/site-packages/requests/api.py", line 9, in get
    x
  File "/srv/app/{path}", line 3, in read
    x
KeyError: 'id'
"""
OWNED = People(
    {"octo/core": ("dora",)}, codeowners=code_owners("* @cleo\n/src/io/ @ann @octo/core\n/src/api/ @zoe a@b.example\n")
)


@pytest.fixture
def by_code(ruleset):
    """Rules whose only class is assigned to the owners of the code, then to one person more."""
    classes = {"crash": {"owners": ["codeowners", "@max"]}}
    return ruleset(classes, {"r": {"class": "crash", "when": {"word": "crash"}}})


@pytest.mark.parametrize(
    ("body", "people", "effects", "outcomes"),
    [
        pytest.param(
            TRACE.format(path="src/io/x.py"), OWNED, ["+@ann", "+@dora", "+@max"], [], id="of the innermost file"
        ),
        pytest.param(
            TRACE.format(path="src/api/x.py"), OWNED, ["+@zoe", "+@max"], [("a@b.example", Outcome.MAIL)], id="by mail"
        ),
        pytest.param(TRACE.format(path="lib/x.py"), OWNED, ["+@cleo", "+@max"], [], id="of everything"),
        pytest.param("crash", OWNED, ["+@max"], [("codeowners", Outcome.NOBODY)], id="without a trace"),
        pytest.param(
            TRACE.format(path="src/io/x.py"), People(), ["+@max"], [("codeowners", Outcome.NOBODY)], id="without a file"
        ),
    ],
)
def test_the_owners_of_the_code_are_assigned(decided, said, by_code, body, people, effects, outcomes):
    decision = decided("", body=body, by=by_code, people=people)
    assert said(decision.effects) == effects
    assert list(decision.reasons) == [text.not_assigned(Reason(*outcome)) for outcome in outcomes]


def test_the_trace_of_a_decision_names_the_line_that_names_an_owner(decided, by_code):
    decision = decided("", body=TRACE.format(path="src/io/x.py"), by=by_code, people=OWNED)
    line = {"path": "src/io/x.py", "line": 2, "pattern": "/src/io/"}
    assert decision.as_data()["owners"] == [
        {"who": "ann", "outcome": "assigned", **line},
        {"who": "dora", "outcome": "assigned", "team": "octo/core", **line},
        {"who": "max", "outcome": "assigned"},
    ]


WEEK = timedelta(days=7)


@pytest.fixture
def in_turn(ruleset):
    """Rules whose classes are assigned in turn."""
    classes = {
        "crash": {"owners": ["ann", "bob", "octo/core"], "rotate": "weekly"},
        "hang": {"owners": ["cleo", "zoe"], "rotate": "least-loaded"},
    }
    return ruleset(classes, {id_: {"class": id_, "when": {"word": id_}} for id_ in classes})


@pytest.fixture
def turns(decided, said, in_turn):
    """What is said of an issue in one of four weeks."""

    def build(week, title="crash", **different):
        people = People({"octo/core": ("dora", "eve")}, loads={"cleo": 3, "zoe": 2})
        return said(decided(title, by=in_turn, now=NOW + WEEK * week, **({"people": people} | different)).effects)

    return build


def test_every_week_is_another_ones_turn(turns):
    weeks = [turns(week) for week in range(5)]
    assert sorted(map(tuple, weeks[:4])) == [("+@ann",), ("+@bob",), ("+@dora",), ("+@eve",)]
    assert weeks[4] == weeks[0]


@pytest.mark.parametrize("week", range(4))
@pytest.mark.parametrize("login", ["ann", "EVE"])
def test_whose_turn_it_is_does_not_take_an_issue_from_whose_turn_it_was(turns, week, login):
    assert turns(week, assignees=(login,), history=(f"us +@{login}",)) == []


@pytest.mark.parametrize("week", range(4))
def test_who_is_of_no_class_in_force_goes_when_the_class_changes(turns, week):
    assert turns(week, "hang", assignees=("ann",), history=("us +@ann",)) == ["-@ann", "+@zoe"]
    assert turns(week, "hello", assignees=("ann",), history=("us +@ann",)) == ["+needs-triage", "-@ann"]


@pytest.mark.parametrize("week", range(4))
def test_who_left_the_team_goes_and_whose_turn_it_is_comes(turns, week):
    people = People({"octo/core": ("dora",)})
    gone, come = turns(week, assignees=("eve",), history=("us +@eve",), people=people)
    assert gone == "-@eve"
    assert come in {"+@ann", "+@bob", "+@dora"}


@pytest.mark.parametrize("week", range(4))
def test_a_persons_assignee_stays_whosever_turn_it_is(turns, week):
    assert turns(week, assignees=("max",), history=("person +@max",)) == []


def test_the_idlest_is_assigned_and_keeps_the_issue(turns):
    assert turns(0, "hang") == ["+@zoe"]
    assert turns(0, "hang", assignees=("cleo",), history=("us +@cleo",)) == []
