from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.evidence.waivers import (
    DAYS,
    FOLLOWUP_DAYS,
    LEAST,
    LEAST_UNTESTABLE,
    MAX_ADDRESS,
    MAX_REASON,
    Asking,
    State,
    Waiver,
    asked_for,
    ended,
    granted,
    read_waiver,
    state,
)
from bot.core.text import pulls as text
from tests.core.conftest import NOW

WHY = "Only the colours change."
ADDRESS = "https://git.example.test/octo/suite/pull/7#issuecomment-1"
NO_KIND = "It begins with no kind of waiver, which is unchanged, ui, elsewhere, untestable or followup."


@pytest.mark.parametrize(
    ("argument", "asking"),
    [
        pytest.param(f"unchanged {WHY}", Asking("unchanged", "", WHY), id="nothing changes"),
        pytest.param(f"ui {WHY}", Asking("ui", "", WHY), id="looks"),
        pytest.param(f"untestable {WHY}", Asking("untestable", "", WHY), id="no test can show it"),
        pytest.param(f"elsewhere {ADDRESS} {WHY}", Asking("elsewhere", ADDRESS, WHY), id="another place"),
        pytest.param(f"followup #12 {WHY}", Asking("followup", "#12", WHY), id="an issue to come"),
        pytest.param(f"followup 12 {WHY}", Asking("followup", "#12", WHY), id="a number without its mark"),
        pytest.param(f"followup #12: {WHY}", Asking("followup", "#12", WHY), id="a number before a colon"),
        pytest.param(f" UI:  {WHY}\t ", Asking("ui", "", WHY), id="in capitals, with a colon and more white space"),
        pytest.param(f"ui\u00a0{WHY}", Asking("ui", "", WHY), id="behind a space that does not break"),
        pytest.param(f"ui #12 {WHY}", Asking("ui", "", f"#12 {WHY}"), id="a target that is none"),
        pytest.param(f"ui {'x' * LEAST}", Asking("ui", "", "x" * LEAST), id="the shortest reason"),
        pytest.param(
            f"untestable {'x' * LEAST_UNTESTABLE}",
            Asking("untestable", "", "x" * LEAST_UNTESTABLE),
            id="the shortest reason why no test can show it",
        ),
        pytest.param(f"ui {'x' * 9_000}", Asking("ui", "", "x" * MAX_REASON), id="a reason that is cut"),
        pytest.param(
            f"ui {'x' * (MAX_REASON - 1)} {'y' * 9}", Asking("ui", "", "x" * (MAX_REASON - 1)), id="cut at a space"
        ),
        pytest.param(
            "ui a\0b\x1b[1m\u202ecdefgh\ud800ij\nkl", Asking("ui", "", "ab[1mcdefghij kl"), id="what is hidden"
        ),
        pytest.param("u\u200bi Die Farben ändern sich.", Asking("ui", "", "Die Farben ändern sich."), id="letters"),
    ],
)
def test_a_waiver_is_read(argument, asking):
    assert read_waiver(argument) == asking


@pytest.mark.parametrize(
    ("argument", "sentence"),
    [
        pytest.param("", NO_KIND, id="nothing"),
        pytest.param(" \u200b ", NO_KIND, id="nothing that is seen"),
        pytest.param(WHY, NO_KIND, id="a reason without a kind"),
        pytest.param(f"<kind> [target] {WHY}", NO_KIND, id="the template as it is"),
        pytest.param(f"u\u0456 {WHY}", NO_KIND, id="a letter of another script"),
        pytest.param("ui", "`ui` needs a reason of 10 characters or more.", id="no reason"),
        pytest.param(f"ui {'x' * (LEAST - 1)}", "`ui` needs a reason of 10 characters or more.", id="a short reason"),
        pytest.param("ui x        y", "`ui` needs a reason of 10 characters or more.", id="a reason of white space"),
        pytest.param("ui x" + "\u200b" * 30, "`ui` needs a reason of 10 characters or more.", id="a reason not seen"),
        pytest.param(
            f"untestable {'x' * (LEAST_UNTESTABLE - 1)}",
            "`untestable` needs a reason of 20 characters or more.",
            id="a reason that is long enough for others only",
        ),
        pytest.param(
            f"elsewhere {ADDRESS}", "`elsewhere` needs a reason of 10 characters or more.", id="only an address"
        ),
        pytest.param("followup #12 soon", "`followup` needs a reason of 10 characters or more.", id="only a number"),
    ],
)
def test_what_a_waiver_lacks_is_said(argument, sentence):
    assert read_waiver(argument) == sentence


@pytest.mark.parametrize(
    "word",
    [
        "",
        "here",
        "http://git.example.test/x",
        "HTTPS://git.example.test/x",
        "https://",
        "https://localhost/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://ann@git.example.test/x",
        "https://git.example.test:99999999/x",
        "https://git.example.test\\@evil.example",
        "https://g\u0456t.example.test/x",
        "https://git.example.test/`x`",
        "https://git.example.test/<x>",
        "https://git.example.test/x|y",
        "<https://git.example.test/x>",
        "[x](https://git.example.test/x)",
        "javascript:alert(1)//https://git.example.test",
        "//git.example.test/x",
        f"https://git.example.test/{'x' * MAX_ADDRESS}",
    ],
)
def test_a_test_elsewhere_has_an_address(word):
    assert read_waiver(f"elsewhere {word} {WHY}") == text.NO_ADDRESS


@pytest.mark.parametrize("word", ["", "soon", "#", "#0", "#-1", "#1.5", "octo/shop#12", "#١٢", "#1234567890", "##1"])
def test_a_test_to_come_has_an_issue(word):
    assert read_waiver(f"followup {word} {WHY}") == text.NO_NUMBER


@settings(max_examples=300, derandomize=True, deadline=None, database=None)
@given(st.sampled_from(["", "ui ", "followup #1 ", f"elsewhere {ADDRESS} "]), st.text(max_size=60))
def test_no_argument_is_too_strange(before, after):
    found = read_waiver(before + after)
    if isinstance(found, Asking):
        assert LEAST <= len(found.reason) <= MAX_REASON
        assert found.reason == " ".join(found.reason.split())
        assert found.reason.isprintable()
    else:
        assert found


ASKED = asked_for(Asking("ui", "", WHY), "ann", NOW)
LATER = asked_for(Asking("ui", "", "The words change."), "bob", NOW + timedelta(days=1))
GRANTED = granted(ASKED, "cleo", NOW, 30)
END = NOW + timedelta(days=30)


@pytest.mark.parametrize(
    ("kind", "days", "held"),
    [
        ("ui", DAYS, DAYS),
        ("untestable", 365, 365),
        ("elsewhere", 1, 1),
        ("followup", DAYS, FOLLOWUP_DAYS),
        ("followup", 3, 3),
    ],
)
def test_a_waiver_holds_for_days(kind, days, held):
    asked = asked_for(Asking(kind, "", WHY), "ann", NOW)
    at = NOW + timedelta(hours=1)
    done = Waiver(kind, "", WHY, "ann", NOW, "cleo", at, at + timedelta(days=held))
    assert granted(asked, "cleo", at, days) == done


def test_a_waiver_holds_for_ninety_days_where_nothing_else_is_said():
    assert granted(ASKED, "cleo", NOW).expires_at == NOW + timedelta(days=90)


@pytest.mark.parametrize(
    ("waivers", "now", "found", "newest"),
    [
        pytest.param([], NOW, State.NONE, None, id="nothing"),
        pytest.param([ASKED], NOW, State.PENDING, ASKED, id="asked for"),
        pytest.param([ASKED], NOW + timedelta(days=999), State.PENDING, ASKED, id="asked for long ago"),
        pytest.param([GRANTED], NOW, State.GRANTED, GRANTED, id="granted"),
        pytest.param([GRANTED], END - timedelta(seconds=1), State.GRANTED, GRANTED, id="granted, in its last second"),
        pytest.param([GRANTED], END, State.EXPIRED, GRANTED, id="expired"),
        pytest.param([ended(ASKED, "bob", NOW)], NOW, State.REFUSED, ended(ASKED, "bob", NOW), id="turned down"),
        pytest.param([ended(GRANTED, "bob", NOW)], NOW, State.REFUSED, ended(GRANTED, "bob", NOW), id="taken back"),
        pytest.param([ended(GRANTED, "bob", NOW)], END, State.REFUSED, ended(GRANTED, "bob", NOW), id="and expired"),
        pytest.param([GRANTED, LATER], NOW, State.PENDING, LATER, id="asked for anew"),
        pytest.param([LATER, GRANTED], NOW, State.PENDING, LATER, id="asked for anew, in another order"),
        pytest.param([ended(LATER, "x", END), GRANTED], NOW, State.REFUSED, ended(LATER, "x", END), id="an old grant"),
        pytest.param([ASKED, GRANTED], NOW, State.GRANTED, GRANTED, id="of two at once the last"),
        pytest.param([GRANTED, ASKED], NOW, State.PENDING, ASKED, id="of two at once the last, otherwise"),
    ],
)
def test_the_newest_waiver_counts(waivers, now, found, newest):
    assert state(waivers, now) == (found, newest)


def test_an_approval_that_never_ends_holds_for_nothing():
    endless = Waiver("ui", "", WHY, "ann", NOW, approved_by="cleo", approved_at=NOW)
    assert state([endless], NOW) == (State.EXPIRED, endless)


def test_a_waiver_knows_when_it_was_touched_last():
    day = timedelta(days=1)
    assert ASKED.touched_at == NOW
    assert granted(ASKED, "cleo", NOW + day).touched_at == NOW + day
    assert ended(granted(ASKED, "cleo", NOW + day), "cleo", NOW + 2 * day).touched_at == NOW + 2 * day
