"""What a repository asks of the bot in `.github/burndown.yml`, and what holds where it says nothing."""

from datetime import time
from functools import cache
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, StrictBool

from bot.core.ledger.flows import read_week
from bot.core.lint import did_you_mean
from bot.core.model import Mode
from bot.core.recurrence.model import Enough
from bot.core.recurrence.places import Naming
from bot.core.recurrence.prints import checked_pattern
from bot.core.rules.conditions import Strict
from bot.core.rules.entries import ClassChange, Id, LabelName, Level
from bot.core.weeks import DAYS, Schedule

PATH = ".github/burndown.yml"
RULES = ".github/burndown/rules"  # a folder of rule files
DEFAULT_PACKS = ("general",)

PackName = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=60)]


class Backtest(Strict):
    """How a change of rules is judged on the repository's own issues."""

    issues: Annotated[int, Field(ge=10, le=1000)] = Field(500, description="how many of the newest are looked at")
    max_loss: Annotated[int, Field(ge=0, le=1000)] | None = Field(
        0, alias="max-loss", description="right verdicts lost, less those gained, before the check fails; null: never"
    )


Glob = Annotated[str, Field(min_length=1, max_length=200)]
Globs = Annotated[tuple[Glob, ...], Field(max_length=50)]


class FixWhen(Strict):
    """Pull requests that count as fixes although they close no defect."""

    labels: Annotated[tuple[LabelName, ...], Field(max_length=50)] = Field((), description="labels that say so")
    titles: Globs = Field((), description='globs of titles, for example "fix:*" and "fix(*"')
    branches: Globs = Field((), description='globs of the branches they come from, for example "fix/**"')


class RegressionTest(Strict):
    """What a fix must show before it is merged."""

    mode: Literal["off", "observe", "enforce"] | None = Field(
        None, description="off: no check; observe: never blocks; enforce: blocks; null: as the mode of the whole"
    )
    level: Level = Field("L3", description="the least evidence of a fix that closes no defect of a class")
    fix_when: FixWhen = Field(FixWhen(), alias="fix-when", description="pull requests that count as fixes as well")
    no_issue: StrictBool = Field(
        False, alias="no-issue", description="whether a line `No-Issue: <reason>` excuses such a pull request"
    )
    tests: Globs = Field((), description="globs of files that are tests, beside those that are known to be")
    not_tests: Globs = Field((), alias="not-tests", description="globs of files that are none")
    results: Globs = Field(
        ("*junit*", "*test*result*", "*test*report*", "burndown-proof*"),
        description="globs of the names of CI artifacts that hold test reports (JUnit XML)",
    )
    trusted_apps: Annotated[tuple[str, ...], Field(max_length=20)] = Field(
        ("github-actions",), alias="trusted-apps", description="apps whose test results count, by slug"
    )
    waiver_days: Annotated[int, Field(ge=1, le=365)] = Field(
        90, alias="waiver-days", description="how long a waiver holds (follow-ups: 14 at most)"
    )
    label: LabelName | None = Field(
        "regression-test/waived", description="shown on a pull request whose check is waived; null: none"
    )


@cache
def _zones() -> frozenset[str]:
    """The names of the time zone database: facts of the world, which every machine has, and no state of this one."""
    return frozenset(available_timezones() - {"localtime", "Factory"})  # the server's own, and none


def _is_zone(name: str) -> str:
    if name not in _zones():
        cities = {each.rpartition("/")[2].casefold(): each for each in sorted(_zones())}
        word = name.strip().replace(" ", "_").rpartition("/")[2].casefold()
        instead = f'write "{cities[word]}"' if word in cities else did_you_mean(name, sorted(_zones()))
        hint = instead if instead.startswith("write") else 'write for example "Europe/Berlin"'
        raise ValueError(f"{name!r} is no time zone - {hint}")
    return name


def _is_time(text: str) -> str:
    hour, _, minute = text.partition(":")
    is_read = (len(hour), len(minute)) == (2, 2) and text.isascii() and (hour + minute).isdigit()
    if not (is_read and hour < "24" and minute < "60"):
        raise ValueError(f'{text!r} is no time of day - write for example "09:00"')
    return text


def _is_week(name: str) -> str:
    read_week(name)
    return name


def _is_title(text: str) -> str:
    if not text.strip() or any(each < " " for each in text):
        raise ValueError("is blank, or more than one line - write what the issue is to be called")
    return text


class WeeklyReport(Strict):
    """The weekly burn-down, in one issue of the repository; it is about the last week that is over."""

    day: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = Field(
        "monday", description="on which it is written"
    )
    time: Annotated[str, Field(max_length=20), AfterValidator(_is_time)] = Field(
        "09:00", description="at which it is written, by the clocks of the time zone"
    )
    timezone: Annotated[str, Field(max_length=64), AfterValidator(_is_zone)] = Field(
        "UTC", description='a name of the time zone database, for example "Europe/Berlin"'
    )
    notify: Literal["comment", "body", "none"] = Field(
        "comment",
        description="comment: the issue, and a comment a week that tells its watchers; body: the issue alone; "
        "none: nothing is written",
    )
    pin: StrictBool = Field(False, description="whether the issue is pinned, once (GitHub allows three)")
    title: Annotated[str, Field(max_length=200), AfterValidator(_is_title)] = Field(
        "Burn-down", description="of the issue when it is made; a person's change of it stays"
    )

    @property
    def when(self) -> str:
        """In a line, to be remembered; `at` reads it."""
        return f"{self.day} {self.time} {self.timezone}"

    @classmethod
    def at(cls, when: str) -> Schedule:
        """Raises ValueError: there is no such zone any more."""
        day, at, zone = when.split(" ")
        return cls.model_validate({"day": day, "time": at, "timezone": zone}).schedule

    @property
    def schedule(self) -> Schedule:
        return Schedule(DAYS.index(self.day) + 1, time.fromisoformat(self.time), ZoneInfo(self.timezone))


Prefixes = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=200)], ...], Field(max_length=50)]


def _is_tool_id(pattern: str) -> str:
    return checked_pattern(pattern) if pattern else ""


class Recurrence(Strict):
    """By what a report is known to be of a defect that was seen before, and when a fix has failed."""

    own: Prefixes = Field(
        (), description="modules or folders of the project, for example acme; none: whatever is no known library"
    )
    foreign: Prefixes = Field((), description="modules or folders that are not the project's")
    tool_id: Annotated[str, Field(max_length=200), AfterValidator(_is_tool_id)] = Field(
        "", alias="tool-id", description="a pattern of the codes that the product prints (RE2): ACME-[0-9A-F]{8}"
    )
    versions: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=100)], ...], Field(max_length=10)] = Field(
        ("version",), description="headings of the issue form below which the version of the product stands"
    )
    comment: StrictBool = Field(True, description="whether a comment links the defect that a report repeats")
    reports: Annotated[int, Field(ge=1, le=100)] = Field(
        5, description="reports by different people that make a fix a failed one"
    )
    days: Annotated[int, Field(ge=1, le=365)] = Field(10, description="for how many days after the release they count")

    @property
    def naming(self) -> Naming:
        return Naming(self.own, self.foreign, self.tool_id)

    @property
    def enough(self) -> Enough:
        return Enough(self.reports, self.days)


class TrancheAsked(Strict):
    """Classes of defects that are to be burnt down in some weeks: frozen once, when they begin."""

    since: Annotated[str, Field(max_length=8), AfterValidator(_is_week)] = Field(
        ..., description='the first ISO week, for example "2026-W34"'
    )
    weeks: Annotated[int, Field(ge=1, le=52)] = Field(6, description="how long it lasts")
    classes: Annotated[tuple[Id, ...], Field(max_length=20)] = Field((), description="none: the first three by rank")


class Config(Strict):
    """One repository's configuration, version 1."""

    version: Literal[1]
    mode: Mode = Field(Mode.OBSERVE, description="off | observe (decide and record, write nothing) | enforce (write)")
    extends: Annotated[tuple[PackName, ...], Field(max_length=10)] = Field(
        DEFAULT_PACKS, description="packs of rules, later ones replacing classes and rules of earlier ones by id"
    )
    disable: Annotated[tuple[Id, ...], Field(max_length=500)] = Field(
        (), description="rules and classes of the packs that are not wanted, by id"
    )
    explain: Literal["none", "comment"] = Field("none", description="comment: one sticky comment that says why")
    classes: Annotated[dict[Id, ClassChange], Field(max_length=200)] = Field(
        default_factory=dict, description="owners, labels, severity, threshold and more per class"
    )
    needs_triage: LabelName = Field(
        "needs-triage", alias="needs-triage", description="the label of an issue on which the bot abstained"
    )
    writes_per_hour: Annotated[int, Field(ge=1, le=500)] = Field(
        60, alias="writes-per-hour", description="issues that rules may change in an hour; the rest wait"
    )
    backtest: Backtest = Field(Backtest(), description="how a pull request that changes rules is judged")
    regression_test: RegressionTest = Field(
        RegressionTest(), alias="regression-test", description="what a pull request that fixes a defect must show"
    )
    recurrence: Recurrence = Field(Recurrence(), description="how defects that come back are known")
    tranche: TrancheAsked | None = Field(None, description="what is to be burnt down next; null: said by command")
    report: WeeklyReport | None = Field(None, description="the weekly burn-down; null: none is written")

    @property
    def check_mode(self) -> Mode:
        """What the regression-test check may do: never more than the bot itself may."""
        own = self.regression_test.mode
        asked = Mode(own) if own else self.mode
        return min(asked, self.mode, key=tuple(Mode).index)


def default(mode: Mode = Mode.OBSERVE) -> Config:
    """What holds in a repository without a configuration file."""
    return Config(version=1, mode=mode)
