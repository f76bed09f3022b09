from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.evidence.links import PARENT, Link
from bot.core.evidence.requests import MAX_LINKS, MAX_WAIVERS, HeardPull, Person, Requests, hear_pull, pressed
from bot.core.evidence.waivers import Asking, State, Waiver, asked_for, ended, granted, read_waiver, state
from bot.core.model import Asked, same
from bot.core.people.commands import REGISTRY, LinkTest, Pause, Role, SetClass, Waive, commands, usage
from bot.core.people.orders import Refusal
from bot.core.text import pulls as text
from tests.core.conftest import NOW
from tests.core.inert import HOSTILE, alive

DAY = timedelta(days=1)
WHY = "Only the colours change."
HOW = "/burndown waive <kind> [target] <reason>"
PATH = "tests/test_table.py::test_empty"
LINK = Link("tests/test_table.py", ("test_empty",), "comment")
ASKED = asked_for(Asking("ui", "", WHY), "zoe", NOW - DAY)
GRANTED = granted(ASKED, "cleo", NOW - DAY, 30)
EXPIRED = granted(ASKED, "cleo", NOW - DAY, 1)
REFUSED = ended(ASKED, "cleo", NOW - DAY)
STATES = {
    "nothing": Requests(),
    "asked": Requests((LINK,), (ASKED,)),
    "granted": Requests((LINK,), (GRANTED,)),
    "expired": Requests((LINK,), (EXPIRED,)),
    "refused": Requests((LINK,), (REFUSED,)),
}


def hear(body, before="nothing", by="cleo", role="write", *, at=NOW, ran=(), author="ann", **different):
    """What came of a comment on ann's pull request."""
    standing = STATES[before] if isinstance(before, str) else before
    asked = Asked("IC_1", body, by, Role(role), at, frozenset(ran))
    return hear_pull(asked, standing, author, NOW, **different)


def whys(heard):
    return [each.why or str(each.needs or each.instead) for each in heard.refusals]


@pytest.mark.parametrize("standing", STATES.values(), ids=STATES)
def test_without_a_comment_everything_stays(standing):
    assert hear_pull(None, standing, "ann", NOW) == HeardPull(standing)


@pytest.mark.parametrize("before", STATES)
@pytest.mark.parametrize("body", ["", "/burndownapprove", "> /burndown approve", "```\n/burndown approve\n```"])
def test_talk_changes_nothing(before, body):
    assert hear(body, before) == HeardPull(STATES[before])


EVERY = {
    "why": Role.NONE,
    "help": Role.NONE,
    f"test {PATH}": Role.TRIAGE,
    f"waive ui {WHY}": Role.READ,
    "approve": Role.WRITE,
    "reject": Role.WRITE,
    "recheck": Role.TRIAGE,
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("before", STATES)
@pytest.mark.parametrize("words", EVERY)
def test_a_command_needs_its_role_whatever_stands(words, before, role):
    heard = hear(f"/burndown {words}", before, "bob", role)
    assert heard.ran == (f"/burndown {words}",)
    if role.at_least(EVERY[words]):
        assert all(each.needs is None for each in heard.refusals)
    else:
        (command,) = commands(f"/burndown {words}")
        assert heard == HeardPull(STATES[before], heard.ran, (Refusal(command, needs=EVERY[words]),))


@pytest.mark.parametrize(
    ("words", "may"),
    [
        (f"test {PATH}", True),
        (f"waive ui {WHY}", True),
        ("recheck", True),
        pytest.param("reject", False, id="reject, for it is zoe who asked"),
    ],
)
@pytest.mark.parametrize("by", ["ann", "Ann"])
def test_the_author_may_without_a_role(words, may, by):
    heard = hear(f"/burndown {words}", "asked", by, "none")
    assert (heard.refusals == ()) is may


@pytest.mark.parametrize("author", ["", "bob"])
def test_nobody_is_the_author_of_a_deleted_account(author):
    assert whys(hear(f"/burndown test {PATH}", by="", role="none", author=author)) == ["triage"]


@pytest.mark.parametrize("name", sorted({each.name for each in REGISTRY.values() if not each.counts("pulls")}))
@pytest.mark.parametrize("role", ["none", "admin"])
def test_what_counts_on_issues_changes_nothing_on_a_pull_request(name, role):
    examples = {"duplicate-of": "#3", "tranche": "close", **dict.fromkeys(["class", "not", "owner"], "crash")}
    body = f"/burndown {name} {examples.get(name, '')}".rstrip()
    heard = hear(body, "asked", role=role)
    (command,) = commands(body)
    assert heard.refusals == (Refusal(command, instead="/burndown help"),)
    assert heard.standing == STATES["asked"]


def test_what_is_near_counts_on_pull_requests():
    assert whys(hear("/burndown aprove\n/burndown pauze 3")) == ["/burndown approve", "/burndown help"]


@pytest.mark.parametrize(("words", "name"), [("why", "wants_why"), ("help", "wants_help"), ("recheck", "is_recheck")])
def test_what_asks_changes_nothing(words, name):
    heard = hear(f"/burndown {words}", "asked")
    assert heard == replace(HeardPull(STATES["asked"], (f"/burndown {words}",)), **{name: True})


def test_a_test_is_linked():
    assert hear(f"/burndown test {PATH}").standing == Requests((LINK,))
    assert hear(f"/burndown test {PATH}", Requests((LINK,))).standing == Requests((LINK,))
    other = Link("tests/test_table.py", ("test_full",), "comment")
    assert hear("/burndown test tests/test_table.py::test_full", "asked").standing.links == (LINK, other)


def test_a_test_whose_name_has_spaces_is_linked():
    (link,) = hear("/burndown test src/table.spec.ts::table > shows no rows").standing.links
    assert link.path == "src/table.spec.ts"
    assert link.names[-1] == "shows no rows"


def test_what_is_no_link_is_refused_with_its_reason():
    heard = hear("/burndown test ../x.py::y", "asked")
    assert heard.standing == STATES["asked"]
    assert heard.refusals == (Refusal(LinkTest("../x.py::y"), why=PARENT),)


def test_a_long_link_is_refused_and_not_cut():
    assert hear(f"/burndown test tests/{'x' * 5_000}.py").standing == Requests()


def test_links_come_to_an_end():
    standing = Requests(tuple(Link(f"tests/test_{number}.py", (), "comment") for number in range(MAX_LINKS)))
    heard = hear(f"/burndown test {PATH}", standing)
    assert (heard.standing, whys(heard)) == (standing, [text.MANY_LINKS])
    assert hear("/burndown test tests/test_3.py", standing).refusals == ()


AGAIN = asked_for(Asking("unchanged", "", "Only comments change."), "bob", NOW)


@pytest.mark.parametrize(
    ("before", "by", "role", "after", "why"),
    [
        pytest.param("nothing", "bob", "read", (AGAIN,), None, id="the first request is taken from anybody"),
        pytest.param("asked", "bob", "read", (ASKED,), text.PENDING, id="a stranger does not set a request aside"),
        pytest.param("asked", "bob", "triage", (ASKED,), text.PENDING, id="nor does who may not reject it"),
        pytest.param("asked", "bob", "write", (ended(ASKED, "bob", NOW), AGAIN), None, id="who may reject it does"),
        pytest.param("granted", "bob", "admin", (GRANTED,), text.GRANTED, id="a waiver in force is not set aside"),
        pytest.param("expired", "bob", "read", (EXPIRED, AGAIN), None, id="one that expired is asked for anew"),
        pytest.param("refused", "bob", "read", (REFUSED, AGAIN), None, id="one that was refused is asked for anew"),
    ],
)
def test_a_waiver_is_asked_for(before, by, role, after, why):
    heard = hear("/burndown waive unchanged Only comments change.", before, by, role)
    assert heard.standing.waivers == after
    assert whys(heard) == ([why] if why else [])


@pytest.mark.parametrize(("by", "author"), [("zoe", "ann"), ("Zoe", "ann"), ("ann", "ann")])
def test_the_requester_and_the_author_may_ask_for_something_else(by, author):
    heard = hear("/burndown waive unchanged Only comments change.", "asked", by, "read", author=author)
    assert heard.standing.waivers == (ended(ASKED, by, NOW), replace(AGAIN, requested_by=by))


def test_who_asks_for_the_same_once_more_changes_nothing():
    assert hear(f"/burndown waive ui {WHY}", "asked", "zoe", "read").standing == STATES["asked"]


@pytest.mark.parametrize("words", ["later", "ui", "elsewhere here, see there please", "followup soon we will do it"])
def test_what_a_waiver_lacks_is_said_with_what_to_write(words):
    heard = hear(f"/burndown waive {words}", "asked")
    assert heard.standing == STATES["asked"]
    assert heard.refusals == (Refusal(Waive(words), instead=HOW, why=read_waiver(words)),)


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        pytest.param("nothing", (), text.NOT_ASKED, id="nothing"),
        pytest.param("asked", (granted(ASKED, "cleo", NOW, 30),), None, id="what is asked for"),
        pytest.param("granted", (GRANTED,), None, id="what is granted stays as it is"),
        pytest.param("expired", (EXPIRED, granted(ASKED, "cleo", NOW, 30)), None, id="what expired, once more"),
        pytest.param("refused", (REFUSED,), text.ENDED, id="what was refused"),
    ],
)
def test_a_waiver_is_approved(before, after, why):
    heard = hear("/burndown approve", before, days=30)
    assert heard.standing.waivers == after
    assert whys(heard) == ([why] if why else [])


def test_a_follow_up_is_approved_for_two_weeks():
    asked = asked_for(Asking("followup", "#12", WHY), "ann", NOW - DAY)
    (waiver,) = hear("/burndown approve", Requests((), (asked,)), days=365).standing.waivers
    assert waiver.expires_at == NOW + timedelta(days=14)


@pytest.mark.parametrize(
    ("by", "role", "different", "why"),
    [
        pytest.param("ann", "admin", {}, text.OWN, id="the author"),
        pytest.param("ANN", "admin", {}, text.OWN, id="the author in capitals"),
        pytest.param("ann", "read", {}, text.OWN, id="the author without the role"),
        pytest.param("fix[bot]", "write", {}, text.NO_PERSON, id="an App"),
        pytest.param("", "write", {}, text.NO_PERSON, id="nobody whom GitHub knows"),
        pytest.param("cleo", "write", {"editor": "ann"}, text.EDITED, id="a word that the author put in their mouth"),
        pytest.param("cleo", "triage", {}, "write", id="who may not merge"),
        pytest.param("zoe", "read", {}, "write", id="who asked for it"),
        pytest.param("cleo", "write", {"at": NOW - 2 * DAY}, text.LATE, id="who said so before it was asked for"),
    ],
)
def test_a_waiver_is_not_approved_by(by, role, different, why):
    heard = hear("/burndown approve", "asked", by, role, **different)
    assert (heard.standing, whys(heard)) == (STATES["asked"], [why])


@pytest.mark.parametrize("different", [{"by": "zoe"}, {"editor": "cleo"}, {"editor": "Cleo"}, {"author": ""}])
def test_a_waiver_is_approved_by_somebody_with_the_role_who(different):
    (waiver,) = hear("/burndown approve", "asked", **different).standing.waivers
    assert (waiver.approved_by, waiver.approved_at) == (different.get("by", "cleo"), NOW)


@pytest.mark.parametrize(
    ("before", "by", "role", "at", "is_ended", "why"),
    [
        pytest.param("nothing", "cleo", "write", NOW, False, text.NOT_ASKED, id="nothing"),
        pytest.param("asked", "cleo", "write", NOW, True, None, id="a request is turned down"),
        pytest.param("granted", "cleo", "write", NOW, True, None, id="a grant is taken back"),
        pytest.param("expired", "cleo", "write", NOW, True, None, id="what expired is not renewed"),
        pytest.param("refused", "cleo", "write", NOW, False, None, id="what is refused stays as it is"),
        pytest.param("asked", "Zoe", "none", NOW, True, None, id="by who asked"),
        pytest.param("granted", "zoe", "none", NOW, True, None, id="by who asked, when granted"),
        pytest.param("asked", "bob", "triage", NOW, False, "write", id="not by others"),
        pytest.param("granted", "cleo", "write", NOW - 2 * DAY, False, text.LATE, id="not by an older word"),
    ],
)
def test_a_waiver_is_rejected(before, by, role, at, is_ended, why):
    heard = hear("/burndown reject", before, by, role, at=at)
    waivers = STATES[before].waivers
    assert heard.standing.waivers == (tuple(ended(each, by, at) for each in waivers) if is_ended else waivers)
    assert whys(heard) == ([why] if why else [])


@pytest.mark.parametrize("words", [f"waive unchanged {WHY}", "approve", "reject"])
def test_whose_word_an_edited_comment_is_nobody_knows(words):
    heard = hear(f"/burndown {words}", "asked", editor="bob")
    assert (heard.standing, whys(heard)) == (STATES["asked"], [text.EDITED])


def test_an_older_word_asks_for_nothing():
    heard = hear(f"/burndown waive unchanged {WHY}", "refused", at=NOW - 2 * DAY)
    assert (heard.standing, whys(heard)) == (STATES["refused"], [text.LATE])


def test_the_waivers_that_are_remembered_come_to_an_end():
    standing = Requests()
    for day in range(MAX_WAIVERS + 5):
        body = f"/burndown waive ui The colours of day {day}.\n/burndown reject"
        standing = hear(body, standing, at=NOW + day * DAY).standing
    assert len(standing.waivers) == MAX_WAIVERS
    assert standing.waivers[-1].reason == f"The colours of day {MAX_WAIVERS + 4}."


def test_commands_run_one_after_the_other_and_a_mistake_stops_none():
    body = f"/burndown reject\n/burndown waive ui {WHY}\n/burndown class x\n/burndown approve\n/burndown why"
    heard = hear(f"{body}\n/burndown test {PATH}", days=7)
    asked = asked_for(Asking("ui", "", WHY), "cleo", NOW)
    assert heard.standing == Requests((LINK,), (granted(asked, "cleo", NOW, 7),))
    assert whys(heard) == [text.NOT_ASKED, "/burndown help"]
    assert (heard.wants_why, len(heard.ran)) == (True, 6)


@pytest.mark.parametrize("words", [*EVERY, f"waive unchanged {WHY}"])
@pytest.mark.parametrize("before", STATES)
def test_a_command_that_is_heard_twice_changes_no_more(before, words):
    """The process may die between what it does and what it records."""
    first = hear(f"/burndown {words}", before)
    assert hear(f"/burndown {words}", first.standing).standing == first.standing


@pytest.mark.parametrize("before", sorted(set(STATES) - {"granted"}))
@pytest.mark.parametrize("answer", ["approve", "reject"])
def test_a_request_that_was_answered_is_not_made_again(before, answer):
    body = f"/burndown waive unchanged {WHY}\n/burndown {answer}"
    first = hear(body, before)
    assert hear(body, first.standing).standing == first.standing


@pytest.mark.parametrize("before", STATES)
def test_of_an_edited_comment_only_what_changed_is_run(before):
    heard = hear("/burndown approve\n/burndown why", before, ran=["/burndown approve"])
    assert heard == HeardPull(STATES[before], ("/burndown why",), wants_why=True)


def press(identifier, before="nothing", by="cleo", role="write", *, is_bot=False, author="ann", **different):
    """What came of a button on the check of ann's pull request."""
    return pressed(identifier, Person(by, Role(role), is_bot), STATES[before], author, NOW, **different)


@pytest.mark.parametrize(
    ("identifier", "by", "role", "result"),
    [
        pytest.param("recheck", "bob", "triage", {"is_recheck": True}, id="another look"),
        pytest.param("recheck", "ann", "none", {"is_recheck": True}, id="another look, by the author"),
        pytest.param("explain", "bob", "none", {"wants_why": True}, id="why"),
        pytest.param("unknown", "bob", "admin", {}, id="a button that is none of ours"),
        pytest.param("", "bob", "admin", {}, id="a button without a name"),
    ],
)
def test_a_button_asks(identifier, by, role, result):
    assert press(identifier, "asked", by, role) == replace(HeardPull(STATES["asked"]), **result)


def test_a_button_needs_the_role_of_its_command():
    for identifier, needs in {"recheck": "triage", "approve": "write", "waive": "read"}.items():
        heard = press(identifier, "asked", "bob", "none", body=f"Waiver: ui {WHY}")
        assert (heard.standing, whys(heard)) == (STATES["asked"], [needs])


@pytest.mark.parametrize(
    ("by", "role", "is_bot", "why"),
    [
        pytest.param("cleo", "write", False, None, id="somebody who may"),
        pytest.param("ann", "admin", False, text.OWN, id="the author"),
        pytest.param("cleo", "triage", False, "write", id="somebody who may not"),
        pytest.param("fix", "admin", True, text.NO_PERSON, id="an App"),
        pytest.param("fix[bot]", "admin", False, text.NO_PERSON, id="an App by its name"),
        pytest.param("", "admin", False, text.NO_PERSON, id="nobody"),
    ],
)
def test_the_button_approves_as_the_command_does(by, role, is_bot, why):
    heard = press("approve", "asked", by, role, is_bot=is_bot, days=30)
    done = granted(ASKED, by, NOW, 30)
    assert heard.standing.waivers == ((ASKED,) if why else (done,))
    assert whys(heard) == ([why] if why else [])


@pytest.mark.parametrize(
    ("body", "waiver"),
    [
        pytest.param(f"Waiver: ui {WHY}", Waiver("ui", "", WHY, "bob", NOW), id="a line alone"),
        pytest.param(
            f"It fixes a table.\r\n\r\nwaiver: followup #7 {WHY}\r\nThanks",
            Waiver("followup", "#7", WHY, "bob", NOW),
            id="among others",
        ),
        pytest.param(f"Waiver: ui {WHY}\nWaiver: unchanged {WHY}", Waiver("ui", "", WHY, "bob", NOW), id="the first"),
    ],
)
def test_the_button_asks_for_what_the_description_says(body, waiver):
    heard = press("waive", by="bob", role="read", body=body)
    assert heard == HeardPull(Requests((), (waiver,)))
    assert pressed("waive", Person("bob", Role.READ), heard.standing, "ann", NOW + DAY, body=body) == heard


@pytest.mark.parametrize(
    ("body", "written", "why"),
    [
        pytest.param("", "", text.NO_LINE, id="nothing"),
        pytest.param("Fixes #1", "", text.NO_LINE, id="no such line"),
        pytest.param(f"<!--\nWaiver: ui {WHY}\n-->", "", text.NO_LINE, id="a line that nobody sees"),
        pytest.param("Waiver:", "", read_waiver(""), id="an empty line"),
        pytest.param("Waiver: ui", "ui", read_waiver("ui"), id="no reason"),
    ],
)
def test_the_button_says_how_to_ask(body, written, why):
    heard = press("waive", "asked", body=body)
    assert heard == HeardPull(STATES["asked"], refusals=(Refusal(Waive(written), instead=HOW, why=why),))
    said = "\n".join(text.lines(heard.refusals, Role.WRITE)).splitlines()
    assert said[0].endswith(f"{why} Write `{HOW}`.")
    assert "\n".join(said[2:]) == text.HOW_TO_ASK


WHO = {
    "ann": "write",
    "bob": "triage",
    "cleo": "write",
    "dan": "admin",
    "eve": "read",
    "": "admin",
    "bot[bot]": "write",
}
KINDS = [f"ui {WHY}", f"followup #3 {WHY}", "untestable The race needs two machines.", "ui", ""]
WORDS = ["approve", "approve", "reject", "recheck", *(f"waive {each}".strip() for each in KINDS)]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(sorted(WHO)),
        st.sampled_from([*Role, None, None]),
        st.one_of(
            st.sampled_from(["waive", "approve"]),
            st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(lambda all_: [f"/burndown {x}" for x in all_]),
        ),
        st.sampled_from(["", "", "ann"]),  # who edited the comment
        st.sampled_from([0, 0, 1, 10, 40]),  # days that pass
        st.sampled_from([0, 0, 2]),  # days that a comment is late
        st.booleans(),
    ),
    max_size=12,
)


@settings(max_examples=600, derandomize=True, deadline=None, database=None)
@given(STEPS, st.sampled_from(["ann", "ANN"]), st.sampled_from([30, 90]))
def test_a_waiver_is_granted_by_another_person_who_may_merge_and_ends(steps, author, days):
    """Whatever people do, in whatever order."""
    standing, now = Requests(), NOW
    for who, other, done, editor, passed, late, is_loud in steps:
        now += timedelta(days=passed, minutes=1)
        by, role = who.upper() if is_loud and who != "bot[bot]" else who, Role(other or WHO[who])
        if isinstance(done, str):
            heard = pressed(done, Person(by, role), standing, author, now, body=f"Waiver: ui {WHY}", days=days)
        else:
            asked = Asked("IC_1", "\n".join(done), by, role, now - timedelta(days=late))
            heard = hear_pull(asked, standing, author, now, days=days, editor=editor)
        for waiver in set(heard.standing.waivers) - set(standing.waivers):
            if waiver.approved_by and not waiver.ended_at:
                assert waiver.approved_by == by
                assert not same(by, author)
                assert role.at_least(Role.WRITE)
                assert by not in {"", "bot[bot]"}
                assert isinstance(done, str) or editor in {"", by}
                assert waiver.requested_at <= waiver.approved_at
        standing = heard.standing
        for waiver in standing.waivers:
            if waiver.approved_by:
                held = waiver.expires_at - waiver.approved_at
                assert held == timedelta(days=14 if waiver.kind == "followup" else days)
        found, newest = state(standing.waivers, now)
        assert (found is State.GRANTED) is (newest is not None and _holds(newest, now))
        assert sum(_holds(each, now) for each in standing.waivers) <= 1
        assert sum(not each.approved_by and not each.ended_at for each in standing.waivers) <= 1


def _holds(waiver, now):
    return bool(waiver.approved_by) and not waiver.ended_at and now < waiver.expires_at


@pytest.fixture
def replied():
    """What is answered to a comment on a pull request."""

    def build(body, before="nothing", by="bob", role="read"):
        asked = Asked("IC_1", body, by, Role(role), NOW)
        heard = hear_pull(asked, STATES[before], "ann", NOW)
        return "\n".join(text.lines(heard.refusals, asked.role, wants_help=heard.wants_help)).strip()

    return build


@pytest.mark.parametrize(
    ("body", "by", "role", "line"),
    [
        pytest.param(
            "/burndown approve",
            "bob",
            "read",
            "`/burndown approve` was not run: it needs the role write in this repository, yours is read.",
            id="who may not",
        ),
        pytest.param(
            "/burndown approve",
            "ann",
            "admin",
            "`/burndown approve` was not run. The author of a pull request cannot approve its waiver; "
            "another person with the role write can.",
            id="the author",
        ),
        pytest.param(
            "/burndown undo",
            "bob",
            "admin",
            "`/burndown undo` was not run: it counts on the issue of a defect. "
            "Write `/burndown help` for what counts here.",
            id="what counts on issues",
        ),
        pytest.param(
            "/burndown aprove",
            "bob",
            "read",
            "`/burndown aprove` was not understood - write `/burndown approve`.",
            id="a slip",
        ),
        pytest.param(
            "/burndown test /x.py::y",
            "ann",
            "read",
            "`/burndown test /x.py::y` was not run. It is an absolute path: write it from the root of this repository, "
            "without anything before that.",
            id="what is no link",
        ),
    ],
)
def test_what_was_not_run_is_answered(replied, body, by, role, line):
    assert replied(body, "asked", by, role) == line


def test_who_asks_for_a_waiver_and_does_not_know_how_is_told(replied):
    assert replied("/burndown waive later").endswith(f"Write `{HOW}`.\n\n{text.HOW_TO_ASK}")
    assert text.HOW_TO_ASK not in replied(f"/burndown waive ui {WHY}", "granted")
    assert text.HOW_TO_ASK not in replied(f"/burndown waive ui {WHY}", role="none")


def test_how_to_ask_names_every_kind_and_how_it_is_written():
    lines = [
        each.partition("`")[2].partition("`")[0] for each in text.HOW_TO_ASK.splitlines() if each.startswith("| `")
    ]
    said = [each.replace("<address>", "example.test/x").replace("<issue>", "12") for each in lines]
    asked = [read_waiver(each.removeprefix("/burndown waive ").replace("<reason>", "x" * 20)) for each in said]
    assert [each.kind for each in asked] == ["unchanged", "ui", "elsewhere", "untestable", "followup"]
    assert all(isinstance(read_waiver(each.removeprefix("/burndown waive ")), str) for each in lines)


def test_help_lists_what_counts_on_pull_requests(replied):
    head, rule, *rows = replied("/burndown help").split("\n")
    assert (head, rule) == ("| command | what it does | who may |", "| --- | --- | --- |")
    assert len(rows) == len(usage("pulls"))
    who = "role triage and above, and the author"
    assert f"| `/burndown test <path::name>` | link a regression test | {who} |" in rows
    who = "role write and above, and whoever asked for it"
    assert f"| `/burndown reject` | refuse the waiver, or end it | {who} |" in rows
    assert "| `/burndown approve` | grant the waiver of another one's work | role write and above |" in rows


@pytest.mark.parametrize("name", ["", "test", "waive", "approve"])
@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_an_answer_to_a_hostile_command_is_inert(replied, hostile, name):
    said = replied(f"/burndown {name} {' '.join(hostile.split())}\n/burndown help", role="write")
    found, cells = alive(said)
    assert found == []
    assert set(cells) <= {2, 3}


@pytest.mark.parametrize("command", [SetClass("crash"), Pause(3)])
def test_no_refusal_of_ours_says_nothing(command):
    assert [*text.lines((), Role.NONE)] == []
    assert all(text.lines((Refusal(command, instead="/burndown help"),), Role.NONE))
