"""What a repository asks of the bot in `.github/burndown.yml`, and what holds where it says nothing."""

from typing import Annotated, Literal

from pydantic import Field, StrictBool

from bot.core.model import Mode
from bot.core.rules.conditions import Strict
from bot.core.rules.entries import ClassChange, Id, LabelName, Level

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

    @property
    def check_mode(self) -> Mode:
        """What the regression-test check may do: never more than the bot itself may."""
        own = self.regression_test.mode
        asked = Mode(own) if own else self.mode
        return min(asked, self.mode, key=tuple(Mode).index)


def default(mode: Mode = Mode.OBSERVE) -> Config:
    """What holds in a repository without a configuration file."""
    return Config(version=1, mode=mode)
