"""When a weekly report is due: by the clocks of any place, at any turn of them and of the year."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.config import Config, WeeklyReport
from bot.core.envelope import Envelope
from bot.core.errors import BadDelivery
from bot.core.events import ReportDue, parse, subject_of
from bot.core.lint import BadRules
from bot.core.weeks import due_week, week_of
from bot.rulefiles.check import check
from bot.rulefiles.source import read_yaml

BERLIN, KATHMANDU, NEWFOUNDLAND = "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns"
BODY = b'{"repository":{"id":7,"full_name":"acme/widget"},"installation":{"id":3},"week":%s}'


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def schedule(when: str):
    return WeeklyReport.at(when)


# In each row the first moment is a second before the report is due, and the second is when it is.
TURNS = [
    pytest.param(f"monday 09:00 {BERLIN}", "2026-08-24T07:00:00", "2026-W34", id="in summer"),
    pytest.param(f"monday 09:00 {BERLIN}", "2026-11-23T08:00:00", "2026-W47", id="in winter"),
    pytest.param("monday 00:00 UTC", "2026-08-24T00:00:00", "2026-W34", id="at midnight, as the week ends"),
    pytest.param("sunday 23:59 UTC", "2026-08-23T23:59:00", "2026-W33", id="a minute before a week ends: the last one"),
    pytest.param("friday 17:00 UTC", "2026-08-28T17:00:00", "2026-W34", id="on a Friday"),
    pytest.param(f"sunday 02:30 {BERLIN}", "2026-03-29T01:30:00", "2026-W12", id="a time that clocks pass over"),
    pytest.param(f"sunday 02:30 {BERLIN}", "2026-10-25T00:30:00", "2026-W42", id="a time that clocks show twice"),
    pytest.param(f"sunday 03:00 {BERLIN}", "2026-10-25T02:00:00", "2026-W42", id="after clocks were set back"),
    pytest.param(f"monday 00:15 {KATHMANDU}", "2026-08-23T18:30:00", "2026-W34", id="45 minutes off, Sunday in UTC"),
    pytest.param(f"sunday 22:00 {NEWFOUNDLAND}", "2026-08-24T00:30:00", "2026-W33", id="Sunday there, Monday in UTC"),
    pytest.param(f"sunday 02:30 {NEWFOUNDLAND}", "2026-03-08T06:00:00", "2026-W09", id="half an hour off, passed over"),
    pytest.param(f"sunday 01:30 {NEWFOUNDLAND}", "2026-11-01T04:00:00", "2026-W43", id="half an hour off, shown twice"),
    pytest.param("monday 09:00 UTC", "2027-01-04T09:00:00", "2026-W53", id="a year of 53 weeks"),
    pytest.param("monday 09:00 UTC", "2026-12-28T09:00:00", "2026-W52", id="the week before the 53rd"),
    pytest.param("monday 09:00 UTC", "2027-01-11T09:00:00", "2027-W01", id="the first of the new year"),
    pytest.param("friday 09:00 UTC", "2027-01-01T09:00:00", "2026-W52", id="in January, within the 53rd week"),
    pytest.param("monday 09:00 Pacific/Apia", "2012-01-01T19:00:00", "2011-W52", id="after a day that never was"),
    pytest.param("friday 09:00 Pacific/Apia", "2011-12-30T19:00:00", "2011-W51", id="on the day that never was"),
]


@pytest.mark.parametrize(("when", "moment", "week"), TURNS)
def test_a_week_is_due_from_its_moment_on_and_not_before(when, moment, week):
    due, second = at(moment), timedelta(seconds=1)
    before = due_week(schedule(when), due - second)
    assert due_week(schedule(when), due) == week
    assert before is not None
    assert before < week
    assert due_week(schedule(when), due - second, before) is None
    assert due_week(schedule(when), due, before) == week
    assert due_week(schedule(when), due + timedelta(days=5, hours=22)) == week


@pytest.mark.parametrize("zone", [BERLIN, KATHMANDU, NEWFOUNDLAND, "UTC", "Pacific/Apia", "America/Sao_Paulo"])
@pytest.mark.parametrize("when", ["sunday 02:30", "monday 00:00", "thursday 23:59"])
def test_whoever_asks_every_few_hours_gets_every_week_once(zone, when):
    now, last, found = at("2026-01-01T00:00:00"), None, []
    while now < at("2027-03-01T00:00:00"):
        if week := due_week(schedule(f"{when} {zone}"), now, last):
            found.append(week)
            last = week
        now += timedelta(hours=5)
    mondays = (at("2025-12-15T00:00:00") + timedelta(weeks=n) for n in range(80))
    expected = [week_of(monday) for monday in mondays]
    start = expected.index(found[0])
    assert found == expected[start : start + len(found)]
    assert len(found) in {61, 62}


@pytest.mark.parametrize(
    ("last", "week"),
    [
        pytest.param(None, "2026-W34", id="nothing was written yet"),
        pytest.param("", "2026-W34", id="nothing is remembered"),
        pytest.param("2026-W33", "2026-W34", id="the week before"),
        pytest.param("2026-W30", "2026-W34", id="three weeks were missed: one report"),
        pytest.param("2025-W53", "2026-W34", id="last year"),
        pytest.param("2026-W34", None, id="it was written"),
        pytest.param("2026-W35", None, id="the clock was ahead"),
    ],
)
def test_only_the_newest_week_is_due_and_only_after_the_last(last, week):
    assert due_week(schedule("monday 09:00 UTC"), at("2026-08-26T12:00:00"), last) == week


def test_another_zone_or_day_repeats_no_week_and_leaves_none_out():
    monday, friday = schedule(f"monday 09:00 {BERLIN}"), schedule("friday 17:00 America/Los_Angeles")
    assert due_week(monday, at("2026-08-24T07:00:00"), "2026-W33") == "2026-W34"
    assert due_week(friday, at("2026-08-28T23:59:00"), "2026-W34") is None
    assert due_week(friday, at("2026-08-29T00:00:00"), "2026-W34") is None
    assert due_week(friday, at("2026-09-05T00:00:00"), "2026-W34") == "2026-W35"
    assert due_week(monday, at("2026-09-07T07:00:00"), "2026-W35") == "2026-W36"


def test_the_moment_may_be_given_by_the_clocks_of_any_zone():
    here = at("2026-08-24T07:00:00").astimezone(ZoneInfo("Asia/Tokyo"))
    assert due_week(schedule(f"monday 09:00 {BERLIN}"), here) == "2026-W34"


def config(text: str) -> Config:
    return check(read_yaml("burndown.yml", f"version: 1\n{text}\n".encode()), Config)


def test_no_report_is_asked_for_unless_the_configuration_says_so():
    assert config("").report is None
    assert config("report:").report is None
    assert config("report: {}").report == WeeklyReport()


def test_a_report_says_when_it_is_due_in_a_line_that_can_be_read_again():
    report = config(f"report: {{day: friday, time: 17:30, timezone: {BERLIN}}}").report
    assert report.when == f"friday 17:30 {BERLIN}"
    assert WeeklyReport.at(report.when) == report.schedule
    assert report.schedule.day == 5


@pytest.mark.parametrize("when", ["", "monday", "monday 09:00 Mars/Olympus", "monday 9 UTC", "someday 09:00 UTC"])
def test_a_line_that_cannot_be_read_is_a_value_error(when):
    with pytest.raises(ValueError, match=r"."):
        WeeklyReport.at(when)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("timezone: Europe/Berln", "report.timezone: 'Europe/Berln' is no time zone - write \"Europe/Berlin\""),
        ("timezone: berlin", 'is no time zone - write "Europe/Berlin"'),
        ("timezone: new york", 'is no time zone - write "America/New_York"'),
        ("timezone: utc", 'is no time zone - write "UTC"'),
        ("timezone: ../../../etc/passwd", 'is no time zone - write for example "Europe/Berlin"'),
        ("timezone: /UTC", "is no time zone"),
        ("timezone: localtime", "is no time zone"),
        ("timezone: ''", "is no time zone"),
        (f"timezone: {'x' * 65}", "longer than 64 characters"),
        ("time: 24:00", "report.time: '24:00' is no time of day - write for example \"09:00\""),
        ("time: '09:60'", "is no time of day"),
        ("time: 9:00", "is no time of day"),
        ("time: '09:00:00'", "is no time of day"),
        ("time: \N{FULLWIDTH DIGIT ZERO}9:00", "is no time of day"),
        ("time: 9", "must be a text, is the number 9"),
        ("day: mon", 'write "monday"'),
        ("notify: mail", "allowed: body, comment, none"),
        ("pin: 1", "must be true or false"),
        ("title: ' '", "is blank, or more than one line"),
        ('title: "a\\nb"', "is blank, or more than one line"),
        ("x: UTC", "report.x: unknown key - allowed: day, notify, pin, time, timezone, title"),
        ("titel: x", 'report.titel: unknown key - write "title"'),
    ],
)
def test_a_mistake_is_told_with_what_to_write_instead(text, said):
    with pytest.raises(BadRules) as refused:
        config(f"report: {{{text}}}")
    assert said in str(refused.value)


def test_a_due_report_is_an_event_with_a_subject_of_its_own():
    event = parse("bot.report", Envelope.read(BODY % b'"2026-W34"'))
    assert event == ReportDue(3, "acme/widget", 7, "2026-W34")
    assert subject_of(event, otherwise="-") == "report:7"


@pytest.mark.parametrize("week", [b"null", b'""', b'"34"', b'"2026-W34 "', b"34"])
def test_a_body_without_a_week_is_no_report(week):
    with pytest.raises(BadDelivery):
        parse("bot.report", Envelope.read(BODY % week))
