"""What is said of tranches: in the weekly report, in its comment, and at a terminal."""

from dataclasses import replace
from datetime import UTC

import pytest

from bot.core.report.tranches import recorded, reviewed, told
from bot.core.text.sections import MAX_BODY
from bot.core.text.tranches import lines, news, sections
from bot.core.text.weekly import comment, markdown
from tests.core.test_tranche import REPORT
from tests.core.test_tranches import CLEARED, EARLY, FOUND, NOTHING, RUNNING
from tests.core.weeklies import QUIET, TRANCHE, largest, largest_tranche

PLAIN = {
    "running": told(FOUND, "running"),
    "over": told(FOUND, "over"),
    "closed": EARLY.review,
    "cleared": recorded(CLEARED, "2026-W36"),
}


ACCEPTED_SO = "accepted by `ann` on 2026-08-26"
CLOSED_SO = "closed by `ben` on 2026-09-09"
SCORE = "2 of 3 classes are at their targets."


@pytest.mark.parametrize(
    ("phase", "first"),
    [
        ("running", f"{ACCEPTED_SO}. {SCORE}"),
        ("over", f"{ACCEPTED_SO}, are over. {SCORE} It waits for `/burndown tranche close`."),
        ("closed", f"{CLOSED_SO}. {SCORE} The review waits for `/burndown tranche clear`."),
        ("cleared", f"{CLOSED_SO}. Review cleared by `eve` on 2026-09-16."),
    ],
)
def test_the_report_says_where_it_stands_and_what_it_waits_for(phase, first):
    parts = [each.text(len(each.items)) for each in sections(PLAIN[phase])]
    assert parts[0].startswith(f"### Tranche\n\nWeeks 2026-W35 to 2026-W40, {first}")
    assert ("### Next tranche" in "".join(parts)) == (phase in {"over", "closed"})
    assert bool(news(PLAIN[phase])) == (phase == "over")


def test_every_class_has_its_owner_target_criterion_and_where_it_stands():
    (tranche,) = sections(PLAIN["running"])
    assert tranche.items[1] == (
        "- `Hang` (class `hang`), owner `acme/io`: not yet at its target\n"
        "  - open 4 -> 5; impact 20.0 -> 25.0; target 10.0 or less\n"
        "  - arrivals: no evidence yet (4 before, 0 after, rate x 0.00, p = 0.051, n = 4)\n"
        "  - done when: no new report for 28 days, every fix at L3 or better (now: open)"
    )
    assert "`: missed\n" in next(iter(sections(PLAIN["over"]))).items[1]
    assert "`: met\n" in tranche.items[0]


def test_before_its_first_week_is_over_nothing_is_compared():
    begun = told(reviewed(RUNNING, REPORT, NOTHING, UTC), "running")
    text = "\n".join(lines(begun, lambda each, _: each))
    assert "Open impact of all classes was 84.0 when it was frozen; no week of it is over yet." in text
    assert "arrivals" not in text


def test_the_configured_one_that_waits_is_said():
    waiting = told(FOUND, "running", "2026-W41")
    assert "asks for a tranche from 2026-W41 on: it begins when this one is closed." in next(
        iter(sections(waiting))
    ).text(0)


def test_the_draft_has_its_arithmetic_and_its_command():
    text = "\n".join(each.text(len(each.items)) for each in sections(PLAIN["closed"]))
    assert "A draft: a person decides.\n\n- `12.5 + " in text
    assert text.endswith("\n\nAccept it with `/burndown tranche start hang crash slow`.")
    nothing = replace(PLAIN["closed"], proposed=(), arithmetic=("nothing is left to burn down",))
    assert "Accept" not in "\n".join(each.text(len(each.items)) for each in sections(nothing))


def test_terminals_and_reports_say_the_same():
    for each in PLAIN.values():
        shown = "\n".join(lines(each, lambda text, _: f"`{text}`"))
        for part in sections(each):
            assert all(item in shown for item in part.items)
    assert [*sections(None)] == []
    assert news(None) == ""


def test_a_week_with_a_tranche_has_its_sections_and_its_news():
    with_one = replace(QUIET, review=TRANCHE)
    text = markdown(with_one)
    assert (
        text.index("### Classes") < text.index("### Tranche") < text.index("### Next tranche") < text.index("### Open")
    )
    assert text.replace(text[text.index("### Tranche") : text.index("### Open")], "") == markdown(QUIET)
    assert f"\n\n{news(TRANCHE)}\n\n" in comment(with_one)


def test_the_largest_one_fits():
    def title(number):
        return f"{number}" + "`" * 119

    report = replace(largest(title), review=largest_tranche(title))
    for room in (MAX_BODY, 20_000, 10_000):
        assert len(markdown(report, room)) <= room
    assert "### Tranche" in markdown(report, 20_000)
    assert "- and 12 more" in markdown(report)
